// Declarations of every instruction set's functions, for its table. Not part of the interface.
#ifndef EDGE_RUN_KERNELS_H
#define EDGE_RUN_KERNELS_H

#include "CKernels.h"

/// Forces inlining, so that an argument which is a constant at the call specialises the body.
#define EK_INLINE static inline __attribute__((always_inline))

/// Before a loop over parts of a tile, whose count is a constant: what it keeps in arrays then stays in registers.
#define EK_UNROLL _Pragma("clang loop unroll(full)")
/// Before a hot loop of few instructions, whose own share of them counts.
#define EK_UNROLL_4 _Pragma("clang loop unroll_count(4)")
/// Before a loop that is to stay one.
#define EK_ROLLED _Pragma("clang loop unroll(disable)")

#define EK_DECLARE_GEMM(tile, width, isa)                                                                            \
  void ek_f32_gemm_batch_##tile##_##isa(const ek_gemm_batch *batch, const float *a, const float *packed, float *c);  \
  void ek_f32_gemm_##tile##_##isa(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride,        \
                                  const float *packed, float *c, size_t c_stride, const float *residual,             \
                                  size_t residual_stride, float lower, float upper);                                 \
  void ek_f32_conv_##tile##_##isa(const ek_conv_shape *shape, size_t columns, const float *input,                    \
                                  const float *packed, float *output, const float *residual, float lower,            \
                                  float upper);                                                                      \
  void ek_f32_wgrad_##tile##_##isa(const ek_wgrad_shape *shape, const float *a, const float *b, float *c,            \
                                   size_t c_stride);                                                                 \
  void ek_f32_gemv_##width##_##isa(size_t columns, size_t depth, const float *a, const float *packed, float *c,      \
                                   const float *residual, float lower, float upper);

#define EK_DECLARE_REST(width, isa)                                                                                  \
  void ek_f32_dwconv_##width##_##isa(const ek_dwconv_shape *shape, const float *input, const float *packed,          \
                                     float *output, float lower, float upper);                                       \
  void ek_f32_dwgrad_##width##_##isa(const ek_dwconv_shape *shape, const float *input, const float *dy,              \
                                     float *gradient, size_t tap_stride);                                            \
  void ek_f32_winograd_input_##isa(int32_t tile, const ek_winograd_tile *place, size_t channels, const float *input, \
                                   float *output, size_t step);                                                      \
  void ek_f32_winograd_output_##isa(int32_t tile, const ek_winograd_tile *place, size_t channels,                    \
                                    const float *products, size_t step, const float *bias, float *output,            \
                                    const float *residual, const ek_winograd_tile *residual_place, float lower,      \
                                    float upper);                                                                    \
  void ek_f32_winograd_weights_##isa(int32_t tile, size_t count, const float *taps, size_t tap_step, float *output,  \
                                     size_t step);                                                                   \
  void ek_f32_winograd_output_adjoint_##isa(int32_t tile, const ek_winograd_tile *place, size_t channels,            \
                                            const float *gradient, float *output, size_t step);                      \
  void ek_f32_winograd_weights_adjoint_##isa(int32_t tile, size_t count, const float *sums, size_t step,             \
                                             float *taps, size_t tap_step);                                          \
  void ek_f32_maxpool_##isa(size_t channels, size_t taps, const float *const *input, float *output);                 \
  void ek_f32_avgpool_##isa(size_t channels, size_t taps, const float *const *input, float scale, float *output);    \
  void ek_f32_column_sums_##isa(size_t rows, size_t columns, const float *input, size_t step, double *sums);         \
  bool ek_f32_unary_##isa(int32_t function, size_t count, const float *input, float *output, float alpha,            \
                          float beta);                                                                               \
  bool ek_f32_binary_##isa(int32_t function, size_t count, const float *a, size_t a_step, const float *b,            \
                           size_t b_step, float *output, float lower, float upper);                                  \
  void ek_u32_checksum_##isa(size_t blocks, const void *bytes, uint32_t *lanes);

/// Of sets with long vectors: images in tiles, narrow products.
#define EK_DECLARE_TILES(isa)                                                                                        \
  void ek_f32_tiles_from_pixels_##isa(const ek_tile_grid *grid, size_t first, size_t count, size_t before,           \
                                      size_t channels, size_t after, const float *pixels, ptrdiff_t row_step,        \
                                      ptrdiff_t column_step, float *tiles);                                          \
  void ek_f32_pixels_from_tiles_##isa(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,         \
                                      const float *tiles, float *pixels, ptrdiff_t row_step, ptrdiff_t column_step); \
  void ek_f32_tile_phases_##isa(const ek_tile_grid *from, const ek_tile_grid *to, size_t phases, size_t first,       \
                                size_t count, const float *input, float *output, size_t phase_step);                 \
  void ek_f32_winograd_tiles_input_##isa(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,      \
                                         const float *input, float *output, size_t step);                            \
  void ek_f32_winograd_tiles_products_##isa(size_t block, size_t count, size_t depth, size_t columns,                \
                                            const float *a, size_t a_step, const float *weights,                     \
                                            size_t weights_columns, float *c, size_t c_step);                        \
  void ek_f32_winograd_tiles_output_##isa(const ek_tile_grid *grid, size_t first, size_t count, size_t columns,      \
                                          const float *products, size_t step, const float *bias, float *output,      \
                                          const float *residual, float lower, float upper);                          \
  void ek_f32_strided_tiles_##isa(const ek_tile_grid *grid, size_t first, size_t count, size_t phase, size_t depth,  \
                                  size_t columns, const float *input, const float *weights, size_t weights_columns,  \
                                  const float *bias, float *output, const float *residual, float lower,              \
                                  float upper);                                                                    \
  void ek_f32_narrow_##isa(size_t rows, size_t columns, size_t depth, const float *a, ptrdiff_t a_step,              \
                           const float *weights, size_t weights_step, const float *bias, float *c, ptrdiff_t c_step, \
                           const float *residual, ptrdiff_t residual_step, float lower, float upper);

#define EK_DECLARE_TRAINING(isa)                                                                                     \
  void ek_f32_mask_##isa(size_t count, const float *gradient, const float *y, float *output, float lower,            \
                         float upper);                                                                               \
  void ek_f32_moments_##isa(size_t rows, size_t columns, const float *x, size_t x_stride, double count,              \
                            double *mean, double *squares);                                                          \
  void ek_f32_normalize_##isa(size_t rows, size_t columns, const float *x, size_t x_stride,                          \
                              const ek_column_terms *terms, const float *residual, size_t residual_stride, float *y, \
                              size_t y_stride, float lower, float upper);                                            \
  void ek_f32_gradient_sums_##isa(size_t rows, size_t columns, const ek_masked_rows *g, const float *x,              \
                                  size_t x_stride, const float *mean, double *sum, double *product);                 \
  void ek_f32_normalize_gradient_##isa(size_t rows, size_t columns, const ek_masked_rows *g, const float *x,         \
                                       size_t x_stride, const ek_column_terms *terms, float *output,                 \
                                       size_t output_stride, float *masked, size_t masked_stride);                   \
  void ek_f32_maxpool_gradient_##isa(size_t channels, size_t taps, const float *const *input, const float *gradient, \
                                     float *const *output);                                                          \
  void ek_f32_avgpool_gradient_##isa(size_t channels, size_t taps, const float *gradient, float scale,               \
                                     float *const *output);                                                          \
  void ek_f32_sgd_##isa(size_t count, float *parameter, float *velocity, const float *gradient, const ek_sgd *rule); \
  void ek_f32_adamw_##isa(size_t count, float *parameter, float *first, float *second, const float *gradient,        \
                          const ek_adamw *rule);                                                                     \
  void ek_f32_moving_average_##isa(size_t count, float *state, const float *value, float rate);

/// Rows of training's sums that are added up in single precision.
enum { EK_SUM_ROWS = 64 };

EK_DECLARE_GEMM(4x8, 8, scalar)
EK_DECLARE_REST(8, scalar)
EK_DECLARE_TRAINING(scalar)
EK_DECLARE_GEMM(6x16, 16, avx2)
EK_DECLARE_REST(8, avx2)
EK_DECLARE_TILES(avx2)
EK_DECLARE_TRAINING(avx2)
EK_DECLARE_GEMM(14x32, 32, avx512)
EK_DECLARE_REST(16, avx512)
EK_DECLARE_TILES(avx512)
EK_DECLARE_TRAINING(avx512)
EK_DECLARE_GEMM(8x8, 8, neon)
EK_DECLARE_REST(4, neon)
EK_DECLARE_TRAINING(neon)

/// `ek_few_rows_for` AVX-512.
#define EK_AVX512_FEW_ROWS 4

/// A table of one instruction set's functions: what stands between its braces.
#define EK_TABLE(value, text, tile, mr, nr, dw, set)                                                                 \
    .isa = value, .name = text, .gemm_mr = mr, .gemm_nr = nr, .f32_gemm = ek_f32_gemm_##tile##_##set,                \
    .f32_gemm_batch = ek_f32_gemm_batch_##tile##_##set,                                                              \
    .f32_conv = ek_f32_conv_##tile##_##set, .f32_gemv = ek_f32_gemv_##nr##_##set, .dwconv_nr = dw,                 \
    .f32_dwconv = ek_f32_dwconv_##dw##_##set, .f32_wgrad = ek_f32_wgrad_##tile##_##set,                              \
    .f32_dwgrad = ek_f32_dwgrad_##dw##_##set, .f32_winograd_input = ek_f32_winograd_input_##set,                     \
    .f32_winograd_output = ek_f32_winograd_output_##set, .f32_winograd_weights = ek_f32_winograd_weights_##set,      \
    .f32_winograd_output_adjoint = ek_f32_winograd_output_adjoint_##set,                                             \
    .f32_winograd_weights_adjoint = ek_f32_winograd_weights_adjoint_##set, .f32_maxpool = ek_f32_maxpool_##set,      \
    .f32_avgpool = ek_f32_avgpool_##set, .f32_column_sums = ek_f32_column_sums_##set,                                \
    .f32_unary = ek_f32_unary_##set, .f32_binary = ek_f32_binary_##set, .u32_checksum = ek_u32_checksum_##set,       \
    EK_TRAINING_TABLE(set)

#define EK_TILES_TABLE(lanes, set)                                                                                   \
  .tile_lanes = lanes, .f32_tiles_from_pixels = ek_f32_tiles_from_pixels_##set,                                      \
  .f32_pixels_from_tiles = ek_f32_pixels_from_tiles_##set, .f32_tile_phases = ek_f32_tile_phases_##set,              \
  .f32_winograd_tiles_input = ek_f32_winograd_tiles_input_##set,                                                     \
  .f32_winograd_tiles_products = ek_f32_winograd_tiles_products_##set,                                               \
  .f32_winograd_tiles_output = ek_f32_winograd_tiles_output_##set, .f32_strided_tiles = ek_f32_strided_tiles_##set,                                                                   \
  .f32_narrow = ek_f32_narrow_##set,

#define EK_TRAINING_TABLE(set)                                                                                       \
  .f32_mask = ek_f32_mask_##set, .f32_moments = ek_f32_moments_##set, .f32_normalize = ek_f32_normalize_##set,       \
  .f32_gradient_sums = ek_f32_gradient_sums_##set, .f32_normalize_gradient = ek_f32_normalize_gradient_##set,        \
  .f32_maxpool_gradient = ek_f32_maxpool_gradient_##set, .f32_avgpool_gradient = ek_f32_avgpool_gradient_##set,      \
  .f32_sgd = ek_f32_sgd_##set, .f32_adamw = ek_f32_adamw_##set, .f32_moving_average = ek_f32_moving_average_##set,

extern const ek_kernels ek_kernels_scalar;
extern const ek_kernels ek_kernels_avx2;
extern const ek_kernels ek_kernels_avx512;
extern const ek_kernels ek_kernels_avx512vnni;
extern const ek_kernels ek_kernels_neon;
extern const ek_kernels ek_kernels_neondot;
extern const ek_kernels ek_kernels_neoni8mm;

#endif
