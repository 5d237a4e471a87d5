#include "../kernels.h"

#include <math.h>

static float ek_gated(float gradient, float y, float lower, float upper) {
  return (y > lower || lower == -INFINITY) && (y < upper || upper == INFINITY) ? gradient : 0;
}

static float ek_clamped(float x, float lower, float upper) {
  const float raised = x < lower ? lower : x;
  return raised > upper ? upper : raised;
}

void ek_f32_mask_scalar(size_t count, const float *gradient, const float *y, float *output, float lower, float upper) {
  for (size_t i = 0; i < count; i++) output[i] = ek_gated(gradient[i], y[i], lower, upper);
}

void ek_f32_moments_scalar(size_t rows, size_t columns, const float *x, size_t x_stride, double count, double *mean,
                           double *squares) {
  for (size_t start = 0; start < rows; start += EK_SUM_ROWS, x += EK_SUM_ROWS * x_stride) {
    const size_t end = rows - start < EK_SUM_ROWS ? rows - start : EK_SUM_ROWS;
    const double n = (double)end, before = count + (double)start, share = n / (before + n);
    for (size_t c = 0; c < columns; c++) {
      const float shift = (float)mean[c];
      float sum = 0, square = 0;
      for (size_t r = 0; r < end; r++) {
        const float d = x[r * x_stride + c] - shift;
        sum += d;
        square += d * d;
      }
      const double distance = (shift - mean[c]) + sum / n, own = square - sum * (sum / n);
      squares[c] += (own < 0 ? 0 : own) + distance * distance * before * share;
      mean[c] += distance * share;
    }
  }
}

void ek_f32_normalize_scalar(size_t rows, size_t columns, const float *x, size_t x_stride, const ek_column_terms *terms,
                             const float *residual, size_t residual_stride, float *y, size_t y_stride, float lower,
                             float upper) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      float value = (x[r * x_stride + c] - terms->mean[c]) * terms->factor[c] + terms->offset[c];
      if (residual) value += residual[r * residual_stride + c];
      y[r * y_stride + c] = ek_clamped(value, lower, upper);
    }
}

static float ek_masked_element(const ek_masked_rows *g, size_t r, size_t c) {
  const float gradient = g->gradient[r * g->gradient_stride + c];
  return g->y ? ek_gated(gradient, g->y[r * g->y_stride + c], g->lower, g->upper) : gradient;
}

void ek_f32_gradient_sums_scalar(size_t rows, size_t columns, const ek_masked_rows *g, const float *x, size_t x_stride,
                                 const float *mean, double *sum, double *product) {
  for (size_t start = 0; start < rows; start += EK_SUM_ROWS) {
    const size_t end = rows - start < EK_SUM_ROWS ? rows : start + EK_SUM_ROWS;
    for (size_t c = 0; c < columns; c++) {
      float plain = 0, weighted = 0;
      for (size_t r = start; r < end; r++) {
        const float value = ek_masked_element(g, r, c);
        plain += value;
        weighted += value * (x[r * x_stride + c] - mean[c]);
      }
      sum[c] += plain;
      product[c] += weighted;
    }
  }
}

void ek_f32_normalize_gradient_scalar(size_t rows, size_t columns, const ek_masked_rows *g, const float *x,
                                      size_t x_stride, const ek_column_terms *terms, float *output,
                                      size_t output_stride, float *masked, size_t masked_stride) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      const float value = ek_masked_element(g, r, c);
      if (masked) masked[r * masked_stride + c] = value;
      const float rest = (x[r * x_stride + c] - terms->mean[c]) * terms->factor[c] + terms->offset[c];
      output[r * output_stride + c] = value * terms->gradient_factor[c] + rest;
    }
}
