#include "situation/situation.h"

#include <stdlib.h>

#include "base/mem.h"
#include "situation/changes.h"

struct situation {
	struct map_state *map;   /* NULL without a map */
	struct changes *changes; /* NULL when nothing is watched */
};

struct situation *situation_new(const struct situation_config *config)
{
	struct situation *situation = mem_zalloc(sizeof(*situation));
	struct map_state_config map = { .loop = config->loop,
					.engine = config->engine,
					.map = config->map,
					.apart = config->apart,
					.on_change = config->on_change,
					.user = config->user };
	struct changes_config changes = { .loop = config->loop,
					  .engine = config->engine,
					  .rules = config->rules,
					  .system = config->system,
					  .feed = config->feed,
					  .apart = config->apart,
					  .on_change = config->on_change,
					  .user = config->user };

	if (config->map && config->map->count)
		situation->map = map_state_new(&map);
	if (config->rules && config->rules->count && config->feed)
		situation->changes = changes_new(&changes);
	return situation;
}

void situation_free(struct situation *situation)
{
	if (!situation)
		return;
	map_state_free(situation->map);
	changes_free(situation->changes);
	free(situation);
}

struct map_state *situation_map(const struct situation *situation)
{
	return situation ? situation->map : NULL;
}

void situation_refresh(struct situation *situation)
{
	if (situation->map)
		map_state_refresh(situation->map);
	if (situation->changes)
		changes_refresh(situation->changes);
}

bool situation_busy(const struct situation *situation)
{
	return (situation->map && map_state_busy(situation->map)) ||
	       (situation->changes && changes_busy(situation->changes));
}
