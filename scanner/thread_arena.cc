#include "scanner/thread_arena.h"

#include <exception>
#include <map>
#include <mutex>
#include <vector>

namespace demarc {
namespace {

// Never destroyed: scans may run while the process ends.
struct IdleArenas {
  std::mutex mutex;
  std::map<int, std::vector<std::unique_ptr<tbb::task_arena>>> by_threads;
};
IdleArenas& idle_arenas() {
  static IdleArenas* const all = new IdleArenas;
  return *all;
}

}  // namespace

ThreadArena::ThreadArena(int threads) : threads_(threads) {
  {
    const std::lock_guard lock(idle_arenas().mutex);
    std::vector<std::unique_ptr<tbb::task_arena>>& idle = idle_arenas().by_threads[threads];
    if (!idle.empty()) {
      arena_ = std::move(idle.back());
      idle.pop_back();
    }
  }
  if (!arena_) arena_ = std::make_unique<tbb::task_arena>(threads);
}

// One that could not start its threads is not kept, nor one for which there is no memory.
ThreadArena::~ThreadArena() {
  if (std::uncaught_exceptions() > 0 || !arena_->is_active()) return;
  try {
    const std::lock_guard lock(idle_arenas().mutex);
    idle_arenas().by_threads[threads_].push_back(std::move(arena_));
  } catch (const std::exception&) {
  }
}

}  // namespace demarc
