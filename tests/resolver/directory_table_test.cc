#include "resolver/directory_table.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "tests/support/memory_file_system.h"

using namespace demarc;

namespace {

struct Disk {
  explicit Disk(MemoryFileSystem::Switches switches = {}, bool preserve_symlinks = false)
      : files(switches), table(files, paths, preserve_symlinks) {}

  // The canonical path a lexical one leads to, "-" for none.
  std::string identity(std::string_view path) {
    const size_t slash = path.rfind('/');
    const DirId directory = paths.intern_directory(path.substr(0, slash));
    const auto found = table.find(directory, path.substr(slash + 1));
    if (found.kind == PathKind::directory) {
      return paths.text(table.canonical(table.enter(directory, path.substr(slash + 1))));
    }
    if (found.kind != PathKind::file) return "-";
    const FileId file = table.file_id(directory, found);
    std::string text;
    paths.append(paths.directory(file), paths.name(file), text);
    return text;
  }

  MemoryFileSystem files;
  PathTable paths;
  DirectoryTable table;
};

}  // namespace

TEST_CASE("directory table: one listing answers everything about a directory", "[resolver]") {
  Disk disk;
  disk.files.add("/app/src/a.ts");
  disk.files.add("/app/src/b.ts");
  const DirId src = disk.paths.intern_directory("/app/src");
  CHECK(disk.table.is_file(src, "a.ts"));
  disk.files.clear_log();
  CHECK(disk.table.is_file(src, "b.ts"));
  for (const char* missing : {"c.ts", "a", "a.tsx", "index.js", "node_modules", "A.mts"}) {
    CHECK_FALSE(disk.table.is_file(src, missing));
  }
  CHECK(disk.files.log().empty());
  CHECK(disk.table.directories_listed() == 1);
}

TEST_CASE("directory table: what lies above the root is not listed", "[resolver]") {
  Disk disk;
  disk.files.add("/home/user/app/src/main.ts");
  disk.files.add("/home/user/node_modules/p/index.js");
  disk.files.add("/home/secret.txt");
  disk.table.set_root(disk.paths.intern_directory("/home/user/app"));
  const DirId app = disk.paths.intern_directory("/home/user/app/src");
  for (DirId d = app; d != kFileSystemRoot; d = disk.paths.parent(d)) disk.table.enter_upward(d, "node_modules");
  CHECK(disk.files.count(Operation::list, "/home/user") == 0);
  CHECK(disk.files.count(Operation::list, "/home") == 0);
  CHECK(disk.files.count(Operation::list, "/") == 0);
  CHECK(disk.files.count(Operation::status, "/home/node_modules") == 1);
  disk.table.enter_upward(disk.paths.intern_directory("/home"), "node_modules");
  CHECK(disk.files.count(Operation::status, "/home/node_modules") == 1);
  CHECK(disk.identity("/home/user/node_modules/p/index.js") == "/home/user/node_modules/p/index.js");
}

TEST_CASE("directory table: .pnpm is passed through, not listed", "[resolver]") {
  Disk disk;
  disk.files.add("/app/node_modules/.pnpm/a@1/node_modules/a/index.js");
  disk.files.add("/app/node_modules/.pnpm/node_modules/h/index.js");
  disk.files.add_link("/app/node_modules/a", ".pnpm/a@1/node_modules/a");
  disk.table.set_root(disk.paths.intern_directory("/app"));
  CHECK(disk.identity("/app/node_modules/a/index.js") == "/app/node_modules/.pnpm/a@1/node_modules/a/index.js");
  const DirId a = disk.paths.intern_directory("/app/node_modules/.pnpm/a@1/node_modules/a");
  for (DirId d = a; d != kFileSystemRoot; d = disk.paths.parent(d)) disk.table.enter_upward(d, "node_modules");
  CHECK(disk.files.count(Operation::list, "/app/node_modules/.pnpm") == 0);
  CHECK(disk.files.count(Operation::list, "/app/node_modules/.pnpm/a@1") == 0);
}

TEST_CASE("directory table: links lead to canonical paths", "[resolver]") {
  Disk disk;
  disk.files.add("/w/packages/ui/src/index.ts");
  disk.files.add("/w/packages/ui/package.json");
  disk.files.add_link("/w/app/node_modules/ui", "../../packages/ui");
  disk.files.add_link("/w/app/abs", "/w/packages/ui");
  disk.files.add_link("/w/app/chain", "abs");
  disk.files.add_link("/w/app/file.ts", "chain/src/index.ts");
  disk.files.add_link("/w/app/broken", "nowhere");
  disk.files.add_link("/w/app/loop", "loop2");
  disk.files.add_link("/w/app/loop2", "loop");
  disk.files.add_link("/w/app/self", ".");
  disk.files.add_special("/w/app/fifo");
  disk.files.add_link("/w/app/to-fifo", "fifo");
  struct Row {
    std::string_view path, identity;
  };
  for (const Row& row :
       {Row{"/w/app/node_modules/ui", "/w/packages/ui"},
        Row{"/w/app/node_modules/ui/src/index.ts", "/w/packages/ui/src/index.ts"},
        Row{"/w/app/chain/src", "/w/packages/ui/src"}, Row{"/w/app/file.ts", "/w/packages/ui/src/index.ts"},
        Row{"/w/app/broken", "-"}, Row{"/w/app/loop", "-"}, Row{"/w/app/broken/x", "-"},
        Row{"/w/app/self/self/file.ts", "/w/packages/ui/src/index.ts"}, Row{"/w/app/fifo", "-"},
        Row{"/w/app/to-fifo", "-"}}) {
    INFO(row.path);
    CHECK(disk.identity(row.path) == row.identity);
  }
  disk.files.clear_log();
  CHECK(disk.identity("/w/app/chain/src/index.ts") == "/w/packages/ui/src/index.ts");
  CHECK(disk.files.log().empty());
}

TEST_CASE("directory table: preserved links are their own identity", "[resolver]") {
  Disk disk({}, /*preserve_symlinks=*/true);
  disk.files.add("/w/packages/ui/index.ts");
  disk.files.add_link("/w/app/ui", "../packages/ui");
  CHECK(disk.identity("/w/app/ui/index.ts") == "/w/app/ui/index.ts");
  CHECK(disk.identity("/w/packages/ui/index.ts") == "/w/packages/ui/index.ts");
}

TEST_CASE("directory table: a disk without entry types is asked once per name", "[resolver]") {
  Disk disk({.hides_types = true});
  disk.files.add("/app/a.ts");
  disk.files.add("/app/lib/b.ts");
  disk.files.add_link("/app/l.ts", "a.ts");
  CHECK(disk.identity("/app/a.ts") == "/app/a.ts");
  CHECK(disk.identity("/app/l.ts") == "/app/a.ts");
  CHECK(disk.identity("/app/lib") == "/app/lib");
  disk.files.clear_log();
  CHECK(disk.identity("/app/a.ts") == "/app/a.ts");
  CHECK(disk.identity("/app/l.ts") == "/app/a.ts");
  CHECK(disk.files.log().empty());
}

TEST_CASE("directory table: an unlistable directory is searched name by name, and reported", "[resolver]") {
  Disk disk;
  disk.files.add("/app/private/a.ts");
  disk.files.add_link("/app/private/l.ts", "a.ts");
  disk.files.fail(Operation::list, "/app/private", EACCES);
  CHECK(disk.identity("/app/private/a.ts") == "/app/private/a.ts");
  CHECK(disk.identity("/app/private/l.ts") == "/app/private/a.ts");
  CHECK(disk.identity("/app/private/b.ts") == "-");
  disk.files.clear_log();
  CHECK(disk.identity("/app/private/b.ts") == "-");
  CHECK(disk.files.log().empty());
  const std::vector<ResolverProblem> problems = disk.table.problems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == ResolverProblem::Kind::unreadable_directory);
  CHECK(problems[0].path == "/app/private");
  CHECK(problems[0].error == EACCES);
}

TEST_CASE("directory table: a link whose target cannot be reached is reported, a broken one is not", "[resolver]") {
  Disk disk;
  disk.files.add("/secret/x.ts");
  disk.files.add("/secret/y.ts");
  disk.files.add("/app/node_modules/.pnpm/p@1/x.ts");
  disk.files.add_link("/app/denied.ts", "../secret/x.ts");
  disk.files.add_link("/app/failing.ts", "../secret/y.ts");
  disk.files.add_link("/app/broken.ts", "../secret/z.ts");
  disk.files.add_link("/app/loop.ts", "loop.ts");
  disk.files.fail(Operation::real_path, "/app/denied.ts", EACCES);
  disk.files.fail(Operation::real_path, "/app/loop.ts", ELOOP);
  disk.files.fail(Operation::status, "/secret/y.ts", EIO);
  disk.files.fail(Operation::status, "/app/node_modules/.pnpm/p@1", EACCES);
  for (const char* path : {"/app/denied.ts", "/app/failing.ts", "/app/broken.ts", "/app/loop.ts"}) {
    CHECK(disk.identity(path) == "-");
  }
  // A directory that is only passed through: its names are looked up singly.
  CHECK(disk.identity("/app/node_modules/.pnpm/p@1") == "-");
  CHECK(disk.identity("/app/node_modules/.pnpm/p@2") == "-");
  std::vector<std::pair<std::string, int>> reported;
  for (const ResolverProblem& problem : disk.table.problems()) reported.emplace_back(problem.path, problem.error);
  CHECK(reported == std::vector<std::pair<std::string, int>>{
                        {"/app/denied.ts", EACCES}, {"/app/failing.ts", EIO}, {"/app/node_modules/.pnpm", EACCES}});
}

TEST_CASE("directory table: letter case is the disk's", "[resolver]") {
  const auto fill = [](Disk& disk) {
    disk.files.add("/app/src/Target.ts");
    disk.files.add("/app/src/École.ts");
    disk.files.add("/app/Lib/kelvin.ts");
    disk.files.add("/app/Lib/é.ts");
  };
  SECTION("a disk that folds") {
    for (const bool unstable : {false, true}) {
      Disk disk({.folds_case = true, .spells_as_asked = true, .unstable_inodes = unstable});
      fill(disk);
      CHECK(disk.identity("/app/src/target.TS") == "/app/src/Target.ts");
      CHECK(disk.identity("/APP/SRC/target.ts") == "/app/src/Target.ts");
      CHECK(disk.identity("/app/lib/Kelvin.ts") == "/app/Lib/kelvin.ts");
      if (!unstable) {
        CHECK(disk.identity("/app/src/école.ts") == "/app/src/École.ts");
        CHECK(disk.identity("/app/lib/\u212aelvin.ts") == "/app/Lib/kelvin.ts");
      }
      CHECK(disk.identity("/app/src/target.tsx") == "-");
    }
  }
  SECTION("a disk that does not: the near miss is told") {
    Disk disk;
    fill(disk);
    CHECK(disk.identity("/app/src/target.ts") == "-");
    CHECK(disk.identity("/app/src/école.ts") == "-");
    CHECK(disk.identity("/app/SRC/Target.ts") == "-");
    const DirId src = disk.paths.intern_directory("/app/src");
    CHECK(disk.table.find(src, "target.ts").near_miss == "Target.ts");
    CHECK(disk.table.find(src, "targets.ts").near_miss.empty());
    disk.files.clear_log();
    CHECK(disk.identity("/app/src/TARGET.ts") == "-");
    CHECK(disk.files.log().empty());  // one look a directory was enough
  }
  SECTION("both spellings side by side") {
    Disk disk;
    disk.files.add("/app/a.ts");
    disk.files.add("/app/A.ts");
    CHECK(disk.identity("/app/a.ts") == "/app/a.ts");
    CHECK(disk.identity("/app/A.ts") == "/app/A.ts");
  }
}

TEST_CASE("directory table: normal forms are the disk's", "[resolver]") {
  const std::string composed = "/app/\u00e9.ts", decomposed = "/app/e\u0301.ts";
  SECTION("one name") {
    Disk disk({.normalises = true});
    disk.files.add(decomposed);
    CHECK(disk.identity(composed) == decomposed);
    CHECK(disk.identity(decomposed) == decomposed);
  }
  SECTION("two names") {
    Disk disk;
    disk.files.add(decomposed);
    CHECK(disk.identity(composed) == "-");
  }
}

TEST_CASE("directory table: foreign spellings in links and roots are corrected", "[resolver]") {
  Disk disk({.folds_case = true, .spells_as_asked = true});
  disk.files.add("/Home/App/Packages/Ui/index.ts");
  disk.files.add_link("/Home/App/ui", "packages/ui");
  const DirId root = disk.table.canonical(disk.paths.intern_directory("/home/app"));
  CHECK(disk.paths.text(root) == "/Home/App");
  disk.table.set_root(root);
  CHECK(disk.identity("/Home/App/ui/Index.ts") == "/Home/App/Packages/Ui/index.ts");
}

TEST_CASE("directory table: dropped listings are read again, ids stay", "[resolver]") {
  Disk disk;
  disk.files.add("/app/a.ts");
  disk.files.add_link("/app/l", "sub");
  disk.files.add("/app/sub/b.ts");
  const std::string before = disk.identity("/app/l/b.ts");
  const size_t bytes = disk.table.bytes();
  disk.table.drop_listings();
  CHECK(disk.table.bytes() < bytes);
  disk.files.add("/app/new.ts");
  CHECK(disk.identity("/app/new.ts") == "/app/new.ts");
  CHECK(disk.identity("/app/l/b.ts") == before);
}

TEST_CASE("directory table: an existing path is interned, whatever it is", "[resolver]") {
  Disk disk;
  disk.files.add("/app/src/main.ts");
  disk.files.add_special("/app/fifo");
  disk.files.add_link("/app/link.ts", "src/main.ts");
  disk.files.add_link("/app/broken.ts", "gone.ts");
  const auto path = [&](std::string_view of) {
    FileId file = kNoFile;
    const int error = disk.table.intern(of, file);
    if (error != 0) return "error " + std::to_string(error);
    std::string text;
    disk.paths.append(disk.paths.directory(file), disk.paths.name(file), text);
    return text;
  };
  CHECK(path("/app/src/main.ts") == "/app/src/main.ts");
  CHECK(path("/app/link.ts") == "/app/src/main.ts");
  CHECK(path("/app/src") == "/app/src");
  CHECK(path("/app/fifo") == "/app/fifo");
  CHECK(path("/app/gone.ts") == "error " + std::to_string(ENOENT));
  CHECK(path("/app/broken.ts") == "error " + std::to_string(ENOENT));
  CHECK(path("/app/src/main.ts/x") == "error " + std::to_string(ENOTDIR));
  CHECK(path("/") == "/");
}

TEST_CASE("directory table: canonical paths of random link trees equal realpath(3)", "[resolver]") {
  namespace fs = std::filesystem;
  std::string pattern = (fs::temp_directory_path() / "demarc-links-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()));
  const fs::path top = fs::canonical(pattern);
  const auto real = make_real_file_system();
  std::mt19937 random(7);
  const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  const std::vector<std::string> names = {"a", "b", "c", "d.ts", "e.js"};
  size_t compared = 0;
  for (int tree = 0; tree < 40; ++tree) {
    const fs::path root = top / std::to_string(tree);
    fs::create_directory(root);
    std::vector<std::string> directories = {""};
    for (int i = 0; i < 30; ++i) {
      const std::string path = pick(directories) + "/" + pick(names);
      const fs::path full = root.string() + path;
      std::error_code ignored;
      switch (random() % 3) {
        case 0:
          if (fs::create_directory(full, ignored)) directories.push_back(path);
          break;
        case 1:
          if (!fs::exists(fs::symlink_status(full, ignored))) std::ofstream(full).put('x');
          break;
        default: {
          std::string target =
              random() % 3 == 0 ? root.string() + pick(directories) : std::string(random() % 2 ? ".." : ".");
          for (auto n = random() % 3; n > 0; --n) target += "/" + pick(names);
          fs::create_symlink(target, full, ignored);
        }
      }
    }
    PathTable paths;
    DirectoryTable table(*real, paths, /*preserve_symlinks=*/false);
    table.set_root(paths.intern_directory(root.string()));
    for (int i = 0; i < 300; ++i) {
      std::string path = root.string();
      for (auto n = 1 + random() % 5; n > 0; --n) path += "/" + pick(names);
      char buffer[PATH_MAX];
      struct Answer {
        std::string text;
      } want{realpath(path.c_str(), buffer) ? buffer : "-"};
      FileId file = kNoFile;
      std::string got = "-";
      if (table.intern(path, file) == 0) {
        got.clear();
        paths.append(paths.directory(file), paths.name(file), got);
      }
      INFO(path);
      REQUIRE(got == want.text);
      compared += got != "-";
    }
  }
  fs::remove_all(top);
  CHECK(compared > 1000);
}
