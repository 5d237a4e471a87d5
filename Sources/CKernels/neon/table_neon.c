#include "../kernels.h"

#if defined(__aarch64__)
const ek_kernels ek_kernels_neon = {EK_TABLE(EK_ISA_NEON, "neon", 8x8, 8, 8, 4, neon)};
const ek_kernels ek_kernels_neondot = {EK_TABLE(EK_ISA_NEONDOT, "neondot", 8x8, 8, 8, 4, neon)};
const ek_kernels ek_kernels_neoni8mm = {EK_TABLE(EK_ISA_NEONI8MM, "neoni8mm", 8x8, 8, 8, 4, neon)};
#endif
