#include "alert/server_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/api_call.h"
#include "alert/server_rules_private.h"
#include "base/clock.h"
#include "base/mem.h"
#include "loop/http_access.h"
#include "query/backoff.h"

#define TIMEOUT_DEFAULT_MS  (5 * CLOCK_SECOND)
#define INTERVAL_DEFAULT_MS (15 * CLOCK_SECOND)

static const char *const paths[SERVER_QUESTIONS] = {
	[SERVER_ASK_RULES] = "/api/v1/rules",
	[SERVER_ASK_ALERTS] = "/api/v1/alerts",
};

struct poll {
	struct server_rules *server;
	struct api_call *call; /* NULL: not under way */
	struct server_rules_reader reader;
	struct api_answer answer;
};

struct server_rules {
	struct server_rules_config config; /* its URL and access are in the arena */
	struct arena arena;
	struct timer *timer;
	struct backoff backoff;
	struct poll polls[SERVER_QUESTIONS];
	bool again;   /* another round right after this one */
	bool had_api; /* /api/v1/rules was answered once */
	enum server_rules_state state;
	char reason[sizeof(((struct api_answer *)0)->reason) + 40];
	int64_t good_ms;
	uint64_t digest, version;
	struct server_rules_list *lists[SERVER_QUESTIONS]; /* what is known; never NULL */
	VEC(struct server_alert) alerts;                   /* of both, each once */
};

static void on_answer(void *user, const struct api_answer *answer);

static void ask(struct server_rules *server, enum server_rules_question question)
{
	struct poll *poll = &server->polls[question];
	const struct api_question api = { .http = server->config.http,
					  .base = server->config.url,
					  .path = paths[question],
					  .access = server->config.access,
					  .timeout_ms = server->config.timeout_ms,
					  .shape = &server_rules_shapes[question],
					  .reader = &poll->reader,
					  .done = on_answer,
					  .user = poll };

	server_rules_reader_init(&poll->reader);
	poll->call = api_call_new(&api, &poll->reader.stream, NULL); /* the URL was checked */
}

static void begin_round(struct server_rules *server)
{
	timer_stop(server->timer);
	server->again = false;
	for (int i = 0; i < SERVER_QUESTIONS; i++)
		ask(server, (enum server_rules_question)i);
}

/* A good answer in form may still be an error in words. */
static void judge_answer(struct poll *poll)
{
	struct error error;

	if (!poll->answer.good || !server_rules_reader_judge(&poll->reader, &error))
		return;
	poll->answer.good = false;
	snprintf(poll->answer.reason, sizeof(poll->answer.reason), "%.*s", (int)sizeof(poll->answer.reason) - 1,
		 error.text);
}

/* Not every server that answers questions has rules. */
static bool has_no_such_api(int status)
{
	return status == 404 || status == 405 || status == 501;
}

/*
 * An answer that there is no such API counts only as long as the server never
 * had one: a gateway says the same of a server that has just gone away.
 */
static enum server_rules_state judge(struct server_rules *server)
{
	const struct poll *rules = &server->polls[SERVER_ASK_RULES], *alerts = &server->polls[SERVER_ASK_ALERTS];
	bool has_alerts = alerts->answer.good && alerts->reader.list->alerts.count;

	server->reason[0] = '\0';
	if (rules->answer.good) {
		server->had_api = true;
		if (rules->reader.list->rules.count || has_alerts)
			return SERVER_RULES_THERE;
		snprintf(server->reason, sizeof(server->reason), "it has no rules");
		return SERVER_RULES_NONE;
	}
	if (has_no_such_api(rules->answer.status) && !server->had_api) {
		if (has_alerts)
			return SERVER_RULES_THERE;
		snprintf(server->reason, sizeof(server->reason), "it has no rules API (%d)", rules->answer.status);
		return SERVER_RULES_NONE;
	}
	snprintf(server->reason, sizeof(server->reason), "%s", rules->answer.reason);
	return SERVER_RULES_FAILING;
}

static int compare_alerts(const void *a, const void *b)
{
	const struct server_alert *left = *(const struct server_alert *const *)a;
	const struct server_alert *right = *(const struct server_alert *const *)b;

	if (left->fingerprint != right->fingerprint)
		return left->fingerprint < right->fingerprint ? -1 : 1;
	return labels_compare(&left->labels, &right->labels);
}

/* What the rules list is the truth; the other list was read at another moment and adds what no rule has. */
static void join(struct server_rules *server)
{
	const struct server_rules_list *rules = server->lists[SERVER_ASK_RULES];
	const struct server_rules_list *others = server->lists[SERVER_ASK_ALERTS];
	const struct server_alert **known = mem_array(rules->alerts.count + 1, sizeof(*known));
	size_t count = rules->alerts.count;

	vec_clear(&server->alerts);
	for (size_t i = 0; i < count; i++) {
		known[i] = &rules->alerts.items[i];
		vec_push(&server->alerts, rules->alerts.items[i]);
	}
	qsort(known, count, sizeof(*known), compare_alerts);
	for (size_t i = 0; i < others->alerts.count; i++) {
		const struct server_alert *alert = &others->alerts.items[i];

		if (!bsearch(&alert, known, count, sizeof(*known), compare_alerts))
			vec_push(&server->alerts, *alert);
	}
	free(known);
}

/* The lists of this round become what is known. */
static void publish(struct server_rules *server)
{
	for (int i = 0; i < SERVER_QUESTIONS; i++) {
		struct server_rules_reader *reader = &server->polls[i].reader;
		struct server_rules_list *list = reader->list;

		server_rules_list_free(server->lists[i]);
		reader->list = NULL;
		if (!server->polls[i].answer.good) { /* half an answer is none */
			server_rules_list_free(list);
			list = mem_zalloc(sizeof(*list));
		}
		server->lists[i] = list;
	}
	join(server);
}

static uint64_t digest_of(const struct server_rules *server)
{
	uint64_t digest = 0;

	for (int i = 0; i < SERVER_QUESTIONS; i++) {
		const struct api_answer *answer = &server->polls[i].answer;

		digest = digest * UINT64_C(0x9E3779B97F4A7C15) ^ (answer->good ? answer->digest : 1);
	}
	return digest;
}

static void plan_next(struct server_rules *server)
{
	if (server->again) {
		timer_start(server->timer, 0);
	} else if (server->state != SERVER_RULES_FAILING) {
		backoff_reset(&server->backoff);
		timer_start(server->timer, server->config.interval_ms);
	} else {
		timer_start(server->timer,
			    backoff_next(&server->backoff, server->polls[SERVER_ASK_RULES].answer.retry_after_ms));
	}
}

static void end_round(struct server_rules *server)
{
	char before[sizeof(server->reason)];
	enum server_rules_state state;
	bool changed;

	snprintf(before, sizeof(before), "%s", server->reason);
	state = judge(server);
	changed = state != server->state || strcmp(before, server->reason) != 0;
	server->state = state;
	if (state != SERVER_RULES_FAILING) {
		uint64_t digest = digest_of(server);

		server->good_ms = loop_wall_ms(server->config.loop);
		if (digest != server->digest) {
			server->digest = digest;
			publish(server);
			changed = true;
		}
	}
	for (int i = 0; i < SERVER_QUESTIONS; i++)
		server_rules_reader_release(&server->polls[i].reader);
	plan_next(server);
	if (!changed)
		return;
	server->version++;
	if (server->config.on_change)
		server->config.on_change(server->config.user);
}

static bool is_asking(const struct server_rules *server)
{
	for (int i = 0; i < SERVER_QUESTIONS; i++)
		if (server->polls[i].call)
			return true;
	return false;
}

static void on_answer(void *user, const struct api_answer *answer)
{
	struct poll *poll = user;

	poll->call = NULL;
	poll->answer = *answer;
	judge_answer(poll);
	if (!is_asking(poll->server))
		end_round(poll->server);
}

static void on_timer(void *user)
{
	begin_round(user);
}

struct server_rules *server_rules_new(const struct server_rules_config *config, struct error *error)
{
	struct server_rules *server;
	struct arena arena = { 0 };
	const char *url = api_base_new(config->url, "the server's", &arena, error);

	if (!url)
		return NULL;
	server = mem_zalloc(sizeof(*server));
	server->config = *config;
	server->config.url = url;
	server->arena = arena;
	server->config.access = config->access ? http_access_copy(config->access, &server->arena) : NULL;
	if (server->config.timeout_ms <= 0)
		server->config.timeout_ms = TIMEOUT_DEFAULT_MS;
	if (server->config.interval_ms <= 0)
		server->config.interval_ms = INTERVAL_DEFAULT_MS;
	for (int i = 0; i < SERVER_QUESTIONS; i++) {
		server->polls[i].server = server;
		server->lists[i] = mem_zalloc(sizeof(*server->lists[i]));
	}
	server->timer = timer_new(config->loop, on_timer, server);
	backoff_init(&server->backoff, 0);
	timer_start(server->timer, 0);
	return server;
}

void server_rules_free(struct server_rules *server)
{
	if (!server)
		return;
	for (int i = 0; i < SERVER_QUESTIONS; i++) {
		api_call_cancel(server->polls[i].call);
		server_rules_reader_release(&server->polls[i].reader);
		server_rules_list_free(server->lists[i]);
	}
	vec_release(&server->alerts);
	timer_free(server->timer);
	arena_release(&server->arena);
	free(server);
}

enum server_rules_state server_rules_state(const struct server_rules *server, const char **ret_reason,
					   int64_t *ret_good_ms)
{
	if (ret_reason)
		*ret_reason = server->reason;
	if (ret_good_ms)
		*ret_good_ms = server->good_ms;
	return server->state;
}

size_t server_rules_count(const struct server_rules *server)
{
	return server->lists[SERVER_ASK_RULES]->rules.count;
}

const struct server_rule *server_rules_rule(const struct server_rules *server, size_t index)
{
	return &server->lists[SERVER_ASK_RULES]->rules.items[index];
}

size_t server_rules_alert_count(const struct server_rules *server)
{
	return server->alerts.count;
}

const struct server_alert *server_rules_alert(const struct server_rules *server, size_t index)
{
	return &server->alerts.items[index];
}

uint64_t server_rules_version(const struct server_rules *server)
{
	return server->version;
}

void server_rules_refresh(struct server_rules *server)
{
	if (is_asking(server))
		server->again = true;
	else
		begin_round(server);
}

bool server_rules_busy(const struct server_rules *server)
{
	return server->again || is_asking(server);
}
