/* Whatever the bytes are: a dashboard that keeps its promises, or at least one error; never a crash. */
#include <stddef.h>
#include <stdint.h>

#include "invariant.h"
#include "dashboard/dashboard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_panel(const struct dashboard *dashboard, size_t index)
{
	const struct panel *panel = &dashboard->panels[index];

	always(panel->id > 0 && panel->title && panel->type);
	always(panel->x >= 0 && panel->y >= 0 && panel->w >= 1 && panel->h >= 1 && panel->x + panel->w <= 24);
	always(panel->options.calcs && panel->options.calcs[0] && panel->options.fields);
	always(panel->parent < (int)index && panel->parent >= -1);
	always(panel->target_count <= DASHBOARD_TARGETS_MAX);
	for (size_t i = 0; i < panel->target_count; i++)
		always(*panel->targets[i].ref_id && panel->targets[i].expression && panel->targets[i].legend &&
		       panel->targets[i].interval_factor >= 1);
	for (size_t i = 1; i < panel->defaults.thresholds.count; i++)
		always(panel->defaults.thresholds.steps[i - 1].value <= panel->defaults.thresholds.steps[i].value);
	if (panel->is_row)
		always(panel->first_child + panel->child_count <= dashboard->panel_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error_list errors;
	struct dashboard *dashboard;

	error_list_init(&errors);
	dashboard = dashboard_parse((const char *)data, size, "fuzz.json", &errors);
	always((dashboard == NULL) == (errors.errors > 0));
	if (dashboard) {
		always(dashboard->panel_count <= DASHBOARD_PANELS_MAX);
		for (size_t i = 0; i < dashboard->panel_count; i++)
			check_panel(dashboard, i);
		for (size_t i = 0; i < dashboard->variable_count; i++)
			always(*dashboard->variables[i].name && dashboard->variables[i].current &&
			       dashboard->variables[i].options && dashboard->variables[i].query);
	}
	dashboard_free(dashboard);
	for (size_t i = 0; i < errors.count; i++) {
		char text[ERROR_TEXT_MAX];
		fault_format(&errors.faults[i], text, sizeof(text));
	}
	error_list_release(&errors);
	return 0;
}
