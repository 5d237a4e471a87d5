#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "png_error.h"

/// No chunk that we read (PLTE, tRNS) needs more than 768 bytes; IDAT is read piecewise and is not subject to this.
enum { CHUNK_MEMORY = 1 << 20 };

typedef struct {
  ei_decoder base;  // First: the public functions see only this.
  png_structp png;
  png_infop info;
  ei_png_error error;
  const uint8_t *bytes;
  size_t count;
  uint8_t background[3];
  uint8_t *row;
} png_decoder;

static void on_read(png_structp png, png_bytep out, size_t count) {
  png_decoder *decoder = png_get_io_ptr(png);
  if (count > decoder->count) ei_png_fail(&decoder->error, EI_TRUNCATED, "the file ends before the picture does");
  memcpy(out, decoder->bytes, count);
  decoder->bytes += count;
  decoder->count -= count;
}

// Writes `count` pixels, compositing those of four samples over the background.
static void put(const png_decoder *decoder, size_t count, int channels, uint8_t *out, ptrdiff_t stride) {
  const uint8_t *in = decoder->row;
  if (channels == 3) {
    for (size_t x = 0; x < count; ++x, in += 3, out += stride) {
      out[0] = in[0];
      out[1] = in[1];
      out[2] = in[2];
    }
    return;
  }
  for (size_t x = 0; x < count; ++x, in += 4, out += stride) {
    uint32_t alpha = in[3];
    for (int channel = 0; channel < 3; ++channel) {
      uint32_t mixed = in[channel] * alpha + decoder->background[channel] * (255 - alpha) + 128;
      out[channel] = (uint8_t)((mixed + (mixed >> 8)) >> 8);  // Division by 255, rounded.
    }
  }
}

static ei_status decoder_read(ei_decoder *base, ei_destination to, char *message, size_t message_size) {
  png_decoder *decoder = (png_decoder *)base;
  png_structp png = decoder->png;
  decoder->error.message = message;
  decoder->error.message_size = message_size;
  if (setjmp(decoder->error.escape)) return decoder->error.status;

  png_set_expand(png);  // Palette to RGB, grey below 8 bits to 8, tRNS to alpha.
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_read_update_info(png, decoder->info);
  uint32_t width = png_get_image_width(png, decoder->info);
  uint32_t height = png_get_image_height(png, decoder->info);
  int channels = png_get_channels(png, decoder->info);
  if (png_get_bit_depth(png, decoder->info) != 8 || (channels != 3 && channels != 4)) {
    ei_png_fail(&decoder->error, EI_UNSUPPORTED, "an unknown pixel format");
  }
  decoder->row = malloc(png_get_rowbytes(png, decoder->info));
  if (!decoder->row) ei_png_fail(&decoder->error, EI_OUT_OF_MEMORY, "out of memory");

  if (png_get_interlace_type(png, decoder->info) == PNG_INTERLACE_NONE) {
    for (uint32_t y = 0; y < height; ++y) {
      png_read_row(png, decoder->row, NULL);
      put(decoder, width, channels, to.origin + (ptrdiff_t)y * to.row_stride, to.pixel_stride);
    }
    return EI_OK;
  }
  // The seven passes come as small pictures; each pixel goes straight to its place, so interlaced pictures need no
  // second copy of themselves.
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; ++pass) {
    uint32_t columns = PNG_PASS_COLS(width, pass);
    uint32_t rows = columns == 0 ? 0 : PNG_PASS_ROWS(height, pass);
    ptrdiff_t step = (ptrdiff_t)1 << PNG_PASS_COL_SHIFT(pass);
    for (uint32_t row = 0; row < rows; ++row) {
      ptrdiff_t y = (ptrdiff_t)PNG_ROW_FROM_PASS_ROW(row, pass);
      png_read_row(png, decoder->row, NULL);
      put(decoder, columns, channels,
          to.origin + y * to.row_stride + (ptrdiff_t)PNG_PASS_START_COL(pass) * to.pixel_stride,
          step * to.pixel_stride);
    }
  }
  return EI_OK;
}

static void decoder_close(ei_decoder *base) {
  png_decoder *decoder = (png_decoder *)base;
  png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
  free(decoder->row);
  free(decoder);
}

static ei_status open_header(png_decoder *decoder, const ei_limits *limits, ei_size *size, char *message,
                             size_t message_size) {
  decoder->error.message = message;
  decoder->error.message_size = message_size;
  if (setjmp(decoder->error.escape)) return decoder->error.status;

  decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder->error, ei_png_on_error, ei_png_on_warning);
  decoder->info = decoder->png ? png_create_info_struct(decoder->png) : NULL;
  if (!decoder->info) ei_png_fail(&decoder->error, EI_OUT_OF_MEMORY, "out of memory");
  png_structp png = decoder->png;
  png_set_read_fn(png, decoder, on_read);
  // libpng's own limit stays out of the way of ours, whose message names both numbers.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, CHUNK_MEMORY);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);  // Known ancillary chunks too, but tRNS.
  png_read_info(png, decoder->info);
  size->width = png_get_image_width(png, decoder->info);
  size->height = png_get_image_height(png, decoder->info);
  return ei_check_size(size->width, size->height, limits, message, message_size);
}

ei_status ei_png_open(const uint8_t *bytes, size_t count, const ei_limits *limits, const uint8_t background[3],
                      ei_decoder **out, ei_size *size, char *message, size_t message_size) {
  png_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) {
    snprintf(message, message_size, "out of memory");
    return EI_OUT_OF_MEMORY;
  }
  decoder->base.read = decoder_read;
  decoder->base.close = decoder_close;
  decoder->bytes = bytes;
  decoder->count = count;
  memcpy(decoder->background, background, sizeof decoder->background);
  ei_status status = open_header(decoder, limits, size, message, message_size);
  if (status != EI_OK) {
    decoder_close(&decoder->base);
    return status;
  }
  *out = &decoder->base;
  return EI_OK;
}
