// Batches of products of one instruction set. The including file includes f32_gemm.h before.

enum { ek_few_rows = 6 };

/// Tiles of two products of a batch, one vector wide: with as few rows, those of one product would wait for each other's
/// additions. The sums are those of `ek_tile`. `lanes` are the columns.
EK_INLINE void ek_two_narrow_tiles(const int rows, const ek_gemm_batch *batch, size_t lanes, const float *a,
                                   const float *packed, float *c) {
  vf acc[2][ek_few_rows];
  EK_UNROLL
  for (int product = 0; product < 2; product++)
    EK_UNROLL
    for (int i = 0; i < rows; i++) acc[product][i] = v_load(packed + product * batch->packed_step);
  const float *b = packed + ek_nr;
  for (size_t k = 0; k < batch->depth; k++) {
    EK_UNROLL
    for (int product = 0; product < 2; product++) {
      const vf bv = v_load(b + product * batch->packed_step);
      EK_UNROLL
      for (int i = 0; i < rows; i++) {
        const vf av = v_splat(a[product * batch->a_step + i * batch->a_stride + k]);
        acc[product][i] = v_fma(av, bv, acc[product][i]);
      }
    }
    b += ek_nr;
  }
  EK_UNROLL
  for (int product = 0; product < 2; product++)
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      v_store_lanes(c + product * batch->c_step + i * batch->c_stride, acc[product][i], lanes);
}

static __attribute__((noinline)) void ek_two_narrow(const ek_gemm_batch *batch, size_t lanes, const float *a,
                                                    const float *packed, float *c) {
  switch (batch->rows) {
    case 1: ek_two_narrow_tiles(1, batch, lanes, a, packed, c); break;
    case 2: ek_two_narrow_tiles(2, batch, lanes, a, packed, c); break;
    case 3: ek_two_narrow_tiles(3, batch, lanes, a, packed, c); break;
    case 4: ek_two_narrow_tiles(4, batch, lanes, a, packed, c); break;
    case 5: ek_two_narrow_tiles(5, batch, lanes, a, packed, c); break;
    case 6: ek_two_narrow_tiles(6, batch, lanes, a, packed, c); break;
  }
}

void EK_NAME(gemm_batch)(const ek_gemm_batch *batch, const float *a, const float *packed, float *c) {
  const float infinity = __builtin_inff();
  const size_t panel = (1 + batch->depth) * ek_nr;
  ek_tile_call call = {0, 1, 1, batch->depth, 0, 0, 0, NULL, NULL, -infinity, infinity, false, panel};
  const ek_tile_steps steps = {(ptrdiff_t)batch->a_stride, (ptrdiff_t)batch->c_stride, 0};
  const ek_tile_rows place = ek_even_rows(steps);
  const size_t whole = batch->columns / ek_nr * ek_nr, rest = batch->columns - whole;
  const bool pairs = !ek_lane_factors && batch->rows <= ek_few_rows && rest > 0 && rest <= V_LANES;
  for (size_t i = 0; i < batch->count; i++) {
    const bool second = pairs && i % 2 == 1, first = pairs && !second && i + 1 < batch->count;
    call.bias = packed;
    for (size_t column = 0; column < batch->columns; column += ek_nr) {
      call.weights = call.bias + ek_nr;
      call.columns = batch->columns - column < ek_nr ? batch->columns - column : ek_nr;
      if (column < whole || !(first || second))
        ek_cover_rows(batch->rows, &call, &place, &steps, a, c + column, NULL);
      else if (first)
        ek_two_narrow(batch, rest, a, call.bias, c + column);
      call.bias += panel;
    }
    a += batch->a_step;
    packed += batch->packed_step;
    c += batch->c_step;
  }
}
