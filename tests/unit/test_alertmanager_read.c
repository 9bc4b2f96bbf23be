/* Answers of Alertmanager's API, well formed and not, in one piece and byte by byte. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager_private.h"
#include "base/strbuf.h"

#define NOON INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

/* Read `text` in pieces of `piece` bytes; the reason of a failure goes to `error`. */
static int read_in(struct am_reader *reader, enum am_question question, const char *text, size_t length, size_t piece,
		   struct error *error)
{
	struct json_stream *stream;
	int result;

	am_reader_init(reader, question, NOON);
	stream = reader->stream = json_stream_new(&am_shapes[question], reader);
	for (size_t at = 0; at < length; at += piece)
		if (json_stream_feed(stream, text + at, length - at < piece ? length - at : piece))
			break;
	result = json_stream_finish(stream, error);
	json_stream_free(stream);
	return result;
}

static void read_well(struct am_reader *reader, enum am_question question, const char *text)
{
	struct error error = { "" };

	cr_assert_eq(read_in(reader, question, text, strlen(text), strlen(text) + 1, &error), 0, "%s: %s", text,
		     error.text);
}

static const char alerts[] =
	"[{\"annotations\":{\"summary\":\"too hot\",\"empty\":\"\"},\"endsAt\":\"2026-11-22T12:04:00.000Z\","
	"\"fingerprint\":\"1ea81d5b3d7d4b6e\",\"receivers\":[{\"name\":\"pager\"},{\"name\":\"mail\"}],"
	"\"startsAt\":\"2026-11-22T13:30:00.987654321+01:30\",\"status\":{\"inhibitedBy\":[],\"silencedBy\":[],"
	"\"state\":\"active\"},\"updatedAt\":\"2026-11-22T12:00:00.001Z\",\"generatorURL\":\"http://p/graph?g0=1\","
	"\"labels\":{\"severity\":\"page\",\"alertname\":\"Hot\"}},\n"
	"{\"labels\":{\"alertname\":\"Warm\"},\"status\":{\"state\":\"suppressed\",\"silencedBy\":[\"a\",\"b\"],"
	"\"inhibitedBy\":[\"c\"]},\"new\":{\"deep\":[1,{\"x\":null}]}}]";

static void check_alerts(const struct am_alerts *list)
{
	const struct am_alert *alert = &list->items.items[0];

	cr_assert_eq(list->items.count, 2u);
	cr_expect_str_eq(labels_get(&alert->labels, "alertname"), "Hot");
	cr_expect_str_eq(labels_get(&alert->labels, "severity"), "page");
	cr_expect_str_eq(labels_get(&alert->annotations, "summary"), "too hot");
	cr_expect_eq(alert->fingerprint, labels_fingerprint(&alert->labels));
	cr_expect_str_eq(alert->id, "1ea81d5b3d7d4b6e");
	cr_expect_eq(alert->starts_ms, NOON + 987);
	cr_expect_eq(alert->ends_ms, NOON + 240000);
	cr_expect_eq(alert->updated_ms, NOON + 1);
	cr_expect_str_eq(alert->generator_url, "http://p/graph?g0=1");
	cr_expect_eq(alert->state, AM_ACTIVE);
	cr_expect_eq(alert->receiver_count, 2u);
	cr_expect_str_eq(alert->receivers[1], "mail");
	cr_expect_eq(alert->silenced_count + alert->inhibited_count, 0u);
	alert++;
	cr_expect_eq(alert->state, AM_SUPPRESSED);
	cr_expect_eq(alert->silenced_count, 2u);
	cr_expect_str_eq(alert->silenced_by[1], "b");
	cr_expect_str_eq(alert->inhibited_by[0], "c");
	cr_expect_eq(alert->starts_ms, 0);
	cr_expect_eq(strlen(alert->id), 16u);
	cr_expect_eq(alert->annotations.count, 0u);
}

Test(alertmanager_read, reads_alerts)
{
	struct am_reader reader;

	read_well(&reader, AM_ASK_ALERTS, alerts);
	check_alerts(reader.alerts);
	am_reader_release(&reader);
}

Test(alertmanager_read, reads_whatever_the_pieces)
{
	struct am_reader reader;

	for (size_t piece = 1; piece < 20; piece++) {
		cr_assert_eq(read_in(&reader, AM_ASK_ALERTS, alerts, strlen(alerts), piece, NULL), 0);
		check_alerts(reader.alerts);
		am_reader_release(&reader);
	}
}

Test(alertmanager_read, knows_an_equal_answer)
{
	static const char *const texts[] = {
		"[{\"labels\":{\"a\":\"b\"},\"status\":{\"state\":\"active\"}}]",
		"[ {\"labels\":{\"a\":\"b\"},\"x\":7,\"status\":{\"state\":\"active\"}} ]",
		"[{\"labels\":{\"a\":\"c\"},\"status\":{\"state\":\"active\"}}]",
		"[{\"labels\":{\"b\":\"b\"},\"status\":{\"state\":\"active\"}}]",
		"[]",
		"null",
	};
	uint64_t digests[6];

	for (size_t i = 0; i < 6; i++) {
		struct am_reader reader;
		struct json_stream *stream;

		am_reader_init(&reader, AM_ASK_ALERTS, NOON);
		stream = reader.stream = json_stream_new(&am_shapes[AM_ASK_ALERTS], &reader);
		json_stream_feed(stream, texts[i], strlen(texts[i]));
		cr_expect_eq(json_stream_finish(stream, NULL), 0, "%s", texts[i]);
		digests[i] = json_stream_digest(stream);
		json_stream_free(stream);
		am_reader_release(&reader);
	}
	cr_expect_eq(digests[0], digests[1]);
	for (size_t i = 0; i < 6; i++)
		for (size_t at = i + 1; at < 6; at++)
			cr_expect(digests[i] != digests[at] || i + at == 1, "%zu %zu", i, at);
}

static const struct {
	const char *text;
	int64_t ms;
} times[] = {
	{ "\"2026-11-22T12:00:00Z\"", NOON },
	{ "\"2026-11-22T12:00:00.5Z\"", NOON + 500 },
	{ "\"2026-11-22T12:00:00.123456789Z\"", NOON + 123 },
	{ "\"2026-11-22T14:00:00+02:00\"", NOON },
	{ "\"2026-11-22T01:30:00.250-10:30\"", NOON + 250 },
	{ "\"0001-01-01T00:00:00.000Z\"", 0 },
	{ "\"2026-13-22T12:00:00Z\"", 0 },
	{ "\"2026-11-22T25:00:00Z\"", 0 },
	{ "\"tomorrow, maybe, at noon\"", 0 },
	{ "\"now-99999999999999999999\"", 0 },
	{ "\"11111111111111111111111\"", 0 },
	{ "\"\"", 0 },
	{ "1795348800", 0 },
	{ "null", 0 },
	{ "{\"x\":1}", 0 },
	{ "[\"2026-11-22T12:00:00Z\"]", 0 },
};

Test(alertmanager_read, reads_times_and_tolerates_others)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct am_reader reader;
		char text[200];

		snprintf(text, sizeof(text), "[{\"labels\":{\"a\":\"b\"},\"startsAt\":%s}]", times[i].text);
		read_well(&reader, AM_ASK_ALERTS, text);
		cr_expect_eq(reader.alerts->items.items[0].starts_ms, times[i].ms, "%s: %lld", times[i].text,
			     (long long)reader.alerts->items.items[0].starts_ms);
		am_reader_release(&reader);
	}
}

static const struct {
	enum am_question question;
	const char *text, *reason;
} wrong[] = {
	{ AM_ASK_ALERTS, "", "not an Alertmanager (empty answer)" },
	{ AM_ASK_ALERTS, " \n", "not an Alertmanager (empty answer)" },
	{ AM_ASK_ALERTS, "<html>", "not an Alertmanager (HTML page)" },
	{ AM_ASK_ALERTS, "OK", "not an Alertmanager (no JSON)" },
	{ AM_ASK_ALERTS, "{}", "not an Alertmanager (other JSON)" },
	{ AM_ASK_ALERTS, "{\"status\":\"success\",\"data\":[]}", "not an Alertmanager (other JSON)" },
	{ AM_ASK_ALERTS, "[{\"labels\":{\"a\":\"b\"}}", "answer breaks off" },
	{ AM_ASK_ALERTS, "[{\"labels\":{\"a\":\"b\"}}}", "broken JSON in the answer" },
	{ AM_ASK_ALERTS, "[]]", "broken JSON in the answer" },
	{ AM_ASK_ALERTS, "[{}]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_ALERTS, "[{\"labels\":[]}]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_ALERTS, "[{\"labels\":{\"a\":7}}]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_SILENCES, "[{\"id\":\"x\"}]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_SILENCES, "[{\"matchers\":[{\"name\":\"a\",\"value\":\"b\"}]}]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_SILENCES, "[{\"id\":\"x\",\"matchers\":[]}]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_STATUS, "[]", "not an Alertmanager (other JSON)" },
	{ AM_ASK_GROUPS, "\"x\"", "not an Alertmanager (no JSON)" },
};

Test(alertmanager_read, says_what_is_wrong_with_an_answer)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct am_reader reader;
		struct error error = { "" };

		cr_expect_eq(read_in(&reader, wrong[i].question, wrong[i].text, strlen(wrong[i].text), 7, &error), -1,
			     "%s", wrong[i].text);
		cr_expect_str_eq(error.text, wrong[i].reason, "%s: %s", wrong[i].text, error.text);
		am_reader_release(&reader);
	}
}

Test(alertmanager_read, takes_nothing_for_an_empty_list)
{
	struct am_reader reader;

	read_well(&reader, AM_ASK_ALERTS, "[]");
	cr_expect_eq(reader.alerts->items.count, 0u);
	am_reader_release(&reader);
	read_well(&reader, AM_ASK_SILENCES, "null");
	cr_expect_eq(reader.silences->items.count, 0u);
	am_reader_release(&reader);
}

Test(alertmanager_read, bounds_depth_labels_and_texts)
{
	struct strbuf text = STRBUF_INIT;
	struct am_reader reader;
	struct error error;

	for (int i = 0; i < 70; i++)
		strbuf_addstr(&text, "[");
	cr_expect_eq(read_in(&reader, AM_ASK_ALERTS, text.text, text.length, 64, &error), -1);
	cr_expect_str_eq(error.text, "answer nested over 63 levels");
	am_reader_release(&reader);
	strbuf_clear(&text);
	strbuf_addstr(&text, "[{\"labels\":{");
	for (int i = 0; i < 257; i++)
		strbuf_addf(&text, "%s\"l%d\":\"x\"", i ? "," : "", i);
	strbuf_addstr(&text, "}}]");
	cr_expect_eq(read_in(&reader, AM_ASK_ALERTS, text.text, text.length, 64, &error), -1);
	cr_expect_str_eq(error.text, "alert with over 256 labels");
	am_reader_release(&reader);
	strbuf_clear(&text);
	strbuf_addstr(&text, "[{\"labels\":{\"a\":\"b\"},\"annotations\":{\"long\":\"");
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&text, 'x');
	strbuf_addstr(&text, "\"}}]");
	cr_expect_eq(read_in(&reader, AM_ASK_ALERTS, text.text, text.length, 4096, &error), 0);
	cr_expect_eq(strlen(labels_get(&reader.alerts->items.items[0].annotations, "long")), JSON_STREAM_TEXT_BYTES);
	am_reader_release(&reader);
	strbuf_release(&text);
}

/* A NUL would end the text for everybody else, and make one label of two. */
Test(alertmanager_read, keeps_what_stands_behind_a_nul)
{
	struct am_reader reader;

	read_well(&reader, AM_ASK_ALERTS, "[{\"labels\":{\"a\":\"x\\u0000y\"}}]");
	cr_expect_str_eq(labels_get(&reader.alerts->items.items[0].labels, "a"), "x\xEF\xBF\xBDy");
	am_reader_release(&reader);
}

static const char silences[] =
	"[{\"id\":\"s1\",\"status\":{\"state\":\"pending\"},\"updatedAt\":\"2026-11-22T12:00:00.000Z\","
	"\"comment\":\"disk \\\"swap\\\"\",\"createdBy\":\"ada\",\"endsAt\":\"2026-11-22T12:01:00.000Z\","
	"\"matchers\":[{\"isEqual\":false,\"isRegex\":true,\"name\":\"a\",\"value\":\"b.*\"},"
	"{\"name\":\"c\",\"value\":\"\"}],\"startsAt\":\"2026-11-22T12:00:30.000Z\"},"
	"{\"id\":\"s2\",\"matchers\":[{\"name\":\"c\",\"value\":\"d\"}],\"startsAt\":\"2026-11-22T11:00:30.000Z\","
	"\"endsAt\":\"2026-11-22T11:59:00.000Z\"}]";

Test(alertmanager_read, reads_silences)
{
	struct am_reader reader;
	const struct silence *silence;

	read_well(&reader, AM_ASK_SILENCES, silences);
	cr_assert_eq(reader.silences->items.count, 2u);
	silence = &reader.silences->items.items[0];
	cr_expect_str_eq(silence->id, "s1");
	cr_expect_eq(silence->state, SILENCE_PENDING);
	cr_expect_eq(silence->starts_ms, NOON + 30000);
	cr_expect_eq(silence->ends_ms, NOON + 60000);
	cr_expect_eq(silence->updated_ms, NOON);
	cr_expect_str_eq(silence->author, "ada");
	cr_expect_str_eq(silence->comment, "disk \"swap\"");
	cr_assert_eq(silence->matcher_count, 2u);
	cr_expect(silence->matchers[0].is_regex && !silence->matchers[0].is_equal);
	cr_expect_str_eq(silence->matchers[0].value, "b.*");
	cr_expect(!silence->matchers[1].is_regex && silence->matchers[1].is_equal); /* an old server says neither */
	silence++;
	cr_expect_eq(silence->state, SILENCE_EXPIRED); /* judged by its times */
	cr_expect_str_eq(silence->author, "");
	am_reader_release(&reader);
}

Test(alertmanager_read, reads_groups)
{
	struct am_reader reader;
	const struct am_grouping *grouping;

	read_well(&reader, AM_ASK_GROUPS,
		  "[{\"alerts\":[{\"fingerprint\":\"aa\",\"labels\":{\"x\":\"y\"}},{\"fingerprint\":\"bb\"}],"
		  "\"labels\":{\"job\":\"web\"},\"receiver\":{\"name\":\"pager\"}},"
		  "{\"alerts\":[],\"labels\":{},\"receiver\":{\"name\":\"mail\"}}]");
	cr_assert_eq(reader.groups->items.count, 2u);
	grouping = &reader.groups->items.items[0];
	cr_expect_eq(grouping->group.labels.count, 1u);
	cr_expect_str_eq(labels_get(&grouping->group.labels, "job"), "web");
	cr_expect_str_eq(grouping->group.receiver, "pager");
	cr_expect_eq(grouping->group.count, 2u);
	cr_expect_str_eq(grouping->ids[1], "bb");
	cr_expect_eq(grouping[1].group.count, 0u);
	cr_expect_str_eq(grouping[1].group.receiver, "mail");
	am_reader_release(&reader);
}

Test(alertmanager_read, takes_the_version_of_the_status_and_nothing_else)
{
	struct am_reader reader;
	struct strbuf text = STRBUF_INIT;

	read_well(&reader, AM_ASK_STATUS,
		  "{\"config\":{\"original\":\"hush\",\"version\":\"no\"},\"versionInfo\":{\"version\":\"0.25.0\"}}");
	cr_expect_str_eq(reader.version, "0.25.0");
	am_reader_release(&reader);
	strbuf_addstr(&text, "{\"versionInfo\":{\"version\":\"");
	for (int i = 0; i < 100; i++)
		strbuf_addch(&text, 'v');
	strbuf_addstr(&text, "\"}}");
	read_well(&reader, AM_ASK_STATUS, text.text);
	cr_expect_eq(strlen(reader.version), 39u);
	am_reader_release(&reader);
	strbuf_release(&text);
}
