/*
 * The one question and its answer: an expression, at a moment or over a
 * range, answered by an engine, asynchronously. Rooms above see this header
 * only; which engine answers is decided below it.
 *
 * Manners live here: equal questions in flight are one request, at most
 * QUERY_PARALLEL requests run at a time (the rest wait in order), a failing
 * server is asked less and less (exponential back-off with jitter, 1 s to
 * 30 s) while one probe looks for its return, and every request is counted.
 */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/http.h"
#include "tsdb/matrix.h"

#define QUERY_PARALLEL 6

enum query_status {
	QUERY_OK,
	QUERY_REFUSED,     /* nothing listens */
	QUERY_UNRESOLVED,  /* name does not resolve */
	QUERY_TIMEOUT,     /* silent or too slow */
	QUERY_UNREACHABLE, /* network, connection broke */
	QUERY_TLS,
	QUERY_DENIED,         /* 401, 403 */
	QUERY_BAD,            /* 400, 422: the expression; the server is well */
	QUERY_UNAVAILABLE,    /* 5xx, 429 */
	QUERY_NOT_PROMETHEUS, /* HTML, other JSON, 404 */
	QUERY_TRUNCATED,      /* the answer breaks off or is no JSON */
	QUERY_TOO_LARGE,      /* over a limit: bytes, series or points */
	QUERY_SETUP,          /* an access file cannot be read */
	/* The expression is fine, but there is less than half of a window's history, or it is thinned too far for it.
	 */
	QUERY_INSUFFICIENT,
};

/* Limits on one answer. Zero members take the defaults: 64 MiB, 20,000 series, 5,000,000 points. */
struct query_limits {
	size_t bytes;
	size_t series;
	size_t points;
};

struct query_question {
	const char *expression;
	int64_t start_ms, end_ms; /* equal for an instant question */
	int64_t step_ms;          /* 0 for an instant question at end_ms */
};

struct query_answer {
	enum query_status status;
	const char *reason;    /* short, for a badge: "refused", "timeout after 5s"; "" when ok */
	const char *detail;    /* the server's own words or "", raw: make safe where shown */
	struct matrix *matrix; /* when ok; take a reference to keep it */
	const char *engine;    /* who answered: "prometheus", "embedded"; a constant */
	int64_t elapsed_ms;
	bool history_judged; /* the engine gives no value of a window that is not half there: nobody need ask again */
};

struct query_engine;
struct query;

typedef void query_fn(void *user, const struct query_answer *answer);

/*
 * Ask. The callback comes once, never before this returns, unless cancelled.
 * While backing off the answer comes at once with the last failure's status.
 */
struct query *query_ask(struct query_engine *engine, const struct query_question *question, query_fn *fn, void *user);

/* No callback after this. A question is gone once its callback was called; NULL is allowed. */
void query_cancel(struct query *query);

/*
 * Label values: of `label`, restricted to series matching `selector` (may be
 * NULL) within start..end. Series: label sets matching `selector`. Both come
 * back as a matrix without samples: one series a value (a single label
 * `label`=value), or one a label set.
 */
struct query *query_label_values(struct query_engine *engine, const char *label, const char *selector, int64_t start_ms,
				 int64_t end_ms, query_fn *fn, void *user);
struct query *query_series(struct query_engine *engine, const char *selector, int64_t start_ms, int64_t end_ms,
			   query_fn *fn, void *user);

/* How the engine is. `reason` is "" while healthy. */
enum query_health { QUERY_HEALTH_UNKNOWN, QUERY_HEALTHY, QUERY_FAILING };
struct query_state {
	enum query_health health;
	enum query_status status; /* of the last answer */
	char reason[160];
	const char *engine;       /* who is meant to answer: "prometheus", "embedded" */
	const char *url;          /* without credentials; "" when it has none */
	const char *stand_in;     /* who answers while the engine above fails; NULL: nobody */
	bool standing_in;         /* the stand-in answers now */
	int64_t last_good_ms;     /* wall time of the last good answer; 0 never */
	int64_t failing_since_ms; /* wall; 0 while healthy */
	int64_t next_try_ms;      /* wall; 0 when not backing off */
	uint64_t asked, failed, shared,
		cancelled; /* requests sent; of those failed; questions answered by another's request */
	unsigned running, waiting, parallel; /* the last: how many may run */
	double per_second;                   /* requests sent, over the last 10 s */
	int64_t last_elapsed_ms;
	uint64_t bytes;
};
void query_engine_state(const struct query_engine *engine, struct query_state *ret);

/* Called when health changes. One listener. */
void query_engine_on_change(struct query_engine *engine, void (*fn)(void *user), void *user);

/* Forget the back-off and ask again at once (the R key). */
void query_engine_retry(struct query_engine *engine);

void query_engine_free(struct query_engine *engine); /* before http_free; cancels what is running, without callbacks */

/*
 * The version of the server behind an engine: a matrix of kind MATRIX_STRING
 * ("2.42.0"); QUERY_BAD when it does not say.
 */
struct query *query_version(struct query_engine *engine, query_fn *fn, void *user);

/* A Prometheus-compatible server. */
struct prometheus_config {
	const char *url; /* with path prefix, without /api */
	int64_t timeout_ms;
	struct http_access access;
	struct query_limits limits;
};
struct loop;
struct query_engine *prometheus_engine_new(struct loop *loop, struct http *http, const struct prometheus_config *config,
					   struct error *error);

/* One word for a status, for JSON outputs: "ok", "refused", "timeout" ... */
const char *query_status_name(enum query_status status);

#endif
