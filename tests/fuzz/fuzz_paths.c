#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/json_mapping.h"
#include "collect/metric_page.h"
#include "config/json_path.h"
#include "tsdb/exposition.h"

struct asked {
	const struct json_path *relative;
	size_t calls;
};

static int on_place(void *user, const struct json_place *place)
{
	struct asked *asked = user;
	struct json_place there;
	struct strbuf text = STRBUF_INIT;
	double number;

	asked->calls++;
	never(place->depth > JSON_LIMIT_DEPTH || !place->trail[place->depth].item);
	json_place_text(place, &text);
	json_place_number(place, &number);
	if (asked->relative && json_path_from(asked->relative, place, &there)) {
		never(there.depth > JSON_LIMIT_DEPTH || !there.trail[there.depth].item);
		json_place_text(&there, &text);
		json_place_number(&there, &number);
	}
	strbuf_release(&text);
	return 0;
}

/* What mappings with these paths make is a page that can be read again. */
static void check_mapping(const char *path, const char *relative, const cJSON *root)
{
	struct strbuf yaml = STRBUF_INIT;
	struct yaml_document document;
	struct json_mappings mappings;
	struct json_mapping_result result;
	struct arena arena = { 0 };
	struct metric_page page;
	struct exposition exposition;
	struct exposition_options options = { .open_metrics = false };

	strbuf_addstr(&yaml, "- { name: \"a_${key}\", path: ");
	strbuf_add_json(&yaml, path);
	strbuf_addstr(&yaml, ", values: [\"*=1\"], labels: { l: ");
	strbuf_add_json(&yaml, relative);
	strbuf_addstr(&yaml, " } }\n- { name: b, count: true, path: ");
	strbuf_add_json(&yaml, path);
	strbuf_addstr(&yaml, ", labels: { l: ");
	strbuf_add_json(&yaml, relative);
	strbuf_addstr(&yaml, " } }\n");
	if (yaml_parse(&document, yaml.text, yaml.length, "fuzz", NULL) == 0) {
		metric_page_init(&page);
		if (json_mappings_read(&mappings, document.root, "fuzz", &arena, NULL) == 0) {
			json_mappings_apply(&mappings, root, &page, &result);
			never(exposition_parse(&exposition, page.text.text, page.text.length, &options, "fuzz", NULL) ||
			      exposition.count != page.samples || result.samples != page.samples);
			exposition_release(&exposition);
		}
		metric_page_release(&page);
		yaml_document_release(&document);
	}
	arena_release(&arena);
	strbuf_release(&yaml);
}

/* Two lines of paths, then a document. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *rest = text, *first = strsep(&rest, "\n"),
	     *second = strsep(&rest, "\n");
	cJSON *root = rest ? json_parse(rest, strlen(rest), NULL, NULL) : NULL;
	struct json_walk walk = { .root = root, .work = 10000 };
	struct arena arena = { 0 };
	struct asked asked = { 0 };
	const struct json_path *path = json_path_parse(first, &arena, NULL);

	if (root && path) {
		bool over;
		size_t count;

		asked.relative = json_path_parse(second, &arena, NULL);
		count = json_path_each(path, &walk, 100, on_place, &asked, &over);
		never(count != asked.calls || count > 100 || (over && count != 100));
		check_mapping(first, second, root);
	}
	arena_release(&arena);
	cJSON_Delete(root);
	free(text);
	return 0;
}
