/* The table of panel types: a new type is one row here and one record in its own file. */
#include "ui/panel/panel.h"

#include <string.h>

#include "ui/panel/panel_list.h"

static const struct panel_ops *const types[] = {
	&panel_chart,          &panel_graph,     &panel_stat,          &panel_singlestat, &panel_gauge,
	&panel_bargauge,       &panel_datatable, &panel_datatable_old, &panel_text,       &panel_row,
	&panel_piechart,       &panel_barchart,  &panel_heatmap,       &panel_histogram,  &panel_state_timeline,
	&panel_status_history, &panel_alertlist,
};

static const struct panel_ops *find(const char *type)
{
	for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(types[i]->type, type))
			return types[i];
	}
	return NULL;
}

const struct panel_ops *panel_find(const char *type)
{
	const struct panel_ops *ops = find(type);

	return ops ? ops : &panel_placeholder;
}

bool panel_is_known(const char *type)
{
	return find(type) != NULL;
}

const struct panel_ops *const *panel_table(size_t *ret_count)
{
	*ret_count = sizeof(types) / sizeof(types[0]);
	return types;
}
