#include "alert/alertmanager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager_private.h"
#include "base/clock.h"
#include "base/mem.h"
#include "loop/http_access.h"
#include "loop/http_url.h"

#define TIMEOUT_DEFAULT_MS  (5 * CLOCK_SECOND)
#define INTERVAL_DEFAULT_MS (5 * CLOCK_SECOND)
#define GROUPS_EVERY_MS     CLOCK_MINUTE
#define STATUS_EVERY_MS     (10 * CLOCK_MINUTE)

static const char *const paths[AM_QUESTIONS] = {
	[AM_ASK_ALERTS] = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true",
	[AM_ASK_SILENCES] = "/api/v2/silences",
	[AM_ASK_GROUPS] = "/api/v2/alerts/groups?active=true&silenced=true&inhibited=true",
	[AM_ASK_STATUS] = "/api/v2/status",
};

struct api_call *am_ask(struct alertmanager *am, const char *path, struct api_question *question,
			struct json_stream **ret_stream, struct error *error)
{
	question->http = am->config.http;
	question->base = am->config.url;
	question->path = path;
	question->access = am->config.access;
	question->timeout_ms = am->config.timeout_ms;
	return api_call_new(question, ret_stream, error);
}

void am_changed(struct alertmanager *am)
{
	am->version++;
	if (am->config.on_change)
		am->config.on_change(am->config.user);
}

static void on_answer(void *user, const struct api_answer *answer);

static void ask(struct alertmanager *am, enum am_question question)
{
	struct am_poll *poll = &am->polls[question];
	struct api_question api = {
		.shape = &am_shapes[question], .reader = &poll->reader, .done = on_answer, .user = poll
	};

	am_reader_init(&poll->reader, question, loop_wall_ms(am->config.loop));
	poll->call = am_ask(am, paths[question], &api, &poll->reader.stream, NULL); /* the URL was checked */
}

static bool is_asking(const struct alertmanager *am, enum am_question question)
{
	return am->polls[question].call != NULL;
}

static void begin_round(struct alertmanager *am)
{
	timer_stop(am->timer);
	am->round++;
	am->again = false;
	ask(am, AM_ASK_ALERTS);
	ask(am, AM_ASK_SILENCES);
}

/* Is another list than the last one there to be handed out? */
static bool is_news(struct am_poll *poll)
{
	if (!poll->answer.good || poll->digest == poll->answer.digest)
		return false;
	poll->digest = poll->answer.digest;
	return true;
}

/* Why the two lists cannot both be had. */
static void say_reason(const struct alertmanager *am, char *ret, size_t size)
{
	const struct api_answer *alerts = &am->polls[AM_ASK_ALERTS].answer;
	const struct api_answer *silences = &am->polls[AM_ASK_SILENCES].answer;

	if (!alerts->good)
		snprintf(ret, size, "%s", alerts->reason);
	else
		snprintf(ret, size, "silences: %.*s", (int)size - 12, silences->reason);
}

/* True when what is said of its health is another thing than before. */
static bool judge_health(struct alertmanager *am)
{
	struct alertmanager_health *health = &am->health, before = *health;
	int64_t now_ms = loop_wall_ms(am->config.loop);

	health->known = true;
	health->healthy = am->polls[AM_ASK_ALERTS].answer.good && am->polls[AM_ASK_SILENCES].answer.good;
	if (health->healthy) {
		health->reason[0] = '\0';
		health->last_good_ms = now_ms;
		health->failing_since_ms = 0;
	} else {
		say_reason(am, health->reason, sizeof(health->reason));
		if (!health->failing_since_ms)
			health->failing_since_ms = now_ms;
	}
	if (health->healthy && !before.healthy)
		am->status_ms = 0; /* it may have come back as another version */
	return before.known != health->known || before.healthy != health->healthy ||
	       strcmp(before.reason, health->reason) != 0;
}

static bool is_due(int64_t last_ms, int64_t every_ms, int64_t now_ms)
{
	return !last_ms || now_ms - last_ms >= every_ms;
}

/* What need not be known every time. */
static void ask_more(struct alertmanager *am)
{
	int64_t now_ms = loop_monotonic_ms(am->config.loop);

	if (!is_asking(am, AM_ASK_GROUPS) && (am->groups_stale || is_due(am->groups_ms, GROUPS_EVERY_MS, now_ms))) {
		am->groups_stale = false;
		am->groups_ms = now_ms;
		ask(am, AM_ASK_GROUPS);
	}
	if (!is_asking(am, AM_ASK_STATUS) && is_due(am->status_ms, STATUS_EVERY_MS, now_ms)) {
		am->status_ms = now_ms;
		ask(am, AM_ASK_STATUS);
	}
}

static void plan_next(struct alertmanager *am)
{
	int64_t wish_ms = 0;

	if (am->again) {
		timer_start(am->timer, 0);
	} else if (am->health.healthy) {
		backoff_reset(&am->backoff);
		timer_start(am->timer, am->config.interval_ms);
	} else {
		for (int i = AM_ASK_ALERTS; i <= AM_ASK_SILENCES; i++)
			if (am->polls[i].answer.retry_after_ms > wish_ms)
				wish_ms = am->polls[i].answer.retry_after_ms;
		timer_start(am->timer, backoff_next(&am->backoff, wish_ms));
	}
}

/* Alerts and silences are handed out together: the one names the other. */
static void end_round(struct alertmanager *am)
{
	struct am_reader *alerts = &am->polls[AM_ASK_ALERTS].reader, *silences = &am->polls[AM_ASK_SILENCES].reader;
	bool new_alerts = is_news(&am->polls[AM_ASK_ALERTS]), new_silences = is_news(&am->polls[AM_ASK_SILENCES]);
	bool look = am->polls[AM_ASK_SILENCES].answer.good, changed = judge_health(am);
	uint64_t round = am->round; /* on_change may begin another */

	if (new_alerts) {
		am_lists_publish_alerts(am, alerts->alerts);
		alerts->alerts = NULL;
		am->groups_stale = true;
	}
	if (new_silences) {
		am_lists_publish_silences(am, silences->silences);
		silences->silences = NULL;
	}
	am_reader_release(alerts);
	am_reader_release(silences);
	if (new_alerts || new_silences)
		am_lists_join(am);
	if (am->health.healthy)
		ask_more(am);
	plan_next(am);
	if (changed || new_alerts || new_silences)
		am_changed(am);
	if (look)
		am_changes_look(am, round);
}

static void end_groups(struct alertmanager *am)
{
	struct am_poll *poll = &am->polls[AM_ASK_GROUPS];
	bool news = is_news(poll);

	if (news) {
		am_lists_publish_groups(am, poll->reader.groups);
		poll->reader.groups = NULL;
	}
	am_reader_release(&poll->reader);
	if (!news)
		return;
	am_lists_join(am);
	am_changed(am);
}

static void end_status(struct alertmanager *am)
{
	struct am_poll *poll = &am->polls[AM_ASK_STATUS];
	bool news = is_news(poll);

	if (news)
		snprintf(am->health.version, sizeof(am->health.version), "%s", poll->reader.version);
	am_reader_release(&poll->reader);
	if (news)
		am_changed(am);
}

static void on_answer(void *user, const struct api_answer *answer)
{
	struct am_poll *poll = user;
	struct alertmanager *am = poll->am;

	poll->call = NULL;
	poll->answer = *answer;
	if (poll->question == AM_ASK_GROUPS)
		end_groups(am);
	else if (poll->question == AM_ASK_STATUS)
		end_status(am);
	else if (!is_asking(am, AM_ASK_ALERTS) && !is_asking(am, AM_ASK_SILENCES))
		end_round(am);
}

static void on_timer(void *user)
{
	begin_round(user);
}

/* The URL as people read it: no credentials, no slash at the end. */
static char *make_shown(const char *url)
{
	char *shown = http_url_shown(url);
	size_t length = strlen(shown);

	if (length && shown[length - 1] == '/')
		shown[length - 1] = '\0';
	return shown;
}

static void make_lists(struct alertmanager *am)
{
	am->alerts = mem_zalloc(sizeof(*am->alerts));
	am->silences = mem_zalloc(sizeof(*am->silences));
	am->groups = mem_zalloc(sizeof(*am->groups));
	for (int i = 0; i < AM_QUESTIONS; i++)
		am->polls[i] = (struct am_poll){ .am = am, .question = (enum am_question)i };
}

struct alertmanager *alertmanager_new(const struct alertmanager_config *config, struct error *error)
{
	struct alertmanager *am;
	struct arena arena = { 0 };
	const char *url = api_base_new(config->url, "the Alertmanager's", &arena, error);

	if (!url)
		return NULL;
	am = mem_zalloc(sizeof(*am));
	am->config = *config;
	am->config.url = url;
	am->arena = arena;
	am->config.access = config->access ? http_access_copy(config->access, &am->arena) : NULL;
	if (am->config.timeout_ms <= 0)
		am->config.timeout_ms = TIMEOUT_DEFAULT_MS;
	if (am->config.interval_ms <= 0)
		am->config.interval_ms = INTERVAL_DEFAULT_MS;
	am->shown_url = make_shown(url);
	am->health.url = am->shown_url;
	am->timer = timer_new(config->loop, on_timer, am);
	backoff_init(&am->backoff, 0);
	make_lists(am);
	timer_start(am->timer, 0);
	return am;
}

void alertmanager_free(struct alertmanager *am)
{
	if (!am)
		return;
	for (int i = 0; i < AM_QUESTIONS; i++) {
		api_call_cancel(am->polls[i].call);
		am_reader_release(&am->polls[i].reader);
	}
	am_changes_free(am);
	timer_free(am->timer);
	am_alerts_free(am->alerts);
	am_silences_free(am->silences);
	am_groups_free(am->groups);
	free(am->shown_url);
	arena_release(&am->arena);
	free(am);
}

void alertmanager_get_health(const struct alertmanager *am, struct alertmanager_health *ret)
{
	*ret = am->health;
}

uint64_t alertmanager_version(const struct alertmanager *am)
{
	return am->version;
}

void alertmanager_refresh(struct alertmanager *am)
{
	if (is_asking(am, AM_ASK_ALERTS) || is_asking(am, AM_ASK_SILENCES))
		am->again = true;
	else
		begin_round(am);
}

bool alertmanager_busy(const struct alertmanager *am)
{
	for (int i = 0; i < AM_QUESTIONS; i++)
		if (is_asking(am, (enum am_question)i))
			return true;
	return am->again || am_changes_busy(am);
}
