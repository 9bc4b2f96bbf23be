#include "sim/colony_state.h"
#include "sim/random.h"

/*
 * The frequent backup of every five minutes; the first instance that serves
 * takes it. How the last one went is written down beside the backups, so that
 * every instance can tell.
 */

enum { BACKUP_MS = 5 * 60 * 1000, COPY_MS = 20 * 1000 };

static const double usual_s = 92, usual_bytes = 5.3e9;

/* What one is like differs a little from the one before. */
static double unlike(const struct colony *colony, int64_t at_ms, uint64_t which, double much)
{
	return random_between(colony->seed, CHANCE_BACKUP * 4 + which, (uint64_t)at_ms, 1 - much, 1 + much);
}

static void write_down(struct colony *colony, int64_t at_ms)
{
	const double *strain = colony->common;

	colony->backup_last_ms = at_ms;
	colony->backups_kept++;
	colony->backup_s = usual_s * unlike(colony, at_ms, 0, 0.1) + strain[STRAIN_BACKUP_SLOW];
	colony->backup_bytes = usual_bytes * unlike(colony, at_ms, 1, 0.015) * (1 + strain[STRAIN_BACKUP_SIZE]);
	colony->backup_verified = !(strain[STRAIN_BACKUP_SPOILT] > 0);
}

bool backups_take(struct colony *colony, int64_t at_ms)
{
	for (unsigned i = 0; i < colony->instance_count; i++) {
		struct instance *instance = &colony->instances[i];
		bool good = !(instance->strain[STRAIN_DATABASE] > 0) && !(instance->strain[STRAIN_BACKUP] > 0);

		if (!instance_serves(instance))
			continue;
		instance->count.backups++;
		if (!good)
			return false;
		instance->count.backups_good++;
		write_down(colony, at_ms);
		return true;
	}
	return false;
}

void backups_init(struct colony *colony)
{
	write_down(colony, colony->start_ms - 2 * 60 * 1000);
	colony->backup_copied_ms = colony->backup_last_ms;
	colony->backup_next_ms = colony->start_ms + 3 * 60 * 1000;
	colony->backups_kept = 288;
}

void backups_step(struct colony *colony, const struct step *step)
{
	for (; colony->backup_next_ms <= step->now_ms; colony->backup_next_ms += BACKUP_MS)
		backups_take(colony, colony->backup_next_ms);
	if (!(colony->common[STRAIN_REPLICATION] > 0) && colony->backup_last_ms + COPY_MS <= step->now_ms)
		colony->backup_copied_ms = colony->backup_last_ms;
}
