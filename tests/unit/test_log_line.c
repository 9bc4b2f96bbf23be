#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "logs/log_line.h"
#include "logs/log_zone.h"

/* 2026-11-22 03:41:00 UTC, and what "now" is in these tests: that day's noon. */
#define AT_0341 INT64_C(1795318860000)
#define NOW     INT64_C(1795348800000)

static struct log_line line;
static char *space;

static void parse_as(enum line_format format, const struct log_zone *zone, const char *text, size_t length)
{
	struct line_parser parser = { .format = format, .zone = zone, .now_ms = NOW };

	free(space);
	space = malloc(log_line_space(length)); /* exactly what is asked for: the sanitizer sees a byte too many */
	log_line_parse(&line, &parser, text, length, space);
}

static void parse(const char *text)
{
	parse_as(LINE_FORMAT_AUTO, NULL, text, strlen(text));
}

static const char *text_of(struct line_text text)
{
	static char copies[4][512];
	static unsigned next;
	char *copy = copies[next++ % 4];

	snprintf(copy, sizeof(copies[0]), "%.*s", (int)text.length, text.text ? text.text : "");
	return copy;
}

static const char *field(const char *name)
{
	struct line_text value;

	return log_line_get(&line, name, &value) ? text_of(value) : "(none)";
}

struct sample {
	const char *text;
	enum line_shape shape;
	int64_t time_ms;
	enum line_level level;
	const char *component, *message;
};

static const struct sample samples[] = {
	/* Python's logging, as an application writes it. */
	{ "2026-11-22 03:41:00,250 - uni0.core - ERROR - database is locked", LINE_PLAIN, AT_0341 + 250, LINE_ERROR,
	  "uni0.core", "database is locked" },
	{ "WARNING:root:no such agent", LINE_PLAIN, LOG_NO_TIME, LINE_WARNING, "", "root:no such agent" },
	{ "INFO:     127.0.0.1:5000 - \"GET / HTTP/1.1\" 200 OK", LINE_PLAIN, LOG_NO_TIME, LINE_INFO, "",
	  "127.0.0.1:5000 - \"GET / HTTP/1.1\" 200 OK" },
	/* Java */
	{ "2026-11-22 03:41:00,123 [main] ERROR com.foo.Bar - it broke", LINE_PLAIN, AT_0341 + 123, LINE_ERROR,
	  "com.foo.Bar", "it broke" },
	/* PostgreSQL */
	{ "2026-11-22 03:41:00.100 UTC [1234] ops@db FATAL:  too many clients", LINE_PLAIN, AT_0341 + 100,
	  LINE_CRITICAL, "", "too many clients" },
	{ "2026-11-22 03:41:00 UTC [1] LOG:  checkpoint complete", LINE_PLAIN, AT_0341, LINE_INFO, "",
	  "checkpoint complete" },
	/* nginx, Redis */
	{ "2026/11/22 03:41:00 [error] 12#12: *1 connect() failed", LINE_PLAIN, AT_0341, LINE_ERROR, "",
	  "12#12: *1 connect() failed" },
	{ "1:M 22 Nov 2026 03:41:00.123 # oom", LINE_PLAIN, AT_0341 + 123, LINE_WARNING, "", "oom" },
	{ "1:M 22 Nov 2026 03:41:00.123 * Ready", LINE_PLAIN, AT_0341 + 123, LINE_INFO, "", "Ready" },
	/* bracketed time, lower case level */
	{ "[2026-11-22T05:41:00+02:00] [warn] slow", LINE_PLAIN, AT_0341, LINE_WARNING, "", "slow" },
	{ "2026-11-22T03:41:00Z an error occurred", LINE_PLAIN, AT_0341, LINE_UNKNOWN, "", "an error occurred" },
	{ "1795318860.5 debug here", LINE_PLAIN, AT_0341 + 500, LINE_DEBUG, "", "here" },
	/* syslog */
	{ "Nov 22 03:41:00 jump-1 sshd[411]: Accepted publickey", LINE_SYSLOG, AT_0341, LINE_UNKNOWN, "sshd",
	  "Accepted publickey" },
	{ "<11>Nov 22 03:41:00 jump-1 app: oh", LINE_SYSLOG, AT_0341, LINE_ERROR, "app", "oh" },
	{ "Dec 31 23:59:59 h cron: x", LINE_SYSLOG, INT64_C(1767225599000), LINE_UNKNOWN, "cron", "x" },
	{ "<34>1 2026-11-22T03:41:00.003Z web su - ID47 [ex@1 a=\"1\" b=\"x\\]y\"] 'su root' failed", LINE_SYSLOG,
	  AT_0341 + 3, LINE_CRITICAL, "su", "'su root' failed" },
	{ "<34>1 - - - - - - \xef\xbb\xbfhello", LINE_SYSLOG, LOG_NO_TIME, LINE_CRITICAL, "", "hello" },
	/* klog */
	{ "E1122 03:41:00.678901   12345 reflector.go:56] \"Failed\" err=\"not found\"", LINE_KLOG, AT_0341 + 678,
	  LINE_ERROR, "reflector.go:56", "\"Failed\" err=\"not found\"" },
	/* logfmt */
	{ "ts=2026-11-22T03:41:00.5Z caller=main.go:1 level=warn component=tsdb msg=\"a \\\"b\\\" c\"", LINE_LOGFMT,
	  AT_0341 + 500, LINE_WARNING, "tsdb", "a \"b\" c" },
	{ "a=1", LINE_PLAIN, LOG_NO_TIME, LINE_UNKNOWN, "", "a=1" },
	/* access */
	{ "10.0.0.1 - bob [22/Nov/2026:03:41:00 +0000] \"GET /a?b=c HTTP/1.1\" 502 17 \"-\" \"curl/8\" 0.25",
	  LINE_ACCESS, AT_0341, LINE_ERROR, "", "\"GET /a?b=c HTTP/1.1\" 502" },
	{ "10.0.0.1 - - [22/Nov/2026:04:41:00 +0100] \"\\x16\\x03\" 400 0", LINE_ACCESS, AT_0341, LINE_WARNING, "",
	  "\"\\x16\\x03\" 400" },
	/* containers */
	{ "2026-11-22T03:41:00.5Z stdout F plain words", LINE_PLAIN, AT_0341 + 500, LINE_UNKNOWN, "", "plain words" },
	{ "2026-11-22T03:41:00.5Z stderr F {\"level\":\"error\",\"msg\":\"x\"}", LINE_JSON, AT_0341 + 500, LINE_ERROR,
	  "", "x" },
	{ "2026-11-22T03:41:00Z {\"level\":30,\"msg\":\"x\",\"name\":\"n\"}", LINE_JSON, AT_0341, LINE_INFO, "n", "x" },
	{ "[pod/web-1/app] {\"lvl\":\"dbg\",\"msg\":\"x\"}", LINE_JSON, LOG_NO_TIME, LINE_DEBUG, "app", "x" },
	{ "backend-1  | ERROR: gone", LINE_PLAIN, LOG_NO_TIME, LINE_ERROR, "backend-1", "gone" },
	{ "{\"log\":\"{\\\"level\\\":\\\"warn\\\",\\\"msg\\\":\\\"in\\\"}\\n\",\"stream\":\"stderr\",\"time\":\"2026-"
	  "11-22T03:41:00Z\"}",
	  LINE_JSON, AT_0341, LINE_WARNING, "", "in" },
	{ "{\"log\":\"ERROR: text\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-22T03:41:00Z\"}", LINE_PLAIN, AT_0341,
	  LINE_ERROR, "", "text" },
	/* journald */
	{ "{\"MESSAGE\":\"hi\",\"PRIORITY\":\"4\",\"_SYSTEMD_UNIT\":\"app.service\",\"SYSLOG_IDENTIFIER\":\"python3\","
	  "\"__REALTIME_TIMESTAMP\":\"1795318860123456\"}",
	  LINE_JSON, AT_0341 + 123, LINE_WARNING, "app.service", "hi" },
	{ "{\"MESSAGE\":[72,105,255],\"PRIORITY\":\"7\"}", LINE_JSON, LOG_NO_TIME, LINE_DEBUG, "", "Hi\xff" },
	{ "{\"MESSAGE\":\"{\\\"level\\\":\\\"error\\\",\\\"message\\\":\\\"deep\\\"}\",\"PRIORITY\":\"6\"}", LINE_JSON,
	  LOG_NO_TIME, LINE_ERROR, "", "deep" },
	/* nothing to hold on to */
	{ "", LINE_PLAIN, LOG_NO_TIME, LINE_UNKNOWN, "", "" },
	{ "{not json", LINE_PLAIN, LOG_NO_TIME, LINE_UNKNOWN, "", "{not json" },
	{ "Traceback (most recent call last):", LINE_PLAIN, LOG_NO_TIME, LINE_UNKNOWN, "",
	  "Traceback (most recent call last):" },
};

Test(log_line, shapes)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *sample = &samples[i];

		parse(sample->text);
		cr_expect_eq(line.shape, sample->shape, "%s: shape %d", sample->text, (int)line.shape);
		cr_expect_eq(line.time_ms, sample->time_ms, "%s: time %lld", sample->text, (long long)line.time_ms);
		cr_expect_eq(line.level, sample->level, "%s: level %s", sample->text, line_level_name(line.level));
		cr_expect_str_eq(text_of(line.component), sample->component, "%s: component '%s'", sample->text,
				 text_of(line.component));
		cr_expect_str_eq(text_of(line.message), sample->message, "%s: message '%s'", sample->text,
				 text_of(line.message));
	}
}

static const char access_json[] =
	"{\"timestamp\": \"2026-11-22T03:41:00.123456+00:00\", \"level\": \"INFO\", \"logger\": \"app.access\", "
	"\"message\": \"request\", \"module\": \"mw\", \"line\": 88, \"method\": \"GET\", \"url\": \"/a\", "
	"\"status_code\": 200, \"process_time_ms\": 12.5, \"user_id\": null, "
	"\"exception\": {\"type\": \"ValueError\", \"message\": \"b\\u00e4d\", \"traceback\": [\"a\", \"b\"], "
	"\"deep\": {\"x\": 1}}, \"ok\": true}";

Test(log_line, json_fields)
{
	parse(access_json);
	cr_assert_eq(line.shape, LINE_JSON);
	cr_assert_not(line.broken);
	cr_assert_eq(line.time_ms, AT_0341 + 123);
	cr_assert_str_eq(text_of(line.component), "app.access");
	cr_assert_str_eq(text_of(line.message), "request", "a nested message is not the line's");
	cr_assert_str_eq(field("status_code"), "200");
	cr_assert_str_eq(field("process_time_ms"), "12.5");
	cr_assert_str_eq(field("user_id"), "null");
	cr_assert_str_eq(field("ok"), "true");
	cr_assert_str_eq(field("exception.type"), "ValueError");
	cr_assert_str_eq(field("exception.message"), "b\xc3\xa4"
						     "d");
	cr_assert_str_eq(field("exception.traceback"), "[\"a\", \"b\"]");
	cr_assert_str_eq(field("exception.deep"), "{\"x\": 1}");
	cr_assert_str_eq(field("nothing"), "(none)");
}

Test(log_line, escapes)
{
	parse("{\"msg\":\"a\\n\\t\\\"\\\\\\/ \\ud83d\\ude00 \\ud83d \\u0041 \\q \\u00zz\"}");
	cr_assert_str_eq(text_of(line.message), "a\n\t\"\\/ \xf0\x9f\x98\x80 \xef\xbf\xbd A q u00zz");
	parse("{\"msg\":\"a\\u0000b\"}");
	cr_assert_eq(line.message.length, 3);
	cr_assert_eq(memcmp(line.message.text, "a\0b", 3), 0);
}

Test(log_line, broken_json_keeps_what_was_read)
{
	static const char *const cut[] = {
		"{\"level\":\"error\",\"msg\":\"half",
		"{\"level\":\"error\",\"msg\":\"x\",\"a\":[1,2",
		"{\"level\":\"error\",\"msg\":\"x\"} trailing",
		"{\"level\":\"error\",\"msg\":\"x\",,}",
		"{\"level\":\"error\" \"msg\"}",
		"{\"level\":\"error\",\"a\":\"\\",
	};

	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		parse(cut[i]);
		cr_expect(line.broken, "%s", cut[i]);
		cr_expect_eq(line.level, LINE_ERROR, "%s", cut[i]);
		cr_expect(line.message.text != NULL);
	}
}

Test(log_line, bounds)
{
	char *text = malloc(200000);
	size_t length = 0;

	text[length++] = '{';
	for (int i = 0; i < 500; i++)
		length += (size_t)sprintf(text + length, "%s\"k%d\":{\"%0*d\":\"\\n\"}", i ? "," : "", i, 200, i);
	text[length++] = '}';
	parse_as(LINE_FORMAT_AUTO, NULL, text, length);
	cr_assert_eq(line.field_count, LOG_LINE_FIELDS);
	cr_assert_gt(line.fields_dropped, 100);
	memset(text, '[', 200000);
	memcpy(text, "{\"a\":", 5);
	parse_as(LINE_FORMAT_AUTO, NULL, text, 200000);
	cr_assert(line.broken);
	memset(text, 0xff, 200000);
	parse_as(LINE_FORMAT_AUTO, NULL, text, 200000);
	cr_assert_eq(line.message.length, LOG_LINE_BYTES);
	free(text);
}

Test(log_line, configured_formats)
{
	const char *json = "{\"level\":\"error\",\"msg\":\"x\"}", *plain = "ERROR: x";

	parse_as(LINE_FORMAT_TEXT, NULL, json, strlen(json));
	cr_assert_eq(line.shape, LINE_PLAIN);
	parse_as(LINE_FORMAT_JSON, NULL, plain, strlen(plain));
	cr_assert(line.broken);
	cr_assert_eq(line.level, LINE_UNKNOWN);
	parse_as(LINE_FORMAT_ACCESS, NULL, plain, strlen(plain));
	cr_assert_eq(line.shape, LINE_PLAIN);
	cr_assert_str_eq(text_of(line.message), plain);
}

Test(log_line, access_fields)
{
	parse("10.0.0.1 - bob [22/Nov/2026:03:41:00 +0000] \"POST /a?b=c HTTP/1.1\" 502 17 \"-\" \"curl/8\" rt=0.25 "
	      "upstream=\"10.1.1.1:80\"");
	cr_assert_str_eq(field("client_ip"), "10.0.0.1");
	cr_assert_str_eq(field("user_id"), "bob");
	cr_assert_str_eq(field("method"), "POST");
	cr_assert_str_eq(field("url"), "/a?b=c");
	cr_assert_str_eq(field("path"), "/a");
	cr_assert_str_eq(field("query_params"), "b=c");
	cr_assert_str_eq(field("status_code"), "502");
	cr_assert_str_eq(field("response_size"), "17");
	cr_assert_str_eq(field("referer"), "(none)", "a dash is nothing");
	cr_assert_str_eq(field("user_agent"), "curl/8");
	cr_assert_str_eq(field("rt"), "0.25");
	cr_assert_str_eq(field("upstream"), "10.1.1.1:80");
}

Test(log_line, zones)
{
	struct log_zone zone;
	struct error error;
	const char *winter = "2026-11-22 04:41:00 INFO x", *summer = "2026-07-01 05:00:00 INFO x";

	cr_assert_eq(log_zone_read(&zone, "+01:00", &error), 0);
	parse_as(LINE_FORMAT_AUTO, &zone, winter, strlen(winter));
	cr_assert_eq(line.time_ms, AT_0341);
	cr_assert_eq(log_zone_read(&zone, "-0330", &error), 0);
	cr_assert_eq(zone.first_s, -(3 * 3600 + 1800));
	cr_assert_eq(log_zone_read(&zone, "Mars/Olympus", &error), -1);
	cr_assert_eq(log_zone_read(&zone, "../../etc/passwd", &error), -1);
	cr_assert_eq(log_zone_read(&zone, "", &error), -1);
	cr_assert_eq(log_zone_read(&zone, "local", &error), 0);
	if (log_zone_read(&zone, "Europe/Berlin", &error) < 0)
		cr_skip_test("no zone files here");
	parse_as(LINE_FORMAT_AUTO, &zone, winter, strlen(winter));
	cr_assert_eq(line.time_ms, AT_0341);
	parse_as(LINE_FORMAT_AUTO, &zone, summer, strlen(summer));
	cr_assert_eq(line.time_ms, INT64_C(1782874800000), "%lld", (long long)line.time_ms);
	/* The hour that comes twice is the first, the one that is left out as before the change. */
	cr_assert_eq(log_zone_to_utc(&zone, INT64_C(1792895400000)), INT64_C(1792895400000) - 2 * CLOCK_HOUR);
	cr_assert_eq(log_zone_to_utc(&zone, INT64_C(1774751400000)), INT64_C(1774751400000) - CLOCK_HOUR);
}

Test(log_line, level_words)
{
	cr_assert_eq(line_level_read("WaRn", 4), LINE_WARNING);
	cr_assert_eq(line_level_read("crit", 4), LINE_CRITICAL);
	cr_assert_eq(line_level_read("nothing", 7), LINE_UNKNOWN);
	cr_assert_eq(line_level_read("", 0), LINE_UNKNOWN);
	for (int i = LINE_TRACE; i < LINE_LEVELS; i++)
		cr_assert_eq(line_level_read(line_level_name((enum line_level)i),
					     strlen(line_level_name((enum line_level)i))),
			     (enum line_level)i);
}
