/*
 * Instant selectors: for each step the newest sample within the look-back, a
 * staleness marker ending it. The marker's bits are those of an absent value,
 * so that copying it is all there is to do.
 */
#include "promql/eval_private.h"

#include <stdlib.h>

#include "base/mem.h"

#define NO_SAMPLE UINT32_MAX

struct select_state {
	struct eval *eval;
	const struct selection *selection;
	int64_t first_ms, step_ms; /* where the steps look */
	int64_t from_ms, to_ms;    /* what is read */
	int64_t lookback_ms;
	bool left_open, times;
	size_t steps;
	uint64_t times_key; /* of the series `picks` was made for; 0: none */
	uint32_t *picks;    /* for each step the sample it takes, or NO_SAMPLE */
	double *values;
};

static inline int64_t look_ms(const struct select_state *state, size_t step)
{
	return state->first_ms + (int64_t)step * state->step_ms;
}

/* Is a sample of this time, not younger than `look`, still good there? */
static inline bool is_fresh(const struct select_state *state, int64_t look, int64_t time, int64_t reach)
{
	return state->left_open ? look - time < reach : look - time <= reach;
}

static void pick(struct select_state *state, const struct samples *samples)
{
	size_t next = 0;

	if (samples->times_key && samples->times_key == state->times_key)
		return;
	state->times_key = samples->times_key;
	for (size_t step = 0; step < state->steps; step++) {
		int64_t look = look_ms(state, step);

		while (next < samples->count && samples->times_ms[next] <= look)
			next++;
		if (next && is_fresh(state, look, samples->times_ms[next - 1], state->lookback_ms))
			state->picks[step] = (uint32_t)(next - 1);
		else
			state->picks[step] = NO_SAMPLE;
	}
}

/* Write the picked samples; false when there is none. */
static bool take(struct select_state *state, const struct samples *samples)
{
	bool any = false;

	for (size_t step = 0; step < state->steps; step++) {
		uint32_t sample = state->picks[step];
		double value = sample == NO_SAMPLE ? absent() : samples->values[sample];

		if (!is_absent(value)) {
			any = true;
			if (state->times)
				value = (double)samples->times_ms[sample] / 1e3;
		}
		state->values[step] = value;
	}
	return any;
}

/* Does the bucket hold one point of a history that has only one for each, rather than the last of many samples? */
static bool is_point(const struct buckets *buckets, size_t bucket)
{
	size_t other = bucket ? bucket - 1 : bucket + 1;

	if (buckets->first_ms[bucket] != buckets->last_ms[bucket])
		return false;
	return buckets->samples[bucket] > 1 ||
	       (other < buckets->count && buckets->first_ms[other] == buckets->last_ms[other]);
}

/*
 * What a bucket that has begun says of the time `look`. Behind its last sample
 * that one counts, for as long as any sample does; a single point that stands
 * for the whole bucket, for a bucket's length more. Inside the bucket the
 * first sample is the newest one known to be no younger than `look`.
 */
static bool look_into(const struct select_state *state, const struct buckets *buckets, size_t bucket, int64_t look,
		      double *ret)
{
	int64_t first = buckets->first_ms[bucket], last = buckets->last_ms[bucket], reach = state->lookback_ms;

	if (look < last) {
		*ret = state->times ? (double)first / 1e3 : buckets->first[bucket];
		return true;
	}
	if (is_point(buckets, bucket))
		reach += selection_bucket_ms(state->selection);
	if (!is_fresh(state, look, last, reach))
		return false;
	*ret = state->times ? (double)last / 1e3 : buckets->last[bucket];
	return true;
}

/* Steps that found no raw sample look into the newest bucket that has begun by then. */
static bool take_thinned(struct select_state *state, size_t index, const struct samples *samples)
{
	int64_t raw_from = selection_raw_from_ms(state->selection, index), look;
	int64_t from = state->first_ms - state->lookback_ms - 2 * selection_bucket_ms(state->selection);
	struct buckets buckets;
	size_t next = 0;
	bool any = false;

	/* The bucket before the one that is looked into tells points from samples. */
	if (raw_from == INT64_MIN || from > raw_from)
		return false;
	reader_buckets(state->eval->reader, state->selection, index, eval_clamp_ms(from),
		       look_ms(state, state->steps - 1) + 1, &buckets);
	for (size_t step = 0; step < state->steps && buckets.count; step++) {
		look = look_ms(state, step);
		while (next < buckets.count && buckets.first_ms[next] <= look)
			next++;
		if (state->picks[step] != NO_SAMPLE || !next)
			continue;
		if (samples->count && samples->times_ms[0] <= look)
			continue; /* a raw sample is newer than any bucket, and was too old */
		if (look_into(state, &buckets, next - 1, look, &state->values[step]))
			any = true;
	}
	return any;
}

static int select_series(struct select_state *state, size_t index, eval_series_fn *fn, void *user)
{
	struct samples samples;
	bool any;

	reader_samples(state->eval->reader, state->selection, index, state->from_ms, state->to_ms, &samples);
	if (eval_spend(state->eval, samples.count > state->steps ? samples.count : state->steps) < 0)
		return -1;
	pick(state, &samples);
	any = take(state, &samples);
	if (take_thinned(state, index, &samples))
		any = true;
	return any ? fn(user, selection_labels(state->selection, index), state->values) : 0;
}

/* timestamp() of 2.x looks at the moment @ says and forgets the offset, though that has chosen the samples. */
static struct expr_when when_of_times(const struct eval *eval, const struct expr_when *when)
{
	struct expr_when found = *when;

	if (!eval->options->left_open && eval_when_at(when) != AT_NONE) {
		found.offset_ms = eval->at_shift_ms;
		found.loose = false;
	}
	return found;
}

int eval_select_each(struct eval *eval, const struct expr *expr, bool times, eval_series_fn *fn, void *user)
{
	const struct expr_selector *selector = &expr->selector;
	struct expr_when when = times ? when_of_times(eval, &selector->when) : selector->when;
	struct select_state state = {
		.eval = eval,
		.selection = eval->selections[selector->index],
		.first_ms = eval_when_ms(eval, &when),
		.step_ms = eval_when_fixed(&when) ? 0 : eval->steps.step_ms,
		.lookback_ms = eval_lookback_ms(eval->options),
		.left_open = eval->options->left_open,
		.times = times,
		.steps = eval->steps.count,
	};
	size_t count = state.selection ? selection_count(state.selection) : 0;
	int result = 0;

	if (!state.steps)
		return 0;
	if (eval_check_size(eval, count, 1) < 0)
		return -1;
	state.from_ms = eval_clamp_ms(state.first_ms - state.lookback_ms);
	state.to_ms = look_ms(&state, state.steps - 1);
	eval_read_within(eval, selector, &state.from_ms, &state.to_ms);
	state.picks = mem_array(state.steps, sizeof(*state.picks));
	state.values = mem_array(state.steps, sizeof(*state.values));
	for (size_t i = 0; i < count && !result; i++)
		result = select_series(&state, i, fn, user);
	free(state.picks);
	free(state.values);
	return result;
}
