#include <string.h>

#include "CKernels.h"

size_t ek_f32_packed_gemm_count(size_t columns, size_t depth, size_t taps, size_t nr) {
  return (columns + nr - 1) / nr * nr * (1 + taps * depth);
}

void ek_f32_pack_gemm(size_t columns, size_t depth, size_t taps, size_t nr, const float *weights,
                      size_t column_stride, size_t tap_stride, size_t depth_stride, const float *bias,
                      float *packed) {
  for (size_t first = 0; first < columns; first += nr) {
    const size_t width = columns - first < nr ? columns - first : nr;
    for (size_t j = 0; j < nr; j++) *packed++ = j < width && bias ? bias[first + j] : 0;
    for (size_t t = 0; t < taps; t++) {
      for (size_t k = 0; k < depth; k++) {
        const float *source = weights + first * column_stride + t * tap_stride + k * depth_stride;
        for (size_t j = 0; j < width; j++) *packed++ = source[j * column_stride];
        for (size_t j = width; j < nr; j++) *packed++ = 0;
      }
    }
  }
}

size_t ek_f32_packed_depthwise_count(size_t channels, size_t taps, size_t nr) {
  return (channels + nr - 1) / nr * nr * (1 + taps);
}

void ek_f32_pack_depthwise(size_t channels, size_t taps, size_t nr, const float *weights, const float *bias,
                           float *packed) {
  ek_f32_pack_gemm(channels, 1, taps, nr, weights, taps, 1, 1, bias, packed);
}

typedef float ek_quad __attribute__((vector_size(16)));

/// 4 columns by 4 rows of depth, where the depth is contiguous.
static inline void ek_transpose_quads(const float *source, ptrdiff_t column_stride, float *target, size_t nr) {
  ek_quad r[4];
  for (int j = 0; j < 4; j++) memcpy(&r[j], source + j * column_stride, sizeof r[j]);
  const ek_quad low01 = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
  const ek_quad low23 = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
  const ek_quad high01 = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
  const ek_quad high23 = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
  const ek_quad rows[4] = {
      __builtin_shufflevector(low01, low23, 0, 1, 4, 5), __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
      __builtin_shufflevector(high01, high23, 0, 1, 4, 5), __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
  for (int k = 0; k < 4; k++) memcpy(target + (size_t)k * nr, &rows[k], sizeof rows[k]);
}

/// One tap of a part of a panel.
static void ek_pack_tap(const ek_weights_shape *shape, const float *weights, size_t nr, float *packed) {
  const size_t columns = shape->columns, depth = shape->depth;
  const ptrdiff_t column_stride = shape->column_stride, depth_stride = shape->depth_stride;
  if (column_stride == 1) {
    for (size_t k = 0; k < depth; k++)
      memcpy(packed + k * nr, weights + (ptrdiff_t)k * depth_stride, columns * sizeof *packed);
    return;
  }
  const size_t quads = depth_stride == 1 ? columns / 4 * 4 : 0, rows = depth / 4 * 4;
  for (size_t k = 0; k < rows; k += 4)
    for (size_t j = 0; j < quads; j += 4)
      ek_transpose_quads(weights + (ptrdiff_t)k + (ptrdiff_t)j * column_stride, column_stride, packed + k * nr + j, nr);
  for (size_t k = 0; k < depth; k++) {
    const float *source = weights + (ptrdiff_t)k * depth_stride;
    for (size_t j = k < rows ? quads : 0; j < columns; j++)
      packed[k * nr + j] = source[(ptrdiff_t)j * column_stride];
  }
}

void ek_f32_pack_weights(const ek_weights_shape *shape, const float *weights, size_t nr, size_t tap_depth,
                         float *packed) {
  for (size_t v = 0; v < shape->tap_rows; v++)
    for (size_t u = 0; u < shape->tap_columns; u++) {
      ek_pack_tap(shape, weights + (ptrdiff_t)v * shape->tap_row_stride + (ptrdiff_t)u * shape->tap_column_stride, nr,
                  packed);
      packed += tap_depth * nr;
    }
}

static inline __attribute__((always_inline)) void ek_copy_slices(size_t pixels, size_t channels, const float *source,
                                                                 size_t source_step, float *target,
                                                                 size_t target_step) {
  for (size_t i = 0; i < pixels; i++) memcpy(target + i * target_step, source + i * source_step, channels * 4);
}

void ek_f32_pack_pixels(size_t pixels, size_t channels, const float *source, size_t source_step, float *target,
                        size_t target_step) {
  // The widths of tiles: a copy of constant size is a few instructions.
  switch (channels) {
    case 4: ek_copy_slices(pixels, 4, source, source_step, target, target_step); break;
    case 5: ek_copy_slices(pixels, 5, source, source_step, target, target_step); break;
    case 6: ek_copy_slices(pixels, 6, source, source_step, target, target_step); break;
    case 7: ek_copy_slices(pixels, 7, source, source_step, target, target_step); break;
    case 8: ek_copy_slices(pixels, 8, source, source_step, target, target_step); break;
    case 12: ek_copy_slices(pixels, 12, source, source_step, target, target_step); break;
    case 13: ek_copy_slices(pixels, 13, source, source_step, target, target_step); break;
    case 14: ek_copy_slices(pixels, 14, source, source_step, target, target_step); break;
    case 16: ek_copy_slices(pixels, 16, source, source_step, target, target_step); break;
    case 32: ek_copy_slices(pixels, 32, source, source_step, target, target_step); break;
    default: ek_copy_slices(pixels, channels, source, source_step, target, target_step);
  }
}
