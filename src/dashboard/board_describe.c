#include "dashboard/board_describe.h"

#include "dashboard/board_private.h"

static enum question_progress progress_of(const struct asked_target *asked)
{
	if (asked->query)
		return QUESTION_RUNNING;
	return asked->matrix ? QUESTION_ANSWERED : QUESTION_FAILED;
}

static struct board_question of_asked(const struct asked_target *asked)
{
	return (struct board_question){
		.target = asked->target,
		.expression = asked->expression,
		.instant = asked->step_ms == 0,
		.start_ms = asked->start_ms,
		.end_ms = asked->end_ms,
		.step_ms = asked->step_ms,
		.progress = progress_of(asked),
		.reason = asked->reason,
		.detail = asked->detail,
		.matrix = asked->matrix,
		.engine = asked->query ? NULL : asked->engine,
	};
}

static struct board_question of_target(const struct target *target)
{
	return (struct board_question){
		.target = target,
		.expression = target->expression,
		.instant = target->instant && !target->range,
		.progress = QUESTION_NOT_ASKED,
		.reason = "",
		.detail = "",
	};
}

size_t board_questions(struct board *board, size_t index, struct board_question *ret, size_t capacity)
{
	const struct board_panel *panel = &board->panels[index];
	const struct board_asked *asked = panel->asked;
	size_t count = 0;

	for (size_t i = 0; i < panel->panel->target_count; i++) {
		const struct target *target = &panel->panel->targets[i];
		size_t before = count;
		for (size_t k = 0; k < asked->targets.count && count < capacity; k++)
			if (asked->targets.items[k]->target == target)
				ret[count++] = of_asked(asked->targets.items[k]);
		if (count == before && count < capacity)
			ret[count++] = of_target(target);
	}
	return count;
}
