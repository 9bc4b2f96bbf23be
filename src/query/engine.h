/*
 * What an engine is to the question keeper in query.c: something that answers
 * one request at a time, well or not. The keeper shares, queues, counts and
 * backs off; an engine only asks.
 */
#ifndef QUERY_ENGINE_H
#define QUERY_ENGINE_H

#include "query/query.h"

enum request_kind { REQUEST_INSTANT, REQUEST_RANGE, REQUEST_LABEL_VALUES, REQUEST_SERIES, REQUEST_VERSION };

struct engine_request {
	enum request_kind kind;
	const char *text;  /* expression or selector; NULL for label values of everything */
	const char *label; /* REQUEST_LABEL_VALUES */
	int64_t start_ms, end_ms, step_ms;
};

struct engine_result {
	enum query_status status;
	const char *reason, *detail;
	struct matrix *matrix;  /* the engine's reference; taken away after the callback */
	int64_t retry_after_ms; /* the server's wish; 0 none */
	size_t bytes;
	const char *engine; /* who answered, a constant; NULL: the engine's own name */
	bool history_judged;
};

/* Called once for each call, never before start returned, unless cancelled. The call is gone afterwards. */
typedef void engine_done_fn(void *user, const struct engine_result *result);

/* The request's strings live as long as the call. */
struct engine_ops {
	const char *name;
	void *(*start)(void *backend, const struct engine_request *request, engine_done_fn *done, void *user);
	void (*cancel)(void *call);
	void (*free)(void *backend);

	/* For an engine over others; may be NULL. */
	void (*state)(void *backend, struct query_state *ret); /* correct what the keeper thinks of it */
	void (*retry)(void *backend);                          /* as query_engine_retry */
};

/* The backend becomes the engine's. `url` is shown to people: without credentials. */
struct query_engine *query_engine_new(struct loop *loop, const struct engine_ops *ops, void *backend, const char *url);

/* The backend of an engine made with these operations; NULL when it is one of others. */
void *query_engine_backend(struct query_engine *engine, const struct engine_ops *ops);

/* Never back off: every question is sent, and whoever asks looks after a failing server. */
void query_engine_set_steady(struct query_engine *engine);

/* Requests at a time, where it is not QUERY_PARALLEL. */
void query_engine_set_parallel(struct query_engine *engine, unsigned parallel);

/* Tell the listener of query_engine_on_change; for backends with a state of their own. */
void query_engine_changed(struct query_engine *engine);

/* Ask any request. The request is copied. */
struct query *query_engine_ask(struct query_engine *engine, const struct engine_request *request, query_fn *fn,
			       void *user);

/* Ask the cheapest question there is, past the queue: is anybody there? */
struct query *query_engine_probe(struct query_engine *engine, query_fn *fn, void *user);

/* Monotonic time at which the question's request went out; 0 while it waits for its turn. */
int64_t query_sent_ms(const struct query *query);

#endif
