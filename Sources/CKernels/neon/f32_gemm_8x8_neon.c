#include "../kernels.h"

#if defined(__aarch64__)
#include "../simd/simd_neon.h"

#define EK_NAME(operation) ek_f32_##operation##_8x8_neon
#define EK_GEMV_NAME ek_f32_gemv_8_neon
#define EK_MR 8
#define EK_NARROW_MR 8
#define EK_FEW_ROWS 0
#include "../template/f32_gemm.h"
#include "../template/f32_gemm_batch.h"
#include "../template/f32_gemv.h"
#endif
