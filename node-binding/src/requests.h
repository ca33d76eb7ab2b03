// From the plain objects that npm/demarc hands over to a Request. Their shape is private to the two: they are made by
// lib/native.js and nobody else, so a wrong type here is a mistake of ours.
#pragma once

#include <napi.h>

#include "node-binding/src/work.h"

namespace demarc {

// Throws a JavaScript exception for what cannot be a request.
Request request_of(Napi::Env env, Task task, const Napi::Object& from);

std::vector<HostAnswer> answers_of(const Napi::Array& from);
std::string json_of(const std::vector<HostQuestion>& questions);

}  // namespace demarc
