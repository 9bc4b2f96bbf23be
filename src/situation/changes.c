#include "situation/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "query/bundle.h"
#include "situation/change_log.h"
#include "tsdb/matrix.h"

struct changes {
	struct changes_config config;
	struct bundle *bundle;
	struct timer *timer;
	struct change_log *log;
	const struct change_rule **rules; /* those that are on, by the bundle's index */
	bool *past_read;                  /* of each */
	size_t count;
	bool in_past;    /* the round under way, or the next, asks for the past */
	bool read_again; /* when the round ends */
	bool unreached;  /* something of the past had no answer */
	uint64_t version;
	int64_t asked_ms;
};

/* Neither the engine's nor the network's fault: asking again would give the same. */
static bool is_final(enum query_status status)
{
	return status == QUERY_OK || status == QUERY_BAD || status == QUERY_INSUFFICIENT || status == QUERY_TOO_LARGE;
}

/* Moment by moment, since what is news depends on what was shown before. */
static void read_past(struct changes *changes, const struct change_rule *rule, const struct bundle_answer *answer,
		      size_t count)
{
	struct change_subject **subjects = mem_array(count + 1, sizeof(*subjects));
	size_t *at = mem_array(count + 1, sizeof(*at));
	int64_t start_ms = changes->asked_ms - CHANGES_PAST_MS;

	for (size_t i = 0; i < count; i++)
		subjects[i] = change_log_subject(changes->log, rule, &answer->series[i]->labels);
	for (int64_t time_ms = start_ms; time_ms <= changes->asked_ms; time_ms += CHANGES_STEP_MS)
		for (size_t i = 0; i < count; i++) {
			const struct series *series = answer->series[i];

			for (; at[i] < series->count && series->times_ms[at[i]] <= time_ms; at[i]++)
				change_log_see(changes->log, subjects[i], series->values[at[i]],
					       series->times_ms[at[i]]);
		}
	for (size_t i = 0; i < count; i++)
		change_subject_free(subjects[i]);
	free(subjects);
	free(at);
}

static void read_present(struct changes *changes, const struct change_rule *rule, const struct bundle_answer *answer,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct series *series = answer->series[i];
		struct change_subject *subject;

		if (!series->count)
			continue;
		subject = change_log_subject(changes->log, rule, &series->labels);
		change_log_see(changes->log, subject, series->values[series->count - 1], changes->asked_ms);
		change_subject_free(subject);
	}
}

static void on_answer(void *user, size_t index, const struct bundle_answer *answer)
{
	struct changes *changes = user;
	size_t count = answer->count < CHANGES_SERIES_MAX ? answer->count : CHANGES_SERIES_MAX;

	if (changes->in_past && changes->past_read[index])
		return;
	if (changes->in_past) {
		changes->past_read[index] = is_final(answer->status);
		changes->unreached |= !changes->past_read[index];
	}
	if (answer->status != QUERY_OK)
		return;
	if (changes->in_past)
		read_past(changes, changes->rules[index], answer, count);
	else
		read_present(changes, changes->rules[index], answer, count);
}

static void on_done(void *user)
{
	struct changes *changes = user;
	uint64_t version = feed_version(changes->config.feed);
	bool in_past = changes->in_past;

	/* The present is compared with the past: it is asked as soon as that is known. */
	if (changes->in_past && !changes->unreached) {
		changes->in_past = false;
		timer_start(changes->timer, 0);
	}
	if (changes->read_again) {
		changes->read_again = false;
		changes_refresh(changes);
	}
	/* That the past is known is news too, for whoever waits for it. */
	if (version == changes->version && changes->in_past == in_past)
		return;
	changes->version = version;
	if (changes->config.on_change)
		changes->config.on_change(changes->config.user);
}

static void on_tick(void *user)
{
	struct changes *changes = user;
	int64_t now_ms = loop_wall_ms(changes->config.loop);

	timer_start(changes->timer, CHANGES_INTERVAL_MS);
	if (bundle_busy(changes->bundle))
		return;
	changes->unreached = false;
	change_log_bound(changes->log);
	if (changes->in_past) {
		/* On a grid: the past read again has its changes at the same times. */
		changes->asked_ms = now_ms - now_ms % CHANGES_STEP_MS;
		bundle_ask(changes->bundle, changes->asked_ms - CHANGES_PAST_MS, changes->asked_ms, CHANGES_STEP_MS);
	} else {
		changes->asked_ms = now_ms;
		bundle_ask(changes->bundle, now_ms, now_ms, 0);
	}
}

struct changes *changes_new(const struct changes_config *config)
{
	struct changes *changes = mem_zalloc(sizeof(*changes));
	size_t total = config->rules->count;
	const char **expressions = mem_array(total + 1, sizeof(*expressions));
	struct bundle_config bundle = { .engine = config->engine,
					.expressions = expressions,
					.apart = config->apart,
					.on_answer = on_answer,
					.on_done = on_done,
					.user = changes };

	changes->config = *config;
	changes->rules = mem_array(total + 1, sizeof(*changes->rules));
	for (size_t i = 0; i < total; i++) {
		const struct change_rule *rule = &config->rules->items[i];

		if (rule->off)
			continue;
		expressions[changes->count] = rule->expression;
		changes->rules[changes->count++] = rule;
	}
	bundle.count = changes->count;
	changes->past_read = mem_array(changes->count + 1, sizeof(*changes->past_read));
	changes->bundle = bundle_new(&bundle);
	free(expressions);
	changes->log = change_log_new(config->feed, config->system);
	changes->version = feed_version(config->feed);
	changes->in_past = changes->count > 0;
	changes->timer = timer_new(config->loop, on_tick, changes);
	if (changes->count)
		timer_start(changes->timer, 0);
	return changes;
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	timer_free(changes->timer);
	bundle_free(changes->bundle);
	change_log_free(changes->log);
	free(changes->rules);
	free(changes->past_read);
	free(changes);
}

void changes_refresh(struct changes *changes)
{
	if (!changes->count)
		return;
	if (bundle_busy(changes->bundle)) {
		changes->read_again = true;
		return;
	}
	memset(changes->past_read, 0, changes->count * sizeof(*changes->past_read));
	change_log_forget(changes->log);
	changes->in_past = true;
	timer_start(changes->timer, 0);
}

bool changes_busy(const struct changes *changes)
{
	return changes->in_past && changes->count > 0;
}
