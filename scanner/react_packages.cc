// The rules are those of the crawl that @vitejs/plugin-rsc asks for (docs/presets.md): a package without a React peer
// is neither listed nor followed, so what the crawl reads is a small part of node_modules.
#include "scanner/react_packages.h"

#include <simdjson.h>

#include <algorithm>
#include <deque>
#include <new>
#include <optional>
#include <set>
#include <string_view>

#include "resolver/small_file.h"
#include "scanner/path_text.h"

namespace demarc {
namespace {

class Crawl {
 public:
  explicit Crawl(FileSystem& file_system) : file_system_(file_system) {}

  std::vector<std::string> run(const std::string& root) {
    for (std::string directory = root;; directory = parent_of(directory)) {
      const std::string path = join(directory, "package.json");
      if (const auto manifest = read(path)) {
        follow(*manifest, path, {"dependencies", "devDependencies"});
        break;
      }
      if (exists(path) || directory == "/") break;
    }
    while (!open_.empty()) {
      const Dependency dependency = std::move(open_.front());
      open_.pop_front();
      visit(dependency);
    }
    return {listed_.begin(), listed_.end()};
  }

 private:
  struct Dependency {
    std::string name;
    std::string directory;  // of the package.json that asks
  };

  bool exists(const std::string& path) {
    FileStatus status;
    return file_system_.status(path, status) == 0;
  }

  // The package's package.json, links followed, from the nearest node_modules upwards that has it.
  std::string find(const Dependency& dependency) {
    std::string real;
    for (std::string directory = dependency.directory;; directory = parent_of(directory)) {
      const std::string path = join(directory, "node_modules/" + dependency.name + "/package.json");
      if (file_system_.real_path(path, real) == 0) return real;
      if (directory == "/") return {};
    }
  }

  std::optional<simdjson::dom::object> read(const std::string& path) {
    std::string text;
    simdjson::dom::object manifest;
    if (read_small_file(file_system_, path, text) != 0) return std::nullopt;
    const simdjson::error_code code = parser_.parse(text).get(manifest);
    if (code == simdjson::MEMALLOC) throw std::bad_alloc();  // says nothing about the text
    if (code != simdjson::SUCCESS) return std::nullopt;
    return manifest;
  }

  void visit(const Dependency& dependency) {
    const std::string path = find(dependency);
    if (path.empty()) return;
    const auto manifest = read(path);
    if (!manifest) return;
    // A second copy under a listed name is bundled with the first, so it is followed whatever its peers.
    if (!listed_.contains(dependency.name)) {
      if (!is_react_package(*manifest)) return;
      listed_.insert(dependency.name);
    }
    follow(*manifest, path, {"dependencies"});
  }

  static bool is_react_package(const simdjson::dom::object& manifest) {
    std::string_view name;
    // plugin-rsc lists these two itself, without following them.
    if (manifest["name"].get(name) == simdjson::SUCCESS && (name == "@vitejs/plugin-rsc" || name == "react-dom")) {
      return false;
    }
    return manifest["peerDependencies"]["react"].error() == simdjson::SUCCESS;
  }

  void follow(const simdjson::dom::object& manifest, const std::string& path,
              std::initializer_list<const char*> sections) {
    if (!followed_.insert(path).second) return;
    const std::string directory = parent_of(path);
    for (const char* section : sections) {
      simdjson::dom::object packages;
      if (manifest[section].get(packages) != simdjson::SUCCESS) continue;
      for (const auto& [name, version] : packages) open_.push_back({std::string(name), directory});
    }
  }

  FileSystem& file_system_;
  simdjson::dom::parser parser_;
  std::set<std::string> listed_;
  std::set<std::string> followed_;  // paths
  std::deque<Dependency> open_;
};

}  // namespace

std::vector<std::string> find_react_packages(FileSystem& file_system, const std::string& root) {
  return Crawl(file_system).run(root);
}

}  // namespace demarc
