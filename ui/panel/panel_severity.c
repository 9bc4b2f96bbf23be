/* How bad a panel's values are, by the rules of its type. */
#include "ui/panel/panel.h"

#include <string.h>

#include "ui/panel/panel_frame.h"
#include "ui/panel/series_style.h"

/* Enough to find the worst in any panel a person can read. */
#define SHOWN_MAX 500

enum severity panel_severity_none(const struct panel_view *view)
{
	(void)view;
	return SEVERITY_NONE;
}

static enum severity severity_shown(const struct panel_view *view)
{
	enum severity worst = SEVERITY_NONE;
	struct arena arena;
	struct shown *shown;
	size_t count, more;

	arena_init(&arena);
	shown = display_shown(view->panel, &view->data->frames, &arena, SHOWN_MAX, &count, &more);
	for (size_t i = 0; i < count; i++) {
		if (shown[i].display.severity > worst)
			worst = shown[i].display.severity;
	}
	arena_release(&arena);
	return worst;
}

static enum severity severity_field(const struct field *field, size_t length, struct display_range data)
{
	struct display_range range = display_range_with(field->config, data);
	enum severity worst = SEVERITY_NONE;
	struct display display;

	for (size_t i = 0; i < length && worst < SEVERITY_CRITICAL; i++) {
		display_number(field->config, field->numbers[i], range, &display);
		if (display.severity > worst)
			worst = display.severity;
	}
	return worst;
}

enum severity panel_severity_cells(const struct panel_view *view)
{
	const struct frame_set *set = &view->data->frames;
	struct display_range data = display_range_of_set(set);
	enum severity worst = SEVERITY_NONE;

	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];

		for (size_t j = 0; j < frame->field_count; j++) {
			const struct field *field = &frame->fields[j];
			const struct field_config *config = field_config_of(field);
			enum severity severity;

			if (field->type != FIELD_NUMBER || config->hidden || config->cell == CELL_AUTO ||
			    config->cell == CELL_TEXT || config->cell == CELL_SPARKLINE)
				continue;
			severity = severity_field(field, frame->length, data);
			if (severity > worst)
				worst = severity;
		}
	}
	return worst;
}

/* Tables show every number, with thresholds that most files carry without meaning them: only colour makes a state. */
static bool is_table(const struct panel *panel)
{
	return !strcmp(panel->type, "table") || !strcmp(panel->type, "table-old");
}

enum severity panel_severity(const struct panel_view *view)
{
	const struct panel_ops *ops = panel_find(view->panel->type);

	if (view->data->state == DATA_DOWN)
		return SEVERITY_CRITICAL;
	if (!panel_has_values(view))
		return SEVERITY_NONE;
	if (ops->severity)
		return ops->severity(view);
	return is_table(view->panel) ? panel_severity_cells(view) : severity_shown(view);
}
