#include "../kernels.h"

#if defined(__aarch64__)
#include "../simd/simd_neon.h"

#define EK_DWCONV_NAME ek_f32_dwconv_4_neon
#include "../template/f32_dwconv.h"
#endif
