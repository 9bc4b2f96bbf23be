#include "collect/redis_round.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WORDS_MAX     3
#define REFUSED_BYTES 100
#define VALUE_TEXT    "63" /* the last byte of a string that is read: a number is not longer */

enum when {
	WHEN_ALWAYS,
	WHEN_SLOW,    /* the slow log is wanted */
	WHEN_CLUSTER, /* INFO says that this is a node of a cluster */
	WHEN_CLIENTS, /* INFO says that there are not too many clients */
};

struct question {
	enum when when;
	const char *words[WORDS_MAX]; /* "%" is the number of entries wanted */
	void (*take)(struct redis_survey *survey, const struct redis_reply *reply);
};

static const struct question questions[] = {
	{ WHEN_ALWAYS, { "CONFIG", "GET", "databases" }, redis_survey_config },
	{ WHEN_ALWAYS, { "CONFIG", "GET", "maxclients" }, redis_survey_config },
	{ WHEN_ALWAYS, { "CONFIG", "GET", "maxmemory" }, redis_survey_config },
	{ WHEN_ALWAYS, { "CONFIG", "GET", "io-threads" }, redis_survey_config },
	{ WHEN_SLOW, { "SLOWLOG", "LEN" }, redis_survey_slow_length },
	{ WHEN_SLOW, { "SLOWLOG", "GET", "%" }, redis_survey_slow },
	{ WHEN_ALWAYS, { "LATENCY", "LATEST" }, redis_survey_latency },
	{ WHEN_CLUSTER, { "CLUSTER", "INFO" }, redis_survey_cluster },
	{ WHEN_CLIENTS, { "CLIENT", "LIST" }, redis_survey_clients },
};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static const struct {
	const char *type, *size_command;
} key_types[] = {
	{ "string", "STRLEN" }, { "list", "LLEN" }, { "set", "SCARD" },
	{ "zset", "ZCARD" },    { "hash", "HLEN" }, { "stream", "XLEN" },
};

/* One of the questions as the user of its answer. */
struct asked {
	struct redis_round *round;
	const struct question *question;
	bool refused; /* for good */
};

struct key_asked {
	struct redis_round *round;
	struct redis_key *key;
};

struct redis_round {
	struct redis_round_config config;
	struct redis *redis;
	struct redis_survey *survey;
	struct asked asked[QUESTIONS];
	size_t waiting;        /* answers under way */
	struct strbuf refused; /* for good, on this connection */
	struct strbuf trouble; /* what was not answered in this round alone */
	char reason[160];
};

static bool is_final(const char *error)
{
	return strncmp(error, "NOPERM", 6) == 0 || strncmp(error, "ERR unknown", 11) == 0 ||
	       strncmp(error, "ERR Unknown", 11) == 0;
}

/* Add to one of the two, once. */
static void note(struct strbuf *notes, const char *command, const char *error)
{
	char words[160], text[200];

	if (notes->length > REFUSED_BYTES)
		return;
	redis_reply_words(error, words, sizeof(words));
	/* "no permission for config|get" names the command itself. */
	if (strncmp(words, "no permission for", 17) == 0)
		snprintf(text, sizeof(text), "%s", words);
	else
		snprintf(text, sizeof(text), "%s: %s", command, words);
	if (strstr(notes->text, text))
		return;
	strbuf_addstr(notes, notes->length ? "; " : "");
	strbuf_addstr(notes, text);
}

/* One answer has come. The last one ends the round. */
static void answered(struct redis_round *round)
{
	if (--round->waiting == 0)
		round->config.done(round->config.user, round->reason);
}

static void ask(struct redis_round *round, redis_reply_fn *fn, void *user, const char *const *words, size_t count)
{
	round->waiting++;
	redis_ask(round->redis, fn, user, words, count);
}

static void on_answer(void *user, const struct redis_reply *reply)
{
	struct asked *asked = user;
	struct redis_round *round = asked->round;

	if (reply->kind == REDIS_KIND_ERROR) {
		asked->refused = is_final(reply->text);
		note(asked->refused ? &round->refused : &round->trouble, asked->question->words[0], reply->text);
	}
	asked->question->take(round->survey, reply);
	answered(round);
}

static bool is_wanted(const struct redis_round *round, enum when when)
{
	const struct redis_info *info = &round->survey->info;

	switch (when) {
	case WHEN_ALWAYS: return true;
	case WHEN_SLOW: return round->config.slow_count > 0;
	case WHEN_CLUSTER: return redis_info_get_number(info, "cluster_enabled", 0) > 0;
	case WHEN_CLIENTS:
		return redis_info_get_number(info, "connected_clients", 0) <= (double)round->config.clients_max &&
		       round->config.clients_max > 0;
	}
	return false;
}

/* Those from `first` to `last` that are wanted and were not refused. */
static void ask_all(struct redis_round *round, enum when first, enum when last)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)round->config.slow_count);
	for (size_t i = 0; i < QUESTIONS; i++) {
		const struct question *question = &questions[i];
		const char *words[WORDS_MAX];
		size_t count = 0;

		if (question->when < first || question->when > last || round->asked[i].refused ||
		    !is_wanted(round, question->when))
			continue;
		for (; count < WORDS_MAX && question->words[count]; count++)
			words[count] = *question->words[count] == '%' ? number : question->words[count];
		ask(round, on_answer, &round->asked[i], words, count);
	}
}

static void on_key_value(void *user, const struct redis_reply *reply)
{
	struct key_asked *asked = user;
	double number;

	if (reply->kind == REDIS_KIND_TEXT && redis_info_number(reply->text, &number))
		asked->key->value = number;
	answered(asked->round);
}

static void on_key_size(void *user, const struct redis_reply *reply)
{
	struct key_asked *asked = user;

	if (reply->kind == REDIS_KIND_INTEGER)
		asked->key->size = (double)reply->integer;
	else if (reply->kind == REDIS_KIND_ERROR)
		note(&asked->round->trouble, asked->key->name, reply->text);
	answered(asked->round);
}

static void on_key_type(void *user, const struct redis_reply *reply)
{
	struct key_asked *asked = user;
	struct redis_round *round = asked->round;
	const char *name = asked->key->name;

	if (reply->kind == REDIS_KIND_TEXT)
		asked->key->type = arena_strdup(&round->survey->arena, reply->text);
	else if (reply->kind == REDIS_KIND_ERROR)
		note(&round->trouble, name, reply->text);
	for (size_t i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++)
		if (strcmp(asked->key->type, key_types[i].type) == 0)
			ask(round, on_key_size, asked, (const char *const[]){ key_types[i].size_command, name }, 2);
	if (strcmp(asked->key->type, "string") == 0)
		ask(round, on_key_value, asked, (const char *const[]){ "GETRANGE", name, "0", VALUE_TEXT }, 4);
	answered(round);
}

static void ask_keys(struct redis_round *round)
{
	const struct option_strings *names = round->config.keys;
	struct redis_survey *survey = round->survey;

	survey->keys = arena_array(&survey->arena, names->count + 1, sizeof(*survey->keys));
	survey->key_count = names->count;
	for (size_t i = 0; i < names->count; i++) {
		struct key_asked *asked = arena_array(&survey->arena, 1, sizeof(*asked));

		survey->keys[i] = (struct redis_key){ .name = names->items[i], .type = "", .size = NAN, .value = NAN };
		*asked = (struct key_asked){ round, &survey->keys[i] };
		ask(round, on_key_type, asked, (const char *const[]){ "TYPE", names->items[i] }, 2);
	}
}

static void on_info(void *user, const struct redis_reply *reply)
{
	struct redis_round *round = user;

	if (redis_survey_info(round->survey, reply, round->reason, sizeof(round->reason)) == 0) {
		round->config.on_info(round->config.user, reply->text, reply->length);
		ask_all(round, WHEN_CLUSTER, WHEN_CLIENTS);
		ask_keys(round);
	}
	answered(round);
}

struct redis_round *redis_round_new(const struct redis_round_config *config)
{
	struct redis_round *round = mem_zalloc(sizeof(*round));

	round->config = *config;
	strbuf_init(&round->refused);
	strbuf_init(&round->trouble);
	for (size_t i = 0; i < QUESTIONS; i++)
		round->asked[i] = (struct asked){ round, &questions[i], false };
	return round;
}

void redis_round_free(struct redis_round *round)
{
	if (!round)
		return;
	strbuf_release(&round->refused);
	strbuf_release(&round->trouble);
	free(round);
}

void redis_round_begin(struct redis_round *round, struct redis *redis, struct redis_survey *survey)
{
	round->redis = redis;
	round->survey = survey;
	round->reason[0] = '\0';
	round->waiting = 0;
	strbuf_clear(&round->trouble);
	ask(round, on_info, round, (const char *const[]){ "INFO", "all" }, 2);
	ask_all(round, WHEN_ALWAYS, WHEN_SLOW);
}

void redis_round_forget(struct redis_round *round)
{
	round->waiting = 0;
	strbuf_clear(&round->refused);
	for (size_t i = 0; i < QUESTIONS; i++)
		round->asked[i].refused = false;
}

void redis_round_add_refused(const struct redis_round *round, struct strbuf *ret)
{
	strbuf_addstr(ret, round->refused.text);
	strbuf_addstr(ret, round->refused.length && round->trouble.length ? "; " : "");
	strbuf_addstr(ret, round->trouble.text);
}
