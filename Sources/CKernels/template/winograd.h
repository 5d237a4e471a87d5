// Winograd's transforms of F(4x4, 3x3) and F(2x2, 3x3) (Lavin and Gray, 2016), of as many values at a time as a vector has
// lanes.

/// 1-D transform of `tile` + 2 inputs.
EK_INLINE void ek_winograd_data(const int tile, const vf *d, vf *t) {
  if (tile == 4) {
    const vf four = v_splat(4), minus_four = v_splat(-4), minus_five = v_splat(-5);
    const vf a = v_fma(minus_four, d[2], d[4]), b = v_fma(minus_four, d[1], d[3]);
    const vf c = d[4] - d[2], e = d[3] - d[1];
    t[0] = v_fma(four, d[0], v_fma(minus_five, d[2], d[4]));
    t[1] = a + b;
    t[2] = a - b;
    t[3] = v_fma(v_splat(2), e, c);
    t[4] = v_fma(v_splat(-2), e, c);
    t[5] = v_fma(four, d[1], v_fma(minus_five, d[3], d[5]));
  } else {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
  }
}

/// 1-D transform of `tile` + 2 products to `tile` outputs.
EK_INLINE void ek_winograd_output(const int tile, const vf *m, vf *y) {
  const vf s = m[1] + m[2], d = m[1] - m[2];
  if (tile == 4) {
    const vf t = m[3] + m[4], e = m[3] - m[4];
    y[0] = m[0] + s + t;
    y[1] = v_fma(v_splat(2), e, d);
    y[2] = v_fma(v_splat(4), t, s);
    y[3] = v_fma(v_splat(8), e, d) + m[5];
  } else {
    y[0] = m[0] + s;
    y[1] = d - m[3];
  }
}

/// 1-D transform of three weights.
EK_INLINE void ek_winograd_filter(const int tile, const vf *g, vf *u) {
  if (tile == 4) {
    const vf sixth = v_splat(-1.0f / 6), twelfth = v_splat(1.0f / 12);
    const vf even = sixth * (g[0] + g[2]), odd = sixth * g[1];
    const vf wide = v_splat(1.0f / 24) * v_fma(v_splat(4), g[2], g[0]), narrow = twelfth * g[1];
    u[0] = v_splat(0.25f) * g[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = wide + narrow;
    u[4] = wide - narrow;
    u[5] = g[2];
  } else {
    const vf half = v_splat(0.5f), even = half * (g[0] + g[2]), odd = half * g[1];
    u[0] = g[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = g[2];
  }
}

/// Transpose of `ek_winograd_output`: `tile` derivatives by outputs to `tile` + 2 by products.
EK_INLINE void ek_winograd_output_adjoint(const int tile, const vf *y, vf *m) {
  if (tile == 4) {
    const vf four = v_splat(4), even = y[0] + y[2], odd = y[1] + y[3];
    const vf wide = v_fma(four, y[2], y[0]), half = v_fma(four, y[3], y[1]), narrow = half + half;
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = wide + narrow;
    m[4] = wide - narrow;
    m[5] = y[3];
  } else {
    m[0] = y[0];
    m[1] = y[0] + y[1];
    m[2] = y[0] - y[1];
    m[3] = -y[1];
  }
}

/// Transpose of `ek_winograd_filter`: `tile` + 2 derivatives by transformed weights to three by weights.
EK_INLINE void ek_winograd_filter_adjoint(const int tile, const vf *u, vf *g) {
  const vf s = u[1] + u[2], d = u[1] - u[2];
  if (tile == 4) {
    const vf sixth = v_splat(1.0f / 6), t = u[3] + u[4], e = u[3] - u[4];
    g[0] = v_fma(v_splat(0.25f), u[0], v_splat(1.0f / 24) * t) - sixth * s;
    g[1] = v_fma(v_splat(1.0f / 12), e, -(sixth * d));
    g[2] = v_fma(sixth, t - s, u[5]);
  } else {
    const vf half = v_splat(0.5f);
    g[0] = v_fma(half, s, u[0]);
    g[1] = half * d;
    g[2] = v_fma(half, s, u[3]);
  }
}

// With 32 wide registers a half-transformed tile stays in them; with fewer, loops of few instructions are better than
// straight code, whose addresses would not find registers either.
#if V_LANES == 16
#define EK_WINOGRAD_LOOP EK_UNROLL
#else
#define EK_WINOGRAD_LOOP EK_ROLLED
#endif

/// The first half of an output's transform, along columns: `tile` rows of `tile` + 2.
EK_INLINE void ek_winograd_output_columns(const int tile, size_t lanes, const float *products, size_t step,
                                          vf rows[6][6]) {
  enum { most = 6 };
  const int side = tile + 2;
  const float *lines[most];
  EK_UNROLL
  for (int i = 0; i < side; i++) lines[i] = products + (size_t)(i * side) * step;
  EK_WINOGRAD_LOOP
  for (int x = 0; x < side; x++) {
    vf m[most], y[most];
    EK_UNROLL
    for (int i = 0; i < side; i++) {
      m[i] = v_load_lanes(lines[i], lanes);
      lines[i] += step;
    }
    ek_winograd_output(tile, m, y);
    EK_UNROLL
    for (int i = 0; i < tile; i++) rows[i][x] = y[i];
  }
}
