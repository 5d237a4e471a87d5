// libpng's errors as a status and a text.
#ifndef EDGE_RUN_CIMAGECODECS_PNG_ERROR_H
#define EDGE_RUN_CIMAGECODECS_PNG_ERROR_H

#include <setjmp.h>
#include <stdio.h>

#include <png.h>

#include "CImageCodecs.h"

typedef struct {
  jmp_buf escape;
  ei_status status;
  char *message;
  size_t message_size;
} ei_png_error;

/// Leaves libpng with an error of our own.
_Noreturn void ei_png_fail(ei_png_error *error, ei_status status, const char *text);

/// For png_create_*_struct, whose error pointer must be an `ei_png_error`.
_Noreturn void ei_png_on_error(png_structp png, png_const_charp text);

/// Warnings are silent: what libpng can decode past is no error.
void ei_png_on_warning(png_structp png, png_const_charp text);

#endif
