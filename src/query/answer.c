#include "query/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "query/answer_private.h"
#include "query/number.h"

/* What stands before the samples of a series in every server's answer. */
static const char marker[] = "\"values\":[";
#define MARKER_LENGTH (sizeof(marker) - 1)

/* No pair of a time and a value is longer; see number_parse. */
#define PAIR_LENGTH_MAX 512

struct answer *answer_new(enum answer_kind kind, const char *label, const struct query_limits *limits)
{
	struct answer *answer = mem_zalloc(sizeof(*answer));

	answer->kind = kind;
	answer->label = mem_strdup(label ? label : "");
	if (limits)
		answer->limits = *limits;
	if (!answer->limits.series)
		answer->limits.series = ANSWER_SERIES_DEFAULT;
	if (!answer->limits.points)
		answer->limits.points = ANSWER_POINTS_DEFAULT;
	answer->result_kind = -1;
	answer->frames[0].place = PLACE_ROOT;
	strbuf_init(&answer->words);
	answer->matrix = matrix_new(MATRIX_VECTOR);
	answer->yajl = yajl_alloc(&answer_events, NULL, answer);
	if (!answer->yajl) /* only for lack of memory */
		abort();
	/* Text stays as it came; it is made safe where it is shown. */
	yajl_config(answer->yajl, yajl_dont_validate_strings, 1);
	return answer;
}

void answer_free(struct answer *answer)
{
	if (!answer)
		return;
	yajl_free(answer->yajl);
	matrix_unref(answer->matrix);
	columns_release(&answer->columns);
	strbuf_release(&answer->words);
	vec_release(&answer->labels);
	vec_release(&answer->made);
	vec_release(&answer->series);
	vec_release(&answer->warnings);
	free(answer->label);
	free(answer->error);
	free(answer->error_type);
	free(answer->scalar);
	free(answer);
}

int answer_fail(struct answer *answer, enum answer_fault fault, const char *format, ...)
{
	va_list args;

	if (answer->fault)
		return 0;
	answer->fault = fault;
	va_start(args, format);
	vsnprintf(answer->reason, sizeof(answer->reason), format, args);
	va_end(args);
	return 0;
}

void answer_limit_text(size_t limit, const char *what, char *ret, size_t size)
{
	char digits[32], grouped[48];
	size_t length, out = 0;

	length = (size_t)snprintf(digits, sizeof(digits), "%zu", limit);
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			grouped[out++] = ',';
		grouped[out++] = digits[i];
	}
	grouped[out] = '\0';
	snprintf(ret, size, "answer over %s %s", grouped, what);
}

int answer_fail_limit(struct answer *answer, size_t limit, const char *what)
{
	char text[sizeof(answer->reason)];

	answer_limit_text(limit, what, text, sizeof(text));
	return answer_fail(answer, ANSWER_TOO_LARGE, "%s", text);
}

int answer_add_sample(struct answer *answer, int64_t time_ms, double value)
{
	if (++answer->points > answer->limits.points)
		return answer_fail_limit(answer, answer->limits.points, "points");
	if (columns_add(&answer->columns, time_ms, value))
		return answer_fail(answer, ANSWER_OTHER_JSON, "times in the answer are not in order");
	return 1;
}

void answer_add_warning(struct answer *answer, const char *text, size_t length)
{
	if (answer->warnings.count >= ANSWER_WARNINGS_MAX)
		return;
	if (length > ANSWER_MESSAGE_BYTES)
		length = ANSWER_MESSAGE_BYTES;
	vec_push(&answer->warnings, arena_strndup(&answer->matrix->arena, text, length));
}

static int parse(struct answer *answer, const char *data, size_t length)
{
	yajl_status status;

	if (!length)
		return 0;
	status = yajl_parse(answer->yajl, (const unsigned char *)data, length);
	if (status == yajl_status_ok)
		return 0;
	answer_fail(answer, ANSWER_BROKEN, "broken JSON in the answer");
	return -1;
}

enum scan { SCAN_PAIR, SCAN_MORE, SCAN_OTHER };

/* JSON is narrower than what number_parse_time reads: no ".5", "5." or "05". */
static bool is_json_time(const char *text, size_t length)
{
	return length && *text != '.' && text[length - 1] != '.' && (*text != '0' || length == 1 || text[1] == '.');
}

/*
 * Read one `[time,"value"]` at `*at`, after a comma unless it is the first.
 * SCAN_MORE: the bytes end too early. SCAN_OTHER: the array's end, or
 * anything that this simple reader does not know.
 */
static enum scan scan_pair(struct answer *answer, const char **at, const char *end)
{
	const char *text = *at, *time, *value;
	bool cut = end - text > PAIR_LENGTH_MAX;
	size_t time_length, value_length;
	int64_t time_ms;
	double number;

	if (cut)
		end = text + PAIR_LENGTH_MAX;
	if (answer->scanned) {
		if (text == end)
			return SCAN_MORE;
		if (*text++ != ',')
			return SCAN_OTHER;
	}
	if (text == end)
		return SCAN_MORE;
	if (*text++ != '[')
		return SCAN_OTHER;
	for (time = text; text < end && (*text == '.' || (*text >= '0' && *text <= '9'));)
		text++;
	time_length = (size_t)(text - time);
	if (end - text < 2)
		return cut ? SCAN_OTHER : SCAN_MORE;
	if (text[0] != ',' || text[1] != '"')
		return SCAN_OTHER;
	text += 2;
	for (value = text; text < end && *text != '"' && *text != '\\';)
		text++;
	value_length = (size_t)(text - value);
	if (end - text < 2)
		return cut ? SCAN_OTHER : SCAN_MORE;
	if (text[0] != '"' || text[1] != ']' || !is_json_time(time, time_length) ||
	    number_parse_time(time, time_length, &time_ms) || number_parse(value, value_length, &number))
		return SCAN_OTHER;
	*at = text + 2;
	answer->scanned++;
	if (!answer_add_sample(answer, time_ms, number))
		return SCAN_OTHER;
	return SCAN_PAIR;
}

/*
 * yajl takes over again, in the middle of the array. What was scanned stands
 * for it as one null, so that it still judges the commas and brackets.
 */
static int leave_scan(struct answer *answer)
{
	bool stand_in = answer->scanned > 0;
	size_t carried = answer->carried;

	answer->scanning = false;
	answer->scanned = answer->carried = 0;
	if (answer->fault)
		return -1;
	if (stand_in) {
		answer->stand_in = true;
		if (parse(answer, "null", 4))
			return -1;
	}
	return parse(answer, answer->carry, carried);
}

/* A pair that began in the bytes before. Returns -1 on a fault; `*data` moves by what was used. */
static int scan_carried(struct answer *answer, const char **data, const char *end)
{
	size_t room = sizeof(answer->carry) - answer->carried, fresh = (size_t)(end - *data);
	const char *at = answer->carry;

	if (fresh > room)
		fresh = room;
	memcpy(answer->carry + answer->carried, *data, fresh);
	switch (scan_pair(answer, &at, answer->carry + answer->carried + fresh)) {
	case SCAN_PAIR:
		*data += (size_t)(at - answer->carry) - answer->carried;
		answer->carried = 0;
		return 0;
	case SCAN_MORE:
		answer->carried += fresh;
		*data += fresh;
		return 0;
	default: return leave_scan(answer);
	}
}

/* Read pairs until something else comes or the bytes end. */
static int scan(struct answer *answer, const char **data, const char *end)
{
	while (answer->carried && *data < end && answer->scanning)
		if (scan_carried(answer, data, end))
			return -1;
	while (answer->scanning && *data < end) {
		switch (scan_pair(answer, data, end)) {
		case SCAN_PAIR: break;
		case SCAN_MORE:
			answer->carried = (size_t)(end - *data);
			memcpy(answer->carry, *data, answer->carried);
			*data = end;
			return 0;
		default:
			if (leave_scan(answer))
				return -1;
		}
	}
	return 0;
}

/* A web page, a text, nothing: told by the first byte. */
static int look_at_begin(struct answer *answer, const char *data, size_t length)
{
	size_t at = 0;

	while (at < length && strchr(" \t\r\n", data[at]) && data[at])
		at++;
	if (at == length)
		return 0;
	answer->begun = true;
	if (data[at] == '<')
		answer_fail(answer, ANSWER_HTML, "not a Prometheus API (HTML page)");
	else if (data[at] != '{' && data[at] != '[')
		answer_fail(answer, ANSWER_NO_JSON, "not a Prometheus API (no JSON)");
	return answer->fault ? -1 : 0;
}

int answer_feed(struct answer *answer, const char *data, size_t length)
{
	const char *end = data + length;

	if (answer->fault)
		return -1;
	if (!answer->begun && look_at_begin(answer, data, length))
		return -1;
	while (data < end) {
		const char *found, *stop;

		if (answer->scanning) {
			if (scan(answer, &data, end))
				return -1;
			continue;
		}
		found = memmem(data, (size_t)(end - data), marker, MARKER_LENGTH);
		stop = found ? found + MARKER_LENGTH : end;
		if (parse(answer, data, (size_t)(stop - data)))
			return -1;
		data = stop;
		answer->scanning = found && answer->frames[answer->depth].place == PLACE_VALUES &&
				   !answer->frames[answer->depth].index;
	}
	return 0;
}

static enum answer_fault finish_scalar(struct answer *answer)
{
	struct series series = { 0 };
	double value;

	if (!answer->has_scalar || !answer->has_scalar_time || answer->series.count)
		return ANSWER_OTHER_JSON;
	if (answer->result_kind == MATRIX_STRING) {
		answer->matrix->string = arena_strdup(&answer->matrix->arena, answer->scalar);
		return ANSWER_OK;
	}
	if (number_parse(answer->scalar, strlen(answer->scalar), &value))
		return ANSWER_OTHER_JSON;
	answer->columns.count = 0;
	if (!answer_add_sample(answer, answer->scalar_ms, value))
		return answer->fault;
	columns_take(&answer->columns, &answer->matrix->arena, &series);
	vec_push(&answer->series, series);
	return ANSWER_OK;
}

static enum answer_fault finish_success(struct answer *answer)
{
	if (!answer->has_data)
		return ANSWER_OTHER_JSON;
	if (answer->kind == ANSWER_VERSION) {
		if (!answer->has_scalar)
			return ANSWER_OTHER_JSON;
		answer->matrix->string = arena_strdup(&answer->matrix->arena, answer->scalar);
		return ANSWER_OK;
	}
	if (answer->kind != ANSWER_SAMPLES)
		return ANSWER_OK;
	if (answer->result_kind < 0)
		return ANSWER_OTHER_JSON;
	if (answer->result_kind == MATRIX_SCALAR || answer->result_kind == MATRIX_STRING)
		return finish_scalar(answer);
	return answer->has_scalar || answer->has_scalar_time ? ANSWER_OTHER_JSON : ANSWER_OK;
}

/* An object of which every member was read. */
static void judge(struct answer *answer)
{
	enum answer_fault fault = ANSWER_OTHER_JSON;

	if (answer->failed)
		fault = ANSWER_ERROR;
	else if (answer->succeeded)
		fault = finish_success(answer);
	if (fault == ANSWER_ERROR)
		answer_fail(answer, fault, "%s", "");
	else if (fault)
		answer_fail(answer, fault, "not a Prometheus API (other JSON)");
}

static void hand_over(struct answer *answer, struct matrix **ret)
{
	struct matrix *matrix = answer->matrix;
	char text[80];

	if (answer->histograms) {
		snprintf(text, sizeof(text), "native histograms are not shown (%zu series)", answer->histograms);
		answer_add_warning(answer, text, strlen(text));
	}
	matrix->kind = answer->kind == ANSWER_SAMPLES   ? (enum matrix_kind)answer->result_kind
		       : answer->kind == ANSWER_VERSION ? MATRIX_STRING
							: MATRIX_VECTOR;
	matrix->count = answer->series.count;
	matrix->series = arena_array(&matrix->arena, matrix->count, sizeof(*matrix->series));
	if (matrix->count)
		memcpy(matrix->series, answer->series.items, matrix->count * sizeof(*matrix->series));
	matrix->points = answer->points;
	matrix->warning_count = answer->warnings.count;
	if (answer->warnings.count) {
		matrix->warnings = arena_array(&matrix->arena, answer->warnings.count, sizeof(*matrix->warnings));
		memcpy(matrix->warnings, answer->warnings.items, answer->warnings.count * sizeof(*matrix->warnings));
	}
	answer->matrix = NULL;
	*ret = matrix;
}

enum answer_fault answer_finish(struct answer *answer, struct matrix **ret)
{
	if (!answer->fault && !answer->begun)
		answer_fail(answer, ANSWER_EMPTY, "not a Prometheus API (empty answer)");
	if (answer->scanning) /* what was carried may be half a pair, or no JSON at all */
		leave_scan(answer);
	if (!answer->fault && yajl_complete_parse(answer->yajl) != yajl_status_ok)
		answer_fail(answer, ANSWER_TRUNCATED, "answer breaks off");
	if (!answer->fault)
		judge(answer);
	if (!answer->fault)
		hand_over(answer, ret);
	return answer->fault;
}

const char *answer_reason(const struct answer *answer)
{
	return answer->reason;
}

const char *answer_error(const struct answer *answer)
{
	return answer->fault == ANSWER_ERROR && answer->error ? answer->error : "";
}

const char *answer_error_type(const struct answer *answer)
{
	return answer->fault == ANSWER_ERROR && answer->error_type ? answer->error_type : "";
}
