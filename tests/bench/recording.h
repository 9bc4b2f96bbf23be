/*
 * A recording of one target's pages for the benches: a file of scrapes one
 * behind the other, each as the target sent it after a line
 * `# SCRAPE <time in ms>` (record_scrapes.py writes them), and the kinds into
 * which its series are told apart. Each bench is one file, so all of it is here.
 */
#ifndef BENCH_RECORDING_H
#define BENCH_RECORDING_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "tsdb/exposition.h"

enum kind { KIND_STATE_COUNTER, KIND_CPU_SECONDS, KIND_NOISY_GAUGE, KIND_REST, KIND_COUNT };

static const char *const kind_names[KIND_COUNT] = {
	[KIND_STATE_COUNTER] = "state counters",
	[KIND_CPU_SECONDS] = "CPU seconds",
	[KIND_NOISY_GAUGE] = "noisy gauges",
	[KIND_REST] = "rest",
};

struct body {
	const char *text; /* in the recording's */
	size_t length;
	int64_t time_ms;
};

struct recording {
	char *text;
	size_t length;
	VEC(struct body) bodies;
};

/* Ends the program when the file cannot be read. */
static inline void recording_read(struct recording *ret, const char *path)
{
	static const char mark[] = "# SCRAPE ";
	FILE *file = fopen(path, "rb");
	const char *at;
	long length;

	*ret = (struct recording){ 0 };
	if (!file || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
		perror(path);
		exit(1);
	}
	ret->text = mem_alloc((size_t)length + 1);
	ret->length = fread(ret->text, 1, (size_t)length, file);
	ret->text[ret->length] = '\0';
	fclose(file);
	for (at = strstr(ret->text, mark); at;) {
		struct body body = { .time_ms = strtoll(at + sizeof(mark) - 1, NULL, 10), .text = strchr(at, '\n') };

		if (!body.text)
			break;
		at = strstr(++body.text, mark);
		body.length = at ? (size_t)(at - body.text) : strlen(body.text);
		vec_push(&ret->bodies, body);
	}
}

static inline void recording_release(struct recording *recording)
{
	vec_release(&recording->bodies);
	free(recording->text);
}

/* Ends the program when the page cannot be read. */
static inline void recording_parse(const struct recording *recording, size_t index, bool families,
				   struct exposition *ret)
{
	const struct body *body = &recording->bodies.items[index];
	struct exposition_options options = { .families = families };

	if (exposition_parse(ret, body->text, body->length, &options, NULL, NULL) < 0) {
		fprintf(stderr, "scrape %zu cannot be read\n", index);
		exit(1);
	}
}

/* What the page says of the series' metric; NULL when nothing. */
static inline const struct exposition_family *recording_family(const struct exposition *exposition, const char *series)
{
	size_t length = strcspn(series, "{");

	for (size_t i = 0; i < exposition->family_count; i++)
		if (strlen(exposition->families[i].name) == length &&
		    strncmp(exposition->families[i].name, series, length) == 0)
			return &exposition->families[i];
	return NULL;
}

/* The kind of a series that changed at `changes` of `count` scrapes. */
static inline enum kind kind_of(const struct exposition_family *family, size_t changes, size_t count)
{
	if (family && strstr(family->name, "cpu") && strstr(family->name, "seconds"))
		return KIND_CPU_SECONDS;
	if (family && family->type == EXPOSITION_COUNTER)
		return KIND_STATE_COUNTER;
	if (family && family->type == EXPOSITION_GAUGE && changes > count / 2)
		return KIND_NOISY_GAUGE;
	return KIND_REST;
}

#endif
