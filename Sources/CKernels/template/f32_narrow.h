// Product of few columns: vectors along the depth instead of the columns, so that three columns cost three, not a whole
// vector of them. The including file includes transpose.h before and defines EK_NAME(operation).

/// Where rows and columns of a narrow product are.
typedef struct {
  const float *a, *weights, *bias, *residual;
  float *c;
  ptrdiff_t a_step, c_step, residual_step;
  size_t weights_step, depth;
  vf lower, upper;
} ek_narrow_call;

/// The sum of each of as many vectors as one has lanes, one in each lane.
EK_INLINE vf ek_lane_sums(vf x[V_LANES]) {
  EK_UNROLL
  for (int step = V_LANES / 2; step > 0; step /= 2)
    EK_UNROLL
    for (int i = 0; i < step; i++) {
      ek_swap_places(step, &x[i], &x[i + step]);
      x[i] += x[i + step];
    }
  return x[0];
}

/// acc[i * columns + j] += the first `lanes` of row i * column j, from element k on.
EK_INLINE void ek_narrow_step(const int rows, const int columns, const ek_narrow_call *call, size_t row, size_t k,
                              size_t lanes, vf acc[V_LANES]) {
  vf w[V_LANES / 2];
  EK_UNROLL
  for (int j = 0; j < columns; j++) w[j] = v_load(call->weights + (size_t)j * call->weights_step + k);
  EK_UNROLL
  for (int i = 0; i < rows; i++) {
    const vf a = v_load_lanes(call->a + (ptrdiff_t)(row + (size_t)i) * call->a_step + k, lanes);
    EK_UNROLL
    for (int j = 0; j < columns; j++) acc[i * columns + j] = v_fma(a, w[j], acc[i * columns + j]);
  }
}

/// Some rows, from `row` on. `bias` has that of each sum.
EK_INLINE void ek_narrow_rows(const int rows, const int columns, const ek_narrow_call *call, size_t row, vf bias) {
  vf acc[V_LANES];
  EK_UNROLL
  for (int i = 0; i < V_LANES; i++) acc[i] = (vf){};
  size_t k = 0;
  for (; k + V_LANES <= call->depth; k += V_LANES) ek_narrow_step(rows, columns, call, row, k, V_LANES, acc);
  if (k < call->depth) ek_narrow_step(rows, columns, call, row, k, call->depth - k, acc);

  float lanes[V_LANES] = {0};
  vf value = ek_lane_sums(acc) + bias;
  if (call->residual) {
    EK_UNROLL
    for (int i = 0; i < rows; i++)
      memcpy(lanes + i * columns, call->residual + (ptrdiff_t)(row + (size_t)i) * call->residual_step,
             (size_t)columns * sizeof *lanes);
    value += v_load(lanes);
  }
  v_store(lanes, v_min(call->upper, v_max(call->lower, value)));
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    memcpy(call->c + (ptrdiff_t)(row + (size_t)i) * call->c_step, lanes + i * columns, (size_t)columns * sizeof *lanes);
}

EK_INLINE void ek_narrow_columns(const int columns, const ek_narrow_call *call, size_t rows) {
  float biases[V_LANES] = {0};
  for (int i = 0; call->bias && i < V_LANES / columns * columns; i++) biases[i] = call->bias[i % columns];
  const vf bias = v_load(biases);
  size_t row = 0;
  for (; row + V_LANES / columns <= rows; row += V_LANES / columns)
    ek_narrow_rows(V_LANES / columns, columns, call, row, bias);
  for (; row < rows; row++) ek_narrow_rows(1, columns, call, row, bias);
}

#define EK_NARROW_CASE(n)                                                                                            \
  case n:                                                                                                            \
    if (n <= V_LANES / 2) ek_narrow_columns(n, &call, rows);                                                         \
    break;

void EK_NAME(narrow)(size_t rows, size_t columns, size_t depth, const float *a, ptrdiff_t a_step,
                     const float *weights, size_t weights_step, const float *bias, float *c, ptrdiff_t c_step,
                     const float *residual, ptrdiff_t residual_step, float lower, float upper) {
  const ek_narrow_call call = {.a = a, .weights = weights, .bias = bias, .residual = residual, .c = c,
                               .a_step = a_step, .c_step = c_step, .residual_step = residual_step,
                               .weights_step = weights_step, .depth = depth,
                               .lower = v_splat(lower), .upper = v_splat(upper)};
  switch (columns) {
    EK_NARROW_CASE(1) EK_NARROW_CASE(2) EK_NARROW_CASE(3) EK_NARROW_CASE(4)
    EK_NARROW_CASE(5) EK_NARROW_CASE(6) EK_NARROW_CASE(7) EK_NARROW_CASE(8)
  }
}
