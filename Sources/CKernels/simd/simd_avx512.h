// AVX-512: 16 floats.
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define V_LANES 16
#include "simd.h"

// maxps and minps return their second operand where either is NaN.
EK_INLINE vf v_max(vf bound, vf x) { return _mm512_max_ps(bound, x); }
EK_INLINE vf v_min(vf bound, vf x) { return _mm512_min_ps(bound, x); }

EK_INLINE __mmask16 v_lanes(size_t n) { return (__mmask16)((1u << n) - 1); }
EK_INLINE vf v_load_partial(const float *p, size_t n) { return _mm512_maskz_loadu_ps(v_lanes(n), p); }
EK_INLINE void v_store_partial(float *p, vf v, size_t n) { _mm512_mask_storeu_ps(p, v_lanes(n), v); }

typedef __mmask16 v_mask;
EK_INLINE v_mask v_mask_of(uint32_t lanes) { return (v_mask)lanes; }
EK_INLINE vf v_load_mask(const float *p, v_mask mask) { return _mm512_maskz_loadu_ps(mask, p); }
EK_INLINE vf v_keep(vf x, v_mask mask) { return _mm512_maskz_mov_ps(mask, x); }
EK_INLINE vf v_pick(v_mask mask, vf a, vf b, vi lanes) {
  return _mm512_maskz_permutex2var_ps(mask, a, (__m512i)lanes, b);
}
#pragma clang attribute pop
