#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx512.h"

#define EK_NAME(operation) ek_f32_##operation##_14x32_avx512
#define EK_GEMV_NAME ek_f32_gemv_32_avx512
#define EK_MR 14
#define EK_NARROW_MR 16
#define EK_FEW_ROWS EK_AVX512_FEW_ROWS
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "../template/f32_gemm.h"
#include "../template/f32_gemm_batch.h"
#include "../template/f32_gemv.h"
#pragma clang attribute pop
#endif
