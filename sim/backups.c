#include "sim/colony_state.h"

/* The frequent backup of every five minutes; the first instance that serves takes it. */

enum { BACKUP_MS = 5 * 60 * 1000 };

bool backups_take(struct colony *colony, int64_t at_ms)
{
	for (unsigned i = 0; i < colony->instance_count; i++) {
		struct instance *instance = &colony->instances[i];
		bool good = !(instance->strain[STRAIN_DATABASE] > 0);

		if (!instance_serves(instance))
			continue;
		instance->count.backups++;
		if (!good)
			return false;
		instance->count.backups_good++;
		colony->backup_last_ms = at_ms;
		colony->backups_kept++;
		return true;
	}
	return false;
}

void backups_step(struct colony *colony, const struct step *step)
{
	for (; colony->backup_next_ms <= step->now_ms; colony->backup_next_ms += BACKUP_MS)
		backups_take(colony, colony->backup_next_ms);
}
