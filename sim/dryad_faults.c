#include <string.h>

#include "base/error.h"
#include "sim/dryad_state.h"

enum { FIRST = 0x1 };
#define EVERY UINT32_MAX

/* Each remedy is the action of a verb (dryad_verbs.c). */
static const struct sim_fault faults[] = {
	/* clang-format off */
	/* what the troubleshooting section knows */
	{ .name = "start-failure", .help = "the backend dies at its start: an environment variable is missing", .remedies = "env set + restart", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = PUSH_DOWN, .level = 1 }) },
	{ .name = "high-error-rate", .help = "one request in eight ends in 5xx", .remedies = "restart", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_ERRORS, .level = 0.125, .ramp_s = 20 }) },
	{ .name = "slow-responses", .help = "requests wait for a query without an index: P95 beyond 5 s", .remedies = "queries kill, index create", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_SLOWNESS, .level = 75, .ramp_s = 60 }, { .strain = PUSH_QUERY_S, .level = 38, .ramp_s = 60 }) },
	{ .name = "memory-leak", .help = "a backend never gives memory back", .remedies = "restart", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = PUSH_HEAP, .level = 6.2e9, .ramp_s = 2100, .with_process = true }) },
	{ .name = "database-connections", .help = "connections leak: the pool is empty and PostgreSQL nearly full", .remedies = "connections kill, pool set", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_POOL, .level = 57, .ramp_s = 90 }, { .strain = PUSH_CONNECTIONS, .level = 30, .ramp_s = 90 }) },
	/* the six common issues */
	{ .name = "redis-down", .help = "Redis is gone: short memory lives in the process (mock)", .remedies = "restart redis", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_REDIS, .level = 1 }) },
	{ .name = "llm-unavailable", .help = "Ollama is gone: no provider answers until another is chosen", .remedies = "restart ollama, provider switch", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_OLLAMA, .level = 1 }) },
	{ .name = "migration-failed", .help = "the schema stands between two revisions", .remedies = "alembic downgrade + alembic upgrade, restore", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_MIGRATION, .level = 1 }) },
	{ .name = "validation-failing", .help = "level 3 fails its validation; those above are suspect", .remedies = "level repair", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_LEVEL_0 + 3, .level = 1 }) },
	{ .name = "high-memory", .help = "a backend needs more than nine tenths of its memory", .remedies = "resources set, restart + scale", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = PUSH_HEAP, .level = 2.75e9, .ramp_s = 120 }) },
	{ .name = "certificate-expired", .help = "the certificate of the front door ran out", .remedies = "certbot renew, certificate self-signed", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_CERTIFICATE, .level = 1 }) },
	{ .name = "certificate-ending", .help = "the certificate ends in three days, and the timer that renews it is off", .remedies = "certbot renew, certificate self-signed", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_CERTIFICATE_ENDS, .level = 1 }) },
	/* what the alert rules watch */
	{ .name = "backend-down", .help = "the backend's process is gone", .remedies = "restart", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = PUSH_DOWN, .level = 1 }) },
	{ .name = "backend-hung", .help = "the backend accepts connections and never answers", .remedies = "restart", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = PUSH_HUNG, .level = 1 }) },
	{ .name = "nginx-down", .help = "the front door is shut", .remedies = "restart nginx", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_NGINX, .level = 1 }) },
	{ .name = "database-down", .help = "PostgreSQL is gone", .remedies = "restart postgres", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_DATABASE, .level = 1 }) },
	{ .name = "chroma-down", .help = "ChromaDB is gone: long memory lives in the process (mock)", .remedies = "restart chromadb", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_CHROMA, .level = 1 }) },
	{ .name = "llm-outage", .help = "all language models are out of reach", .remedies = "network restore", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_OLLAMA, .level = 1 }, { .strain = PUSH_OPENAI, .level = 1 }, { .strain = PUSH_ANTHROPIC, .level = 1 }) },
	{ .name = "llm-failures", .help = "a quarter of the calls to the model fail", .remedies = "provider switch, keys rotate", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_LLM_FAILURES, .level = 0.25, .ramp_s = 20 }) },
	{ .name = "llm-slow", .help = "the model takes half a minute to answer", .remedies = "provider switch", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_LLM_SLOWNESS, .level = 26, .ramp_s = 60 }) },
	{ .name = "llm-rate-limit", .help = "hardly anything is left of the provider's rate limit", .remedies = "provider switch", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_LLM_LIMIT, .level = 0.74, .ramp_s = 60 }) },
	{ .name = "workflow-failures", .help = "a quarter of the agents' workflows fail", .remedies = "agents restart", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_WORKFLOWS, .level = 0.25, .ramp_s = 30 }) },
	{ .name = "memory-guild-errors", .help = "the memory guild loses what it is told", .remedies = "guild restart, restart", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_GUILD, .level = 0.4, .ramp_s = 20 }) },
	{ .name = "slow-queries", .help = "a report reads whole tables, for minutes", .remedies = "queries kill", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_QUERY_S, .level = 240, .ramp_s = 240 }, { .strain = PUSH_BLOCKS, .level = 2600, .ramp_s = 15 }, { .strain = PUSH_SLOWNESS, .level = 3, .ramp_s = 60 }) },
	{ .name = "high-cpu", .help = "something takes nine tenths of all cores", .remedies = "process kill, scale", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_CPU, .level = 0.82, .ramp_s = 30 }) },
	{ .name = "disk-full", .help = "logs and backups fill the disk", .remedies = "disk clean", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_DISK, .level = 0.47, .ramp_s = 240 }) },
	{ .name = "crash-loop", .help = "the container restarts every three quarters of a minute", .remedies = "rollback", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = PUSH_CRASHING, .level = 45 }) },
	{ .name = "rate-limited", .help = "one client asks far beyond what it may", .remedies = "limits set, address block", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_LIMITED, .level = 9, .ramp_s = 10 }) },
	{ .name = "approvals-backlog", .help = "agents ask for approval faster than anybody decides", .remedies = "approvals approve, approvals reject", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_APPROVALS, .level = 4 }) },
	{ .name = "healing-failures", .help = "what self-healing tries fails", .remedies = "healing rollback", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_HEALING, .level = 1.2 }) },
	{ .name = "healing-backlog", .help = "self-healing waits for reviews that nobody gives", .remedies = "healing review", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_TASKS, .level = 4 }) },
	{ .name = "guardian-down", .help = "the guardian that looks for errors does not run", .remedies = "guardian start", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_GUARDIAN, .level = 1 }) },
	/* security */
	{ .name = "security-incident", .help = "a few addresses try passwords and doors", .remedies = "address block + keys rotate", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_ATTACK, .level = 14, .ramp_s = 15 }, { .strain = PUSH_INTRUSION, .level = 5, .ramp_s = 40 }) },
	/* changes */
	{ .name = "deploy", .help = "a new version comes up, as it should", .remedies = "rollback", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_NOTICE, .level = 1 }) },
	{ .name = "bad-deploy", .help = "a new version comes up and one request in eleven fails", .remedies = "rollback", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_ERRORS, .level = 0.09, .ramp_s = 5 }) },
	{ .name = "config-change", .help = "somebody changed the configuration", .remedies = "config restore", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_NOTICE, .level = 1 }) },
	{ .name = "maintenance", .help = "a maintenance window: everything answers 503", .remedies = "maintenance end", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = PUSH_MAINTENANCE, .level = 1 }) },
	/* clang-format on */
};

enum { FAULT_COUNT = sizeof(faults) / sizeof(*faults) };
_Static_assert((int)FAULT_COUNT <= (int)DRYAD_FAULTS_MAX, "the state has a place for each fault");

const struct sim_fault *dryad_faults(size_t *ret_count)
{
	*ret_count = FAULT_COUNT;
	return faults;
}

static void weigh_one(struct dryad *dryad, size_t which, int64_t now_ms)
{
	const struct sim_fault_state *state = &dryad->faults[which];

	for (const struct sim_fault_effect *effect = faults[which].effects; effect->level > 0; effect++) {
		dryad->push[effect->strain] += sim_fault_weight(effect, state->since_ms, now_ms);
		for (unsigned i = 0; i < dryad->backend_count; i++) {
			struct backend *backend = &dryad->backends[i];
			int64_t since_ms = state->since_ms;

			if (!(state->instances & 1u << i))
				continue;
			if (effect->with_process && backend->start_ms > since_ms)
				since_ms = backend->start_ms;
			backend->push[effect->strain] += sim_fault_weight(effect, since_ms, now_ms);
		}
	}
}

void dryad_faults_weigh(struct dryad *dryad, int64_t now_ms)
{
	dryad->active_faults = 0;
	memset(dryad->push, 0, sizeof(dryad->push));
	for (unsigned i = 0; i < DRYAD_BACKENDS_MAX; i++)
		memset(dryad->backends[i].push, 0, sizeof(dryad->backends[i].push));
	for (size_t which = 0; which < FAULT_COUNT; which++) {
		if (!dryad->faults[which].instances)
			continue;
		dryad->active_faults++;
		weigh_one(dryad, which, now_ms);
	}
}

/* What a fault ends is gone at once. */
static void suffer(struct dryad *dryad, int64_t now_ms)
{
	const struct dryad_step step = { .now_ms = now_ms, .now_s = now_ms / 1000 };

	for (unsigned i = 0; i < dryad->backend_count; i++) {
		struct backend *backend = &dryad->backends[i];

		/* It comes up some seconds after what keeps it down has gone. */
		if (backend->push[PUSH_DOWN] > 0)
			backend_restart(dryad, backend, 0);
	}
	stores_step(dryad, &step);
}

/* A deploy is more than what it pushes on: another version runs. */
static void change_version(struct dryad *dryad, bool bad)
{
	dryad->settings.version = bad ? "9.1.0" : "9.0.1";
	dryad->settings.build = bad ? "c0ffee17" : "5be21a90";
	for (unsigned i = 0; i < dryad->backend_count; i++)
		backend_restart(dryad, &dryad->backends[i], 1000 + 20000 * (int64_t)i);
}

static void begin(struct dryad *dryad, const char *name)
{
	if (!strcmp(name, "deploy") || !strcmp(name, "bad-deploy")) {
		change_version(dryad, name[0] == 'b');
	} else if (!strcmp(name, "config-change")) {
		dryad->settings.config_serial = 2;
		dryad_log_say(dryad, "WARNING", "app.core.config",
			      "Configuration reloaded: rate_limit_per_minute 60 -> 600");
	} else if (!strcmp(name, "migration-failed")) {
		dryad->settings.revision = "a7d3c91e04f2 (head: b81c0d5577e3)";
		dryad_log_say(
			dryad, "CRITICAL", "alembic.runtime.migration",
			"Running upgrade a7d3c91e04f2 -> b81c0d5577e3 failed: column \"tenant_id\" already exists");
	} else if (!strcmp(name, "start-failure")) {
		dryad_log_say(dryad, "CRITICAL", "app.core.config",
			      "Missing required environment variable DATABASE_URL");
	}
}

int dryad_inject(struct dryad *dryad, const char *fault, struct error *error)
{
	uint32_t instances;
	int which = sim_fault_find(faults, FAULT_COUNT, fault, dryad->backend_count, &instances, error);
	struct sim_fault_state *state;

	if (which < 0)
		return -1;
	state = &dryad->faults[which];
	if (!instances)
		instances = faults[which].instances & sim_fault_all_instances(dryad->backend_count);
	if (!state->instances) {
		*state = (struct sim_fault_state){ .since_ms = dryad->now_ms };
		begin(dryad, faults[which].name);
	}
	state->instances |= instances;
	dryad_faults_weigh(dryad, dryad->stepped_ms);
	suffer(dryad, dryad->stepped_ms);
	return 0;
}

int dryad_clear(struct dryad *dryad, const char *fault, struct error *error)
{
	uint32_t instances;

	if (!fault) {
		for (size_t i = 0; i < FAULT_COUNT; i++)
			dryad->faults[i].instances = 0;
	} else {
		int which = sim_fault_find(faults, FAULT_COUNT, fault, dryad->backend_count, &instances, error);

		if (which < 0)
			return -1;
		if (!dryad->faults[which].instances)
			return error_set(error, "fault '%s' is not active", faults[which].name);
		dryad->faults[which].instances &= instances ? ~instances : 0;
	}
	dryad_faults_weigh(dryad, dryad->stepped_ms);
	return 0;
}

bool dryad_fault_is_active(const struct dryad *dryad, const char *fault)
{
	uint32_t instances;
	int which = sim_fault_find(faults, FAULT_COUNT, fault, dryad->backend_count, &instances, NULL);

	return which >= 0 && (dryad->faults[which].instances & (instances ? instances : EVERY));
}

unsigned dryad_remedy(struct dryad *dryad, const char *action)
{
	unsigned nearer = 0;

	for (size_t which = 0; which < FAULT_COUNT; which++) {
		struct sim_fault_state *state = &dryad->faults[which];

		if (!state->instances || !sim_fault_undone_by(state, faults[which].remedies, action, &nearer))
			continue;
		state->instances = 0;
		memset(state->progress, 0, sizeof(state->progress));
	}
	if (nearer)
		dryad_faults_weigh(dryad, dryad->stepped_ms);
	return nearer;
}
