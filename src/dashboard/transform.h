/*
 * Transformations: frames in, frames out, as Grafana's transformers do it.
 * transform.c has the table, one row a transformation; transform_<name>.c the
 * work. What comes in is never changed and may be handed on as it is; what is
 * new lives in the arena. Cells made are counted against a budget over all
 * transformations of a panel: one that would exceed it leaves the frames as
 * they were and says so.
 *
 * Options are JSON from a file of unknown quality: the getters note a wrong
 * type and give the fallback.
 */
#ifndef DASHBOARD_TRANSFORM_H
#define DASHBOARD_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/vec.h"
#include "dashboard/frame.h"
#include "dashboard/regex.h"

#define TRANSFORM_CELLS_MAX 5000000

struct transform {
	const char *id;
	struct arena *arena;
	const struct frame *frames; /* what comes in */
	size_t frame_count;
	const cJSON *options; /* NULL or of any type */
	VEC(struct frame) out;
	bool failed; /* the frames stay as they were */
	size_t *cells_left;
	const char ***names; /* per frame, made when asked for */
	const char *single_label;
	void (*note)(void *user, const char *text);
	void *user;
};

typedef void transform_fn(struct transform *transform);

transform_fn transform_calculate, transform_concatenate, transform_convert, transform_filter_by_name,
	transform_filter_by_ref_id, transform_filter_by_value, transform_group_by, transform_join,
	transform_labels_to_fields, transform_limit, transform_merge, transform_organize, transform_reduce,
	transform_rename_by_regex, transform_series_to_rows, transform_sort_by;

/* Say what is wrong, as "ID: TEXT". */
void transform_note(struct transform *transform, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Take rows x columns cells from the budget; false (noted, `failed` set) when there are not so many. */
bool transform_spend(struct transform *transform, size_t rows, size_t columns);

/* Append a frame; its fields array is copied, so that the caller may build it anywhere. */
void transform_add(struct transform *transform, struct frame frame);

/* A copy of the fields array of a frame that comes in, to be changed. */
struct field *transform_fields(struct transform *transform, const struct frame *frame);

/* Display names of the fields of frame `index`, by Grafana's rules. */
const char **transform_names(struct transform *transform, size_t index);

/* True when `name` is the field's name or display name (Grafana's byName). */
bool transform_is_named(struct transform *transform, size_t frame, size_t field, const char *name);

/* "merge-A-B": Grafana's refId of a frame made from all that come in. */
const char *transform_ref_id(struct transform *transform);

/* Replace what comes in by what has gone out so far, for a transformation made of two. */
void transform_chain(struct transform *transform);

/* Join all frames, as joinByField does, by field `by` (NULL: the first time field of each). */
enum join_mode { JOIN_OUTER, JOIN_INNER, JOIN_OUTER_TABULAR };
bool transform_join_frames(struct transform *transform, const char *by, enum join_mode mode, struct frame *ret);

/* Options: member `name` of `object`. Absent or null gives NULL or the fallback; a wrong type does too, noted. */
const cJSON *transform_object(struct transform *transform, const cJSON *object, const char *name);
const cJSON *transform_array(struct transform *transform, const cJSON *object, const char *name);
const char *transform_string(struct transform *transform, const cJSON *object, const char *name, const char *fallback);
bool transform_bool(struct transform *transform, const cJSON *object, const char *name, bool fallback);

/* A pattern of the options; NULL, noted, when it cannot be compiled. */
struct regex *transform_regex(struct transform *transform, const char *pattern);

/* True when the array holds the string. */
bool transform_lists(const cJSON *array, const char *text);

#endif
