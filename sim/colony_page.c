#include "sim/colony_page.h"

#include <string.h>

#include "config/json.h"

typedef void document_fn(const struct colony *colony, enum colony_service service, unsigned instance,
			 struct strbuf *ret);

static const struct {
	const char *path, *type;
	document_fn *document;
	bool follows_status; /* 503 while it says that it is not ready */
} paths[] = {
	{ "/metrics", PAGE_METRICS, colony_metrics, false },
	{ "/health", PAGE_JSON, colony_health, false },
	{ "/ready", PAGE_JSON, colony_ready, true },
};

static bool says_ready(const struct strbuf *document)
{
	cJSON *json = json_parse(document->text, document->length, "ready", NULL);
	const char *status = json_string(json, "status", "");
	/* The API server says "ready", the dependencies, which have one document for both paths, "ok". */
	bool ready = !strcmp(status, "ready") || !strcmp(status, "ok");

	cJSON_Delete(json);
	return ready;
}

void colony_page(struct page *ret, const struct colony *colony, enum colony_service service, unsigned instance,
		 const char *path)
{
	bool failing = colony_answers(colony, service, instance) == ANSWER_ERROR;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (strcmp(paths[i].path, path) != 0)
			continue;
		if (failing && paths[i].document == colony_metrics) {
			page_error(ret, 503, "service unavailable");
			return;
		}
		page_begin(ret, failing ? 503 : 200, paths[i].type);
		paths[i].document(colony, service, instance, &ret->body);
		if (paths[i].follows_status && !says_ready(&ret->body))
			ret->status = 503;
		return;
	}
	if (failing)
		page_error(ret, 503, "service unavailable");
	else
		page_error(ret, 404, "no such path (/metrics, /health, /ready)");
}
