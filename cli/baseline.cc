#include "cli/baseline.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "cli/json_tree.h"

namespace demarc {
namespace {

// 100,000 findings; nobody reviews that many.
constexpr size_t kLargest = size_t{16} << 20;

// 0 or errno. A FIFO or device is no baseline: it could not be updated.
int read_file(const std::string& path, std::string& text) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return errno;
  struct stat status {};
  int error = fstat(file, &status) != 0 ? errno
              : S_ISDIR(status.st_mode) ? EISDIR
              : S_ISREG(status.st_mode) ? 0
                                        : ESPIPE;
  while (error == 0 && text.size() <= kLargest) {
    const size_t size = text.size();
    constexpr size_t kStep = size_t{64} << 10;
    text.resize(size + kStep);
    const ssize_t count = ::read(file, text.data() + size, kStep);
    if (count < 0 && errno != EINTR) error = errno;
    text.resize(size + size_t(std::max<ssize_t>(count, 0)));
    if (count == 0) break;
  }
  close(file);
  return error != 0 ? error : text.size() > kLargest ? EFBIG : 0;
}

std::string reason_of(int error) {
  if (error == EFBIG) return "is larger than 16 MiB";
  if (error == ESPIPE) return "is no regular file";
  return std::strerror(error);
}

using Type = JsonValue::Type;

class BaselineReader {
 public:
  BaselineReader(std::string_view text, Baseline& baseline, Diagnostic& problem)
      : text_(text), baseline_(baseline), problem_(problem) {}

  bool run() {
    JsonValue tree;
    JsonError error;
    if (!parse_json(text_, tree, error)) return refuse(error.offset, error.message);
    if (tree.type != Type::object) return refuse(tree.offset, "a baseline is an object");
    const JsonMember* version = tree.find("schemaVersion");
    if (version == nullptr || version->value.type != Type::number || version->value.number != 1) {
      return refuse(version == nullptr ? tree.offset : version->value.offset,
                    "\"schemaVersion\" is not 1; another version of demarc wrote this baseline");
    }
    const JsonMember* findings = tree.find("findings");
    if (findings == nullptr || findings->value.type != Type::array)
      return refuse(tree.offset, "\"findings\" is missing, an array");
    // Counted as we go: to find the line of each offset anew would take quadratic time.
    uint64_t line = 1, seen = 0;
    for (const JsonMember& element : findings->value.members) {
      const auto passed = text_.substr(seen, element.value.offset - seen);
      line += uint64_t(std::count(passed.begin(), passed.end(), '\n'));
      seen = element.value.offset;
      BaselineEntry& entry = baseline_.entries.emplace_back();
      entry.line = line;
      if (!read_entry(element.value, entry)) return false;
    }
    return true;
  }

 private:
  bool read_entry(const JsonValue& value, BaselineEntry& entry) {
    if (value.type != Type::object) return refuse(value.offset, "a finding is an object");
    const std::pair<const char*, std::string*> texts[] = {
        {"fingerprint", &entry.fingerprint}, {"rule", &entry.rule}, {"file", &entry.file}, {"subject", &entry.subject}};
    for (const auto& [key, to] : texts) {
      const JsonMember* member = value.find(key);
      if (member == nullptr && to == &entry.subject) continue;
      if (member == nullptr || member->value.type != Type::string)
        return refuse(value.offset, "\"" + std::string(key) + "\" is missing, a string");
      *to = member->value.string;
    }
    const JsonMember* count = value.find("count");
    if (count == nullptr) return true;
    const double number = count->value.number;
    if (count->value.type != Type::number || number < 1 || number > 1e9 || number != std::floor(number))
      return refuse(count->value.offset, "\"count\" must be a whole number from 1 on");
    entry.count = uint64_t(number);
    return true;
  }

  bool refuse(uint64_t offset, std::string message) {
    const TextPosition position = position_of(text_, offset);
    problem_.line = position.line;
    problem_.column = position.column;
    problem_.message = std::move(message);
    return false;
  }

  const std::string_view text_;
  Baseline& baseline_;
  Diagnostic& problem_;
};

}  // namespace

bool read_baseline(const std::string& path, Baseline& baseline, Diagnostic& problem) {
  baseline.path = path;
  problem = {.rule = "config/invalid", .level = Level::error, .file = path};
  std::string text;
  const int error = read_file(path, text);
  if (error == 0) return read_baseline_text(text, baseline, problem);
  problem.message = "the baseline " + (error == ENOENT ? "does not exist" : reason_of(error));
  if (error == ENOENT) problem.help = "`demarc audit --update-baseline` writes it; without one, leave --baseline out";
  return false;
}

bool read_baseline_text(std::string_view text, Baseline& baseline, Diagnostic& problem) {
  problem = {.rule = "config/invalid",
             .level = Level::error,
             .file = baseline.path,
             .help = "mend it, or remove it and run `demarc audit --update-baseline`"};
  return BaselineReader(text, baseline, problem).run();
}

std::vector<BaselineEntry> apply_baseline(const Baseline& baseline, std::vector<Finding>& findings) {
  std::unordered_map<std::string_view, uint64_t> left;  // by fingerprint
  for (const BaselineEntry& entry : baseline.entries) left[entry.fingerprint] += entry.count;
  for (Finding& finding : findings) {
    if (!belongs_to_baseline(finding)) continue;
    const auto known = left.find(finding.fingerprint);
    if (known == left.end() || known->second == 0) continue;
    --known->second;
    finding.standing = Standing::baseline;
  }
  std::vector<BaselineEntry> stale;
  for (const BaselineEntry& entry : baseline.entries) {
    uint64_t& missing = left[entry.fingerprint];
    if (missing == 0) continue;
    stale.push_back(entry);
    stale.back().count = std::min(missing, entry.count);
    missing -= stale.back().count;
  }
  return stale;
}

bool belongs_to_baseline(const Finding& finding) {
  const std::string_view rule = finding.diagnostic.rule;
  return finding.standing != Standing::suppressed && !rule.starts_with("suppression/") &&
         !rule.starts_with("baseline/");
}

void print_baseline(const std::vector<Finding>& findings, Sink& sink) {
  const auto order = [](const Finding& finding) {
    return std::tie(finding.diagnostic.file, finding.diagnostic.rule, finding.subject, finding.fingerprint);
  };
  std::vector<const Finding*> rows;
  for (const Finding& finding : findings)
    if (belongs_to_baseline(finding)) rows.push_back(&finding);
  std::sort(rows.begin(), rows.end(), [&](const Finding* a, const Finding* b) { return order(*a) < order(*b); });

  JsonWriter json(sink);
  json.begin_object(JsonLayout::lines);
  json.key("schemaVersion").number(1);
  json.key("findings").begin_array(JsonLayout::lines);
  for (size_t i = 0; i < rows.size();) {
    const Finding& finding = *rows[i];
    uint64_t count = 0;
    for (; i < rows.size() && rows[i]->fingerprint == finding.fingerprint; ++i) ++count;
    json.begin_object();
    json.key("rule").string(finding.diagnostic.rule);
    json.key("file").string(finding.diagnostic.file);
    if (!finding.subject.empty()) json.key("subject").string(finding.subject);
    json.key("fingerprint").string(finding.fingerprint);
    json.key("count").number(count);
    json.end();
  }
  json.end();
  json.end();
  sink.put('\n');
}

}  // namespace demarc
