// JPEG (libjpeg-turbo) and PNG (libpng) between memory and rows of 8-bit RGB.
//
// Both libraries report errors by longjmp; it never leaves this target. Every function returns a status, and writes
// what went wrong as text into a buffer of the caller. There is no global state: one decoder belongs to one thread at a
// time, different decoders are independent.
#ifndef EDGE_RUN_CIMAGECODECS_H
#define EDGE_RUN_CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#define EI_CLOSED_ENUM __attribute__((enum_extensibility(closed)))
#define EI_SWIFT_NAME(name) __attribute__((swift_name(name)))
#else
#define EI_CLOSED_ENUM
#define EI_SWIFT_NAME(name)
#endif

typedef enum EI_CLOSED_ENUM ei_status {
  EI_OK EI_SWIFT_NAME("ok"),
  /// The bytes break the format's rules.
  EI_MALFORMED EI_SWIFT_NAME("malformed"),
  /// The bytes end before the picture does.
  EI_TRUNCATED EI_SWIFT_NAME("truncated"),
  /// A legal picture of a kind that the library cannot decode.
  EI_UNSUPPORTED EI_SWIFT_NAME("unsupported"),
  /// Beyond one of the limits.
  EI_TOO_LARGE EI_SWIFT_NAME("tooLarge"),
  EI_OUT_OF_MEMORY EI_SWIFT_NAME("outOfMemory"),
} ei_status;

/// What a picture may ask for. Headers are checked before anything in proportion to the picture is allocated.
typedef struct {
  /// Largest width or height.
  uint32_t dimension;
  /// Largest width x height, as the header states it (before DCT scaling).
  uint64_t pixels;
  /// Memory that the decoder may take for itself, without the rows it writes. A progressive JPEG needs 3 to 6 bytes a
  /// pixel; everything else needs a few rows.
  uint64_t decoder_bytes;
  /// Largest number of scans of a progressive JPEG (ten are usual).
  uint32_t scans;
  /// Largest scans x pixels: a few bytes a scan can make a decoder pass over the whole picture again.
  uint64_t scan_pixels;
} ei_limits;

/// Size in pixels of what `ei_decoder_read` will write, before any rotation that the destination's strides express.
typedef struct {
  uint32_t width;
  uint32_t height;
} ei_size;

/// Where pixels go: pixel (x, y) to `origin + x * pixel_stride + y * row_stride`, three bytes red, green, blue. Strides
/// in bytes; negative or exchanged ones rotate and mirror.
typedef struct {
  uint8_t *origin;
  ptrdiff_t pixel_stride;
  ptrdiff_t row_stride;
} ei_destination;

typedef struct ei_decoder ei_decoder;

/// Reads a JPEG's header. `bytes` must live until `ei_decoder_close`.
///
/// With `minimum_short_side` > 0 the picture is decoded at 1/2, 1/4 or 1/8 of its size (by smaller inverse DCTs, several
/// times faster) as long as its shorter side stays at least that long. On EI_OK `*decoder` must be closed.
ei_status ei_jpeg_open(const uint8_t *bytes, size_t count, const ei_limits *limits, uint32_t minimum_short_side,
                       ei_decoder **decoder, ei_size *size, char *message, size_t message_size);

/// Reads a PNG's header. Transparency is composited over the background, without gamma. 16-bit samples keep their
/// upper eight bits. All ancillary chunks but tRNS are skipped. On EI_OK `*decoder` must be closed.
ei_status ei_png_open(const uint8_t *bytes, size_t count, const ei_limits *limits, const uint8_t background[3],
                      ei_decoder **decoder, ei_size *size, char *message, size_t message_size);

/// Decodes all rows into memory for at least `size` pixels. Once for each decoder.
ei_status ei_decoder_read(ei_decoder *decoder, ei_destination destination, char *message, size_t message_size);

void ei_decoder_close(ei_decoder *decoder);

/// Encodes contiguous RGB rows as baseline JPEG, 4:2:0, quality 1 to 100. `*bytes` is freed by `ei_free`.
ei_status ei_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **bytes,
                         size_t *count, char *message, size_t message_size);

/// Encodes contiguous RGB rows as 8-bit RGB PNG. `*bytes` is freed by `ei_free`.
ei_status ei_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height, uint8_t **bytes, size_t *count,
                        char *message, size_t message_size);

void ei_free(void *bytes);

#ifdef __cplusplus
}
#endif
#endif
