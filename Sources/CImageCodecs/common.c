#include <inttypes.h>
#include <stdlib.h>

#include "internal.h"

ei_status ei_check_size(uint64_t width, uint64_t height, const ei_limits *limits, char *message, size_t message_size) {
  if (width == 0 || height == 0) {
    snprintf(message, message_size, "the header promises a picture without pixels");
    return EI_MALFORMED;
  }
  if (width > limits->dimension || height > limits->dimension) {
    snprintf(message, message_size,
             "the header promises %" PRIu64 " x %" PRIu64 " pixels; a side may have at most %" PRIu32, width, height,
             limits->dimension);
    return EI_TOO_LARGE;
  }
  if (width * height > limits->pixels) {  // Both have at most 32 bits.
    snprintf(message, message_size,
             "the header promises %" PRIu64 " x %" PRIu64 " pixels; at most %" PRIu64 " are allowed", width, height,
             limits->pixels);
    return EI_TOO_LARGE;
  }
  return EI_OK;
}

ei_status ei_decoder_read(ei_decoder *decoder, ei_destination destination, char *message, size_t message_size) {
  return decoder->read(decoder, destination, message, message_size);
}

void ei_decoder_close(ei_decoder *decoder) {
  if (decoder) decoder->close(decoder);
}

bool ei_buffer_reserve(ei_buffer *buffer, size_t extra) {
  if (extra > SIZE_MAX / 4 || buffer->count > SIZE_MAX / 4) return false;
  size_t needed = buffer->count + extra;
  if (needed <= buffer->capacity) return true;
  size_t capacity = buffer->capacity ? buffer->capacity : 16384;
  while (capacity < needed) capacity *= 2;
  uint8_t *bytes = realloc(buffer->bytes, capacity);
  if (!bytes) return false;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
}

void ei_free(void *bytes) { free(bytes); }
