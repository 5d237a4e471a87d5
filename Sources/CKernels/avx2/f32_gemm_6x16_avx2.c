#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx2.h"

#define EK_NAME(operation) ek_f32_##operation##_6x16_avx2
#define EK_GEMV_NAME ek_f32_gemv_16_avx2
#define EK_MR 6
#define EK_NARROW_MR 10
#define EK_FEW_ROWS 0
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../template/f32_gemm.h"
#include "../template/f32_gemm_batch.h"
#include "../template/f32_gemv.h"
#pragma clang attribute pop
#endif
