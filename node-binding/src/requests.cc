#include "node-binding/src/requests.h"

#include "cli/json_writer.h"

namespace demarc {
namespace {

std::string text_of(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

bool flag_of(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

template <class Visit>
void for_each_object(const Napi::Object& from, const char* key, const Visit& visit) {
  const Napi::Value value = from.Get(key);
  if (!value.IsArray()) return;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) visit(array.Get(i).As<Napi::Object>());
}

}  // namespace

Request request_of(Napi::Env env, Task task, const Napi::Object& from) {
  Request request;
  request.task = task;
  request.surroundings = this_process();
  ScanArguments& arguments = request.arguments;
  arguments.root = text_of(from, "root");
  arguments.config = text_of(from, "config");
  arguments.no_config = flag_of(from, "noConfig");
  arguments.overrides = text_of(from, "overrides");
  arguments.emit = flag_of(from, "graph") ? Keep::graph : Keep::map;
  arguments.stats = flag_of(from, "stats");
  request.with_modules = flag_of(from, "modules");
  arguments.absolute_paths = flag_of(from, "absolutePaths");
  arguments.allow_incomplete = flag_of(from, "allowIncomplete");
  if (const Napi::Value threads = from.Get("threads"); threads.IsNumber()) {
    arguments.threads = threads.As<Napi::Number>().Int32Value();
  }
  for_each_object(from, "pluginsFirst", [&](const Napi::Object& expression) {
    const std::string source = text_of(expression, "source");
    std::string error;
    if (!request.plugins_first.emplace_back().compile(source, text_of(expression, "flags"), error)) {
      throw Napi::TypeError::New(env, "pluginsFirst: /" + source + "/: " + error);
    }
  });
  for_each_object(from, "questions", [&](const Napi::Object& question) {
    request.questions.push_back(
        {.specifier = text_of(question, "specifier"),
         .importer = text_of(question, "importer"),
         .environment = text_of(question, "environment"),
         .kind = text_of(question, "kind") == "require" ? RequestKind::require : RequestKind::import});
  });
  request.name = text_of(from, "name");
  request.environment = text_of(from, "environment");
  if (const Napi::Value most = from.Get("max"); most.IsNumber()) {
    request.most_chains = most.As<Napi::Number>().Uint32Value();
  }
  return request;
}

// Each is null, "=id", "!id" or [id, import…]: no opinion, a file, an external, a module that the host makes.
std::vector<HostAnswer> answers_of(const Napi::Array& from) {
  std::vector<HostAnswer> answers(from.Length());
  for (uint32_t i = 0; i < from.Length(); ++i) {
    const Napi::Value value = from.Get(i);
    if (value.IsArray()) {
      const auto texts = value.As<Napi::Array>();
      answers[i].kind = HostAnswer::Kind::made;
      answers[i].id = texts.Get(0u).As<Napi::String>().Utf8Value();
      for (uint32_t k = 1; k < texts.Length(); ++k) {
        answers[i].imports.push_back(texts.Get(k).As<Napi::String>().Utf8Value());
      }
    }
    if (!value.IsString()) continue;
    std::string text = value.As<Napi::String>().Utf8Value();
    if (text.empty()) continue;
    answers[i].kind = text.front() == '!' ? HostAnswer::Kind::external : HostAnswer::Kind::file;
    answers[i].id = text.substr(1);
  }
  return answers;
}

std::string json_of(const std::vector<HostQuestion>& questions) {
  std::string text;
  Sink sink(text);
  JsonWriter json(sink);
  json.begin_array();
  for (const HostQuestion& question : questions) {
    json.begin_object();
    json.key("specifier").string(question.specifier);
    json.key("importer").string(question.importer);
    json.key("environment").string(question.environment);
    json.key("kind").string(question.kind == RequestKind::require ? "require" : "import");
    json.key("first").boolean(question.first);
    json.end();
  }
  json.end();
  sink.flush();
  return text;
}

}  // namespace demarc
