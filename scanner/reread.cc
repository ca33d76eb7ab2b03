#include "scanner/reread.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "parser/scan_module.h"

namespace demarc {
namespace {

// Larger files are not asked about: rules are silent about them. As in exact_tier.h.
constexpr size_t kMostBytes = size_t{1} << 20;
constexpr size_t kHeadBytes = 4096;
// What a parse may take while others run; one that takes more waits until it is alone.
constexpr size_t kLeastParse = size_t{256} << 10;
constexpr size_t kSharedParse = size_t{5} << 20;
constexpr size_t kLoneParse = size_t{16} << 20;
constexpr size_t kParseBytesPerByte = 80;

bool has(uint8_t wants, Reread what) {
  return (wants & uint8_t(what)) != 0;
}

// Opens, reads at most `most` bytes, closes. False when it cannot, or when the file is longer and `whole` is asked for.
bool read_text(FileSystem& file_system, const std::string& path, size_t most, bool whole, std::string& text) {
  text.clear();
  int handle = -1;
  if (file_system.open(path, handle) != 0) return false;
  bool ended = false, failed = false;
  while (!ended && !failed && text.size() < most + 1) {
    const size_t length = text.size();
    const size_t step = std::min<size_t>(most + 1 - length, size_t{64} << 10);
    text.resize(length + step);
    const int64_t count = file_system.read_at(handle, length, text.data() + length, step);
    failed = count < 0;
    ended = count >= 0 && size_t(count) < step;
    text.resize(length + size_t(std::max<int64_t>(count, 0)));
  }
  file_system.close(handle);
  if (failed || (whole && text.size() > most)) return false;
  text.resize(std::min(text.size(), most));
  return true;
}

// Where a quoted directive stands in the text and only blanks, parentheses and ends of statements are before it on its
// line: how it looks when it is meant as one. Bundles hold the words in messages. Offsets of the opening quotes.
std::vector<uint64_t> places_of_directives(std::string_view text) {
  std::vector<uint64_t> places;
  for (size_t at = text.find("use "); at != std::string_view::npos; at = text.find("use ", at + 4)) {
    const std::string_view rest = text.substr(at);
    if (at == 0 || !(rest.starts_with("use client") || rest.starts_with("use server")) || rest.size() < 11) continue;
    const char quote = text[at - 1];
    if ((quote != '"' && quote != '\'' && quote != '`') || rest[10] != quote) continue;
    size_t before = at - 1;
    while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '\t' || text[before - 1] == '(' ||
                          text[before - 1] == ';' || text[before - 1] == '{'))
      --before;
    if (before == 0 || text[before - 1] == '\n' || text[before - 1] == '\r' || text[before] == ';' ||
        text[before] == '{')
      places.push_back(at - 1);
  }
  return places;
}

bool mentions_client_react(std::string_view text) {
  static constexpr std::string_view kMentions[] = {"createContext", "flushSync", "Component", "useActionState"};
  for (const std::string_view mention : kMentions)
    if (text.find(mention) != std::string_view::npos) return true;
  for (size_t at = text.find("use"); at != std::string_view::npos; at = text.find("use", at + 3)) {
    size_t end = at;
    while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= 'A' && text[end] <= 'Z')))
      ++end;
    if (is_client_react_name(text.substr(at, end - at))) return true;
  }
  return false;
}

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '$';
}

bool remove_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// The name of the function whose body begins with the directive at `offset`, where its head stands on one line as
// `async function name(…) {` or `const name = async (…) => {`, and nothing on that line can begin a comment or a
// string. Empty for any other.
std::string_view plain_function_name(std::string_view text, uint64_t offset) {
  std::string_view head = text.substr(0, offset);
  head.remove_suffix(head.size() - std::min(head.size(), head.find_last_not_of(" \t\r\n") + 1));
  if (!remove_suffix(head, "{")) return {};
  remove_suffix(head, " ");
  const bool is_arrow = remove_suffix(head, "=>");
  if (is_arrow) remove_suffix(head, " ");
  if (!remove_suffix(head, ")")) return {};
  head.remove_prefix(std::min(head.size(), head.find_last_of("\r\n") + 1));
  const size_t open = head.find_first_of("(");
  if (open == std::string_view::npos || head.find_first_of("()\"'`/\\", open + 1) != std::string_view::npos) return {};
  head = head.substr(0, open);
  if (head.find_first_of("\"'`/\\") != std::string_view::npos) return {};
  if (is_arrow && !remove_suffix(head, " = async ")) return {};
  size_t begin = head.size();
  while (begin > 0 && is_name_byte(head[begin - 1])) --begin;
  const std::string_view name = head.substr(begin);
  head = head.substr(0, begin);
  return head.ends_with(is_arrow ? "const " : "async function ") ? name : std::string_view();
}

// One thread's share.
struct Reader {
  std::optional<Lexer> lexer;  // holds a window; made for the first file that needs it
  ModuleSyntax syntax;         // of `text`, if it is scanned
  bool is_scanned = false;
  std::string path, text;
  uint64_t files_read = 0, exact_parses = 0;
};

class Reading {
 public:
  Reading(const AuditGraph& graph, FileSystem& file_system) : graph_(graph), file_system_(file_system) {}

  void read(ModuleIndex module, uint8_t wants, Reader& reader, FileView& view) {
    Language language;
    const std::string_view id = graph_.id(module);
    if (!language_of(id.substr(id.rfind('/') + 1), language)) return;
    reader.path.clear();
    if (!graph_.module(module).outside && graph_.result().root != "/") reader.path = graph_.result().root;
    reader.path += id;
    const bool whole = wants != uint8_t(Reread::head);
    if (!read_text(file_system_, reader.path, whole ? kMostBytes : kHeadBytes, whole, reader.text)) return;
    ++reader.files_read;
    reader.is_scanned = false;
    view.read = true;
    if (has(wants, Reread::head)) {
      view.framework_sees_client = rwsdk_sees_directive(reader.text, "use client");
      view.framework_sees_server = rwsdk_sees_directive(reader.text, "use server");
    }
    if (has(wants, Reread::names)) find_names(reader, language, view);
    const bool review = has(wants, Reread::review) ||
                        (has(wants, Reread::actions) && !sees_only_actions(reader, language, view)) ||
                        (has(wants, Reread::misplaced) && has_stray_directive(reader, language)) ||
                        (has(wants, Reread::client_react) && mentions_client_react(reader.text));
    if (review && !view.tree_asked && language != Language::mdx) ask_tree(reader, language, view);
  }

 private:
  static void find_names(Reader& reader, Language language, FileView& view) {
    scan(reader, language);
    const ModuleSyntax& syntax = reader.syntax;
    view.names_known = syntax.uncertainty == 0;
    view.names.clear();
    for (uint32_t i = 0; i < syntax.imports.size(); ++i) {
      const ImportRecord& import = syntax.imports[i];
      for (uint32_t n = import.first_name; n < import.first_name + import.name_count; ++n) {
        const ImportName& name = syntax.import_names[n];
        view.names.push_back({i, std::string(syntax.text(name.imported)), name.type_only || import.type_only});
      }
    }
  }

  static void scan(Reader& reader, Language language) {
    if (reader.is_scanned) return;
    reader.is_scanned = true;
    if (!reader.lexer) reader.lexer.emplace();
    scan_module(*reader.lexer, reader.text, {.language = language, .collect = Collect::names | Collect::exports},
                reader.syntax);
  }

  // Whether a text that looks like a directive is none that has an effect.
  static bool has_stray_directive(Reader& reader, Language language) {
    std::vector<uint64_t> places = places_of_directives(reader.text);
    if (places.empty()) return false;
    scan(reader, language);
    if (reader.syntax.uncertainty != 0) return true;
    const auto is_known = [&](uint64_t place) {
      return std::any_of(
          reader.syntax.directives.begin(), reader.syntax.directives.end(), [&](const DirectiveRecord& directive) {
            return directive.offset == place &&
                   (directive.level == DirectiveLevel::module || reader.syntax.text(directive.value) == "use server");
          });
    };
    return !std::all_of(places.begin(), places.end(), is_known);
  }

  // Most server functions are plainly written (plain_function_name, `export async function`), and a tree takes a
  // hundred times as long.
  static bool sees_only_actions(Reader& reader, Language language, FileView& view) {
    scan(reader, language);
    const std::string_view text = reader.text;
    const ModuleSyntax& syntax = reader.syntax;
    if (syntax.uncertainty != 0) return false;
    CodeReview review;
    bool is_server_module = false;
    for (const DirectiveRecord& directive : syntax.directives) {
      if (syntax.text(directive.value) != "use server") continue;
      if (directive.level == DirectiveLevel::module) {
        is_server_module = true;
        continue;
      }
      const std::string_view name = plain_function_name(text, directive.offset);
      if (name.empty()) return false;
      review.inline_server_functions.push_back({std::string(name), directive.offset});
    }
    if (is_server_module && !sees_only_async_functions(text, syntax, review)) return false;
    view.review = std::move(review);
    view.reviewed = true;
    locate_reviewed(text, view);
    return true;
  }

  static bool sees_only_async_functions(std::string_view text, const ModuleSyntax& syntax, CodeReview& review) {
    if (syntax.exports.empty()) return false;
    for (const ImportRecord& import : syntax.imports)
      if (import.kind == ImportKind::export_from || import.kind == ImportKind::export_all) return false;
    for (const ExportRecord& record : syntax.exports) {
      if (record.type_only) continue;
      if (!text.substr(0, record.offset).ends_with("export async function ")) return false;
      review.exports.push_back({std::string(syntax.text(record.name)), record.offset, ExportShape::async_function});
    }
    return true;
  }

  void ask_tree(Reader& reader, Language language, FileView& view) {
    view.tree_asked = true;
    const std::string_view text = reader.text;
    const size_t usual = std::clamp(kParseBytesPerByte * text.size(), kLeastParse, kSharedParse);
    ReviewStatus status = review_code(text, language, usual, view.review);
    if (status == ReviewStatus::exhausted) {
      const std::lock_guard alone(mutex_);
      status = review_code(text, language, kLoneParse, view.review);
    }
    ++reader.exact_parses;
    view.reviewed = status == ReviewStatus::complete;
    if (!view.reviewed) return view.review.clear();

    locate_reviewed(text, view);
  }

  static void locate_reviewed(std::string_view text, FileView& view) {
    view.places.clear();
    std::vector<uint64_t> offsets;
    const CodeReview& review = view.review;
    for (const MisplacedDirective& directive : review.misplaced) {
      offsets.push_back(directive.offset);
      offsets.push_back(directive.end_offset);
    }
    for (const ReviewedExport& exported : review.exports) offsets.push_back(exported.offset);
    for (const InlineServerFunction& function : review.inline_server_functions) offsets.push_back(function.offset);
    for (const ClientReactUse& use : review.client_react) offsets.push_back(use.offset);
    for (const uint64_t offset : review.guarded) offsets.push_back(offset);
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    std::vector<SourceLocation> locations(offsets.size());
    locate(text, offsets, locations);
    for (size_t i = 0; i < offsets.size(); ++i) view.places.emplace_back(offsets[i], locations[i]);
  }

  const AuditGraph& graph_;
  FileSystem& file_system_;
  std::mutex mutex_;  // one large parse at a time
};

// The first 512 UTF-16 units of a UTF-8 text.
std::string_view first_units(std::string_view text) {
  size_t at = 0;
  for (size_t units = 0; at < text.size() && units < 512;) {
    const auto byte = uint8_t(text[at]);
    const size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    units += length == 4 ? 2 : 1;
    at += length;
  }
  return text.substr(0, std::min(at, text.size()));
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r\v\f";
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (line.starts_with(kMark)) line.remove_prefix(kMark.size());
  const size_t begin = line.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

}  // namespace

SourceLocation FileView::place(uint64_t offset) const {
  const auto found = std::lower_bound(places.begin(), places.end(), offset,
                                      [](const auto& place, uint64_t wanted) { return place.first < wanted; });
  return found != places.end() && found->first == offset ? found->second : SourceLocation{};
}

Rereader::Rereader(const AuditGraph& graph, FileSystem& file_system, int threads)
    : graph_(graph),
      file_system_(file_system),
      // oneTBB says on standard error when it is asked for more than it may have.
      threads_(
          std::min(threads, int(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism)))) {}

void Rereader::want(ModuleIndex module, Reread what) {
  uint8_t& wants = wanted_[uint32_t(module)];
  wants = uint8_t(wants | uint8_t(what));
}

void Rereader::read() {
  struct Item {
    uint32_t module;
    uint8_t wants;
    FileView* view;
  };
  std::vector<Item> items;
  for (const auto& [module, wants] : wanted_) {
    FileView& view = views_[module];
    const auto missing = uint8_t(wants & ~view.had);
    if (missing == 0) continue;
    view.had = uint8_t(view.had | missing);
    items.push_back({module, missing, nullptr});
  }
  wanted_.clear();
  for (Item& item : items) item.view = &views_[item.module];  // the table no longer grows
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.module < b.module; });

  Reading reading(graph_, file_system_);
  tbb::enumerable_thread_specific<Reader> readers;
  const auto read_one = [&](size_t i) {
    reading.read(ModuleIndex(items[i].module), items[i].wants, readers.local(), *items[i].view);
  };
  constexpr size_t kWorthAThread = 8;
  if (threads_ > 1 && items.size() >= kWorthAThread) {
    tbb::task_arena arena(threads_);
    arena.execute([&] { tbb::parallel_for(size_t{0}, items.size(), read_one); });
  } else {
    for (size_t i = 0; i < items.size(); ++i) read_one(i);
  }
  for (const Reader& reader : readers) {
    files_read_ += reader.files_read;
    exact_parses_ += reader.exact_parses;
  }
}

const FileView& Rereader::view(ModuleIndex module) const {
  const auto found = views_.find(uint32_t(module));
  return found == views_.end() ? nothing_ : found->second;
}

bool rwsdk_sees_directive(std::string_view text, std::string_view directive) {
  const auto begins_with = [](std::string_view line, std::string_view value) {
    return line.size() > value.size() + 1 && (line[0] == '"' || line[0] == '\'') && line.substr(1).starts_with(value) &&
           line[value.size() + 1] == line[0];
  };
  std::string_view rest = first_units(text);
  bool in_comment = false, seen = false, seen_client = false;
  while (true) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    if (in_comment) {
      in_comment = line.find("*/") == std::string_view::npos;
    } else if (line.starts_with("/*")) {
      in_comment = line.find("*/") == std::string_view::npos;
    } else if (!line.empty() && !line.starts_with("//")) {
      if (line[0] != '"' && line[0] != '\'') break;
      seen_client = seen_client || begins_with(line, "use client");
      seen = seen || begins_with(line, directive);
    }
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return seen && (directive == "use client" || !seen_client);
}

}  // namespace demarc
