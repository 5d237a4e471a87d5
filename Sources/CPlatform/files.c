#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 200 };

static ep_file_kind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return EP_FILE_REGULAR;
  if (S_ISDIR(mode)) return EP_FILE_DIRECTORY;
  return EP_FILE_OTHER;
}

int ep_kind_of_file(const char *path, ep_file_kind *kind) {
  struct stat status;
  if (stat(path, &status) != 0) return errno;
  *kind = kind_of_mode(status.st_mode);
  return 0;
}

int ep_map_file(const char *path, ep_mapping *out) {
  // Not to wait for the other end of a pipe: only regular files are wanted.
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return errno;
  struct stat status;
  int error = 0;
  if (fstat(descriptor, &status) != 0) {
    error = errno;
  } else if (S_ISDIR(status.st_mode)) {
    error = EISDIR;
  } else if (!S_ISREG(status.st_mode)) {
    error = ENODEV;
  } else if ((uint64_t)status.st_size > SIZE_MAX) {
    error = EFBIG;
  } else if (status.st_size == 0) {
    out->bytes = "";
    out->count = 0;
  } else {
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED) {
      error = errno;
    } else {
      out->bytes = bytes;
      out->count = (size_t)status.st_size;
    }
  }
  close(descriptor);
  return error;
}

void ep_unmap(ep_mapping mapping) {
  if (mapping.count > 0) munmap((void *)mapping.bytes, mapping.count);
}

int ep_open_read(const char *path) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  struct stat status;
  int error = 0;
  if (fstat(descriptor, &status) != 0) {
    error = errno;
  } else if (S_ISDIR(status.st_mode)) {
    error = EISDIR;
  }
  if (error != 0) {
    close(descriptor);
    return -error;
  }
  return descriptor;
}

int ep_open_regular(const char *path, int *descriptor, uint64_t *size) {
  int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (opened < 0) return errno;
  struct stat status;
  int error = 0;
  if (fstat(opened, &status) != 0) {
    error = errno;
  } else if (!S_ISREG(status.st_mode)) {
    error = S_ISDIR(status.st_mode) ? EISDIR : ENODEV;
  }
  if (error != 0) {
    close(opened);
    return error;
  }
  *descriptor = opened;
  *size = (uint64_t)status.st_size;
  return 0;
}

int64_t ep_read_at(int descriptor, void *bytes, size_t count, uint64_t offset) {
  for (;;) {
    ssize_t got = pread(descriptor, bytes, count, (off_t)offset);
    if (got >= 0) return got;
    if (errno != EINTR || ep_interrupted()) return -errno;
  }
}

void ep_close(int descriptor) { close(descriptor); }

// Waits until there is something to read. In steps, so that an interruption just before a wait is heard too.
static int wait_for_input(int descriptor) {
  for (;;) {
    struct pollfd poller = {.fd = descriptor, .events = POLLIN};
    int ready = poll(&poller, 1, WAIT_MILLISECONDS);
    // What is wrong with the descriptor the read will tell.
    if (ready > 0 || (ready < 0 && errno != EINTR)) return 0;
    if (ep_interrupted()) return EINTR;
  }
}

int64_t ep_read_some(int descriptor, void *bytes, size_t count) {
  int error = wait_for_input(descriptor);
  if (error != 0) return -error;
  for (;;) {
    ssize_t got = read(descriptor, bytes, count);
    if (got >= 0) return got;
    if (errno != EINTR || ep_interrupted()) return -errno;
  }
}

int ep_read_all(int descriptor, size_t limit, void **bytes, size_t *count) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return errno;
  // A regular file's size is only a first guess: files in /proc state none, others may be growing.
  size_t capacity = 64 * 1024;
  if (S_ISREG(status.st_mode) && status.st_size > 0) {
    if ((uint64_t)status.st_size > limit) return EFBIG;
    capacity = (size_t)status.st_size + 1;
  }
  char *buffer = malloc(capacity);
  if (!buffer) return ENOMEM;
  size_t used = 0;
  for (;;) {
    if (used == capacity) {
      size_t larger = capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
      char *moved = realloc(buffer, larger);
      if (!moved) {
        free(buffer);
        return ENOMEM;
      }
      buffer = moved;
      capacity = larger;
    }
    int64_t got = ep_read_some(descriptor, buffer + used, capacity - used);
    if (got < 0) {
      free(buffer);
      return (int)-got;
    }
    if (got == 0) break;
    used += (size_t)got;
    if (used > limit) {
      free(buffer);
      return EFBIG;
    }
  }
  *bytes = buffer;
  *count = used;
  return 0;
}

int ep_write_all(int descriptor, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t written = write(descriptor, next, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    next += written;
    count -= (size_t)written;
  }
  return 0;
}

const char *ep_error_text(int error, char *buffer, size_t count) {
  if (count == 0) return buffer;
  buffer[0] = 0;
  // Words that do not fit are cut short.
  strerror_r(error, buffer, count);
  buffer[count - 1] = 0;
  return buffer;
}
