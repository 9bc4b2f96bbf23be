#include "query/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/loop.h"
#include "query/engine.h"
#include "query/engine_health.h"

static const char probe_expression[] = "vector(1)";

/* One who asked. */
struct query {
	struct exchange *exchange;
	query_fn *fn;
	void *user;
	struct query *next;
	bool delivering;
};

enum exchange_state { EXCHANGE_WAITING, EXCHANGE_RUNNING, EXCHANGE_TURNED_AWAY, EXCHANGE_ANSWERED };

/* One request and all who asked for it. The keeper's own probe has nobody behind it. */
struct exchange {
	struct query_engine *engine;
	enum exchange_state state;
	bool probe;
	char *key;
	char *text, *label;
	struct engine_request request;
	struct query *queries;
	void *call;
	int64_t sent_ms;
	uint64_t number;
	struct exchange *next;
};

struct query_engine {
	struct loop *loop;
	const struct engine_ops *ops;
	void *backend;
	char *url;
	struct engine_health health;
	struct exchange *first; /* in order of asking */
	uint64_t numbers;
	unsigned running;
	unsigned parallel; /* requests at a time */
	bool steady;       /* never backs off */
	bool backing_off;
	int64_t next_try_ms;
	struct timer *turn;  /* does at the next turn what must not happen inside a caller's call */
	struct timer *retry; /* until the next probe */
	void (*on_change)(void *user);
	void *on_change_user;
};

static void exchange_add(struct query_engine *engine, struct exchange *exchange)
{
	struct exchange **end = &engine->first;

	while (*end)
		end = &(*end)->next;
	*end = exchange;
	exchange->number = ++engine->numbers;
}

static void exchange_unlink(struct exchange *exchange)
{
	struct exchange **link = &exchange->engine->first;

	while (*link && *link != exchange)
		link = &(*link)->next;
	if (*link)
		*link = exchange->next;
}

static void exchange_free(struct exchange *exchange)
{
	while (exchange->queries) {
		struct query *query = exchange->queries;

		exchange->queries = query->next;
		free(query);
	}
	free(exchange->key);
	free(exchange->text);
	free(exchange->label);
	free(exchange);
}

static char *request_key(const struct engine_request *request)
{
	return mem_printf("%d %lld %lld %lld %s %s", (int)request->kind, (long long)request->start_ms,
			  (long long)request->end_ms, (long long)request->step_ms, request->label ? request->label : "",
			  request->text ? request->text : "");
}

static struct exchange *exchange_new(struct query_engine *engine, const struct engine_request *request, char *key)
{
	struct exchange *exchange = mem_zalloc(sizeof(*exchange));

	exchange->engine = engine;
	exchange->key = key;
	exchange->request = *request;
	exchange->request.text = exchange->text = mem_strdup(request->text);
	exchange->request.label = exchange->label = mem_strdup(request->label);
	exchange_add(engine, exchange);
	return exchange;
}

/* The exchange is out of the list: whoever asks now asks anew, and siblings cancelled by a callback just leave. */
static void exchange_deliver(struct exchange *exchange, const struct query_answer *answer)
{
	exchange_unlink(exchange);
	exchange->state = EXCHANGE_ANSWERED;
	while (exchange->queries) {
		struct query *query = exchange->queries;

		exchange->queries = query->next;
		query->delivering = true;
		query->fn(query->user, answer);
		free(query);
	}
	exchange_free(exchange);
}

static void on_result(void *user, const struct engine_result *result);

static void exchange_start(struct exchange *exchange)
{
	struct query_engine *engine = exchange->engine;

	exchange->state = EXCHANGE_RUNNING;
	exchange->sent_ms = loop_monotonic_now_ms(engine->loop);
	engine->running++;
	engine_health_sent(&engine->health, exchange->sent_ms);
	exchange->call = engine->ops->start(engine->backend, &exchange->request, on_result, exchange);
}

/* Send what waits, as far as may be: in order, and while backing off only the probe. */
static void pump(struct query_engine *engine)
{
	for (struct exchange *exchange = engine->first; exchange; exchange = exchange->next) {
		if (exchange->state != EXCHANGE_WAITING)
			continue;
		if (exchange->probe ? engine->running < engine->parallel || exchange->queries
				    : engine->running < engine->parallel && !engine->backing_off)
			exchange_start(exchange);
	}
}

static void turn_away(struct query_engine *engine)
{
	for (struct exchange *exchange = engine->first; exchange; exchange = exchange->next)
		if (exchange->state == EXCHANGE_WAITING && !exchange->probe)
			exchange->state = EXCHANGE_TURNED_AWAY;
	timer_start(engine->turn, 0);
}

static struct exchange *find_turned_away(struct query_engine *engine, uint64_t last)
{
	for (struct exchange *exchange = engine->first; exchange; exchange = exchange->next)
		if (exchange->state == EXCHANGE_TURNED_AWAY && exchange->number <= last)
			return exchange;
	return NULL;
}

/* Answer those turned away, unless the server came back meanwhile. What their callbacks ask is for the next turn. */
static void on_turn(void *user)
{
	struct query_engine *engine = user;
	uint64_t last = engine->numbers;
	struct exchange *exchange;

	while ((exchange = find_turned_away(engine, last))) {
		struct query_answer answer = { .status = engine->health.failure,
					       .reason = engine->health.state.reason,
					       .detail = engine->health.detail,
					       .engine = engine->ops->name };

		if (engine->backing_off)
			exchange_deliver(exchange, &answer);
		else
			exchange->state = EXCHANGE_WAITING;
	}
	pump(engine);
}

static struct exchange *probe_new(struct query_engine *engine)
{
	int64_t now_ms = loop_wall_now_ms(engine->loop);
	struct engine_request request = {
		.kind = REQUEST_INSTANT, .text = probe_expression, .start_ms = now_ms, .end_ms = now_ms
	};
	struct exchange *exchange = exchange_new(engine, &request, mem_strdup("probe"));

	exchange->probe = true;
	return exchange;
}

static void probe(struct query_engine *engine)
{
	for (struct exchange *exchange = engine->first; exchange; exchange = exchange->next)
		if (exchange->probe)
			return;
	probe_new(engine);
	pump(engine);
}

static void on_retry(void *user)
{
	struct query_engine *engine = user;

	engine->next_try_ms = 0;
	probe(engine);
}

static void back_off(struct query_engine *engine, int64_t at_least_ms)
{
	int64_t delay = backoff_next(&engine->health.backoff, at_least_ms);

	engine->backing_off = true;
	engine->next_try_ms = loop_wall_now_ms(engine->loop) + delay;
	timer_start(engine->retry, delay);
	turn_away(engine);
}

static void come_back(struct query_engine *engine)
{
	engine->backing_off = false;
	engine->next_try_ms = 0;
	timer_stop(engine->retry);
	timer_start(engine->turn, 0);
}

static void on_result(void *user, const struct engine_result *result)
{
	struct exchange *exchange = user;
	struct query_engine *engine = exchange->engine;
	enum query_health before = engine->health.state.health;
	struct query_answer answer = { .status = result->status,
				       .reason = result->reason,
				       .detail = result->detail,
				       .matrix = result->matrix,
				       .engine = result->engine ? result->engine : engine->ops->name,
				       .history_judged = result->history_judged };
	int64_t now = loop_monotonic_now_ms(engine->loop);
	bool failed;

	exchange->call = NULL;
	engine->running--;
	answer.elapsed_ms = now - exchange->sent_ms;
	failed = engine_health_judge(&engine->health, result, exchange->sent_ms, now, loop_wall_now_ms(engine->loop));
	/* Of several that failed together one counts; after that only the probe does. */
	if (failed && !engine->steady &&
	    (!engine->backing_off || (exchange->probe && !timer_is_running(engine->retry))))
		back_off(engine, result->retry_after_ms);
	if (!failed && engine->backing_off && engine->health.state.health == QUERY_HEALTHY)
		come_back(engine);
	exchange_deliver(exchange, &answer);
	pump(engine);
	if (engine->health.state.health != before && !engine->ops->state)
		query_engine_changed(engine);
}

static struct query *join(struct exchange *exchange, query_fn *fn, void *user)
{
	struct query *query = mem_zalloc(sizeof(*query)), **end = &exchange->queries;

	query->exchange = exchange;
	query->fn = fn;
	query->user = user;
	while (*end)
		end = &(*end)->next;
	*end = query;
	return query;
}

/* Join the equal request that is under way, or make one. */
struct query *query_engine_ask(struct query_engine *engine, const struct engine_request *request, query_fn *fn,
			       void *user)
{
	struct exchange *exchange = engine->first;
	struct query *query;
	char *key = request_key(request);

	while (exchange && (exchange->probe || strcmp(exchange->key, key) != 0))
		exchange = exchange->next;
	if (exchange) {
		free(key);
		engine->health.state.shared++;
	} else {
		exchange = exchange_new(engine, request, key);
	}
	query = join(exchange, fn, user);
	if (engine->backing_off)
		turn_away(engine);
	else
		pump(engine);
	return query;
}

struct query *query_engine_probe(struct query_engine *engine, query_fn *fn, void *user)
{
	struct query *query = join(probe_new(engine), fn, user);

	pump(engine);
	return query;
}

int64_t query_sent_ms(const struct query *query)
{
	return query->exchange->sent_ms;
}

struct query *query_ask(struct query_engine *engine, const struct query_question *question, query_fn *fn, void *user)
{
	struct engine_request request = { .kind = question->step_ms > 0 ? REQUEST_RANGE : REQUEST_INSTANT,
					  .text = question->expression,
					  .start_ms = question->start_ms,
					  .end_ms = question->end_ms,
					  .step_ms = question->step_ms };

	if (request.kind == REQUEST_INSTANT)
		request.start_ms = request.end_ms;
	return query_engine_ask(engine, &request, fn, user);
}

struct query *query_label_values(struct query_engine *engine, const char *label, const char *selector, int64_t start_ms,
				 int64_t end_ms, query_fn *fn, void *user)
{
	struct engine_request request = {
		.kind = REQUEST_LABEL_VALUES, .label = label, .text = selector, .start_ms = start_ms, .end_ms = end_ms
	};

	return query_engine_ask(engine, &request, fn, user);
}

struct query *query_series(struct query_engine *engine, const char *selector, int64_t start_ms, int64_t end_ms,
			   query_fn *fn, void *user)
{
	struct engine_request request = {
		.kind = REQUEST_SERIES, .text = selector, .start_ms = start_ms, .end_ms = end_ms
	};

	return query_engine_ask(engine, &request, fn, user);
}

struct query *query_version(struct query_engine *engine, query_fn *fn, void *user)
{
	const struct engine_request request = { .kind = REQUEST_VERSION };

	return query_engine_ask(engine, &request, fn, user);
}

/* The place in the queue is given on at the next turn: many are often cancelled together. */
void query_cancel(struct query *query)
{
	struct exchange *exchange;
	struct query_engine *engine;
	struct query **link;

	if (!query || query->delivering)
		return;
	exchange = query->exchange;
	engine = exchange->engine;
	link = &exchange->queries;
	while (*link != query)
		link = &(*link)->next;
	*link = query->next;
	free(query);
	engine->health.state.cancelled++;
	if (exchange->queries || exchange->state == EXCHANGE_ANSWERED)
		return;
	if (exchange->state == EXCHANGE_RUNNING) {
		engine->ops->cancel(exchange->call);
		engine->running--;
	}
	exchange_unlink(exchange);
	exchange_free(exchange);
	timer_start(engine->turn, 0);
}

struct query_engine *query_engine_new(struct loop *loop, const struct engine_ops *ops, void *backend, const char *url)
{
	struct query_engine *engine = mem_zalloc(sizeof(*engine));

	engine->loop = loop;
	engine->ops = ops;
	engine->backend = backend;
	engine->url = mem_strdup(url);
	engine->parallel = QUERY_PARALLEL;
	engine->turn = timer_new(loop, on_turn, engine);
	engine->retry = timer_new(loop, on_retry, engine);
	engine_health_init(&engine->health);
	return engine;
}

void query_engine_state(const struct query_engine *engine, struct query_state *ret)
{
	*ret = engine->health.state;
	ret->engine = engine->ops->name;
	ret->url = engine->url;
	ret->next_try_ms = engine->next_try_ms;
	ret->running = engine->running;
	ret->parallel = engine->parallel;
	for (const struct exchange *exchange = engine->first; exchange; exchange = exchange->next)
		ret->waiting += exchange->state == EXCHANGE_WAITING;
	ret->per_second = engine_health_rate(&engine->health, loop_monotonic_now_ms(engine->loop));
	if (engine->ops->state)
		engine->ops->state(engine->backend, ret);
}

void *query_engine_backend(struct query_engine *engine, const struct engine_ops *ops)
{
	return engine->ops == ops ? engine->backend : NULL;
}

void query_engine_set_steady(struct query_engine *engine)
{
	engine->steady = true;
	if (engine->backing_off)
		come_back(engine);
}

void query_engine_set_parallel(struct query_engine *engine, unsigned parallel)
{
	engine->parallel = parallel;
}

void query_engine_changed(struct query_engine *engine)
{
	if (engine->on_change)
		engine->on_change(engine->on_change_user);
}

void query_engine_on_change(struct query_engine *engine, void (*fn)(void *user), void *user)
{
	engine->on_change = fn;
	engine->on_change_user = user;
}

/* The probe goes out as well, so that the state is true again even if nobody asks anything. */
void query_engine_retry(struct query_engine *engine)
{
	backoff_reset(&engine->health.backoff);
	if (engine->ops->retry)
		engine->ops->retry(engine->backend);
	if (!engine->backing_off)
		return;
	come_back(engine);
	probe(engine);
}

void query_engine_free(struct query_engine *engine)
{
	if (!engine)
		return;
	while (engine->first) {
		struct exchange *exchange = engine->first;

		engine->first = exchange->next;
		if (exchange->state == EXCHANGE_RUNNING)
			engine->ops->cancel(exchange->call);
		exchange_free(exchange);
	}
	engine->ops->free(engine->backend);
	timer_free(engine->turn);
	timer_free(engine->retry);
	engine_health_release(&engine->health);
	free(engine->url);
	free(engine);
}
