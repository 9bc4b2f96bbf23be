#include "logs/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "logs/log_ring.h"
#include "loop/child.h"

#define PENDING_BYTES ((size_t)1 << 20) /* not yet counted: more and the command waits */
#define FIRST_WAIT_MS 1000
#define MOST_WAIT_MS  60000
#define STEADY_MS     60000 /* one that ran so long starts the row of waits anew */
#define ERROR_BYTES   100   /* of the last line on its error output */

/* Lines on their way through the sink: the job's while it runs. */
struct counting {
	struct strbuf lines;
	uint64_t count, cut;
	const struct log_sink *sink;
	void *sink_state;
	bool orphan;
};

struct stream {
	struct loop *loop;
	struct pool *pool;
	char **arguments;
	size_t argument_count;
	char *folder, *name;
	struct line_parser parser;
	struct log_ring *ring;
	struct child *child;
	struct timer *restart;
	int64_t wait_ms, started_ms; /* the next wait; monotonic */
	bool paused;
	struct strbuf part;    /* of a line that has not ended */
	bool skipping;         /* the rest of a line that was cut */
	struct strbuf pending; /* whole lines, not yet counted */
	struct counting *counting;
	struct job *job;
	char error_line[ERROR_BYTES];
	struct strbuf error_part;
	struct stream_totals totals;
	struct log_source source;
	void (*on_batch)(void *user);
	void *user;
};

static void start(void *user);

/* ---- counting ---- */

static void count_work(void *state)
{
	struct counting *counting = state;
	const char *at = counting->lines.text, *end = at + counting->lines.length;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);
		/* One byte more than a line may have says that there were more still. */
		bool cut = length > LOG_LINE_BYTES;

		counting->count++;
		counting->cut += cut;
		if (!cut && length && at[length - 1] == '\r')
			length--;
		counting->sink->line(counting->sink_state, at, cut ? LOG_LINE_BYTES : length, cut);
		at = newline ? newline + 1 : end;
	}
	strbuf_clear(&counting->lines);
}

static void counting_free(struct counting *counting)
{
	if (counting->sink->free)
		counting->sink->free(counting->sink_state);
	strbuf_release(&counting->lines);
	free(counting);
}

static void count_drop(void *state)
{
	struct counting *counting = state;

	if (counting->orphan)
		counting_free(counting);
}

static void count_pending(struct stream *stream);

static void count_done(void *state, void *user)
{
	struct stream *stream = user;
	struct counting *counting = state;

	stream->job = NULL;
	stream->totals.lines = stream->source.lines = counting->count;
	stream->totals.cut = counting->cut;
	count_pending(stream);
	if (stream->on_batch)
		stream->on_batch(stream->user);
}

static const struct job_ops count_job = { .work = count_work, .done = count_done, .drop = count_drop };

static void count_pending(struct stream *stream)
{
	struct strbuf swap;

	if (stream->job || !stream->pending.length)
		return;
	swap = stream->counting->lines;
	stream->counting->lines = stream->pending;
	stream->pending = swap;
	stream->job = pool_submit(stream->pool, &count_job, stream->counting, stream, NULL);
	if (!stream->job) {
		/* The pool is full: with the next output, or the next look at the time. */
		stream->pending = stream->counting->lines;
		stream->counting->lines = swap;
		if (!timer_is_running(stream->restart))
			timer_start(stream->restart, FIRST_WAIT_MS);
	}
	if (stream->paused && stream->child && stream->pending.length < PENDING_BYTES) {
		stream->paused = false;
		child_pause(stream->child, false);
	}
}

/* ---- what the command says ---- */

/* Whole lines go into the ring and wait to be counted. */
static void add_line(struct stream *stream, const char *text, size_t length)
{
	size_t shown = length < LOG_LINE_BYTES ? length : LOG_LINE_BYTES;

	log_ring_add(stream->ring, text, shown);
	log_ring_add(stream->ring, "\n", 1);
	strbuf_add(&stream->pending, text, length);
	strbuf_addch(&stream->pending, '\n');
}

static void add_output(struct stream *stream, const char *data, size_t length)
{
	const char *end = data + length;

	stream->totals.bytes += length;
	while (data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));
		size_t piece = (size_t)((newline ? newline : end) - data);
		size_t room = LOG_LINE_BYTES + 1 - stream->part.length;

		if (!stream->skipping)
			strbuf_add(&stream->part, data, piece < room ? piece : room);
		if (newline || stream->part.length > LOG_LINE_BYTES) {
			if (!stream->skipping)
				add_line(stream, stream->part.text, stream->part.length);
			strbuf_clear(&stream->part);
			stream->skipping = !newline;
		}
		data += piece + (newline != NULL);
	}
	stream->source.size_bytes = log_ring_end(stream->ring) - log_ring_begin(stream->ring);
	stream->source.revision = log_ring_end(stream->ring);
	stream->source.last_ms = loop_wall_now_ms(stream->loop);
}

/* Only the last line of what it complains about is kept. */
static void add_errors(struct stream *stream, const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (data[i] != '\n') {
			if (stream->error_part.length < ERROR_BYTES - 1)
				strbuf_addch(&stream->error_part, data[i]);
			continue;
		}
		if (stream->error_part.length)
			snprintf(stream->error_line, sizeof(stream->error_line), "%s", stream->error_part.text);
		strbuf_clear(&stream->error_part);
	}
}

static void on_data(void *user, enum child_stream which, const char *data, size_t length)
{
	struct stream *stream = user;

	if (which == CHILD_ERRORS) {
		add_errors(stream, data, length);
		return;
	}
	add_output(stream, data, length);
	count_pending(stream);
	if (!stream->paused && stream->pending.length >= PENDING_BYTES) {
		stream->paused = true;
		child_pause(stream->child, true);
	}
}

/* ---- its life ---- */

static void fails(struct stream *stream, const char *reason)
{
	int64_t ran_ms = loop_monotonic_now_ms(stream->loop) - stream->started_ms;

	if (stream->started_ms && ran_ms >= STEADY_MS)
		stream->wait_ms = 0;
	stream->totals.running = false;
	stream->totals.next_start_ms = loop_wall_now_ms(stream->loop) + stream->wait_ms;
	stream->source.gone = true;
	if (stream->error_line[0])
		snprintf(stream->totals.reason, sizeof(stream->totals.reason), "%.56s: %s", reason, stream->error_line);
	else
		snprintf(stream->totals.reason, sizeof(stream->totals.reason), "%.150s", reason);
	snprintf(stream->source.reason, sizeof(stream->source.reason), "%s", stream->totals.reason);
	timer_start(stream->restart, stream->wait_ms);
	stream->wait_ms = stream->wait_ms ? stream->wait_ms * 2 : FIRST_WAIT_MS;
	if (stream->wait_ms > MOST_WAIT_MS)
		stream->wait_ms = MOST_WAIT_MS;
	if (stream->on_batch)
		stream->on_batch(stream->user);
}

static void on_end(void *user, const struct child_result *result)
{
	struct stream *stream = user;

	/* The last line need not have a newline. */
	if (stream->part.length && !stream->skipping)
		add_line(stream, stream->part.text, stream->part.length);
	strbuf_clear(&stream->part);
	stream->skipping = stream->paused = false;
	add_errors(stream, "\n", 1);
	child_free(stream->child);
	stream->child = NULL;
	count_pending(stream);
	fails(stream, result->reason[0] ? result->reason : "it ended");
}

static void start(void *user)
{
	struct stream *stream = user;
	struct child_program program = { .arguments = (const char *const *)stream->arguments,
					 .folder = stream->folder,
					 .on_data = on_data,
					 .done = on_end,
					 .user = stream };
	struct error error;

	count_pending(stream);
	if (stream->child)
		return;
	stream->error_line[0] = '\0';
	strbuf_clear(&stream->error_part);
	stream->started_ms = loop_monotonic_now_ms(stream->loop);
	stream->child = child_start(stream->loop, &program, &error);
	if (!stream->child) {
		fails(stream, error.text);
		return;
	}
	stream->totals.starts++;
	stream->totals.running = true;
	stream->totals.next_start_ms = 0;
	stream->totals.reason[0] = stream->source.reason[0] = '\0';
	stream->source.gone = false;
	stream->source.restarts = stream->totals.starts - 1;
}

struct stream *stream_new(const struct stream_config *config)
{
	struct stream *stream = mem_zalloc(sizeof(*stream));
	struct strbuf name = STRBUF_INIT;

	stream->loop = config->loop;
	stream->pool = config->pool;
	while (config->arguments[stream->argument_count])
		stream->argument_count++;
	stream->arguments = mem_array(stream->argument_count + 1, sizeof(char *));
	for (size_t i = 0; i < stream->argument_count; i++) {
		stream->arguments[i] = mem_strdup(config->arguments[i]);
		strbuf_addf(&name, "%s%s", i ? " " : "", config->arguments[i]);
	}
	stream->name = strbuf_detach(&name);
	stream->folder = mem_strdup(config->folder);
	stream->parser = config->parser;
	stream->ring = log_ring_new(config->ring_bytes);
	stream->on_batch = config->on_batch;
	stream->user = config->user;
	strbuf_init(&stream->part);
	strbuf_init(&stream->pending);
	strbuf_init(&stream->error_part);
	stream->counting = mem_zalloc(sizeof(*stream->counting));
	strbuf_init(&stream->counting->lines);
	stream->counting->sink = config->sink;
	stream->counting->sink_state = config->sink_state;
	stream->source = (struct log_source){
		.id = 1, .name = stream->name, .ring = stream->ring, .parser = &stream->parser, .gone = true
	};
	stream->restart = timer_new_real(stream->loop, start, stream);
	timer_start(stream->restart, 0);
	return stream;
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	child_free(stream->child);
	timer_free(stream->restart);
	if (stream->job) {
		job_cancel(stream->job);
		stream->counting->orphan = true;
	} else {
		counting_free(stream->counting);
	}
	for (size_t i = 0; i < stream->argument_count; i++)
		free(stream->arguments[i]);
	free(stream->arguments);
	free(stream->folder);
	free(stream->name);
	log_ring_free(stream->ring);
	strbuf_release(&stream->part);
	strbuf_release(&stream->pending);
	strbuf_release(&stream->error_part);
	free(stream);
}

bool stream_is_idle(const struct stream *stream)
{
	return !stream->job;
}

void stream_sources(const struct stream *stream, struct log_sources *ret)
{
	*ret = (struct log_sources){ &stream->source, 1 };
}

void stream_totals(const struct stream *stream, struct stream_totals *ret)
{
	*ret = stream->totals;
}
