#include "../kernels.h"

#if defined(__aarch64__)
#include "../simd/simd_neon.h"

#define EK_NAME(operation) ek_f32_##operation##_neon
#include "../template/winograd.h"
#include "../template/f32_winograd.h"
#endif
