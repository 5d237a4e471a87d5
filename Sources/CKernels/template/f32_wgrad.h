// Weights gradient of a convolution for one instruction set: a product of pixels whose accumulators stay in registers.
// The including file defines EK_NAME(operation), EK_MR and EK_NARROW_MR as for f32_gemm.h. A tile is up to two vectors
// wide.

enum { ek_most_rows = EK_MR > EK_NARROW_MR ? EK_MR : EK_NARROW_MR };

/// sum[i] += a[i] * b for one pixel.
EK_INLINE void ek_wgrad_pixel(const int rows, const int vectors, const bool partial, size_t last, const float *a,
                              const float *b, vf sum[ek_most_rows][2]) {
  vf bv[2];
  EK_UNROLL
  for (int v = 0; v < vectors; v++)
    bv[v] = partial && v == vectors - 1 ? v_load_partial(b + v * V_LANES, last) : v_load(b + v * V_LANES);
#ifdef V_LANE_FMA
  vf av[ek_most_rows / V_LANES + 1];
  EK_UNROLL
  for (int i = 0; i + V_LANES <= rows; i += V_LANES) av[i / V_LANES] = v_load(a + i);
#endif
  EK_UNROLL
  for (int i = 0; i < rows; i++) {
#ifdef V_LANE_FMA
    const vf factor = i / V_LANES * V_LANES + V_LANES <= rows ? v_splat(av[i / V_LANES][i % V_LANES]) : v_splat(a[i]);
#else
    const vf factor = v_splat(a[i]);
#endif
    EK_UNROLL
    for (int v = 0; v < vectors; v++) sum[i][v] = v_fma(factor, bv[v], sum[i][v]);
  }
}

EK_INLINE void ek_wgrad_tile(const int rows, const int vectors, const bool partial, const ek_wgrad_shape *shape,
                             const float *a, const float *b, float *c, size_t c_stride) {
  const size_t last = shape->columns - (size_t)(vectors - 1) * V_LANES;
  const size_t a_step = shape->a_pixel_step, b_step = shape->b_pixel_step;
  vf sum[ek_most_rows][2];
  EK_UNROLL
  for (int i = 0; i < rows; i++)
    EK_UNROLL
    for (int v = 0; v < vectors; v++) sum[i][v] = (vf){};
  for (size_t n = 0; n < shape->images; n++) {
    const float *a_line = a + n * shape->a_image_step, *b_line = b + n * shape->b_image_step;
    for (size_t y = 0; y < shape->lines; y++) {
      const float *left = a_line, *right = b_line;
      EK_UNROLL_4
      for (size_t x = 0; x < shape->pixels; x++) {
        ek_wgrad_pixel(rows, vectors, partial, last, left, right, sum);
        left += a_step;
        right += b_step;
      }
      a_line += shape->a_line_step;
      b_line += shape->b_line_step;
    }
  }
  EK_UNROLL
  for (int i = 0; i < rows; i++) {
    EK_UNROLL
    for (int v = 0; v < vectors; v++) {
      float *target = c + v * V_LANES;
      if (partial && v == vectors - 1)
        v_store_partial(target, v_load_partial(target, last) + sum[i][v], last);
      else
        v_store(target, v_load(target) + sum[i][v]);
    }
    c += c_stride;
  }
}

#define EK_WGRAD_CASE(n)                                                                                             \
  case n:                                                                                                            \
    if (n <= (vectors == 1 ? EK_NARROW_MR : EK_MR)) ek_wgrad_tile(n, vectors, partial, shape, a, b, c, c_stride);     \
    break;

#define EK_WGRAD_TILE(name, vector_count, is_partial)                                                                \
  static __attribute__((noinline)) void name(size_t rows, const ek_wgrad_shape *shape, const float *a,               \
                                             const float *b, float *c, size_t c_stride) {                            \
    enum { vectors = vector_count, partial = is_partial };                                                           \
    switch (rows) {                                                                                                  \
      EK_WGRAD_CASE(1) EK_WGRAD_CASE(2) EK_WGRAD_CASE(3) EK_WGRAD_CASE(4) EK_WGRAD_CASE(5) EK_WGRAD_CASE(6)          \
      EK_WGRAD_CASE(7) EK_WGRAD_CASE(8) EK_WGRAD_CASE(9) EK_WGRAD_CASE(10) EK_WGRAD_CASE(11) EK_WGRAD_CASE(12)       \
      EK_WGRAD_CASE(13) EK_WGRAD_CASE(14)                                                                            \
    }                                                                                                                \
  }

EK_WGRAD_TILE(ek_wgrad_wide, 2, 0)
EK_WGRAD_TILE(ek_wgrad_wide_partial, 2, 1)
EK_WGRAD_TILE(ek_wgrad_narrow, 1, 0)
EK_WGRAD_TILE(ek_wgrad_narrow_partial, 1, 1)

void EK_NAME(wgrad)(const ek_wgrad_shape *shape, const float *a, const float *b, float *c, size_t c_stride) {
  // Lines that follow each other evenly are one long line, images likewise.
  ek_wgrad_shape box = *shape;
  if (box.lines == 1) {
    box.lines = box.images;
    box.a_line_step = box.a_image_step;
    box.b_line_step = box.b_image_step;
    box.images = 1;
  } else if (box.a_image_step == box.lines * box.a_line_step && box.b_image_step == box.lines * box.b_line_step) {
    box.lines *= box.images;
    box.images = 1;
  }
  if (box.a_line_step == box.pixels * box.a_pixel_step && box.b_line_step == box.pixels * box.b_pixel_step) {
    box.pixels *= box.lines;
    box.lines = 1;
  }
  const bool narrow = box.columns <= V_LANES, partial = box.columns % V_LANES != 0;
  const size_t most = narrow ? EK_NARROW_MR : EK_MR;
  size_t tiles = (box.rows + most - 1) / most, rows = box.rows;
  while (tiles > 0) {
    // Of equal height: few rows would be bound by the latency of their few chains of additions.
    const size_t count = (rows + tiles - 1) / tiles;
    (narrow ? partial ? ek_wgrad_narrow_partial : ek_wgrad_narrow
            : partial ? ek_wgrad_wide_partial : ek_wgrad_wide)(count, &box, a, b, c, c_stride);
    rows -= count;
    tiles--;
    a += count;
    c += count * c_stride;
  }
}
