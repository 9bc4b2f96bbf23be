/* The queries that somebody looks at, asked again and again where they stand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/runner_private.h"
#include "runbook/sql.h"

#define INTERVAL_MS (5 * CLOCK_SECOND)
#define LINES_MAX   6
#define LIVE_MAX    8 /* at a time: the others' answers are forgotten */

struct live_query {
	struct live_query *next; /* looked at less lately; NULL */
	struct runner *runner;
	size_t step;
	struct query *query; /* under way; NULL */
	struct arena arena;  /* of what was answered */
	struct query_values values;
	int64_t asked_ms; /* monotonic */
	bool unfilled;    /* it was not asked: a value is missing, or does not fit */
};

void runner_live_query_free(struct live_query *live)
{
	while (live) {
		struct live_query *next = live->next;

		query_cancel(live->query);
		arena_release(&live->arena);
		free(live);
		live = next;
	}
}

static void fail(struct live_query *live, const char *reason)
{
	struct arena old = live->arena;

	live->arena = (struct arena){ 0 };
	live->values = (struct query_values){ .answered = true, .reason = arena_strdup(&live->arena, reason) };
	arena_release(&old);
}

/* "instance=a:1 job=b 0.42" */
static const char *line_of(const struct series *series, struct arena *arena)
{
	double value = series->count ? series->values[series->count - 1] : NAN;
	struct strbuf text = STRBUF_INIT;
	const char *ret;

	for (size_t i = 0; i < series->labels.count; i++)
		if (strcmp(series->labels.items[i].name, "__name__") != 0)
			strbuf_addf(&text, "%s=%s ", series->labels.items[i].name, series->labels.items[i].value);
	strbuf_addf(&text, "%.6g", value);
	ret = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return ret;
}

static void take(struct live_query *live, const struct matrix *matrix)
{
	size_t count = matrix->count < LINES_MAX ? matrix->count : LINES_MAX;
	const char **lines;

	arena_release(&live->arena);
	lines = arena_array(&live->arena, count + 1, sizeof(*lines));
	for (size_t i = 0; i < count; i++)
		lines[i] = line_of(&matrix->series[i], &live->arena);
	live->values = (struct query_values){
		.answered = true, .lines = lines, .count = count, .all = matrix->count, .reason = ""
	};
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct live_query *live = user;
	struct runner *runner = live->runner;

	live->query = NULL;
	if (answer->status == QUERY_OK)
		take(live, answer->matrix);
	else
		fail(live, *answer->reason ? answer->reason : query_status_name(answer->status));
	if (runner->config.on_change)
		runner->config.on_change(runner->config.user);
}

/* The same bytes mean the same within and without quotes. */
static const char *plain_value(void *user, const char *name)
{
	const char *value = runner_value(user, name);

	return value && !strpbrk(value, "\"'`\\\n") ? value : NULL;
}

static void ask(struct live_query *live)
{
	struct runner *runner = live->runner;
	const struct runbook_step *step = &runner->runbook->steps.items[live->step];
	struct strbuf text = STRBUF_INIT;
	struct error error = { "" };
	int64_t now_ms = loop_wall_ms(runner->config.loop);
	struct query_question question = { .start_ms = now_ms, .end_ms = now_ms };

	live->asked_ms = loop_monotonic_ms(runner->config.loop);
	live->unfilled = false;
	if (!runner->config.engine) {
		fail(live, "there is no engine to ask");
	} else if (sql_fill(step->text, step->placeholders.items, step->placeholders.count, plain_value, runner, &text,
			    &error) < 0) {
		fail(live, error.text);
		live->unfilled = true;
	} else {
		question.expression = text.text;
		live->query = query_ask(runner->config.engine, &question, on_answer, live);
	}
	strbuf_release(&text);
}

/* Takes the step's out of the list; NULL where there is none. */
static struct live_query *take_out(struct runner *runner, size_t step)
{
	for (struct live_query **at = &runner->live_query; *at; at = &(*at)->next) {
		struct live_query *live = *at;

		if (live->step != step)
			continue;
		*at = live->next;
		return live;
	}
	return NULL;
}

static void forget_old(struct runner *runner)
{
	struct live_query *live = runner->live_query;

	for (int i = 1; live && i < LIVE_MAX; i++)
		live = live->next;
	if (!live)
		return;
	runner_live_query_free(live->next);
	live->next = NULL;
}

void runner_get_query(struct runner *runner, size_t step, struct query_values *ret)
{
	struct live_query *live;

	*ret = (struct query_values){ .reason = "" };
	if (step >= runner->runbook->steps.count || runner->runbook->steps.items[step].kind != STEP_QUERY)
		return;
	live = take_out(runner, step);
	if (!live) {
		live = mem_zalloc(sizeof(*live));
		*live = (struct live_query){ .runner = runner, .step = step, .values = { .reason = "" } };
		ask(live);
	} else if (live->unfilled ||
		   (!live->query && loop_monotonic_ms(runner->config.loop) - live->asked_ms >= INTERVAL_MS)) {
		ask(live);
	}
	live->next = runner->live_query;
	runner->live_query = live;
	forget_old(runner);
	*ret = live->values;
}
