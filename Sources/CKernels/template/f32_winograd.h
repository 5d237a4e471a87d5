// Winograd convolution F(4x4, 3x3) and F(2x2, 3x3) of one instruction set (Lavin and Gray, 2016): transforms of tiles and
// weights, many channels at a time, and the transposes of those (adjoints), which the weights gradient needs. The
// products between them are ordinary matrix products. The including file includes winograd.h before and defines
// EK_NAME(operation).

/// Whether all of a tile lies inside the input.
EK_INLINE bool ek_is_full(const int tile, const ek_winograd_tile *place) {
  return place->first_row == 0 && place->first_column == 0 && place->end_row == tile + 2 &&
         place->end_column == tile + 2;
}

/// What is read outside the input.
static const float ek_winograd_zeros[V_LANES];

/// One tile of one vector of channels. `full` says that all of the tile lies inside the input.
EK_INLINE void ek_winograd_input_tile(const int tile, const bool full, const ek_winograd_tile *place, size_t lanes,
                                      const float *input, float *output, size_t step) {
  enum { most = 6 };
  const int side = tile + 2;
  vf rows[most][most];
  // A question a line and a column, none a pixel: in small images most tiles have a border.
  const float *lines[most];
  ptrdiff_t steps[most];
  EK_UNROLL
  for (int y = 0; y < side; y++) {
    const bool inside = full || (y >= place->first_row && y < place->end_row);
    lines[y] = inside ? input + (ptrdiff_t)y * place->row_step : ek_winograd_zeros;
    steps[y] = inside ? place->column_step : 0;
  }
  // The next tile's new pixels: lines of pixels are too short for the hardware to find them.
  EK_UNROLL
  for (int y = 0; y < side; y++)
    EK_UNROLL
    for (int x = 2; x < side; x++) __builtin_prefetch(lines[y] + (ptrdiff_t)(tile + x) * steps[y]);
  EK_UNROLL
  for (int x = 0; x < side; x++) {
    vf d[most], t[most];
    if (!full && (x < place->first_column || x >= place->end_column)) {
      EK_UNROLL
      for (int y = 0; y < side; y++) rows[y][x] = (vf){};
      continue;
    }
    EK_UNROLL
    for (int y = 0; y < side; y++) {
      const float *source = lines[y] + (ptrdiff_t)x * steps[y];
      d[y] = v_load_lanes(source, lanes);
    }
    ek_winograd_data(tile, d, t);
    EK_UNROLL
    for (int y = 0; y < side; y++) rows[y][x] = t[y];
  }
  EK_UNROLL
  for (int y = 0; y < side; y++) {
    vf t[most];
    ek_winograd_data(tile, rows[y], t);
    EK_UNROLL
    for (int x = 0; x < side; x++) {
      float *target = output + (size_t)(y * side + x) * step;
      v_store_lanes(target, t[x], lanes);
    }
  }
}

/// The channels behind whole vectors: where there are enough channels, together with some before them once more, as parts
/// of vectors cost more.
static __attribute__((noinline)) void ek_winograd_input_rest(int32_t tile, const ek_winograd_tile *place,
                                                             size_t channels, const float *input, float *output,
                                                             size_t step) {
  const bool whole = channels >= V_LANES;
  const size_t c = whole ? channels - V_LANES : 0;
  if (tile == 4 && whole) ek_winograd_input_tile(4, false, place, V_LANES, input + c, output + c, step);
  if (tile == 4 && !whole) ek_winograd_input_tile(4, false, place, channels, input, output, step);
  if (tile == 2 && whole) ek_winograd_input_tile(2, false, place, V_LANES, input + c, output + c, step);
  if (tile == 2 && !whole) ek_winograd_input_tile(2, false, place, channels, input, output, step);
}

EK_INLINE void ek_winograd_input(const int tile, const bool full, const ek_winograd_tile *place, size_t channels,
                                 const float *input, float *output, size_t step) {
  for (size_t c = 0; c + V_LANES <= channels; c += V_LANES)
    ek_winograd_input_tile(tile, full, place, V_LANES, input + c, output + c, step);
  if (channels % V_LANES != 0) ek_winograd_input_rest(tile, place, channels, input, output, step);
}

void EK_NAME(winograd_input)(int32_t tile, const ek_winograd_tile *place, size_t channels, const float *input,
                             float *output, size_t step) {
  const bool full = ek_is_full(tile, place);
  if (tile == 4 && full) ek_winograd_input(4, true, place, channels, input, output, step);
  if (tile == 4 && !full) ek_winograd_input(4, false, place, channels, input, output, step);
  if (tile == 2 && full) ek_winograd_input(2, true, place, channels, input, output, step);
  if (tile == 2 && !full) ek_winograd_input(2, false, place, channels, input, output, step);
}

/// Whether all of a tile lies inside the output.
EK_INLINE bool ek_is_full_output(const int tile, const ek_winograd_tile *place) {
  return place->end_row == tile && place->end_column == tile;
}

/// One tile of one vector of channels. `full` says that all of the tile lies inside the output, `adds` that there is a
/// residual: asked for every pixel, both cost as much as its arithmetic.
EK_INLINE void ek_winograd_output_tile(const int tile, const bool full, const bool adds, const ek_winograd_tile *place,
                                       size_t lanes, const float *products, size_t step, vf bias, float *output,
                                       const float *residual, const ek_winograd_tile *residual_place, vf lower,
                                       vf upper) {
  enum { most = 6 };
  vf rows[most][most];
  ek_winograd_output_columns(tile, lanes, products, step, rows);
  const ptrdiff_t column_step = place->column_step;
  const ptrdiff_t residual_step = adds ? residual_place->column_step : 0;
  EK_WINOGRAD_LOOP
  for (int i = 0; i < tile; i++) {
    if (!full && i >= place->end_row) return;
    vf y[most];
    ek_winograd_output(tile, rows[i], y);
    EK_UNROLL
    for (int x = 0; x < tile; x++) {
      if (!full && x >= place->end_column) break;
      vf value = y[x] + bias;
      if (adds) value += v_load_lanes(residual + x * residual_step, lanes);
      v_store_lanes(output + x * column_step, v_min(upper, v_max(lower, value)), lanes);
    }
    output += place->row_step;
    if (adds) residual += residual_place->row_step;
  }
}

/// The channels behind whole vectors, as of the input's transform. A residual that the output replaces cannot be added
/// twice.
static __attribute__((noinline)) void ek_winograd_output_rest(int32_t tile, const ek_winograd_tile *place,
                                                              size_t channels, const float *products, size_t step,
                                                              const float *bias, float *output, const float *residual,
                                                              const ek_winograd_tile *residual_place, vf lower,
                                                              vf upper) {
  const bool whole = channels >= V_LANES && residual != output;
  const size_t c = whole ? channels - V_LANES : channels / V_LANES * V_LANES, lanes = channels - c;
  const vf b = bias ? v_load_lanes(bias + c, lanes) : (vf){};
  const float *r = residual ? residual + c : NULL;
  products += c;
  output += c;
  if (tile == 4 && whole)
    ek_winograd_output_tile(4, false, r != NULL, place, V_LANES, products, step, b, output, r, residual_place, lower,
                            upper);
  if (tile == 4 && !whole)
    ek_winograd_output_tile(4, false, r != NULL, place, lanes, products, step, b, output, r, residual_place, lower,
                            upper);
  if (tile == 2 && whole)
    ek_winograd_output_tile(2, false, r != NULL, place, V_LANES, products, step, b, output, r, residual_place, lower,
                            upper);
  if (tile == 2 && !whole)
    ek_winograd_output_tile(2, false, r != NULL, place, lanes, products, step, b, output, r, residual_place, lower,
                            upper);
}

EK_INLINE void ek_winograd_output_channels(const int tile, const bool full, const bool adds,
                                           const ek_winograd_tile *place, size_t channels, const float *products,
                                           size_t step, const float *bias, float *output, const float *residual,
                                           const ek_winograd_tile *residual_place, vf lower, vf upper) {
  for (size_t c = 0; c + V_LANES <= channels; c += V_LANES) {
    const vf b = bias ? v_load(bias + c) : (vf){};
    const float *r = adds ? residual + c : NULL;
    ek_winograd_output_tile(tile, full, adds, place, V_LANES, products + c, step, b, output + c, r, residual_place,
                            lower, upper);
  }
  if (channels % V_LANES != 0)
    ek_winograd_output_rest(tile, place, channels, products, step, bias, output, residual, residual_place, lower,
                            upper);
}

void EK_NAME(winograd_output)(int32_t tile, const ek_winograd_tile *place, size_t channels, const float *products,
                              size_t step, const float *bias, float *output, const float *residual,
                              const ek_winograd_tile *residual_place, float lower, float upper) {
  const vf low = v_splat(lower), high = v_splat(upper);
  const bool full = ek_is_full_output(tile, place);
  if (tile == 4 && full && residual)
    ek_winograd_output_channels(4, true, true, place, channels, products, step, bias, output, residual, residual_place,
                                low, high);
  else if (tile == 4 && full)
    ek_winograd_output_channels(4, true, false, place, channels, products, step, bias, output, NULL, residual_place, low,
                                high);
  else if (tile == 4)
    ek_winograd_output_channels(4, false, residual != NULL, place, channels, products, step, bias, output, residual,
                                residual_place, low, high);
  else
    ek_winograd_output_channels(2, false, residual != NULL, place, channels, products, step, bias, output, residual,
                                residual_place, low, high);
}

EK_INLINE void ek_winograd_weights(const int tile, size_t count, const float *taps, size_t tap_step, float *output,
                                   size_t step) {
  enum { most = 6 };
  const int side = tile + 2;
  for (size_t i = 0; i < count; i += V_LANES) {
    const size_t lanes = count - i < V_LANES ? count - i : V_LANES;
    vf rows[most][3];
    EK_UNROLL
    for (int x = 0; x < 3; x++) {
      vf g[3], u[most];
      EK_UNROLL
      for (int y = 0; y < 3; y++) {
        const float *source = taps + (size_t)(y * 3 + x) * tap_step + i;
        g[y] = v_load_lanes(source, lanes);
      }
      ek_winograd_filter(tile, g, u);
      EK_UNROLL
      for (int y = 0; y < side; y++) rows[y][x] = u[y];
    }
    EK_UNROLL
    for (int y = 0; y < side; y++) {
      vf u[most];
      ek_winograd_filter(tile, rows[y], u);
      EK_UNROLL
      for (int x = 0; x < side; x++) {
        float *target = output + (size_t)(y * side + x) * step + i;
        v_store_lanes(target, u[x], lanes);
      }
    }
  }
}

void EK_NAME(winograd_weights)(int32_t tile, size_t count, const float *taps, size_t tap_step, float *output,
                               size_t step) {
  if (tile == 4) ek_winograd_weights(4, count, taps, tap_step, output, step);
  if (tile == 2) ek_winograd_weights(2, count, taps, tap_step, output, step);
}

EK_INLINE void ek_winograd_output_adjoint_tile(const int tile, const bool full, const ek_winograd_tile *place,
                                               size_t lanes, const float *gradient, float *output, size_t step) {
  enum { most = 6 };
  const int side = tile + 2;
  vf rows[most][most];
  EK_UNROLL
  for (int i = 0; i < tile; i++)
    EK_UNROLL
    for (int x = 0; x < tile; x++)
      __builtin_prefetch(gradient + (ptrdiff_t)i * place->row_step + (ptrdiff_t)(tile + x) * place->column_step);
  EK_UNROLL
  for (int x = 0; x < tile; x++) {
    vf y[most], m[most];
    EK_UNROLL
    for (int i = 0; i < tile; i++) {
      const float *source = gradient + (ptrdiff_t)i * place->row_step + (ptrdiff_t)x * place->column_step;
      if (!full && (i >= place->end_row || x >= place->end_column))
        y[i] = (vf){};
      else
        y[i] = v_load_lanes(source, lanes);
    }
    ek_winograd_output_adjoint(tile, y, m);
    EK_UNROLL
    for (int i = 0; i < side; i++) rows[i][x] = m[i];
  }
  EK_UNROLL
  for (int i = 0; i < side; i++) {
    vf m[most];
    ek_winograd_output_adjoint(tile, rows[i], m);
    EK_UNROLL
    for (int x = 0; x < side; x++) {
      float *target = output + (size_t)(i * side + x) * step;
      v_store_lanes(target, m[x], lanes);
    }
  }
}

/// The channels behind whole vectors, as of the input's transform.
static __attribute__((noinline)) void ek_winograd_output_adjoint_rest(int32_t tile, const ek_winograd_tile *place,
                                                                      size_t channels, const float *gradient,
                                                                      float *output, size_t step) {
  const bool whole = channels >= V_LANES;
  const size_t c = whole ? channels - V_LANES : 0;
  if (tile == 4 && whole) ek_winograd_output_adjoint_tile(4, false, place, V_LANES, gradient + c, output + c, step);
  if (tile == 4 && !whole) ek_winograd_output_adjoint_tile(4, false, place, channels, gradient, output, step);
  if (tile == 2 && whole) ek_winograd_output_adjoint_tile(2, false, place, V_LANES, gradient + c, output + c, step);
  if (tile == 2 && !whole) ek_winograd_output_adjoint_tile(2, false, place, channels, gradient, output, step);
}

EK_INLINE void ek_winograd_output_adjoint_channels(const int tile, const bool full, const ek_winograd_tile *place,
                                                   size_t channels, const float *gradient, float *output,
                                                   size_t step) {
  for (size_t c = 0; c + V_LANES <= channels; c += V_LANES)
    ek_winograd_output_adjoint_tile(tile, full, place, V_LANES, gradient + c, output + c, step);
  if (channels % V_LANES != 0) ek_winograd_output_adjoint_rest(tile, place, channels, gradient, output, step);
}

void EK_NAME(winograd_output_adjoint)(int32_t tile, const ek_winograd_tile *place, size_t channels,
                                      const float *gradient, float *output, size_t step) {
  const bool full = place->end_row == tile && place->end_column == tile;
  if (tile == 4 && full) ek_winograd_output_adjoint_channels(4, true, place, channels, gradient, output, step);
  if (tile == 4 && !full) ek_winograd_output_adjoint_channels(4, false, place, channels, gradient, output, step);
  if (tile == 2) ek_winograd_output_adjoint_channels(2, false, place, channels, gradient, output, step);
}

EK_INLINE void ek_winograd_weights_adjoint(const int tile, size_t count, const float *sums, size_t step, float *taps,
                                           size_t tap_step) {
  enum { most = 6 };
  const int side = tile + 2;
  for (size_t i = 0; i < count; i += V_LANES) {
    const size_t lanes = count - i < V_LANES ? count - i : V_LANES;
    vf rows[3][most];
    EK_UNROLL
    for (int x = 0; x < side; x++) {
      vf u[most], g[3];
      EK_UNROLL
      for (int y = 0; y < side; y++) {
        const float *source = sums + (size_t)(y * side + x) * step + i;
        u[y] = v_load_lanes(source, lanes);
      }
      ek_winograd_filter_adjoint(tile, u, g);
      EK_UNROLL
      for (int y = 0; y < 3; y++) rows[y][x] = g[y];
    }
    EK_UNROLL
    for (int y = 0; y < 3; y++) {
      vf g[3];
      ek_winograd_filter_adjoint(tile, rows[y], g);
      EK_UNROLL
      for (int x = 0; x < 3; x++) {
        float *target = taps + (size_t)(y * 3 + x) * tap_step + i;
        v_store_lanes(target, g[x], lanes);
      }
    }
  }
}

void EK_NAME(winograd_weights_adjoint)(int32_t tile, size_t count, const float *sums, size_t step, float *taps,
                                       size_t tap_step) {
  if (tile == 4) ek_winograd_weights_adjoint(4, count, sums, step, taps, tap_step);
  if (tile == 2) ek_winograd_weights_adjoint(2, count, sums, step, taps, tap_step);
}
