#include "query/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "loop/loop.h"
#include "tsdb/bulk.h"
#include "tsdb/selection.h"

#define PIECE_MS       CLOCK_HOUR
#define PIECE_LEAST_MS (3 * CLOCK_MINUTE) /* an answer of this little that is still too large is given up */
#define PIECE_PART     4                  /* a piece that is too large is asked for in so many */
#define WAIT_WELL_MS   (2 * CLOCK_SECOND) /* for a server that fails */
#define WAIT_TURN_MS   50                 /* for the questions of people */
#define TURN_NS        INT64_C(3000000)   /* of putting samples in, in one turn of the loop */

/* One metric name on its way back in time. */
struct name {
	char *text;
	int64_t from_ms;  /* what is younger was asked for */
	int64_t piece_ms; /* how much at a time */
	bool found;       /* in the present hour */
	bool done;
};

/* A label set of the store, found by its hash. */
struct local {
	uint64_t hash;
	const struct labels *labels;
};

struct history {
	struct loop *loop;
	struct history_config config;
	struct history_state state;
	VEC(struct name) names;
	struct bulk *bulk;
	struct timer *timer; /* the next step */
	struct query *query;
	int64_t top_ms;  /* where it began */
	int64_t hour_ms; /* the present hour reaches back to this */
	size_t at;       /* the name in hand */
	bool started;
	bool waiting; /* for the server: the reason says so */
	bool matched; /* some series of the server was one of ours */

	/* The answer in hand, until it is put in. */
	struct matrix *matrix;
	size_t next;
	struct arena arena;
	struct local *locals;
	size_t local_count;
};

static void on_step(void *user);

struct history *history_new(struct loop *loop, const struct history_config *config)
{
	struct history *history = mem_zalloc(sizeof(*history));

	history->loop = loop;
	history->config = *config;
	history->timer = timer_new(loop, on_step, history);
	history->state.oldest_ms = INT64_MAX;
	return history;
}

static void drop_answer(struct history *history)
{
	matrix_unref(history->matrix);
	history->matrix = NULL;
	arena_release(&history->arena);
	arena_init(&history->arena);
	history->locals = NULL;
	history->local_count = 0;
}

static void drop_work(struct history *history)
{
	query_cancel(history->query);
	history->query = NULL;
	drop_answer(history);
	bulk_free(history->bulk);
	history->bulk = NULL;
	for (size_t i = 0; i < history->names.count; i++)
		free(history->names.items[i].text);
	vec_release(&history->names);
}

void history_free(struct history *history)
{
	if (!history)
		return;
	drop_work(history);
	arena_release(&history->arena);
	timer_free(history->timer);
	free(history);
}

void history_get_state(const struct history *history, struct history_state *ret)
{
	*ret = history->state;
}

static void tell(struct history *history)
{
	if (history->config.on_change)
		history->config.on_change(history->config.user);
}

/* Another reason than before is news. */
static void set_reason(struct history *history, const char *reason)
{
	if (strcmp(history->state.reason, reason) == 0)
		return;
	snprintf(history->state.reason, sizeof(history->state.reason), "%s", reason);
	tell(history);
}

static void finish(struct history *history)
{
	drop_work(history);
	history->state.running = false;
	history->state.names_done = history->state.names;
	if (!history->matched && history->state.names && !history->state.reason[0])
		snprintf(history->state.reason, sizeof(history->state.reason), "%s",
			 "the server has none of the series that are collected here");
	tell(history);
}

/* ---- which series are ours ---- */

static int compare_locals(const void *a, const void *b)
{
	uint64_t left = ((const struct local *)a)->hash, right = ((const struct local *)b)->hash;

	return left < right ? -1 : left > right;
}

static struct matcher of_name(const char *name)
{
	return (struct matcher){ .label = "__name__", .value = name, .kind = MATCHER_EQUAL };
}

static void find_locals(struct history *history, const char *name)
{
	struct matcher matcher = of_name(name);
	struct labels *sets;
	size_t count;

	store_series_labels_of(history->config.store, &matcher, 1, 0, INT64_MAX, 0, &history->arena, &sets, &count);
	history->locals = arena_array(&history->arena, count + 1, sizeof(*history->locals));
	history->local_count = count;
	for (size_t i = 0; i < count; i++)
		history->locals[i] = (struct local){ labels_hash(&sets[i]), &sets[i] };
	if (count)
		qsort(history->locals, count, sizeof(*history->locals), compare_locals);
}

/* The label set of the store that a series of the server is, or NULL. */
static const struct labels *find_local(struct history *history, const struct labels *theirs)
{
	struct labels labels =
		label_map_local(history->config.labels, history->config.label_count, theirs, &history->arena);
	size_t low = 0, high = history->local_count;
	uint64_t hash;

	hash = labels_hash(&labels);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (history->locals[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < history->local_count && history->locals[low].hash == hash; low++)
		if (labels_equal(history->locals[low].labels, &labels))
			return history->locals[low].labels;
	return NULL;
}

/* ---- what is asked for ---- */

/* Do all series of this name reach back behind the time? */
static bool is_held(const struct history *history, const char *name, int64_t time_ms)
{
	struct matcher matcher = of_name(name);
	struct selection *all = store_select(history->config.store, &matcher, 1, 0, INT64_MAX, 0, NULL);
	struct selection *old = store_select(history->config.store, &matcher, 1, 0, time_ms, 0, NULL);
	bool held = selection_count(all) == selection_count(old);

	selection_free(all);
	selection_free(old);
	return held;
}

static void leave(struct history *history, struct name *name)
{
	name->done = true;
	history->state.names_done++;
}

/* The name whose turn it is, or NULL when all hours are through. */
static struct name *next_name(struct history *history)
{
	int64_t end_ms = history->top_ms - history->config.raw_ms;

	for (;;) {
		for (; history->at < history->names.count; history->at++) {
			struct name *name = &history->names.items[history->at];

			if (name->done)
				continue;
			if (name->from_ms > history->hour_ms && is_held(history, name->text, history->hour_ms))
				name->from_ms = history->hour_ms;
			else if (name->from_ms <= history->hour_ms && !name->found)
				leave(history, name);
			if (name->from_ms > history->hour_ms)
				return name;
			name->found = true; /* an hour that was held, or through with something in it */
		}
		if (history->hour_ms <= end_ms)
			return NULL;
		history->hour_ms -= PIECE_MS;
		if (history->hour_ms < end_ms)
			history->hour_ms = end_ms;
		for (size_t i = 0; i < history->names.count; i++)
			history->names.items[i].found = false;
		history->at = 0;
		tell(history);
	}
}

/* Names may be of any letters: they are written as a string. */
static void add_quoted(struct strbuf *text, const char *name)
{
	for (; *name; name++) {
		if (*name == '\n') {
			strbuf_addstr(text, "\\n");
			continue;
		}
		if (*name == '"' || *name == '\\')
			strbuf_addch(text, '\\');
		strbuf_addch(text, *name);
	}
}

static int64_t piece_length(const struct history *history, const struct name *name)
{
	int64_t left_ms = name->from_ms - history->hour_ms;

	return name->piece_ms < left_ms ? name->piece_ms : left_ms;
}

static void on_answer(void *user, const struct query_answer *answer);

static void ask(struct history *history, const struct name *name)
{
	struct strbuf text = STRBUF_INIT;
	struct query_question question = { .start_ms = name->from_ms, .end_ms = name->from_ms };

	strbuf_addstr(&text, "{__name__=\"");
	add_quoted(&text, name->text);
	strbuf_addf(&text, "\"}[%" PRId64 "ms]", piece_length(history, name));
	question.expression = text.text;
	history->query = query_ask(history->config.prometheus, &question, on_answer, history);
	strbuf_release(&text);
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct history *history = user;
	struct name *name = &history->names.items[history->at];
	struct query_state server;

	history->query = NULL;
	timer_start(history->timer, 0);
	if (answer->status == QUERY_OK) {
		history->matrix = matrix_ref(answer->matrix);
		history->next = 0;
		find_locals(history, name->text);
		return;
	}
	query_engine_state(history->config.prometheus, &server);
	if (server.health == QUERY_FAILING)
		return; /* the same again when it is well */
	name->piece_ms = piece_length(history, name) / PIECE_PART;
	if (name->piece_ms < PIECE_LEAST_MS) {
		char reason[sizeof(history->state.reason)];

		snprintf(reason, sizeof(reason), "%.80s: %.60s", name->text, answer->reason);
		set_reason(history, reason);
		leave(history, name);
	}
}

/* ---- what came ---- */

/* Put series in for a while; true when all of them are. */
static bool put_in(struct history *history)
{
	struct name *name = &history->names.items[history->at];
	int64_t started_ns = clock_monotonic_ns();
	struct bulk_state bulk;

	for (; history->next < history->matrix->count; history->next++) {
		const struct series *series = &history->matrix->series[history->next];
		const struct labels *labels;

		if (clock_monotonic_ns() - started_ns > TURN_NS)
			return false;
		labels = series->count ? find_local(history, &series->labels) : NULL;
		if (!labels)
			continue;
		name->found = history->matched = true;
		bulk_series(history->bulk, labels, series->times_ms, series->values, series->count);
	}
	bulk_get_state(history->bulk, &bulk);
	history->state.samples = bulk.samples;
	history->state.oldest_ms = bulk.oldest_ms;
	name->from_ms -= piece_length(history, name);
	drop_answer(history);
	return true;
}

/* Why the server should not be asked now: milliseconds to wait, or 0. */
static int64_t must_wait(struct history *history)
{
	struct query_state server;
	char reason[sizeof(history->state.reason)];

	query_engine_state(history->config.prometheus, &server);
	if (server.health == QUERY_FAILING) {
		snprintf(reason, sizeof(reason), "%.20s: %.120s", server.engine, server.reason);
		history->waiting = true;
		set_reason(history, reason);
		return WAIT_WELL_MS;
	}
	if (history->waiting)
		set_reason(history, "");
	history->waiting = false;
	return server.waiting ? WAIT_TURN_MS : 0;
}

static void on_step(void *user)
{
	struct history *history = user;
	struct name *name;
	int64_t wait_ms;

	if (history->matrix && !put_in(history)) {
		timer_start(history->timer, 0);
		return;
	}
	wait_ms = must_wait(history);
	if (wait_ms) {
		timer_start(history->timer, wait_ms);
		return;
	}
	name = next_name(history);
	if (name)
		ask(history, name);
	else
		finish(history);
}

void history_start(struct history *history)
{
	struct arena arena = { 0 };
	const char **names;
	size_t count;

	if (history->started)
		return;
	history->started = true;
	history->top_ms = loop_wall_now_ms(history->loop);
	history->hour_ms = history->top_ms - (PIECE_MS < history->config.raw_ms ? PIECE_MS : history->config.raw_ms);
	store_label_values(history->config.store, "__name__", NULL, 0, 0, INT64_MAX, 0, &arena, &names, &count);
	for (size_t i = 0; i < count; i++)
		vec_push(&history->names, (struct name){ .text = mem_strdup(names[i]),
							 .from_ms = history->top_ms,
							 .piece_ms = PIECE_MS });
	arena_release(&arena);
	history->state.names = (unsigned)count;
	history->state.running = true;
	history->bulk = bulk_new(history->config.store, NULL);
	timer_start(history->timer, 0);
}
