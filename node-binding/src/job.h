// One asynchronous call: work on a thread of ours, and the way back to the JavaScript thread.
//
// A scan blocks for milliseconds to seconds and may wait for answers of plugins, so it takes none of libuv's few pool
// threads. The worker says what happened by events; the environment's loop calls the JavaScript function with them:
//
//   ("ask", batch, json)         the host is asked; answer(id, batch, answers) lets the scan go on
//   ("done", Buffer)             the result
//   ("failed", code, message, diagnostics)
//
// A job ends in one of three ways, and its worker is always waited for: its work is done; its environment is torn down
// (worker.terminate()), which cancels it; or the process exits, for which cancel_all_jobs() waits.
#pragma once

#include <napi.h>

#include <cstdint>

#include "node-binding/src/work.h"

namespace demarc {

// Starts it. `asks_host`: JavaScript wants the questions of ScanHost. The answer is the job's id.
uint32_t start_job(Napi::Env env, Request request, bool asks_host, const Napi::Function& on_event);

// Of a job that may have ended meanwhile; then nothing happens.
void cancel_job(uint32_t id);
void answer_job(uint32_t id, uint32_t batch, std::vector<HostAnswer> answers);

struct JobProgress {
  uint64_t files_found = 0;
  uint64_t files_done = 0;
};
JobProgress progress_of_job(uint32_t id);

size_t running_jobs();
// Ends all threads of ours before the process tears down what they use.
void cancel_all_jobs();

}  // namespace demarc
