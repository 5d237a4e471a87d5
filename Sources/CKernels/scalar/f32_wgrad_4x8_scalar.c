#include "../kernels.h"

void ek_f32_wgrad_4x8_scalar(const ek_wgrad_shape *shape, const float *a, const float *b, float *c, size_t c_stride) {
  for (size_t i = 0; i < shape->rows; i++)
    for (size_t j = 0; j < shape->columns; j++) {
      float sum = 0;
      for (size_t n = 0; n < shape->images; n++)
        for (size_t y = 0; y < shape->lines; y++) {
          const float *left = a + n * shape->a_image_step + y * shape->a_line_step + i;
          const float *right = b + n * shape->b_image_step + y * shape->b_line_step + j;
          for (size_t x = 0; x < shape->pixels; x++)
            sum += left[x * shape->a_pixel_step] * right[x * shape->b_pixel_step];
        }
      c[i * c_stride + j] += sum;
    }
}
