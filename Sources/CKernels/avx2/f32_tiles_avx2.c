#include "../kernels.h"

#if defined(__x86_64__)
#include "../simd/simd_avx2.h"

#define EK_NAME(operation) ek_f32_##operation##_avx2
#define EK_TILE_SUMS 12
#define EK_TILE_OUTPUTS 12
#define EK_STRIDED_PIXELS 2
#define EK_STRIDED_OUTPUTS 4
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../template/winograd.h"
#include "../template/transpose.h"
#include "../template/f32_tiles.h"
#include "../template/f32_tile_phases.h"
#include "../template/f32_winograd_tiles.h"
#include "../template/f32_strided_tiles.h"
#pragma clang attribute pop
#endif
