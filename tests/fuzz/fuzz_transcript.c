/* Any bytes as a step's output: lines stay what they promise, and the last lines are the last of all lines. */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "runbook/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	size_t left = strlen(text);

	while (left) {
		uint32_t code;
		size_t used = text_decode(text, left, &code);

		never(text_is_unsafe(code) || (code == TEXT_REPLACEMENT && used == 1));
		text += used;
		left -= used;
	}
}

static void check(const struct transcript *transcript, size_t size)
{
	size_t before = 0;

	for (size_t i = 0; i < transcript->lines.count; i++) {
		const struct transcript_line *line = &transcript->lines.items[i];

		never(line->offset >= size || (i && line->offset <= before));
		before = line->offset;
		for (size_t k = 0; k < line->count; k++) {
			const struct transcript_span *span = &line->spans[k];

			check_text(span->text);
			never(!*span->text || span->colour < -1 || span->colour > 0x1ffffff || span->ground < -1 ||
			      span->ground > 0x1ffffff || span->attributes > 15);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct transcript all, last;
	struct strbuf plain = STRBUF_INIT;
	size_t wanted = size ? data[0] % 8 : 0;

	transcript_init(&all);
	transcript_init(&last);
	transcript_read(&all, text, size, SIZE_MAX);
	check(&all, size);
	transcript_read(&last, text, size, wanted);
	check(&last, size);
	never(last.lines.count != (all.lines.count < wanted ? all.lines.count : wanted));
	for (size_t i = 0; i < last.lines.count; i++)
		always(last.lines.items[i].offset == all.lines.items[all.lines.count - last.lines.count + i].offset);
	transcript_add_text(text, size, &plain);
	never(plain.length > size * 300 + 16);
	strbuf_release(&plain);
	transcript_release(&all);
	transcript_release(&last);
	return 0;
}
