/*
 * History from a file: OpenMetrics text with a time on every sample, all
 * samples of a series together in ascending time, as promtool and the
 * simulated colony write it. Read in pieces, parsed on the pool, put in front
 * of what the store has. A pipe will do too: it is read as it comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "collect/collector.h"
#include "tsdb/bulk.h"
#include "tsdb/exposition.h"

#define PIECE_BYTES  (256u * 1024) /* a few ms of compressing: more would hold the loop */
#define LINE_LIMIT   (1024u * 1024)
#define POINTS_LIMIT (10u * 1000 * 1000) /* of one series */
#define RETRY_MS     500                 /* while the file is not there */
#define RETRY_BAD_MS 10000               /* after one that could not be read: it may be written anew */
#define PIPE_POLL_MS 20
static const char end_mark[] = "# EOF\n";

struct history_config {
	const char *file, *job;
	bool thinned, remove;
	double stands_for;
};

/* A piece on the pool: bytes are read and parsed there. */
struct piece {
	int fd;       /* the reader's, unless it is left to the piece */
	bool owns_fd; /* the reader is gone: closed with the piece, whose work may still be reading */
	unsigned lines;
	struct strbuf text; /* begins with what was left of the piece before */
	size_t parsed;      /* bytes of whole lines, the end mark behind them not counted */
	bool end, dry;      /* nothing more; nothing yet (a pipe) */
	struct strbuf rest; /* the broken line at the end */
	struct exposition exposition;
	struct error_list faults;
	struct error error;
	int result;
};

struct history {
	struct collector *collector;
	const struct history_config *config;
	int fd;
	struct bulk *bulk;
	struct job *job;
	struct piece *piece; /* of the job */
	struct timer *retry;
	struct strbuf rest;
	struct strbuf series; /* the text of the series whose run is gathered */
	VEC(int64_t) times;
	VEC(double) values;
	unsigned lines; /* in the pieces before */
	size_t bytes;
	int64_t now_ms;  /* when it was opened */
	uint64_t future; /* samples after that, left out */
};

static int read_some(struct piece *piece)
{
	char *buffer = mem_alloc(PIECE_BYTES);
	ssize_t count;

	do
		count = read(piece->fd, buffer, PIECE_BYTES);
	while (count < 0 && errno == EINTR);
	if (count > 0)
		strbuf_add(&piece->text, buffer, (size_t)count);
	piece->end = count == 0;
	piece->dry = count < 0 && errno == EAGAIN;
	free(buffer);
	return count < 0 && !piece->dry ? error_set(&piece->error, "%s", strerror(errno)) : 0;
}

static bool ends_with_mark(const struct strbuf *text)
{
	size_t length = sizeof(end_mark) - 1;

	return text->length >= length && memcmp(text->text + text->length - length, end_mark, length) == 0;
}

/* Whole lines are parsed now; a broken one, and an end mark before the end is known, wait for the next piece. */
static void divide(struct piece *piece)
{
	const char *last = memrchr(piece->text.text, '\n', piece->text.length);

	piece->parsed = last ? (size_t)(last - piece->text.text) + 1 : 0;
	if (piece->end)
		piece->parsed = piece->text.length;
	else if (last && piece->parsed == piece->text.length && ends_with_mark(&piece->text))
		piece->parsed -= sizeof(end_mark) - 1;
	strbuf_add(&piece->rest, piece->text.text + piece->parsed, piece->text.length - piece->parsed);
	strbuf_truncate(&piece->text, piece->parsed);
	for (size_t i = 0; i < piece->parsed; i++)
		piece->lines += piece->text.text[i] == '\n';
}

static void work(void *state)
{
	struct piece *piece = state;
	struct exposition_options options = { .open_metrics = true };

	piece->result = read_some(piece);
	divide(piece);
	if (piece->rest.length > LINE_LIMIT)
		piece->result = error_set(&piece->error, "a line of over %u bytes", LINE_LIMIT);
	/* Each piece is a page to the parser, which wants the mark that only the last one has. */
	if (piece->end && !ends_with_mark(&piece->text) && piece->result == 0)
		piece->result = error_set(&piece->error, "the file breaks off: no # EOF at its end");
	if (!piece->end)
		strbuf_addstr(&piece->text, end_mark);
	if (piece->result == 0 && exposition_parse(&piece->exposition, piece->text.text, piece->text.length, &options,
						   NULL, &piece->faults) < 0)
		piece->result = -1;
}

static void drop(void *state)
{
	struct piece *piece = state;

	if (piece->owns_fd)
		close(piece->fd);
	exposition_release(&piece->exposition);
	error_list_release(&piece->faults);
	strbuf_release(&piece->text);
	strbuf_release(&piece->rest);
	free(piece);
}

static void history_close(struct history *history)
{
	if (history->fd >= 0)
		close(history->fd);
	history->fd = -1;
	bulk_free(history->bulk);
	history->bulk = NULL;
	strbuf_clear(&history->rest);
	strbuf_clear(&history->series);
	vec_clear(&history->times);
	vec_clear(&history->values);
}

/* The file that was read, and no other: a link, or what has taken its place meanwhile, stays. */
static bool remove_file(const struct history *history)
{
	struct stat read_one, there;

	return fstat(history->fd, &read_one) == 0 && lstat(history->config->file, &there) == 0 &&
	       read_one.st_dev == there.st_dev && read_one.st_ino == there.st_ino &&
	       (S_ISREG(there.st_mode) || S_ISFIFO(there.st_mode)) && unlink(history->config->file) == 0;
}

/* What was left out, or why the file stays. */
static void warn(struct history *history, const struct bulk_state *taken, bool removed)
{
	struct collector_state *state = &history->collector->state;
	const char *stays = removed || !history->config->remove ? "" : "; the file stays";
	uint64_t left_out = taken->left_out + history->future;

	state->warning[0] = '\0';
	if (taken->refused_series)
		snprintf(state->warning, sizeof(state->warning), "%" PRIu64 " series refused: the store is full%s",
			 taken->refused_series, stays);
	else if (left_out)
		snprintf(state->warning, sizeof(state->warning),
			 "%" PRIu64 " samples left out (%" PRIu64
			 " in the future, the others not older than the store's or not in order)%s",
			 left_out, history->future, stays);
	else if (*stays)
		snprintf(state->warning, sizeof(state->warning), "the file cannot be removed");
}

static void end(struct history *history, const char *reason)
{
	struct collector_state *state = &history->collector->state;
	struct bulk_state taken = { 0 };
	bool removed;

	if (history->bulk)
		bulk_get_state(history->bulk, &taken);
	state->series = taken.series;
	state->samples = taken.samples;
	state->bytes = history->bytes;
	removed = !reason && history->config->remove && !taken.refused_series && !taken.left_out && !history->future &&
		  remove_file(history);
	warn(history, &taken, removed || reason);
	history_close(history);
	/* What the pieces took lies scattered among what stays. */
	malloc_trim(0);
	if (reason && !history->collector->pending)
		state->interval_ms = RETRY_BAD_MS;
	collector_done(history->collector, reason);
}

/* The run gathered so far is whole: another series begins, or the file ends. */
static int flush(struct history *history, struct error *error)
{
	struct arena arena;
	struct labels labels;
	int result = 0;

	if (!history->times.count)
		return 0;
	arena_init(&arena);
	if (exposition_labels(history->series.text, history->series.length, &arena, &labels, error) < 0)
		result = -1;
	else
		bulk_series(history->bulk, &labels, history->times.items, history->values.items, history->times.count);
	arena_release(&arena);
	vec_clear(&history->times);
	vec_clear(&history->values);
	return result;
}

static int gather(struct history *history, const struct exposition *page, struct error *error)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct exposition_sample *sample = &page->samples[i];
		const char *text = page->body + sample->text;

		if (sample->time_ms == EXPOSITION_NO_TIME)
			return error_set(error, "a sample without a time");
		/* It would keep what is collected from now on out of its series. */
		if (sample->time_ms > history->now_ms) {
			history->future++;
			continue;
		}
		if (sample->length != history->series.length ||
		    memcmp(text, history->series.text, sample->length) != 0) {
			if (flush(history, error) < 0)
				return -1;
			strbuf_clear(&history->series);
			strbuf_add(&history->series, text, sample->length);
		}
		if (history->times.count >= POINTS_LIMIT)
			return error_set(error, "more than %u samples of one series", POINTS_LIMIT);
		vec_push(&history->times, sample->time_ms);
		vec_push(&history->values, sample->value);
	}
	return 0;
}

static void next_piece(void *user);

static void fail(struct history *history, const struct piece *piece, const struct error *error)
{
	char reason[ERROR_TEXT_MAX];

	if (piece->faults.count)
		snprintf(reason, sizeof(reason), "line %u: %s", history->lines + piece->faults.faults[0].line,
			 piece->faults.faults[0].text);
	else
		snprintf(reason, sizeof(reason), "%s", error->text);
	end(history, reason);
}

static void on_piece(void *state, void *user)
{
	struct piece *piece = state;
	struct history *history = user;
	struct error error;

	history->job = NULL;
	history->bytes += piece->parsed;
	if (piece->result < 0) {
		fail(history, piece, &piece->error);
		return;
	}
	if (gather(history, &piece->exposition, &error) < 0 || (piece->end && flush(history, &error) < 0)) {
		fail(history, piece, &error);
		return;
	}
	history->lines += piece->lines;
	strbuf_clear(&history->rest);
	strbuf_add(&history->rest, piece->rest.text, piece->rest.length);
	if (piece->end)
		end(history, NULL);
	else if (piece->dry)
		timer_start(history->retry, PIPE_POLL_MS);
	else
		next_piece(history);
}

static const struct job_ops piece_job = { .work = work, .done = on_piece, .drop = drop, .waits = true };

static void next_piece(void *user)
{
	struct history *history = user;
	struct piece *piece = mem_zalloc(sizeof(*piece));
	struct error error;

	piece->fd = history->fd;
	strbuf_init(&piece->text);
	strbuf_init(&piece->rest);
	error_list_init(&piece->faults);
	strbuf_add(&piece->text, history->rest.text, history->rest.length);
	history->piece = piece;
	history->job =
		pool_submit(collect_bridges(history->collector->collect)->pool, &piece_job, piece, history, &error);
	if (!history->job) {
		drop(piece);
		end(history, error.text);
	}
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct history *history = collector->own;
	struct bulk_options options = { .thinned = history->config->thinned,
					.stands_for = history->config->stands_for };

	(void)time_ms;
	history->fd = open(history->config->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	collector->pending = history->fd < 0 && errno == ENOENT;
	if (history->fd < 0) {
		end(history, collector->pending ? "not there yet" : strerror(errno));
		return;
	}
	history->lines = 0;
	history->bytes = 0;
	history->future = 0;
	history->now_ms = loop_wall_now_ms(collect_bridges(collector->collect)->loop);
	collector->state.health = COLLECTOR_NEVER;
	snprintf(collector->state.reason, sizeof(collector->state.reason), "being read");
	history->bulk = bulk_new(collect_bridges(collector->collect)->store, &options);
	next_piece(history);
}

static void history_free(struct collector *collector)
{
	struct history *history = collector->own;

	if (history->job) {
		history->piece->owns_fd = true;
		history->fd = -1;
		job_cancel(history->job);
	}
	history_close(history);
	timer_free(history->retry);
	strbuf_release(&history->rest);
	strbuf_release(&history->series);
	vec_release(&history->times);
	vec_release(&history->values);
	free(history);
}

static const struct collector_ops history_ops = { .start = start, .free = history_free };

static void open_entry(struct collect *collect, const void *entry)
{
	const struct history_config *config = entry;
	const char *slash = strrchr(config->file, '/');
	struct history *history = mem_zalloc(sizeof(*history));

	history->config = config;
	history->fd = -1;
	strbuf_init(&history->rest);
	strbuf_init(&history->series);
	history->retry = timer_new(collect_bridges(collect)->loop, next_piece, history);
	history->collector = collector_add(collect, &history_ops, history, "history", config->job,
					   slash ? slash + 1 : config->file, "", RETRY_MS);
	history->collector->once = true;
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct history_config *config = entry_config;
	char *path;

	(void)entry;
	(void)file;
	(void)errors;
	if (!config->file)
		return -1;
	path = path_join(folder, config->file);
	config->file = arena_strdup(arena, path);
	free(path);
	return 0;
}

#define AT(member) .offset = offsetof(struct history_config, member)
static const struct option options[] = {
	{ "file", 0, OPTION_STRING, AT(file), .value_name = "FILE", .required = true,
	  .help = "OpenMetrics text with times, relative to this file; waited for when it is not there" },
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "history", .value_name = "NAME", .help = "name in Sources" },
	{ "thinned", 0, OPTION_BOOL, AT(thinned), .fallback = "false",
	  .help = "its points are ten minutes apart and go into the thinned history" },
	{ "remove", 0, OPTION_BOOL, AT(remove), .fallback = "false",
	  .help = "delete the file once all of it has been taken in; a link is left alone" },
	{ "stands-for", 0, OPTION_NUMBER, AT(stands_for), .fallback = "1", .minimum = 1, .maximum = 1e6,
	  .help = "how many scrapes a thinned point stands for" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_history = {
	.type = "history",
	.help = "samples from before the start, from a file",
	.options = options,
	.config_size = sizeof(struct history_config),
	.finish = finish_entry,
	.open = open_entry,
};
