/*
 * How values of a field are read and shown: Grafana's fieldConfig.defaults
 * and the properties of its overrides, one struct for both. `set` says which
 * members are present; merging copies what is set.
 */
#ifndef DASHBOARD_FIELD_CONFIG_H
#define DASHBOARD_FIELD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/colour.h"

#define FIELD_UNIT            (UINT64_C(1) << 0)
#define FIELD_DECIMALS        (UINT64_C(1) << 1)
#define FIELD_MIN             (UINT64_C(1) << 2)
#define FIELD_MAX             (UINT64_C(1) << 3)
#define FIELD_DISPLAY_NAME    (UINT64_C(1) << 4)
#define FIELD_NO_VALUE        (UINT64_C(1) << 5)
#define FIELD_THRESHOLDS      (UINT64_C(1) << 6)
#define FIELD_MAPPINGS        (UINT64_C(1) << 7)
#define FIELD_COLOUR          (UINT64_C(1) << 8)
#define FIELD_DRAW_STYLE      (UINT64_C(1) << 9)
#define FIELD_FILL            (UINT64_C(1) << 10)
#define FIELD_SPAN_NULLS      (UINT64_C(1) << 11)
#define FIELD_STACKING        (UINT64_C(1) << 12)
#define FIELD_AXIS            (UINT64_C(1) << 13)
#define FIELD_AXIS_LABEL      (UINT64_C(1) << 14)
#define FIELD_SCALE           (UINT64_C(1) << 15)
#define FIELD_NEGATE          (UINT64_C(1) << 16)
#define FIELD_HIDE_VIZ        (UINT64_C(1) << 17)
#define FIELD_HIDE_LEGEND     (UINT64_C(1) << 18)
#define FIELD_THRESHOLD_STYLE (UINT64_C(1) << 19)
#define FIELD_CELL            (UINT64_C(1) << 20)
#define FIELD_WIDTH           (UINT64_C(1) << 21)
#define FIELD_ALIGN           (UINT64_C(1) << 22)
#define FIELD_SOFT_MIN        (UINT64_C(1) << 23)
#define FIELD_SOFT_MAX        (UINT64_C(1) << 24)
#define FIELD_LINE_STYLE      (UINT64_C(1) << 25)
#define FIELD_HIDDEN          (UINT64_C(1) << 26) /* table column hidden */

/* One threshold step: from `value` (the base is -INFINITY) upwards this colour. Ascending. */
struct threshold {
	double value;
	struct colour_spec colour;
};

struct thresholds {
	bool percentage; /* values are percent of min..max */
	struct threshold *steps;
	size_t count;
};

enum mapping_kind { MAPPING_VALUE, MAPPING_RANGE, MAPPING_REGEX, MAPPING_SPECIAL };
enum mapping_special { SPECIAL_NULL, SPECIAL_NAN, SPECIAL_NULL_NAN, SPECIAL_TRUE, SPECIAL_FALSE, SPECIAL_EMPTY };

struct mapping {
	enum mapping_kind kind;
	const char *value; /* MAPPING_VALUE: as text; MAPPING_REGEX: the pattern, maybe /p/flags */
	double from, to;   /* MAPPING_RANGE: inclusive, -INFINITY/INFINITY when open */
	enum mapping_special special;
	const char *text;          /* result; NULL keeps the value's own text */
	struct colour_spec colour; /* HUE_NONE when not given */
};

enum colour_mode {
	COLOUR_THRESHOLDS,
	COLOUR_FIXED,
	COLOUR_PALETTE,    /* palette-classic, palette-classic-by-name, shades: by series */
	COLOUR_CONTINUOUS, /* continuous-*: between `from` and `to` by percent */
};

struct colour_config {
	enum colour_mode mode;
	struct colour_spec fixed;
	const char *scheme; /* "GrYlRd", "blues" ... for COLOUR_CONTINUOUS */
	int series_by;      /* 0 last, 1 min, 2 max: which value colours a whole series */
};

enum draw_style { DRAW_LINE, DRAW_BARS, DRAW_POINTS };
enum stacking { STACK_NONE, STACK_NORMAL, STACK_PERCENT };
enum axis_side { AXIS_AUTO, AXIS_LEFT, AXIS_RIGHT, AXIS_HIDDEN };
enum threshold_style { THRESHOLD_OFF, THRESHOLD_LINE, THRESHOLD_AREA };
enum cell_kind { CELL_AUTO, CELL_TEXT, CELL_COLOUR_TEXT, CELL_COLOUR_BACKGROUND, CELL_GAUGE, CELL_SPARKLINE };
enum align { ALIGN_AUTO, ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct field_config {
	uint64_t set;
	const char *unit;
	int decimals;
	double min, max;
	const char *display_name;
	const char *no_value;
	struct thresholds thresholds;
	struct mapping *mappings;
	size_t mapping_count;
	struct colour_config colour;
	enum draw_style draw_style;
	int fill_opacity;      /* 0..100 */
	int64_t span_nulls_ms; /* 0 gaps stay; -1 all joined; else joined when shorter */
	enum stacking stacking;
	const char *stack_group;
	enum axis_side axis;
	const char *axis_label;
	int log_base; /* 0 linear, 2 or 10 */
	bool negate;  /* custom.transform: negative-Y */
	bool constant_y;
	bool hide_viz, hide_legend;
	enum threshold_style threshold_style;
	enum cell_kind cell;
	int width; /* pixels, as in the file */
	enum align align;
	double soft_min, soft_max;
	bool dashed;
	bool hidden;
};

/* Copy into `into` whatever `from` has set. */
void field_config_merge(struct field_config *into, const struct field_config *from);

#endif
