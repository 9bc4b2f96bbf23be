/* How programs end, and what is left of what they started. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keeper_trial.h"

#define LIMIT_MS 30000

static const struct {
	const char *command;
	int64_t timeout_ms, stop_ms; /* 0: no; after how long it is stopped */
	int status, signal;
	bool timed_out, stopped, grandchild;
	const char *reason;
} ends[] = {
	{ "true", 0, 0, 0, 0, false, false, false, "" },
	{ "exit 3", 0, 0, 3, 0, false, false, false, "exit status 3" },
	{ "exit 255", 0, 0, 255, 0, false, false, false, "exit status 255" },
	{ "no-such-command-at-all", 0, 0, 127, 0, false, false, false, "exit status 127" },
	{ "kill -9 $$", 0, 0, -1, SIGKILL, false, false, false, "killed by signal 9" },
	{ "kill -SEGV $$", 0, 0, -1, SIGSEGV, false, false, false, "killed by signal 11" },
	{ "false | true", 0, 0, 0, 0, false, false, false, "" },
	{ "sleep 60", 300, 0, -1, SIGINT, true, false, false, "timeout after 300ms" },
	{ "trap 'exit 7' INT; while :; do sleep 0.05; done", 300, 0, 7, 0, true, false, false, "timeout after 300ms" },
	{ "sleep 60", 0, 200, -1, SIGINT, false, true, false, "stopped" },
	/* One that stands still, and one that has another group in its terminal's foreground. */
	{ "kill -STOP $$; sleep 60", 0, 300, -1, SIGINT, false, true, false, "stopped" },
	{ "set -m; sleep 60; exit 5", 0, 300, -1, SIGINT, false, true, false, "stopped" },
	{ "trap '' INT TERM; while :; do sleep 0.05; done", 0, 100, -1, SIGKILL, false, true, false, "stopped" },
	/* What still holds the terminal: in its group, in another session, and twice removed. */
	{ "trap '' HUP; sleep 60 & exit 0", 0, 0, 0, 0, false, false, true, "" },
	{ "setsid sleep 60 & sleep 0.1; exit 4", 0, 0, 4, 0, false, false, true, "exit status 4" },
	{ "(setsid sh -c 'sleep 60 & sleep 60' &) ; sleep 0.1; exit 0", 0, 0, 0, 0, false, false, true, "" },
	/* It closes its terminal, goes on, and opens it again. */
	{ "exec >/dev/null 2>&1 </dev/null; sleep 0.3; echo again >/dev/tty; exit 6", 0, 0, 6, 0, false, false, false,
	  "exit status 6" },
};

static void on_stop(void *user)
{
	struct trial *trial = user;

	keeper_stop(trial->keeper);
}

static int check_end(struct trial *trial, size_t i)
{
	const struct keeper_outcome *outcome = keeper_outcome(trial->keeper);
	const char *command = ends[i].command;
	int faults = 0;

	faults += expect(keeper_phase(trial->keeper) == KEEPER_ENDED && outcome->ran, "%s: phase %d", command,
			 keeper_phase(trial->keeper));
	faults += expect(outcome->status == ends[i].status, "%s: status %d", command, outcome->status);
	faults += expect(outcome->signal == ends[i].signal, "%s: signal %d", command, outcome->signal);
	faults += expect(outcome->timed_out == ends[i].timed_out, "%s: timed out %d", command, outcome->timed_out);
	faults += expect(outcome->stopped == ends[i].stopped, "%s: stopped %d", command, outcome->stopped);
	faults += expect(outcome->grandchild == ends[i].grandchild, "%s: grandchild %d", command, outcome->grandchild);
	faults += expect(strcmp(outcome->reason, ends[i].reason) == 0, "%s: '%s'", command, outcome->reason);
	faults += expect(outcome->started_ms > 0 && outcome->ended_ms >= outcome->started_ms, "%s: its times", command);
	faults += expect(!trial->sank, "%s: less output than before", command);
	return faults;
}

static int try_end(const char *parent, size_t i)
{
	struct trial trial;
	struct timer *stop;
	int faults = 0;

	trial_open(&trial, parent, (int)i);
	stop = timer_new(trial.loop, on_stop, &trial);
	if (!trial_start(&trial, ends[i].command, ends[i].timeout_ms)) {
		faults++;
	} else {
		if (ends[i].stop_ms) {
			trial_wait(&trial, KEEPER_RUNS, LIMIT_MS);
			timer_start(stop, ends[i].stop_ms);
		}
		faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS), "%s: it does not end", ends[i].command);
		faults += check_end(&trial, i);
		faults += expect(trial_keeper_goes(&trial, LIMIT_MS), "%s: its keeper stays", ends[i].command);
		/* Who asks later is told the same. */
		trial_let_go(&trial);
		trial_attach(&trial);
		faults += check_end(&trial, i);
	}
	timer_free(stop);
	trial_close(&trial);
	return faults;
}

/* A program that let go of the terminal goes on when the step ended by itself, and is ended with one that is stopped.
 */
static int try_daemon(const char *parent, int attempt, bool stopped)
{
	static const char command[] = "setsid sh -c 'echo $$ >daemon; exec sleep 60' >/dev/null 2>&1 </dev/null & "
				      "sleep 0.2; echo on; test -z \"$WAITS\" || wait";
	const char *const environment[] = { "PATH=/usr/bin:/bin", stopped ? "WAITS=yes" : NULL, NULL };
	struct keeper_order order = { .command = command, .directory = parent, .environment = environment };
	struct trial trial;
	struct strbuf text = STRBUF_INIT;
	pid_t daemon;
	int faults = 0;

	trial_open(&trial, parent, attempt);
	trial_start_order(&trial, &order);
	if (stopped) {
		trial_wait_text(&trial, "on", LIMIT_MS);
		keeper_stop(trial.keeper);
	}
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS), "a daemon: no end");
	trial_file(&trial, "../daemon", &text);
	daemon = (pid_t)strtol(text.text, NULL, 10);
	faults += expect(daemon > 0 && process_lives(daemon) != stopped, "a daemon (%d) lives: %d", daemon, !stopped);
	if (daemon > 0 && !stopped)
		kill(daemon, SIGKILL);
	strbuf_release(&text);
	trial_close(&trial);
	return faults;
}

int trial_ends(const char *parent)
{
	int faults = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		faults += try_end(parent, i);
	faults += try_daemon(parent, 100, false);
	faults += try_daemon(parent, 101, true);
	return faults;
}
