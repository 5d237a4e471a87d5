#define _GNU_SOURCE
#include "cores.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CPlatform.h"

typedef struct {
  int number;
  long capacity;
} core;

static long read_number(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  long value = 0;
  if (fscanf(file, "%ld", &value) != 1 || value < 0) value = 0;
  fclose(file);
  return value;
}

// A core's speed relative to the others: the kernel's own estimate where there is one, else the highest clock; 0 where
// neither is known.
static long capacity_of_core(int number) {
  char path[96];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpu_capacity", number);
  long capacity = read_number(path);
  if (capacity > 0) return capacity;
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq", number);
  return read_number(path);
}

static int compare_cores(const void *a, const void *b) {
  const core *x = a, *y = b;
  if (x->capacity != y->capacity) return x->capacity > y->capacity ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

int ep_rank_cores(int *cores, int limit, int *big) {
  *big = 0;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  core found[CPU_SETSIZE];
  int count = 0;
  for (int number = 0; number < CPU_SETSIZE; ++number) {
    if (CPU_ISSET(number, &allowed)) found[count++] = (core){number, capacity_of_core(number)};
  }
  qsort(found, (size_t)count, sizeof *found, compare_cores);
  if (count > limit) count = limit;
  for (int i = 0; i < count; ++i) {
    cores[i] = found[i].number;
    // Cores of one kind differ by a few percent where a maker marks its best ones.
    *big += found[i].capacity >= found[0].capacity - found[0].capacity / 10;
  }
  return count;
}

// Cores that the control group's quota amounts to, rounded up; `otherwise` where there is none.
static int quota_cores(int otherwise) {
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
  if (!file) return otherwise;
  long long quota = 0, period = 0;
  int fields = fscanf(file, "%lld %lld", &quota, &period);
  fclose(file);
  if (fields != 2 || quota <= 0 || period <= 0) return otherwise;
  long long cores = (quota - 1) / period + 1;
  return cores < otherwise ? (int)cores : otherwise;
}

static int usable_cores(bool only_big) {
  int cores[CPU_SETSIZE];
  int big = 0;
  int count = ep_rank_cores(cores, CPU_SETSIZE, &big);
  if (only_big) count = big;
  return count > 0 ? quota_cores(count) : 1;
}

int ep_available_cores(void) { return usable_cores(false); }

int ep_big_cores(void) { return usable_cores(true); }

// The rest of the first line of /proc/cpuinfo that begins with `key`; false where there is none.
static bool read_processor(const char *key, char *buffer, size_t count) {
  FILE *file = fopen("/proc/cpuinfo", "re");
  if (!file) return false;
  char line[256];
  bool found = false;
  while (!found && fgets(line, sizeof line, file)) {
    const char *colon = strchr(line, ':');
    if (strncmp(line, key, strlen(key)) != 0 || !colon) continue;
    colon += 1 + strspn(colon + 1, " \t");
    snprintf(buffer, count, "%.*s", (int)strcspn(colon, "\n"), colon);
    found = buffer[0] != 0;
  }
  fclose(file);
  return found;
}

const char *ep_machine_name(char *buffer, size_t count) {
  if (count == 0) return buffer;
  // Boards have a device tree, whose text ends with a zero byte; other machines name their processor.
  buffer[0] = 0;
  FILE *file = fopen("/proc/device-tree/model", "re");
  if (file) {
    buffer[fread(buffer, 1, count - 1, file)] = 0;
    fclose(file);
  }
  if (buffer[0] == 0 && !read_processor("model name", buffer, count) && !read_processor("Model", buffer, count)) {
    snprintf(buffer, count, "unknown");
  }
  return buffer;
}
