// Batches of products of one instruction set. The including file includes f32_gemm.h before.
//
// That file defines EK_TWO_WIDE_ROWS as well: of products of so many rows the sums of two panels fit the registers; 0 for
// none.

enum { ek_few_rows = 6 };

/// Tiles of two products of a batch, one panel wide: with as few rows, those of one product would wait for each other's
/// additions. The sums are those of `ek_tile`. The last of the `vectors` has `lanes` columns.
EK_INLINE void ek_two_products_tiles(const int rows, const int vectors, const ek_gemm_batch *batch, size_t lanes,
                                     const float *a, const float *packed, float *c) {
  vf acc[2][ek_few_rows][2];
  EK_UNROLL
  for (int product = 0; product < 2; product++)
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++)
        acc[product][i][v] = v_load(packed + product * batch->packed_step + v * V_LANES);
  const float *b = packed + ek_nr;
  for (size_t k = 0; k < batch->depth; k++) {
    EK_UNROLL
    for (int product = 0; product < 2; product++) {
      vf bv[2];
      EK_UNROLL
      for (int v = 0; v < vectors; v++) bv[v] = v_load(b + product * batch->packed_step + v * V_LANES);
      EK_UNROLL
      for (int i = 0; i < rows; i++) {
        const vf av = v_splat(a[product * batch->a_step + i * batch->a_stride + k]);
        EK_UNROLL
        for (int v = 0; v < vectors; v++) acc[product][i][v] = v_fma(av, bv[v], acc[product][i][v]);
      }
    }
    b += ek_nr;
  }
  EK_UNROLL
  for (int product = 0; product < 2; product++)
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++)
        v_store_lanes(c + product * batch->c_step + i * batch->c_stride + v * V_LANES, acc[product][i][v],
                      v == vectors - 1 ? lanes : V_LANES);
}

#define EK_TWO_PRODUCTS_CASE(rows)                                                                                   \
  case rows:                                                                                                         \
    if (columns <= V_LANES)                                                                                          \
      ek_two_products_tiles(rows, 1, batch, columns, a, packed, c);                                                  \
    else if (rows <= EK_TWO_WIDE_ROWS)                                                                               \
      ek_two_products_tiles(rows, 2, batch, columns - V_LANES, a, packed, c);                                        \
    break;

/// `columns`, of one panel; of more than a vector where rows are few enough for that.
static __attribute__((noinline)) void ek_two_products(const ek_gemm_batch *batch, size_t columns, const float *a,
                                                      const float *packed, float *c) {
  switch (batch->rows) {
    EK_TWO_PRODUCTS_CASE(1) EK_TWO_PRODUCTS_CASE(2) EK_TWO_PRODUCTS_CASE(3) EK_TWO_PRODUCTS_CASE(4)
    EK_TWO_PRODUCTS_CASE(5) EK_TWO_PRODUCTS_CASE(6)
  }
}

/// A product's tile of two panels, of few rows: one panel has too few sums to hide how long an addition takes. `vectors` of
/// the four have columns.
EK_INLINE void ek_two_wide_tiles(const int rows, const int vectors, const ek_gemm_batch *batch, size_t lanes,
                                 const float *a, const float *packed, size_t panel, float *c) {
  vf acc[ek_few_rows][4];
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++) acc[i][v] = v_load(packed + (size_t)(v / 2) * panel + v % 2 * V_LANES);
  const float *b = packed + ek_nr;
  for (size_t k = 0; k < batch->depth; k++) {
    vf bv[4];
    EK_UNROLL
    for (int v = 0; v < vectors; v++) bv[v] = v_load(b + (size_t)(v / 2) * panel + v % 2 * V_LANES);
    EK_UNROLL
    for (int i = 0; i < rows; i++) {
      const vf av = v_splat(a[i * batch->a_stride + k]);
      EK_UNROLL
      for (int v = 0; v < vectors; v++) acc[i][v] = v_fma(av, bv[v], acc[i][v]);
    }
    b += ek_nr;
  }
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++)
      v_store_lanes(c + i * batch->c_stride + v * V_LANES, acc[i][v], v == vectors - 1 ? lanes : V_LANES);
}

#define EK_TWO_WIDE_CASE(rows)                                                                                       \
  case rows:                                                                                                         \
    if (columns > 3 * V_LANES)                                                                                       \
      ek_two_wide_tiles(rows, 4, batch, columns - 3 * V_LANES, a, packed, panel, c);                                 \
    else                                                                                                             \
      ek_two_wide_tiles(rows, 3, batch, columns - 2 * V_LANES, a, packed, panel, c);                                 \
    break;

/// `columns`, of more than one panel and at most two.
static __attribute__((noinline)) void ek_two_wide(const ek_gemm_batch *batch, size_t columns, const float *a,
                                                  const float *packed, size_t panel, float *c) {
  switch (batch->rows) { EK_TWO_WIDE_CASE(1) EK_TWO_WIDE_CASE(2) EK_TWO_WIDE_CASE(3) EK_TWO_WIDE_CASE(4) }
}

void EK_NAME(gemm_batch)(const ek_gemm_batch *batch, const float *a, const float *packed, float *c) {
  const float infinity = __builtin_inff();
  const size_t panel = (1 + batch->depth) * ek_nr;
  ek_tile_call call = {0, 1, 1, batch->depth, 0, 0, 0, NULL, NULL, -infinity, infinity, false, panel};
  const ek_tile_steps steps = {(ptrdiff_t)batch->a_stride, (ptrdiff_t)batch->c_stride, 0};
  const ek_tile_rows place = ek_even_rows(steps);
  // Few rows: two panels at once, the last panel of two products at once.
  const bool wide = batch->rows <= EK_TWO_WIDE_ROWS;
  const bool few = !ek_lane_factors && batch->rows <= ek_few_rows;
  for (size_t i = 0; i < batch->count; i++) {
    call.bias = packed;
    for (size_t column = 0; column < batch->columns;) {
      const size_t left = batch->columns - column, most = wide ? 2 * ek_nr : ek_nr, taken = left < most ? left : most;
      if (taken > ek_nr) {
        ek_two_wide(batch, taken, a, call.bias, panel, c + column);
        call.bias += panel;
      } else if (few && (wide || taken <= V_LANES) && (i % 2 == 1 || i + 1 < batch->count)) {
        if (i % 2 == 0) ek_two_products(batch, taken, a, call.bias, c + column);
      } else {
        call.weights = call.bias + ek_nr;
        call.columns = taken;
        ek_cover_rows(batch->rows, &call, &place, &steps, a, c + column, NULL);
      }
      call.bias += panel;
      column += taken;
    }
    a += batch->a_step;
    packed += batch->packed_step;
    c += batch->c_step;
  }
}
