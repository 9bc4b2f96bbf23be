#include <string.h>

#include "dashboard/load.h"

/* Panel types with a drawing of their own; every other one gets the placeholder. */
static const char *const known_types[] = {
	"alertlist",  "barchart", "bargauge",       "gauge",          "grafana-piechart-panel",
	"graph",      "heatmap",  "histogram",      "piechart",       "row",
	"singlestat", "stat",     "state-timeline", "status-history", "table",
	"table-old",  "text",     "timeseries",
};

static const char *const known_transformations[] = {
	"calculateField", "concatenate",   "convertFieldType", "filterByRefId", "filterByValue", "filterFieldsByName",
	"groupBy",        "joinByField",   "labelsToFields",   "limit",         "merge",         "organize",
	"reduce",         "renameByRegex", "seriesToColumns",  "seriesToRows",  "sortBy",
};

static bool listed(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i], word))
			return true;
	return false;
}

bool dashboard_type_is_known(const char *type)
{
	return listed(known_types, sizeof(known_types) / sizeof(known_types[0]), type);
}

bool dashboard_transformation_is_known(const char *id)
{
	return listed(known_transformations, sizeof(known_transformations) / sizeof(known_transformations[0]), id);
}
