// Images in tiles (ek_tile_grid): from images in pixels, and back; a tile's neighbours. The including file includes
// transpose.h before and defines EK_NAME(operation).

enum { ek_tile_side = 4, ek_tile_area = ek_tile_side * ek_tile_side };

EK_INLINE void ek_transpose(vf x[V_LANES]) {
  EK_UNROLL
  for (int step = V_LANES / 2; step > 0; step /= 2)
    EK_UNROLL
    for (int i = 0; i < V_LANES; i++)
      if ((i & step) == 0) ek_swap_places(step, &x[i], &x[i + step]);
}

/// Channels of a pixel that lie side by side where tiles are few: `block` of ek_tile_grid is this, or 1.
enum { ek_tile_block = 4 };

/// Tiles of a full group.
EK_INLINE size_t ek_group_tiles(const ek_tile_grid *grid) {
  return grid->block == 1 ? V_LANES : V_LANES / ek_tile_block;
}

/// Tiles of a group: fewer in the last one.
EK_INLINE size_t ek_tiles_in(const ek_tile_grid *grid, size_t group) {
  const size_t tiles = grid->rows * grid->columns, most = ek_group_tiles(grid), first = group * most;
  return tiles <= first ? 0 : tiles - first < most ? tiles - first : most;
}

/// Transposes the blocks of four lanes: lane i of vector j is swapped with lane j of vector i.
EK_INLINE void ek_transpose_blocks(vf x[ek_tile_block]) {
  ek_swap_places(2, &x[0], &x[2]);
  ek_swap_places(2, &x[1], &x[3]);
  ek_swap_places(1, &x[0], &x[1]);
  ek_swap_places(1, &x[2], &x[3]);
}

/// In each lane what is `count` lanes before it (1 or 4), or behind it, beyond the ends of the vector anything.
EK_INLINE vf ek_lanes_before(const int count, vf x) {
#if V_LANES == 16
  return count == 1 ? __builtin_shufflevector(x, x, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)
                    : __builtin_shufflevector(x, x, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
#else
  return count == 1 ? __builtin_shufflevector(x, x, 7, 0, 1, 2, 3, 4, 5, 6)
                    : __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
#endif
}
EK_INLINE vf ek_lanes_behind(const int count, vf x) {
#if V_LANES == 16
  return count == 1 ? __builtin_shufflevector(x, x, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0)
                    : __builtin_shufflevector(x, x, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
#else
  return count == 1 ? __builtin_shufflevector(x, x, 1, 2, 3, 4, 5, 6, 7, 0)
                    : __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
#endif
}

/// Lanes of a group of tiles that have a neighbour: above (0), beside (1) or below (2), and there to the left (0), at the
/// same place (1) or to the right (2).
typedef struct {
  v_mask lanes[3][3];
} ek_tile_neighbours;

/// The lanes of tiles: `block` bits for each.
EK_INLINE uint32_t ek_lanes_of(const ek_tile_grid *grid, uint32_t tiles) {
  if (grid->block == 1) return tiles;
  uint32_t lanes = 0;
  for (int tile = 0; tile < V_LANES / ek_tile_block; tile++)
    lanes |= (tiles >> tile & 1) * ((1u << ek_tile_block) - 1) << tile * ek_tile_block;
  return lanes;
}

/// The first `count` tiles of a group, as bits.
EK_INLINE uint32_t ek_first_tiles(size_t count) { return (1u << count) - 1; }

EK_INLINE ek_tile_neighbours ek_neighbours_of(const ek_tile_grid *grid, size_t group) {
  const size_t tiles = ek_tiles_in(grid, group), first = group * ek_group_tiles(grid);
  // How many of the tiles are in the first line, and how many in front of the last one.
  const size_t top = grid->columns > first ? grid->columns - first : 0, rest = (grid->rows - 1) * grid->columns;
  const size_t above = rest > first ? rest - first : 0;
  // The first tiles of lines, that behind the last tile included.
  uint32_t starts = 0;
  const uint32_t behind = (uint32_t)first % (uint32_t)grid->columns;
  for (size_t tile = behind == 0 ? 0 : grid->columns - behind; tile <= tiles; tile += grid->columns)
    starts |= 1u << tile;
  const uint32_t all = ek_first_tiles(tiles);
  const uint32_t rows[3] = {all & ~ek_first_tiles(top < tiles ? top : tiles), all,
                            ek_first_tiles(above < tiles ? above : tiles)};
  const uint32_t columns[3] = {all & ~starts, all, all & ~(starts >> 1)};
  ek_tile_neighbours result;
  for (int v = 0; v < 3; v++)
    for (int u = 0; u < 3; u++) result.lanes[v][u] = v_mask_of(ek_lanes_of(grid, rows[v] & columns[u]));
  return result;
}

/// Where a line or column of pixels that a tile's outputs reach is, the first of which is its neighbour's last: in which
/// tile (0, 1, 2 as above), and which one of it.
EK_INLINE int ek_reached_tile(int pixel) { return pixel == 0 ? 0 : pixel <= ek_tile_side ? 1 : 2; }
EK_INLINE int ek_reached_pixel(int pixel) { return (pixel + ek_tile_side - 1) % ek_tile_side; }

/// Where the pixels of a group of tiles are, `offsets` for the first one of each tile.
typedef struct {
  ptrdiff_t offsets[V_LANES];
  ptrdiff_t row_step, column_step;
  size_t tiles, plane;
} ek_group_places;

EK_INLINE ek_group_places ek_places_of(const ek_tile_grid *grid, size_t group, ptrdiff_t row_step,
                                       ptrdiff_t column_step) {
  ek_group_places places = {
      .row_step = row_step, .column_step = column_step, .tiles = ek_tiles_in(grid, group), .plane = grid->plane};
  const size_t first = group * ek_group_tiles(grid);
  size_t y = first / grid->columns, x = first % grid->columns;
  for (size_t tile = 0; tile < places.tiles; tile++) {
    places.offsets[tile] = ek_tile_side * ((ptrdiff_t)y * row_step + (ptrdiff_t)x * column_step);
    if (++x == grid->columns) x = 0, y++;
  }
  return places;
}

EK_INLINE ptrdiff_t ek_pixel_offset(const ek_group_places *places, int pixel) {
  return pixel / ek_tile_side * places->row_step + pixel % ek_tile_side * places->column_step;
}

/// Up to four neighbouring channels of some tiles from pixels to the lanes of a block from `lane` on, zeros in the others.
EK_INLINE void ek_block_from_pixels(const size_t tiles, const size_t lane, const size_t channels,
                                    const ek_group_places *places, const float *pixels, float *target) {
  for (int pixel = 0; pixel < ek_tile_area; pixel++, target += places->plane) {
    const float *source = pixels + ek_pixel_offset(places, pixel);
    for (size_t tile = 0; tile < tiles; tile++) {
      float lanes[ek_tile_block] = {0};
      memcpy(lanes + lane, source + places->offsets[tile], channels * sizeof(float));
      memcpy(target + tile * ek_tile_block, lanes, sizeof lanes);
    }
  }
}

/// The way back.
EK_INLINE void ek_pixels_from_block(const size_t tiles, const size_t channels, const ek_group_places *places,
                                    const float *source, float *pixels) {
  for (int pixel = 0; pixel < ek_tile_area; pixel++, source += places->plane) {
    float *target = pixels + ek_pixel_offset(places, pixel);
    for (size_t tile = 0; tile < tiles; tile++)
      memcpy(target + places->offsets[tile], source + tile * ek_tile_block, channels * sizeof(float));
  }
}

/// A channel or block of zeros.
EK_INLINE void ek_zero_tiles(size_t plane, float *target) {
  for (int pixel = 0; pixel < ek_tile_area; pixel++) v_store(target + (size_t)pixel * plane, (vf){});
}

EK_INLINE void ek_blocks_from_pixels(const ek_group_places *places, size_t before, size_t channels, size_t after,
                                     const float *pixels, float *target) {
  const size_t end = before + channels, tiles = places->tiles;
  for (size_t c = 0; c < end + after; c += ek_tile_block, target += ek_tile_area * places->plane) {
    const size_t from = c < before ? before : c, to = c + ek_tile_block < end ? c + ek_tile_block : end;
    const float *source = pixels + (from - before);
    if (from >= to)
      ek_zero_tiles(places->plane, target);
    else if (from > c)
      ek_block_from_pixels(tiles, from - c, to - from, places, source, target);
    else if (to - c == 1)
      ek_block_from_pixels(tiles, 0, 1, places, source, target);
    else if (to - c == 2)
      ek_block_from_pixels(tiles, 0, 2, places, source, target);
    else if (to - c == 3)
      ek_block_from_pixels(tiles, 0, 3, places, source, target);
    else if (tiles == V_LANES / ek_tile_block)
      ek_block_from_pixels(V_LANES / ek_tile_block, 0, ek_tile_block, places, source, target);
    else
      ek_block_from_pixels(tiles, 0, ek_tile_block, places, source, target);
  }
}

EK_INLINE void ek_pixels_from_blocks(const ek_group_places *places, size_t channels, const float *source,
                                     float *pixels) {
  const size_t tiles = places->tiles;
  for (size_t c = 0; c < channels; c += ek_tile_block, source += ek_tile_area * places->plane) {
    switch (channels - c) {
      case 1: ek_pixels_from_block(tiles, 1, places, source, pixels + c); break;
      case 2: ek_pixels_from_block(tiles, 2, places, source, pixels + c); break;
      case 3: ek_pixels_from_block(tiles, 3, places, source, pixels + c); break;
      default: ek_pixels_from_block(tiles, ek_tile_block, places, source, pixels + c); break;
    }
  }
}

void EK_NAME(tiles_from_pixels)(const ek_tile_grid *grid, size_t first, size_t count, size_t before, size_t channels,
                                size_t after, const float *pixels, ptrdiff_t row_step, ptrdiff_t column_step,
                                float *tiles) {
  const size_t plane = grid->plane, channel = ek_tile_area * plane;
  for (size_t group = first; group < first + count; group++) {
    const ek_group_places places = ek_places_of(grid, group, row_step, column_step);
    float *image = tiles + group * V_LANES;
    if (grid->block != 1) {
      ek_blocks_from_pixels(&places, before, channels, after, pixels, image);
      continue;
    }
    for (size_t c = 0; c < before; c++, image += channel) ek_zero_tiles(plane, image);
    for (int pixel = 0; pixel < ek_tile_area; pixel++) {
      const float *first_pixel = pixels + ek_pixel_offset(&places, pixel);
      float *target = image + (size_t)pixel * plane;
      for (size_t c = 0; c < channels; c += V_LANES) {
        const size_t some = channels - c < V_LANES ? channels - c : V_LANES;
        vf x[V_LANES];
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          x[i] = i < places.tiles ? v_load_lanes(first_pixel + places.offsets[i] + c, some) : (vf){};
        ek_transpose(x);
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          if (i < some) v_store(target + (c + i) * channel, x[i]);
      }
    }
    image += channels * channel;
    for (size_t c = 0; c < after; c++, image += channel) ek_zero_tiles(plane, image);
  }
}

void EK_NAME(pixels_from_tiles)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                const float *tiles, float *pixels, ptrdiff_t row_step, ptrdiff_t column_step) {
  for (size_t group = first; group < first + count; group++) {
    const ek_group_places places = ek_places_of(grid, group, row_step, column_step);
    const float *image = tiles + group * V_LANES;
    if (grid->block != 1) {
      ek_pixels_from_blocks(&places, channels, image, pixels);
      continue;
    }
    for (int pixel = 0; pixel < ek_tile_area; pixel++) {
      float *first_pixel = pixels + ek_pixel_offset(&places, pixel);
      const float *source = image + (size_t)pixel * grid->plane;
      for (size_t c = 0; c < channels; c += V_LANES) {
        const size_t some = channels - c < V_LANES ? channels - c : V_LANES;
        vf x[V_LANES];
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          x[i] = i < some ? v_load(source + (c + i) * ek_tile_area * grid->plane) : (vf){};
        ek_transpose(x);
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          if (i < places.tiles) v_store_lanes(first_pixel + places.offsets[i] + c, x[i], some);
      }
    }
  }
}
