// The files that wait to be visited: four bytes each, however many there are, in batches that threads hand on whole.
//
// Each thread works off a batch of its own, last in first out, so that the frontier of a walk stays small. What fills
// up goes to the common pile, from which a thread without work takes; when one is waiting, the others share what they
// have.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>

#include "resolver/chunk_source.h"
#include "resolver/resolver.h"
#include "scanner/facts.h"

namespace demarc {

class WorkQueue {
  struct Batch {
    Batch* next = nullptr;
    uint32_t count = 0;
    std::array<FileId, 253> files;
  };

 public:
  explicit WorkQueue(ChunkSource& chunks) : arena_(chunks) {}

  void add(std::span<const FileId> files);

  // The hand of one thread. Any number may come and go, in any order, between add() and the end of the work.
  class Worker {
   public:
    explicit Worker(WorkQueue& queue);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Waits while others may still add something. False when nothing is left.
    bool next(FileId& file);
    void add(FileId file);
    uint32_t size() const { return own_->count; }  // what is in this hand

   private:
    WorkQueue& queue_;
    Batch* own_;
  };

  // Ends the work: every next() returns false from now on. For a thread that cannot go on.
  void abandon();

 private:
  Batch* make();  // an empty one
  void give(Batch* full);
  void share_half(Batch& own);
  bool take(Batch& empty);

  std::mutex mutex_;                 // guards what follows, but for the atomics' loads
  std::condition_variable changed_;  // the pile, working_ or abandoned_
  FactArena arena_;
  Batch* pile_ = nullptr;
  Batch* spare_ = nullptr;
  unsigned working_ = 0;  // workers that may still add something
  std::atomic<unsigned> waiting_{0};
  std::atomic<bool> abandoned_{false};
};

}  // namespace demarc
