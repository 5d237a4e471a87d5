// Matrix-vector product of one instruction set. The including file defines EK_GEMV_NAME and includes f32_gemm.h before.

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
