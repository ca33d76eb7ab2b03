// The kernels for x86-64: SSE4.2 (every machine since 2009) and AVX2. Callers go through kernels.h.
#pragma once

#include "parser/kernels.h"

#if defined(__x86_64__)
namespace demarc {
extern const Kernels kKernelsSse42;
extern const Kernels kKernelsAvx2;
}  // namespace demarc
#endif
