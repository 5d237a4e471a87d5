#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx512.h"

#define EK_NAME(operation) ek_f32_##operation##_avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "../template/transpose.h"
#include "../template/f32_narrow.h"
#pragma clang attribute pop
#endif
