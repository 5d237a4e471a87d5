// Counts memory allocations, by standing in for malloc and its kin in the executable that this is linked into. For
// tests only. Counting follows threads, not time, as other tests of the same process run meanwhile.
#ifndef EDGE_RUN_CALLOCATIONCOUNTER_H
#define EDGE_RUN_CALLOCATIONCOUNTER_H

#include <stdbool.h>

/// Whether allocations are counted in this build: not under a sanitizer, which has its own malloc.
bool ac_counts(void);

/// Allocations are counted for a group: the thread that entered it, and all threads started by threads of the group.
typedef struct ac_group ac_group;

/// A new group that the calling thread now belongs to, or NULL. Groups do not nest.
ac_group *ac_enter(void);
/// Allocations of the group's threads so far.
unsigned long ac_count(const ac_group *group);
/// Bytes that those allocations asked for. Memory that was given back is not taken off: an upper bound of what was in
/// use.
unsigned long ac_bytes(const ac_group *group);
/// The calling thread, which entered the group, leaves it; all threads started meanwhile must have ended.
void ac_leave(ac_group *group);

#endif
