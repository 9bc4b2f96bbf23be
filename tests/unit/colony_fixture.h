/* Pages of a simulated colony, read for the one figure a test asks about. */
#ifndef TESTS_UNIT_COLONY_FIXTURE_H
#define TESTS_UNIT_COLONY_FIXTURE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "sim/colony.h"

/* A Monday, 00:26:40 UTC. */
#define COLONY_BEGIN_MS 1790555200000LL
#define MINUTE_MS       (60 * 1000LL)
#define HOUR_MS         (3600 * 1000LL)

static inline struct colony *begin_colony(uint64_t seed)
{
	const struct colony_config config = { .seed = seed, .start_ms = COLONY_BEGIN_MS };

	return colony_new(&config);
}

/* Where the value of exactly this series ("up", "x{le=\"1\"}") stands; NULL when the page has none. */
static inline const char *find_series(const char *page, const char *series)
{
	size_t length = strlen(series);

	for (const char *line = page; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, series, length) == 0 && line[length] == ' ')
			return line + length + 1;
	}
	return NULL;
}

/* NaN when there is none. */
static inline double page_value(const char *page, const char *series)
{
	const char *text = find_series(page, series);

	return text != NULL ? strtod(text, NULL) : (double)NAN;
}

static inline double colony_value(const struct colony *colony, unsigned instance, const char *series)
{
	struct strbuf page = STRBUF_INIT;
	double value;

	colony_metrics(colony, SERVICE_COLONY, instance, &page);
	value = page_value(page.text, series);
	strbuf_release(&page);
	return value;
}

/* Run a verb given as one string of words. */
static inline int run_verb(struct colony *colony, const char *line, bool json, struct strbuf *ret)
{
	char words[256], *place = words, *word;
	const char *list[24];
	size_t count = 0;

	strncpy(words, line, sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	while ((word = strsep(&place, " ")) != NULL)
		if (*word != '\0')
			list[count++] = word;
	return colony_verb(colony, list, count, json, ret);
}

/* The same, for what it does. */
static inline int do_verb(struct colony *colony, const char *line)
{
	struct strbuf answer = STRBUF_INIT;
	int status = run_verb(colony, line, false, &answer);

	strbuf_release(&answer);
	return status;
}

static inline void wait_ms(struct colony *colony, int64_t time_ms)
{
	colony_advance(colony, colony_now_ms(colony) + time_ms);
}

#endif
