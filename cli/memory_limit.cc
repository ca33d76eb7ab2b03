#include "cli/memory_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

namespace demarc {
namespace {

// The text of a file of the kernel's, or empty. Those give a page at a time, whatever is asked for: the end is where a
// read gives nothing.
std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Takes the text up to the next separator, and the separator, off `rest`.
std::string_view take(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

// One word of a comma-separated list.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty())
    if (take(list, ',') == word) return true;
  return false;
}

// A byte count at the start of a file or line; "max" and the kernel's "no limit" of version 1 (LONG_MAX rounded down to
// a page) are no limits.
std::optional<uint64_t> limit_in(std::string_view text) {
  uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc() || bytes >= uint64_t(1) << 62) return std::nullopt;
  return bytes;
}

// The number behind `key` in a file of "key value" lines, each value maybe followed by a unit.
std::optional<uint64_t> value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    if (line.substr(0, key.size()) != key) continue;
    line.remove_prefix(key.size());
    line.remove_prefix(std::min(line.find_first_not_of(" :\t"), line.size()));
    return limit_in(line);
  }
  return std::nullopt;
}

// mountinfo writes blanks, tabs, newlines and backslashes as \ and three octal digits.
std::string unescaped_mount_path(std::string_view text) {
  std::string path;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size()) {
      path += char((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      path += text[at];
    }
  }
  return path;
}

// Where the memory controller of one cgroup version is mounted, and the process's own place in it.
struct CgroupPlace {
  std::string mount_point;
  std::string mount_root;  // the cgroup that the mount point shows; not "/" in a container without cgroup namespace
  std::string path;        // the cgroup of the process, from the top of the hierarchy
  bool found() const { return !mount_point.empty() && !path.empty(); }
};

struct CgroupPlaces {
  CgroupPlace version1;
  CgroupPlace version2;
};

CgroupPlaces find_cgroups(const std::string& root) {
  CgroupPlaces places;
  const std::string cgroup = text_of(root + "/proc/self/cgroup");
  for (std::string_view rest = cgroup; !rest.empty();) {
    std::string_view line = take(rest, '\n');
    const std::string_view hierarchy = take(line, ':');
    const std::string_view controllers = take(line, ':');
    if (hierarchy == "0" && controllers.empty()) places.version2.path = line;
    if (lists(controllers, "memory")) places.version1.path = line;
  }
  // 36 35 98:0 /mount-root /mount-point options [optional fields] - type source super-options
  const std::string mounts = text_of(root + "/proc/self/mountinfo");
  for (std::string_view rest = mounts; !rest.empty();) {
    std::string_view line = take(rest, '\n');
    for (int skipped = 0; skipped < 3; ++skipped) take(line, ' ');
    const std::string_view mount_root = take(line, ' ');
    const std::string_view mount_point = take(line, ' ');
    const size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    line.remove_prefix(dash + 3);
    const std::string_view type = take(line, ' ');
    take(line, ' ');
    CgroupPlace* place = nullptr;
    if (type == "cgroup2") place = &places.version2;
    if (type == "cgroup" && lists(line, "memory")) place = &places.version1;
    if (place == nullptr || !place->mount_point.empty()) continue;
    place->mount_point = unescaped_mount_path(mount_point);
    place->mount_root = unescaped_mount_path(mount_root);
  }
  return places;
}

// The folders of the process's cgroup and of its visible ancestors, innermost first, below the mount point.
std::vector<std::string> visible_cgroups(const CgroupPlace& place) {
  std::string_view inner = place.path;
  if (place.mount_root != "/") {
    // A path that is not below what is mounted belongs to another namespace's view ("/../x"): only the mount point
    // itself is known to hold for this process.
    if (inner.substr(0, place.mount_root.size()) != place.mount_root)
      inner = {};
    else
      inner.remove_prefix(place.mount_root.size());
  }
  if (inner.find("..") != std::string_view::npos) inner = {};
  std::vector<std::string> folders;
  while (!inner.empty() && inner != "/") {
    folders.emplace_back(inner);
    inner = inner.substr(0, inner.rfind('/'));
  }
  folders.emplace_back();
  return folders;
}

class Smallest {
 public:
  void offer(std::optional<uint64_t> bytes, const std::string& source) {
    if (!bytes || *bytes == 0 || (limit_.bytes != 0 && *bytes >= limit_.bytes)) return;
    limit_ = {*bytes, source};
  }
  MemoryLimit take() && { return std::move(limit_); }

 private:
  MemoryLimit limit_;
};

}  // namespace

HostView this_host() {
  const auto limit = [](int resource) {
    struct rlimit value {};
    if (getrlimit(__rlimit_resource_t(resource), &value) != 0 || value.rlim_cur == RLIM_INFINITY) return uint64_t(0);
    return uint64_t(value.rlim_cur);
  };
  return {.root = "", .address_space_limit = limit(RLIMIT_AS), .data_limit = limit(RLIMIT_DATA)};
}

MemoryLimit effective_memory_limit(const HostView& host) {
  Smallest smallest;
  const CgroupPlaces places = find_cgroups(host.root);
  if (places.version2.found()) {
    for (const std::string& folder : visible_cgroups(places.version2)) {
      for (const char* name : {"memory.max", "memory.high"}) {
        const std::string path = host.root + places.version2.mount_point + folder + "/" + name;
        smallest.offer(limit_in(text_of(path)), std::string(name) + " of cgroup " + (folder.empty() ? "/" : folder));
      }
    }
  }
  if (places.version1.found()) {
    for (const std::string& folder : visible_cgroups(places.version1)) {
      const std::string base = host.root + places.version1.mount_point + folder;
      const std::string source = " of cgroup " + (folder.empty() ? "/" : folder);
      smallest.offer(limit_in(text_of(base + "/memory.limit_in_bytes")), "memory.limit_in_bytes" + source);
      // Covers the ancestors that a container does not see.
      smallest.offer(value_of(text_of(base + "/memory.stat"), "hierarchical_memory_limit"),
                     "hierarchical_memory_limit" + source);
    }
  }
  if (host.address_space_limit != 0) smallest.offer(host.address_space_limit, "ulimit -v");
  if (host.data_limit != 0) smallest.offer(host.data_limit, "ulimit -d");
  const std::string memory = text_of(host.root + "/proc/meminfo");
  for (const char* key : {"MemAvailable", "MemTotal"}) {
    const std::optional<uint64_t> kilobytes = value_of(memory, key);
    if (kilobytes) smallest.offer(*kilobytes * 1024, std::string(key) + " of /proc/meminfo");
  }
  return std::move(smallest).take();
}

uint64_t default_memory_bound(const MemoryLimit& limit) {
  constexpr uint64_t kMost = uint64_t(512) << 20;
  if (limit.bytes == 0) return kMost;
  return std::clamp(limit.bytes / 5 * 2, kLeastMemoryBound, kMost);
}

uint64_t peak_resident_bytes() {
  return value_of(text_of("/proc/self/status"), "VmHWM").value_or(0) * 1024;
}

}  // namespace demarc
