#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jpeg_error.h"

/// Rows decoded before they are scattered: enough that a rotated picture is written in runs of neighbours.
enum { STRIP_ROWS = 16 };

typedef struct {
  ei_decoder base;  // First: the public functions see only this.
  struct jpeg_decompress_struct cinfo;
  ei_jpeg_error error;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  ei_limits limits;
  uint8_t *strip;
} jpeg_decoder;

static void source_start(j_decompress_ptr cinfo) { (void)cinfo; }

static void source_end(j_decompress_ptr cinfo) { (void)cinfo; }

// Called only when all bytes are used up. libjpeg's own memory source invents an end marker here and paints the rest
// grey; half a picture is not what anybody wants classified.
static boolean source_fill(j_decompress_ptr cinfo) {
  ei_jpeg_fail((j_common_ptr)cinfo, EI_TRUNCATED, "the file ends before the picture does");
}

static void source_skip(j_decompress_ptr cinfo, long count) {
  if (count <= 0) return;
  if ((size_t)count > cinfo->src->bytes_in_buffer) source_fill(cinfo);
  cinfo->src->next_input_byte += count;
  cinfo->src->bytes_in_buffer -= (size_t)count;
}

static void on_progress(j_common_ptr common) {
  j_decompress_ptr cinfo = (j_decompress_ptr)common;
  const jpeg_decoder *decoder = cinfo->client_data;
  uint64_t scans = cinfo->input_scan_number < 0 ? 0 : (uint64_t)cinfo->input_scan_number;
  if (scans <= 1) return;  // The header's size was checked.
  uint64_t pixels = (uint64_t)cinfo->image_width * cinfo->image_height;
  if (scans > decoder->limits.scans || scans * pixels > decoder->limits.scan_pixels) {
    ei_jpeg_fail(common, EI_TOO_LARGE, "more progressive scans than a picture of its size may have");
  }
}

static void choose_scale(j_decompress_ptr cinfo, uint32_t minimum_short_side) {
  cinfo->scale_denom = 8;
  cinfo->scale_num = 8;
  if (minimum_short_side == 0) return;
  uint32_t side = cinfo->image_width < cinfo->image_height ? cinfo->image_width : cinfo->image_height;
  for (unsigned reduction = 8; reduction > 1; reduction /= 2) {
    if ((side + reduction - 1) / reduction >= minimum_short_side) {
      cinfo->scale_num = 8 / reduction;
      return;
    }
  }
}

static ei_status choose_color(j_decompress_ptr cinfo, char *message, size_t message_size) {
  switch (cinfo->jpeg_color_space) {
  case JCS_GRAYSCALE:
  case JCS_RGB:
  case JCS_YCbCr:
    cinfo->out_color_space = JCS_RGB;
    return EI_OK;
  case JCS_CMYK:
  case JCS_YCCK:
    cinfo->out_color_space = JCS_CMYK;
    return EI_OK;
  default:
    snprintf(message, message_size, "a JPEG with %d components; 1, 3 and 4 are supported", cinfo->num_components);
    return EI_UNSUPPORTED;
  }
}

// Printing inks as Photoshop writes them, inverted (255 is no ink), to RGB without a colour profile: what every reader
// assumes of a JPEG with four components.
static void convert_inks(uint8_t *row, size_t width) {
  const uint8_t *in = row;
  uint8_t *out = row;  // Never overtakes `in`.
  for (size_t x = 0; x < width; ++x, in += 4, out += 3) {
    uint32_t black = in[3];
    uint8_t red = (uint8_t)(black - ei_multiply_255(255u - in[0], black));
    uint8_t green = (uint8_t)(black - ei_multiply_255(255u - in[1], black));
    uint8_t blue = (uint8_t)(black - ei_multiply_255(255u - in[2], black));
    out[0] = red;
    out[1] = green;
    out[2] = blue;
  }
}

static void scatter(const uint8_t *strip, size_t row_bytes, size_t width, size_t rows, ei_destination to) {
  if (to.pixel_stride == 3) {
    for (size_t y = 0; y < rows; ++y) {
      memcpy(to.origin + (ptrdiff_t)y * to.row_stride, strip + y * row_bytes, width * 3);
    }
    return;
  }
  for (size_t x = 0; x < width; ++x) {
    const uint8_t *in = strip + x * 3;
    uint8_t *out = to.origin + (ptrdiff_t)x * to.pixel_stride;
    for (size_t y = 0; y < rows; ++y, in += row_bytes, out += to.row_stride) {
      out[0] = in[0];
      out[1] = in[1];
      out[2] = in[2];
    }
  }
}

static ei_status decoder_read(ei_decoder *base, ei_destination to, char *message, size_t message_size) {
  jpeg_decoder *decoder = (jpeg_decoder *)base;
  j_decompress_ptr cinfo = &decoder->cinfo;
  decoder->error.message = message;
  decoder->error.message_size = message_size;
  if (setjmp(decoder->error.escape)) return decoder->error.status;

  jpeg_start_decompress(cinfo);
  size_t width = cinfo->output_width;
  size_t height = cinfo->output_height;
  size_t row_bytes = width * (size_t)cinfo->output_components;
  bool inks = cinfo->out_color_space == JCS_CMYK;
  bool direct = to.pixel_stride == 3 && !inks;
  if (!direct) {
    decoder->strip = malloc(row_bytes * STRIP_ROWS);
    if (!decoder->strip) ei_jpeg_fail((j_common_ptr)cinfo, EI_OUT_OF_MEMORY, "out of memory");
  }
  for (size_t y = 0; y < height;) {
    size_t rows = height - y < STRIP_ROWS ? height - y : STRIP_ROWS;
    JSAMPROW pointers[STRIP_ROWS];
    for (size_t row = 0; row < rows; ++row) {
      pointers[row] =
          direct ? to.origin + (ptrdiff_t)(y + row) * to.row_stride : decoder->strip + row * row_bytes;
    }
    for (size_t done = 0; done < rows;) {
      done += jpeg_read_scanlines(cinfo, pointers + done, (JDIMENSION)(rows - done));
    }
    if (inks) {
      for (size_t row = 0; row < rows; ++row) convert_inks(decoder->strip + row * row_bytes, width);
    }
    if (!direct) {
      ei_destination here = to;
      here.origin += (ptrdiff_t)y * to.row_stride;
      scatter(decoder->strip, row_bytes, width, rows, here);
    }
    y += rows;
  }
  return EI_OK;
}

static void decoder_close(ei_decoder *base) {
  jpeg_decoder *decoder = (jpeg_decoder *)base;
  jpeg_destroy_decompress(&decoder->cinfo);
  free(decoder->strip);
  free(decoder);
}

static ei_status open_header(jpeg_decoder *decoder, uint32_t minimum_short_side, ei_size *size, char *message,
                             size_t message_size) {
  j_decompress_ptr cinfo = &decoder->cinfo;
  cinfo->err = ei_jpeg_error_install(&decoder->error, message, message_size);
  if (setjmp(decoder->error.escape)) return decoder->error.status;

  jpeg_create_decompress(cinfo);
  cinfo->client_data = decoder;
  cinfo->src = &decoder->source;
  cinfo->progress = &decoder->progress;
  uint64_t memory = decoder->limits.decoder_bytes;
  cinfo->mem->max_memory_to_use = memory > LONG_MAX ? LONG_MAX : (long)memory;
  jpeg_read_header(cinfo, TRUE);

  ei_status status = ei_check_size(cinfo->image_width, cinfo->image_height, &decoder->limits, message, message_size);
  if (status != EI_OK) return status;
  if (cinfo->data_precision != 8) {  // Since libjpeg-turbo 3 no error by itself.
    snprintf(message, message_size, EI_JPEG_PRECISION_TEXT, cinfo->data_precision);
    return EI_UNSUPPORTED;
  }
  status = choose_color(cinfo, message, message_size);
  if (status != EI_OK) return status;
  choose_scale(cinfo, minimum_short_side);
  jpeg_calc_output_dimensions(cinfo);
  size->width = cinfo->output_width;
  size->height = cinfo->output_height;
  return EI_OK;
}

ei_status ei_jpeg_open(const uint8_t *bytes, size_t count, const ei_limits *limits, uint32_t minimum_short_side,
                       ei_decoder **out, ei_size *size, char *message, size_t message_size) {
  jpeg_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) {
    snprintf(message, message_size, "out of memory");
    return EI_OUT_OF_MEMORY;
  }
  decoder->base.read = decoder_read;
  decoder->base.close = decoder_close;
  decoder->limits = *limits;
  decoder->progress.progress_monitor = on_progress;
  decoder->source = (struct jpeg_source_mgr){
      .next_input_byte = bytes,
      .bytes_in_buffer = count,
      .init_source = source_start,
      .fill_input_buffer = source_fill,
      .skip_input_data = source_skip,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = source_end,
  };
  ei_status status = open_header(decoder, minimum_short_side, size, message, message_size);
  if (status != EI_OK) {
    decoder_close(&decoder->base);
    return status;
  }
  *out = &decoder->base;
  return EI_OK;
}
