// Shared by the two decoders and the two encoders.
#ifndef EDGE_RUN_CIMAGECODECS_INTERNAL_H
#define EDGE_RUN_CIMAGECODECS_INTERNAL_H

#include <stdbool.h>
#include <stdio.h>

#include "CImageCodecs.h"

/// What the public functions need of either decoder.
struct ei_decoder {
  ei_status (*read)(ei_decoder *, ei_destination, char *message, size_t message_size);
  void (*close)(ei_decoder *);
};

/// Checks a header against the limits; writes the message itself.
ei_status ei_check_size(uint64_t width, uint64_t height, const ei_limits *limits, char *message, size_t message_size);

/// a x b / 255, rounded to the nearest, for a, b in 0...255.
static inline uint32_t ei_multiply_255(uint32_t a, uint32_t b) {
  uint32_t product = a * b + 128;
  return (product + (product >> 8)) >> 8;
}

/// Bytes that grow as an encoder writes.
typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} ei_buffer;

/// Makes room for `extra` more bytes; false when there is no memory.
bool ei_buffer_reserve(ei_buffer *buffer, size_t extra);

#endif
