/*
 * An engine that does what a test tells it to: answers after a while or at
 * once, fails in a manner of the test's choice, or is silent until it is told
 * to end. The answer to a question is one sample of the engine's own value.
 */
#ifndef TESTS_UNIT_ENGINE_FIXTURE_H
#define TESTS_UNIT_ENGINE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "query/engine.h"

#define SCRIPT_SILENT (-1) /* as a delay */

struct scripted_call;

struct script {
	struct loop *loop;
	struct query_engine *engine;
	double value;                                  /* of every answer */
	enum query_status status;                      /* of expressions; QUERY_OK */
	int64_t delay_ms;                              /* of expressions */
	enum query_status probe_status, lookup_status; /* of vector(1), of label values */
	int64_t probe_delay_ms, lookup_delay_ms;
	const char *version;  /* NULL: not said */
	const char *names[8]; /* what label values of __name__ gives, as far as asked for */
	bool empty;           /* answers hold no series */
	bool history_judged;
	const char *answered_by;                                                               /* or NULL: by itself */
	struct matrix *(*answer)(struct script *script, const struct engine_request *request); /* or NULL */
	struct scripted_call *calls;                                                           /* under way */
	unsigned expressions, probes, lookups, versions, cancelled;
	char last[256]; /* the last expression */
	bool freed;
};

struct scripted_call {
	struct script *script;
	struct engine_request request;
	struct timer *timer;
	enum query_status status;
	engine_done_fn *done;
	void *user;
	struct scripted_call *next;
};

static inline void scripted_call_free(struct scripted_call *call)
{
	struct scripted_call **link = &call->script->calls;

	while (*link != call)
		link = &(*link)->next;
	*link = call->next;
	timer_free(call->timer);
	free(call);
}

static inline struct matrix *script_sample(const struct script *script, int64_t time_ms)
{
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);
	int64_t *times = arena_array(&matrix->arena, 1, sizeof(*times));
	double *values = arena_array(&matrix->arena, 1, sizeof(*values));

	*times = time_ms;
	*values = script->value;
	matrix->count = matrix->points = script->empty ? 0 : 1;
	matrix->series = arena_array(&matrix->arena, 1, sizeof(*matrix->series));
	matrix->series[0] = (struct series){ .count = 1, .times_ms = times, .values = values };
	return matrix;
}

static inline struct matrix *script_names(const struct script *script, const char *asked)
{
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);

	matrix->series = arena_array(&matrix->arena, 8, sizeof(*matrix->series));
	for (size_t i = 0; i < 8 && script->names[i]; i++) {
		struct label label = { "__name__", script->names[i] };

		if (asked && strstr(asked, script->names[i]))
			matrix->series[matrix->count++].labels = labels_make(&matrix->arena, &label, 1);
	}
	return matrix;
}

static inline struct matrix *script_answer(struct scripted_call *call)
{
	struct script *script = call->script;
	struct matrix *matrix;

	switch (call->request.kind) {
	case REQUEST_LABEL_VALUES: return script_names(script, call->request.text);
	case REQUEST_VERSION:
		matrix = matrix_new(MATRIX_STRING);
		matrix->string = arena_strdup(&matrix->arena, script->version);
		return matrix;
	default:
		if (script->answer)
			return script->answer(script, &call->request);
		return script_sample(script, call->request.end_ms);
	}
}

static inline void scripted_call_end(struct scripted_call *call)
{
	struct engine_result result = { .status = call->status,
					.reason = "",
					.detail = "",
					.engine = call->script->answered_by,
					.history_judged = call->script->history_judged };

	if (call->status == QUERY_OK)
		result.matrix = script_answer(call);
	else
		result.reason = query_status_name(call->status);
	call->done(call->user, &result);
	matrix_unref(result.matrix);
	scripted_call_free(call);
}

static inline void on_scripted_timer(void *user)
{
	scripted_call_end(user);
}

static inline void *script_start(void *backend, const struct engine_request *request, engine_done_fn *done, void *user)
{
	struct script *script = backend;
	struct scripted_call *call = mem_zalloc(sizeof(*call));
	bool probe = request->text && strcmp(request->text, "vector(1)") == 0;
	int64_t delay_ms = 0;

	*call = (struct scripted_call){ .script = script, .request = *request, .done = done, .user = user };
	if (request->kind == REQUEST_VERSION) {
		script->versions++;
		call->status = script->version ? QUERY_OK : QUERY_BAD;
	} else if (request->kind == REQUEST_LABEL_VALUES) {
		script->lookups++;
		call->status = script->lookup_status;
		delay_ms = script->lookup_delay_ms;
	} else if (probe) {
		script->probes++;
		call->status = script->probe_status;
		delay_ms = script->probe_delay_ms;
	} else {
		script->expressions++;
		snprintf(script->last, sizeof(script->last), "%s", request->text);
		call->status = script->status;
		delay_ms = script->delay_ms;
	}
	call->next = script->calls;
	script->calls = call;
	call->timer = timer_new(script->loop, on_scripted_timer, call);
	if (delay_ms != SCRIPT_SILENT)
		timer_start(call->timer, delay_ms);
	return call;
}

static inline void script_cancel(void *state)
{
	struct scripted_call *call = state;

	call->script->cancelled++;
	scripted_call_free(call);
}

static inline void script_free(void *backend)
{
	((struct script *)backend)->freed = true;
}

/* The oldest call under way ends like this now. */
static inline void script_end_oldest(struct script *script, enum query_status status)
{
	struct scripted_call *call = script->calls;

	while (call->next)
		call = call->next;
	call->status = status;
	scripted_call_end(call);
}

static const struct engine_ops script_server_ops = {
	.name = "prometheus", .start = script_start, .cancel = script_cancel, .free = script_free
};

static const struct engine_ops script_embedded_ops = {
	.name = "embedded", .start = script_start, .cancel = script_cancel, .free = script_free
};

static inline void script_init(struct script *script, struct loop *loop, const struct engine_ops *ops, double value)
{
	*script = (struct script){ .loop = loop, .value = value };
	script->engine = query_engine_new(loop, ops, script, ops == &script_server_ops ? "http://server" : "");
}

#endif
