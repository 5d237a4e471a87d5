// The C library's mathematics for Embedded Swift, which has no import of its own for it.
#ifndef EDGE_RUN_CMATH_H
#define EDGE_RUN_CMATH_H

#include <math.h>
#include <stdint.h>

#define EM_UNARY(name) \
  static inline float em_##name##f(float x) { return name##f(x); } \
  static inline double em_##name(double x) { return name(x); }
#define EM_BINARY(name) \
  static inline float em_##name##f(float x, float y) { return name##f(x, y); } \
  static inline double em_##name(double x, double y) { return name(x, y); }

EM_UNARY(exp)
EM_UNARY(expm1)
EM_UNARY(log)
EM_UNARY(log1p)
EM_UNARY(erf)
EM_UNARY(sin)
EM_UNARY(cos)
EM_UNARY(tan)
EM_UNARY(asin)
EM_UNARY(acos)
EM_UNARY(atan)
EM_UNARY(sinh)
EM_UNARY(cosh)
EM_UNARY(tanh)
EM_UNARY(asinh)
EM_UNARY(acosh)
EM_UNARY(atanh)
EM_BINARY(pow)
EM_BINARY(fmod)

#undef EM_UNARY
#undef EM_BINARY
#endif
