// Resolver options from JSON, in the shape of the configuration file. Shared by the exam and by resolve_dump.
#pragma once

#include <simdjson.h>

#include <string>

#include "resolver/resolver.h"

namespace demarc {

// The text "{root}" in strings stands for root. Keys that are not known are ignored: the CLI checks them, not this.
ResolverOptions options_from_json(simdjson::dom::element json, const std::string& root);

// The four environments of the exam: client, ssr, rsc and worker.
std::vector<EnvironmentOptions> exam_environments();

// Names as in the NDJSON of `demarc resolve --batch`.
struct PrintedResolution {
  std::string result, path, postfix, vite_id, reason;
};
PrintedResolution print(const Resolver& resolver, const Resolution& resolution);

}  // namespace demarc
