/*
 * alertmanager URL [PROMETHEUS-URL]
 *
 * What skep knows of a real Alertmanager and of a server's rules, and what it
 * tells the one, by commands from standard input, one a line; each is answered
 * by one line of JSON:
 *
 *   list                 ask now; health, alerts and silences
 *   match MATCHERS       read them, check them; the alerts they would hide
 *   set JSON             make a silence: {"id","matchers","starts","ends","author","comment"}, times in ms
 *   expire ID
 *   settled              what was said last of a change that had no answer
 *   rules                ask now; state, rules and alerts of the second server
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/alertmanager.h"
#include "alert/server_rules.h"
#include "base/strbuf.h"
#include "config/json.h"
#include "loop/resolve.h"

#define TIMEOUT_MS 1000

struct driver {
	struct loop *loop;
	struct alertmanager *am;
	struct server_rules *server;
	struct timer *look;
	bool (*is_ended)(const struct driver *driver); /* of the command that waits; NULL: none does */
	void (*answer)(struct driver *driver);
	struct strbuf input;
	char id[200], words[ERROR_TEXT_MAX];
	char settled_id[200], settled[200];
	bool done;
};

static void add_member(struct strbuf *json, const char *name, const char *text)
{
	char last = json->text[json->length - 1];

	strbuf_addf(json, "%s\"%s\":", last == '{' ? "" : ",", name);
	strbuf_add_json(json, text);
}

static void add_labels(struct strbuf *json, const char *name, const struct labels *labels)
{
	strbuf_addf(json, ",\"%s\":{", name);
	for (size_t i = 0; i < labels->count; i++) {
		strbuf_addstr(json, i ? "," : "");
		strbuf_add_json(json, labels->items[i].name);
		strbuf_addch(json, ':');
		strbuf_add_json(json, labels->items[i].value);
	}
	strbuf_addch(json, '}');
}

static void add_names(struct strbuf *json, const char *name, const char *const *items, size_t count)
{
	strbuf_addf(json, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(json, i ? "," : "");
		strbuf_add_json(json, items[i]);
	}
	strbuf_addch(json, ']');
}

static void print(struct strbuf *json)
{
	printf("%s\n", json->text);
	fflush(stdout);
	strbuf_release(json);
}

static void add_alert(struct strbuf *json, const struct alertmanager *am, const struct am_alert *alert)
{
	static const char *const states[] = {
		[AM_ACTIVE] = "active", [AM_SUPPRESSED] = "suppressed", [AM_UNPROCESSED] = "unprocessed"
	};

	strbuf_addch(json, '{');
	add_member(json, "id", alert->id);
	add_member(json, "state", states[alert->state]);
	strbuf_addf(json, ",\"fingerprint\":\"%016" PRIx64 "\",\"starts\":%" PRId64 ",\"ends\":%" PRId64,
		    alert->fingerprint, alert->starts_ms, alert->ends_ms);
	add_labels(json, "labels", &alert->labels);
	add_labels(json, "annotations", &alert->annotations);
	add_names(json, "silencedBy", alert->silenced_by, alert->silenced_count);
	add_names(json, "inhibitedBy", alert->inhibited_by, alert->inhibited_count);
	add_names(json, "receivers", alert->receivers, alert->receiver_count);
	if (alert->group != SIZE_MAX)
		add_labels(json, "group", &alertmanager_group(am, alert->group)->labels);
	strbuf_addch(json, '}');
}

static void add_silence(struct strbuf *json, const struct alertmanager *am, size_t index)
{
	static const char *const states[] = {
		[SILENCE_PENDING] = "pending", [SILENCE_ACTIVE] = "active", [SILENCE_EXPIRED] = "expired"
	};
	const struct silence *silence = alertmanager_silence(am, index);
	struct strbuf matchers = STRBUF_INIT;
	size_t hits = 0;

	for (size_t i = 0; i < alertmanager_alert_count(am); i++)
		hits += alertmanager_silence_matches(am, index, &alertmanager_alert(am, i)->labels);
	silence_add_matchers(&matchers, silence);
	strbuf_addch(json, '{');
	add_member(json, "id", silence->id);
	add_member(json, "state", states[silence->state]);
	add_member(json, "matchers", matchers.text);
	add_member(json, "author", silence->author);
	add_member(json, "comment", silence->comment);
	strbuf_addf(json, ",\"starts\":%" PRId64 ",\"ends\":%" PRId64 ",\"hits\":%zu}", silence->starts_ms,
		    silence->ends_ms, hits);
	strbuf_release(&matchers);
}

static void answer_list(struct driver *driver)
{
	struct strbuf json = STRBUF_INIT;
	struct alertmanager_health health;

	alertmanager_get_health(driver->am, &health);
	strbuf_addf(&json, "{\"healthy\":%s", health.healthy ? "true" : "false");
	add_member(&json, "reason", health.reason);
	add_member(&json, "version", health.version);
	strbuf_addstr(&json, ",\"alerts\":[");
	for (size_t i = 0; i < alertmanager_alert_count(driver->am); i++) {
		strbuf_addstr(&json, i ? "," : "");
		add_alert(&json, driver->am, alertmanager_alert(driver->am, i));
	}
	strbuf_addstr(&json, "],\"silences\":[");
	for (size_t i = 0; i < alertmanager_silence_count(driver->am); i++) {
		strbuf_addstr(&json, i ? "," : "");
		add_silence(&json, driver->am, i);
	}
	strbuf_addstr(&json, "]}");
	print(&json);
}

static void answer_match(struct driver *driver, const char *text)
{
	struct strbuf json = STRBUF_INIT;
	struct arena arena = { 0 };
	struct silence silence = { .id = "", .author = "", .comment = "", .starts_ms = 1, .ends_ms = 2 };
	struct error error = { "" }, refusal = { "" };
	const char *comma = "";

	strbuf_addch(&json, '{');
	if (silence_read_matchers(&silence, text, &arena, &error)) {
		add_member(&json, "wrong", error.text);
	} else {
		struct silence_filter *filter = silence_filter_new(&silence);
		struct strbuf written = STRBUF_INIT;

		silence_add_matchers(&written, &silence);
		add_member(&json, "matchers", written.text);
		strbuf_release(&written);
		if (silence_check(&silence, &refusal))
			add_member(&json, "refused", refusal.text);
		strbuf_addstr(&json, ",\"ids\":[");
		for (size_t i = 0; i < alertmanager_alert_count(driver->am); i++) {
			const struct am_alert *alert = alertmanager_alert(driver->am, i);

			if (!silence_filter_matches(filter, &alert->labels))
				continue;
			strbuf_addf(&json, "%s\"%s\"", comma, alert->id);
			comma = ",";
		}
		strbuf_addch(&json, ']');
		silence_filter_free(filter);
	}
	strbuf_addch(&json, '}');
	print(&json);
	arena_release(&arena);
}

static void answer_change(struct driver *driver)
{
	struct strbuf json = STRBUF_INIT;

	strbuf_addch(&json, '{');
	add_member(&json, "id", driver->id);
	add_member(&json, "reason", driver->words);
	strbuf_addch(&json, '}');
	print(&json);
}

static void on_done(void *user, const char *id, const char *reason)
{
	struct driver *driver = user;

	snprintf(driver->id, sizeof(driver->id), "%s", id ? id : "");
	snprintf(driver->words, sizeof(driver->words), "%s", reason ? reason : "");
	driver->done = true;
}

static void on_settled(void *user, const char *id, const char *words)
{
	struct driver *driver = user;

	snprintf(driver->settled_id, sizeof(driver->settled_id), "%s", id ? id : "");
	snprintf(driver->settled, sizeof(driver->settled), "%s", words);
}

static void answer_settled(struct driver *driver)
{
	struct strbuf json = STRBUF_INIT;

	strbuf_addch(&json, '{');
	add_member(&json, "id", driver->settled_id);
	add_member(&json, "words", driver->settled);
	strbuf_addch(&json, '}');
	print(&json);
}

static int set_silence(struct driver *driver, const char *text)
{
	cJSON *wanted = json_parse(text, strlen(text), "set", NULL);
	struct arena arena = { 0 };
	struct silence silence = { .id = json_string(wanted, "id", ""),
				   .author = json_string(wanted, "author", ""),
				   .comment = json_string(wanted, "comment", ""),
				   .starts_ms = (int64_t)json_number(wanted, "starts", 0),
				   .ends_ms = (int64_t)json_number(wanted, "ends", 0) };
	struct error error;
	int result = silence_read_matchers(&silence, json_string(wanted, "matchers", ""), &arena, &error);

	if (result)
		on_done(driver, NULL, error.text);
	else
		alertmanager_set_silence(driver->am, &silence, on_done, driver);
	arena_release(&arena);
	cJSON_Delete(wanted);
	return result;
}

static void add_rule(struct strbuf *json, const struct server_rule *rule)
{
	strbuf_addch(json, '{');
	add_member(json, "name", rule->name);
	add_member(json, "group", rule->group);
	add_member(json, "file", rule->file);
	add_member(json, "query", rule->expression);
	add_member(json, "health", rule->health);
	add_member(json, "lastError", rule->last_error);
	add_member(json, "type", rule->kind == RULE_RECORD ? "recording" : "alerting");
	strbuf_addf(json, ",\"duration\":%" PRId64 ",\"keepFiringFor\":%" PRId64 ",\"last\":%" PRId64, rule->for_ms,
		    rule->keep_firing_ms, rule->last_ms);
	add_labels(json, "labels", &rule->labels);
	add_labels(json, "annotations", &rule->annotations);
	strbuf_addch(json, '}');
}

static void add_server_alert(struct strbuf *json, const struct server_alert *alert)
{
	char number[40];

	snprintf(number, sizeof(number), "%.17g", alert->value);
	strbuf_addch(json, '{');
	add_member(json, "state", alert->phase == ALERT_FIRING ? "firing" : "pending");
	add_member(json, "value", number);
	strbuf_addf(json, ",\"active\":%" PRId64 ",\"rule\":%" PRId64, alert->active_ms,
		    alert->rule == SIZE_MAX ? INT64_C(-1) : (int64_t)alert->rule);
	add_labels(json, "labels", &alert->labels);
	add_labels(json, "annotations", &alert->annotations);
	strbuf_addch(json, '}');
}

static void answer_rules(struct driver *driver)
{
	static const char *const states[] = { [SERVER_RULES_UNKNOWN] = "unknown",
					      [SERVER_RULES_THERE] = "there",
					      [SERVER_RULES_NONE] = "none",
					      [SERVER_RULES_FAILING] = "failing" };
	struct strbuf json = STRBUF_INIT;
	const char *reason;

	strbuf_addch(&json, '{');
	add_member(&json, "state", states[server_rules_state(driver->server, &reason, NULL)]);
	add_member(&json, "reason", reason);
	strbuf_addstr(&json, ",\"rules\":[");
	for (size_t i = 0; i < server_rules_count(driver->server); i++) {
		strbuf_addstr(&json, i ? "," : "");
		add_rule(&json, server_rules_rule(driver->server, i));
	}
	strbuf_addstr(&json, "],\"alerts\":[");
	for (size_t i = 0; i < server_rules_alert_count(driver->server); i++) {
		strbuf_addstr(&json, i ? "," : "");
		add_server_alert(&json, server_rules_alert(driver->server, i));
	}
	strbuf_addstr(&json, "]}");
	print(&json);
}

static bool is_change_done(const struct driver *driver)
{
	return driver->done;
}

static bool is_am_idle(const struct driver *driver)
{
	return !alertmanager_busy(driver->am);
}

static bool is_server_idle(const struct driver *driver)
{
	return !server_rules_busy(driver->server);
}

static void wait_for(struct driver *driver, bool (*is_ended)(const struct driver *driver),
		     void (*answer)(struct driver *driver))
{
	driver->is_ended = is_ended;
	driver->answer = answer;
	timer_start(driver->look, 0);
}

static void run_command(struct driver *driver, const char *line)
{
	driver->done = false;
	if (strcmp(line, "list") == 0) {
		alertmanager_refresh(driver->am);
		wait_for(driver, is_am_idle, answer_list);
	} else if (strncmp(line, "match ", 6) == 0) {
		answer_match(driver, line + 6);
	} else if (strncmp(line, "set ", 4) == 0) {
		set_silence(driver, line + 4);
		wait_for(driver, is_change_done, answer_change);
	} else if (strncmp(line, "expire ", 7) == 0) {
		alertmanager_expire_silence(driver->am, line + 7, on_done, driver);
		wait_for(driver, is_change_done, answer_change);
	} else if (strcmp(line, "settled") == 0) {
		answer_settled(driver);
	} else if (strcmp(line, "rules") == 0 && driver->server) {
		server_rules_refresh(driver->server);
		wait_for(driver, is_server_idle, answer_rules);
	} else {
		printf("{\"error\":\"no such command\"}\n");
		fflush(stdout);
	}
}

/* The next command, unless one still waits for its answer. */
static void run_commands(struct driver *driver)
{
	char *end;

	while (!driver->is_ended && (end = memchr(driver->input.text, '\n', driver->input.length))) {
		char *line = strndup(driver->input.text, (size_t)(end - driver->input.text));
		size_t left = driver->input.length - (size_t)(end + 1 - driver->input.text);

		memmove(driver->input.text, end + 1, left);
		strbuf_truncate(&driver->input, left);
		run_command(driver, line);
		free(line);
	}
}

static void on_look(void *user)
{
	struct driver *driver = user;

	if (!driver->is_ended(driver)) {
		timer_start(driver->look, 2);
		return;
	}
	driver->is_ended = NULL;
	driver->answer(driver);
	run_commands(driver);
}

static void on_input(void *user, int events)
{
	struct driver *driver = user;
	char bytes[4096];
	ssize_t length = read(STDIN_FILENO, bytes, sizeof(bytes));

	(void)events;
	if (length <= 0) {
		loop_stop(driver->loop);
		return;
	}
	strbuf_add(&driver->input, bytes, (size_t)length);
	run_commands(driver);
}

int main(int argc, char **argv)
{
	struct driver driver = { 0 };
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct io_watch *input;
	struct error error;

	if (argc < 2) {
		fprintf(stderr, "usage: alertmanager URL [PROMETHEUS-URL]\n");
		return 2;
	}
	strbuf_init(&driver.input);
	driver.loop = loop_new(&error);
	pool = pool_new(driver.loop, 1, &error);
	resolver = resolver_new(driver.loop, pool);
	http = http_new(driver.loop, resolver, &error);
	driver.look = timer_new(driver.loop, on_look, &driver);
	driver.am = alertmanager_new(&(struct alertmanager_config){ .loop = driver.loop,
								    .http = http,
								    .url = argv[1],
								    .timeout_ms = TIMEOUT_MS,
								    .interval_ms = 500,
								    .on_settled = on_settled,
								    .user = &driver },
				     &error);
	if (argc > 2)
		driver.server = server_rules_new(&(struct server_rules_config){ .loop = driver.loop,
										.http = http,
										.url = argv[2],
										.timeout_ms = TIMEOUT_MS,
										.interval_ms = 60000 },
						 &error);
	if (!driver.am || (argc > 2 && !driver.server)) {
		fprintf(stderr, "%s\n", error.text);
		return 2;
	}
	input = io_watch_new(driver.loop, STDIN_FILENO, LOOP_READ, on_input, &driver);
	loop_run(driver.loop);
	io_watch_free(input);
	server_rules_free(driver.server);
	alertmanager_free(driver.am);
	timer_free(driver.look);
	http_free(http);
	resolver_free(resolver);
	pool_free(pool);
	loop_free(driver.loop);
	strbuf_release(&driver.input);
	return 0;
}
