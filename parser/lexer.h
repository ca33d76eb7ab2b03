// The sparse lexer: finds directives, imports and exports without a token stream or a tree.
//
// A search (candidates.h) says where anything of interest could stand. Between those places the lexer only has to know
// whether it is in code, in a string, a comment, a template, a regular expression or JSX text, and how deep. So it
// visits only the bytes that can change that: quotes, slashes, brackets, `<`. What a `/` or a `<` means depends on the
// token before it, which is found by looking backwards when the question arises, not by remembering every token.
//
// The walk goes forward only. Where a statement turns out to have an unknown shape, it goes on at the place where that
// became clear. This makes it linear without further care, and lets the text pass through a window (window.h).
//
// The parts, by file:
//   lexer_survey.cc     the first look over the file, and the candidates
//   lexer.cc            the walk itself: brackets, strings, comments, templates, regular expressions
//   lexer_text.cc       the cursor: white space, words, and what happens when the window moves on
//   lexer_look_back.cc  questions about the tokens before a place
//   lexer_prologue.cc   directives
//   lexer_modules.cc    import and export statements
//   lexer_exports.cc    the names of exported declarations
//   lexer_calls.cc      import(), import.meta, new URL
//   lexer_requires.cc   require() and the scopes that hide it
//   lexer_uses.cc       uses of what a TypeScript file imports
//   lexer_jsx.cc        JSX
//   lexer_mdx.cc        MDX
//   lexer_utf16.cc      offsets of UTF-16 files
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parser/arguments.h"
#include "parser/candidates.h"
#include "parser/char_class.h"
#include "parser/frames.h"
#include "parser/kernels.h"
#include "parser/module_syntax.h"
#include "parser/name_uses.h"
#include "parser/scan_module.h"
#include "parser/window.h"

namespace demarc {

// The names of the closing tags of a file with the last place of each: `<T>` can only begin an element if `</T` follows
// later. Names are kept as hashes in a table of fixed size; beyond that the table says "perhaps" to everything.
class ClosingTags {
 public:
  void clear();
  void add(uint64_t name_hash, uint64_t offset);
  bool may_occur_behind(uint64_t name_hash, uint64_t offset) const;
  size_t bytes() const { return slots_ == nullptr ? 0 : kSlots * sizeof(Slot); }

 private:
  static constexpr size_t kSlots = 2048;  // a power of two, at most half of it used
  struct Slot {
    uint64_t hash;
    uint64_t last;
  };
  std::unique_ptr<Slot[]> slots_;
  size_t used_ = 0;
};

// What is reused from file to file.
struct Lexer::State {
  static constexpr size_t kCandidates = 2048;

  explicit State(size_t window_bytes);
  size_t bytes() const;

  Window window;
  FrameStack frames;
  ClosingTags closing_tags;
  NameUses uses;
  std::unique_ptr<uint64_t[]> masks;        // of the window, a bit a byte
  std::unique_ptr<Candidate[]> candidates;  // of the window, kCandidates at a time
  const Kernels* kernels;
  uint64_t work = 0;  // steps taken for the last file; tests hold it against the size of the input
};

// Bytes that stand in the history for tokens whose text is not kept (see lexer_text.cc).
inline constexpr char kHistoryUnknown = 0x01;
inline constexpr char kHistoryRegularExpression = 0x0e;
inline constexpr char kHistoryElement = 0x0f;
// The longest string literal whose begin is remembered.
inline constexpr size_t kStringKept = 256;

// A longer name is cut; nothing that long is ever looked up.
inline constexpr size_t kLongestName = 1024;

// A piece of the window.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

// The token that ends before some place.
enum class TokenKind : uint8_t {
  start,    // nothing: the text begins here
  unknown,  // whatever stands before a string, a regular expression or an element once they have left the window
  word,     // identifier, keyword or number
  punctuator,
  string,  // or a template
  regular_expression,
  element,  // a JSX element
};
struct Token {
  TokenKind kind = TokenKind::start;
  unsigned char last = 0;  // its last byte
  size_t begin = 0;
  size_t end = 0;
};

// An answer from the few tokens that were looked at.
struct Answer {
  bool yes = false;
  bool is_guess = false;  // the likelier one of two
};

// What a bracket opens, and whether it is a guess that an operand ends with it, or that none does.
struct Paren {
  ParenRole role = ParenRole::other;
  bool end_is_guess = false;
};
struct Brace {
  BraceRole role = BraceRole::unknown;
  bool end_is_guess = false;
};

enum class ColonRole : uint8_t {
  unknown,
  label,  // or a case: a statement follows
  value,  // of a property, of a conditional expression; a type
};

// An identifier of a clause, or a string in its place.
struct Word {
  uint64_t offset = 0;
  size_t length = 0;
  char text[8] = {};  // its first bytes, or what stands behind it: enough for the words that mean something
  TextRef ref = {};   // the whole, if names are collected
  bool is_string = false;

  bool is(std::string_view word) const {
    return !is_string && length == word.size() && std::string_view(text, word.size()) == word;
  }
};

class Walk {
 public:
  Walk(Lexer::State& state, const ScanSettings& settings, ModuleSyntax& syntax);

  // Lexes the file that is open in the window.
  void run();
  uint64_t file_bytes() const { return file_bytes_; }

 private:
  // ---- lexer_survey.cc
  void survey();
  void note_markers(size_t from, size_t to);
  bool contains(std::string_view marker, size_t from, size_t to) const;
  void restart_candidates();
  void step_candidate();
  void update_candidate();
  void find_candidate_at();
  void refill_candidates();
  void drop_passed_candidates();
  void handle_candidates(size_t before);
  void note_pragmas(size_t begin);

  // ---- lexer.cc: the walk
  void lex_code();
  void lex_code_before(size_t event);
  void lex_event();
  bool move_on();
  void start_over();
  size_t next_event(size_t from);
  void stop() { done_ = is_code_left_ = true; }
  bool push_frame(Frame frame);
  void open_paren();
  void close_paren();
  void open_brace();
  void close_brace();
  void lex_slash();
  void lex_less_than();
  bool lex_string(std::string* raw = nullptr);
  void lex_template(size_t begin);
  void lex_comment(bool* newline = nullptr);
  bool html_comment_at(size_t index) const;
  void lex_html_comment(size_t length);
  void lex_html_close();
  void lex_regular_expression();
  void add_comment(Span span);
  void finish();
  void doubt(Uncertainty reason, uint64_t offset);
  void doubt(Uncertainty reason) { doubt(reason, offset_of(at_)); }

  // ---- lexer_text.cc
  unsigned char at(size_t index) const { return text_[index]; }
  unsigned char here() const { return text_[at_]; }
  uint64_t offset_of(size_t index) const { return state_.window.offset_of(index); }
  bool is_at_end() const { return at_ >= end_ && state_.window.at_end(); }
  // Makes sure that kLookAhead bytes, or the rest of the file, stand behind at_.
  void reserve() {
    if (at_ >= limit_ && !state_.window.at_end()) slide(at_);
  }
  void slide(size_t significant_end);
  size_t slide_within(size_t begin, bool newline);
  size_t build_history(size_t index, char gap, char* history);
  void move_window(size_t significant_end, char gap);
  // White space and comments; true if there was a line terminator among them.
  bool skip_trivia() {
    const unsigned char c = here();
    const bool is_token = !is_white_space(c) && c < 0x80 && c != '/' && c != '<';
    return is_token && at_ < limit_ ? false : skip_more_trivia();
  }
  bool skip_more_trivia();
  size_t skip_trivia_ahead(size_t index) const;
  size_t skip_white_space(size_t index, bool& newline) const;
  size_t word_end(size_t index) const;
  bool word_at(size_t index, std::string_view word) const;
  std::string_view text_between(size_t begin, size_t end) const {
    return {reinterpret_cast<const char*>(text_) + begin, end - begin};
  }
  size_t find_line_end(size_t from, size_t to) const;

  // ---- lexer_look_back.cc
  Token token_before(size_t index) const;
  size_t skip_trivia_back(size_t index) const;
  size_t skip_white_space_back(size_t index) const {
    const unsigned char c = at(index - 1);
    return is_white_space(c) || c >= 0x80 ? skip_more_white_space_back(index) : index;
  }
  size_t skip_more_white_space_back(size_t index) const;
  size_t word_begin(size_t end) const;
  bool is_word(const Token& token, std::string_view word) const;
  bool is_property(const Token& word) const;
  bool newline_between(size_t begin, size_t end) const;
  bool is_spread(const Token& token) const;
  bool is_member_dot(const Token& token) const;
  Answer operand_before(size_t index, bool for_less_than) const;
  size_t postfix_begin(const Token& token) const;
  Answer operand_at(const Token& token, size_t index, bool for_less_than) const;
  Answer operand_punctuator(const Token& token) const;
  Answer operand_word(const Token& word, size_t index, bool for_less_than) const;
  Answer operand_angle(const Token& angle) const;
  bool is_loop_of(const Token& word) const;
  bool ends_binding(const Token& token) const;
  bool slash_divides();
  Answer statement_can_begin(size_t index) const;
  enum class Contents : uint8_t { unknown, statements, members, expression };
  Contents contents_here() const;
  ColonRole colon_role(const Token& colon) const;
  Paren paren_role(size_t index) const;
  bool is_heritage(const Token& word) const;
  bool may_be_declared(size_t index) const;
  Paren function_role(const Token& keyword) const;
  Brace class_role(size_t keyword_begin) const;
  Brace brace_role(size_t index) const;
  Brace brace_behind_paren(const Token& paren, size_t index) const;
  Brace brace_behind_statement() const;
  Brace brace_behind_head() const;
  Brace brace_behind_word(const Token& word, size_t index) const;

  // ---- lexer_prologue.cc
  void lex_prologue(DirectiveLevel level);
  bool may_be_function_type(const Token& arrow) const;
  uint8_t look_before_paren(size_t index) const;
  bool may_begin_type(size_t index) const;
  bool may_be_member(size_t index) const;
  bool statement_ends(size_t next, bool newline) const;
  void lex_function_prologue();
  void note_typed_body(const Frame& paren);
  void note_typed_parameters();
  bool may_read_type();
  size_t find_body_behind_type();
  size_t skip_bracketed_type(size_t index, size_t stop);
  size_t skip_comment_ahead(size_t index, size_t stop) const;

  // ---- lexer_modules.cc
  // What stands before an `import` keyword, asked before the window can move on.
  struct ImportSite {
    uint64_t offset = 0;
    bool is_property = false;
    bool is_exported = false;   // export import a = ...
    bool is_type = false;       // certainly a type: typeof import("m")
    bool is_value = false;      // certainly a value: await import("m")
    bool behind_colon = false;  // a type annotation, a property or the end of a conditional expression
    bool behind_angle = false;  // directly behind a `<`
    bool is_unclear = false;    // in a class, a type or a value
    bool in_url = false;        // of new URL("m", import.meta.url): url is the string, not yet in the record
    TextRef url = {};
    uint64_t url_offset = 0;
    bool in_worker = false;  // new Worker( stands around that
  };
  struct ListResult {
    bool is_complete = false;
    bool binds_require = false;
    size_t count = 0;
    size_t types = 0;
  };
  enum class ClauseResult : uint8_t { specifier, done, failed };  // at_ is on the specifier; all is said; no such shape
  Word lex_word();
  void lex_escaped_word(size_t begin);
  bool is_braced_escape(size_t begin, size_t end) const;
  bool lex_name(Word& word);
  void lex_import();
  ClauseResult lex_import_clause(ImportRecord& record, const ImportSite& site);
  ClauseResult lex_import_equals(ImportRecord& record, const Word& word, const ImportSite& site);
  enum class ListOwner : uint8_t { import, export_ };
  ListResult lex_specifier_list(ListOwner owner, bool type_only);
  ListResult lex_specifiers(ListOwner owner, bool type_only);
  bool lex_specifier(ImportRecord& record);
  void lex_next_statement();
  void lex_attributes(ImportRecord& record);
  void lex_export();
  void lex_export_all(bool type_only);
  void lex_export_list(bool type_only);
  TextRef add_text(std::string_view text);
  TextRef add_value(std::string_view raw);
  void drop_text(TextRef text);
  void add_import(const ImportRecord& record);
  void add_name(TextRef imported, TextRef local, bool type_only);
  void add_export(uint64_t offset, TextRef name, bool type_only);
  bool wants_names() const { return settings_.collect != Collect::edges || is_typescript_; }
  void bind_import(const Word& name);

  // ---- lexer_exports.cc
  void lex_export_declaration(bool type_only);
  void export_word(std::string_view name, bool type_only);
  bool export_declarator(size_t& index, size_t stop);
  bool export_pattern(size_t& index, size_t stop);
  void follow_declarators(size_t end);
  bool declaration_ends(size_t index);
  void end_declaration();

  // ---- lexer_calls.cc
  ImportSite look_at_import_site(size_t index);
  void look_at_url(const Token& comma, ImportSite& site);
  void look_at_type_query(const Token& keyword, ImportSite& site) const;
  bool is_type_alias(const Token& equals) const;
  void look_at_colon(const Token& colon, ImportSite& site) const;
  bool is_annotation(const Token& colon) const;
  void lex_import_call(const ImportSite& site, ImportPhase phase);
  bool lex_argument(Argument& argument, ImportRecord& record);
  void lex_long_literal(ImportRecord& record);
  bool is_no_call(size_t end, const ImportSite& site);
  void lex_import_meta(const ImportSite& site);
  void lex_glob_call();
  bool globs_assets(size_t index) const;
  bool lex_string_value(TextRef& value);

  // ---- lexer_requires.cc
  // What stands around the word where it is not called.
  struct RequireName {
    unsigned char before = 0;   // punctuator
    unsigned char next = 0;     // first byte of the next token
    bool is_function = false;   // function require
    bool is_statement = false;  // ... as a statement
    bool is_variable = false;   // const require, class require
    bool is_hoisted = false;    // var require
    bool is_arrow = false;      // require =>
    bool is_assigned = false;   // require =
  };
  void lex_require();
  void lex_require_call(ImportKind kind, uint64_t offset);
  void link_require(ImportRecord& record);
  bool is_method_or_more(size_t end) const;
  RequireName look_at_require_name(const Token& before) const;
  void bind_require(const RequireName& name);
  void doubt_comma(const RequireName& name);
  void bind_require_in(Frame* frame);
  void bind_require_in_function();
  void bind_require_in_arrow(size_t arrow);
  void close_parameters();
  void drop_hidden_requires(uint32_t first_edge);
  void finish_requires();

  // ---- lexer_uses.cc
  // A name of which the end of parentheses will tell more.
  struct OpenPlace {
    NameUses::Name* name;
    size_t depth;      // of the frames within the parentheses
    bool is_argument;  // else it stands before them
  };
  enum class NamePlace : uint8_t { use, nothing, binding, argument, call };
  void find_uses(size_t stop);
  void note_use(NameUses::Name& name, size_t begin, size_t end);
  void await_parenthesis(const OpenPlace& place);
  void settle_open_places(size_t depth);
  void begin_tail();
  void note_element();
  void note_exported();
  void finish_uses();
  bool is_called(size_t end) const;
  bool is_call_paren(size_t paren) const;
  bool is_plain_argument(const Token& comma) const;
  bool is_assignment(const Token& equals) const;
  NamePlace name_place(size_t begin, size_t end) const;
  NamePlace place_behind_word(const Token& word, size_t begin, size_t end, size_t next, bool called) const;
  NamePlace place_behind_extends(const Token& word) const;
  NamePlace place_behind_punctuator(const Token& before, size_t begin, size_t end, size_t next, bool called) const;
  NamePlace place_of_statement(size_t end, size_t next, bool called) const;
  NamePlace place_in_parentheses(size_t begin, size_t next, bool called, bool in_call) const;

  // ---- lexer_jsx.cc
  bool begins_element(size_t index);
  bool is_element_shape(size_t index);
  bool closing_tag_may_follow(std::string_view name);
  void note_closing_tags(size_t from, size_t to);
  size_t skip_white_space_within(size_t index, size_t stop) const;
  void open_tag();
  void lex_jsx();
  bool lex_tag();
  bool lex_attribute_string();
  bool lex_children();
  void open_jsx_brace(FrameKind kind);
  void lex_closing_tag();
  void lex_type_arguments();
  void end_element();

  // ---- lexer_utf16.cc
  void restore_utf16_offsets();

  // ---- lexer_mdx.cc
  void lex_markdown();
  void leave_markdown(size_t text_begin);
  void reserve_markdown(size_t& text_begin);
  void lex_markdown_line(size_t& text_begin, bool& in_paragraph);
  size_t skip_run(size_t index, unsigned char c, size_t stop) const;
  size_t skip_blanks(size_t index, size_t stop) const;
  bool is_rule(size_t index) const;
  void end_markdown_line();
  size_t find_fence(size_t index) const;
  void skip_fence(size_t fence, size_t& text_begin);
  bool lex_markdown_text(size_t& text_begin);
  void skip_code_span();
  bool lex_markdown_expression(size_t& text_begin);
  bool lex_markdown_tag(size_t& text_begin);
  void lex_esm_block();
  bool esm_block_ends(size_t end);
  bool statement_can_end(size_t index) const;
  size_t find_blank_line(size_t begin, size_t end) const;

  Lexer::State& state_;
  const ScanSettings& settings_;
  ModuleSyntax& syntax_;
  FrameStack& frames_;
  const unsigned char* text_;
  size_t end_ = 0;
  size_t limit_ = 0;
  size_t at_ = 0;  // the cursor

  size_t classified_to_ = 0;
  size_t plain_to_ = 0;      // events before this need nothing but to be lexed
  size_t candidate_at_ = 0;  // index of the next candidate; kNoCandidate, or 0 when the last one is behind us
  size_t candidate_head_ = 0;
  size_t candidate_count_ = 0;
  uint64_t listed_to_ = 0;     // the list of candidates is complete up to here
  bool was_refilled_ = false;  // it does not begin at the start of the file
  CandidateSummary summary_;
  CandidateRules rules_;
  uint64_t stop_offset_ = CandidateSummary::kNone;
  uint64_t directives_to_ = 0;  // no string behind this could be a directive
  uint64_t bodies_matter_to_ = 0;
  uint64_t type_steps_ = 0;  // taken by find_body_behind_type()

  // What a look backwards must jump over or must know. Indices; 0 is none.
  std::array<Span, 8> comments_{};  // the last runs of comments, the newest at comment_head_
  size_t comment_head_ = 0;
  size_t regular_expression_end_ = 0;
  size_t element_end_ = 0;
  Span last_string_;
  uint64_t last_string_offset_ = 0;
  struct Closed {
    size_t end = 0;  // behind the bracket
    Frame frame;
  };
  Closed closed_paren_;
  Closed closed_brace_;
  size_t typed_body_ = 0;  // the `{` behind a parameter list and a return type
  Brace typed_body_role_;
  bool is_behind_parameters_ = false;  // of a function that is a statement, and a colon: its body comes next
  size_t typed_parameters_ = 0;        // the `(` behind the type parameters of a function
  Paren typed_parameters_role_;
  size_t hidden_require_body_ = 0;  // the `{` of a function with a parameter named require
  bool top_binds_require_ = false;
  uint32_t last_require_ = 0;      // the last live require call is imports[last_require_ - 1]
  size_t argument_pool_size_ = 0;  // of the pool before the argument that was read last
  bool is_typescript_ = false;
  bool has_jsx_tags_ = false;  // the language does
  bool tags_known_ = false;
  bool done_ = false;
  // Uses of imports: places that the end of parentheses will explain, how far the words were looked at, and what doubts
  // there were when the last candidate was passed.
  std::vector<OpenPlace> open_places_;
  std::vector<TextRef> exported_;  // of the export list at hand
  uint64_t uses_to_ = 0;
  uint32_t tail_uncertainty_ = 0;
  bool has_code_ = false;     // something but imports was seen
  bool has_escapes_ = false;  // a word is spelled with an escape
  bool in_tail_ = false;      // behind the last candidate
  // An exported declaration whose declarators go on, by the depth of its brackets plus one, and how far it was
  // followed.
  size_t declaring_depth_ = 0;
  uint64_t declared_to_ = 0;
  uint64_t goes_on_to_ = 0;  // no line terminator before this ends it
  size_t open_squares_ = 0;
  size_t open_angles_ = 0;
  bool declares_types_ = false;
  bool is_code_left_ = false;  // MDX: the expression among the text has ended
  bool in_esm_block_ = false;  // MDX: a blank line can end the code
  size_t bracket_depth_ = 0;   // MDX: open [ in a block of statements
  uint64_t brackets_to_ = 0;   // MDX: ... counted up to here
  uint64_t file_bytes_ = 0;
  uint64_t failed_line_ = 0;  // a regular expression without an end was seen on the line that ends here
};

}  // namespace demarc
