/*
 * What the views ask of an open run and tell it: the runner's functions (see
 * runner.h for what each means) as a table, so that pictures and keys can be
 * tried without anything being run. `runner_hands` is the real one.
 */
#ifndef UI_VIEW_RUNBOOK_HANDS_H
#define UI_VIEW_RUNBOOK_HANDS_H

#include "runbook/runner.h"

struct runbook_hands {
	const struct runbook *(*runbook)(const struct runner *runner);
	const struct run *(*run)(const struct runner *runner);
	size_t (*proof_count)(const struct runner *runner);
	const struct proof *(*proof)(const struct runner *runner, size_t index);
	void (*attend)(struct runner *runner, bool attended);
	bool (*busy)(const struct runner *runner);
	void (*plan)(struct runner *runner, size_t step, struct step_plan *ret);
	void (*get_clock)(const struct runner *runner, int64_t now_ms, struct run_clock *ret);

	/* Output of the step's last attempt; false when there is none. */
	bool (*get_output)(struct runner *runner, size_t step, struct keeper_output *ret, enum keeper_phase *ret_phase);
	struct keeper *(*keeper)(struct runner *runner, size_t step);

	int (*start_step)(struct runner *runner, size_t step, const char *text, const char *typed, struct error *error);
	int (*stop_step)(struct runner *runner, size_t step, struct error *error);
	int (*end_left)(struct runner *runner, size_t step, struct error *error);
	int (*mark_step)(struct runner *runner, size_t step, enum run_event_kind mark, const char *note,
			 struct error *error);
	int (*undo)(struct runner *runner, size_t step, struct error *error);
	int (*note)(struct runner *runner, size_t step, const char *words, struct error *error);
	int (*edit)(struct runner *runner, size_t step, const char *command, struct error *error);
	int (*override)(struct runner *runner, size_t step, const char *words, struct error *error);
	int (*set_value)(struct runner *runner, const char *name, const char *value, const char *source,
			 struct error *error);
	int (*branch)(struct runner *runner, const char *letter, struct error *error);
	int (*take_pen)(struct runner *runner, size_t step, struct error *error);
	int (*hand_pen)(struct runner *runner, size_t step, const char *to, struct error *error);
	int (*close)(struct runner *runner, const char *words, struct error *error);
	void (*get_query)(struct runner *runner, size_t step, struct query_values *ret); /* NULL: nothing is asked */
	void (*ask_choices)(struct runner *runner, size_t step, const char *placeholder);
	void (*get_choices)(const struct runner *runner, const char *placeholder, struct prompt_values *ret);
	int (*list_choices)(struct runner *runner, size_t step, const char *placeholder, const char *command,
			    struct error *error);
};

extern const struct runbook_hands runner_hands;

#endif
