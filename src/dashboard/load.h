/*
 * Inside of the Grafana loader: what its files (load_*.c) share. A loader
 * walks the parsed JSON once, keeps the path of where it is for messages,
 * and collects panels. Strings of the dashboard point into the JSON, which
 * the dashboard keeps.
 *
 * Three kinds of trouble: what Grafana itself accepts is accepted in silence;
 * what is shown differently from Grafana is an approximation; a wrong type
 * where something depends on it is an error, and the whole file is refused.
 */
#ifndef DASHBOARD_LOAD_H
#define DASHBOARD_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "dashboard/dashboard.h"

/* Grid units, as Grafana's */
#define LOAD_COLUMNS  24
#define LOAD_GRID_MAX 100000 /* x, y, w, h from a file */
#define LOAD_LIST_MAX 1000   /* overrides, mappings, steps, transformations, values of one list */

struct loader {
	struct dashboard *dashboard; /* being filled */
	struct error_list *errors;
	bool failed;            /* an error (not an approximation) was reported */
	struct strbuf path;     /* where the loader is: "panels[3].gridPos" */
	const cJSON *inputs;    /* __inputs, or NULL */
	const cJSON *elements;  /* __elements: library panels in an export, or NULL */
	const cJSON *variables; /* templating.list, or NULL */
	VEC(struct panel) panels;
	bool too_many; /* panels: the limit was reported */
};

/* Ask about Grafana's words: is there a drawing, a transformation of our own? */
bool dashboard_type_is_known(const char *type);
bool dashboard_transformation_is_known(const char *id);

/* load.c: from parsed JSON to dashboard. Returns -1 when an error was reported. */
int load_dashboard(struct dashboard *dashboard, const cJSON *json, struct error_list *errors);

/* load_path.c: where the loader is. `load_leave` goes back to what `load_enter` returned. */
size_t load_enter(struct loader *loader, const char *member);
size_t load_enter_item(struct loader *loader, const char *member, size_t index);
void load_leave(struct loader *loader, size_t mark);

/* Report at the current path, or at `member` of it when that is not NULL. */
void load_error(struct loader *loader, const char *member, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void load_approximate(struct loader *loader, const char *member, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Checked getters: absent and null give the fallback in silence, a wrong type
 * gives it with an error. Objects accept an empty array and arrays an empty
 * object (some exporters cannot tell them apart); text accepts numbers and
 * booleans; numbers accept text that is a number, and empty text as absent.
 */
const cJSON *load_object(struct loader *loader, const cJSON *parent, const char *name);
const cJSON *load_array(struct loader *loader, const cJSON *parent, const char *name);
const char *load_text(struct loader *loader, const cJSON *parent, const char *name, const char *fallback);
bool load_number(struct loader *loader, const cJSON *parent, const char *name, double *ret);

/* The same for a value in hand; `name` is only for messages and may be NULL. */
const char *load_value_text(struct loader *loader, const cJSON *value, const char *name);
bool load_value_number(struct loader *loader, const cJSON *value, const char *name, double *ret);

/* Unchecked: what is no such thing is the fallback. Results point into the JSON or the arena. */
const char *load_loose_text(struct loader *loader, const cJSON *value);
bool load_loose_number(const cJSON *value, double *ret);
bool load_flag(const cJSON *parent, const char *name, bool fallback); /* "true", 1 and true are true */

/* Texts of an array (or of a single text) as a NULL-terminated list in the arena; never NULL. */
const char **load_texts(struct loader *loader, const cJSON *value, size_t *ret_count);

/* Items of a list, at most `limit`; more is an error. */
size_t load_count(struct loader *loader, const cJSON *array, const char *what, size_t limit);

/* load_datasource.c */
void load_datasource(struct loader *loader, const cJSON *value, struct datasource *ret);
/* Why nobody here can ask it, or NULL. */
const char *load_foreign(struct loader *loader, const struct datasource *source);

/* load_target.c */
void load_targets(struct loader *loader, const cJSON *json, struct panel *panel);

/* load_threshold.c: the three spellings of thresholds. */
void load_thresholds(struct loader *loader, const cJSON *value, struct field_config *into);
void load_threshold_list(struct loader *loader, const cJSON *list, struct field_config *into);
void load_threshold_words(struct loader *loader, const cJSON *thresholds, const cJSON *colours,
			  struct field_config *into);
/* Sort, make the first the base, and set. `steps` is in the arena. */
void load_threshold_steps(struct threshold *steps, size_t count, bool percentage, struct field_config *into);
struct colour_spec load_colour(struct loader *loader, const cJSON *value, const char *name);

/* load_mapping.c: today's and the older mappings; valueMaps and rangeMaps of `json`. */
void load_mappings(struct loader *loader, const cJSON *list, struct field_config *into);
void load_mappings_old(struct loader *loader, const cJSON *json, struct field_config *into);

/* load_field_config.c */
void load_field_config(struct loader *loader, const cJSON *json, struct panel *panel);
void load_field_defaults(struct loader *loader, const cJSON *defaults, struct field_config *into);
/* One property of an override by its id ("custom.width"). */
void load_property(struct loader *loader, const char *id, const cJSON *value, struct field_config *into);

/* load_override.c: append to the panel's overrides. `load_add_override` gives NULL when there are too many. */
void load_overrides(struct loader *loader, const cJSON *list, struct panel *panel);
struct override *load_add_override(struct loader *loader, struct panel *panel);
/* A matcher from an old alias: a name, or a regular expression as /.../. */
void load_alias(struct override *override, const char *alias);

/* load_options.c; without `json` every option gets its default */
void load_options(struct loader *loader, const cJSON *json, struct panel *panel);
/* The reducer's present name: "avg" is "mean", "current" is "lastNotNull", "total" is "sum". */
const char *load_reducer_name(const char *name);
const char **load_one_text(struct loader *loader, const char *text);

/* load_piechart.c, load_heatmap.c: options of today and of old */
void load_piechart(struct loader *loader, const cJSON *json, const cJSON *options, struct panel *panel);
void load_heatmap(struct loader *loader, const cJSON *json, const cJSON *options, struct panel *panel);

/* load_singlestat.c, load_graph.c, load_table.c: types and options of old */
void load_singlestat(struct loader *loader, const cJSON *json, struct panel *panel);
void load_gauge_old(struct loader *loader, const cJSON *options, struct panel *panel);
void load_graph(struct loader *loader, const cJSON *json, struct panel *panel);
void load_series_colours(struct loader *loader, const cJSON *json, struct panel *panel); /* aliasColors */
void load_table_old(struct loader *loader, const cJSON *json, struct panel *panel);

/* load_transformation.c; `load_add_transformation` takes options as JSON text made by the loader. */
void load_transformations(struct loader *loader, const cJSON *json, struct panel *panel);
void load_add_transformation(struct loader *loader, struct panel *panel, const char *id, const char *options);

/* Where a panel stands, in grid units, as the file says it. */
struct grid {
	double x, y, w, h;
};

/* load_panel.c: append one panel to loader->panels; NULL at the limit (reported once). */
struct panel *load_add_panel(struct loader *loader, const cJSON *json, const struct grid *grid, int parent);
void load_too_many_panels(struct loader *loader);
/* Read what is in the panel beside its place. */
void load_panel(struct loader *loader, const cJSON *json, struct panel *panel);
/* gridPos of a panel; false when it has none. */
bool load_grid(struct loader *loader, const cJSON *json, struct grid *ret);
/* A copy that Grafana made of a repeated panel and saved: it makes them anew. */
bool load_is_copy(const cJSON *json);
/* Unique ids for all: those that are missing or taken get new ones. */
void load_panel_ids(struct loader *loader);

/* load_rows.c: all panels, in reading order, rows before what is in them. */
void load_panels(struct loader *loader, const cJSON *panels);

/* load_legacy_rows.c: the rows[] that came before the grid. */
void load_legacy_rows(struct loader *loader, const cJSON *rows);

/* load_variable.c */
void load_variables(struct loader *loader);

#endif
