#include "png_error.h"

#include <stdlib.h>
#include <string.h>

_Noreturn void ei_png_fail(ei_png_error *error, ei_status status, const char *text) {
  error->status = status;
  snprintf(error->message, error->message_size, "%s", text);
  longjmp(error->escape, 1);
}

_Noreturn void ei_png_on_error(png_structp png, png_const_charp text) {
  ei_png_error *error = png_get_error_ptr(png);
  // libpng has no error codes.
  ei_png_fail(error, strstr(text, "emory") ? EI_OUT_OF_MEMORY : EI_MALFORMED, text);
}

void ei_png_on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}
