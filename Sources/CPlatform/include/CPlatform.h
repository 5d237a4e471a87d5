// What the product asks of the operating system, in C so that Embedded Swift can use it: files, clocks, threads.
// Nothing here keeps global state.
#ifndef EDGE_RUN_CPLATFORM_H
#define EDGE_RUN_CPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A file mapped read-only, shared between processes.
typedef struct {
  const void *bytes;
  size_t count;
} ep_mapping;

/// Maps a regular file. Returns 0, or an errno value with `*out` untouched.
int ep_map_file(const char *path, ep_mapping *out);
/// Unmaps what `ep_map_file` mapped.
void ep_unmap(ep_mapping mapping);
/// Reads a whole file descriptor until its end into memory from `malloc`; fails with EFBIG beyond `limit` bytes.
int ep_read_all(int descriptor, size_t limit, void **bytes, size_t *count);
/// Opens for reading; returns a descriptor, or the negative of an errno value.
int ep_open_read(const char *path);
void ep_close(int descriptor);
/// Writes all bytes to a descriptor. Returns 0 or an errno value.
int ep_write_all(int descriptor, const void *bytes, size_t count);
/// The system's words for an errno value, in `buffer`.
const char *ep_error_text(int error, char *buffer, size_t count);

/// Nanoseconds of the monotonic clock.
uint64_t ep_now_ns(void);
/// Largest resident set of this process so far, in bytes.
uint64_t ep_peak_resident_bytes(void);
/// Cores that this process may run on.
int ep_available_cores(void);
/// Of those, the ones with the highest maximum clock (a big.LITTLE board's big cores); all where they are alike.
int ep_big_cores(void);

/// `count` bytes aligned to 64, or NULL. Freed by `ep_free`.
void *ep_allocate(size_t count);
void ep_free(void *bytes);

/// A pool of threads for parallel regions of a few microseconds: workers spin briefly, then sleep on a futex.
typedef struct ep_pool ep_pool;
/// One of `count` tasks on worker `worker` (0 is the caller's thread).
typedef void (*ep_task)(void *context, int task, int count, int worker);
/// Starts `threads - 1` workers, or returns NULL. `pin` binds worker i to the i-th available core.
ep_pool *ep_pool_create(int threads, bool pin);
/// Runs all tasks and returns when the last has ended. One caller at a time. Allocates nothing.
void ep_pool_run(ep_pool *pool, int count, ep_task task, void *context);
void ep_pool_destroy(ep_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
