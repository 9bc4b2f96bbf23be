/*
 * The alerts of one system as a person sees them: what skep's own rules say,
 * what a Prometheus and an Alertmanager say, merged by identity (alert name
 * and labels), with priority, acknowledgement, silence, inhibition and clocks,
 * the worst first. The Prometheus's state wins for a rule that it has. Owns
 * nothing of what it merges; a list is made anew when one of them changed.
 */
#ifndef ALERT_ALERTS_H
#define ALERT_ALERTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/ack.h"
#include "alert/alertmanager.h"
#include "query/condition.h"
#include "alert/escalation.h"
#include "alert/evaluator.h"
#include "alert/past.h"
#include "alert/server_rules.h"
#include "journal/journal.h"

enum alert_raiser { RAISED_HERE = 1u << 0, RAISED_PROMETHEUS = 1u << 1, RAISED_ALERTMANAGER = 1u << 2 };

/* How an alert stands for whoever is to act. Worse ones have smaller numbers. */
enum alert_standing {
	ALERT_OPEN,  /* fires, nobody has it */
	ALERT_ACKED, /* fires, somebody has it */
	ALERT_MUTED, /* fires, silenced, inhibited, or in a maintenance window */
	ALERT_WAITS, /* pending: its `for` has not passed */
	ALERT_ENDED, /* resolved within the last 15 min */
	ALERT_STANDINGS,
};

/* Strings and labels live until the next alerts_refresh. */
struct alert {
	uint64_t fingerprint;
	const char *name;
	const struct labels *labels, *annotations;
	enum alert_standing standing;
	enum alert_phase phase;
	int priority; /* 0..3, PRIORITY_NONE */
	int64_t active_ms, fired_ms, resolved_ms;
	int64_t for_ms; /* of its rule; progress while pending: now - active_ms of for_ms */
	double value;
	bool has_value;
	unsigned raised_by;                /* enum alert_raiser */
	const char *expression;            /* of its rule; NULL: not known (Alertmanager alone knows it) */
	const char *group;                 /* of its rule; NULL */
	const struct condition *condition; /* of the expression; NULL without one */
	const char *runbook_url;           /* as its annotation says; NULL */
	const char *runbook;               /* local file; NULL: none was found */
	const char *generator_url;         /* Prometheus's page of it; NULL */
	const struct ack *ack;             /* in force; NULL */
	const struct ack *ack_expired;     /* it was acknowledged, that expired, and it still fires */
	const struct am_alert *am;         /* as Alertmanager knows it; NULL */
	const struct silence *silence;     /* the one that hides it and ends last; NULL */
	const char *inhibited_by;          /* alert names; NULL */
	const char *window;                /* name of the maintenance window; NULL */
	int64_t muted_until_ms;            /* by the silence or window; 0 */
	struct escalation_clock clock;     /* of an open one */
	unsigned fired_today;              /* times it began to fire in 24 h */
	bool disputed;                     /* fires in one place and not in the other, though both have the rule */
};

/* One rule in trouble: it cannot be judged. */
struct rule_trouble {
	const char *name, *group, *reason;
	unsigned raised_by;
};

struct alerts_config {
	const char *system;
	const struct rule_set *rules;
	struct evaluator *evaluator; /* any of these may be NULL */
	bool reading;                /* the rule files are still being read: alerts_set_evaluator ends it */
	struct server_rules *server;
	struct alertmanager *alertmanager;
	struct journal *journal;
	struct acks *acks;
	struct alert_past *past;
	const struct escalation *escalation;
	const struct history_label *label_map; /* the server's, and the store's */
	size_t label_map_count;
	const struct error_list *faults;    /* of rule files and policy: shown as trouble; may be NULL */
	const char *const *runbook_folders; /* looked through for runbook files */
	size_t runbook_folder_count;
};

struct alerts;
struct strbuf;

struct alerts *alerts_new(const struct alerts_config *config);
void alerts_free(struct alerts *alerts);
const struct alerts_config *alerts_config(const struct alerts *alerts);

/*
 * Make the list anew when something changed since, or a clock may have passed
 * a mark. True when it is another one. What it borrows of the Alertmanager
 * goes when that changes: refresh in its on_change.
 */
bool alerts_refresh(struct alerts *alerts, int64_t now_ms);

/* The rule files are read: who evaluates them; NULL: there was no rule. `rules` and `faults` are as they are now. */
void alerts_set_evaluator(struct alerts *alerts, struct evaluator *evaluator);

/* The journal has news: the next refresh makes the list anew. */
void alerts_touch(struct alerts *alerts);

/* The worst first; within a standing by priority, then the oldest. */
size_t alerts_count(const struct alerts *alerts);
const struct alert *alerts_at(const struct alerts *alerts, size_t index);
const struct alert *alerts_find(const struct alerts *alerts, uint64_t fingerprint);
uint64_t alerts_version(const struct alerts *alerts);

/* For the banner: firing ones that are not muted, by priority ([PRIORITY_COUNT] has those without one); muted ones;
 * pending ones. */
struct alert_counts {
	size_t firing[PRIORITY_COUNT + 1], acked, muted, pending;
};
void alerts_get_counts(const struct alerts *alerts, struct alert_counts *ret);

/* The worst open one, else the worst acknowledged one; NULL: nothing fires. */
const struct alert *alerts_worst(const struct alerts *alerts);

size_t alerts_trouble_count(const struct alerts *alerts);
const struct rule_trouble *alerts_trouble(const struct alerts *alerts, size_t index);

/* What is not known, in a few words ("Alertmanager down 4m", "3 of 36 rules cannot be judged"), sources that are down
 * included: a rule over one has nothing to judge. Nothing is added when all is known: nothing firing is "all clear"
 * only then. */
void alerts_add_doubt(const struct alerts *alerts, size_t sources_down, int64_t now_ms, struct strbuf *ret);

/* Acknowledge for as long as the policy says (`hold_ms` 0), or undo it. False: there is no journal to write it to. */
bool alerts_acknowledge(struct alerts *alerts, const struct alert *alert, const char *note, int64_t hold_ms,
			int64_t now_ms);
bool alerts_unacknowledge(struct alerts *alerts, const struct alert *alert);

/* How long an acknowledgement of it would hold. */
int64_t alerts_ack_hold_ms(const struct alerts *alerts, const struct alert *alert);

/* Alerts that fire now, or wait to, and would be hidden by a silence: indices into the list, at most `most`; returns
 * how many there are. */
size_t alerts_hidden_by(const struct alerts *alerts, const struct silence *silence, size_t *ret, size_t most);

#endif
