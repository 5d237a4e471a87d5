#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "png_error.h"

typedef struct {
  png_structp png;
  png_infop info;
  ei_png_error error;
  ei_buffer buffer;
} png_encoder;

static void on_write(png_structp png, png_bytep in, size_t count) {
  png_encoder *encoder = png_get_io_ptr(png);
  if (!ei_buffer_reserve(&encoder->buffer, count)) ei_png_fail(&encoder->error, EI_OUT_OF_MEMORY, "out of memory");
  memcpy(encoder->buffer.bytes + encoder->buffer.count, in, count);
  encoder->buffer.count += count;
}

static void on_flush(png_structp png) { (void)png; }

static ei_status encode(png_encoder *encoder, const uint8_t *rgb, uint32_t width, uint32_t height) {
  if (setjmp(encoder->error.escape)) return encoder->error.status;
  encoder->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoder->error, ei_png_on_error, ei_png_on_warning);
  encoder->info = encoder->png ? png_create_info_struct(encoder->png) : NULL;
  if (!encoder->info) ei_png_fail(&encoder->error, EI_OUT_OF_MEMORY, "out of memory");
  png_structp png = encoder->png;
  png_set_write_fn(png, encoder, on_write, on_flush);
  png_set_IHDR(png, encoder->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, encoder->info);
  for (size_t y = 0; y < height; ++y) png_write_row(png, rgb + y * width * 3);
  png_write_end(png, NULL);
  return EI_OK;
}

ei_status ei_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height, uint8_t **bytes, size_t *count,
                        char *message, size_t message_size) {
  png_encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) {
    snprintf(message, message_size, "out of memory");
    return EI_OUT_OF_MEMORY;
  }
  encoder->error.message = message;
  encoder->error.message_size = message_size;
  ei_status status = encode(encoder, rgb, width, height);
  png_destroy_write_struct(&encoder->png, &encoder->info);
  if (status == EI_OK) {
    *bytes = encoder->buffer.bytes;
    *count = encoder->buffer.count;
  } else {
    free(encoder->buffer.bytes);
  }
  free(encoder);
  return status;
}
