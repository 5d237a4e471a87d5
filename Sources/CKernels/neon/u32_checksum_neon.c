#include "../kernels.h"

#if defined(__aarch64__)
#include "../simd/simd_neon.h"

#define EK_CHECKSUM_NAME ek_u32_checksum_neon
#include "../template/u32_checksum.h"
#endif
