// Compares the kernels of every instruction set that this processor has with the scalar ones, over shapes with all
// remainders. A program of its own, so that it also runs on an emulator of another machine, where Swift's tests do not.
#include "CKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { guard_count = 64 };
static const float guard_value = -123456.75f;

static uint64_t random_state = 1;
static uint64_t random_bits(void) {
  uint64_t z = random_state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}
static size_t pick(size_t low, size_t high) { return low + random_bits() % (high - low + 1); }
static float random_float(void) { return (float)((int64_t)(random_bits() >> 40) - (1 << 23)) / (1 << 23); }

static float *filled(size_t count) {
  float *p = malloc((count + 1) * sizeof *p);
  if (!p) exit(2);
  for (size_t i = 0; i < count; i++) p[i] = random_float();
  return p;
}

/// Memory for results with a guard behind it.
static float *result(size_t count) {
  float *p = malloc((count + guard_count) * sizeof *p);
  if (!p) exit(2);
  for (size_t i = 0; i < count + guard_count; i++) p[i] = guard_value;
  return p;
}

static int failures;
static void compare(const char *what, const ek_kernels *set, const float *got, const float *expected, size_t count,
                    float tolerance) {
  for (size_t i = 0; i < count + guard_count; i++) {
    if (got[i] == expected[i] || fabsf(got[i] - expected[i]) <= tolerance * fmaxf(1, fabsf(expected[i]))) continue;
    printf("%s %s: element %zu of %zu is %.9g, scalar %.9g\n", set->name, what, i, count, got[i], expected[i]);
    failures++;
    return;
  }
}

static void weights_gradient(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t rows = pick(1, 2 * set->gemm_mr), columns = pick(1, set->gemm_nr), images = pick(1, 3);
  const size_t lines = pick(1, 4), pixels = pick(1, 9), a_pixel = rows + pick(0, 2), b_pixel = columns + pick(0, 2);
  const size_t a_line = pixels * a_pixel + pick(0, 3), b_line = pixels * b_pixel, stride = columns + pick(0, 3);
  const size_t count = rows * stride;
  float *a = filled(images * lines * a_line), *b = filled(images * lines * b_line);
  float *got = result(count), *expected = result(count);
  const ek_wgrad_shape shape = {rows,   columns,        images, lines,  pixels, lines * a_line,
                                a_line, a_pixel, lines * b_line, b_line, b_pixel};
  memset(got, 0, count * sizeof *got);
  memset(expected, 0, count * sizeof *expected);
  set->f32_wgrad(&shape, a, b, got, stride);
  scalar->f32_wgrad(&shape, a, b, expected, stride);
  compare("wgrad", set, got, expected, count, 1e-4f);
  free(a), free(b), free(got), free(expected);

  const size_t channels = pick(1, 3 * set->dwconv_nr), kernel_rows = pick(1, 5), kernel_columns = pick(1, 6);
  const size_t row = (pixels + kernel_columns) * channels, taps = kernel_rows * kernel_columns;
  const ek_dwconv_shape window = {channels,       lines, pixels, kernel_rows, kernel_columns,    0,
                                  kernel_rows,    0,     kernel_columns, row, channels,          row,
                                  channels,       pixels * channels,     channels, 0,        row};
  float *input = filled((lines + kernel_rows) * row), *dy = filled(lines * pixels * channels);
  got = result(taps * channels), expected = result(taps * channels);
  memset(got, 0, taps * channels * sizeof *got);
  memset(expected, 0, taps * channels * sizeof *expected);
  set->f32_dwgrad(&window, input, dy, got, channels);
  scalar->f32_dwgrad(&window, input, dy, expected, channels);
  compare("dwgrad", set, got, expected, taps * channels, 1e-4f);
  free(input), free(dy), free(got), free(expected);
}

static void matrix(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t rows = pick(1, 3 * set->gemm_mr), columns = pick(1, set->gemm_nr), depth = pick(1, 40);
  const size_t taps = pick(1, 9), a_stride = depth + pick(0, 2), c_stride = columns + pick(0, 3);
  const size_t count = rows * c_stride;
  float *weights = filled(columns * depth * taps), *bias = filled(columns), *residual = filled(count);
  float *a = filled(rows * taps * a_stride), *got = result(count), *expected = result(count);
  float *packed = filled(ek_f32_packed_gemm_count(columns, depth, taps, set->gemm_nr));
  float *scalar_packed = filled(ek_f32_packed_gemm_count(columns, depth, taps, scalar->gemm_nr));
  const float *added = pick(0, 1) ? residual : NULL;
  const float lower = pick(0, 1) ? -0.5f : -INFINITY, upper = pick(0, 1) ? 1 : INFINITY;

  ek_f32_pack_gemm(columns, depth, 1, set->gemm_nr, weights, depth, 0, 1, bias, packed);
  ek_f32_pack_gemm(columns, depth, 1, scalar->gemm_nr, weights, depth, 0, 1, bias, scalar_packed);
  set->f32_gemm(rows, columns, depth, a, a_stride, packed, got, c_stride, added, c_stride, lower, upper);
  for (size_t j = 0; j < columns; j += scalar->gemm_nr)
    scalar->f32_gemm(rows, columns - j < scalar->gemm_nr ? columns - j : scalar->gemm_nr, depth, a, a_stride,
                     scalar_packed + j * (1 + depth), expected + j, c_stride, added ? added + j : NULL, c_stride,
                     lower, upper);
  compare("gemm", set, got, expected, count, 1e-5f);

  set->f32_gemv(columns, depth, a, packed, got, added, lower, upper);
  scalar->f32_gemv(columns, depth, a, scalar_packed, expected, added, lower, upper);
  compare("gemv", set, got, expected, count, 1e-5f);

  // A line of pixels, each of which reads `taps` runs, neighbours in memory or not.
  const size_t step = depth + pick(0, 1);
  const ek_conv_shape line = {.images = 1, .lines = 1, .pixels = rows, .depth = depth, .kernel_width = taps,
                              .tap_rows = 1, .tap_columns = taps, .input_pixel_step = a_stride,
                              .tap_column_step = step, .output_pixel_step = c_stride,
                              .residual_pixel_step = c_stride};
  float *input = filled(rows * a_stride + taps * step);
  ek_f32_pack_gemm(columns, depth, taps, set->gemm_nr, weights, depth * taps, depth, 1, bias, packed);
  ek_f32_pack_gemm(columns, depth, taps, scalar->gemm_nr, weights, depth * taps, depth, 1, bias, scalar_packed);
  set->f32_conv(&line, columns, input, packed, got, added, lower, upper);
  for (size_t j = 0; j < columns; j += scalar->gemm_nr)
    scalar->f32_conv(&line, columns - j < scalar->gemm_nr ? columns - j : scalar->gemm_nr, input,
                     scalar_packed + j * (1 + depth * taps), expected + j, added ? added + j : NULL, lower, upper);
  compare("conv", set, got, expected, count, 1e-5f);
  free(weights), free(bias), free(residual), free(a), free(got), free(expected), free(packed), free(scalar_packed);
  free(input);
}

static void depthwise(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t kernel = pick(0, 1) ? 3 : pick(1, 6), stride = pick(1, 3), dilation = pick(0, 2) ? 1 : 2;
  const size_t channels = pick(1, 40), rows = pick(1, 2), columns = pick(1, 9), pixel = channels + pick(0, 2);
  ek_dwconv_shape shape = {.channels = channels, .rows = rows, .columns = columns, .kernel_height = kernel,
                           .kernel_width = kernel, .first_tap_row = pick(0, kernel - 1),
                           .first_tap_column = pick(0, kernel - 1)};
  shape.tap_rows = pick(0, kernel - shape.first_tap_row);
  shape.tap_columns = pick(0, 3) ? kernel - shape.first_tap_column : pick(0, kernel - shape.first_tap_column);
  const size_t width = ((columns - 1) * stride + kernel * dilation) * pixel;
  const size_t height = (rows - 1) * stride + kernel * dilation, count = rows * columns * pixel;
  shape.input_row_step = stride * width, shape.input_column_step = stride * pixel;
  shape.tap_row_step = dilation * width, shape.tap_column_step = dilation * pixel;
  shape.output_row_step = columns * pixel, shape.output_column_step = pixel;
  // Some columns may be missing on both sides.
  shape.left_margin = pick(0, 1) * pick(0, kernel * dilation) * pixel;
  shape.row_extent = width - shape.left_margin;
  if (pick(0, 1)) shape.row_extent -= pick(0, shape.row_extent / pixel) * pixel;
  float *input = filled(width * height), *weights = filled(channels * kernel * kernel), *bias = filled(channels);
  float *got = result(count), *expected = result(count);
  float *packed = filled(ek_f32_packed_depthwise_count(channels, kernel * kernel, set->dwconv_nr));
  float *scalar_packed = filled(ek_f32_packed_depthwise_count(channels, kernel * kernel, scalar->dwconv_nr));
  ek_f32_pack_depthwise(channels, kernel * kernel, set->dwconv_nr, weights, bias, packed);
  ek_f32_pack_depthwise(channels, kernel * kernel, scalar->dwconv_nr, weights, bias, scalar_packed);
  set->f32_dwconv(&shape, input, packed, got, -1, 1);
  scalar->f32_dwconv(&shape, input, scalar_packed, expected, -1, 1);
  compare("dwconv", set, got, expected, count, 1e-5f);
  free(input), free(weights), free(bias), free(got), free(expected), free(packed), free(scalar_packed);
}

static void pooling(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t channels = pick(1, 80), taps = pick(1, 12);
  float *input = filled(channels * taps), *got = result(channels), *expected = result(channels);
  const float *pointers[12];
  for (size_t t = 0; t < taps; t++) pointers[t] = input + t * channels;
  set->f32_maxpool(channels, taps, pointers, got);
  scalar->f32_maxpool(channels, taps, pointers, expected);
  compare("maxpool", set, got, expected, channels, 0);
  set->f32_avgpool(channels, taps, pointers, 0.3f, got);
  scalar->f32_avgpool(channels, taps, pointers, 0.3f, expected);
  compare("avgpool", set, got, expected, channels, 0);
  free(input), free(got), free(expected);
}

static void elementwise(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t count = pick(1, 100);
  float *x = filled(count), *y = filled(count), *got = result(count), *expected = result(count);
  for (size_t i = 0; i < count; i++) x[i] *= 10;
  for (int32_t function = -1; function < 45; function++) {
    const bool has = scalar->f32_unary(function, count, x, expected, 0.25f, 0.75f);
    if (set->f32_unary(function, count, x, got, 0.25f, 0.75f) != has) printf("unary %d: %d\n", function, failures++);
    // Not a number beside not a number is no difference.
    for (size_t i = 0; i < count; i++)
      if (isnan(got[i]) && isnan(expected[i])) got[i] = expected[i] = 0;
    char name[32];
    snprintf(name, sizeof name, "unary %d", (int)function);
    compare(name, set, got, expected, count, 1e-6f);
  }
  for (int32_t function = -1; function < 12; function++) {
    const size_t a_step = pick(0, 1), b_step = pick(0, 1);
    const bool has = scalar->f32_binary(function, count, x, a_step, y, b_step, expected, -3, 20);
    if (set->f32_binary(function, count, x, a_step, y, b_step, got, -3, 20) != has)
      printf("binary %d: %d\n", function, failures++);
    for (size_t i = 0; i < count; i++)
      if (isnan(got[i]) && isnan(expected[i])) got[i] = expected[i] = 0;
    compare("binary", set, got, expected, count, 1e-6f);
  }
  free(x), free(y), free(got), free(expected);
}

static void add_doubles(float *to, const double *from, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = (float)from[i];
}

static void normalisation(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t rows = pick(1, 150), columns = pick(1, 70), stride = columns + pick(0, 2), count = rows * stride;
  float *x = filled(count), *y = filled(count), *g = filled(count), *terms = filled(4 * 80);
  float *got = result(count), *expected = result(count), *mask_got = result(count), *mask_expected = result(count);
  const ek_column_terms t = {terms, terms + 80, terms + 160, terms + 240};
  const float upper = pick(0, 1) ? 0.5f : INFINITY;
  const ek_masked_rows masked = {g, pick(0, 1) ? stride : 0, pick(0, 1) ? y : NULL, stride, 0, upper};
  const float *residual = pick(0, 1) ? y : NULL;
  set->f32_normalize(rows, columns, x, stride, &t, residual, stride, got, stride, -0.5f, 1);
  scalar->f32_normalize(rows, columns, x, stride, &t, residual, stride, expected, stride, -0.5f, 1);
  compare("normalize", set, got, expected, count, 1e-6f);
  set->f32_normalize_gradient(rows, columns, &masked, x, stride, &t, got, stride, mask_got, stride);
  scalar->f32_normalize_gradient(rows, columns, &masked, x, stride, &t, expected, stride, mask_expected, stride);
  compare("normalize_gradient", set, got, expected, count, 1e-6f);
  compare("normalize_gradient's mask", set, mask_got, mask_expected, count, 0);
  double sums[4][70] = {};
  set->f32_moments(rows, columns, x, stride, 0, sums[0], sums[1]);
  scalar->f32_moments(rows, columns, x, stride, 0, sums[2], sums[3]);
  float *first = result(140), *second = result(140);
  add_doubles(first, sums[0], 140), add_doubles(second, sums[2], 140);
  compare("moments", set, first, second, 140, 1e-5f);
  memset(sums, 0, sizeof sums);
  set->f32_gradient_sums(rows, columns, &masked, x, stride, terms, sums[0], sums[1]);
  scalar->f32_gradient_sums(rows, columns, &masked, x, stride, terms, sums[2], sums[3]);
  add_doubles(first, sums[0], 140), add_doubles(second, sums[2], 140);
  compare("gradient_sums", set, first, second, 140, 2e-5f);
  free(x), free(y), free(g), free(terms), free(got), free(expected), free(mask_got), free(mask_expected), free(first);
  free(second);
}

static void updates(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t count = pick(1, 100), taps = pick(1, 9);
  float *g = filled(count), *input = filled(count * taps), *state[2][3];
  for (size_t i = 0; i < 3; i++) {
    state[0][i] = result(count), state[1][i] = result(count);
    for (size_t c = 0; c < count; c++) state[0][i][c] = state[1][i][c] = fabsf(random_float());
  }
  const ek_sgd sgd = {0.1f, 0.9f, 0.01f, pick(0, 1)};
  const ek_adamw adamw = {0.99f, 0.1f, 0.95f, 0.05f, 0.1f, 2, 1e-3f};
  const ek_kernels *sets[2] = {set, scalar};
  for (size_t k = 0; k < 2; k++) {
    float **s = state[k];
    sets[k]->f32_sgd(count, s[0], s[1], g, &sgd);
    sets[k]->f32_adamw(count, s[0], s[1], s[2], g, &adamw);
    sets[k]->f32_moving_average(count, s[1], g, 0.25f);
    sets[k]->f32_mask(count, s[0], g, s[0], -0.25f, 0.5f);
  }
  for (size_t i = 0; i < 3; i++) compare("update", set, state[0][i], state[1][i], count, 1e-5f);
  float *got = result(count * taps), *expected = result(count * taps), *to[2][9];
  const float *from[9];
  for (size_t i = 0; i < count * taps; i++) got[i] = expected[i] = 0;
  for (size_t i = 0; i < taps; i++)
    from[i] = input + i * count, to[0][i] = got + i * count, to[1][i] = expected + i * count;
  for (size_t k = 0; k < 2; k++) {
    sets[k]->f32_maxpool_gradient(count, taps, from, g, to[k]);
    sets[k]->f32_avgpool_gradient(count, taps, g, 0.3f, to[k]);
  }
  compare("pool gradients", set, got, expected, count * taps, 1e-6f);
  for (size_t i = 0; i < 3; i++) free(state[0][i]), free(state[1][i]);
  free(g), free(input), free(got), free(expected);
}

static void checksums(const ek_kernels *set, const ek_kernels *scalar) {
  const size_t blocks = pick(0, 5);
  float *words = filled((blocks + 1) * EK_CHECKSUM_LANES);
  uint32_t got[EK_CHECKSUM_LANES] = {1}, expected[EK_CHECKSUM_LANES] = {1};
  set->u32_checksum(blocks, words, got);
  scalar->u32_checksum(blocks, words, expected);
  if (memcmp(got, expected, sizeof got)) failures++, printf("%s: checksums differ\n", set->name);
  free(words);
}

int main(int argc, char **argv) {
  static const ek_isa sets[] = {EK_ISA_AVX2, EK_ISA_AVX512, EK_ISA_NEON, EK_ISA_NEONDOT, EK_ISA_NEONI8MM};
  const int rounds = argc > 1 ? atoi(argv[1]) : 2000;
  const ek_kernels *scalar = ek_kernels_for(EK_ISA_SCALAR);
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    const ek_kernels *set = ek_kernels_for(sets[i]);
    if (!set) continue;
    for (int round = 0; round < rounds && failures < 20; round++) {
      matrix(set, scalar);
      weights_gradient(set, scalar);
      depthwise(set, scalar);
      pooling(set, scalar);
      normalisation(set, scalar);
      updates(set, scalar);
      checksums(set, scalar);
      if (round % 20 == 0) elementwise(set, scalar);
    }
    printf("%s: %d rounds, %d differences\n", set->name, rounds, failures);
  }
  printf("best: %s\n", ek_kernels_for(ek_best_isa())->name);
  return failures > 0;
}
