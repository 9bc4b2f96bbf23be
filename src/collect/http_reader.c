#include "collect/http_reader.h"

#include <stdlib.h>

static void start(struct collector *collector, int64_t time_ms)
{
	struct http_reader *reader = collector->own;

	reader->time_ms = time_ms;
	http_target_read(reader->target, collector);
}

static void reader_free(struct collector *collector)
{
	struct http_reader *reader = collector->own;

	http_target_free(reader->target);
	if (reader->job)
		job_cancel(reader->job);
	intake_free(reader->intake);
	arena_release(&reader->arena);
	free(reader);
}

static const struct collector_ops reader_ops = { .start = start, .free = reader_free };

void http_reader_open(struct http_reader *reader, struct collect *collect, const char *type,
		      const struct http_target_config *config, const char *url, const char *accept,
		      http_target_fn *on_answer, const struct option_strings *labels)
{
	struct intake_config intake = { 0 };
	const char *instance;

	reader->target = http_target_new(collect_bridges(collect), config, url, accept, on_answer, reader);
	instance = http_target_instance(reader->target);
	reader->collector = collector_add(collect, &reader_ops, reader, type, config->job, instance,
					  http_target_shown(reader->target), config->interval_ms);
	intake.labels = intake_labels(config->job, instance, labels, &reader->arena);
	reader->intake = intake_new(reader->collector, &intake);
}

void http_reader_submit(struct http_reader *reader, const struct job_ops *ops, void *reading)
{
	struct error error;

	reader->job = pool_submit(collect_bridges(reader->collector->collect)->pool, ops, reading, reader, &error);
	if (reader->job)
		return;
	ops->drop(reading);
	intake_fail(reader->intake, reader->time_ms, error.text);
}
