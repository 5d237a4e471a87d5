// The C library's mathematics for Embedded Swift, which has no import of its own for it.
#ifndef EDGE_RUN_CMATH_H
#define EDGE_RUN_CMATH_H

#include <math.h>

static inline float em_expf(float x) { return expf(x); }
static inline float em_powf(float x, float y) { return powf(x, y); }
static inline double em_exp(double x) { return exp(x); }
static inline double em_expm1(double x) { return expm1(x); }
static inline double em_log(double x) { return log(x); }
static inline double em_log1p(double x) { return log1p(x); }
static inline double em_erf(double x) { return erf(x); }
static inline double em_sin(double x) { return sin(x); }
static inline double em_cos(double x) { return cos(x); }
static inline double em_tan(double x) { return tan(x); }
static inline double em_asin(double x) { return asin(x); }
static inline double em_acos(double x) { return acos(x); }
static inline double em_atan(double x) { return atan(x); }
static inline double em_sinh(double x) { return sinh(x); }
static inline double em_cosh(double x) { return cosh(x); }
static inline double em_tanh(double x) { return tanh(x); }
static inline double em_asinh(double x) { return asinh(x); }
static inline double em_acosh(double x) { return acosh(x); }
static inline double em_atanh(double x) { return atanh(x); }
static inline double em_pow(double x, double y) { return pow(x, y); }
static inline double em_fmod(double x, double y) { return fmod(x, y); }

#endif
