// Elementary functions on vectors. Polynomials are minimax fits of this project on the stated intervals.

/// sum of c[i] x^i for i < count.
EK_INLINE vf v_polynomial(vf x, const int count, const float *c) {
  vf sum = v_splat(c[count - 1]);
  EK_UNROLL
  for (int i = count - 2; i >= 0; i--) sum = v_fma(sum, x, v_splat(c[i]));
  return sum;
}

EK_INLINE vf v_clamp(vf x, float lower, float upper) { return v_min(v_splat(upper), v_max(v_splat(lower), x)); }

/// exp(r) = 1 + r + r^2 (sum of v_exp_terms[i] r^i) for |r| <= ln(2)/2 (relative error 3e-9 before rounding).
static const float v_exp_terms[] = {5.000000095e-01f, 1.666651885e-01f, 4.166620587e-02f, 8.368887863e-03f,
                                    1.395048622e-03f};

/// x - n ln 2, in two steps that lose nothing.
EK_INLINE vf v_without_twos(vf x, vf n) {
  return v_fma(n, v_splat(-1.42860677e-6f), v_fma(n, v_splat(-0.693145752f), x));
}

/// x = n ln 2 + r with |r| <= ln(2)/2; returns exp(r) - 1. n is 0 for NaN.
EK_INLINE vf v_exp_reduced(vf x, vi *n) {
  const vf whole = __builtin_elementwise_roundeven(x * 1.44269504f);
  *n = __builtin_convertvector((vf)((vi)whole & (x == x)), vi);
  const vf r = v_without_twos(x, whole);
  return v_fma(r * r, v_polynomial(r, 5, v_exp_terms), r);
}

/// Two to the power n, -126 <= n <= 127.
EK_INLINE vf v_power_of_two(vi n) { return (vf)((n + 127) << 23); }

EK_INLINE vf v_exp(vf x) {
  vi n;
  const vf e = v_exp_reduced(v_clamp(x, -104, 89), &n) + 1;
  // In two steps, as the result may be subnormal or infinite.
  const vi half = n >> 1;
  return e * v_power_of_two(half) * v_power_of_two(n - half);
}

/// exp(x) - 1 for x <= 0, without cancellation.
EK_INLINE vf v_expm1_negative(vf x) {
  vi n;
  const vf e = v_exp_reduced(v_clamp(x, -30, 0), &n);
  const vf scale = v_power_of_two(n);
  return v_fma(scale, e, scale - 1);
}

/// 1 + exp(x), infinite from 88.4 on. Half of the work of `v_exp`, and a chain of operations that is as short as can be:
/// schedulers hold few of them, so that functions of one vector wait for themselves.
EK_INLINE vf v_one_plus_exp(vf x) {
  // Adding 1.5 times two to the power 23 rounds to a whole number, which is then found in the lowest bits.
  const vf rounder = v_splat(12582912.0f);
  // Two to the power 128 comes out as infinity.
  const vf clamped = v_clamp(x, -87, 89);
  const vf rounded = v_fma(clamped, v_splat(1.44269504f), rounder);
  const vf r = v_without_twos(clamped, rounded - rounder), square = r * r;
  const vf low = v_fma(r, v_splat(v_exp_terms[1]), v_splat(v_exp_terms[0]));
  const vf high = v_fma(square, v_splat(v_exp_terms[4]), v_fma(r, v_splat(v_exp_terms[3]), v_splat(v_exp_terms[2])));
  return v_fma(v_fma(square, v_fma(square, high, low), r + 1), v_power_of_two((vi)rounded), v_splat(1));
}

/// log(1 + e) for 0 <= e <= 1, as 2 atanh(e / (2 + e)).
EK_INLINE vf v_log1p_unit(vf e) {
  static const float c[] = {6.666667567e-01f, 3.999887336e-01f, 2.861702029e-01f, 2.142603138e-01f, 2.430758648e-01f};
  const vf s = e / (e + 2), z = s * s;
  return v_fma(s * z, v_polynomial(z, 5, c), s + s);
}

EK_INLINE vf v_sigmoid(vf x) {
  return 1 / v_one_plus_exp(-x);
}

EK_INLINE vf v_tanh(vf x) {
  static const float c[] = {-3.333332961e-01f, 1.333315771e-01f,  -5.394053997e-02f,
                            2.166622395e-02f,  -8.091675695e-03f, 2.064408310e-03f};
  const vf z = x * x, magnitude = v_abs(x);
  const vf near = v_fma(x * z, v_polynomial(z, 6, c), x);
  // 1 - 2 / (1 + exp(2 |x|))
  const vf far = v_copysign(v_fma(v_splat(-2), 1 / v_one_plus_exp(magnitude * 2), v_splat(1)), x);
  return v_select(magnitude < 0.65f, near, far);
}

/// Half of erfc(x) for x >= 0: exp(-x^2) times a polynomial in t = 1 / (1 + 0.35 x).
EK_INLINE vf v_half_erfc(vf x) {
  static const float c[] = {0.1974882185459137f, 0.19705824553966522f, 0.18852420151233673f, 0.1484595686197281f,
                            0.1534958928823471f, 0.07382575422525406f, -0.012561330571770668f, 0.17057117819786072f,
                            -0.15446950495243073f, 0.037607792764902115f};
  const vf t = 1 / v_fma(x, v_splat(0.35f), v_splat(1));
  return v_exp(-x * x) * (t * 0.5f) * v_polynomial(t, 10, c);
}

EK_INLINE vf v_erf(vf x) {
  static const float c[] = {1.1283791065216064f,    -0.3761262595653534f,     0.1128358542919159f,
                            -0.026853810995817184f, 0.005188327748328447f,    -0.0008010192541405559f,
                            7.853857823647559e-05f};
  const vf magnitude = v_abs(x);
  const vf near = x * v_polynomial(x * x, 7, c);
  const vf far = v_copysign(1 - 2 * v_half_erfc(v_clamp(magnitude, 0, 9)), x);
  return v_select(magnitude < 1, near, v_select(x == x, far, x));
}

/// x times the normal distribution's cumulative probability at x.
EK_INLINE vf v_gelu(vf x) {
  const vf tail = v_half_erfc(v_abs(x) * 0.707106781f);
  return x * v_select(x < 0, tail, 1 - tail);
}

EK_INLINE vf v_mish(vf x) {
  // tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2); 1 to the last bit from x = 20 on.
  const vf e = v_exp(v_min(v_splat(20), x)), n = e * (e + 2);
  return x * (n / (n + 2));
}
