// The open brackets around a place in the text, with what is known about each.
//
// A frame is classified when its bracket is met, while the tokens before it are still in the window; later questions
// (is the `/` behind this `}` a division?) only read the answer. The innermost kFullFrames levels of real code fit many
// times over; deeper than that a level keeps nothing but its kind, in four bits, and beyond kMaxDepth the lexer
// declines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace demarc {

enum class FrameKind : uint8_t {
  none,          // the top level
  paren,         // (
  brace,         // {
  substitution,  // ${ of a template
  attribute,     // { of a JSX attribute
  child,         // { among the children of a JSX element
  tag,           // between < and > of a JSX tag
  element,       // between the opening and the closing tag
  markdown,      // { of an expression in MDX
};

// What a parenthesis belongs to, by the token before it.
enum class ParenRole : uint8_t {
  other,                 // a call, a group, parameters of a method or an arrow function
  control,               // if, while, with: a statement follows, so a `/` behind it begins a regular expression
  loop,                  // for, for await: the same, and `of` is a keyword directly inside
  block_head,            // switch: only a block can follow
  catch_clause,          // catch: the block that follows is the scope of its parameter
  declared_parameters,   // of a function that is a statement
  expressed_parameters,  // of a function that is an expression
  heritage_call,         // class A extends mixin(B)
};

// What a brace opens.
enum class BraceRole : uint8_t {
  unknown,  // cannot be told from the tokens before it
  no_body,  // a block, an object or a class: anything but the body of a function
  block,    // a plain block, the body of a loop, of try, of a switch, of a namespace
  catch_block,
  object,              // an object literal or a destructuring pattern
  declared_function,   // the body of a function that is a statement
  expressed_function,  // ... that is an expression, so that an operator may follow
  method,              // ... of a method, a getter or a constructor
  arrow,               // ... of an arrow function
  declared_class,      // a class, interface or enum body
  expressed_class,
  pattern,          // const { a } = b
  hoisted_pattern,  // var { a } = b
  ambient,          // declare module "x" { }, namespace X { }
};

inline bool is_function_body(BraceRole role) {
  return role == BraceRole::declared_function || role == BraceRole::expressed_function || role == BraceRole::method ||
         role == BraceRole::arrow;
}

struct Frame {
  enum Flags : uint8_t {
    kBindsRequire = 1u << 0,     // a declaration of `require` has this bracket as its scope
    kMentionsRequire = 1u << 1,  // `(`: `require` stands in it where a parameter could stand
    kEndIsGuess = 1u << 2,       // whether an operand ends with the bracket is a guess
    kBeginsNoType = 1u << 3,     // `(` of TypeScript, before a directive: a function type cannot begin with it
    kCallsMember = 1u << 4,      // `(`, before a directive: of a.b(
  };
  uint32_t first_edge = 0;  // number of recorded imports when the bracket opened
  FrameKind kind = FrameKind::none;
  ParenRole paren = ParenRole::other;
  BraceRole brace = BraceRole::unknown;
  uint8_t flags = 0;
};
static_assert(sizeof(Frame) == 8);

class FrameStack {
 public:
  static constexpr size_t kFullFrames = 32 * 1024;
  static constexpr size_t kMaxDepth = 1024 * 1024;

  FrameStack() { frames_.resize(kKeptFrames); }

  // What an unusually deep file took is given back.
  void clear() {
    if (overflow_.capacity() != 0) std::vector<uint8_t>().swap(overflow_);
    if (frames_.size() > kKeptFrames) std::vector<Frame>(kKeptFrames).swap(frames_);
    depth_ = 0;
  }
  bool empty() const { return depth_ == 0; }
  size_t depth() const { return depth_; }
  bool is_full() const { return depth_ >= kMaxDepth; }
  bool has_overflown() const { return depth_ > kFullFrames; }

  void push(const Frame& frame) {
    if (depth_ == frames_.size() || depth_ >= kFullFrames) {
      push_deep(frame);
    } else {
      frames_[depth_] = frame;
    }
    ++depth_;
  }
  void pop() { --depth_; }
  // Wants a frame.
  Frame top() const { return has_overflown() ? Frame{.kind = overflow_top()} : frames_[depth_ - 1]; }
  FrameKind top_kind() const { return empty() ? FrameKind::none : top().kind; }
  void set_top_kind(FrameKind kind) {
    if (has_overflown()) {
      pop();
      push(Frame{.kind = kind});
    } else {
      frames_[depth_ - 1].kind = kind;
    }
  }
  // The frame `below` levels under the top one; null for the top level and for levels that keep only their kind.
  Frame* find(size_t below) {
    if (below >= depth_ || depth_ - below > kFullFrames) return nullptr;
    return &frames_[depth_ - below - 1];
  }
  size_t bytes() const { return frames_.capacity() * sizeof(Frame) + overflow_.capacity(); }

 private:
  static constexpr size_t kKeptFrames = 512;

  void push_deep(const Frame& frame) {
    if (depth_ < kFullFrames) {
      frames_.resize(2 * frames_.size());
      frames_[depth_] = frame;
    } else {
      push_overflow(frame.kind);
    }
  }
  void push_overflow(FrameKind kind) {
    size_t level = depth_ - kFullFrames;
    if (level / 2 >= overflow_.size()) overflow_.push_back(0);
    uint8_t& pair = overflow_[level / 2];
    pair = level % 2 == 0 ? uint8_t((pair & 0xf0) | uint8_t(kind)) : uint8_t((pair & 0x0f) | (uint8_t(kind) << 4));
  }
  FrameKind overflow_top() const {
    size_t level = depth_ - kFullFrames - 1;
    uint8_t pair = overflow_[level / 2];
    return FrameKind(level % 2 == 0 ? pair & 0x0f : pair >> 4);
  }

  std::vector<Frame> frames_;      // of which depth_ are in use
  std::vector<uint8_t> overflow_;  // two levels a byte
  size_t depth_ = 0;
};

}  // namespace demarc
