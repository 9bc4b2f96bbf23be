/*
 * Who answers in a session, put together from what the system names: a
 * Prometheus-compatible server, the embedded engine over the local store that
 * collectors fill, or both with fail-over.
 */
#ifndef CLI_ENGINES_H
#define CLI_ENGINES_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/system.h"
#include "collect/collect.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "query/history.h"
#include "query/query.h"
#include "tsdb/store.h"

/* As cli_engines names them. */
enum engine_choice { ENGINE_AUTO, ENGINE_PROMETHEUS, ENGINE_EMBEDDED };

struct engines_config {
	const struct system *system;
	enum engine_choice choice;
	struct loop *loop;
	struct http *http;
	struct pool *pool;
	struct resolver *resolver;
	struct store *store;              /* what is collected goes there; may be NULL when nothing is */
	struct feed *feed;                /* what is observed goes there; may be NULL */
	void (*on_collected)(void *user); /* a collector has news */
	void (*on_history)(void *user);   /* the store knows more of the past than before */
	void *user;
};

struct engines {
	struct engines_config config;
	struct arena arena;
	struct store *store;                    /* borrowed; NULL without collectors */
	struct collect *collect;                /* NULL without collectors */
	struct history *history;                /* NULL but with both a server and collectors */
	struct query_engine *engine;            /* the one to ask */
	struct query_engine *server, *embedded; /* behind it; NULL where there is none */
	struct history_label *labels;           /* the system's `labels:` */
	size_t label_count;
	size_t first_waiting; /* collectors that had not ended their first collection when last looked */
};

/* Zeroed memory, then open. -1 with the reason when the system names nothing that could answer. */
int engines_open(struct engines *engines, const struct engines_config *config, struct error *error);

/* The engine and all collectors. Before http and pool. */
void engines_close(struct engines *engines);

/* What the pool's last jobs may still look at: after the pool. */
void engines_release(struct engines *engines);

/* "prometheus", "embedded" or "auto"; one that is not there is stood in for by the one to ask. */
struct query_engine *engines_named(const struct engines *engines, const char *name);

/* Is the embedded engine the one that answers, while its collectors have not all been through once? */
bool engines_warming(const struct engines *engines);

#endif
