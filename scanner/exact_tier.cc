#include "scanner/exact_tier.h"

#include <algorithm>

namespace demarc {
namespace {

// Trees take 20 to 60 bytes a source byte on real code, and over 1,000 on hostile code.
constexpr size_t kMostBytes = 16 << 20;
constexpr size_t kLeastBytes = 256 << 10;
constexpr size_t kBytesPerByte = 80;

}  // namespace

bool ExactTier::run(size_t text_bytes, const std::function<ExactStatus(size_t)>& parse) {
  const std::lock_guard lock(mutex_);
  const size_t usual = std::clamp(kBytesPerByte * text_bytes, kLeastBytes, kMostBytes);
  for (const size_t bytes : {usual, kMostBytes}) {
    if (!budget_.reserve(Share::exact, bytes + text_bytes)) return false;
    const ExactStatus status = parse(bytes);
    budget_.release(Share::exact, bytes + text_bytes);
    if (status != ExactStatus::exhausted || bytes == kMostBytes) break;
  }
  return true;
}

}  // namespace demarc
