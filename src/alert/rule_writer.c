#include "alert/rule_writer.h"

#include <stdio.h>

#include "alert/label_table.h"
#include "tsdb/value.h"

void rule_writer_init(struct rule_writer *writer, struct store *store)
{
	*writer = (struct rule_writer){ .store = store };
}

void rule_writer_release(struct rule_writer *writer)
{
	for (size_t i = 0; i < writer->before.count; i++)
		store_release(writer->store, writer->before.items[i]);
	for (size_t i = 0; i < writer->now.count; i++)
		store_release(writer->store, writer->now.items[i]);
	vec_release(&writer->before);
	vec_release(&writer->now);
}

void rule_writer_begin(struct rule_writer *writer, int64_t time_ms)
{
	writer->time_ms = time_ms;
	writer->out_of_order = writer->duplicates = writer->refused = 0;
	vec_clear(&writer->now);
}

/* The series of the evaluation before is the one that stood at the same place, when nothing changed. */
static struct store_series *hold(struct rule_writer *writer, const struct labels *labels)
{
	size_t place = writer->now.count;

	if (place < writer->before.count && writer->before.items[place] &&
	    labels_equal(store_series_labels(writer->before.items[place]), labels)) {
		struct store_series *series = writer->before.items[place];

		writer->before.items[place] = NULL; /* the hold goes on */
		return series;
	}
	return store_hold(writer->store, labels);
}

static void write_sample(struct rule_writer *writer, const struct rule_sample *sample)
{
	struct store_series *series = hold(writer, &sample->labels);
	enum store_result result =
		series ? store_append_at(writer->store, series, writer->time_ms, sample->value) : STORE_FULL;

	writer->out_of_order += result == STORE_OUT_OF_ORDER;
	writer->duplicates += result == STORE_DUPLICATE;
	writer->refused += result == STORE_FULL;
	if (result == STORE_OK) {
		vec_push(&writer->now, series);
		return;
	}
	writer->refused_ever++;
	if (series)
		store_release(writer->store, series);
}

void rule_writer_add(struct rule_writer *writer, const struct rule_sample *samples, size_t count)
{
	for (size_t i = 0; writer->store && i < count; i++)
		write_sample(writer, &samples[i]);
}

/* Series that were written before and are not now end here. What the store says to that does not matter: another rule
 * may go on with them. */
static void mark_stale(struct rule_writer *writer)
{
	struct label_table table = { 0 };

	for (size_t i = 0; i < writer->before.count; i++) {
		struct store_series *series = writer->before.items[i];
		const struct labels *labels;

		if (!series)
			continue;
		if (!table.slots) {
			label_table_init(&table, writer->now.count);
			for (size_t j = 0; j < writer->now.count; j++) {
				labels = store_series_labels(writer->now.items[j]);
				label_table_add(&table, labels, labels_hash(labels), j);
			}
		}
		labels = store_series_labels(series);
		if (label_table_find(&table, labels, labels_hash(labels)) == LABEL_TABLE_NONE)
			(void)store_append_at(writer->store, series, writer->time_ms, value_stale());
		store_release(writer->store, series);
	}
	label_table_release(&table);
}

static const char *complaint(const struct rule_writer *writer)
{
	if (writer->refused)
		return "not recorded: the local store has no room for more series";
	return writer->out_of_order ? "out of order sample" : "duplicate sample for timestamp";
}

void rule_writer_end(struct rule_writer *writer, struct rule_memory *memory)
{
	mark_stale(writer);
	vec_clear(&writer->before);
	for (size_t i = 0; i < writer->now.count; i++)
		vec_push(&writer->before, writer->now.items[i]);
	vec_clear(&writer->now);
	if (!writer->out_of_order && !writer->duplicates && !writer->refused)
		return;
	memory->health = RULE_HEALTH_ERROR;
	snprintf(memory->error, sizeof(memory->error), "%s", complaint(writer));
	memory->version++;
}

void rule_writer_write(struct rule_writer *writer, struct rule_run *run)
{
	rule_writer_begin(writer, rule_run_asks_ms(run->group, run->time_ms));
	rule_writer_add(writer, run->samples.items, run->samples.count);
	rule_writer_end(writer, run->memory);
}
