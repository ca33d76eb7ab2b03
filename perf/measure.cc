// measure [--limit BYTES] REPORT COMMAND [ARG…]: runs a command and writes what it cost into the file REPORT, as JSON:
//
//   { "exitCode": 0, "wallMs": 21.4, "cpuMs": 38.0, "peakBytes": 16801792,
//     "processes": [{ "name": "demarc", "peakBytes": 16801792 }] }
//
// wallMs runs from just before the command's execve to its end; cpuMs is user + system time of it and all it started.
//
// Memory is VmHWM of every process, read at its last moment: the process is traced, and ptrace stops it once, when it
// is about to exit and its memory is still there. wait4's ru_maxrss is not used because execve keeps the high-water
// mark of the process that forked. peakBytes is the largest sum over processes that lived at the same time; each of
// them is counted with its own peak, so the sum is an upper bound when there are several.
//
// Tracing costs a stop at each fork and each exit of a process and nothing in between: system calls and threads are not
// traced. The price is that a process forked by a thread other than the first of its process is not seen; nothing that
// is measured here does that.
//
// With --limit, resident memory of all processes together is looked at five times a second, and when it is above BYTES
// they are killed and this program ends with 137. A machine without swap is unusable long before its own killer acts.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Process {
  std::string name;
  int64_t peak_bytes = 0;
  Clock::time_point begin;
  Clock::time_point end;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "measure: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// What the command started should end with it. Descendants that stay are a mistake in the measured program, and are
// killed with this process because of PTRACE_O_EXITKILL.
constexpr unsigned kSecondsForStragglers = 10;
void on_alarm(int) {
  constexpr char kMessage[] = "measure: the command ended, but a process that it started did not\n";
  if (write(STDERR_FILENO, kMessage, sizeof kMessage - 1) < 0) _exit(3);
  _exit(2);
}

// Five times a second waitpid is interrupted, so that memory can be looked at.
void on_tick(int) {}

void start_ticking() {
  struct sigaction action {};
  action.sa_handler = on_tick;
  if (sigaction(SIGUSR1, &action, nullptr) != 0) fail("sigaction");
  timer_t timer;
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGUSR1;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) fail("timer_create");
  const itimerspec period{.it_interval = {0, 200'000'000}, .it_value = {0, 200'000'000}};
  if (timer_settime(timer, 0, &period, nullptr) != 0) fail("timer_settime");
}

// Name and VmHWM from /proc/PID/status. A process that has no memory any more (it was killed) keeps a peak of 0.
void read_status(pid_t pid, Process& process) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/status", static_cast<int>(pid));
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  char text[8192];
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return;
  text[size] = '\0';
  if (const char* name = std::strstr(text, "Name:\t")) {
    name += 6;
    process.name.assign(name, std::strcspn(name, "\n"));
  }
  if (const char* peak = std::strstr(text, "\nVmHWM:")) {
    process.peak_bytes = std::strtoll(peak + 7, nullptr, 10) * 1024;
  }
}

int64_t resident_bytes(pid_t pid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/statm", static_cast<int>(pid));
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) return 0;
  long long total = 0;
  long long resident = 0;
  const int read = std::fscanf(file, "%lld %lld", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * sysconf(_SC_PAGESIZE) : 0;
}

void resume(pid_t pid, int signal) {
  if (ptrace(PTRACE_CONT, pid, nullptr, reinterpret_cast<void*>(static_cast<intptr_t>(signal))) != 0 &&
      errno != ESRCH) {
    fail("ptrace(PTRACE_CONT)");
  }
}

// The largest sum of peaks over a moment at which processes lived together; that moment is the begin of one of them.
int64_t concurrent_peak(const std::vector<Process>& processes) {
  int64_t largest = 0;
  for (const Process& at : processes) {
    int64_t sum = 0;
    for (const Process& other : processes) {
      if (other.begin <= at.begin && at.begin < other.end) sum += other.peak_bytes;
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

pid_t start_stopped(char** command, int& gate) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    close(ends[1]);
    char byte = 0;
    if (read(ends[0], &byte, 1) != 1) _exit(126);
    execvp(command[0], command);
    std::fprintf(stderr, "measure: cannot run %s: %s\n", command[0], std::strerror(errno));
    _exit(127);
  }
  close(ends[0]);
  gate = ends[1];
  return child;
}

void write_name(std::FILE* file, const std::string& name) {
  for (const char c : name) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      std::fprintf(file, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      std::fputc(c, file);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  int64_t limit = 0;
  if (argc > 2 && std::strcmp(argv[1], "--limit") == 0) {
    limit = std::strtoll(argv[2], nullptr, 10);
    argv += 2;
    argc -= 2;
  }
  if (argc < 3 || limit < 0) {
    std::fputs("usage: measure [--limit BYTES] REPORT COMMAND [ARG…]\n", stderr);
    return 2;
  }
  // Orphans come to this process, so that their time is counted and their end is awaited.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("prctl(PR_SET_CHILD_SUBREAPER)");

  int gate = -1;
  const pid_t root = start_stopped(argv + 2, gate);
  constexpr intptr_t kOptions = PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, root, nullptr, reinterpret_cast<void*>(kOptions)) != 0) fail("ptrace(PTRACE_SEIZE)");

  std::map<pid_t, Process> live;
  std::vector<Process> ended;
  const Clock::time_point begin = Clock::now();
  live[root].begin = begin;
  if (write(gate, "x", 1) != 1) fail("write");
  close(gate);

  if (limit > 0) start_ticking();
  Clock::time_point root_end = begin;
  int root_status = 0;
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) {
      if (errno == EINTR) {
        int64_t resident = 0;
        for (const auto& [one, _] : live) resident += resident_bytes(one);
        if (limit == 0 || resident <= limit) continue;
        // They are killed with this process because of PTRACE_O_EXITKILL.
        std::fprintf(stderr, "measure: killed after %.1f s, at %.1f GB of memory; the limit is %.1f GB\n",
                     milliseconds(Clock::now() - begin) / 1000, static_cast<double>(resident) / 1e9,
                     static_cast<double>(limit) / 1e9);
        return 137;
      }
      if (errno == ECHILD) break;
      fail("waitpid");
    }
    const Clock::time_point now = Clock::now();

    if (WIFSTOPPED(status)) {
      const auto [entry, is_new] = live.try_emplace(pid);
      if (is_new) entry->second.begin = now;
      const int stop = WSTOPSIG(status);
      switch (status >> 16) {
        case 0:
          resume(pid, stop);
          break;
        case PTRACE_EVENT_EXIT:
          read_status(pid, entry->second);
          resume(pid, 0);
          break;
        case PTRACE_EVENT_STOP:
          // A process stopped by job control stays stopped; one that was just attached goes on.
          if (stop == SIGSTOP || stop == SIGTSTP || stop == SIGTTIN || stop == SIGTTOU) {
            ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);
          } else {
            resume(pid, 0);
          }
          break;
        default:
          resume(pid, 0);
          break;
      }
      continue;
    }

    if (const auto entry = live.find(pid); entry != live.end()) {
      entry->second.end = now;
      ended.push_back(std::move(entry->second));
      live.erase(entry);
    }
    if (pid == root) {
      root_end = now;
      root_status = status;
      signal(SIGALRM, on_alarm);
      alarm(kSecondsForStragglers);
    }
  }
  alarm(0);

  rusage usage{};
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) fail("getrusage");
  const auto in_ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
  };
  const int exit_code = WIFEXITED(root_status) ? WEXITSTATUS(root_status) : 128 + WTERMSIG(root_status);

  std::FILE* report = std::fopen(argv[1], "w");
  if (report == nullptr) fail(argv[1]);
  std::fprintf(report,
               "{ \"exitCode\": %d, \"wallMs\": %.3f, \"cpuMs\": %.3f, \"peakBytes\": %lld,\n  \"processes\": [",
               exit_code, milliseconds(root_end - begin), in_ms(usage.ru_utime) + in_ms(usage.ru_stime),
               static_cast<long long>(concurrent_peak(ended)));
  const char* separator = "";
  for (const Process& process : ended) {
    std::fprintf(report, "%s{ \"name\": \"", separator);
    write_name(report, process.name);
    std::fprintf(report, "\", \"peakBytes\": %lld }", static_cast<long long>(process.peak_bytes));
    separator = ", ";
  }
  std::fputs("] }\n", report);
  if (std::fclose(report) != 0) fail(argv[1]);
  return exit_code;
}
