#include "dashboard/interval.h"

#include <stdio.h>

/* Grafana's roundInterval: below `below` an interval becomes `rounded`. */
static const struct rung {
	int64_t below;
	int64_t rounded;
} ladder[] = {
	{ 10, 1 },
	{ 15, 10 },
	{ 35, 20 },
	{ 75, 50 },
	{ 150, 100 },
	{ 350, 200 },
	{ 750, 500 },
	{ 1500, 1000 },
	{ 3500, 2000 },
	{ 7500, 5000 },
	{ 12500, 10000 },
	{ 17500, 15000 },
	{ 25000, 20000 },
	{ 45000, 30000 },
	{ 90000, 60000 },
	{ 210000, 120000 },
	{ 450000, 300000 },
	{ 750000, 600000 },
	{ 1050000, 900000 },
	{ 1500000, 1200000 },
	{ 2700000, 1800000 },
	{ 5400000, 3600000 },
	{ 9000000, 7200000 },
	{ 16200000, 10800000 },
	{ 32400000, 21600000 },
	{ 86400000, 43200000 },
	{ 604800000, 86400000 },
	{ 1814400000, 604800000 },
	{ INT64_C(3628800000), INT64_C(2592000000) },
	{ INT64_MAX, INT64_C(31536000000) },
};

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Sums and products of times stay in range, whatever a file says. */
static int64_t add_times(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t multiply_time(int64_t time_ms, int64_t factor)
{
	int64_t product;

	return __builtin_mul_overflow(time_ms, factor, &product) ? INT64_MAX : product;
}

/* Cutting the quotient to whole milliseconds moves no rung: all of them are whole. */
static int64_t round_quotient(int64_t range_ms, int points)
{
	if (range_ms < 0)
		range_ms = 0;
	if (points < 1)
		points = 1;
	return interval_round(range_ms / points);
}

int64_t interval_round(int64_t interval_ms)
{
	const struct rung *rung = ladder;

	while (interval_ms >= rung->below && rung->below != INT64_MAX)
		rung++;
	return rung->rounded;
}

int64_t interval_auto(int64_t range_ms, int points, int64_t minimum_ms)
{
	return larger(round_quotient(range_ms, points), minimum_ms);
}

int64_t interval_rate(int64_t interval_ms, int64_t scrape_ms)
{
	return larger(add_times(interval_ms, scrape_ms), multiply_time(scrape_ms, 4));
}

int64_t interval_step(int64_t range_ms, int points, int64_t interval_ms, int64_t minimum_ms, int factor)
{
	int64_t step = round_quotient(range_ms, points);

	step = larger(step, minimum_ms > 0 ? minimum_ms : interval_ms);
	step = larger(step, round_quotient(range_ms, INTERVAL_MAX_POINTS_A_SERIES));
	return multiply_time(step, factor > 1 ? factor : 1);
}

int64_t interval_floor(int64_t time_ms, int64_t step_ms)
{
	int64_t rest;

	if (step_ms <= 0)
		return time_ms;
	rest = time_ms % step_ms;
	return time_ms - (rest < 0 ? rest + step_ms : rest);
}

/* Only the largest unit is written, as Grafana does: 90 s is "1m". */
void interval_text(int64_t interval_ms, char *ret, int size)
{
	static const struct {
		int64_t ms;
		const char *name;
	} units[] = {
		{ INT64_C(31536000000), "y" },
		{ 86400000, "d" },
		{ 3600000, "h" },
		{ 60000, "m" },
		{ 1000, "s" },
		{ 1, "ms" },
	};
	size_t unit = 0;

	if (interval_ms < 1)
		interval_ms = 1;
	while (interval_ms < units[unit].ms)
		unit++;
	snprintf(ret, (size_t)size, "%lld%s", (long long)(interval_ms / units[unit].ms), units[unit].name);
}
