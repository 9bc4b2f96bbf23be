/* Lines of series notation: within limits, labels in order; what reads without quoted names reads the same with them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "promql/series_notation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct series_notation *series)
{
	never(series->count > SERIES_NOTATION_VALUES || (series->count && (!series->values || !series->blank)));
	for (size_t i = 0; i < series->labels.count; i++)
		never(!*series->labels.items[i].value ||
		      (i && strcmp(series->labels.items[i - 1].name, series->labels.items[i].name) >= 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup(size ? (const char *)data : "", size);
	struct series_notation plain = { 0 }, quoted = { 0 };
	struct arena arena = { 0 };
	struct labels alone;
	struct error error;
	int plain_result = series_notation_read(text, false, &arena, &plain, &error);
	int quoted_result = series_notation_read(text, true, &arena, &quoted, &error);

	never(plain_result == 0 &&
	      (quoted_result || plain.count != quoted.count || !labels_equal(&plain.labels, &quoted.labels)));
	check(&plain);
	check(&quoted);
	series_notation_labels(text, true, &arena, &alone, &error);
	arena_release(&arena);
	free(text);
	return 0;
}
