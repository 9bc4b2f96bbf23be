/* A file of alert clocks: whatever it holds is read or refused; what was read is written and read again the same. */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "alert/clock_file.h"
#include "tsdb/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(const struct clock_entries *entries, struct strbuf *ret)
{
	clock_file_begin(ret);
	for (size_t i = 0; i < entries->items.count; i++)
		clock_file_add(ret, entries->items.items[i].rule, &entries->items.items[i].clock);
	clock_file_end(ret);
}

static void compare(const struct clock_entry *a, const struct clock_entry *b)
{
	always(strcmp(a->rule, b->rule) == 0);
	always(labels_equal(&a->clock.labels, &b->clock.labels));
	always(a->clock.active_ms == b->clock.active_ms && a->clock.fired_ms == b->clock.fired_ms);
	always(a->clock.keep_firing_since_ms == b->clock.keep_firing_since_ms);
	always(a->clock.last_ms == b->clock.last_ms && a->clock.active_ms <= a->clock.last_ms);
	always(value_bits(a->clock.value) == value_bits(b->clock.value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clock_entries entries, again;
	struct strbuf text = STRBUF_INIT;
	struct error error;

	if (clock_file_read(&entries, (const char *)data, size, &error) < 0) {
		always(*error.text && !entries.items.count);
		return 0;
	}
	write_all(&entries, &text);
	always(clock_file_read(&again, text.text, text.length, &error) == 0);
	always(again.items.count == entries.items.count);
	for (size_t i = 0; i < entries.items.count; i++)
		compare(&entries.items.items[i], &again.items.items[i]);
	clock_entries_release(&entries);
	clock_entries_release(&again);
	strbuf_release(&text);
	return 0;
}
