#include "scanner/work_queue.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace demarc;

TEST_CASE("work queue: one worker sees every file, and those that it adds", "[scanner][queue]") {
  WorkQueue queue(heap_chunks());
  const std::vector<FileId> first{FileId(0), FileId(1), FileId(2)};
  queue.add(first);
  std::vector<int> seen(3000);
  WorkQueue::Worker worker(queue);
  for (FileId file; worker.next(file);) {
    const auto id = uint32_t(file);
    ++seen[id];
    if (id < 999) {
      worker.add(FileId(id + 1000));
      worker.add(FileId(id + 2000));
      if (id > 1) worker.add(FileId(id + 1));
    }
  }
  CHECK(seen[999] == 1);
  CHECK(seen[1500] == 1);
  CHECK(seen[2998] == 1);
}

TEST_CASE("work queue: threads that come and go see every file once", "[scanner][queue]") {
  for (int round = 0; round < 20; ++round) {
    WorkQueue queue(heap_chunks());
    constexpr uint32_t kFiles = 20'000;
    const FileId first[] = {FileId(0)};
    queue.add(first);
    std::vector<std::atomic<int>> seen(kFiles);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        WorkQueue::Worker worker(queue);
        for (FileId file; worker.next(file);) {
          const auto id = uint32_t(file);
          ++seen[id];
          for (uint32_t child = 3 * id + 1; child <= 3 * id + 3 && child < kFiles; ++child) worker.add(FileId(child));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    int others = 0;
    for (const std::atomic<int>& count : seen) others += count == 1 ? 0 : 1;
    CHECK(others == 0);
  }
}

TEST_CASE("work queue: who waits is released when the work is abandoned", "[scanner][queue]") {
  WorkQueue queue(heap_chunks());
  const FileId first[] = {FileId(0)};
  queue.add(first);
  WorkQueue::Worker working(queue);
  FileId file;
  REQUIRE(working.next(file));
  std::thread waiting([&] {
    WorkQueue::Worker worker(queue);
    FileId other;
    CHECK_FALSE(worker.next(other));
  });
  queue.abandon();
  waiting.join();
  CHECK_FALSE(working.next(file));
}

TEST_CASE("work queue: a new round begins after the end of one", "[scanner][queue]") {
  WorkQueue queue(heap_chunks());
  const FileId files[] = {FileId(5)};
  for (int round = 0; round < 3; ++round) {
    queue.add(files);
    WorkQueue::Worker worker(queue);
    FileId file;
    CHECK(worker.next(file));
    CHECK_FALSE(worker.next(file));
  }
}
