// The AVX-512 tile out of vectors of 16 floats that Clang makes of narrower ones: the templates' logic for that tile
// can be tested where no such processor is at hand.
#ifndef EDGE_RUN_CEMULATEDKERNELS_H
#define EDGE_RUN_CEMULATEDKERNELS_H

#include "CKernels.h"

/// A table as `ek_kernels_for` returns it, or NULL where the processor lacks what the emulation is compiled for.
const ek_kernels *_Nullable ek_emulated_kernels(void);

#endif
