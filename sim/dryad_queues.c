#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "sim/dryad_state.h"
#include "sim/random.h"

/* What waits for a person: requests for approval, and what self-healing would like to do. */

#define APPROVAL_LIFE_MS CLOCK_HOUR

static double chance(const struct dryad *dryad, enum dryad_chance stream, uint64_t number, unsigned which)
{
	return random_unit(dryad->seed, (uint64_t)stream, number * 8 + which);
}

/* The oldest that is decided makes room, else the oldest. */
#define MAKE_ROOM(list, count, is_open)                                                                                \
	do {                                                                                                           \
		size_t out_ = 0;                                                                                       \
		if ((count) < DRYAD_QUEUE_MAX)                                                                         \
			break;                                                                                         \
		for (size_t i_ = 0; i_ < (count); i_++) {                                                              \
			if ((list)[i_].state != (is_open)) {                                                           \
				out_ = i_;                                                                             \
				break;                                                                                 \
			}                                                                                              \
		}                                                                                                      \
		memmove(&(list)[out_], &(list)[out_ + 1], ((count)-out_ - 1) * sizeof(*(list)));                       \
		(count)--;                                                                                             \
	} while (0)

static void add_approval(struct dryad *dryad, int64_t now_ms)
{
	struct dryad_queues *queues = &dryad->queues;
	uint64_t number = ++queues->approval_serial;
	struct approval *approval;
	double risk = chance(dryad, CHANCE_QUEUE, number, 0);
	bool flooded = dryad->push[PUSH_APPROVALS] > 0;

	MAKE_ROOM(queues->approvals, queues->approval_count, APPROVAL_PENDING);
	approval = &queues->approvals[queues->approval_count++];
	*approval = (struct approval){
		.number = number,
		.risk = risk < 0.4    ? 0
			: risk < 0.75 ? 1
			: risk < 0.94 ? 2
				      : 3,
		.action = (unsigned)(chance(dryad, CHANCE_QUEUE, number, 1) * 6),
		.agent = (unsigned)(chance(dryad, CHANCE_QUEUE, number, 2) * 9),
		.created_ms = now_ms,
		.expires_ms = now_ms + APPROVAL_LIFE_MS,
	};
	/* Most are decided within a quarter of an hour; in a flood nobody gets to them. */
	approval->due_ms =
		now_ms + (int64_t)(chance(dryad, CHANCE_QUEUE, number, 3) * 15 * CLOCK_MINUTE) + CLOCK_MINUTE;
	if (flooded || chance(dryad, CHANCE_QUEUE, number, 4) < 0.08)
		approval->due_ms = INT64_MAX;
}

static void decide(struct dryad *dryad, struct approval *approval, enum approval_state state, int64_t now_ms)
{
	approval->state = state;
	approval->decided_ms = now_ms;
	dryad->queues.decided[state]++;
}

static void approvals_step(struct dryad *dryad, const struct dryad_step *step)
{
	struct dryad_queues *queues = &dryad->queues;
	double was = floor(queues->approvals_made);

	queues->approvals_made += (1 / 420.0 + dryad->push[PUSH_APPROVALS] / 60) * step->dt_s;
	for (int more = (int)(floor(queues->approvals_made) - was); more > 0; more--)
		add_approval(dryad, step->now_ms);
	for (size_t i = 0; i < queues->approval_count; i++) {
		struct approval *approval = &queues->approvals[i];

		if (approval->state != APPROVAL_PENDING)
			continue;
		if (approval->expires_ms <= step->now_ms)
			decide(dryad, approval, APPROVAL_EXPIRED, step->now_ms);
		else if (approval->due_ms <= step->now_ms)
			decide(dryad, approval,
			       chance(dryad, CHANCE_QUEUE, approval->number, 5) < 0.8 ? APPROVAL_APPROVED
										      : APPROVAL_REJECTED,
			       step->now_ms);
	}
}

static void add_task(struct dryad *dryad, int64_t now_ms, bool fails, bool waits)
{
	struct dryad_queues *queues = &dryad->queues;
	uint64_t number = ++queues->task_serial;
	double severity = chance(dryad, CHANCE_TASK, number, 0);
	struct healing_task *task;

	MAKE_ROOM(queues->tasks, queues->task_count, HEALING_PENDING);
	task = &queues->tasks[queues->task_count++];
	*task = (struct healing_task){
		.number = number,
		.severity = severity < 0.45   ? 0
			    : severity < 0.8  ? 1
			    : severity < 0.95 ? 2
					      : 3,
		.cause = (unsigned)(chance(dryad, CHANCE_TASK, number, 1) * CAUSE_COUNT),
		.created_ms = now_ms,
		.fails = fails,
	};
	task->due_ms =
		waits ? INT64_MAX
		      : now_ms + CLOCK_MINUTE +
				(int64_t)(chance(dryad, CHANCE_TASK, number, 2) * (fails ? 1 : 8) * CLOCK_MINUTE);
}

/* What comes next in a task's life. */
static void task_moves(struct dryad *dryad, struct healing_task *task, int64_t now_ms)
{
	switch (task->state) {
	case HEALING_PENDING:
		task->state = task->fails || chance(dryad, CHANCE_TASK, task->number, 3) < 0.85 ? HEALING_APPROVED
												: HEALING_REJECTED;
		task->due_ms = now_ms + 5 * CLOCK_SECOND;
		break;
	case HEALING_APPROVED:
		task->state = HEALING_EXECUTING;
		task->due_ms = now_ms + 25 * CLOCK_SECOND;
		break;
	case HEALING_EXECUTING:
		task->state = task->fails ? HEALING_FAILED : HEALING_COMPLETED;
		if (task->fails)
			dryad_log_say(dryad, "ERROR", "app.services.self_healing", "Self-healing task sh-%06llu failed",
				      (unsigned long long)task->number);
		break;
	default: return;
	}
	if (task->state == HEALING_REJECTED || task->state == HEALING_FAILED || task->state == HEALING_COMPLETED)
		dryad->queues.ended[task->state]++;
}

static bool is_over(enum healing_state state)
{
	return state == HEALING_REJECTED || state == HEALING_COMPLETED || state == HEALING_FAILED ||
	       state == HEALING_ROLLED_BACK;
}

static void healing_step(struct dryad *dryad, const struct dryad_step *step)
{
	struct dryad_queues *queues = &dryad->queues;
	double errors = dryad_rate_of_errors(dryad) * DRYAD_SUM(dryad, rate) * step->dt_s;
	double made = floor(queues->tasks_made), failed = floor(queues->failures_made);

	queues->guardian_running = !(dryad->push[PUSH_GUARDIAN] > 0);
	if (queues->guardian_running) {
		queues->errors_detected += errors;
		queues->errors_submitted += errors * 0.04;
		queues->errors_deduplicated += errors * 0.96;
		queues->tasks_made += (1 / 1500.0 + dryad->push[PUSH_TASKS] / 60) * step->dt_s;
		queues->failures_made += (1 / 90000.0 + dryad->push[PUSH_HEALING] / 60) * step->dt_s;
	}
	for (int more = (int)(floor(queues->tasks_made) - made); more > 0; more--)
		add_task(dryad, step->now_ms, false, dryad->push[PUSH_TASKS] > 0);
	for (int more = (int)(floor(queues->failures_made) - failed); more > 0; more--)
		add_task(dryad, step->now_ms, true, false);
	for (size_t i = 0; i < queues->task_count; i++) {
		if (!is_over(queues->tasks[i].state) && queues->tasks[i].due_ms <= step->now_ms)
			task_moves(dryad, &queues->tasks[i], step->now_ms);
	}
}

void queues_init(struct dryad *dryad)
{
	dryad->queues.guardian_running = true;
	dryad->queues.approval_serial = 1000;
	dryad->queues.task_serial = 200;
}

void queues_step(struct dryad *dryad, const struct dryad_step *step)
{
	approvals_step(dryad, step);
	healing_step(dryad, step);
}

bool approvals_decide(struct dryad *dryad, uint64_t number, bool approve)
{
	for (size_t i = 0; i < dryad->queues.approval_count; i++) {
		struct approval *approval = &dryad->queues.approvals[i];

		if (approval->number != number || approval->state != APPROVAL_PENDING)
			continue;
		decide(dryad, approval, approve ? APPROVAL_APPROVED : APPROVAL_REJECTED, dryad->now_ms);
		return true;
	}
	return false;
}

bool healing_review(struct dryad *dryad, uint64_t number, bool approve)
{
	for (size_t i = 0; i < dryad->queues.task_count; i++) {
		struct healing_task *task = &dryad->queues.tasks[i];

		if (task->number != number || task->state != HEALING_PENDING)
			continue;
		task->state = approve ? HEALING_APPROVED : HEALING_REJECTED;
		task->due_ms = dryad->now_ms + 5 * CLOCK_SECOND;
		if (!approve)
			dryad->queues.ended[HEALING_REJECTED]++;
		return true;
	}
	return false;
}

size_t approvals_pending(const struct dryad *dryad)
{
	size_t count = 0;

	for (size_t i = 0; i < dryad->queues.approval_count; i++)
		count += dryad->queues.approvals[i].state == APPROVAL_PENDING;
	return count;
}

size_t healing_in_state(const struct dryad *dryad, enum healing_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < dryad->queues.task_count; i++)
		count += dryad->queues.tasks[i].state == state;
	return count;
}

double healing_count(const struct dryad *dryad, enum healing_state state)
{
	return is_over(state) ? dryad->queues.ended[state] : (double)healing_in_state(dryad, state);
}
