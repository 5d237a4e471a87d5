#include "kernels.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

// Bits of the auxiliary vector that say which instructions the kernel lets processes use (Linux, asm/hwcap.h).
enum { hwcap_asimddp = 1 << 20, hwcap2_i8mm = 1 << 13 };
#endif

const ek_kernels *ek_kernels_for(ek_isa isa) {
  switch (isa) {
    case EK_ISA_SCALAR:
      return &ek_kernels_scalar;
#if defined(__x86_64__)
    // The builtin also asks the operating system whether it saves the wide registers.
    case EK_ISA_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &ek_kernels_avx2 : NULL;
    case EK_ISA_AVX512:
    case EK_ISA_AVX512VNNI:
      if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
          !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return NULL;
      if (isa == EK_ISA_AVX512) return &ek_kernels_avx512;
      return __builtin_cpu_supports("avx512vnni") ? &ek_kernels_avx512vnni : NULL;
#elif defined(__aarch64__)
    case EK_ISA_NEON:
      return &ek_kernels_neon;
#if defined(__linux__)
    case EK_ISA_NEONDOT:
      return getauxval(AT_HWCAP) & hwcap_asimddp ? &ek_kernels_neondot : NULL;
    case EK_ISA_NEONI8MM:
      return getauxval(AT_HWCAP) & hwcap_asimddp && getauxval(AT_HWCAP2) & hwcap2_i8mm ? &ek_kernels_neoni8mm : NULL;
#endif
#endif
    default:
      return NULL;
  }
}

ek_isa ek_best_isa(void) {
  static const ek_isa best_first[] = {EK_ISA_AVX512VNNI, EK_ISA_AVX512, EK_ISA_AVX2,
                                      EK_ISA_NEONI8MM,   EK_ISA_NEONDOT, EK_ISA_NEON};
  for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++)
    if (ek_kernels_for(best_first[i])) return best_first[i];
  return EK_ISA_SCALAR;
}

size_t ek_few_rows_for(ek_isa isa) {
  return isa == EK_ISA_AVX512 || isa == EK_ISA_AVX512VNNI ? EK_AVX512_FEW_ROWS : 0;
}

bool ek_tile_for(ek_isa isa, size_t *gemm_mr, size_t *gemm_nr, size_t *dwconv_nr) {
  switch (isa) {
    case EK_ISA_SCALAR:
      *gemm_mr = 4, *gemm_nr = 8, *dwconv_nr = 8;
      return true;
    case EK_ISA_AVX2:
      *gemm_mr = 6, *gemm_nr = 16, *dwconv_nr = 8;
      return true;
    case EK_ISA_AVX512:
    case EK_ISA_AVX512VNNI:
      *gemm_mr = 14, *gemm_nr = 32, *dwconv_nr = 16;
      return true;
    case EK_ISA_NEON:
    case EK_ISA_NEONDOT:
    case EK_ISA_NEONI8MM:
      *gemm_mr = 8, *gemm_nr = 8, *dwconv_nr = 4;
      return true;
  }
  return false;
}
