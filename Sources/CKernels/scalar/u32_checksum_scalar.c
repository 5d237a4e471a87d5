#include "../kernels.h"

#include <string.h>

void ek_u32_checksum_scalar(size_t blocks, const void *bytes, uint32_t *lanes) {
  const uint32_t factor = EK_CHECKSUM_FACTOR;
  const uint8_t *source = bytes;
  for (; blocks > 0; blocks--) {
    for (int j = 0; j < EK_CHECKSUM_LANES; j++) {
      uint32_t word;
      memcpy(&word, source, sizeof word);
      lanes[j] = lanes[j] * factor + word;
      source += sizeof word;
    }
  }
}
