#include <stdlib.h>

#include "internal.h"
#include "jpeg_error.h"

typedef struct {
  struct jpeg_compress_struct cinfo;
  ei_jpeg_error error;
  struct jpeg_destination_mgr destination;
  ei_buffer buffer;
} jpeg_encoder;

static void offer_space(j_compress_ptr cinfo) {
  ei_buffer *buffer = &((jpeg_encoder *)cinfo->client_data)->buffer;
  if (!ei_buffer_reserve(buffer, buffer->count + 16384)) {
    ei_jpeg_fail((j_common_ptr)cinfo, EI_OUT_OF_MEMORY, "out of memory");
  }
  cinfo->dest->next_output_byte = buffer->bytes + buffer->count;
  cinfo->dest->free_in_buffer = buffer->capacity - buffer->count;
}

static boolean on_full(j_compress_ptr cinfo) {
  ei_buffer *buffer = &((jpeg_encoder *)cinfo->client_data)->buffer;
  buffer->count = buffer->capacity;  // libjpeg asks only when the space offered is used up.
  offer_space(cinfo);
  return TRUE;
}

static void on_end(j_compress_ptr cinfo) {
  ei_buffer *buffer = &((jpeg_encoder *)cinfo->client_data)->buffer;
  buffer->count = buffer->capacity - cinfo->dest->free_in_buffer;
}

static ei_status encode(jpeg_encoder *encoder, const uint8_t *rgb, uint32_t width, uint32_t height, int quality) {
  j_compress_ptr cinfo = &encoder->cinfo;
  if (setjmp(encoder->error.escape)) return encoder->error.status;
  jpeg_create_compress(cinfo);
  cinfo->client_data = encoder;
  encoder->destination.init_destination = offer_space;
  encoder->destination.empty_output_buffer = on_full;
  encoder->destination.term_destination = on_end;
  cinfo->dest = &encoder->destination;
  cinfo->image_width = width;
  cinfo->image_height = height;
  cinfo->input_components = 3;
  cinfo->in_color_space = JCS_RGB;
  jpeg_set_defaults(cinfo);
  jpeg_set_quality(cinfo, quality, TRUE);
  jpeg_start_compress(cinfo, TRUE);
  for (size_t y = 0; y < height; ++y) {
    JSAMPROW row = (JSAMPROW)(rgb + y * width * 3);
    jpeg_write_scanlines(cinfo, &row, 1);
  }
  jpeg_finish_compress(cinfo);
  return EI_OK;
}

ei_status ei_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **bytes,
                         size_t *count, char *message, size_t message_size) {
  jpeg_encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) {
    snprintf(message, message_size, "out of memory");
    return EI_OUT_OF_MEMORY;
  }
  encoder->cinfo.err = ei_jpeg_error_install(&encoder->error, message, message_size);
  ei_status status = encode(encoder, rgb, width, height, quality);
  jpeg_destroy_compress(&encoder->cinfo);
  if (status == EI_OK) {
    *bytes = encoder->buffer.bytes;
    *count = encoder->buffer.count;
  } else {
    free(encoder->buffer.bytes);
  }
  free(encoder);
  return status;
}
