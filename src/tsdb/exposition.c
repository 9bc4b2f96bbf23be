#include "tsdb/exposition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "tsdb/exposition_family.h"
#include "tsdb/exposition_scan.h"

#define SAMPLES_DEFAULT 5000000
#define BODY_MAX        UINT32_MAX

struct parse {
	struct exposition *exposition;
	const struct exposition_options *options;
	struct exposition_scan scan;
	struct map families;
	bool ended; /* `# EOF` was read */
};

/* Find the word behind `#`; NONE for any other comment, and nothing is then read. */
static enum exposition_word scan_word(struct exposition_scan *scan)
{
	static const struct {
		char text[5];
		enum exposition_word word;
		bool open_metrics_only;
	} words[] = {
		{ "HELP", EXPOSITION_WORD_HELP, false },
		{ "TYPE", EXPOSITION_WORD_TYPE, false },
		{ "UNIT", EXPOSITION_WORD_UNIT, true },
	};
	const char *start = scan->at++, *at;

	if (!exposition_is(exposition_peek(scan), EXPOSITION_BLANK))
		goto none;
	if (scan->open_metrics)
		scan->at += *scan->at == ' ';
	else
		exposition_skip_blanks(scan);
	at = scan->at;
	if (scan->end - at < 5)
		goto none;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (memcmp(at, words[i].text, 4) != 0 || (words[i].open_metrics_only && !scan->open_metrics) ||
		    !exposition_is(at[4], EXPOSITION_BLANK) || (scan->open_metrics && at[4] != ' '))
			continue;
		scan->at = at + 5;
		return words[i].word;
	}
none:
	scan->at = start;
	return EXPOSITION_WORD_NONE;
}

/* `# EOF`, maybe with a line break, ends the text. */
static int parse_eof(struct parse *parse)
{
	static const char eof[] = "# EOF";
	struct exposition_scan *scan = &parse->scan;
	size_t length = sizeof(eof) - 1;

	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, eof, length) != 0)
		return error_set(&scan->error, "a comment that is not '# HELP', '# TYPE', '# UNIT' or '# EOF'");
	scan->at += length;
	if (exposition_peek(scan) == '\n')
		scan->at++;
	if (scan->at != scan->end)
		return error_set(&scan->error, "text behind '# EOF'");
	parse->ended = true;
	return 0;
}

static int end_line(struct exposition_scan *scan, const char *expected)
{
	if (scan->at < scan->end && *scan->at != '\n')
		return exposition_expected(scan, expected);
	if (scan->at < scan->end)
		scan->at++;
	else if (scan->open_metrics)
		return exposition_expected(scan, "the end of the line");
	return 0;
}

static int parse_comment(struct parse *parse)
{
	struct exposition_scan *scan = &parse->scan;
	struct exposition_line line = { .word = scan_word(scan) };

	if (line.word == EXPOSITION_WORD_NONE) {
		const char *end;

		if (scan->open_metrics)
			return parse_eof(parse);
		end = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
		scan->at = end ? end + 1 : scan->end;
		return 0;
	}
	if (exposition_scan_family(scan, &line) < 0)
		return -1;
	if (parse->options->families)
		exposition_keep_family(parse->exposition, &parse->families, &line, scan->open_metrics);
	return end_line(scan, "the end of the line");
}

/* Seconds with a fraction; Prometheus cuts off what is finer than a millisecond. */
static int scan_seconds(struct exposition_scan *scan, int64_t *ret_ms)
{
	const char *start = scan->at;
	double seconds;

	if (exposition_scan_number(scan, &seconds) < 0)
		return -1;
	seconds *= 1000;
	if (!(fabs(seconds) < 0x1p63)) {
		scan->at = start;
		return error_set(&scan->error, "a timestamp out of range");
	}
	*ret_ms = (int64_t)seconds;
	return 0;
}

static int scan_milliseconds(struct exposition_scan *scan, int64_t *ret)
{
	const char *start = scan->at;
	int64_t value = 0;

	for (; exposition_is(exposition_peek(scan), EXPOSITION_DIGIT); scan->at++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *scan->at - '0', &value)) {
			scan->at = start;
			return error_set(&scan->error, "a timestamp out of range");
		}
	}
	*ret = value;
	return 0;
}

/* ` # {labels} value [timestamp]`, from behind the first space. */
static int skip_exemplar(struct exposition_scan *scan)
{
	struct exposition_part part;
	int64_t time_ms;
	double value;
	int found;

	scan->at++;
	if (scan->end - scan->at < 2 || scan->at[0] != ' ' || scan->at[1] != '{')
		return exposition_expected(scan, "' {' of an exemplar");
	scan->at += 2;
	while ((found = exposition_scan_part(scan, &part)) > 0) {
		if (part.value)
			continue;
		scan->at = part.name;
		return error_set(&scan->error, "a metric name among an exemplar's labels");
	}
	if (found < 0)
		return -1;
	if (exposition_peek(scan) != ' ')
		return exposition_expected(scan, "a space and the exemplar's value");
	scan->at++;
	if (exposition_scan_number(scan, &value) < 0)
		return -1;
	if (exposition_peek(scan) == ' ') {
		scan->at++;
		if (scan_seconds(scan, &time_ms) < 0)
			return -1;
	}
	return end_line(scan, "the end of the line");
}

/* What follows a value in OpenMetrics: [ timestamp] [ # exemplar]. */
static int finish_open_metrics(struct exposition_scan *scan, struct exposition_sample *sample)
{
	if (exposition_peek(scan) == ' ' && scan->end - scan->at > 1 && scan->at[1] != '#') {
		scan->at++;
		if (scan_seconds(scan, &sample->time_ms) < 0)
			return -1;
	}
	if (exposition_peek(scan) == ' ') {
		scan->at++;
		if (exposition_peek(scan) != '#')
			return exposition_expected(scan, "an exemplar or the end of the line");
		return skip_exemplar(scan);
	}
	return end_line(scan, "a timestamp, an exemplar or the end of the line");
}

static int finish_text(struct exposition_scan *scan, struct exposition_sample *sample)
{
	exposition_skip_blanks(scan);
	if (!exposition_is(exposition_peek(scan), EXPOSITION_DIGIT))
		return end_line(scan, "a timestamp in milliseconds or the end of the line");
	if (scan_milliseconds(scan, &sample->time_ms) < 0)
		return -1;
	exposition_skip_blanks(scan);
	return end_line(scan, "the end of the line");
}

static int parse_sample(struct parse *parse, struct exposition_sample *ret)
{
	struct exposition_scan *scan = &parse->scan;
	const char *start = scan->at;

	ret->time_ms = EXPOSITION_NO_TIME;
	if (exposition_scan_series(scan) < 0)
		return -1;
	ret->text = (uint32_t)(start - parse->exposition->body);
	ret->length = (uint32_t)(scan->at - start);
	if (scan->open_metrics) {
		if (exposition_peek(scan) != ' ')
			return exposition_expected(scan, "a space and a value");
		scan->at++;
	} else {
		exposition_skip_blanks(scan);
	}
	if (exposition_scan_number(scan, &ret->value) < 0)
		return -1;
	return scan->open_metrics ? finish_open_metrics(scan, ret) : finish_text(scan, ret);
}

static void add_sample(struct exposition *exposition, const struct exposition_sample *sample)
{
	if (exposition->count == exposition->capacity) {
		exposition->capacity = exposition->capacity ? exposition->capacity * 2 : 256;
		exposition->samples =
			mem_resize(exposition->samples, exposition->capacity, sizeof(*exposition->samples));
	}
	exposition->samples[exposition->count++] = *sample;
}

/* One record, with its line break: 1 when it was a sample. */
static int parse_record(struct parse *parse, struct exposition_sample *ret)
{
	struct exposition_scan *scan = &parse->scan;
	const char *start = scan->at;

	/* Blanks may stand before anything but a sample: Prometheus takes them for a part of the name. */
	exposition_skip_blanks(scan);
	switch (exposition_peek(scan)) {
	case '#': return parse_comment(parse);
	case '\n':
		if (scan->open_metrics)
			return error_set(&scan->error, "an empty line (OpenMetrics has none)");
		scan->at++;
		return 0;
	default: break;
	}
	if (scan->at == scan->end)
		return 0;
	if (scan->at != start) {
		scan->at = start;
		return error_set(&scan->error, "blanks before a metric name");
	}
	return parse_sample(parse, ret) < 0 ? -1 : 1;
}

/* Go on behind the line break of the bad line. */
static void skip_line(struct exposition_scan *scan, const char *start)
{
	const char *end = memchr(start, '\n', (size_t)(scan->end - start));

	scan->at = end ? end + 1 : scan->end;
	scan->line_breaks = 0;
}

static int parse_lines(struct parse *parse, const char *file, struct error_list *faults)
{
	const struct exposition_options *options = parse->options;
	struct exposition_scan *scan = &parse->scan;
	size_t most = options->samples ? options->samples : SAMPLES_DEFAULT;
	struct exposition_sample sample = { .line = 1 };

	for (; scan->at < scan->end; sample.line += 1 + scan->line_breaks, scan->line_breaks = 0) {
		const char *start = scan->at;
		int found = parse_record(parse, &sample);

		if (found < 0) {
			error_list_add(faults, FAULT_ERROR, file, sample.line, (unsigned)(scan->at - start) + 1, NULL,
				       "%s", scan->error.text);
			if (!options->lenient)
				return -1;
			parse->exposition->bad_lines++;
			skip_line(scan, start);
		} else if (found) {
			if (parse->exposition->count == most)
				return error_list_add(faults, FAULT_ERROR, file, sample.line, 0, NULL,
						      "too many samples (at most %zu)", most);
			add_sample(parse->exposition, &sample);
		}
	}
	if (!options->open_metrics || parse->ended)
		return 0;
	error_list_add(faults, FAULT_ERROR, file, sample.line, 0, NULL, "the text does not end with '# EOF'");
	return options->lenient ? 0 : -1;
}

int exposition_parse(struct exposition *ret, const char *body, size_t length, const struct exposition_options *options,
		     const char *file, struct error_list *faults)
{
	struct parse parse = {
		.exposition = ret,
		.options = options,
		.scan = { .at = body, .end = body + length, .open_metrics = options->open_metrics },
	};
	int result;

	*ret = (struct exposition){ .body = body, .body_length = length };
	if (length > BODY_MAX)
		return error_list_add(faults, FAULT_ERROR, file, 0, 0, NULL, "a text of %zu bytes (at most %zu)",
				      length, (size_t)BODY_MAX);
	result = parse_lines(&parse, file, faults);
	map_release(&parse.families, NULL);
	return result;
}

void exposition_release(struct exposition *exposition)
{
	if (!exposition)
		return;
	free(exposition->samples);
	free(exposition->families);
	arena_release(&exposition->arena);
	*exposition = (struct exposition){ 0 };
}

bool exposition_is_open_metrics(const char *content_type)
{
	static const char media_type[] = "application/openmetrics-text";
	size_t length = sizeof(media_type) - 1;

	if (!content_type)
		return false;
	content_type += strspn(content_type, " \t");
	return strncasecmp(content_type, media_type, length) == 0 && strchr("; \t", content_type[length]);
}
