// Work that needs nothing but the core's clock.
#include "CPlatform.h"

uint64_t ep_dependent_chain(uint64_t value, uint32_t steps) {
  // Every operation needs the result of the one before, so that the time is the sum of their latencies. The multiplier
  // is odd: no value but 0 ever becomes 0, where a processor might multiply faster.
  for (uint32_t step = 0; step < steps; ++step) {
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdull;
  }
  return value;
}
