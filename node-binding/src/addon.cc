// What the addon offers to npm/demarc/lib/native.js. Every exception ends here: JavaScript sees JavaScript errors, and
// nothing in the addon aborts its host.
#include <napi.h>

#include "node-binding/src/job.h"
#include "node-binding/src/requests.h"
#include "node-binding/src/work.h"

namespace demarc {
namespace {

template <Task kTask>
Napi::Value start(const Napi::CallbackInfo& info) {
  const auto from = info[0].As<Napi::Object>();
  const Napi::Value asks = from.Get("asksHost");
  return Napi::Number::New(
      info.Env(), start_job(info.Env(), request_of(info.Env(), kTask, from),
                            asks.IsBoolean() && asks.As<Napi::Boolean>().Value(), info[1].As<Napi::Function>()));
}

// A Buffer, or an array [code, message, diagnostics].
Napi::Value give(Napi::Env env, const Reply& reply) {
  if (reply.code.empty()) return Napi::Buffer<char>::Copy(env, reply.json.data(), reply.json.size());
  const Napi::Array failed = Napi::Array::New(env, 3);
  failed.Set(0u, reply.code);
  failed.Set(1u, reply.message);
  failed.Set(2u, reply.json);
  return failed;
}

Napi::Value scan_sync(const Napi::CallbackInfo& info) {
  ScanControl control;
  return give(info.Env(),
              run_request(request_of(info.Env(), Task::scan, info[0].As<Napi::Object>()), control, nullptr));
}

Napi::Value parse(const Napi::CallbackInfo& info) {
  Language language;
  if (!language_of("x." + info[1].As<Napi::String>().Utf8Value(), language)) {
    throw Napi::TypeError::New(info.Env(), "lang: not one of js, mjs, cjs, jsx, ts, mts, cts, tsx and mdx");
  }
  if (info[0].IsString()) return give(info.Env(), parse_text(info[0].As<Napi::String>().Utf8Value(), language));
  const auto bytes = info[0].As<Napi::Uint8Array>();
  return give(info.Env(), parse_text({reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()}, language));
}

void cancel(const Napi::CallbackInfo& info) {
  cancel_job(info[0].As<Napi::Number>().Uint32Value());
}

void answer(const Napi::CallbackInfo& info) {
  answer_job(info[0].As<Napi::Number>().Uint32Value(), info[1].As<Napi::Number>().Uint32Value(),
             answers_of(info[2].As<Napi::Array>()));
}

Napi::Value progress(const Napi::CallbackInfo& info) {
  const JobProgress progress = progress_of_job(info[0].As<Napi::Number>().Uint32Value());
  const Napi::Array pair = Napi::Array::New(info.Env(), 2);
  pair.Set(0u, double(progress.files_found));
  pair.Set(1u, double(progress.files_done));
  return pair;
}

// Called when the process exits (lib/platform.js). process.exit() tears no environment down, and ends with destructors
// of static objects that running scans use.
void exiting(const Napi::CallbackInfo&) {
  cancel_all_jobs();
}

// For tests: what is under way in this process.
Napi::Value running(const Napi::CallbackInfo& info) {
  const Napi::Object now = Napi::Object::New(info.Env());
  now.Set("jobs", double(running_jobs()));
  now.Set("ledgerBytes", double(bytes_of_running_scans()));
  return now;
}

// std::bad_alloc is no Napi::Error, so node-addon-api would let it through.
template <class Function>
auto guarded(Function function) {
  return [function](const Napi::CallbackInfo& info) {
    try {
      return function(info);
    } catch (const Napi::Error&) {
      throw;
    } catch (const std::exception& error) {
      throw Napi::Error::New(info.Env(), std::string("demarc: internal error: ") + error.what());
    }
  };
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  const auto add = [&](const char* name, auto function) {
    exports.Set(name, Napi::Function::New(env, guarded(function), name));
  };
  add("scan", start<Task::scan>);
  add("resolve", start<Task::resolve>);
  add("why", start<Task::why>);
  add("scanSync", scan_sync);
  add("parse", parse);
  add("cancel", cancel);
  add("answer", answer);
  add("progress", progress);
  add("exiting", exiting);
  add("running", running);
  exports.Set("version", DEMARC_VERSION);
  return exports;
}

NODE_API_MODULE(demarc, init)

}  // namespace
}  // namespace demarc
