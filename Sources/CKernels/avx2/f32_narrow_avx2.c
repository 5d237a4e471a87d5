#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx2.h"

#define EK_NAME(operation) ek_f32_##operation##_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../template/transpose.h"
#include "../template/f32_narrow.h"
#pragma clang attribute pop
#endif
