// Weights gradient of a depthwise convolution for one instruction set. The including file defines EK_DWGRAD_NAME.
//
// The taps of a 3 x 3 filter have an accumulator each; of other filters a row's do.

/// Taps `first_row ..< first_row + tap_rows` of one vector of channels; `lanes` = V_LANES or the channels that are left.
EK_INLINE void ek_dwgrad_taps(const int tap_rows, const int tap_columns, size_t lanes, const ek_dwconv_shape *shape,
                              const float *input, const float *dy, float *gradient, size_t tap_stride) {
  const bool full = lanes == V_LANES;
  const size_t row_step = shape->tap_row_step, column_step = shape->tap_column_step;
  vf sum[3][5];
  EK_UNROLL
  for (int v = 0; v < tap_rows; v++)
    EK_UNROLL
    for (int u = 0; u < tap_columns; u++) sum[v][u] = (vf){};
  for (size_t y = 0; y < shape->rows; y++) {
    const float *source = input + y * shape->input_row_step, *target = dy + y * shape->output_row_step;
    for (size_t x = 0; x < shape->columns; x++) {
      const vf d = full ? v_load(target) : v_load_partial(target, lanes);
      EK_UNROLL
      for (int v = 0; v < tap_rows; v++)
        EK_UNROLL
        for (int u = 0; u < tap_columns; u++) {
          const float *tap = source + (size_t)v * row_step + (size_t)u * column_step;
          sum[v][u] = v_fma(d, full ? v_load(tap) : v_load_partial(tap, lanes), sum[v][u]);
        }
      source += shape->input_column_step;
      target += shape->output_column_step;
    }
  }
  EK_UNROLL
  for (int v = 0; v < tap_rows; v++)
    EK_UNROLL
    for (int u = 0; u < tap_columns; u++) {
      float *place = gradient + ((size_t)v * shape->kernel_width + (size_t)u) * tap_stride;
      if (full)
        v_store(place, v_load(place) + sum[v][u]);
      else
        v_store_partial(place, v_load_partial(place, lanes) + sum[v][u], lanes);
    }
}

/// All channels of `tap_rows` by `tap_columns` taps, the first of which `input` and `gradient` point to.
EK_INLINE void ek_dwgrad_channels(const int tap_rows, const int tap_columns, const ek_dwconv_shape *shape,
                                  const float *input, const float *dy, float *gradient, size_t tap_stride) {
  size_t c = 0;
  for (; c + V_LANES <= shape->channels; c += V_LANES)
    ek_dwgrad_taps(tap_rows, tap_columns, V_LANES, shape, input + c, dy + c, gradient + c, tap_stride);
  if (c < shape->channels)
    ek_dwgrad_taps(tap_rows, tap_columns, shape->channels - c, shape, input + c, dy + c, gradient + c, tap_stride);
}

void EK_DWGRAD_NAME(const ek_dwconv_shape *shape, const float *input, const float *dy, float *gradient,
                    size_t tap_stride) {
  gradient += (shape->first_tap_row * shape->kernel_width + shape->first_tap_column) * tap_stride;
  size_t v = 0;
  if (shape->tap_columns == 3) {
    for (; v + 3 <= shape->tap_rows; v += 3)
      ek_dwgrad_channels(3, 3, shape, input + v * shape->tap_row_step, dy,
                         gradient + v * shape->kernel_width * tap_stride, tap_stride);
  } else if (shape->tap_columns == 2) {
    for (; v + 3 <= shape->tap_rows; v += 3)
      ek_dwgrad_channels(3, 2, shape, input + v * shape->tap_row_step, dy,
                         gradient + v * shape->kernel_width * tap_stride, tap_stride);
  }
  for (; v < shape->tap_rows; v++) {
    const float *row = input + v * shape->tap_row_step;
    float *target = gradient + v * shape->kernel_width * tap_stride;
    size_t u = 0;
    while (u < shape->tap_columns) {
      const float *tap = row + u * shape->tap_column_step;
      switch (shape->tap_columns - u) {
        case 1:
          ek_dwgrad_channels(1, 1, shape, tap, dy, target + u * tap_stride, tap_stride);
          u += 1;
          break;
        case 2:
          ek_dwgrad_channels(1, 2, shape, tap, dy, target + u * tap_stride, tap_stride);
          u += 2;
          break;
        case 3:
          ek_dwgrad_channels(1, 3, shape, tap, dy, target + u * tap_stride, tap_stride);
          u += 3;
          break;
        case 4:
          ek_dwgrad_channels(1, 4, shape, tap, dy, target + u * tap_stride, tap_stride);
          u += 4;
          break;
        default:
          ek_dwgrad_channels(1, 5, shape, tap, dy, target + u * tap_stride, tap_stride);
          u += 5;
      }
    }
  }
}
