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
