#include "collect/log_count.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "logs/log_filter.h"
#include "logs/log_zone.h"
#include "tsdb/value_text.h"

#define VALUE_BYTES 128 /* of a label; longer ones are cut */
#define KEY_BYTES   (LOG_COUNT_LABELS * (VALUE_BYTES + 1) + 1)
#define BOUNDS_MOST 64
#define SEPARATOR   '\x1f'
#define OTHER       "other"

/* One combination of labels. */
struct log_series {
	char *key; /* the values, each behind a separator */
	uint64_t count;
	double sum;
	uint64_t *buckets; /* of a histogram: not yet summed up, the last is +Inf */
};

/* All combinations of one list of labels. */
struct log_tally {
	struct log_labels labels;
	struct map by_key;
	VEC(struct log_series *) series;
	size_t buckets; /* 0: no histogram */
	bool full;
	struct log_series *last; /* lines of one kind come in rows */
};

struct log_count {
	struct line_parser parser;
	struct log_zone zone;
	struct log_tally lines, durations;
	size_t limit;
	char *duration;
	double factor;
	double bounds[BOUNDS_MOST];
	size_t bound_count;
	uint64_t bytes, cut, unparsed;
	int64_t last_ms; /* latest time that a line said */
	struct {
		char *name;
		struct log_filter *filter;
		struct log_match *match;
		uint64_t count;
	} * patterns;
	size_t pattern_count;
	struct log_line line;
	char *space;
};

/* ---- configuration ---- */

static bool is_label_name(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!((name[i] | 0x20) >= 'a' && (name[i] | 0x20) <= 'z') && name[i] != '_' &&
		    !(i && name[i] >= '0' && name[i] <= '9'))
			return false;
	return length > 0;
}

int log_labels_read(struct log_labels *ret, const struct option_strings *words, struct error *error)
{
	*ret = (struct log_labels){ 0 };
	if (words->count > LOG_COUNT_LABELS)
		return error_set(error, "%zu labels (at most %d)", words->count, LOG_COUNT_LABELS);
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i], *equals = strchr(word, '=');
		size_t length = equals ? (size_t)(equals - word) : strlen(word);

		if (!is_label_name(word, length) || (equals && !equals[1]))
			return error_set(error,
					 "'%.64s' is no label (FIELD, or LABEL=FIELD where the field's name is no "
					 "label name)",
					 word);
		for (size_t k = 0; k < i; k++)
			if (strncmp(words->items[k], word, length) == 0 &&
			    (!words->items[k][length] || words->items[k][length] == '='))
				return error_set(error, "'%.*s' is named twice", (int)length, word);
		/* `name` ends at the sign; made a text of its own where it is used. */
		ret->items[ret->count++] = (struct log_label){ word, equals ? equals + 1 : word };
	}
	return 0;
}

static int read_pattern(struct log_pattern *ret, const struct yaml_node *node, const char *file, struct arena *arena,
			struct error_list *errors)
{
	const struct yaml_node *name = yaml_get(node, "name"), *regex = yaml_get(node, "regex");
	struct log_filter *filter;
	struct error error;

	if (!name || !regex || name->kind != YAML_SCALAR || regex->kind != YAML_SCALAR || node->count != 2)
		return error_list_add(
			errors, FAULT_ERROR, file, node->line, node->column, NULL,
			"patterns: an item has a name and a regex ({ name: slow, regex: 'took [0-9]{4,}' })");
	ret->name = arena_strdup(arena, name->text);
	ret->regex = arena_strdup(arena, regex->text);
	filter = log_filter_new(&(struct log_filter_config){ .text = regex->text, .regex = true }, &error);
	if (!filter || !*regex->text) {
		log_filter_drop(filter);
		return error_list_add(errors, FAULT_ERROR, file, regex->line, regex->column, NULL, "patterns: %s",
				      *regex->text ? error.text : "an empty regex");
	}
	log_filter_drop(filter);
	return 0;
}

int log_patterns_read(struct log_count_config *config, const struct yaml_node *node, const char *file,
		      struct arena *arena, struct error_list *errors)
{
	struct log_pattern *patterns;
	int result = 0;

	if (!node)
		return 0;
	if (node->kind != YAML_SEQUENCE || node->count > 100)
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL,
				      "patterns: a list of at most 100 of { name: NAME, regex: REGEX }");
	patterns = arena_array(arena, node->count + 1, sizeof(*patterns));
	for (size_t i = 0; i < node->count; i++)
		if (read_pattern(&patterns[i], node->items[i], file, arena, errors) < 0)
			result = -1;
	for (size_t i = 0; i < node->count && result == 0; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(patterns[i].name, patterns[k].name) == 0)
				result = error_list_add(errors, FAULT_ERROR, file, node->items[i]->line,
							node->items[i]->column, NULL, "patterns: '%s' is named twice",
							patterns[i].name);
	config->patterns = patterns;
	config->pattern_count = node->count;
	return result;
}

/* ---- counting ---- */

static void copy_labels(struct log_labels *ret, const struct log_labels *labels)
{
	*ret = *labels;
	for (size_t i = 0; i < labels->count; i++) {
		ret->items[i].name = mem_strndup(labels->items[i].name, strcspn(labels->items[i].name, "="));
		ret->items[i].field = mem_strdup(labels->items[i].field);
	}
}

static void add_value(char **at, struct line_text value)
{
	size_t length = value.length < VALUE_BYTES ? value.length : VALUE_BYTES;

	/* Not in the middle of a character. */
	while (length && length < value.length && ((unsigned char)value.text[length] & 0xC0) == 0x80)
		length--;
	*(*at)++ = SEPARATOR;
	for (size_t i = 0; i < length; i++)
		*(*at)++ = value.text[i] && value.text[i] != SEPARATOR ? value.text[i] : ' ';
}

static struct line_text value_of(const struct log_line *line, const char *field)
{
	struct line_text value;

	/* The level is the same word whatever the logger calls it. */
	if (strcmp(field, "level") == 0)
		return (struct line_text){ line_level_name(line->level), strlen(line_level_name(line->level)) };
	if (!log_line_get(line, field, &value) || (value.length == 4 && memcmp(value.text, "null", 4) == 0))
		return (struct line_text){ "", 0 };
	return value;
}

static struct log_series *add_series(struct log_tally *tally, const char *key)
{
	struct log_series *series = mem_zalloc(sizeof(*series));

	series->key = mem_strdup(key);
	if (tally->buckets)
		series->buckets = mem_array(tally->buckets, sizeof(*series->buckets));
	vec_push(&tally->series, series);
	map_set(&tally->by_key, key, series);
	return series;
}

static struct log_series *find_series(struct log_tally *tally, size_t limit, const struct log_line *line)
{
	static const struct line_text other = { OTHER, sizeof(OTHER) - 1 };
	char key[KEY_BYTES], *at = key;
	struct log_series *series;

	for (size_t i = 0; i < tally->labels.count; i++)
		add_value(&at, value_of(line, tally->labels.items[i].field));
	*at = '\0';
	if (tally->last && strcmp(tally->last->key, key) == 0)
		return tally->last;
	series = map_get(&tally->by_key, key);
	if (!series && tally->series.count >= limit) {
		tally->full = true;
		at = key;
		for (size_t i = 0; i < tally->labels.count; i++) {
			const char *field = tally->labels.items[i].field;

			add_value(&at, strcmp(field, "level") == 0 ? value_of(line, field) : other);
		}
		*at = '\0';
		series = map_get(&tally->by_key, key);
	}
	if (!series)
		series = add_series(tally, key);
	tally->last = series;
	return series;
}

static void count_duration(struct log_count *count)
{
	struct line_text text;
	char number[64], *end;
	struct log_series *series;
	double seconds;
	size_t bucket = 0;

	if (!log_line_get(&count->line, count->duration, &text) || !text.length || text.length >= sizeof(number))
		return;
	memcpy(number, text.text, text.length);
	number[text.length] = '\0';
	seconds = strtod(number, &end) * count->factor;
	if (end == number || !isfinite(seconds) || seconds < 0)
		return;
	series = find_series(&count->durations, count->limit, &count->line);
	while (bucket < count->bound_count && seconds > count->bounds[bucket])
		bucket++;
	series->buckets[bucket]++;
	series->count++;
	series->sum += seconds;
}

static bool is_unparsed(const struct log_count *count)
{
	return count->line.broken || (count->parser.format == LINE_FORMAT_JSON && count->line.shape != LINE_JSON) ||
	       (count->parser.format == LINE_FORMAT_ACCESS && count->line.shape != LINE_ACCESS);
}

static void on_line(void *state, const char *text, size_t length, bool cut)
{
	struct log_count *count = state;

	log_line_parse(&count->line, &count->parser, text, length, count->space);
	count->bytes += length + 1;
	count->cut += cut;
	/* What was cut cannot be whole. */
	count->unparsed += !cut && is_unparsed(count);
	if (count->line.time_ms != LOG_NO_TIME && count->line.time_ms > count->last_ms)
		count->last_ms = count->line.time_ms;
	find_series(&count->lines, count->limit, &count->line)->count++;
	if (count->duration)
		count_duration(count);
	for (size_t i = 0; i < count->pattern_count; i++)
		count->patterns[i].count += log_match_line(count->patterns[i].match, &count->line, text, length);
}

const struct log_sink log_count_sink = { .line = on_line, .free = log_count_free };

/* Counters that are there from the beginning begin at 0, so that their first increase is seen. */
static void add_levels(struct log_tally *tally)
{
	if (tally->labels.count != 1 || strcmp(tally->labels.items[0].field, "level") != 0)
		return;
	for (int level = 0; level < LINE_LEVELS; level++) {
		char key[32];

		snprintf(key, sizeof(key), "%c%s", SEPARATOR, line_level_name((enum line_level)level));
		add_series(tally, key);
	}
}

struct log_count *log_count_new(const struct log_count_config *config, const struct line_parser *parser)
{
	struct log_count *count = mem_zalloc(sizeof(*count));

	count->parser = *parser;
	if (parser->zone) {
		count->zone = *parser->zone;
		count->parser.zone = &count->zone;
	}
	count->parser.now_ms = clock_wall_ms();
	count->space = mem_alloc(log_line_space(LOG_LINE_BYTES));
	copy_labels(&count->lines.labels, &config->labels);
	copy_labels(&count->durations.labels, &config->duration_labels);
	count->limit = config->series_limit;
	count->duration = mem_strdup(config->duration);
	count->factor = config->duration_factor;
	for (; count->bound_count < config->bound_count && count->bound_count < BOUNDS_MOST; count->bound_count++)
		count->bounds[count->bound_count] = config->bounds[count->bound_count];
	count->durations.buckets = count->bound_count + 1;
	add_levels(&count->lines);
	count->patterns = mem_array(config->pattern_count + 1, sizeof(*count->patterns));
	for (size_t i = 0; i < config->pattern_count; i++) {
		struct log_filter_config filter = { .text = config->patterns[i].regex, .regex = true };

		count->patterns[i].name = mem_strdup(config->patterns[i].name);
		count->patterns[i].filter = log_filter_new(&filter, NULL);
		count->patterns[i].match = log_match_new(count->patterns[i].filter);
		count->pattern_count++;
	}
	return count;
}

static void tally_release(struct log_tally *tally)
{
	for (size_t i = 0; i < tally->series.count; i++) {
		free(tally->series.items[i]->key);
		free(tally->series.items[i]->buckets);
		free(tally->series.items[i]);
	}
	vec_release(&tally->series);
	map_release(&tally->by_key, NULL);
	for (size_t i = 0; i < tally->labels.count; i++) {
		union {
			const char *text;
			void *memory;
		} owned[] = { { tally->labels.items[i].name }, { tally->labels.items[i].field } };

		free(owned[0].memory);
		free(owned[1].memory);
	}
}

void log_count_free(void *state)
{
	struct log_count *count = state;

	if (!count)
		return;
	tally_release(&count->lines);
	tally_release(&count->durations);
	for (size_t i = 0; i < count->pattern_count; i++) {
		free(count->patterns[i].name);
		log_match_free(count->patterns[i].match);
		log_filter_drop(count->patterns[i].filter);
	}
	free(count->patterns);
	free(count->duration);
	free(count->space);
	free(count);
}

/* ---- the page ---- */

/* The labels of a series; its values are copied into `values`. */
static size_t make_labels(const struct log_tally *tally, const struct log_series *series, char *values,
			  struct label *ret)
{
	char *at = values;

	snprintf(values, KEY_BYTES, "%s", series->key);
	for (size_t i = 0; i < tally->labels.count; i++) {
		*at++ = '\0';
		ret[i] = (struct label){ tally->labels.items[i].name, at };
		at += strcspn(at, "\x1f");
	}
	return tally->labels.count;
}

static void add_lines(const struct log_count *count, struct metric_page *page)
{
	struct label labels[LOG_COUNT_LABELS];
	char values[KEY_BYTES];

	metric_page_family(page, "log_lines_total", "counter", "Lines read, by labels taken from them.");
	for (size_t i = 0; i < count->lines.series.count; i++) {
		const struct log_series *series = count->lines.series.items[i];
		size_t labelled = make_labels(&count->lines, series, values, labels);

		metric_page_add(page, "log_lines_total", labels, labelled, (double)series->count);
	}
}

static void add_histogram(const struct log_count *count, const struct log_series *series, struct metric_page *page)
{
	struct label labels[LOG_COUNT_LABELS + 1];
	struct strbuf bound = STRBUF_INIT;
	char values[KEY_BYTES];
	size_t labelled = make_labels(&count->durations, series, values, labels);
	uint64_t sum = 0;

	for (size_t i = 0; i <= count->bound_count; i++) {
		sum += series->buckets[i];
		strbuf_clear(&bound);
		value_text_add(&bound, i < count->bound_count ? count->bounds[i] : INFINITY);
		labels[labelled] = (struct label){ "le", bound.text };
		metric_page_add(page, "log_duration_seconds_bucket", labels, labelled + 1, (double)sum);
	}
	strbuf_release(&bound);
	metric_page_add(page, "log_duration_seconds_sum", labels, labelled, series->sum);
	metric_page_add(page, "log_duration_seconds_count", labels, labelled, (double)series->count);
}

void log_count_page(struct log_count *count, struct metric_page *page)
{
	count->parser.now_ms = clock_wall_ms();
	add_lines(count, page);
	metric_page_counter(page, "log_bytes_total",
			    "Bytes of the lines read, newlines included, without what was cut.", (double)count->bytes);
	metric_page_counter(page, "log_cut_lines_total", "Lines longer than 64 KiB, of which the rest was skipped.",
			    (double)count->cut);
	metric_page_counter(page, "log_unparsed_lines_total", "Lines that are not in the format they should be in.",
			    (double)count->unparsed);
	if (count->last_ms)
		metric_page_gauge(page, "log_last_line_timestamp_seconds", "The latest time that a line says.",
				  (double)count->last_ms / (double)CLOCK_SECOND);
	if (count->pattern_count)
		metric_page_family(page, "log_matches_total", "counter", "Lines that match a pattern.");
	for (size_t i = 0; i < count->pattern_count; i++)
		metric_page_add_label(page, "log_matches_total", "pattern", count->patterns[i].name,
				      (double)count->patterns[i].count);
	if (count->duration)
		metric_page_family(page, "log_duration_seconds", "histogram", "Durations that the lines tell.");
	for (size_t i = 0; i < count->durations.series.count; i++)
		add_histogram(count, count->durations.series.items[i], page);
}

size_t log_count_series(const struct log_count *count, bool *ret_full)
{
	*ret_full = count->lines.full || count->durations.full;
	return count->lines.series.count + count->durations.series.count;
}
