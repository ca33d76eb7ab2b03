#include "resolver/directory_table.h"

#include <algorithm>
#include <cerrno>

namespace demarc {
namespace {

// More links than this in one chain are taken for a loop, as the kernel does.
constexpr int kLongestLinkChain = 40;

PathKind kind_of_node(Node node) {
  switch (node) {
    case Node::file:
    case Node::link_to_file:
      return PathKind::file;
    case Node::directory:
    case Node::link_to_directory:
      return PathKind::directory;
    case Node::other:
      return PathKind::other;
    default:
      return PathKind::missing;
  }
}

Node node_of(EntryType type) {
  return type == EntryType::file ? Node::file : type == EntryType::directory ? Node::directory : Node::other;
}

void settle(Entry& entry, Node node, uint32_t id) {
  entry.id.store(id, std::memory_order_relaxed);
  // Pairs with the acquire load in kind_of(): who sees the node sees the id.
  entry.node.store(static_cast<uint8_t>(node), std::memory_order_release);
}

Node load_node(const Entry& entry) {
  return static_cast<Node>(entry.node.load(std::memory_order_acquire));
}

std::string toggle_case(std::string_view name) {
  std::string toggled(name);
  for (char& c : toggled) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
  }
  return toggled;
}

}  // namespace

DirectoryTable::DirectoryTable(FileSystem& file_system, PathTable& paths, bool preserve_symlinks, ChunkSource& chunks)
    : file_system_(file_system),
      paths_(paths),
      preserve_symlinks_(preserve_symlinks),
      facts_(chunks),
      listings_(chunks),
      probed_index_(chunks),
      probed_(chunks),
      probed_names_(chunks) {
  set_canonical(kFileSystemRoot, kFileSystemRoot);
}

DirectoryTable::Found DirectoryTable::find(DirId directory, std::string_view name) {
  const DirId at = canonical(directory);
  return at == kNoDir ? Found{} : find_in(at, name, /*may_list=*/true);
}

DirectoryTable::Found DirectoryTable::find_upward(DirId directory, std::string_view name) {
  const DirId at = canonical(directory);
  if (at == kNoDir) return {};
  return find_in(at, name, root_ == kNoDir || paths_.is_inside(at, root_));
}

DirectoryTable::Found DirectoryTable::find_in(DirId canonical, std::string_view name, bool may_list) {
  Facts& facts = facts_.ensure(raw(canonical));
  const Listing* listing = facts.listing.load(std::memory_order_acquire);
  if (!listing && may_list) listing = this->listing(canonical);
  if (!listing) {
    if (facts.access.load(std::memory_order_acquire) == Access::missing) return {};
    return find_by_name(canonical, name);
  }
  const Listing::Match match = listing->find(name);
  if (match.exact) {
    return {kind_of(canonical, name, *match.exact), match.exact, listing->name(*match.exact), {}, false};
  }
  if (match.folded || has_non_ascii(name) || listing->has_non_ascii()) {
    return find_folded(canonical, *listing, name, match.folded);
  }
  return {};
}

// R95, R96. The listing does not have these bytes, but the disk may still take them for one of its names.
DirectoryTable::Found DirectoryTable::find_folded(DirId canonical, const Listing& listing, std::string_view name,
                                                  Entry* folded) {
  Found missing;
  if (folded) missing.near_miss = listing.name(*folded);
  // Pure ASCII against a directory that tells letter case apart: nothing can match. A name beyond ASCII may still be
  // there in another normal form, so the disk is asked.
  const bool ascii = !has_non_ascii(name);
  if (ascii && folding_of(canonical, listing) == Folding::exact) return missing;
  if (name.size() > 255 || name.find('/') != std::string_view::npos) return missing;

  if (folded) {
    if (folding_of(canonical, listing) == Folding::exact) return missing;
  } else {
    std::string path;
    paths_.append(canonical, name, path);
    FileStatus status;
    if (const int error = file_system_.status(path, status); error != 0) {
      report_unless_absent(ResolverProblem::Kind::unreadable_directory, paths_.text(canonical), error);
      return missing;
    }
    folded = find_by_status(canonical, listing, status);
    // There, and nothing listed is it: the asked spelling has to do.
    if (!folded) return find_by_name(canonical, name);
  }
  const std::string_view listed = listing.name(*folded);
  return {kind_of(canonical, listed, *folded), folded, listed, {}, true};
}

// For spellings that differ beyond ASCII letters. No Unicode tables: the entry is the one with the same inode, or,
// where inodes mean nothing, the only one with the same times and size.
Entry* DirectoryTable::find_by_status(DirId canonical, const Listing& listing, const FileStatus& wanted) {
  Entry* alike = nullptr;
  size_t count = 0;
  for (Entry& entry : listing) {
    std::string path;
    paths_.append(canonical, listing.name(entry), path);
    FileStatus status;
    if (file_system_.status(path, status) != 0) continue;
    if (status == wanted) return &entry;
    status.inode = wanted.inode;
    if (status == wanted) {
      alike = &entry;
      ++count;
    }
  }
  return count == 1 ? alike : nullptr;
}

// Whether a directory takes a name in another letter case for the same, found out by one look at a name that nobody
// has.
DirectoryTable::Folding DirectoryTable::folding_of(DirId canonical, const Listing& listing) {
  Facts& facts = facts_.ensure(raw(canonical));
  Folding folding = facts.folding.load(std::memory_order_relaxed);
  if (folding != Folding::unknown) return folding;
  folding = Folding::exact;
  for (const Entry& entry : listing) {
    const std::string toggled = toggle_case(listing.name(entry));
    if (toggled == listing.name(entry)) continue;
    if (listing.find(toggled).exact) break;  // both spellings side by side
    std::string path;
    paths_.append(canonical, toggled, path);
    FileStatus status;
    if (file_system_.status(path, status) == 0) folding = Folding::folding;
    break;
  }
  facts.folding.store(folding, std::memory_order_relaxed);
  return folding;
}

// One status call for each name, kept.
DirectoryTable::Found DirectoryTable::find_by_name(DirId canonical, std::string_view name) {
  if (name.empty() || name.size() > 255 || name.find('/') != std::string_view::npos) return {};
  const uint64_t hash = hash_text(name, raw(canonical) + uint64_t{1});
  const auto equal = [&](uint32_t i) {
    return probed_[i].directory == canonical && probed_names_.view(probed_[i].name) == name;
  };
  uint32_t id = probed_index_.find(hash, equal);
  if (id == IdIndex::kNone) {
    std::string path;
    paths_.append(canonical, name, path);
    FileStatus status;
    Entry entry;
    std::string spelled(name);
    if (const DirId known = paths_.find_child(canonical, name); known != kNoDir && known_canonical(known)) {
      settle(entry, Node::directory, raw(known));
    } else if (const int error = file_system_.status(path, status); error != 0) {
      settle(entry, Node::missing, 0);
      // The name may be a link that leads to where nothing can be seen; else it is its own directory that hides it.
      if (std::string target; file_system_.read_link(path, target) == 0) {
        report_unless_absent(ResolverProblem::Kind::unreadable_file, path, error);
      } else {
        report_unless_absent(ResolverProblem::Kind::unreadable_directory, paths_.text(canonical), error);
      }
    } else {
      spelled = spelling(canonical, name);
      if (std::string target; file_system_.read_link(path, target) == 0) {
        follow_by_handle(canonical, name, entry);
      } else {
        settle(entry, node_of(status.type), entry.id);
      }
    }
    id = probed_index_.find_or_add(hash, equal, [&] {
      const uint32_t made = probed_.append();
      Probed& probed = probed_[made];
      probed.directory = canonical;
      probed.name = probed_names_.add(name);
      probed.spelled = spelled == name ? probed.name : probed_names_.add(spelled);
      settle(probed.entry, load_node(entry), entry.id);
      return made;
    });
  }
  Probed& probed = probed_[id];
  return {kind_of_node(load_node(probed.entry)),
          &probed.entry,
          probed_names_.view(probed.spelled),
          {},
          probed.spelled != probed.name};
}

const Listing* DirectoryTable::listing(DirId canonical) {
  Facts& facts = facts_.ensure(raw(canonical));
  const Listing* known = facts.listing.load(std::memory_order_acquire);
  if (known) return known;
  if (facts.access.load(std::memory_order_acquire) != Access::unknown) return nullptr;
  return make_listing(canonical, facts);
}

const Listing* DirectoryTable::make_listing(DirId canonical, Facts& facts) {
  if (is_passed_through(canonical)) {
    facts.access.store(Access::by_name, std::memory_order_release);
    return nullptr;
  }
  static thread_local ListingBuilder builder;
  builder.clear();  // and gives back what a huge directory took
  const std::string path = paths_.text(canonical);
  const int error = file_system_.list(path, builder);
  if (error != 0) {
    facts.access.store(is_absence(error) ? Access::missing : Access::by_name, std::memory_order_release);
    report_unless_absent(ResolverProblem::Kind::unreadable_directory, path, error);
    return nullptr;
  }
  // Two threads may have listed it at once; the first to come here wins, and the other's work is dropped.
  const std::lock_guard lock(publishing_);
  if (const Listing* theirs = facts.listing.load(std::memory_order_relaxed)) return theirs;
  Listing* listing = builder.build(listings_);
  facts.access.store(Access::listed, std::memory_order_relaxed);
  facts.listing.store(listing, std::memory_order_release);
  listed_.fetch_add(1, std::memory_order_relaxed);
  return listing;
}

bool DirectoryTable::is_passed_through(DirId canonical) const {
  if (canonical == kFileSystemRoot) return true;
  if (paths_.name(canonical) == ".pnpm" || paths_.name(paths_.parent(canonical)) == ".pnpm") {
    return paths_.name(canonical) != "node_modules";
  }
  return root_ != kNoDir && canonical != root_ && paths_.is_inside(root_, canonical);
}

// The kind of an entry, after following it if it is a link and asking the disk if the listing did not say.
PathKind DirectoryTable::kind_of(DirId canonical, std::string_view name, Entry& entry) {
  Node node = load_node(entry);
  if (node == Node::unknown) {
    std::string path;
    paths_.append(canonical, name, path);
    std::string target;
    FileStatus status;
    if (file_system_.read_link(path, target) == 0) {
      node = Node::link;
    } else if (const int error = file_system_.status(path, status); error == 0) {
      node = node_of(status.type);
    } else {
      node = Node::missing;
      report_unless_absent(ResolverProblem::Kind::unreadable_file, path, error);
    }
    entry.node.store(static_cast<uint8_t>(node), std::memory_order_release);
  }
  if (node == Node::link) {
    follow_link(canonical, name, entry);
    node = load_node(entry);
  }
  return kind_of_node(node);
}

// R90. The target's identity: by a walk over what is known already, otherwise by handle.
void DirectoryTable::follow_link(DirId canonical, std::string_view name, Entry& entry) {
  std::string path;
  paths_.append(canonical, name, path);
  std::string target;
  if (const int error = file_system_.read_link(path, target); error != 0) {
    settle(entry, Node::missing, 0);
    report_unless_absent(ResolverProblem::Kind::unreadable_file, path, error);
    return;
  }
  if (!follow_known(canonical, target, entry, 0)) follow_by_handle(canonical, name, entry);
}

// Walks a link's text from a canonical directory over directories already known to be canonical and names already
// listed. Declines (false) when it meets anything else.
bool DirectoryTable::follow_known(DirId from, std::string_view target, Entry& entry, int depth) {
  if (depth > kLongestLinkChain) return false;
  DirId at = !target.empty() && target.front() == '/' ? kFileSystemRoot : from;
  size_t begin = 0;
  while (begin < target.size()) {
    size_t end = target.find('/', begin);
    if (end == std::string_view::npos) end = target.size();
    const std::string_view segment = target.substr(begin, end - begin);
    begin = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      at = paths_.parent(at);
      continue;
    }
    if (const DirId child = paths_.find_child(at, segment); child != kNoDir && known_canonical(child)) {
      at = child;
      continue;
    }
    const Facts* facts = facts_.find(raw(at));
    const Listing* listing = facts ? facts->listing.load(std::memory_order_acquire) : nullptr;
    Entry* next = listing ? listing->find(segment).exact : nullptr;
    if (!next) return false;
    const Node node = load_node(*next);
    if (node == Node::directory) {
      at = paths_.intern_child(at, segment);
      set_canonical(at, at);
    } else if (node == Node::file && begin >= target.size()) {
      settle(entry, Node::link_to_file, raw(paths_.intern_file(at, segment)));
      return true;
    } else {
      return false;
    }
  }
  settle(entry, Node::link_to_directory, raw(at));
  return true;
}

void DirectoryTable::follow_by_handle(DirId canonical, std::string_view name, Entry& entry) {
  std::string path;
  paths_.append(canonical, name, path);
  std::string real;
  FileStatus status;
  int error = file_system_.real_path(path, real);
  if (error == 0) error = file_system_.status(real, status);
  if (error != 0) {
    settle(entry, Node::missing, 0);
    report_unless_absent(ResolverProblem::Kind::unreadable_file, path, error);
    return;
  }
  if (status.type == EntryType::directory) {
    settle(entry, Node::link_to_directory, raw(intern_canonical(real)));
    return;
  }
  const size_t slash = real.rfind('/');
  const DirId parent = intern_canonical(std::string_view(real).substr(0, slash));
  std::string_view base = std::string_view(real).substr(slash + 1);
  const Found found = find_in(parent, base, /*may_list=*/false);
  if (found.respelled) base = found.name;
  settle(entry, status.type == EntryType::file ? Node::link_to_file : Node::other,
         raw(paths_.intern_file(parent, base)));
}

// Directories that real_path named. Every ancestor of a canonical directory is canonical.
DirId DirectoryTable::intern_canonical(std::string_view real) {
  DirId directory = respell(paths_.intern_directory(real));
  for (DirId d = directory; !known_canonical(d); d = paths_.parent(d)) set_canonical(d, d);
  return directory;
}

// R95. The text of a link, the configured root and names that are looked up singly are where a foreign spelling can
// enter.
DirId DirectoryTable::respell(DirId directory) {
  if (directory == kFileSystemRoot || known_canonical(directory)) return directory;
  const DirId parent = respell(paths_.parent(directory));
  return paths_.intern_child(parent, spelling(parent, paths_.name(directory)));
}

// The name of an existing entry as its directory lists it. Where other letter case means another file, one look at a
// name that should not exist is all it costs, once for each directory.
std::string DirectoryTable::spelling(DirId parent, std::string_view name) {
  std::string spelled(name);
  const std::string toggled = toggle_case(name);
  Facts& facts = facts_.ensure(raw(parent));
  Folding folding = facts.folding.load(std::memory_order_relaxed);
  if (folding == Folding::exact || (toggled == name && !has_non_ascii(name))) return spelled;
  if (folding == Folding::unknown && toggled != name) {
    std::string path;
    paths_.append(parent, toggled, path);
    FileStatus status;
    if (file_system_.status(path, status) != 0) {
      facts.folding.store(Folding::exact, std::memory_order_relaxed);
      return spelled;
    }
  }
  // The directory is not kept listed: it may be one of those that are only passed through.
  ListingBuilder builder;
  if (file_system_.list(paths_.text(parent), builder) != 0) return spelled;
  BlockArena memory;
  const Listing& listing = *builder.build(memory);
  const Listing::Match match = listing.find(name);
  const bool both = match.exact && toggled != name && listing.find(toggled).exact;
  facts.folding.store(both ? Folding::exact : Folding::folding, std::memory_order_relaxed);
  if (!match.exact && match.folded) spelled = listing.name(*match.folded);
  return spelled;
}

DirId DirectoryTable::enter(DirId directory, std::string_view name) {
  return enter_found(directory, name, find(directory, name));
}

DirId DirectoryTable::enter_upward(DirId directory, std::string_view name) {
  return enter_found(directory, name, find_upward(directory, name));
}

DirId DirectoryTable::enter_found(DirId directory, std::string_view name, const Found& found) {
  if (found.kind != PathKind::directory) return kNoDir;
  const DirId at = canonical(directory);
  const bool plain = load_node(*found.entry) == Node::directory;
  DirId target = DirId(found.entry->id.load(std::memory_order_relaxed));
  if (plain && target == kNoDir) {
    target = paths_.intern_child(at, found.name);
    set_canonical(target, target);
    found.entry->id.store(raw(target), std::memory_order_relaxed);
  }
  if (plain && at == directory && !found.respelled) return target;
  const DirId lexical = paths_.intern_child(directory, preserve_symlinks_ ? found.name : name);
  set_canonical(lexical, target);
  return lexical;
}

FileId DirectoryTable::file_id(DirId directory, const Found& found) {
  if (preserve_symlinks_) return paths_.intern_file(directory, found.name);
  FileId file = FileId(found.entry->id.load(std::memory_order_acquire));
  if (file != kNoFile) return file;
  file = paths_.intern_file(canonical(directory), found.name);
  found.entry->id.store(raw(file), std::memory_order_release);
  return file;
}

bool DirectoryTable::was_respelled(DirId directory) {
  for (; !known_canonical(directory); directory = paths_.parent(directory)) {
    const DirId target = canonical(directory);
    if (target == kNoDir) return false;
    if (paths_.name(target) != paths_.name(directory) && equal_folded(paths_.name(target), paths_.name(directory))) {
      return true;
    }
  }
  return false;
}

bool DirectoryTable::known_canonical(DirId directory) const {
  const Facts* facts = facts_.find(raw(directory));
  return facts && facts->canonical.load(std::memory_order_acquire) == raw(directory) + 2;
}

void DirectoryTable::set_canonical(DirId directory, DirId canonical) {
  facts_.ensure(raw(directory))
      .canonical.store(canonical == kNoDir ? kMissing : raw(canonical) + 2, std::memory_order_release);
}

DirId DirectoryTable::canonical(DirId directory) {
  Facts& facts = facts_.ensure(raw(directory));
  const uint32_t known = facts.canonical.load(std::memory_order_acquire);
  if (known == kMissing) return kNoDir;
  if (known != kUnknown) return DirId(known - 2);
  // Only directories that came in as text get here: the root, an importer, a configured path. What is below the root is
  // looked up from the top, in listings that will be needed anyway; the root itself is asked for by handle.
  DirId result = kNoDir;
  if (root_ != kNoDir) {
    const DirId parent = this->canonical(paths_.parent(directory));
    const std::string_view name = paths_.name(directory);
    const Found found = parent == kNoDir ? Found{} : find_in(parent, name, paths_.is_inside(parent, root_));
    if (found.kind == PathKind::directory) result = this->canonical(enter_found(parent, name, found));
  } else {
    std::string real;
    FileStatus status;
    if (file_system_.real_path(paths_.text(directory), real) == 0 && file_system_.status(real, status) == 0 &&
        status.type == EntryType::directory) {
      result = intern_canonical(real);
    }
  }
  set_canonical(directory, result);
  return result;
}

int DirectoryTable::intern(std::string_view path, FileId& file) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  const DirId directory = paths_.intern_directory(path.substr(0, slash));
  const std::string_view name = path.substr(slash + 1);
  std::string text(path);
  FileStatus status;
  if (name.empty() || name == "." || name == "..") {
    // A directory named without a name of its own.
    std::string real;
    if (const int error = file_system_.real_path(text, real); error != 0) return error;
    const size_t last = real.rfind('/');
    file = paths_.intern_file(intern_canonical(std::string_view(real).substr(0, last)),
                              std::string_view(real).substr(last + 1));
    return 0;
  }
  const Found found = find_upward(directory, name);
  if (found.kind == PathKind::file) {
    file = file_id(directory, found);
    return 0;
  }
  if (found.kind == PathKind::missing) {
    const int error = file_system_.status(text, status);
    if (error != 0) return error;
    return ENOENT;
  }
  // A directory or special file: its reader will say so.
  const DirId inner = found.kind == PathKind::directory ? enter_found(directory, name, found) : kNoDir;
  const DirId at = inner == kNoDir ? kNoDir : preserve_symlinks_ ? inner : canonical(inner);
  file = at == kNoDir ? paths_.intern_file(canonical(directory), found.name)
                      : paths_.intern_file(paths_.parent(at), paths_.name(at));
  return 0;
}

int DirectoryTable::visit(DirId directory, DirectoryVisitor& visitor) {
  const DirId at = canonical(directory);
  if (at == kNoDir) return ENOENT;
  const Listing* known = listing(at);
  if (!known) return file_system_.list(paths_.text(at), visitor);
  for (Entry& entry : *known) {
    switch (load_node(entry)) {
      case Node::file:
        visitor.entry(known->name(entry), EntryType::file);
        break;
      case Node::directory:
        visitor.entry(known->name(entry), EntryType::directory);
        break;
      case Node::unknown:
        visitor.entry(known->name(entry), EntryType::unknown);
        break;
      case Node::other:
        visitor.entry(known->name(entry), EntryType::other);
        break;
      default:
        visitor.entry(known->name(entry), EntryType::symlink);
        break;
    }
  }
  return 0;
}

void DirectoryTable::report_case(FileId file, std::string_view asked) {
  std::string path;
  paths_.append(paths_.directory(file), paths_.name(file), path);
  report(ResolverProblem::Kind::case_mismatch, std::move(path), 0, std::string(asked));
}

void DirectoryTable::report(ResolverProblem::Kind kind, std::string path, int error, std::string detail) {
  const std::lock_guard lock(problems_mutex_);
  problems_.push_back({kind, std::move(path), 0, error, std::move(detail)});
}

// A broken link, or one that leads to itself, is nothing. One that leads where this user may not look may hold a
// directive: whoever asked gets "missing", and the scan is incomplete.
void DirectoryTable::report_unless_absent(ResolverProblem::Kind kind, const std::string& path, int error) {
  if (!is_absence(error)) report(kind, path, error);
}

std::vector<ResolverProblem> DirectoryTable::problems() const {
  const std::lock_guard lock(problems_mutex_);
  return problems_;
}

size_t DirectoryTable::bytes() const {
  return facts_.bytes() + listings_.bytes() + probed_index_.bytes() + probed_.bytes() + probed_names_.bytes();
}

void DirectoryTable::drop_listings() {
  // Lexical directories keep what they map to; only the entries go.
  for (uint32_t i = 0; i < paths_.directory_count(); ++i) {
    Facts* facts = facts_.find(i);
    if (facts && facts->listing.exchange(nullptr, std::memory_order_relaxed)) {
      facts->access.store(Access::unknown, std::memory_order_relaxed);
    }
  }
  listings_.clear();
  probed_index_.release_retired();
}

}  // namespace demarc
