// Normalisation over the rows of a batch, forward and backward, of one instruction set. The including file defines
// EK_NAME(operation).

/// Bounds between which a gradient passes.
typedef struct {
  vf lower, upper;
  /// All ones where there is no such bound.
  vi below, above;
} ek_gate;

EK_INLINE ek_gate ek_gate_of(float lower, float upper) {
  const ek_gate gate = {v_splat(lower), v_splat(upper), v_splat_int(lower == -__builtin_inff() ? -1 : 0),
                        v_splat_int(upper == __builtin_inff() ? -1 : 0)};
  return gate;
}

EK_INLINE vf ek_gated(const ek_gate *gate, vf gradient, vf y) {
  return (vf)((vi)gradient & ((y > gate->lower) | gate->below) & ((y < gate->upper) | gate->above));
}

void EK_NAME(mask)(size_t count, const float *gradient, const float *y, float *output, float lower, float upper) {
  const ek_gate gate = ek_gate_of(lower, upper);
  size_t i = 0;
  for (; i + V_LANES <= count; i += V_LANES) v_store(output + i, ek_gated(&gate, v_load(gradient + i), v_load(y + i)));
  if (i < count) {
    const size_t rest = count - i;
    v_store_partial(output + i, ek_gated(&gate, v_load_partial(gradient + i, rest), v_load_partial(y + i, rest)), rest);
  }
}

/// Vectors of columns that are summed at a time, and rows at a time of few columns: chains of additions that run side by
/// side.
enum { ek_most_vectors = 4, ek_most_ways = 4 };
#define EK_WAYS(vectors) ((vectors) == 1 ? 4 : (vectors) == 2 ? 2 : 1)

/// The sums over `ways` rows of each vector in the first way's.
EK_INLINE void ek_add_ways(const int ways, const int vectors, vf (*sum)[ek_most_vectors]) {
  EK_UNROLL
  for (int w = 1; w < ways; w++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++) sum[0][v] += sum[w][v];
}

/// Of at most EK_SUM_ROWS rows; `lanes` is V_LANES but for a last single vector.
EK_INLINE void ek_moments_of(const int vectors, size_t lanes, size_t rows, const float *x, size_t stride, double count,
                             double *mean, double *squares) {
  const int ways = EK_WAYS(vectors);
  const size_t columns = (size_t)(vectors - 1) * V_LANES + lanes;
  float shift[ek_most_vectors * V_LANES] = {}, total[ek_most_vectors * V_LANES], square[ek_most_vectors * V_LANES];
  for (size_t c = 0; c < columns; c++) shift[c] = (float)mean[c];
  vf origin[ek_most_vectors], sum[ek_most_ways][ek_most_vectors] = {}, power[ek_most_ways][ek_most_vectors] = {};
  EK_UNROLL
  for (int v = 0; v < vectors; v++) origin[v] = v_load(shift + v * V_LANES);
  size_t r = 0;
  for (; r + ways <= rows; r += ways, x += ways * stride)
    EK_UNROLL
    for (int w = 0; w < ways; w++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++) {
        const vf d = v_load_lanes(x + w * stride + v * V_LANES, lanes) - origin[v];
        sum[w][v] += d;
        power[w][v] = v_fma(d, d, power[w][v]);
      }
  for (; r < rows; r++, x += stride)
    EK_UNROLL
    for (int v = 0; v < vectors; v++) {
      const vf d = v_load_lanes(x + v * V_LANES, lanes) - origin[v];
      sum[0][v] += d;
      power[0][v] = v_fma(d, d, power[0][v]);
    }
  ek_add_ways(ways, vectors, sum);
  ek_add_ways(ways, vectors, power);
  EK_UNROLL
  for (int v = 0; v < vectors; v++) {
    v_store(total + v * V_LANES, sum[0][v]);
    v_store(square + v * V_LANES, power[0][v]);
  }
  const double n = (double)rows, share = n / (count + n), weight = count * share;
  for (size_t c = 0; c < columns; c++) {
    const double distance = (shift[c] - mean[c]) + total[c] / n;
    const double own = square[c] - total[c] * (total[c] / n);
    squares[c] += (own < 0 ? 0 : own) + distance * distance * weight;
    mean[c] += distance * share;
  }
}

void EK_NAME(moments)(size_t rows, size_t columns, const float *x, size_t x_stride, double count, double *mean,
                      double *squares) {
  while (rows > 0) {
    const size_t n = rows < EK_SUM_ROWS ? rows : EK_SUM_ROWS;
    size_t c = 0;
    for (; c + 4 * V_LANES <= columns; c += 4 * V_LANES)
      ek_moments_of(4, V_LANES, n, x + c, x_stride, count, mean + c, squares + c);
    for (; c + 2 * V_LANES <= columns; c += 2 * V_LANES)
      ek_moments_of(2, V_LANES, n, x + c, x_stride, count, mean + c, squares + c);
    if (c + V_LANES <= columns) {
      ek_moments_of(1, V_LANES, n, x + c, x_stride, count, mean + c, squares + c);
      c += V_LANES;
    }
    if (c < columns) ek_moments_of(1, columns - c, n, x + c, x_stride, count, mean + c, squares + c);
    x += n * x_stride;
    count += (double)n;
    rows -= n;
  }
}

EK_INLINE void ek_normalize_rows(const bool has_residual, size_t rows, size_t columns, const float *x, size_t x_stride,
                                 const ek_column_terms *terms, const float *residual, size_t residual_stride, float *y,
                                 size_t y_stride, float lower, float upper) {
  const float *mean = terms->mean, *factor = terms->factor, *offset = terms->offset;
  const vf low = v_splat(lower), high = v_splat(upper);
  for (size_t r = 0; r < rows; r++, x += x_stride, y += y_stride) {
    for (size_t c = 0; c < columns; c += V_LANES) {
      const size_t lanes = columns - c < V_LANES ? columns - c : V_LANES;
      vf value = v_fma(v_load_lanes(x + c, lanes) - v_load(mean + c), v_load(factor + c), v_load(offset + c));
      if (has_residual) value += v_load_lanes(residual + c, lanes);
      v_store_lanes(y + c, v_min(high, v_max(low, value)), lanes);
    }
    if (has_residual) residual += residual_stride;
  }
}

void EK_NAME(normalize)(size_t rows, size_t columns, const float *x, size_t x_stride, const ek_column_terms *terms,
                        const float *residual, size_t residual_stride, float *y, size_t y_stride, float lower,
                        float upper) {
  if (residual)
    ek_normalize_rows(true, rows, columns, x, x_stride, terms, residual, residual_stride, y, y_stride, lower, upper);
  else
    ek_normalize_rows(false, rows, columns, x, x_stride, terms, NULL, 0, y, y_stride, lower, upper);
}

/// Of at most EK_SUM_ROWS rows.
EK_INLINE void ek_gradient_sums_of(const bool has_y, const int vectors, size_t lanes, size_t rows,
                                   const ek_masked_rows *g, const float *gradient, const float *y, const float *x,
                                   size_t x_stride, const float *mean, double *sum, double *product) {
  const int ways = EK_WAYS(vectors);
  const size_t columns = (size_t)(vectors - 1) * V_LANES + lanes;
  const ek_gate gate = ek_gate_of(g->lower, g->upper);
  const size_t g_stride = g->gradient_stride, y_stride = g->y_stride;
  vf origin[ek_most_vectors], plain[ek_most_ways][ek_most_vectors] = {}, weighted[ek_most_ways][ek_most_vectors] = {};
  EK_UNROLL
  for (int v = 0; v < vectors; v++) origin[v] = v_load(mean + v * V_LANES);
  size_t r = 0;
  for (; r + ways <= rows; r += ways)
    EK_UNROLL
    for (int w = 0; w < ways; w++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++) {
        vf value = v_load_lanes(gradient + (r + w) * g_stride + v * V_LANES, lanes);
        if (has_y) value = ek_gated(&gate, value, v_load_lanes(y + (r + w) * y_stride + v * V_LANES, lanes));
        plain[w][v] += value;
        weighted[w][v] =
            v_fma(value, v_load_lanes(x + (r + w) * x_stride + v * V_LANES, lanes) - origin[v], weighted[w][v]);
      }
  for (; r < rows; r++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++) {
      vf value = v_load_lanes(gradient + r * g_stride + v * V_LANES, lanes);
      if (has_y) value = ek_gated(&gate, value, v_load_lanes(y + r * y_stride + v * V_LANES, lanes));
      plain[0][v] += value;
      weighted[0][v] = v_fma(value, v_load_lanes(x + r * x_stride + v * V_LANES, lanes) - origin[v], weighted[0][v]);
    }
  ek_add_ways(ways, vectors, plain);
  ek_add_ways(ways, vectors, weighted);
  float sums[ek_most_vectors * V_LANES], products[ek_most_vectors * V_LANES];
  EK_UNROLL
  for (int v = 0; v < vectors; v++) {
    v_store(sums + v * V_LANES, plain[0][v]);
    v_store(products + v * V_LANES, weighted[0][v]);
  }
  for (size_t c = 0; c < columns; c++) {
    sum[c] += sums[c];
    product[c] += products[c];
  }
}

EK_INLINE void ek_gradient_sums(const bool has_y, size_t rows, size_t columns, const ek_masked_rows *g, const float *x,
                                size_t x_stride, const float *mean, double *sum, double *product) {
  const float *gradient = g->gradient, *y = g->y;
  while (rows > 0) {
    const size_t n = rows < EK_SUM_ROWS ? rows : EK_SUM_ROWS;
    size_t c = 0;
#define EK_SUMS(vectors, lanes)                                                                                      \
  ek_gradient_sums_of(has_y, vectors, lanes, n, g, gradient + c, has_y ? y + c : NULL, x + c, x_stride, mean + c,    \
                      sum + c, product + c)
    for (; c + 4 * V_LANES <= columns; c += 4 * V_LANES) EK_SUMS(4, V_LANES);
    for (; c + 2 * V_LANES <= columns; c += 2 * V_LANES) EK_SUMS(2, V_LANES);
    if (c + V_LANES <= columns) {
      EK_SUMS(1, V_LANES);
      c += V_LANES;
    }
    if (c < columns) EK_SUMS(1, columns - c);
#undef EK_SUMS
    gradient += n * g->gradient_stride;
    if (has_y) y += n * g->y_stride;
    x += n * x_stride;
    rows -= n;
  }
}

void EK_NAME(gradient_sums)(size_t rows, size_t columns, const ek_masked_rows *g, const float *x, size_t x_stride,
                            const float *mean, double *sum, double *product) {
  if (g->y)
    ek_gradient_sums(true, rows, columns, g, x, x_stride, mean, sum, product);
  else
    ek_gradient_sums(false, rows, columns, g, x, x_stride, mean, sum, product);
}

EK_INLINE void ek_normalize_gradient_rows(const bool has_y, const bool keeps_mask, size_t rows, size_t columns,
                                          const ek_masked_rows *g, const float *x, size_t x_stride,
                                          const ek_column_terms *terms, float *output, size_t output_stride,
                                          float *masked, size_t masked_stride) {
  const float *mean = terms->mean, *factor = terms->factor, *offset = terms->offset, *scale = terms->gradient_factor;
  const ek_gate gate = ek_gate_of(g->lower, g->upper);
  const float *gradient = g->gradient, *y = g->y;
  for (size_t r = 0; r < rows; r++, x += x_stride, gradient += g->gradient_stride, output += output_stride) {
    for (size_t c = 0; c < columns; c += V_LANES) {
      const size_t lanes = columns - c < V_LANES ? columns - c : V_LANES;
      vf value = v_load_lanes(gradient + c, lanes);
      if (has_y) value = ek_gated(&gate, value, v_load_lanes(y + c, lanes));
      if (keeps_mask) v_store_lanes(masked + c, value, lanes);
      const vf rest = v_fma(v_load_lanes(x + c, lanes) - v_load(mean + c), v_load(factor + c), v_load(offset + c));
      v_store_lanes(output + c, v_fma(value, v_load(scale + c), rest), lanes);
    }
    if (has_y) y += g->y_stride;
    if (keeps_mask) masked += masked_stride;
  }
}

void EK_NAME(normalize_gradient)(size_t rows, size_t columns, const ek_masked_rows *g, const float *x, size_t x_stride,
                                 const ek_column_terms *terms, float *output, size_t output_stride, float *masked,
                                 size_t masked_stride) {
#define EK_ROWS(has_y, keeps_mask)                                                                                   \
  ek_normalize_gradient_rows(has_y, keeps_mask, rows, columns, g, x, x_stride, terms, output, output_stride, masked, \
                             masked_stride)
  if (g->y && masked)
    EK_ROWS(true, true);
  else if (g->y)
    EK_ROWS(true, false);
  else if (masked)
    EK_ROWS(false, true);
  else
    EK_ROWS(false, false);
#undef EK_ROWS
}
