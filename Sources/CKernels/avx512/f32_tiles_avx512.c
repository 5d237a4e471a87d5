#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx512.h"

#define EK_NAME(operation) ek_f32_##operation##_avx512
#define EK_TILE_SUMS 24
#define EK_TILE_OUTPUTS 20
#define EK_STRIDED_PIXELS 4
#define EK_STRIDED_OUTPUTS 6
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "../template/winograd.h"
#include "../template/transpose.h"
#include "../template/f32_tiles.h"
#include "../template/f32_tile_phases.h"
#include "../template/f32_winograd_tiles.h"
#include "../template/f32_strided_tiles.h"
#pragma clang attribute pop
#endif
