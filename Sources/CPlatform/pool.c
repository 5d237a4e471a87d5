#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CPlatform.h"
#include "cores.h"

// How a region runs. Every thread has a share of the tasks, the same of each region, so that what a task wrote is read
// by the core that wrote it where neighbouring layers are cut alike; cores need not share a cache. The caller writes the
// job, sets `left` of each share to its number of tasks and moves `region` on, which wakes the workers. Threads take
// tasks of their own share, then of others'. Whoever lowers `left` owns a task of that share, so the job cannot change
// before that task has ended; whoever lowers `unfinished` to 0 has ended the region. The caller therefore never waits
// for a worker that took no task: one that is still asleep, or that the system has given no core.

enum {
  // Longer than the gap between two regions of a network, shorter than what a sleeping thread takes to wake up.
  SPIN_NANOSECONDS = 50000,
  SPINS_BETWEEN_CLOCK_READINGS = 32,
};

/// A thread with its share of the tasks. The first one is the caller.
typedef struct {
  ep_pool *pool;
  pthread_t thread;
  int index;
  /// Tasks of its share that nobody took yet.
  _Alignas(64) atomic_uint left;
} worker;

struct ep_pool {
  int threads;
  bool spins;
  bool pinned;
  pid_t caller;
  cpu_set_t caller_affinity;

  // Written by the caller between regions.
  int count;
  ep_task task;
  void *context;

  _Alignas(64) atomic_uint region;
  atomic_uint sleepers;
  atomic_bool stopping;
  _Alignas(64) atomic_uint unfinished;
  atomic_bool caller_sleeps;

  worker workers[];
};

static void futex_wait(atomic_uint *word, unsigned value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(atomic_uint *word, int threads) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  // isb rather than yield, which is no more than a nop on most cores.
  __asm__ volatile("isb" ::: "memory");
#endif
}

// Waits for a word to change from `value`, without sleeping. Returns whether it did.
static bool spin_while(atomic_uint *word, unsigned value) {
  uint64_t start = ep_now_ns();
  do {
    for (int i = 0; i < SPINS_BETWEEN_CLOCK_READINGS; ++i) {
      if (atomic_load_explicit(word, memory_order_acquire) != value) return true;
      relax();
    }
  } while (ep_now_ns() - start < SPIN_NANOSECONDS);
  return false;
}

// The first task of a thread's share of `count` tasks: shares differ by at most one task.
static unsigned first_task(const ep_pool *pool, int index, unsigned count) {
  return (unsigned)((uint64_t)count * (unsigned)index / (unsigned)pool->threads);
}

// Takes a task of a share. Returns whether there was one.
static bool run_task(ep_pool *pool, worker *share, int index) {
  unsigned left = atomic_load_explicit(&share->left, memory_order_acquire);
  do {
    if (left == 0) return false;
  } while (!atomic_compare_exchange_weak_explicit(&share->left, &left, left - 1, memory_order_acq_rel,
                                                  memory_order_acquire));
  const unsigned count = (unsigned)pool->count;
  pool->task(pool->context, (int)(first_task(pool, share->index + 1, count) - left), (int)count, index);
  // Sequentially consistent together with `caller_sleeps`: either the caller sees 0 or this sees it asleep.
  if (atomic_fetch_sub(&pool->unfinished, 1) == 1 && atomic_load(&pool->caller_sleeps))
    futex_wake(&pool->unfinished, 1);
  return true;
}

// Runs tasks of the present region until none is left to take.
static void take_tasks(ep_pool *pool, int index) {
  for (int i = 0; i < pool->threads; ++i) {
    worker *share = &pool->workers[(index + i) % pool->threads];
    while (run_task(pool, share, index)) {
    }
  }
}

static void *work(void *argument) {
  worker *self = argument;
  ep_pool *pool = self->pool;
  unsigned seen = 0;
  for (;;) {
    if (!pool->spins || !spin_while(&pool->region, seen)) {
      // Sequentially consistent together with `region`: either the caller sees a sleeper, or the futex sees a new value.
      atomic_fetch_add(&pool->sleepers, 1);
      while (atomic_load(&pool->region) == seen) futex_wait(&pool->region, seen);
      atomic_fetch_sub(&pool->sleepers, 1);
    }
    seen = atomic_load(&pool->region);
    if (atomic_load(&pool->stopping)) return NULL;
    take_tasks(pool, self->index);
  }
}

static void start_region(ep_pool *pool, int wanted) {
  atomic_fetch_add(&pool->region, 1);
  if (wanted > 0 && atomic_load(&pool->sleepers) > 0) futex_wake(&pool->region, wanted);
}

// Ends the first `count` workers.
static void stop(ep_pool *pool, int count) {
  atomic_store(&pool->stopping, true);
  start_region(pool, INT_MAX);
  for (int i = 1; i <= count; ++i) pthread_join(pool->workers[i].thread, NULL);
}

static void pin(pid_t thread, int core) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  sched_setaffinity(thread, sizeof one, &one);
}

static int start_worker(ep_pool *pool, int index, int core) {
  worker *self = &pool->workers[index];
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  if (pool->pinned) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    error = pthread_attr_setaffinity_np(&attributes, sizeof one, &one);
  }
  if (error == 0) error = pthread_create(&self->thread, &attributes, work, self);
  pthread_attr_destroy(&attributes);
  return error;
}

ep_pool *ep_pool_create(int threads, bool pinned) {
  if (threads < 1) threads = 1;
  int cores[CPU_SETSIZE];
  int big = 0;
  int available = ep_rank_cores(cores, CPU_SETSIZE, &big);
  ep_pool *pool = ep_allocate(sizeof *pool + (size_t)threads * sizeof *pool->workers);
  if (!pool) return NULL;
  memset(pool, 0, sizeof *pool + (size_t)threads * sizeof *pool->workers);
  pool->threads = threads;
  for (int i = 0; i < threads; ++i) {
    pool->workers[i].pool = pool;
    pool->workers[i].index = i;
  }
  // A worker that spins on a core which another one needs only delays both.
  pool->spins = threads <= ep_available_cores();
  pool->caller = (pid_t)syscall(SYS_gettid);
  pool->pinned = pinned && available > 0 &&
                 sched_getaffinity(pool->caller, sizeof pool->caller_affinity, &pool->caller_affinity) == 0;

  // Signals are for the program's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int started = 0, error = 0;
  while (error == 0 && started < threads - 1) {
    error = start_worker(pool, started + 1, available > 0 ? cores[(started + 1) % available] : 0);
    if (error == 0) ++started;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error != 0) {
    stop(pool, started);
    ep_free(pool);
    return NULL;
  }
  if (pool->pinned) pin(pool->caller, cores[0]);
  return pool;
}

void ep_pool_run(ep_pool *pool, int count, ep_task task, void *context) {
  if (pool->threads == 1 || count <= 1) {
    for (int i = 0; i < count; ++i) task(context, i, count, 0);
    return;
  }
  pool->count = count;
  pool->task = task;
  pool->context = context;
  atomic_store_explicit(&pool->unfinished, (unsigned)count, memory_order_relaxed);
  for (unsigned i = 0, first = 0; i < (unsigned)pool->threads; ++i) {
    const unsigned end = first_task(pool, (int)i + 1, (unsigned)count);
    atomic_store_explicit(&pool->workers[i].left, end - first, memory_order_release);
    first = end;
  }
  start_region(pool, count - 1);
  take_tasks(pool, 0);

  unsigned unfinished = atomic_load_explicit(&pool->unfinished, memory_order_acquire);
  while (unfinished > 0) {
    if (!pool->spins || !spin_while(&pool->unfinished, unfinished)) {
      atomic_store(&pool->caller_sleeps, true);
      unfinished = atomic_load(&pool->unfinished);
      if (unfinished > 0) futex_wait(&pool->unfinished, unfinished);
      atomic_store(&pool->caller_sleeps, false);
    }
    unfinished = atomic_load_explicit(&pool->unfinished, memory_order_acquire);
  }
}

void ep_pool_destroy(ep_pool *pool) {
  if (!pool) return;
  stop(pool, pool->threads - 1);
  if (pool->pinned) sched_setaffinity(pool->caller, sizeof pool->caller_affinity, &pool->caller_affinity);
  ep_free(pool);
}
