// What the product asks of the operating system (Linux), in C so that Embedded Swift can use it: files, clocks,
// memory, threads. Nothing here keeps global state, but for the flag of `ep_interrupted`. Unless said otherwise a
// function returns 0 or an errno value.
#ifndef EDGE_RUN_CPLATFORM_H
#define EDGE_RUN_CPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Files

/// A file mapped read-only, shared between processes. `bytes` is never NULL; an empty file has count 0.
typedef struct {
  const void *bytes;
  size_t count;
} ep_mapping;

/// Maps a regular file; EISDIR for a directory, ENODEV for anything else. Leaves `*out` untouched where it fails.
/// The file must not be truncated while it is mapped: replace files by renaming, as `ep_write_file` does.
int ep_map_file(const char *path, ep_mapping *out);
/// Unmaps what `ep_map_file` mapped.
void ep_unmap(ep_mapping mapping);

/// Opens a file, pipe or device for reading; returns a descriptor, or the negative of an errno value (EISDIR for a
/// directory).
int ep_open_read(const char *path);
/// Opens a regular file for reading, without waiting for anything (EISDIR for a directory, ENODEV for a pipe or device),
/// and says how long it is.
int ep_open_regular(const char *path, int *descriptor, uint64_t *size);
/// Reads at an offset, without a shared position: several threads may use one descriptor. Returns how many bytes it read
/// (0 at the end), or the negative of an errno value.
int64_t ep_read_at(int descriptor, void *bytes, size_t count, uint64_t offset);
void ep_close(int descriptor);
/// Reads what is there, at most `count` bytes, waiting for the first. Returns how many (0 at the end), or the negative
/// of an errno value (EINTR only after `ep_watch_interrupts`).
int64_t ep_read_some(int descriptor, void *bytes, size_t count);
/// Reads a file descriptor (0 is standard input) until its end into memory from `malloc`, released by `ep_free`; fails
/// with EFBIG beyond `limit` bytes. `*bytes` is never NULL afterwards where it succeeds.
int ep_read_all(int descriptor, size_t limit, void **bytes, size_t *count);

/// Writes all bytes to a descriptor.
int ep_write_all(int descriptor, const void *bytes, size_t count);
/// Writes a file so that readers see all of it or nothing: into a temporary file beside it, which is then renamed.
/// EEXIST where the file exists and `replace` is false. A device or pipe at `path` is written to, not replaced.
int ep_write_file(const char *path, const void *bytes, size_t count, bool replace);

/// A file in the making: written piece by piece, and in its place only when it is whole.
typedef struct ep_output ep_output;
/// Begins a file as `ep_write_file` writes it. Where the file system allows it the file has no name until the end, so
/// that nothing is left of it where the process is killed.
int ep_output_open(const char *path, bool replace, ep_output **out);
/// Appends bytes.
int ep_output_write(ep_output *output, const void *bytes, size_t count);
/// Brings the file to the disk and to its place, and releases `output`, which is the end of it in any case.
int ep_output_commit(ep_output *output);
/// Gives the file up and releases `output`. NULL is ignored.
void ep_output_discard(ep_output *output);

typedef enum {
  EP_FILE_REGULAR = 0,
  EP_FILE_DIRECTORY = 1,
  /// A pipe, socket or device.
  EP_FILE_OTHER = 2,
} ep_file_kind;

/// What lies at a path, symbolic links followed.
int ep_kind_of_file(const char *path, ep_file_kind *kind);

/// One name in a directory; `kind` is of what a symbolic link points to (OTHER where that is missing).
typedef struct {
  char *name;
  ep_file_kind kind;
} ep_entry;

/// The entries of one directory but `.` and `..`, sorted by the bytes of their names.
typedef struct {
  ep_entry *entries;
  size_t count;
} ep_listing;

/// Lists a directory; fails with EOVERFLOW beyond `limit` entries.
int ep_list_directory(const char *path, size_t limit, ep_listing *out);
/// Releases what `ep_list_directory` returned.
void ep_free_listing(ep_listing listing);

/// Whether a file of this name, or path, is taken for a picture: .jpg, .jpeg, .jpe, .jfif or .png, in upper or lower case.
/// Hidden files are none.
bool ep_is_picture_name(const char *name);

/// Creates a directory and the ones above it; 0 where it is there already.
int ep_make_directory(const char *path);

// Connections to other processes

/// Waits until a descriptor has something to read, or its other end is gone; ETIMEDOUT after so many milliseconds, EINTR
/// only after `ep_watch_interrupts`.
int ep_wait_readable(int descriptor, uint32_t milliseconds);
/// Two ends of a connection inside this machine. Programs that are started do not inherit them.
int ep_socket_pair(int descriptors[2]);
/// Sends all bytes to a socket, without a SIGPIPE where the other end is gone (EPIPE). ETIMEDOUT where the other end
/// takes nothing for so many milliseconds.
int ep_send_all(int descriptor, const void *bytes, size_t count, uint32_t milliseconds);

typedef enum {
  EP_CHANNEL_READY = 0,
  /// The other end is gone.
  EP_CHANNEL_ENDED = 1,
  /// Nothing happened for the time given.
  EP_CHANNEL_SILENT = 2,
  /// A signal came that `ep_watch_interrupts` waits for.
  EP_CHANNEL_INTERRUPTED = 3,
  EP_CHANNEL_FAILED = 4,
} ep_channel_state;

/// What an errno value of these functions, of reading or of writing says about a connection: Embedded Swift does not see
/// errno.h.
ep_channel_state ep_channel_state_of(int error);

/// The system's words for an errno value, in `buffer`. Returns `buffer`.
const char *ep_error_text(int error, char *buffer, size_t count);

// The process

/// The arguments that this process was started with, the program's name first.
typedef struct {
  char **values;
  int count;
} ep_arguments;

/// Copies this process's arguments (from /proc, as Embedded Swift's runtime does not keep them).
int ep_copy_arguments(ep_arguments *out);
/// Releases what `ep_copy_arguments` returned.
void ep_free_arguments(ep_arguments arguments);
/// Ends the process at once with an exit code.
_Noreturn void ep_exit(int code);

/// From now on the first SIGINT (Ctrl-C) or SIGTERM does not end the process: `ep_interrupted` tells of it, and
/// waiting for something to read fails with EINTR. A second one, of either kind, ends it.
void ep_watch_interrupts(void);
/// Whether one came.
bool ep_interrupted(void);

/// Nanoseconds of the monotonic clock.
uint64_t ep_now_ns(void);
/// Largest resident set of this process so far, in bytes.
uint64_t ep_peak_resident_bytes(void);
/// Cores that this process may run on: affinity, and the control group's quota rounded up.
int ep_available_cores(void);
/// Of those, the big ones of a board with several kinds: within a tenth of the highest capacity or maximum clock. All
/// where they are alike.
int ep_big_cores(void);

/// What this machine or its processor calls itself ("Raspberry Pi 4 Model B"), in `buffer`; "unknown" where it does not
/// say. Returns `buffer`.
const char *ep_machine_name(char *buffer, size_t count);

/// Fixed work to tell a clock's changes by: `steps` dependent integer operations (xor with a shift, multiplication),
/// without any memory. In C, where no optimiser of the caller can move it out of what is timed, or leave it out.
uint64_t ep_dependent_chain(uint64_t value, uint32_t steps);

// Memory

/// `count` bytes aligned to 64, not cleared, or NULL. Released by `ep_free`.
void *ep_allocate(size_t count);
void ep_free(void *bytes);

// Threads

/// A pool of threads for parallel regions of a few microseconds: workers spin briefly, then sleep on a futex.
typedef struct ep_pool ep_pool;
/// One of `count` tasks on worker `worker` (0 is the caller's thread).
typedef void (*ep_task)(void *context, int task, int count, int worker);
/// Starts `threads - 1` workers (none for 1 or less), or returns NULL. `pin` binds worker i, the calling thread being
/// worker 0, to the i-th available core, big ones first; the calling thread is released again by `ep_pool_destroy`.
ep_pool *ep_pool_create(int threads, bool pin);
/// Runs all tasks and returns when the last has ended; what tasks wrote is then visible to the caller. One caller at a
/// time, and not from within a task. Tasks are taken in order, each by whichever worker is free. Allocates nothing.
void ep_pool_run(ep_pool *pool, int count, ep_task task, void *context);
/// Ends and joins the workers. NULL is ignored.
void ep_pool_destroy(ep_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
