/*
 * The rules and alerts of a Prometheus-compatible server, read from its
 * /api/v1/rules and /api/v1/alerts every so often. A server without rules, or
 * one that does not answer, says nothing: it never means that all is clear.
 */
#ifndef ALERT_SERVER_RULES_H
#define ALERT_SERVER_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule_run.h"
#include "loop/http.h"
#include "loop/loop.h"

struct server_rules;

/* Strings live until the next on_change. */
struct server_alert {
	struct labels labels, annotations;
	uint64_t fingerprint;
	enum alert_phase phase;                  /* pending or firing */
	int64_t active_ms, keep_firing_since_ms; /* 0: not known, not kept */
	double value;                            /* NaN when it is none */
	size_t rule;                             /* index; SIZE_MAX: known from /api/v1/alerts only */
};

struct server_rule {
	const char *group, *file, *name, *expression, *health, *last_error; /* "" when not told; raw */
	int64_t for_ms, keep_firing_ms, last_ms;
	enum rule_kind kind;
	struct labels labels, annotations;
};

struct server_rules_config {
	struct loop *loop;
	struct http *http;
	const char *url; /* as prometheus_config */
	const struct http_access *access;
	int64_t timeout_ms, interval_ms; /* 0: 5 s, 15 s */
	void (*on_change)(void *user);
	void *user;
};

/*
 * NONE: the server answers and has no rules, or no such API. FAILING: it
 * cannot be asked; what was known last stays. Neither means that all is clear.
 */
enum server_rules_state { SERVER_RULES_UNKNOWN, SERVER_RULES_THERE, SERVER_RULES_NONE, SERVER_RULES_FAILING };

/* NULL for a URL that is none, or has a query in it. */
struct server_rules *server_rules_new(const struct server_rules_config *config, struct error *error);
void server_rules_free(struct server_rules *server);

/* With a reason (raw; "" when there is none), and when it answered last (wall; 0: never). Either may be NULL. */
enum server_rules_state server_rules_state(const struct server_rules *server, const char **ret_reason,
					   int64_t *ret_good_ms);
size_t server_rules_count(const struct server_rules *server);
const struct server_rule *server_rules_rule(const struct server_rules *server, size_t index);

/* First those that the rules list, in their order; then those that only /api/v1/alerts has. */
size_t server_rules_alert_count(const struct server_rules *server);
const struct server_alert *server_rules_alert(const struct server_rules *server, size_t index);

/* Another number after each on_change. */
uint64_t server_rules_version(const struct server_rules *server);

/* Ask now, also while a failing one is left alone. */
void server_rules_refresh(struct server_rules *server);
bool server_rules_busy(const struct server_rules *server);

#endif
