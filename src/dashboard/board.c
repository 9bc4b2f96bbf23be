#include "dashboard/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dashboard/board_private.h"
#include "loop/loop.h"

#define RANGE_DEFAULT_MS   CLOCK_HOUR
#define VARIABLES_AGAIN_MS (5 * CLOCK_SECOND)

static void judge_all(void *user);

/* The dashboard's own range: "now-6h" to "now" follows the clock. */
static void range_from_file(struct board *board, const struct dashboard *dashboard)
{
	int64_t now = clock_wall_ms(), from, to;

	board->range_ms = RANGE_DEFAULT_MS;
	if (!dashboard->from || !dashboard->to || time_parse(dashboard->from, now, &from, NULL) < 0 ||
	    time_parse(dashboard->to, now, &to, NULL) < 0 || from >= to)
		return;
	if (strcmp(dashboard->to, "now") == 0) {
		board->range_ms = to - from;
		return;
	}
	board->range_ms = 0;
	board->from_ms = from;
	board->to_ms = to;
}

static struct query_engine *choose_engine(void *user, const struct datasource *source)
{
	return board_engine(user, NULL, source);
}

struct board *board_new(const struct board_config *config)
{
	struct board *board = mem_zalloc(sizeof(*board));

	board->config = *config;
	variables_init(&board->variables, config->dashboard);
	board->folded = mem_array(config->dashboard->panel_count + 1, sizeof(*board->folded));
	for (size_t i = 0; i < config->dashboard->panel_count; i++)
		board->folded[i] = config->dashboard->panels[i].collapsed;
	if (config->engine)
		board->diagnosis = diagnosis_new(config->loop, config->engine, judge_all, board);
	if (config->embedded && config->embedded != config->engine)
		board->own_diagnosis = diagnosis_new(config->loop, config->embedded, judge_all, board);
	board->variables.choose_engine = choose_engine;
	board->variables.chooser = board;
	range_from_file(board, config->dashboard);
	board->now_ms = loop_wall_ms(config->loop);
	board->finishing = timer_new(config->loop, board_finish_ready, board);
	board_unfold(board);
	return board;
}

void board_free(struct board *board)
{
	if (!board)
		return;
	if (board->resolve)
		variables_resolve_cancel(board->resolve);
	board_panels_free(board->panels, board->count);
	timer_free(board->finishing);
	diagnosis_free(board->diagnosis);
	diagnosis_free(board->own_diagnosis);
	variables_release(&board->variables);
	arena_release(&board->arena);
	free(board->folded);
	free(board);
}

const struct dashboard *board_dashboard(const struct board *board)
{
	return board->config.dashboard;
}

struct variables *board_variables(struct board *board)
{
	return &board->variables;
}

struct board_panel *board_panels(struct board *board, size_t *ret_count)
{
	*ret_count = board->count;
	return board->panels;
}

unsigned board_generation(const struct board *board)
{
	return board->generation;
}

int64_t board_asked_ms(const struct board *board)
{
	return board->now_ms;
}

void board_range(const struct board *board, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
	*ret_to_ms = board->range_ms > 0 ? board->now_ms : board->to_ms;
	*ret_from_ms = board->range_ms > 0 ? board->now_ms - board->range_ms : board->from_ms;
}

void board_set_range(struct board *board, int64_t from_ms, int64_t to_ms, int64_t range_ms)
{
	board->from_ms = from_ms;
	board->to_ms = to_ms;
	board->range_ms = range_ms;
	for (size_t i = 0; i < board->count; i++)
		board_cancel_panel(&board->panels[i]);
}

/* Ask what can be seen and was not asked in this round. */
static void ask_visible(struct board *board)
{
	if (!board->resolved || !board->round)
		return;
	for (size_t i = 0; i < board->count; i++)
		if (board->panels[i].visible && board->panels[i].asked->round != board->round)
			board_ask_panel(board, i);
}

static void judge_all(void *user)
{
	struct board *board = user;

	for (size_t i = 0; i < board->count; i++)
		if (board->panels[i].asked->judged)
			board_judge(board, &board->panels[i]);
	board->config.on_change(board->config.user);
}

static void resolve(struct board *board);

static void on_resolved(void *user)
{
	struct board *board = user;

	board->resolve = NULL;
	/* What came while it was asked may be the very values that were missed. */
	if (board->learned && variables_incomplete(&board->variables)) {
		resolve(board);
		return;
	}
	board->resolved = true;
	board_unfold(board);
	board->config.on_change(board->config.user);
	ask_visible(board);
}

static void resolve(struct board *board)
{
	int64_t from_ms, to_ms;

	if (board->resolve)
		variables_resolve_cancel(board->resolve);
	board_range(board, &from_ms, &to_ms);
	board->resolved = board->learned = false;
	board->resolved_ms = loop_monotonic_ms(board->config.loop);
	board->resolve = variables_resolve(&board->variables, board->config.loop, board->config.engine, from_ms, to_ms,
					   on_resolved, board);
}

void board_variables_changed(struct board *board)
{
	for (size_t i = 0; i < board->count; i++) {
		board_cancel_panel(&board->panels[i]);
		board->panels[i].asked->round = 0;
	}
	resolve(board);
}

void board_set_visible(struct board *board, const size_t *indices, size_t count)
{
	size_t next = 0;

	board->seen_generation = board->generation;
	for (size_t i = 0; i < board->count; i++) {
		bool visible = next < count && indices[next] == i;
		if (visible)
			next++;
		if (board->panels[i].visible && !visible)
			board_cancel_panel(&board->panels[i]);
		board->panels[i].visible = visible;
	}
	ask_visible(board);
}

void board_toggle_row(struct board *board, size_t index)
{
	const struct panel *panel;

	if (index >= board->count || !board->panels[index].panel->is_row)
		return;
	panel = board->panels[index].panel;
	board->folded[panel - board->config.dashboard->panels] ^= true;
	board_unfold(board);
	board->config.on_change(board->config.user);
}

/* A server that was down, or had scraped nothing yet, left variables without values. */
static bool wants_variables_again(const struct board *board)
{
	return variables_incomplete(&board->variables) &&
	       (board->learned || loop_monotonic_ms(board->config.loop) - board->resolved_ms >= VARIABLES_AGAIN_MS);
}

void board_learned(struct board *board)
{
	board->learned = true;
	if (board->diagnosis)
		diagnosis_doubt(board->diagnosis);
	if (board->own_diagnosis && board->own_diagnosis != board->diagnosis)
		diagnosis_doubt(board->own_diagnosis);
}

void board_refresh(struct board *board)
{
	board->now_ms = loop_wall_ms(board->config.loop);
	board->round++;
	if (!board->resolve && (!board->resolved || wants_variables_again(board)))
		resolve(board);
	ask_visible(board);
}

bool board_busy(const struct board *board)
{
	if (board->resolve || board->seen_generation != board->generation)
		return true;
	for (size_t i = 0; i < board->count; i++)
		if (board->panels[i].visible && board->panels[i].asked->open)
			return true;
	return (board->diagnosis && diagnosis_busy(board->diagnosis)) ||
	       (board->own_diagnosis && diagnosis_busy(board->own_diagnosis));
}
