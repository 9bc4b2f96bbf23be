/*
 * The rules of one system, evaluated again and again through its query
 * engine: each group at its interval, at times on a grid of the clock that
 * depends on the system's and the group's name alone (two consoles evaluate at
 * the same moments), rules in order, so that a rule sees what those before it
 * recorded. Results go into the local store.
 *
 * Manners: EVALUATOR_PARALLEL groups at a time, one question of each; what is
 * much is spread over turns of the loop. A group that is not through when it
 * is due again leaves that evaluation out.
 *
 * Clocks of `for` and of what fires are kept in a file and taken up again, by
 * another process too (rule_run.h says how). It is written within a second of
 * a change of state, every EVALUATOR_KEEP_MS while alerts are active, and at
 * the end; one that cannot be read is said in the log and replaced. Of several
 * processes the last that writes counts.
 *
 * Who answers may change from one evaluation to the next: labels of a server's
 * answer are renamed to the store's, so that an alert stays the same.
 */
#ifndef ALERT_EVALUATOR_H
#define ALERT_EVALUATOR_H

#include "alert/rule_file.h"
#include "alert/rule_run.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "query/label_map.h"
#include "query/query.h"
#include "tsdb/store.h"

#define EVALUATOR_PARALLEL 3
#define EVALUATOR_KEEP_MS  30000

struct evaluator;

struct evaluator_config {
	struct loop *loop;
	struct pool *pool;
	struct query_engine *engine;  /* the one to ask */
	struct store *store;          /* where results go; NULL: nowhere */
	const struct rule_set *rules; /* borrowed */
	const char *system;
	const char *clock_file; /* path; NULL: clocks are not kept */
	bool clock_read_only;   /* they are taken up, and never written: by a command that looks once */
	int64_t interval_ms;    /* of groups without one; 0: 1 min */
	int64_t look_back_ms; /* how far it is asked since when an alert is active that a rule's first evaluation meets;
				 0: it is new then, as in Prometheus */
	const struct labels *external_labels; /* for templates; may be NULL */
	const char *external_url;             /* the same */
	const struct history_label *labels; /* the server's labels, and the store's: an alert keeps its clocks when the
					       other engine answers */
	size_t label_count;
	void (*on_change)(void *user); /* there is something to draw; may be NULL */
	void (*on_transition)(void *user, const struct rule_group *group, const struct rule *rule,
			      const struct rule_change *change);
	void *user;
};

/* One rule as it stands. */
struct evaluated_rule {
	const struct rule_group *group;
	const struct rule *rule;
	const struct rule_memory *memory;
	const char *engine; /* who answered last; a constant; NULL: nobody */
};

/* Reads the clock file on the pool, then begins: each group at its next time. */
struct evaluator *evaluator_new(const struct evaluator_config *config);

/* What is under way is cancelled; clocks are written first. NULL is allowed. */
void evaluator_free(struct evaluator *evaluator);

size_t evaluator_count(const struct evaluator *evaluator);
void evaluator_rule(const struct evaluator *evaluator, size_t index, struct evaluated_rule *ret);

/* Rises when a state, a value, a text or a rule's health changed; changes of many rules count once in a quarter of a
 * second, and at the latest when nothing is under way. on_change comes with it, on_transition at once. */
uint64_t evaluator_version(const struct evaluator *evaluator);

/* Evaluate all groups now (R, and headless commands), besides their own times; busy until every rule was judged once.
 */
void evaluator_run_now(struct evaluator *evaluator);
bool evaluator_busy(const struct evaluator *evaluator);

/* What it costs; for the Sources view. */
struct evaluator_cost {
	size_t groups, rules, failing, missed; /* missed: evaluations left out because the one before took too long */
	double rules_per_second;               /* evaluated, over the last minute */
	int64_t last_round_ms;                 /* of the slowest group, from its time to the last rule's verdict */
};
void evaluator_get_cost(const struct evaluator *evaluator, struct evaluator_cost *ret);

#endif
