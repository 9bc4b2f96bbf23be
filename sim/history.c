#include "sim/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "sim/history_file.h"

static int64_t floor_to(int64_t time_ms, int64_t step_ms)
{
	return time_ms - time_ms % step_ms;
}

void history_plan_times(struct history_plan *plan, int64_t now_ms, int64_t step_ms, int64_t fault_age_ms)
{
	plan->now_ms = now_ms;
	plan->fault_age_ms = fault_age_ms;
	plan->step_ms = step_ms;
	plan->join_ms = floor_to(now_ms - HISTORY_RAW_MS, HISTORY_THINNED_STEP_MS);
	plan->begin_ms = plan->join_ms - HISTORY_THINNED_MS;
	plan->end_ms = plan->join_ms + floor_to(now_ms - plan->join_ms, step_ms);
	plan->inject_ms = floor_to(now_ms - fault_age_ms, CLOCK_SECOND);
}

void history_plan_short(struct history_plan *plan, int64_t now_ms, int64_t fault_age_ms)
{
	plan->now_ms = now_ms;
	plan->fault_age_ms = fault_age_ms;
	plan->inject_ms = floor_to(now_ms - fault_age_ms, CLOCK_SECOND);
	plan->begin_ms = plan->fault_count ? plan->inject_ms : now_ms;
	plan->join_ms = plan->end_ms = plan->begin_ms;
	plan->step_ms = CLOCK_SECOND;
}

static int inject(const struct history_plan *plan, struct world *world, struct error *error)
{
	for (size_t i = 0; i < plan->fault_count; i++) {
		if (world->kind->inject(world, plan->faults[i], error))
			return -1;
	}
	return 0;
}

struct world *history_begin(const struct history_plan *plan, struct error *error)
{
	const struct world_config config = {
		.seed = plan->seed,
		.start_ms = plan->begin_ms,
		.instances = plan->instances,
		.application = plan->application,
		.legacy = plan->legacy,
	};
	struct world *world = plan->kind->make(&config);

	if (plan->inject_ms <= plan->begin_ms && inject(plan, world, error)) {
		plan->kind->free(world);
		return NULL;
	}
	/* The configuration is copied. */
	/* cppcheck-suppress returnDanglingLifetime */
	return world;
}

int history_advance(const struct history_plan *plan, struct world *world, int64_t time_ms, struct error *error)
{
	if (plan->kind->now_ms(world) < plan->inject_ms && plan->inject_ms <= time_ms) {
		plan->kind->advance(world, plan->inject_ms);
		if (inject(plan, world, error))
			return -1;
	}
	plan->kind->advance(world, time_ms);
	return 0;
}

static unsigned watch_count(const struct world *world)
{
	return world->kind->watch_count ? world->kind->watch_count(world) : 0;
}

static int add_pages(struct history_file *file, const struct world *world, const struct target_list *targets,
		     struct strbuf *page, struct error *error)
{
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->items[i];
		bool up = world->kind->answers(world, target->service, target->instance) == ANSWER_GOOD;

		strbuf_clear(page);
		if (up)
			world->kind->metrics(world, target->service, target->instance, page);
		if (history_file_page(file, i, up, page->text, page->length, error))
			return -1;
	}
	for (unsigned i = 0; i < watch_count(world); i++) {
		bool up;

		strbuf_clear(page);
		up = world->kind->watch_page(world, i, page);
		if (history_file_page(file, targets->count + i, up, page->text, page->length, error))
			return -1;
	}
	return 0;
}

static struct history_file *new_file(const struct world *world, const struct target_list *targets)
{
	const struct world_kind *kind = world->kind;
	unsigned watches = watch_count(world);
	size_t count = targets->count + watches;
	struct history_target *named = mem_array(count, sizeof(*named));
	struct strbuf *instances = mem_array(watches + 1, sizeof(*instances));
	struct history_file *file;

	for (size_t i = 0; i < targets->count; i++)
		named[i] = (struct history_target){ kind->job(targets->items[i].service), targets->items[i].address };
	for (unsigned i = 0; i < watches; i++) {
		struct history_target *watch = &named[targets->count + i];

		strbuf_init(&instances[i]);
		kind->watch_name(world, i, targets, &watch->job, &instances[i]);
		watch->instance = instances[i].text;
	}
	file = history_file_new(named, count);
	for (unsigned i = 0; i < watches; i++)
		strbuf_release(&instances[i]);
	free(instances);
	free(named);
	return file;
}

static int walk(const struct history_plan *plan, struct world *world, enum history_part part,
		const struct target_list *targets, struct history_file *file, struct error *error)
{
	int64_t step_ms = part == HISTORY_RAW ? plan->step_ms : HISTORY_THINNED_STEP_MS;
	int64_t from_ms = part == HISTORY_RAW ? plan->join_ms : plan->begin_ms;
	int64_t to_ms = part == HISTORY_RAW ? plan->end_ms : plan->join_ms;
	struct strbuf page = STRBUF_INIT;
	int result = 0;

	for (int64_t time_ms = from_ms + step_ms; time_ms <= to_ms && !result; time_ms += step_ms) {
		result = history_advance(plan, world, time_ms, error);
		if (result || !file)
			continue;
		if (plan->stop && plan->stop())
			result = error_set(error, "stopped");
		history_file_scrape(file, time_ms);
		if (!result)
			result = add_pages(file, world, targets, &page, error);
	}
	strbuf_release(&page);
	return result;
}

int history_walk(const struct history_plan *plan, struct world *world, enum history_part part,
		 const struct target_list *targets, const char *path, struct error *error)
{
	struct history_file *file = path ? new_file(world, targets) : NULL;
	int result = walk(plan, world, part, targets, file, error);

	if (!result && file)
		result = history_file_write(file, path, plan->stop, error);
	history_file_free(file);
	return result;
}
