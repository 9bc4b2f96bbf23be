/* The rules and alerts of a server: read, joined, and what is known when they cannot be had. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alert/server_rules.h"
#include "alert/server_rules_private.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "server_fixture.h"

TestSuite(server_rules, .timeout = 60);

#define NOON INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

/* Reading. */

static int read_in(struct server_rules_reader *reader, enum server_rules_question question, const char *text,
		   size_t piece, struct error *error)
{
	size_t length = strlen(text);
	int result;

	server_rules_reader_init(reader);
	reader->stream = json_stream_new(&server_rules_shapes[question], reader);
	for (size_t at = 0; at < length; at += piece)
		if (json_stream_feed(reader->stream, text + at, length - at < piece ? length - at : piece))
			break;
	result = json_stream_finish(reader->stream, error);
	if (!result)
		result = server_rules_reader_judge(reader, error);
	json_stream_free(reader->stream);
	return result;
}

/* Members in another order than Prometheus's, and vmalert's names. */
static const char odd[] =
	"{\"data\":{\"groups\":[{\"rules\":[{\"alerts\":[{\"value\":2.5,\"state\":\"Pending\","
	"\"labels\":{\"b\":\"2\",\"alertname\":\"A\"},\"activeAt\":\"2026-11-22T13:00:00.123456789+01:00\","
	"\"keepFiringSince\":\"0001-01-01T00:00:00Z\",\"id\":\"77\",\"source\":{\"x\":[]}},"
	"{\"state\":\"inactive\",\"labels\":{\"alertname\":\"A\"}}],"
	"\"type\":\"alerting\",\"keep_firing_for\":1.5,\"duration\":0.25,\"query\":\"up == 0\",\"labels\":{},"
	"\"name\":\"A\",\"health\":null,\"lastError\":7}],\"file\":\"f.yml\",\"name\":\"g\"},"
	"{\"name\":\"empty\",\"rules\":null}]},\"status\":\"success\"}";

Test(server_rules, reads_members_in_any_order)
{
	for (size_t piece = 1; piece < 30; piece += 3) {
		struct server_rules_reader reader;
		const struct server_rule *rule;
		const struct server_alert *alert;

		cr_assert_eq(read_in(&reader, SERVER_ASK_RULES, odd, piece, NULL), 0);
		cr_assert_eq(reader.list->rules.count, 1u);
		rule = &reader.list->rules.items[0];
		cr_expect_str_eq(rule->group, "g");
		cr_expect_str_eq(rule->file, "f.yml");
		cr_expect_str_eq(rule->expression, "up == 0");
		cr_expect_str_eq(rule->health, "");
		cr_expect_eq(rule->for_ms, 250);
		cr_expect_eq(rule->keep_firing_ms, 1500);
		cr_expect_eq(rule->kind, RULE_ALERT);
		cr_assert_eq(reader.list->alerts.count, 1u);
		alert = &reader.list->alerts.items[0];
		cr_expect_eq(alert->phase, ALERT_PENDING);
		cr_expect_eq(alert->active_ms, NOON + 123);
		cr_expect_eq(alert->keep_firing_since_ms, 0);
		cr_expect_eq(alert->value, 2.5);
		cr_expect_eq(alert->rule, 0u);
		cr_expect_eq(alert->fingerprint, labels_fingerprint(&alert->labels));
		server_rules_reader_release(&reader);
	}
}

static const struct {
	const char *text, *reason;
} wrong[] = {
	{ "", "not a Prometheus API (empty answer)" },
	{ "<html>", "not a Prometheus API (HTML page)" },
	{ "ok", "not a Prometheus API (no JSON)" },
	{ "[]", "not a Prometheus API (other JSON)" },
	{ "{}", "not a Prometheus API (other JSON)" },
	{ "{\"status\":\"success\"}", "not a Prometheus API (other JSON)" },
	{ "{\"status\":\"success\",\"data\":{}}", "not a Prometheus API (other JSON)" },
	{ "{\"status\":\"success\",\"data\":{\"groups\":{}}}", "not a Prometheus API (other JSON)" },
	{ "{\"data\":{\"groups\":[]}}", "not a Prometheus API (other JSON)" },
	{ "{\"status\":\"error\",\"error\":\"no luck\"}", "server error: no luck" },
	{ "{\"status\":\"success\",\"data\":{\"groups\":[]}", "answer breaks off" },
	{ "{\"status\":\"success\",\"data\":{\"groups\":[]}]", "broken JSON in the answer" },
	{ "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{}]}]}}", "not a Prometheus API (other JSON)" },
	{ "{\"data\":{\"groups\":[{\"rules\":[{\"alerts\":[{\"state\":\"firing\"}]}]}]}}",
	  "not a Prometheus API (other JSON)" },
};

Test(server_rules, says_what_is_wrong_with_an_answer)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct server_rules_reader reader;
		struct error error = { "" };

		cr_expect_eq(read_in(&reader, SERVER_ASK_RULES, wrong[i].text, 5, &error), -1, "%s", wrong[i].text);
		cr_expect_str_eq(error.text, wrong[i].reason, "%s: %s", wrong[i].text, error.text);
		server_rules_reader_release(&reader);
	}
}

Test(server_rules, takes_null_for_an_empty_list)
{
	struct server_rules_reader reader;

	cr_expect_eq(read_in(&reader, SERVER_ASK_RULES, "{\"status\":\"success\",\"data\":{\"groups\":null}}", 9, NULL),
		     0);
	server_rules_reader_release(&reader);
	cr_expect_eq(read_in(&reader, SERVER_ASK_ALERTS, "{\"status\":\"success\",\"data\":{\"alerts\":null}}", 9,
			     NULL),
		     0);
	server_rules_reader_release(&reader);
}

Test(server_rules, bounds_the_number_of_rules)
{
	struct server_rules_reader reader;
	struct strbuf text = STRBUF_INIT;
	struct error error;

	strbuf_addstr(&text, "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"name\":\"a\"}");
	for (int i = 1; i < SERVER_RULES_MAX; i++)
		strbuf_addstr(&text, ",{\"name\":\"a\"}");
	strbuf_addstr(&text, "]}]}}");
	cr_expect_eq(read_in(&reader, SERVER_ASK_RULES, text.text, 65536, &error), 0);
	cr_expect_eq(reader.list->rules.count, (size_t)SERVER_RULES_MAX);
	server_rules_reader_release(&reader);
	strbuf_truncate(&text, text.length - 5);
	strbuf_addstr(&text, ",{\"name\":\"b\"}]}]}}");
	cr_expect_eq(read_in(&reader, SERVER_ASK_RULES, text.text, 65536, &error), -1);
	cr_expect_str_eq(error.text, "answer over 50000 rules");
	server_rules_reader_release(&reader);
	strbuf_release(&text);
}

/* Asking. */

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct timer *look;
	struct test_server server;
	struct server_rules *rules;
	enum server_rules_state awaited;
	int changes;
};

static void on_change(void *user)
{
	struct world *world = user;

	world->changes++;
}

static void on_look(void *user)
{
	struct world *world = user;

	if (server_rules_state(world->rules, NULL, NULL) == world->awaited && !server_rules_busy(world->rules))
		loop_stop(world->loop);
	else
		timer_start(world->look, 5);
}

static void await(struct world *world, enum server_rules_state state)
{
	world->awaited = state;
	timer_start(world->look, 0);
	loop_run(world->loop);
}

static struct world *world_open(const char *behaviour)
{
	struct world *world = mem_zalloc(sizeof(*world));
	struct server_rules_config config = { .timeout_ms = 1000, .interval_ms = 50, .on_change = on_change };
	char *url;

	world->server = test_server_start("tests/e2e/rules_server.py");
	world->loop = config.loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 1, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = config.http = http_new(world->loop, world->resolver, NULL);
	world->look = timer_new(world->loop, on_look, world);
	config.url = url = mem_printf("http://127.0.0.1:%d/%s//", world->server.port, behaviour);
	config.user = world;
	world->rules = server_rules_new(&config, NULL);
	cr_assert_not_null(world->rules);
	free(url);
	return world;
}

static void world_close(struct world *world)
{
	server_rules_free(world->rules);
	timer_free(world->look);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	loop_free(world->loop);
	test_server_stop(&world->server);
	free(world);
}

static void set_mood(struct world *world, const char *mood)
{
	test_server_set_mood(&world->server, world->http, world->loop, mood);
}

static const char *reason(const struct world *world)
{
	const char *text;

	server_rules_state(world->rules, &text, NULL);
	return text;
}

Test(server_rules, knows_rules_and_alerts)
{
	struct world *world = world_open("prometheus");
	const struct server_rule *rule;
	const struct server_alert *alert;
	int64_t good_ms;

	cr_expect_eq(server_rules_state(world->rules, NULL, &good_ms), SERVER_RULES_UNKNOWN);
	cr_expect_eq(good_ms, 0);
	await(world, SERVER_RULES_THERE);
	cr_expect_str_eq(reason(world), "");
	server_rules_state(world->rules, NULL, &good_ms);
	cr_expect_gt(good_ms, 0);
	cr_assert_eq(server_rules_count(world->rules), 2u);
	rule = server_rules_rule(world->rules, 0);
	cr_expect_str_eq(rule->name, "Hot");
	cr_expect_str_eq(rule->group, "heat");
	cr_expect_str_eq(rule->file, "/etc/heat.yml");
	cr_expect_str_eq(rule->expression, "temperature > 90");
	cr_expect_eq(rule->for_ms, 60000);
	cr_expect_eq(rule->keep_firing_ms, 30000);
	cr_expect_eq(rule->last_ms, NOON + 500);
	cr_expect_str_eq(rule->health, "ok");
	cr_expect_str_eq(labels_get(&rule->labels, "severity"), "page");
	cr_expect_str_eq(labels_get(&rule->annotations, "summary"), "too hot");
	rule = server_rules_rule(world->rules, 1);
	cr_expect_eq(rule->kind, RULE_RECORD);
	cr_expect_str_eq(rule->health, "err");
	cr_expect_str_eq(rule->last_error, "broken");
	cr_assert_eq(server_rules_alert_count(world->rules), 2u);
	alert = server_rules_alert(world->rules, 0);
	cr_expect_eq(alert->phase, ALERT_FIRING);
	cr_expect_eq(alert->rule, 0u);
	cr_expect_eq(alert->value, 91.0);
	cr_expect_eq(alert->active_ms, NOON - 29750);
	alert = server_rules_alert(world->rules, 1); /* no rule of the list has it */
	cr_expect_str_eq(labels_get(&alert->labels, "alertname"), "Elsewhere");
	cr_expect_eq(alert->rule, SIZE_MAX);
	cr_expect_eq(alert->phase, ALERT_PENDING);
	cr_expect(isnan(alert->value));
	world_close(world);
}

static const struct {
	const char *behaviour;
	enum server_rules_state state;
	const char *reason;
	size_t rules, alerts;
} servers[] = {
	{ "empty", SERVER_RULES_NONE, "it has no rules", 0, 0 },
	{ "missing", SERVER_RULES_NONE, "it has no rules API (404)", 0, 0 },
	{ "rules_only", SERVER_RULES_THERE, "", 2, 1 },
	{ "alerts_only", SERVER_RULES_THERE, "", 0, 2 },
	{ "broken_alerts", SERVER_RULES_THERE, "", 2, 1 },
	{ "failing", SERVER_RULES_FAILING, "500 internal server error: out of order", 0, 0 },
	{ "error", SERVER_RULES_FAILING, "server error: out of order", 0, 0 },
	{ "html", SERVER_RULES_FAILING, "not a Prometheus API (HTML page)", 0, 0 },
	{ "other", SERVER_RULES_FAILING, "not a Prometheus API (other JSON)", 0, 0 },
	{ "cut", SERVER_RULES_FAILING, "connection closed", 0, 0 },
	{ "silent", SERVER_RULES_FAILING, "timeout after 1s", 0, 0 },
};

Test(server_rules, tells_servers_apart)
{
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		struct world *world = world_open(servers[i].behaviour);

		await(world, servers[i].state);
		cr_expect_str_eq(reason(world), servers[i].reason, "%s: %s", servers[i].behaviour, reason(world));
		cr_expect_eq(server_rules_count(world->rules), servers[i].rules, "%s", servers[i].behaviour);
		cr_expect_eq(server_rules_alert_count(world->rules), servers[i].alerts, "%s", servers[i].behaviour);
		server_rules_refresh(world->rules); /* and stays so */
		server_rules_refresh(world->rules);
		await(world, servers[i].state);
		world_close(world);
	}
}

Test(server_rules, keeps_what_it_knew)
{
	static const char *const moods[] = { "failing", "missing", "html", "cut" };
	struct world *world = world_open("mood");

	await(world, SERVER_RULES_THERE);
	for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
		set_mood(world, moods[i]);
		server_rules_refresh(world->rules);
		await(world, SERVER_RULES_FAILING);
		cr_expect_eq(server_rules_count(world->rules), 2u, "%s", moods[i]);
		cr_expect_eq(server_rules_alert_count(world->rules), 2u, "%s", moods[i]);
		set_mood(world, "prometheus");
		server_rules_refresh(world->rules);
		await(world, SERVER_RULES_THERE);
	}
	set_mood(world, "empty");
	await(world, SERVER_RULES_NONE);
	cr_expect_eq(server_rules_count(world->rules), 0u);
	cr_expect_eq(server_rules_alert_count(world->rules), 0u);
	world_close(world);
}

Test(server_rules, changes_nothing_when_nothing_changed)
{
	struct world *world = world_open("prometheus");
	int changes;

	await(world, SERVER_RULES_THERE);
	changes = world->changes;
	for (int i = 0; i < 5; i++) {
		server_rules_refresh(world->rules);
		await(world, SERVER_RULES_THERE);
	}
	cr_expect_eq(world->changes, changes);
	cr_expect_eq(server_rules_version(world->rules), (uint64_t)changes);
	world_close(world);
}
