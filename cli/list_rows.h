// The rows of `demarc list`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/args.h"
#include "scanner/scanner.h"

namespace demarc {

struct ListCell {
  std::string_view key;
  std::variant<std::string, uint64_t, std::vector<std::string>> value;
  bool is_id = false;  // a name on disk, which may be no UTF-8
};
using ListRow = std::vector<ListCell>;

// Rows in a fixed order: by id, place and name.
std::vector<ListRow> list_rows(ListKind kind, const ScanResult& result);

}  // namespace demarc
