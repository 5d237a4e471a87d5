#include "../kernels.h"

const ek_kernels ek_kernels_scalar = {EK_TABLE(EK_ISA_SCALAR, "scalar", 4x8, 4, 8, 8, scalar)};
