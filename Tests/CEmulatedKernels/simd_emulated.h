// 16 floats by Clang's vector extensions alone.
#define V_LANES 16
#include "../../Sources/CKernels/simd/simd.h"

EK_INLINE vf v_max(vf bound, vf x) { return v_select(bound > x, bound, x); }
EK_INLINE vf v_min(vf bound, vf x) { return v_select(bound < x, bound, x); }

EK_INLINE vf v_load_partial(const float *p, size_t n) {
  vf v = {};
  for (size_t i = 0; i < n; i++) v[i] = p[i];
  return v;
}
EK_INLINE void v_store_partial(float *p, vf v, size_t n) {
  for (size_t i = 0; i < n; i++) p[i] = v[i];
}
typedef uint32_t v_mask;
EK_INLINE v_mask v_mask_of(uint32_t lanes) { return lanes; }
EK_INLINE vf v_load_mask(const float *p, v_mask lanes) {
  vf v = {};
  for (int i = 0; i < V_LANES; i++)
    if (lanes >> i & 1) v[i] = p[i];
  return v;
}
EK_INLINE vf v_keep(vf x, v_mask lanes) {
  for (int i = 0; i < V_LANES; i++)
    if (!(lanes >> i & 1)) x[i] = 0;
  return x;
}
EK_INLINE vf v_pick(v_mask mask, vf a, vf b, vi lanes) {
  vf x = {};
  for (int i = 0; i < V_LANES; i++)
    if (mask >> i & 1) x[i] = lanes[i] < V_LANES ? a[lanes[i]] : b[lanes[i] - V_LANES];
  return x;
}
