// From images in tiles (ek_tile_grid) to their phases, every other line and pixel, in tiles again: of a pixel of all tiles,
// every other line and tile. The including file includes f32_tiles.h before and defines EK_NAME(operation).

/// Every other of `2 * count` floats, from the first and from the second on.
EK_INLINE void ek_part_line(size_t count, const float *line, float *even, float *odd) {
  for (size_t i = 0; i < count; i += V_LANES) {
    const size_t some = count - i < V_LANES ? count - i : V_LANES, left = 2 * some;
    if (left == V_LANES) {
      const vf x = v_load(line + 2 * i);
#if V_LANES == 16
      const vf z = __builtin_shufflevector(x, x, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
#else
      const vf z = __builtin_shufflevector(x, x, 0, 2, 4, 6, 1, 3, 5, 7);
#endif
      memcpy(even + i, (const float *)&z, sizeof z / 2);
      memcpy(odd + i, (const float *)&z + V_LANES / 2, sizeof z / 2);
      break;
    }
    const vf x = v_load_lanes(line + 2 * i, left < V_LANES ? left : V_LANES);
    const vf y = left > V_LANES ? v_load_lanes(line + 2 * i + V_LANES, left - V_LANES) : (vf){};
#if V_LANES == 16
    const vf first = __builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const vf second = __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
#else
    const vf first = __builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14);
    const vf second = __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15);
#endif
    v_store_lanes(even + i, first, some);
    v_store_lanes(odd + i, second, some);
  }
}

#if V_LANES == 16
/// Four pairs of lines of four pairs of tiles, a vector each: a vector of each part.
EK_INLINE void ek_part_group(const float *tiles, size_t place, float *parts[2][2]) {
  vf x[4];
  EK_UNROLL
  for (int i = 0; i < 4; i++) x[i] = v_load(tiles + i * V_LANES);
  EK_UNROLL
  for (int right = 0; right < 2; right++) {
    vf t[2];
    EK_UNROLL
    for (int i = 0; i < 2; i++)
      t[i] = right == 0 ? __builtin_shufflevector(x[2 * i], x[2 * i + 1], 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12,
                                                  14, 28, 30)
                        : __builtin_shufflevector(x[2 * i], x[2 * i + 1], 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13,
                                                  15, 29, 31);
    v_store(parts[0][right] + place,
            __builtin_shufflevector(t[0], t[1], 0, 1, 4, 5, 2, 3, 6, 7, 16, 17, 20, 21, 18, 19, 22, 23));
    v_store(parts[1][right] + place,
            __builtin_shufflevector(t[0], t[1], 8, 9, 12, 13, 10, 11, 14, 15, 24, 25, 28, 29, 26, 27, 30, 31));
  }
}
#endif

/// A pixel of all tiles, `rows` pairs of lines of `columns` pairs: to `parts[lower][right]`.
EK_INLINE void ek_part_tiles(size_t rows, size_t columns, const float *tiles, float *parts[2][2]) {
  size_t y = 0;
#if V_LANES == 16
  for (; columns == 4 && y + 4 <= rows; y += 4) ek_part_group(tiles + 4 * y * columns, y * columns, parts);
#endif
  for (; y < rows; y++)
    for (size_t lower = 0; lower < 2; lower++)
      ek_part_line(columns, tiles + (2 * y + lower) * 2 * columns, parts[lower][0] + y * columns,
                   parts[lower][1] + y * columns);
}

void EK_NAME(tile_phases)(const ek_tile_grid *from, const ek_tile_grid *to, size_t phases, size_t first, size_t count,
                          const float *input, float *output, size_t phase_step) {
  const size_t step = phases == 1 ? 2 : 1;
  for (size_t c = first; c < first + count; c++) {
    const float *source = input + c * ek_tile_area * from->plane;
    float *target = output + c * ek_tile_area * to->plane;
    for (size_t y = 0; y < ek_tile_side; y += step) {
      for (size_t x = 0; x < ek_tile_side; x += step) {
        const size_t phase = y % 2 * 2 + x % 2;
        float *parts[2][2];
        for (size_t part = 0; part < 4; part++) {
          const size_t line = (ek_tile_side * (part / 2) + y) / 2, column = (ek_tile_side * (part % 2) + x) / 2;
          parts[part / 2][part % 2] = target + phase * phase_step + (line * ek_tile_side + column) * to->plane;
        }
        ek_part_tiles(to->rows, to->columns, source + (y * ek_tile_side + x) * from->plane, parts);
      }
    }
  }
}
