#include "dashboard/field_config.h"

/* Copy members of `from` whose flag it has set. */
#define TAKE(flag, member)                                                                                             \
	do {                                                                                                           \
		if (from->set & (flag))                                                                                \
			into->member = from->member;                                                                   \
	} while (0)

static void merge_drawing(struct field_config *into, const struct field_config *from)
{
	TAKE(FIELD_DRAW_STYLE, draw_style);
	TAKE(FIELD_FILL, fill_opacity);
	TAKE(FIELD_SPAN_NULLS, span_nulls_ms);
	TAKE(FIELD_STACKING, stacking);
	TAKE(FIELD_STACKING, stack_group);
	TAKE(FIELD_AXIS, axis);
	TAKE(FIELD_AXIS_LABEL, axis_label);
	TAKE(FIELD_SCALE, log_base);
	TAKE(FIELD_NEGATE, negate);
	TAKE(FIELD_NEGATE, constant_y);
	TAKE(FIELD_HIDE_VIZ, hide_viz);
	TAKE(FIELD_HIDE_LEGEND, hide_legend);
	TAKE(FIELD_THRESHOLD_STYLE, threshold_style);
	TAKE(FIELD_SOFT_MIN, soft_min);
	TAKE(FIELD_SOFT_MAX, soft_max);
	TAKE(FIELD_LINE_STYLE, dashed);
}

void field_config_merge(struct field_config *into, const struct field_config *from)
{
	TAKE(FIELD_UNIT, unit);
	TAKE(FIELD_DECIMALS, decimals);
	TAKE(FIELD_MIN, min);
	TAKE(FIELD_MAX, max);
	TAKE(FIELD_DISPLAY_NAME, display_name);
	TAKE(FIELD_NO_VALUE, no_value);
	TAKE(FIELD_THRESHOLDS, thresholds);
	TAKE(FIELD_MAPPINGS, mappings);
	TAKE(FIELD_MAPPINGS, mapping_count);
	TAKE(FIELD_COLOUR, colour);
	TAKE(FIELD_CELL, cell);
	TAKE(FIELD_WIDTH, width);
	TAKE(FIELD_ALIGN, align);
	TAKE(FIELD_HIDDEN, hidden);
	merge_drawing(into, from);
	into->set |= from->set;
}
