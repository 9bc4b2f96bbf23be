/* What views ask of a run and tell it, by the runner itself. */
#include "ui/view/runbook_hands.h"

static size_t proof_count(const struct runner *runner)
{
	return proofs_count(runner_proofs(runner));
}

static const struct proof *proof(const struct runner *runner, size_t index)
{
	return proofs_get(runner_proofs(runner), index);
}

static bool get_output(struct runner *runner, size_t step, struct keeper_output *ret, enum keeper_phase *ret_phase)
{
	struct keeper *keeper = runner_keeper(runner, step);

	if (!keeper)
		return false;
	keeper_get_output(keeper, ret);
	*ret_phase = keeper_phase(keeper);
	return true;
}

const struct runbook_hands runner_hands = {
	.runbook = runner_runbook,
	.run = runner_run,
	.proof_count = proof_count,
	.proof = proof,
	.attend = runner_attend,
	.busy = runner_busy,
	.plan = runner_plan,
	.get_clock = runner_get_clock,
	.get_output = get_output,
	.keeper = runner_keeper,
	.start_step = runner_start_step,
	.stop_step = runner_stop_step,
	.end_left = runner_end_left,
	.mark_step = runner_mark_step,
	.undo = runner_undo,
	.note = runner_note,
	.edit = runner_edit,
	.override = runner_override,
	.set_value = runner_set_value,
	.branch = runner_branch,
	.take_pen = runner_take_pen,
	.hand_pen = runner_hand_pen,
	.close = runner_close,
	.get_query = runner_get_query,
	.ask_choices = runner_ask_choices,
	.get_choices = runner_get_choices,
	.list_choices = runner_list_choices,
};
