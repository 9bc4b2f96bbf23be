#include "sim/dryad_verb.h"

static const struct dryad_verb_row verbs[] = {
	/* clang-format off */
	{ .noun = "address", .action = "block", .arguments = "[ADDRESS...]", .help = "refuse addresses at the front door", .says = "addresses blocked" },
	{ .noun = "agents", .action = "restart", .arguments = "", .help = "start the agents' workers anew", .says = "agents restarted" },
	{ .noun = "alembic", .action = "current", .arguments = "", .help = "the schema's revision; exit status 1 when half done", .run = dryad_verb_alembic_current },
	{ .noun = "alembic", .action = "downgrade", .arguments = "[REVISION]", .help = "take the schema back by one", .run = dryad_verb_alembic_downgrade },
	{ .noun = "alembic", .action = "upgrade", .arguments = "[head]", .help = "bring the schema to its newest revision", .run = dryad_verb_alembic_upgrade },
	{ .noun = "approvals", .action = "approve", .arguments = "[ID | all]", .help = "approve what waits", .run = dryad_verb_approvals_decide },
	{ .noun = "approvals", .action = "list", .arguments = "", .help = "what waits for a decision", .run = dryad_verb_approvals },
	{ .noun = "approvals", .action = "reject", .arguments = "[ID | all]", .help = "reject what waits", .run = dryad_verb_approvals_decide },
	{ .noun = "backup", .action = "", .arguments = "", .help = "take a backup now", .run = dryad_verb_backup },
	{ .noun = "backup", .action = "list", .arguments = "", .help = "the backups there are, the newest first", .run = dryad_verb_backup_list },
	{ .noun = "basic-mode", .action = "activate", .arguments = "", .help = "go on without language models", .run = dryad_verb_basic_mode },
	{ .noun = "basic-mode", .action = "deactivate", .arguments = "", .help = "use language models again", .run = dryad_verb_basic_mode },
	{ .noun = "breakers", .action = "list", .arguments = "", .help = "circuit breakers; exit status 1 when one is open", .run = dryad_verb_breakers },
	{ .noun = "breakers", .action = "reset", .arguments = "", .help = "close all circuit breakers", .run = dryad_verb_breakers_reset },
	{ .noun = "certbot", .action = "renew", .arguments = "", .help = "renew the certificate and reload Nginx", .run = dryad_verb_certbot },
	{ .noun = "certificate", .action = "self-signed", .arguments = "", .help = "make one of one's own", .run = dryad_verb_self_signed },
	{ .noun = "certificate", .action = "show", .arguments = "", .help = "its dates; exit status 1 when expired", .run = dryad_verb_certificate },
	{ .noun = "config", .action = "restore", .arguments = "", .help = "take the configuration back", .run = dryad_verb_config_restore },
	{ .noun = "connections", .action = "", .arguments = "", .help = "sessions in PostgreSQL and the pool", .run = dryad_verb_connections },
	{ .noun = "connections", .action = "kill", .arguments = "[idle]", .help = "end sessions that do nothing", .says = "idle sessions terminated" },
	{ .noun = "deploy", .action = "", .arguments = "[VERSION]", .help = "bring up another version", .run = dryad_verb_deploy },
	{ .noun = "disk", .action = "clean", .arguments = "", .help = "remove old logs, backups and images", .says = "disk cleaned" },
	{ .noun = "env", .action = "check", .arguments = "", .help = "variables that are missing; exit status 1 when one is", .run = dryad_verb_env_check },
	{ .noun = "env", .action = "set", .arguments = "NAME=VALUE", .help = "set a missing environment variable", .says = "environment set" },
	{ .noun = "errors", .action = "", .arguments = "", .help = "errors by type", .run = dryad_verb_errors },
	{ .noun = "guardian", .action = "start", .arguments = "", .help = "start the guardian", .says = "guardian started" },
	{ .noun = "guild", .action = "restart", .arguments = "", .help = "start the memory guild anew", .says = "memory guild restarted" },
	{ .noun = "healing", .action = "list", .arguments = "", .help = "self-healing tasks that are not over", .run = dryad_verb_healing },
	{ .noun = "healing", .action = "review", .arguments = "[ID | all] [reject]", .help = "let waiting tasks run, or not", .run = dryad_verb_healing_review },
	{ .noun = "healing", .action = "rollback", .arguments = "", .help = "take back what self-healing did", .says = "self-healing rolled back" },
	{ .noun = "health", .action = "", .arguments = "", .help = "the score; exit status 1 unless healthy", .run = dryad_verb_health },
	{ .noun = "help", .action = "", .arguments = "", .help = "the verbs", .run = dryad_verb_help },
	{ .noun = "host", .action = "", .arguments = "", .help = "disk, memory and cores of the machine", .run = dryad_verb_host },
	{ .noun = "images", .action = "", .arguments = "", .help = "versions that are on the host, the one that runs first", .run = dryad_verb_images },
	{ .noun = "index", .action = "create", .arguments = "", .help = "create the index a query needs", .says = "index created" },
	{ .noun = "keys", .action = "rotate", .arguments = "", .help = "make new keys and put them in place", .says = "keys rotated" },
	{ .noun = "level", .action = "repair", .arguments = "[LEVEL]", .help = "mend what a validation found", .says = "level repaired" },
	{ .noun = "levels", .action = "", .arguments = "", .help = "the six levels; exit status 1 when one fails", .run = dryad_verb_levels },
	{ .noun = "limits", .action = "set", .arguments = "", .help = "tighter request limits in Nginx", .says = "limits set, Nginx reloaded" },
	{ .noun = "maintenance", .action = "end", .arguments = "", .help = "end the maintenance window", .says = "maintenance ended" },
	{ .noun = "network", .action = "restore", .arguments = "", .help = "open the way to the providers again", .says = "network restored" },
	{ .noun = "pool", .action = "set", .arguments = "[size=N]", .help = "a larger connection pool", .run = dryad_verb_pool },
	{ .noun = "process", .action = "kill", .arguments = "", .help = "end what takes all cores", .says = "process ended" },
	{ .noun = "provider", .action = "switch", .arguments = "[NAME]", .help = "use another language model provider", .run = dryad_verb_switch },
	{ .noun = "providers", .action = "", .arguments = "", .help = "language model providers", .run = dryad_verb_providers },
	{ .noun = "ps", .action = "", .arguments = "", .help = "containers and their state", .run = dryad_verb_ps },
	{ .noun = "queries", .action = "kill", .arguments = "", .help = "end the longest queries", .says = "queries cancelled" },
	{ .noun = "resources", .action = "set", .arguments = "memory=8G", .help = "a backend's memory limit (restarts it)", .run = dryad_verb_resources },
	{ .noun = "restart", .action = "", .arguments = "[all | postgres | redis | chromadb | ollama | nginx]", .help = "restart containers; the backends", .run = dryad_verb_restart },
	{ .noun = "restore", .action = "", .arguments = "[TIMESTAMP]", .help = "take data back from the newest backup", .run = dryad_verb_restore },
	{ .noun = "rollback", .action = "", .arguments = "[VERSION]", .help = "bring up the version before", .run = dryad_verb_rollback },
	{ .noun = "scale", .action = "", .arguments = "COUNT", .help = "run this many backends", .run = dryad_verb_scale },
	{ .noun = "stats", .action = "", .arguments = "", .help = "memory and cores of each backend", .run = dryad_verb_stats },
	{ .noun = "status", .action = "", .arguments = "", .help = "DRYAD at a glance", .run = dryad_verb_status },
	{ .noun = "triage", .action = "", .arguments = "", .help = "refused requests and failed log-ins", .run = dryad_verb_triage },
	{ .noun = "validate", .action = "level", .arguments = "0..5", .help = "run a level's validation; exit status 1 when it fails", .run = dryad_verb_validate },
	{ .noun = "version", .action = "", .arguments = "", .help = "what runs", .run = dryad_verb_version },
	/* clang-format on */
};

static const struct verb_set set = { verbs, sizeof(verbs[0]), sizeof(verbs) / sizeof(verbs[0]) };

const struct dryad_verb_row *dryad_verbs_table(size_t *ret_count)
{
	*ret_count = set.count;
	return verbs;
}

double dryad_argument_number(const struct dryad_call *call, double fallback)
{
	return verb_words_number(call->arguments, call->count, fallback);
}

int dryad_verb_help(struct dryad_call *call)
{
	return verb_words_help(&set, call->reply);
}

static int run(struct dryad_call *call, const struct dryad_verb_row *row)
{
	struct strbuf done = STRBUF_INIT;
	int status = 0;

	verb_words_add_name(row, &done);
	call->row = row;
	call->done = done.text;
	if (row->run)
		status = row->run(call);
	else
		reply_say(call->reply, "%s", row->says);
	if (!status)
		dryad_remedy(call->dryad, call->done);
	strbuf_release(&done);
	return status;
}

int dryad_verb(struct dryad *dryad, const char *const *words, size_t count, bool json, struct strbuf *ret)
{
	struct reply reply;
	struct dryad_call call = { .dryad = dryad, .reply = &reply, .text = json ? NULL : ret };
	const struct dryad_verb_row *row;
	size_t used = 0;
	int status;

	row = verb_words_find(&set, words, count, &used);
	if (!row) {
		verb_words_unknown(&set, words, count, ret, json);
		return 1;
	}
	reply_begin(&reply, ret, json);
	status = verb_words_arguments(words, count, used, call.arguments, &call.count, &reply);
	if (!status)
		status = run(&call, row);
	reply_end(&reply);
	return status;
}
