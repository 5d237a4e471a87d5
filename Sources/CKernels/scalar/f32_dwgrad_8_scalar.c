#include "../kernels.h"

void ek_f32_dwgrad_8_scalar(const ek_dwconv_shape *shape, const float *input, const float *dy, float *gradient,
                            size_t tap_stride) {
  for (size_t v = 0; v < shape->tap_rows; v++)
    for (size_t u = 0; u < shape->tap_columns; u++) {
      const size_t tap = (shape->first_tap_row + v) * shape->kernel_width + shape->first_tap_column + u;
      for (size_t c = 0; c < shape->channels; c++) {
        float sum = 0;
        for (size_t y = 0; y < shape->rows; y++)
          for (size_t x = 0; x < shape->columns; x++)
            sum += input[y * shape->input_row_step + x * shape->input_column_step + v * shape->tap_row_step +
                         u * shape->tap_column_step + c] *
                   dy[y * shape->output_row_step + x * shape->output_column_step + c];
        gradient[tap * tap_stride + c] += sum;
      }
    }
}
