#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx512.h"

#define EK_CHECKSUM_NAME ek_u32_checksum_avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "../template/u32_checksum.h"
#pragma clang attribute pop
#endif
