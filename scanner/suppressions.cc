#include "scanner/suppressions.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <map>
#include <utility>

#include "parser/locate.h"
#include "parser/syntax_tree.h"

namespace demarc {
namespace {

// As for every question to the exact tier (exact_tier.h).
constexpr size_t kLargestFile = size_t{1} << 20;
constexpr size_t kTreeBytes = size_t{16} << 20;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}
bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Of `// x`, `/* x */` and `/** x */`: x.
std::string_view comment_text(std::string_view comment) {
  if (comment.starts_with("//")) return trimmed(comment.substr(2));
  if (!comment.starts_with("/*")) return {};
  comment.remove_prefix(2);
  if (comment.ends_with("*/")) comment.remove_suffix(2);
  comment = trimmed(comment);
  while (comment.starts_with('*')) comment = trimmed(comment.substr(1));
  return comment;
}

// Where ` -- ` begins the reason; npos without one. Rules have single hyphens at most.
size_t find_reason(std::string_view text) {
  size_t at = 0;
  while ((at = text.find("--", at)) != std::string_view::npos) {
    if (at == 0 || is_space(text[at - 1])) return at;
    at += 2;
  }
  return at;
}

// A comment that is no suppression gives false.
bool read_comment(std::string_view comment, Suppression& suppression) {
  std::string_view text = comment_text(comment);
  if (!text.starts_with(kSuppressionMarker)) return false;
  text.remove_prefix(kSuppressionMarker.size());
  if (!text.empty() && !is_space(text.front())) return false;  // demarc-ignore-next-lines
  const size_t dashes = find_reason(text);
  if (dashes != std::string_view::npos) {
    std::string_view reason = text.substr(dashes);
    while (reason.starts_with('-')) reason.remove_prefix(1);
    // A reason of several lines becomes one.
    for (const char c : trimmed(reason)) {
      const bool again = is_space(c) && suppression.reason.ends_with(' ');
      if (!again) suppression.reason += is_space(c) ? ' ' : c;
    }
    text = text.substr(0, dashes);
  }
  while (!text.empty()) {
    const auto is_separator = [](char c) { return is_space(c) || c == ','; };
    size_t begin = 0;
    while (begin < text.size() && is_separator(text[begin])) ++begin;
    size_t end = begin;
    while (end < text.size() && !is_separator(text[end])) ++end;
    if (end > begin) suppression.rules.emplace_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
  return true;
}

// The places that matter, with lines in the end.
class Places {
 public:
  void add(uint64_t offset) { offsets_.push_back(offset); }
  void locate(std::string_view text) {
    std::sort(offsets_.begin(), offsets_.end());
    offsets_.erase(std::unique(offsets_.begin(), offsets_.end()), offsets_.end());
    locations_.resize(offsets_.size());
    demarc::locate(text, offsets_, locations_);
  }
  SourceLocation operator[](uint64_t offset) const {
    const auto found = std::lower_bound(offsets_.begin(), offsets_.end(), offset);
    return locations_[size_t(found - offsets_.begin())];
  }

 private:
  std::vector<uint64_t> offsets_;
  std::vector<SourceLocation> locations_;
};

class CommentReader {
 public:
  explicit CommentReader(const SyntaxTree& tree) : tree_(tree), text_(tree.whole_text()) {}

  void run(std::vector<Suppression>& suppressions) {
    for (uint32_t node = 0; node < tree_.size(); ++node) {
      if (tree_.kind(node) != NodeKind::comment) continue;
      Found found;
      if (!read_comment(tree_.text(node), found.suppression)) continue;
      found.begin = tree_[node].begin;
      found.target = target_behind(node);
      found.target_end = statement_end(node, found.target);
      for (const uint32_t offset : {found.begin, found.target, found.target_end}) places_.add(offset);
      found_.push_back(std::move(found));
    }
    places_.locate(text_);
    for (Found& found : found_) {
      Suppression& suppression = suppressions.emplace_back(std::move(found.suppression));
      suppression.line = places_[found.begin].line;
      suppression.column = places_[found.begin].column;
      suppression.first_line = places_[found.target].line;
      suppression.last_line = places_[found.target_end].line;
    }
  }

 private:
  struct Found {
    Suppression suppression = {};
    uint32_t begin = 0;
    uint32_t target = 0;
    uint32_t target_end = 0;
  };

  uint32_t skip_blanks(uint32_t at) const {
    while (at < text_.size() && is_blank(text_[at])) ++at;
    return at;
  }

  uint32_t next_line(uint32_t at) const {
    while (at < text_.size() && text_[at] != '\n' && text_[at] != '\r') ++at;
    if (at + 1 < text_.size() && text_[at] == '\r' && text_[at + 1] == '\n') ++at;
    return uint32_t(std::min(size_t{at} + 1, text_.size()));
  }

  bool is_line_end(uint32_t at) const { return at >= text_.size() || text_[at] == '\n' || text_[at] == '\r'; }

  // The first character of the next line that is more than a comment: suppressions stand above one another, and JSX
  // wraps them in braces.
  uint32_t target_behind(uint32_t comment) const {
    uint32_t at = skip_blanks(next_line(tree_[comment].end));
    for (uint32_t node = comment + 1; node < tree_.size(); ++node) {
      if (tree_[node].begin > at + 2) break;
      if (tree_.kind(node) != NodeKind::comment || tree_[node].begin < at) continue;
      const std::string_view before = text_.substr(at, tree_[node].begin - at);
      if (!before.empty() && trimmed(before) != "{") continue;
      uint32_t end = skip_blanks(tree_[node].end);
      if (!before.empty() && end < text_.size() && text_[end] == '}') end = skip_blanks(end + 1);
      if (!is_line_end(end)) break;
      at = skip_blanks(next_line(tree_[node].end));
    }
    return at;
  }

  // Where the import or re-export that begins at `target` ends; any other code is taken by its first line. `comment`
  // is a node before it.
  uint32_t statement_end(uint32_t comment, uint32_t target) const {
    for (uint32_t node = comment + 1; node < tree_.size() && tree_[node].begin <= target; ++node) {
      if (tree_[node].begin != target) continue;
      const NodeKind kind = tree_.kind(node);
      const bool is_reexport =
          kind == NodeKind::export_statement && tree_.child(node, NodeField::source) != SyntaxTree::kNone;
      if (kind == NodeKind::import_statement || is_reexport) return tree_[node].end;
    }
    return target;
  }

  const SyntaxTree& tree_;
  const std::string_view text_;
  std::vector<Found> found_;
  Places places_;
};

bool is_foreign(std::string_view id) {
  return id.find("/node_modules/") != std::string_view::npos;
}

// Whole, if it is small enough.
int read_text(FileSystem& file_system, const std::string& path, std::string& text) {
  int handle = 0;
  if (const int error = file_system.open(path, handle); error != 0) return error;
  text.resize(kLargestFile + 1);
  size_t size = 0;
  int64_t count = 0;
  while (size < text.size() &&
         (count = file_system.read_at(handle, size, text.data() + size, text.size() - size)) > 0) {
    size += size_t(count);
  }
  file_system.close(handle);
  text.resize(size);
  if (count < 0) return int(-count);
  return size > kLargestFile ? EFBIG : 0;
}

class Suppressor {
 public:
  explicit Suppressor(AuditRun& run) : run_(run), result_(run.result), findings_(run.audited.findings) {}

  void run() {
    std::map<std::string, std::vector<size_t>, std::less<>> by_file;
    for (size_t i = 0; i < findings_.size(); ++i) by_file[findings_[i].diagnostic.file].push_back(i);
    const auto marker = std::find(result_.markers.begin(), result_.markers.end(), kSuppressionMarker);
    const bool is_marked = marker != result_.markers.end();
    const uint32_t bit = is_marked ? uint32_t{1} << (marker - result_.markers.begin()) : 0;
    for (size_t i = 0; i < result_.modules.size(); ++i) {
      const Module& module = result_.modules[i];
      const std::string_view id = result_.text(module.id);
      const auto findings = by_file.find(id);
      const bool is_asked = is_marked ? (module.markers & bit) != 0 : findings != by_file.end();
      if (is_asked && !is_foreign(id))
        look_into(ModuleIndex(i), findings == by_file.end() ? std::vector<size_t>() : findings->second);
    }
  }

 private:
  void look_into(ModuleIndex module, const std::vector<size_t>& findings) {
    const std::string id(result_.text(result_.modules[size_t(module)].id));
    Language language = Language::js;
    if (!language_of(id, language)) return;
    std::string text;
    int error = read_text(run_.file_system, result_.root == "/" ? id : result_.root + id, text);
    if (is_absence(error)) error = read_text(run_.file_system, id, text);  // outside the root
    if (error != 0 || text.find(kSuppressionMarker) == std::string::npos) return;
    ++run_.audited.files_read;
    ++run_.audited.exact_parses;
    std::vector<Suppression> suppressions;
    find_suppressions(text, language, kTreeBytes, suppressions);
    for (const Suppression& suppression : suppressions) apply(suppression, module, findings);
  }

  void apply(const Suppression& suppression, ModuleIndex module, const std::vector<size_t>& findings) {
    static constexpr std::string_view kInvalid = "suppression/invalid";
    if (suppression.rules.empty())
      return add(kInvalid, module, suppression, {}, "this comment names no rule, so it suppresses nothing");
    for (const std::string& rule : suppression.rules) {
      if (find_rule(rule) == nullptr) {
        add(kInvalid, module, suppression, rule, "there is no rule \"" + rule + "\" to suppress");
      } else if (suppression.reason.empty()) {
        add(kInvalid, module, suppression, rule, "this comment gives no reason, so it does not suppress " + rule);
      } else if (!suppress(suppression, rule, findings) && run_.wants(rule)) {
        // Who turns a rule off for a while need not take its comments away.
        add("suppression/unused", module, suppression, rule, "there is no " + rule + " here to suppress");
      }
    }
  }

  bool suppress(const Suppression& suppression, std::string_view rule, const std::vector<size_t>& findings) {
    bool is_used = false;
    for (const size_t index : findings) {
      Finding& finding = findings_[index];
      const uint64_t line = finding.diagnostic.line;
      if (finding.diagnostic.rule != rule || line < suppression.first_line || line > suppression.last_line) continue;
      is_used = true;
      if (finding.standing == Standing::suppressed) continue;
      finding.standing = Standing::suppressed;
      finding.reason = suppression.reason;
    }
    return is_used;
  }

  void add(std::string_view rule, ModuleIndex module, const Suppression& suppression, const std::string& subject,
           std::string message) {
    if (!run_.wants(rule)) return;
    const bool is_unused = rule == "suppression/unused";
    run_.report({.rule = rule,
                 .module = module,
                 .line = suppression.line,
                 .column = suppression.column,
                 .message = std::move(message),
                 .help = is_unused ? "take the comment away"
                                   : "write: demarc-ignore-next-line RULE -- reason; `demarc explain` lists the rules",
                 .subject = subject});
  }

  AuditRun& run_;
  const ScanResult& result_;
  std::vector<Finding>& findings_;
};

}  // namespace

bool find_suppressions(std::string_view text, Language language, size_t budget_bytes,
                       std::vector<Suppression>& suppressions) {
  SyntaxTree tree;
  const TreeStatus status = tree.read(text, language, budget_bytes);
  if (status == TreeStatus::over_budget || status == TreeStatus::no_grammar) return false;
  CommentReader(tree).run(suppressions);
  return true;
}

void apply_suppressions(AuditRun& run) {
  Suppressor(run).run();
}

}  // namespace demarc
