#include "scanner/work_queue.h"

#include <algorithm>
#include <utility>

namespace demarc {
namespace {

// Before this few nothing is shared: the one who waits would be back at once.
constexpr uint32_t kWorthSharing = 2;

}  // namespace

void WorkQueue::add(std::span<const FileId> files) {
  const std::lock_guard lock(mutex_);
  abandoned_ = false;
  // The first file ends on top of the pile.
  for (size_t end = files.size(); end > 0;) {
    const size_t count = std::min(end, Batch{}.files.size());
    Batch* batch = make();
    std::reverse_copy(files.begin() + std::ptrdiff_t(end - count), files.begin() + std::ptrdiff_t(end),
                      batch->files.begin());
    batch->count = uint32_t(count);
    batch->next = std::exchange(pile_, batch);
    end -= count;
  }
}

WorkQueue::Batch* WorkQueue::make() {
  if (!spare_) return arena_.create<Batch>();
  Batch* batch = std::exchange(spare_, spare_->next);
  batch->next = nullptr;
  batch->count = 0;
  return batch;
}

void WorkQueue::give(Batch* full) {
  full->next = std::exchange(pile_, full);
  if (waiting_.load(std::memory_order_relaxed) > 0) changed_.notify_one();
}

// The older half: what was found last is likely to be near the rest of this thread's work.
void WorkQueue::share_half(Batch& own) {
  const std::lock_guard lock(mutex_);
  if (pile_) return;
  Batch* batch = make();
  const uint32_t count = own.count / 2;
  std::copy_n(own.files.begin(), count, batch->files.begin());
  std::copy(own.files.begin() + count, own.files.begin() + own.count, own.files.begin());
  batch->count = count;
  own.count -= count;
  give(batch);
}

bool WorkQueue::take(Batch& empty) {
  std::unique_lock lock(mutex_);
  --working_;
  waiting_.fetch_add(1, std::memory_order_relaxed);
  if (working_ == 0) changed_.notify_all();
  changed_.wait(lock, [&] { return pile_ || working_ == 0 || abandoned_; });
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  ++working_;
  if (!pile_ || abandoned_) return false;
  Batch* batch = std::exchange(pile_, pile_->next);
  std::copy_n(batch->files.begin(), batch->count, empty.files.begin());
  empty.count = batch->count;
  batch->next = std::exchange(spare_, batch);
  return true;
}

void WorkQueue::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  pile_ = nullptr;
  changed_.notify_all();
}

WorkQueue::Worker::Worker(WorkQueue& queue) : queue_(queue) {
  const std::lock_guard lock(queue_.mutex_);
  own_ = queue_.make();
  ++queue_.working_;
}

WorkQueue::Worker::~Worker() {
  const std::lock_guard lock(queue_.mutex_);
  own_->next = std::exchange(queue_.spare_, own_);
  if (--queue_.working_ == 0) queue_.changed_.notify_all();
}

bool WorkQueue::Worker::next(FileId& file) {
  if (queue_.abandoned_.load(std::memory_order_relaxed)) return false;
  if (own_->count == 0 && !queue_.take(*own_)) return false;
  file = own_->files[--own_->count];
  if (own_->count >= kWorthSharing && queue_.waiting_.load(std::memory_order_relaxed) > 0) queue_.share_half(*own_);
  return true;
}

void WorkQueue::Worker::add(FileId file) {
  if (own_->count == own_->files.size()) {
    const std::lock_guard lock(queue_.mutex_);
    Batch* full = std::exchange(own_, queue_.make());
    queue_.give(full);
  }
  own_->files[own_->count++] = file;
  if (own_->count >= kWorthSharing && queue_.waiting_.load(std::memory_order_relaxed) > 0) queue_.share_half(*own_);
}

}  // namespace demarc
