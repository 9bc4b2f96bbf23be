#include "query/auto.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "loop/loop.h"
#include "promql/selectors.h"
#include "query/auto_names.h"
#include "query/auto_watch.h"
#include "query/engine.h"

/* A server that is well answers a probe within this part of the time that counts as silence. */
#define GRACE_PART 5

struct automatic {
	struct loop *loop;
	struct query_engine *engine; /* the keeper in front of this */
	struct query_engine *server, *embedded;
	struct store *store;
	struct auto_names *names;
	struct auto_watch *watch;
	const char *server_name;
	struct auto_times times;
	struct call *calls; /* under way */
	int64_t heard_ms;   /* monotonic; the server's last answer to a question */
};

/* What an engine said instead of an answer, kept until it is known whether the other one has an answer. */
struct refusal {
	bool there;
	enum query_status status;
	char reason[160];
	char *detail;
	const char *engine;
};

/* One question. */
struct call {
	struct automatic *automatic;
	struct engine_request request; /* its strings live as long as the call */
	struct arena arena;
	VEC(const char *) names; /* of the metrics in it */
	bool selects;            /* it needs series, and not only numbers */
	int64_t from_ms;         /* the earliest time it looks at */
	int64_t asked_ms;        /* monotonic */
	bool naming;             /* waits for what the server knows of its names */
	struct query *at_server, *at_embedded;
	struct refusal server_said, embedded_said;
	struct timer *timer; /* of the server's silence; or, 0, to deliver `ending` */
	const struct refusal *ending;
	engine_done_fn *done;
	void *user;
	struct call *next;
};

/* ---- one question's end ---- */

static void call_free(struct call *call)
{
	struct call **link = &call->automatic->calls;

	while (*link && *link != call)
		link = &(*link)->next;
	if (*link)
		*link = call->next;
	query_cancel(call->at_server);
	query_cancel(call->at_embedded);
	timer_free(call->timer);
	free(call->server_said.detail);
	free(call->embedded_said.detail);
	vec_release(&call->names);
	arena_release(&call->arena);
	free(call);
}

/* Whoever is still asked need not answer any more. */
static void finish(struct call *call, const struct engine_result *result)
{
	query_cancel(call->at_server);
	query_cancel(call->at_embedded);
	call->at_server = call->at_embedded = NULL;
	timer_stop(call->timer);
	call->done(call->user, result);
	call_free(call);
}

static void finish_answer(struct call *call, const struct query_answer *answer)
{
	const struct engine_result result = { .status = answer->status,
					      .reason = answer->reason,
					      .detail = answer->detail,
					      .matrix = answer->matrix,
					      .engine = answer->engine,
					      .history_judged = answer->history_judged };

	finish(call, &result);
}

static void finish_refusal(struct call *call, const struct refusal *refusal)
{
	const struct engine_result result = { .status = refusal->status,
					      .reason = refusal->reason,
					      .detail = refusal->detail,
					      .engine = refusal->engine };

	finish(call, &result);
}

static void set_refusal(struct refusal *refusal, enum query_status status, const char *reason, const char *detail,
			const char *engine)
{
	free(refusal->detail);
	refusal->there = true;
	refusal->status = status;
	snprintf(refusal->reason, sizeof(refusal->reason), "%s", reason);
	refusal->detail = mem_strdup(detail);
	refusal->engine = engine;
}

/* ---- what the store has ---- */

static bool store_knows_all(const struct call *call)
{
	for (size_t i = 0; i < call->names.count; i++)
		if (!store_knows_metric(call->automatic->store, call->names.items[i]))
			return false;
	return true;
}

/* Is at least half of the time it looks at in the store? */
static bool store_reaches_back(const struct call *call)
{
	struct store_state state;

	store_get_state(call->automatic->store, &state);
	return state.oldest_ms <= call->from_ms + (call->request.end_ms - call->from_ms) / 2;
}

/* Was anything in the store at the time asked about? At first there was not. */
static bool store_was_empty(const struct call *call)
{
	struct store_state state;

	store_get_state(call->automatic->store, &state);
	return state.oldest_ms > call->request.end_ms;
}

/*
 * May the embedded engine speak for a server that failed? Not about metrics
 * that the server has and the store has not: of them the last good answer is
 * worth more than an empty one. Nor about a time before anything was in it.
 */
static bool can_stand_in(const struct call *call)
{
	const struct automatic *automatic = call->automatic;

	if (call->selects && store_was_empty(call))
		return false;
	for (size_t i = 0; i < call->names.count; i++)
		if (!store_knows_metric(automatic->store, call->names.items[i]) &&
		    auto_names_recall(automatic->names, call->names.items[i]) == NAME_KNOWN)
			return false;
	return true;
}

/* ---- asking ---- */

static void on_embedded(void *user, const struct query_answer *answer);
static void on_server(void *user, const struct query_answer *answer);

static void ask_embedded(struct call *call)
{
	if (!call->at_embedded && !call->embedded_said.there)
		call->at_embedded = query_engine_ask(call->automatic->embedded, &call->request, on_embedded, call);
}

static void ask_server(struct call *call)
{
	call->naming = false;
	call->at_server = query_engine_ask(call->automatic->server, &call->request, on_server, call);
	timer_start(call->timer, call->automatic->times.silence_ms);
}

/* The server will not answer: what is left? Never calls back itself. */
static void do_without_server(struct call *call)
{
	call->naming = false;
	timer_stop(call->timer);
	if (call->at_embedded)
		return;
	if (call->embedded_said.there || !can_stand_in(call)) {
		call->ending = call->embedded_said.there ? &call->embedded_said : &call->server_said;
		timer_start(call->timer, 0);
		return;
	}
	ask_embedded(call);
}

static void server_is_down(struct call *call)
{
	const struct auto_watch *watch = call->automatic->watch;

	query_cancel(call->at_server);
	call->at_server = NULL;
	set_refusal(&call->server_said, auto_watch_status(watch), auto_watch_reason(watch), "",
		    call->automatic->server_name);
	do_without_server(call);
}

static void on_embedded(void *user, const struct query_answer *answer)
{
	struct call *call = user;

	call->at_embedded = NULL;
	if (answer->status == QUERY_OK || !(call->at_server || call->naming)) {
		finish_answer(call, answer);
		return;
	}
	/* The server was only slow so far, and may know more. */
	set_refusal(&call->embedded_said, answer->status, answer->reason, answer->detail, answer->engine);
}

/* Did the server say anything about the question, or did it fail? */
static bool is_answer(enum query_status status)
{
	return status == QUERY_OK || status == QUERY_BAD || status == QUERY_TOO_LARGE || status == QUERY_INSUFFICIENT;
}

static void on_server(void *user, const struct query_answer *answer)
{
	struct call *call = user;

	call->at_server = NULL;
	if (is_answer(answer->status)) {
		call->automatic->heard_ms = loop_monotonic_ms(call->automatic->loop);
		finish_answer(call, answer);
		return;
	}
	set_refusal(&call->server_said, answer->status, answer->reason, answer->detail, answer->engine);
	do_without_server(call);
}

/* ---- the server's silence ---- */

/*
 * When this question has waited long enough: since it was asked, unless the
 * server answered others meanwhile; then since it was sent, or while it
 * queues, since the last of them.
 */
static int64_t silent_at_ms(const struct call *call)
{
	int64_t since_ms = call->asked_ms, heard_ms = call->automatic->heard_ms;

	if (heard_ms > call->asked_ms) {
		since_ms = call->at_server ? query_sent_ms(call->at_server) : 0;
		if (!since_ms)
			since_ms = heard_ms;
	}
	return since_ms + call->automatic->times.silence_ms;
}

/*
 * A young store's answer would be a poor one, so it is not preferred to that
 * of a server that is well and only slow: which of both it is shows at once.
 * False while that is open.
 */
static bool ask_embedded_too(struct call *call)
{
	int64_t doubted_ms = auto_watch_doubted_ms(call->automatic->watch);

	if (!store_knows_all(call) || (call->selects && store_was_empty(call)))
		return true;
	if (!store_reaches_back(call) && doubted_ms < call->automatic->times.silence_ms / GRACE_PART)
		return doubted_ms < 0;
	ask_embedded(call);
	return true;
}

static void on_timer(void *user)
{
	struct call *call = user;
	struct automatic *automatic = call->automatic;
	int64_t now_ms = loop_monotonic_now_ms(automatic->loop), silent_ms;

	if (call->ending) {
		finish_refusal(call, call->ending);
		return;
	}
	silent_ms = silent_at_ms(call);
	if (now_ms < silent_ms) {
		timer_start(call->timer, silent_ms - now_ms);
		return;
	}
	if (now_ms - automatic->heard_ms >= automatic->times.silence_ms)
		auto_watch_doubt(automatic->watch);
	if (call->naming)
		ask_server(call);
	timer_start(call->timer,
		    ask_embedded_too(call) ? automatic->times.silence_ms : automatic->times.silence_ms / GRACE_PART);
}

/* ---- deciding ---- */

/* Does the server know none of the names? NAME_ASKED while that is on its way. */
static enum name_fact names_at_server(struct call *call)
{
	enum name_fact all = call->names.count ? NAME_MISSING : NAME_UNSURE;

	for (size_t i = 0; i < call->names.count; i++) {
		enum name_fact fact = auto_names_look_up(call->automatic->names, call->names.items[i], call->from_ms);

		if (fact == NAME_ASKED)
			all = NAME_ASKED;
		else if (fact != NAME_MISSING && all != NAME_ASKED)
			all = fact;
	}
	return all;
}

static void decide(struct call *call)
{
	enum name_fact names = names_at_server(call);

	call->naming = false;
	if (!call->names.count || !store_knows_all(call)) {
		ask_server(call);
	} else if (names == NAME_MISSING) {
		timer_stop(call->timer);
		ask_embedded(call);
	} else if (names == NAME_ASKED) {
		call->naming = true;
		timer_start(call->timer, call->automatic->times.silence_ms);
	} else {
		ask_server(call);
	}
}

/* Nothing is called back from here: the list stays as it is. */
static void on_names(void *user)
{
	struct automatic *automatic = user;

	for (struct call *call = automatic->calls; call; call = call->next)
		if (call->naming)
			decide(call);
}

static void on_down(void *user)
{
	struct automatic *automatic = user;

	for (struct call *call = automatic->calls; call; call = call->next)
		if (call->at_server || call->naming)
			server_is_down(call);
}

static void on_change(void *user)
{
	struct automatic *automatic = user;

	query_engine_changed(automatic->engine);
}

static void read_names(struct call *call)
{
	struct selectors selectors;

	selectors_read(call->request.text ? call->request.text : "", &call->arena, &selectors);
	for (size_t i = 0; i < selectors.count; i++) {
		const char *name = selectors.items[i].metric;

		if (!name)
			name = selector_equal(&selectors.items[i], "__name__");
		if (name)
			vec_push(&call->names, name);
	}
	call->selects =
		selectors.count || (call->request.kind != REQUEST_INSTANT && call->request.kind != REQUEST_RANGE);
	call->from_ms = call->request.start_ms - selectors.longest_window_ms;
}

static void *start(void *backend, const struct engine_request *request, engine_done_fn *done, void *user)
{
	struct automatic *automatic = backend;
	struct call *call = mem_zalloc(sizeof(*call));

	call->automatic = automatic;
	call->request = *request;
	call->done = done;
	call->user = user;
	call->asked_ms = loop_monotonic_now_ms(automatic->loop);
	call->timer = timer_new(automatic->loop, on_timer, call);
	call->next = automatic->calls;
	automatic->calls = call;
	read_names(call);
	if (auto_watch_is_down(automatic->watch))
		server_is_down(call);
	else
		decide(call);
	return call;
}

static void cancel(void *call)
{
	call_free(call);
}

static void state(void *backend, struct query_state *ret)
{
	struct automatic *automatic = backend;
	struct query_state embedded;
	uint64_t shared = ret->shared;

	auto_watch_state(automatic->watch, ret);
	query_engine_state(automatic->embedded, &embedded);
	ret->stand_in = embedded.engine;
	ret->shared += shared;
}

static void retry(void *backend)
{
	auto_watch_retry(((struct automatic *)backend)->watch);
}

static void automatic_free(void *backend)
{
	struct automatic *automatic = backend;

	auto_names_free(automatic->names);
	auto_watch_free(automatic->watch);
	query_engine_free(automatic->server);
	query_engine_free(automatic->embedded);
	free(automatic);
}

static const struct engine_ops auto_ops = {
	.name = "auto", .start = start, .cancel = cancel, .free = automatic_free, .state = state, .retry = retry
};

struct query_engine *auto_engine_new(struct loop *loop, const struct auto_config *config)
{
	struct automatic *automatic = mem_zalloc(sizeof(*automatic));
	struct query_state server;
	const struct auto_watch_config watch = { .server = config->prometheus,
						 .embedded = config->embedded,
						 .times = &automatic->times,
						 .on_down = on_down,
						 .on_change = on_change,
						 .user = automatic };

	automatic->times = (struct auto_times){ AUTO_SILENCE_MS, AUTO_PROBE_MS };
	query_engine_state(config->prometheus, &server);
	automatic->loop = loop;
	automatic->server = config->prometheus;
	automatic->server_name = server.engine;
	automatic->embedded = config->embedded;
	automatic->store = config->store;
	automatic->names = auto_names_new(loop, config->prometheus, on_names, automatic);
	automatic->watch = auto_watch_new(loop, &watch);
	query_engine_set_steady(config->prometheus);
	query_engine_set_steady(config->embedded);
	automatic->engine = query_engine_new(loop, &auto_ops, automatic, server.url);
	query_engine_set_steady(automatic->engine);
	/* The queues are those of the engines behind: a question for one must not wait for the other's. */
	query_engine_set_parallel(automatic->engine, UINT_MAX);
	return automatic->engine;
}

void auto_engine_set_times(struct query_engine *engine, int64_t silence_ms, int64_t probe_ms)
{
	struct automatic *automatic = query_engine_backend(engine, &auto_ops);

	if (automatic)
		automatic->times = (struct auto_times){ silence_ms, probe_ms };
}
