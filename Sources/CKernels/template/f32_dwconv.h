// Depthwise convolution of one instruction set. The including file defines EK_DWCONV_NAME.
//
// A tile is up to four neighbouring output pixels of one vector of channels. Where the filter moves by one or two
// taps a pixel, neighbours share inputs: each is loaded once and used for all of them.

enum {
  ek_tile_pixels = 4,
  /// Channels that are worked through a row at a time: their weights stay in the first-level cache.
  ek_channel_chunk = 8 * V_LANES,
};

/// `taps` > 0 and `step` > 0: that many taps a row, and that many taps from pixel to pixel. Otherwise any geometry.
/// `lanes` = V_LANES, or the number of channels that are left.
EK_INLINE void ek_dw_tile(const int pixels, const int taps, const int step, size_t lanes, const ek_dwconv_shape *shape,
                          const float *input, const float *packed, float *output, vf lower, vf upper) {
  vf acc[ek_tile_pixels];
  const bool full = lanes == V_LANES;
  const vf bias = v_load(packed);
  EK_UNROLL
  for (int p = 0; p < pixels; p++) acc[p] = bias;
  const float *weights =
      packed + V_LANES * (1 + shape->first_tap_row * shape->kernel_width + shape->first_tap_column);
  const size_t pixel_step = shape->input_column_step, tap_step = shape->tap_column_step;
  for (size_t v = 0; v < shape->tap_rows; v++) {
    if (taps > 0) {
      vf weight[5];
      EK_UNROLL
      for (int u = 0; u < taps; u++) weight[u] = v_load(weights + u * V_LANES);
      EK_UNROLL
      for (int j = 0; j < (pixels - 1) * step + taps; j++) {
        const float *source = input + (size_t)j * tap_step;
        const vf x = full ? v_load(source) : v_load_partial(source, lanes);
        EK_UNROLL
        for (int p = 0; p < pixels; p++) {
          const int u = j - p * step;
          if (u >= 0 && u < taps) acc[p] = v_fma(x, weight[u], acc[p]);
        }
      }
    } else {
      for (size_t u = 0; u < shape->tap_columns; u++) {
        const vf weight = v_load(weights + u * V_LANES);
        const float *source = input + u * tap_step;
        EK_UNROLL
        for (int p = 0; p < pixels; p++) {
          const vf x = full ? v_load(source) : v_load_partial(source, lanes);
          acc[p] = v_fma(x, weight, acc[p]);
          source += pixel_step;
        }
      }
    }
    input += shape->tap_row_step;
    weights += shape->kernel_width * V_LANES;
  }
  EK_UNROLL
  for (int p = 0; p < pixels; p++) {
    const vf x = v_min(upper, v_max(lower, acc[p]));
    if (full)
      v_store(output, x);
    else
      v_store_partial(output, x, lanes);
    output += shape->output_column_step;
  }
}

/// Channels `first ..< last` of `pixels` neighbouring output pixels.
EK_INLINE void ek_dw_channels(const int pixels, const int taps, const int step, size_t first, size_t last,
                              const ek_dwconv_shape *shape, const float *input, const float *packed, float *output,
                              vf lower, vf upper) {
  const size_t block = V_LANES * (1 + shape->kernel_height * shape->kernel_width);
  const float *weights = packed + first / V_LANES * block;
  size_t c = first;
  for (; c + V_LANES <= last; c += V_LANES) {
    ek_dw_tile(pixels, taps, step, V_LANES, shape, input + c, weights, output + c, lower, upper);
    weights += block;
  }
  if (c < last) ek_dw_tile(pixels, taps, step, last - c, shape, input + c, weights, output + c, lower, upper);
}

/// Channels `first ..< last` of one row of output pixels.
EK_INLINE void ek_dw_row(const int taps, const int step, size_t first, size_t last, const ek_dwconv_shape *shape,
                         const float *input, const float *packed, float *output, vf lower, vf upper) {
  size_t left = shape->columns;
  for (; left >= ek_tile_pixels; left -= ek_tile_pixels) {
    ek_dw_channels(ek_tile_pixels, taps, step, first, last, shape, input, packed, output, lower, upper);
    input += ek_tile_pixels * shape->input_column_step;
    output += ek_tile_pixels * shape->output_column_step;
  }
  switch (left) {
    case 3:
      ek_dw_channels(3, taps, step, first, last, shape, input, packed, output, lower, upper);
      break;
    case 2:
      ek_dw_channels(2, taps, step, first, last, shape, input, packed, output, lower, upper);
      break;
    case 1:
      ek_dw_channels(1, taps, step, first, last, shape, input, packed, output, lower, upper);
      break;
  }
}

void EK_DWCONV_NAME(const ek_dwconv_shape *shape, const float *input, const float *packed, float *output, float lower,
                    float upper) {
  const vf low = v_splat(lower), high = v_splat(upper);
  const size_t step = shape->input_column_step == shape->tap_column_step       ? 1
                      : shape->input_column_step == 2 * shape->tap_column_step ? 2
                                                                               : 0;
  for (size_t y = 0; y < shape->rows; y++) {
    for (size_t first = 0; first < shape->channels; first += ek_channel_chunk) {
      const size_t last =
          shape->channels - first < ek_channel_chunk ? shape->channels : first + (size_t)ek_channel_chunk;
      switch (step * 8 + shape->tap_columns) {
        case 8 + 3:
          ek_dw_row(3, 1, first, last, shape, input, packed, output, low, high);
          break;
        case 16 + 3:
          ek_dw_row(3, 2, first, last, shape, input, packed, output, low, high);
          break;
        case 8 + 5:
          ek_dw_row(5, 1, first, last, shape, input, packed, output, low, high);
          break;
        case 16 + 5:
          ek_dw_row(5, 2, first, last, shape, input, packed, output, low, high);
          break;
        default:
          ek_dw_row(0, 0, first, last, shape, input, packed, output, low, high);
      }
    }
    input += shape->input_row_step;
    output += shape->output_row_step;
  }
}
