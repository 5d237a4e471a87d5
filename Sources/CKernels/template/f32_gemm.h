// GEMM and convolution as one of one instruction set.
//
// The including file defines:
//   EK_NAME(operation)   a function's full name, e.g. ek_f32_##operation##_6x16_avx2
//   EK_MR                rows of a full tile
//   EK_NARROW_MR         rows of a tile whose columns fit one vector: more, as it takes half the registers a row
// A panel is two vectors wide.

enum { ek_nr = 2 * V_LANES, ek_max_rows = EK_MR > EK_NARROW_MR ? EK_MR : EK_NARROW_MR };

/// What the tiles of one call share.
typedef struct {
  size_t columns;
  /// A row of a is `tap_rows` times `runs` runs of `depth` floats; the steps lead from one to the next.
  size_t tap_rows, runs, depth, tap_row_step, run_step;
  /// From the weights of a row of taps to those of the next.
  size_t weights_step;
  /// nr biases, and the weights of the first run.
  const float *bias, *weights;
  float lower, upper;
  bool clamps;
  /// Floats from a panel of a single run to the next, whose weights the last tiles of this one fetch.
  size_t panel;
} ek_tile_call;

/// Where the rows of a tile are, from its first one on.
typedef struct {
  ptrdiff_t a[ek_max_rows], c[ek_max_rows], residual[ek_max_rows];
} ek_tile_rows;

/// From a row to the next.
typedef struct {
  ptrdiff_t a, c, residual;
} ek_tile_steps;

/// acc[i] += row[i][k ..< k + count] * *b, and b goes on by `count` rows. What lies `ahead` floats further on is fetched
/// where `fetches` says so.
EK_INLINE void ek_steps(const size_t count, const int rows, const int vectors, const bool fetches,
                        const float *const *row, size_t k, const float **b, size_t ahead, vf acc[ek_max_rows][2]) {
  EK_UNROLL
  for (size_t step = 0; step < count; step++) {
    if (fetches) __builtin_prefetch(*b + step * ek_nr + ahead, 0, 2);
    vf bv[2];
    EK_UNROLL
    for (int v = 0; v < vectors; v++) bv[v] = v_load(*b + step * ek_nr + v * V_LANES);
    EK_UNROLL
    for (int i = 0; i < rows; i++) {
      const vf av = v_splat(row[i][k + step]);
      EK_UNROLL
      for (int v = 0; v < vectors; v++) acc[i][v] = v_fma(av, bv[v], acc[i][v]);
    }
  }
  *b += count * ek_nr;
}

/// acc[i] += (a + i * step)[0 ..< depth] * b for tiles of one vector, of which most instructions load a row's factor: three
/// rows share an address, so that all addresses stay in registers.
EK_INLINE void ek_accumulate_narrow(const int rows, size_t depth, const float *a, ptrdiff_t step, const float *b,
                                    vf acc[ek_max_rows][2]) {
  const float *third[(ek_max_rows + 2) / 3];
  EK_UNROLL
  for (int j = 0; j < (rows + 2) / 3; j++) {
    third[j] = a + 3 * j * step;
    // Nothing that the compiler could put an address for each row in place of.
    __asm__("" : "+r"(third[j]));
  }
  for (size_t k = 0; k + 4 <= depth; k += 4) {
    // Nor before the loop: rows are the address, the step and twice the step away.
    __asm__("" : "+r"(step));
    EK_UNROLL
    for (int u = 0; u < 4; u++) {
      const vf bv = v_load(b + u * ek_nr);
      EK_UNROLL
      for (int i = 0; i < rows; i++) acc[i][0] = v_fma(v_splat(third[i / 3][i % 3 * step + u]), bv, acc[i][0]);
    }
    b += 4 * ek_nr;
    EK_UNROLL
    for (int j = 0; j < (rows + 2) / 3; j++) third[j] += 4;
  }
  for (size_t k = depth / 4 * 4; k < depth; k++) {
    const vf bv = v_load(b);
    EK_UNROLL
    for (int i = 0; i < rows; i++) acc[i][0] = v_fma(v_splat(third[i / 3][i % 3 * step]), bv, acc[i][0]);
    b += ek_nr;
    EK_UNROLL
    for (int j = 0; j < (rows + 2) / 3; j++) third[j] += 1;
  }
}

/// acc[i] += (a + offsets[i])[0 ..< depth] * b, where b points to `depth` rows of ek_nr weights.
EK_INLINE void ek_accumulate(const int rows, const int vectors, const bool fetches, size_t depth, const float *a,
                             const ptrdiff_t *offsets, const float *b, size_t ahead, vf acc[ek_max_rows][2]) {
  const float *row[ek_max_rows];
  EK_UNROLL
  for (int i = 0; i < rows; i++) row[i] = a + offsets[i];
  size_t k = 0;
#ifdef V_LANE_FMA
  for (; k + V_LANES <= depth; k += V_LANES) {
    vf av[ek_max_rows];
    EK_UNROLL
    for (int i = 0; i < rows; i++) av[i] = v_load(row[i] + k);
    EK_UNROLL
    for (int lane = 0; lane < V_LANES; lane++) {
      vf bv[2];
      EK_UNROLL
      for (int v = 0; v < vectors; v++) bv[v] = v_load(b + v * V_LANES);
      b += ek_nr;
      EK_UNROLL
      for (int i = 0; i < rows; i++)
        EK_UNROLL
        for (int v = 0; v < vectors; v++) acc[i][v] = v_fma(v_splat(av[i][lane]), bv[v], acc[i][v]);
    }
  }
#endif
  // Eight steps at once where there are registers for their addresses: a loop's own instructions cost as much as
  // multiplications do, the more so where another thread shares the core. No loop for what is left, whose end would be
  // hard to predict.
  if (vectors == 2) {
    for (; k + 8 <= depth; k += 8) ek_steps(8, rows, vectors, fetches, row, k, &b, ahead, acc);
    const size_t left = depth - k;
    if (left & 4) ek_steps(4, rows, vectors, fetches, row, k, &b, ahead, acc), k += 4;
    if (left & 2) ek_steps(2, rows, vectors, fetches, row, k, &b, ahead, acc), k += 2;
    if (left & 1) ek_steps(1, rows, vectors, fetches, row, k, &b, ahead, acc);
  } else {
    for (; k < depth; k++) ek_steps(1, rows, vectors, fetches, row, k, &b, ahead, acc);
  }
}

/// Residual, clamp and store of `vectors` vectors whose last has `last` lanes.
EK_INLINE void ek_finish(const int vectors, size_t last, const vf *acc, float *c, const float *residual, vf lower,
                         vf upper) {
  EK_UNROLL
  for (int v = 0; v < vectors; v++) {
    const bool partial = v == vectors - 1 && last < V_LANES;
    vf x = acc[v];
    if (residual) x += partial ? v_load_partial(residual + v * V_LANES, last) : v_load(residual + v * V_LANES);
    x = v_min(upper, v_max(lower, x));
    if (partial)
      v_store_partial(c + v * V_LANES, x, last);
    else
      v_store(c + v * V_LANES, x);
  }
}

/// All rows of a tile; the questions that have one answer for all of them are asked once.
EK_INLINE void ek_finish_rows(const int rows, const int vectors, const ek_tile_call *call, const ek_tile_rows *place,
                              const vf acc[ek_max_rows][2], float *c, const float *residual) {
  const vf lower = v_splat(call->lower), upper = v_splat(call->upper);
  const size_t last = call->columns - (size_t)(vectors - 1) * V_LANES;
  if (last == V_LANES && !residual && !call->clamps) {
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++) v_store(c + place->c[i] + v * V_LANES, acc[i][v]);
  } else if (last == V_LANES && !residual) {
    EK_UNROLL
    for (int i = 0; i < rows; i++) ek_finish(vectors, V_LANES, acc[i], c + place->c[i], NULL, lower, upper);
  } else if (last == V_LANES) {
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      ek_finish(vectors, V_LANES, acc[i], c + place->c[i], residual + place->residual[i], lower, upper);
  } else {
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      ek_finish(vectors, last, acc[i], c + place->c[i], residual ? residual + place->residual[i] : NULL, lower, upper);
  }
}

/// Whether factors of rows are lanes of vectors; else each is loaded into all lanes by itself.
#ifdef V_LANE_FMA
enum { ek_lane_factors = true };
#else
enum { ek_lane_factors = false };
#endif

/// One run of a tile. `steps` are those of rows that lie the same distance apart, NULL for others.
EK_INLINE void ek_run(const int rows, const int vectors, const bool fetches, const ek_tile_call *call,
                      const ek_tile_rows *place, const ek_tile_steps *steps, const float *a, const float *b,
                      size_t ahead, vf acc[ek_max_rows][2]) {
  if (!ek_lane_factors && vectors == 1 && steps)
    ek_accumulate_narrow(rows, call->depth, a, steps->a, b, acc);
  else
    ek_accumulate(rows, vectors, fetches, call->depth, a, place->a, b, ahead, acc);
}

/// One tile. `single` says that there is one run.
EK_INLINE void ek_tile(const int rows, const int vectors, const bool single, const bool fetches,
                       const ek_tile_call *call, const ek_tile_rows *place, const ek_tile_steps *steps, const float *a, float *c,
                       const float *residual, size_t ahead) {
  vf acc[ek_max_rows][2];
  EK_UNROLL
  for (int v = 0; v < vectors; v++) {
    const vf bias = v_load(call->bias + v * V_LANES);
    EK_UNROLL
    for (int i = 0; i < rows; i++) acc[i][v] = bias;
  }
  if (single) ek_run(rows, vectors, fetches, call, place, steps, a, call->weights, ahead, acc);
  for (size_t v = 0; !single && v < call->tap_rows; v++) {
    const float *b = call->weights + v * call->weights_step;
    const float *run = a + v * call->tap_row_step;
    for (size_t u = 0; u < call->runs; u++) {
      ek_run(rows, vectors, fetches, call, place, steps, run, b, ahead, acc);
      b += call->depth * ek_nr;
      run += call->run_step;
    }
  }
  ek_finish_rows(rows, vectors, call, place, acc, c, residual);
}

#define EK_TILE_CASE(n)                                                                                              \
  case n:                                                                                                            \
    if (n <= (vectors == 1 ? EK_NARROW_MR : EK_MR))                                                                  \
      ek_tile(n, vectors, false, false, call, place, steps, a, c, residual, 0);                                      \
    break;

#define EK_TILE_CASES                                                                                                \
  EK_TILE_CASE(1) EK_TILE_CASE(2) EK_TILE_CASE(3) EK_TILE_CASE(4) EK_TILE_CASE(5) EK_TILE_CASE(6) EK_TILE_CASE(7)    \
  EK_TILE_CASE(8) EK_TILE_CASE(9) EK_TILE_CASE(10) EK_TILE_CASE(11) EK_TILE_CASE(12) EK_TILE_CASE(13)                \
  EK_TILE_CASE(14) EK_TILE_CASE(15) EK_TILE_CASE(16)

static __attribute__((noinline)) void ek_wide_tile(size_t rows, const ek_tile_call *call, const ek_tile_rows *place,
                                                   const float *a, float *c, const float *residual) {
  enum { vectors = 2 };
  const ek_tile_steps *const steps = NULL;
  switch (rows) { EK_TILE_CASES }
}

/// `steps` as `ek_run` takes them.
static __attribute__((noinline)) void ek_narrow_tile(size_t rows, const ek_tile_call *call, const ek_tile_rows *place,
                                                     const ek_tile_steps *steps, const float *a, float *c,
                                                     const float *residual) {
  enum { vectors = 1 };
  switch (rows) { EK_TILE_CASES }
}

/// A tile of up to the most rows.
EK_INLINE void ek_some_rows(const bool narrow, size_t rows, const ek_tile_call *call, const ek_tile_rows *place,
                            const ek_tile_steps *steps, const float *a, float *c, const float *residual) {
  if (narrow)
    ek_narrow_tile(rows, call, place, steps, a, c, residual);
  else
    ek_wide_tile(rows, call, place, a, c, residual);
}

/// Full tiles one after the other, whose rows lie the same distances apart: what is the same for all of them is asked
/// once.
EK_INLINE void ek_tiles(const int rows, const int vectors, const bool single, const bool fetches, size_t tiles,
                        const ek_tile_call *call, const ek_tile_rows *place, const ek_tile_steps *steps, const float *a,
                        float *c, const float *residual) {
  for (; tiles > 0; tiles--) {
    // Half of each row of weights in each of the last two tiles.
    const size_t ahead = fetches ? call->panel + tiles % 2 * V_LANES : 0;
    ek_tile(rows, vectors, single, fetches, call, place, steps, a, c, residual, ahead);
    a += rows * steps->a;
    c += rows * steps->c;
    if (residual) residual += rows * steps->residual;
  }
}

/// Panels of more floats come from a cache further away than the first: fetching the next one in time pays.
enum { ek_fetched_panel = 128 * ek_nr };

/// Loops of a few instructions that everything else is built on: where they lie decides up to a quarter of their time (Zen 5,
/// 1 x 1 convolutions of little depth). On pages of their own they stay as fast whatever else changes.
#define EK_OWN_PAGE static __attribute__((noinline, aligned(4096)))

EK_OWN_PAGE void ek_wide_tiles(bool single, size_t tiles, const ek_tile_call *call,
                               const ek_tile_rows *place, const ek_tile_steps *steps,
                               const float *a, float *c, const float *residual) {
  if (!single) return ek_tiles(EK_MR, 2, false, false, tiles, call, place, steps, a, c, residual);
  const size_t fetching = call->panel < ek_fetched_panel ? 0 : tiles < 2 ? tiles : 2, plain = tiles - fetching;
  ek_tiles(EK_MR, 2, true, false, plain, call, place, steps, a, c, residual);
  a += plain * EK_MR * steps->a;
  c += plain * EK_MR * steps->c;
  if (residual) residual += plain * EK_MR * steps->residual;
  ek_tiles(EK_MR, 2, true, true, fetching, call, place, steps, a, c, residual);
}

EK_OWN_PAGE void ek_narrow_tiles(bool single, size_t tiles, const ek_tile_call *call,
                                 const ek_tile_rows *place, const ek_tile_steps *steps,
                                 const float *a, float *c, const float *residual) {
  if (single)
    ek_tiles(EK_NARROW_MR, 1, true, false, tiles, call, place, steps, a, c, residual);
  else
    ek_tiles(EK_NARROW_MR, 1, false, false, tiles, call, place, steps, a, c, residual);
}

/// Rows that lie the same distance apart.
EK_INLINE ek_tile_rows ek_even_rows(ek_tile_steps steps) {
  ek_tile_rows place;
  for (int i = 0; i < ek_max_rows; i++) {
    place.a[i] = i * steps.a;
    place.c[i] = i * steps.c;
    place.residual[i] = i * steps.residual;
  }
  return place;
}

/// How many full tiles to make of rows. A tile of few rows is bound by the latency of its few chains of additions: where
/// as few were left, the last two tiles are of equal height instead.
EK_INLINE size_t ek_full_tiles(size_t rows, bool narrow) {
  const size_t most = narrow ? EK_NARROW_MR : EK_MR, enough = narrow ? 8 : 4;
  const size_t tiles = rows / most, rest = rows % most;
  return rest == 0 || rest >= enough || tiles == 0 ? tiles : tiles - 1;
}

/// Rows that lie the same distance apart.
EK_INLINE void ek_cover_rows(size_t rows, const ek_tile_call *call, const ek_tile_rows *place,
                             const ek_tile_steps *steps, const float *a, float *c, const float *residual) {
  const bool narrow = call->columns <= V_LANES, single = call->tap_rows == 1 && call->runs == 1;
  const size_t most = narrow ? EK_NARROW_MR : EK_MR;
  const size_t tiles = ek_full_tiles(rows, narrow);
  if (tiles > 0) (narrow ? ek_narrow_tiles : ek_wide_tiles)(single, tiles, call, place, steps, a, c, residual);
  for (size_t done = tiles * most; done < rows;) {
    const size_t left = rows - done, count = left <= most ? left : (left + 1) / 2;
    const ptrdiff_t i = (ptrdiff_t)done;
    ek_some_rows(narrow, count, call, place, steps, a + i * steps->a, c + i * steps->c,
                 residual ? residual + i * steps->residual : NULL);
    done += count;
  }
}

void EK_NAME(gemm)(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride, const float *packed,
                   float *c, size_t c_stride, const float *residual, size_t residual_stride, float lower,
                   float upper) {
  const ek_tile_call call = {columns, 1,     1,     depth, 0, 0, 0, packed, packed + ek_nr,
                             lower,   upper, true,  (1 + depth) * ek_nr};
  const ek_tile_steps steps = {(ptrdiff_t)a_stride, (ptrdiff_t)c_stride, (ptrdiff_t)residual_stride};
  const ek_tile_rows place = ek_even_rows(steps);
  ek_cover_rows(rows, &call, &place, &steps, a, c, residual);
}

/// A pixel of a rectangle, and where it is.
typedef struct {
  size_t pixel, line, image;
  ptrdiff_t a, c, residual;
} ek_conv_place;

/// The pixel `count` further on, at most the first of the next line.
EK_INLINE ek_conv_place ek_advance(const ek_conv_shape *s, ek_conv_place p, size_t count) {
  p.pixel += count;
  p.a += (ptrdiff_t)(count * s->input_pixel_step);
  p.c += (ptrdiff_t)(count * s->output_pixel_step);
  p.residual += (ptrdiff_t)(count * s->residual_pixel_step);
  if (p.pixel < s->pixels) return p;
  p.pixel = 0;
  if (++p.line == s->lines) p.line = 0, p.image++;
  p.a = (ptrdiff_t)(p.image * s->input_image_step + p.line * s->input_line_step);
  p.c = (ptrdiff_t)(p.image * s->output_image_step + p.line * s->output_line_step);
  p.residual = (ptrdiff_t)(p.image * s->residual_image_step + p.line * s->residual_line_step);
  return p;
}

/// The same pixels as fewer, longer lines, where all steps allow it.
EK_INLINE ek_conv_shape ek_longest_lines(ek_conv_shape s) {
  if (s.input_line_step == s.pixels * s.input_pixel_step && s.output_line_step == s.pixels * s.output_pixel_step &&
      s.residual_line_step == s.pixels * s.residual_pixel_step) {
    s.pixels *= s.lines;
    s.lines = 1;
    if (s.input_image_step == s.pixels * s.input_pixel_step && s.output_image_step == s.pixels * s.output_pixel_step &&
        s.residual_image_step == s.pixels * s.residual_pixel_step) {
      s.pixels *= s.images;
      s.images = 1;
    }
  }
  return s;
}

/// All pixels of a shape whose lines are as long as may be.
EK_INLINE void ek_cover(const ek_conv_shape *s, const ek_tile_call *call, const float *a, float *c,
                        const float *residual) {
  const ek_tile_steps steps = {(ptrdiff_t)s->input_pixel_step, (ptrdiff_t)s->output_pixel_step,
                               (ptrdiff_t)s->residual_pixel_step};
  const ek_tile_rows even = ek_even_rows(steps);
  if (s->images * s->lines == 1) return ek_cover_rows(s->pixels, call, &even, &steps, a, c, residual);
  const bool narrow = call->columns <= V_LANES, single = call->tap_rows == 1 && call->runs == 1;
  const size_t most = narrow ? EK_NARROW_MR : EK_MR;
  size_t left = s->images * s->lines * s->pixels;
  ek_conv_place place = {0};
  while (left > 0) {
    const ek_conv_place start = place;
    const float *first = a + start.a, *added = residual ? residual + start.residual : NULL;
    const size_t full = ek_full_tiles(left, narrow), inside = (s->pixels - place.pixel) / most;
    const size_t tiles = full < inside ? full : inside;
    if (tiles > 0) {
      (narrow ? ek_narrow_tiles : ek_wide_tiles)(single, tiles, call, &even, &steps, first, c + start.c, added);
      place = ek_advance(s, place, tiles * most);
      left -= tiles * most;
      continue;
    }
    const size_t count = full > 0 ? most : left <= most ? left : (left + 1) / 2;
    ek_tile_rows uneven;
    const ek_tile_rows *rows = &even;
    const ek_tile_steps *distances = &steps;
    if (place.pixel + count <= s->pixels) {
      place = ek_advance(s, place, count);
    } else {
      for (size_t i = 0; i < count; i++) {
        uneven.a[i] = place.a - start.a;
        uneven.c[i] = place.c - start.c;
        uneven.residual[i] = place.residual - start.residual;
        place = ek_advance(s, place, 1);
      }
      rows = &uneven;
      distances = NULL;
    }
    ek_some_rows(narrow, count, call, rows, distances, first, c + start.c, added);
    left -= count;
  }
}

void EK_NAME(conv)(const ek_conv_shape *shape, size_t columns, const float *input, const float *packed, float *output,
                   const float *residual, float lower, float upper) {
  const ek_conv_shape s = ek_longest_lines(*shape);
  // Neighbouring taps that are neighbours in memory are one run.
  const bool joined = s.tap_column_step == s.depth;
  const size_t tap = s.depth * ek_nr, first = s.first_tap_row * s.kernel_width + s.first_tap_column;
  const ek_tile_call call = {columns,
                             s.tap_rows,
                             joined ? 1 : s.tap_columns,
                             joined ? s.tap_columns * s.depth : s.depth,
                             s.tap_row_step,
                             s.tap_column_step,
                             s.kernel_width * tap,
                             packed,
                             packed + ek_nr + first * tap,
                             lower,
                             upper,
                             lower > -__builtin_inff() || upper < __builtin_inff(),
                             ek_nr + tap};
  ek_cover(&s, &call, input, output, residual);
}
