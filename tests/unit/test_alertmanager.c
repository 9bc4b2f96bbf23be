/* An Alertmanager on good and bad days: what is known of it, and what becomes of what it is told. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server_fixture.h"

TestSuite(alertmanager, .timeout = 100);

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct timer *look;
	struct test_server server;
	struct alertmanager *am;
	bool (*awaited)(struct world *world);
	int changes, dones, settlings;
	char id[128], reason[400], settled_id[128], settled[200];
};

static void on_change(void *user)
{
	struct world *world = user;

	world->changes++;
}

static void on_settled(void *user, const char *id, const char *words)
{
	struct world *world = user;

	world->settlings++;
	snprintf(world->settled_id, sizeof(world->settled_id), "%s", id ? id : "");
	snprintf(world->settled, sizeof(world->settled), "%s", words);
}

static void on_look(void *user)
{
	struct world *world = user;

	if (world->awaited(world))
		loop_stop(world->loop);
	else
		timer_start(world->look, 5);
}

static void await(struct world *world, bool (*awaited)(struct world *world))
{
	world->awaited = awaited;
	timer_start(world->look, 0);
	loop_run(world->loop);
}

static bool is_known(struct world *world)
{
	struct alertmanager_health health;

	alertmanager_get_health(world->am, &health);
	return health.known;
}

static bool is_well(struct world *world)
{
	struct alertmanager_health health;

	alertmanager_get_health(world->am, &health);
	return health.healthy && !alertmanager_busy(world->am);
}

static bool is_failing(struct world *world)
{
	struct alertmanager_health health;

	alertmanager_get_health(world->am, &health);
	return health.known && !health.healthy;
}

static bool is_done(struct world *world)
{
	return world->dones > 0 && !alertmanager_busy(world->am);
}

static bool is_settled(struct world *world)
{
	return world->settlings > 0;
}

/* An Alertmanager that behaves as `behaviour` says; see alertmanager_server.py. */
static void make_alertmanager(struct world *world, const char *behaviour)
{
	char *url = mem_printf("http://me:secret@127.0.0.1:%d/%s/", world->server.port, behaviour);
	const struct alertmanager_config config = { .loop = world->loop,
						    .http = world->http,
						    .url = url,
						    .timeout_ms = 1000,
						    .interval_ms = 50,
						    .on_change = on_change,
						    .on_settled = on_settled,
						    .user = world };

	world->am = alertmanager_new(&config, NULL);
	cr_assert_not_null(world->am);
	free(url);
}

static struct world *world_open(const char *behaviour)
{
	struct world *world = mem_zalloc(sizeof(*world));

	world->server = test_server_start("tests/e2e/alertmanager_server.py");
	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 1, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = http_new(world->loop, world->resolver, NULL);
	world->look = timer_new(world->loop, on_look, world);
	make_alertmanager(world, behaviour);
	return world;
}

static void world_close(struct world *world)
{
	alertmanager_free(world->am);
	timer_free(world->look);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	loop_free(world->loop);
	test_server_stop(&world->server);
	free(world);
}

/* The server of behaviour "mood" changes it. */
static void set_mood(struct world *world, const char *mood)
{
	test_server_set_mood(&world->server, world->http, world->loop, mood);
}

static void on_done(void *user, const char *id, const char *reason)
{
	struct world *world = user;

	world->dones++;
	snprintf(world->id, sizeof(world->id), "%s", id ? id : "");
	snprintf(world->reason, sizeof(world->reason), "%s", reason ? reason : "");
}

static const struct silence_matcher hot = { "alertname", "Hot", false, true };

static struct silence draft(struct world *world)
{
	int64_t now_ms = loop_wall_ms(world->loop);

	return (struct silence){ .id = "",
				 .matchers = &hot,
				 .matcher_count = 1,
				 .starts_ms = now_ms,
				 .ends_ms = now_ms + CLOCK_HOUR,
				 .author = "ada \"l\"",
				 .comment = "line\nline" };
}

static void set_silence(struct world *world)
{
	struct silence silence = draft(world);

	world->dones = 0;
	alertmanager_set_silence(world->am, &silence, on_done, world);
	cr_expect_eq(world->dones, 0);
	cr_expect(alertmanager_busy(world->am));
	await(world, is_done);
	cr_expect_eq(world->dones, 1);
}

Test(alertmanager, knows_alerts_silences_groups_and_version)
{
	struct world *world = world_open("well");
	struct alertmanager_health health;
	const struct am_alert *alert;
	const struct silence *silence;

	alertmanager_get_health(world->am, &health);
	cr_expect_not(health.known);
	await(world, is_well);
	alertmanager_get_health(world->am, &health);
	cr_expect_str_eq(health.version, "0.25.0");
	cr_expect_str_eq(health.reason, "");
	cr_expect_gt(health.last_good_ms, 0);
	cr_expect_eq(health.failing_since_ms, 0);
	cr_expect_null(strstr(health.url, "secret"));
	cr_expect_not_null(strstr(health.url, "/well"));
	cr_assert_eq(alertmanager_alert_count(world->am), 2u);
	alert = alertmanager_alert(world->am, 1);
	cr_expect_str_eq(labels_get(&alert->labels, "alertname"), "Warm");
	cr_expect_eq(alert->state, AM_SUPPRESSED);
	cr_expect_str_eq(alert->inhibited_by[0], "aaaa");
	cr_assert_eq(alertmanager_group_count(world->am), 2u);
	cr_assert_eq(alert->group, 1u);
	cr_expect_str_eq(alertmanager_group(world->am, 1)->receiver, "pager");
	cr_expect_str_eq(labels_get(&alertmanager_group(world->am, 1)->labels, "alertname"), "Warm");
	cr_assert_eq(alertmanager_silence_count(world->am), 1u);
	silence = alertmanager_silence_find(world->am, alert->silenced_by[0]);
	cr_expect_eq(silence, alertmanager_silence(world->am, 0));
	cr_expect(alertmanager_silence_matches(world->am, 0, &alert->labels));
	cr_expect_not(alertmanager_silence_matches(world->am, 0, &alertmanager_alert(world->am, 0)->labels));
	cr_expect_null(alertmanager_silence_find(world->am, "none"));
	world_close(world);
}

static bool has_polled(struct world *world)
{
	static int64_t first_ms;
	struct alertmanager_health health;

	alertmanager_get_health(world->am, &health);
	if (!first_ms)
		first_ms = health.last_good_ms;
	return health.last_good_ms > first_ms + 300 && !alertmanager_busy(world->am);
}

/* What is pointed to stays as long as nothing else is known. */
Test(alertmanager, changes_nothing_when_nothing_changed)
{
	struct world *world = world_open("well");
	const struct am_alert *alert;
	int changes;

	await(world, is_well);
	changes = world->changes;
	alert = alertmanager_alert(world->am, 0);
	await(world, has_polled);
	cr_expect_eq(world->changes, changes);
	cr_expect_eq(alert, alertmanager_alert(world->am, 0));
	cr_expect_eq(alertmanager_version(world->am), (uint64_t)changes);
	world_close(world);
}

static const struct {
	const char *behaviour, *reason;
} bad_days[] = {
	{ "html", "not an Alertmanager (HTML page)" },
	{ "other", "not an Alertmanager (other JSON)" },
	{ "gateway", "502 bad gateway" },
	{ "missing", "404 not found: 404 page not found" },
	{ "nonsense", "connection closed" }, /* the server's handler breaks */
	{ "cut", "connection closed" },
	{ "silent", "timeout after 1s" },
	{ "half", "silences: 403 forbidden" },
};

Test(alertmanager, says_what_is_wrong)
{
	for (size_t i = 0; i < sizeof(bad_days) / sizeof(bad_days[0]); i++) {
		struct world *world = world_open(bad_days[i].behaviour);
		struct alertmanager_health health;

		await(world, is_known);
		alertmanager_get_health(world->am, &health);
		cr_expect_not(health.healthy, "%s", bad_days[i].behaviour);
		cr_expect_str_eq(health.reason, bad_days[i].reason, "%s: %s", bad_days[i].behaviour, health.reason);
		cr_expect_gt(health.failing_since_ms, 0);
		cr_expect_eq(health.last_good_ms, 0);
		world_close(world);
	}
}

Test(alertmanager, tells_alerts_though_silences_are_not_told)
{
	struct world *world = world_open("half");

	await(world, is_known);
	cr_expect_eq(alertmanager_alert_count(world->am), 2u);
	cr_expect_eq(alertmanager_silence_count(world->am), 0u);
	world_close(world);
}

Test(alertmanager, keeps_what_it_knew)
{
	struct world *world = world_open("mood");
	struct alertmanager_health health;
	int changes;

	await(world, is_well);
	set_mood(world, "silent");
	await(world, is_failing);
	alertmanager_get_health(world->am, &health);
	cr_expect_str_eq(health.reason, "timeout after 1s");
	cr_expect_geq(health.failing_since_ms, health.last_good_ms);
	cr_expect_gt(health.last_good_ms, 0);
	cr_expect_eq(alertmanager_alert_count(world->am), 2u);
	cr_expect_eq(alertmanager_silence_count(world->am), 1u);
	changes = world->changes;
	set_mood(world, "empty");
	alertmanager_refresh(world->am);
	await(world, is_well);
	cr_expect_gt(world->changes, changes);
	cr_expect_eq(alertmanager_alert_count(world->am), 0u);
	world_close(world);
}

Test(alertmanager, makes_changes_and_ends_a_silence)
{
	struct world *world = world_open("well");
	struct silence longer;
	const struct silence *silence;

	await(world, is_well);
	set_silence(world);
	cr_expect_str_eq(world->id, "s-1");
	cr_expect_str_eq(world->reason, "");
	silence = alertmanager_silence_find(world->am, "s-1");
	cr_assert_not_null(silence, "the list that came before `busy` ended has it");
	cr_expect_str_eq(silence->author, "ada \"l\"");
	cr_expect_str_eq(silence->comment, "line\nline");
	cr_expect_eq(silence->state, SILENCE_ACTIVE);
	longer = *silence;
	longer.ends_ms += CLOCK_HOUR;
	world->dones = 0;
	alertmanager_set_silence(world->am, &longer, on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->id, "s-1");
	silence = alertmanager_silence_find(world->am, "s-1");
	cr_expect_gt(silence->ends_ms, loop_wall_ms(world->loop) + CLOCK_HOUR);
	world->dones = 0;
	alertmanager_expire_silence(world->am, "s-1", on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->id, "s-1");
	silence = alertmanager_silence_find(world->am, "s-1");
	cr_expect_eq(silence->state, SILENCE_EXPIRED);
	cr_expect_eq(silence, alertmanager_silence(world->am, 1), "what has ended stands last");
	world_close(world);
}

static const struct {
	const char *behaviour, *reason;
} refusals[] = {
	{ "refusing", "400 bad request: silence invalid: at least one matcher must not match the empty string" },
	{ "particular", "422 unprocessable: body.comment: no" },
	{ "denied", "403 forbidden" },
	{ "lost", "no answer: it may or may not have been made (connection closed)" },
	{ "hang", "no answer: it may or may not have been made (timeout after 1s)" },
	{ "vague", "no answer: it may or may not have been made (the answer names none)" },
	{ "gateway", "no answer: it may or may not have been made (502 bad gateway)" },
};

Test(alertmanager, says_why_a_silence_was_not_made)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct world *world = world_open(refusals[i].behaviour);

		await(world, is_known);
		set_silence(world);
		cr_expect_str_eq(world->id, "");
		cr_expect_str_eq(world->reason, refusals[i].reason, "%s: %s", refusals[i].behaviour, world->reason);
		world_close(world);
	}
}

Test(alertmanager, says_where_a_change_was_redirected)
{
	struct world *world = world_open("moved");

	await(world, is_well);
	set_silence(world);
	cr_expect(strstr(world->reason, "307 redirect to http://127.0.0.1:") == world->reason, "%s", world->reason);
	cr_expect_eq(alertmanager_silence_count(world->am), 1u);
	world_close(world);
}

Test(alertmanager, says_that_nothing_was_sent)
{
	struct world *world = world_open("well");

	await(world, is_well);
	test_server_stop(&world->server);
	set_silence(world);
	cr_expect_str_eq(world->reason, "refused: it was not sent");
	world->dones = 0;
	alertmanager_expire_silence(world->am, "s-old", on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->reason, "refused: it was not sent");
	cr_expect_eq(alertmanager_silence_count(world->am), 1u);
	world_close(world);
}

Test(alertmanager, sends_nothing_that_cannot_be)
{
	const struct silence_matcher all = { "alertname", ".*", true, true };
	struct world *world = world_open("well");
	struct silence silence;

	await(world, is_well);
	silence = draft(world);
	silence.matchers = &all;
	alertmanager_set_silence(world->am, &silence, on_done, world);
	cr_expect_eq(world->dones, 0);
	await(world, is_done);
	cr_expect(strstr(world->reason, "it would hide every alert") == world->reason, "%s", world->reason);
	silence = draft(world);
	silence.starts_ms -= CLOCK_DAY;
	silence.ends_ms -= 2 * CLOCK_HOUR;
	world->dones = 0;
	alertmanager_set_silence(world->am, &silence, on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->reason, "it would have ended already");
	world->dones = 0;
	alertmanager_expire_silence(world->am, "", on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->reason, "it is not Alertmanager's yet");
	world->dones = 0;
	alertmanager_expire_silence(world->am, "no such/silence", on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->reason, "404 not found");
	world_close(world);
}

/* The connection broke: the lists that follow know whether it was made. */
Test(alertmanager, finds_a_silence_that_had_no_answer)
{
	struct world *world = world_open("made");

	await(world, is_well);
	set_silence(world);
	cr_expect(strstr(world->reason, "no answer: it may or may not have been made") == world->reason, "%s",
		  world->reason);
	await(world, is_settled);
	cr_expect_str_eq(world->settled_id, "s-1");
	cr_expect_str_eq(world->settled, "the silence that had no answer was made");
	world->dones = world->settlings = 0;
	alertmanager_expire_silence(world->am, "s-1", on_done, world);
	await(world, is_done);
	cr_expect(strstr(world->reason, "no answer: it may or may not have been ended") == world->reason, "%s",
		  world->reason);
	await(world, is_settled);
	cr_expect_str_eq(world->settled_id, "s-1");
	cr_expect_str_eq(world->settled, "the silence that was to be ended has ended");
	world_close(world);
}

Test(alertmanager, says_that_one_without_an_answer_was_not_made)
{
	struct world *world = world_open("lost");

	await(world, is_well);
	set_silence(world);
	await(world, is_settled);
	cr_expect_str_eq(world->settled_id, "");
	cr_expect_str_eq(world->settled, "the silence that had no answer was not made");
	world->dones = world->settlings = 0;
	alertmanager_expire_silence(world->am, "s-old", on_done, world);
	await(world, is_settled);
	cr_expect_str_eq(world->settled, "the silence that was to be ended still holds");
	cr_expect_eq(world->dones, 1);
	world_close(world);
}

/* The same silence twice: the second is found though the first stands there already. */
Test(alertmanager, tells_two_equal_silences_apart)
{
	struct world *world = world_open("mood");
	struct silence silence;

	await(world, is_well);
	silence = draft(world);
	alertmanager_set_silence(world->am, &silence, on_done, world);
	await(world, is_done);
	cr_expect_str_eq(world->id, "s-1");
	set_mood(world, "lost");
	world->dones = 0;
	alertmanager_set_silence(world->am, &silence, on_done, world);
	await(world, is_settled);
	cr_expect_str_eq(world->settled, "the silence that had no answer was not made");
	set_mood(world, "made");
	world->settlings = 0;
	alertmanager_set_silence(world->am, &silence, on_done, world);
	await(world, is_settled);
	cr_expect_str_eq(world->settled, "the silence that had no answer was made");
	cr_expect_str_eq(world->settled_id, "s-2");
	world_close(world);
}

Test(alertmanager, may_go_at_any_moment)
{
	struct world *world = world_open("hang");
	struct silence silence;

	world_close(world); /* before the first question */
	world = world_open("hang");
	await(world, is_well);
	silence = draft(world);
	alertmanager_set_silence(world->am, &silence, on_done, world);
	alertmanager_set_silence(world->am, &silence, NULL, NULL);
	alertmanager_expire_silence(world->am, "x", on_done, world);
	alertmanager_expire_silence(world->am, "", on_done, world);
	alertmanager_refresh(world->am);
	cr_expect_eq(world->dones, 0, "nobody is told before the call returns");
	world_close(world); /* asking and telling */
}

Test(alertmanager, refuses_a_url_that_is_none)
{
	static const char *const urls[] = { "", "am:9093", "ftp://am", "http://", "http://am/?x=1", "http://am/#x" };
	struct loop *loop = loop_new(NULL);

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		const struct alertmanager_config config = { .loop = loop, .url = urls[i] };
		struct error error = { "" };

		cr_expect_null(alertmanager_new(&config, &error), "%s", urls[i]);
		cr_expect_neq(error.text[0], '\0');
	}
	loop_free(loop);
}
