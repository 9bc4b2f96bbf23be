#include "runbook/proof.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "runbook/proof_judge.h"

#define INTERVAL_MS (5 * CLOCK_SECOND)

/* Commands cost more than questions. */
#define COMMAND_INTERVAL_MS (15 * CLOCK_SECOND)

/* One proof and what is under way for it. */
struct inquiry {
	struct proofs *proofs;
	struct proof_item item;
	struct query *query;         /* NULL: none */
	bool command_runs, outdated; /* it was begun before the step ended: what it says does not count */
	int64_t commanded_ms;        /* monotonic, when its command was run last; 0 never */
};

struct proofs {
	struct proofs_config config;
	struct arena arena;
	struct timer *timer;
	VEC(struct inquiry *) items; /* pointers: questions know theirs */
	bool attended;
};

static void tell(struct inquiry *inquiry)
{
	struct proofs *proofs = inquiry->proofs;
	struct proof *shown = &inquiry->item.shown;
	bool good = shown->state == PROOF_GOOD, bad = shown->state == PROOF_BAD || shown->state == PROOF_LATE;
	bool turned = !shown->is_watch && ((good && !inquiry->item.told_good) || (bad && inquiry->item.told_good));

	if (turned)
		inquiry->item.told_good = good;
	if (turned && proofs->config.on_turn)
		proofs->config.on_turn(proofs->config.user, shown);
	if (proofs->config.on_change)
		proofs->config.on_change(proofs->config.user);
}

static void ask(struct inquiry *inquiry, const char *expression, query_fn *fn)
{
	struct proofs *proofs = inquiry->proofs;
	int64_t now_ms = loop_wall_ms(proofs->config.loop);
	struct query_question question = { .expression = expression, .start_ms = now_ms, .end_ms = now_ms };

	inquiry->query = query_ask(proofs->config.engine, &question, fn, inquiry);
}

static void fail(struct inquiry *inquiry, const struct query_answer *answer)
{
	struct proofs *proofs = inquiry->proofs;
	char words[120];

	snprintf(words, sizeof(words), "cannot be asked: %s",
		 *answer->reason ? answer->reason : query_status_name(answer->status));
	proof_item_fail(&inquiry->item, words, loop_monotonic_ms(proofs->config.loop));
	tell(inquiry);
}

/* The expression gave nothing: is that since there is nothing to be seen, or since all is well? */
static void on_evidence(void *user, const struct query_answer *answer)
{
	struct inquiry *inquiry = user;
	struct proof_finding finding = { .value = NAN };

	inquiry->query = NULL;
	if (answer->status != QUERY_OK) {
		fail(inquiry, answer);
		return;
	}
	finding.has_evidence = proof_item_find(&inquiry->item, answer->matrix, &finding.value);
	/* A count of metrics is no value of what is compared. */
	if (!*inquiry->item.condition.operation)
		finding.value = NAN;
	proof_item_judge(&inquiry->item, &finding, loop_monotonic_ms(inquiry->proofs->config.loop));
	tell(inquiry);
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct inquiry *inquiry = user;
	struct proof_item *item = &inquiry->item;
	struct proof_finding finding = { .value = NAN };

	inquiry->query = NULL;
	if (answer->status != QUERY_OK) {
		fail(inquiry, answer);
		return;
	}
	finding.found = proof_item_find(item, answer->matrix, &finding.value);
	if (!finding.found && item->evidence && !item->shown.is_watch) {
		ask(inquiry, item->evidence, on_evidence);
		return;
	}
	finding.has_evidence = true;
	proof_item_judge(item, &finding, loop_monotonic_ms(inquiry->proofs->config.loop));
	tell(inquiry);
}

static void refresh_command(struct inquiry *inquiry, size_t index)
{
	struct proofs *proofs = inquiry->proofs;
	int64_t now_ms = loop_monotonic_ms(proofs->config.loop);

	if (inquiry->command_runs || !proofs->config.run_command)
		return;
	if (inquiry->commanded_ms && now_ms - inquiry->commanded_ms < COMMAND_INTERVAL_MS)
		return;
	inquiry->command_runs = true;
	inquiry->commanded_ms = now_ms;
	proofs->config.run_command(proofs->config.user, index, inquiry->item.command);
}

void proofs_refresh(struct proofs *proofs)
{
	for (size_t i = 0; i < proofs->items.count; i++) {
		struct inquiry *inquiry = proofs->items.items[i];

		if (inquiry->item.command)
			refresh_command(inquiry, i);
		else if (proofs->config.engine && !inquiry->query)
			ask(inquiry, inquiry->item.expression, on_answer);
	}
}

static void on_timer(void *user)
{
	struct proofs *proofs = user;

	timer_start(proofs->timer, proofs->config.interval_ms);
	proofs_refresh(proofs);
}

struct proofs *proofs_new(const struct proofs_config *config)
{
	struct proofs *proofs = mem_zalloc(sizeof(*proofs));

	proofs->config = *config;
	if (!proofs->config.interval_ms)
		proofs->config.interval_ms = INTERVAL_MS;
	proofs->timer = timer_new(config->loop, on_timer, proofs);
	return proofs;
}

void proofs_free(struct proofs *proofs)
{
	if (!proofs)
		return;
	timer_free(proofs->timer);
	for (size_t i = 0; i < proofs->items.count; i++) {
		query_cancel(proofs->items.items[i]->query);
		free(proofs->items.items[i]);
	}
	vec_release(&proofs->items);
	arena_release(&proofs->arena);
	free(proofs);
}

static struct inquiry *add(struct proofs *proofs, const char *name, const char *expression, const char *command,
			   size_t step)
{
	struct inquiry *inquiry = mem_zalloc(sizeof(*inquiry));
	struct proof_item *item = &inquiry->item;

	inquiry->proofs = proofs;
	item->expression = arena_strdup(&proofs->arena, expression);
	item->command = arena_strdup(&proofs->arena, command);
	item->shown = (struct proof){ .value = NAN, .before = NAN, .step = step, .unit = "", .trend = item->trend };
	item->shown.name = arena_strdup(&proofs->arena, *name ? name : expression ? expression : command);
	if (expression) {
		proof_item_read(item, &proofs->arena);
		snprintf(item->shown.words, sizeof(item->shown.words), "%s",
			 proofs->config.engine ? "not asked yet" : "cannot be asked: no engine");
	} else {
		snprintf(item->shown.words, sizeof(item->shown.words), "%s",
			 proofs->config.run_command ? "not run yet" : "for people to look at");
	}
	vec_push(&proofs->items, inquiry);
	if (proofs->attended)
		timer_start(proofs->timer, 0);
	return inquiry;
}

void proofs_add_alert(struct proofs *proofs, const char *name, const char *expression, const char *const *labels,
		      int64_t for_ms)
{
	struct inquiry *inquiry = add(proofs, name, expression, NULL, SIZE_MAX);
	VEC(const char *) copies = { 0 };
	const char **kept;

	for (; labels && *labels; labels++)
		vec_push(&copies, arena_strdup(&proofs->arena, *labels));
	kept = arena_array(&proofs->arena, copies.count + 1, sizeof(*kept));
	for (size_t i = 0; i < copies.count; i++)
		kept[i] = copies.items[i];
	vec_release(&copies);
	inquiry->item.labels = kept;
	inquiry->item.for_ms = for_ms;
	inquiry->item.counts = true;
	inquiry->item.shown.is_alert = true;
	inquiry->item.shown.unit = inquiry->item.condition.unit;
}

void proofs_add_check(struct proofs *proofs, const struct step_check *check, size_t step)
{
	struct inquiry *inquiry = add(proofs, check->name ? check->name : "", check->expression, check->command, step);

	inquiry->item.for_ms = check->for_ms;
	inquiry->item.within_ms = check->within_ms;
	inquiry->item.counts = step == SIZE_MAX;
	inquiry->item.shown.declared = check->declared;
	if (check->expression)
		inquiry->item.shown.unit = inquiry->item.condition.unit;
}

void proofs_add_watch(struct proofs *proofs, const struct runbook_watch *watch)
{
	struct inquiry *inquiry = add(proofs, watch->title, watch->expression, NULL, SIZE_MAX);

	inquiry->item.shown.is_watch = true;
	inquiry->item.shown.unit = arena_strdup(&proofs->arena, watch->unit);
}

void proofs_require_step(struct proofs *proofs, size_t step)
{
	for (size_t i = 0; i < proofs->items.count; i++)
		if (proofs->items.items[i]->item.shown.step == step)
			proofs->items.items[i]->item.counts = true;
}

/* What held before the step ended says nothing of what it did. */
void proofs_begin_step(struct proofs *proofs, size_t step)
{
	for (size_t i = 0; i < proofs->items.count; i++) {
		struct inquiry *inquiry = proofs->items.items[i];
		struct proof_item *item = &inquiry->item;

		if (item->shown.step != step || item->shown.is_watch || step == SIZE_MAX)
			continue;
		query_cancel(inquiry->query);
		inquiry->query = NULL;
		item->counts = true;
		item->begun_ms = loop_monotonic_ms(proofs->config.loop);
		item->told_good = false;
		item->shown.before = item->shown.value;
		item->shown.holds_since_ms = 0;
		item->shown.state = PROOF_UNKNOWN;
		snprintf(item->shown.words, sizeof(item->shown.words), "being asked");
		inquiry->commanded_ms = 0;
		inquiry->outdated = inquiry->command_runs;
	}
	proofs_refresh(proofs);
}

void proofs_mark_change(struct proofs *proofs, const char *id)
{
	const char *kept = arena_strdup(&proofs->arena, id);

	for (size_t i = 0; i < proofs->items.count; i++) {
		struct proof_item *item = &proofs->items.items[i]->item;

		item->changed_by = kept;
		item->changed_ms = loop_monotonic_ms(proofs->config.loop);
	}
}

void proofs_set_before(struct proofs *proofs, const char *name, double value)
{
	for (size_t i = 0; i < proofs->items.count; i++) {
		struct proof *shown = &proofs->items.items[i]->item.shown;

		if (shown->is_watch && strcmp(shown->name, name) == 0)
			shown->before = value;
	}
}

/* The one whose command ended; NULL when nobody waits for it. */
static struct inquiry *end_command(struct proofs *proofs, size_t check)
{
	struct inquiry *inquiry = check < proofs->items.count ? proofs->items.items[check] : NULL;

	if (!inquiry || !inquiry->command_runs)
		return NULL;
	inquiry->command_runs = false;
	return inquiry;
}

void proofs_on_refused(struct proofs *proofs, size_t check, const char *why)
{
	struct inquiry *inquiry = end_command(proofs, check);

	if (!inquiry)
		return;
	inquiry->outdated = false;
	proof_item_fail(&inquiry->item, why, loop_monotonic_ms(proofs->config.loop));
	tell(inquiry);
}

void proofs_on_command(struct proofs *proofs, size_t check, bool good, const char *words)
{
	struct inquiry *inquiry = end_command(proofs, check);

	if (!inquiry)
		return;
	if (inquiry->outdated) {
		inquiry->outdated = false;
		refresh_command(inquiry, check);
		return;
	}
	proof_item_judge_command(&inquiry->item, good, words, loop_monotonic_ms(proofs->config.loop));
	tell(inquiry);
}

void proofs_attend(struct proofs *proofs, bool attended)
{
	if (attended == proofs->attended)
		return;
	proofs->attended = attended;
	if (attended)
		timer_start(proofs->timer, 0);
	else
		timer_stop(proofs->timer);
}

size_t proofs_count(const struct proofs *proofs)
{
	return proofs->items.count;
}

const struct proof *proofs_get(const struct proofs *proofs, size_t index)
{
	return &proofs->items.items[index]->item.shown;
}

bool proofs_all_good(const struct proofs *proofs)
{
	bool any = false;

	for (size_t i = 0; i < proofs->items.count; i++) {
		const struct proof_item *item = &proofs->items.items[i]->item;

		if (!item->counts)
			continue;
		if (item->shown.state != PROOF_GOOD)
			return false;
		any = true;
	}
	return any;
}
