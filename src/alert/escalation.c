#include "alert/escalation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert/escalation_private.h"
#include "base/clock.h"
#include "base/mem.h"

#define ACK_PERCENT      50
#define PROGRESS_PERCENT 100

static const struct escalation_level default_levels[PRIORITY_COUNT] = {
	{ .word = "Critical", .impact = "", .example = "", .ack_ms = 10 * CLOCK_MINUTE },
	{ .word = "High", .impact = "", .example = "", .ack_ms = 30 * CLOCK_MINUTE },
	{ .word = "Medium", .impact = "", .example = "", .ack_ms = 30 * CLOCK_MINUTE },
	{ .word = "Low", .impact = "", .example = "", .ack_ms = 30 * CLOCK_MINUTE },
};

/* What the world calls it where no policy says. P0 is a person's word: no severity claims it. */
static const struct {
	const char *word;
	int priority;
} severities[] = {
	{ "critical", 1 }, { "page", 1 },    { "emergency", 1 }, { "high", 2 },  { "error", 2 },
	{ "major", 2 },    { "warning", 3 }, { "warn", 3 },      { "minor", 3 },
};

void escalation_init(struct escalation *escalation)
{
	*escalation = (struct escalation){ .ack_percent = ACK_PERCENT, .progress_percent = PROGRESS_PERCENT };
	arena_init(&escalation->arena);
	memcpy(escalation->levels, default_levels, sizeof(default_levels));
	escalation->more = mem_zalloc(sizeof(*escalation->more));
}

void escalation_release(struct escalation *escalation)
{
	struct escalation_more *more = escalation->more;

	if (more) {
		for (size_t i = 0; i < more->compiled.count; i++)
			matcher_release(more->compiled.items[i]);
		vec_release(&more->priorities);
		vec_release(&more->contacts);
		vec_release(&more->rotas);
		vec_release(&more->overrides);
		vec_release(&more->windows);
		vec_release(&more->window_times);
		vec_release(&more->compiled);
		free(more);
	}
	arena_release(&escalation->arena);
	*escalation = (struct escalation){ 0 };
}

int escalation_priority(const struct escalation *escalation, const struct labels *labels)
{
	const char *tier = labels_get(labels, "tier"), *severity = labels_get(labels, "severity");
	const struct escalation_more *more = escalation->more;

	if (tier && (tier[0] == 'p' || tier[0] == 'P') && tier[1] >= '0' && tier[1] < '0' + PRIORITY_COUNT && !tier[2])
		return tier[1] - '0';
	for (size_t i = 0; i < more->priorities.count; i++) {
		const struct priority_rule *rule = &more->priorities.items[i];

		if (matchers_match(rule->matchers, rule->matcher_count, labels))
			return rule->priority;
	}
	for (size_t i = 0; severity && i < sizeof(severities) / sizeof(*severities); i++)
		if (!strcasecmp(severity, severities[i].word))
			return severities[i].priority;
	return PRIORITY_NONE;
}

/* The person whose turn it is; NULL: before the first turn, outside the hours, or nobody is named. */
static const char *on_rota(const struct rota *rota, int64_t time_ms)
{
	if (!rota->count || time_ms < rota->start_ms || !hours_hold(&rota->hours, time_ms))
		return NULL;
	if (rota->count == 1)
		return rota->people[0];
	return rota->people[(uint64_t)((time_ms - rota->start_ms) / WEEK_MS) % rota->count];
}

const char *escalation_who(const struct escalation *escalation, const char *role, int64_t time_ms)
{
	const struct escalation_more *more = escalation->more;

	/* Of overrides that overlap the last one holds: it was added knowing of the others. */
	for (size_t i = more->overrides.count; i-- > 0;) {
		const struct rota_override *override = &more->overrides.items[i];

		if (!strcmp(override->role, role) && time_ms >= override->from_ms && time_ms < override->until_ms)
			return override->who;
	}
	for (size_t i = 0; i < more->rotas.count; i++) {
		const char *who =
			strcmp(more->rotas.items[i].role, role) ? NULL : on_rota(&more->rotas.items[i], time_ms);

		if (who)
			return who;
	}
	for (size_t i = 0; i < more->contacts.count; i++)
		if (!strcmp(more->contacts.items[i].role, role) && *more->contacts.items[i].name)
			return more->contacts.items[i].name;
	return role;
}

int64_t escalation_handoff_ms(const struct escalation *escalation, int64_t now_ms)
{
	const struct escalation_more *more = escalation->more;
	const struct rota *rota = more->rotas.count ? &more->rotas.items[0] : NULL;
	int64_t next_ms;

	if (!rota || !rota->hands_off)
		return 0;
	next_ms = now_ms - week_offset_ms(now_ms) + rota->handoff_ms;
	if (next_ms <= now_ms)
		next_ms += WEEK_MS;
	return next_ms < rota->start_ms ? rota->start_ms : next_ms;
}

static void find_turn(const struct escalation *escalation, const struct escalation_level *level, int64_t fired_ms,
		      int64_t now_ms, struct escalation_clock *ret)
{
	const struct escalation_more *more = escalation->more;
	size_t at = 0;

	if (!level->path_count) {
		if (more->rotas.count)
			ret->who = escalation_who(escalation, more->rotas.items[0].role, now_ms);
		return;
	}
	while (at + 1 < level->path_count && now_ms - fired_ms >= level->path[at + 1].after_ms)
		at++;
	ret->who = escalation_who(escalation, level->path[at].who, now_ms);
	if (at + 1 == level->path_count)
		return;
	ret->next_ms = fired_ms + level->path[at + 1].after_ms;
	/* Who has it then, which may be after a hand-off. */
	ret->next = escalation_who(escalation, level->path[at + 1].who, ret->next_ms);
}

void escalation_clock(const struct escalation *escalation, int priority, int64_t fired_ms, int64_t now_ms,
		      struct escalation_clock *ret)
{
	const struct escalation_level *level;

	*ret = (struct escalation_clock){ 0 };
	if (priority < 0 || priority >= PRIORITY_COUNT || !fired_ms)
		return;
	level = &escalation->levels[priority];
	find_turn(escalation, level, fired_ms, now_ms, ret);
	if (!level->respond_ms)
		return;
	ret->runs = true;
	ret->half_ms = fired_ms + level->respond_ms * escalation->ack_percent / 100;
	ret->due_ms = fired_ms + level->respond_ms * escalation->progress_percent / 100;
	ret->left_ms = fired_ms + level->respond_ms - now_ms;
}

/* When the window's time that holds now ends; 0: none holds. */
static int64_t window_end(const struct window_time *time, int64_t now_ms)
{
	int64_t midnight_ms = now_ms - week_offset_ms(now_ms) % CLOCK_DAY;
	int64_t day = week_offset_ms(now_ms) / CLOCK_DAY, end_ms = 0;

	if (now_ms < time->from_ms || now_ms >= time->until_ms)
		return 0;
	if (!time->days)
		return time->until_ms;
	/* The latest beginning ends last, since all are of one length. */
	for (int64_t back = 0; back <= WEEK_DAYS && !end_ms; back++) {
		int64_t begin_ms = midnight_ms - back * CLOCK_DAY + time->at_ms;

		if (time->days & 1u << (day - back + 2 * WEEK_DAYS) % WEEK_DAYS && begin_ms <= now_ms &&
		    now_ms < begin_ms + time->length_ms)
			end_ms = begin_ms + time->length_ms;
	}
	return end_ms < time->until_ms ? end_ms : time->until_ms;
}

const struct escalation_window *escalation_muted(const struct escalation *escalation, const struct labels *labels,
						 int64_t now_ms, int64_t *ret_until_ms)
{
	const struct escalation_more *more = escalation->more;
	const struct escalation_window *found = NULL;
	int64_t until_ms = 0;

	for (size_t i = 0; i < more->windows.count; i++) {
		const struct escalation_window *window = &more->windows.items[i];
		int64_t end_ms = window_end(&more->window_times.items[i], now_ms);

		if (end_ms <= until_ms || !matchers_match(window->matchers, window->matcher_count, labels))
			continue;
		found = window;
		until_ms = end_ms;
	}
	if (ret_until_ms)
		*ret_until_ms = until_ms;
	return found;
}

size_t escalation_contact_count(const struct escalation *escalation)
{
	return escalation->more->contacts.count;
}

const struct escalation_contact *escalation_contact(const struct escalation *escalation, size_t index)
{
	return index < escalation->more->contacts.count ? &escalation->more->contacts.items[index] : NULL;
}

bool escalation_reachable(const struct escalation_contact *contact, int64_t now_ms)
{
	struct hours hours;

	return !*contact->hours || hours_parse(&hours, contact->hours, NULL) || hours_hold(&hours, now_ms);
}
