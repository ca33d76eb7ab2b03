#include "cli/list_command.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/json_fields.h"
#include "cli/list_rows.h"
#include "cli/print.h"
#include "cli/publish.h"
#include "cli/scan_run.h"

namespace demarc {
namespace {

class ListPrinter {
 public:
  ListPrinter(const ListArguments& arguments, const ScanResult& result)
      : arguments_(arguments),
        result_(result),
        names_(result.root, arguments.scan.absolute_paths ? PathStyle::absolute : PathStyle::from_root) {}

  void print(const std::vector<ListRow>& rows, const Look& look, Sink& sink) const {
    switch (arguments_.scan.format) {
      case Format::pretty:
        return print_pretty(rows, look, sink);
      case Format::json:
        return print_json(rows, sink);
      default: {
        JsonWriter json(sink);
        for (const ListRow& row : rows) {
          write_row(json, row);
          sink.put('\n');
        }
      }
    }
  }

 private:
  void print_json(const std::vector<ListRow>& rows, Sink& sink) const {
    JsonWriter json(sink);
    json.begin_object(JsonLayout::lines);
    write_header(json);
    write_name(json, "root", "rootBase64", result_.root);
    json.key("list").string(list_kind_names()[size_t(arguments_.kind)]);
    json.key("complete").boolean(result_.outcome == Outcome::complete);
    json.key("items").begin_array(JsonLayout::lines);
    for (const ListRow& row : rows) write_row(json, row);
    json.end();
    json.end();
    sink.put('\n');
  }

  void write_row(JsonWriter& json, const ListRow& row) const {
    json.begin_object();
    for (const ListCell& cell : row) write_cell(json, cell);
    json.end();
  }

  void write_cell(JsonWriter& json, const ListCell& cell) const {
    if (const auto* number = std::get_if<uint64_t>(&cell.value)) {
      json.key(cell.key).number(*number);
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&cell.value)) {
      json.key(cell.key).begin_array();
      for (const std::string& text : *texts) json.string(text);
      json.end();
    } else {
      const std::string& text = std::get<std::string>(cell.value);
      const std::string base64_key = std::string(cell.key) + "Base64";
      const bool whole = cell.is_id && names_.style() == PathStyle::absolute;
      write_name(json, cell.key, base64_key, whole ? names_.absolute(text) : text);
    }
  }

  // id:line:column, then the rest, with two blanks between.
  void print_pretty(const std::vector<ListRow>& rows, const Look& look, Sink& sink) const {
    for (const ListRow& row : rows) {
      std::string line;
      for (const ListCell& cell : row) append_cell(cell, look, line);
      sink.write(line + "\n");
    }
    if (rows.empty()) sink.write(look.paint(Style::dim, "none") + "\n");
  }

  void append_cell(const ListCell& cell, const Look& look, std::string& line) const {
    if (cell.key == "line" || cell.key == "column") {
      line += ":" + std::to_string(std::get<uint64_t>(cell.value));
      return;
    }
    std::string text = cell_text(cell);
    if (text.empty()) return;
    if (line.empty()) text = look.paint(Style::bold, text);
    line += (line.empty() ? "" : "  ") + text;
  }

  std::string cell_text(const ListCell& cell) const {
    if (const auto* number = std::get_if<uint64_t>(&cell.value)) {
      if (cell.key == "bytes") return decimal_bytes(*number);
      if (*number == 0) return {};
      if (cell.key == "modules") return counted(*number, "module");
      if (cell.key == "imports") return counted(*number, "import");
      return grouped(*number) + (cell.key == "clientModules" ? " client" : " server");
    }
    if (const auto* texts = std::get_if<std::vector<std::string>>(&cell.value)) {
      std::string joined;
      for (const std::string& text : *texts) joined += (joined.empty() ? "" : ", ") + escaped(text);
      return joined.empty() ? joined : "[" + joined + "]";
    }
    const std::string& text = std::get<std::string>(cell.value);
    return cell.is_id ? names_.shown(text) : escaped(text);
  }

  const ListArguments& arguments_;
  const ScanResult& result_;
  const PathNames names_;
};

}  // namespace

ExitCode run_list(const ListArguments& arguments) {
  const Look error_look = look_of(STDERR_FILENO, arguments.scan.color);
  Sink errors(STDERR_FILENO);
  ExitCode code = ExitCode::success;
  const std::optional<ScanResult> result = scan_graph(arguments.scan, error_look, errors, code);
  if (result) {
    const ListPrinter printer(arguments, *result);
    const std::vector<ListRow> rows = list_rows(arguments.kind, *result);
    const auto print = [&](const Look& look, Sink& sink) { printer.print(rows, look, sink); };
    const ExitCode written = publish(arguments.scan.output, arguments.scan.color, print, error_look, errors);
    if (written != ExitCode::success) code = written;
  }
  errors.flush();
  return code;
}

}  // namespace demarc
