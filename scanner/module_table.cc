#include "scanner/module_table.h"

namespace demarc {
namespace {

// True when the list was empty.
template <class Node>
bool push(std::atomic<Node*>& list, Node* node) {
  node->next = list.load();
  while (!list.compare_exchange_weak(node->next, node)) {
  }
  return node->next == nullptr;
}

}  // namespace

bool ModuleTable::refer(FileId file, ReferenceFact* reference) {
  const bool is_first = push(references_.ensure(uint32_t(file)), reference);
  get(file).set(ModuleRecord::kReferred);
  return is_first;
}

// Whoever left a reference and has not set the mark yet will come to the file afterwards.
ReferenceFact* ModuleTable::take_references(FileId file) {
  if (!get(file).has(ModuleRecord::kReferred)) return nullptr;
  return references_.ensure(uint32_t(file)).exchange(nullptr);
}

void ModuleTable::add_targets(FileId file, TargetList* targets) {
  push(targets_.ensure(uint32_t(file)), targets);
}

TargetList* ModuleTable::targets(FileId file) const {
  const std::atomic<TargetList*>* list = targets_.find(uint32_t(file));
  return list ? list->load(std::memory_order_acquire) : nullptr;
}

}  // namespace demarc
