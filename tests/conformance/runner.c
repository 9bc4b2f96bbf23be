/*
 * runner [ROUNDS]
 *
 * A runbook run for real: a loop, a journal, keepers and shells. Steps are
 * run, stopped, edited and taken back; a console is killed in the middle of a
 * step and another one takes it up; two people share a run and press one key that many times (runner_pens.c).
 * Each step's command writes a line to a file of its own, which never has two.
 */
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "runner_trial.h"

struct play {
	const struct act *acts;
	size_t count, at;
	int stage, faults;
};

#define ROUNDS 10

static char *folder;

static const char *const text_format =
	"# Trial\n\n## Diagnosis\n\n"
	"```bash\n# look\ncat %1$s/word\n```\n\n"
	"## Resolution\n\n"
	"```bash\n# quick\necho x >> %1$s/quick\n```\n\n"
	"```bash\n# fails\necho x >> %1$s/fails; exit 3\n```\n\n"
	"```bash\n# long\necho x >> %1$s/long; sleep 30\n```\n\n"
	"```bash\n# edited\necho x >> %1$s/wrong\n```\n\n"
	"```bash\n# asks\necho <word> >> %1$s/asks\n```\n\n"
	"```bash\n# survives\necho x >> %1$s/survives; sleep 1; echo done\n```\n\n"
	"```bash\n# lost\necho x >> %1$s/lost; grep -c x %1$s/lost | grep -q 2 || sleep 30\n```\n\n"
	"```bash\n# hidden\necho <my-token> >> %1$s/hidden; echo <my-token>\n```\n";

#define LOOK     "1.1"
#define QUICK    "2.1"
#define FAILS    "2.2"
#define LONG     "2.3"
#define EDITED   "2.4"
#define ASKS     "2.5"
#define SURVIVES "2.6"
#define LOST     "2.7"
#define HIDDEN   "2.8"

int fault(const char *format, ...)
{
	va_list args;

	printf("FAULT: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return -1;
}

static int expect_state(struct run_desk *desk, const char *id, enum run_step_state wanted)
{
	enum run_step_state state = run_desk_state(desk, id);

	if (state == wanted)
		return 1;
	if (state == RUN_STEP_WANTED || state == RUN_STEP_RUNNING || state == RUN_STEP_OPEN)
		return 0;
	printf("FAULT: step %s is %s, not %s\n", id, run_step_state_names[state], run_step_state_names[wanted]);
	return -1;
}

static int run_to(struct run_desk *desk, int *stage, const char *id, enum run_step_state wanted)
{
	struct error error = { "" };

	if (*stage == 0) {
		*stage = 1;
		return run_desk_start(desk, run_desk_step(desk, id), &error) < 0 ? fault("%s", error.text) : 0;
	}
	return runner_busy(desk->runner) ? 0 : expect_state(desk, id, wanted);
}

static int act_look(struct run_desk *desk, int *stage)
{
	int ret = run_to(desk, stage, LOOK, RUN_STEP_OK);
	struct keeper_output output;
	struct keeper *keeper;

	if (ret != 1)
		return ret;
	keeper = runner_keeper(desk->runner, run_desk_step(desk, LOOK));
	if (!keeper)
		return fault("no output of a step that ended");
	keeper_get_output(keeper, &output);
	if (output.head_length + output.tail_length < 4)
		return fault("a step's output is not there");
	return 1;
}

static int act_quick(struct run_desk *desk, int *stage)
{
	struct step_plan plan;
	struct error error;
	size_t step = run_desk_step(desk, QUICK);

	if (*stage == 0) {
		runner_plan(desk->runner, step, &plan);
		if (plan.tier != TIER_CHANGE || !plan.confirm || strcmp(plan.confirm, QUICK) != 0)
			return fault("a change asks for its number");
		if (runner_start_step(desk->runner, step, plan.text, NULL, &error) == 0)
			return fault("a change was started without its number");
		runner_plan(desk->runner, step, &plan);
		if (runner_start_step(desk->runner, step, plan.text, "2.9", &error) == 0)
			return fault("a change was started without its number");
		if (runner_start_step(desk->runner, step, "echo other", QUICK, &error) == 0)
			return fault("another text was started than was painted");
	}
	return run_to(desk, stage, QUICK, RUN_STEP_OK);
}

/* A key pressed twice. */
static int act_twice(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	size_t step = run_desk_step(desk, FAILS);

	if (*stage == 0) {
		*stage = 1;
		if (run_desk_start(desk, step, &error) < 0)
			return fault("%s", error.text);
		return run_desk_start(desk, step, &error) == 0 ? fault("a step was started twice") : 0;
	}
	return runner_busy(desk->runner) ? 0 : expect_state(desk, FAILS, RUN_STEP_BAD);
}

static int act_stop(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	size_t step = run_desk_step(desk, LONG);

	if (*stage == 0) {
		*stage = 1;
		return run_desk_start(desk, step, &error) < 0 ? fault("%s", error.text) : 0;
	}
	if (*stage == 1 && run_desk_state(desk, LONG) == RUN_STEP_RUNNING) {
		if (run_desk_count(folder, "long") == 0)
			return 0;
		*stage = 2;
		return runner_stop_step(desk->runner, step, &error) < 0 ? fault("%s", error.text) : 0;
	}
	return *stage == 2 ? expect_state(desk, LONG, RUN_STEP_BAD) : 0;
}

static int act_edit(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	struct step_plan plan;
	char *command = mem_printf("echo x >> %s/edited", folder);
	size_t step = run_desk_step(desk, EDITED);
	int ret = 0;

	if (*stage == 0) {
		if (runner_edit(desk->runner, step, "echo \x1b[2J", &error) == 0)
			ret = fault("a command with an escape sequence was taken");
		if (runner_edit(desk->runner, step, command, &error) < 0)
			ret = fault("%s", error.text);
		runner_plan(desk->runner, step, &plan);
		if (!plan.edited || strcmp(plan.text, command) != 0)
			ret = fault("an edited command is not the one that is run: %s", plan.text);
	}
	free(command);
	return ret < 0 ? ret : run_to(desk, stage, EDITED, RUN_STEP_OK);
}

static int act_marks(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	size_t step = run_desk_step(desk, FAILS);

	if ((*stage)++ == 0)
		return runner_mark_step(desk->runner, step, RUN_DONE, "by hand", &error) < 0 ? fault("%s", error.text)
											     : 0;
	if (*stage == 2) {
		if (run_desk_state(desk, FAILS) != RUN_STEP_DONE)
			return fault("a step that was done is not");
		return runner_undo(desk->runner, step, &error) < 0 ? fault("%s", error.text) : 0;
	}
	if (run_desk_state(desk, FAILS) != RUN_STEP_BAD)
		return fault("what was taken back still counts");
	return runner_note(desk->runner, SIZE_MAX, "a note", &error) < 0 ? fault("%s", error.text) : 1;
}

static int act_value(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	struct step_plan plan;
	size_t step = run_desk_step(desk, ASKS);

	if (*stage == 0) {
		runner_plan(desk->runner, step, &plan);
		if (plan.block != PLAN_NEEDS || plan.missing_count != 1 || strcmp(plan.missing[0].name, "word") != 0)
			return fault("a step without its value: %s", plan.why);
		if (runner_set_value(desk->runner, "word", "a\nb", NULL, &error) == 0)
			return fault("a value of two lines was taken");
		if (runner_set_value(desk->runner, "word", "; rm -rf ~; $(exit 1) 'x'", NULL, &error) < 0)
			return fault("%s", error.text);
	}
	return run_to(desk, stage, ASKS, RUN_STEP_OK);
}

static int act_secret(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	struct step_plan plan;
	size_t step = run_desk_step(desk, HIDDEN);
	int ret;

	if (*stage == 0) {
		if (runner_set_value(desk->runner, "my-token", "s3cr3tvalue", NULL, &error) < 0)
			return fault("%s", error.text);
		runner_plan(desk->runner, step, &plan);
		if (strstr(plan.text, "s3cr3t"))
			return fault("a secret is shown: %s", plan.text);
	}
	ret = run_to(desk, stage, HIDDEN, RUN_STEP_OK);
	if (ret == 1 && run_desk_count(folder, "hidden") != 1)
		return fault("the command with the secret did not run");
	return ret;
}

/* Its keeper is killed: nobody knows, and it is run again only when that is asked for in words. */
static int act_lost(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	struct step_plan plan;
	size_t step = run_desk_step(desk, LOST);

	switch (*stage) {
	case 0: *stage = 1; return run_desk_start(desk, step, &error) < 0 ? fault("%s", error.text) : 0;
	case 1:
		if (run_desk_state(desk, LOST) != RUN_STEP_RUNNING || run_desk_count(folder, "lost") != 1)
			return 0;
		*stage = 2;
		return run_desk_kill_keeper(getpid(), getppid()) ? 0 : fault("there is no keeper");
	case 2:
		if (run_desk_state(desk, LOST) == RUN_STEP_RUNNING)
			return 0;
		runner_plan(desk->runner, step, &plan);
		if (plan.block != PLAN_UNKNOWN_END || strcmp(plan.confirm, "again " LOST) != 0)
			return fault("after a lost keeper: %s", plan.why);
		if (runner_start_step(desk->runner, step, plan.text, LOST, &error) == 0)
			return fault("it is run again as if nothing were");
		runner_plan(desk->runner, step, &plan);
		*stage = 3;
		return runner_start_step(desk->runner, step, plan.text, "again " LOST, &error) < 0
			       ? fault("%s", error.text)
			       : 0;
	default:
		if (runner_busy(desk->runner) || run_desk_state(desk, LOST) == RUN_STEP_UNKNOWN)
			return 0;
		return expect_state(desk, LOST, RUN_STEP_OK);
	}
}

/* Leaves while the step runs. */
static int act_leave(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	if (*stage == 0) {
		*stage = 1;
		return run_desk_start(desk, run_desk_step(desk, SURVIVES), &error) < 0 ? fault("%s", error.text) : 0;
	}
	if (run_desk_count(folder, "survives") != 1)
		return 0;
	kill(getpid(), SIGKILL);
	return 0;
}

static int act_found(struct run_desk *desk, int *stage)
{
	(void)stage;
	return expect_state(desk, SURVIVES, RUN_STEP_OK);
}

static int act_close(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	if ((*stage)++ == 0)
		return runner_close(desk->runner, "over", &error) < 0 ? fault("%s", error.text) : 0;
	if (runner_busy(desk->runner))
		return 0;
	return run_desk_start(desk, run_desk_step(desk, LOOK), &error) == 0 ? fault("run after the end") : 1;
}

static const struct act first_console[] = {
	{ "look", act_look }, { "quick", act_quick }, { "twice", act_twice }, { "stop", act_stop },
	{ "edit", act_edit }, { "marks", act_marks }, { "value", act_value }, { "secret", act_secret },
	{ "lost", act_lost }, { "leave", act_leave },
};
static const struct act second_console[] = { { "found", act_found }, { "close", act_close } };

/* ---- playing ---- */

static void play(struct run_desk *desk)
{
	struct play *of = desk->user;
	int ret = of->acts[of->at].go(desk, &of->stage);

	if (ret == 0)
		return;
	if (ret < 0) {
		printf("FAULT: in '%s'\n", of->acts[of->at].name);
		of->faults++;
	}
	of->stage = 0;
	if (ret < 0 || ++of->at == of->count)
		loop_stop(desk->loop);
}

int run_acts(struct run_desk *desk, const struct act *acts, size_t count)
{
	struct play of = { .acts = acts, .count = count };

	desk->play = play;
	desk->user = &of;
	run_desk_open(desk);
	if (!run_desk_go(desk)) {
		printf("FAULT: %s in '%s'%s%s\n", desk->hung ? "hangs" : "not opened", acts[of.at].name,
		       *desk->error.text ? ": " : "", desk->error.text);
		of.faults++;
	}
	run_desk_close(desk);
	fflush(stdout);
	return of.faults;
}

/* In a process of its own; the exit status, or -1 when it was killed. */
static int run_process(const char *state, const char *seat, const char *run, const char *text, const struct act *acts,
		       size_t count)
{
	struct run_desk desk = { .state = state, .seat = seat, .actor = "ana@trial", .text = text, .run = run };
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(run_acts(&desk, acts, count) ? 1 : 0);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *only_run(const char *state)
{
	char *command = mem_printf("ls %s/runs", state), *ret = NULL;
	char *path = path_join(state, "name");
	struct strbuf text = STRBUF_INIT;
	pid_t pid = fork();

	if (pid == 0) {
		char *line = mem_printf("%s > %s", command, path);

		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	if (path_read(path, 4096, &text, NULL) == 0)
		ret = mem_strndup(text.text, strcspn(text.text, "\n"));
	strbuf_release(&text);
	free(command);
	free(path);
	return ret;
}

static int expect_counts(void)
{
	static const struct {
		const char *name;
		int count;
	} wanted[] = { { "quick", 1 }, { "fails", 1 }, { "long", 1 },     { "edited", 1 },
		       { "asks", 1 },  { "wrong", 0 }, { "survives", 1 }, { "lost", 2 } };
	int faults = 0;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		int count = run_desk_count(folder, wanted[i].name);

		if (count != wanted[i].count) {
			printf("FAULT: '%s' ran %d times, not %d\n", wanted[i].name, count, wanted[i].count);
			faults++;
		}
	}
	return faults;
}

/* No secret lies anywhere: not in the journal, not in what the keeper wrote. */
static int expect_no_secret(const char *state)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		execl("/bin/grep", "grep", "-rlq", "s3cr3tvalue", state, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		return 0;
	printf("FAULT: a secret lies in %s\n", state);
	return 1;
}

static void remove_all(const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", path, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	char path[] = "/tmp/skep-runner-XXXXXX";
	char *state, *text, *run, *word, *pens;
	int faults = 0;

	folder = mkdtemp(path);
	state = path_join(folder, "state");
	mkdir(state, 0700);
	run_desk_find_keeper();
	/* Keepers are handed to this process, and to no other's. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	text = mem_printf(text_format, folder);
	word = path_join(folder, "word");
	path_write(word, "word\n", 5, NULL);
	if (run_process(state, "first", NULL, text, first_console, sizeof(first_console) / sizeof(first_console[0])) !=
	    -1) {
		printf("FAULT: the first console did not come to its end\n");
		faults++;
	}
	run = only_run(state);
	faults += run_process(state, "second", run, text, second_console,
			      sizeof(second_console) / sizeof(second_console[0])) != 0;
	faults += expect_counts() + expect_no_secret(state) + run_desk_keeper_stays();
	pens = path_join(folder, "pens");
	mkdir(pens, 0700);
	faults += trial_pens(pens, argc > 1 ? (int)strtol(argv[1], NULL, 10) : ROUNDS);
	if (!faults || !getenv("SKEP_KEEP"))
		remove_all(folder);
	free(state);
	free(text);
	free(run);
	free(word);
	free(pens);
	printf("%s\n", faults ? "runner: faults" : "runner: good");
	return faults ? 1 : 0;
}
