// The order in which a specifier meets aliases, imports, URLs, packages and builtins (R2 to R9), around the path and
// package algorithms of the two Vite generations.
#pragma once

#include <string>
#include <string_view>

#include "resolver/lookup.h"

namespace demarc {

// Everything: aliases (R80 to R82), the tsconfig plugin (R106), then the rules of the Vite that options name.
Resolution dispatch(Tables& tables, const Request& request, std::string_view specifier);

// R50 to R53: a # specifier becomes another specifier, by resolve.exports in every Vite. True if it did; otherwise
// reason is none where the # specifier stays as it is, or says why the import fails.
bool rewrite_import(Tables& tables, const Request& request, std::string_view specifier, std::string& rewritten,
                    UnresolvedReason& reason);

// What the two generations do with a specifier that aliases and tsconfig have had.
Resolution resolve_vite7(Tables& tables, const Request& request, std::string_view id);
Resolution resolve_vite8(Tables& tables, const Request& request, std::string_view id);

// R92, R140: where package lookups start.
DirId package_base(Tables& tables, const Request& request, std::string_view specifier);

}  // namespace demarc
