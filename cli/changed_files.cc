// What git could be made to run by a repository that somebody else prepared, and what stands against it:
//
//   core.fsmonitor                          -c core.fsmonitor=
//   hooks (post-index-change)               -c core.hooksPath=/dev/null, and GIT_OPTIONAL_LOCKS=0
//   diff.external, diff.NAME.command        --no-ext-diff
//   diff.NAME.textconv                      --no-textconv
//   filter.NAME.clean, .process             -c filter.NAME.clean= …, for every one that `git config` names
//   configuration within submodules         --ignore-submodules=all
//   a remote that has missing objects       GIT_ALLOW_PROTOCOL=none, GIT_NO_LAZY_FETCH=1
//   pagers, editors, password prompts       the output is a pipe; GIT_TERMINAL_PROMPT=0
//
// No shell is involved, and the revision is resolved to a commit before it is used.
#include "cli/changed_files.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

extern char** environ;  // NOLINT: POSIX names it so

namespace demarc {
namespace {

constexpr size_t kMostOutput = size_t{256} << 20;

struct Answer {
  int exit_code = 0;
  std::string output;
  std::string complaint;
};

Error failure(int code, std::string message) {
  return {.code = code, .path = {}, .message = std::move(message)};
}

// The caller's environment, with git's switches in it. What tells git which repository it is in (a hook's surroundings
// do) counts for the caller's folder and not for ours: what `git rev-parse --local-env-vars` lists, but for
// configuration.
std::vector<std::string> surroundings() {
  static constexpr std::string_view kSwitches[] = {"GIT_OPTIONAL_LOCKS=0", "GIT_ALLOW_PROTOCOL=none",
                                                   "GIT_NO_LAZY_FETCH=1",  "GIT_TERMINAL_PROMPT=0",
                                                   "GIT_PAGER=cat",        "LC_ALL=C"};
  static constexpr std::string_view kOfARepository[] = {"GIT_DIR=",
                                                        "GIT_WORK_TREE=",
                                                        "GIT_PREFIX=",
                                                        "GIT_COMMON_DIR=",
                                                        "GIT_OBJECT_DIRECTORY=",
                                                        "GIT_ALTERNATE_OBJECT_DIRECTORIES=",
                                                        "GIT_INDEX_FILE=",
                                                        "GIT_IMPLICIT_WORK_TREE=",
                                                        "GIT_GRAFT_FILE=",
                                                        "GIT_SHALLOW_FILE=",
                                                        "GIT_INTERNAL_SUPER_PREFIX="};
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    const auto is_ours = [&](std::string_view ours) { return ours.starts_with(name); };
    if (std::any_of(std::begin(kSwitches), std::end(kSwitches), is_ours)) continue;
    if (std::find(std::begin(kOfARepository), std::end(kOfARepository), name) != std::end(kOfARepository)) continue;
    variables.emplace_back(text);
  }
  variables.insert(variables.end(), std::begin(kSwitches), std::end(kSwitches));
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

// A pipe whose ends no other program inherits.
struct Pipe {
  int ends[2] = {-1, -1};
  bool open() { return pipe2(ends, O_CLOEXEC) == 0; }
  void close_end(int end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
};

// Standard error goes to a nameless file, so that only one pipe has to be read.
int open_nameless_file() {
  return memfd_create("git", MFD_CLOEXEC);
}

std::string first_complaint(int file) {
  std::string text(4096, '\0');
  const ssize_t count = pread(file, text.data(), text.size(), 0);
  text.resize(size_t(std::max<ssize_t>(count, 0)));
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

class Git {
 public:
  explicit Git(std::string folder) : folder_(std::move(folder)) {}

  Result<Answer> run(std::vector<std::string> arguments) const {
    std::vector<std::string> words = {"git", "--no-pager",          "-C", folder_,
                                      "-c",  "core.fsmonitor=",     "-c", "core.hooksPath=/dev/null",
                                      "-c",  "core.quotePath=false"};
    for (const std::string& setting : settings_) words.insert(words.end(), {"-c", setting});
    words.insert(words.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
    return spawn(std::move(words));
  }

  // Has every content filter that any configuration names do nothing.
  Result<void> switch_filters_off() {
    const Result<Answer> answer = run({"config", "--name-only", "-z", "--get-regexp", "^filter\\..*"});
    if (!answer) return tl::unexpected(answer.error());
    // 1: there is none.
    if (answer->exit_code > 1) return tl::unexpected(failure(0, answer->complaint));
    std::string_view names = answer->output;
    std::vector<std::string> filters;
    while (!names.empty()) {
      const size_t end = std::min(names.find('\0'), names.size());
      const std::string_view name = names.substr(0, end);
      names.remove_prefix(std::min(end + 1, names.size()));
      const size_t dot = name.rfind('.');
      if (dot > 6) filters.emplace_back(name.substr(0, dot));
    }
    std::sort(filters.begin(), filters.end());
    filters.erase(std::unique(filters.begin(), filters.end()), filters.end());
    for (const std::string& filter : filters) {
      // `-c` ends a key at its first `=`.
      if (filter.find('=') != std::string::npos)
        return tl::unexpected(failure(0, "the git configuration has a filter with a name that cannot be switched off"));
      for (const char* key : {".clean=", ".smudge=", ".process=", ".required=false"}) settings_.push_back(filter + key);
    }
    return {};
  }

 private:
  static Result<Answer> spawn(std::vector<std::string> words) {
    Pipe output;
    const int errors = open_nameless_file();
    if (errors < 0 || !output.open()) {
      const int error = errno;
      if (errors >= 0) close(errors);
      return tl::unexpected(failure(error, std::string("git cannot be started: ") + std::strerror(error)));
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // We ignore SIGPIPE and SIGXFSZ, which a child would inherit.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> variables = surroundings();
    pid_t child = 0;
    const int error =
        posix_spawnp(&child, "git", &actions, &attributes, pointers(words).data(), pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    output.close_end(1);
    if (error != 0) {
      close(errors);
      return tl::unexpected(failure(error, error == ENOENT
                                               ? "git is not installed, or not in PATH"
                                               : std::string("git cannot be started: ") + std::strerror(error)));
    }
    Answer answer;
    const bool is_whole = read_all(output.ends[0], answer.output);
    output.close_end(0);  // whoever still writes gets SIGPIPE
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    answer.complaint = first_complaint(errors);
    close(errors);
    if (!is_whole) return tl::unexpected(failure(EFBIG, "git names more than 256 MiB of changed files"));
    return answer;
  }

  static bool read_all(int file, std::string& text) {
    constexpr size_t kStep = size_t{64} << 10;
    while (text.size() <= kMostOutput) {
      const size_t size = text.size();
      text.resize(size + kStep);
      ssize_t count = 0;
      while ((count = ::read(file, text.data() + size, kStep)) < 0 && errno == EINTR) {
      }
      text.resize(size + size_t(std::max<ssize_t>(count, 0)));
      if (count <= 0) return count == 0;
    }
    return false;
  }

  const std::string folder_;
  std::vector<std::string> settings_;
};

std::string without_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

void add_paths(std::string_view names, const std::string& top, std::vector<std::string>& paths) {
  while (!names.empty()) {
    const size_t end = std::min(names.find('\0'), names.size());
    if (end > 0) paths.push_back((top == "/" ? top : top + '/') + std::string(names.substr(0, end)));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

}  // namespace

ChangedFiles::ChangedFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {
  std::sort(paths_.begin(), paths_.end());
  for (const std::string& path : paths_) {
    if (faccessat(AT_FDCWD, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) continue;
    std::string_view name = path;
    const size_t dot = name.find('.', name.rfind('/') + 1);
    name = name.substr(0, dot);
    if (name.ends_with("/index")) name.remove_suffix(std::string_view("/index").size());
    name = name.substr(std::min(name.rfind('/'), name.size()));
    if (name.size() > 1) removed_.emplace_back(name);
  }
}

bool ChangedFiles::names_removed(std::string_view text) const {
  const auto is_named = [&](const std::string& name) {
    for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const size_t end = at + name.size();
      if (end == text.size() || std::string_view("\"./?").find(text[end]) != std::string_view::npos) return true;
    }
    return false;
  };
  return std::any_of(removed_.begin(), removed_.end(), is_named);
}

bool ChangedFiles::contains(std::string_view path) const {
  return std::binary_search(paths_.begin(), paths_.end(), path, std::less<>());
}

Result<ChangedFiles> ChangedFiles::since(const std::string& folder, const std::string& revision) {
  if (revision.empty() || revision.front() == '-' || revision.find_first_of("\n\r") != std::string::npos)
    return tl::unexpected(failure(0, "\"" + revision + "\" is no revision; name a branch, a tag or a commit"));
  Git git(folder);
  const Result<Answer> top = git.run({"rev-parse", "--show-toplevel"});
  if (!top) return tl::unexpected(top.error());
  if (top->exit_code != 0) {
    if (top->complaint.find("not a git repository") != std::string::npos)
      return tl::unexpected(failure(0, "the project is in no git repository"));
    return tl::unexpected(failure(0, "git says: " + top->complaint));
  }
  if (const Result<void> off = git.switch_filters_off(); !off) return tl::unexpected(off.error());
  const Result<Answer> commit = git.run({"rev-parse", "--verify", "--quiet", revision + "^{commit}"});
  if (!commit) return tl::unexpected(commit.error());
  if (commit->exit_code != 0)
    return tl::unexpected(
        failure(0, "git does not know the revision \"" + revision + "\"; a shallow clone has to fetch it first"));

  const std::string root = without_newline(top->output);
  std::vector<std::string> paths;
  const std::vector<std::string> questions[] = {
      {"diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv",
       "--ignore-submodules=all", without_newline(commit->output), "--"},
      // `folder` may be below the root of the repository; untracked files beside it are of interest too.
      {"-C", root, "ls-files", "-o", "--exclude-standard", "--full-name", "-z"}};
  for (const std::vector<std::string>& question : questions) {
    const Result<Answer> answer = git.run(question);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->exit_code != 0) return tl::unexpected(failure(0, "git says: " + answer->complaint));
    add_paths(answer->output, root, paths);
  }
  return ChangedFiles(std::move(paths));
}

}  // namespace demarc
