// Images in tiles (ek_tile_grid) from images in pixels, and back. The including file includes simd.h, for 8 or 16 lanes,
// before and defines EK_NAME(operation).

enum { ek_tile_side = 4, ek_tile_area = ek_tile_side * ek_tile_side };

/// Swaps the elements of two vectors whose places differ in one bit, `step`: one of the steps of a transpose.
EK_INLINE void ek_swap_places(const int step, vf *a, vf *b) {
  const vf x = *a, y = *b;
  switch (step) {
#if V_LANES == 16
    case 8:
      *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
      *b = __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      break;
    case 4:
      *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      *b = __builtin_shufflevector(x, y, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
      break;
    case 2:
      *a = __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      *b = __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
      break;
    case 1:
      *a = __builtin_shufflevector(x, y, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
      *b = __builtin_shufflevector(x, y, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
      break;
#else
    case 4:
      *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
      *b = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
      break;
    case 2:
      *a = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
      *b = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
      break;
    case 1:
      *a = __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
      *b = __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
      break;
#endif
  }
}

EK_INLINE void ek_transpose(vf x[V_LANES]) {
  EK_UNROLL
  for (int step = V_LANES / 2; step > 0; step /= 2)
    EK_UNROLL
    for (int i = 0; i < V_LANES; i++)
      if ((i & step) == 0) ek_swap_places(step, &x[i], &x[i + step]);
}

/// Tiles of a group: fewer than lanes in the last one.
EK_INLINE size_t ek_tiles_in(const ek_tile_grid *grid, size_t group) {
  const size_t tiles = grid->rows * grid->columns, first = group * V_LANES;
  return tiles <= first ? 0 : tiles - first < V_LANES ? tiles - first : V_LANES;
}

/// Elements from an image's first pixel to the first one of each of the first `tiles` tiles of a group.
EK_INLINE void ek_tile_offsets(const ek_tile_grid *grid, size_t group, ptrdiff_t row_step, ptrdiff_t column_step,
                               size_t tiles, ptrdiff_t offsets[V_LANES]) {
  size_t y = group * V_LANES / grid->columns, x = group * V_LANES % grid->columns;
  for (size_t lane = 0; lane < tiles; lane++) {
    offsets[lane] = ek_tile_side * ((ptrdiff_t)y * row_step + (ptrdiff_t)x * column_step);
    if (++x == grid->columns) x = 0, y++;
  }
}

void EK_NAME(tiles_from_pixels)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                const float *pixels, ptrdiff_t row_step, ptrdiff_t column_step, float *tiles) {
  for (size_t group = first; group < first + count; group++) {
    const size_t lanes = ek_tiles_in(grid, group);
    ptrdiff_t offsets[V_LANES];
    ek_tile_offsets(grid, group, row_step, column_step, lanes, offsets);
    for (int pixel = 0; pixel < ek_tile_area; pixel++) {
      const float *first_pixel = pixels + pixel / ek_tile_side * row_step + pixel % ek_tile_side * column_step;
      float *target = tiles + (size_t)pixel * grid->plane + group * V_LANES;
      for (size_t c = 0; c < channels; c += V_LANES) {
        const size_t some = channels - c < V_LANES ? channels - c : V_LANES;
        vf x[V_LANES];
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++) x[i] = i < lanes ? v_load_lanes(first_pixel + offsets[i] + c, some) : (vf){};
        ek_transpose(x);
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          if (i < some) v_store(target + (c + i) * ek_tile_area * grid->plane, x[i]);
      }
    }
  }
}

void EK_NAME(pixels_from_tiles)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                const float *tiles, float *pixels, ptrdiff_t row_step, ptrdiff_t column_step) {
  for (size_t group = first; group < first + count; group++) {
    const size_t lanes = ek_tiles_in(grid, group);
    ptrdiff_t offsets[V_LANES];
    ek_tile_offsets(grid, group, row_step, column_step, lanes, offsets);
    for (int pixel = 0; pixel < ek_tile_area; pixel++) {
      float *first_pixel = pixels + pixel / ek_tile_side * row_step + pixel % ek_tile_side * column_step;
      const float *source = tiles + (size_t)pixel * grid->plane + group * V_LANES;
      for (size_t c = 0; c < channels; c += V_LANES) {
        const size_t some = channels - c < V_LANES ? channels - c : V_LANES;
        vf x[V_LANES];
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          x[i] = i < some ? v_load(source + (c + i) * ek_tile_area * grid->plane) : (vf){};
        ek_transpose(x);
        EK_UNROLL
        for (size_t i = 0; i < V_LANES; i++)
          if (i < lanes) v_store_lanes(first_pixel + offsets[i] + c, x[i], some);
      }
    }
  }
}
