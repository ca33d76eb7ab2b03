// What a call from JavaScript asks for, and the doing of it. Knows nothing of Node.
#pragma once

#include <string>
#include <vector>

#include "cli/scan_plan.h"
#include "resolver/regexp.h"
#include "scanner/scanner.h"

namespace demarc {

enum class Task : unsigned char { scan, resolve, why };

struct Question {
  std::string specifier;
  std::string importer;
  std::string environment;  // empty: every one
  RequestKind kind = RequestKind::import;
};

struct Request {
  Task task = Task::scan;
  ScanArguments arguments;
  Surroundings surroundings;  // taken when the call was made: the environment is not to be read from another thread
  std::vector<RegExp> plugins_first;
  std::vector<Question> questions;  // resolve
  std::string name;                 // why: file, package or specifier
  std::string environment;          // why
  size_t most_chains = 1;           // why
  bool with_modules = false;        // scan: as in PrintOptions
};

// JSON, or why there is none.
struct Reply {
  std::string json;
  std::string code;     // of a DemarcError: "DEMARC_BAD_CONFIG"; empty: it worked
  std::string message;  // with code
};

// Throws nothing: every failure is a Reply. `control` and `host` are as scan() has them.
Reply run_request(const Request& request, ScanControl& control, ScanHost* host);

// What `demarc parse` says of one text.
Reply parse_text(std::string_view text, Language language);

}  // namespace demarc
