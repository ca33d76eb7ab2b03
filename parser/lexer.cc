#include "parser/lexer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace demarc {
namespace {

constexpr size_t kBlocksAtATime = 64;
constexpr size_t kLongestKeyword = 16;

constexpr size_t kMaskWords = (Window::kTextStart + Lexer::kWindowBytes + Window::kPadding) / 64 + kBlocksAtATime + 1;

// The position of "*/" in [from, to), or `to`.
size_t find_comment_end(const unsigned char* text, size_t from, size_t to) {
  for (;;) {
    from = find_any<'*'>(text, from, to);
    if (from == to) return to;
    if (text[from + 1] == '/') return from;
    ++from;
  }
}

}  // namespace

Lexer::State::State(size_t window_bytes)
    : window(window_bytes),
      masks(std::make_unique_for_overwrite<uint64_t[]>((Window::kTextStart + window_bytes + Window::kSmallest) / 64 +
                                                       kBlocksAtATime)),
      candidates(std::make_unique_for_overwrite<Candidate[]>(kCandidates)),
      kernels(&best_kernels()) {}

size_t Lexer::State::bytes() const {
  return window.bytes() + frames.bytes() + closing_tags.bytes() + uses.bytes() + kMaskWords * sizeof(uint64_t) +
         kCandidates * sizeof(Candidate);
}

Walk::Walk(Lexer::State& state, const ScanSettings& settings, ModuleSyntax& syntax)
    : state_(state), settings_(settings), syntax_(syntax), frames_(state.frames), text_(state.window.data()) {
  Language language = settings.language;
  is_typescript_ =
      language == Language::ts || language == Language::mts || language == Language::cts || language == Language::tsx;
  has_jsx_tags_ = !is_typescript_ || language == Language::tsx;
  // An export list uses names of imports, which TypeScript could drop.
  rules_.exports = has(settings.collect, Collect::exports) || is_typescript_;
  rules_.html_comments = language == Language::js || language == Language::cjs || language == Language::jsx;
}

void Walk::run() {
  frames_.clear();
  state_.closing_tags.clear();
  state_.uses.clear();
  state_.work = 0;
  survey();
  start_over();
  // UTF-16 without a mark: every other byte of its first line is zero.
  if (end_ - at_ >= 2 && (here() == 0) != (at(at_ + 1) == 0)) doubt(Uncertainty::encoding);
  if (settings_.language == Language::mdx) {
    if (settings_.raw_mdx_prologue) {
      lex_prologue(DirectiveLevel::module);
      start_over();
    }
    lex_markdown();
  } else {
    if (here() == '#' && at(at_ + 1) == '!') lex_html_comment(2);
    lex_prologue(DirectiveLevel::module);
    lex_code();
  }
  finish();
}

// To the first character of the text.
void Walk::start_over() {
  Window& window = state_.window;
  if (window.offset_of(Window::kTextStart) != 0) window.restart();
  end_ = window.end();
  limit_ = window.limit();
  classified_to_ = Window::kTextStart;
  comments_.fill({});
  last_string_ = {};
  at_ = Window::kTextStart;
  if (text_between(at_, at_ + 3) == "\uFEFF") at_ += 3;
  restart_candidates();
}

// The first event byte in [from, limit), or limit.
size_t Walk::next_event(size_t from) {
  size_t word = from / 64;
  uint64_t skip = ~uint64_t{0} << (from % 64);
  for (;; ++word, skip = ~uint64_t{0}) {
    size_t base = word * 64;
    if (base >= limit_) return limit_;
    if (base >= classified_to_) {
      size_t blocks = (end_ - base + 63) / 64;
      if (blocks > kBlocksAtATime) blocks = kBlocksAtATime;
      state_.kernels->classify(text_ + base, blocks, state_.masks.get() + word);
      classified_to_ = base + 64 * blocks;
    }
    uint64_t mask = state_.masks[word] & skip;
    if (mask != 0) {
      size_t found = base + size_t(std::countr_zero(mask));
      return found < limit_ ? found : limit_;
    }
  }
}

// The event at at_.
inline void Walk::lex_event() {
  ++state_.work;
  switch (here()) {
    case '"':
    case '\'':
      lex_string();
      break;
    case '`':
      lex_template(at_++);
      break;
    case '(':
      open_paren();
      break;
    case ')':
      close_paren();
      break;
    case '{':
      open_brace();
      break;
    case '}':
      close_brace();
      break;
    case '/':
      lex_slash();
      break;
    default:
      lex_less_than();
      break;
  }
}

void Walk::lex_code() {
  is_code_left_ = done_;
  while (!is_code_left_) {
    // The next event is mostly in the same 64 bytes.
    const uint64_t mask = at_ < classified_to_ ? state_.masks[at_ / 64] >> (at_ % 64) : 0;
    const size_t event = mask != 0 ? at_ + size_t(std::countr_zero(mask)) : next_event(at_);
    if (event < plain_to_) {
      at_ = event;
      lex_event();
    } else {
      lex_code_before(std::min(event, limit_));
    }
  }
}

// The code before `event`, in which there is a candidate or the end of the window, or of which each byte counts.
void Walk::lex_code_before(size_t event) {
  // Those in a string are not to stand before the code behind it.
  if (candidate_at_ < at_ && candidate_head_ < candidate_count_) drop_passed_candidates();
  if (declaring_depth_ != 0) follow_declarators(std::min(event, candidate_at_));
  if (is_typescript_) find_uses(std::min(event, candidate_at_));
  if (event > candidate_at_) {
    handle_candidates(event);
  } else if (event < limit_) {
    at_ = event;
    lex_event();
  } else if (!move_on()) {
    is_code_left_ = true;
  }
}

// No event is left before the limit: moves the window on. Returns false at the end of the file.
bool Walk::move_on() {
  size_t keep = std::max(at_, limit_);
  if (state_.window.at_end()) {
    at_ = keep;
    return false;
  }
  // Not in the middle of a keyword.
  while (keep > at_ && keep + kLongestKeyword > limit_ && is_identifier_part(at(keep - 1))) --keep;
  at_ = keep;
  slide(at_);
  return true;
}

// Opens a bracket. Returns false, and the walk is over, if there are too many.
bool Walk::push_frame(Frame frame) {
  if (frames_.is_full()) {
    doubt(Uncertainty::nesting_depth);
    stop();
    return false;
  }
  frame.first_edge = uint32_t(syntax_.imports.size());
  frames_.push(frame);
  // What is known of such a bracket is its kind.
  if (frames_.has_overflown()) doubt(Uncertainty::nesting_depth);
  return true;
}

void Walk::open_paren() {
  const Paren paren = paren_role(at_);
  Frame frame{.kind = FrameKind::paren, .paren = paren.role};
  if (paren.end_is_guess) frame.flags |= Frame::kEndIsGuess;
  if (offset_of(at_) < directives_to_) frame.flags |= look_before_paren(at_);
  if (push_frame(frame)) ++at_;
}

void Walk::close_paren() {
  if (frames_.top_kind() != FrameKind::paren) {
    doubt(Uncertainty::unbalanced);
    ++at_;
    return;
  }
  Frame frame = frames_.top();
  frames_.pop();
  ++at_;
  closed_paren_ = {at_, frame};
  settle_open_places(frames_.depth() + 1);
  if ((frame.flags & Frame::kBindsRequire) != 0) drop_hidden_requires(frame.first_edge);
  if ((frame.flags & Frame::kMentionsRequire) != 0) close_parameters();
  if (!is_typescript_ || (here() != ':' && here() != ' ')) return;
  if (offset_of(at_) < bodies_matter_to_) {
    note_typed_body(frame);
  } else if (frame.paren == ParenRole::declared_parameters) {
    is_behind_parameters_ = here() == ':';
  }
}

void Walk::open_brace() {
  const Brace brace = brace_role(at_);
  is_behind_parameters_ = false;
  Frame frame{.kind = FrameKind::brace, .brace = brace.role};
  if (brace.end_is_guess) frame.flags |= Frame::kEndIsGuess;
  if (at_ == hidden_require_body_) frame.flags |= Frame::kBindsRequire;
  if (!push_frame(frame)) return;
  ++at_;
  if (frame.brace == BraceRole::unknown || is_function_body(frame.brace)) lex_function_prologue();
}

void Walk::close_brace() {
  // A parenthesis that is still open is a mistake of the author; the brace closes it too.
  while (frames_.top_kind() == FrameKind::paren) {
    doubt(Uncertainty::unbalanced);
    frames_.pop();
  }
  if (frames_.empty()) {
    doubt(Uncertainty::unbalanced);
    ++at_;
    return;
  }
  Frame frame = frames_.top();
  frames_.pop();
  ++at_;
  switch (frame.kind) {
    case FrameKind::substitution:
      lex_template(0);
      break;
    case FrameKind::attribute:
    case FrameKind::child:
      lex_jsx();
      break;
    case FrameKind::markdown:
      is_code_left_ = true;
      break;
    default:
      closed_brace_ = {at_, frame};
      if ((frame.flags & Frame::kBindsRequire) != 0) drop_hidden_requires(frame.first_edge);
      break;
  }
}

void Walk::lex_slash() {
  unsigned char next = at(at_ + 1);
  if (next == '/' || next == '*') {
    lex_comment();
  } else if (offset_of(at_) < failed_line_ || slash_divides()) {
    ++at_;
  } else {
    lex_regular_expression();
  }
}

void Walk::lex_less_than() {
  if (html_comment_at(at_)) {
    lex_html_comment(4);
    return;
  }
  if (at(at_ + 1) == '<') {
    at_ += 2;  // a shift
    return;
  }
  bool is_tag = has_jsx_tags_ && begins_element(at_);
  ++at_;
  if (!is_tag) {
    if (is_typescript_ && here() != '=' && frames_.depth() + 1 == declaring_depth_) ++open_angles_;
    if (is_typescript_ && offset_of(at_) < bodies_matter_to_) note_typed_parameters();
    return;
  }
  open_tag();
  lex_jsx();
}

// A string literal; the text between its quotes is appended to *raw if wanted. Returns false if it has no end on its
// line; what there is of it then counts as white space.
bool Walk::lex_string(std::string* raw) {
  const unsigned char quote = here();
  const uint64_t offset = offset_of(at_);
  size_t begin = at_++;
  for (;;) {
    size_t i = quote == '"' ? find_any<'"', '\\', '\n', '\r'>(text_, at_, end_)
                            : find_any<'\'', '\\', '\n', '\r'>(text_, at_, end_);
    if (raw != nullptr) raw->append(text_between(at_, i));
    at_ = i;
    if (i + 3 > end_ && !state_.window.at_end()) {
      begin = slide_within(begin, false);
      continue;
    }
    if (i == end_) break;
    if (at(i) == quote) {
      ++at_;
      last_string_ = {offset_of(begin) == offset ? begin : 0, at_};
      last_string_offset_ = offset;
      return true;
    }
    if (at(i) != '\\') break;
    at_ = std::min(i + (at(i + 1) == '\r' && at(i + 2) == '\n' ? 3 : 2), end_);
    if (raw != nullptr) raw->append(text_between(i, at_));
  }
  doubt(Uncertainty::unterminated, offset);
  add_comment({begin, at_});
  return false;
}

// The text of a template up to its end or to the next substitution; at_ is behind the back-tick or the `}`. `begin` is
// the index of the back-tick; 0 behind a substitution, because only a template without any is a literal.
void Walk::lex_template(size_t begin) {
  for (;;) {
    size_t i = find_any<'`', '\\', '$'>(text_, at_, end_);
    if (i + 1 >= end_ && !state_.window.at_end()) {
      at_ = i;
      slide_within(0, false);
      begin = 0;
      continue;
    }
    at_ = i;
    if (i == end_) {
      doubt(Uncertainty::unterminated);
      return;
    }
    switch (at(i)) {
      case '`':
        ++at_;
        last_string_ = {begin, at_};
        if (begin != 0) last_string_offset_ = offset_of(begin);
        return;
      case '\\':
        at_ = i + 2 < end_ ? i + 2 : end_;
        break;
      default:
        ++at_;
        if (here() != '{') break;
        ++at_;
        push_frame({.kind = FrameKind::substitution});
        return;
    }
  }
}

// Makes [begin, end) something a look backwards jumps over, together with the comments directly before it.
void Walk::add_comment(Span span) {
  // White space at the end of a line comment is jumped over first.
  span.end = std::max(skip_white_space_back(span.end), span.begin);
  size_t before = skip_white_space_back(span.begin);
  Span& newest = comments_[comment_head_];
  if (newest.end != 0 && newest.end == before) {
    newest.end = span.end;
    return;
  }
  comment_head_ = (comment_head_ + 1) % comments_.size();
  comments_[comment_head_] = span;
}

// A comment; at_ is on its first slash. Sets *newline if it contains a line terminator.
void Walk::lex_comment(bool* newline) {
  const bool is_block = at(at_ + 1) == '*';
  const uint64_t offset = offset_of(at_);
  size_t begin = at_;
  size_t seen = at_;  // behind what was checked for line terminators
  bool has_newline = false;
  at_ += 2;
  for (;;) {
    at_ = is_block ? find_comment_end(text_, at_, end_) : find_line_end(at_, end_);
    if (at_ <= limit_ || state_.window.at_end()) break;
    // Candidates, pragmas among them, are known up to the limit only.
    at_ = std::max(limit_, begin + 2);
    has_newline = has_newline || newline_between(seen, at_);
    note_pragmas(begin);
    begin = seen = slide_within(begin, has_newline);
  }
  if (is_block) {
    if (at_ == end_) doubt(Uncertainty::unterminated, offset);
    at_ = at_ == end_ ? end_ : at_ + 2;
  }
  note_pragmas(begin);
  add_comment({begin, at_});
  if (newline != nullptr && (has_newline || newline_between(seen, at_))) *newline = true;
}

bool Walk::html_comment_at(size_t index) const {
  return rules_.html_comments && !syntax_.has_esm && text_between(index, index + 4) == "<!--";
}

// From an opener of `length` bytes to the end of the line: <!--, -->, #!
void Walk::lex_html_comment(size_t length) {
  size_t begin = at_;
  at_ += length;
  for (;;) {
    at_ = find_line_end(at_, end_);
    if (at_ + 3 <= end_ || state_.window.at_end()) break;
    at_ = end_ - 3;
    begin = slide_within(begin, false);
  }
  add_comment({begin, at_});
}

// `-->` begins a comment where nothing but white space and comments stands before it on its line.
void Walk::lex_html_close() {
  Token before = token_before(at_);
  bool is_comment = !syntax_.has_esm && (before.kind == TokenKind::start || newline_between(before.end, at_));
  if (is_comment) {
    lex_html_comment(3);
  } else {
    at_ += 3;
  }
}

// A regular expression; at_ is on its first slash. The lexical grammar of a class does not nest, not even with the v
// flag.
void Walk::lex_regular_expression() {
  constexpr size_t kGoBack = 512;
  size_t begin = at_;
  uint64_t offset = offset_of(at_);
  bool in_class = false;
  ++at_;
  for (;;) {
    size_t i = find_any<'/', '\\', '[', ']', '\n', '\r', 0xe2>(text_, at_, end_);
    if (i + 3 > end_ && !state_.window.at_end()) {
      at_ = i;
      begin = slide_within(begin, false);
      continue;
    }
    at_ = i;
    if (i == end_) break;
    unsigned char c = at(i);
    if (is_line_terminator(c) || is_unicode_line_terminator(text_ + i)) break;
    ++at_;
    if (c == '\\' && !is_line_terminator(here())) ++at_;
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c == '/' && !in_class) {
      at_ = word_end(at_);
      regular_expression_end_ = at_;
      return;
    }
  }
  // It has no end on its line: it was a division after all. Once a line has shown that, the rest of it is not asked
  // again.
  doubt(Uncertainty::regular_expression, offset);
  failed_line_ = offset_of(at_);
  if (failed_line_ - offset <= kGoBack) {
    at_ -= size_t(failed_line_ - offset) - 1;
  } else {
    add_comment({begin, at_});
  }
}

void Walk::finish() {
  if (!done_ && !frames_.empty()) doubt(Uncertainty::unbalanced, offset_of(end_));
  finish_requires();
  finish_uses();
  if (state_.window.is_utf16()) restore_utf16_offsets();
}

void Walk::doubt(Uncertainty reason, uint64_t offset) {
  if (syntax_.uncertainty == 0) syntax_.uncertain_offset = offset;
  syntax_.uncertainty |= uint32_t(reason);
}

}  // namespace demarc
