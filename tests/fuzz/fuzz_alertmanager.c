/*
 * Answers of an Alertmanager. The first byte chooses what was asked for, the
 * second in what pieces the bytes come. Whatever the pieces, the outcome is
 * the same; and what a silence's matchers are written as reads back as them.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "alert/alertmanager_private.h"
#include "base/strbuf.h"

struct outcome {
	int result;
	struct error error;
	uint64_t digest;
	struct am_reader reader;
};

static void read_in(struct outcome *ret, enum am_question question, const char *data, size_t size, size_t piece)
{
	struct json_stream *stream;

	memset(&ret->error, 0, sizeof(ret->error));
	am_reader_init(&ret->reader, question, 1795348800000);
	stream = ret->reader.stream = json_stream_new(&am_shapes[question], &ret->reader);
	for (size_t at = 0; at < size; at += piece)
		if (json_stream_feed(stream, data + at, size - at < piece ? size - at : piece))
			break;
	ret->result = json_stream_finish(stream, &ret->error);
	ret->digest = json_stream_digest(stream);
	json_stream_free(stream);
}

static void check_silence(const struct silence *silence)
{
	static const struct label items[] = { { "alertname", "Hot" }, { "instance", "a:1" } };
	static const struct labels labels = { items, 2 };
	struct silence again = { .id = silence->id };
	struct silence_filter *filter;
	struct strbuf text = STRBUF_INIT;
	struct arena arena = { 0 };

	never(!silence->matcher_count || silence->matcher_count > SILENCE_MATCHERS_MAX || !*silence->id);
	filter = silence_filter_new(silence);
	silence_filter_matches(filter, &labels);
	silence_filter_free(filter);
	again = *silence;
	again.starts_ms = 0;
	again.ends_ms = 1;
	if (!silence_check(&again, NULL)) {
		silence_add_matchers(&text, silence);
		never(text.length <= SILENCE_TEXT_MAX && (silence_read_matchers(&again, text.text, &arena, NULL) ||
							  !silence_same_matchers(silence, &again)));
	}
	strbuf_release(&text);
	arena_release(&arena);
}

/* Any text: it is refused, or what is read is written and read the same. */
static void check_text(const char *data, size_t size)
{
	struct silence silence = { .id = "" }, again = { .id = "" };
	struct strbuf text = STRBUF_INIT, written = STRBUF_INIT;
	struct arena arena = { 0 };

	strbuf_add(&text, data, size);
	if (!silence_read_matchers(&silence, text.text, &arena, NULL)) {
		silence_add_matchers(&written, &silence);
		never(written.length <= SILENCE_TEXT_MAX &&
		      (silence_read_matchers(&again, written.text, &arena, NULL) ||
		       !silence_same_matchers(&silence, &again)));
	}
	strbuf_release(&text);
	strbuf_release(&written);
	arena_release(&arena);
}

static void check(const struct outcome *outcome)
{
	const struct am_reader *reader = &outcome->reader;

	for (size_t i = 0; reader->alerts && i < reader->alerts->items.count; i++) {
		const struct am_alert *alert = &reader->alerts->items.items[i];

		never(!alert->labels.count || !alert->id || !alert->generator_url || alert->starts_ms < 0);
	}
	for (size_t i = 0; reader->silences && i < reader->silences->items.count; i++)
		check_silence(&reader->silences->items.items[i]);
	for (size_t i = 0; reader->groups && i < reader->groups->items.count; i++)
		for (size_t at = 0; at < reader->groups->items.items[i].group.count; at++)
			never(!reader->groups->items.items[i].ids[at]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, pieces;
	const char *text;

	if (size < 2)
		return 0;
	text = (const char *)data + 2;
	size -= 2;
	if (data[0] % 5 == 4) {
		check_text(text, size);
		return 0;
	}
	read_in(&whole, (enum am_question)(data[0] % 5), text, size, size + 1);
	read_in(&pieces, (enum am_question)(data[0] % 5), text, size, data[1] % 64 + 1);
	never(whole.result != pieces.result || strcmp(whole.error.text, pieces.error.text) != 0 ||
	      (!whole.result && whole.digest != pieces.digest));
	check(&whole);
	am_reader_release(&whole.reader);
	am_reader_release(&pieces.reader);
	return 0;
}
