// Micro-kernels in C: arithmetic on memory that the caller owns. No allocation, no global state, no threads.
//
// Every function of `ek_kernels` has a scalar version, which is the meaning; versions for SIMD instruction sets give
// the same results up to the rounding of fused multiply-adds and the order stated with each function. Within one
// instruction set a result depends on its operands only: not on where in a tile, a row or a remainder it is computed.
//
// A NaN operand gives a NaN result: in sums, in clamps (`min(max(x, lower), upper)` of a NaN x is NaN), in minima and
// maxima. No pointer needs more alignment than its type.
//
// Naming: ek_<type>_<operation>_<tile>_<isa>. Adding an instruction set: a header in `simd`, a folder with its kernels
// (instances of the files in `template`, or its own) and a table.
#ifndef EDGE_RUN_CKERNELS_H
#define EDGE_RUN_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CMath.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// Instruction sets, numbered for plan files: never renumber, only add.
typedef enum {
  EK_ISA_SCALAR = 0,
  EK_ISA_AVX2 = 1,
  EK_ISA_AVX512 = 2,
  EK_ISA_AVX512VNNI = 3,
  EK_ISA_NEON = 16,
  EK_ISA_NEONDOT = 17,
  EK_ISA_NEONI8MM = 18,
} ek_isa;

/// Functions of one argument; the numbers are those of Runtime's UnaryFunction, which says what each computes.
typedef enum {
  EK_UNARY_ABSOLUTE = 0,
  EK_UNARY_NEGATE = 1,
  EK_UNARY_RECIPROCAL = 2,
  EK_UNARY_SQUARE_ROOT = 3,
  EK_UNARY_EXPONENTIAL = 4,
  EK_UNARY_LOGARITHM = 5,
  EK_UNARY_FLOOR = 6,
  EK_UNARY_CEILING = 7,
  EK_UNARY_ROUND = 8,
  EK_UNARY_SIGN = 9,
  EK_UNARY_ERROR_FUNCTION = 11,
  EK_UNARY_RELU = 12,
  EK_UNARY_LEAKY_RELU = 13,
  EK_UNARY_CLIP = 14,
  EK_UNARY_SIGMOID = 15,
  EK_UNARY_HARD_SIGMOID = 16,
  EK_UNARY_HARD_SWISH = 17,
  EK_UNARY_ELU = 18,
  EK_UNARY_SELU = 19,
  EK_UNARY_CELU = 20,
  EK_UNARY_HYPERBOLIC_TANGENT = 21,
  EK_UNARY_SOFTPLUS = 22,
  EK_UNARY_SOFTSIGN = 23,
  EK_UNARY_GELU = 24,
  EK_UNARY_GELU_TANH = 25,
  EK_UNARY_MISH = 26,
  EK_UNARY_THRESHOLDED_RELU = 27,
  EK_UNARY_SWISH = 28,
  EK_UNARY_SINE = 29,
  EK_UNARY_COSINE = 30,
  EK_UNARY_TANGENT = 31,
  EK_UNARY_ARC_SINE = 32,
  EK_UNARY_ARC_COSINE = 33,
  EK_UNARY_ARC_TANGENT = 34,
  EK_UNARY_HYPERBOLIC_SINE = 35,
  EK_UNARY_HYPERBOLIC_COSINE = 36,
  EK_UNARY_AREA_SINE = 37,
  EK_UNARY_AREA_COSINE = 38,
  EK_UNARY_AREA_TANGENT = 39,
  EK_UNARY_SHRINK = 40,
} ek_unary;

/// Functions of two arguments; the numbers are those of Runtime's BinaryFunction.
typedef enum {
  EK_BINARY_ADD = 0,
  EK_BINARY_SUBTRACT = 1,
  EK_BINARY_MULTIPLY = 2,
  EK_BINARY_DIVIDE = 3,
  EK_BINARY_POWER = 4,
  EK_BINARY_MINIMUM = 5,
  EK_BINARY_MAXIMUM = 6,
  EK_BINARY_PARAMETRIC_RELU = 7,
  EK_BINARY_MODULO = 8,
  EK_BINARY_REMAINDER = 9,
} ek_binary;

/// `c[i][j] = clamp(bias[j] + sum over k of a[i][k] * b[k][j] + residual[i][j], lower, upper)` for i < rows (any
/// number) and j < columns <= nr, summed in the order of k by fused multiply-adds starting at the bias; the residual
/// comes last. `packed` is one panel of `ek_f32_pack_gemm`: nr biases, then depth rows of nr weights. Strides count
/// floats. Reads no element of a, residual or c beyond the stated rows and columns. `residual` may equal `c`.
typedef void (*ek_f32_gemm_fn)(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride,
                               const float *packed, float *c, size_t c_stride, const float *_Nullable residual,
                               size_t residual_stride, float lower, float upper);

/// Products of the same shape, of matrices that lie `a_step`, `packed_step` and `c_step` floats apart.
typedef struct {
  size_t count, rows, columns, depth;
  size_t a_stride, c_stride;
  size_t a_step, packed_step, c_step;
  /// Columns of a panel: nr, or any number up to 2 * nr where there are at most `ek_few_rows_for` rows. There, a batch may be
  /// of some columns of one panel, whose first bias `packed` points to.
  size_t panel;
} ek_gemm_batch;

/// `ek_f32_gemm_fn` for each of several matrices over any number of columns, without residual and clamp: `packed` is
/// ceil(columns / panel) panels for each, one after the other.
typedef void (*ek_f32_gemm_batch_fn)(const ek_gemm_batch *batch, const float *a, const float *packed, float *c);

/// A rectangle of output pixels of a convolution, in each of `images` images, which all use the same rectangle of the
/// filter's taps and find all of them inside the input. Steps count floats.
typedef struct {
  /// Output pixels are `images * lines * pixels`.
  size_t images, lines, pixels;
  /// Floats of a tap: input channels.
  size_t depth;
  /// Taps in a row of the packed filter.
  size_t kernel_width;
  /// The taps in use.
  size_t first_tap_row, tap_rows, first_tap_column, tap_columns;
  /// From the input of one output pixel to that of the next one: of the next image, below it, right of it.
  size_t input_image_step, input_line_step, input_pixel_step;
  /// From one tap's input to the next.
  size_t tap_row_step, tap_column_step;
  size_t output_image_step, output_line_step, output_pixel_step;
  size_t residual_image_step, residual_line_step, residual_pixel_step;
} ek_conv_shape;

/// The same with taps, so that a convolution needs no im2col buffer: a row of c is an output pixel, its row of a the
/// taps in use, in the order of (v, u). `input` is the first tap in use of the first pixel, `packed` a panel of
/// `ek_f32_pack_gemm` with all taps; `residual` may equal `output`. Without taps in use nothing is read from `input`.
typedef void (*ek_f32_conv_fn)(const ek_conv_shape *shape, size_t columns, const float *input, const float *packed,
                               float *output, const float *_Nullable residual, float lower, float upper);

/// `ek_f32_gemm_fn` of one row over any number of columns: `packed` is ceil(columns / nr) panels, one after the other.
/// Bound by reading the weights.
typedef void (*ek_f32_gemv_fn)(size_t columns, size_t depth, const float *a, const float *packed, float *c,
                               const float *_Nullable residual, float lower, float upper);

/// A rectangle of output pixels of a depthwise convolution which all use the same rectangle of the filter's taps. Steps
/// count floats.
typedef struct {
  size_t channels;
  /// Output pixels.
  size_t rows, columns;
  /// Taps of the packed filter.
  size_t kernel_height, kernel_width;
  /// The taps in use.
  size_t first_tap_row, tap_rows, first_tap_column, tap_columns;
  /// From the input of one output pixel to that of the next one below it, right of it.
  size_t input_row_step, input_column_step;
  /// From one tap's input to the next.
  size_t tap_row_step, tap_column_step;
  size_t output_row_step, output_column_step;
  /// Floats that the first pixel's first tap in use lies left of the input's row, and that the row has. Taps that find
  /// no input there are left out. Only convolutions ask; for weights gradients all taps are inside.
  size_t left_margin, row_extent;
} ek_dwconv_shape;

/// `output[y][x][c] = clamp(bias[c] + sum over taps (v, u) of input[y][x][v][u][c] * weight[v][u][c])` in the order of
/// (v, u) by fused multiply-adds starting at the bias. `input` is the beginning of the first tap row in use of the first
/// row of pixels; `packed` is `ek_f32_pack_depthwise`: for each block of nr channels nr biases, then a row of nr weights
/// a tap.
typedef void (*ek_f32_dwconv_fn)(const ek_dwconv_shape *shape, const float *input, const float *packed, float *output,
                                 float lower, float upper);

/// A tile of a convolution's weights gradient: rows of output channels, columns of input channels, summed over a box of
/// output pixels that all find their input. Steps count floats.
typedef struct {
  /// Of the tile: any number of rows, columns <= gemm_nr.
  size_t rows, columns;
  /// Of the box: output pixels are `images * lines * pixels`.
  size_t images, lines, pixels;
  size_t a_image_step, a_line_step, a_pixel_step;
  size_t b_image_step, b_line_step, b_pixel_step;
} ek_wgrad_shape;

/// `c[i][j] += sum over images n, lines y, pixels x of a[n][y][x][i] * b[n][y][x][j]` for i < rows and j < columns: the
/// product of a matrix of pixels, transposed, with another. Summed in the order of (n, y, x) by fused multiply-adds
/// from zero, then added to c. Reads nothing beyond the stated rows and columns.
typedef void (*ek_f32_wgrad_fn)(const ek_wgrad_shape *shape, const float *a, const float *b, float *c,
                                size_t c_stride);

/// The weights gradient of a depthwise convolution, summed over the rectangle of output pixels that `shape` says:
/// `gradient[v][u][c] += sum over y, x of dy[y][x][c] * input[y][x][v][u][c]` for the taps in use, where the output's
/// steps are those of dy. Summed in the order of (y, x) from zero, then added. `input` is that of the first tap in use
/// of the first pixel; `gradient` is `[kernel_height][kernel_width]` rows of channels, `tap_stride` floats apart.
typedef void (*ek_f32_dwgrad_fn)(const ek_dwconv_shape *shape, const float *input, const float *dy, float *gradient,
                                 size_t tap_stride);

/// Where a tile of a Winograd convolution lies, in pixels of its own: rows `first_row ..< end_row` and columns likewise
/// are inside the image, others are padding (of an input) or not there (of an output). Steps count floats.
typedef struct {
  int32_t first_row, end_row, first_column, end_column;
  ptrdiff_t row_step, column_step;
} ek_winograd_tile;

/// Transforms the input of a Winograd convolution F(tile x tile, 3 x 3): `tile` is 4 or 2, the tile has tile + 2 pixels a
/// side. Element (y, x) goes to `output[(y * (tile + 2) + x) * step + c]` for c < channels. `input` is the place of the
/// tile's first pixel, which need not be inside the image.
typedef void (*ek_f32_winograd_input_fn)(int32_t tile, const ek_winograd_tile *place, size_t channels,
                                         const float *input, float *output, size_t step);
/// Transforms products, laid out as the input transform does, to `tile` x `tile` pixels:
/// `output = clamp(transform + bias + residual, lower, upper)`.
typedef void (*ek_f32_winograd_output_fn)(int32_t tile, const ek_winograd_tile *place, size_t channels,
                                          const float *products, size_t step, const float *_Nullable bias,
                                          float *output, const float *_Nullable residual,
                                          const ek_winograd_tile *residual_place, float lower, float upper);
/// Transforms 3 x 3 weights: tap (v, u) of weight i < count lies at `taps[(v * 3 + u) * tap_step + i]`, element (y, x)
/// goes to `output[(y * (tile + 2) + x) * step + i]`.
typedef void (*ek_f32_winograd_weights_fn)(int32_t tile, size_t count, const float *taps, size_t tap_step,
                                           float *output, size_t step);
/// The transpose of the output transform: derivatives by a tile's outputs (those beyond `end_row` and `end_column` count
/// as zeros) to derivatives by its products, laid out as the input transform does.
typedef void (*ek_f32_winograd_output_adjoint_fn)(int32_t tile, const ek_winograd_tile *place, size_t channels,
                                                  const float *gradient, float *output, size_t step);
/// The transpose of the weights' transform: element (y, x) of i < count lies at `sums[(y * (tile + 2) + x) * step + i]`,
/// the derivative by tap (v, u) goes to `taps[(v * 3 + u) * tap_step + i]`.
typedef void (*ek_f32_winograd_weights_adjoint_fn)(int32_t tile, size_t count, const float *sums, size_t step,
                                                   float *taps, size_t tap_step);

/// `sums[c] += sum over r < rows of input[r * step + c]` for c < columns, row by row in double precision.
typedef void (*ek_f32_column_sums_fn)(size_t rows, size_t columns, const float *input, size_t step, double *sums);

/// One output pixel: `output[c] = max over t < taps of input[t][c]`; taps >= 1.
typedef void (*ek_f32_maxpool_fn)(size_t channels, size_t taps, const float *_Nonnull const *_Nonnull input, float *output);
/// One output pixel: `output[c] = scale * sum over t < taps of input[t][c]`.
typedef void (*ek_f32_avgpool_fn)(size_t channels, size_t taps, const float *_Nonnull const *_Nonnull input, float scale,
                                  float *output);

/// `output[i] = function(input[i])` over contiguous floats; `function` is an `ek_unary`. `output` may be `input`.
/// Returns false, with nothing written, for any other number. Scalar versions are exact but for the last rounding,
/// SIMD versions to 1e-6 of the result (1e-7 of the argument where a function's result vanishes beside it).
typedef bool (*ek_f32_unary_fn)(int32_t function, size_t count, const float *input, float *output, float alpha,
                                float beta);
/// `output[i] = clamp(function(a[i * a_step], b[i * b_step]))` over floats, steps 0 or 1; `function` is an `ek_binary`.
/// `output` may be `a` or `b` with step 1. Returns false, with nothing written, for any other number.
typedef bool (*ek_f32_binary_fn)(int32_t function, size_t count, const float *a, size_t a_step, const float *b,
                                 size_t b_step, float *output, float lower, float upper);

// Training. Matrices of `rows` pixels with `columns` channels each; strides count floats from row to row and may be 0 in
// what is read. Sums of 64 rows are kept in single precision, in an order of each instruction set's own, and then
// added in double precision, so that results depend on how rows are cut into calls.

/// A gradient that passes an activation: `lower < y < upper ? g : 0`, where an infinite bound is no bound.
/// `output` may be `gradient` or `y`.
typedef void (*ek_f32_mask_fn)(size_t count, const float *gradient, const float *y, float *output, float lower,
                               float upper);

/// Adds rows to each column's mean and sum of squared distances from it, of `count` rows before, by Chan's formula.
/// With `count` 0 `mean` holds a first guess, such as an element of the column, and `squares` zeros.
typedef void (*ek_f32_moments_fn)(size_t rows, size_t columns, const float *x, size_t x_stride, double count,
                                  double *mean, double *squares);

/// Numbers of each column, in memory for a multiple of 16 of them.
typedef struct {
  /// Subtracted from x.
  const float *mean;
  /// Multiplies what is left.
  const float *factor;
  /// Added last.
  const float *offset;
  /// Multiplies the gradient; `f32_normalize_gradient` only.
  const float *_Null_unspecified gradient_factor;
} ek_column_terms;

/// `y = clamp((x - mean) * factor + offset + residual, lower, upper)`.
typedef void (*ek_f32_normalize_fn)(size_t rows, size_t columns, const float *x, size_t x_stride,
                                    const ek_column_terms *terms, const float *_Nullable residual,
                                    size_t residual_stride, float *y, size_t y_stride, float lower, float upper);

/// A gradient by rows: g is `gradient`, masked as by `ek_f32_mask_fn` where there is a y.
typedef struct {
  const float *gradient;
  size_t gradient_stride;
  const float *_Nullable y;
  size_t y_stride;
  float lower, upper;
} ek_masked_rows;

/// Adds to each column `sum += sum of g` and `product += sum of g * (x - mean)`; `mean` as in `ek_column_terms`.
typedef void (*ek_f32_gradient_sums_fn)(size_t rows, size_t columns, const ek_masked_rows *g, const float *x,
                                        size_t x_stride, const float *mean, double *sum, double *product);

/// `output = g * gradient_factor + (x - mean) * factor + offset`, and `masked = g` where asked for.
typedef void (*ek_f32_normalize_gradient_fn)(size_t rows, size_t columns, const ek_masked_rows *g, const float *x,
                                             size_t x_stride, const ek_column_terms *terms, float *output,
                                             size_t output_stride, float *_Nullable masked, size_t masked_stride);

/// One output pixel of a maximum: adds `gradient[c]` to `output[t][c]` of the first t < taps whose `input[t][c]` is the
/// largest, or the first that is NaN; taps >= 1.
typedef void (*ek_f32_maxpool_gradient_fn)(size_t channels, size_t taps, const float *_Nonnull const *_Nonnull input,
                                           const float *gradient, float *_Nonnull const *_Nonnull output);
/// One output pixel of an average: adds `scale * gradient[c]` to every `output[t][c]`.
typedef void (*ek_f32_avgpool_gradient_fn)(size_t channels, size_t taps, const float *gradient, float scale,
                                           float *_Nonnull const *_Nonnull output);

/// Stochastic gradient descent: `g = gradient + decay * p; v = momentum * v + g; p -= rate * (nesterov ? g + momentum *
/// v : v)` with p the parameter and v the velocity.
typedef struct {
  float rate, momentum, decay;
  bool nesterov;
} ek_sgd;
typedef void (*ek_f32_sgd_fn)(size_t count, float *parameter, float *velocity, const float *gradient,
                              const ek_sgd *rule);

/// Adam with decoupled weight decay: `p *= keep; m += (1 - beta1) * (g - m); s = beta2 * s + (1 - beta2) * g * g;
/// p -= rate * m / (sqrt(s) * deviation_scale + epsilon)`.
typedef struct {
  /// 1 - learning rate * weight decay.
  float keep;
  /// 1 - beta1.
  float first_share;
  float beta2;
  /// 1 - beta2.
  float second_share;
  /// Learning rate / (1 - beta1^step).
  float rate;
  /// 1 / sqrt(1 - beta2^step).
  float deviation_scale;
  float epsilon;
} ek_adamw;
typedef void (*ek_f32_adamw_fn)(size_t count, float *parameter, float *first, float *second, const float *gradient,
                                const ek_adamw *rule);

/// `state += rate * (value - state)`.
typedef void (*ek_f32_moving_average_fn)(size_t count, float *state, const float *value, float rate);

/// An image in tiles of 4 x 4 pixels, `[channels / block][16][tiles][block]`: pixel (y, x) of tile t and channel c lies at
/// `[c / block][4 * y + x][t][c % block]`. There are `rows` lines of `columns` tiles. `block` is 1, or 4 where tiles are
/// few; `plane`, the floats of a pixel in all tiles, is a multiple of `tile_lanes` and has room for every tile. What lies
/// behind the last tile and behind the last channel means nothing. Tiles are worked through in groups: what a vector holds.
typedef struct {
  size_t rows, columns, plane, block;
} ek_tile_grid;
/// Brings `count` groups of tiles, from group `first` on, of an image `[lines][pixels][channels]` into that order, with
/// `before` channels of zeros in front and `after` ones behind.
typedef void (*ek_f32_tiles_from_pixels_fn)(const ek_tile_grid *grid, size_t first, size_t count, size_t before,
                                            size_t channels, size_t after, const float *pixels, ptrdiff_t row_step,
                                            ptrdiff_t column_step, float *tiles);
/// The way back.
typedef void (*ek_f32_pixels_from_tiles_fn)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                            const float *tiles, float *pixels, ptrdiff_t row_step,
                                            ptrdiff_t column_step);
/// The phases of an image `from` in tiles with twice the sides of `to`, `phase_step` floats apart: the even lines' even
/// pixels, their odd ones, the odd lines' even pixels, their odd ones, or the first alone where `phases` is 1 instead of 4.
/// Of `count` channels from `first` on; both have blocks of one. Lanes behind the last tile are left as they are.
typedef void (*ek_f32_tile_phases_fn)(const ek_tile_grid *from, const ek_tile_grid *to, size_t phases, size_t first,
                                      size_t count, const float *input, float *output, size_t phase_step);
/// Winograd's F(4x4, 3x3) of an image in tiles, padded by a pixel on all sides, for `count` (1 or 2) groups of tiles from
/// `first` on. A vector has the same `block` elements of every tile: elements `e * block` and following of channel c go to
/// `output[e * step + (c * count + group) * tile_lanes]`.
typedef void (*ek_f32_winograd_tiles_input_fn)(const ek_tile_grid *grid, size_t first, size_t count, size_t channels,
                                               const float *input, float *output, size_t step);
/// The products of its 36 elements: `c[e] = weights[e] * a[e]`, where `weights` is `[36 / block][depth][weights_columns]
/// [block]`, of which `columns` take part. a and c lie as `ek_f32_winograd_tiles_input_fn` writes, a_step and c_step apart.
typedef void (*ek_f32_winograd_tiles_products_fn)(size_t block, size_t count, size_t depth, size_t columns,
                                                  const float *a, size_t a_step, const float *weights,
                                                  size_t weights_columns, float *c, size_t c_step);
/// Products to an image in tiles: `output = clamp(transform + bias + residual, lower, upper)`, `residual` in tiles as well.
typedef void (*ek_f32_winograd_tiles_output_fn)(const ek_tile_grid *grid, size_t first, size_t count, size_t columns,
                                                const float *products, size_t step, const float *_Nullable bias,
                                                float *output, const float *_Nullable residual, float lower,
                                                float upper);

/// A 3 x 3 convolution of stride 2, padded by a pixel on all sides, for `count` groups of tiles of its result from `first`
/// on: `output = clamp(conv + bias + residual, lower, upper)`. `input` is four images in the result's tiles, `phase` floats
/// apart: the even lines' even pixels, their odd ones, the odd lines' even pixels, their odd ones. Weights are
/// `[depth][9][weights_columns]`, of which `columns` take part; in blocks `[columns / 4][depth / 4][9][4][4]`, the input
/// channel innermost, missing ones zero. Missing channels of the input must be finite.
typedef void (*ek_f32_strided_tiles_fn)(const ek_tile_grid *grid, size_t first, size_t count, size_t phase,
                                        size_t depth, size_t columns, const float *input, const float *weights,
                                        size_t weights_columns, const float *_Nullable bias, float *output,
                                        const float *_Nullable residual, float lower, float upper);

/// A product of few columns, by sums along the depth: `c[i * c_step + j] = clamp(a[i] . weights[j] + bias[j] + residual,
/// lower, upper)` for i < rows and j < columns, at most `tile_lanes / 2` of them. Rows of a lie a_step apart, those of the
/// weights weights_step, which is a multiple of `tile_lanes` and not less than the depth; weights behind it are zero.
typedef void (*ek_f32_narrow_fn)(size_t rows, size_t columns, size_t depth, const float *a, ptrdiff_t a_step,
                                 const float *weights, size_t weights_step, const float *_Nullable bias, float *c,
                                 ptrdiff_t c_step, const float *_Nullable residual, ptrdiff_t residual_step,
                                 float lower, float upper);

/// Words of a block of `ek_u32_checksum_fn`.
enum { EK_CHECKSUM_LANES = 64 };
/// The factor of its polynomials.
enum { EK_CHECKSUM_FACTOR = 0x9E3779B1 };
/// A polynomial of each word's place in the blocks, modulo 2^32: `lanes[j] = lanes[j] * factor + bytes[i][j]` for every
/// block i of EK_CHECKSUM_LANES little-endian words. One word that changes always changes its lane, as the factor is odd.
typedef void (*ek_u32_checksum_fn)(size_t blocks, const void *bytes, uint32_t *lanes);

/// The kernels of one instruction set. No function of a table that `ek_kernels_for` returns is missing but those of images in
/// tiles and narrow products.
typedef struct {
  ek_isa isa;
  const char *_Null_unspecified name;
  /// Tile of gemm and conv: `gemm_mr` rows at a time, panels of `gemm_nr` columns.
  size_t gemm_mr, gemm_nr;
  ek_f32_gemm_fn _Null_unspecified f32_gemm;
  ek_f32_gemm_batch_fn _Null_unspecified f32_gemm_batch;
  ek_f32_conv_fn _Null_unspecified f32_conv;
  ek_f32_gemv_fn _Null_unspecified f32_gemv;
  /// Channels a block of a packed depthwise filter.
  size_t dwconv_nr;
  ek_f32_dwconv_fn _Null_unspecified f32_dwconv;
  ek_f32_wgrad_fn _Null_unspecified f32_wgrad;
  ek_f32_dwgrad_fn _Null_unspecified f32_dwgrad;
  ek_f32_winograd_input_fn _Null_unspecified f32_winograd_input;
  ek_f32_winograd_output_fn _Null_unspecified f32_winograd_output;
  ek_f32_winograd_weights_fn _Null_unspecified f32_winograd_weights;
  ek_f32_winograd_output_adjoint_fn _Null_unspecified f32_winograd_output_adjoint;
  ek_f32_winograd_weights_adjoint_fn _Null_unspecified f32_winograd_weights_adjoint;
  ek_f32_maxpool_fn _Null_unspecified f32_maxpool;
  ek_f32_avgpool_fn _Null_unspecified f32_avgpool;
  ek_f32_column_sums_fn _Null_unspecified f32_column_sums;
  ek_f32_unary_fn _Null_unspecified f32_unary;
  ek_f32_binary_fn _Null_unspecified f32_binary;
  ek_f32_mask_fn _Null_unspecified f32_mask;
  ek_f32_moments_fn _Null_unspecified f32_moments;
  ek_f32_normalize_fn _Null_unspecified f32_normalize;
  ek_f32_gradient_sums_fn _Null_unspecified f32_gradient_sums;
  ek_f32_normalize_gradient_fn _Null_unspecified f32_normalize_gradient;
  ek_f32_maxpool_gradient_fn _Null_unspecified f32_maxpool_gradient;
  ek_f32_avgpool_gradient_fn _Null_unspecified f32_avgpool_gradient;
  ek_f32_sgd_fn _Null_unspecified f32_sgd;
  ek_f32_adamw_fn _Null_unspecified f32_adamw;
  ek_f32_moving_average_fn _Null_unspecified f32_moving_average;
  ek_u32_checksum_fn _Null_unspecified u32_checksum;
  /// Lanes of a vector for images in tiles and narrow products; 0, and NULL for the functions, where vectors are too short
  /// for these to pay.
  size_t tile_lanes;
  ek_f32_tiles_from_pixels_fn _Nullable f32_tiles_from_pixels;
  ek_f32_pixels_from_tiles_fn _Nullable f32_pixels_from_tiles;
  ek_f32_tile_phases_fn _Nullable f32_tile_phases;
  ek_f32_winograd_tiles_input_fn _Nullable f32_winograd_tiles_input;
  ek_f32_winograd_tiles_products_fn _Nullable f32_winograd_tiles_products;
  ek_f32_winograd_tiles_output_fn _Nullable f32_winograd_tiles_output;
  ek_f32_strided_tiles_fn _Nullable f32_strided_tiles;
  ek_f32_narrow_fn _Nullable f32_narrow;
} ek_kernels;

/// The kernels of an instruction set, or NULL where this processor or this build has it not.
const ek_kernels *_Nullable ek_kernels_for(ek_isa isa);
/// The best instruction set of this processor.
ek_isa ek_best_isa(void);

/// Tile widths of an instruction set, known on any machine (a plan can be compiled for another one).
/// Returns false for an unknown instruction set.
bool ek_tile_for(ek_isa isa, size_t *gemm_mr, size_t *gemm_nr, size_t *dwconv_nr);
/// Rows of a batch's products up to which panels may have any width; 0 where they may not.
size_t ek_few_rows_for(ek_isa isa);

/// Floats that `ek_f32_pack_gemm` writes: for each panel of nr columns nr biases and taps * depth * nr weights.
size_t ek_f32_packed_gemm_count(size_t columns, size_t depth, size_t taps, size_t nr);
/// Packs weights `[columns][taps][depth]` with the given strides (in floats) and biases (or NULL for zeros) into panels
/// of nr columns; columns beyond the last are zero.
void ek_f32_pack_gemm(size_t columns, size_t depth, size_t taps, size_t nr, const float *weights,
                      size_t column_stride, size_t tap_stride, size_t depth_stride, const float *_Nullable bias,
                      float *packed);
/// Floats that `ek_f32_pack_depthwise` writes.
size_t ek_f32_packed_depthwise_count(size_t channels, size_t taps, size_t nr);
/// Packs depthwise weights `[channels][taps]` (contiguous) and biases (or NULL); channels beyond the last are zero.
void ek_f32_pack_depthwise(size_t channels, size_t taps, size_t nr, const float *weights, const float *_Nullable bias,
                           float *packed);

/// Weights `[columns][depth][tap_rows][tap_columns]` with any strides in floats; those of taps may be negative, which
/// reverses them.
typedef struct {
  size_t columns, depth, tap_rows, tap_columns;
  ptrdiff_t column_stride, depth_stride, tap_row_stride, tap_column_stride;
} ek_weights_shape;

/// Packs a part of a panel at run time: `packed[(t * tap_depth + k) * nr + j] = weights[j][k][t]` for the taps t in
/// order, k < depth and j < columns <= nr. Writes nothing else: biases, missing columns and rows are the caller's.
void ek_f32_pack_weights(const ek_weights_shape *shape, const float *weights, size_t nr, size_t tap_depth, float *packed);

/// `target[i * target_step + j] = source[i * source_step + j]` for i < pixels and j < channels: a slice of channels moved
/// together, so that it fits the first-level cache.
void ek_f32_pack_pixels(size_t pixels, size_t channels, const float *source, size_t source_step, float *target,
                        size_t target_step);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
#endif
