// The exam: fixtures/resolver/{cases,more-cases}.ndjson, answers recorded from Vite 8 and Vite 7 in four environments.
// fixtures/resolver/README.md describes the fields.
#include <simdjson.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/resolver/options_json.h"
#include "tests/support/memory_file_system.h"

namespace {

using demarc::MemoryFileSystem;
using simdjson::dom::element;

// Where the files of a case are put. Paths given are absolute.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual void add(const std::string& path, std::string_view text) = 0;
  virtual void add_link(const std::string& path, std::string_view target) = 0;
  virtual void add_hard_link(const std::string& path, const std::string& existing) = 0;
  virtual demarc::FileSystem& file_system() = 0;
  virtual std::string folder() const = 0;
};

class MemoryDisk final : public Disk {
 public:
  void add(const std::string& path, std::string_view text) override { disk_.add(path, text); }
  void add_link(const std::string& path, std::string_view target) override { disk_.add_link(path, target); }
  void add_hard_link(const std::string& path, const std::string& existing) override {
    disk_.add_hard_link(path, existing);
  }
  demarc::FileSystem& file_system() override { return disk_; }
  std::string folder() const override { return "/home/case"; }

 private:
  MemoryFileSystem disk_;
};

class RealDisk final : public Disk {
 public:
  RealDisk() : file_system_(demarc::make_real_file_system()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "demarc-exam-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    top_ = std::filesystem::canonical(pattern);
    std::filesystem::create_directory(top_ / "case");
  }
  ~RealDisk() override { std::filesystem::remove_all(top_); }
  void add(const std::string& path, std::string_view text) override {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  void add_link(const std::string& path, std::string_view target) override {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::filesystem::create_symlink(target, path);
  }
  void add_hard_link(const std::string& path, const std::string& existing) override {
    std::filesystem::create_hard_link(existing, path);
  }
  demarc::FileSystem& file_system() override { return *file_system_; }
  std::string folder() const override { return (top_ / "case").string(); }

 private:
  std::filesystem::path top_;
  std::unique_ptr<demarc::FileSystem> file_system_;
};

std::string text(element object, std::string_view key) {
  std::string_view value;
  return object[key].get_string().get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

template <class Visit>
void for_each_member(element object, std::string_view key, const Visit& visit) {
  simdjson::dom::object members;
  if (object[key].get_object().get(members) != simdjson::SUCCESS) return;
  for (const auto& member : members) visit(std::string(member.key), member.value.get_string().value());
}

void make_files(element record, Disk& disk) {
  const std::string folder = disk.folder() + "/";
  bool has_package_json = false;
  bool has_importer = false;
  const std::string importer = text(record, "importer");
  for_each_member(record, "files", [&](const std::string& path, std::string_view content) {
    has_package_json = has_package_json || path == "package.json" || path.ends_with("/package.json");
    has_importer = has_importer || path == importer;
    disk.add(folder + path, content);
  });
  if (!has_package_json) disk.add(folder + "package.json", R"({"name":"case-root","private":true})");
  if (importer == "src/main.ts" && !has_importer) disk.add(folder + importer, "");
  for_each_member(record, "links",
                  [&](const std::string& path, std::string_view target) { disk.add_link(folder + path, target); });
  for_each_member(record, "hard", [&](const std::string& path, std::string_view existing) {
    disk.add_hard_link(folder + path, folder + std::string(existing));
  });
}

// What the case's environment options add to those of the exam.
void apply_overrides(element options, demarc::ResolverOptions& to) {
  const auto list = [&](std::string_view key, auto&& apply) {
    simdjson::dom::array array;
    if (options[key].get_array().get(array) != simdjson::SUCCESS) return;
    std::vector<std::string> values;
    for (element value : array) values.emplace_back(value.get_string().value());
    for (demarc::EnvironmentOptions& environment : to.environments) apply(environment, values);
  };
  list("extensions", [](auto& environment, const auto& values) { environment.extensions = values; });
  list("mainFields", [](auto& environment, const auto& values) { environment.main_fields = values; });
  list("conditions", [](auto& environment, const auto& values) {
    environment.conditions.insert(environment.conditions.end(), values.begin(), values.end());
  });
}

// The exam's notation. Where demarc deliberately answers better than Vite, what Vite says is compared.
std::string notation(const demarc::PrintedResolution& answer, const std::string& folder) {
  const auto file = [&](const std::string& path) {
    return "F:" + (path.starts_with(folder + "/") ? path.substr(folder.size() + 1) : path);
  };
  if (!answer.vite_id.empty()) return answer.vite_id.starts_with('/') ? file(answer.vite_id) : "X:" + answer.vite_id;
  if (answer.result == "file") return file(answer.path) + answer.postfix;
  if (answer.result == "external") return "X:" + answer.path;
  if (answer.result == "empty") return "E:" + answer.postfix;
  if (answer.result == "optional-peer") return "P:" + answer.path;
  return "N";
}

std::string expected(element record, std::string_view environment, demarc::ViteVersion vite) {
  const auto read = [&](std::string_view key, std::string& answer) {
    element value;
    if (record[key].get(value) != simdjson::SUCCESS) return;
    std::string_view one;
    if (value.is_object() && value[environment].get(value) != simdjson::SUCCESS) return;
    if (value.get_string().get(one) == simdjson::SUCCESS) answer = one;
  };
  std::string answer;
  read("expect", answer);
  if (vite == demarc::ViteVersion::vite7) read("expect7", answer);
  return answer == "!" ? "N" : answer;
}

// D18: the recorded answers of Vite 7 are those of its bare id resolver, which leaves builtins to the build.
bool is_out_of_scope(demarc::ViteVersion vite, const std::string& id) {
  return vite == demarc::ViteVersion::vite7 && (id == "ID-18" || id == "ID-21" || id == "ID-25");
}

template <class DiskType>
void take_exam(demarc::ViteVersion vite, const std::string& name) {
  std::ifstream file(std::string(DEMARC_SOURCE_DIR) + "/fixtures/resolver/" + name);
  REQUIRE(file);
  simdjson::dom::parser parser;
  size_t cases = 0;
  std::string wrong;
  for (std::string line; std::getline(file, line);) {
    const element record = parser.parse(line);
    DiskType disk;
    make_files(record, disk);
    const std::string folder = disk.folder();
    element given;
    simdjson::dom::parser nothing;
    if (record["opts"].get(given) != simdjson::SUCCESS) given = nothing.parse(std::string_view("{}"));
    demarc::ResolverOptions options = demarc::options_from_json(given, folder);
    options.vite = vite;
    if (const std::string root = text(record, "root"); !root.empty()) options.root = folder + "/" + root;
    apply_overrides(given, options);
    demarc::Resolver resolver(disk.file_system(), options);

    std::string specifier = text(record, "specifier");
    for (size_t at = specifier.find("{root}"); at != std::string::npos; at = specifier.find("{root}")) {
      specifier.replace(at, 6, folder);
    }
    std::string importer = text(record, "importer");
    if (!importer.empty() && importer[0] != '\0') importer.insert(0, folder + "/");
    const auto kind = text(record, "kind") == "require" ? demarc::RequestKind::require : demarc::RequestKind::import;
    for (size_t i = 0; i < options.environments.size(); ++i) {
      const std::string& environment_name = options.environments[i].name;
      const auto environment = demarc::EnvironmentId(i);
      const std::string want = expected(record, environment_name, vite);
      if (is_out_of_scope(vite, text(record, "id"))) continue;
      ++cases;
      std::vector<std::string> rules;
      const std::string traced = notation(
          demarc::print(resolver, resolver.resolve_traced(environment, importer, specifier, kind, rules)), folder);
      std::string got = traced;
      // The same by the path a scan takes: importers are canonical files, answers are remembered.
      if (const auto id =
              importer.empty() ? demarc::Result<demarc::FileId>(demarc::kNoFile) : resolver.intern(importer);
          id && (importer.empty() || resolver.path(*id) == importer)) {
        for (int round = 0; round < 2; ++round) {
          got = notation(demarc::print(resolver, resolver.resolve(environment, *id, specifier, kind)), folder);
          if (got != traced) break;
        }
      }
      if (got == want && traced == want) continue;
      wrong += "\n" + text(record, "id") + " " + environment_name + " " + specifier + ": want " + want + ", got " + got;
      for (const std::string& rule : rules) wrong += " " + rule;
    }
  }
  INFO(wrong);
  CHECK(wrong.empty());
  CHECK(cases > 700);
}

}  // namespace

TEST_CASE("resolver: answers every case of the exam as Vite 8", "[resolver]") {
  take_exam<MemoryDisk>(demarc::ViteVersion::vite8, "cases.ndjson");
  take_exam<MemoryDisk>(demarc::ViteVersion::vite8, "more-cases.ndjson");
}

TEST_CASE("resolver: answers every case of the exam as Vite 8, on the real disk", "[resolver][disk]") {
  take_exam<RealDisk>(demarc::ViteVersion::vite8, "cases.ndjson");
  take_exam<RealDisk>(demarc::ViteVersion::vite8, "more-cases.ndjson");
}

TEST_CASE("resolver: answers every case of the exam as Vite 7", "[resolver]") {
  take_exam<MemoryDisk>(demarc::ViteVersion::vite7, "cases.ndjson");
  take_exam<MemoryDisk>(demarc::ViteVersion::vite7, "more-cases.ndjson");
}

TEST_CASE("resolver: answers every case of the exam as Vite 7, on the real disk", "[resolver][disk]") {
  take_exam<RealDisk>(demarc::ViteVersion::vite7, "cases.ndjson");
  take_exam<RealDisk>(demarc::ViteVersion::vite7, "more-cases.ndjson");
}
