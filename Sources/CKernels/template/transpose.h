// Steps of transposes, for vectors of 8 or 16 lanes. The including file includes simd.h before.

/// Swaps the elements of two vectors whose places differ in one bit, `step`: one of the steps of a transpose.
EK_INLINE void ek_swap_places(const int step, vf *a, vf *b) {
  const vf x = *a, y = *b;
  switch (step) {
#if V_LANES == 16
    case 8:
      *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
      *b = __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      break;
    case 4:
      *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      *b = __builtin_shufflevector(x, y, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
      break;
    case 2:
      *a = __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      *b = __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
      break;
    case 1:
      *a = __builtin_shufflevector(x, y, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
      *b = __builtin_shufflevector(x, y, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
      break;
#else
    case 4:
      *a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
      *b = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
      break;
    case 2:
      *a = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
      *b = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
      break;
    case 1:
      *a = __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
      *b = __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
      break;
#endif
  }
}
