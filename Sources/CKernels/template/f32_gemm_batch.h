// Batches of products of one instruction set. The including file includes f32_gemm.h before.
//
// That file defines EK_FEW_ROWS as well, 4 at most: of products of so many rows the sums of four vectors fit the registers,
// and panels may have any number of columns up to that; 0 for none.

enum { ek_two_products_rows = 6, ek_few_rows_most = 4, ek_few_rows_vectors = 4 };

/// How many floats ahead weights are fetched.
enum { ek_few_rows_ahead = 512 };

#if EK_FEW_ROWS
/// A vector of a row of a panel; of the last one the lanes that have columns.
EK_INLINE vf ek_panel_vector(const float *row, const int v, const int vectors, size_t lanes) {
  return v == vectors - 1 ? v_load_mask(row + v * V_LANES, v_mask_of((1u << lanes) - 1)) : v_load(row + v * V_LANES);
}
#else
EK_INLINE vf ek_panel_vector(const float *row, const int v, const int vectors, size_t lanes) {
  (void)vectors, (void)lanes;
  return v_load(row + v * V_LANES);
}
#endif

/// Tiles of two products of a batch, one panel wide: with as few rows, those of one product would wait for each other's
/// additions. The sums are those of `ek_tile`. The last of the `vectors` has `lanes` columns.
EK_INLINE void ek_two_products_tiles(const int rows, const int vectors, const ek_gemm_batch *batch, size_t lanes,
                                     const float *a, const float *packed, float *c) {
  vf acc[2][ek_two_products_rows][2];
  EK_UNROLL
  for (int product = 0; product < 2; product++)
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++)
        acc[product][i][v] = ek_panel_vector(packed + product * batch->packed_step, v, vectors, lanes);
  const float *b = packed + batch->panel;
  for (size_t k = 0; k < batch->depth; k++) {
    EK_UNROLL
    for (int product = 0; product < 2; product++) {
      vf bv[2];
      EK_UNROLL
      for (int v = 0; v < vectors; v++) bv[v] = ek_panel_vector(b + product * batch->packed_step, v, vectors, lanes);
      EK_UNROLL
      for (int i = 0; i < rows; i++) {
        const vf av = v_splat(a[product * batch->a_step + i * batch->a_stride + k]);
        EK_UNROLL
        for (int v = 0; v < vectors; v++) acc[product][i][v] = v_fma(av, bv[v], acc[product][i][v]);
      }
    }
    b += batch->panel;
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
    else if (rows <= EK_FEW_ROWS)                                                                                    \
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

/// A tile of one product, of so many vectors that its sums hide how long an addition takes. The last of the `vectors` has
/// `lanes` columns.
EK_INLINE void ek_few_rows_tile(const int rows, const int vectors, const ek_gemm_batch *batch, size_t lanes,
                                const float *a, const float *packed, float *c) {
  vf acc[ek_few_rows_most][ek_few_rows_vectors];
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++) acc[i][v] = ek_panel_vector(packed, v, vectors, lanes);
  const float *b = packed + batch->panel;
  for (size_t k = 0; k < batch->depth; k++) {
    vf bv[ek_few_rows_vectors];
    EK_UNROLL
    for (int v = 0; v < vectors; v++) {
      bv[v] = ek_panel_vector(b, v, vectors, lanes);
      // Weights are used once for a few rows: no product waits for those that come from the third-level cache.
      __builtin_prefetch(b + v * V_LANES + ek_few_rows_ahead);
    }
    EK_UNROLL
    for (int i = 0; i < rows; i++) {
      const vf av = v_splat(a[i * batch->a_stride + k]);
      EK_UNROLL
      for (int v = 0; v < vectors; v++) acc[i][v] = v_fma(av, bv[v], acc[i][v]);
    }
    b += batch->panel;
  }
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++)
      v_store_lanes(c + i * batch->c_stride + v * V_LANES, acc[i][v], v == vectors - 1 ? lanes : V_LANES);
}

#define EK_FEW_ROWS_CASE(rows)                                                                                       \
  case rows:                                                                                                         \
    if (vectors == 4)                                                                                                \
      ek_few_rows_tile(rows, 4, batch, lanes, a, packed, c);                                                         \
    else if (vectors == 3)                                                                                           \
      ek_few_rows_tile(rows, 3, batch, lanes, a, packed, c);                                                         \
    else if (vectors == 2)                                                                                           \
      ek_few_rows_tile(rows, 2, batch, lanes, a, packed, c);                                                         \
    else                                                                                                             \
      ek_few_rows_tile(rows, 1, batch, lanes, a, packed, c);                                                         \
    break;

/// `columns`, of one panel.
static __attribute__((noinline)) void ek_one_product(const ek_gemm_batch *batch, size_t columns, const float *a,
                                                     const float *packed, float *c) {
  const size_t vectors = (columns + V_LANES - 1) / V_LANES, lanes = columns - (vectors - 1) * V_LANES;
  switch (batch->rows) { EK_FEW_ROWS_CASE(1) EK_FEW_ROWS_CASE(2) EK_FEW_ROWS_CASE(3) EK_FEW_ROWS_CASE(4) }
}

/// Products of few rows: panels of up to four vectors, narrow ones of two products at once.
static void ek_few_rows_batch(const ek_gemm_batch *batch, const float *a, const float *packed, float *c) {
  const size_t panel = (1 + batch->depth) * batch->panel;
  for (size_t i = 0; i < batch->count; i++) {
    const float *b = packed;
    for (size_t column = 0; column < batch->columns; column += batch->panel, b += panel) {
      const size_t left = batch->columns - column, taken = left < batch->panel ? left : batch->panel;
      if (taken > 2 * V_LANES || (i % 2 == 0 && i + 1 == batch->count))
        ek_one_product(batch, taken, a, b, c + column);
      else if (i % 2 == 0)
        ek_two_products(batch, taken, a, b, c + column);
    }
    a += batch->a_step;
    packed += batch->packed_step;
    c += batch->c_step;
  }
}

void EK_NAME(gemm_batch)(const ek_gemm_batch *batch, const float *a, const float *packed, float *c) {
  if (EK_FEW_ROWS && batch->rows <= EK_FEW_ROWS) return ek_few_rows_batch(batch, a, packed, c);
  const float infinity = __builtin_inff();
  const size_t panel = (1 + batch->depth) * ek_nr;
  ek_tile_call call = {0, 1, 1, batch->depth, 0, 0, 0, NULL, NULL, -infinity, infinity, false, panel};
  const ek_tile_steps steps = {(ptrdiff_t)batch->a_stride, (ptrdiff_t)batch->c_stride, 0};
  const ek_tile_rows place = ek_even_rows(steps);
  // Few rows: the last panel of two products at once.
  const bool few = !ek_lane_factors && batch->rows <= ek_two_products_rows;
  for (size_t i = 0; i < batch->count; i++) {
    call.bias = packed;
    for (size_t column = 0; column < batch->columns; column += ek_nr, call.bias += panel) {
      const size_t left = batch->columns - column, taken = left < ek_nr ? left : ek_nr;
      if (few && taken <= V_LANES && (i % 2 == 1 || i + 1 < batch->count)) {
        if (i % 2 == 0) ek_two_products(batch, taken, a, call.bias, c + column);
      } else {
        call.weights = call.bias + ek_nr;
        call.columns = taken;
        ek_cover_rows(batch->rows, &call, &place, &steps, a, c + column, NULL);
      }
    }
    a += batch->a_step;
    packed += batch->packed_step;
    c += batch->c_step;
  }
}
