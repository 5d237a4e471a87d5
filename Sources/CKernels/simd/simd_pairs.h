// Vectors of 16 floats as pairs: lanes 2 c and 2 c + 1 belong to channel c of two places. Included behind simd.h.

#if V_LANES != 16
#error "written for vectors of 16 floats"
#endif

/// Half a vector: channels of one place.
typedef float vh __attribute__((vector_size(32), aligned(32)));
typedef int64_t vl __attribute__((vector_size(64), aligned(64)));
enum { v_pair_channels = V_LANES / 2 };

/// The first n floats and zeros, 0 < n <= v_pair_channels; touches no other memory.
EK_INLINE vh vh_load(const float *p, size_t n) {
  vh v;
  if (n == v_pair_channels) {
    memcpy(&v, p, sizeof v);
    return v;
  }
  const vf wide = v_load_partial(p, n);
  return __builtin_shufflevector(wide, wide, 0, 1, 2, 3, 4, 5, 6, 7);
}

EK_INLINE void vh_store(float *p, vh v, size_t n) {
  if (n == v_pair_channels)
    memcpy(p, &v, sizeof v);
  else
    v_store_partial(p, __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7), n);
}

/// Channels of the first place, then those of the second.
EK_INLINE vf v_concat(vh first, vh second) {
  return __builtin_shufflevector(first, second, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
EK_INLINE vh v_half(const int place, vf both) {
  return place == 0 ? __builtin_shufflevector(both, both, 0, 1, 2, 3, 4, 5, 6, 7)
                    : __builtin_shufflevector(both, both, 8, 9, 10, 11, 12, 13, 14, 15);
}
/// Pairs of what is concatenated.
EK_INLINE vf v_interleave(vf both) {
  return __builtin_shufflevector(both, both, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}
EK_INLINE vf v_deinterleave(vf pairs) {
  return __builtin_shufflevector(pairs, pairs, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
}
/// Pairs of the same channels for both places.
EK_INLINE vf v_twice(vh channels) { return v_interleave(v_concat(channels, channels)); }

/// Two floats in all pairs. No arithmetic with floats: they keep their bits.
EK_INLINE vf v_splat_pair(const float *p) {
  int64_t bits;
  memcpy(&bits, p, sizeof bits);
  return (vf)(bits - (vl){});
}
