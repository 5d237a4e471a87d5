#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_ATTEMPTS = 100 };

// Creates a file with a name of its own beside `path`. Not mkstemp: that makes files private to the user, whatever the
// umask says.
static int create_beside(const char *path, char *name, size_t capacity) {
  const char *slash = strrchr(path, '/');
  int folder = slash ? (int)(slash - path) + 1 : 0;
  for (int attempt = 0; attempt < NAME_ATTEMPTS; ++attempt) {
    int length = snprintf(name, capacity, "%.*s.edge-%ld-%d.tmp", folder, path, (long)getpid(), attempt);
    if (length < 0 || (size_t)length >= capacity) return -ENAMETOOLONG;
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return descriptor;
    if (errno != EEXIST) return -errno;
  }
  return -EEXIST;
}

static int rename_to(const char *temporary, const char *path, bool replace) {
  if (replace) return rename(temporary, path) == 0 ? 0 : errno;
  // A second name for the file, then away with the first: unlike rename this never replaces a file that somebody else
  // made meanwhile.
  if (link(temporary, path) == 0) {
    unlink(temporary);
    return 0;
  }
  if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK) return errno;
  // File systems without second names, such as FAT on a memory card.
  if (access(path, F_OK) == 0) return EEXIST;
  return rename(temporary, path) == 0 ? 0 : errno;
}

static int write_and_close(int descriptor, const void *bytes, size_t count, bool regular) {
  int error = ep_write_all(descriptor, bytes, count);
  // The bytes must be on the disk before the name is: else a power cut leaves an empty file under it.
  if (error == 0 && regular && fsync(descriptor) != 0) error = errno;
  if (close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

int ep_write_file(const char *path, const void *bytes, size_t count, bool replace) {
  ep_file_kind kind;
  if (ep_kind_of_file(path, &kind) == 0) {
    if (kind == EP_FILE_DIRECTORY) return EISDIR;
    if (kind == EP_FILE_OTHER) {
      int descriptor = open(path, O_WRONLY | O_CLOEXEC);
      return descriptor < 0 ? errno : write_and_close(descriptor, bytes, count, false);
    }
    if (!replace) return EEXIST;
  }
  char temporary[PATH_MAX];
  int descriptor = create_beside(path, temporary, sizeof temporary);
  if (descriptor < 0) return -descriptor;
  int error = write_and_close(descriptor, bytes, count, true);
  if (error == 0) error = rename_to(temporary, path, replace);
  if (error != 0) unlink(temporary);
  return error;
}
