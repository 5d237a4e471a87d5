#include "../kernels.h"

enum { ek_nr = 8 };

static float ek_clamp(float x, float lower, float upper) {
  x = x < lower ? lower : x;
  return x > upper ? upper : x;
}

/// One row of c, whose row of a is `taps` runs of `depth` floats.
static void ek_row(size_t columns, size_t depth, size_t taps, const float *const *a, size_t a_step, size_t a_offset,
                   const float *packed, float *c, const float *residual, float lower, float upper) {
  float sum[ek_nr];
  for (size_t j = 0; j < ek_nr; j++) sum[j] = *packed++;
  for (size_t t = 0; t < taps; t++) {
    const float *run = a[t * a_step] + a_offset;
    for (size_t k = 0; k < depth; k++)
      for (size_t j = 0; j < ek_nr; j++) sum[j] += run[k] * *packed++;
  }
  for (size_t j = 0; j < columns; j++) {
    if (residual) sum[j] += residual[j];
    c[j] = ek_clamp(sum[j], lower, upper);
  }
}

void ek_f32_gemm_4x8_scalar(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride,
                            const float *packed, float *c, size_t c_stride, const float *residual,
                            size_t residual_stride, float lower, float upper) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = a + i * a_stride;
    ek_row(columns, depth, 1, &row, 0, 0, packed, c + i * c_stride,
           residual ? residual + i * residual_stride : NULL, lower, upper);
  }
}

void ek_f32_igemm_4x8_scalar(size_t rows, size_t columns, size_t depth, size_t taps, const float *const *a,
                             size_t a_step, size_t a_offset, const float *packed, float *c, size_t c_stride,
                             const float *residual, size_t residual_stride, float lower, float upper) {
  for (size_t i = 0; i < rows; i++)
    ek_row(columns, depth, taps, a + i, a_step, a_offset, packed, c + i * c_stride,
           residual ? residual + i * residual_stride : NULL, lower, upper);
}

void ek_f32_gemv_8_scalar(size_t columns, size_t depth, const float *a, const float *packed, float *c,
                          const float *residual, float lower, float upper) {
  for (size_t j = 0; j < columns; j += ek_nr) {
    ek_row(columns - j < ek_nr ? columns - j : ek_nr, depth, 1, &a, 0, 0, packed, c + j,
           residual ? residual + j : NULL, lower, upper);
    packed += ek_nr * (1 + depth);
  }
}
