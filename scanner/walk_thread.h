// The inside of a Walk that its parts share: what each thread has, and where newly found files go.
#pragma once

#include <tbb/enumerable_thread_specific.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/locate.h"
#include "scanner/source_reader.h"
#include "scanner/walk.h"
#include "scanner/work_queue.h"

namespace demarc {

// How plugin-rsc tells a package's specifier from a path, a drive letter and a URL.
bool names_package(std::string_view specifier);

// What one thread needs again and again; nothing in it is shared.
struct Walk::Thread {
  static constexpr size_t kLanguages = size_t(Language::mdx) + 1;

  Thread(FileSystem& file_system, ChunkSource& chunks, int64_t start_ns)
      : reader(file_system, start_ns), arena(chunks) {}

  Lexer lexer;
  ModuleSyntax syntax;
  SourceReader reader;
  FactArena arena;
  std::vector<WalkFinding> findings;
  ScanStats stats;
  OpenEdge* open_edges = nullptr;         // in `arena`; in no order
  HostQuestionFact* questions = nullptr;  // the same
  uint64_t files_by_language[kLanguages] = {};

  // The path of `file`. Files of one directory follow each other, and its text is kept.
  const std::string& source_path(const Resolver& resolver, FileId file);
  DirId source_directory = kNoDir;
  size_t source_directory_size = 0;
  std::string source;

  // Scratch, kept for its capacity.
  std::string path;
  std::vector<std::pair<uint64_t, size_t>> places;  // (offset, index): directives, then imports
  std::vector<uint64_t> offsets;
  std::vector<SourceLocation> sorted_locations;
  std::vector<SourceLocation> locations;
  SeenModule seen;  // the file that was read last
  std::vector<TargetFact> targets;
  uint32_t current_import = 0;
};

struct Walk::Threads {
  Threads(FileSystem& file_system, ChunkSource& chunks)
      : locals([&file_system, &chunks, start = now_ns()] { return Thread(file_system, chunks, start); }) {}
  static int64_t now_ns() {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  }
  tbb::enumerable_thread_specific<Thread> locals;
};

// Where newly found files go. Adding never waits for other work, so it is safe while a thread's buffers are in use.
class Walk::Queue {
 public:
  explicit Queue(WorkQueue::Worker* worker) : worker_(worker) {}
  explicit Queue(std::vector<FileId>* files) : files_(files) {}  // between two rounds of the walk
  void add(FileId file) { worker_ ? worker_->add(file) : files_->push_back(file); }

 private:
  WorkQueue::Worker* worker_ = nullptr;
  std::vector<FileId>* files_ = nullptr;
};

// How an import asks for its target.
RequestKind request_kind(ImportKind kind);

// Whether a query turns the module into something else: its URL, its text, a worker (R111).
bool is_asset_query(std::string_view postfix, bool follow_workers);

}  // namespace demarc
