#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "sim/colony_state.h"

enum { NAME_MAX_LENGTH = 64, FIRST = 0x1, SECOND = 0x2 };
#define EVERY UINT32_MAX

/* What one fault pushes on: `level` is reached after `ramp_s`, counted from the fault's begin or, if later, the
 * process's. */
struct colony_effect {
	enum strain strain;
	double level, ramp_s;
	bool with_process;
};

/* Ends with a level of zero. */
#define EFFECTS(...)                                                                                                   \
	(const struct colony_effect[])                                                                                 \
	{                                                                                                              \
		__VA_ARGS__,                                                                                           \
		{                                                                                                      \
			0                                                                                              \
		}                                                                                                      \
	}

/*
 * Remedies are alternatives divided by ", "; those of several steps have them
 * in order, divided by " + ". Each step is the action of a verb (verbs.c).
 */
static const struct colony_fault faults[] = {
	{ "crash", "an instance's process ends and does not come back by itself", "restart", FIRST,
	  EFFECTS({ STRAIN_DOWN, 1, 0, false }) },
	{ "deadlock", "an instance accepts connections and never answers", "restart, reload", FIRST,
	  EFFECTS({ STRAIN_HUNG, 1, 0, false }) },
	{ "out-of-memory", "an instance fills its memory until it is killed, again and again", "resources set", SECOND,
	  EFFECTS({ STRAIN_HEAP, 9.3e9, 170, true }, { STRAIN_HEAP, 1.9e9, 900, true }) },
	{ "lmcache-down", "LMCache is gone: anchors come from the near cache alone", "restart lmcache", EVERY,
	  EFFECTS({ STRAIN_LMCACHE, 1, 0, false }) },
	{ "federated-down", "the federated coordinator is gone: every sync fails", "restart federated", EVERY,
	  EFFECTS({ STRAIN_FEDERATED, 1, 0, false }) },
	{ "worldmodel-down", "the world model is gone: no dreams, no training", "restart worldmodel", EVERY,
	  EFFECTS({ STRAIN_WORLDMODEL, 1, 0, false }) },
	{ "meadow-down", "the community meadow is gone", "restart meadow", EVERY,
	  EFFECTS({ STRAIN_MEADOW, 1, 0, false }) },
	{ "redis-down", "Redis is gone: colonies cannot find each other", "restart redis", EVERY,
	  EFFECTS({ STRAIN_REDIS, 1, 0, false }) },
	{ "network-partition", "the colony is cut off from all its dependencies", "network allow + reconnect", EVERY,
	  EFFECTS({ STRAIN_PARTITION, 1, 0, false }, { STRAIN_ERRORS, 0.004, 20, false }) },
	{ "nan-synapses", "synapse weights turn into NaN and spread",
	  "synapses reset, synapses rollback, restore synapses", EVERY,
	  EFFECTS({ STRAIN_NAN, 37, 180, false }, { STRAIN_VALIDATION, 0.05, 0, false },
		  { STRAIN_INACCURACY, 0.06, 300, false }) },
	{ "corrupted-synapses", "synapses fail their checksums", "synapses rollback, synapses reinit, restore synapses",
	  EVERY,
	  EFFECTS({ STRAIN_CORRUPT, 140, 240, false }, { STRAIN_VALIDATION, 0.08, 0, false },
		  { STRAIN_INACCURACY, 0.09, 300, false }) },
	{ "corrupted-agents", "most agents hold a state they cannot work from",
	  "agents kill + agents spawn, restore agents", EVERY,
	  EFFECTS({ STRAIN_UNWELL, 0.68, 45, false }, { STRAIN_VALIDATION, 0.1, 0, false },
		  { STRAIN_INACCURACY, 0.3, 120, false }, { STRAIN_ERRORS, 0.02, 60, false }) },
	{ "corrupted-anchors", "anchors lead to the wrong places: look-ups miss",
	  "anchors clear + ann rebuild, restore anchors", EVERY,
	  EFFECTS({ STRAIN_ANCHOR_ROT, 1, 90, false }, { STRAIN_VALIDATION, 0.06, 0, false },
		  { STRAIN_INACCURACY, 0.02, 300, false }) },
	{ "corrupted-federated", "the coordinator refuses the colony's federated state",
	  "federated disconnect + federated reset + federated connect, restore federated", EVERY,
	  EFFECTS({ STRAIN_FEDERATED_ROT, 1, 0, false }, { STRAIN_VALIDATION, 0.03, 0, false }) },
	{ "database-failing", "connections to the database fail; so do backups", "restart database", EVERY,
	  EFFECTS({ STRAIN_DATABASE, 1.5, 0, false }, { STRAIN_ERRORS, 0.008, 10, false },
		  { STRAIN_SLOWNESS, 0.8, 30, false }) },
	{ "entropy-loss", "the world model collapses: it imagines one thing only",
	  "worldmodel rebuild, restore worldmodel", EVERY,
	  EFFECTS({ STRAIN_ENTROPY, 0.88, 240, false }, { STRAIN_VAE, 0.03, 120, false },
		  { STRAIN_INACCURACY, 0.03, 600, false }) },
	{ "latency", "a hot partition of the topology slows every decision", "topology rebalance", EVERY,
	  EFFECTS({ STRAIN_SLOWNESS, 62, 60, false }, { STRAIN_LAG, 0.02, 60, false }) },
	{ "memory-leak", "an instance never gives memory back", "restart", SECOND,
	  EFFECTS({ STRAIN_HEAP, 14e9, 1300, true }) },
	{ "agent-explosion", "agents spawn agents without end",
	  "agents limit + agents prune, agents prune + agents limit", EVERY,
	  EFFECTS({ STRAIN_SWARM, 11900, 200, true }, { STRAIN_ERRORS, 0.002, 200, true }) },
	{ "dream-saturation", "dream cycles queue for a quarter of an hour and crowd out the work",
	  "dream iterations, dream disable + dream enable", EVERY,
	  EFFECTS({ STRAIN_BACKLOG, 930, 0, false }, { STRAIN_CPU, 0.9, 60, false }, { STRAIN_LAG, 0.05, 60, false },
		  { STRAIN_SLOWNESS, 1.6, 90, false }) },
	{ "kv-saturation", "the anchor pool fills with what nobody asks for", "anchors evict, cache clear", EVERY,
	  EFFECTS({ STRAIN_POOL, 0.36, 90, false }) },
	{ "auth-attack", "passwords are tried by the hundred a second, and some doors", "auth block", EVERY,
	  EFFECTS({ STRAIN_AUTH, 165, 20, false }, { STRAIN_INTRUSION, 0.05, 0, false },
		  { STRAIN_CPU, 0.35, 20, false }) },
	{ "error-burst", "a breaker hangs open and one request in seven fails", "circuit reset", EVERY,
	  EFFECTS({ STRAIN_ERRORS, 0.15, 15, false }) },
	{ "region-loss", "the region is gone, the colony and its dependencies with it", "failover", EVERY,
	  EFFECTS({ STRAIN_DOWN, 1, 0, false }, { STRAIN_LMCACHE, 1, 0, false }, { STRAIN_FEDERATED, 1, 0, false },
		  { STRAIN_WORLDMODEL, 1, 0, false }, { STRAIN_MEADOW, 1, 0, false }, { STRAIN_REDIS, 1, 0, false }) },
};

enum { FAULT_COUNT = sizeof(faults) / sizeof(*faults) };
_Static_assert((int)FAULT_COUNT <= (int)COLONY_FAULTS_MAX, "the state has a place for each fault");

const struct colony_fault *colony_faults(size_t *ret_count)
{
	*ret_count = FAULT_COUNT;
	return faults;
}

uint32_t faults_all_instances(const struct colony *colony)
{
	return (1u << colony->instance_count) - 1;
}

static double weight(const struct colony_effect *effect, int64_t since_ms, int64_t now_ms)
{
	double age_s = (double)(now_ms - since_ms) / 1000;

	return effect->ramp_s > 0 ? effect->level * fmin(fmax(age_s, 0) / effect->ramp_s, 1) : effect->level;
}

static void weigh_one(struct colony *colony, size_t which, int64_t now_ms)
{
	const struct active_fault *active = &colony->faults[which];

	for (const struct colony_effect *effect = faults[which].effects; effect->level > 0; effect++) {
		colony->common[effect->strain] += weight(effect, active->since_ms, now_ms);
		for (unsigned i = 0; i < colony->instance_count; i++) {
			struct instance *instance = &colony->instances[i];
			int64_t since_ms = active->since_ms;

			if ((active->instances & 1u << i) == 0)
				continue;
			if (effect->with_process && instance->start_ms > since_ms)
				since_ms = instance->start_ms;
			instance->strain[effect->strain] += weight(effect, since_ms, now_ms);
		}
	}
}

void faults_weigh(struct colony *colony, int64_t now_ms)
{
	colony->active_faults = 0;
	memset(colony->common, 0, sizeof(colony->common));
	for (unsigned i = 0; i < colony->instance_count; i++)
		memset(colony->instances[i].strain, 0, sizeof(colony->instances[i].strain));
	for (size_t which = 0; which < FAULT_COUNT; which++) {
		if (colony->faults[which].instances == 0)
			continue;
		colony->active_faults++;
		weigh_one(colony, which, now_ms);
	}
}

static int unknown(const char *name, struct error *error)
{
	const char *near = NULL;
	unsigned best = 4;

	for (size_t i = 0; i < FAULT_COUNT; i++) {
		unsigned distance = text_distance(name, faults[i].name, best);

		if (distance < best) {
			best = distance;
			near = faults[i].name;
		}
	}
	if (near != NULL)
		return error_set(error, "no fault is called '%s' (did you mean '%s'?)", name, near);
	return error_set(error, "no fault is called '%s' (the list says which there are)", name);
}

/* Take "crash", "crash@1" or "crash@all" apart; `ret_instances` is 0 when the name does not say. */
static int find(const struct colony *colony, const char *text, uint32_t *ret_instances, struct error *error)
{
	const char *at = strchr(text, '@');
	size_t length = at != NULL ? (size_t)(at - text) : strlen(text);
	char name[NAME_MAX_LENGTH], *end;

	*ret_instances = 0;
	if (length >= sizeof(name))
		return error_set(error, "the name of a fault has at most %d letters", NAME_MAX_LENGTH - 1);
	memcpy(name, text, length);
	name[length] = '\0';
	if (at != NULL && strcmp(at + 1, "all") == 0) {
		*ret_instances = faults_all_instances(colony);
	} else if (at != NULL) {
		unsigned long number = strtoul(at + 1, &end, 10);

		if (at[1] < '0' || at[1] > '9' || *end != '\0' || number >= colony->instance_count)
			return error_set(error, "no instance '%s' (0 to %u, or all)", at + 1,
					 colony->instance_count - 1);
		*ret_instances = 1u << number;
	}
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (strcmp(faults[i].name, name) == 0)
			return (int)i;
	return unknown(name, error);
}

int colony_inject(struct colony *colony, const char *fault, struct error *error)
{
	uint32_t instances;
	int which = find(colony, fault, &instances, error);
	struct active_fault *active;

	if (which < 0)
		return -1;
	active = &colony->faults[which];
	if (instances == 0)
		instances = faults[which].instances & faults_all_instances(colony);
	if (instances == 0)
		instances = 1; /* the second of one is the first */
	if (active->instances == 0)
		*active = (struct active_fault){ .since_ms = colony->now_ms };
	active->instances |= instances;
	faults_weigh(colony, colony->stepped_ms);
	for (unsigned i = 0; i < colony->instance_count; i++)
		instance_suffer(colony, &colony->instances[i], colony->stepped_ms);
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++)
		dependency_suffer(colony, (enum colony_service)i, colony->stepped_ms);
	return 0;
}

int colony_clear(struct colony *colony, const char *fault, struct error *error)
{
	uint32_t instances;
	int which;

	if (fault == NULL) {
		for (size_t i = 0; i < FAULT_COUNT; i++)
			colony->faults[i].instances = 0;
	} else {
		which = find(colony, fault, &instances, error);
		if (which < 0)
			return -1;
		if (colony->faults[which].instances == 0)
			return error_set(error, "fault '%s' is not active", faults[which].name);
		colony->faults[which].instances &= instances == 0 ? 0 : ~instances;
	}
	faults_weigh(colony, colony->stepped_ms);
	return 0;
}

bool colony_fault_is_active(const struct colony *colony, const char *fault)
{
	uint32_t instances;
	int which = find(colony, fault, &instances, NULL);

	return which >= 0 && (colony->faults[which].instances & (instances == 0 ? EVERY : instances)) != 0;
}

/* Take a step of one alternative when `action` is its next; true when that was its last. `*ret_nearer` counts steps. */
static bool take_step(const char *alternative, size_t length, const char *action, uint8_t *progress,
		      unsigned *ret_nearer)
{
	const char *step = alternative, *end = alternative + length;

	for (unsigned i = 0; step < end; i++) {
		const char *plus = memmem(step, (size_t)(end - step), " + ", 3);
		size_t step_length = (size_t)((plus != NULL ? plus : end) - step);

		if (i == *progress) {
			if (strlen(action) != step_length || memcmp(step, action, step_length) != 0)
				return false;
			++*progress;
			++*ret_nearer;
			return plus == NULL;
		}
		step = plus != NULL ? plus + 3 : end;
	}
	return false;
}

static bool undone_by(struct active_fault *active, const char *remedies, const char *action, unsigned *ret_nearer)
{
	const char *alternative = remedies;

	for (size_t i = 0; i < sizeof(active->progress); i++) {
		const char *comma = strstr(alternative, ", ");
		size_t length = comma != NULL ? (size_t)(comma - alternative) : strlen(alternative);

		if (take_step(alternative, length, action, &active->progress[i], ret_nearer))
			return true;
		if (comma == NULL)
			return false;
		alternative = comma + 2;
	}
	return false;
}

unsigned faults_remedy(struct colony *colony, const char *action, uint32_t instances)
{
	unsigned nearer = 0;

	for (size_t which = 0; which < FAULT_COUNT; which++) {
		struct active_fault *active = &colony->faults[which];

		if ((active->instances & instances) == 0 || !undone_by(active, faults[which].remedies, action, &nearer))
			continue;
		active->instances &= ~instances;
		memset(active->progress, 0, sizeof(active->progress));
	}
	if (nearer > 0)
		faults_weigh(colony, colony->stepped_ms);
	return nearer;
}
