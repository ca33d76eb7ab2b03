#include "node-binding/src/workers.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace demarc {
namespace {

constexpr size_t kMostIdle = 2;

struct Worker {
  std::condition_variable called;
  std::function<void()> work;
};

// Never destroyed: its threads sleep in it until the process ends.
struct Workers {
  std::mutex mutex;  // guards all of it, the workers' `work` included
  std::vector<Worker*> idle;
};
Workers& workers() {
  static Workers* const all = new Workers;
  return *all;
}

void live(std::unique_ptr<Worker> self) {
  Workers& all = workers();
  std::unique_lock lock(all.mutex);
  for (;;) {
    std::function<void()> work = std::exchange(self->work, nullptr);
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
    if (all.idle.size() >= kMostIdle) return;
    all.idle.push_back(self.get());
    self->called.wait(lock, [&] { return self->work != nullptr; });
  }
}

}  // namespace

void run_on_worker(std::function<void()> work) {
  Workers& all = workers();
  {
    const std::lock_guard lock(all.mutex);
    if (!all.idle.empty()) {
      Worker* const worker = all.idle.back();
      all.idle.pop_back();
      worker->work = std::move(work);
      worker->called.notify_one();
      return;
    }
  }
  auto worker = std::make_unique<Worker>();
  worker->work = std::move(work);
  std::thread(live, std::move(worker)).detach();
}

}  // namespace demarc
