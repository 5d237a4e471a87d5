// NEON of AArch64: 4 floats.
#include <arm_neon.h>

#define V_LANES 4
/// A multiplication by a lane costs nothing: templates read a row of a V_LANES at a time.
#define V_LANE_FMA 1
#include "simd.h"

// fmax and fmin return NaN where either operand is NaN.
EK_INLINE vf v_max(vf bound, vf x) { return (vf)vmaxq_f32((float32x4_t)bound, (float32x4_t)x); }
EK_INLINE vf v_min(vf bound, vf x) { return (vf)vminq_f32((float32x4_t)bound, (float32x4_t)x); }

EK_INLINE vf v_load_partial(const float *p, size_t n) {
  vf v = {};
  v[0] = p[0];
  if (n > 1) v[1] = p[1];
  if (n > 2) v[2] = p[2];
  return v;
}
EK_INLINE void v_store_partial(float *p, vf v, size_t n) {
  p[0] = v[0];
  if (n > 1) p[1] = v[1];
  if (n > 2) p[2] = v[2];
}
