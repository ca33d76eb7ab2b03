// What a command takes, as shell completions want to know it.
#pragma once

#include <string>
#include <vector>

namespace demarc {

struct FlagDescription {
  std::vector<std::string> names;  // "-f", "--format"
  std::string shape;               // "FORMAT"; empty: takes no value
  std::string description;
  std::vector<std::string> choices = {};  // of values; empty: anything
  bool repeatable = false;
};

struct OperandDescription {
  std::string name;  // "PATH"
  std::vector<std::string> choices = {};
  bool repeatable = false;
};

struct CommandDescription {
  std::vector<FlagDescription> flags;
  std::vector<OperandDescription> operands;
};

}  // namespace demarc
