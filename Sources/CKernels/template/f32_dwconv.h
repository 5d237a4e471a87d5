// Depthwise convolution of one instruction set. The including file defines EK_DWCONV_NAME, and EK_DWCONV_ROWS as 2 where
// there are registers for the weights of a 3 x 3 filter beside the sums of two rows.
//
// A tile is up to four neighbouring output pixels of one or two vectors of channels: two keep twice as many sums going,
// which hides the latency of the multiply-adds. Where the filter moves by one or two taps a pixel, neighbours share
// inputs: each is loaded once and used for all of them. Inputs beside the row are left out: at its ends a tile has less
// to load. Two rows at once share inputs as well: of wide images these come from the second-level cache, which then has to
// give two thirds of them.

#ifndef EK_DWCONV_ROWS
#define EK_DWCONV_ROWS 1
#endif

enum {
  ek_tile_pixels = 4,
  /// Channels that are worked through a row at a time: their weights stay in the first-level cache.
  ek_channel_chunk = 8 * V_LANES,
};

/// What the pixels of a row's tiles have in common.
typedef struct {
  const ek_dwconv_shape *shape;
  vf lower, upper;
} ek_dw_row_shape;

/// Inputs `first ..< last` of a tile are inside the row.
typedef struct {
  size_t first, last;
} ek_dw_inside;

/// `taps` > 0 and `step` > 0: that many taps a row, and that many taps from pixel to pixel. `input` is that of the first
/// tap in use of the first pixel, which may lie beside the row. `vectors` of channels, each `block` weights from the
/// next; `lanes` = V_LANES, or with one vector the number of channels that are left.
EK_INLINE void ek_dw_tile(const int vectors, const int pixels, const int taps, const int step, const bool edge,
                          size_t lanes, const ek_dw_row_shape *row, ek_dw_inside inside, const float *input,
                          const float *packed, size_t block, float *output) {
  const ek_dwconv_shape *shape = row->shape;
  vf acc[2][ek_tile_pixels];
  EK_UNROLL
  for (int k = 0; k < vectors; k++) {
    const vf bias = v_load(packed + (size_t)k * block);
    EK_UNROLL
    for (int p = 0; p < pixels; p++) acc[k][p] = bias;
  }
  const float *weights =
      packed + V_LANES * (1 + shape->first_tap_row * shape->kernel_width + shape->first_tap_column);
  const size_t tap_step = shape->tap_column_step;
  for (size_t v = 0; v < shape->tap_rows; v++) {
    EK_UNROLL
    for (int j = 0; j < (pixels - 1) * step + taps; j++) {
      if (edge && ((size_t)j < inside.first || (size_t)j >= inside.last)) continue;
      const float *source = input + (size_t)j * tap_step;
      EK_UNROLL
      for (int k = 0; k < vectors; k++) {
        const vf x = v_load_lanes(source + k * V_LANES, lanes);
        EK_UNROLL
        for (int p = 0; p < pixels; p++) {
          const int u = j - p * step;
          if (u >= 0 && u < taps)
            acc[k][p] = v_fma(x, v_load(weights + (size_t)k * block + u * V_LANES), acc[k][p]);
        }
      }
    }
    input += shape->tap_row_step;
    weights += shape->kernel_width * V_LANES;
  }
  EK_UNROLL
  for (int p = 0; p < pixels; p++) {
    EK_UNROLL
    for (int k = 0; k < vectors; k++) {
      v_store_lanes(output + k * V_LANES, v_min(row->upper, v_max(row->lower, acc[k][p])), lanes);
    }
    output += shape->output_column_step;
  }
}

/// The same of two rows, for a 3 x 3 filter that moves by one tap: one vector of channels, sums in the same order.
EK_INLINE void ek_dw_tile_of_two_rows(const int pixels, const bool edge, size_t lanes, const ek_dw_row_shape *row,
                                      ek_dw_inside inside, const float *input, const float *packed, float *output) {
  enum { rows = 2, taps = 3 };
  const ek_dwconv_shape *shape = row->shape;
  vf acc[rows][ek_tile_pixels], weights[taps][taps];
  EK_UNROLL
  for (int v = 0; v < taps; v++)
    EK_UNROLL
    for (int u = 0; u < taps; u++) weights[v][u] = v_load(packed + V_LANES * (1 + v * taps + u));
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    EK_UNROLL
    for (int p = 0; p < pixels; p++) acc[i][p] = v_load(packed);
  EK_UNROLL
  for (int y = 0; y < rows - 1 + taps; y++) {
    EK_UNROLL
    for (int j = 0; j < pixels - 1 + taps; j++) {
      if (edge && ((size_t)j < inside.first || (size_t)j >= inside.last)) continue;
      const vf x = v_load_lanes(input + (size_t)j * shape->tap_column_step, lanes);
      EK_UNROLL
      for (int i = 0; i < rows; i++)
        EK_UNROLL
        for (int p = 0; p < pixels; p++) {
          const int v = y - i, u = j - p;
          if (v >= 0 && v < taps && u >= 0 && u < taps) acc[i][p] = v_fma(x, weights[v][u], acc[i][p]);
        }
    }
    input += shape->tap_row_step;
  }
  EK_UNROLL
  for (int i = 0; i < rows; i++) {
    EK_UNROLL
    for (int p = 0; p < pixels; p++) {
      float *target = output + (size_t)p * shape->output_column_step;
      v_store_lanes(target, v_min(row->upper, v_max(row->lower, acc[i][p])), lanes);
    }
    output += shape->output_row_step;
  }
}

/// Channels `first ..< last` of `pixels` neighbouring output pixels of one or two rows, of which the first has its first
/// tap in use `column` floats right of the left margin's beginning.
EK_INLINE void ek_dw_pixels(const int rows, const int pixels, const int taps, const int step, size_t column,
                            size_t first, size_t last, const ek_dw_row_shape *row, const float *input,
                            const float *packed, float *output) {
  const ek_dwconv_shape *shape = row->shape;
  const size_t left = shape->left_margin, end = left + shape->row_extent, tap_step = shape->tap_column_step;
  const size_t span = (size_t)((pixels - 1) * step + taps);
  ek_dw_inside inside = {0, span};
  const bool edge = column < left || column + (span - 1) * tap_step >= end;
  if (edge) {
    inside.first = column < left ? (left - column + tap_step - 1) / tap_step : 0;
    inside.last = column < end ? (end - column + tap_step - 1) / tap_step : 0;
  }
  input += (ptrdiff_t)column - (ptrdiff_t)left;
  const size_t block = V_LANES * (1 + shape->kernel_height * shape->kernel_width);
  const float *weights = packed + first / V_LANES * block;
  size_t c = first;
  if (rows == 2) {
    for (; !edge && c + V_LANES <= last; c += V_LANES, weights += block)
      ek_dw_tile_of_two_rows(pixels, false, V_LANES, row, inside, input + c, weights, output + c);
    for (; c < last; c += V_LANES, weights += block)
      ek_dw_tile_of_two_rows(pixels, true, last - c < V_LANES ? last - c : V_LANES, row, inside, input + c, weights,
                             output + c);
    return;
  }
  // Code for both, as most tiles are inside and checks cost as much as inputs. The few channels behind pairs always
  // check.
  for (; edge && c + 2 * V_LANES <= last; c += 2 * V_LANES, weights += 2 * block)
    ek_dw_tile(2, pixels, taps, step, true, V_LANES, row, inside, input + c, weights, block, output + c);
  for (; c + 2 * V_LANES <= last; c += 2 * V_LANES, weights += 2 * block)
    ek_dw_tile(2, pixels, taps, step, false, V_LANES, row, inside, input + c, weights, block, output + c);
  for (; c + V_LANES <= last; c += V_LANES, weights += block)
    ek_dw_tile(1, pixels, taps, step, true, V_LANES, row, inside, input + c, weights, block, output + c);
  if (c < last) ek_dw_tile(1, pixels, taps, step, true, last - c, row, inside, input + c, weights, block, output + c);
}

/// One pixel of any geometry.
EK_INLINE void ek_dw_any_pixel(size_t column, size_t first, size_t last, const ek_dw_row_shape *row,
                               const float *input, const float *packed, float *output) {
  const ek_dwconv_shape *shape = row->shape;
  const size_t block = V_LANES * (1 + shape->kernel_height * shape->kernel_width);
  for (size_t c = first; c < last; c += V_LANES) {
    const size_t lanes = last - c < V_LANES ? last - c : V_LANES;
    const float *weights = packed + c / V_LANES * block;
    vf sum = v_load(weights);
    weights += V_LANES * (1 + shape->first_tap_row * shape->kernel_width + shape->first_tap_column);
    for (size_t v = 0; v < shape->tap_rows; v++) {
      for (size_t u = 0; u < shape->tap_columns; u++) {
        const size_t place = column + u * shape->tap_column_step;
        if (place < shape->left_margin || place - shape->left_margin >= shape->row_extent) continue;
        const float *source = input + v * shape->tap_row_step + (place - shape->left_margin) + c;
        sum = v_fma(v_load_lanes(source, lanes), v_load(weights + u * V_LANES), sum);
      }
      weights += shape->kernel_width * V_LANES;
    }
    v_store_lanes(output + c, v_min(row->upper, v_max(row->lower, sum)), lanes);
  }
}

/// Channels `first ..< last` of one or two rows of output pixels.
EK_INLINE void ek_dw_row(const int rows, const int taps, const int step, size_t first, size_t last,
                         const ek_dw_row_shape *row, const float *input, const float *packed, float *output) {
  const size_t input_step = row->shape->input_column_step, output_step = row->shape->output_column_step;
  size_t x = 0;
  const size_t columns = row->shape->columns;
  for (; x + ek_tile_pixels <= columns; x += ek_tile_pixels)
    ek_dw_pixels(rows, ek_tile_pixels, taps, step, x * input_step, first, last, row, input, packed,
                 output + x * output_step);
  switch (columns - x) {
    case 3:
      ek_dw_pixels(rows, 3, taps, step, x * input_step, first, last, row, input, packed, output + x * output_step);
      break;
    case 2:
      ek_dw_pixels(rows, 2, taps, step, x * input_step, first, last, row, input, packed, output + x * output_step);
      break;
    case 1:
      ek_dw_pixels(rows, 1, taps, step, x * input_step, first, last, row, input, packed, output + x * output_step);
      break;
  }
}

void EK_DWCONV_NAME(const ek_dwconv_shape *shape, const float *input, const float *packed, float *output, float lower,
                    float upper) {
  const ek_dw_row_shape row = {shape, v_splat(lower), v_splat(upper)};
  const size_t step = shape->input_column_step == shape->tap_column_step       ? 1
                      : shape->input_column_step == 2 * shape->tap_column_step ? 2
                                                                               : 0;
  const bool by_two = EK_DWCONV_ROWS == 2 && step == 1 && shape->kernel_width == 3 && shape->kernel_height == 3 &&
                      shape->tap_columns == 3 && shape->tap_rows == 3 && shape->input_row_step == shape->tap_row_step;
  for (size_t y = 0, rows; y < shape->rows; y += rows) {
    rows = by_two && y + 2 <= shape->rows ? 2 : 1;
    for (size_t first = 0; first < shape->channels; first += ek_channel_chunk) {
      const size_t last =
          shape->channels - first < ek_channel_chunk ? shape->channels : first + (size_t)ek_channel_chunk;
      if (rows == 2) {
        ek_dw_row(2, 3, 1, first, last, &row, input, packed, output);
        continue;
      }
      switch (step > 0 && shape->tap_columns <= 5 ? step * 8 + shape->tap_columns : 0) {
        case 8 + 3:
          ek_dw_row(1, 3, 1, first, last, &row, input, packed, output);
          break;
        case 16 + 3:
          ek_dw_row(1, 3, 2, first, last, &row, input, packed, output);
          break;
        case 8 + 5:
          ek_dw_row(1, 5, 1, first, last, &row, input, packed, output);
          break;
        case 16 + 5:
          ek_dw_row(1, 5, 2, first, last, &row, input, packed, output);
          break;
        default:
          for (size_t x = 0; x < shape->columns; x++)
            ek_dw_any_pixel(x * shape->input_column_step, first, last, &row, input, packed,
                            output + x * shape->output_column_step);
      }
    }
    input += rows * shape->input_row_step;
    output += rows * shape->output_row_step;
  }
}
