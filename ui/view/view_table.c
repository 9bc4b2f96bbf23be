#include <string.h>

#include "ui/view/view.h"

static const struct view_ops *const table[] = {
	&view_board,     &view_alerts, &view_alert,   &view_silences, &view_runbooks, &view_runbook, &view_slo,
	&view_objective, &view_logs,   &view_sources, &view_source,   &view_map,      &view_events,
};

const struct view_ops *view_find(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

const struct view_ops *const *view_table(size_t *ret_count)
{
	*ret_count = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct view_ops *view_of_action(enum action action)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (action != ACTION_NONE && table[i]->action == action)
			return table[i];
	return NULL;
}
