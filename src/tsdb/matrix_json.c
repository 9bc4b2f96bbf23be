#include "tsdb/matrix_json.h"

#include <inttypes.h>
#include <stdbool.h>

#include "tsdb/value_text.h"

static const char *const kind_names[] = {
	[MATRIX_VECTOR] = "vector", [MATRIX_RANGE] = "matrix", [MATRIX_SCALAR] = "scalar", [MATRIX_STRING] = "string"
};

static void add_time(struct strbuf *ret, int64_t time_ms)
{
	bool negative = time_ms < 0;
	uint64_t size = negative ? 0 - (uint64_t)time_ms : (uint64_t)time_ms;

	strbuf_addf(ret, "%s%" PRIu64 ".%03d", negative ? "-" : "", size / 1000, (int)(size % 1000));
}

static void add_json_sample(struct strbuf *ret, const struct series *series, size_t index)
{
	strbuf_addch(ret, '[');
	add_time(ret, series->times_ms[index]);
	strbuf_addstr(ret, ",\"");
	value_text_add(ret, series->values[index]);
	strbuf_addstr(ret, "\"]");
}

static void add_json_series(struct strbuf *ret, const struct matrix *matrix, const struct series *series)
{
	strbuf_addstr(ret, "{\"metric\":{");
	for (size_t i = 0; i < series->labels.count; i++) {
		strbuf_addstr(ret, i ? "," : "");
		strbuf_add_json(ret, series->labels.items[i].name);
		strbuf_addch(ret, ':');
		strbuf_add_json(ret, series->labels.items[i].value);
	}
	strbuf_addstr(ret, matrix->kind == MATRIX_RANGE ? "},\"values\":[" : "},\"value\":");
	for (size_t i = 0; i < series->count; i++) {
		strbuf_addstr(ret, i ? "," : "");
		add_json_sample(ret, series, i);
	}
	strbuf_addstr(ret, matrix->kind == MATRIX_RANGE ? "]}" : "}");
}

void matrix_add_json(struct strbuf *ret, const struct matrix *matrix, int64_t string_time_ms)
{
	strbuf_addf(ret, "{\"resultType\":\"%s\",\"result\":", kind_names[matrix->kind]);
	if (matrix->kind == MATRIX_SCALAR && matrix->count && matrix->series[0].count) {
		add_json_sample(ret, &matrix->series[0], 0);
	} else if (matrix->kind == MATRIX_STRING) {
		strbuf_addch(ret, '[');
		add_time(ret, string_time_ms);
		strbuf_addch(ret, ',');
		strbuf_add_json(ret, matrix->string ? matrix->string : "");
		strbuf_addstr(ret, "]");
	} else {
		strbuf_addch(ret, '[');
		for (size_t i = 0; i < matrix->count; i++) {
			strbuf_addstr(ret, i ? "," : "");
			add_json_series(ret, matrix, &matrix->series[i]);
		}
		strbuf_addch(ret, ']');
	}
	strbuf_addch(ret, '}');
}
