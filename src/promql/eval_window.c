/*
 * Windows of range selectors. Where the windows of all steps begin and end in
 * a series' samples is found in one pass, and once for all series that share
 * their times; the windows themselves are pointers into what was decoded.
 */
#include "promql/eval_private.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

/* Windows up to this length are evaluated with whatever they hold. */
#define SHORT_WINDOW_MS (10 * CLOCK_MINUTE)

void window_borders_find(struct window_borders *borders, const struct window_plan *plan, const int64_t *first_ms,
			 const int64_t *last_ms, size_t count)
{
	size_t from = 0, to = 0;

	borders->total = 0;
	for (size_t i = 0; i < plan->count; i++) {
		int64_t end = window_plan_end_ms(plan, i);
		int64_t start = end - plan->range_ms + plan->left_open; /* the first millisecond inside */

		while (to < count && first_ms[to] <= end)
			to++;
		while (from < to && last_ms[from] < start)
			from++;
		borders->items[i] = (struct window_border){ (uint32_t)from, (uint32_t)to };
		borders->total += to - from;
	}
}

/* Windows before the one returned are less than half there. */
static size_t first_with_history(const struct window_plan *plan, const struct window_history *history)
{
	int64_t enough;

	if (!history || plan->any_history || plan->range_ms <= SHORT_WINDOW_MS || history->from_ms == INT64_MIN ||
	    history->from_ms == INT64_MAX)
		return 0;
	enough = eval_clamp_ms(history->from_ms) + (plan->range_ms + 1) / 2;
	if (plan->first_end_ms >= enough)
		return 0;
	/* The first index whose end is not before `enough`. */
	if (enough > window_plan_end_ms(plan, plan->count - 1))
		return plan->count;
	return (size_t)((enough - plan->first_end_ms + plan->step_ms - 1) / plan->step_ms);
}

static bool holds_any(const struct window_cursor *cursor, size_t index)
{
	const struct window_history *history = cursor->history;

	if (cursor->borders[index].from < cursor->borders[index].to)
		return true;
	return history && history->buckets.count &&
	       history->bucket_borders->items[index].from < history->bucket_borders->items[index].to;
}

static void tally(struct eval_left_out *left_out, const struct window_cursor *cursor, size_t index)
{
	int64_t end = window_plan_end_ms(cursor->plan, index);

	left_out->windows++;
	if (left_out->windows > 1 && end < left_out->before_ms)
		return;
	left_out->before_ms = end;
	left_out->want_ms = cursor->plan->range_ms;
	left_out->have_ms = end - eval_clamp_ms(cursor->history->from_ms);
	left_out->resolution_ms = cursor->history->bucket_ms;
}

/* Count what is left out for want of history, and whether anything stays. */
static bool tally_history(struct window_cursor *cursor)
{
	struct eval_budget *budget = cursor->eval->budget;
	bool any = false;

	for (size_t i = 0; i < cursor->first; i++)
		if (holds_any(cursor, i))
			tally(&budget->history, cursor, i);
	for (size_t i = cursor->first; i < cursor->plan->count && !any; i++)
		any = holds_any(cursor, i);
	if (any && cursor->plan->range_ms > SHORT_WINDOW_MS)
		budget->long_windows++;
	return any;
}

bool window_cursor_init(struct window_cursor *cursor, struct eval *eval, const struct window_plan *plan,
			const struct window_borders *borders, const struct samples *samples,
			const struct window_history *history)
{
	*cursor = (struct window_cursor){
		.eval = eval,
		.plan = plan,
		.borders = borders->items,
		.times_ms = samples->times_ms,
		.values = samples->values,
		.history = history,
		.first = first_with_history(plan, history),
		.window = { .left_open = plan->left_open },
	};
	if (history && history->buckets.count) {
		cursor->too_fine = plan->range_ms < history->bucket_ms;
		cursor->window.bucket_ms = history->bucket_ms;
	}
	return tally_history(cursor);
}

void window_cursor_coarse(struct window_cursor *cursor, size_t step)
{
	tally(&cursor->eval->budget->coarse, cursor, cursor->plan->fixed ? 0 : step);
}

static struct buckets buckets_part(const struct buckets *all, size_t from, size_t to)
{
	return (struct buckets){
		.count = to - from,
		.end_ms = all->end_ms + from,
		.first_ms = all->first_ms + from,
		.last_ms = all->last_ms + from,
		.samples = all->samples + from,
		.sum = all->sum + from,
		.min = all->min + from,
		.max = all->max + from,
		.first = all->first + from,
		.last = all->last + from,
		.resets = all->resets + from,
	};
}

/* Put the buckets of a window into it; false when it is too fine for them. */
static bool fill_buckets(struct window_cursor *cursor, size_t index)
{
	const struct window_history *history = cursor->history;
	struct window_border border = history->bucket_borders->items[index];

	cursor->window.buckets.count = 0;
	if (border.from >= border.to)
		return true;
	if (cursor->too_fine) {
		window_cursor_coarse(cursor, index);
		return false;
	}
	cursor->window.buckets = buckets_part(&history->buckets, border.from, border.to);
	return true;
}

bool window_cursor_move(struct window_cursor *cursor, size_t step)
{
	struct window *window = &cursor->window;
	size_t index = cursor->plan->fixed ? 0 : step;
	struct window_border border = cursor->borders[index];

	if (index < cursor->first)
		return false;
	if (cursor->history && cursor->history->buckets.count && !fill_buckets(cursor, index))
		return false;
	window->count = border.to - border.from;
	if (!window->count && !window->buckets.count)
		return false;
	window->times_ms = cursor->times_ms + border.from;
	window->values = cursor->values + border.from;
	window->end_ms = window_plan_end_ms(cursor->plan, index);
	window->start_ms = window->end_ms - cursor->plan->range_ms;
	window->time_ms = eval_step_ms(cursor->eval, step);
	return true;
}

bool window_at(struct window_cursor *cursor, size_t step, struct window *ret)
{
	if (!window_cursor_move(cursor, step))
		return false;
	cursor->eval->budget->windows++;
	*ret = cursor->window;
	return true;
}

bool window_at_raw(struct window_cursor *cursor, size_t step, struct window *ret)
{
	if (!window_cursor_move(cursor, step))
		return false;
	if (cursor->window.buckets.count) {
		window_cursor_coarse(cursor, step);
		return false;
	}
	cursor->eval->budget->windows++;
	*ret = cursor->window;
	return true;
}

bool window_holds_any(const struct window_cursor *cursor, size_t step)
{
	return holds_any(cursor, cursor->plan->fixed ? 0 : step);
}

/* Series after series of one selector: the scratch they share. */
struct windows_state {
	struct eval *eval;
	const struct selection *selection;
	struct window_plan plan;
	int64_t from_ms, to_ms; /* what is read */
	uint64_t times_key;     /* of the series the borders were found for; 0: none */
	struct window_borders borders, bucket_borders;
	int64_t *times_ms; /* a series without its staleness markers */
	double *values;
	size_t capacity;
};

static bool has_stale(const struct samples *samples)
{
	bool found = false;

	for (size_t i = 0; i < samples->count; i++)
		found |= value_is_stale(samples->values[i]);
	return found;
}

/* Copy the samples without the markers; the times are this series' own then. */
static void leave_out_stale(struct windows_state *state, struct samples *samples)
{
	size_t kept = 0;

	if (samples->count > state->capacity) {
		state->capacity = samples->count;
		state->times_ms = mem_resize(state->times_ms, state->capacity, sizeof(*state->times_ms));
		state->values = mem_resize(state->values, state->capacity, sizeof(*state->values));
	}
	for (size_t i = 0; i < samples->count; i++) {
		if (value_is_stale(samples->values[i]))
			continue;
		state->times_ms[kept] = samples->times_ms[i];
		state->values[kept++] = samples->values[i];
	}
	*samples = (struct samples){ .times_ms = state->times_ms, .values = state->values, .count = kept };
}

static void find_borders(struct windows_state *state, const struct samples *samples)
{
	if (samples->times_key && samples->times_key == state->times_key)
		return;
	state->times_key = samples->times_key;
	window_borders_find(&state->borders, &state->plan, samples->times_ms, samples->times_ms, samples->count);
}

static void read_history(struct windows_state *state, size_t index, struct window_history *ret)
{
	int64_t raw_from = selection_raw_from_ms(state->selection, index);

	*ret = (struct window_history){
		.from_ms = selection_history_from_ms(state->selection, index),
		.bucket_ms = selection_bucket_ms(state->selection),
	};
	if (raw_from == INT64_MIN || state->from_ms > raw_from)
		return;
	reader_buckets(state->eval->reader, state->selection, index, state->from_ms - 1, state->to_ms, &ret->buckets);
	if (!ret->buckets.count)
		return;
	if (!state->bucket_borders.items)
		state->bucket_borders.items = mem_array(state->plan.count, sizeof(*state->bucket_borders.items));
	window_borders_find(&state->bucket_borders, &state->plan, ret->buckets.first_ms, ret->buckets.last_ms,
			    ret->buckets.count);
	ret->bucket_borders = &state->bucket_borders;
}

static int series_windows(struct windows_state *state, size_t index, eval_windows_fn *fn, void *user)
{
	struct window_history history;
	struct window_cursor cursor;
	struct samples samples;
	uint64_t touched;

	reader_samples(state->eval->reader, state->selection, index, state->from_ms, state->to_ms, &samples);
	if (has_stale(&samples))
		leave_out_stale(state, &samples);
	find_borders(state, &samples);
	read_history(state, index, &history);
	touched = state->borders.total + (history.buckets.count ? state->bucket_borders.total : 0);
	if (eval_spend(state->eval, touched > samples.count ? touched : samples.count) < 0)
		return -1;
	if (!window_cursor_init(&cursor, state->eval, &state->plan, &state->borders, &samples, &history))
		return 0;
	return fn(user, selection_labels(state->selection, index), &cursor);
}

static int selector_windows(struct eval *eval, const struct expr *expr, bool any_history, eval_windows_fn *fn,
			    void *user)
{
	const struct expr_selector *selector = &expr->selector;
	struct windows_state state = {
		.eval = eval,
		.selection = eval->selections[selector->index],
		.plan = window_plan_make(eval, &selector->when, selector->range_ms),
	};
	size_t count = state.selection ? selection_count(state.selection) : 0;
	int result = 0;

	if (!state.plan.count)
		return 0;
	if (eval_check_size(eval, count, 1) < 0)
		return -1;
	state.plan.any_history = any_history;
	state.from_ms = eval_clamp_ms(state.plan.first_end_ms - state.plan.range_ms);
	state.to_ms = window_plan_end_ms(&state.plan, state.plan.count - 1);
	eval_read_within(eval, selector, &state.from_ms, &state.to_ms);
	state.borders.items = mem_array(state.plan.count, sizeof(*state.borders.items));
	for (size_t i = 0; i < count && !result; i++)
		result = series_windows(&state, i, fn, user);
	free(state.borders.items);
	free(state.bucket_borders.items);
	free(state.times_ms);
	free(state.values);
	return result;
}

int eval_windows_any(struct eval *eval, const struct expr *expr, bool any_history, eval_windows_fn *fn, void *user)
{
	while (expr->kind == EXPR_PAREN)
		expr = expr->paren;
	any_history = any_history || eval->options->all_history;
	if (expr->kind == EXPR_SUBQUERY)
		return eval_subquery_windows(eval, expr, any_history, fn, user);
	return selector_windows(eval, expr, any_history, fn, user);
}

int eval_windows(struct eval *eval, const struct expr *expr, eval_windows_fn *fn, void *user)
{
	return eval_windows_any(eval, expr, false, fn, user);
}
