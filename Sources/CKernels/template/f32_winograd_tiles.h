// Winograd convolution F(4x4, 3x3) of an image in tiles (ek_tile_grid), with a tile in each lane: every channel costs the
// same, whatever their number, and weights lie without gaps. Where tiles are few, a vector has four channels of every tile
// in transforms, and four elements of a transformed tile in products: products still cost the same for every channel.
//
// The including file includes winograd.h and f32_tiles.h before and defines
//   EK_NAME(operation)   a function's full name
//   EK_TILE_SUMS         vectors of sums that leave registers for factors
//   EK_TILE_OUTPUTS      of these, the most for a single group of tiles

enum { ek_tile_reach = ek_tile_side + 2, ek_tile_elements = ek_tile_reach * ek_tile_reach };

/// Floats of a cache line; how many channels ahead of products weights are fetched.
enum { ek_cache_line = 16, ek_prefetched_rows = 8 };

/// Whether groups are full and a tile's neighbours beside it are in its group, lines of tiles ending where groups do.
EK_INLINE bool ek_has_whole_lines(const ek_tile_grid *grid) {
  const size_t tiles = ek_group_tiles(grid);
  return tiles % grid->columns == 0 && grid->rows * grid->columns % tiles == 0;
}

/// Where whole lines of tiles above and below those of a group are: `before` and `behind` it, in lanes of that group followed
/// by this one, and of this one followed by that.
typedef struct {
  ptrdiff_t before, behind;
  vi above, below;
} ek_tile_lines;

EK_INLINE ek_tile_lines ek_lines_of(const ek_tile_grid *grid, size_t group) {
  const int32_t shift = (int32_t)(grid->columns * grid->block);
  ek_tile_lines lines;
  // Where there is no such group, no lane is wanted of it.
  lines.before = group > 0 ? -V_LANES : 0;
  lines.behind = (group + 1) * V_LANES < grid->plane ? V_LANES : 0;
  for (int32_t lane = 0; lane < V_LANES; lane++) {
    lines.above[lane] = V_LANES + lane - shift;
    lines.below[lane] = lane + shift;
  }
  return lines;
}

/// A column of a tile's pixels with the neighbours' above and below it, of whole lines of tiles.
EK_INLINE void ek_tiles_column(const ek_tile_grid *grid, const ek_tile_neighbours *near, const ek_tile_lines *lines,
                               const float *input, const int column, vf d[ek_tile_reach]) {
  const float *pixels[ek_tile_side];
  EK_UNROLL
  for (int y = 0; y < ek_tile_side; y++) {
    pixels[y] = input + (ptrdiff_t)(y * ek_tile_side + column) * (ptrdiff_t)grid->plane;
    d[y + 1] = v_load(pixels[y]);
  }
#if V_LANES == 16
  // Two aligned loads and a shuffle take half the time of one that touches two cache lines.
  d[0] = v_pick(near->lanes[0][1], v_load(pixels[ek_tile_side - 1] + lines->before), d[ek_tile_side], lines->above);
  d[ek_tile_reach - 1] = v_pick(near->lanes[2][1], d[1], v_load(pixels[0] + lines->behind), lines->below);
#else
  (void)lines;
  const ptrdiff_t line = (ptrdiff_t)(grid->columns * grid->block);
  d[0] = v_load_mask(pixels[ek_tile_side - 1] - line, near->lanes[0][1]);
  d[ek_tile_reach - 1] = v_load_mask(pixels[0] + line, near->lanes[2][1]);
#endif
}

/// The first half of an input's transform, along columns. With `whole` lines the first and last column are left to
/// `ek_tiles_input_line`: they are the neighbours' transforms.
EK_INLINE void ek_tiles_input_columns(const ek_tile_grid *grid, const int block, const bool whole,
                                      const ek_tile_neighbours *near, const ek_tile_lines *lines, const float *input,
                                      vf rows[ek_tile_reach][ek_tile_reach]) {
  EK_UNROLL
  for (int x = 0; x < ek_tile_reach; x++) {
    const int u = ek_reached_tile(x);
    if (whole && u != 1) continue;
    vf d[ek_tile_reach], t[ek_tile_reach];
    if (whole) {
      ek_tiles_column(grid, near, lines, input, x - 1, d);
    } else {
      EK_UNROLL
      for (int y = 0; y < ek_tile_reach; y++) {
        const int v = ek_reached_tile(y);
        const ptrdiff_t tile = ((v - 1) * (ptrdiff_t)grid->columns + (u - 1)) * block;
        const int pixel = ek_reached_pixel(y) * ek_tile_side + ek_reached_pixel(x);
        d[y] = v_load_mask(input + (ptrdiff_t)pixel * (ptrdiff_t)grid->plane + tile, near->lanes[v][u]);
      }
    }
    ek_winograd_data(ek_tile_side, d, t);
    EK_UNROLL
    for (int y = 0; y < ek_tile_reach; y++) rows[y][x] = t[y];
  }
}

/// The second half, of one line.
EK_INLINE void ek_tiles_input_line(const int block, const bool whole, const ek_tile_neighbours *near,
                                   vf line[ek_tile_reach], vf t[ek_tile_reach]) {
  if (whole) {
    line[0] = v_keep(ek_lanes_before(block, line[ek_tile_side]), near->lanes[1][0]);
    line[ek_tile_side + 1] = v_keep(ek_lanes_behind(block, line[1]), near->lanes[1][2]);
  }
  ek_winograd_data(ek_tile_side, line, t);
}

/// One channel of a group of tiles.
EK_INLINE void ek_tiles_input(const ek_tile_grid *grid, const bool whole, const ek_tile_neighbours *near,
                              const ek_tile_lines *lines, const float *input, float *output, size_t step) {
  vf rows[ek_tile_reach][ek_tile_reach];
  ek_tiles_input_columns(grid, 1, whole, near, lines, input, rows);
  EK_UNROLL
  for (int y = 0; y < ek_tile_reach; y++) {
    vf t[ek_tile_reach];
    ek_tiles_input_line(1, whole, near, rows[y], t);
    EK_UNROLL
    for (int x = 0; x < ek_tile_reach; x++) v_store(output + (size_t)(y * ek_tile_reach + x) * step, t[x]);
  }
}

/// A block of channels, of which `channels` are wanted, of a group of tiles.
EK_INLINE void ek_blocks_input(const ek_tile_grid *grid, const bool whole, const ek_tile_neighbours *near,
                               const ek_tile_lines *lines, size_t channels, const float *input, float *output,
                               size_t step, size_t channel_step) {
  vf rows[ek_tile_reach][ek_tile_reach];
  ek_tiles_input_columns(grid, ek_tile_block, whole, near, lines, input, rows);
  EK_UNROLL
  for (int y = 0; y < ek_tile_reach; y += 2) {
    vf t[2 * ek_tile_reach];
    ek_tiles_input_line(ek_tile_block, whole, near, rows[y], t);
    ek_tiles_input_line(ek_tile_block, whole, near, rows[y + 1], t + ek_tile_reach);
    EK_UNROLL
    for (int e = 0; e < 2 * ek_tile_reach; e += ek_tile_block) {
      float *target = output + (size_t)((y * ek_tile_reach + e) / ek_tile_block) * step;
      ek_transpose_blocks(t + e);
      EK_UNROLL
      for (size_t c = 0; c < ek_tile_block; c++)
        if (c < channels) v_store(target + c * channel_step, t[(size_t)e + c]);
    }
  }
}

void EK_NAME(winograd_tiles_input)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                   const float *input, float *output, size_t step) {
  const size_t channel_step = count * V_LANES;
  const bool whole = ek_has_whole_lines(grid);
  for (size_t g = 0; g < count; g++) {
    const ek_tile_neighbours near = ek_neighbours_of(grid, first + g);
    const ek_tile_lines lines = ek_lines_of(grid, first + g);
    const float *source = input + (first + g) * V_LANES;
    float *target = output + g * V_LANES;
    for (size_t c = 0; c < channels; c += grid->block) {
      if (grid->block == 1 && whole)
        ek_tiles_input(grid, true, &near, &lines, source, target, step);
      else if (grid->block == 1)
        ek_tiles_input(grid, false, &near, &lines, source, target, step);
      else if (whole)
        ek_blocks_input(grid, true, &near, &lines, channels - c, source, target, step, channel_step);
      else
        ek_blocks_input(grid, false, &near, &lines, channels - c, source, target, step, channel_step);
      source += ek_tile_area * grid->plane;
      target += grid->block * channel_step;
    }
  }
}

/// Products of `outputs` channels for one or two groups of tiles.
EK_INLINE void ek_tiles_products(const int block, const int outputs, const int groups, size_t depth, const float *a,
                                 const float *b, size_t b_step, float *c) {
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
      const vf bv = block == 1 ? v_splat(b[i]) : v_splat_four(b + i * ek_tile_block);
      EK_UNROLL
      for (int g = 0; g < groups; g++) acc[i][g] = v_fma(bv, av[g], acc[i][g]);
    }
// Few tiles use a weight once: it comes from a larger cache, in pieces too far apart for the machine to foresee.
    if (block != 1) {
      EK_UNROLL
      for (int i = 0; i < outputs * ek_tile_block; i += ek_cache_line)
        __builtin_prefetch(b + ek_prefetched_rows * b_step + i);
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
    if (n <= EK_TILE_OUTPUTS && n * groups <= EK_TILE_SUMS)                                                          \
      ek_tiles_products(block, n, groups, depth, a, b, b_step, c);                                                   \
    break;

/// Products of some output channels, as many sums as there are registers.
#define EK_OUTPUTS_FUNCTION(name, block_value, groups_value)                                                         \
  static __attribute__((noinline)) void name(size_t outputs, size_t depth, const float *a, const float *b,           \
                                             size_t b_step, float *c) {                                              \
    enum { block = block_value, groups = groups_value };                                                             \
    switch (outputs) {                                                                                               \
      EK_OUTPUTS_CASE(1) EK_OUTPUTS_CASE(2) EK_OUTPUTS_CASE(3) EK_OUTPUTS_CASE(4) EK_OUTPUTS_CASE(5)                 \
      EK_OUTPUTS_CASE(6) EK_OUTPUTS_CASE(7) EK_OUTPUTS_CASE(8) EK_OUTPUTS_CASE(9) EK_OUTPUTS_CASE(10)                \
      EK_OUTPUTS_CASE(11) EK_OUTPUTS_CASE(12) EK_OUTPUTS_CASE(13) EK_OUTPUTS_CASE(14) EK_OUTPUTS_CASE(15)            \
      EK_OUTPUTS_CASE(16) EK_OUTPUTS_CASE(17) EK_OUTPUTS_CASE(18) EK_OUTPUTS_CASE(19) EK_OUTPUTS_CASE(20)            \
    }                                                                                                                \
  }

EK_OUTPUTS_FUNCTION(ek_products_1x1, 1, 1)
EK_OUTPUTS_FUNCTION(ek_products_1x2, 1, 2)
EK_OUTPUTS_FUNCTION(ek_products_4x1, ek_tile_block, 1)
EK_OUTPUTS_FUNCTION(ek_products_4x2, ek_tile_block, 2)

void EK_NAME(winograd_tiles_products)(size_t block, size_t count, size_t depth, size_t columns, const float *a,
                                      size_t a_step, const float *weights, size_t weights_columns, float *c,
                                      size_t c_step) {
  // Parts of equal size: sums of few channels would wait for each other.
  const size_t most = count == 1 ? EK_TILE_OUTPUTS : EK_TILE_SUMS / 2, parts = (columns + most - 1) / most;
  const size_t b_step = weights_columns * block;
  for (size_t element = 0; element < ek_tile_elements; element += block) {
    for (size_t part = 0, first = 0; part < parts; part++) {
      const size_t end = (part + 1) * columns / parts;
      (block == 1 ? (count == 1 ? ek_products_1x1 : ek_products_1x2) : (count == 1 ? ek_products_4x1 : ek_products_4x2))(
          end - first, depth, a, weights + first * block, b_step, c + first * count * V_LANES);
      first = end;
    }
    a += a_step;
    weights += depth * b_step;
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

/// A block of channels, of which there are `channels`, of a group of tiles.
EK_INLINE void ek_blocks_output(const ek_tile_grid *grid, const bool adds, size_t channels, const float *products,
                                size_t step, size_t channel_step, vf bias, float *output, const float *residual,
                                vf lower, vf upper) {
  vf lines[ek_tile_reach][ek_tile_reach];
  EK_UNROLL
  for (int y = 0; y < ek_tile_reach; y += 2) {
    vf t[2 * ek_tile_reach];
    EK_UNROLL
    for (int e = 0; e < 2 * ek_tile_reach; e += ek_tile_block) {
      const float *source = products + (size_t)((y * ek_tile_reach + e) / ek_tile_block) * step;
      EK_UNROLL
      for (size_t c = 0; c < ek_tile_block; c++)
        t[(size_t)e + c] = c < channels ? v_load(source + c * channel_step) : (vf){};
      ek_transpose_blocks(t + e);
    }
    ek_winograd_output(ek_tile_side, t, lines[y]);
    ek_winograd_output(ek_tile_side, t + ek_tile_reach, lines[y + 1]);
  }
  EK_UNROLL
  for (int x = 0; x < ek_tile_side; x++) {
    vf m[ek_tile_reach], t[ek_tile_reach];
    EK_UNROLL
    for (int y = 0; y < ek_tile_reach; y++) m[y] = lines[y][x];
    ek_winograd_output(ek_tile_side, m, t);
    EK_UNROLL
    for (int y = 0; y < ek_tile_side; y++) {
      const size_t place = (size_t)(y * ek_tile_side + x) * grid->plane;
      vf value = t[y] + bias;
      if (adds) value += v_load(residual + place);
      v_store(output + place, v_min(upper, v_max(lower, value)));
    }
  }
}

void EK_NAME(winograd_tiles_output)(const ek_tile_grid *grid, size_t first, size_t count, size_t columns,
                                    const float *products, size_t step, const float *bias, float *output,
                                    const float *residual, float lower, float upper) {
  const vf low = v_splat(lower), high = v_splat(upper);
  const size_t block = grid->block, channel_step = count * V_LANES;
  for (size_t g = 0; g < count; g++) {
    size_t place = (first + g) * V_LANES;
    for (size_t c = 0; c < columns; c += block) {
      const float *source = products + c * channel_step + g * V_LANES;
      float *target = output + place;
      const float *addend = residual ? residual + place : NULL;
      float biases[ek_tile_block] = {0};
      for (size_t i = 0; bias && i < block && c + i < columns; i++) biases[i] = bias[c + i];
      if (block == 1) {
        const vf b = v_splat(biases[0]);
        if (residual)
          ek_tiles_output(grid, true, source, step, b, target, addend, low, high);
        else
          ek_tiles_output(grid, false, source, step, b, target, NULL, low, high);
      } else {
        const vf b = v_splat_four(biases);
        if (residual)
          ek_blocks_output(grid, true, columns - c, source, step, channel_step, b, target, addend, low, high);
        else
          ek_blocks_output(grid, false, columns - c, source, step, channel_step, b, target, NULL, low, high);
      }
      place += ek_tile_area * grid->plane;
    }
  }
}
