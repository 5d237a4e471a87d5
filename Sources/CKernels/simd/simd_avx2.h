// AVX2 with FMA: 8 floats.
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define V_LANES 8
#include "simd.h"

// maxps and minps return their second operand where either is NaN.
EK_INLINE vf v_max(vf bound, vf x) { return _mm256_max_ps(bound, x); }
EK_INLINE vf v_min(vf bound, vf x) { return _mm256_min_ps(bound, x); }

EK_INLINE vf v_load_partial(const float *p, size_t n) {
  static const int32_t lanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)(lanes + 8 - n)));
}

// Not vmaskmovps: it is microcoded on AMD's processors.
EK_INLINE void v_store_partial(float *p, vf v, size_t n) {
  __m128 part = _mm256_castps256_ps128(v);
  if (n & 4) {
    _mm_storeu_ps(p, part);
    part = _mm256_extractf128_ps(v, 1);
    p += 4;
  }
  if (n & 2) {
    _mm_storel_pi((__m64 *)p, part);
    part = _mm_movehl_ps(part, part);
    p += 2;
  }
  if (n & 1) _mm_store_ss(p, part);
}

typedef vi v_mask;
EK_INLINE v_mask v_mask_of(uint32_t lanes) {
  const vi bits = {1, 2, 4, 8, 16, 32, 64, 128};
  return (v_splat_int((int32_t)lanes) & bits) == bits;
}
EK_INLINE vf v_load_mask(const float *p, v_mask mask) { return _mm256_maskload_ps(p, (__m256i)mask); }
EK_INLINE vf v_keep(vf x, v_mask mask) { return _mm256_and_ps(x, (__m256)mask); }
#pragma clang attribute pop
