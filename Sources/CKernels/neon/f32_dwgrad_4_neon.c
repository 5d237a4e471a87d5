#include "../kernels.h"

#if defined(__aarch64__)
#include "../simd/simd_neon.h"

#define EK_DWGRAD_NAME ek_f32_dwgrad_4_neon
#include "../template/f32_dwgrad.h"
#endif
