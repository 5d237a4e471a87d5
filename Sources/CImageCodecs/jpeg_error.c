#include "jpeg_error.h"

#include <stdlib.h>

#include <jerror.h>

static ei_status status_of(int code) {
  switch (code) {
  case JERR_NO_BACKING_STORE:
  case JERR_IMAGE_TOO_BIG:
  case JERR_WIDTH_OVERFLOW:
    return EI_TOO_LARGE;
  case JERR_OUT_OF_MEMORY:
    return EI_OUT_OF_MEMORY;
  case JERR_INPUT_EOF:
    return EI_TRUNCATED;
  case JERR_ARITH_NOTIMPL:
  case JERR_BAD_PRECISION:
  case JERR_CCIR601_NOTIMPL:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_FRACT_SAMPLE_NOTIMPL:
  case JERR_NOT_COMPILED:
  case JERR_NOTIMPL:
  case JERR_SOF_UNSUPPORTED:
    return EI_UNSUPPORTED;
  default:
    return EI_MALFORMED;
  }
}

static void on_error(j_common_ptr cinfo) {
  ei_jpeg_error *error = (ei_jpeg_error *)cinfo->err;
  error->status = status_of(cinfo->err->msg_code);
  switch (cinfo->err->msg_code) {
  case JERR_NO_BACKING_STORE:
    snprintf(error->message, error->message_size, "decoding it would take more memory than allowed");
    break;
  case JERR_BAD_PRECISION:
    snprintf(error->message, error->message_size, EI_JPEG_PRECISION_TEXT, cinfo->err->msg_parm.i[0]);
    break;
  default: {
    char text[JMSG_LENGTH_MAX];
    cinfo->err->format_message(cinfo, text);
    snprintf(error->message, error->message_size, "%s", text);
  }
  }
  longjmp(error->escape, 1);
}

// Damage that libjpeg can decode past is no error, as in Pillow; only the end of the data is (see the source manager).
static void on_message(j_common_ptr cinfo, int level) {
  (void)cinfo;
  (void)level;
}

static void on_output(j_common_ptr cinfo) { (void)cinfo; }

struct jpeg_error_mgr *ei_jpeg_error_install(ei_jpeg_error *error, char *message, size_t message_size) {
  jpeg_std_error(&error->manager);
  error->manager.error_exit = on_error;
  error->manager.emit_message = on_message;
  error->manager.output_message = on_output;
  error->status = EI_OK;
  error->message = message;
  error->message_size = message_size;
  return &error->manager;
}

_Noreturn void ei_jpeg_fail(j_common_ptr cinfo, ei_status status, const char *text) {
  ei_jpeg_error *error = (ei_jpeg_error *)cinfo->err;
  error->status = status;
  snprintf(error->message, error->message_size, "%s", text);
  longjmp(error->escape, 1);
}
