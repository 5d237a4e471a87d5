// Winograd convolution F(4x4, 3x3) of an image in tiles (ek_tile_grid), with a tile in each lane: every channel costs the
// same, whatever their number, and weights lie without gaps. Vectors of channels are better where tiles are few. The
// including file includes winograd.h and f32_tiles.h before and defines
//   EK_NAME(operation)   a function's full name
//   EK_TILE_SUMS         vectors of sums that leave registers for factors
//   EK_TILE_OUTPUTS      of these, the most for a single group of tiles

enum { ek_tile_reach = ek_tile_side + 2, ek_tile_elements = ek_tile_reach * ek_tile_reach };

/// Lanes of a group of tiles that have a neighbour: above (0), beside (1) or below (2), and there to the left (0), at the
/// same place (1) or to the right (2).
typedef struct {
  v_mask lanes[3][3];
} ek_tile_neighbours;

EK_INLINE ek_tile_neighbours ek_neighbours_of(const ek_tile_grid *grid, size_t group) {
  uint32_t rows[3] = {0}, columns[3] = {0};
  const size_t tiles = ek_tiles_in(grid, group);
  size_t y = group * V_LANES / grid->columns, x = group * V_LANES % grid->columns;
  for (size_t lane = 0; lane < tiles; lane++) {
    const uint32_t bit = 1u << lane;
    rows[1] |= bit, columns[1] |= bit;
    if (y > 0) rows[0] |= bit;
    if (y + 1 < grid->rows) rows[2] |= bit;
    if (x > 0) columns[0] |= bit;
    if (x + 1 < grid->columns) columns[2] |= bit;
    if (++x == grid->columns) x = 0, y++;
  }
  ek_tile_neighbours result;
  for (int v = 0; v < 3; v++)
    for (int u = 0; u < 3; u++) result.lanes[v][u] = v_mask_of(rows[v] & columns[u]);
  return result;
}

/// Where a line or column of pixels that a tile's outputs reach is, the first of which is its neighbour's last: in which
/// tile (0, 1, 2 as above), and which one of it.
EK_INLINE int ek_reached_tile(int pixel) { return pixel == 0 ? 0 : pixel <= ek_tile_side ? 1 : 2; }
EK_INLINE int ek_reached_pixel(int pixel) { return (pixel + ek_tile_side - 1) % ek_tile_side; }

/// One channel of a group of tiles.
EK_INLINE void ek_tiles_input(const ek_tile_grid *grid, const ek_tile_neighbours *near, const float *input,
                              float *output, size_t step) {
  vf rows[ek_tile_reach][ek_tile_reach];
  EK_UNROLL
  for (int x = 0; x < ek_tile_reach; x++) {
    vf d[ek_tile_reach], t[ek_tile_reach];
    EK_UNROLL
    for (int y = 0; y < ek_tile_reach; y++) {
      const int v = ek_reached_tile(y), u = ek_reached_tile(x);
      const ptrdiff_t tile = (v - 1) * (ptrdiff_t)grid->columns + (u - 1);
      const int pixel = ek_reached_pixel(y) * ek_tile_side + ek_reached_pixel(x);
      d[y] = v_load_mask(input + (ptrdiff_t)pixel * (ptrdiff_t)grid->plane + tile, near->lanes[v][u]);
    }
    ek_winograd_data(ek_tile_side, d, t);
    EK_UNROLL
    for (int y = 0; y < ek_tile_reach; y++) rows[y][x] = t[y];
  }
  EK_UNROLL
  for (int y = 0; y < ek_tile_reach; y++) {
    vf t[ek_tile_reach];
    ek_winograd_data(ek_tile_side, rows[y], t);
    EK_UNROLL
    for (int x = 0; x < ek_tile_reach; x++) v_store(output + (size_t)(y * ek_tile_reach + x) * step, t[x]);
  }
}

void EK_NAME(winograd_tiles_input)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                   const float *input, float *output, size_t step) {
  for (size_t g = 0; g < count; g++) {
    const ek_tile_neighbours near = ek_neighbours_of(grid, first + g);
    const float *source = input + (first + g) * V_LANES;
    float *target = output + g * V_LANES;
    for (size_t c = 0; c < channels; c++) {
      ek_tiles_input(grid, &near, source, target, step);
      source += ek_tile_area * grid->plane;
      target += count * V_LANES;
    }
  }
}

/// Products of `outputs` channels for one or two groups of tiles.
EK_INLINE void ek_tiles_products(const int outputs, const int groups, size_t depth, const float *a, const float *b,
                                 size_t b_step, float *c) {
  vf acc[EK_TILE_OUTPUTS][2];
  EK_UNROLL
  for (int i = 0; i < outputs; i++)
    EK_UNROLL
    for (int g = 0; g < groups; g++) acc[i][g] = (vf){};
  for (size_t k = 0; k < depth; k++) {
    vf av[2];
    EK_UNROLL
    for (int g = 0; g < groups; g++) av[g] = v_load(a + g * V_LANES);
    EK_UNROLL
    for (int i = 0; i < outputs; i++) {
      const vf bv = v_splat(b[i]);
      EK_UNROLL
      for (int g = 0; g < groups; g++) acc[i][g] = v_fma(bv, av[g], acc[i][g]);
    }
    a += groups * V_LANES;
    b += b_step;
  }
  EK_UNROLL
  for (int i = 0; i < outputs; i++)
    EK_UNROLL
    for (int g = 0; g < groups; g++) v_store(c + (i * groups + g) * V_LANES, acc[i][g]);
}

#define EK_OUTPUTS_CASE(n)                                                                                           \
  case n:                                                                                                            \
    if (n <= EK_TILE_OUTPUTS && n * groups <= EK_TILE_SUMS) ek_tiles_products(n, groups, depth, a, b, b_step, c);                                      \
    break;

#define EK_OUTPUTS_CASES                                                                                             \
  EK_OUTPUTS_CASE(1) EK_OUTPUTS_CASE(2) EK_OUTPUTS_CASE(3) EK_OUTPUTS_CASE(4) EK_OUTPUTS_CASE(5) EK_OUTPUTS_CASE(6)  \
  EK_OUTPUTS_CASE(7) EK_OUTPUTS_CASE(8) EK_OUTPUTS_CASE(9) EK_OUTPUTS_CASE(10) EK_OUTPUTS_CASE(11)                   \
  EK_OUTPUTS_CASE(12) EK_OUTPUTS_CASE(13) EK_OUTPUTS_CASE(14) EK_OUTPUTS_CASE(15) EK_OUTPUTS_CASE(16)                \
  EK_OUTPUTS_CASE(17) EK_OUTPUTS_CASE(18) EK_OUTPUTS_CASE(19) EK_OUTPUTS_CASE(20)

static __attribute__((noinline)) void ek_single_products(size_t outputs, size_t depth, const float *a, const float *b,
                                                         size_t b_step, float *c) {
  enum { groups = 1 };
  switch (outputs) { EK_OUTPUTS_CASES }
}

static __attribute__((noinline)) void ek_double_products(size_t outputs, size_t depth, const float *a, const float *b,
                                                         size_t b_step, float *c) {
  enum { groups = 2 };
  switch (outputs) { EK_OUTPUTS_CASES }
}

void EK_NAME(winograd_tiles_products)(size_t count, size_t depth, size_t columns, const float *a, size_t a_step,
                                      const float *weights, size_t weights_columns, float *c, size_t c_step) {
  // Blocks of equal size: sums of few channels would wait for each other.
  const size_t most = count == 1 ? EK_TILE_OUTPUTS : EK_TILE_SUMS / 2, blocks = (columns + most - 1) / most;
  for (int element = 0; element < ek_tile_elements; element++) {
    for (size_t block = 0, first = 0; block < blocks; block++) {
      const size_t end = (block + 1) * columns / blocks;
      (count == 1 ? ek_single_products : ek_double_products)(end - first, depth, a, weights + first, weights_columns,
                                                             c + first * count * V_LANES);
      first = end;
    }
    a += a_step;
    weights += depth * weights_columns;
    c += c_step;
  }
}

/// One channel of a group of tiles.
EK_INLINE void ek_tiles_output(const ek_tile_grid *grid, const bool adds, const float *products, size_t step, vf bias,
                               float *output, const float *residual, vf lower, vf upper) {
  vf rows[ek_tile_reach][ek_tile_reach];
  ek_winograd_output_columns(ek_tile_side, V_LANES, products, step, rows);
  EK_WINOGRAD_LOOP
  for (int y = 0; y < ek_tile_side; y++) {
    vf t[ek_tile_reach];
    ek_winograd_output(ek_tile_side, rows[y], t);
    EK_UNROLL
    for (int x = 0; x < ek_tile_side; x++) {
      const size_t place = (size_t)(y * ek_tile_side + x) * grid->plane;
      vf value = t[x] + bias;
      if (adds) value += v_load(residual + place);
      v_store(output + place, v_min(upper, v_max(lower, value)));
    }
  }
}

void EK_NAME(winograd_tiles_output)(const ek_tile_grid *grid, size_t first, size_t count, size_t columns,
                                    const float *products, size_t step, const float *bias, float *output,
                                    const float *residual, float lower, float upper) {
  const vf low = v_splat(lower), high = v_splat(upper);
  const size_t channel = ek_tile_area * grid->plane;
  for (size_t g = 0; g < count; g++) {
    const size_t lane = (first + g) * V_LANES;
    for (size_t c = 0; c < columns; c++) {
      const vf b = v_splat(bias ? bias[c] : 0);
      const float *source = products + (c * count + g) * V_LANES;
      float *target = output + c * channel + lane;
      if (residual)
        ek_tiles_output(grid, true, source, step, b, target, residual + c * channel + lane, low, high);
      else
        ek_tiles_output(grid, false, source, step, b, target, NULL, low, high);
    }
  }
}
