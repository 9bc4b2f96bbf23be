#include "sim/random.h"

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t random_hash(uint64_t seed, uint64_t stream, uint64_t counter)
{
	return mix(mix(seed ^ stream * 0xd1342543de82ef95u) ^ counter);
}

double random_unit(uint64_t seed, uint64_t stream, uint64_t counter)
{
	return (double)(random_hash(seed, stream, counter) >> 11) * 0x1p-53;
}

double random_between(uint64_t seed, uint64_t stream, uint64_t counter, double low, double high)
{
	return low + (high - low) * random_unit(seed, stream, counter);
}

double random_wander(uint64_t seed, uint64_t stream, int64_t now_s, int64_t period_s)
{
	int64_t cell = now_s / period_s;
	double part = (double)(now_s % period_s) / (double)period_s;
	double from = random_unit(seed, stream, (uint64_t)cell);
	double to = random_unit(seed, stream, (uint64_t)cell + 1);
	double ease = part * part * (3 - 2 * part);

	return 2 * (from + (to - from) * ease) - 1;
}
