#include <string.h>

#include "base/error.h"
#include "sim/colony_state.h"

enum { FIRST = 0x1, SECOND = 0x2, OTHERS = 0xfffe /* all but the first */ };
#define EVERY UINT32_MAX

static const struct sim_fault faults[] = {
	/* clang-format off */
	{ .name = "crash", .help = "an instance's process ends and does not come back by itself", .remedies = "restart", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = STRAIN_DOWN, .level = 1 }) },
	{ .name = "deadlock", .help = "an instance accepts connections and never answers", .remedies = "restart, reload", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = STRAIN_HUNG, .level = 1 }) },
	{ .name = "out-of-memory", .help = "an instance fills its memory until it is killed, again and again", .remedies = "resources set", .instances = SECOND, .effects = FAULT_EFFECTS({ .strain = STRAIN_HEAP, .level = 9.3e9, .ramp_s = 170, .with_process = true }, { .strain = STRAIN_HEAP, .level = 1.9e9, .ramp_s = 900, .with_process = true }) },
	{ .name = "lmcache-down", .help = "LMCache is gone: anchors come from the near cache alone", .remedies = "restart lmcache", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_LMCACHE, .level = 1 }) },
	{ .name = "federated-down", .help = "the federated coordinator is gone: every sync fails", .remedies = "restart federated", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_FEDERATED, .level = 1 }) },
	{ .name = "worldmodel-down", .help = "the world model is gone: no dreams, no training", .remedies = "restart worldmodel", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_WORLDMODEL, .level = 1 }) },
	{ .name = "meadow-down", .help = "the community meadow is gone", .remedies = "restart meadow", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_MEADOW, .level = 1 }) },
	{ .name = "redis-down", .help = "Redis is gone: colonies cannot find each other", .remedies = "restart redis", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_REDIS, .level = 1 }) },
	{ .name = "network-partition", .help = "the colony is cut off from all its dependencies", .remedies = "network allow + reconnect", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_PARTITION, .level = 1 }, { .strain = STRAIN_ERRORS, .level = 0.004, .ramp_s = 20 }) },
	{ .name = "nan-synapses", .help = "synapse weights turn into NaN and spread", .remedies = "synapses reset, synapses rollback, restore synapses", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_NAN, .level = 37, .ramp_s = 180 }, { .strain = STRAIN_VALIDATION, .level = 0.05 }, { .strain = STRAIN_INACCURACY, .level = 0.06, .ramp_s = 300 }) },
	{ .name = "corrupted-synapses", .help = "synapses fail their checksums", .remedies = "synapses rollback, synapses reinit, restore synapses", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_CORRUPT, .level = 140, .ramp_s = 240 }, { .strain = STRAIN_VALIDATION, .level = 0.08 }, { .strain = STRAIN_INACCURACY, .level = 0.09, .ramp_s = 300 }) },
	{ .name = "corrupted-agents", .help = "most agents hold a state they cannot work from", .remedies = "agents kill + agents spawn, restore agents", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_UNWELL, .level = 0.68, .ramp_s = 45 }, { .strain = STRAIN_VALIDATION, .level = 0.1 }, { .strain = STRAIN_INACCURACY, .level = 0.3, .ramp_s = 120 }, { .strain = STRAIN_ERRORS, .level = 0.02, .ramp_s = 60 }) },
	{ .name = "corrupted-anchors", .help = "anchors lead to the wrong places: look-ups miss", .remedies = "anchors clear + ann rebuild, restore anchors", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_ANCHOR_ROT, .level = 1, .ramp_s = 90 }, { .strain = STRAIN_VALIDATION, .level = 0.06 }, { .strain = STRAIN_INACCURACY, .level = 0.02, .ramp_s = 300 }) },
	{ .name = "corrupted-federated", .help = "the coordinator refuses the colony's federated state", .remedies = "federated disconnect + federated reset + federated connect, restore federated", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_FEDERATED_ROT, .level = 1 }, { .strain = STRAIN_VALIDATION, .level = 0.03 }) },
	{ .name = "database-failing", .help = "connections to the database fail; so do backups", .remedies = "restart database", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_DATABASE, .level = 1.5 }, { .strain = STRAIN_ERRORS, .level = 0.008, .ramp_s = 10 }, { .strain = STRAIN_SLOWNESS, .level = 0.8, .ramp_s = 30 }) },
	{ .name = "entropy-loss", .help = "the world model collapses: it imagines one thing only", .remedies = "worldmodel rebuild, restore worldmodel", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_ENTROPY, .level = 0.88, .ramp_s = 240 }, { .strain = STRAIN_VAE, .level = 0.03, .ramp_s = 120 }, { .strain = STRAIN_INACCURACY, .level = 0.03, .ramp_s = 600 }) },
	{ .name = "latency", .help = "a hot partition of the topology slows every decision", .remedies = "topology rebalance", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_SLOWNESS, .level = 62, .ramp_s = 60 }, { .strain = STRAIN_LAG, .level = 0.02, .ramp_s = 60 }) },
	{ .name = "memory-leak", .help = "an instance never gives memory back", .remedies = "restart", .instances = SECOND, .effects = FAULT_EFFECTS({ .strain = STRAIN_HEAP, .level = 14e9, .ramp_s = 1300, .with_process = true }) },
	{ .name = "agent-explosion", .help = "agents spawn agents without end", .remedies = "agents limit + agents prune, agents prune + agents limit", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_SWARM, .level = 11900, .ramp_s = 200, .with_process = true }, { .strain = STRAIN_ERRORS, .level = 0.002, .ramp_s = 200, .with_process = true }) },
	{ .name = "dream-saturation", .help = "dream cycles queue for a quarter of an hour and crowd out the work", .remedies = "dream iterations, dream disable + dream enable", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_BACKLOG, .level = 930 }, { .strain = STRAIN_CPU, .level = 0.9, .ramp_s = 60 }, { .strain = STRAIN_LAG, .level = 0.05, .ramp_s = 60 }, { .strain = STRAIN_SLOWNESS, .level = 1.6, .ramp_s = 90 }) },
	{ .name = "kv-saturation", .help = "the anchor pool fills with what nobody asks for", .remedies = "anchors evict, cache clear", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_POOL, .level = 0.36, .ramp_s = 90 }) },
	{ .name = "auth-attack", .help = "passwords are tried by the hundred a second, and some doors", .remedies = "auth block", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_AUTH, .level = 165, .ramp_s = 20 }, { .strain = STRAIN_INTRUSION, .level = 0.05 }, { .strain = STRAIN_CPU, .level = 0.35, .ramp_s = 20 }) },
	{ .name = "error-burst", .help = "a breaker hangs open and one request in seven fails", .remedies = "circuit reset", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_ERRORS, .level = 0.15, .ramp_s = 15 }) },
	{ .name = "agent-loss", .help = "agents die and are not replaced: hardly any are left", .remedies = "agents spawn, restore agents", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_LOSS, .level = 0.89, .ramp_s = 60 }) },
	{ .name = "traffic-loss", .help = "a rule at the edge turns nearly every request away", .remedies = "traffic restore", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_TURNED_AWAY, .level = 0.95, .ramp_s = 10 }) },
	{ .name = "backup-failing", .help = "the bucket refuses the backup job: every backup fails", .remedies = "backup repair", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_BACKUP, .level = 1 }) },
	{ .name = "backup-slow", .help = "a backup takes more than ten minutes", .remedies = "backup repair", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_BACKUP_SLOW, .level = 640 }) },
	{ .name = "backup-swollen", .help = "backups hold what should have been pruned long ago", .remedies = "backup prune", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_BACKUP_SIZE, .level = 0.6 }) },
	{ .name = "backup-spoilt", .help = "what is backed up fails its verification", .remedies = "backup discard", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_BACKUP_SPOILT, .level = 1 }) },
	{ .name = "replication-stalled", .help = "backups are no longer copied to the other region", .remedies = "replication restart", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_REPLICATION, .level = 1 }) },
	{ .name = "failover-stuck", .help = "a failover was begun for a drill and does not end", .remedies = "failover abort", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_FAILOVER, .level = 1 }) },
	{ .name = "region-loss", .help = "the region is gone, the colony and its dependencies with it", .remedies = "failover", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_DOWN, .level = 1 }, { .strain = STRAIN_LMCACHE, .level = 1 }, { .strain = STRAIN_FEDERATED, .level = 1 }, { .strain = STRAIN_WORLDMODEL, .level = 1 }, { .strain = STRAIN_MEADOW, .level = 1 }, { .strain = STRAIN_REDIS, .level = 1 }) },
	{ .name = "synapse-bloat", .help = "weak synapses pile up: each decision walks a hundred thousand of them", .remedies = "synapses prune", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_WEAK, .level = 92000, .ramp_s = 240 }) },
	{ .name = "slow-network", .help = "the way to the dependencies is full: what is asked of them waits", .remedies = "sync compress + sync interval + meadow disconnect, sync interval + sync compress + meadow disconnect, meadow disconnect + sync compress + sync interval", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_CONGESTION, .level = 0.07, .ramp_s = 45 }) },
	{ .name = "crash-loop", .help = "a release ends at each start: its rollout stands still at the first instance", .remedies = "rollout undo", .instances = FIRST, .effects = FAULT_EFFECTS({ .strain = STRAIN_DOWN, .level = 1 }) },
	{ .name = "corrupted-store", .help = "all that is kept is spoilt, and spoils what is mended beside it", .remedies = "data clear + restore full", .instances = EVERY, .effects = FAULT_EFFECTS({ .strain = STRAIN_ROT, .level = 1 }, { .strain = STRAIN_NAN, .level = 60, .ramp_s = 200 }, { .strain = STRAIN_CORRUPT, .level = 310, .ramp_s = 240 }, { .strain = STRAIN_UNWELL, .level = 0.36, .ramp_s = 120 }, { .strain = STRAIN_ENTROPY, .level = 0.8, .ramp_s = 240 }, { .strain = STRAIN_ANCHOR_ROT, .level = 0.6, .ramp_s = 120 }, { .strain = STRAIN_VALIDATION, .level = 0.4 }, { .strain = STRAIN_INACCURACY, .level = 0.35, .ramp_s = 180 }, { .strain = STRAIN_ERRORS, .level = 0.006, .ramp_s = 60 }) },
	{ .name = "zone-loss", .help = "two zones of three are gone, and what is kept with them: pods start once the standby leads", .remedies = "standby start + restart all, failover", .instances = OTHERS, .effects = FAULT_EFFECTS({ .strain = STRAIN_DOWN, .level = 1 }, { .strain = STRAIN_ZONE, .level = 1 }) },
	{ .name = "zones-and-standby-loss", .help = "two zones of three are gone, and the standby with them", .remedies = "failover", .instances = OTHERS, .effects = FAULT_EFFECTS({ .strain = STRAIN_DOWN, .level = 1 }, { .strain = STRAIN_ZONE, .level = 1 }, { .strain = STRAIN_STANDBY, .level = 1 }) },
	/* clang-format on */
};

enum { FAULT_COUNT = sizeof(faults) / sizeof(*faults) };
_Static_assert((int)FAULT_COUNT <= (int)COLONY_FAULTS_MAX, "the state has a place for each fault");

const struct sim_fault *colony_faults(size_t *ret_count)
{
	*ret_count = FAULT_COUNT;
	return faults;
}

uint32_t faults_all_instances(const struct colony *colony)
{
	return sim_fault_all_instances(colony->instance_count);
}

static bool pushes_on(const struct sim_fault *fault, enum strain strain)
{
	for (const struct sim_fault_effect *effect = fault->effects; effect->level > 0; effect++)
		if (effect->strain == (int)strain)
			return true;
	return false;
}

int64_t faults_since_ms(const struct colony *colony, enum strain strain)
{
	int64_t since_ms = INT64_MAX;

	for (size_t which = 0; which < FAULT_COUNT; which++) {
		const struct sim_fault_state *active = &colony->faults[which];

		if (active->instances != 0 && active->since_ms < since_ms && pushes_on(&faults[which], strain))
			since_ms = active->since_ms;
	}
	return since_ms;
}

static void weigh_one(struct colony *colony, size_t which, int64_t now_ms)
{
	const struct sim_fault_state *active = &colony->faults[which];

	for (const struct sim_fault_effect *effect = faults[which].effects; effect->level > 0; effect++) {
		colony->common[effect->strain] += sim_fault_weight(effect, active->since_ms, now_ms);
		for (unsigned i = 0; i < colony->instance_count; i++) {
			struct instance *instance = &colony->instances[i];
			int64_t since_ms = active->since_ms;

			if ((active->instances & 1u << i) == 0)
				continue;
			if (effect->with_process && instance->start_ms > since_ms)
				since_ms = instance->start_ms;
			instance->strain[effect->strain] += sim_fault_weight(effect, since_ms, now_ms);
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
		/* Where nothing is kept, nothing is spoilt. */
		if (!colony->data_cleared || !pushes_on(&faults[which], STRAIN_ROT))
			weigh_one(colony, which, now_ms);
	}
}

int colony_inject(struct colony *colony, const char *fault, struct error *error)
{
	uint32_t instances;
	int which = sim_fault_find(faults, FAULT_COUNT, fault, colony->instance_count, &instances, error);
	struct sim_fault_state *active;

	if (which < 0)
		return -1;
	active = &colony->faults[which];
	if (instances == 0)
		instances = faults[which].instances & faults_all_instances(colony);
	if (instances == 0)
		instances = 1; /* the second of one is the first */
	if (active->instances == 0)
		*active = (struct sim_fault_state){ .since_ms = colony->now_ms };
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
		which = sim_fault_find(faults, FAULT_COUNT, fault, colony->instance_count, &instances, error);
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
	int which = sim_fault_find(faults, FAULT_COUNT, fault, colony->instance_count, &instances, NULL);

	return which >= 0 && (colony->faults[which].instances & (instances == 0 ? EVERY : instances)) != 0;
}

unsigned faults_remedy(struct colony *colony, const char *action, uint32_t instances)
{
	unsigned nearer = 0;

	for (size_t which = 0; which < FAULT_COUNT; which++) {
		struct sim_fault_state *active = &colony->faults[which];

		if ((active->instances & instances) == 0 ||
		    !sim_fault_undone_by(active, faults[which].remedies, action, &nearer))
			continue;
		active->instances &= ~instances;
		memset(active->progress, 0, sizeof(active->progress));
	}
	if (nearer > 0)
		faults_weigh(colony, colony->stepped_ms);
	return nearer;
}
