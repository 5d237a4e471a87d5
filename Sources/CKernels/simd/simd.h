// What the templates need of vectors, from Clang's vector extensions. An instruction set's header defines V_LANES,
// includes this file, and adds what the extensions cannot say well:
//
//   v_max(bound, x), v_min(bound, x)   x where x is NaN
//   v_load_partial(p, n), v_store_partial(p, v, n)   the first n lanes, 0 < n < V_LANES; touches no other memory
//   v_mask_of(lanes), v_load_mask(p, mask)   for images in tiles: lanes whose bit is set, zeros in the others, whose
//                                            memory is not touched
//   v_keep(x, mask)   the same of a vector
//   v_pick(mask, a, b, lanes)   where there are 16 lanes: in the mask's the one of a's, followed by b's, that `lanes` says,
//                               zeros in the others
//
// Everything is inline and belongs inside the same `#pragma clang attribute push` as the code that uses it.
#include <stdint.h>
#include <string.h>

#ifndef EK_INLINE
#error "include kernels.h first"
#endif

typedef float vf __attribute__((vector_size(4 * V_LANES), aligned(4 * V_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * V_LANES), aligned(4 * V_LANES)));

EK_INLINE vf v_load(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}
EK_INLINE void v_store(float *p, vf v) { memcpy(p, &v, sizeof v); }
EK_INLINE vf v_splat(float x) { return x - (vf){}; }
/// Four floats, over and over.
EK_INLINE vf v_splat_four(const float *p) {
  typedef float v4 __attribute__((vector_size(16)));
  v4 v;
  memcpy(&v, p, sizeof v);
#if V_LANES == 16
  return __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
#elif V_LANES == 8
  return __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3);
#else
  return v;
#endif
}
EK_INLINE vi v_splat_int(int32_t x) { return x - (vi){}; }
EK_INLINE vf v_load_partial(const float *p, size_t n);
EK_INLINE void v_store_partial(float *p, vf v, size_t n);
/// The first `lanes` lanes, 0 < lanes <= V_LANES.
EK_INLINE vf v_load_lanes(const float *p, size_t lanes) {
  return lanes == V_LANES ? v_load(p) : v_load_partial(p, lanes);
}
EK_INLINE void v_store_lanes(float *p, vf v, size_t lanes) {
  if (lanes == V_LANES)
    v_store(p, v);
  else
    v_store_partial(p, v, lanes);
}
/// a * b + c, rounded once.
EK_INLINE vf v_fma(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
/// Lanes of a where the mask's are all ones, of b where they are zero.
EK_INLINE vf v_select(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
EK_INLINE vf v_abs(vf x) { return (vf)((vi)x & v_splat_int(0x7fffffff)); }
/// Magnitude of a, sign of b.
EK_INLINE vf v_copysign(vf a, vf b) {
  const vi magnitude = v_splat_int(0x7fffffff);
  return (vf)(((vi)a & magnitude) | ((vi)b & ~magnitude));
}
