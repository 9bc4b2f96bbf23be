/* calculateField: a column calculated from others. See transform_calculate.h. */
#include "dashboard/transform_calculate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"

double *calculation_add(struct calculation *calculation, const char *name)
{
	struct transform *transform = calculation->transform;
	struct field *field;
	double *values;

	if (calculation->result_count == calculation->result_capacity ||
	    !transform_spend(transform, calculation->frame->length, 1))
		return NULL;
	values = arena_array(transform->arena, calculation->frame->length, sizeof(*values));
	field = &calculation->results[calculation->result_count++];
	*field = (struct field){ .type = FIELD_NUMBER, .numbers = values };
	field->name = arena_strdup(transform->arena, *calculation->alias ? calculation->alias : name);
	return values;
}

/* The time field's name when every frame has one and all are called alike; else NULL. */
static const char *common_time(const struct transform *transform)
{
	const char *name = NULL;

	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];
		const struct field *time = NULL;

		for (size_t f = 0; !time && f < frame->field_count; f++)
			if (frame->fields[f].type == FIELD_TIME)
				time = &frame->fields[f];
		if (!time || (name && strcmp(name, time->name) != 0))
			return NULL;
		name = time->name;
	}
	return name;
}

/* Several series are put side by side first, so that there are columns to calculate with (Grafana's ensureColumns). */
static bool ensure_columns(struct transform *transform)
{
	const char *time;
	struct frame joined;

	if (transform->frame_count <= 1 || !transform_bool(transform, transform->options, "timeSeries", true))
		return true;
	time = common_time(transform);
	if (!time)
		return true;
	if (!transform_join_frames(transform, time, JOIN_OUTER, &joined))
		return false;
	transform_add(transform, joined);
	transform_chain(transform);
	return true;
}

static void add_result(struct calculation *calculation, bool replace)
{
	struct frame ret = *calculation->frame;
	struct arena *arena = calculation->transform->arena;
	size_t kept = 0;

	ret.fields = arena_array(arena, ret.field_count + calculation->result_count + 1, sizeof(*ret.fields));
	for (size_t f = 0; f < calculation->frame->field_count; f++) {
		const struct field *field = &calculation->frame->fields[f];

		/* Replacing leaves the first time field beside the result. */
		if (!replace || (field->type == FIELD_TIME && kept == 0))
			ret.fields[kept++] = *field;
	}
	for (size_t r = 0; r < calculation->result_count; r++)
		ret.fields[kept++] = calculation->results[r];
	ret.field_count = kept;
	transform_add(calculation->transform, ret);
}

void transform_calculate(struct transform *transform)
{
	const char *id = transform_string(transform, transform->options, "mode", "reduceRow");
	const char *alias = transform_string(transform, transform->options, "alias", "");
	bool replace = transform_bool(transform, transform->options, "replaceFields", false);
	const struct calculation_mode *mode = calculation_mode_find(id);

	if (!mode) {
		transform_note(transform, "unknown mode %s", id);
		transform->failed = true;
		return;
	}
	if (strcmp(id, "index") != 0 && !ensure_columns(transform))
		return;
	for (size_t i = 0; i < transform->frame_count; i++) {
		struct calculation calculation = {
			.transform = transform, .index = i, .frame = &transform->frames[i], .alias = alias
		};

		calculation.result_capacity = calculation.frame->field_count + 1;
		calculation.results = mem_array(calculation.result_capacity, sizeof(*calculation.results));
		mode->apply(&calculation);
		/* What names a field that is not there calculates nothing. */
		add_result(&calculation, replace && calculation.result_count > 0);
		free(calculation.results);
	}
}
