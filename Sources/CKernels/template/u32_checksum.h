// Checksums of one instruction set, as wide as its vectors. The including file defines EK_CHECKSUM_NAME.

typedef uint32_t vu __attribute__((vector_size(4 * V_LANES), aligned(4 * V_LANES)));

void EK_CHECKSUM_NAME(size_t blocks, const void *bytes, uint32_t *lanes) {
  enum { vectors = EK_CHECKSUM_LANES / V_LANES };
  const uint32_t factor = EK_CHECKSUM_FACTOR;
  const uint8_t *source = bytes;
  vu sums[vectors];
  EK_UNROLL
  for (int v = 0; v < vectors; v++) memcpy(&sums[v], lanes + v * V_LANES, sizeof(vu));
  for (; blocks > 0; blocks--) {
    EK_UNROLL
    for (int v = 0; v < vectors; v++) {
      vu words;
      memcpy(&words, source + (size_t)v * sizeof(vu), sizeof(vu));
      sums[v] = sums[v] * factor + words;
    }
    source += vectors * sizeof(vu);
  }
  EK_UNROLL
  for (int v = 0; v < vectors; v++) memcpy(lanes + v * V_LANES, &sums[v], sizeof(vu));
}
