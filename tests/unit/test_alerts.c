/* The merged list: whose word counts, how each alert stands, in which order, and what is not known. */
#include "evaluator_fixture.h"
#include "server_fixture.h"

#include "alert/alerts.h"
#include "base/clock.h"

TestSuite(alerts, .timeout = 60);

static const struct rule_text critical[] = { { "severity", "critical" } };
static const struct rule_text warning[] = { { "severity", "warning" } };

static const struct rule hot[] = {
	{ .kind = RULE_ALERT, .name = "Hot", .expression = "m > 0", .labels = critical, .label_count = 1 },
	{ .kind = RULE_ALERT, .name = "Warm", .expression = "m > 1", .labels = warning, .label_count = 1 },
	{ .kind = RULE_ALERT, .name = "Bad", .expression = "m >" },
};

static const struct rule_text info[] = { { "severity", "info" } };

/* One that waits, and one of a name that the server of /ill judges. */
static const struct rule slow[] = {
	{ .kind = RULE_ALERT,
	  .name = "Hot",
	  .expression = "m > 0",
	  .for_ms = CLOCK_HOUR,
	  .labels = critical,
	  .label_count = 1 },
};
static const struct rule mild[] = {
	{ .kind = RULE_ALERT, .name = "Mild", .expression = "m > 0", .labels = info, .label_count = 1 },
};

/* The parts of a list, some of them over HTTP. */
struct desk {
	struct evaluator_world world;
	struct test_server server;
	struct resolver *resolver;
	struct http *http;
	struct escalation policy;
	struct acks *acks;
	struct alerts_config config;
	struct alerts *alerts;
};

static bool is_server_unknown(const void *what)
{
	return server_rules_state(what, NULL, NULL) == SERVER_RULES_UNKNOWN || server_rules_busy(what);
}

static bool is_am_unknown(const void *what)
{
	struct alertmanager_health health;

	alertmanager_get_health(what, &health);
	return !health.known || alertmanager_busy(what);
}

static void open_servers(struct desk *desk, const char *mood)
{
	struct loop *loop = desk->world.world.loop;
	struct server_rules_config rules = { .loop = loop };
	struct alertmanager_config am = { .loop = loop };
	struct error error = { "" };
	char url[100];

	desk->server = test_server_start("tests/e2e/alerts_server.py");
	desk->resolver = resolver_new(loop, desk->world.world.pool);
	desk->http = http_new(loop, desk->resolver, &error);
	cr_assert(desk->http, "%s", error.text);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/%s", desk->server.port, mood);
	rules.http = am.http = desk->http;
	rules.url = am.url = url;
	desk->config.server = server_rules_new(&rules, &error);
	cr_assert(desk->config.server, "%s", error.text);
	desk->config.alertmanager = alertmanager_new(&am, &error);
	cr_assert(desk->config.alertmanager, "%s", error.text);
	loop_advance(loop, 1);
	settle_while(&desk->world.world, is_server_unknown, desk->config.server);
	settle_while(&desk->world.world, is_am_unknown, desk->config.alertmanager);
}

/* `mood`: of the servers; NULL: there are none. The `count` rules are ours. */
static void desk_init_rules(struct desk *desk, const struct rule *rules, size_t count, const char *mood)
{
	*desk = (struct desk){ 0 };
	evaluator_world_init(&desk->world);
	escalation_init(&desk->policy);
	desk->acks = acks_new("system");
	desk->config = (struct alerts_config){ .system = "system", .escalation = &desk->policy, .acks = desk->acks };
	if (count) {
		add_group(&desk->world, "g", 15000, rules, count);
		start_evaluator(&desk->world);
		desk->config.evaluator = desk->world.evaluator;
	}
	if (mood)
		open_servers(desk, mood);
	desk->alerts = alerts_new(&desk->config);
}

static void desk_init(struct desk *desk, size_t count, const char *mood)
{
	desk_init_rules(desk, hot, count, mood);
}

static void desk_release(struct desk *desk)
{
	alerts_free(desk->alerts);
	server_rules_free(desk->config.server);
	alertmanager_free(desk->config.alertmanager);
	if (desk->http) {
		http_free(desk->http);
		resolver_free(desk->resolver);
		test_server_stop(&desk->server);
	}
	acks_free(desk->acks);
	escalation_release(&desk->policy);
	evaluator_world_release(&desk->world);
}

static int64_t desk_now(const struct desk *desk)
{
	return loop_wall_ms(desk->world.world.loop);
}

static void refresh(struct desk *desk)
{
	alerts_refresh(desk->alerts, desk_now(desk));
}

static const struct alert *named(const struct desk *desk, const char *name, const char *label, const char *value)
{
	for (size_t i = 0; i < alerts_count(desk->alerts); i++) {
		const struct alert *alert = alerts_at(desk->alerts, i);
		const char *found = label ? labels_get(alert->labels, label) : NULL;

		if (strcmp(alert->name, name) == 0 && (!label || (found && strcmp(found, value) == 0)))
			return alert;
	}
	cr_assert_fail("no alert %s{%s=%s}", name, label ? label : "", value ? value : "");
	return NULL;
}

static void expect_doubt(const struct desk *desk, const char *wanted)
{
	struct strbuf doubt = STRBUF_INIT;

	alerts_add_doubt(desk->alerts, 0, desk_now(desk), &doubt);
	cr_expect_str_eq(doubt.text, wanted);
	strbuf_release(&doubt);
}

Test(alerts, sources_that_are_down_are_a_doubt_too)
{
	static const struct {
		size_t down;
		const char *doubt;
	} rows[] = { { 0, "" }, { 1, "1 source down" }, { 3, "3 sources down" } };
	struct strbuf doubt = STRBUF_INIT;
	struct desk desk;

	desk_init(&desk, 1, NULL);
	judge(&desk.world);
	refresh(&desk);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strbuf_clear(&doubt);
		alerts_add_doubt(desk.alerts, rows[i].down, desk_now(&desk), &doubt);
		cr_expect_str_eq(doubt.text, rows[i].doubt);
	}
	strbuf_release(&doubt);
	desk_release(&desk);
}

Test(alerts, stand_in_the_order_of_how_bad_they_are)
{
	struct alert_counts counts;
	struct desk desk;

	desk_init(&desk, 2, NULL);
	refresh(&desk);
	cr_expect_eq(alerts_count(desk.alerts), 0u);
	cr_expect_null(alerts_worst(desk.alerts));
	expect_doubt(&desk, "2 of 2 rules not judged yet");
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	refresh(&desk);
	expect_doubt(&desk, "");
	cr_assert_eq(alerts_count(desk.alerts), 2u);
	cr_expect_str_eq(alerts_at(desk.alerts, 0)->name, "Hot");
	cr_expect_str_eq(alerts_worst(desk.alerts)->name, "Hot");
	cr_expect_eq(alerts_at(desk.alerts, 0)->standing, ALERT_OPEN);
	cr_expect_eq(alerts_at(desk.alerts, 0)->value, 3);
	cr_expect_eq(alerts_at(desk.alerts, 0)->raised_by, (unsigned)RAISED_HERE);
	cr_expect_str_eq(alerts_at(desk.alerts, 0)->condition->subject, "m");
	cr_expect_eq(alerts_at(desk.alerts, 1)->condition->threshold, 1);
	cr_expect_lt(alerts_at(desk.alerts, 0)->priority, alerts_at(desk.alerts, 1)->priority);
	alerts_get_counts(desk.alerts, &counts);
	cr_expect_eq(counts.firing[alerts_at(desk.alerts, 0)->priority], 1u);
	cr_expect_eq(alerts_find(desk.alerts, alerts_at(desk.alerts, 1)->fingerprint), alerts_at(desk.alerts, 1));
	desk_release(&desk);
}

Test(alerts, the_list_is_made_anew_only_when_something_changed)
{
	struct desk desk;
	uint64_t version;

	desk_init(&desk, 2, NULL);
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	refresh(&desk);
	version = alerts_version(desk.alerts);
	cr_expect_not(alerts_refresh(desk.alerts, desk_now(&desk)));
	cr_expect_eq(alerts_version(desk.alerts), version);
	alerts_touch(desk.alerts);
	cr_expect(alerts_refresh(desk.alerts, desk_now(&desk)));
	cr_expect(alerts_refresh(desk.alerts, desk_now(&desk) + 5000), "clocks may have passed a mark");
	cr_expect(alerts_refresh(desk.alerts, desk_now(&desk) - CLOCK_HOUR), "a clock set back holds nothing");
	desk_release(&desk);
}

Test(alerts, what_has_ended_stays_for_a_while)
{
	struct desk desk;

	desk_init(&desk, 1, NULL);
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	loop_advance(desk.world.world.loop, 10 * CLOCK_SECOND);
	put_now(&desk.world.world, "m", "i=a", 0);
	judge(&desk.world);
	refresh(&desk);
	cr_assert_eq(alerts_count(desk.alerts), 1u);
	cr_expect_eq(alerts_at(desk.alerts, 0)->standing, ALERT_ENDED);
	cr_expect_null(alerts_worst(desk.alerts));
	alerts_refresh(desk.alerts, desk_now(&desk) + 20 * CLOCK_MINUTE);
	cr_expect_eq(alerts_count(desk.alerts), 0u);
	desk_release(&desk);
}

Test(alerts, a_rule_that_cannot_be_judged_is_trouble)
{
	struct desk desk;

	desk_init(&desk, 3, NULL);
	judge(&desk.world);
	refresh(&desk);
	cr_assert_eq(alerts_trouble_count(desk.alerts), 1u);
	cr_expect_str_eq(alerts_trouble(desk.alerts, 0)->name, "Bad");
	cr_expect(strstr(alerts_trouble(desk.alerts, 0)->reason, "bad expression"));
	expect_doubt(&desk, "1 of 3 rules cannot be judged");
	desk_release(&desk);
}

static void acknowledge(struct desk *desk, const char *kind, const struct alert *alert, int64_t until_ms)
{
	char subject[32], body[300], id[40];
	struct journal_event event = { .sequence = 1,
				       .id = id,
				       .time_ms = desk_now(desk),
				       .actor = "ana@here",
				       .system = "system",
				       .kind = kind,
				       .subject = subject,
				       .body = body };

	snprintf(id, sizeof(id), "%s%lld", kind, (long long)until_ms);
	snprintf(subject, sizeof(subject), "%016llx", (unsigned long long)alert->fingerprint);
	snprintf(body, sizeof(body), "{\"active_ms\":%lld,\"until_ms\":%lld,\"note\":\"mine\",\"alert\":\"Hot\"}",
		 (long long)alert->active_ms, (long long)until_ms);
	cr_assert(acks_take(desk->acks, &event), "the journal's form of it: %s", body);
	alerts_touch(desk->alerts);
	refresh(desk);
}

Test(alerts, an_acknowledged_one_comes_back_when_its_time_is_over)
{
	struct desk desk;

	desk_init(&desk, 1, NULL);
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	refresh(&desk);
	cr_expect_not(alerts_acknowledge(desk.alerts, alerts_at(desk.alerts, 0), "", 0, desk_now(&desk)),
		      "there is no journal to write it to");
	acknowledge(&desk, "ack", alerts_at(desk.alerts, 0), desk_now(&desk) + 10 * CLOCK_MINUTE);
	cr_expect_eq(alerts_at(desk.alerts, 0)->standing, ALERT_ACKED);
	cr_expect_str_eq(alerts_at(desk.alerts, 0)->ack->note, "mine");
	cr_expect_not_null(alerts_worst(desk.alerts), "it fires all the same");
	alerts_refresh(desk.alerts, desk_now(&desk) + 11 * CLOCK_MINUTE);
	cr_expect_eq(alerts_at(desk.alerts, 0)->standing, ALERT_OPEN);
	cr_expect_null(alerts_at(desk.alerts, 0)->ack);
	cr_expect_not_null(alerts_at(desk.alerts, 0)->ack_expired);
	desk_release(&desk);
}

Test(alerts, servers_are_merged_by_name_and_labels)
{
	const struct alert *alert;
	struct desk desk;

	desk_init(&desk, 2, "agree");
	put_now(&desk.world.world, "m", "i=a", 3);
	put_now(&desk.world.world, "m", "i=b", 1);
	judge(&desk.world);
	refresh(&desk);
	alert = named(&desk, "Hot", "i", "a");
	cr_expect_eq(alert->raised_by, (unsigned)(RAISED_HERE | RAISED_PROMETHEUS | RAISED_ALERTMANAGER));
	cr_expect_eq(alert->active_ms, SITUATION_NOW_MS - 10 * CLOCK_MINUTE, "the server's word counts");
	cr_expect_eq(alert->value, 7);
	cr_expect_eq(alert->standing, ALERT_MUTED);
	cr_expect_str_eq(alert->silence->author, "ada");
	cr_expect_str_eq(alert->generator_url, "http://prom/graph");
	alert = named(&desk, "Hot", "i", "b");
	cr_expect_eq(alert->raised_by, (unsigned)RAISED_HERE);
	cr_expect_eq(alert->standing, ALERT_OPEN, "the server may not have looked yet");
	alert = named(&desk, "Theirs", "region", "eu");
	cr_expect_eq(alert->raised_by, (unsigned)RAISED_PROMETHEUS);
	cr_expect_eq(alert->standing, ALERT_WAITS);
	cr_expect_eq(alert->for_ms, CLOCK_MINUTE);
	cr_expect_str_eq(alert->expression, "t > 0");
	alert = named(&desk, "OnlyAm", NULL, NULL);
	cr_expect_eq(alert->raised_by, (unsigned)RAISED_ALERTMANAGER);
	cr_expect_eq(alert->standing, ALERT_OPEN);
	alert = named(&desk, "Quiet", NULL, NULL);
	cr_expect_eq(alert->standing, ALERT_MUTED);
	cr_expect_str_eq(alert->inhibited_by, "OnlyAm");
	cr_assert_eq(alerts_trouble_count(desk.alerts), 1u, "a rule that the server cannot judge");
	cr_expect_str_eq(alerts_trouble(desk.alerts, 0)->reason, "no such thing");
	desk_release(&desk);
}

Test(alerts, a_server_that_goes_on_denying_is_believed)
{
	struct desk desk;

	desk_init(&desk, 1, "agree");
	put_now(&desk.world.world, "m", "i=b", 1);
	judge(&desk.world);
	refresh(&desk);
	cr_expect_not(named(&desk, "Hot", "i", "b")->disputed);
	alerts_refresh(desk.alerts, desk_now(&desk) + 2 * CLOCK_MINUTE);
	cr_expect(named(&desk, "Hot", "i", "b")->disputed);
	cr_expect_eq(named(&desk, "Hot", "i", "b")->standing, ALERT_WAITS);
	desk_release(&desk);
}

Test(alerts, a_rule_that_the_server_cannot_judge_denies_nothing)
{
	struct desk desk;

	desk_init(&desk, 2, "ill");
	put_now(&desk.world.world, "m", "i=b", 3);
	judge(&desk.world);
	alerts_refresh(desk.alerts, desk_now(&desk) + 2 * CLOCK_MINUTE);
	cr_expect_not(named(&desk, "Hot", "i", "b")->disputed, "it cannot be judged there");
	cr_expect_eq(named(&desk, "Hot", "i", "b")->standing, ALERT_OPEN);
	cr_expect_not(named(&desk, "Warm", "i", "b")->disputed, "the one there has other labels");
	cr_expect_eq(named(&desk, "Warm", "i", "b")->standing, ALERT_OPEN);
	desk_release(&desk);
	desk_init_rules(&desk, mild, 1, "ill");
	put_now(&desk.world.world, "m", "i=b", 3);
	judge(&desk.world);
	alerts_refresh(desk.alerts, desk_now(&desk) + 2 * CLOCK_MINUTE);
	cr_expect(named(&desk, "Mild", "i", "b")->disputed);
	desk_release(&desk);
}

Test(alerts, what_alertmanager_has_fires_though_it_waits_here)
{
	const struct alert *alert;
	struct desk desk;

	desk_init_rules(&desk, slow, 1, "theirs");
	put_now(&desk.world.world, "m", "i=a", 3);
	put_now(&desk.world.world, "m", "i=b", 3);
	judge(&desk.world);
	refresh(&desk);
	alert = named(&desk, "Hot", "i", "a");
	cr_expect_eq(alert->standing, ALERT_OPEN);
	cr_expect_eq(alert->raised_by, (unsigned)(RAISED_HERE | RAISED_ALERTMANAGER));
	cr_expect_eq(alert->fired_ms, SITUATION_NOW_MS - 9 * CLOCK_MINUTE, "as it says");
	cr_expect_eq(alert->active_ms, SITUATION_NOW_MS - 9 * CLOCK_MINUTE);
	cr_expect_eq(named(&desk, "Hot", "i", "b")->standing, ALERT_WAITS);
	desk_release(&desk);
}

Test(alerts, what_ended_here_and_not_in_alertmanager_has_not_ended)
{
	struct desk desk;

	desk_init(&desk, 1, "theirs");
	/* Its word is from before: ours is newer. */
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	loop_advance(desk.world.world.loop, 10 * CLOCK_SECOND);
	put_now(&desk.world.world, "m", "i=a", 0);
	judge(&desk.world);
	refresh(&desk);
	cr_expect_eq(named(&desk, "Hot", "i", "a")->standing, ALERT_ENDED);
	desk_release(&desk);
}

Test(alerts, an_alertmanager_that_has_not_answered_is_not_known)
{
	struct alertmanager_config am = { .url = "http://127.0.0.1:9/never" };
	struct error error = { "" };
	struct desk desk;

	desk_init(&desk, 1, NULL);
	judge(&desk.world);
	refresh(&desk);
	expect_doubt(&desk, "");
	alerts_free(desk.alerts);
	am.loop = desk.world.world.loop;
	desk.resolver = resolver_new(am.loop, desk.world.world.pool);
	desk.http = am.http = http_new(am.loop, desk.resolver, &error);
	desk.config.alertmanager = alertmanager_new(&am, &error);
	cr_assert(desk.config.alertmanager, "%s", error.text);
	desk.alerts = alerts_new(&desk.config);
	refresh(&desk);
	expect_doubt(&desk, "Alertmanager has not answered yet");
	alerts_free(desk.alerts);
	alertmanager_free(desk.config.alertmanager);
	http_free(desk.http);
	resolver_free(desk.resolver);
	desk.http = NULL;
	desk.config.alertmanager = NULL;
	desk.alerts = NULL;
	desk_release(&desk);
}

Test(alerts, a_silence_hides_what_only_we_raise)
{
	struct silence draft = { .id = "" };
	size_t hidden[4];
	struct desk desk;

	desk_init(&desk, 2, "agree");
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	refresh(&desk);
	cr_expect_eq(named(&desk, "Warm", "i", "a")->standing, ALERT_MUTED, "its matchers fit");
	silence_of_labels(&draft, named(&desk, "Hot", "i", "a")->labels, &desk.world.world.arena);
	cr_expect_eq(alerts_hidden_by(desk.alerts, &draft, hidden, 4), 1u);
	cr_expect_str_eq(alerts_at(desk.alerts, hidden[0])->name, "Hot");
	desk_release(&desk);
}

Test(alerts, nobody_with_rules_is_never_all_clear)
{
	struct desk desk;

	desk_init(&desk, 0, "empty");
	refresh(&desk);
	cr_expect_eq(alerts_count(desk.alerts), 0u);
	expect_doubt(&desk, "nobody has any rules");
	desk_release(&desk);
}

Test(alerts, rules_that_are_being_read_are_said)
{
	struct desk desk;

	desk_init(&desk, 1, NULL);
	alerts_free(desk.alerts);
	desk.config.evaluator = NULL;
	desk.config.reading = true;
	desk.alerts = alerts_new(&desk.config);
	refresh(&desk);
	cr_expect_eq(alerts_count(desk.alerts), 0u);
	expect_doubt(&desk, "rules are being read");
	alerts_set_evaluator(desk.alerts, desk.world.evaluator);
	expect_doubt(&desk, "1 of 1 rules not judged yet");
	cr_expect(alerts_refresh(desk.alerts, desk_now(&desk)), "the list is made anew for them");
	alerts_set_evaluator(desk.alerts, NULL);
	expect_doubt(&desk, "nobody has any rules");
	desk_release(&desk);
}

Test(alerts, servers_that_fail_are_said)
{
	struct strbuf doubt = STRBUF_INIT;
	struct desk desk;

	desk_init(&desk, 1, "broken");
	judge(&desk.world);
	refresh(&desk);
	alerts_add_doubt(desk.alerts, 2, desk_now(&desk), &doubt);
	cr_expect(strstr(doubt.text, "the server does not tell its alerts: "), "%s", doubt.text);
	cr_expect(strstr(doubt.text, "; Alertmanager down"), "%s", doubt.text);
	cr_expect(strstr(doubt.text, "; 2 sources down"), "%s", doubt.text);
	strbuf_release(&doubt);
	desk_release(&desk);
}

/* The journal's events of alerts, one a line. */
static void on_journal_event(void *user, const struct journal_event *event)
{
	strbuf_addf(user, "%s %s\n", event->kind, event->body);
}

static size_t times(const struct strbuf *text, const char *word)
{
	size_t count = 0;

	for (const char *at = text->text; (at = strstr(at, word)); at++)
		count++;
	return count;
}

Test(alerts, nobody_else_s_alerts_are_written_down_before_all_have_spoken)
{
	char folder[] = "/tmp/skep-alerts.XXXXXX", path[64], command[200];
	struct strbuf events = STRBUF_INIT;
	struct journal_config config = { .path = path, .on_event = on_journal_event, .user = &events };
	struct journal *journal;
	struct desk desk;

	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/journal.db", folder);
	desk_init(&desk, 2, "agree");
	config.loop = desk.world.world.loop;
	config.pool = desk.world.world.pool;
	journal = journal_new(&config);
	alerts_free(desk.alerts);
	desk.config.journal = journal;
	desk.alerts = alerts_new(&desk.config);
	refresh(&desk);
	cr_expect_eq(events.length, 0u, "our own rules were not judged: whose is Hot? %s", events.text);
	put_now(&desk.world.world, "m", "i=a", 3);
	judge(&desk.world);
	refresh(&desk);
	cr_expect_eq(times(&events, "\"name\":\"OnlyAm\""), 1u, "%s", events.text);
	cr_expect_eq(times(&events, "\"name\":\"Hot\""), 0u, "its transitions are the evaluator's to tell: %s",
		     events.text);
	alerts_refresh(desk.alerts, desk_now(&desk) + CLOCK_MINUTE);
	cr_expect_eq(times(&events, "\"name\":\"OnlyAm\""), 1u, "once");
	journal_free(journal);
	desk.config.journal = NULL;
	desk_release(&desk);
	strbuf_release(&events);
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
		snprintf(command, sizeof(command), "%s%s", path, *end);
		(void)unlink(command);
	}
	cr_expect_eq(rmdir(folder), 0);
}
