#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "config/json.h"

/* Every value is asked for in every way. */
static void visit(const cJSON *item, unsigned depth)
{
	const cJSON *child;

	never(depth > JSON_LIMIT_DEPTH);
	cJSON_ArrayForEach(child, item)
	{
		if (child->string) {
			const char *text = json_string(item, child->string, "");

			json_int(item, child->string, (int)strlen(text));
			json_bool(item, child->string, false);
			json_path(item, child->string);
			json_expect(item, child->string, JSON_NUMBER | JSON_OBJECT, "fuzz", NULL, NULL);
		}
		visit(child, depth + 1);
	}
}

/* What strbuf_add_json writes must be JSON, whatever the text was. */
static void check_quoting(const char *text)
{
	struct strbuf quoted = STRBUF_INIT;
	cJSON *item;

	strbuf_add_json(&quoted, text);
	item = json_parse(quoted.text, quoted.length, NULL, NULL);
	always(cJSON_IsString(item));
	cJSON_Delete(item);
	strbuf_release(&quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error_list errors = { 0 };
	cJSON *root = json_parse((const char *)data, size, "fuzz", &errors);
	struct strbuf text = STRBUF_INIT;
	char line[256];

	never((root != NULL) != (errors.errors == 0));
	if (root) {
		visit(root, 0);
	} else {
		/* The syntax check is to find what cJSON would: this message is for its surprises. */
		never(strstr(errors.faults[0].text, "cannot be read as JSON"));
		fault_format(&errors.faults[0], line, sizeof(line));
	}
	cJSON_Delete(root);
	error_list_release(&errors);
	strbuf_add(&text, data, size);
	check_quoting(text.text);
	strbuf_release(&text);
	return 0;
}
