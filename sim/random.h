/*
 * Chance that can be repeated: every figure is a hash of the seed, a stream
 * and a counter (SplitMix64's finaliser), so that nothing depends on how often
 * or in what order it is asked for.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

uint64_t random_hash(uint64_t seed, uint64_t stream, uint64_t counter);

/* Evenly in [0, 1). */
double random_unit(uint64_t seed, uint64_t stream, uint64_t counter);

/* Evenly in [low, high). */
double random_between(uint64_t seed, uint64_t stream, uint64_t counter, double low, double high);

/*
 * A smooth curve in [-1, 1] that wanders with time: values at every multiple
 * of `period_s` joined without corners. A pure function of the time, so that
 * its course is the same whatever the steps it is read in.
 */
double random_wander(uint64_t seed, uint64_t stream, int64_t now_s, int64_t period_s);

#endif
