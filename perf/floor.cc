// floor THREADS LIST: the least that any scanner of these files has to do, and what it costs. Every directory is opened
// and listed once, every file is opened, read to its end and closed; nothing is looked at. Prints, as JSON:
//
//   { "wallMs": 11.2, "cpuMs": 20.8, "files": 3389, "directories": 412, "bytes": 5433211 }
//
// The times are those of this work alone: starting the process and reading LIST are left out.
//
// LIST has one line a path, grouped by directory: `D/path/of/directory` followed by `Fname` for each file in it.
//
// Files are opened relative to a handle of their directory, which spares the kernel the walk along the path. Work is
// shared out in portions of one directory, so that one with thousands of files occupies every thread; a portion opens
// the directory again, and the first of each lists it.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr size_t kFilesPerPortion = 64;
constexpr size_t kReadBytes = size_t{1} << 18;
constexpr size_t kListingBytes = size_t{1} << 15;

struct Portion {
  const char* directory;
  bool lists;
  std::vector<const char*> names;
};

[[noreturn]] void fail(const std::string& path) {
  std::fprintf(stderr, "floor: %s: %s\n", path.c_str(), std::strerror(errno));
  std::exit(2);
}

// The whole of LIST; the portions point into it.
std::unique_ptr<char[]> read_list(const char* path, size_t& size) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) fail(path);
  if (std::fseek(file, 0, SEEK_END) != 0) fail(path);
  const long end = std::ftell(file);
  if (end < 0 || std::fseek(file, 0, SEEK_SET) != 0) fail(path);
  size = static_cast<size_t>(end);
  std::unique_ptr<char[]> text(new char[size + 1]);
  if (std::fread(text.get(), 1, size, file) != size) fail(path);
  text[size] = '\0';
  std::fclose(file);
  return text;
}

std::vector<Portion> parse_list(char* text, const char* path) {
  std::vector<Portion> portions;
  for (char* line = std::strtok(text, "\n"); line != nullptr; line = std::strtok(nullptr, "\n")) {
    if (line[0] == 'D') {
      portions.push_back({line + 1, true, {}});
    } else if (line[0] == 'F' && !portions.empty()) {
      if (portions.back().names.size() == kFilesPerPortion) portions.push_back({portions.back().directory, false, {}});
      portions.back().names.push_back(line + 1);
    } else {
      std::fprintf(stderr, "floor: %s: a line that is neither D… nor F… behind a D: %s\n", path, line);
      std::exit(2);
    }
  }
  return portions;
}

class Worker {
 public:
  void run(const std::vector<Portion>& portions, std::atomic<size_t>& next) {
    for (size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < portions.size();) do_portion(portions[i]);
  }

  int64_t files() const { return files_; }
  int64_t directories() const { return directories_; }
  int64_t bytes() const { return bytes_; }

 private:
  void do_portion(const Portion& portion) {
    const int directory = open(portion.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) fail(portion.directory);
    if (portion.lists) {
      long size;
      while ((size = syscall(SYS_getdents64, directory, listing_.get(), kListingBytes)) > 0) {
      }
      if (size < 0) fail(portion.directory);
      ++directories_;
    }
    for (const char* name : portion.names) {
      const int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
      if (file < 0) fail(std::string(portion.directory) + "/" + name);
      // A regular file that gives less than was asked for has ended: a small one costs one read.
      ssize_t size;
      do {
        size = read(file, buffer_.get(), kReadBytes);
        if (size < 0) fail(std::string(portion.directory) + "/" + name);
        bytes_ += size;
      } while (static_cast<size_t>(size) == kReadBytes);
      close(file);
      ++files_;
    }
    close(directory);
  }

  std::unique_ptr<char[]> buffer_{new char[kReadBytes]};
  std::unique_ptr<char[]> listing_{new char[kListingBytes]};
  int64_t files_ = 0;
  int64_t directories_ = 0;
  int64_t bytes_ = 0;
};

double cpu_ms() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto in_ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
  };
  return in_ms(usage.ru_utime) + in_ms(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc == 3 ? std::atoi(argv[1]) : 0;
  if (threads < 1) {
    std::fputs("usage: floor THREADS LIST\n", stderr);
    return 2;
  }
  size_t size = 0;
  const std::unique_ptr<char[]> text = read_list(argv[2], size);
  const std::vector<Portion> portions = parse_list(text.get(), argv[2]);

  const double cpu_before = cpu_ms();
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<size_t> next{0};
  std::vector<Worker> workers(static_cast<size_t>(threads));
  std::vector<std::thread> others;
  for (size_t i = 1; i < workers.size(); ++i) others.emplace_back([&, i] { workers[i].run(portions, next); });
  workers[0].run(portions, next);
  for (std::thread& thread : others) thread.join();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
  const double cpu = cpu_ms() - cpu_before;

  int64_t files = 0;
  int64_t directories = 0;
  int64_t bytes = 0;
  for (const Worker& worker : workers) {
    files += worker.files();
    directories += worker.directories();
    bytes += worker.bytes();
  }
  std::printf("{ \"wallMs\": %.3f, \"cpuMs\": %.3f, \"files\": %lld, \"directories\": %lld, \"bytes\": %lld }\n",
              wall.count(), cpu, static_cast<long long>(files), static_cast<long long>(directories),
              static_cast<long long>(bytes));
  return 0;
}
