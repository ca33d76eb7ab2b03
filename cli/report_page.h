// The page of `demarc report` around its data: what cli/report/build.mjs made of cli/report/src.
#pragma once

#include <string_view>

namespace demarc {

extern const std::string_view kReportPageBegin;  // to the script element that holds the data
extern const std::string_view kReportPageEnd;

}  // namespace demarc
