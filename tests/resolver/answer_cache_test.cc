#include "resolver/answer_cache.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace demarc;

namespace {

// An answer that tells which question it belongs to.
Resolution answer_to(uint32_t question) {
  return {ResolutionKind::file, UnresolvedReason::none, FileId(question), TextId(question + 1), TextId(question + 2)};
}

bool is_answer_to(const Resolution& answer, uint32_t question) {
  return answer.file == FileId(question) && answer.text == TextId(question + 1) &&
         answer.vite_id == TextId(question + 2);
}

AnswerCache::Key key(uint32_t question) {
  return AnswerCache::key_of("./module" + std::to_string(question), question % 7);
}

}  // namespace

TEST_CASE("answer cache: keeps every part of an answer", "[resolver][cache]") {
  AnswerCache cache;
  const Resolution kept{ResolutionKind::unresolved, UnresolvedReason::case_mismatch, kNoFile, TextId(0xfffffff0),
                        TextId(0xfffffff1)};
  cache.put(key(1), kept);
  Resolution answer;
  REQUIRE(cache.find(key(1), answer));
  CHECK(answer.kind == kept.kind);
  CHECK(answer.reason == kept.reason);
  CHECK(answer.file == kept.file);
  CHECK(answer.text == kept.text);
  CHECK(answer.vite_id == kept.vite_id);
  CHECK_FALSE(cache.find(key(2), answer));
}

TEST_CASE("answer cache: the same specifier is another question elsewhere", "[resolver][cache]") {
  const AnswerCache::Key one = AnswerCache::key_of("./a", 1);
  for (uint64_t circumstances : {uint64_t{0}, uint64_t{2}, uint64_t{1} << 32, ~uint64_t{0}}) {
    const AnswerCache::Key other = AnswerCache::key_of("./a", circumstances);
    CHECK((one.low != other.low || one.high != other.high));
  }
}

TEST_CASE("answer cache: a million questions take no more memory than some, and get no wrong answer",
          "[resolver][cache]") {
  AnswerCache cache;
  for (uint32_t question = 0; question < 1'000'000; ++question) cache.put(key(question), answer_to(question));
  CHECK(cache.bytes() < size_t{4} << 20);
  size_t known = 0, wrong = 0;
  Resolution answer;
  for (uint32_t question = 0; question < 1'000'000; ++question) {
    if (!cache.find(key(question), answer)) continue;
    ++known;
    wrong += is_answer_to(answer, question) ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(known > 10'000);  // and the newest are there
  CHECK(cache.find(key(999'999), answer));
}

TEST_CASE("answer cache: threads that write the same places never see a mixed answer", "[resolver][cache]") {
  AnswerCache cache;
  std::atomic<size_t> wrong{0};
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Resolution answer;
      for (uint32_t i = 0; i < 50'000; ++i) {
        const uint32_t question = (i * 7 + t * 13) % 5000;
        if (cache.find(key(question), answer) && !is_answer_to(answer, question)) ++wrong;
        cache.put(key(question), answer_to(question));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
