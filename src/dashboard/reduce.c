#include "dashboard/reduce.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dashboard/frame.h"

/* What Grafana's one pass over a field gathers (doStandardCalcs). Members that were never set are null. */
struct standard {
	double first, last, first_not_null, last_not_null;
	double sum, min, max, mean, range, diff, diff_percent, delta, step, log_min;
	size_t count; /* all but nulls: NaN counts */
	size_t numbers;
	bool all_zero, all_null, previous_delta_up;
};

/* Whether a counter went on or was reset, and by how much: the sum of its increases. */
static void add_delta(struct standard *ret, double value, bool is_last)
{
	double step = value - ret->last_not_null;

	if (frame_is_null(ret->step) || step < ret->step)
		ret->step = step;
	if (ret->last_not_null > value) {
		ret->previous_delta_up = false;
		if (is_last)
			ret->delta += value;
		return;
	}
	ret->delta += ret->previous_delta_up ? step : value;
	ret->previous_delta_up = true;
}

static void add_number(struct standard *ret, double value, bool is_last)
{
	if (ret->numbers == 0)
		ret->first_not_null = ret->min = ret->max = value;
	else
		add_delta(ret, value, is_last);
	ret->sum += value;
	ret->numbers++;
	ret->all_null = false;
	ret->max = value > ret->max ? value : ret->max;
	ret->min = value < ret->min ? value : ret->min;
	if (value > 0 && (frame_is_null(ret->log_min) || value < ret->log_min))
		ret->log_min = value;
	if (value != 0)
		ret->all_zero = false;
	ret->last_not_null = value;
}

static struct standard standard_of(const double *values, size_t count)
{
	double null = frame_null();
	struct standard ret = {
		.first = count ? values[0] : null,
		.last = count ? values[count - 1] : null,
		.first_not_null = null,
		.last_not_null = null,
		.min = null,
		.max = null,
		.mean = null,
		.range = null,
		.diff = null,
		.step = null,
		.log_min = null,
		.all_zero = count > 0,
		.all_null = true,
		.previous_delta_up = true,
	};

	for (size_t i = 0; i < count; i++) {
		if (!frame_is_null(values[i]))
			ret.count++;
		if (!isnan(values[i]))
			add_number(&ret, values[i], i + 1 == count);
	}
	if (ret.numbers == 0) {
		ret.all_zero = false;
		return ret;
	}
	ret.mean = ret.sum / (double)ret.numbers;
	ret.range = ret.max - ret.min;
	ret.diff = ret.last_not_null - ret.first_not_null;
	ret.diff_percent = ret.diff / ret.first_not_null;
	return ret;
}

static double reduce_sum(const double *values, size_t count)
{
	return standard_of(values, count).sum;
}

static double reduce_min(const double *values, size_t count)
{
	return standard_of(values, count).min;
}

static double reduce_max(const double *values, size_t count)
{
	return standard_of(values, count).max;
}

static double reduce_mean(const double *values, size_t count)
{
	return standard_of(values, count).mean;
}

static double reduce_range(const double *values, size_t count)
{
	return standard_of(values, count).range;
}

static double reduce_diff(const double *values, size_t count)
{
	return standard_of(values, count).diff;
}

static double reduce_diff_percent(const double *values, size_t count)
{
	return standard_of(values, count).diff_percent;
}

static double reduce_delta(const double *values, size_t count)
{
	return standard_of(values, count).delta;
}

static double reduce_step(const double *values, size_t count)
{
	return standard_of(values, count).step;
}

static double reduce_log_min(const double *values, size_t count)
{
	return standard_of(values, count).log_min;
}

static double reduce_count(const double *values, size_t count)
{
	return (double)standard_of(values, count).count;
}

static double reduce_all_zero(const double *values, size_t count)
{
	return standard_of(values, count).all_zero;
}

static double reduce_all_null(const double *values, size_t count)
{
	return standard_of(values, count).all_null;
}

static double reduce_previous_delta_up(const double *values, size_t count)
{
	return standard_of(values, count).previous_delta_up;
}

/* The two that are asked most look from their own end only. */
static double reduce_last_not_null(const double *values, size_t count)
{
	while (count > 0 && isnan(values[count - 1]))
		count--;
	return count > 0 ? values[count - 1] : frame_null();
}

static double reduce_first_not_null(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i]))
			return values[i];
	return frame_null();
}

static double reduce_last(const double *values, size_t count)
{
	return count > 0 ? values[count - 1] : frame_null();
}

static double reduce_first(const double *values, size_t count)
{
	return count > 0 ? values[0] : frame_null();
}

/* Of the population, by running means, so that large values with a small spread keep their digits. */
static double reduce_variance(const double *values, size_t count)
{
	double mean = 0, squares = 0;
	size_t numbers = 0;

	for (size_t i = 0; i < count; i++) {
		double before = mean;

		if (isnan(values[i]))
			continue;
		numbers++;
		mean += (values[i] - before) / (double)numbers;
		squares += (values[i] - before) * (values[i] - mean);
	}
	return numbers > 0 ? squares / (double)numbers : 0;
}

static double reduce_deviation(const double *values, size_t count)
{
	return sqrt(reduce_variance(values, count));
}

/* Nulls are equal to each other; NaN is different from all, also from itself, as in JavaScript. */
static double reduce_changes(const double *values, size_t count)
{
	size_t changes = 0;

	for (size_t i = 1; i < count; i++) {
		bool both_null = frame_is_null(values[i - 1]) && frame_is_null(values[i]);

		if (!both_null && values[i - 1] != values[i])
			changes++;
	}
	return (double)changes;
}

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The numbers in order, without NaN and nulls; the caller frees them. */
static double *sorted_numbers(const double *values, size_t count, size_t *ret_count)
{
	double *sorted = mem_array(count + 1, sizeof(*sorted));
	size_t numbers = 0;

	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i]))
			sorted[numbers++] = values[i];
	qsort(sorted, numbers, sizeof(*sorted), compare_numbers);
	*ret_count = numbers;
	return sorted;
}

/* Different values; null is one, NaN is one. */
static double reduce_distinct(const double *values, size_t count)
{
	size_t numbers, distinct = 0;
	bool null = false, nan = false;
	double *sorted = sorted_numbers(values, count, &numbers);

	for (size_t i = 0; i < numbers; i++)
		if (i == 0 || sorted[i] != sorted[i - 1])
			distinct++;
	for (size_t i = 0; i < count; i++) {
		null = null || frame_is_null(values[i]);
		nan = nan || (isnan(values[i]) && !frame_is_null(values[i]));
	}
	free(sorted);
	return (double)(distinct + null + nan);
}

static double reduce_median(const double *values, size_t count)
{
	size_t numbers;
	double *sorted = sorted_numbers(values, count, &numbers);
	double median = frame_null();

	if (numbers % 2 == 1)
		median = sorted[numbers / 2];
	else if (numbers > 0)
		median = (sorted[numbers / 2 - 1] + sorted[numbers / 2]) / 2;
	free(sorted);
	return median;
}

/* Nearest rank, as Grafana has it: no interpolation. */
static double percentile(const double *values, size_t count, int percent)
{
	size_t numbers;
	double *sorted = sorted_numbers(values, count, &numbers);
	double result = frame_null();

	if (numbers > 0)
		result = sorted[(size_t)floor((double)(numbers - 1) * (percent / 100.0) + 0.5)];
	free(sorted);
	return result;
}

/* A reducer is a plain function of values, so each percentile needs one of its own. */
#define PERCENTILE(n)                                                                                                  \
	static double reduce_p##n(const double *values, size_t count)                                                  \
	{                                                                                                              \
		return percentile(values, count, n);                                                                   \
	}

/* clang-format off */
PERCENTILE(1) PERCENTILE(2) PERCENTILE(3) PERCENTILE(4) PERCENTILE(5)
PERCENTILE(6) PERCENTILE(7) PERCENTILE(8) PERCENTILE(9) PERCENTILE(10)
PERCENTILE(11) PERCENTILE(12) PERCENTILE(13) PERCENTILE(14) PERCENTILE(15)
PERCENTILE(16) PERCENTILE(17) PERCENTILE(18) PERCENTILE(19) PERCENTILE(20)
PERCENTILE(21) PERCENTILE(22) PERCENTILE(23) PERCENTILE(24) PERCENTILE(25)
PERCENTILE(26) PERCENTILE(27) PERCENTILE(28) PERCENTILE(29) PERCENTILE(30)
PERCENTILE(31) PERCENTILE(32) PERCENTILE(33) PERCENTILE(34) PERCENTILE(35)
PERCENTILE(36) PERCENTILE(37) PERCENTILE(38) PERCENTILE(39) PERCENTILE(40)
PERCENTILE(41) PERCENTILE(42) PERCENTILE(43) PERCENTILE(44) PERCENTILE(45)
PERCENTILE(46) PERCENTILE(47) PERCENTILE(48) PERCENTILE(49) PERCENTILE(50)
PERCENTILE(51) PERCENTILE(52) PERCENTILE(53) PERCENTILE(54) PERCENTILE(55)
PERCENTILE(56) PERCENTILE(57) PERCENTILE(58) PERCENTILE(59) PERCENTILE(60)
PERCENTILE(61) PERCENTILE(62) PERCENTILE(63) PERCENTILE(64) PERCENTILE(65)
PERCENTILE(66) PERCENTILE(67) PERCENTILE(68) PERCENTILE(69) PERCENTILE(70)
PERCENTILE(71) PERCENTILE(72) PERCENTILE(73) PERCENTILE(74) PERCENTILE(75)
PERCENTILE(76) PERCENTILE(77) PERCENTILE(78) PERCENTILE(79) PERCENTILE(80)
PERCENTILE(81) PERCENTILE(82) PERCENTILE(83) PERCENTILE(84) PERCENTILE(85)
PERCENTILE(86) PERCENTILE(87) PERCENTILE(88) PERCENTILE(89) PERCENTILE(90)
PERCENTILE(91) PERCENTILE(92) PERCENTILE(93) PERCENTILE(94) PERCENTILE(95)
PERCENTILE(96) PERCENTILE(97) PERCENTILE(98) PERCENTILE(99)

static const struct reducer reducers[] = {
	{ .id = "lastNotNull", .title = "Last *", .short_title = "last", .reduce = reduce_last_not_null },
	{ .id = "last", .title = "Last", .short_title = "last", .reduce = reduce_last },
	{ .id = "firstNotNull", .title = "First *", .short_title = "first", .reduce = reduce_first_not_null },
	{ .id = "first", .title = "First", .short_title = "first", .reduce = reduce_first },
	{ .id = "min", .title = "Min", .short_title = "min", .reduce = reduce_min },
	{ .id = "max", .title = "Max", .short_title = "max", .reduce = reduce_max },
	{ .id = "mean", .title = "Mean", .short_title = "mean", .reduce = reduce_mean },
	{ .id = "median", .title = "Median", .short_title = "median", .reduce = reduce_median },
	{ .id = "variance", .title = "Variance", .short_title = "var", .reduce = reduce_variance },
	{ .id = "stdDev", .title = "StdDev", .short_title = "stddev", .reduce = reduce_deviation },
	{ .id = "sum", .title = "Total", .short_title = "total", .reduce = reduce_sum },
	{ .id = "count", .title = "Count", .short_title = "count", .reduce = reduce_count },
	{ .id = "range", .title = "Range", .short_title = "range", .reduce = reduce_range },
	{ .id = "delta", .title = "Delta", .short_title = "delta", .reduce = reduce_delta },
	{ .id = "step", .title = "Step", .short_title = "step", .reduce = reduce_step },
	{ .id = "diff", .title = "Difference", .short_title = "diff", .reduce = reduce_diff },
	{ .id = "diffperc", .title = "Difference percent", .short_title = "diff%", .reduce = reduce_diff_percent },
	{ .id = "logmin", .title = "Min (above zero)", .short_title = "logmin", .reduce = reduce_log_min },
	{ .id = "allIsZero", .title = "All Zeros", .short_title = "zeros", .reduce = reduce_all_zero },
	{ .id = "allIsNull", .title = "All Nulls", .short_title = "nulls", .reduce = reduce_all_null },
	{ .id = "changeCount", .title = "Change Count", .short_title = "changes", .reduce = reduce_changes },
	{ .id = "distinctCount", .title = "Distinct Count", .short_title = "distinct", .reduce = reduce_distinct },
	{ .id = "uniqueValues", .title = "All unique values", .short_title = "unique", .reduce = reduce_distinct },
	{ .id = "allValues", .title = "All values", .short_title = "values", .reduce = reduce_count },
	{ .id = "previousDeltaUp", .title = "Previous delta up", .short_title = "up", .reduce = reduce_previous_delta_up },
	{ .id = "p1", .title = "1st %", .short_title = "p1", .reduce = reduce_p1 },
	{ .id = "p2", .title = "2nd %", .short_title = "p2", .reduce = reduce_p2 },
	{ .id = "p3", .title = "3rd %", .short_title = "p3", .reduce = reduce_p3 },
	{ .id = "p4", .title = "4th %", .short_title = "p4", .reduce = reduce_p4 },
	{ .id = "p5", .title = "5th %", .short_title = "p5", .reduce = reduce_p5 },
	{ .id = "p6", .title = "6th %", .short_title = "p6", .reduce = reduce_p6 },
	{ .id = "p7", .title = "7th %", .short_title = "p7", .reduce = reduce_p7 },
	{ .id = "p8", .title = "8th %", .short_title = "p8", .reduce = reduce_p8 },
	{ .id = "p9", .title = "9th %", .short_title = "p9", .reduce = reduce_p9 },
	{ .id = "p10", .title = "10th %", .short_title = "p10", .reduce = reduce_p10 },
	{ .id = "p11", .title = "11th %", .short_title = "p11", .reduce = reduce_p11 },
	{ .id = "p12", .title = "12th %", .short_title = "p12", .reduce = reduce_p12 },
	{ .id = "p13", .title = "13th %", .short_title = "p13", .reduce = reduce_p13 },
	{ .id = "p14", .title = "14th %", .short_title = "p14", .reduce = reduce_p14 },
	{ .id = "p15", .title = "15th %", .short_title = "p15", .reduce = reduce_p15 },
	{ .id = "p16", .title = "16th %", .short_title = "p16", .reduce = reduce_p16 },
	{ .id = "p17", .title = "17th %", .short_title = "p17", .reduce = reduce_p17 },
	{ .id = "p18", .title = "18th %", .short_title = "p18", .reduce = reduce_p18 },
	{ .id = "p19", .title = "19th %", .short_title = "p19", .reduce = reduce_p19 },
	{ .id = "p20", .title = "20th %", .short_title = "p20", .reduce = reduce_p20 },
	{ .id = "p21", .title = "21st %", .short_title = "p21", .reduce = reduce_p21 },
	{ .id = "p22", .title = "22nd %", .short_title = "p22", .reduce = reduce_p22 },
	{ .id = "p23", .title = "23rd %", .short_title = "p23", .reduce = reduce_p23 },
	{ .id = "p24", .title = "24th %", .short_title = "p24", .reduce = reduce_p24 },
	{ .id = "p25", .title = "25th %", .short_title = "p25", .reduce = reduce_p25 },
	{ .id = "p26", .title = "26th %", .short_title = "p26", .reduce = reduce_p26 },
	{ .id = "p27", .title = "27th %", .short_title = "p27", .reduce = reduce_p27 },
	{ .id = "p28", .title = "28th %", .short_title = "p28", .reduce = reduce_p28 },
	{ .id = "p29", .title = "29th %", .short_title = "p29", .reduce = reduce_p29 },
	{ .id = "p30", .title = "30th %", .short_title = "p30", .reduce = reduce_p30 },
	{ .id = "p31", .title = "31st %", .short_title = "p31", .reduce = reduce_p31 },
	{ .id = "p32", .title = "32nd %", .short_title = "p32", .reduce = reduce_p32 },
	{ .id = "p33", .title = "33rd %", .short_title = "p33", .reduce = reduce_p33 },
	{ .id = "p34", .title = "34th %", .short_title = "p34", .reduce = reduce_p34 },
	{ .id = "p35", .title = "35th %", .short_title = "p35", .reduce = reduce_p35 },
	{ .id = "p36", .title = "36th %", .short_title = "p36", .reduce = reduce_p36 },
	{ .id = "p37", .title = "37th %", .short_title = "p37", .reduce = reduce_p37 },
	{ .id = "p38", .title = "38th %", .short_title = "p38", .reduce = reduce_p38 },
	{ .id = "p39", .title = "39th %", .short_title = "p39", .reduce = reduce_p39 },
	{ .id = "p40", .title = "40th %", .short_title = "p40", .reduce = reduce_p40 },
	{ .id = "p41", .title = "41st %", .short_title = "p41", .reduce = reduce_p41 },
	{ .id = "p42", .title = "42nd %", .short_title = "p42", .reduce = reduce_p42 },
	{ .id = "p43", .title = "43rd %", .short_title = "p43", .reduce = reduce_p43 },
	{ .id = "p44", .title = "44th %", .short_title = "p44", .reduce = reduce_p44 },
	{ .id = "p45", .title = "45th %", .short_title = "p45", .reduce = reduce_p45 },
	{ .id = "p46", .title = "46th %", .short_title = "p46", .reduce = reduce_p46 },
	{ .id = "p47", .title = "47th %", .short_title = "p47", .reduce = reduce_p47 },
	{ .id = "p48", .title = "48th %", .short_title = "p48", .reduce = reduce_p48 },
	{ .id = "p49", .title = "49th %", .short_title = "p49", .reduce = reduce_p49 },
	{ .id = "p50", .title = "50th %", .short_title = "p50", .reduce = reduce_p50 },
	{ .id = "p51", .title = "51st %", .short_title = "p51", .reduce = reduce_p51 },
	{ .id = "p52", .title = "52nd %", .short_title = "p52", .reduce = reduce_p52 },
	{ .id = "p53", .title = "53rd %", .short_title = "p53", .reduce = reduce_p53 },
	{ .id = "p54", .title = "54th %", .short_title = "p54", .reduce = reduce_p54 },
	{ .id = "p55", .title = "55th %", .short_title = "p55", .reduce = reduce_p55 },
	{ .id = "p56", .title = "56th %", .short_title = "p56", .reduce = reduce_p56 },
	{ .id = "p57", .title = "57th %", .short_title = "p57", .reduce = reduce_p57 },
	{ .id = "p58", .title = "58th %", .short_title = "p58", .reduce = reduce_p58 },
	{ .id = "p59", .title = "59th %", .short_title = "p59", .reduce = reduce_p59 },
	{ .id = "p60", .title = "60th %", .short_title = "p60", .reduce = reduce_p60 },
	{ .id = "p61", .title = "61st %", .short_title = "p61", .reduce = reduce_p61 },
	{ .id = "p62", .title = "62nd %", .short_title = "p62", .reduce = reduce_p62 },
	{ .id = "p63", .title = "63rd %", .short_title = "p63", .reduce = reduce_p63 },
	{ .id = "p64", .title = "64th %", .short_title = "p64", .reduce = reduce_p64 },
	{ .id = "p65", .title = "65th %", .short_title = "p65", .reduce = reduce_p65 },
	{ .id = "p66", .title = "66th %", .short_title = "p66", .reduce = reduce_p66 },
	{ .id = "p67", .title = "67th %", .short_title = "p67", .reduce = reduce_p67 },
	{ .id = "p68", .title = "68th %", .short_title = "p68", .reduce = reduce_p68 },
	{ .id = "p69", .title = "69th %", .short_title = "p69", .reduce = reduce_p69 },
	{ .id = "p70", .title = "70th %", .short_title = "p70", .reduce = reduce_p70 },
	{ .id = "p71", .title = "71st %", .short_title = "p71", .reduce = reduce_p71 },
	{ .id = "p72", .title = "72nd %", .short_title = "p72", .reduce = reduce_p72 },
	{ .id = "p73", .title = "73rd %", .short_title = "p73", .reduce = reduce_p73 },
	{ .id = "p74", .title = "74th %", .short_title = "p74", .reduce = reduce_p74 },
	{ .id = "p75", .title = "75th %", .short_title = "p75", .reduce = reduce_p75 },
	{ .id = "p76", .title = "76th %", .short_title = "p76", .reduce = reduce_p76 },
	{ .id = "p77", .title = "77th %", .short_title = "p77", .reduce = reduce_p77 },
	{ .id = "p78", .title = "78th %", .short_title = "p78", .reduce = reduce_p78 },
	{ .id = "p79", .title = "79th %", .short_title = "p79", .reduce = reduce_p79 },
	{ .id = "p80", .title = "80th %", .short_title = "p80", .reduce = reduce_p80 },
	{ .id = "p81", .title = "81st %", .short_title = "p81", .reduce = reduce_p81 },
	{ .id = "p82", .title = "82nd %", .short_title = "p82", .reduce = reduce_p82 },
	{ .id = "p83", .title = "83rd %", .short_title = "p83", .reduce = reduce_p83 },
	{ .id = "p84", .title = "84th %", .short_title = "p84", .reduce = reduce_p84 },
	{ .id = "p85", .title = "85th %", .short_title = "p85", .reduce = reduce_p85 },
	{ .id = "p86", .title = "86th %", .short_title = "p86", .reduce = reduce_p86 },
	{ .id = "p87", .title = "87th %", .short_title = "p87", .reduce = reduce_p87 },
	{ .id = "p88", .title = "88th %", .short_title = "p88", .reduce = reduce_p88 },
	{ .id = "p89", .title = "89th %", .short_title = "p89", .reduce = reduce_p89 },
	{ .id = "p90", .title = "90th %", .short_title = "p90", .reduce = reduce_p90 },
	{ .id = "p91", .title = "91st %", .short_title = "p91", .reduce = reduce_p91 },
	{ .id = "p92", .title = "92nd %", .short_title = "p92", .reduce = reduce_p92 },
	{ .id = "p93", .title = "93rd %", .short_title = "p93", .reduce = reduce_p93 },
	{ .id = "p94", .title = "94th %", .short_title = "p94", .reduce = reduce_p94 },
	{ .id = "p95", .title = "95th %", .short_title = "p95", .reduce = reduce_p95 },
	{ .id = "p96", .title = "96th %", .short_title = "p96", .reduce = reduce_p96 },
	{ .id = "p97", .title = "97th %", .short_title = "p97", .reduce = reduce_p97 },
	{ .id = "p98", .title = "98th %", .short_title = "p98", .reduce = reduce_p98 },
	{ .id = "p99", .title = "99th %", .short_title = "p99", .reduce = reduce_p99 },
};

/* Names older files use. */
static const struct { const char *old, *id; } aliases[] = {
	{ "current", "lastNotNull" },
	{ "avg", "mean" },
	{ "total", "sum" },
};
/* clang-format on */

static const struct reducer *find(const char *id)
{
	for (size_t i = 0; i < sizeof(reducers) / sizeof(reducers[0]); i++)
		if (strcmp(reducers[i].id, id) == 0)
			return &reducers[i];
	return NULL;
}

const struct reducer *reducer_find(const char *id)
{
	if (!id)
		return NULL;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].old, id) == 0)
			return find(aliases[i].id);
	return find(id);
}

const struct reducer *reducer_table(size_t *ret_count)
{
	*ret_count = sizeof(reducers) / sizeof(reducers[0]);
	return reducers;
}
