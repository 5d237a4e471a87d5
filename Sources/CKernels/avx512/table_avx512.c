#include "../kernels.h"

#if defined(__x86_64__)
#define EK_AVX512_TABLE(isa, name) {EK_TABLE(isa, name, 14x32, 14, 32, 16, avx512) EK_TILES_TABLE(16, avx512)}

const ek_kernels ek_kernels_avx512 = EK_AVX512_TABLE(EK_ISA_AVX512, "avx512");
const ek_kernels ek_kernels_avx512vnni = EK_AVX512_TABLE(EK_ISA_AVX512VNNI, "avx512vnni");
#endif
