// A disk in memory for tests, with switches for what real disks do differently, injected faults, a clock that only
// tick() moves, and a log of every access, so that a test can say what was read and what was not.
//
//   MemoryFileSystem disk;
//   disk.add("/app/src/main.ts", "import './x'");
//   disk.add_link("/app/node_modules/ui", "../../packages/ui");
//   Resolver resolver(disk, options);
//   ...
//   CHECK(disk.count(Operation::list) == 2);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/file_system.h"

namespace demarc {

enum class Operation : uint8_t { list, status, read_link, real_path, open, read };

class MemoryFileSystem final : public FileSystem {
 public:
  struct Switches {
    bool folds_case = false;       // é and É, k and the Kelvin sign too, as APFS and ext4 casefold do
    bool normalises = false;       // NFC and NFD of Latin-1 letters are one name
    bool hides_types = false;      // list() says unknown for everything
    bool spells_as_asked = false;  // real_path() gives the caller's spelling back, as FUSE does
    bool unstable_inodes = false;  // every status() has a new inode, as exfat-fuse does
  };

  MemoryFileSystem();
  explicit MemoryFileSystem(Switches switches);
  ~MemoryFileSystem();

  // Parents are made. An existing entry is replaced.
  void add(std::string_view path, std::string_view content = {});
  void add_directory(std::string_view path);
  void add_link(std::string_view path, std::string_view target);
  void add_hard_link(std::string_view path, std::string_view existing);
  void add_special(std::string_view path);  // a FIFO, socket or device
  void remove(std::string_view path);       // with what is below it

  // From now on the operation on this path fails. error 0 takes it back.
  void fail(Operation operation, std::string_view path, int error);
  // Contents and entries change their times only when the clock has moved.
  void tick(int64_t nanoseconds = 1'000'000'000);

  struct Access {
    Operation operation;
    std::string path;
    bool operator==(const Access&) const = default;
  };
  std::vector<Access> log() const;
  void clear_log();
  size_t count(Operation operation) const;
  size_t count(Operation operation, std::string_view path) const;

  int list(const std::string& directory, DirectoryVisitor& visitor) override;
  int status(const std::string& path, FileStatus& status) override;
  int read_link(const std::string& path, std::string& target) override;
  int real_path(const std::string& path, std::string& real) override;
  int open(const std::string& path, int& handle) override;
  int status(int handle, FileStatus& status) override;
  int64_t read_at(int handle, uint64_t offset, char* to, size_t size) override;
  void close(int handle) override;
  size_t open_handles() const;

 private:
  struct File;
  struct Found;

  std::string key(std::string_view name) const;
  std::pair<const std::string, std::shared_ptr<File>>* child(File& directory, std::string_view name) const;
  File& directory_for(std::string_view path, std::string& name);
  int find(std::string_view path, bool follow_last, Found& found) const;
  int enter(Operation operation, std::string_view path);
  FileStatus status_of(const File& file);

  const Switches switches_;
  mutable std::mutex mutex_;  // guards everything below
  std::shared_ptr<File> root_;
  std::map<std::pair<Operation, std::string>, int> faults_;
  struct Handle {
    std::shared_ptr<File> file;
    std::string path;
  };
  std::map<int, Handle> handles_;
  std::vector<Access> log_;
  int64_t now_ = 1'700'000'000'000'000'000;
  uint64_t next_inode_ = 2;
  int next_handle_ = 1000;
};

}  // namespace demarc
