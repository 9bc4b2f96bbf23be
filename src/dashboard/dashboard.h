/*
 * A dashboard as its file says it: panels, targets, variables, options, in
 * one shape whatever schema version the file had. Immutable after loading;
 * everything lives in its arena (transformations keep pointers into the
 * parsed JSON, which lives as long). What a person chooses (variables, time
 * range) is not here: see variable.h and board.h.
 */
#ifndef DASHBOARD_DASHBOARD_H
#define DASHBOARD_DASHBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/error.h"
#include "dashboard/field_config.h"

#define DASHBOARD_PANELS_MAX    2000
#define DASHBOARD_TARGETS_MAX   100
#define DASHBOARD_VARIABLES_MAX 200

struct datasource {
	const char *type; /* "prometheus", "loki", ...; NULL when the file does not say */
	const char *uid;  /* uid or name as written, may hold a variable; NULL for the default */
};

enum target_format { FORMAT_TIME_SERIES, FORMAT_TABLE, FORMAT_HEATMAP };

struct target {
	const char *ref_id;     /* "A"; made up when missing */
	const char *expression; /* raw, with variables; "" when there is none */
	const char *legend;     /* legendFormat; "" or "__auto" for automatic */
	enum target_format format;
	bool instant, range; /* both may be set: two questions */
	bool hide;
	const char *interval; /* target "interval": minimum, with variables; NULL ("step" is an echo, not a wish) */
	int interval_factor;  /* >= 1 */
	struct datasource datasource;
	const char *foreign; /* why it cannot be asked ("query language loki"), or NULL */
};

enum matcher_id { BY_NAME, BY_NAMES, BY_REGEX, BY_FRAME_REF, BY_TYPE, BY_VALUE, BY_UNKNOWN };

struct override {
	enum matcher_id matcher;
	const char *argument;       /* name, pattern, refId, type */
	const char **names;         /* BY_NAMES, NULL terminated */
	bool exclude;               /* BY_NAMES mode exclude */
	const char *reducer;        /* BY_VALUE */
	const char *operation;      /* BY_VALUE: gt gte lt lte eq neq */
	double value;               /* BY_VALUE */
	struct field_config config; /* the properties; those not known are approximations */
};

struct transformation {
	const char *id;
	const cJSON *options;
	const char *filter; /* frame matcher refId pattern, or NULL */
};

enum text_mode { TEXT_AUTO, TEXT_VALUE, TEXT_VALUE_AND_NAME, TEXT_NAME, TEXT_NONE };
enum stat_colour { STAT_COLOUR_NONE, STAT_COLOUR_VALUE, STAT_COLOUR_BACKGROUND };
enum orientation { ORIENTATION_AUTO, ORIENTATION_HORIZONTAL, ORIENTATION_VERTICAL };
enum legend_mode { LEGEND_LIST, LEGEND_TABLE, LEGEND_HIDDEN };

struct legend_options {
	enum legend_mode mode;
	bool right;         /* else at the bottom */
	const char **calcs; /* reducer ids, NULL terminated; may be NULL */
	const char *sort_by;
	bool sort_descending;
};

/* Options of all panel types, normalised; each type reads what concerns it. */
struct panel_options {
	/* stat, gauge, bargauge, piechart: what to show of the frames */
	const char **calcs; /* reducer ids, NULL terminated; never NULL after loading */
	const char *fields; /* "" numeric fields; else a name or /regex/ */
	bool all_values;    /* each row is a value */
	int limit;          /* with all_values; 0 none */
	enum text_mode text_mode;
	enum stat_colour stat_colour;
	bool graph; /* stat: spark area behind */
	enum orientation orientation;
	bool show_threshold_labels, show_threshold_markers;
	const char *display_mode; /* bargauge: basic, lcd, gradient */
	struct legend_options legend;
	/* text */
	const char *content;
	const char *content_mode; /* markdown, html, code, text */
	/* table */
	const char *sort_by;
	bool sort_descending;
	bool hide_header;
	/* piechart */
	bool donut, show_percent;
	/* heatmap, histogram, state-timeline */
	bool calculate;     /* heatmap: buckets from values, not from histogram */
	double bucket_size; /* histogram; 0 automatic */
	int bucket_count;
	bool merge_values;     /* state-timeline */
	const char *reverse_y; /* heatmap: not NULL when buckets run downwards */
	/* barchart */
	const char *x_field;
	enum stacking stacking;
	/* graph: old null handling is in field_config */
	const char *alert_filter; /* alertlist */
};

struct panel {
	int id;
	const char *title; /* raw, with variables */
	const char *description;
	const char *type; /* Grafana's word, after migration: "graph" and "timeseries" stay apart */
	int x, y, w, h;   /* grid units as in the file (folded rows moved nothing), clamped: x+w <= 24, w, h >= 1 */
	struct datasource datasource;
	struct target *targets;
	size_t target_count;
	struct panel_options options;
	struct field_config defaults;
	struct override *overrides;
	size_t override_count;
	struct transformation *transformations;
	size_t transformation_count;
	const char *repeat; /* variable, or NULL */
	bool repeat_vertical;
	int repeat_max_per_row;
	int max_data_points;                /* 0: the setting */
	const char *interval;               /* minimum $__interval, or NULL */
	const char *time_from, *time_shift; /* overrides of the range, or NULL */
	bool transparent;
	bool is_row, collapsed;
	size_t first_child, child_count; /* of a row: panels[first_child ...]; children follow their row */
	int parent;                      /* index of the row it is in, or -1 */
	const char *foreign;             /* why the whole panel cannot be shown, or NULL */
};

enum variable_type {
	VARIABLE_QUERY,
	VARIABLE_DATASOURCE,
	VARIABLE_INTERVAL,
	VARIABLE_CUSTOM,
	VARIABLE_TEXTBOX,
	VARIABLE_CONSTANT,
	VARIABLE_ADHOC,
	VARIABLE_UNKNOWN
};

struct variable {
	enum variable_type type;
	const char *name, *label;
	const char *query; /* raw */
	const char *regex; /* "" when none */
	bool include_all, multi, hidden;
	const char *all_value; /* NULL when none */
	int sort;              /* Grafana's 0..8 */
	const char **current;  /* values in the file, NULL terminated; may be empty; "$__all" for All */
	const char **options;  /* values in the file (custom, interval), NULL terminated */
	const char **option_texts;
	bool automatic; /* interval: auto */
	int auto_count;
	const char *auto_min;
	struct datasource datasource;
};

struct dashboard {
	struct arena arena;
	cJSON *json;
	const char *file;
	const char *title, *uid, *description;
	struct panel *panels; /* rows before their children, in order of the file (legacy rows[] converted) */
	size_t panel_count;
	struct variable *variables;
	size_t variable_count;
	int64_t refresh_ms;    /* 0 when off */
	const char *from, *to; /* "now-6h", "now" */
};

/*
 * Load a Grafana dashboard: plain, wrapped in {"dashboard":...}, or exported
 * with __inputs. Whatever is not supported is a FAULT_APPROXIMATION and the
 * panel stays; a file that is no dashboard, or has a wrong type where
 * something depends on it, gives FAULT_ERRORs and NULL is returned. `where` in
 * the faults is a path such as "panels[3].gridPos.w".
 */
struct dashboard *dashboard_load(const char *path, struct error_list *errors);
struct dashboard *dashboard_parse(const char *text, size_t length, const char *file, struct error_list *errors);
void dashboard_free(struct dashboard *dashboard);

#endif
