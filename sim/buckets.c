#include "sim/buckets.h"

#include <math.h>

static const struct bucket_bounds bucket_sets[BUCKETS_SET_COUNT] = {
	[BUCKETS_DECISION] = {
		.texts = { "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5",
			   "10" },
		.bounds = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 },
		.count = 13,
	},
	[BUCKETS_ANN] = {
		.texts = { "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1" },
		.bounds = { 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1 },
		.count = 11,
	},
	[BUCKETS_REQUEST] = {
		.texts = { "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10" },
		.bounds = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 },
		.count = 11,
	},
	[BUCKETS_WEB] = {
		.texts = { "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "7.5",
			   "10.0" },
		.bounds = { 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10 },
		.count = 13,
	},
	[BUCKETS_LOGIN] = {
		.texts = { "0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5" },
		.bounds = { 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5 },
		.count = 8,
	},
	[BUCKETS_QUERY] = {
		.texts = { "0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0" },
		.bounds = { 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1 },
		.count = 9,
	},
	[BUCKETS_MODEL] = {
		.texts = { "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "20.0", "30.0", "60.0", "120.0" },
		.bounds = { 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120 },
		.count = 10,
	},
};

const struct bucket_bounds *bucket_bounds_of(enum bucket_set set)
{
	return &bucket_sets[set];
}

void bucket_tables_init(struct bucket_tables *tables)
{
	for (size_t set = 0; set < BUCKETS_SET_COUNT; set++)
		for (size_t i = 0; i < bucket_sets[set].count; i++)
			tables->logs[set][i] = log(bucket_sets[set].bounds[i]);
	for (size_t i = 0; i < sizeof(tables->normal) / sizeof(*tables->normal); i++)
		tables->normal[i] = 0.5 * erfc((NORMAL_REACH - (double)i / NORMAL_PER_UNIT) * M_SQRT1_2);
}

/* Straight lines between rising points rise, so buckets cannot cross. */
static double normal(const struct bucket_tables *tables, double x)
{
	double place = (x + NORMAL_REACH) * NORMAL_PER_UNIT;
	size_t cell;

	if (place <= 0)
		return 0;
	if (place >= 2 * NORMAL_REACH * NORMAL_PER_UNIT)
		return 1;
	cell = (size_t)place;
	return tables->normal[cell] + (tables->normal[cell + 1] - tables->normal[cell]) * (place - (double)cell);
}

void buckets_observe(struct buckets *buckets, const struct bucket_tables *tables, enum bucket_set set, double count,
		     double median_s, double sigma)
{
	double centre = log(median_s), scale = 1 / sigma;

	for (size_t i = 0; i < bucket_sets[set].count; i++)
		buckets->upto[i] += count * normal(tables, (tables->logs[set][i] - centre) * scale);
	buckets->count += count;
	buckets->sum += count * median_s * exp(sigma * sigma / 2);
}
