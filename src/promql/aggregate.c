/*
 * Aggregation. Series stream in; each is added to its group's running numbers
 * at all steps in one loop without branches on the group, and is gone. The
 * running numbers are columns of one double a step.
 */
#include "promql/aggregate_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "promql/kahan.h"

#define COLUMNS_MAX 5

/* One operator: its columns with what they start from, how a series is added, how the result is read off. */
struct accumulator {
	enum token_kind token;
	size_t columns;
	double initial[COLUMNS_MAX];
	void (*add)(double *state, const double *values, size_t steps);
	void (*add_newer)(double *state, const double *values, size_t steps); /* 3.x; NULL: the same */
	void (*finish)(double *state, size_t steps);                          /* the result into the first column */
	void (*finish_newer)(double *state, size_t steps);
};

/* -0 is what adding begins with: it leaves even -0 as it is. */
static void add_sum(double *state, const double *values, size_t steps)
{
	double *sums = state, *seen = state + steps;

	for (size_t i = 0; i < steps; i++) {
		bool there = !is_absent(values[i]);

		sums[i] += there ? values[i] : -0.0;
		seen[i] += there;
	}
}

static void finish_seen(double *state, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] = state[steps + i] > 0 ? state[i] : absent();
}

static void add_sum_newer(double *state, const double *values, size_t steps)
{
	double *sums = state, *seen = state + steps, *rests = state + 2 * steps;

	for (size_t i = 0; i < steps; i++) {
		struct kahan sum = { sums[i], rests[i] };
		bool there = !is_absent(values[i]);

		sum = kahan_add(sum, there ? values[i] : -0.0);
		sums[i] = sum.sum;
		rests[i] = sum.rest;
		seen[i] += there;
	}
}

static void finish_sum_newer(double *state, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] = state[steps + i] > 0 ? state[i] + state[2 * steps + i] : absent();
}

/* 2.42 goes from mean to mean, so that no sum overflows. */
static void add_avg(double *state, const double *values, size_t steps)
{
	double *means = state, *counts = state + steps;

	for (size_t i = 0; i < steps; i++) {
		double mean = means[i], value = values[i];

		if (is_absent(value))
			continue;
		counts[i]++;
		if (!mean_is_stuck(mean, value))
			means[i] = mean + (value / counts[i] - mean / counts[i]);
	}
}

static void add_avg_newer(double *state, const double *values, size_t steps)
{
	double *sums = state, *counts = state + steps, *rests = counts + steps, *incremental = rests + steps;

	for (size_t i = 0; i < steps; i++) {
		struct mean mean = { { sums[i], rests[i] }, counts[i], incremental[i] != 0 };

		if (is_absent(values[i]))
			continue;
		mean = mean_add(mean, values[i]);
		sums[i] = mean.sum.sum;
		rests[i] = mean.sum.rest;
		counts[i] = mean.count;
		incremental[i] = mean.incremental;
	}
}

static void finish_avg_newer(double *state, size_t steps)
{
	double *sums = state, *counts = state + steps, *rests = counts + steps, *incremental = rests + steps;

	for (size_t i = 0; i < steps; i++) {
		struct mean mean = { { sums[i], rests[i] }, counts[i], incremental[i] != 0 };

		sums[i] = mean.count > 0 ? mean_total(mean) : absent();
	}
}

static void add_count(double *state, const double *values, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] += !is_absent(values[i]);
}

static void finish_count(double *state, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] = state[i] > 0 ? state[i] : absent();
}

/* What no sample has set yet is absent, a NaN, which gives way to anything as a NaN sample does. */
static void add_min(double *state, const double *values, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		double value = is_absent(values[i]) ? state[i] : values[i];

		state[i] = value < state[i] || isnan(state[i]) ? value : state[i];
	}
}

static void add_max(double *state, const double *values, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		double value = is_absent(values[i]) ? state[i] : values[i];

		state[i] = value > state[i] || isnan(state[i]) ? value : state[i];
	}
}

static void add_group(double *state, const double *values, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] = is_absent(values[i]) ? state[i] : 1;
}

/* Welford's. The first sample only sets the mean: in 2.42 one infinite sample alone has no deviation. */
static void add_variance(double *state, const double *values, size_t steps)
{
	double *squares = state, *counts = state + steps, *means = counts + steps;

	for (size_t i = 0; i < steps; i++) {
		double delta;

		if (is_absent(values[i]))
			continue;
		delta = values[i] - means[i];
		counts[i]++;
		means[i] = counts[i] > 1 ? means[i] + delta / counts[i] : values[i];
		squares[i] += counts[i] > 1 ? delta * (values[i] - means[i]) : 0;
	}
}

static void add_variance_newer(double *state, const double *values, size_t steps)
{
	add_variance(state, values, steps);
	for (size_t i = 0; i < steps; i++)
		state[i] = isfinite(values[i]) || is_absent(values[i]) ? state[i] : NAN;
}

static void finish_stdvar(double *state, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] = state[steps + i] > 0 ? state[i] / state[steps + i] : absent();
}

static void finish_stddev(double *state, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		state[i] = state[steps + i] > 0 ? sqrt(state[i] / state[steps + i]) : absent();
}

/* Initial values NaN here stand for absent, which no constant expression can make. */
static const struct accumulator accumulators[] = {
	/* clang-format off */
	{ TOKEN_SUM,    3, { -0.0 }, add_sum,      add_sum_newer,      finish_seen,   finish_sum_newer },
	{ TOKEN_AVG,    4, { -0.0 }, add_avg,      add_avg_newer,      finish_seen,   finish_avg_newer },
	{ TOKEN_COUNT,  1, { 0 },    add_count,    NULL,               finish_count,  NULL },
	{ TOKEN_MIN,    1, { NAN },  add_min,      NULL,               NULL,          NULL },
	{ TOKEN_MAX,    1, { NAN },  add_max,      NULL,               NULL,          NULL },
	{ TOKEN_GROUP,  1, { NAN },  add_group,    NULL,               NULL,          NULL },
	{ TOKEN_STDVAR, 3, { 0 },    add_variance, add_variance_newer, finish_stdvar, NULL },
	{ TOKEN_STDDEV, 3, { 0 },    add_variance, add_variance_newer, finish_stddev, NULL },
	/* clang-format on */
};

struct aggregation {
	struct eval *eval;
	const struct accumulator *accumulator;
	void (*add)(double *state, const double *values, size_t steps);
	struct grouping grouping;
	double **states; /* of each group */
	size_t capacity;
	struct arena arena;
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

static double *new_state(struct aggregation *aggregation)
{
	const struct accumulator *accumulator = aggregation->accumulator;
	size_t steps = aggregation->eval->steps.count;
	double *state = arena_array(&aggregation->arena, steps * accumulator->columns, sizeof(*state));

	for (size_t column = 0; column < accumulator->columns; column++) {
		double initial = accumulator->initial[column];

		for (size_t i = 0; i < steps; i++)
			state[column * steps + i] = isnan(initial) ? absent() : initial;
	}
	return state;
}

static int add_series(void *user, const struct labels *labels, double *values)
{
	struct aggregation *aggregation = user;
	bool is_new;
	size_t group = grouping_find(&aggregation->grouping, labels, &is_new);

	if (group >= aggregation->capacity) {
		aggregation->capacity = aggregation->capacity ? aggregation->capacity * 2 : 32;
		aggregation->states =
			mem_resize(aggregation->states, aggregation->capacity, sizeof(*aggregation->states));
	}
	if (is_new)
		aggregation->states[group] = new_state(aggregation);
	aggregation->add(aggregation->states[group], values, aggregation->eval->steps.count);
	return 0;
}

static int read_off(struct aggregation *aggregation, struct grid *ret)
{
	const struct accumulator *accumulator = aggregation->accumulator;
	struct eval *eval = aggregation->eval;
	bool newer = eval->options->left_open && accumulator->finish_newer;
	void (*finish)(double *state, size_t steps) = newer ? accumulator->finish_newer : accumulator->finish;

	for (size_t i = 0; i < aggregation->grouping.groups.count; i++) {
		double *state = aggregation->states[i];
		struct grid_series *series;

		if (finish)
			finish(state, eval->steps.count);
		if (values_all_absent(state, eval->steps.count))
			continue;
		series = grid_add(eval, ret, aggregation->grouping.groups.labels[i]);
		if (!series)
			return -1;
		memcpy(series->values, state, eval->steps.count * sizeof(*state));
	}
	return 0;
}

static int aggregate_running(struct eval *eval, const struct expr_aggregate *node,
			     const struct accumulator *accumulator, struct grid *ret)
{
	struct aggregation aggregation = { .eval = eval, .accumulator = accumulator, .add = accumulator->add };
	int result;

	if (eval->options->left_open && accumulator->add_newer)
		aggregation.add = accumulator->add_newer;
	arena_init(&aggregation.arena);
	grouping_init(&aggregation.grouping, eval, node);
	result = eval_each(eval, node->inner, add_series, &aggregation);
	if (!result)
		result = read_off(&aggregation, ret);
	grouping_release(&aggregation.grouping);
	arena_release(&aggregation.arena);
	free(aggregation.states);
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
