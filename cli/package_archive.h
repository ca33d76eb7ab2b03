// The files of an npm package's archive (.tgz) as a disk, so that an archive is looked at by the code that looks at
// folders.
//
//   Result<std::unique_ptr<PackageArchive>> archive = PackageArchive::open("ui-1.0.0.tgz", {"/var/tmp"});
//   audit_package("/", options, **archive);
//
// Nothing is extracted: what is of interest (scripts, source maps, package.json) goes into one nameless temporary file,
// and a name in the archive is only ever a key of a table. In memory are that table and one block of the archive.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/file_system.h"
#include "resolver/result.h"

namespace demarc {

class PackageArchive final : public FileSystem {
 public:
  // Reads tar, plain or compressed by gzip. The temporary file goes into the first of `folders` that takes one.
  static Result<std::unique_ptr<PackageArchive>> open_archive(const std::string& path,
                                                              const std::vector<std::string>& folders);
  ~PackageArchive() override;
  PackageArchive(const PackageArchive&) = delete;
  PackageArchive& operator=(const PackageArchive&) = delete;

  int list(const std::string& directory, DirectoryVisitor& visitor) override;
  int status(const std::string& path, FileStatus& status) override;
  int read_link(const std::string& path, std::string& target) override;
  int real_path(const std::string& path, std::string& real) override;
  int open(const std::string& path, int& handle) override;
  int status(int handle, FileStatus& status) override;
  int64_t read_at(int handle, uint64_t offset, char* to, size_t size) override;
  void close(int handle) override;

 private:
  struct Piece {
    uint64_t offset = 0;
    uint64_t size = 0;
  };
  PackageArchive() = default;
  // Empty, or what is wrong.
  std::string read(const std::string& path);
  std::string add(std::string_view name, void* archive);

  std::map<std::string, Piece, std::less<>> files_;  // by absolute path
  std::vector<Piece> pieces_;                        // by handle
  int spool_ = -1;
  uint64_t spooled_ = 0;
};

}  // namespace demarc
