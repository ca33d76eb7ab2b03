#include "resolver/specifier.h"

#include <algorithm>
#include <array>
#include <vector>

namespace demarc {
namespace {

using namespace std::string_view_literals;

// module.builtinModules of Node 20 to 24, without those that need the node: prefix. Sorted.
constexpr std::array kNodeBuiltins = {"_http_agent"sv,
                                      "_http_client"sv,
                                      "_http_common"sv,
                                      "_http_incoming"sv,
                                      "_http_outgoing"sv,
                                      "_http_server"sv,
                                      "_stream_duplex"sv,
                                      "_stream_passthrough"sv,
                                      "_stream_readable"sv,
                                      "_stream_transform"sv,
                                      "_stream_wrap"sv,
                                      "_stream_writable"sv,
                                      "_tls_common"sv,
                                      "_tls_wrap"sv,
                                      "assert"sv,
                                      "assert/strict"sv,
                                      "async_hooks"sv,
                                      "buffer"sv,
                                      "child_process"sv,
                                      "cluster"sv,
                                      "console"sv,
                                      "constants"sv,
                                      "crypto"sv,
                                      "dgram"sv,
                                      "diagnostics_channel"sv,
                                      "dns"sv,
                                      "dns/promises"sv,
                                      "domain"sv,
                                      "events"sv,
                                      "fs"sv,
                                      "fs/promises"sv,
                                      "http"sv,
                                      "http2"sv,
                                      "https"sv,
                                      "inspector"sv,
                                      "inspector/promises"sv,
                                      "module"sv,
                                      "net"sv,
                                      "os"sv,
                                      "path"sv,
                                      "path/posix"sv,
                                      "path/win32"sv,
                                      "perf_hooks"sv,
                                      "process"sv,
                                      "punycode"sv,
                                      "querystring"sv,
                                      "readline"sv,
                                      "readline/promises"sv,
                                      "repl"sv,
                                      "stream"sv,
                                      "stream/consumers"sv,
                                      "stream/promises"sv,
                                      "stream/web"sv,
                                      "string_decoder"sv,
                                      "sys"sv,
                                      "timers"sv,
                                      "timers/promises"sv,
                                      "tls"sv,
                                      "trace_events"sv,
                                      "tty"sv,
                                      "url"sv,
                                      "util"sv,
                                      "util/types"sv,
                                      "v8"sv,
                                      "vm"sv,
                                      "wasi"sv,
                                      "worker_threads"sv,
                                      "zlib"sv};
static_assert(std::is_sorted(kNodeBuiltins.begin(), kNodeBuiltins.end()));

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

SplitPostfix split_postfix(std::string_view id) {
  const size_t at = std::min(id.find_first_of("?#"), id.size());
  return {id.substr(0, at), id.substr(at)};
}

PackageSpecifier split_package(std::string_view specifier) {
  size_t slash = specifier.find('/');
  if (specifier.starts_with('@') && slash != std::string_view::npos) slash = specifier.find('/', slash + 1);
  slash = std::min(slash, specifier.size());
  return {specifier.substr(0, slash), specifier.substr(slash)};
}

bool is_drive_path(std::string_view id) {
  return id.size() >= 2 && is_letter(id[0]) && id[1] == ':';
}

bool is_bare(std::string_view id) {
  return !id.empty() && (is_word(id[0]) || id[0] == '@') && !is_drive_path(id) &&
         id.find("://") == std::string_view::npos;
}

bool is_external_url(std::string_view id) {
  const size_t slashes = id.find("//");
  if (slashes == std::string_view::npos) return false;
  if (slashes == 0) return true;
  return id[slashes - 1] == ':';
}

bool is_data_url(std::string_view id) {
  id.remove_prefix(std::min(id.find_first_not_of(" \t\n\r\f\v"), id.size()));
  return id.starts_with("data:");
}

bool is_plugin_owned(std::string_view id) {
  return id.starts_with('\0') || id.starts_with("virtual:") || id.starts_with("/virtual:") || id.starts_with("/@id/") ||
         id.starts_with("/@vite/") || id.starts_with("@vite/client") || id.starts_with("@vite/env") ||
         id.starts_with("/@react-refresh");
}

bool is_node_builtin(std::string_view id) {
  return std::binary_search(kNodeBuiltins.begin(), kNodeBuiltins.end(), id);
}

bool is_node_like_builtin(std::string_view id) {
  return id.starts_with("node:") || id.starts_with("bun:") || is_node_builtin(id);
}

bool matches_star(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view behind = pattern.substr(star + 1);
  return text.size() >= before.size() + behind.size() && text.starts_with(before) && text.ends_with(behind);
}

std::string normalize_path(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> kept;
  for_each_segment(path, [&](std::string_view segment) {
    if (segment == ".") return;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back(segment);
    }
  });
  std::string normal;
  for (const std::string_view segment : kept) {
    if (!normal.empty() || absolute) normal += '/';
    normal += segment;
  }
  if (normal.empty()) return absolute ? "/" : ".";
  if (path.ends_with('/')) normal += '/';
  return normal;
}

std::string_view extension_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view{} : name.substr(dot);
}

}  // namespace demarc
