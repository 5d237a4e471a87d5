#include "../kernels.h"

void ek_f32_maxpool_scalar(size_t channels, size_t taps, const float *const *input, float *output) {
  for (size_t c = 0; c < channels; c++) {
    float largest = input[0][c];
    for (size_t t = 1; t < taps; t++) {
      const float x = input[t][c];
      if (x > largest || x != x) largest = x;
    }
    output[c] = largest;
  }
}

void ek_f32_avgpool_scalar(size_t channels, size_t taps, const float *const *input, float scale, float *output) {
  for (size_t c = 0; c < channels; c++) {
    float sum = 0;
    for (size_t t = 0; t < taps; t++) sum += input[t][c];
    output[c] = sum * scale;
  }
}

void ek_f32_column_sums_scalar(size_t rows, size_t columns, const float *input, size_t step, double *sums) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) sums[c] += input[r * step + c];
}

void ek_f32_maxpool_gradient_scalar(size_t channels, size_t taps, const float *const *input, const float *gradient,
                                    float *const *output) {
  for (size_t c = 0; c < channels; c++) {
    size_t place = 0;
    for (size_t t = 1; t < taps; t++) {
      const float x = input[t][c], best = input[place][c];
      if (x > best || (x != x && best == best)) place = t;
    }
    output[place][c] += gradient[c];
  }
}

void ek_f32_avgpool_gradient_scalar(size_t channels, size_t taps, const float *gradient, float scale,
                                    float *const *output) {
  for (size_t c = 0; c < channels; c++)
    for (size_t t = 0; t < taps; t++) output[t][c] += gradient[c] * scale;
}
