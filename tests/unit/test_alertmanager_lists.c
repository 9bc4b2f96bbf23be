/* What is known of an Alertmanager, sorted and joined. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager_private.h"
#include "base/mem.h"
#include "base/strbuf.h"

static void read_in(struct am_reader *reader, enum am_question question, const char *text)
{
	am_reader_init(reader, question, 0);
	reader->stream = json_stream_new(&am_shapes[question], reader);
	json_stream_feed(reader->stream, text, strlen(text));
	cr_assert_eq(json_stream_finish(reader->stream, NULL), 0, "%s", text);
	json_stream_free(reader->stream);
}

static void set_lists(struct alertmanager *am, const char *alerts, const char *silences, const char *groups)
{
	struct am_reader reader;

	read_in(&reader, AM_ASK_ALERTS, alerts);
	am_lists_publish_alerts(am, reader.alerts);
	reader.alerts = NULL;
	am_reader_release(&reader);
	read_in(&reader, AM_ASK_SILENCES, silences);
	am_lists_publish_silences(am, reader.silences);
	reader.silences = NULL;
	am_reader_release(&reader);
	read_in(&reader, AM_ASK_GROUPS, groups);
	am_lists_publish_groups(am, reader.groups);
	reader.groups = NULL;
	am_reader_release(&reader);
	am_lists_join(am);
}

static void release(struct alertmanager *am)
{
	am_alerts_free(am->alerts);
	am_silences_free(am->silences);
	am_groups_free(am->groups);
}

#define MATCHERS "\"matchers\":[{\"name\":\"alertname\",\"value\":\"A.*\",\"isRegex\":true}]"
#define SILENCE(id, state, ends)                                                                                       \
	"{\"id\":\"" id "\",\"status\":{\"state\":\"" state "\"},\"endsAt\":\"2026-11-22T" ends "Z\"," MATCHERS "}"

static const char silences[] =
	"[" SILENCE("old", "expired", "10:00:00") "," SILENCE("later", "pending", "18:00:00") "," SILENCE(
		"older", "expired", "09:00:00") "," SILENCE("soon", "active", "12:00:00") "," SILENCE("twin", "active",
												      "12:00:00") "]";

static const char alerts[] =
	"[{\"fingerprint\":\"ff\",\"labels\":{\"alertname\":\"A1\"},\"status\":{\"state\":\"suppressed\","
	"\"silencedBy\":[\"twin\",\"soon\",\"gone\"]}},"
	"{\"fingerprint\":\"aa\",\"labels\":{\"alertname\":\"A2\"},\"status\":{\"state\":\"suppressed\","
	"\"silencedBy\":[\"soon\"]}},"
	"{\"fingerprint\":\"bb\",\"labels\":{\"alertname\":\"B\"},\"status\":{\"state\":\"active\"}}]";

Test(alertmanager_lists, sorts_silences_by_what_ends_next)
{
	static const char *const order[] = { "soon", "twin", "later", "old", "older" };
	struct alertmanager am = { 0 };

	set_lists(&am, alerts, silences, "[]");
	cr_assert_eq(alertmanager_silence_count(&am), 5u);
	for (size_t i = 0; i < 5; i++) {
		cr_expect_str_eq(alertmanager_silence(&am, i)->id, order[i]);
		cr_expect_eq(alertmanager_silence_find(&am, order[i]), alertmanager_silence(&am, i));
	}
	cr_expect_null(alertmanager_silence_find(&am, ""));
	cr_expect_null(alertmanager_silence_find(&am, "zz"));
	release(&am);
}

Test(alertmanager_lists, finds_the_group_of_an_alert)
{
	struct alertmanager am = { 0 };

	set_lists(&am, alerts, "[]",
		  "[{\"labels\":{\"g\":\"1\"},\"receiver\":{\"name\":\"x\"},\"alerts\":[{\"fingerprint\":\"bb\"},"
		  "{\"fingerprint\":\"gone\"}]},"
		  "{\"labels\":{\"g\":\"2\"},\"receiver\":{\"name\":\"y\"},\"alerts\":[{\"fingerprint\":\"bb\"},"
		  "{\"fingerprint\":\"ff\"}]}]");
	cr_expect_eq(alertmanager_alert(&am, 0)->group, 1u);
	cr_expect_eq(alertmanager_alert(&am, 1)->group, SIZE_MAX);
	cr_expect_eq(alertmanager_alert(&am, 2)->group, 0u); /* the first of two */
	release(&am);
}

Test(alertmanager_lists, may_be_empty)
{
	struct alertmanager am = { 0 };

	set_lists(&am, "[]", "[]", "[]");
	set_lists(&am, "[]", silences, "null");
	cr_expect_eq(alertmanager_silence_count(&am), 5u);
	cr_expect_eq(alertmanager_alert_count(&am), 0u);
	set_lists(&am, alerts, "null", "[]");
	cr_expect_eq(alertmanager_alert_count(&am), 3u);
	cr_expect_null(alertmanager_silence_find(&am, "soon"));
	release(&am);
}

Test(alertmanager_lists, asks_a_silence_of_the_list)
{
	static const struct label items[] = { { "alertname", "A9" } }, others[] = { { "alertname", "B" } };
	const struct labels labels = { items, 1 }, other = { others, 1 };
	struct alertmanager am = { 0 };

	set_lists(&am, alerts, silences, "[]");
	for (int i = 0; i < 2; i++) {
		cr_expect(alertmanager_silence_matches(&am, 0, &labels));
		cr_expect_not(alertmanager_silence_matches(&am, 0, &other));
	}
	cr_expect_str_eq(labels_get(&alertmanager_alert_find(&am, "bb")->labels, "alertname"), "B");
	cr_expect_null(alertmanager_alert_find(&am, "none"));
	release(&am);
}
