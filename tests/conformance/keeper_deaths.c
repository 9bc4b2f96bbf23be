/* Consoles and keepers that are killed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "keeper_trial.h"

#define LIMIT_MS 30000

/* A console in a process of its own, which starts the step and stays until it is killed. */
static pid_t console_apart(const char *parent, int attempt, const char *command)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct trial trial;

		setsid();
		trial_open(&trial, parent, attempt);
		trial_start(&trial, command, 0);
		trial_pass(&trial, 60000);
		_exit(0);
	}
	return pid;
}

static int try_console_dies(const char *parent, int attempt, int number)
{
	pid_t console = console_apart(parent, attempt, "echo on; sleep 0.6; echo survived; exit 5");
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, attempt);
	for (int i = 0; i < 1000 && !trial_keeper_pid(&trial); i++)
		usleep(5000);
	kill(-console, number);
	kill(console, SIGKILL);
	waitpid(console, NULL, 0);
	trial_attach(&trial);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS), "signal %d: no end", number);
	faults += expect(keeper_phase(trial.keeper) == KEEPER_ENDED && keeper_outcome(trial.keeper)->status == 5,
			 "signal %d: phase %d, status %d", number, keeper_phase(trial.keeper),
			 keeper_outcome(trial.keeper)->status);
	faults += expect(trial_shows(&trial, "survived"), "signal %d: no output", number);
	trial_close(&trial);
	return faults;
}

static int try_keeper_dies(const char *parent)
{
	struct keeper_order order = { .command = "echo $$ >child; sleep 60 & echo $! >grandchild; echo before; wait",
				      .directory = parent };
	struct strbuf child = STRBUF_INIT, grandchild = STRBUF_INIT;
	struct trial trial;
	pid_t keeper;
	int faults = 0;

	trial_open(&trial, parent, 10);
	trial_start_order(&trial, &order);
	faults += expect(trial_wait_text(&trial, "before", LIMIT_MS), "lost: it does not begin");
	keeper = trial_keeper_pid(&trial);
	trial_file(&trial, "../child", &child);
	trial_file(&trial, "../grandchild", &grandchild);
	if (expect(keeper > 0, "lost: no keeper"))
		return 1;
	kill(keeper, SIGKILL);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_phase(trial.keeper) == KEEPER_LOST,
			 "lost: phase %d", keeper_phase(trial.keeper));
	faults += expect(trial_shows(&trial, "before"), "lost: its output is too");
	faults +=
		expect(process_is_gone_within((pid_t)strtol(child.text, NULL, 10), LIMIT_MS), "lost: its child lives");
	faults += expect(process_is_gone_within((pid_t)strtol(grandchild.text, NULL, 10), LIMIT_MS),
			 "lost: its grandchild lives");
	trial_let_go(&trial);
	trial_attach(&trial);
	faults += expect(keeper_phase(trial.keeper) == KEEPER_LOST && trial_shows(&trial, "before"),
			 "lost: later phase %d", keeper_phase(trial.keeper));
	faults += expect(keeper_outcome(trial.keeper)->started_ms > 0, "lost: it does not know when it began");
	trial_let_go(&trial);
	/* And never again. */
	trial_start(&trial, "echo twice", 0);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_phase(trial.keeper) == KEEPER_LOST &&
				 !trial_shows(&trial, "twice"),
			 "lost: it ran twice");
	trial_close(&trial);
	strbuf_release(&child);
	strbuf_release(&grandchild);
	return faults;
}

/* The machine shuts down in order: the step is ended, and that is known. */
static int try_asked_to_end(const char *parent)
{
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 11);
	trial_start(&trial, "echo on; sleep 60", 0);
	trial_wait_text(&trial, "on", LIMIT_MS);
	kill(trial_keeper_pid(&trial), SIGTERM);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_phase(trial.keeper) == KEEPER_ENDED &&
				 keeper_outcome(trial.keeper)->stopped,
			 "TERM: phase %d", keeper_phase(trial.keeper));
	trial_close(&trial);
	return faults;
}

int trial_deaths(const char *parent)
{
	return try_console_dies(parent, 1, SIGKILL) + try_console_dies(parent, 2, SIGHUP) +
	       try_console_dies(parent, 3, SIGINT) + try_keeper_dies(parent) + try_asked_to_end(parent);
}
