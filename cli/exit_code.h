// What the process says with its last breath. Stable: scripts depend on it.
#pragma once

namespace demarc {

enum class ExitCode : int {
  success = 0,
  findings = 1,        // rules, budgets; never by `scan`
  usage = 2,           // bad arguments, configuration or project
  incomplete = 3,      // something that belongs to the result could not be read
  over_budget = 4,     // the memory bound does not suffice
  output_failed = 5,   // the result could not be written; the old file is intact
  internal_error = 70  // our fault
};

}  // namespace demarc
