// Prints audit_sample() in a format, for programs that read it: print_audit_dump FORMAT [empty].
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "tests/cli/audit_sample.h"

int main(int argc, char** argv) {
  using namespace demarc;
  AuditSample sample = audit_sample();
  if (argc == 3) sample.audited = {};
  const PathNames names(sample.result.root, PathStyle::from_root);
  const AuditReport report = {sample.result, sample.audited, sample.rules, names, repository_folder()};
  const std::map<std::string, std::function<void(Sink&)>> formats = {
      {"stylish", [&](Sink& sink) { print_audit_stylish(report, look_of(STDOUT_FILENO, When::automatic), sink); }},
      {"unix", [&](Sink& sink) { print_audit_unix(report, sink); }},
      {"sarif", [&](Sink& sink) { print_audit_sarif(report, sink); }},
      {"github", [&](Sink& sink) { print_audit_github(report, sink); }},
      {"gitlab", [&](Sink& sink) { print_audit_gitlab(report, sink); }},
      {"junit", [&](Sink& sink) { print_audit_junit(report, sink); }},
      {"markdown", [&](Sink& sink) { print_audit_markdown(report, sink); }},
      {"agent", [&](Sink& sink) { print_audit_agent(report, sink); }},
  };
  const auto format = formats.find(argc > 1 ? argv[1] : "");
  if (format == formats.end()) {
    std::fputs("usage: print_audit_dump FORMAT [empty]\n", stderr);
    return 2;
  }
  Sink sink(STDOUT_FILENO);
  format->second(sink);
  sink.flush();
  return sink.failed() ? 5 : 0;
}
