// A chain of imports for people, a module a line:
//
//   src/worker.tsx:4
//   -> src/app/Nav.tsx:5            'use client'  <- boundary
//   -> lucide-react/dist/esm/lucide-react.js  (barrel, 1,866 re-exports)
#pragma once

#include <string>
#include <string_view>

#include "cli/path_names.h"
#include "cli/sink.h"
#include "cli/terminal.h"
#include "scanner/scanner.h"
#include "scanner/why.h"

namespace demarc {

// A package's file without the folders that its package lies in.
std::string shown_module(const ScanResult& result, const Module& module, const PathNames& names);

void print_chain(const ScanResult& result, const Chain& chain, const PathNames& names, const Look& look,
                 std::string_view indent, Sink& sink);

}  // namespace demarc
