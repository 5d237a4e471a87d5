// O_TMPFILE is Linux's own.
#define _GNU_SOURCE

#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_ATTEMPTS = 100 };

struct ep_output {
  int descriptor;
  bool replace;
  // A device or pipe, which is written to and not replaced.
  bool is_stream;
  // Whether `temporary` is a name in the folder.
  bool is_named;
  char path[PATH_MAX];
  char temporary[PATH_MAX];
};

// The bytes of a path up to its last name.
static int folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (int)(slash - path) + 1 : 0;
}

// The attempt-th name for a temporary file beside the output. False where it is too long.
static bool name_beside(ep_output *output, int attempt) {
  int length = snprintf(
      output->temporary, sizeof output->temporary, "%.*s.edge-%ld-%d.tmp", folder_length(output->path), output->path,
      (long)getpid(), attempt);
  return length >= 0 && (size_t)length < sizeof output->temporary;
}

// The name by which a file without one can be linked.
static void descriptor_name(int descriptor, char *name, size_t capacity) {
  snprintf(name, capacity, "/proc/self/fd/%d", descriptor);
}

// A file in the output's folder that has no name yet: nothing is left of it where the process is killed. Returns -1
// where the file system or a missing /proc does not allow it.
static int create_nameless(const ep_output *output) {
  char folder[PATH_MAX];
  int length = folder_length(output->path);
  snprintf(folder, sizeof folder, "%.*s", length > 0 ? length : 1, length > 0 ? output->path : ".");
  int descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0) return -1;
  char name[64];
  descriptor_name(descriptor, name, sizeof name);
  if (access(name, F_OK) == 0) return descriptor;
  close(descriptor);
  return -1;
}

// A file with a name of its own beside the output. Not mkstemp: that makes files private to the user, whatever the
// umask says.
static int create_named(ep_output *output) {
  for (int attempt = 0; attempt < NAME_ATTEMPTS; ++attempt) {
    if (!name_beside(output, attempt)) return -ENAMETOOLONG;
    int descriptor = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      output->is_named = true;
      return descriptor;
    }
    if (errno != EEXIST) return -errno;
  }
  return -EEXIST;
}

static int open_output(ep_output *output) {
  ep_file_kind kind;
  if (ep_kind_of_file(output->path, &kind) == 0) {
    if (kind == EP_FILE_DIRECTORY) return -EISDIR;
    if (kind == EP_FILE_OTHER) {
      output->is_stream = true;
      int descriptor = open(output->path, O_WRONLY | O_CLOEXEC);
      return descriptor < 0 ? -errno : descriptor;
    }
    if (!output->replace) return -EEXIST;
  }
  int descriptor = create_nameless(output);
  return descriptor >= 0 ? descriptor : create_named(output);
}

int ep_output_open(const char *path, bool replace, ep_output **out) {
  size_t length = strlen(path);
  if (length >= PATH_MAX) return ENAMETOOLONG;
  ep_output *output = calloc(1, sizeof *output);
  if (!output) return ENOMEM;
  memcpy(output->path, path, length + 1);
  output->replace = replace;
  output->descriptor = open_output(output);
  if (output->descriptor < 0) {
    int error = -output->descriptor;
    free(output);
    return error;
  }
  *out = output;
  return 0;
}

int ep_output_write(ep_output *output, const void *bytes, size_t count) {
  return ep_write_all(output->descriptor, bytes, count);
}

// Gives a file without a name its place, or a temporary name where that place is taken and may be.
static int link_nameless(ep_output *output) {
  char name[64];
  descriptor_name(output->descriptor, name, sizeof name);
  if (!output->replace) {
    return linkat(AT_FDCWD, name, AT_FDCWD, output->path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
  }
  for (int attempt = 0; attempt < NAME_ATTEMPTS; ++attempt) {
    if (!name_beside(output, attempt)) return ENAMETOOLONG;
    if (linkat(AT_FDCWD, name, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) == 0) {
      output->is_named = true;
      return 0;
    }
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
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

// Until the folder is on the disk too, a power cut may bring the old file back. Not every file system can do this for
// folders, nor may every folder that can be written to be opened.
static int synchronise_folder(const char *path) {
  char folder[PATH_MAX];
  int length = folder_length(path);
  snprintf(folder, sizeof folder, "%.*s", length > 0 ? length : 1, length > 0 ? path : ".");
  int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  int error = fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
  close(descriptor);
  return error;
}

static int commit(ep_output *output) {
  // The bytes must be on the disk before the name is: else a power cut leaves an empty file under it.
  if (fsync(output->descriptor) != 0) return errno;
  if (!output->is_named) {
    int error = link_nameless(output);
    if (error != 0) return error;
  }
  if (output->is_named) {
    int error = rename_to(output->temporary, output->path, output->replace);
    if (error != 0) return error;
    output->is_named = false;
  }
  return synchronise_folder(output->path);
}

int ep_output_commit(ep_output *output) {
  int error = output->is_stream ? 0 : commit(output);
  if (close(output->descriptor) != 0 && error == 0) error = errno;
  output->descriptor = -1;
  ep_output_discard(output);
  return error;
}

void ep_output_discard(ep_output *output) {
  if (!output) return;
  if (output->descriptor >= 0) close(output->descriptor);
  if (output->is_named) unlink(output->temporary);
  free(output);
}

int ep_write_file(const char *path, const void *bytes, size_t count, bool replace) {
  ep_output *output;
  int error = ep_output_open(path, replace, &output);
  if (error != 0) return error;
  error = ep_output_write(output, bytes, count);
  if (error == 0) return ep_output_commit(output);
  ep_output_discard(output);
  return error;
}
