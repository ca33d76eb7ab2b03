// Reads requests, prints answers: what vite-differential.mjs compares with Vite's own.
//
//   resolve_dump options.json < requests.ndjson > answers.ndjson
//   resolve_dump --stats ...      times, tables and listings on stderr; --repeat N asks everything N times
//
// A request is {"specifier", "importer": path or null, "env", "kind": "import"|"require"}; the options are a
// configuration file's, with an absolute "root".
#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "tests/resolver/options_json.h"

namespace {

struct Line {
  std::string specifier;
  std::string importer;
  demarc::EnvironmentId environment;
  demarc::RequestKind kind;
  demarc::FileId file = demarc::kNoFile;
  bool is_entry = false;
  bool is_file = false;
};

std::string escape(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    char buffer[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + '"';
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const char* options_file = nullptr;
  bool stats = false, quiet = false;
  int repeat = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--stats") == 0)
      stats = true;
    else if (std::strcmp(argv[i], "--quiet") == 0)
      quiet = true;
    else if (std::strcmp(argv[i], "--repeat") == 0 && i + 1 < argc)
      repeat = std::atoi(argv[++i]);
    else
      options_file = argv[i];
  }
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  if (!options_file || parser.load(options_file).get(json) != simdjson::SUCCESS) {
    std::fprintf(stderr, "usage: resolve_dump [--stats] [--quiet] [--repeat N] options.json < requests.ndjson\n");
    return 2;
  }
  std::string_view root;
  if (json["root"].get_string().get(root) != simdjson::SUCCESS) return 2;
  const auto file_system = demarc::make_real_file_system();
  demarc::Resolver resolver(*file_system, demarc::options_from_json(json, std::string(root)));
  std::map<std::string, demarc::EnvironmentId, std::less<>> environments;
  for (const auto& environment : resolver.options().environments) {
    environments.emplace(environment.name, demarc::EnvironmentId(environments.size()));
  }
  // Names in the map are sorted; ids follow the options' order.
  for (size_t i = 0; i < resolver.options().environments.size(); ++i) {
    environments[resolver.options().environments[i].name] = demarc::EnvironmentId(i);
  }

  std::vector<Line> lines;
  simdjson::dom::parser line_parser;
  for (std::string text; std::getline(std::cin, text);) {
    simdjson::dom::element record;
    if (line_parser.parse(text).get(record) != simdjson::SUCCESS) continue;
    Line line;
    std::string_view value;
    if (record["specifier"].get_string().get(value) == simdjson::SUCCESS) line.specifier = value;
    line.is_entry = record["importer"].get_string().get(value) != simdjson::SUCCESS;
    if (!line.is_entry) line.importer = value;
    line.environment = demarc::EnvironmentId(0);
    if (record["env"].get_string().get(value) == simdjson::SUCCESS) line.environment = environments.find(value)->second;
    line.kind = record["kind"].get_string().get(value) == simdjson::SUCCESS && value == "require"
                    ? demarc::RequestKind::require
                    : demarc::RequestKind::import;
    lines.push_back(line);
  }

  const auto interning = std::chrono::steady_clock::now();
  for (Line& line : lines) {
    if (line.is_entry || !line.importer.starts_with('/') || line.importer.find('?') != std::string::npos) continue;
    const auto file = resolver.intern(line.importer);
    // Only a canonical importer is one file; another spelling is resolved as Vite resolves it, from there.
    if (file && resolver.path(*file) == line.importer) {
      line.file = *file;
      line.is_file = true;
    }
  }
  if (stats) std::fprintf(stderr, "intern importers: %.2f ms\n", milliseconds_since(interning));

  std::vector<demarc::Resolution> answers(lines.size());
  for (int round = 0; round < repeat; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (size_t i = 0; i < lines.size(); ++i) {
      const Line& line = lines[i];
      answers[i] = line.is_file || line.is_entry
                       ? resolver.resolve(line.environment, line.file, line.specifier, line.kind)
                       : resolver.resolve_from(line.environment, line.importer, line.specifier, line.kind);
    }
    if (stats)
      std::fprintf(stderr, "round %d: %zu requests in %.2f ms\n", round + 1, lines.size(), milliseconds_since(start));
  }
  if (stats) {
    std::fprintf(stderr, "directories listed: %zu, bytes: %zu, files: %zu\n", resolver.directories_listed(),
                 resolver.bytes(), resolver.file_count());
    for (const auto& problem : resolver.problems()) {
      std::fprintf(stderr, "problem %d %s %s\n", static_cast<int>(problem.kind), problem.path.c_str(),
                   problem.detail.c_str());
    }
  }
  if (quiet) return 0;
  std::string out;
  for (const demarc::Resolution& answer : answers) {
    const demarc::PrintedResolution p = demarc::print(resolver, answer);
    out += "{\"result\":" + escape(p.result) + ",\"path\":" + escape(p.path) + ",\"postfix\":" + escape(p.postfix) +
           ",\"viteId\":" + escape(p.vite_id) + ",\"reason\":" + escape(p.reason) + "}\n";
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return 0;
}
