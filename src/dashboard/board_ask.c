#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "dashboard/board_private.h"
#include "dashboard/interval.h"
#include "loop/loop.h"

/* How long making panels of answers may take in one turn of the loop. */
#define FINISH_BUDGET_NS INT64_C(4000000)

/* The newest sample may be this many steps old before the panel is called stale. */
#define STALE_STEPS    2
#define STALE_AT_LEAST (5 * CLOCK_MINUTE)

static void asked_target_free(struct asked_target *asked)
{
	if (asked->query)
		query_cancel(asked->query);
	matrix_unref(asked->matrix);
	free(asked->expression);
	free(asked->legend);
	free(asked);
}

static void asked_clear(struct board_asked *asked)
{
	for (size_t i = 0; i < asked->targets.count; i++)
		asked_target_free(asked->targets.items[i]);
	vec_clear(&asked->targets);
	asked->open = 0;
	asked->ready = false;
}

void board_asked_free(struct board_asked *asked)
{
	if (!asked)
		return;
	asked_clear(asked);
	vec_release(&asked->targets);
	arena_release(&asked->arena);
	free(asked);
}

void board_cancel_panel(struct board_panel *panel)
{
	if (!panel->asked || !panel->asked->open)
		return;
	asked_clear(panel->asked);
	panel->asked->round = 0;
	panel->data.asking = false;
}

/* A duration that may hold variables and Grafana's leading '>'; 0 when there is none. */
static int64_t minimum_interval(const struct board *board, const struct board_panel *panel, const char *text)
{
	struct scope scope = { .variables = &board->variables, .bound = panel->bound, .for_legend = true };
	struct strbuf plain = STRBUF_INIT;
	int64_t interval_ms = 0;

	if (!text || !*text)
		return 0;
	/* An automatic interval among the variables depends on the range. */
	board_range(board, &scope.from_ms, &scope.to_ms);
	variable_interpolate(&scope, *text == '>' ? text + 1 : text, &plain);
	if (duration_parse(plain.text, &interval_ms, NULL) < 0) {
		char *end;
		double seconds = strtod(plain.text, &end);
		interval_ms =
			end != plain.text && !*end && seconds > 0 && seconds < 1e9 ? (int64_t)(seconds * 1000) : 0;
	}
	strbuf_release(&plain);
	return interval_ms;
}

/* The range of a panel: the board's, unless the panel has its own timeFrom or timeShift. */
static void panel_range(const struct board *board, const struct board_panel *panel, int64_t *ret_from, int64_t *ret_to)
{
	int64_t length, shift;

	board_range(board, ret_from, ret_to);
	length = minimum_interval(board, panel, panel->panel->time_from);
	shift = minimum_interval(board, panel, panel->panel->time_shift);
	if (length > 0)
		*ret_from = *ret_to - length;
	*ret_from -= shift;
	*ret_to -= shift;
}

static int64_t scrape_interval(const struct board *board, const struct board_panel *panel)
{
	int64_t own = minimum_interval(board, panel, panel->panel->interval);

	if (own > 0)
		return own;
	return board->config.scrape_interval_ms > 0 ? board->config.scrape_interval_ms : INTERVAL_SCRAPE_MS;
}

static int max_points(const struct board *board, const struct board_panel *panel)
{
	if (panel->panel->max_data_points > 0)
		return panel->panel->max_data_points;
	return board->config.max_data_points > 0 ? board->config.max_data_points : INTERVAL_MAX_DATA_POINTS;
}

static void finish_panel(struct board *board, struct board_panel *panel);

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asked_target *asked = user;
	struct board *board = asked->board;
	struct board_panel *panel = &board->panels[asked->panel];

	asked->query = NULL;
	asked->status = answer->status;
	asked->engine = answer->engine;
	asked->history_judged = answer->history_judged;
	if (answer->status == QUERY_OK)
		asked->matrix = matrix_ref(answer->matrix);
	snprintf(asked->reason, sizeof(asked->reason), "%s", answer->reason);
	snprintf(asked->detail, sizeof(asked->detail), "%s", answer->detail);
	if (panel->asked->open > 1) {
		panel->asked->open--;
		return;
	}
	panel->asked->ready = true;
	timer_start(board->finishing, 0);
}

/*
 * Make panels of what was answered, for some milliseconds; the rest in the
 * next turn of the loop. Huge answers to many panels hold no key up.
 */
void board_finish_ready(void *user)
{
	struct board *board = user;
	int64_t started_ns = clock_monotonic_ns();

	for (size_t i = 0; i < board->count; i++) {
		struct board_asked *asked = board->panels[i].asked;
		if (!asked->ready)
			continue;
		if (clock_monotonic_ns() - started_ns > FINISH_BUDGET_NS) {
			timer_start(board->finishing, 0);
			break;
		}
		asked->ready = false;
		asked->open = 0;
		finish_panel(board, &board->panels[i]);
	}
}

static void set_times(const struct board *board, struct asked_target *asked, const struct scope *scope, bool instant)
{
	const struct board_config *config = &board->config;
	int64_t step_ms = asked->step_ms, late_ms = scope->to_ms - interval_floor(scope->to_ms, step_ms);

	if (instant) {
		asked->start_ms = asked->end_ms = scope->to_ms;
		asked->step_ms = 0;
		return;
	}
	asked->start_ms = interval_floor(scope->from_ms, step_ms);
	asked->end_ms = interval_floor(scope->to_ms, step_ms);
	if (config->history_from_ms && config->history_from_ms(config->user) > asked->end_ms) {
		asked->start_ms += late_ms;
		asked->end_ms += late_ms;
	}
}

/* Turn one target into one question (instant or range) with everything filled in. */
static void ask_target(struct board *board, size_t index, const struct target *target, bool instant)
{
	struct board_panel *panel = &board->panels[index];
	struct asked_target *asked = mem_zalloc(sizeof(*asked));
	struct strbuf text = STRBUF_INIT;
	struct scope scope = { .variables = &board->variables,
			       .bound = panel->bound,
			       .dashboard_title = board->config.dashboard->title };
	int64_t scrape = scrape_interval(board, panel);
	int64_t target_minimum = minimum_interval(board, panel, target->interval);
	int points = max_points(board, panel);

	panel_range(board, panel, &scope.from_ms, &scope.to_ms);
	scope.interval_ms =
		interval_auto(scope.to_ms - scope.from_ms, points, target_minimum ? target_minimum : scrape);
	scope.rate_interval_ms = interval_rate(scope.interval_ms, target_minimum ? target_minimum : scrape);
	asked->board = board;
	asked->panel = index;
	asked->target = target;
	asked->step_ms = interval_step(scope.to_ms - scope.from_ms, points, scope.interval_ms, target_minimum,
				       target->interval_factor);
	variable_interpolate(&scope, target->expression, &text);
	asked->expression = strbuf_detach(&text);
	scope.for_legend = true;
	variable_interpolate(&scope, target->legend ? target->legend : "", &text);
	asked->legend = strbuf_detach(&text);
	set_times(board, asked, &scope, instant);
	vec_push(&panel->asked->targets, asked);
}

static void fail_panel(struct board_panel *panel, const char *reason, const char *detail)
{
	panel->data.version++;
	panel->data.state = panel->data.last_good_ms ? DATA_STALE : DATA_FAILED;
	snprintf(panel->data.reason, sizeof(panel->data.reason), "%s", reason);
	snprintf(panel->data.detail, sizeof(panel->data.detail), "%s", detail);
}

/* The question was fine, but the engine has too little to answer it from: no fault, and no value either. */
static void leave_unanswered(struct board_panel *panel, const struct asked_target *asked)
{
	panel->asked->judged = false;
	panel->data.state = DATA_INSUFFICIENT;
	panel->data.engine = asked->engine;
	snprintf(panel->data.reason, sizeof(panel->data.reason), "%s", asked->reason);
	snprintf(panel->data.detail, sizeof(panel->data.detail), "%s", asked->detail);
}

/* Why nothing can be asked at all, or NULL. */
static const char *unaskable(const struct board *board, const struct panel *panel)
{
	const char *foreign = panel->foreign;

	for (size_t i = 0; !foreign && i < panel->target_count; i++)
		foreign = panel->targets[i].foreign;
	if (foreign)
		return foreign;
	return board->config.engine ? NULL : "no data source";
}

void board_ask_panel(struct board *board, size_t index)
{
	struct board_panel *panel = &board->panels[index];
	struct board_asked *asked = panel->asked;

	if (panel->data.state == DATA_NONE || asked->open)
		return;
	asked->round = board->round;
	asked_clear(asked);
	for (size_t i = 0; i < panel->panel->target_count; i++) {
		const struct target *target = &panel->panel->targets[i];
		if (target->hide || target->foreign || !*target->expression ||
		    !board_engine(board, panel, &target->datasource))
			continue;
		if (target->range || !target->instant)
			ask_target(board, index, target, false);
		if (target->instant)
			ask_target(board, index, target, true);
	}
	if (!asked->targets.count) {
		const char *reason = unaskable(board, panel->panel);
		if (reason)
			fail_panel(panel, reason, "");
		else
			panel->data.state = panel->panel->target_count ? DATA_NO_DATA : DATA_NONE;
		return;
	}
	panel->data.asking = true;
	asked->open = asked->targets.count;
	for (size_t i = 0; i < asked->targets.count; i++) {
		struct asked_target *one = asked->targets.items[i];
		struct query_question question = { one->expression, one->start_ms, one->end_ms, one->step_ms };
		one->query = query_ask(board_engine(board, panel, &one->target->datasource), &question, on_answer, one);
	}
}

/* Selectors of every expression asked, for judging emptiness and windows. */
static void read_selectors(struct board_asked *asked)
{
	struct strbuf all = STRBUF_INIT;

	arena_release(&asked->arena);
	arena_init(&asked->arena);
	for (size_t i = 0; i < asked->targets.count; i++)
		strbuf_addf(&all, "%s\n", asked->targets.items[i]->expression);
	selectors_read(all.text, &asked->arena, &asked->selectors);
	strbuf_release(&all);
}

static void note_text(void *user, const char *text)
{
	struct panel_data *data = user;

	if (!data->note[0])
		snprintf(data->note, sizeof(data->note), "%s", text);
}

/* Build the frames of this round's answers; returns the newest sample's time, 0 when there is none. */
static int64_t build_frames(struct board_panel *panel)
{
	struct board_asked *asked = panel->asked;
	struct panel_data *data = &panel->data;
	bool many = asked->targets.count > 1;
	int64_t newest_ms = 0;

	frame_set_release(&data->frames);
	frame_set_init(&data->frames);
	data->warning[0] = data->note[0] = '\0';
	for (size_t i = 0; i < asked->targets.count; i++) {
		struct asked_target *one = asked->targets.items[i];
		if (!one->matrix) {
			snprintf(data->warning, sizeof(data->warning), "%.40s: %.100s", one->target->ref_id,
				 one->reason);
			continue;
		}
		if (one->matrix->warning_count && !data->warning[0])
			snprintf(data->warning, sizeof(data->warning), "%s", one->matrix->warnings[0]);
		for (size_t s = 0; s < one->matrix->count; s++) {
			const struct series *series = &one->matrix->series[s];
			if (series->count && series->times_ms[series->count - 1] > newest_ms)
				newest_ms = series->times_ms[series->count - 1];
		}
		data->start_ms = one->start_ms;
		data->end_ms = one->end_ms;
		data->step_ms = one->step_ms;
		frame_add_matrix(&data->frames, one->matrix, one->target, one->legend, one->step_ms, many);
	}
	frame_transform(&data->frames, panel->panel, note_text, data);
	frame_apply_config(&data->frames, panel->panel);
	return newest_ms;
}

/* Decide between a value and the pictures that need facts from the engine; called again when the facts change. */
void board_judge(struct board *board, struct board_panel *panel)
{
	struct panel_data *data = &panel->data;
	struct board_asked *asked = panel->asked;
	int64_t window_ms = asked->selectors.longest_window_ms;
	int64_t from_ms, to_ms;
	char length[16];

	if (data->state == DATA_STALE || data->state == DATA_FAILED)
		return;
	data->version++;
	panel_range(board, panel, &from_ms, &to_ms);
	if (asked->empty) {
		data->state = diagnosis_of(board_diagnosis(board, panel), &asked->selectors, from_ms, to_ms,
					   data->reason, sizeof(data->reason));
		return;
	}
	if (asked->history_judged || !diagnosis_is_short(board_diagnosis(board, panel), window_ms, to_ms)) {
		data->state = DATA_VALUE;
		data->reason[0] = '\0';
		return;
	}
	duration_format(window_ms, length, sizeof(length));
	data->state = DATA_INSUFFICIENT;
	snprintf(data->reason, sizeof(data->reason), "less than half of %s is there", length);
}

/* Samples that ended long before the range's end: the old value is not passed off as the present one. */
static bool is_stale(const struct panel_data *data, int64_t newest_ms)
{
	int64_t allowed_ms = STALE_STEPS * data->step_ms;

	if (allowed_ms < STALE_AT_LEAST)
		allowed_ms = STALE_AT_LEAST;
	return newest_ms > 0 && data->end_ms - newest_ms > allowed_ms;
}

/* Some target got an answer: the panel shows what came. */
static void take_answers(struct board *board, struct board_panel *panel)
{
	struct board_asked *asked = panel->asked;
	size_t series = 0;
	int64_t newest_ms;

	asked->history_judged = true;
	panel->data.engine = NULL;
	for (size_t i = 0; i < asked->targets.count; i++) {
		const struct asked_target *one = asked->targets.items[i];
		if (!one->matrix)
			continue;
		series += one->matrix->count;
		asked->history_judged &= one->history_judged;
		if (!panel->data.engine || board_answers_itself(board, one->engine))
			panel->data.engine = one->engine;
	}
	panel->data.state = DATA_VALUE;
	panel->data.last_good_ms = board->now_ms;
	panel->data.detail[0] = '\0';
	read_selectors(asked);
	newest_ms = build_frames(panel);
	asked->empty = series == 0;
	asked->judged = true;
	if (is_stale(&panel->data, newest_ms)) {
		panel->data.state = DATA_STALE;
		panel->data.last_good_ms = board->now_ms - (panel->data.end_ms - newest_ms);
		snprintf(panel->data.reason, sizeof(panel->data.reason), "no newer samples");
	}
	board_judge(board, panel);
}

/* Every target has answered: keep the old data when all failed, else show what came. */
static void finish_panel(struct board *board, struct board_panel *panel)
{
	struct board_asked *asked = panel->asked;
	const struct asked_target *failed = NULL;
	size_t good = 0;

	panel->data.asking = false;
	panel->data.version++;
	for (size_t i = 0; i < asked->targets.count; i++) {
		if (asked->targets.items[i]->matrix)
			good++;
		else if (!failed)
			failed = asked->targets.items[i];
	}
	if (good || !failed) {
		take_answers(board, panel);
	} else if (failed->status == QUERY_INSUFFICIENT) {
		leave_unanswered(panel, failed);
	} else {
		if (!panel->data.last_good_ms)
			panel->data.engine = failed->engine;
		fail_panel(panel, failed->reason, failed->detail);
	}
	board->config.on_change(board->config.user);
}
