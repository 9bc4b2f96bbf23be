#include "situation/change_log.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "query/bundle.h"
#include "situation/changes.h"

#define KEPT_MAX       50000               /* identities, and what was told */
#define SHOWN_MAX      32                  /* values kept of one identity */
#define START_SLACK_S  2.0                 /* start times are reckoned from uptimes: they waver */
#define LOOP_MS        (10 * CLOCK_MINUTE) /* restarts within this are counted together */
#define TOLD_AGAIN_MS  (15 * CLOCK_MINUTE) /* the same change, found again in history at another moment */
#define PLAUSIBLE_FROM 1e9                 /* a time since the epoch, not an uptime */

/* A value that an identity has shown. */
struct shown {
	char *labels; /* values of the labels that change, a line each; "" for rules by value */
	double value;
	int64_t last_ms;
	uint64_t order; /* the greatest is the one shown last */
};

struct identity {
	char *name; /* for people */
	VEC(struct shown) shown;
	uint64_t order;
	int64_t restarts_ms[8]; /* the last ones, a ring */
	unsigned restarts;
};

struct change_subject {
	const struct change_rule *rule;
	struct identity *identity;
	char *key;
	char *prefix; /* of the text: "go " */
	char *labels;
};

struct change_log {
	struct feed *feed;
	const char *system;
	struct map identities;
	struct map told; /* what was told, with int64_t times */
};

static void identity_free(void *value)
{
	struct identity *identity = value;

	for (size_t i = 0; i < identity->shown.count; i++)
		free(identity->shown.items[i].labels);
	vec_release(&identity->shown);
	free(identity->name);
	free(identity);
}

struct change_log *change_log_new(struct feed *feed, const char *system)
{
	struct change_log *log = mem_zalloc(sizeof(*log));

	log->feed = feed;
	log->system = system;
	return log;
}

void change_log_free(struct change_log *log)
{
	if (!log)
		return;
	map_release(&log->identities, identity_free);
	map_release(&log->told, free);
	free(log);
}

void change_log_forget(struct change_log *log)
{
	map_release(&log->identities, identity_free);
	map_init(&log->identities);
}

void change_log_bound(struct change_log *log)
{
	if (log->identities.count > KEPT_MAX)
		change_log_forget(log);
	if (log->told.count <= KEPT_MAX)
		return;
	map_release(&log->told, free);
	map_init(&log->told);
}

static bool is_in(const struct option_strings *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static void add_word(struct strbuf *buf, const char *text)
{
	if (text && *text)
		strbuf_addf(buf, "%s%s", buf->length ? " " : "", text);
}

/* Key and name of whoever these labels are of. */
static void name_identity(const struct change_rule *rule, const struct labels *labels, struct strbuf *key,
			  struct strbuf *name)
{
	strbuf_addf(key, "%s\n", rule->name);
	for (size_t i = 0; i < rule->identity.count; i++) {
		const char *label = rule->identity.items[i], *value = labels_get(labels, label);

		strbuf_addf(key, "%s=%s\n", label, value ? value : "");
		if (strcmp(label, "__name__") != 0)
			add_word(name, value);
	}
	for (size_t i = 0; !rule->identity.count && i < labels->count; i++) {
		const struct label *label = &labels->items[i];

		if (is_in(&rule->changes, label->name) || strcmp(label->name, BUNDLE_LABEL) == 0)
			continue;
		strbuf_addf(key, "%s=%s\n", label->name, label->value);
		if (strcmp(label->name, "__name__") != 0)
			add_word(name, label->value);
	}
}

/* Of a metric named for what was built: "go_build_info" tells of "go". */
static char *prefix_of(const struct change_rule *rule, const struct labels *labels)
{
	static const char ending[] = "_build_info";
	const char *name = labels_get(labels, "__name__");
	size_t length = name ? strlen(name) : 0, tail = sizeof(ending) - 1;

	if (rule->kind != CHANGE_DEPLOY || length <= tail || strcmp(name + length - tail, ending) != 0)
		return mem_strdup("");
	return mem_printf("%.*s ", (int)(length - tail), name);
}

struct change_subject *change_log_subject(struct change_log *log, const struct change_rule *rule,
					  const struct labels *labels)
{
	struct change_subject *subject = mem_zalloc(sizeof(*subject));
	struct strbuf key = STRBUF_INIT, name = STRBUF_INIT, shown = STRBUF_INIT;

	name_identity(rule, labels, &key, &name);
	for (size_t i = 0; i < rule->changes.count; i++) {
		const char *value = labels_get(labels, rule->changes.items[i]);

		strbuf_addf(&shown, "%s\n", value ? value : "");
	}
	subject->rule = rule;
	subject->prefix = prefix_of(rule, labels);
	subject->labels = strbuf_detach(&shown);
	subject->identity = map_get(&log->identities, key.text);
	if (!subject->identity) {
		subject->identity = mem_zalloc(sizeof(*subject->identity));
		subject->identity->name = mem_strdup(name.text);
		map_set(&log->identities, key.text, subject->identity);
	}
	subject->key = strbuf_detach(&key);
	strbuf_release(&name);
	return subject;
}

void change_subject_free(struct change_subject *subject)
{
	if (!subject)
		return;
	free(subject->key);
	free(subject->prefix);
	free(subject->labels);
	free(subject);
}

static bool by_value(const struct change_subject *subject)
{
	return !subject->rule->changes.count;
}

static bool same_value(const struct change_subject *subject, double a, double b)
{
	if (subject->rule->kind == CHANGE_RESTART)
		return fabs(a - b) <= START_SLACK_S;
	return a == b || (isnan(a) && isnan(b));
}

static bool is_shown(const struct change_subject *subject, const struct shown *shown, double value)
{
	return by_value(subject) ? same_value(subject, shown->value, value)
				 : strcmp(shown->labels, subject->labels) == 0;
}

static struct shown *find(const struct change_subject *subject, double value)
{
	struct identity *identity = subject->identity;

	for (size_t i = identity->shown.count; i > 0; i--)
		if (is_shown(subject, &identity->shown.items[i - 1], value))
			return &identity->shown.items[i - 1];
	return NULL;
}

/* What was shown last, before the one at hand. */
static const struct shown *former(const struct change_subject *subject, const struct shown *now)
{
	const struct identity *identity = subject->identity;
	const struct shown *ret = NULL;

	for (size_t i = 0; i < identity->shown.count; i++) {
		const struct shown *shown = &identity->shown.items[i];

		if (shown != now && (!ret || shown->order > ret->order))
			ret = shown;
	}
	return ret;
}

static struct shown *keep(const struct change_subject *subject, double value)
{
	struct identity *identity = subject->identity;
	size_t oldest = 0;

	if (identity->shown.count == SHOWN_MAX) {
		for (size_t i = 1; i < identity->shown.count; i++)
			if (identity->shown.items[i].order < identity->shown.items[oldest].order)
				oldest = i;
		free(identity->shown.items[oldest].labels);
		memmove(&identity->shown.items[oldest], &identity->shown.items[oldest + 1],
			(identity->shown.count - oldest - 1) * sizeof(struct shown));
		identity->shown.count--;
	}
	vec_push(&identity->shown, (struct shown){ .labels = mem_strdup(subject->labels), .value = value });
	return &identity->shown.items[identity->shown.count - 1];
}

/* The same change must not be told twice: by the moment of a start, else by what came and about when. */
static bool tell_once(struct change_log *log, const struct change_subject *subject, double value, int64_t time_ms)
{
	char *key = by_value(subject) ? mem_printf("%s%.0f", subject->key, value)
				      : mem_printf("%s%s", subject->key, subject->labels);
	int64_t *told = map_get(&log->told, key);
	bool ret = true;

	if (!told) {
		told = mem_zalloc(sizeof(*told));
		map_set(&log->told, key, told);
	} else if ((by_value(subject) && subject->rule->kind == CHANGE_RESTART) ||
		   llabs((long long)(time_ms - *told)) < TOLD_AGAIN_MS) {
		ret = false;
	}
	*told = time_ms;
	free(key);
	return ret;
}

/* One line of several, not terminated; moves on to the next. */
static const char *next_line(const char **text, int *ret_length)
{
	const char *line = *text;
	size_t length = strcspn(line, "\n");

	*text = line + length + (line[length] == '\n');
	*ret_length = (int)length;
	return line;
}

static void add_labels(const struct change_subject *subject, const struct shown *before, struct strbuf *text)
{
	const char *from = before ? before->labels : "", *to = subject->labels;

	strbuf_addstr(text, subject->prefix);
	for (size_t i = 0, said = 0; i < subject->rule->changes.count; i++) {
		int from_length, to_length;
		const char *old = next_line(&from, &from_length), *new = next_line(&to, &to_length);

		if (from_length == to_length && strncmp(old, new, (size_t)to_length) == 0)
			continue;
		/* A hash tells by its beginning. */
		if (strcmp(subject->rule->changes.items[i], "sha256") == 0) {
			from_length = from_length > 8 ? 8 : from_length;
			to_length = to_length > 8 ? 8 : to_length;
		}
		strbuf_addf(text, "%s%s %.*s -> %.*s", said++ ? ", " : "", subject->rule->changes.items[i],
			    from_length ? from_length : 1, from_length ? old : "-", to_length ? to_length : 1,
			    to_length ? new : "-");
	}
}

/* How many restarts lie within the last minutes, this one included. */
static unsigned count_restart(struct identity *identity, int64_t time_ms)
{
	const unsigned most = sizeof(identity->restarts_ms) / sizeof(identity->restarts_ms[0]);
	unsigned count = 0;

	identity->restarts_ms[identity->restarts++ % most] = time_ms;
	for (unsigned i = 0; i < most && i < identity->restarts; i++)
		count += time_ms - identity->restarts_ms[i] < LOOP_MS;
	return count;
}

static void tell(struct change_log *log, const struct change_subject *subject, const struct shown *before, double value,
		 int64_t time_ms)
{
	static const enum event_kind kinds[] = {
		[CHANGE_DEPLOY] = EVENT_DEPLOY, [CHANGE_CONFIG] = EVENT_CONFIG, [CHANGE_RESTART] = EVENT_RESTART
	};
	struct event event = { .time_ms = time_ms,
			       .kind = kinds[subject->rule->kind],
			       .system = log->system,
			       .subject = subject->identity->name };
	struct strbuf text = STRBUF_INIT;
	unsigned many;

	if (!tell_once(log, subject, value, time_ms))
		return;
	if (!by_value(subject)) {
		add_labels(subject, before, &text);
	} else if (subject->rule->kind == CHANGE_RESTART) {
		many = count_restart(subject->identity, time_ms);
		event.weight = before ? EVENT_WARNING : EVENT_PLAIN;
		strbuf_addstr(&text, before ? "restarted" : "started");
		if (many > 2) {
			strbuf_addf(&text, ", %u times in 10 minutes", many);
			event.weight = EVENT_BAD;
		}
	} else {
		strbuf_addf(&text, "%s %.17g -> %.17g", subject->rule->name, before ? before->value : NAN, value);
	}
	event.text = text.text;
	feed_add(log->feed, &event);
	strbuf_release(&text);
}

/* A start time is the moment of the event itself, when it is one and not long past. */
static bool started_at(const struct change_subject *subject, double value, int64_t time_ms, int64_t *ret_ms)
{
	if (subject->rule->kind != CHANGE_RESTART || !by_value(subject) || !(value > PLAUSIBLE_FROM) ||
	    value > (double)time_ms / 1000 + 60)
		return false;
	*ret_ms = (int64_t)(value * 1000);
	return *ret_ms > time_ms - CHANGES_PAST_MS;
}

void change_log_see(struct change_log *log, struct change_subject *subject, double value, int64_t time_ms)
{
	struct identity *identity = subject->identity;
	struct shown *shown = find(subject, value);
	bool first = !identity->shown.count, known, starts = by_value(subject) && subject->rule->kind == CHANGE_RESTART;
	int64_t at_ms = time_ms;
	bool dated = started_at(subject, value, time_ms, &at_ms);

	if (starts && isnan(value))
		return;
	known = shown && (starts || time_ms - shown->last_ms < CHANGES_MEMORY_MS);
	if (!shown)
		shown = keep(subject, value);
	if (!known && (!first || dated))
		tell(log, subject, former(subject, shown), value, dated ? at_ms : time_ms);
	shown->value = value; /* one that wavers may drift */
	shown->last_ms = time_ms;
	shown->order = ++identity->order;
}
