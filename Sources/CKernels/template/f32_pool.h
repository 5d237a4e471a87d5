// Pooling of one instruction set. The including file defines EK_NAME(operation).

/// The larger of two; NaN where either is.
EK_INLINE vf ek_larger(vf a, vf b) { return v_select(a == a, v_max(a, b), a); }

EK_INLINE vf ek_max_of_taps(size_t lanes, size_t taps, const float *const *input, size_t c) {
  vf result = v_load_lanes(input[0] + c, lanes);
  for (size_t t = 1; t < taps; t++)
    result = ek_larger(result, v_load_lanes(input[t] + c, lanes));
  return result;
}

void EK_NAME(maxpool)(size_t channels, size_t taps, const float *const *input, float *output) {
  size_t c = 0;
  for (; c + V_LANES <= channels; c += V_LANES) v_store(output + c, ek_max_of_taps(V_LANES, taps, input, c));
  if (c < channels)
    v_store_partial(output + c, ek_max_of_taps(channels - c, taps, input, c), channels - c);
}

void EK_NAME(avgpool)(size_t channels, size_t taps, const float *const *input, float scale, float *output) {
  enum { vectors = 4 };
  const vf factor = v_splat(scale);
  size_t c = 0;
  for (; c + vectors * V_LANES <= channels; c += vectors * V_LANES) {
    vf sum[vectors] = {};
    for (size_t t = 0; t < taps; t++)
      EK_UNROLL
      for (int v = 0; v < vectors; v++) sum[v] += v_load(input[t] + c + v * V_LANES);
    EK_UNROLL
    for (int v = 0; v < vectors; v++) v_store(output + c + v * V_LANES, sum[v] * factor);
  }
  for (; c + V_LANES <= channels; c += V_LANES) {
    vf sum = {};
    for (size_t t = 0; t < taps; t++) sum += v_load(input[t] + c);
    v_store(output + c, sum * factor);
  }
  if (c < channels) {
    vf sum = {};
    for (size_t t = 0; t < taps; t++) sum += v_load_partial(input[t] + c, channels - c);
    v_store_partial(output + c, sum * factor, channels - c);
  }
}

/// As wide as `vf`, in double precision.
typedef double ek_wide __attribute__((vector_size(8 * V_LANES)));

/// `vectors` of columns, whose sums stay in registers. The last one has `lanes` columns.
EK_INLINE void ek_sum_columns(const int vectors, size_t lanes, size_t rows, const float *input, size_t step,
                              double *sums) {
  ek_wide sum[4];
  const int last = vectors - 1;
  EK_UNROLL
  for (int v = 0; v < vectors; v++) {
    sum[v] = (ek_wide){};
    memcpy(&sum[v], sums + v * V_LANES, (v == last ? lanes : V_LANES) * sizeof *sums);
  }
  for (size_t r = 0; r < rows; r++) {
    EK_UNROLL
    for (int v = 0; v < vectors; v++) {
      const vf x = v == last ? v_load_lanes(input + v * V_LANES, lanes) : v_load(input + v * V_LANES);
      sum[v] += __builtin_convertvector(x, ek_wide);
    }
    input += step;
  }
  EK_UNROLL
  for (int v = 0; v < vectors; v++)
    memcpy(sums + v * V_LANES, &sum[v], (v == last ? lanes : V_LANES) * sizeof *sums);
}

void EK_NAME(column_sums)(size_t rows, size_t columns, const float *input, size_t step, double *sums) {
  size_t c = 0;
  for (; c + 4 * V_LANES <= columns; c += 4 * V_LANES)
    ek_sum_columns(4, V_LANES, rows, input + c, step, sums + c);
  const size_t left = columns - c;
  if (left > 3 * V_LANES)
    ek_sum_columns(4, left - 3 * V_LANES, rows, input + c, step, sums + c);
  else if (left > 2 * V_LANES)
    ek_sum_columns(3, left - 2 * V_LANES, rows, input + c, step, sums + c);
  else if (left > V_LANES)
    ek_sum_columns(2, left - V_LANES, rows, input + c, step, sums + c);
  else if (left > 0)
    ek_sum_columns(1, left, rows, input + c, step, sums + c);
}

EK_INLINE void ek_give_to_largest(size_t lanes, size_t taps, const float *const *input, const float *gradient,
                                  float *const *output, size_t c) {
  const int whole = lanes == V_LANES;
  vf best = whole ? v_load(input[0] + c) : v_load_partial(input[0] + c, lanes);
  vi place = v_splat_int(0);
  for (size_t t = 1; t < taps; t++) {
    const vf x = whole ? v_load(input[t] + c) : v_load_partial(input[t] + c, lanes);
    const vi larger = (x > best) | ((x != x) & (best == best));
    best = v_select(larger, x, best);
    place = (larger & v_splat_int((int32_t)t)) | (~larger & place);
  }
  const vf g = whole ? v_load(gradient + c) : v_load_partial(gradient + c, lanes);
  for (size_t t = 0; t < taps; t++) {
    float *target = output[t] + c;
    const vf own = (vf)((vi)g & (place == v_splat_int((int32_t)t)));
    if (whole)
      v_store(target, v_load(target) + own);
    else
      v_store_partial(target, v_load_partial(target, lanes) + own, lanes);
  }
}

void EK_NAME(maxpool_gradient)(size_t channels, size_t taps, const float *const *input, const float *gradient,
                               float *const *output) {
  size_t c = 0;
  for (; c + V_LANES <= channels; c += V_LANES) ek_give_to_largest(V_LANES, taps, input, gradient, output, c);
  if (c < channels) ek_give_to_largest(channels - c, taps, input, gradient, output, c);
}

void EK_NAME(avgpool_gradient)(size_t channels, size_t taps, const float *gradient, float scale,
                               float *const *output) {
  size_t c = 0;
  for (; c + V_LANES <= channels; c += V_LANES) {
    const vf g = v_load(gradient + c) * scale;
    for (size_t t = 0; t < taps; t++) v_store(output[t] + c, v_load(output[t] + c) + g);
  }
  if (c < channels) {
    const size_t rest = channels - c;
    const vf g = v_load_partial(gradient + c, rest) * scale;
    for (size_t t = 0; t < taps; t++)
      v_store_partial(output[t] + c, v_load_partial(output[t] + c, rest) + g, rest);
  }
}
