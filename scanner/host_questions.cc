// Imports that only the program around the scan can place: what its plugins resolve.
//
//   import config from "virtual:config"     no file has that name, a plugin may have a module for it
//   import { db } from "@/db"               a plugin may lead it elsewhere than the disk does (ScanHost::comes_first)
//
// Asking means waiting for another thread, which runs JavaScript. So a question is left behind, the walk goes on with
// everything else, and when nothing is left all questions are put together. Their order depends on the modules alone,
// not on the order in which threads came upon them.
#include <algorithm>
#include <tuple>

#include "scanner/walk_thread.h"

namespace demarc {

bool Walk::comes_first(std::string_view specifier) const {
  return host_->comes_first && host_->comes_first(specifier);
}

bool Walk::may_know(const Resolution& resolution, std::string_view specifier) const {
  if (resolution.kind == ResolutionKind::unresolved) return true;
  return resolution.kind == ResolutionKind::skipped && !specifier.starts_with("data:");
}

void Walk::leave_question(Thread& thread, const Edge& edge, bool first) {
  leave_question(thread, {.next = nullptr,
                          .importer = edge.importer,
                          .made_importer = {},
                          .import = edge.import,
                          .specifier = resolver_.intern_text(edge.specifier),
                          .kind = edge.kind,
                          .is_open = edge.is_open,
                          .first = first,
                          .environment = uint8_t(edge.environment)});
}

void Walk::leave_question(Thread& thread, const HostQuestionFact& question) {
  auto* left = thread.arena.create<HostQuestionFact>();
  *left = question;
  left->next = thread.questions;
  thread.questions = left;
}

Walk::Edge Walk::edge_of(const HostQuestionFact& question) const {
  return {question.importer,   question.import, question.kind, question.is_open, resolver_.text(question.specifier),
          question.environment};
}

Resolution Walk::resolve(const Edge& edge) {
  return resolver_.resolve(EnvironmentId(edge.environment), edge.importer, edge.specifier, request_kind(edge.kind));
}

// Returns the files that the answers newly lead to.
std::vector<FileId> Walk::ask_host() {
  struct Asked {
    HostQuestionFact* fact;
    HostQuestion question;
  };
  std::vector<Asked> asked;
  for (Thread& thread : threads_->locals) {
    for (HostQuestionFact* fact = thread.questions; fact; fact = fact->next) {
      const bool is_made = fact->importer == kVirtualFile;
      asked.push_back(
          {fact,
           {.specifier = std::string(resolver_.text(fact->specifier)),
            .importer = is_made ? std::string(resolver_.text(fact->made_importer)) : resolver_.path(fact->importer),
            .environment = resolver_.options().environments[fact->environment].name,
            .kind = request_kind(fact->kind),
            .first = fact->first}});
    }
    thread.questions = nullptr;
  }
  if (asked.empty()) return {};
  std::sort(asked.begin(), asked.end(), [](const Asked& a, const Asked& b) {
    return std::tie(a.question.importer, a.fact->import, a.question.specifier, a.fact->environment) <
           std::tie(b.question.importer, b.fact->import, b.question.specifier, b.fact->environment);
  });
  std::vector<HostQuestion> questions;
  questions.reserve(asked.size());
  for (Asked& one : asked) questions.push_back(std::move(one.question));
  // Of what the disk has not been asked, it is asked while the host thinks: nearly always its answer will hold.
  std::vector<Resolution> on_disk(asked.size());
  bool asked_disk = false;
  const auto ask_disk = [&] {
    for (size_t i = 0; i < asked.size() && !stopped(); ++i) {
      if (asked[i].fact->first) on_disk[i] = resolve(edge_of(*asked[i].fact));
    }
    asked_disk = !stopped();
  };
  std::vector<HostAnswer> answers = host_->resolve(questions, ask_disk);
  answers.resize(questions.size());

  std::vector<FileId> files;
  Queue queue(&files);
  Thread& thread = threads_->locals.local();
  for (size_t i = 0; i < asked.size(); ++i) {
    const Resolution* const known = asked_disk && asked[i].fact->first ? &on_disk[i] : nullptr;
    take_answer(thread, *asked[i].fact, answers[i], known, queue);
  }
  return files;
}

// `known`: what the disk says, if that is known.
void Walk::take_answer(Thread& thread, const HostQuestionFact& question, const HostAnswer& answer,
                       const Resolution* known, Queue& queue) {
  const Edge edge = edge_of(question);
  Target target{};
  if (answer.kind == HostAnswer::Kind::no_opinion) {
    const Resolution resolution = known ? *known : resolve(edge);
    if (question.first && may_know(resolution, edge.specifier)) {
      HostQuestionFact again = question;
      again.first = false;
      return leave_question(thread, again);
    }
    target = target_of(resolution);
  } else {
    target = target_of(answer);
  }
  if (answer.kind == HostAnswer::Kind::made) take_made_module(thread, question, answer, queue);
  if (question.importer == kVirtualFile) {
    // A module that the host made is in no graph, and nothing can be said of its imports that lead nowhere.
    if (target.kind != TargetKind::unresolved) lead_to(thread, edge, target, queue);
    return;
  }
  if (edge.is_open) {
    leave_open(thread, edge, target);
  } else {
    lead_to(thread, edge, target, queue);
  }
  if (options_.keep == Keep::graph) {
    replace_target(question.importer, question.import, question.environment, target.kind, target.id);
  }
}

// Follows the imports of a module that is no file.
void Walk::take_made_module(Thread& thread, const HostQuestionFact& question, const HostAnswer& answer, Queue& queue) {
  const TextId id = resolver_.intern_text(answer.id);
  auto environments = EnvironmentMask(1u << question.environment);
  for (const EnvironmentBoundary& boundary : project_.boundaries) {
    if (boundary.directive == answer.boundary) environments = boundary.environments;
  }
  for (unsigned environment = 0; environments >> environment != 0; ++environment) {
    if ((environments >> environment & 1) == 0 || !made_.emplace(id, environment).second) continue;
    take_imports(thread, id, answer.imports, environment, queue);
  }
}

void Walk::take_imports(Thread& thread, TextId made, const std::vector<std::string>& imports, unsigned environment,
                        Queue& queue) {
  for (const std::string& specifier : imports) {
    HostQuestionFact own{.next = nullptr,
                         .importer = kVirtualFile,
                         .made_importer = made,
                         .import = 0,
                         .specifier = resolver_.intern_text(specifier),
                         .kind = ImportKind::import,
                         .is_open = false,
                         .first = comes_first(specifier),
                         .environment = uint8_t(environment)};
    if (own.first) {
      leave_question(thread, own);
      continue;
    }
    const Edge edge = edge_of(own);
    const Resolution resolution = resolve(edge);
    if (may_know(resolution, edge.specifier)) {
      leave_question(thread, own);
    } else {
      lead_to(thread, edge, target_of(resolution), queue);
    }
  }
}

bool Walk::has_questions() const {
  return std::any_of(threads_->locals.begin(), threads_->locals.end(),
                     [](const Thread& thread) { return thread.questions != nullptr; });
}

// A place on the disk, or a leaf.
Walk::Target Walk::target_of(const HostAnswer& answer) {
  std::string_view path = answer.id;
  if (answer.kind == HostAnswer::Kind::file && path.starts_with('/')) {
    // A file's name may hold a ? or #, so the whole text is tried first.
    Result<FileId> file = resolver_.intern(path);
    if (!file) {
      path = path.substr(0, path.find_first_of("?#"));
      file = resolver_.intern(path);
    }
    const std::string_view postfix = std::string_view(answer.id).substr(path.size());
    if (file) {
      return target_of(Resolution{.kind = ResolutionKind::file, .file = *file, .text = resolver_.intern_text(postfix)});
    }
  }
  return {TargetKind::external, uint32_t(resolver_.intern_text(answer.id))};
}

}  // namespace demarc
