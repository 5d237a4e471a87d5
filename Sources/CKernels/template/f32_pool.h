// Pooling of one instruction set. The including file defines EK_NAME(operation).

/// The larger of two; NaN where either is.
EK_INLINE vf ek_larger(vf a, vf b) { return v_select(a == a, v_max(a, b), a); }

EK_INLINE vf ek_max_of_taps(size_t lanes, size_t taps, const float *const *input, size_t c) {
  vf result = lanes == V_LANES ? v_load(input[0] + c) : v_load_partial(input[0] + c, lanes);
  for (size_t t = 1; t < taps; t++)
    result = ek_larger(result, lanes == V_LANES ? v_load(input[t] + c) : v_load_partial(input[t] + c, lanes));
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
