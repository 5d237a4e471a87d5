#include "CPlatform.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENT_BYTES_LIMIT = 64 << 20 };

int ep_copy_arguments(ep_arguments *out) {
  int descriptor = ep_open_read("/proc/self/cmdline");
  if (descriptor < 0) return -descriptor;
  void *bytes = NULL;
  size_t count = 0;
  int error = ep_read_all(descriptor, ARGUMENT_BYTES_LIMIT, &bytes, &count);
  ep_close(descriptor);
  if (error != 0) return error;
  char *text = bytes;
  // Every argument ends with a zero byte.
  size_t arguments = 0;
  for (size_t i = 0; i < count; ++i) arguments += text[i] == 0;
  if (arguments == 0 || arguments > INT_MAX || text[count - 1] != 0) {
    free(text);
    return EINVAL;
  }
  char **values = malloc(arguments * sizeof *values);
  if (!values) {
    free(text);
    return ENOMEM;
  }
  // The first value is the block that holds them all: `ep_free_arguments` relies on it.
  char *next = text;
  for (size_t i = 0; i < arguments; ++i) {
    values[i] = next;
    next += strlen(next) + 1;
  }
  out->values = values;
  out->count = (int)arguments;
  return 0;
}

void ep_free_arguments(ep_arguments arguments) {
  if (arguments.count > 0) free(arguments.values[0]);
  free(arguments.values);
}

void ep_exit(int code) { exit(code); }

uint64_t ep_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t ep_peak_resident_bytes(void) {
  // getrusage's figure includes what the process was before it called exec, such as a large shell or interpreter.
  FILE *status = fopen("/proc/self/status", "re");
  if (status) {
    char line[256];
    unsigned long long kilobytes = 0;
    bool found = false;
    while (!found && fgets(line, sizeof line, status)) found = sscanf(line, "VmHWM: %llu kB", &kilobytes) == 1;
    fclose(status);
    if (found) return (uint64_t)kilobytes * 1024;
  }
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

void *ep_allocate(size_t count) {
  if (count > SIZE_MAX - 64) return NULL;
  size_t rounded = (count + 63) / 64 * 64;
  return aligned_alloc(64, rounded > 0 ? rounded : 64);
}

void ep_free(void *bytes) { free(bytes); }
