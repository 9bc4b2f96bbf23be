/*
 * What tells of a system's alerts, put together from what the system names:
 * its rules and their evaluation, the server's rules, an Alertmanager, the
 * escalation policy, what the journal holds of it; and the list made of all.
 */
#ifndef CLI_ALERTING_H
#define CLI_ALERTING_H

#include <stdbool.h>

#include "alert/alerts.h"
#include "base/error.h"
#include "cli/engines.h"
#include "cli/record.h"
#include "cli/rule_reading.h"
#include "cli/system.h"

struct alerting_config {
	const struct system *system;
	const struct engines *engines; /* opened */
	struct record *record;         /* the journal; opened after this */
	bool keeps;                    /* a console: clocks and transitions are written down */
	void (*on_change)(void *user);
	void (*on_news)(void *user, const char *words); /* to be said to whoever is there; may be NULL */
	void *user;
};

struct alerting {
	struct alerting_config config;
	struct rule_set rules;
	struct escalation escalation;
	char *clock_file;
	struct error_list faults; /* of rule files and policy: what is bad is left out, and said */
	struct arena arena;
	struct http_access server_access, alertmanager_access;
	struct rule_reading *reading; /* of the rule files, under way; NULL */
	bool begun;                   /* the rules are being judged: the collectors have been through once */
	struct evaluator *evaluator;  /* NULL without rules, and until they are read */
	struct server_rules *server;  /* NULL without a server */
	struct alertmanager *alertmanager;
	struct acks *acks;
	struct alert_past *past;
	struct alerts *alerts; /* NULL when nobody could tell of any alert */
};

/* Zeroed memory, then open. A bad rule file or policy is no reason not to: its faults are kept, and shown as trouble.
 */
void alerting_open(struct alerting *alerting, const struct alerting_config *config);

/* Before the engines and the journal go. */
void alerting_close(struct alerting *alerting);

/* Something was collected: the rules begin to be judged when all that can be known at first is. */
void alerting_collected(struct alerting *alerting);

/* Is somebody still to say for the first time how the alerts are? */
bool alerting_busy(const struct alerting *alerting);

/* The store learned of the past: judge again. */
void alerting_refresh(struct alerting *alerting);

#endif
