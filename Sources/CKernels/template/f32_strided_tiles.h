// 3 x 3 convolution of stride 2 of an image in tiles (ek_tile_grid), tap by tap, with a tile in each lane; where tiles are
// few, with four channels of each, whose sums come together in the end. Its four phases (every other line and pixel, from
// the first or the second on) are images in the tiles of the result, of which a tap reads a whole pixel's vector.
//
// The including file includes f32_tiles.h before and defines
//   EK_NAME(operation)   a function's full name
//   EK_STRIDED_PIXELS    pixels of a tile's line whose sums are taken together: 2 or 4
//   EK_STRIDED_OUTPUTS   output channels of these, 6 at most; a block of channels has its own four

enum { ek_strided_taps = 9 };

/// What a tap reads for a line of tiles' pixels: for the first pixel `first` floats behind the input's, in the lanes of tiles
/// that have it; for the second one `second` floats behind, for others a plane further each.
typedef struct {
  ptrdiff_t first, second;
  v_mask first_lanes, other_lanes;
} ek_strided_tap;

/// For line `y` of a tile. Taps above, at and below it read the odd lines' phase, the even lines', the odd lines'; those to
/// the left, at and to the right of a pixel the odd pixels' phase, the even ones', the odd ones'.
EK_INLINE void ek_strided_line(const ek_tile_grid *grid, const ek_tile_neighbours *near, size_t phase, int y,
                               ek_strided_tap taps[ek_strided_taps]) {
  const ptrdiff_t plane = (ptrdiff_t)grid->plane, block = (ptrdiff_t)grid->block;
  for (int tap = 0; tap < ek_strided_taps; tap++) {
    const int row = tap / 3, column = tap % 3, line = row == 0 ? y : y + 1, tile = ek_reached_tile(line);
    const ptrdiff_t source = (tile - 1) * (ptrdiff_t)grid->columns * block +
                             ek_reached_pixel(line) * ek_tile_side * plane +
                             ((row != 1) * 2 + (column != 1)) * (ptrdiff_t)phase;
    taps[tap] = (ek_strided_tap){.first = source, .second = source + plane,
                                 .first_lanes = near->lanes[tile][1], .other_lanes = near->lanes[tile][1]};
    if (column == 0) {
      taps[tap].first = source + (ek_tile_side - 1) * plane - block;
      taps[tap].second = source;
      taps[tap].first_lanes = near->lanes[tile][0];
    }
  }
}

/// The vector that a tap reads for pixel x of a line.
EK_INLINE vf ek_strided_pixel(const ek_strided_tap *tap, const int x, const float *input, ptrdiff_t plane) {
  return x == 0 ? v_load_mask(input + tap->first, tap->first_lanes)
                : v_load_mask(input + tap->second + (x - 1) * plane, tap->other_lanes);
}

/// What is common to all sums of a group of tiles.
typedef struct {
  size_t depth, channel_step, plane;
  vf lower, upper;
} ek_strided_group;

EK_INLINE void ek_strided_store(const ek_strided_group *group, vf value, size_t place, float *output,
                                const float *residual) {
  if (residual) value += v_load(residual + place);
  v_store(output + place, v_min(group->upper, v_max(group->lower, value)));
}

/// Some pixels of line `y` of the tiles, from pixel `first` on, of `outputs` channels.
EK_INLINE void ek_strided_sums(const int outputs, const ek_strided_group *group, const ek_strided_tap *taps, int y,
                               const int first, const float *input, const float *weights, size_t weights_step,
                               const float *bias, float *output, const float *residual) {
  const ptrdiff_t plane = (ptrdiff_t)group->plane;
  vf acc[EK_STRIDED_PIXELS][EK_STRIDED_OUTPUTS];
  EK_UNROLL
  for (int x = 0; x < EK_STRIDED_PIXELS; x++)
    EK_UNROLL
    for (int i = 0; i < outputs; i++) acc[x][i] = v_splat(bias ? bias[i] : 0);
  for (size_t k = 0; k < group->depth; k++) {
    // Unrolled, factors of many taps would be loaded at once, and sums leave their registers.
    EK_ROLLED
    for (int tap = 0; tap < ek_strided_taps; tap++) {
      vf w[EK_STRIDED_OUTPUTS];
      EK_UNROLL
      for (int i = 0; i < outputs; i++) w[i] = v_splat(weights[i]);
      EK_UNROLL
      for (int x = 0; x < EK_STRIDED_PIXELS; x++) {
        const vf pixel = ek_strided_pixel(taps + tap, first + x, input, plane);
        EK_UNROLL
        for (int i = 0; i < outputs; i++) acc[x][i] = v_fma(w[i], pixel, acc[x][i]);
      }
      weights += weights_step;
    }
    input += group->channel_step;
  }
  EK_UNROLL
  for (int i = 0; i < outputs; i++)
    EK_UNROLL
    for (int x = 0; x < EK_STRIDED_PIXELS; x++)
      ek_strided_store(group, acc[x][i],
                       (size_t)i * group->channel_step + (size_t)(y * ek_tile_side + first + x) * group->plane, output,
                       residual);
}

/// The same of a block of output channels.
EK_INLINE void ek_strided_block_sums(const ek_strided_group *group, const ek_strided_tap *taps, int y, const int first,
                                     const float *input, const float *weights, vf bias, float *output,
                                     const float *residual) {
  const ptrdiff_t plane = (ptrdiff_t)group->plane;
  vf acc[EK_STRIDED_PIXELS][ek_tile_block];
  EK_UNROLL
  for (int x = 0; x < EK_STRIDED_PIXELS; x++)
    EK_UNROLL
    for (int i = 0; i < ek_tile_block; i++) acc[x][i] = (vf){};
  for (size_t k = 0; k < group->depth; k += ek_tile_block) {
    // Factors of more than one tap fit the registers here.
    EK_UNROLL
    for (int tap = 0; tap < ek_strided_taps; tap++) {
      vf w[ek_tile_block];
      EK_UNROLL
      for (int i = 0; i < ek_tile_block; i++) w[i] = v_splat_four(weights + i * ek_tile_block);
      EK_UNROLL
      for (int x = 0; x < EK_STRIDED_PIXELS; x++) {
        const vf pixel = ek_strided_pixel(taps + tap, first + x, input, plane);
        EK_UNROLL
        for (int i = 0; i < ek_tile_block; i++) acc[x][i] = v_fma(w[i], pixel, acc[x][i]);
      }
      weights += ek_tile_block * ek_tile_block;
    }
    input += group->channel_step;
  }
  EK_UNROLL
  for (int x = 0; x < EK_STRIDED_PIXELS; x++) {
    ek_transpose_blocks(acc[x]);
    const vf value = bias + ((acc[x][0] + acc[x][1]) + (acc[x][2] + acc[x][3]));
    ek_strided_store(group, value, (size_t)(y * ek_tile_side + first + x) * group->plane, output, residual);
  }
}

#define EK_STRIDED_CASE(n)                                                                                           \
  case n:                                                                                                            \
    if (n <= EK_STRIDED_OUTPUTS)                                                                                     \
      EK_UNROLL                                                                                                      \
      for (int x = 0; x < ek_tile_side; x += EK_STRIDED_PIXELS)                                                      \
        ek_strided_sums(n, group, taps, y, x, input, weights, weights_step, bias, output, residual);                 \
    break;

static __attribute__((noinline)) void ek_strided_channels(size_t outputs, const ek_strided_group *group,
                                                          const ek_strided_tap *taps, int y, const float *input,
                                                          const float *weights, size_t weights_step, const float *bias,
                                                          float *output, const float *residual) {
  switch (outputs) {
    EK_STRIDED_CASE(1) EK_STRIDED_CASE(2) EK_STRIDED_CASE(3) EK_STRIDED_CASE(4) EK_STRIDED_CASE(5) EK_STRIDED_CASE(6)
  }
}

static __attribute__((noinline)) void ek_strided_block(const ek_strided_group *group, const ek_strided_tap *taps, int y,
                                                       const float *input, const float *weights, vf bias, float *output,
                                                       const float *residual) {
  EK_UNROLL
  for (int x = 0; x < ek_tile_side; x += EK_STRIDED_PIXELS)
    ek_strided_block_sums(group, taps, y, x, input, weights, bias, output, residual);
}

void EK_NAME(strided_tiles)(const ek_tile_grid *grid, size_t first, size_t count, size_t phase, size_t depth,
                            size_t columns, const float *input, const float *weights, size_t weights_columns,
                            const float *bias, float *output, const float *residual, float lower, float upper) {
  const ek_strided_group group = {.depth = depth, .plane = grid->plane,
                                  .channel_step = ek_tile_area * grid->plane,
                                  .lower = v_splat(lower), .upper = v_splat(upper)};
  const size_t most = grid->block == 1 ? EK_STRIDED_OUTPUTS : ek_tile_block, parts = (columns + most - 1) / most;
  const size_t block_weights = (depth + ek_tile_block - 1) / ek_tile_block * ek_strided_taps * ek_tile_block * ek_tile_block;
  for (size_t g = first; g < first + count; g++) {
    const ek_tile_neighbours near = ek_neighbours_of(grid, g);
    const float *source = input + g * V_LANES;
    for (int y = 0; y < ek_tile_side; y++) {
      ek_strided_tap taps[ek_strided_taps];
      ek_strided_line(grid, &near, phase, y, taps);
      for (size_t part = 0, c = 0; part < parts; part++) {
        // Parts of equal numbers of channels: sums of few would wait for each other.
        const size_t end = grid->block == 1 ? (part + 1) * columns / parts : c + ek_tile_block;
        const size_t place = c / grid->block * group.channel_step + g * V_LANES;
        const float *addend = residual ? residual + place : NULL;
        if (grid->block == 1) {
          ek_strided_channels(end - c, &group, taps, y, source, weights + c, weights_columns, bias ? bias + c : NULL,
                              output + place, addend);
        } else {
          float biases[ek_tile_block] = {0};
          for (size_t i = c; bias && i < end && i < columns; i++) biases[i - c] = bias[i];
          ek_strided_block(&group, taps, y, source, weights + part * block_weights, v_splat_four(biases),
                           output + place, addend);
        }
        c = end;
      }
    }
  }
}
