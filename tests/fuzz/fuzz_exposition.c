#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "tsdb/exposition.h"

/* A series that was accepted is refused only for a repeated label; its labels are sorted and printable. */
static void check_labels(const struct exposition *exposition)
{
	struct arena arena = { 0 };
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < exposition->count; i++) {
		const struct exposition_sample *sample = &exposition->samples[i];
		struct labels labels = { 0 };
		struct error error;

		never((size_t)sample->text + sample->length > exposition->body_length);
		if (exposition_labels(exposition->body + sample->text, sample->length, &arena, &labels, &error) < 0) {
			always(strstr(error.text, "is there twice"));
			continue;
		}
		always(labels_get(&labels, "__name__"));
		for (size_t j = 0; j < labels.count; j++)
			never(!*labels.items[j].value ||
			      (j && strcmp(labels.items[j - 1].name, labels.items[j].name) >= 0));
		strbuf_clear(&text);
		labels_add(&text, &labels);
	}
	strbuf_release(&text);
	arena_release(&arena);
}

static void check_lines(const struct exposition *exposition)
{
	uint32_t breaks = 0;
	size_t at = 0;

	for (size_t i = 0; i < exposition->count; i++) {
		for (; at < exposition->samples[i].text; at++)
			breaks += exposition->body[at] == '\n';
		always(exposition->samples[i].line == breaks + 1);
	}
}

static bool same(const struct exposition *a, const struct exposition *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->samples[i].text != b->samples[i].text || a->samples[i].length != b->samples[i].length ||
		    a->samples[i].line != b->samples[i].line || a->samples[i].time_ms != b->samples[i].time_ms ||
		    memcmp(&a->samples[i].value, &b->samples[i].value, sizeof(double)) != 0)
			return false;
	return true;
}

/* What is read strictly is read leniently, too, without a bad line. */
static void check_text(const char *body, size_t length, bool open_metrics)
{
	struct exposition_options options = { .open_metrics = open_metrics };
	struct exposition strict, lenient;
	struct error_list faults = { 0 }, lenient_faults = { 0 };
	int result = exposition_parse(&strict, body, length, &options, "fuzz", &faults);

	options.lenient = options.families = true;
	never((result < 0) != (faults.errors > 0));
	never(exposition_parse(&lenient, body, length, &options, "fuzz", &lenient_faults) < 0);
	never((result == 0) != (lenient_faults.errors == 0));
	never(result == 0 && (lenient.bad_lines || !same(&strict, &lenient)));
	for (size_t i = 0; i < lenient.family_count; i++)
		never(!*lenient.families[i].name || !lenient.families[i].help || !lenient.families[i].unit);
	check_labels(&lenient);
	check_lines(&lenient);
	exposition_release(&strict);
	exposition_release(&lenient);
	error_list_release(&faults);
	error_list_release(&lenient_faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct labels labels = { 0 };

	check_text((const char *)data, size, false);
	check_text((const char *)data, size, true);
	exposition_labels((const char *)data, size, &arena, &labels, NULL);
	arena_release(&arena);
	return 0;
}
