#include "alert/past.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "config/json.h"

/*
 * How far apart the beginnings of one and the same may lie for two consoles
 * where no end is known: rules are evaluated a minute apart at most, and one
 * may have missed some.
 */
#define NEAR_MS         (5 * CLOCK_MINUTE)
#define REPORTS_MAX     500   /* of one alert: the newest are kept */
#define ALL_REPORTS_MAX 20000 /* put in order within a few milliseconds */
#define LABELS_MAX      (32u * 1024)

/* What one console, or several with the same clock, saw of one time. */
struct report {
	int64_t active_ms, fired_ms, resolved_ms; /* 0: not told */
};

/* One alert. */
struct line {
	uint64_t fingerprint;
	char *name, *labels;
	int priority;
	VEC(struct report) reports;   /* by active_ms */
	VEC(struct past_alert) times; /* of the reports, those that overlap as one; by active_ms */
};

/* All times of all alerts, newest first: made when it is asked for. */
struct list {
	VEC(const struct past_alert *) items;
	bool stale;
};

struct alert_past {
	char *system;
	struct map lines;
	size_t reports; /* of all lines */
	size_t most;    /* of them, before the oldest make room */
	struct list *list;
};

static void line_free(void *value)
{
	struct line *line = value;

	vec_release(&line->reports);
	vec_release(&line->times);
	free(line->name);
	free(line->labels);
	free(line);
}

struct alert_past *alert_past_new(const char *system)
{
	struct alert_past *past = mem_zalloc(sizeof(*past));

	past->system = mem_strdup(system);
	past->list = mem_zalloc(sizeof(*past->list));
	past->most = ALL_REPORTS_MAX;
	map_init(&past->lines);
	return past;
}

void alert_past_free(struct alert_past *past)
{
	if (!past)
		return;
	map_release(&past->lines, line_free);
	vec_release(&past->list->items);
	free(past->list);
	free(past->system);
	free(past);
}

static void join(struct past_alert *time, const struct report *report)
{
	if (report->fired_ms && (!time->fired_ms || report->fired_ms < time->fired_ms))
		time->fired_ms = report->fired_ms;
	if (report->resolved_ms > time->resolved_ms)
		time->resolved_ms = report->resolved_ms;
}

/* An alert is active anew only when it was resolved: what overlaps is the same time, seen by others. */
static void merge_reports(struct line *line)
{
	vec_clear(&line->times);
	for (size_t i = 0; i < line->reports.count; i++) {
		const struct report *report = &line->reports.items[i];
		struct past_alert *before = line->times.count ? &line->times.items[line->times.count - 1] : NULL;

		if (before && (before->resolved_ms ? report->active_ms < before->resolved_ms
						   : report->active_ms - before->active_ms <= NEAR_MS)) {
			join(before, report);
			continue;
		}
		if (before)
			before->cut = !before->resolved_ms;
		vec_push(&line->times, (struct past_alert){ .fingerprint = line->fingerprint,
							    .name = line->name,
							    .labels = line->labels,
							    .active_ms = report->active_ms,
							    .fired_ms = report->fired_ms,
							    .resolved_ms = report->resolved_ms,
							    .priority = line->priority });
	}
}

/* The report of that beginning, made when it is new. */
static struct report *report_at(struct line *line, int64_t active_ms)
{
	size_t at = line->reports.count;

	while (at > 0 && line->reports.items[at - 1].active_ms > active_ms)
		at--;
	if (at > 0 && line->reports.items[at - 1].active_ms == active_ms)
		return &line->reports.items[at - 1];
	if (line->reports.count >= REPORTS_MAX) {
		if (at == 0)
			return NULL;
		memmove(line->reports.items, line->reports.items + 1, --line->reports.count * sizeof(struct report));
		at--;
	}
	vec_push(&line->reports, (struct report){ 0 });
	memmove(line->reports.items + at + 1, line->reports.items + at,
		(line->reports.count - 1 - at) * sizeof(struct report));
	line->reports.items[at] = (struct report){ .active_ms = active_ms };
	return &line->reports.items[at];
}

/* The earliest beginning and the latest end that were told hold. */
static bool update(struct report *report, int64_t fired_ms, int64_t resolved_ms)
{
	struct report before = *report;

	if (fired_ms && (!report->fired_ms || fired_ms < report->fired_ms))
		report->fired_ms = fired_ms;
	if (resolved_ms > report->resolved_ms)
		report->resolved_ms = resolved_ms;
	return before.fired_ms != report->fired_ms || before.resolved_ms != report->resolved_ms;
}

static int compare_ms(const void *a, const void *b)
{
	int64_t at = *(const int64_t *)a, bt = *(const int64_t *)b;

	return at < bt ? -1 : at > bt;
}

/* When the oldest quarter of all began to be active. */
static int64_t oldest_quarter(const struct alert_past *past)
{
	int64_t *times = mem_array(past->reports, sizeof(*times)), ret;
	size_t count = 0;

	for (size_t i = 0; i < past->lines.capacity; i++) {
		const struct line *line = past->lines.entries[i].key ? past->lines.entries[i].value : NULL;

		for (size_t k = 0; line && k < line->reports.count; k++)
			times[count++] = line->reports.items[k].active_ms;
	}
	qsort(times, count, sizeof(*times), compare_ms);
	ret = times[count / 4];
	free(times);
	return ret;
}

/* False: nothing is left of it. */
static bool line_forget(struct line *line, int64_t before_ms)
{
	size_t gone = 0;

	while (gone < line->reports.count && line->reports.items[gone].active_ms < before_ms)
		gone++;
	if (!gone)
		return true;
	line->reports.count -= gone;
	memmove(line->reports.items, line->reports.items + gone, line->reports.count * sizeof(struct report));
	merge_reports(line);
	return line->reports.count > 0;
}

/* Where alerts flap, or labels change all the time, the oldest quarter makes room. */
static void bound_reports(struct alert_past *past)
{
	VEC(char *) empty = { 0 };
	int64_t before_ms;

	if (past->reports <= past->most)
		return;
	before_ms = oldest_quarter(past);
	past->reports = 0;
	for (size_t i = 0; i < past->lines.capacity; i++) {
		const struct map_entry *entry = &past->lines.entries[i];

		if (!entry->key)
			continue;
		if (!line_forget(entry->value, before_ms))
			vec_push(&empty, mem_strdup(entry->key));
		past->reports += ((const struct line *)entry->value)->reports.count;
	}
	for (size_t i = 0; i < empty.count; i++) {
		line_free(map_remove(&past->lines, empty.items[i]));
		free(empty.items[i]);
	}
	vec_release(&empty);
	/* Where they all began at once, none is older: not each further one is to look for some. */
	past->most = past->reports + past->reports / 4;
	if (past->most < ALL_REPORTS_MAX)
		past->most = ALL_REPORTS_MAX;
}

static struct line *line_of(struct alert_past *past, const char *subject, const cJSON *body)
{
	struct line *line = map_get(&past->lines, subject);

	if (line)
		return line;
	line = mem_zalloc(sizeof(*line));
	line->fingerprint = strtoull(subject, NULL, 16);
	line->name = mem_strdup(json_string(body, "name", ""));
	line->labels = mem_strdup(json_string(body, "labels", "{}"));
	map_set(&past->lines, subject, line);
	return line;
}

/* A time as the body has it; 0 for what is none. */
static int64_t read_time(const cJSON *body, const char *name)
{
	double value = json_number(body, name, 0);

	return value > 0 && value < 1e15 ? (int64_t)value : 0;
}

static bool take_body(struct alert_past *past, const char *subject, const cJSON *body)
{
	int64_t active_ms = read_time(body, "active_ms"), resolved_ms = read_time(body, "resolved_ms");
	int64_t fired_ms = read_time(body, "fired_ms");
	struct report *report;
	struct line *line;
	size_t before;

	/* An end before its beginning would be a time that nothing overlaps. */
	if (!active_ms || !(fired_ms || resolved_ms) || (resolved_ms && resolved_ms < active_ms))
		return false;
	line = line_of(past, subject, body);
	before = line->reports.count;
	report = report_at(line, active_ms);
	past->reports += line->reports.count - before;
	if (!report || !update(report, fired_ms, resolved_ms))
		return false;
	line->priority = json_int(body, "priority", -1);
	merge_reports(line);
	past->list->stale = true;
	return true;
}

bool alert_past_take(struct alert_past *past, const struct journal_event *event)
{
	cJSON *body;
	bool changed;

	if (strcmp(event->kind, "alert") != 0 || strcmp(event->system, past->system) != 0 ||
	    strlen(event->subject) != 16 || strspn(event->subject, "0123456789abcdef") != 16)
		return false;
	body = json_parse(event->body, strlen(event->body), "journal", NULL);
	changed = body && take_body(past, event->subject, body);
	cJSON_Delete(body);
	if (changed)
		bound_reports(past);
	return changed;
}

/* Newest first; what began at the same time in an order that stays. */
static int compare_times(const void *left, const void *right)
{
	const struct past_alert *a = *(const struct past_alert *const *)left;
	const struct past_alert *b = *(const struct past_alert *const *)right;
	int64_t at = a->fired_ms ? a->fired_ms : a->active_ms, bt = b->fired_ms ? b->fired_ms : b->active_ms;

	if (at != bt)
		return at > bt ? -1 : 1;
	if (a->fingerprint != b->fingerprint)
		return a->fingerprint < b->fingerprint ? -1 : 1;
	return a->active_ms > b->active_ms ? -1 : a->active_ms < b->active_ms;
}

static struct list *fresh_list(const struct alert_past *past)
{
	struct list *list = past->list;

	if (!list->stale)
		return list;
	list->stale = false;
	vec_clear(&list->items);
	for (size_t i = 0; i < past->lines.capacity; i++) {
		const struct line *line = past->lines.entries[i].key ? past->lines.entries[i].value : NULL;

		for (size_t k = 0; line && k < line->times.count; k++)
			vec_push(&list->items, &line->times.items[k]);
	}
	if (list->items.count)
		qsort(list->items.items, list->items.count, sizeof(*list->items.items), compare_times);
	return list;
}

size_t alert_past_count(const struct alert_past *past)
{
	return fresh_list(past)->items.count;
}

const struct past_alert *alert_past_at(const struct alert_past *past, size_t index)
{
	const struct list *list = fresh_list(past);

	return index < list->items.count ? list->items.items[index] : NULL;
}

unsigned alert_past_fired(const struct alert_past *past, uint64_t fingerprint, int64_t since_ms)
{
	const struct line *line;
	char subject[17];
	unsigned count = 0;

	snprintf(subject, sizeof(subject), "%016" PRIx64, fingerprint);
	line = map_get(&past->lines, subject);
	for (size_t i = 0; line && i < line->times.count; i++)
		count += line->times.items[i].fired_ms && line->times.items[i].fired_ms >= since_ms;
	return count;
}

static void make_body(struct strbuf *body, const struct alert_instance *instance, int64_t resolved_ms, int priority)
{
	const char *name = labels_get(&instance->labels, "alertname");
	struct strbuf labels = STRBUF_INIT;

	labels_add(&labels, &instance->labels);
	strbuf_addstr(body, "{\"name\":");
	strbuf_add_json(body, name ? name : "");
	strbuf_addf(body, ",\"state\":\"%s\",\"active_ms\":%" PRId64 ",\"fired_ms\":%" PRId64,
		    resolved_ms ? "resolved" : "firing", instance->active_ms, instance->fired_ms);
	if (resolved_ms)
		strbuf_addf(body, ",\"resolved_ms\":%" PRId64, resolved_ms);
	strbuf_addf(body, ",\"priority\":%d,\"labels\":", priority);
	/* A body that is too long would be lost as a whole. */
	strbuf_add_json(body, labels.length <= LABELS_MAX ? labels.text : "{}");
	strbuf_addch(body, '}');
	strbuf_release(&labels);
}

void alert_past_record(struct journal *journal, const char *system, const struct rule_change *change, int priority,
		       int64_t now_ms)
{
	const struct alert_instance *instance = change->instance;
	bool fires = change->to == ALERT_FIRING;
	struct strbuf body = STRBUF_INIT;
	char subject[17];
	char *id;

	if (!fires && (change->from != ALERT_FIRING || change->to != ALERT_INACTIVE))
		return;
	snprintf(subject, sizeof(subject), "%016" PRIx64, instance->fingerprint);
	id = mem_printf("alert/%s/%s/%" PRId64 "/%s", system, subject, instance->active_ms,
			fires ? "firing" : "resolved");
	make_body(&body, instance, fires ? 0 : instance->resolved_ms ? instance->resolved_ms : now_ms, priority);
	journal_append(journal, &(struct journal_event){ .id = id,
							 .time_ms = now_ms,
							 .system = system,
							 .kind = "alert",
							 .subject = subject,
							 .body = body.text });
	strbuf_release(&body);
	free(id);
}
