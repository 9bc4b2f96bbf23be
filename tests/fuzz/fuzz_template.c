/* Templates: parsed, and expanded with lookups answered, not answered and refused. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "alert/template.h"
#include "base/mem.h"

static const struct label labels_of[] = { { "__name__", "m" }, { "instance", "a.b:1" }, { "job", "x\xc3\xa9" } };
static const int64_t times[] = { 0 };
static const double values[] = { 2.5 };

static void answer(struct template_lookup *lookup, bool well)
{
	struct matrix *matrix = matrix_new(strlen(lookup->expression) % 5 ? MATRIX_VECTOR : MATRIX_RANGE);

	matrix->count = strlen(lookup->expression) % 4;
	matrix->series = arena_array(&matrix->arena, matrix->count, sizeof(*matrix->series));
	for (size_t i = 0; i < matrix->count; i++)
		matrix->series[i] = (struct series){ { labels_of, i }, 1, times, values };
	template_answer(lookup, well ? matrix : NULL, well ? NULL : "refused");
	matrix_unref(matrix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct labels labels = { labels_of, 3 };
	struct template_data with = { .name = "F", .labels = &labels, .value = 1.5, .external_url = "http://h:1/p?q" };
	struct template_lookups lookups = { 0 };
	struct strbuf result = STRBUF_INIT;
	enum template_status status;
	struct error error;
	char *text;
	int checked;

	if (!size)
		return 0;
	text = mem_strndup((const char *)data + 1, size - 1);
	if (*data & 1) {
		with.external_labels = &labels;
		with.value = -1.0 / 3;
	}
	checked = template_check(text, &error);
	while ((status = template_expand(text, &with, &lookups, &result)) == TEMPLATE_ASKS) {
		never(result.length || !lookups.items.count || lookups.items.items[lookups.items.count - 1].answered);
		answer(&lookups.items.items[lookups.items.count - 1], *data & 2);
	}
	never(checked && status != TEMPLATE_FAILED);
	never(status == TEMPLATE_FAILED && strncmp(result.text, "<error expanding template: error ", 33) != 0);
	never(status == TEMPLATE_DONE && result.length > TEMPLATE_OUTPUT_MAX);
	template_lookups_release(&lookups);
	strbuf_release(&result);
	free(text);
	return 0;
}
