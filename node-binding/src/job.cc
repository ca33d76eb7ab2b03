#include "node-binding/src/job.h"

#include <dlfcn.h>
#include <features.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>

#include "node-binding/src/requests.h"
#include "node-binding/src/workers.h"

namespace demarc {
namespace {

struct Event {
  enum class Kind : unsigned char { ask, done };
  Kind kind = Kind::done;
  uint32_t batch = 0;
  Reply reply;  // of ask: the questions in `json`
};

class Job {
 public:
  Job(uint32_t id, Request request, bool asks_host) : id_(id), request_(std::move(request)), asks_host_(asks_host) {}

  void start(Napi::Env env, const Napi::Function& on_event);
  void cancel();
  void answer(uint32_t batch, std::vector<HostAnswer> answers);
  JobProgress progress() const { return {control_.files_found, control_.files_done}; }
  uint32_t id() const { return id_; }
  bool is_running() const { return running_; }

 private:
  void run();
  void refuse(Reply reply);
  std::vector<HostAnswer> ask(const std::vector<HostQuestion>& questions, const std::function<void()>& meanwhile);
  bool comes_first(std::string_view specifier) const;
  void post(std::unique_ptr<Event> event);

  const uint32_t id_;
  const Request request_;
  const bool asks_host_;
  ScanControl control_;
  napi_threadsafe_function to_javascript_ = nullptr;
  bool is_closing_ = false;  // of the worker thread alone: JavaScript does not listen any more
  bool running_ = true;      // guarded by Jobs::mutex; false: its worker does not touch it any more

  std::mutex mutex_;  // guards the three below
  std::condition_variable answered_;
  uint32_t batch_ = 0;
  std::optional<std::vector<HostAnswer>> answers_;
};

// A scan frees what it took, but glibc keeps it for its next allocations, in an arena for each thread that there ever
// was at once. The host would see its process grow by what a scan needs and never shrink. So does oneTBB's own
// allocator, which oneTBB loads where the system has it.
void give_memory_back() {
  constexpr int kCleanAllBuffers = 0;  // TBBMALLOC_CLEAN_ALL_BUFFERS
  if (void* const library = dlopen("libtbbmalloc.so.2", RTLD_LAZY | RTLD_NOLOAD)) {
    using Command = int (*)(int, void*);
    if (const auto command = reinterpret_cast<Command>(dlsym(library, "scalable_allocation_command"))) {
      command(kCleanAllBuffers, nullptr);
    }
    dlclose(library);
  }
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

// All jobs of the process, whichever environment they belong to. Never destroyed: threads may outlive static objects.
struct Jobs {
  std::mutex mutex;
  std::condition_variable ended;
  uint32_t last_id = 0;
  bool is_exiting = false;
  std::map<uint32_t, Job*> by_id;
};
Jobs& jobs() {
  static Jobs* const all = new Jobs;
  return *all;
}

template <class Use>
void with_job(uint32_t id, const Use& use) {
  const std::lock_guard lock(jobs().mutex);
  const auto found = jobs().by_id.find(id);
  if (found != jobs().by_id.end()) use(*found->second);
}

// On the JavaScript thread; without an environment, it is being torn down. In plain Node-API: in a worker that is being
// terminated every call fails, which is no error, and node-addon-api would throw.
void call_javascript(napi_env env, napi_value on_event, void*, void* data) {
  const std::unique_ptr<Event> event(static_cast<Event*>(data));
  if (env == nullptr) return;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value arguments[4] = {};
  size_t count = 0;
  bool ok = true;
  const auto text = [&](const std::string& value) {
    ok = ok && napi_create_string_utf8(env, value.data(), value.size(), &arguments[count++]) == napi_ok;
  };
  const Reply& reply = event->reply;
  if (event->kind == Event::Kind::ask) {
    text("ask");
    ok = ok && napi_create_uint32(env, event->batch, &arguments[count++]) == napi_ok;
    text(reply.json);
  } else if (reply.code.empty()) {
    text("done");
    ok = ok &&
         napi_create_buffer_copy(env, reply.json.size(), reply.json.data(), nullptr, &arguments[count++]) == napi_ok;
  } else {
    text("failed");
    text(reply.code);
    text(reply.message);
    text(reply.json);
  }
  napi_value global;
  // lib/calls.js catches what it calls, so an exception can only be a termination.
  if (ok && napi_get_global(env, &global) == napi_ok) {
    static_cast<void>(napi_call_function(env, global, on_event, count, arguments, nullptr));
  }
  napi_close_handle_scope(env, scope);
}

// When nothing can be posted any more: the work is done, or the environment goes.
void finish(napi_env, void* data, void*) {
  auto* const job = static_cast<Job*>(data);
  job->cancel();
  {
    std::unique_lock lock(jobs().mutex);
    jobs().ended.wait(lock, [job] { return !job->is_running(); });
    jobs().by_id.erase(job->id());
  }
  delete job;
}

void Job::start(Napi::Env env, const Napi::Function& on_event) {
  const Napi::String name = Napi::String::New(env, "demarc");
  const napi_status status = napi_create_threadsafe_function(env, on_event, nullptr, name, 0, 1, this, finish, this,
                                                             call_javascript, &to_javascript_);
  if (status != napi_ok) throw Napi::Error::New(env, "demarc: no thread-safe function could be made");
  // From here on finish() owns the job.
  {
    const std::lock_guard lock(jobs().mutex);
    running_ = !jobs().is_exiting;
    jobs().by_id.emplace(id_, this);
  }
  if (!running_) return refuse({{}, "DEMARC_CANCELLED", "the process is exiting"});
  try {
    run_on_worker([this] { run(); });
  } catch (const std::system_error& error) {
    {
      const std::lock_guard lock(jobs().mutex);
      running_ = false;
    }
    refuse({{}, "DEMARC_NO_THREAD", std::string("no thread could be started: ") + error.what()});
  }
}

void Job::refuse(Reply reply) {
  auto event = std::make_unique<Event>();
  event->reply = std::move(reply);
  post(std::move(event));
  napi_release_threadsafe_function(to_javascript_, napi_tsfn_release);
}

void Job::run() {
  ScanHost host;
  host.resolve = [this](const std::vector<HostQuestion>& questions, const std::function<void()>& meanwhile) {
    return ask(questions, meanwhile);
  };
  if (!request_.plugins_first.empty()) {
    host.comes_first = [this](std::string_view specifier) { return comes_first(specifier); };
  }
  auto event = std::make_unique<Event>();
  event->reply = run_request(request_, control_, asks_host_ ? &host : nullptr);
  give_memory_back();
  post(std::move(event));
  if (!is_closing_) napi_release_threadsafe_function(to_javascript_, napi_tsfn_release);
  const std::lock_guard lock(jobs().mutex);
  running_ = false;
  jobs().ended.notify_all();
}

bool Job::comes_first(std::string_view specifier) const {
  RegExp::Match match;
  return std::any_of(request_.plugins_first.begin(), request_.plugins_first.end(),
                     [&](const RegExp& expression) { return expression.search(specifier, 0, match); });
}

std::vector<HostAnswer> Job::ask(const std::vector<HostQuestion>& questions, const std::function<void()>& meanwhile) {
  auto event = std::make_unique<Event>();
  event->kind = Event::Kind::ask;
  event->reply.json = json_of(questions);
  {
    const std::lock_guard lock(mutex_);
    answers_.reset();
    event->batch = ++batch_;
  }
  post(std::move(event));
  meanwhile();
  std::unique_lock lock(mutex_);
  answered_.wait(lock, [this] { return answers_.has_value() || control_.cancelled; });
  return answers_.value_or(std::vector<HostAnswer>());
}

void Job::answer(uint32_t batch, std::vector<HostAnswer> answers) {
  const std::lock_guard lock(mutex_);
  if (batch != batch_) return;
  answers_ = std::move(answers);
  answered_.notify_all();
}

void Job::cancel() {
  const std::lock_guard lock(mutex_);
  control_.cancelled = true;
  answered_.notify_all();
}

// A function that is closing counts as released; it must not be called again.
void Job::post(std::unique_ptr<Event> event) {
  if (is_closing_) return;
  const napi_status status = napi_call_threadsafe_function(to_javascript_, event.get(), napi_tsfn_blocking);
  if (status == napi_ok) {
    static_cast<void>(event.release());
  } else {
    is_closing_ = true;
    cancel();
  }
}

}  // namespace

uint32_t start_job(Napi::Env env, Request request, bool asks_host, const Napi::Function& on_event) {
  uint32_t id;
  {
    const std::lock_guard lock(jobs().mutex);
    id = ++jobs().last_id;
  }
  auto job = std::make_unique<Job>(id, std::move(request), asks_host);
  job->start(env, on_event);
  static_cast<void>(job.release());
  return id;
}

void cancel_job(uint32_t id) {
  with_job(id, [](Job& job) { job.cancel(); });
}

void answer_job(uint32_t id, uint32_t batch, std::vector<HostAnswer> answers) {
  with_job(id, [&](Job& job) { job.answer(batch, std::move(answers)); });
}

JobProgress progress_of_job(uint32_t id) {
  JobProgress progress;
  with_job(id, [&](const Job& job) { progress = job.progress(); });
  return progress;
}

size_t running_jobs() {
  const std::lock_guard lock(jobs().mutex);
  return size_t(std::count_if(jobs().by_id.begin(), jobs().by_id.end(),
                              [](const auto& entry) { return entry.second->is_running(); }));
}

void cancel_all_jobs() {
  std::unique_lock lock(jobs().mutex);
  jobs().is_exiting = true;
  for (const auto& [id, job] : jobs().by_id) job->cancel();
  jobs().ended.wait(lock, [] {
    return std::none_of(jobs().by_id.begin(), jobs().by_id.end(),
                        [](const auto& entry) { return entry.second->is_running(); });
  });
}

}  // namespace demarc
