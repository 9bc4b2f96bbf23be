/*
 * The operator's verbs of the simulated DRYAD: rows of one table
 * (dryad_verbs.c) whose functions live in dryad_verb_<what>.c. They are what
 * the document's runbooks do with docker, psql, alembic, certbot and curl.
 */
#ifndef SIM_DRYAD_VERB_H
#define SIM_DRYAD_VERB_H

#include "sim/dryad_state.h"
#include "sim/reply.h"
#include "sim/verb_words.h"

struct dryad_verb_row;

struct dryad_call {
	const struct dryad_verb_row *row;
	struct dryad *dryad;
	const char *arguments[VERB_ARGUMENTS_MAX]; /* without leading dashes */
	size_t count;
	struct reply *reply;
	struct strbuf *text; /* for what is no list of fields; NULL when JSON is wanted */
	const char *done;    /* what the faults are told; set to the row's own words before */
};

/* Each returns the exit status. */
typedef int dryad_verb_fn(struct dryad_call *call);

struct dryad_verb_row {
	const char *noun, *action, *arguments, *help; /* as struct verb_name */
	dryad_verb_fn *run;
	const char *says; /* of one that only tells the faults: what it answers; `run` is NULL */
};

const struct dryad_verb_row *dryad_verbs_table(size_t *ret_count);

/* As verb_words_number. */
double dryad_argument_number(const struct dryad_call *call, double fallback);

/* dryad_verb_process.c: processes, settings, versions */
dryad_verb_fn dryad_verb_restart, dryad_verb_scale, dryad_verb_resources, dryad_verb_ps, dryad_verb_stats,
	dryad_verb_rollback, dryad_verb_deploy, dryad_verb_pool, dryad_verb_config_restore, dryad_verb_basic_mode,
	dryad_verb_version;

/* dryad_verb_care.c: data, certificates, providers, queues */
dryad_verb_fn dryad_verb_providers, dryad_verb_switch, dryad_verb_alembic_current, dryad_verb_alembic_downgrade,
	dryad_verb_alembic_upgrade, dryad_verb_certificate, dryad_verb_certbot, dryad_verb_self_signed,
	dryad_verb_backup, dryad_verb_restore, dryad_verb_approvals, dryad_verb_approvals_decide, dryad_verb_healing,
	dryad_verb_healing_review, dryad_verb_breakers, dryad_verb_breakers_reset;

/* dryad_verb_ground.c: what lies on the host */
dryad_verb_fn dryad_verb_backup_list, dryad_verb_images, dryad_verb_env_check;

/* Have that version run, of those that are on the host; false when it is not there. */
bool dryad_release(struct dryad *dryad, const char *version);

/* dryad_verb_status.c: how it is */
dryad_verb_fn dryad_verb_status, dryad_verb_health, dryad_verb_validate, dryad_verb_levels, dryad_verb_errors,
	dryad_verb_connections, dryad_verb_triage, dryad_verb_host, dryad_verb_help;

#endif
