// Element-wise functions of one instruction set. The including file defines EK_NAME(operation).
//
// Remainders go through the same vector code as everything else: a value's result must not depend on its position.
#include "math.h"

#define EK_MAP(expression)                                                                                           \
  do {                                                                                                               \
    size_t i = 0;                                                                                                    \
    for (; i + V_LANES <= count; i += V_LANES) {                                                                     \
      const vf x = v_load(input + i);                                                                                \
      v_store(output + i, expression);                                                                               \
    }                                                                                                                \
    if (i < count) {                                                                                                 \
      const vf x = v_load_partial(input + i, count - i);                                                             \
      v_store_partial(output + i, expression, count - i);                                                            \
    }                                                                                                                \
    return true;                                                                                                     \
  } while (false)

bool EK_NAME(unary)(int32_t function, size_t count, const float *input, float *output, float alpha, float beta) {
  const vf zero = {}, one = v_splat(1);
  switch (function) {
    case EK_UNARY_ABSOLUTE:
      EK_MAP(v_abs(x));
    case EK_UNARY_NEGATE:
      EK_MAP(-x);
    case EK_UNARY_RECIPROCAL:
      EK_MAP(1 / x);
    case EK_UNARY_SQUARE_ROOT:
      EK_MAP(__builtin_elementwise_sqrt(x));
    case EK_UNARY_EXPONENTIAL:
      EK_MAP(v_exp(x));
    case EK_UNARY_FLOOR:
      EK_MAP(__builtin_elementwise_floor(x));
    case EK_UNARY_CEILING:
      EK_MAP(__builtin_elementwise_ceil(x));
    case EK_UNARY_ROUND:
      EK_MAP(__builtin_elementwise_roundeven(x));
    case EK_UNARY_SIGN:
      EK_MAP(v_select(x > 0, one, v_select(x < 0, -one, x)));
    case EK_UNARY_ERROR_FUNCTION:
      EK_MAP(v_erf(x));
    case EK_UNARY_RELU:
      EK_MAP(v_max(zero, x));
    case EK_UNARY_LEAKY_RELU:
      EK_MAP(v_select(x < 0, alpha * x, x));
    case EK_UNARY_CLIP:
      EK_MAP(v_clamp(x, alpha, beta));
    case EK_UNARY_SIGMOID:
      EK_MAP(v_sigmoid(x));
    case EK_UNARY_HARD_SIGMOID:
      EK_MAP(v_clamp(v_fma(x, v_splat(alpha), v_splat(beta)), 0, 1));
    case EK_UNARY_HARD_SWISH:
      EK_MAP(x * v_clamp(v_fma(x, v_splat(1.0f / 6), v_splat(0.5f)), 0, 1));
    case EK_UNARY_ELU:
      EK_MAP(v_select(x < 0, alpha * v_expm1_negative(x), x));
    case EK_UNARY_SELU:
      EK_MAP(beta * v_select(x < 0, alpha * v_expm1_negative(x), x));
    case EK_UNARY_CELU:
      if (!(alpha > 0)) break;
      EK_MAP(v_select(x < 0, alpha * v_expm1_negative(x / alpha), x));
    case EK_UNARY_HYPERBOLIC_TANGENT:
      EK_MAP(v_tanh(x));
    case EK_UNARY_SOFTPLUS:
      EK_MAP(v_max(zero, x) + v_log1p_unit(v_exp(-v_abs(x))));
    case EK_UNARY_SOFTSIGN:
      EK_MAP(x / (v_abs(x) + 1));
    case EK_UNARY_GELU:
      EK_MAP(v_gelu(x));
    case EK_UNARY_GELU_TANH:
      // 0.5 (1 + tanh(u)) = sigmoid(2 u), which keeps its precision where tanh comes close to -1.
      EK_MAP(x / v_one_plus_exp(x * v_fma(x * x, v_splat(-0.0713548163f), v_splat(-1.59576912f))));
    case EK_UNARY_MISH:
      EK_MAP(v_mish(x));
    case EK_UNARY_THRESHOLDED_RELU:
      EK_MAP(v_select(x <= alpha, zero, x));
    case EK_UNARY_SWISH:
      EK_MAP(x / v_one_plus_exp(-alpha * x));
    case EK_UNARY_SHRINK:
      EK_MAP(v_select(x < -beta, x + alpha, v_select(x > beta, x - alpha, v_select(x == x, zero, x))));
    default:
      break;
  }
  return ek_f32_unary_scalar(function, count, input, output, alpha, beta);
}
#undef EK_MAP

#define EK_ZIP(expression)                                                                                           \
  do {                                                                                                               \
    size_t i = 0;                                                                                                    \
    const vf a_first = v_splat(*a), b_first = v_splat(*b);                                                           \
    for (; i + V_LANES <= count; i += V_LANES) {                                                                     \
      const vf x = a_step ? v_load(a + i) : a_first, y = b_step ? v_load(b + i) : b_first;                           \
      v_store(output + i, v_min(high, v_max(low, expression)));                                                      \
    }                                                                                                                \
    if (i < count) {                                                                                                 \
      const vf x = a_step ? v_load_partial(a + i, count - i) : a_first;                                              \
      const vf y = b_step ? v_load_partial(b + i, count - i) : b_first;                                              \
      v_store_partial(output + i, v_min(high, v_max(low, expression)), count - i);                                   \
    }                                                                                                                \
    return true;                                                                                                     \
  } while (false)

bool EK_NAME(binary)(int32_t function, size_t count, const float *a, size_t a_step, const float *b, size_t b_step,
                     float *output, float lower, float upper) {
  if (count == 0) return function >= EK_BINARY_ADD && function <= EK_BINARY_REMAINDER;
  const vf low = v_splat(lower), high = v_splat(upper);
  switch (function) {
    case EK_BINARY_ADD:
      EK_ZIP(x + y);
    case EK_BINARY_SUBTRACT:
      EK_ZIP(x - y);
    case EK_BINARY_MULTIPLY:
      EK_ZIP(x * y);
    case EK_BINARY_DIVIDE:
      EK_ZIP(x / y);
    case EK_BINARY_MINIMUM:
      EK_ZIP(v_select(x == x, v_min(x, y), x));
    case EK_BINARY_MAXIMUM:
      EK_ZIP(v_select(x == x, v_max(x, y), x));
    case EK_BINARY_PARAMETRIC_RELU:
      EK_ZIP(v_select(x < 0, x * y, x));
    default:
      return ek_f32_binary_scalar(function, count, a, a_step, b, b_step, output, lower, upper);
  }
}
#undef EK_ZIP
