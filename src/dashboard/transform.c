#include "dashboard/transform.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"
#include "dashboard/frame_name.h"

#define NOTE_MAX    256
#define REF_IDS_MAX 26 /* so many refIds are spelt out in the refId of a joined frame */

struct transform_row {
	const char *id;
	transform_fn *apply;
};

static const struct transform_row table[] = {
	{ .id = "calculateField", .apply = transform_calculate },
	{ .id = "concatenate", .apply = transform_concatenate },
	{ .id = "convertFieldType", .apply = transform_convert },
	{ .id = "filterByRefId", .apply = transform_filter_by_ref_id },
	{ .id = "filterByValue", .apply = transform_filter_by_value },
	{ .id = "filterFieldsByName", .apply = transform_filter_by_name },
	{ .id = "groupBy", .apply = transform_group_by },
	{ .id = "joinByField", .apply = transform_join },
	{ .id = "labelsToFields", .apply = transform_labels_to_fields },
	{ .id = "limit", .apply = transform_limit },
	{ .id = "merge", .apply = transform_merge },
	{ .id = "organize", .apply = transform_organize },
	{ .id = "reduce", .apply = transform_reduce },
	{ .id = "renameByRegex", .apply = transform_rename_by_regex },
	{ .id = "seriesToColumns", .apply = transform_join },
	{ .id = "seriesToRows", .apply = transform_series_to_rows },
	{ .id = "sortBy", .apply = transform_sort_by },
};

static const struct transform_row *find(const char *id)
{
	for (size_t i = 0; id && i < sizeof(table) / sizeof(*table); i++)
		if (strcmp(table[i].id, id) == 0)
			return &table[i];
	return NULL;
}

/* ---- what transformations use ---- */

void transform_note(struct transform *transform, const char *format, ...)
{
	char text[NOTE_MAX];
	int used;
	va_list args;

	if (!transform->note)
		return;
	used = snprintf(text, sizeof(text), "%s: ", transform->id);
	if (used < 0 || (size_t)used >= sizeof(text))
		return;
	va_start(args, format);
	vsnprintf(text + used, sizeof(text) - (size_t)used, format, args);
	va_end(args);
	transform->note(transform->user, text);
}

bool transform_spend(struct transform *transform, size_t rows, size_t columns)
{
	if (transform->failed)
		return false;
	if (columns > 0 && rows > *transform->cells_left / columns) {
		transform_note(transform, "more than %d cells, left out", TRANSFORM_CELLS_MAX);
		transform->failed = true;
		return false;
	}
	*transform->cells_left -= rows * columns;
	return true;
}

void transform_add(struct transform *transform, struct frame frame)
{
	struct field *fields = arena_array(transform->arena, frame.field_count, sizeof(*fields));

	if (frame.field_count > 0)
		memcpy(fields, frame.fields, frame.field_count * sizeof(*fields));
	frame.fields = fields;
	vec_push(&transform->out, frame);
}

struct field *transform_fields(struct transform *transform, const struct frame *frame)
{
	struct field *fields = arena_array(transform->arena, frame->field_count + 1, sizeof(*fields));

	if (frame->field_count > 0)
		memcpy(fields, frame->fields, frame->field_count * sizeof(*fields));
	return fields;
}

const char **transform_names(struct transform *transform, size_t index)
{
	if (!transform->names) {
		transform->names = arena_array(transform->arena, transform->frame_count, sizeof(*transform->names));
		transform->single_label = frame_single_label(transform->frames, transform->frame_count);
	}
	if (!transform->names[index])
		transform->names[index] =
			frame_field_names(&transform->frames[index], transform->single_label, transform->arena);
	return transform->names[index];
}

bool transform_is_named(struct transform *transform, size_t frame, size_t field, const char *name)
{
	return strcmp(transform->frames[frame].fields[field].name, name) == 0 ||
	       strcmp(transform_names(transform, frame)[field], name) == 0;
}

const char *transform_ref_id(struct transform *transform)
{
	struct strbuf text = STRBUF_INIT;
	const char *ret;

	strbuf_addstr(&text, transform->id);
	for (size_t i = 0; i < transform->frame_count && i < REF_IDS_MAX; i++)
		strbuf_addf(&text, "-%s", transform->frames[i].ref_id ? transform->frames[i].ref_id : "");
	ret = arena_strndup(transform->arena, text.text, text.length);
	strbuf_release(&text);
	return ret;
}

void transform_chain(struct transform *transform)
{
	struct frame *frames = arena_array(transform->arena, transform->out.count, sizeof(*frames));

	if (transform->out.count > 0)
		memcpy(frames, transform->out.items, transform->out.count * sizeof(*frames));
	transform->frames = frames;
	transform->frame_count = transform->out.count;
	transform->names = NULL;
	vec_clear(&transform->out);
}

/* ---- options ---- */

static const cJSON *typed(struct transform *transform, const cJSON *object, const char *name,
			  cJSON_bool (*is)(const cJSON *), const char *kind)
{
	const cJSON *member = json_get(object, name);

	if (!member || cJSON_IsNull(member))
		return NULL;
	if (is(member))
		return member;
	transform_note(transform, "%s is not %s", name, kind);
	return NULL;
}

static cJSON_bool is_object(const cJSON *item)
{
	return cJSON_IsObject(item);
}

static cJSON_bool is_array(const cJSON *item)
{
	return cJSON_IsArray(item);
}

static cJSON_bool is_text(const cJSON *item)
{
	return cJSON_IsString(item) || cJSON_IsNumber(item);
}

static cJSON_bool is_bool(const cJSON *item)
{
	return cJSON_IsBool(item);
}

const cJSON *transform_object(struct transform *transform, const cJSON *object, const char *name)
{
	return typed(transform, object, name, is_object, "an object");
}

const cJSON *transform_array(struct transform *transform, const cJSON *object, const char *name)
{
	return typed(transform, object, name, is_array, "a list");
}

const char *transform_string(struct transform *transform, const cJSON *object, const char *name, const char *fallback)
{
	const cJSON *member = typed(transform, object, name, is_text, "a text");
	char number[40];

	if (!member)
		return fallback;
	if (cJSON_IsString(member))
		return member->valuestring;
	snprintf(number, sizeof(number), "%.15g", member->valuedouble);
	return arena_strdup(transform->arena, number);
}

bool transform_bool(struct transform *transform, const cJSON *object, const char *name, bool fallback)
{
	const cJSON *member = typed(transform, object, name, is_bool, "true or false");

	return member ? cJSON_IsTrue(member) : fallback;
}

struct regex *transform_regex(struct transform *transform, const char *pattern)
{
	struct error error;
	struct regex *regex = regex_new(pattern, &error);

	if (!regex)
		transform_note(transform, "%s", error.text);
	return regex;
}

bool transform_lists(const cJSON *array, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, array) if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0) return true;
	return false;
}

/* ---- the walk through a panel's transformations ---- */

struct walk {
	struct frame_set *set;
	size_t cells_left;
	void (*note)(void *user, const char *text);
	void *user;
};

/*
 * Frames whose refId does not match stand aside, and go back in together at
 * the place of the first of them that was not the first frame of all: no more
 * logical than that in Grafana (postProcessTransform), but panels show it.
 */
struct aside {
	VEC(struct frame) frames;
	size_t place;
};

static void set_aside(struct walk *walk, const struct regex *filter, struct aside *ret, struct frame *kept,
		      size_t *ret_kept)
{
	*ret_kept = 0;
	for (size_t i = 0; i < walk->set->frames.count; i++) {
		struct frame *frame = &walk->set->frames.items[i];

		if (!filter || regex_match(filter, frame->ref_id ? frame->ref_id : "")) {
			kept[(*ret_kept)++] = *frame;
			continue;
		}
		if (ret->place == 0)
			ret->place = i;
		vec_push(&ret->frames, *frame);
	}
}

static void replace_frames(struct walk *walk, const struct transform *transform, const struct aside *aside)
{
	size_t place = aside->place < transform->out.count ? aside->place : transform->out.count;

	vec_clear(&walk->set->frames);
	for (size_t i = 0; i < place; i++)
		vec_push(&walk->set->frames, transform->out.items[i]);
	for (size_t i = 0; i < aside->frames.count; i++)
		vec_push(&walk->set->frames, aside->frames.items[i]);
	for (size_t i = place; i < transform->out.count; i++)
		vec_push(&walk->set->frames, transform->out.items[i]);
}

static void apply_one(struct walk *walk, const struct transform_row *row, const struct transformation *wanted)
{
	struct frame *frames = arena_array(&walk->set->arena, walk->set->frames.count, sizeof(*frames));
	struct transform transform = { .id = row->id,
				       .arena = &walk->set->arena,
				       .frames = frames,
				       .options = wanted->options,
				       .cells_left = &walk->cells_left,
				       .note = walk->note,
				       .user = walk->user };
	struct aside aside = { .place = 0 };
	struct regex *filter = NULL;

	if (wanted->filter && *wanted->filter) {
		filter = transform_regex(&transform, wanted->filter);
		if (!filter)
			return;
	}
	if (wanted->options && !cJSON_IsObject(wanted->options) && !cJSON_IsNull(wanted->options))
		transform_note(&transform, "options are not an object");
	set_aside(walk, filter, &aside, frames, &transform.frame_count);
	if (transform.frame_count > 0)
		row->apply(&transform);
	if (!transform.failed)
		replace_frames(walk, &transform, &aside);
	vec_release(&transform.out);
	vec_release(&aside.frames);
	regex_free(filter);
}

/* True when the same unknown id came earlier in the panel, and was reported then. */
static bool reported(const struct panel *panel, size_t index)
{
	const char *id = panel->transformations[index].id;

	for (size_t i = 0; i < index; i++) {
		const char *earlier = panel->transformations[i].id;

		if (earlier && id ? strcmp(earlier, id) == 0 : earlier == id)
			return true;
	}
	return false;
}

void frame_transform(struct frame_set *set, const struct panel *panel, void (*note)(void *user, const char *text),
		     void *user)
{
	struct walk walk = { .set = set, .cells_left = TRANSFORM_CELLS_MAX, .note = note, .user = user };

	for (size_t i = 0; i < panel->transformation_count; i++) {
		const struct transformation *wanted = &panel->transformations[i];
		const struct transform_row *row = find(wanted->id);
		char text[NOTE_MAX];

		if (row) {
			apply_one(&walk, row, wanted);
		} else if (note && !reported(panel, i)) {
			snprintf(text, sizeof(text), "transformation %s is not supported",
				 wanted->id && *wanted->id ? wanted->id : "without id");
			note(user, text);
		}
	}
}
