// Micro-kernels in C: arithmetic on memory that the caller owns. No allocation, no global state, no threads.
//
// Every function of `ek_kernels` has a scalar version, which is the meaning; versions for SIMD instruction sets give
// the same results up to the rounding of fused multiply-adds and the order stated with each function.
// Naming: ek_<type>_<operation>_<tile>_<isa>. Adding an instruction set: a folder with its kernels and a table.
#ifndef EDGE_RUN_CKERNELS_H
#define EDGE_RUN_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CMath.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/// `c[i][j] = clamp(bias[j] + sum over k of a[i][k] * b[k][j] + residual[i][j], lower, upper)` for i < rows <= mr and
/// j < columns <= nr, summed in the order of k by fused multiply-adds starting at the bias; the residual comes last.
/// `packed` is one panel of `ek_f32_pack_gemm`: nr biases, then depth rows of nr weights. Strides count floats.
/// Reads no element of a, residual or c beyond the stated rows and columns.
typedef void (*ek_f32_gemm_fn)(size_t rows, size_t columns, size_t depth, const float *a, size_t a_stride,
                               const float *packed, float *c, size_t c_stride, const float *residual,
                               size_t residual_stride, float lower, float upper);

/// The same with k x k taps: row i of a is the concatenation of `taps` runs of `depth` floats at `a[t * mr + i]`
/// (t < taps), so a convolution needs no im2col buffer; padding points to a run of zeros.
typedef void (*ek_f32_igemm_fn)(size_t rows, size_t columns, size_t depth, size_t taps, const float *const *a,
                                const float *packed, float *c, size_t c_stride, const float *residual,
                                size_t residual_stride, float lower, float upper);

/// A row of `count` neighbouring output pixels of a depthwise convolution over all channels:
/// `output[o * output_stride + c] = clamp(bias[c] + sum over t of input[(o * taps_stride) + t][c] * weight[t][c])`
/// where `input` holds taps pointers a pixel (pixel o starts at `input + o * pointer_step`), padding pointing to zeros.
/// `packed` is `ek_f32_pack_depthwise`: for each block of nr channels nr biases, then `taps` rows of nr weights.
typedef void (*ek_f32_dwconv_fn)(size_t channels, size_t count, size_t taps, const float *const *input,
                                 size_t pointer_step, const float *packed, float *output, size_t output_stride,
                                 float lower, float upper);

/// One output pixel: `output[c] = max over t < taps of input[t][c]`, clamped.
typedef void (*ek_f32_maxpool_fn)(size_t channels, size_t taps, const float *const *input, float *output);
/// One output pixel: `output[c] = scale * sum over t < taps of input[t][c]`.
typedef void (*ek_f32_avgpool_fn)(size_t channels, size_t taps, const float *const *input, float scale, float *output);

/// `output[i] = function(input[i])` over contiguous floats; `function` is Runtime's UnaryFunction. Returns false, with
/// nothing written, where this instruction set has no version of the function.
typedef bool (*ek_f32_unary_fn)(int32_t function, size_t count, const float *input, float *output, float alpha,
                                float beta);
/// `output[i] = clamp(function(a[i * a_step], b[i * b_step]))` over floats, steps 0 or 1; `function` is Runtime's
/// BinaryFunction. Returns false, with nothing written, where there is no version.
typedef bool (*ek_f32_binary_fn)(int32_t function, size_t count, const float *a, size_t a_step, const float *b,
                                 size_t b_step, float *output, float lower, float upper);

/// The kernels of one instruction set.
typedef struct {
  ek_isa isa;
  const char *name;
  /// Tile of gemm and igemm: at most `gemm_mr` rows, panels of `gemm_nr` columns.
  size_t gemm_mr, gemm_nr;
  ek_f32_gemm_fn f32_gemm;
  ek_f32_igemm_fn f32_igemm;
  /// Channels a block of a packed depthwise filter.
  size_t dwconv_nr;
  ek_f32_dwconv_fn f32_dwconv;
  ek_f32_maxpool_fn f32_maxpool;
  ek_f32_avgpool_fn f32_avgpool;
  ek_f32_unary_fn f32_unary;
  ek_f32_binary_fn f32_binary;
} ek_kernels;

/// The kernels of an instruction set, or NULL where this processor or this build has it not.
const ek_kernels *ek_kernels_for(ek_isa isa);
/// The best instruction set of this processor.
ek_isa ek_best_isa(void);

/// Tile widths of an instruction set, known on any machine (a plan can be compiled for another one).
/// Returns false for an unknown instruction set.
bool ek_tile_for(ek_isa isa, size_t *gemm_mr, size_t *gemm_nr, size_t *dwconv_nr);

/// Floats that `ek_f32_pack_gemm` writes: for each panel of nr columns nr biases and taps * depth * nr weights.
size_t ek_f32_packed_gemm_count(size_t columns, size_t depth, size_t taps, size_t nr);
/// Packs weights `[columns][taps][depth]` with the given strides (in floats) and biases (or NULL for zeros) into panels
/// of nr columns; columns beyond the last are zero.
void ek_f32_pack_gemm(size_t columns, size_t depth, size_t taps, size_t nr, const float *weights,
                      size_t column_stride, size_t tap_stride, size_t depth_stride, const float *bias, float *packed);
/// Floats that `ek_f32_pack_depthwise` writes.
size_t ek_f32_packed_depthwise_count(size_t channels, size_t taps, size_t nr);
/// Packs depthwise weights `[channels][taps]` (contiguous) and biases (or NULL).
void ek_f32_pack_depthwise(size_t channels, size_t taps, size_t nr, const float *weights, const float *bias,
                           float *packed);

#ifdef __cplusplus
}
#endif
#endif
