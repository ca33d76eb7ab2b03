// From a key of `exports` or `imports` to a target, without looking at the disk.
//
// Two dialects. Vite 8 matches exports as Node specifies them, with a few liberties (match_exports). Every Vite matches
// imports, and Vite 7 exports too, with the npm package resolve.exports, which is laxer in some places and stricter in
// others (match_loosely).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/package_json.h"
#include "resolver/resolver.h"

namespace demarc {

struct TargetMatch {
  enum class Status : uint8_t {
    none,    // nothing offered under these conditions
    target,  // target holds "./x.js", or a bare specifier for imports
    error    // reason says why
  };
  Status status = Status::none;
  UnresolvedReason reason = UnresolvedReason::none;
  std::string target;
};

// R40 to R44 of Vite 8. subpath is "." or "./x", without postfix; conditions is a set of ConditionNames bits.
TargetMatch match_exports(const Package& package, std::string_view subpath, uint64_t conditions);
// The same algorithm on `imports`, for a # specifier that another # specifier led to (R52).
TargetMatch match_imports(const Package& package, std::string_view specifier, uint64_t conditions);

// R50, and R40 to R43 of Vite 7. table is the exports or imports node; key is ".", "./x" or "#x".
TargetMatch match_loosely(const Package& package, uint32_t table, std::string_view key, uint64_t conditions);

}  // namespace demarc
