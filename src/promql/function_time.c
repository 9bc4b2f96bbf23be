/* The calendar (UTC), the time of the step, and the times of samples. */
#include "promql/function_impl.h"

#include "promql/eval.h"
#include "promql/series_table.h"

#define DAY_SECONDS UINT64_C(86400)

/*
 * Seconds since 1970 as Go counts them: unsigned, from a year so early that
 * every int64_t has its place, in cycles of 400 years of equal length. What no
 * int64_t can hold becomes its least, as Go's conversion on amd64 makes it, so
 * that even the calendar of NaN is that of Prometheus.
 */
#define CYCLE_DAYS     UINT64_C(146097)
#define FIRST_YEAR     INT64_C(-292277022399)
#define EPOCH_SECONDS  UINT64_C(9223372028715321600) /* from the first year's first second to 1970 */
#define FIRST_WEEK_DAY 1                             /* a Monday */

struct calendar {
	uint64_t seconds; /* of the first year's first second */
	int64_t year;
	unsigned day_of_year; /* from 0 */
	unsigned month;       /* from 1 */
	unsigned day;         /* from 1 */
	unsigned month_days;
};

static uint64_t seconds_of(double value)
{
	int64_t seconds = INT64_MIN;

	if (value >= (double)INT64_MIN && value < -(double)INT64_MIN)
		seconds = (int64_t)value;
	return (uint64_t)seconds + EPOCH_SECONDS;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static struct calendar calendar_of(double value)
{
	static const unsigned char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct calendar calendar = { .seconds = seconds_of(value), .month = 1 };
	uint64_t days = calendar.seconds / DAY_SECONDS, cycles = days / CYCLE_DAYS, centuries, fours, years;

	/* The last century of a cycle and the last year of four have a day more than the others. */
	days -= cycles * CYCLE_DAYS;
	centuries = days / 36524 > 3 ? 3 : days / 36524;
	days -= centuries * 36524;
	fours = days / 1461;
	days -= fours * 1461;
	years = days / 365 > 3 ? 3 : days / 365;
	days -= years * 365;
	calendar.year = FIRST_YEAR + (int64_t)(cycles * 400 + centuries * 100 + fours * 4 + years);
	calendar.day_of_year = (unsigned)days;
	for (;; calendar.month++) {
		calendar.month_days = lengths[calendar.month - 1] + (calendar.month == 2 && is_leap(calendar.year));
		if (days < calendar.month_days)
			break;
		days -= calendar.month_days;
	}
	calendar.day = (unsigned)days + 1;
	return calendar;
}

typedef double date_fn(double value);

static double day_of_month(double value)
{
	return calendar_of(value).day;
}

static double day_of_week(double value)
{
	return (double)((seconds_of(value) / DAY_SECONDS + FIRST_WEEK_DAY) % 7);
}

static double day_of_year(double value)
{
	return calendar_of(value).day_of_year + 1;
}

static double days_in_month(double value)
{
	return calendar_of(value).month_days;
}

static double hour(double value)
{
	return (double)(seconds_of(value) % DAY_SECONDS / 3600);
}

static double minute(double value)
{
	return (double)(seconds_of(value) % 3600 / 60);
}

static double month(double value)
{
	return calendar_of(value).month;
}

static double year(double value)
{
	return (double)calendar_of(value).year;
}

struct dating {
	struct eval *eval;
	struct series_table table;
	date_fn *fn; /* NULL: the values as they are */
};

static int date_series(void *user, const struct labels *labels, double *values)
{
	struct dating *dating = user;

	for (size_t i = 0; dating->fn && i < dating->eval->steps.count; i++)
		if (!is_absent(values[i]))
			values[i] = dating->fn(values[i]);
	return series_table_merge(&dating->table, labels_without_name(dating->eval->arena, labels), values);
}

/* Of the step itself: one sample without labels. */
static int date_steps(struct eval *eval, date_fn *fn, struct grid *ret)
{
	struct grid_series *series = grid_add(eval, ret, (struct labels){ 0 });

	if (!series)
		return -1;
	for (size_t i = 0; i < eval->steps.count; i++) {
		int64_t step_ms = eval_step_ms(eval, i);

		series->values[i] = fn ? fn((double)(step_ms / 1000)) : (double)step_ms / 1000;
	}
	return 0;
}

static int date_call(struct eval *eval, const struct expr *call, date_fn *fn, struct grid *ret)
{
	struct dating dating = { .eval = eval, .fn = fn };
	int result;

	if (call->call.count == 0)
		return date_steps(eval, fn, ret);
	series_table_init(&dating.table, eval, ret);
	result = eval_each(eval, call->call.arguments[0], date_series, &dating);
	series_table_release(&dating.table);
	return result;
}

#define DATE_FUNCTION(name)                                                                                            \
	int special_##name(struct eval *eval, const struct expr *call, struct grid *ret)                               \
	{                                                                                                              \
		return date_call(eval, call, name, ret);                                                               \
	}

DATE_FUNCTION(day_of_month)
DATE_FUNCTION(day_of_week)
DATE_FUNCTION(day_of_year)
DATE_FUNCTION(days_in_month)
DATE_FUNCTION(hour)
DATE_FUNCTION(minute)
DATE_FUNCTION(month)
DATE_FUNCTION(year)

int special_time(struct eval *eval, const struct expr *call, struct grid *ret)
{
	(void)call;
	return date_steps(eval, NULL, ret);
}

static int step_series(void *user, const struct labels *labels, double *values)
{
	struct dating *dating = user;

	for (size_t i = 0; i < dating->eval->steps.count; i++)
		if (!is_absent(values[i]))
			values[i] = (double)eval_step_ms(dating->eval, i) / 1000;
	return date_series(user, labels, values);
}

/* A selector's samples have times; anything computed is as old as its step. */
int special_timestamp(struct eval *eval, const struct expr *call, struct grid *ret)
{
	const struct expr *inner = expr_inner(call->call.arguments[0]);
	struct dating dating = { .eval = eval };
	int result;

	series_table_init(&dating.table, eval, ret);
	if (inner->kind == EXPR_SELECTOR)
		result = eval_each_time(eval, inner, date_series, &dating);
	else
		result = eval_each(eval, inner, step_series, &dating);
	series_table_release(&dating.table);
	return result;
}
