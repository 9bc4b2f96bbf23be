/*
 * For tests of frames: matrices from short texts, transformations from JSON,
 * and frames written out as text to compare with. A series is
 * "job=a,le=1: 5 - nan 7": labels, then one value a second from 1000 ms on,
 * where "-" leaves the time out.
 */
#ifndef TESTS_UNIT_FRAME_FIXTURE_H
#define TESTS_UNIT_FRAME_FIXTURE_H

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "config/json.h"
#include "dashboard/frame.h"

#define FIXTURE_UNUSED __attribute__((unused))

struct fixture {
	struct frame_set set;
	struct strbuf notes; /* one a line */
	struct strbuf text;
	size_t note_count;
	VEC(cJSON *) options; /* frames may point into them */
};

static FIXTURE_UNUSED void fixture_init(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	frame_set_init(&fixture->set);
	strbuf_init(&fixture->notes);
	strbuf_init(&fixture->text);
}

static FIXTURE_UNUSED void fixture_release(struct fixture *fixture)
{
	frame_set_release(&fixture->set);
	for (size_t i = 0; i < fixture->options.count; i++)
		cJSON_Delete(fixture->options.items[i]);
	vec_release(&fixture->options);
	strbuf_release(&fixture->notes);
	strbuf_release(&fixture->text);
}

static FIXTURE_UNUSED void fixture_note(void *user, const char *text)
{
	struct fixture *fixture = user;

	fixture->note_count++;
	strbuf_addstr(&fixture->notes, text);
	strbuf_addch(&fixture->notes, '\n');
}

static FIXTURE_UNUSED struct labels fixture_labels(struct arena *arena, const char *text, size_t length)
{
	struct label items[16];
	size_t count = 0;
	char *copy = arena_strndup(arena, text, length), *save = NULL;

	for (char *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
		char *equals = strchr(part, '=');

		cr_assert(equals && count < 16, "bad labels %s", text);
		*equals = '\0';
		items[count].name = part;
		items[count++].value = equals + 1;
	}
	return labels_make(arena, items, count);
}

static FIXTURE_UNUSED void fixture_samples(struct arena *arena, const char *text, struct series *ret)
{
	int64_t *times = arena_array(arena, strlen(text) + 1, sizeof(*times));
	double *values = arena_array(arena, strlen(text) + 1, sizeof(*values));
	char *copy = arena_strdup(arena, text), *save = NULL;
	int64_t now = 1000;

	for (char *part = strtok_r(copy, " ", &save); part; part = strtok_r(NULL, " ", &save), now += 1000) {
		if (strcmp(part, "-") == 0)
			continue;
		times[ret->count] = now;
		values[ret->count++] = strtod(part, NULL);
	}
	ret->times_ms = times;
	ret->values = values;
}

/* `series` ends with NULL. */
static FIXTURE_UNUSED struct matrix *fixture_matrix(enum matrix_kind kind, const char *const *series)
{
	struct matrix *matrix = matrix_new(kind);
	size_t count = 0;

	while (series[count])
		count++;
	matrix->series = arena_array(&matrix->arena, count + 1, sizeof(*matrix->series));
	matrix->count = count;
	for (size_t i = 0; i < count; i++) {
		const char *colon = strrchr(series[i], ':');

		cr_assert_not_null(colon);
		matrix->series[i].labels = fixture_labels(&matrix->arena, series[i], (size_t)(colon - series[i]));
		fixture_samples(&matrix->arena, colon + 1, &matrix->series[i]);
		matrix->points += matrix->series[i].count;
	}
	return matrix;
}

static FIXTURE_UNUSED void fixture_add(struct fixture *fixture, enum target_format format, const char *ref_id,
				       const char *legend, bool many_targets, const char *const *series)
{
	enum matrix_kind kind = format == FORMAT_TABLE ? MATRIX_VECTOR : MATRIX_RANGE;
	struct matrix *matrix = fixture_matrix(kind, series);
	struct target target = { .ref_id = arena_strdup(&fixture->set.arena, ref_id),
				 .expression = "expr",
				 .legend = legend,
				 .format = format };

	frame_add_matrix(&fixture->set, matrix, &target, legend, 1000, many_targets);
	matrix_unref(matrix);
}

#define SERIES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static FIXTURE_UNUSED void fixture_table(struct fixture *fixture, const char *ref_id, const char *const *series)
{
	fixture_add(fixture, FORMAT_TABLE, ref_id, "", true, series);
}

static FIXTURE_UNUSED void fixture_series(struct fixture *fixture, const char *ref_id, const char *legend,
					  const char *const *series)
{
	fixture_add(fixture, FORMAT_TIME_SERIES, ref_id, legend, true, series);
}

static FIXTURE_UNUSED void fixture_filtered(struct fixture *fixture, const char *id, const char *filter,
					    const char *options)
{
	cJSON *json = options ? cJSON_Parse(options) : NULL;
	struct transformation transformation = { .id = id, .options = json, .filter = filter };
	struct panel panel = { .transformations = &transformation, .transformation_count = 1 };

	cr_assert(!options || json, "no JSON: %s", options);
	frame_transform(&fixture->set, &panel, fixture_note, fixture);
	if (json)
		vec_push(&fixture->options, json);
}
static FIXTURE_UNUSED void fixture_transform(struct fixture *fixture, const char *id, const char *options)
{
	fixture_filtered(fixture, id, NULL, options);
}

static FIXTURE_UNUSED void fixture_cell(struct strbuf *ret, const struct field *field, size_t row)
{
	switch (field->type) {
	case FIELD_TIME:
		if (field->times_ms[row] == FRAME_NULL_TIME)
			strbuf_addstr(ret, "-");
		else
			strbuf_addf(ret, "%lld", (long long)field->times_ms[row]);
		break;
	case FIELD_STRING: strbuf_addstr(ret, field->strings[row] ? field->strings[row] : "-"); break;
	case FIELD_NUMBER:
	case FIELD_BOOLEAN:
		if (frame_is_null(field->numbers[row]))
			strbuf_addstr(ret, "-");
		else if (isnan(field->numbers[row]))
			strbuf_addstr(ret, "NaN");
		else
			strbuf_addf(ret, "%g", field->numbers[row]);
		break;
	}
}

/* All frames, each on a line: "Time=1000,2000 | job a=1,2"; names are display names of a panel without configuration.
 */
static FIXTURE_UNUSED const char *fixture_text(struct fixture *fixture)
{
	struct panel panel = { 0 };

	frame_apply_config(&fixture->set, &panel);
	strbuf_clear(&fixture->text);
	for (size_t i = 0; i < fixture->set.frames.count; i++) {
		const struct frame *frame = &fixture->set.frames.items[i];

		for (size_t f = 0; f < frame->field_count; f++) {
			strbuf_addf(&fixture->text, "%s%s=", f > 0 ? " | " : "", frame->fields[f].display_name);
			for (size_t row = 0; row < frame->length; row++) {
				if (row > 0)
					strbuf_addch(&fixture->text, ',');
				fixture_cell(&fixture->text, &frame->fields[f], row);
			}
		}
		strbuf_addch(&fixture->text, '\n');
	}
	return fixture->text.text;
}

#define expect_frames(fixture, wanted)                                                                                 \
	do {                                                                                                           \
		const char *got_ = fixture_text(fixture);                                                              \
		cr_expect_str_eq(got_, wanted, "got:\n%s\nwanted:\n%s\n", got_, wanted);                               \
	} while (0)

#define expect_notes(fixture, wanted)                                                                                  \
	cr_expect_str_eq((fixture)->notes.text, wanted, "got notes:\n%s", (fixture)->notes.text)

#endif
