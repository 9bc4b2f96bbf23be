#include "config/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "config/option_value.h"

/* Longer names than any row's are cut, which does no harm: they match none. */
#define NAME_MOST 64

static void with_dashes(const char *name, char ret[NAME_MOST])
{
	size_t i;

	for (i = 0; i < NAME_MOST - 1 && name[i]; i++)
		ret[i] = name[i] == '_' ? '-' : name[i];
	ret[i] = '\0';
}

const struct option *option_find(const struct option *table, const char *name)
{
	char wanted[NAME_MOST];

	with_dashes(name, wanted);
	for (; table->name; table++) {
		if (!strcmp(table->name, wanted))
			return table;
	}
	return NULL;
}

const struct option *option_nearest(const struct option *table, const char *name)
{
	const struct option *nearest = NULL;
	char wanted[NAME_MOST];
	unsigned best = 3;

	with_dashes(name, wanted);
	for (; table->name; table++) {
		unsigned distance = text_distance(wanted, table->name, best - 1);

		/* Two slips in a word of two letters make it any other word. */
		if (distance < best && distance < strlen(table->name)) {
			best = distance;
			nearest = table;
		}
	}
	return nearest;
}

void option_defaults(const struct option *table, void *target, struct arena *arena)
{
	struct error error;

	for (; table->name; table++) {
		if (!table->fallback)
			continue;
		option_value_clear(table, target);
		if (option_set(table, target, table->fallback, arena, &error)) {
			log_line(LOG_LEVEL_ERROR, "option table: %s", error.text);
			abort();
		}
	}
}

int option_set(const struct option *option, void *target, const char *value, struct arena *arena, struct error *error)
{
	struct error reason;

	if (!option_value_read(option, target, value, arena, &reason))
		return 0;
	return error_set(error, "--%s: %s", option->name, reason.text);
}
