#include "../kernels.h"

enum { ek_nr = 8 };

void ek_f32_dwconv_8_scalar(const ek_dwconv_shape *shape, const float *input, const float *packed, float *output,
                            float lower, float upper) {
  const size_t taps = shape->kernel_height * shape->kernel_width;
  for (size_t y = 0; y < shape->rows; y++)
    for (size_t x = 0; x < shape->columns; x++)
      for (size_t c = 0; c < shape->channels; c++) {
        const float *source = input + y * shape->input_row_step + c;
        const float *block = packed + c / ek_nr * ek_nr * (1 + taps) + c % ek_nr;
        float sum = *block;
        for (size_t v = 0; v < shape->tap_rows; v++)
          for (size_t u = 0; u < shape->tap_columns; u++) {
            const size_t tap = (shape->first_tap_row + v) * shape->kernel_width + shape->first_tap_column + u;
            const size_t column = x * shape->input_column_step + u * shape->tap_column_step;
            if (column < shape->left_margin || column - shape->left_margin >= shape->row_extent) continue;
            sum += source[v * shape->tap_row_step + column - shape->left_margin] * block[(1 + tap) * ek_nr];
          }
        sum = sum < lower ? lower : sum;
        output[y * shape->output_row_step + x * shape->output_column_step + c] = sum > upper ? upper : sum;
      }
}
