/*
 * What an engine is to the question keeper in query.c: something that answers
 * one request at a time, well or not. The keeper shares, queues, counts and
 * backs off; an engine only asks.
 */
#ifndef QUERY_ENGINE_H
#define QUERY_ENGINE_H

#include "query/query.h"

enum request_kind { REQUEST_INSTANT, REQUEST_RANGE, REQUEST_LABEL_VALUES, REQUEST_SERIES };

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
};

/* Called once for each call, never before start returned, unless cancelled. The call is gone afterwards. */
typedef void engine_done_fn(void *user, const struct engine_result *result);

struct engine_ops {
	const char *name;
	void *(*start)(void *backend, const struct engine_request *request, engine_done_fn *done, void *user);
	void (*cancel)(void *call);
	void (*free)(void *backend);
};

/* The backend becomes the engine's. `url` is shown to people: without credentials. */
struct query_engine *query_engine_new(struct loop *loop, const struct engine_ops *ops, void *backend, const char *url);

#endif
