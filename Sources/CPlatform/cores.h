// Which cores there are. Private to CPlatform.
#ifndef EDGE_RUN_CORES_H
#define EDGE_RUN_CORES_H

/// Puts the numbers of the cores that this process may run on into `cores`, those of the highest capacity first, and
/// returns how many there are (at most `limit`). `*big` is how many of them are big.
int ep_rank_cores(int *cores, int limit, int *big);

#endif
