#include "promql/histogram.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SMALL_DELTA 1e-12

/* Prometheus's almost.Equal. */
static bool almost_equal(double a, double b)
{
	double sum = fabs(a) + fabs(b), difference = fabs(a - b);

	if (a == b || (isnan(a) && isnan(b)))
		return true;
	if (a == 0 || b == 0 || sum < DBL_MIN)
		return difference < SMALL_DELTA * DBL_MIN;
	return difference / fmin(sum, DBL_MAX) < SMALL_DELTA;
}

/* Equal bounds come together; returns how many buckets are left. */
static size_t coalesce(struct histogram_bucket *buckets, size_t count)
{
	size_t last = 0;

	for (size_t i = 1; i < count; i++) {
		if (buckets[i].bound == buckets[last].bound)
			buckets[last].count += buckets[i].count;
		else
			buckets[++last] = buckets[i];
	}
	return last + 1;
}

static void make_monotonic(struct histogram_bucket *buckets, size_t count, bool newer)
{
	double most = buckets[0].count;

	for (size_t i = 1; i < count; i++) {
		double now = buckets[i].count;

		if (now < most || (newer && almost_equal(most, now)))
			buckets[i].count = most;
		else if (now > most || newer)
			most = now;
	}
}

/* The first bucket that holds `rank` observations, or the last one: by halves, so that NaN leads where it does in Go.
 */
static size_t find_rank(const struct histogram_bucket *buckets, size_t count, double rank)
{
	size_t low = 0, high = count - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (buckets[middle].count >= rank)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

double histogram_quantile(double q, struct histogram_bucket *buckets, size_t count, bool newer)
{
	double rank, start = 0, inside;
	size_t found;

	if (isnan(q))
		return NAN;
	if (q < 0 || q > 1)
		return q < 0 ? -INFINITY : INFINITY;
	if (!count || buckets[count - 1].bound != INFINITY)
		return NAN;
	count = coalesce(buckets, count);
	make_monotonic(buckets, count, newer);
	if (count < 2 || buckets[count - 1].count == 0)
		return NAN;
	rank = q * buckets[count - 1].count;
	found = find_rank(buckets, count, rank);
	if (found == count - 1)
		return buckets[count - 2].bound;
	if (found == 0 && buckets[0].bound <= 0)
		return buckets[0].bound;
	inside = buckets[found].count;
	if (found > 0) {
		start = buckets[found - 1].bound;
		inside -= buckets[found - 1].count;
		rank -= buckets[found - 1].count;
	}
	return start + (buckets[found].bound - start) * (rank / inside);
}

bool histogram_bound(const char *text, double *ret)
{
	const char *digits = text + (*text == '+' || *text == '-');
	bool word = strcasecmp(digits, "inf") == 0 || strcasecmp(digits, "infinity") == 0;
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;

	/* What strtod takes and Go does not: leading space, nan(...), hexadecimal without exponent. */
	if (!word && !isdigit((unsigned char)*digits) && *digits != '.')
		return false;
	if (hex && !strpbrk(digits, "pP"))
		return false;
	errno = 0;
	*ret = strtod(text, &end);
	return end != text && !*end && !(errno == ERANGE && isinf(*ret));
}
