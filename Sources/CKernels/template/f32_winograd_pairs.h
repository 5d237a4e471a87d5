// Winograd convolution of two tiles side by side in each vector (simd_pairs.h): where channels fill half a vector, a tile
// a vector would leave the other half idle in transforms and products. The including file includes simd_pairs.h and
// f32_winograd.h before and defines EK_NAME(operation).

/// Channels of both tiles. `full` says that both lie inside the input. Vectors are transformed as two
/// halves, each of which is one load, and interleaved when stored.
EK_INLINE void ek_input_pair(const int tile, const bool full, const bool interleaved,
                             const ek_winograd_tile *const places[2], size_t channels, const float *const inputs[2],
                             float *output, size_t step) {
  enum { most = 6 };
  const int side = tile + 2;
  vf rows[most][most];
  const float *lines[2][most];
  ptrdiff_t steps[2][most];
  EK_UNROLL
  for (int t = 0; t < 2; t++)
    EK_UNROLL
    for (int y = 0; y < side; y++) {
      const bool inside = full || (y >= places[t]->first_row && y < places[t]->end_row);
      lines[t][y] = inside ? inputs[t] + (ptrdiff_t)y * places[t]->row_step : ek_winograd_zeros;
      steps[t][y] = inside ? places[t]->column_step : 0;
    }
  EK_UNROLL
  for (int x = 0; x < side; x++) {
    // A question a column, none a pixel: most pairs have a border in small images.
    vh parts[2][most];
    EK_UNROLL
    for (int t = 0; t < 2; t++) {
      if (full || (x >= places[t]->first_column && x < places[t]->end_column)) {
        EK_UNROLL
        for (int y = 0; y < side; y++) parts[t][y] = vh_load(lines[t][y] + (ptrdiff_t)x * steps[t][y], channels);
      } else {
        EK_UNROLL
        for (int y = 0; y < side; y++) parts[t][y] = (vh){};
      }
    }
    vf d[most], t[most];
    EK_UNROLL
    for (int y = 0; y < side; y++) d[y] = v_concat(parts[0][y], parts[1][y]);
    ek_winograd_data(tile, d, t);
    EK_UNROLL
    for (int y = 0; y < side; y++) rows[y][x] = t[y];
  }
  EK_UNROLL
  for (int y = 0; y < side; y++) {
    vf t[most];
    ek_winograd_data(tile, rows[y], t);
    EK_UNROLL
    for (int x = 0; x < side; x++)
      v_store(output + (size_t)(y * side + x) * step, interleaved ? v_interleave(t[x]) : t[x]);
  }
}

EK_INLINE void ek_input_pairs(const int tile, const bool interleaved, const ek_winograd_tile *const places[2],
                              size_t channels, const float *first, const float *second, float *output, size_t step) {
  const bool full = ek_is_full(tile, places[0]) && ek_is_full(tile, places[1]);
  for (size_t c = 0; c < channels; c += v_pair_channels) {
    const float *const inputs[2] = {first + c, second + c};
    const size_t left = channels - c;
    if (full && left >= v_pair_channels)
      ek_input_pair(tile, true, interleaved, places, v_pair_channels, inputs, output + 2 * c, step);
    else if (left >= v_pair_channels)
      ek_input_pair(tile, false, interleaved, places, v_pair_channels, inputs, output + 2 * c, step);
    else
      ek_input_pair(tile, false, interleaved, places, left, inputs, output + 2 * c, step);
  }
}

void EK_NAME(winograd_input_pair)(int32_t tile, const ek_winograd_tile *first_place,
                                  const ek_winograd_tile *second_place, bool interleaved, size_t channels,
                                  const float *first, const float *second, float *output, size_t step) {
  const ek_winograd_tile *const places[2] = {first_place, second_place};
  if (tile == 4 && interleaved) ek_input_pairs(4, true, places, channels, first, second, output, step);
  if (tile == 4 && !interleaved) ek_input_pairs(4, false, places, channels, first, second, output, step);
  if (tile == 2 && interleaved) ek_input_pairs(2, true, places, channels, first, second, output, step);
  if (tile == 2 && !interleaved) ek_input_pairs(2, false, places, channels, first, second, output, step);
}

/// What the two tiles of an output's transform read and write.
typedef struct {
  const ek_winograd_tile *place;
  float *output;
  const float *residual;
} ek_output_half;

/// `full` says that all of both tiles lies inside the output.
EK_INLINE void ek_output_pair(const int tile, const bool full, const bool adds, const ek_output_half halves[2],
                              size_t channels, const float *products, size_t step, vf bias,
                              const ek_winograd_tile *residual_place, vf lower, vf upper) {
  enum { most = 6 };
  vf rows[most][most];
  ek_winograd_output_columns(tile, V_LANES, products, step, rows);
  float *outputs[2] = {halves[0].output, halves[1].output};
  const float *residuals[2] = {halves[0].residual, halves[1].residual};
  EK_WINOGRAD_LOOP
  for (int i = 0; i < tile; i++) {
    vf y[most];
    ek_winograd_output(tile, rows[i], y);
    EK_UNROLL
    for (int x = 0; x < tile; x++) {
      bool inside[2];
      vh added[2];
      EK_UNROLL
      for (int t = 0; t < 2; t++) {
        inside[t] = full || (i < halves[t].place->end_row && x < halves[t].place->end_column);
        const ptrdiff_t offset = (ptrdiff_t)x * residual_place->column_step;
        added[t] = adds && inside[t] ? vh_load(residuals[t] + offset, channels) : (vh){};
      }
      vf value = v_deinterleave(y[x] + bias);
      if (adds) value += v_concat(added[0], added[1]);
      value = v_min(upper, v_max(lower, value));
      EK_UNROLL
      for (int t = 0; t < 2; t++)
        if (inside[t])
          vh_store(outputs[t] + (ptrdiff_t)x * halves[t].place->column_step, v_half(t, value), channels);
    }
    EK_UNROLL
    for (int t = 0; t < 2; t++) {
      outputs[t] += halves[t].place->row_step;
      if (adds) residuals[t] += residual_place->row_step;
    }
  }
}

void EK_NAME(winograd_output_pair)(int32_t tile, const ek_winograd_tile *first_place,
                                   const ek_winograd_tile *second_place, size_t channels, const float *products,
                                   size_t step, const float *bias, float *first, float *second,
                                   const float *first_residual, const float *second_residual,
                                   const ek_winograd_tile *residual_place, float lower, float upper) {
  const vf low = v_splat(lower), high = v_splat(upper);
  for (size_t c = 0; c < channels; c += v_pair_channels) {
    const size_t left = channels - c, count = left < v_pair_channels ? left : v_pair_channels;
    const vh b = bias ? vh_load(bias + c, count) : (vh){};
    const ek_output_half halves[2] = {{first_place, first + c, first_residual ? first_residual + c : NULL},
                                      {second_place, second + c, second_residual ? second_residual + c : NULL}};
    const vf pair = v_twice(b);
    const float *m = products + 2 * c;
    const bool full = count == v_pair_channels && ek_is_full_output(tile, first_place) &&
                      ek_is_full_output(tile, second_place);
    if (tile == 4 && full && !first_residual)
      ek_output_pair(4, true, false, halves, v_pair_channels, m, step, pair, residual_place, low, high);
    else if (tile == 4 && full)
      ek_output_pair(4, true, true, halves, v_pair_channels, m, step, pair, residual_place, low, high);
    else if (tile == 4)
      ek_output_pair(4, false, first_residual != NULL, halves, count, m, step, pair, residual_place, low, high);
    else
      ek_output_pair(2, false, first_residual != NULL, halves, count, m, step, pair, residual_place, low, high);
  }
}

enum { ek_most_pairs = 16 };

/// A tile of products: `rows` pairs by one panel of v_pair_channels columns. Rows lie `step` floats apart; three share an
/// address, as in `ek_accumulate_narrow`.
EK_INLINE void ek_pair_rows_of(const int rows, size_t depth, const float *a, ptrdiff_t step, const float *packed,
                                 float *c, ptrdiff_t c_step) {
  vf acc[ek_most_pairs];
  const vh bias = vh_load(packed, v_pair_channels);
  EK_UNROLL
  for (int i = 0; i < rows; i++) acc[i] = v_twice(bias);
  const float *b = packed + v_pair_channels;
  const float *third[(ek_most_pairs + 2) / 3];
  EK_UNROLL
  for (int j = 0; j < (rows + 2) / 3; j++) {
    third[j] = a + 3 * j * step;
    __asm__("" : "+r"(third[j]));
  }
  for (size_t k = 0; k < depth; k++) {
    __asm__("" : "+r"(step));
    const vf bv = v_twice(vh_load(b, v_pair_channels));
    EK_UNROLL
    for (int i = 0; i < rows; i++) acc[i] = v_fma(v_splat_pair(third[i / 3] + i % 3 * step), bv, acc[i]);
    b += v_pair_channels;
    EK_UNROLL
    for (int j = 0; j < (rows + 2) / 3; j++) third[j] += 2;
  }
  EK_UNROLL
  for (int i = 0; i < rows; i++) v_store(c + i * c_step, acc[i]);
}

#define EK_PAIRS_CASE(n)                                                                                             \
  case n: ek_pair_rows_of(n, batch->depth, a, (ptrdiff_t)batch->a_stride, packed, c, (ptrdiff_t)batch->c_stride); break;

static __attribute__((noinline)) void ek_pair_tile(size_t rows, const ek_gemm_batch *batch, const float *a,
                                                   const float *packed, float *c) {
  switch (rows) {
    EK_PAIRS_CASE(1) EK_PAIRS_CASE(2) EK_PAIRS_CASE(3) EK_PAIRS_CASE(4) EK_PAIRS_CASE(5) EK_PAIRS_CASE(6)
    EK_PAIRS_CASE(7) EK_PAIRS_CASE(8) EK_PAIRS_CASE(9) EK_PAIRS_CASE(10) EK_PAIRS_CASE(11) EK_PAIRS_CASE(12)
    EK_PAIRS_CASE(13) EK_PAIRS_CASE(14) EK_PAIRS_CASE(15) EK_PAIRS_CASE(16)
  }
}

void EK_NAME(gemm_batch_pair)(const ek_gemm_batch *batch, const float *a, const float *packed, float *c) {
  const size_t panel = (1 + batch->depth) * v_pair_channels;
  // Rows in tiles of equal height: few rows would wait for their additions.
  const size_t tiles = (batch->rows + ek_most_pairs - 1) / ek_most_pairs;
  for (size_t i = 0; i < batch->count; i++) {
    for (size_t column = 0; column < batch->columns; column += v_pair_channels) {
      for (size_t tile = 0, row = 0; tile < tiles; tile++) {
        const size_t end = (tile + 1) * batch->rows / tiles;
        ek_pair_tile(end - row, batch, a + row * batch->a_stride, packed + column / v_pair_channels * panel,
                     c + row * batch->c_stride + 2 * column);
        row = end;
      }
    }
    a += batch->a_step;
    packed += batch->packed_step;
    c += batch->c_step;
  }
}
