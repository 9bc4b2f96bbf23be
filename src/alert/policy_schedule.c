#include <string.h>

#include "alert/escalation_private.h"
#include "alert/policy_reader.h"
#include "alert/silence.h"
#include "base/clock.h"
#include "base/mem.h"

struct rota_entry {
	const char *role, *start, *handoff, *hours;
	struct option_strings people;
};

#define AT(member) .offset = offsetof(struct rota_entry, member)
static const struct option rota_options[] = {
	{ "role", 0, OPTION_STRING, AT(role), .value_name = "ROLE", .help = "as paths name it", .required = true },
	{ "people", 0, OPTION_STRINGS, AT(people), .value_name = "NAME", .help = "a week each, again and again" },
	{ "start", 0, OPTION_STRING, AT(start), .value_name = "DATE",
	  .help = "the first one's turn begins at the first hand-off from then on" },
	{ "handoff", 0, OPTION_STRING, AT(handoff), .value_name = "WEEKDAY TIME", .help = "Monday 09:00, in UTC" },
	{ "hours", 0, OPTION_STRING, AT(hours), .fallback = "24/7", .value_name = "HOURS",
	  .help = "when somebody has the role at all (default 24/7)" },
	{ 0 },
};
#undef AT

struct override_entry {
	const char *role, *who, *from, *until;
};

#define AT(member) .offset = offsetof(struct override_entry, member)
static const struct option override_options[] = {
	{ "role", 0, OPTION_STRING, AT(role), .value_name = "ROLE", .help = "default: the first rota's" },
	{ "who", 0, OPTION_STRING, AT(who), .value_name = "NAME", .help = "who stands in", .required = true },
	{ "from", 0, OPTION_STRING, AT(from), .value_name = "TIME", .help = "in UTC", .required = true },
	{ "until", 0, OPTION_STRING, AT(until), .value_name = "TIME", .help = "in UTC", .required = true },
	{ 0 },
};
#undef AT

struct window_entry {
	const char *name, *reason, *from, *until, *at;
	struct option_strings match, days;
	int64_t length_ms;
};

#define AT(member) .offset = offsetof(struct window_entry, member)
static const struct option window_options[] = {
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME", .help = "what it is called", .required = true },
	{ "reason", 0, OPTION_STRING, AT(reason), .value_name = "TEXT", .help = "why", .required = true },
	{ "match", 0, OPTION_STRINGS, AT(match), .value_name = "MATCHERS", .help = "which alerts it mutes",
	  .required = true },
	{ "from", 0, OPTION_STRING, AT(from), .value_name = "TIME", .help = "in UTC" },
	{ "until", 0, OPTION_STRING, AT(until), .value_name = "TIME", .help = "in UTC" },
	{ "days", 0, OPTION_STRINGS, AT(days), .value_name = "WEEKDAY", .help = "it comes again: Sun, Mon-Fri" },
	{ "at", 0, OPTION_STRING, AT(at), .value_name = "TIME", .help = "time of day at which it then begins" },
	{ "length", 0, OPTION_DURATION, AT(length_ms), .minimum = 60000, .maximum = 604800000,
	  .help = "how long it then lasts" },
	{ 0 },
};
#undef AT

/* A member that was read, or the mapping where it is missing. */
static const struct yaml_node *place_of(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *member = yaml_get(node, key);

	return member ? member : node;
}

/* Only a date, or a date and a time: what depends on the present has no place in a file. */
static int read_time(const struct policy_reader *reader, const struct yaml_node *node, const char *key,
		     const char *text, int64_t *ret)
{
	struct error error;

	if (strlen(text) >= 10 && text[4] == '-' && text[7] == '-' && !time_parse(text, 0, ret, &error))
		return 0;
	error_set(&error, "'%.64s' is no time (2026-11-22 or 2026-11-22T03:41Z)", text);
	return policy_fault(reader, place_of(node, key), key, error.text);
}

static int add_matchers(const struct policy_reader *reader, const struct silence *read, struct matcher *ret,
			struct error *error)
{
	static const enum matcher_kind kinds[2][2] = { { MATCHER_NOT_EQUAL, MATCHER_EQUAL },
						       { MATCHER_NOT_REGEX, MATCHER_REGEX } };

	for (size_t i = 0; i < read->matcher_count; i++) {
		const struct silence_matcher *matcher = &read->matchers[i];

		ret[i] = (struct matcher){ .label = matcher->name,
					   .value = matcher->value,
					   .kind = kinds[matcher->is_regex][matcher->is_equal] };
		if (matcher_compile(&ret[i], false, error))
			return -1;
		vec_push(&reader->escalation->more->compiled, &ret[i]);
	}
	return 0;
}

int policy_matchers(const struct policy_reader *reader, const struct yaml_node *node,
		    const struct option_strings *texts, const struct matcher **ret, size_t *ret_count)
{
	struct matcher *matchers = arena_array(reader->arena, SILENCE_MATCHERS_MAX, sizeof(*matchers));
	size_t count = 0;

	for (size_t i = 0; i < texts->count; i++) {
		struct silence read = { 0 };
		struct error error = { "" };

		if (silence_read_matchers(&read, texts->items[i], reader->arena, &error))
			return policy_fault(reader, place_of(node, "match"), "match", error.text);
		if (count + read.matcher_count > SILENCE_MATCHERS_MAX)
			return policy_fault(reader, place_of(node, "match"), "match", "has too many matchers (64)");
		if (add_matchers(reader, &read, matchers + count, &error))
			return policy_fault(reader, place_of(node, "match"), "match", error.text);
		count += read.matcher_count;
	}
	if (!count)
		return policy_fault(reader, place_of(node, "match"), "match",
				    "has no matcher (alertname=~\".+\" is every alert)");
	*ret = matchers;
	*ret_count = count;
	return 0;
}

/* When the first turn begins: at the hand-off on the day it says, or the next. */
static int64_t first_turn(int64_t start_ms, int64_t handoff_ms)
{
	int64_t first_ms = start_ms - week_offset_ms(start_ms) + handoff_ms;

	return first_ms < start_ms ? first_ms + WEEK_MS : first_ms;
}

static int read_rota(const struct policy_reader *reader, const struct yaml_node *node)
{
	struct rota_entry entry = { 0 };
	struct rota rota = { .start_ms = INT64_MIN };
	struct error error;
	int result;

	if (policy_options(reader, rota_options, &entry, node))
		return -1;
	result = hours_parse(&rota.hours, entry.hours, &error)
			 ? policy_fault(reader, place_of(node, "hours"), "hours", error.text)
			 : 0;
	if (entry.handoff && week_time_parse(entry.handoff, &rota.handoff_ms, &error))
		result = policy_fault(reader, place_of(node, "handoff"), "handoff", error.text);
	if (entry.start && read_time(reader, node, "start", entry.start, &rota.start_ms))
		result = -1;
	if (entry.people.count > 1 && !entry.handoff)
		result = policy_fault(reader, node, NULL, "'handoff' is missing (Monday 09:00): several take turns");
	if (entry.people.count > 1 && !entry.start)
		result = policy_fault(reader, node, NULL, "'start' is missing (2026-03-09): whose turn is it?");
	if (result)
		return -1;
	rota.role = entry.role;
	rota.people = entry.people.items;
	rota.count = entry.people.count;
	rota.hands_off = entry.handoff != NULL;
	if (entry.start && entry.handoff)
		rota.start_ms = first_turn(rota.start_ms, rota.handoff_ms);
	vec_push(&reader->escalation->more->rotas, rota);
	return 0;
}

static int read_override(const struct policy_reader *reader, const struct yaml_node *node)
{
	const struct escalation_more *more = reader->escalation->more;
	struct override_entry entry = { 0 };
	struct rota_override override = { 0 };

	if (policy_options(reader, override_options, &entry, node))
		return -1;
	if (read_time(reader, node, "from", entry.from, &override.from_ms) ||
	    read_time(reader, node, "until", entry.until, &override.until_ms))
		return -1;
	if (override.until_ms <= override.from_ms)
		return policy_fault(reader, place_of(node, "until"), "until", "is not after 'from'");
	if (!entry.role && !more->rotas.count)
		return policy_fault(reader, node, NULL, "'role' is missing: there is no rota");
	override.role = entry.role ? entry.role : more->rotas.items[0].role;
	override.who = entry.who;
	vec_push(&reader->escalation->more->overrides, override);
	return 0;
}

int policy_rota(const struct policy_reader *reader, const struct yaml_node *rota, const struct yaml_node *overrides)
{
	size_t count;
	int result =
		policy_list(reader, rota, "- { role: on-call, people: [ana, ben], handoff: Monday 09:00 }", &count);

	for (size_t i = 0; i < count; i++)
		result |= read_rota(reader, rota->items[i]);
	result |= policy_list(reader, overrides, "- { who: ben, from: 2026-12-24, until: 2026-12-27 }", &count);
	for (size_t i = 0; i < count; i++)
		result |= read_override(reader, overrides->items[i]);
	return result;
}

/* Days, time and length belong together; without them it is one-off. */
static int read_again(const struct policy_reader *reader, const struct yaml_node *node,
		      const struct window_entry *entry, struct window_time *time)
{
	struct error error;
	int minute = 0;

	if (!entry->days.count || !entry->at || !entry->length_ms)
		return policy_fault(reader, node, NULL, "has neither 'from' and 'until' nor 'days', 'at' and 'length'");
	for (size_t i = 0; i < entry->days.count; i++) {
		unsigned days = 0;

		if (weekdays_parse(entry->days.items[i], strlen(entry->days.items[i]), &days, &error))
			return policy_fault(reader, place_of(node, "days"), "days", error.text);
		time->days |= days;
	}
	if (day_minute_parse(entry->at, strlen(entry->at), &minute, &error))
		return policy_fault(reader, place_of(node, "at"), "at", error.text);
	if (minute == 24 * 60)
		return policy_fault(reader, place_of(node, "at"), "at", "is the next day's 00:00");
	time->at_ms = minute * CLOCK_MINUTE;
	time->length_ms = entry->length_ms;
	return 0;
}

static int read_window(const struct policy_reader *reader, const struct yaml_node *node)
{
	struct window_time time = { .from_ms = INT64_MIN, .until_ms = INT64_MAX };
	struct escalation_window window = { 0 };
	struct window_entry entry = { 0 };
	bool again;

	if (policy_options(reader, window_options, &entry, node))
		return -1;
	if ((entry.from && read_time(reader, node, "from", entry.from, &time.from_ms)) ||
	    (entry.until && read_time(reader, node, "until", entry.until, &time.until_ms)))
		return -1;
	again = entry.days.count || entry.at || entry.length_ms || !entry.from || !entry.until;
	if (again && read_again(reader, node, &entry, &time))
		return -1;
	if (time.until_ms <= time.from_ms)
		return policy_fault(reader, place_of(node, "until"), "until", "is not after 'from'");
	if (policy_matchers(reader, node, &entry.match, &window.matchers, &window.matcher_count))
		return -1;
	window.name = entry.name;
	window.reason = entry.reason;
	vec_push(&reader->escalation->more->windows, window);
	vec_push(&reader->escalation->more->window_times, time);
	return 0;
}

int policy_windows(const struct policy_reader *reader, const struct yaml_node *node)
{
	size_t count;
	int result = policy_list(reader, node,
				 "- { name: backup, days: Sun, at: \"02:00\", length: 1h, match: ..., reason: ... }",
				 &count);

	for (size_t i = 0; i < count; i++)
		result |= read_window(reader, node->items[i]);
	return result;
}
