#include "resolver/alias.h"

#include "resolver/regexp.h"

namespace demarc {

struct AliasTable::Entry {
  std::string find;
  std::string replacement;
  bool is_regexp = false;
  RegExp expression;
};

AliasTable::AliasTable() = default;
AliasTable::AliasTable(const std::vector<Alias>& own, const std::vector<Alias>& shared, ViteVersion vite)
    : vite_(vite) {
  for (const Alias& alias : own) add(alias);
  for (const Alias& alias : shared) add(alias);
}
AliasTable::~AliasTable() = default;
AliasTable::AliasTable(AliasTable&&) noexcept = default;
AliasTable& AliasTable::operator=(AliasTable&&) noexcept = default;

void AliasTable::add(const Alias& alias) {
  Entry entry;
  entry.find = alias.find;
  entry.replacement = alias.replacement;
  entry.is_regexp = alias.is_regexp;
  if (alias.is_regexp) {
    std::string error;
    if (!entry.expression.compile(alias.find, alias.regexp_flags, error)) return;  // see invalid_alias()
  } else if (entry.find.ends_with('/') && entry.replacement.ends_with('/')) {
    // Vite drops both slashes, so that "x/" -> "/y/" and "x" -> "/y" are the same alias.
    entry.find.pop_back();
    entry.replacement.pop_back();
  }
  entries_.push_back(std::move(entry));
}

bool AliasTable::apply(std::string_view specifier, std::string& rewritten) const {
  for (const Entry& entry : entries_) {
    if (entry.is_regexp) {
      // R81. Anywhere in the text; only the first place is replaced unless the flag g is given.
      if (entry.expression.replace(specifier, entry.replacement, rewritten)) return true;
      continue;
    }
    // R80. Equal, or followed by a slash.
    if (!specifier.starts_with(entry.find)) continue;
    const std::string_view rest = specifier.substr(entry.find.size());
    if (!rest.empty() && rest[0] != '/') continue;
    // Vite 7 leaves the replacing to JavaScript, which has its own idea of '$'.
    const RegExp::Match match{{{0, entry.find.size()}}};
    rewritten =
        vite_ == ViteVersion::vite7 ? expand_replacement(entry.replacement, specifier, match, {}) : entry.replacement;
    rewritten += rest;
    return true;
  }
  return false;
}

std::string invalid_alias(const Alias& alias) {
  std::string error;
  RegExp expression;
  if (alias.is_regexp) expression.compile(alias.find, alias.regexp_flags, error);
  return error;
}

}  // namespace demarc
