// A file that appears whole or not at all.
//
//   Result<OutputFile> file = OutputFile::create("map.json");
//   ... write to file->descriptor() ...
//   Result<void> done = file->commit();
//
// The bytes go to a nameless file in the target's folder (O_TMPFILE; a hidden name where the file system has no such
// thing), which takes the target's name only in commit(). Until then the old file is intact, whatever happens: a full
// disk, a signal, a power cut. Devices and pipes cannot be replaced and are written to directly.
#pragma once

#include <string>
#include <utility>

#include "resolver/result.h"

namespace demarc {

class OutputFile {
 public:
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  int descriptor() const { return file_; }
  // Makes the content durable and gives it its name.
  Result<void> commit();

 private:
  OutputFile() = default;
  Result<void> open_in_folder(const std::string& path);
  void discard();

  std::string path_;
  std::string name_;         // the last component of path_
  std::string hidden_name_;  // the temporary file's, while it has one
  int folder_ = -1;          // -1 for a device or pipe
  int file_ = -1;
};

}  // namespace demarc
