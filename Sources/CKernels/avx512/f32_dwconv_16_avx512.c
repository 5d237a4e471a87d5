#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx512.h"

#define EK_DWCONV_NAME ek_f32_dwconv_16_avx512
#define EK_DWCONV_ROWS 2
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "../template/f32_dwconv.h"
#pragma clang attribute pop
#endif
