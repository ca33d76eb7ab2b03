// Scripts that complete demarc's command line in a shell, made of what the commands themselves declare.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/command_description.h"

namespace demarc {

struct CompletedCommand {
  std::string_view name;
  std::string_view summary;
  CommandDescription description;
};

enum class Shell : uint8_t { bash, zsh, fish };
std::span<const std::string_view> shell_names();

std::string completion_script(Shell shell, std::span<const CompletedCommand> commands);

}  // namespace demarc
