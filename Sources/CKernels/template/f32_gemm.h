// GEMM, indirect GEMM and matrix-vector product of one instruction set.
//
// The including file defines:
//   EK_NAME(operation)   a function's full name, e.g. ek_f32_##operation##_6x16_avx2
//   EK_GEMV_NAME         the name of the matrix-vector product
//   EK_MR                rows of a full tile
//   EK_NARROW_MR         rows of a tile whose columns fit one vector: more, as it takes half the registers a row
// A panel is two vectors wide.

enum { ek_nr = 2 * V_LANES, ek_max_rows = EK_MR > EK_NARROW_MR ? EK_MR : EK_NARROW_MR };

/// What the tiles of one call share.
typedef struct {
  size_t columns, depth, taps, a_step, a_offset;
  const float *packed;
  size_t c_stride, residual_stride;
  float lower, upper;
} ek_tile_call;

/// acc[i] += rows[i][0 ..< depth] * b, where b points to `depth` rows of ek_nr weights.
EK_INLINE void ek_accumulate(const int rows, const int vectors, size_t depth, const float *const *a, size_t a_offset,
                             const float *b, vf acc[ek_max_rows][2]) {
  const float *row[ek_max_rows];
  EK_UNROLL
  for (int i = 0; i < rows; i++) row[i] = a[i] + a_offset;
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
  for (; k < depth; k++) {
    vf bv[2];
    EK_UNROLL
    for (int v = 0; v < vectors; v++) bv[v] = v_load(b + v * V_LANES);
    b += ek_nr;
    EK_UNROLL
    for (int i = 0; i < rows; i++) {
      const vf av = v_splat(row[i][k]);
      EK_UNROLL
      for (int v = 0; v < vectors; v++) acc[i][v] = v_fma(av, bv[v], acc[i][v]);
    }
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

EK_INLINE void ek_tile(const int rows, const int vectors, const ek_tile_call *call, const float *const *a, float *c,
                       const float *residual) {
  const float *b = call->packed;
  vf acc[ek_max_rows][2];
  EK_UNROLL
  for (int v = 0; v < vectors; v++) {
    const vf bias = v_load(b + v * V_LANES);
    EK_UNROLL
    for (int i = 0; i < rows; i++) acc[i][v] = bias;
  }
  b += ek_nr;
  size_t t = 0;
  do {
    ek_accumulate(rows, vectors, call->depth, a, call->a_offset, b, acc);
    b += call->depth * ek_nr;
    a += call->a_step;
  } while (++t < call->taps);
  const vf lower = v_splat(call->lower), upper = v_splat(call->upper);
  const size_t last = call->columns - (size_t)(vectors - 1) * V_LANES;
  EK_UNROLL
  for (int i = 0; i < rows; i++) {
    ek_finish(vectors, last, acc[i], c, residual, lower, upper);
    c += call->c_stride;
    if (residual) residual += call->residual_stride;
  }
}

#define EK_TILE_CASE(n)                                                                                              \
  case n:                                                                                                            \
    if (n <= (vectors == 1 ? EK_NARROW_MR : EK_MR)) ek_tile(n, vectors, call, a, c, residual);                        \
    break;

#define EK_TILE_CASES                                                                                                \
  EK_TILE_CASE(1) EK_TILE_CASE(2) EK_TILE_CASE(3) EK_TILE_CASE(4) EK_TILE_CASE(5) EK_TILE_CASE(6) EK_TILE_CASE(7)    \
  EK_TILE_CASE(8) EK_TILE_CASE(9) EK_TILE_CASE(10) EK_TILE_CASE(11) EK_TILE_CASE(12) EK_TILE_CASE(13)                \
  EK_TILE_CASE(14)

static __attribute__((noinline)) void ek_wide_tile(size_t rows, const ek_tile_call *call, const float *const *a,
                                                   float *c, const float *residual) {
  enum { vectors = 2 };
  switch (rows) { EK_TILE_CASES }
}

static __attribute__((noinline)) void ek_narrow_tile(size_t rows, const ek_tile_call *call, const float *const *a,
                                                     float *c, const float *residual) {
  enum { vectors = 1 };
  switch (rows) { EK_TILE_CASES }
}

/// Rows of the next tile: full ones, but never leaves 1 to 3 over, which would be bound by the latency of their few
/// chains of additions; the last two tiles share those.
EK_INLINE size_t ek_next_rows(size_t rows, size_t most) {
  if (rows <= most) return rows;
  return rows < most + 4 ? (rows + 1) / 2 : most;
}

void EK_NAME(gemm)(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride, const float *packed,
                   float *c, size_t c_stride, const float *residual, size_t residual_stride, float lower,
                   float upper) {
  const ek_tile_call call = {columns,         depth, 1,    0, 0, packed, c_stride,
                             residual_stride, lower, upper};
  const bool narrow = columns <= V_LANES;
  const size_t most = narrow ? EK_NARROW_MR : EK_MR;
  while (rows > 0) {
    const size_t count = ek_next_rows(rows, most);
    const float *row[ek_max_rows];
    for (size_t i = 0; i < count; i++) row[i] = a + i * a_stride;
    (narrow ? ek_narrow_tile : ek_wide_tile)(count, &call, row, c, residual);
    rows -= count;
    a += count * a_stride;
    c += count * c_stride;
    if (residual) residual += count * residual_stride;
  }
}

void EK_NAME(igemm)(size_t rows, size_t columns, size_t depth, size_t taps, const float *const *a, size_t a_step,
                    size_t a_offset, const float *packed, float *c, size_t c_stride, const float *residual,
                    size_t residual_stride, float lower, float upper) {
  const ek_tile_call call = {columns,         depth, taps, a_step, a_offset, packed, c_stride,
                             residual_stride, lower, upper};
  const bool narrow = columns <= V_LANES;
  const size_t most = narrow ? EK_NARROW_MR : EK_MR;
  while (rows > 0) {
    const size_t count = ek_next_rows(rows, most);
    (narrow ? ek_narrow_tile : ek_wide_tile)(count, &call, a, c, residual);
    rows -= count;
    a += count;
    c += count * c_stride;
    if (residual) residual += count * residual_stride;
  }
}

/// `panels` panels of one row at once: enough independent chains to hide the latency of their additions, and several
/// streams of weights for the prefetchers.
EK_INLINE void ek_vector_tile(const int panels, size_t columns, size_t depth, const float *a, const float *packed,
                              float *c, const float *residual, vf lower, vf upper) {
  const size_t panel_floats = (1 + depth) * ek_nr;
  vf acc[4][2];
  EK_UNROLL
  for (int p = 0; p < panels; p++)
    EK_UNROLL
    for (int v = 0; v < 2; v++) acc[p][v] = v_load(packed + (size_t)p * panel_floats + v * V_LANES);
  const float *b = packed + ek_nr;
  for (size_t k = 0; k < depth; k++) {
    const vf av = v_splat(a[k]);
    EK_UNROLL
    for (int p = 0; p < panels; p++)
      EK_UNROLL
      for (int v = 0; v < 2; v++) acc[p][v] = v_fma(av, v_load(b + (size_t)p * panel_floats + v * V_LANES), acc[p][v]);
    b += ek_nr;
  }
  EK_UNROLL
  for (int p = 0; p < panels; p++) {
    const size_t left = columns - (size_t)p * ek_nr;
    if (left > V_LANES)
      ek_finish(2, left >= ek_nr ? V_LANES : left - V_LANES, acc[p], c, residual, lower, upper);
    else
      ek_finish(1, left, acc[p], c, residual, lower, upper);
    c += ek_nr;
    if (residual) residual += ek_nr;
  }
}

void EK_GEMV_NAME(size_t columns, size_t depth, const float *a, const float *packed, float *c, const float *residual,
                  float lower, float upper) {
  const vf low = v_splat(lower), high = v_splat(upper);
  const size_t panel_floats = (1 + depth) * ek_nr;
  while (columns > 3 * ek_nr) {
    ek_vector_tile(4, columns, depth, a, packed, c, residual, low, high);
    if (columns <= 4 * ek_nr) return;
    columns -= 4 * ek_nr;
    packed += 4 * panel_floats;
    c += 4 * ek_nr;
    if (residual) residual += 4 * ek_nr;
  }
  switch ((columns + ek_nr - 1) / ek_nr) {
    case 1:
      ek_vector_tile(1, columns, depth, a, packed, c, residual, low, high);
      break;
    case 2:
      ek_vector_tile(2, columns, depth, a, packed, c, residual, low, high);
      break;
    case 3:
      ek_vector_tile(3, columns, depth, a, packed, c, residual, low, high);
      break;
  }
}
