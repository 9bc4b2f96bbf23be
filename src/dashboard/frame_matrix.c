/* Answers to frames: see frame_add_matrix. */
#include "dashboard/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define TABLE_CELLS_MAX 5000000
#define BUCKET_NOISE    1e-9 /* Grafana: less than this between two buckets is nothing */
#define LEGEND_AUTO     "__auto"

struct answer {
	struct frame_set *set;
	const struct matrix *matrix;
	const struct target *target;
	const char *legend;
	int64_t step_ms;
	bool many_targets;
};

/* ---- legends ---- */

/* `value` as Prometheus quotes it in a selector. */
static void add_quoted(struct strbuf *ret, const char *value)
{
	strbuf_addch(ret, '"');
	for (; *value; value++) {
		if (*value == '\n') {
			strbuf_addstr(ret, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			strbuf_addch(ret, '\\');
		strbuf_addch(ret, *value);
	}
	strbuf_addch(ret, '"');
}

/* No legend given: name{a="x", b="y"}; a series without name and labels is called by its expression. */
static void add_metric_text(struct strbuf *ret, const struct labels *labels, const char *expression)
{
	const char *name = labels_get(labels, "__name__");
	size_t shown = 0;

	if (name)
		strbuf_addstr(ret, name);
	for (size_t i = 0; i < labels->count; i++) {
		if (strcmp(labels->items[i].name, "__name__") == 0)
			continue;
		strbuf_addstr(ret, shown++ == 0 ? "{" : ", ");
		strbuf_addstr(ret, labels->items[i].name);
		strbuf_addch(ret, '=');
		add_quoted(ret, labels->items[i].value);
	}
	if (shown > 0)
		strbuf_addch(ret, '}');
	if (ret->length == 0)
		strbuf_addstr(ret, expression);
}

static void add_label_value(struct strbuf *ret, const struct labels *labels, const char *name, size_t length)
{
	while (length > 0 && strchr(" \t\n", name[0])) {
		name++;
		length--;
	}
	while (length > 0 && strchr(" \t\n", name[length - 1]))
		length--;
	for (size_t i = 0; i < labels->count; i++) {
		const struct label *label = &labels->items[i];

		if (strlen(label->name) == length && memcmp(label->name, name, length) == 0)
			strbuf_addstr(ret, label->value);
	}
}

static void add_expanded(struct strbuf *ret, const char *legend, const struct labels *labels)
{
	while (*legend) {
		const char *open = strstr(legend, "{{");
		const char *close = open ? strstr(open + 2, "}}") : NULL;

		if (!close) {
			strbuf_addstr(ret, legend);
			return;
		}
		strbuf_add(ret, legend, (size_t)(open - legend));
		add_label_value(ret, labels, open + 2, (size_t)(close - open - 2));
		legend = close + 2;
	}
}

/* The legend of one series; NULL leaves the name to the automatic rule, which needs labels to work with. */
static const char *series_legend(const struct answer *answer, const struct labels *labels, struct strbuf *scratch)
{
	const char *expression = answer->target->expression ? answer->target->expression : "";

	strbuf_clear(scratch);
	if (strcmp(answer->legend, LEGEND_AUTO) == 0) {
		if (labels->count > 0)
			return NULL;
		strbuf_addstr(scratch, expression);
	} else if (*answer->legend) {
		if (!strstr(answer->legend, "{{"))
			return answer->legend;
		add_expanded(scratch, answer->legend, labels);
	} else {
		add_metric_text(scratch, labels, expression);
	}
	return arena_strndup(&answer->set->arena, scratch->text, scratch->length);
}

/* ---- time series ---- */

/* Unsigned, since times from outside may lie further apart than int64_t can say. */
static bool is_gap(int64_t earlier_ms, int64_t later_ms, int64_t step_ms)
{
	return later_ms > earlier_ms && (uint64_t)later_ms - (uint64_t)earlier_ms > (uint64_t)step_ms;
}

static size_t count_gaps(const struct series *series, int64_t step_ms)
{
	size_t gaps = 0;

	for (size_t i = 1; i < series->count; i++)
		gaps += is_gap(series->times_ms[i - 1], series->times_ms[i], step_ms);
	return gaps;
}

/* Copy the samples with a null row behind each sample that is followed by a gap. */
static void fill_gaps(struct arena *arena, const struct series *series, int64_t step_ms, size_t rows,
		      struct field *fields)
{
	int64_t *times = arena_array(arena, rows, sizeof(*times));
	double *values = arena_array(arena, rows, sizeof(*values));
	size_t row = 0;

	for (size_t i = 0; i < series->count; i++) {
		times[row] = series->times_ms[i];
		values[row++] = series->values[i];
		if (i + 1 < series->count && is_gap(series->times_ms[i], series->times_ms[i + 1], step_ms)) {
			times[row] = series->times_ms[i] + step_ms;
			values[row++] = frame_null();
		}
	}
	fields[0].times_ms = times;
	fields[1].numbers = values;
}

static struct frame *add_frame(const struct answer *answer, size_t field_count, size_t length)
{
	struct frame *frame = vec_add(&answer->set->frames);

	frame->ref_id = answer->target->ref_id;
	frame->format = answer->target->format;
	frame->field_count = field_count;
	frame->fields = arena_array(&answer->set->arena, field_count, sizeof(*frame->fields));
	frame->length = length;
	return frame;
}

static struct frame *add_series_frame(const struct answer *answer, const struct series *series, const char *legend)
{
	bool range = answer->matrix->kind == MATRIX_RANGE && answer->step_ms > 0;
	size_t gaps = range ? count_gaps(series, answer->step_ms) : 0;
	struct frame *frame = add_frame(answer, 2, series->count + gaps);
	struct field *fields = frame->fields;

	frame->name = legend;
	fields[0] = (struct field){ .name = "Time", .type = FIELD_TIME, .times_ms = series->times_ms };
	fields[1] = (struct field){ .name = "Value",
				    .type = FIELD_NUMBER,
				    .labels = series->labels,
				    .numbers = series->values,
				    .legend = legend };
	if (gaps > 0)
		fill_gaps(&answer->set->arena, series, answer->step_ms, frame->length, fields);
	return frame;
}

static void add_time_series(const struct answer *answer)
{
	struct strbuf scratch = STRBUF_INIT;

	for (size_t i = 0; i < answer->matrix->count; i++) {
		const struct series *series = &answer->matrix->series[i];

		add_series_frame(answer, series, series_legend(answer, &series->labels, &scratch));
	}
	strbuf_release(&scratch);
}

/* ---- tables ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All label names of the answer, sorted. The array is the caller's, the names the matrix's. */
static const char **label_columns(const struct matrix *matrix, size_t *ret_count)
{
	VEC(const char *) names = { 0 };
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < matrix->count; i++) {
		const struct labels *labels = &matrix->series[i].labels;

		for (size_t l = 0; l < labels->count; l++) {
			if (map_has(&seen, labels->items[l].name))
				continue;
			map_set(&seen, labels->items[l].name, NULL);
			vec_push(&names, labels->items[l].name);
		}
	}
	map_release(&seen, NULL);
	if (names.count > 0)
		qsort(names.items, names.count, sizeof(*names.items), compare_names);
	*ret_count = names.count;
	return names.items;
}

/* Series and samples that fit the cell limit; the series behind them are counted as dropped. */
static size_t bounded_series(const struct answer *answer, size_t columns, size_t *ret_rows)
{
	const struct matrix *matrix = answer->matrix;
	size_t rows = 0, i;

	for (i = 0; i < matrix->count; i++) {
		if (matrix->series[i].count > TABLE_CELLS_MAX / columns - rows)
			break;
		rows += matrix->series[i].count;
	}
	answer->set->dropped += matrix->count - i;
	*ret_rows = rows;
	return i;
}

struct row_source {
	int64_t time_ms;
	size_t order; /* row before sorting, so that equal times keep their order */
	const struct series *series;
	double value;
};

static int compare_rows(const void *a, const void *b)
{
	const struct row_source *left = a, *right = b;

	if (left->time_ms != right->time_ms)
		return left->time_ms < right->time_ms ? -1 : 1;
	return left->order < right->order ? -1 : left->order > right->order;
}

/* Rows of the first `series_count` series, times ascending. */
static struct row_source *table_rows(const struct matrix *matrix, size_t series_count, size_t rows)
{
	struct row_source *sources = mem_array(rows + 1, sizeof(*sources));
	bool ascending = true;
	size_t row = 0;

	for (size_t i = 0; i < series_count; i++) {
		const struct series *series = &matrix->series[i];

		for (size_t s = 0; s < series->count; s++, row++) {
			sources[row] = (struct row_source){ series->times_ms[s], row, series, series->values[s] };
			if (row > 0 && sources[row].time_ms < sources[row - 1].time_ms)
				ascending = false;
		}
	}
	if (!ascending)
		qsort(sources, rows, sizeof(*sources), compare_rows);
	return sources;
}

/* One label's column. Bucket bounds are numbers, so that they sort as such. */
static void fill_label_column(struct arena *arena, struct field *field, const char *label,
			      const struct row_source *sources, size_t rows)
{
	field->name = label;
	if (strcmp(label, "le") == 0) {
		double *numbers = arena_array(arena, rows, sizeof(*numbers));

		for (size_t i = 0; i < rows; i++) {
			const char *bound = labels_get(&sources[i].series->labels, label);

			numbers[i] = bound ? strtod(bound, NULL) : frame_null();
		}
		field->type = FIELD_NUMBER;
		field->numbers = numbers;
	} else {
		const char **strings = arena_array(arena, rows, sizeof(*strings));

		for (size_t i = 0; i < rows; i++)
			strings[i] = labels_get(&sources[i].series->labels, label);
		field->type = FIELD_STRING;
		field->strings = strings;
	}
}

static void add_table(const struct answer *answer)
{
	struct arena *arena = &answer->set->arena;
	size_t label_count, rows, series_count;
	const char **labels = label_columns(answer->matrix, &label_count);
	struct row_source *sources;
	struct frame *frame;
	int64_t *times;
	double *values;

	series_count = bounded_series(answer, label_count + 2, &rows);
	sources = table_rows(answer->matrix, series_count, rows);
	frame = add_frame(answer, label_count + 2, rows);
	times = arena_array(arena, rows, sizeof(*times));
	values = arena_array(arena, rows, sizeof(*values));
	for (size_t i = 0; i < rows; i++) {
		times[i] = sources[i].time_ms;
		values[i] = sources[i].value;
	}
	frame->fields[0] = (struct field){ .name = "Time", .type = FIELD_TIME, .times_ms = times };
	for (size_t l = 0; l < label_count; l++)
		fill_label_column(arena, &frame->fields[l + 1], labels[l], sources, rows);
	frame->fields[label_count + 1] = (struct field){ .name = "Value", .type = FIELD_NUMBER, .numbers = values };
	if (answer->many_targets)
		frame->fields[label_count + 1].name =
			arena_printf(arena, "Value #%s", frame->ref_id ? frame->ref_id : "");
	free(sources);
	free(labels);
}

/* ---- heatmaps ---- */

struct bucket {
	const struct series *series;
	struct labels rest; /* labels without `le`: buckets of one histogram */
	double bound;
	const char *text;
};

static int compare_buckets(const void *a, const void *b)
{
	const struct bucket *left = a, *right = b;
	int rest = labels_compare(&left->rest, &right->rest);

	if (rest != 0)
		return rest;
	return left->bound < right->bound ? -1 : left->bound > right->bound;
}

static struct bucket *sorted_buckets(const struct answer *answer)
{
	const struct matrix *matrix = answer->matrix;
	struct bucket *buckets = mem_array(matrix->count + 1, sizeof(*buckets));

	for (size_t i = 0; i < matrix->count; i++) {
		const struct labels *labels = &matrix->series[i].labels;
		const char *text = labels_get(labels, "le");
		struct label *rest = arena_array(&answer->set->arena, labels->count + 1, sizeof(*rest));
		size_t count = 0;

		for (size_t l = 0; l < labels->count; l++)
			if (strcmp(labels->items[l].name, "le") != 0)
				rest[count++] = labels->items[l];
		buckets[i].series = &matrix->series[i];
		buckets[i].rest = (struct labels){ .items = rest, .count = count };
		buckets[i].text = text;
		buckets[i].bound = text ? strtod(text, NULL) : INFINITY;
		if (isnan(buckets[i].bound))
			buckets[i].bound = INFINITY;
	}
	qsort(buckets, matrix->count, sizeof(*buckets), compare_buckets);
	return buckets;
}

/* What lies between this bucket's bound and the one below, time by time; a time the one below lacks counts as 0. */
static const double *between(struct arena *arena, const struct series *upper, const struct series *lower)
{
	double *values = arena_array(arena, upper->count, sizeof(*values));
	size_t at = 0;

	for (size_t i = 0; i < upper->count; i++) {
		double below = 0;

		while (at < lower->count && lower->times_ms[at] < upper->times_ms[i])
			at++;
		if (at < lower->count && lower->times_ms[at] == upper->times_ms[i] && !isnan(lower->values[at]))
			below = lower->values[at];
		values[i] = upper->values[i] - below;
		if (values[i] < BUCKET_NOISE)
			values[i] = 0;
	}
	return values;
}

static void add_heatmap(const struct answer *answer)
{
	struct bucket *buckets = sorted_buckets(answer);
	struct strbuf scratch = STRBUF_INIT;

	for (size_t i = 0; i < answer->matrix->count; i++) {
		const struct bucket *bucket = &buckets[i];
		struct series differences = *bucket->series;
		const char *name = bucket->text;

		if (!name)
			name = series_legend(answer, &bucket->series->labels, &scratch);
		if (i > 0 && bucket->text && bucket[-1].text && labels_equal(&bucket->rest, &bucket[-1].rest))
			differences.values = between(&answer->set->arena, bucket->series, bucket[-1].series);
		add_series_frame(answer, &differences, name);
	}
	strbuf_release(&scratch);
	free(buckets);
}

/* ---- public ---- */

static void add_string(const struct answer *answer)
{
	struct frame *frame = add_frame(answer, 1, 1);
	const char **strings = arena_array(&answer->set->arena, 1, sizeof(*strings));

	strings[0] = answer->matrix->string;
	frame->fields[0] = (struct field){ .name = "Value", .type = FIELD_STRING, .strings = strings };
}

void frame_add_matrix(struct frame_set *set, struct matrix *matrix, const struct target *target, const char *legend,
		      int64_t step_ms, bool many_targets)
{
	struct answer answer = {
		.set = set, .matrix = matrix, .target = target, .step_ms = step_ms, .many_targets = many_targets
	};

	answer.legend = legend ? legend : target->legend;
	answer.legend = arena_strdup(&set->arena, answer.legend ? answer.legend : "");
	vec_push(&set->matrices, matrix_ref(matrix));
	if (matrix->kind == MATRIX_STRING) {
		add_string(&answer);
		return;
	}
	switch (target->format) {
	case FORMAT_TABLE: add_table(&answer); break;
	case FORMAT_HEATMAP: add_heatmap(&answer); break;
	case FORMAT_TIME_SERIES: add_time_series(&answer); break;
	}
}
