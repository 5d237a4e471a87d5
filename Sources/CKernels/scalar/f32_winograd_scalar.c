#include "../kernels.h"

enum { ek_side = 6 };

/// Rows of the transforms of F(4 x 4, 3 x 3) and F(2 x 2, 3 x 3).
static const float ek_data_4[6][6] = {{4, 0, -5, 0, 1, 0},  {0, -4, -4, 1, 1, 0}, {0, 4, -4, -1, 1, 0},
                                      {0, -2, -1, 2, 1, 0}, {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};
static const float ek_data_2[6][6] = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
static const float ek_output_4[6][6] = {
    {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}};
static const float ek_output_2[6][6] = {{1, 1, 1, 0}, {0, 1, -1, -1}};
static const float ek_filter_4[6][6] = {{1.0f / 4, 0, 0},
                                        {-1.0f / 6, -1.0f / 6, -1.0f / 6},
                                        {-1.0f / 6, 1.0f / 6, -1.0f / 6},
                                        {1.0f / 24, 1.0f / 12, 1.0f / 6},
                                        {1.0f / 24, -1.0f / 12, 1.0f / 6},
                                        {0, 0, 1}};
static const float ek_filter_2[6][6] = {{1, 0, 0}, {0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f}, {0, 0, 1}};

/// `y = t x transpose(t)` for a matrix of `rows` by `columns`: t is the given one, or its transpose.
static void ek_transform(int rows, int columns, bool transposes, const float matrix[6][6], float x[ek_side][ek_side],
                         float y[ek_side][ek_side]) {
  float t[ek_side][ek_side], half[ek_side][ek_side];
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) t[i][j] = transposes ? matrix[j][i] : matrix[i][j];
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) {
      half[i][j] = 0;
      for (int k = 0; k < columns; k++) half[i][j] += t[i][k] * x[k][j];
    }
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < rows; j++) {
      y[i][j] = 0;
      for (int k = 0; k < columns; k++) y[i][j] += half[i][k] * t[j][k];
    }
}

void ek_f32_winograd_input_scalar(int32_t tile, const ek_winograd_tile *place, size_t channels, const float *input,
                                  float *output, size_t step) {
  const int side = tile + 2;
  for (size_t c = 0; c < channels; c++) {
    float x[ek_side][ek_side] = {{0}}, y[ek_side][ek_side];
    for (int i = place->first_row; i < place->end_row; i++)
      for (int j = place->first_column; j < place->end_column; j++)
        x[i][j] = input[i * place->row_step + j * place->column_step + (ptrdiff_t)c];
    ek_transform(side, side, false, tile == 4 ? ek_data_4 : ek_data_2, x, y);
    for (int i = 0; i < side * side; i++) output[(size_t)i * step + c] = y[i / side][i % side];
  }
}

void ek_f32_winograd_output_scalar(int32_t tile, const ek_winograd_tile *place, size_t channels,
                                   const float *products, size_t step, const float *bias, float *output,
                                   const float *residual, const ek_winograd_tile *residual_place, float lower,
                                   float upper) {
  const int side = tile + 2;
  for (size_t c = 0; c < channels; c++) {
    float x[ek_side][ek_side], y[ek_side][ek_side];
    for (int i = 0; i < side * side; i++) x[i / side][i % side] = products[(size_t)i * step + c];
    ek_transform(tile, side, false, tile == 4 ? ek_output_4 : ek_output_2, x, y);
    for (int i = 0; i < place->end_row; i++)
      for (int j = 0; j < place->end_column; j++) {
        float value = y[i][j] + (bias ? bias[c] : 0);
        if (residual) value += residual[i * residual_place->row_step + j * residual_place->column_step + (ptrdiff_t)c];
        value = value < lower ? lower : value;
        output[i * place->row_step + j * place->column_step + (ptrdiff_t)c] = value > upper ? upper : value;
      }
  }
}

void ek_f32_winograd_weights_scalar(int32_t tile, size_t count, const float *taps, size_t tap_step, float *output,
                                    size_t step) {
  const int side = tile + 2;
  for (size_t i = 0; i < count; i++) {
    float x[ek_side][ek_side] = {{0}}, y[ek_side][ek_side];
    for (int t = 0; t < 9; t++) x[t / 3][t % 3] = taps[(size_t)t * tap_step + i];
    ek_transform(side, 3, false, tile == 4 ? ek_filter_4 : ek_filter_2, x, y);
    for (int e = 0; e < side * side; e++) output[(size_t)e * step + i] = y[e / side][e % side];
  }
}

void ek_f32_winograd_output_adjoint_scalar(int32_t tile, const ek_winograd_tile *place, size_t channels,
                                           const float *gradient, float *output, size_t step) {
  const int side = tile + 2;
  for (size_t c = 0; c < channels; c++) {
    float x[ek_side][ek_side] = {{0}}, y[ek_side][ek_side];
    for (int i = 0; i < place->end_row; i++)
      for (int j = 0; j < place->end_column; j++)
        x[i][j] = gradient[i * place->row_step + j * place->column_step + (ptrdiff_t)c];
    ek_transform(side, tile, true, tile == 4 ? ek_output_4 : ek_output_2, x, y);
    for (int i = 0; i < side * side; i++) output[(size_t)i * step + c] = y[i / side][i % side];
  }
}

void ek_f32_winograd_weights_adjoint_scalar(int32_t tile, size_t count, const float *sums, size_t step, float *taps,
                                            size_t tap_step) {
  const int side = tile + 2;
  for (size_t i = 0; i < count; i++) {
    float x[ek_side][ek_side], y[ek_side][ek_side];
    for (int e = 0; e < side * side; e++) x[e / side][e % side] = sums[(size_t)e * step + i];
    ek_transform(3, side, true, tile == 4 ? ek_filter_4 : ek_filter_2, x, y);
    for (int t = 0; t < 9; t++) taps[(size_t)t * tap_step + i] = y[t / 3][t % 3];
  }
}
