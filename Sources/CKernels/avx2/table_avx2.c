#include "../kernels.h"

#if defined(__x86_64__)
const ek_kernels ek_kernels_avx2 = {EK_TABLE(EK_ISA_AVX2, "avx2", 6x16, 6, 16, 8, avx2) EK_TILES_TABLE(8, avx2)};
#endif
