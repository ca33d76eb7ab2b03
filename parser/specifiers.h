// The edges of import(), require() and their kin: what the argument of a call says about the module it asks for.
//
//   import("./a")                     ./a
//   require(dev ? "./a" : "./b")      ./a and ./b: both, whatever `dev` is
//   import("./a" as string)           ./a
//   import(`./lang/${name}.js`)       ./lang/**/*.js, a pattern, as esbuild reads it
//   import(name)                      nothing
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parser/syntax_tree.h"

namespace demarc {

struct Specifier {
  uint32_t offset = 0;  // of the first literal's opening quote
  std::string text;
  bool pattern = false;
};

// Appends what the argument names. Returns false when a part of it could name anything.
bool read_specifiers(const SyntaxTree& tree, uint32_t argument, std::vector<Specifier>& specifiers);

// The value of a string or of a template without substitutions; false for anything else.
bool read_literal(const SyntaxTree& tree, uint32_t node, std::string& value);

}  // namespace demarc
