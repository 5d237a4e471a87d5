#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "CAllocationCounter.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

struct ac_group {
  atomic_ulong count;
  atomic_ulong bytes;
};

static _Thread_local ac_group *current;

ac_group *ac_enter(void) {
  ac_group *group = calloc(1, sizeof *group);
  if (group) current = group;
  return group;
}

unsigned long ac_count(const ac_group *group) { return atomic_load(&group->count); }

unsigned long ac_bytes(const ac_group *group) { return atomic_load(&group->bytes); }

void ac_leave(ac_group *group) {
  current = NULL;
  free(group);
}

#ifdef SANITIZED

bool ac_counts(void) { return false; }

#else

bool ac_counts(void) { return true; }

// The C library's own functions under the names that it keeps for this purpose.
extern void *__libc_malloc(size_t count);
extern void *__libc_calloc(size_t elements, size_t count);
extern void *__libc_realloc(void *bytes, size_t count);
extern void *__libc_memalign(size_t alignment, size_t count);

static void note(size_t bytes) {
  if (!current) return;
  atomic_fetch_add(&current->count, 1);
  atomic_fetch_add(&current->bytes, bytes);
}

void *malloc(size_t count) {
  note(count);
  return __libc_malloc(count);
}

void *calloc(size_t elements, size_t count) {
  size_t total;
  note(__builtin_mul_overflow(elements, count, &total) ? 0 : total);
  return __libc_calloc(elements, count);
}

void *realloc(void *bytes, size_t count) {
  note(count);
  return __libc_realloc(bytes, count);
}

void *reallocarray(void *bytes, size_t elements, size_t count) {
  size_t total;
  if (__builtin_mul_overflow(elements, count, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  note(total);
  return __libc_realloc(bytes, total);
}

void *memalign(size_t alignment, size_t count) {
  note(count);
  return __libc_memalign(alignment, count);
}

void *aligned_alloc(size_t alignment, size_t count) {
  note(count);
  return __libc_memalign(alignment, count);
}

int posix_memalign(void **out, size_t alignment, size_t count) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  note(count);
  void *bytes = __libc_memalign(alignment, count);
  if (!bytes) return ENOMEM;
  *out = bytes;
  return 0;
}

// A thread that is to start in its creator's group.
typedef struct {
  ac_group *group;
  void *(*body)(void *);
  void *argument;
} start;

static void *run_in_group(void *argument) {
  start *given = argument;
  start copy = *given;
  free(given);
  current = copy.group;
  return copy.body(copy.argument);
}

typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  create_function create = (create_function)dlsym(RTLD_NEXT, "pthread_create");
  if (!create) return ENOSYS;
  if (!current) return create(thread, attributes, body, argument);
  start *given = __libc_malloc(sizeof *given);
  if (!given) return EAGAIN;
  *given = (start){current, body, argument};
  int error = create(thread, attributes, run_in_group, given);
  if (error != 0) free(given);
  return error;
}

#endif
