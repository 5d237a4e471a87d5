#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx2.h"

#define EK_DWGRAD_NAME ek_f32_dwgrad_8_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../template/f32_dwgrad.h"
#pragma clang attribute pop
#endif
