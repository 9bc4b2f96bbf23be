/*
 * Defaults and overrides onto fields: see frame_apply_config. Most fields of
 * a set share one of few outcomes (no override, or the same ones), so each
 * combination of matching overrides is merged once and shared.
 */
#include "dashboard/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "dashboard/display.h"
#include "dashboard/frame_name.h"
#include "dashboard/reduction.h"
#include "dashboard/regex.h"

/* Combinations are told apart by one bit an override; a panel with more of them shares nothing. */
#define MASK_BITS 64u

/* One combination of overrides. */
struct outcome {
	uint64_t mask;
	const struct field_config *config;
};

struct apply {
	struct frame_set *set;
	const struct panel *panel;
	struct regex **patterns;    /* one an override, NULL where there is none */
	struct reduction *reducers; /* of BY_VALUE; `id` is NULL where there is none */
	VEC(struct outcome) outcomes;
	struct strbuf scratch;
	int series_index;
};

/* A field with what overrides ask about. */
struct subject {
	const struct frame *frame;
	const struct field *field;
	const char *name;
};

/* ---- matching ---- */

static const char *type_name(enum field_type type)
{
	switch (type) {
	case FIELD_TIME: return "time";
	case FIELD_NUMBER: return "number";
	case FIELD_STRING: return "string";
	case FIELD_BOOLEAN: return "boolean";
	}
	return "other";
}

/* Grafana: one name may also be the field's own; lists and patterns see the display name only. */
static bool is_named(const struct subject *subject, const char *name)
{
	return strcmp(subject->name, name) == 0 || strcmp(subject->field->name, name) == 0;
}

static bool is_listed(const struct subject *subject, const struct override *override)
{
	for (const char *const *name = override->names; name && *name; name++)
		if (strcmp(subject->name, *name) == 0)
			return !override->exclude;
	return override->exclude;
}

static bool compares(double left, const char *operation, double right)
{
	if (strcmp(operation, "gt") == 0)
		return left > right;
	if (strcmp(operation, "gte") == 0)
		return left >= right;
	if (strcmp(operation, "lt") == 0)
		return left < right;
	if (strcmp(operation, "lte") == 0)
		return left <= right;
	if (strcmp(operation, "neq") == 0)
		return left != right;
	return left == right;
}

static bool value_matches(const struct subject *subject, const struct override *override,
			  const struct reduction *reduction)
{
	double result;

	if (!reduction->reducer || subject->field->type != FIELD_NUMBER)
		return false;
	result = reduction->reducer->reduce(subject->field->numbers, subject->frame->length);
	return !frame_is_null(result) &&
	       compares(result, override->operation ? override->operation : "eq", override->value);
}

static bool override_matches(const struct apply *apply, size_t index, const struct subject *subject)
{
	const struct override *override = &apply->panel->overrides[index];
	const char *argument = override->argument ? override->argument : "";
	const char *ref_id = subject->frame->ref_id ? subject->frame->ref_id : "";

	switch (override->matcher) {
	case BY_NAME: return is_named(subject, argument);
	case BY_NAMES: return is_listed(subject, override);
	case BY_REGEX: return apply->patterns[index] && regex_match(apply->patterns[index], subject->name);
	case BY_FRAME_REF: return strcmp(ref_id, argument) == 0;
	case BY_TYPE: return strcmp(type_name(subject->field->type), argument) == 0;
	case BY_VALUE: return value_matches(subject, override, &apply->reducers[index]);
	case BY_UNKNOWN: break;
	}
	return false;
}

/* ---- merging ---- */

static struct field_config *merge(const struct apply *apply, const bool *matched)
{
	struct field_config *config = arena_alloc(&apply->set->arena, sizeof(*config));

	*config = apply->panel->defaults;
	for (size_t i = 0; i < apply->panel->override_count; i++)
		if (matched[i])
			field_config_merge(config, &apply->panel->overrides[i].config);
	return config;
}

static const struct field_config *config_for(struct apply *apply, const bool *matched)
{
	size_t count = apply->panel->override_count;
	struct outcome outcome = { 0 };

	if (count > MASK_BITS)
		return merge(apply, matched);
	for (size_t i = 0; i < count; i++)
		outcome.mask |= (uint64_t)matched[i] << i;
	for (size_t i = 0; i < apply->outcomes.count; i++)
		if (apply->outcomes.items[i].mask == outcome.mask)
			return apply->outcomes.items[i].config;
	outcome.config = merge(apply, matched);
	vec_push(&apply->outcomes, outcome);
	return outcome.config;
}

/* ---- names given by configuration ---- */

static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* What "${name}" stands for, or NULL when it is not about the field. */
static const char *reference_value(struct apply *apply, const struct subject *subject, const char *name, size_t length)
{
	static const char labels[] = "__field.labels";
	char label[128];

	strbuf_clear(&apply->scratch);
	if (is_word(name, length, "__field.displayName") || is_word(name, length, "__field.name") ||
	    is_word(name, length, "__series.name"))
		return subject->name;
	if (length < sizeof(labels) - 1 || memcmp(name, labels, sizeof(labels) - 1) != 0)
		return NULL;
	name += sizeof(labels) - 1;
	length -= sizeof(labels) - 1;
	if (length == 0) {
		frame_add_labels(&apply->scratch, &subject->field->labels);
		return apply->scratch.text;
	}
	/* "__field.labels.job" or "__field.labels["job"]". */
	if (length > 4 && name[0] == '[' && name[length - 1] == ']') {
		name += 2;
		length -= 4;
	} else if (name[0] == '.') {
		name++;
		length--;
	}
	if (length >= sizeof(label))
		return NULL;
	memcpy(label, name, length);
	label[length] = '\0';
	name = labels_get(&subject->field->labels, label);
	return name ? name : "";
}

static const char *expand_name(struct apply *apply, const struct subject *subject, const char *text)
{
	struct strbuf expanded = STRBUF_INIT;
	const char *ret;

	if (!strstr(text, "${__"))
		return text;
	while (*text) {
		const char *open = strstr(text, "${__");
		const char *close = open ? strchr(open, '}') : NULL;
		const char *value;

		if (!close)
			break;
		strbuf_add(&expanded, text, (size_t)(open - text));
		value = reference_value(apply, subject, open + 2, (size_t)(close - open - 2));
		if (value)
			strbuf_addstr(&expanded, value);
		else
			strbuf_add(&expanded, open, (size_t)(close - open + 1));
		text = close + 1;
	}
	strbuf_addstr(&expanded, text);
	ret = arena_strndup(&apply->set->arena, expanded.text, expanded.length);
	strbuf_release(&expanded);
	return ret;
}

/* The last matching override that names the field; NULL when none does. */
static const char *override_name(const struct panel *panel, const bool *matched)
{
	for (size_t i = panel->override_count; i-- > 0;) {
		const struct field_config *config = &panel->overrides[i].config;

		if (matched[i] && (config->set & FIELD_DISPLAY_NAME) && config->display_name && *config->display_name)
			return config->display_name;
	}
	return NULL;
}

/* An override names first, then a transformation, then the defaults, then the series itself. */
static const char *final_name(struct apply *apply, const struct subject *subject, const bool *matched)
{
	const struct field_config *defaults = &apply->panel->defaults;
	const char *name = override_name(apply->panel, matched);

	if (name)
		return expand_name(apply, subject, name);
	if (!subject->field->display_name && (defaults->set & FIELD_DISPLAY_NAME) && defaults->display_name &&
	    *defaults->display_name)
		return expand_name(apply, subject, defaults->display_name);
	return subject->name;
}

/* ---- the walk ---- */

static void prepare(struct apply *apply)
{
	size_t count = apply->panel->override_count;

	apply->patterns = mem_array(count + 1, sizeof(*apply->patterns));
	apply->reducers = mem_array(count + 1, sizeof(*apply->reducers));
	for (size_t i = 0; i < count; i++) {
		const struct override *override = &apply->panel->overrides[i];

		/* The loader reports patterns and reducers that are not valid; here they match nothing. */
		if (override->matcher == BY_REGEX && override->argument)
			apply->patterns[i] = regex_new(override->argument, NULL);
		if (override->matcher == BY_VALUE && override->reducer)
			reduction_find(override->reducer, &apply->reducers[i]);
	}
}

static void release(struct apply *apply)
{
	for (size_t i = 0; i < apply->panel->override_count; i++)
		regex_free(apply->patterns[i]);
	free(apply->patterns);
	free(apply->reducers);
	vec_release(&apply->outcomes);
	strbuf_release(&apply->scratch);
}

/* Fields are in the arena and may be shared with other frames of a transformation: write into a copy. */
static void configure_frame(struct apply *apply, struct frame *frame, const char **names, bool *matched)
{
	struct field *fields = arena_array(&apply->set->arena, frame->field_count + 1, sizeof(*fields));

	for (size_t f = 0; f < frame->field_count; f++) {
		struct subject subject = { .frame = frame, .field = &frame->fields[f], .name = names[f] };

		fields[f] = frame->fields[f];
		for (size_t i = 0; i < apply->panel->override_count; i++)
			matched[i] = override_matches(apply, i, &subject);
		fields[f].config = config_for(apply, matched);
		fields[f].display_name = final_name(apply, &subject, matched);
		fields[f].series_index = fields[f].type == FIELD_NUMBER ? apply->series_index++ : 0;
	}
	frame->fields = fields;
}

void frame_apply_config(struct frame_set *set, const struct panel *panel)
{
	const char *single_label = frame_single_label(set->frames.items, set->frames.count);
	bool *matched = mem_array(panel->override_count + 1, sizeof(*matched));
	struct apply apply = { .set = set, .panel = panel };
	struct display_range range;

	strbuf_init(&apply.scratch);
	prepare(&apply);
	for (size_t i = 0; i < set->frames.count; i++) {
		struct frame *frame = &set->frames.items[i];

		configure_frame(&apply, frame, frame_field_names(frame, single_label, &set->arena), matched);
	}
	release(&apply);
	free(matched);
	/* Drawing asks for it again and again, and reading a million numbers takes milliseconds. */
	set->ranged = false;
	range = display_range_of_set(set);
	set->number_min = range.min;
	set->number_max = range.max;
	set->ranged = true;
}
