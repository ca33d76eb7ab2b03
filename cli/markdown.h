// Names and messages in Markdown, as GitHub and GitLab read it: nothing of them may be markup, a mention or a link.
#pragma once

#include <string>
#include <string_view>

namespace demarc {

// `text`, which has no line ends, between as many backticks as it takes.
std::string code_span(std::string_view text);

// A code span in a row of a table, which ends a cell at `|` before it looks for code spans.
std::string code_cell(std::string_view text);

// A message, escaped. What it has in quotes are names, and becomes code spans.
std::string markdown_prose(std::string_view message);

}  // namespace demarc
