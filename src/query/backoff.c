#include "query/backoff.h"

#include <sys/random.h>

#include "base/clock.h"

#define BASE_LONGEST_MS (BACKOFF_LONGEST_MS * 2 / 3)

void backoff_init(struct backoff *backoff, uint64_t seed)
{
	if (!seed && getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
		seed = (uint64_t)clock_monotonic_ns();
	*backoff = (struct backoff){ .random = seed ? seed : 1 };
}

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2014) */
static uint64_t next_random(struct backoff *backoff)
{
	backoff->random ^= backoff->random >> 12;
	backoff->random ^= backoff->random << 25;
	backoff->random ^= backoff->random >> 27;
	return backoff->random * UINT64_C(2685821657736338717);
}

int64_t backoff_next(struct backoff *backoff, int64_t at_least_ms)
{
	int64_t delay = BACKOFF_SHORTEST_MS;

	for (unsigned i = 0; i < backoff->failures && delay < BASE_LONGEST_MS; i++)
		delay *= 2;
	if (delay > BASE_LONGEST_MS)
		delay = BASE_LONGEST_MS;
	backoff->failures++;
	delay += (int64_t)(next_random(backoff) % (uint64_t)(delay / 2 + 1));
	if (delay < at_least_ms)
		delay = at_least_ms;
	return delay < BACKOFF_LONGEST_MS ? delay : BACKOFF_LONGEST_MS;
}

void backoff_reset(struct backoff *backoff)
{
	backoff->failures = 0;
}
