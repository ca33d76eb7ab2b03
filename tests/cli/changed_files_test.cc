#include "cli/changed_files.h"

#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "tests/cli/temporary_folder.h"

using namespace demarc;

namespace {

// A repository whose project lies in app/, with two commits' worth of files.
struct Repository {
  TemporaryFolder folder;

  Repository() {
    git("init -q -b main");
    folder.write("app/src/same.ts", "1");
    folder.write("app/src/edited.ts", "1");
    folder.write("app/src/moved.ts", "a file that is long enough to be found again elsewhere");
    folder.write("lib/shared.ts", "1");
    folder.write(".gitignore", "ignored.ts\n");
    commit();
  }

  void git(const std::string& arguments) const {
    const std::string command = "git -C '" + folder.path() +
                                "' -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false " + arguments +
                                " >/dev/null 2>&1";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  void commit() const {
    git("add -A");
    git("commit -q -m x");
  }
  // A program that leaves a trace when it runs.
  std::string trap() const {
    const std::string script = folder.write(".git/trap", "#!/bin/sh\ntouch '" + folder.path() + "/.git/sprung'\ncat\n");
    chmod(script.c_str(), 0755);
    return script;
  }
  bool sprung() const { return std::filesystem::exists(folder.path() + "/.git/sprung"); }

  Result<ChangedFiles> since(const std::string& revision) const {
    return ChangedFiles::since(folder.path() + "/app", revision);
  }
  std::string complaint(const std::string& revision) const {
    const Result<ChangedFiles> changed = since(revision);
    return changed ? "" : changed.error().message;
  }
};

}  // namespace

TEST_CASE("changed since: edited, staged, untracked and renamed files, the project's folder and beside it", "[cli]") {
  const Repository repository;
  const std::string& top = repository.folder.path();
  REQUIRE(repository.since("HEAD"));
  CHECK(repository.since("HEAD")->size() == 0);
  repository.folder.write("app/src/edited.ts", "2");
  repository.folder.write("app/src/new.ts", "");
  repository.folder.write("app/src/ignored.ts", "");
  repository.folder.write("app/src/caf\u00e9 \"x\"\n.ts", "");
  repository.folder.write("lib/shared.ts", "2");
  repository.folder.write("lib/new.ts", "");
  repository.git("mv app/src/moved.ts app/src/elsewhere.ts");
  const Result<ChangedFiles> changed = repository.since("HEAD");
  REQUIRE(changed);
  for (const char* name : {"/app/src/edited.ts", "/app/src/new.ts", "/app/src/caf\u00e9 \"x\"\n.ts", "/lib/shared.ts",
                           "/lib/new.ts", "/app/src/elsewhere.ts", "/app/src/moved.ts"}) {
    INFO(name);
    CHECK(changed->contains(top + name));
  }
  CHECK_FALSE(changed->contains(top + "/app/src/same.ts"));
  CHECK_FALSE(changed->contains(top + "/app/src/ignored.ts"));
}

TEST_CASE("changed since: what an import may have led to", "[cli]") {
  const Repository repository;
  repository.git("rm -q app/src/edited.ts");
  repository.git("mv app/src/moved.ts app/src/here.ts");
  const Result<ChangedFiles> changed = repository.since("HEAD");
  REQUIRE(changed);
  CHECK(changed->names_removed("cannot resolve \"./edited\""));
  CHECK(changed->names_removed("cannot resolve \"@/moved.js\""));
  CHECK(!changed->names_removed("cannot resolve \"./here\""));
  CHECK(!changed->names_removed("cannot resolve \"./edited-too\""));
  CHECK(!changed->names_removed("cannot resolve \"edited\""));
}

// Git tells its hooks, by variables, where they are; of another folder that is wrong.
TEST_CASE("changed since: in the surroundings of a hook", "[cli]") {
  const Repository repository;
  repository.folder.write("app/src/edited.ts", "2");
  setenv("GIT_DIR", ".git", 1);
  setenv("GIT_INDEX_FILE", "none", 1);
  const Result<ChangedFiles> changed = repository.since("HEAD");
  unsetenv("GIT_DIR");
  unsetenv("GIT_INDEX_FILE");
  REQUIRE(changed);
  CHECK(changed->size() == 1);
}

TEST_CASE("changed since: branches, tags and commits", "[cli]") {
  const Repository repository;
  repository.git("tag v1");
  repository.folder.write("app/src/edited.ts", "2");
  repository.commit();
  for (const char* revision : {"v1", "HEAD~1", "main~1"}) {
    INFO(revision);
    const Result<ChangedFiles> changed = repository.since(revision);
    REQUIRE(changed);
    CHECK(changed->contains(repository.folder.path() + "/app/src/edited.ts"));
  }
  CHECK(repository.since("main")->size() == 0);
}

TEST_CASE("changed since: what cannot be answered is said", "[cli]") {
  const Repository repository;
  CHECK(repository.complaint("nowhere").find("git does not know the revision \"nowhere\"") == 0);
  CHECK(repository.complaint("--output=x").find("is no revision") != std::string::npos);
  CHECK(repository.complaint("").find("is no revision") != std::string::npos);
  CHECK(repository.complaint("HEAD:app/src/same.ts").find("git does not know") == 0);
  const TemporaryFolder outside;
  const Result<ChangedFiles> none = ChangedFiles::since(outside.path(), "HEAD");
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "the project is in no git repository");
}

TEST_CASE("changed since: a machine without git", "[cli]") {
  const Repository repository;
  const std::string path = std::getenv("PATH");
  setenv("PATH", repository.folder.path().c_str(), 1);
  const std::string complaint = repository.complaint("HEAD");
  setenv("PATH", path.c_str(), 1);
  CHECK(complaint == "git is not installed, or not in PATH");
}

TEST_CASE("changed since: no program that the repository's configuration names is run", "[cli]") {
  struct Row {
    const char* key;
    const char* attributes;
  };
  const Row rows[] = {{"core.fsmonitor", ""},
                      {"diff.external", ""},
                      {"diff.x.command", "*.ts diff=x\n"},
                      {"diff.x.textconv", "*.ts diff=x\n"},
                      {"filter.x.clean", "*.ts filter=x\n"},
                      {"filter.x.process", "*.ts filter=x\n"},
                      {"filter.a.b c.clean", "*.ts filter=x\n"},
                      {"core.pager", ""}};
  for (const Row& row : rows) {
    INFO(row.key);
    const Repository repository;
    const std::string trap = repository.trap();
    repository.git("config '" + std::string(row.key) + "' '" + trap + "'");
    repository.folder.write(".git/info/attributes", row.attributes);
    std::filesystem::remove(repository.folder.path() + "/.git/sprung");
    // Other times, other contents of one size: git has to look inside.
    repository.folder.write("app/src/edited.ts", "3");
    repository.folder.write("app/src/same.ts", "1");
    const Result<ChangedFiles> changed = repository.since("HEAD");
    REQUIRE(changed);
    CHECK(changed->contains(repository.folder.path() + "/app/src/edited.ts"));
    CHECK_FALSE(changed->contains(repository.folder.path() + "/app/src/same.ts"));
    CHECK_FALSE(repository.sprung());
  }
}

TEST_CASE("changed since: no hook is run", "[cli]") {
  const Repository repository;
  const std::string trap = repository.trap();
  for (const char* hook : {"post-index-change", "fsmonitor-watchman", "query-watchman", "reference-transaction"}) {
    std::filesystem::copy(trap, repository.folder.path() + "/.git/hooks/" + hook,
                          std::filesystem::copy_options::overwrite_existing);
  }
  repository.folder.write("app/src/same.ts", "1");
  REQUIRE(repository.since("HEAD"));
  CHECK_FALSE(repository.sprung());
}
