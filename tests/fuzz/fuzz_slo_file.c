/* Any YAML as objectives; what is read is judged, said in a sentence and printed as rules. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "slo/sli_expression.h"
#include "slo/slo_rules.h"
#include "slo/slo_status.h"

#define NOW_MS INT64_C(1772366400000)

/* Numbers of every kind, from the input. */
static double number(const uint8_t *data, size_t size, size_t at)
{
	static const double odd[] = { 0, 1, -1, NAN, INFINITY, -INFINITY, 1e-300, 1e300, 0.5, 1e-9 };
	uint8_t byte = size ? data[at % size] : 0;

	return byte < 200 ? odd[byte % (sizeof(odd) / sizeof(odd[0]))] : byte / 255.0;
}

static void fill(struct slo_status *status, const uint8_t *data, size_t size)
{
	struct slo_reading *readings[] = { &status->now, &status->answered };

	for (size_t i = 0; i < 2 + SLO_WINDOWS_MAX; i++) {
		struct slo_reading *reading = i < 2 ? readings[i] : &status->burn[i - 2];

		reading->value = number(data, size, i * 7);
		reading->known = (enum slo_known)(size ? data[(i * 5) % size] % 6 : 0);
		reading->at_ms = NOW_MS;
		reading->stale = size && data[(i * 3) % size] & 1;
	}
	status->chart_answered = size && data[0] & 2;
	status->chart.known_ms = size ? data[size / 2] * INT64_C(86400000) : 0;
	status->chart.step_ms = 3600000;
	status->chart.spent = number(data, size, 11);
}

static void use(const struct slo_file *file, const uint8_t *data, size_t size)
{
	struct strbuf text = STRBUF_INIT;
	char id[200];

	for (size_t i = 0; i < file->line_count; i++) {
		const struct slo_line *line = &file->lines[i];
		struct slo_status status = { 0 };

		slo_line_id(file, line, id, sizeof(id));
		always(slo_file_find(file, id) == (int)i);
		fill(&status, data, size);
		slo_judge(file, line, NOW_MS, &status);
		slo_sentence(file, line, &status, &text);
		for (size_t a = 0; a < line->alert_count; a++)
			sli_held(line, &line->alerts[a], &text);
	}
	slo_rules_add(file, "fuzz \"quoted\" \\", &text);
	always(strlen(text.text) == text.length);
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml_document document;
	struct error_list errors = { 0 };
	struct slo_file file = { 0 };
	struct arena arena = { 0 };

	if (!yaml_parse(&document, (const char *)data, size, "fuzz", &errors)) {
		/* A name would be a file's. */
		if (document.root && document.root->kind != YAML_SCALAR) {
			int result = slo_file_read(&file, document.root, "fuzz", "/nowhere", &arena, &errors);

			never((result < 0) != (errors.errors > 0));
			use(&file, data, size);
		}
		yaml_document_release(&document);
	}
	error_list_release(&errors);
	arena_release(&arena);
	return 0;
}
