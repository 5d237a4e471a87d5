#include "../kernels.h"

#include <math.h>

enum { ek_nr = 8 };

static float ek_clamp(float x, float lower, float upper) {
  x = x < lower ? lower : x;
  return x > upper ? upper : x;
}

/// What one row of c is made of.
typedef struct {
  /// `rows` times `runs` runs of `depth` floats of a; the steps lead from one to the next.
  size_t rows, runs, depth, row_step, run_step;
  /// From a row's weights to the next row's.
  size_t weights_step;
  /// nr biases, and the first run's weights.
  const float *bias, *weights;
  float lower, upper;
} ek_product;

static void ek_row(const ek_product *product, size_t columns, const float *a, float *c, const float *residual) {
  float sum[ek_nr];
  for (size_t j = 0; j < ek_nr; j++) sum[j] = product->bias[j];
  for (size_t v = 0; v < product->rows; v++) {
    const float *weights = product->weights + v * product->weights_step;
    for (size_t u = 0; u < product->runs; u++) {
      const float *run = a + v * product->row_step + u * product->run_step;
      for (size_t k = 0; k < product->depth; k++)
        for (size_t j = 0; j < ek_nr; j++) sum[j] += run[k] * *weights++;
    }
  }
  for (size_t j = 0; j < columns; j++) {
    if (residual) sum[j] += residual[j];
    c[j] = ek_clamp(sum[j], product->lower, product->upper);
  }
}

void ek_f32_gemm_4x8_scalar(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride,
                            const float *packed, float *c, size_t c_stride, const float *residual,
                            size_t residual_stride, float lower, float upper) {
  const ek_product product = {1, 1, depth, 0, 0, 0, packed, packed + ek_nr, lower, upper};
  for (size_t i = 0; i < rows; i++)
    ek_row(&product, columns, a + i * a_stride, c + i * c_stride, residual ? residual + i * residual_stride : NULL);
}

void ek_f32_gemm_batch_4x8_scalar(const ek_gemm_batch *batch, const float *a, const float *packed, float *c) {
  for (size_t i = 0; i < batch->count; i++) {
    const float *panel = packed + i * batch->packed_step;
    for (size_t column = 0; column < batch->columns; column += ek_nr) {
      const size_t columns = batch->columns - column < ek_nr ? batch->columns - column : ek_nr;
      ek_f32_gemm_4x8_scalar(batch->rows, columns, batch->depth, a + i * batch->a_step, batch->a_stride, panel,
                             c + i * batch->c_step + column, batch->c_stride, NULL, 0, -INFINITY, INFINITY);
      panel += (1 + batch->depth) * ek_nr;
    }
  }
}

void ek_f32_conv_4x8_scalar(const ek_conv_shape *shape, size_t columns, const float *input, const float *packed,
                            float *output, const float *residual, float lower, float upper) {
  const ek_conv_shape s = *shape;
  const size_t first = s.first_tap_row * s.kernel_width + s.first_tap_column, tap = s.depth * ek_nr;
  const ek_product product = {s.tap_rows,       s.tap_columns,        s.depth, s.tap_row_step,
                              s.tap_column_step, s.kernel_width * tap, packed,  packed + ek_nr + first * tap,
                              lower,             upper};
  for (size_t n = 0; n < s.images; n++)
    for (size_t y = 0; y < s.lines; y++)
      for (size_t x = 0; x < s.pixels; x++) {
        const size_t from = n * s.input_image_step + y * s.input_line_step + x * s.input_pixel_step;
        const size_t to = n * s.output_image_step + y * s.output_line_step + x * s.output_pixel_step;
        const size_t added = n * s.residual_image_step + y * s.residual_line_step + x * s.residual_pixel_step;
        ek_row(&product, columns, input + from, output + to, residual ? residual + added : NULL);
      }
}

void ek_f32_gemv_8_scalar(size_t columns, size_t depth, const float *a, const float *packed, float *c,
                          const float *residual, float lower, float upper) {
  for (size_t j = 0; j < columns; j += ek_nr) {
    const ek_product product = {1, 1, depth, 0, 0, 0, packed, packed + ek_nr, lower, upper};
    ek_row(&product, columns - j < ek_nr ? columns - j : ek_nr, a, c + j, residual ? residual + j : NULL);
    packed += ek_nr * (1 + depth);
  }
}
