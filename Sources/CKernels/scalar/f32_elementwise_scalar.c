#include "../kernels.h"

#include <math.h>

/// Computed in double precision, so that the result is the exact one but for its last rounding.
static double ek_apply_unary(ek_unary function, double x, double alpha, double beta) {
  switch (function) {
    case EK_UNARY_ABSOLUTE:
      return fabs(x);
    case EK_UNARY_NEGATE:
      return -x;
    case EK_UNARY_RECIPROCAL:
      return 1 / x;
    case EK_UNARY_SQUARE_ROOT:
      return sqrt(x);
    case EK_UNARY_EXPONENTIAL:
      return exp(x);
    case EK_UNARY_LOGARITHM:
      return log(x);
    case EK_UNARY_FLOOR:
      return floor(x);
    case EK_UNARY_CEILING:
      return ceil(x);
    case EK_UNARY_ROUND:
      return rint(x);
    case EK_UNARY_SIGN:
      return x > 0 ? 1 : x < 0 ? -1 : x;
    case EK_UNARY_ERROR_FUNCTION:
      return erf(x);
    case EK_UNARY_RELU:
      return x < 0 ? 0 : x;
    case EK_UNARY_LEAKY_RELU:
      return x < 0 ? alpha * x : x;
    case EK_UNARY_CLIP:
      x = x < alpha ? alpha : x;
      return x > beta ? beta : x;
    case EK_UNARY_SIGMOID:
      return 1 / (1 + exp(-x));
    case EK_UNARY_HARD_SIGMOID:
      x = alpha * x + beta;
      return x < 0 ? 0 : x > 1 ? 1 : x;
    case EK_UNARY_HARD_SWISH:
      return x <= -3 ? x * 0 : x >= 3 ? x : x * (x / 6 + 0.5);
    case EK_UNARY_ELU:
      return x < 0 ? alpha * expm1(x) : x;
    case EK_UNARY_SELU:
      return beta * (x < 0 ? alpha * expm1(x) : x);
    case EK_UNARY_CELU:
      return x != x ? x : fmax(0, x) + fmin(0, alpha * expm1(x / alpha));
    case EK_UNARY_HYPERBOLIC_TANGENT:
      return tanh(x);
    case EK_UNARY_SOFTPLUS:
      return (x < 0 ? 0 : x) + log1p(exp(-fabs(x)));
    case EK_UNARY_SOFTSIGN:
      return x / (1 + fabs(x));
    case EK_UNARY_GELU:
      return x * 0.5 * erfc(x * -0.70710678118654752);
    case EK_UNARY_GELU_TANH:
      return x / (1 + exp(-1.5957691216057308 * (x + 0.044715 * x * x * x)));
    case EK_UNARY_MISH:
      return x * tanh(log1p(exp(x)));
    case EK_UNARY_THRESHOLDED_RELU:
      return x <= alpha ? 0 : x;
    case EK_UNARY_SWISH:
      return x / (1 + exp(-alpha * x));
    case EK_UNARY_SINE:
      return sin(x);
    case EK_UNARY_COSINE:
      return cos(x);
    case EK_UNARY_TANGENT:
      return tan(x);
    case EK_UNARY_ARC_SINE:
      return asin(x);
    case EK_UNARY_ARC_COSINE:
      return acos(x);
    case EK_UNARY_ARC_TANGENT:
      return atan(x);
    case EK_UNARY_HYPERBOLIC_SINE:
      return sinh(x);
    case EK_UNARY_HYPERBOLIC_COSINE:
      return cosh(x);
    case EK_UNARY_AREA_SINE:
      return asinh(x);
    case EK_UNARY_AREA_COSINE:
      return acosh(x);
    case EK_UNARY_AREA_TANGENT:
      return atanh(x);
    case EK_UNARY_SHRINK:
      return x < -beta ? x + alpha : x > beta ? x - alpha : x == x ? 0 : x;
  }
  return x;
}

bool ek_f32_unary_scalar(int32_t function, size_t count, const float *input, float *output, float alpha, float beta) {
  // 10 is the logical not, whose result is no float.
  if (function < EK_UNARY_ABSOLUTE || function > EK_UNARY_SHRINK || function == 10) return false;
  for (size_t i = 0; i < count; i++) output[i] = (float)ek_apply_unary((ek_unary)function, input[i], alpha, beta);
  return true;
}

static float ek_apply_binary(ek_binary function, float x, float y) {
  switch (function) {
    case EK_BINARY_ADD:
      return x + y;
    case EK_BINARY_SUBTRACT:
      return x - y;
    case EK_BINARY_MULTIPLY:
      return x * y;
    case EK_BINARY_DIVIDE:
      return x / y;
    case EK_BINARY_POWER:
      return (float)pow(x, y);
    case EK_BINARY_MINIMUM:
      return x < y || x != x ? x : y;
    case EK_BINARY_MAXIMUM:
      return x > y || x != x ? x : y;
    case EK_BINARY_PARAMETRIC_RELU:
      return x < 0 ? x * y : x;
    case EK_BINARY_MODULO: {
      const double r = fmod(x, y);
      return (float)(r != 0 && (r < 0) != (y < 0) ? r + y : r);
    }
    case EK_BINARY_REMAINDER:
      return (float)fmod(x, y);
  }
  return x;
}

bool ek_f32_binary_scalar(int32_t function, size_t count, const float *a, size_t a_step, const float *b, size_t b_step,
                          float *output, float lower, float upper) {
  if (function < EK_BINARY_ADD || function > EK_BINARY_REMAINDER) return false;
  for (size_t i = 0; i < count; i++) {
    const float x = ek_apply_binary((ek_binary)function, a[i * a_step], b[i * b_step]);
    const float raised = x < lower ? lower : x;
    output[i] = raised > upper ? upper : raised;
  }
  return true;
}
