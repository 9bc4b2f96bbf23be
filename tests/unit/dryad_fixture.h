/* A simulated DRYAD, and what a client gets from it. */
#ifndef TESTS_UNIT_DRYAD_FIXTURE_H
#define TESTS_UNIT_DRYAD_FIXTURE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "config/json.h"
#include "sim/dryad.h"
#include "sim/page.h"
#include "tests/unit/colony_fixture.h"

static inline struct dryad *begin_dryad(const char *application)
{
	const struct world_config config = { .seed = 3, .start_ms = COLONY_BEGIN_MS, .application = application };

	return dryad_new(&config);
}

static inline void pass_time(struct dryad *dryad, int64_t time_ms)
{
	/* In strides that are walked in seconds. */
	for (int64_t left_ms = time_ms; left_ms > 0; left_ms -= 60000)
		dryad_advance(dryad, dryad_now_ms(dryad) + (left_ms < 60000 ? left_ms : 60000));
}

static inline double dryad_value(const struct dryad *dryad, enum dryad_service service, const char *series)
{
	struct strbuf page = STRBUF_INIT;
	double value;

	dryad_metrics(dryad, service, 0, &page);
	value = page_value(page.text, series);
	strbuf_release(&page);
	return value;
}

/* The sum of all series whose line begins with `name` and holds `part`. */
static inline double dryad_total(const struct dryad *dryad, enum dryad_service service, const char *name,
				 const char *part)
{
	struct strbuf page = STRBUF_INIT;
	double sum = 0;

	dryad_metrics(dryad, service, 0, &page);
	for (const char *line = page.text; line; line = strchr(line, '\n')) {
		const char *end;

		line += *line == '\n';
		end = strchrnul(line, '\n');
		if (!strncmp(line, name, strlen(name)) && (line[strlen(name)] == '{' || line[strlen(name)] == ' ') &&
		    memmem(line, (size_t)(end - line), part, strlen(part)))
			sum += strtod((const char *)memrchr(line, ' ', (size_t)(end - line)), NULL);
	}
	strbuf_release(&page);
	return sum;
}

static const char *request_arguments[8]; /* "name", "value", ... NULL */

static inline const char *request_argument(const struct world_request *request, const char *name)
{
	(void)request;
	for (size_t i = 0; request_arguments[i]; i += 2)
		if (!strcmp(request_arguments[i], name))
			return request_arguments[i + 1];
	return NULL;
}

/* Ask the backend; returns the HTTP status, the body as text. */
static inline unsigned ask(struct dryad *dryad, enum dryad_service service, const char *method, const char *path,
			   const char *body, struct strbuf *ret)
{
	const struct world_request request = {
		.method = method, .path = path, .body = body, .argument = request_argument
	};
	struct page page;
	unsigned status;

	page_init(&page);
	dryad_reply(dryad, service, 0, &request, &page);
	strbuf_clear(ret);
	strbuf_add(ret, page.body.text, page.body.length);
	status = page.status;
	page_release(&page);
	return status;
}

/* The document at `path`, which must be there; the caller deletes it. */
static inline cJSON *get_document(struct dryad *dryad, const char *path)
{
	struct strbuf body = STRBUF_INIT;
	unsigned status = ask(dryad, DRYAD_BACKEND, "GET", path, "", &body);
	cJSON *document = json_parse(body.text, body.length, path, NULL);

	cr_assert_eq(status, 200, "%s: %u", path, status);
	cr_assert(document, "%s is no JSON: %s", path, body.text);
	strbuf_release(&body);
	return document;
}

/* Words of a verb as one string; what it says is thrown away when `ret` is NULL. */
static inline int tell(struct dryad *dryad, const char *line, bool json, struct strbuf *ret)
{
	struct strbuf mine = STRBUF_INIT;
	char words[256], *place = words, *word;
	const char *list[24];
	size_t count = 0;
	int status;

	strncpy(words, line, sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	while ((word = strsep(&place, " ")))
		if (*word)
			list[count++] = word;
	if (ret)
		strbuf_clear(ret);
	status = dryad_verb(dryad, list, count, json, ret ? ret : &mine);
	strbuf_release(&mine);
	return status;
}

#endif
