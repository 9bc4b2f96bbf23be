/*
 * A rule evaluated thousands of times on answers drawn by lot, beside a model
 * that is as plain as the description of Prometheus's alerting rule: one slot
 * for each label set there can be. States, times and what is written agree.
 */
#include "rule_fixture.h"

TestSuite(rule_run_model, .timeout = 120);

#define SETS  8
#define LIMIT 6

struct slot {
	bool known;
	enum alert_phase phase;
	int64_t active_s, fired_s, resolved_s, kept_s; /* 0: not */
	int value;
};

struct model {
	struct slot slots[SETS];
	int64_t for_s, keep_s;
	bool limited;
	uint32_t random;
};

static uint32_t draw(struct model *model, uint32_t below)
{
	model->random = model->random * 1664525u + 1013904223u;
	return (model->random >> 8) % below;
}

static bool keeps(const struct model *model, struct slot *slot, int64_t now_s)
{
	if (slot->phase != ALERT_FIRING || !model->keep_s)
		return false;
	if (!slot->kept_s)
		slot->kept_s = now_s;
	return now_s - slot->kept_s < model->keep_s;
}

/* One that is not in the answer; true while it goes on being active. */
static bool model_miss(const struct model *model, struct slot *slot, int64_t now_s)
{
	if (!slot->known || keeps(model, slot, now_s))
		return slot->known;
	if (slot->phase == ALERT_PENDING || (slot->resolved_s && now_s - slot->resolved_s > 15 * 60))
		slot->known = false;
	if (slot->phase != ALERT_INACTIVE) {
		slot->phase = ALERT_INACTIVE;
		slot->resolved_s = now_s;
	}
	return false;
}

/* Returns how many are active; more than the limit forgets all. */
static int model_evaluate(struct model *model, int64_t now_s, const int *answer)
{
	int active = 0;

	for (int i = 0; i < SETS; i++) {
		struct slot *slot = &model->slots[i];

		if (!answer[i]) {
			if (!model_miss(model, slot, now_s))
				continue;
		} else if (slot->known && slot->phase != ALERT_INACTIVE) {
			slot->kept_s = 0;
		} else {
			*slot = (struct slot){ .known = true, .phase = ALERT_PENDING, .active_s = now_s };
		}
		if (answer[i])
			slot->value = answer[i];
		active++;
		if (slot->phase == ALERT_PENDING && now_s - slot->active_s >= model->for_s) {
			slot->phase = ALERT_FIRING;
			slot->fired_s = now_s;
		}
	}
	if (model->limited && active > LIMIT)
		for (int i = 0; i < SETS; i++)
			model->slots[i].known = false;
	return active;
}

static void compare(const struct model *model, const struct rule_memory *memory, int64_t now_s)
{
	size_t known = 0;

	for (int i = 0; i < SETS; i++)
		known += model->slots[i].known;
	cr_assert_eq(memory->instances.count, known, "at %lld", (long long)now_s);
	for (size_t i = 0; i < memory->instances.count; i++) {
		const struct alert_instance *instance = memory->instances.items[i];
		const struct slot *slot = &model->slots[strtol(labels_get(&instance->labels, "i"), NULL, 10)];

		cr_assert(slot->known);
		cr_assert_eq(instance->phase, slot->phase, "at %lld", (long long)now_s);
		cr_assert_eq(instance->active_ms, slot->active_s * SECOND);
		cr_assert_eq(instance->fired_ms, slot->fired_s * SECOND);
		cr_assert_eq(instance->resolved_ms, slot->resolved_s * SECOND);
		cr_assert_eq(instance->keep_firing_since_ms, slot->kept_s * SECOND);
		cr_assert_eq(instance->value, slot->value);
	}
}

/* What was written at this evaluation, markers left out. */
static void compare_store(const struct model *model, struct store *store, int64_t now_s)
{
	struct selection *selection = select_metric(store, "ALERTS");
	struct reader *reader = reader_new();
	int firing = 0, pending = 0;

	for (size_t i = 0; i < selection_count(selection); i++) {
		const char *state = labels_get(selection_labels(selection, i), "alertstate");
		struct samples samples;

		reader_samples(reader, selection, i, now_s * SECOND, now_s * SECOND, &samples);
		if (!samples.count || value_is_stale(samples.values[samples.count - 1]))
			continue;
		firing += strcmp(state, "firing") == 0;
		pending += strcmp(state, "pending") == 0;
	}
	for (int i = 0; i < SETS; i++) {
		firing -= model->slots[i].known && model->slots[i].phase == ALERT_FIRING;
		pending -= model->slots[i].known && model->slots[i].phase == ALERT_PENDING;
	}
	cr_assert_eq(firing, 0);
	cr_assert_eq(pending, 0);
	reader_free(reader);
	selection_free(selection);
}

static char *draw_answer(struct model *model, int *ret)
{
	struct strbuf text = STRBUF_INIT;
	uint32_t density = draw(model, 9);

	for (int i = 0; i < SETS; i++) {
		ret[i] = draw(model, 8) < density ? (int)draw(model, 3) + 1 : 0;
		if (ret[i])
			strbuf_addf(&text, "%sm i=%d %d", text.length ? ";" : "", i, ret[i]);
	}
	return strbuf_detach(&text);
}

static void live_through(struct model *model)
{
	struct rule_scene scene;

	scene_open(&scene, (struct rule){ .kind = RULE_ALERT,
					  .for_ms = model->for_s * SECOND,
					  .keep_firing_ms = model->keep_s * SECOND });
	scene.group.limit = model->limited ? LIMIT : 0;
	for (int64_t now_s = 60; now_s < 60 * 3000; now_s += 30 + draw(model, 60)) {
		int answer[SETS];
		char *text = draw_answer(model, answer);
		bool fails = draw(model, 20) == 0;
		int active = fails ? 0 : model_evaluate(model, now_s, answer);
		enum rule_run_status status = scene_evaluate(&scene, now_s, fails ? NULL : text);

		cr_assert_eq(status == RULE_RUN_FAILED, fails || (model->limited && active > LIMIT));
		compare(model, &scene.memory, now_s);
		if (status == RULE_RUN_DONE)
			compare_store(model, scene.store, now_s);
		free(text);
	}
	scene_close(&scene);
}

Test(rule_run_model, agrees_with_a_plain_one)
{
	static const int64_t fors[] = { 0, 60, 300 }, keeps_s[] = { 0, 120, 600 };

	for (uint32_t i = 0; i < 18; i++)
		live_through(&(struct model){
			.for_s = fors[i % 3], .keep_s = keeps_s[i / 3 % 3], .limited = i >= 9, .random = i + 1 });
}
