#include <string.h>

#include "base/mem.h"
#include "query/answer_private.h"
#include "query/number.h"

static const struct {
	const char *word;
	enum key key;
} keys[] = {
	{ "status", KEY_STATUS },
	{ "data", KEY_DATA },
	{ "error", KEY_ERROR },
	{ "errorType", KEY_ERROR_TYPE },
	{ "warnings", KEY_WARNINGS },
	{ "infos", KEY_INFOS },
	{ "resultType", KEY_RESULT_TYPE },
	{ "result", KEY_RESULT },
	{ "metric", KEY_METRIC },
	{ "value", KEY_VALUE },
	{ "values", KEY_VALUES },
	{ "histogram", KEY_HISTOGRAM },
	{ "histograms", KEY_HISTOGRAMS },
	{ "version", KEY_VERSION },
};

/* Which brackets lead where; all others lead to PLACE_SKIP. KEY_OTHER in an array's row: no key is looked at. */
static const struct {
	enum place from;
	enum key key;
	char bracket;
	enum place to;
} passages[] = {
	{ PLACE_ROOT, KEY_OTHER, '{', PLACE_TOP },       { PLACE_TOP, KEY_DATA, '{', PLACE_DATA },
	{ PLACE_TOP, KEY_DATA, '[', PLACE_LIST },        { PLACE_TOP, KEY_WARNINGS, '[', PLACE_WARNINGS },
	{ PLACE_TOP, KEY_INFOS, '[', PLACE_WARNINGS },   { PLACE_DATA, KEY_RESULT, '[', PLACE_RESULT },
	{ PLACE_LIST, KEY_OTHER, '{', PLACE_LABEL_SET }, { PLACE_RESULT, KEY_OTHER, '{', PLACE_SERIES },
	{ PLACE_SERIES, KEY_METRIC, '{', PLACE_METRIC }, { PLACE_SERIES, KEY_VALUE, '[', PLACE_PAIR },
	{ PLACE_SERIES, KEY_VALUES, '[', PLACE_VALUES }, { PLACE_VALUES, KEY_OTHER, '[', PLACE_PAIR },
};

static const char *const kinds[] = {
	[MATRIX_VECTOR] = "vector",
	[MATRIX_RANGE] = "matrix",
	[MATRIX_SCALAR] = "scalar",
	[MATRIX_STRING] = "string",
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

static int fail_shape(struct answer *answer)
{
	return answer_fail(answer, ANSWER_OTHER_JSON, "not a Prometheus API (other JSON)");
}

static struct frame *top(struct answer *answer)
{
	return &answer->frames[answer->depth];
}

static bool in_array(enum place place)
{
	return place == PLACE_LIST || place == PLACE_RESULT || place == PLACE_VALUES || place == PLACE_PAIR ||
	       place == PLACE_WARNINGS;
}

/* A NUL would end the string for everybody else: it becomes U+FFFD, so that two labels never become one by it. */
static void add_word(struct strbuf *words, const char *text, size_t length)
{
	const char *nul;

	while ((nul = memchr(text, '\0', length))) {
		strbuf_add(words, text, (size_t)(nul - text));
		strbuf_addstr(words, "\xEF\xBF\xBD");
		length -= (size_t)(nul - text) + 1;
		text = nul + 1;
	}
	strbuf_add(words, text, length);
	strbuf_addch(words, '\0');
}

static char *copy_message(const char *text, size_t length)
{
	return mem_strndup(text, length < ANSWER_MESSAGE_BYTES ? length : ANSWER_MESSAGE_BYTES);
}

static int label_name(struct answer *answer, const char *text, size_t length)
{
	if (answer->labels.count >= ANSWER_LABELS_MAX)
		return answer_fail(answer, ANSWER_TOO_LARGE, "series with over %d labels", ANSWER_LABELS_MAX);
	if (length > ANSWER_LABEL_BYTES)
		return answer_fail(answer, ANSWER_TOO_LARGE, "label over %zu KiB", ANSWER_LABEL_BYTES / 1024);
	vec_push(&answer->labels, (struct label_place){ .name = answer->words.length });
	add_word(&answer->words, text, length);
	answer->labels.items[answer->labels.count - 1].value = answer->words.length;
	strbuf_addch(&answer->words, '\0'); /* no value yet */
	return 1;
}

static int label_value(struct answer *answer, const char *text, size_t length)
{
	if (length > ANSWER_LABEL_BYTES)
		return answer_fail(answer, ANSWER_TOO_LARGE, "label over %zu KiB", ANSWER_LABEL_BYTES / 1024);
	answer->labels.items[answer->labels.count - 1].value = answer->words.length;
	add_word(&answer->words, text, length);
	return 1;
}

static void series_clear(struct answer *answer)
{
	strbuf_clear(&answer->words);
	vec_clear(&answer->labels);
	answer->columns.count = 0;
	answer->has_histogram = false;
}

/* The series in hand is complete. */
static int series_end(struct answer *answer)
{
	struct series series = { 0 };
	const char *words = answer->words.text;

	if (answer->kind == ANSWER_SAMPLES && !answer->columns.count && answer->has_histogram) {
		answer->histograms++;
		return 1;
	}
	if (answer->series.count >= answer->limits.series)
		return answer_fail_limit(answer, answer->limits.series,
					 answer->kind == ANSWER_LABEL_VALUES ? "values" : "series");
	vec_clear(&answer->made);
	for (size_t i = 0; i < answer->labels.count; i++)
		vec_push(&answer->made, (struct label){ .name = words + answer->labels.items[i].name,
							.value = words + answer->labels.items[i].value });
	series.labels = labels_make(&answer->matrix->arena, answer->made.items, answer->made.count);
	columns_take(&answer->columns, &answer->matrix->arena, &series);
	vec_push(&answer->series, series);
	return 1;
}

static int list_string(struct answer *answer, const char *text, size_t length)
{
	if (answer->kind != ANSWER_LABEL_VALUES)
		return fail_shape(answer);
	series_clear(answer);
	return label_name(answer, answer->label, strlen(answer->label)) && label_value(answer, text, length) &&
	       series_end(answer);
}

static void top_string(struct answer *answer, const char *text, size_t length)
{
	switch (answer->key) {
	case KEY_STATUS:
		answer->succeeded = is(text, length, "success");
		answer->failed = is(text, length, "error");
		break;
	case KEY_ERROR:
		free(answer->error);
		answer->error = copy_message(text, length);
		break;
	case KEY_ERROR_TYPE:
		free(answer->error_type);
		answer->error_type = copy_message(text, length);
		break;
	default: break;
	}
}

static void result_string(struct answer *answer, const char *text, size_t length)
{
	struct strbuf words = STRBUF_INIT;

	add_word(&words, text, length);
	free(answer->scalar);
	answer->scalar = strbuf_detach(&words);
	answer->has_scalar = true;
}

static int on_string(void *user, const unsigned char *bytes, size_t length)
{
	struct answer *answer = user;
	struct frame *frame = top(answer);
	const char *text = (const char *)bytes;

	frame->index++;
	switch (frame->place) {
	case PLACE_TOP: top_string(answer, text, length); return 1;
	case PLACE_DATA:
		for (size_t i = 0; answer->key == KEY_RESULT_TYPE && i < LENGTH(kinds); i++)
			if (is(text, length, kinds[i]))
				answer->result_kind = (int)i;
		if (answer->kind == ANSWER_VERSION && answer->key == KEY_VERSION)
			result_string(answer, text, length);
		return 1;
	case PLACE_LIST: return list_string(answer, text, length);
	case PLACE_RESULT: result_string(answer, text, length); return 1;
	case PLACE_METRIC:
	case PLACE_LABEL_SET: return label_value(answer, text, length);
	case PLACE_PAIR:
		if (frame->index != 2 || number_parse(text, length, &answer->pair_value))
			return fail_shape(answer);
		return 1;
	case PLACE_WARNINGS: answer_add_warning(answer, text, length); return 1;
	case PLACE_VALUES:
	case PLACE_ROOT: return fail_shape(answer);
	default: return 1;
	}
}

static int on_number(void *user, const char *text, size_t length)
{
	struct answer *answer = user;
	struct frame *frame = top(answer);

	frame->index++;
	switch (frame->place) {
	case PLACE_PAIR:
		if (frame->index == 1 && !number_parse_time(text, length, &answer->pair_ms))
			return 1;
		if (frame->index == 2 && !number_parse(text, length, &answer->pair_value))
			return 1;
		return fail_shape(answer);
	case PLACE_RESULT: answer->has_scalar_time = !number_parse_time(text, length, &answer->scalar_ms); return 1;
	case PLACE_ROOT:
	case PLACE_LIST:
	case PLACE_VALUES:
	case PLACE_METRIC:
	case PLACE_LABEL_SET: return fail_shape(answer);
	default: return 1;
	}
}

/* null, true and false: they stand nowhere but in places that are skipped, or for an absent member. */
static int on_other(struct answer *answer)
{
	enum place place = top(answer)->place;

	if (place == PLACE_TOP || place == PLACE_DATA || place == PLACE_SERIES || place == PLACE_SKIP ||
	    place == PLACE_WARNINGS)
		return 1;
	return fail_shape(answer);
}

static int on_null(void *user)
{
	struct answer *answer = user;
	enum place place = top(answer)->place;

	if (answer->stand_in) { /* put there by the scanner for what it read itself */
		answer->stand_in = false;
		return 1;
	}
	/* Some servers write an empty list as null. */
	if ((place == PLACE_TOP && answer->key == KEY_DATA &&
	     (answer->kind == ANSWER_LABEL_VALUES || answer->kind == ANSWER_LABEL_SETS)) ||
	    (place == PLACE_DATA && answer->key == KEY_RESULT))
		answer->has_data = true;
	return on_other(answer);
}

static int on_boolean(void *user, int value)
{
	(void)value;
	return on_other(user);
}

static int on_key(void *user, const unsigned char *bytes, size_t length)
{
	struct answer *answer = user;
	enum place place = top(answer)->place;
	const char *text = (const char *)bytes;

	if (place == PLACE_METRIC || place == PLACE_LABEL_SET)
		return label_name(answer, text, length);
	answer->key = KEY_OTHER;
	for (size_t i = 0; place != PLACE_SKIP && i < LENGTH(keys); i++)
		if (is(text, length, keys[i].word))
			answer->key = keys[i].key;
	if (place == PLACE_SERIES && (answer->key == KEY_HISTOGRAM || answer->key == KEY_HISTOGRAMS))
		answer->has_histogram = true;
	return 1;
}

static int on_open(struct answer *answer, char bracket)
{
	struct frame *from = top(answer);
	enum place to = PLACE_SKIP;

	if (answer->depth + 1 >= ANSWER_DEPTH_MAX)
		return answer_fail(answer, ANSWER_TOO_LARGE, "answer nested over %d levels", ANSWER_DEPTH_MAX);
	for (size_t i = 0; i < LENGTH(passages); i++)
		if (passages[i].from == from->place && passages[i].bracket == bracket &&
		    (passages[i].key == KEY_OTHER || passages[i].key == answer->key))
			to = passages[i].to;
	if (from->place == PLACE_ROOT && to == PLACE_SKIP)
		return fail_shape(answer);
	if (to == PLACE_SKIP &&
	    (in_array(from->place) || from->place == PLACE_METRIC || from->place == PLACE_LABEL_SET) &&
	    from->place != PLACE_WARNINGS)
		return fail_shape(answer);
	from->index++;
	answer->frames[++answer->depth] = (struct frame){ .place = to };
	if (to == PLACE_SERIES || to == PLACE_LABEL_SET)
		series_clear(answer);
	if (to == PLACE_RESULT || to == PLACE_LIST || (to == PLACE_DATA && answer->kind == ANSWER_VERSION))
		answer->has_data = true;
	if (to == PLACE_LIST && answer->kind != ANSWER_LABEL_VALUES && answer->kind != ANSWER_LABEL_SETS)
		return fail_shape(answer);
	if (to == PLACE_DATA && answer->kind != ANSWER_SAMPLES && answer->kind != ANSWER_VERSION)
		return fail_shape(answer);
	if (to == PLACE_RESULT && answer->kind != ANSWER_SAMPLES)
		return fail_shape(answer);
	if (to == PLACE_LABEL_SET && answer->kind != ANSWER_LABEL_SETS)
		return fail_shape(answer);
	return 1;
}

static int on_close(struct answer *answer)
{
	struct frame *frame = top(answer);

	answer->depth--;
	switch (frame->place) {
	case PLACE_SERIES:
	case PLACE_LABEL_SET: return series_end(answer);
	case PLACE_PAIR:
		if (frame->index != 2)
			return fail_shape(answer);
		return answer_add_sample(answer, answer->pair_ms, answer->pair_value);
	default: return 1;
	}
}

static int on_open_map(void *user)
{
	return on_open(user, '{');
}

static int on_open_array(void *user)
{
	return on_open(user, '[');
}

static int on_close_any(void *user)
{
	return on_close(user);
}

const yajl_callbacks answer_events = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_open_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_close_any,
	.yajl_start_array = on_open_array,
	.yajl_end_array = on_close_any,
};
