// libjpeg's errors as a status and a text.
#ifndef EDGE_RUN_CIMAGECODECS_JPEG_ERROR_H
#define EDGE_RUN_CIMAGECODECS_JPEG_ERROR_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "CImageCodecs.h"

/// Format of the message for a precision (an int) other than 8 bits.
#define EI_JPEG_PRECISION_TEXT "a JPEG with %d bits a sample; 8 are supported: convert it"

typedef struct {
  struct jpeg_error_mgr manager;  // First: libjpeg holds a pointer to it.
  jmp_buf escape;
  ei_status status;
  char *message;
  size_t message_size;
} ei_jpeg_error;

/// Makes `cinfo->err`: errors jump to `escape` (to be set by the caller), warnings are silent.
struct jpeg_error_mgr *ei_jpeg_error_install(ei_jpeg_error *error, char *message, size_t message_size);

/// Leaves libjpeg with an error of our own.
_Noreturn void ei_jpeg_fail(j_common_ptr cinfo, ei_status status, const char *text);

#endif
