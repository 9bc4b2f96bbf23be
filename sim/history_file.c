#include "sim/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"

/* Written in pieces of this size. */
#define WRITE_AT_ONCE (1024u * 1024)

struct series {
	char *exposed; /* as the page has it: NAME or NAME{LABELS} */
	size_t exposed_length;
	char *written; /* with the target's labels and a space */
	size_t written_length;
	size_t position;      /* in its target's pages */
	struct strbuf values; /* a line a scrape; an empty one where it was not there */
	size_t scrapes;       /* lines in `values` */
};

struct family {
	char *name, *type, *help;
	VEC(struct series *) series;
};

struct target_pages {
	char *labels; /* instance="...",job="..." */
	struct series *up;
	VEC(struct series *) series; /* in the order of the pages */
	struct map by_text;
	size_t next; /* the series expected in the next line */
};

struct moment {
	char text[24];
	size_t length;
};

struct history_file {
	struct target_pages *targets;
	size_t target_count;
	VEC(struct family *) families;
	struct map by_name;
	VEC(struct moment) moments;
};

static struct family *get_family(struct history_file *file, const char *name, size_t length)
{
	char *copy = mem_strndup(name, length);
	struct family *family = map_get(&file->by_name, copy);

	if (family) {
		free(copy);
		return family;
	}
	family = mem_zalloc(sizeof(*family));
	family->name = copy;
	map_set(&file->by_name, copy, family);
	vec_push(&file->families, family);
	return family;
}

static struct series *new_series(struct family *family, const struct target_pages *target, const char *text,
				 size_t length)
{
	struct series *series = mem_zalloc(sizeof(*series));
	struct strbuf written = STRBUF_INIT;
	bool labelled = length && text[length - 1] == '}';

	strbuf_add(&written, text, labelled ? length - 1 : length);
	if (!labelled)
		strbuf_addch(&written, '{');
	else if (length > 1 && text[length - 2] != '{' && text[length - 2] != ',')
		strbuf_addch(&written, ',');
	strbuf_addf(&written, "%s} ", target->labels);
	series->exposed = mem_strndup(text, length);
	series->exposed_length = length;
	series->written_length = written.length;
	series->written = strbuf_detach(&written);
	strbuf_init(&series->values);
	vec_push(&family->series, series);
	return series;
}

struct history_file *history_file_new(const struct history_target *targets, size_t count)
{
	struct history_file *file = mem_zalloc(sizeof(*file));
	struct family *up = get_family(file, "up", 2);

	up->type = mem_strdup("gauge");
	up->help = mem_strdup("Whether the target answered.");
	file->targets = mem_array(count, sizeof(*file->targets));
	file->target_count = count;
	for (size_t i = 0; i < count; i++) {
		struct target_pages *target = &file->targets[i];

		target->labels = mem_printf("instance=\"%s\",job=\"%s\"", targets[i].instance, targets[i].job);
		target->up = new_series(up, target, "up", 2);
	}
	return file;
}

static void free_family(struct family *family)
{
	for (size_t i = 0; i < family->series.count; i++) {
		struct series *series = family->series.items[i];

		free(series->exposed);
		free(series->written);
		strbuf_release(&series->values);
		free(series);
	}
	vec_release(&family->series);
	free(family->name);
	free(family->type);
	free(family->help);
	free(family);
}

void history_file_free(struct history_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->families.count; i++)
		free_family(file->families.items[i]);
	vec_release(&file->families);
	map_release(&file->by_name, NULL);
	for (size_t i = 0; i < file->target_count; i++) {
		free(file->targets[i].labels);
		vec_release(&file->targets[i].series);
		map_release(&file->targets[i].by_text, NULL);
	}
	free(file->targets);
	vec_release(&file->moments);
	free(file);
}

void history_file_scrape(struct history_file *file, int64_t time_ms)
{
	struct moment moment;
	int length = snprintf(moment.text, sizeof(moment.text), " %" PRId64, time_ms / 1000);

	if (time_ms % 1000)
		length += snprintf(moment.text + length, sizeof(moment.text) - (size_t)length, ".%03d",
				   (int)(time_ms % 1000));
	moment.text[length++] = '\n';
	moment.length = (size_t)length;
	vec_push(&file->moments, moment);
}

/* The value of the scrape that was begun last. The first of two in one page wins. */
static void add_value(const struct history_file *file, struct series *series, const char *value, size_t length)
{
	if (series->scrapes == file->moments.count)
		return;
	for (; series->scrapes + 1 < file->moments.count; series->scrapes++)
		strbuf_addch(&series->values, '\n');
	strbuf_add(&series->values, value, length);
	strbuf_addch(&series->values, '\n');
	series->scrapes++;
}

/* "# TYPE name type" and "# HELP name text" begin a family; returns it, or the one before for other comments. */
static struct family *read_comment(struct history_file *file, const char *line, size_t length, struct family *before)
{
	const char *end = line + length, *name = line + 7, *rest;
	struct family *family;
	char **member;

	if (length < 8 || (memcmp(line, "# TYPE ", 7) != 0 && memcmp(line, "# HELP ", 7) != 0))
		return before;
	rest = memchr(name, ' ', (size_t)(end - name));
	if (!rest)
		return before;
	family = get_family(file, name, (size_t)(rest - name));
	member = line[2] == 'T' ? &family->type : &family->help;
	if (!*member)
		*member = mem_strndup(rest + 1, (size_t)(end - rest - 1));
	return family;
}

/* Is `name` the family's own, or a part of its histogram or summary? */
static bool is_member(const struct family *family, const char *name, size_t length)
{
	static const char *const suffixes[] = { "", "_bucket", "_sum", "_count" };
	size_t own = strlen(family->name);

	if (length < own || memcmp(name, family->name, own) != 0)
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (strlen(suffixes[i]) == length - own && !memcmp(name + own, suffixes[i], length - own))
			return true;
	}
	return false;
}

/* The end of NAME or NAME{LABELS}; NULL when the braces do not close. */
static const char *series_end(const char *line, const char *end)
{
	bool quoted = false;

	while (line < end && *line != '{' && *line != ' ')
		line++;
	if (line == end || *line == ' ')
		return line;
	for (; line < end; line++) {
		if (quoted && *line == '\\')
			line++;
		else if (*line == '"')
			quoted = !quoted;
		else if (!quoted && *line == '}')
			return line + 1;
	}
	return NULL;
}

/* Pages hardly change from scrape to scrape: the line expected is nearly always the one that comes. */
static struct series *find_expected(const struct target_pages *target, const char *line, size_t length)
{
	struct series *series = target->next < target->series.count ? target->series.items[target->next] : NULL;

	if (series && length > series->exposed_length && line[series->exposed_length] == ' ' &&
	    !memcmp(line, series->exposed, series->exposed_length))
		return series;
	return NULL;
}

static struct series *find_or_add(struct history_file *file, struct target_pages *target, struct family **family,
				  const char *line, size_t length)
{
	char *text = mem_strndup(line, length);
	struct series *series = map_get(&target->by_text, text);
	size_t name = strcspn(text, "{");

	if (!series) {
		if (!*family || !is_member(*family, text, name))
			*family = get_family(file, text, name);
		series = new_series(*family, target, text, length);
		series->position = target->series.count;
		vec_push(&target->series, series);
		map_set(&target->by_text, text, series);
	}
	free(text);
	return series;
}

static int read_sample(struct history_file *file, struct target_pages *target, struct family **family, const char *line,
		       const char *end, struct error *error)
{
	struct series *series = find_expected(target, line, (size_t)(end - line));
	const char *value;

	if (!series) {
		const char *text_end = series_end(line, end);

		if (!text_end || text_end >= end || *text_end != ' ')
			return error_set(error, "'%.*s' is no sample", (int)(end - line), line);
		series = find_or_add(file, target, family, line, (size_t)(text_end - line));
	}
	target->next = series->position + 1;
	value = line + series->exposed_length + 1;
	if (value == end || memchr(value, ' ', (size_t)(end - value)))
		return error_set(error, "'%.*s' is no sample without a time", (int)(end - line), line);
	add_value(file, series, value, (size_t)(end - value));
	return 0;
}

int history_file_page(struct history_file *file, size_t target_number, bool up, const char *page, size_t length,
		      struct error *error)
{
	struct target_pages *target = &file->targets[target_number];
	struct family *family = NULL;
	const char *end, *line_end;

	add_value(file, target->up, up ? "1" : "0", 1);
	end = page + length;
	target->next = 0;
	for (const char *line = page; line < end; line = line_end + 1) {
		line_end = memchr(line, '\n', (size_t)(end - line));
		if (!line_end)
			line_end = end;
		if (line == line_end)
			continue;
		if (*line == '#')
			family = read_comment(file, line, (size_t)(line_end - line), family);
		else if (read_sample(file, target, &family, line, line_end, error))
			return -1;
	}
	return 0;
}

/* --- the file ---------------------------------------------------------- */

struct output {
	int fd;
	struct strbuf pending;
	int fault; /* errno of the first failure */
};

static void flush(struct output *output)
{
	for (size_t done = 0; done < output->pending.length && !output->fault;) {
		ssize_t wrote = write(output->fd, output->pending.text + done, output->pending.length - done);

		if (wrote < 0 && errno != EINTR)
			output->fault = errno;
		else if (wrote > 0)
			done += (size_t)wrote;
	}
	strbuf_clear(&output->pending);
}

/* OpenMetrics escapes quotes in a help text; the text format does not. */
static void add_help(struct strbuf *buf, const char *help)
{
	for (; *help; help++) {
		if (*help == '\\' && help[1]) {
			strbuf_add(buf, help++, 2);
			continue;
		}
		if (*help == '"')
			strbuf_addch(buf, '\\');
		strbuf_addch(buf, *help);
	}
}

/* OpenMetrics names a counter's family without _total, and has no counters that lack it. */
static void add_header(struct strbuf *buf, const struct family *family)
{
	const char *type = family->type ? family->type : "unknown";
	size_t length = strlen(family->name);

	if (!strcmp(type, "untyped"))
		type = "unknown";
	if (!strcmp(type, "counter")) {
		if (length > 6 && !strcmp(family->name + length - 6, "_total"))
			length -= 6;
		else
			type = "unknown";
	}
	strbuf_addf(buf, "# TYPE %.*s %s\n", (int)length, family->name, type);
	if (family->help) {
		strbuf_addf(buf, "# HELP %.*s ", (int)length, family->name);
		add_help(buf, family->help);
		strbuf_addch(buf, '\n');
	}
}

static void write_series(const struct history_file *file, const struct series *series, struct output *output)
{
	const char *value = series->values.text, *end = value + series->values.length, *next;

	for (size_t i = 0; value < end; i++, value = next + 1) {
		next = memchr(value, '\n', (size_t)(end - value));
		if (next == value)
			continue;
		strbuf_add(&output->pending, series->written, series->written_length);
		strbuf_add(&output->pending, value, (size_t)(next - value));
		strbuf_add(&output->pending, file->moments.items[i].text, file->moments.items[i].length);
		if (output->pending.length >= WRITE_AT_ONCE)
			flush(output);
	}
}

static int write_families(const struct history_file *file, int fd, bool (*stop)(void), struct error *error)
{
	struct output output = { .fd = fd, .pending = STRBUF_INIT };
	bool stopped = false;

	for (size_t i = 0; i < file->families.count && !output.fault && !stopped; i++) {
		const struct family *family = file->families.items[i];

		if (!family->series.count)
			continue;
		add_header(&output.pending, family);
		for (size_t j = 0; j < family->series.count; j++)
			write_series(file, family->series.items[j], &output);
		stopped = stop && stop();
	}
	strbuf_addstr(&output.pending, "# EOF\n");
	flush(&output);
	strbuf_release(&output.pending);
	if (stopped)
		return error_set(error, "stopped");
	return output.fault ? error_set(error, "%s", strerror(output.fault)) : 0;
}

int history_file_write(const struct history_file *file, const char *path, bool (*stop)(void), struct error *error)
{
	char *part = mem_printf("%s.part", path);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct error why;
	int result;

	if (fd < 0) {
		error_set(error, "%s: %s", part, strerror(errno));
		free(part);
		return -1;
	}
	result = write_families(file, fd, stop, &why);
	if (close(fd) && !result)
		result = error_set(&why, "%s", strerror(errno));
	if (!result && rename(part, path))
		result = error_set(&why, "%s", strerror(errno));
	if (result) {
		error_set(error, "%s: %s", path, why.text);
		unlink(part);
	}
	free(part);
	return result;
}
