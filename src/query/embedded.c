#include "query/embedded.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "loop/loop.h"
#include "query/answer.h"
#include "query/engine.h"
#include "tsdb/selection.h"

#define SELECTED_SERIES_DEFAULT 200000
#define PARALLEL_DEFAULT        2

struct embedded {
	struct loop *loop;
	struct store *store;
	struct pool *pool;
	struct promql_limits limits;
	struct query_limits answer;
	int64_t lookback_ms;
	bool closed_ranges;
};

/*
 * One question. What `work` touches is its own: the tree, the selections, the
 * result; and it outlives the engine while a worker is busy with it.
 */
struct evaluation {
	engine_done_fn *done;
	void *user;
	struct query_limits answer;
	struct promql *promql;
	struct selection **selections; /* one for each selector */
	struct promql_options options;
	atomic_bool cancelled;
	struct job *job;     /* NULL: answered in the loop, by the timer */
	struct timer *timer; /* brings what was found at once */
	enum query_status status;
	char reason[160];
	struct error error; /* the detail */
	struct matrix *matrix;
};

static void evaluation_free(struct evaluation *evaluation)
{
	for (size_t i = 0; evaluation->selections && i < evaluation->promql->selector_count; i++)
		selection_free(evaluation->selections[i]);
	free(evaluation->selections);
	promql_free(evaluation->promql);
	matrix_unref(evaluation->matrix);
	timer_free(evaluation->timer);
	free(evaluation);
}

static int fail(struct evaluation *evaluation, enum query_status status, const char *reason)
{
	evaluation->status = status;
	snprintf(evaluation->reason, sizeof(evaluation->reason), "%s", reason);
	return -1;
}

/* The message is short enough for a badge: nothing is left for the detail. */
static int fail_short(struct evaluation *evaluation, enum query_status status)
{
	fail(evaluation, status, evaluation->error.text);
	evaluation->error.text[0] = '\0';
	return -1;
}

static int fail_limit(struct evaluation *evaluation, size_t limit, const char *what)
{
	evaluation->status = QUERY_TOO_LARGE;
	answer_limit_text(limit, what, evaluation->reason, sizeof(evaluation->reason));
	return -1;
}

static size_t series_limit(const struct evaluation *evaluation)
{
	return evaluation->answer.series ? evaluation->answer.series : ANSWER_SERIES_DEFAULT;
}

/* ---- evaluating, on a worker ---- */

static void check_answer(struct evaluation *evaluation)
{
	size_t points = evaluation->answer.points ? evaluation->answer.points : ANSWER_POINTS_DEFAULT;

	if (evaluation->matrix->count > series_limit(evaluation))
		fail_limit(evaluation, series_limit(evaluation), "series");
	else if (evaluation->matrix->points > points)
		fail_limit(evaluation, points, "points");
}

static void on_work(void *state)
{
	struct evaluation *evaluation = state;

	if (atomic_load(&evaluation->cancelled))
		return;
	switch (promql_eval(evaluation->promql, evaluation->selections, &evaluation->options, &evaluation->matrix,
			    &evaluation->error)) {
	case PROMQL_OK: check_answer(evaluation); return;
	case PROMQL_BAD: fail(evaluation, QUERY_BAD, "expression fails"); return;
	case PROMQL_CANCELLED: fail(evaluation, QUERY_BAD, "cancelled"); return;
	case PROMQL_LIMIT: fail_short(evaluation, QUERY_TOO_LARGE); return;
	case PROMQL_INSUFFICIENT:
	case PROMQL_COARSE: fail_short(evaluation, QUERY_INSUFFICIENT); return;
	}
}

static void deliver(struct evaluation *evaluation)
{
	bool ok = evaluation->status == QUERY_OK;
	const struct engine_result result = { .status = evaluation->status,
					      .reason = evaluation->reason,
					      .detail = ok ? "" : evaluation->error.text,
					      .matrix = ok ? evaluation->matrix : NULL,
					      .history_judged = true };

	evaluation->done(evaluation->user, &result);
}

static void on_done(void *state, void *user)
{
	(void)user;
	deliver(state);
}

static void on_drop(void *state)
{
	evaluation_free(state);
}

static const struct job_ops evaluation_ops = { .work = on_work, .done = on_done, .drop = on_drop };

static void on_found(void *user)
{
	deliver(user);
	evaluation_free(user);
}

/* ---- preparing, in the loop ---- */

static struct promql *parse(const struct embedded *embedded, const char *text, struct evaluation *evaluation)
{
	const struct promql_syntax syntax = { .left_open = !embedded->closed_ranges };
	struct promql *promql = promql_parse(text, &syntax, &evaluation->error);

	if (!promql)
		fail(evaluation, QUERY_BAD, "bad expression");
	return promql;
}

static int select_series(const struct embedded *embedded, struct evaluation *evaluation)
{
	struct promql *promql = evaluation->promql;
	size_t limit = embedded->limits.series ? embedded->limits.series : SELECTED_SERIES_DEFAULT;

	evaluation->selections = mem_array(promql->selector_count + 1, sizeof(struct selection *));
	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, &evaluation->options, &from_ms, &to_ms);
		evaluation->selections[i] = store_select(embedded->store, selector->matchers, selector->matcher_count,
							 from_ms, to_ms, limit, &evaluation->error);
		if (!evaluation->selections[i])
			return fail_short(evaluation, QUERY_TOO_LARGE);
	}
	return 0;
}

/* Parse, select, and hand the rest to a worker. */
static int begin(struct embedded *embedded, const struct engine_request *request, struct evaluation *evaluation)
{
	bool range = request->kind == REQUEST_RANGE;

	evaluation->options = (struct promql_options){ .start_ms = range ? request->start_ms : request->end_ms,
						       .end_ms = request->end_ms,
						       .step_ms = range ? request->step_ms : 0,
						       .lookback_ms = embedded->lookback_ms,
						       .left_open = !embedded->closed_ranges,
						       .limits = embedded->limits,
						       .cancelled = &evaluation->cancelled };
	if (evaluation->options.end_ms < evaluation->options.start_ms)
		return fail(evaluation, QUERY_BAD, "the range ends before it starts");
	evaluation->promql = parse(embedded, request->text, evaluation);
	if (!evaluation->promql || select_series(embedded, evaluation) < 0)
		return -1;
	evaluation->job = pool_submit(embedded->pool, &evaluation_ops, evaluation, NULL, &evaluation->error);
	return evaluation->job ? 0 : fail_short(evaluation, QUERY_TOO_LARGE);
}

/* The matchers of `text`, which must be one series selector; without text there are none. */
static int read_selector(const struct embedded *embedded, const char *text, struct evaluation *evaluation,
			 const struct expr_selector **ret)
{
	static const struct expr_selector everything;
	const struct expr *root;

	*ret = &everything;
	if (!text || !*text)
		return 0;
	evaluation->promql = parse(embedded, text, evaluation);
	if (!evaluation->promql)
		return -1;
	root = evaluation->promql->root;
	if (root->kind != EXPR_SELECTOR || root->selector.range_ms) {
		error_set(&evaluation->error, "not a series selector (metric{label=\"value\"})");
		return fail(evaluation, QUERY_BAD, "bad selector");
	}
	*ret = &root->selector;
	return 0;
}

static void find_label_values(const struct embedded *embedded, const struct engine_request *request,
			      struct evaluation *evaluation)
{
	struct matrix *matrix = evaluation->matrix = matrix_new(MATRIX_VECTOR);
	const struct expr_selector *selector;
	const char **values;

	if (read_selector(embedded, request->text, evaluation, &selector) < 0)
		return;
	if (store_label_values(embedded->store, request->label, selector->matchers, selector->matcher_count,
			       request->start_ms, request->end_ms, series_limit(evaluation), &matrix->arena, &values,
			       &matrix->count) < 0) {
		fail_limit(evaluation, series_limit(evaluation), "values");
		return;
	}
	matrix->series = arena_array(&matrix->arena, matrix->count, sizeof(*matrix->series));
	for (size_t i = 0; i < matrix->count; i++) {
		struct label label = { request->label, values[i] };

		label.name = i ? matrix->series[0].labels.items[0].name : arena_strdup(&matrix->arena, label.name);
		matrix->series[i].labels = labels_make(&matrix->arena, &label, 1);
	}
}

static void find_series(const struct embedded *embedded, const struct engine_request *request,
			struct evaluation *evaluation)
{
	struct matrix *matrix = evaluation->matrix = matrix_new(MATRIX_VECTOR);
	const struct expr_selector *selector;
	struct labels *found;

	if (read_selector(embedded, request->text, evaluation, &selector) < 0)
		return;
	if (store_series_labels_of(embedded->store, selector->matchers, selector->matcher_count, request->start_ms,
				   request->end_ms, series_limit(evaluation), &matrix->arena, &found,
				   &matrix->count) < 0) {
		fail_limit(evaluation, series_limit(evaluation), "series");
		return;
	}
	matrix->series = arena_array(&matrix->arena, matrix->count, sizeof(*matrix->series));
	for (size_t i = 0; i < matrix->count; i++)
		matrix->series[i].labels = found[i];
}

static void *start(void *backend, const struct engine_request *request, engine_done_fn *done, void *user)
{
	struct embedded *embedded = backend;
	struct evaluation *evaluation = mem_zalloc(sizeof(*evaluation));

	evaluation->done = done;
	evaluation->user = user;
	evaluation->answer = embedded->answer;
	atomic_init(&evaluation->cancelled, false);
	switch (request->kind) {
	case REQUEST_INSTANT:
	case REQUEST_RANGE: begin(embedded, request, evaluation); break;
	case REQUEST_LABEL_VALUES: find_label_values(embedded, request, evaluation); break;
	case REQUEST_SERIES: find_series(embedded, request, evaluation); break;
	case REQUEST_VERSION: fail(evaluation, QUERY_BAD, "version not said"); break;
	}
	if (!evaluation->job) {
		evaluation->timer = timer_new(embedded->loop, on_found, evaluation);
		timer_start(evaluation->timer, 0);
	}
	return evaluation;
}

/* A worker may be in the middle of it: the pool drops it when that is over. */
static void cancel(void *call)
{
	struct evaluation *evaluation = call;

	if (!evaluation->job) {
		evaluation_free(evaluation);
		return;
	}
	atomic_store(&evaluation->cancelled, true);
	job_cancel(evaluation->job);
}

static void embedded_free(void *backend)
{
	free(backend);
}

static const struct engine_ops embedded_ops = {
	.name = "embedded", .start = start, .cancel = cancel, .free = embedded_free
};

struct query_engine *embedded_engine_new(struct loop *loop, const struct embedded_config *config)
{
	struct embedded *embedded = mem_zalloc(sizeof(*embedded));
	struct query_engine *engine;

	*embedded = (struct embedded){ .loop = loop,
				       .store = config->store,
				       .pool = config->pool,
				       .limits = config->limits,
				       .answer = config->answer,
				       .lookback_ms = config->lookback_ms,
				       .closed_ranges = config->closed_ranges };
	engine = query_engine_new(loop, &embedded_ops, embedded, "");
	query_engine_set_parallel(engine, config->parallel ? config->parallel : PARALLEL_DEFAULT);
	return engine;
}

void embedded_engine_set_closed_ranges(struct query_engine *engine, bool closed)
{
	struct embedded *embedded = query_engine_backend(engine, &embedded_ops);

	if (embedded)
		embedded->closed_ranges = closed;
}
