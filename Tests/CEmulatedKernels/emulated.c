#include "CEmulatedKernels.h"

#include "../../Sources/CKernels/kernels.h"

// Vectors wider than a register are passed between inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

EK_DECLARE_GEMM(14x32, 32, emulated)
EK_DECLARE_REST(16, emulated)
EK_DECLARE_TILES(emulated)
EK_DECLARE_TRAINING(emulated)

#if defined(__x86_64__)
// For fused multiply-adds; without them the results of a GEMM would not be those of AVX-512.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#endif
#include "simd_emulated.h"

#define EK_GEMV_NAME ek_f32_gemv_32_emulated
#define EK_MR 14
#define EK_NARROW_MR 16
#define EK_FEW_ROWS 4
#define EK_NAME(operation) ek_f32_##operation##_14x32_emulated
#include "../../Sources/CKernels/template/f32_gemm.h"
#include "../../Sources/CKernels/template/f32_gemm_batch.h"
#include "../../Sources/CKernels/template/f32_gemv.h"
#undef EK_NARROW_MR
#define EK_NARROW_MR 14
#include "../../Sources/CKernels/template/f32_wgrad.h"
#undef EK_NAME

#define EK_DWCONV_NAME ek_f32_dwconv_16_emulated
#define EK_DWCONV_ROWS 2
#include "../../Sources/CKernels/template/f32_dwconv.h"

#define EK_DWGRAD_NAME ek_f32_dwgrad_16_emulated
#include "../../Sources/CKernels/template/f32_dwgrad.h"

#define EK_NAME(operation) ek_f32_##operation##_emulated
#include "../../Sources/CKernels/template/f32_pool.h"

#include "../../Sources/CKernels/template/winograd.h"
#include "../../Sources/CKernels/template/f32_winograd.h"

#define EK_TILE_SUMS 24
#define EK_TILE_OUTPUTS 20
#define EK_STRIDED_PIXELS 4
#define EK_STRIDED_OUTPUTS 6
#include "../../Sources/CKernels/template/transpose.h"
#include "../../Sources/CKernels/template/f32_tiles.h"
#include "../../Sources/CKernels/template/f32_tile_phases.h"
#include "../../Sources/CKernels/template/f32_winograd_tiles.h"
#include "../../Sources/CKernels/template/f32_strided_tiles.h"
#include "../../Sources/CKernels/template/f32_narrow.h"

#include "../../Sources/CKernels/template/f32_elementwise.h"

#include "../../Sources/CKernels/template/f32_normalize.h"

#include "../../Sources/CKernels/template/f32_update.h"

#define EK_CHECKSUM_NAME ek_u32_checksum_emulated
#include "../../Sources/CKernels/template/u32_checksum.h"
#if defined(__x86_64__)
#pragma clang attribute pop
#endif

static const ek_kernels table = {EK_TABLE(EK_ISA_AVX512, "avx512 emulated", 14x32, 14, 32, 16, emulated) EK_TILES_TABLE(16, emulated)};

const ek_kernels *ek_emulated_kernels(void) {
#if defined(__x86_64__)
  if (!ek_kernels_for(EK_ISA_AVX2)) return NULL;
#endif
  return &table;
}
