#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"

/* What was made safe is well formed, holds nothing unsafe but newlines, and stays as it is when made safe again. */
static void check_safe(const struct strbuf *safe, bool lines)
{
	struct strbuf again = STRBUF_INIT;
	size_t at = 0;

	while (at < safe->length) {
		uint32_t code;
		size_t used = text_decode(safe->text + at, safe->length - at, &code);

		never(text_is_unsafe(code) && !(lines && code == '\n'));
		never(code == TEXT_REPLACEMENT && used != 3);
		at += used;
	}
	if (lines)
		text_add_safe_lines(&again, safe->text);
	else
		text_add_safe(&again, safe->text);
	never(strcmp(again.text, safe->text));
	strbuf_release(&again);
}

static void check_fit(const char *text, int cells)
{
	struct strbuf fit = STRBUF_INIT;

	text_add_fit(&fit, text, cells, cells % 2);
	never(text_width(fit.text) > cells);
	check_safe(&fit, false);
	strbuf_release(&fit);
}

/* Graphemes cover the text without gaps, and are what its width is counted from. */
static void check_graphemes(const char *text, size_t length)
{
	struct grapheme grapheme;
	size_t at = 0;
	int width = 0;

	while (text_grapheme(text + at, length - at, &grapheme)) {
		never(!grapheme.bytes || grapheme.bytes > length - at || !grapheme.count || grapheme.count > 4 ||
		      grapheme.width < 0 || grapheme.width > 2);
		for (unsigned i = 0; i < grapheme.count; i++)
			never(text_is_unsafe(grapheme.codes[i]));
		at += grapheme.bytes;
		width += grapheme.width;
	}
	never(at != length || width != text_width(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf text = STRBUF_INIT, safe = STRBUF_INIT;
	char formatted[16];
	int64_t ms;

	strbuf_add(&text, data, size);
	strbuf_truncate(&text, strlen(text.text));
	check_graphemes(text.text, text.length);
	text_add_safe(&safe, text.text);
	check_safe(&safe, false);
	strbuf_clear(&safe);
	text_add_safe_lines(&safe, text.text);
	check_safe(&safe, true);
	for (int cells = 0; cells < 6; cells++)
		check_fit(text.text, cells);
	text_distance(text.text, "now-1d/d", 3);
	if (!duration_parse(text.text, &ms, NULL)) {
		duration_format(ms, formatted, sizeof(formatted));
		never(ms <= 0 || strlen(formatted) > 8);
	}
	time_parse(text.text, INT64_C(1795361445678), &ms, NULL);
	strbuf_release(&text);
	strbuf_release(&safe);
	return 0;
}
