/*
 * Aggregation. Series stream in; each is added to its group's running numbers
 * at all steps in one loop without branches on the group, and is gone. The
 * running numbers are columns of one double a step: the first is the group's
 * row of the result itself, which the limits on results therefore bound.
 */
#include "promql/aggregate_impl.h"

#include <math.h>

#include "base/vec.h"
#include "promql/kahan.h"

/* One operator: how a series is added, and how the result is read off, into the row. */
struct accumulator {
	enum token_kind token;
	double initial; /* what the row starts from; NAN stands for absent. Other columns start from 0 */
	size_t more;    /* columns beside the row */
	void (*add)(double *row, double *more, const double *values, size_t steps);
	void (*add_newer)(double *row, double *more, const double *values, size_t steps); /* 3.x; NULL: the same */
	void (*finish)(double *row, const double *more, size_t steps);
	void (*finish_newer)(double *row, const double *more, size_t steps);
};

/* -0 is what adding begins with: it leaves even -0 as it is. */
static void add_sum(double *row, double *more, const double *values, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		bool there = !is_absent(values[i]);

		row[i] += there ? values[i] : -0.0;
		more[i] += there;
	}
}

static void finish_seen(double *row, const double *more, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		row[i] = more[i] > 0 ? row[i] : absent();
}

static void add_sum_newer(double *row, double *more, const double *values, size_t steps)
{
	double *seen = more, *rests = more + steps;

	for (size_t i = 0; i < steps; i++) {
		struct kahan sum = { row[i], rests[i] };
		bool there = !is_absent(values[i]);

		sum = kahan_add(sum, there ? values[i] : -0.0);
		row[i] = sum.sum;
		rests[i] = sum.rest;
		seen[i] += there;
	}
}

static void finish_sum_newer(double *row, const double *more, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		row[i] = more[i] > 0 ? row[i] + more[steps + i] : absent();
}

/* 2.42 goes from mean to mean, so that no sum overflows; a single -0 stays one. */
static void add_avg(double *row, double *more, const double *values, size_t steps)
{
	double *counts = more;

	for (size_t i = 0; i < steps; i++) {
		double mean = row[i], value = values[i];

		if (is_absent(value))
			continue;
		counts[i]++;
		if (counts[i] == 1)
			row[i] = value;
		else if (!mean_is_stuck(mean, value))
			row[i] = mean + (value / counts[i] - mean / counts[i]);
	}
}

static void add_avg_newer(double *row, double *more, const double *values, size_t steps)
{
	double *counts = more, *rests = more + steps, *incremental = more + 2 * steps;

	for (size_t i = 0; i < steps; i++) {
		struct mean mean = { { row[i], rests[i] }, counts[i], incremental[i] != 0 };

		if (is_absent(values[i]))
			continue;
		mean = mean_add(mean, values[i]);
		row[i] = mean.sum.sum;
		rests[i] = mean.sum.rest;
		counts[i] = mean.count;
		incremental[i] = mean.incremental;
	}
}

static void finish_avg_newer(double *row, const double *more, size_t steps)
{
	const double *counts = more, *rests = more + steps, *incremental = more + 2 * steps;

	for (size_t i = 0; i < steps; i++) {
		struct mean mean = { { row[i], rests[i] }, counts[i], incremental[i] != 0 };

		row[i] = mean.count > 0 ? mean_total(mean) : absent();
	}
}

static void add_count(double *row, double *more, const double *values, size_t steps)
{
	(void)more;
	for (size_t i = 0; i < steps; i++)
		row[i] += !is_absent(values[i]);
}

static void finish_count(double *row, const double *more, size_t steps)
{
	(void)more;
	for (size_t i = 0; i < steps; i++)
		row[i] = row[i] > 0 ? row[i] : absent();
}

/* What no sample has set yet is absent, a NaN, which gives way to anything as a NaN sample does. */
static void add_min(double *row, double *more, const double *values, size_t steps)
{
	(void)more;
	for (size_t i = 0; i < steps; i++) {
		double value = is_absent(values[i]) ? row[i] : values[i];

		row[i] = value < row[i] || isnan(row[i]) ? value : row[i];
	}
}

static void add_max(double *row, double *more, const double *values, size_t steps)
{
	(void)more;
	for (size_t i = 0; i < steps; i++) {
		double value = is_absent(values[i]) ? row[i] : values[i];

		row[i] = value > row[i] || isnan(row[i]) ? value : row[i];
	}
}

static void add_group(double *row, double *more, const double *values, size_t steps)
{
	(void)more;
	for (size_t i = 0; i < steps; i++)
		row[i] = is_absent(values[i]) ? row[i] : 1;
}

/* Welford's. The first sample only sets the mean: in 2.42 one infinite sample alone has no deviation. */
static void add_variance(double *row, double *more, const double *values, size_t steps)
{
	double *counts = more, *means = more + steps;

	for (size_t i = 0; i < steps; i++) {
		double delta;

		if (is_absent(values[i]))
			continue;
		delta = values[i] - means[i];
		counts[i]++;
		means[i] = counts[i] > 1 ? means[i] + delta / counts[i] : values[i];
		row[i] += counts[i] > 1 ? delta * (values[i] - means[i]) : 0;
	}
}

static void add_variance_newer(double *row, double *more, const double *values, size_t steps)
{
	add_variance(row, more, values, steps);
	for (size_t i = 0; i < steps; i++)
		row[i] = isfinite(values[i]) || is_absent(values[i]) ? row[i] : NAN;
}

static void finish_stdvar(double *row, const double *more, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		row[i] = more[i] > 0 ? row[i] / more[i] : absent();
}

static void finish_stddev(double *row, const double *more, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		row[i] = more[i] > 0 ? sqrt(row[i] / more[i]) : absent();
}

static const struct accumulator accumulators[] = {
	/* clang-format off */
	{ TOKEN_SUM,    -0.0, 2, add_sum,      add_sum_newer,      finish_seen,   finish_sum_newer },
	{ TOKEN_AVG,    -0.0, 3, add_avg,      add_avg_newer,      finish_seen,   finish_avg_newer },
	{ TOKEN_COUNT,  0,    0, add_count,    NULL,               finish_count,  NULL },
	{ TOKEN_MIN,    NAN,  0, add_min,      NULL,               NULL,          NULL },
	{ TOKEN_MAX,    NAN,  0, add_max,      NULL,               NULL,          NULL },
	{ TOKEN_GROUP,  NAN,  0, add_group,    NULL,               NULL,          NULL },
	{ TOKEN_STDVAR, 0,    2, add_variance, add_variance_newer, finish_stdvar, NULL },
	{ TOKEN_STDDEV, 0,    2, add_variance, add_variance_newer, finish_stddev, NULL },
	/* clang-format on */
};

struct group {
	double *row; /* of the result */
	double *more;
};

struct aggregation {
	struct eval *eval;
	const struct accumulator *accumulator;
	void (*add)(double *row, double *more, const double *values, size_t steps);
	struct grouping grouping;
	VEC(struct group) groups;
	struct arena arena;
	struct grid *result;
};

void grouping_init(struct grouping *grouping, struct eval *eval, const struct expr_aggregate *node)
{
	series_table_init(&grouping->groups, eval, NULL);
	label_pick_init(&grouping->pick, node->labels, node->label_count, !node->without);
}

void grouping_release(struct grouping *grouping)
{
	series_table_release(&grouping->groups);
	label_pick_release(&grouping->pick);
}

size_t grouping_find(struct grouping *grouping, const struct labels *labels, bool *ret_new)
{
	struct labels picked = label_pick_from(&grouping->pick, labels);

	return series_table_find(&grouping->groups, &picked, ret_new);
}

static int add_group_row(struct aggregation *aggregation, const struct labels *labels)
{
	const struct accumulator *accumulator = aggregation->accumulator;
	size_t steps = aggregation->eval->steps.count;
	struct grid_series *series = grid_add(aggregation->eval, aggregation->result, *labels);
	double *more = NULL;

	if (!series)
		return -1;
	for (size_t i = 0; i < steps && !isnan(accumulator->initial); i++)
		series->values[i] = accumulator->initial;
	if (accumulator->more)
		more = arena_array(&aggregation->arena, steps * accumulator->more, sizeof(*more));
	vec_push(&aggregation->groups, (struct group){ series->values, more });
	return 0;
}

static int add_series(void *user, const struct labels *labels, double *values)
{
	struct aggregation *aggregation = user;
	bool is_new;
	size_t index = grouping_find(&aggregation->grouping, labels, &is_new);
	struct group *group;

	if (is_new && add_group_row(aggregation, &aggregation->grouping.groups.labels[index]) < 0)
		return -1;
	group = &aggregation->groups.items[index];
	aggregation->add(group->row, group->more, values, aggregation->eval->steps.count);
	return 0;
}

/* Turn running numbers into results; groups that never had a sample go. */
static void finish(struct aggregation *aggregation)
{
	const struct accumulator *accumulator = aggregation->accumulator;
	bool newer = aggregation->eval->options->left_open && accumulator->finish_newer;
	size_t steps = aggregation->eval->steps.count, kept = 0;
	struct grid *result = aggregation->result;

	for (size_t i = 0; i < result->count; i++) {
		struct group *group = &aggregation->groups.items[i];

		if (newer)
			accumulator->finish_newer(group->row, group->more, steps);
		else if (accumulator->finish)
			accumulator->finish(group->row, group->more, steps);
		if (!values_all_absent(group->row, steps))
			result->items[kept++] = result->items[i];
	}
	result->count = kept;
}

static int aggregate_running(struct eval *eval, const struct expr_aggregate *node,
			     const struct accumulator *accumulator, struct grid *ret)
{
	struct aggregation aggregation = {
		.eval = eval, .accumulator = accumulator, .add = accumulator->add, .result = ret
	};
	int result;

	if (eval->options->left_open && accumulator->add_newer)
		aggregation.add = accumulator->add_newer;
	arena_init(&aggregation.arena);
	grouping_init(&aggregation.grouping, eval, node);
	result = eval_each(eval, node->inner, add_series, &aggregation);
	if (!result)
		finish(&aggregation);
	grouping_release(&aggregation.grouping);
	arena_release(&aggregation.arena);
	vec_release(&aggregation.groups);
	return result;
}

int eval_aggregate(struct eval *eval, const struct expr *expr, struct grid *ret)
{
	const struct expr_aggregate *node = &expr->aggregate;

	for (size_t i = 0; i < sizeof(accumulators) / sizeof(accumulators[0]); i++)
		if (accumulators[i].token == node->operator)
			return aggregate_running(eval, node, &accumulators[i], ret);
	switch (node->operator) {
	case TOKEN_QUANTILE: return aggregate_quantile(eval, node, ret);
	case TOKEN_COUNT_VALUES: return aggregate_count_values(eval, node, ret);
	case TOKEN_LIMIT_RATIO: return aggregate_ratio(eval, node, ret);
	default: return aggregate_rank(eval, node, ret);
	}
}
