#include "cli/publish.h"

#include <unistd.h>

#include <cstring>

#include "cli/display.h"
#include "cli/output_file.h"

namespace demarc {
namespace {

using Print = std::function<void(const Look&, Sink&)>;

Error write_error(const Sink& sink, const std::string& path) {
  return {sink.error(), path, std::strerror(sink.error())};
}

Result<void> print_to_stdout(When color, const Print& print) {
  Sink sink(STDOUT_FILENO);
  print(look_of(STDOUT_FILENO, color), sink);
  sink.flush();
  if (sink.failed()) return tl::unexpected(write_error(sink, "standard output"));
  return {};
}

Result<void> print_to_file(const std::string& path, When color, const Print& print) {
  Result<OutputFile> file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  Sink sink(file->descriptor());
  print(look_of(-1, color), sink);
  sink.flush();
  // A pipe that nobody reads any more is a success here too; there is nothing left to commit to.
  if (sink.abandoned()) return {};
  if (sink.failed()) return tl::unexpected(write_error(sink, path));
  return file->commit();
}

bool is_stdout(const std::string& output) {
  return output.empty() || output == "-";
}

}  // namespace

Format format_for_records(std::optional<Format> asked, bool batch, const std::string& output) {
  if (asked) return *asked;
  const bool for_people = !batch && is_stdout(output) && isatty(STDOUT_FILENO) == 1;
  return for_people ? Format::pretty : Format::ndjson;
}

ExitCode publish(const std::string& output, When color, const Print& print, const Look& error_look, Sink& errors) {
  const Result<void> done = is_stdout(output) ? print_to_stdout(color, print) : print_to_file(output, color, print);
  if (done) return ExitCode::success;
  errors.write("demarc: " + error_look.paint(Style::red, "error:") + " cannot write " + escaped(done.error().path) +
               ": " + done.error().message + "\n");
  return ExitCode::output_failed;
}

}  // namespace demarc
