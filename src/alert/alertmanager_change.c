/*
 * Silences made, changed and ended. Each is sent once. One that had no answer
 * is looked for in the lists that were asked for afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager_private.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* A server that had hung acts on what it finds waiting when it comes back, maybe after the first list. */
#define LOOKS 3

struct am_change {
	struct alertmanager *am;
	struct am_change *next;
	struct arena arena;
	struct silence silence; /* what is to be; of an ending only the id */
	bool ends;              /* the silence is to be ended */
	struct api_call *call;
	struct am_reader reader;
	struct timer *refusal; /* instead of `call`: says `reason` */
	char reason[ERROR_TEXT_MAX];
	size_t equal_before; /* silences in the list like the one that was sent */
	bool in_doubt;
	unsigned looks;
	uint64_t from_round; /* lists of this round and later ones know */
	silence_done_fn *done;
	void *user;
};

static void change_release(struct am_change *change)
{
	api_call_cancel(change->call);
	timer_free(change->refusal);
	am_reader_release(&change->reader);
	arena_release(&change->arena);
	free(change);
}

static void change_free(struct am_change *change)
{
	struct am_change **link = &change->am->changes;

	while (*link && *link != change)
		link = &(*link)->next;
	if (*link)
		*link = change->next;
	change_release(change);
}

static void finish(struct am_change *change, const char *id, const char *reason)
{
	if (change->done)
		change->done(change->user, id, reason);
	change_free(change);
}

static void on_refusal(void *user)
{
	struct am_change *change = user;

	finish(change, NULL, change->reason);
}

static struct am_change *change_new(struct alertmanager *am, silence_done_fn *done, void *user)
{
	struct am_change *change = mem_zalloc(sizeof(*change)), **end = &am->changes;

	change->am = am;
	change->done = done;
	change->user = user;
	am_reader_init(&change->reader, AM_ASK_STATUS, 0); /* which gathers no list */
	while (*end)
		end = &(*end)->next;
	*end = change;
	return change;
}

/* `done` never comes before the caller has gone on. */
static void refuse(struct am_change *change, const char *reason)
{
	snprintf(change->reason, sizeof(change->reason), "%s", reason);
	change->refusal = timer_new(change->am->config.loop, on_refusal, change);
	timer_start(change->refusal, 0);
}

static void copy_silence(struct silence *ret, const struct silence *silence, struct arena *arena)
{
	struct silence_matcher *matchers = arena_array(arena, silence->matcher_count, sizeof(*matchers));

	*ret = *silence;
	ret->id = arena_strdup(arena, silence->id ? silence->id : "");
	ret->author = arena_strdup(arena, silence->author ? silence->author : "");
	ret->comment = arena_strdup(arena, silence->comment ? silence->comment : "");
	for (size_t i = 0; i < silence->matcher_count; i++) {
		matchers[i] = silence->matchers[i];
		matchers[i].name = arena_strdup(arena, silence->matchers[i].name);
		matchers[i].value = arena_strdup(arena, silence->matchers[i].value);
	}
	ret->matchers = matchers;
}

static void add_time(struct strbuf *json, const char *name, int64_t ms)
{
	char text[40];

	time_format(ms, "%Y-%m-%dT%H:%M:%S", text, sizeof(text));
	strbuf_addf(json, "\"%s\":\"%s.%03dZ\",", name, text, (int)(ms % 1000));
}

static void write_silence(struct strbuf *json, const struct silence *silence)
{
	strbuf_addch(json, '{');
	if (*silence->id) {
		strbuf_addstr(json, "\"id\":");
		strbuf_add_json(json, silence->id);
		strbuf_addch(json, ',');
	}
	strbuf_addstr(json, "\"matchers\":[");
	for (size_t i = 0; i < silence->matcher_count; i++) {
		const struct silence_matcher *matcher = &silence->matchers[i];

		strbuf_addstr(json, i ? ",{\"name\":" : "{\"name\":");
		strbuf_add_json(json, matcher->name);
		strbuf_addstr(json, ",\"value\":");
		strbuf_add_json(json, matcher->value);
		strbuf_addf(json, ",\"isRegex\":%s,\"isEqual\":%s}", matcher->is_regex ? "true" : "false",
			    matcher->is_equal ? "true" : "false");
	}
	strbuf_addstr(json, "],");
	add_time(json, "startsAt", silence->starts_ms);
	add_time(json, "endsAt", silence->ends_ms);
	strbuf_addstr(json, "\"createdBy\":");
	strbuf_add_json(json, silence->author);
	strbuf_addstr(json, ",\"comment\":");
	strbuf_add_json(json, silence->comment);
	strbuf_addch(json, '}');
}

/* The start is not compared: Alertmanager moves one that has passed to the moment it hears of it. */
static bool is_equal(const struct silence *a, const struct silence *b)
{
	return a->ends_ms == b->ends_ms && strcmp(a->author, b->author) == 0 && strcmp(a->comment, b->comment) == 0 &&
	       silence_same_matchers(a, b);
}

/* Silences in force that are like the one sent; the one changed last is `ret`. */
static size_t count_equal(const struct am_change *change, const struct silence **ret)
{
	const struct am_silences *silences = change->am->silences;
	const struct silence *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < silences->items.count; i++) {
		const struct silence *silence = &silences->items.items[i];

		if (silence->state == SILENCE_EXPIRED || !is_equal(silence, &change->silence))
			continue;
		count++;
		if (!last || silence->updated_ms > last->updated_ms)
			last = silence;
	}
	if (ret)
		*ret = last;
	return count;
}

/* From now on the lists are looked through for it. */
static void begin_doubt(struct am_change *change)
{
	struct alertmanager *am = change->am;

	change->in_doubt = true;
	change->from_round = am->round + 1;
	alertmanager_refresh(am);
}

static void on_answer(void *user, const struct api_answer *answer)
{
	struct am_change *change = user;
	struct alertmanager *am = change->am;
	const char *id = change->ends ? change->silence.id : change->reader.silence_id;
	silence_done_fn *done = change->done;
	char words[sizeof(answer->reason) + 80];

	change->call = NULL;
	if (answer->good && *id) {
		alertmanager_refresh(am);
		finish(change, id, NULL);
		return;
	}
	if (answer->not_done) {
		bool sent = answer->status != 0;

		snprintf(words, sizeof(words), "%s%s", answer->reason, sent ? "" : ": it was not sent");
		finish(change, NULL, words);
		return;
	}
	snprintf(words, sizeof(words), "no answer: it may or may not have been %s (%s)",
		 change->ends ? "ended" : "made", answer->good ? "the answer names none" : answer->reason);
	change->done = NULL;
	begin_doubt(change);
	if (done)
		done(change->user, NULL, words);
}

static void settle(struct am_change *change, const char *id, const char *words)
{
	const struct alertmanager_config *config = &change->am->config;

	if (config->on_settled)
		config->on_settled(config->user, id, words);
	change_free(change);
}

static void look_for_ending(struct am_change *change)
{
	const struct silence *silence = alertmanager_silence_find(change->am, change->silence.id);

	if (!silence || silence->state == SILENCE_EXPIRED)
		settle(change, change->silence.id, "the silence that was to be ended has ended");
	else if (++change->looks == LOOKS)
		settle(change, NULL, "the silence that was to be ended still holds");
}

static void look_for_making(struct am_change *change)
{
	const struct silence *silence;

	if (count_equal(change, &silence) > change->equal_before)
		settle(change, silence->id, "the silence that had no answer was made");
	else if (++change->looks == LOOKS)
		settle(change, NULL, "the silence that had no answer was not made");
}

void am_changes_look(struct alertmanager *am, uint64_t round)
{
	struct am_change *next;

	for (struct am_change *change = am->changes; change; change = next) {
		next = change->next;
		if (!change->in_doubt || round < change->from_round)
			continue;
		if (change->ends)
			look_for_ending(change);
		else
			look_for_making(change);
	}
}

void am_changes_free(struct alertmanager *am)
{
	struct am_change *next;

	for (struct am_change *change = am->changes; change; change = next) {
		next = change->next;
		change_release(change);
	}
	am->changes = NULL;
}

/* One in doubt waits for lists that come anyway. */
bool am_changes_busy(const struct alertmanager *am)
{
	for (const struct am_change *change = am->changes; change; change = change->next)
		if (!change->in_doubt)
			return true;
	return false;
}

void alertmanager_set_silence(struct alertmanager *am, const struct silence *silence, silence_done_fn *done, void *user)
{
	struct am_change *change = change_new(am, done, user);
	struct strbuf json = STRBUF_INIT;
	struct api_question question = { .method = HTTP_POST,
					 .shape = &am_shape_made,
					 .reader = &change->reader,
					 .done = on_answer,
					 .user = change };
	struct error error;

	if (silence_check(silence, &error)) {
		refuse(change, error.text);
		return;
	}
	if (silence->ends_ms <= loop_wall_ms(am->config.loop)) {
		refuse(change, "it would have ended already");
		return;
	}
	copy_silence(&change->silence, silence, &change->arena);
	change->equal_before = count_equal(change, NULL);
	write_silence(&json, &change->silence);
	question.body = json.text;
	change->call = am_ask(am, "/api/v2/silences", &question, &change->reader.stream, &error);
	if (!change->call)
		refuse(change, error.text);
	strbuf_release(&json);
}

void alertmanager_expire_silence(struct alertmanager *am, const char *id, silence_done_fn *done, void *user)
{
	struct am_change *change = change_new(am, done, user);
	struct strbuf path = STRBUF_INIT;
	struct api_question question = { .method = HTTP_DELETE, .done = on_answer, .user = change };
	struct error error;

	change->ends = true;
	change->silence.id = arena_strdup(&change->arena, id);
	if (!*id) {
		refuse(change, "it is not Alertmanager's yet");
		return;
	}
	strbuf_addstr(&path, "/api/v2/silence/");
	strbuf_add_url(&path, id);
	change->call = am_ask(am, path.text, &question, NULL, &error);
	if (!change->call)
		refuse(change, error.text);
	strbuf_release(&path);
}
