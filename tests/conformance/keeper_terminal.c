/* What a program finds around it: its terminal, its surroundings, and nothing of ours. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "keeper_trial.h"

#define LIMIT_MS 30000

static int run_order(struct trial *trial, const char *parent, int attempt, struct keeper_order *order)
{
	trial_open(trial, parent, attempt);
	return expect(trial_start_order(trial, order) && trial_wait(trial, KEEPER_ENDED, LIMIT_MS), "%s: no end",
		      order->command);
}

static int try_surroundings(const char *parent)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", "LINES=7",    "TERM=dumb",
						   "LATIN=caf\351",      "PAGER=less", NULL };
	struct keeper_order order = { .command = "stty size; env | sort; pwd; tty; ls /proc/self/fd | tr '\\n' ,; "
						 "test -t 0 && test -t 1 && test -t 2 && ps -o sid= -p $$ | tr -d ' '; "
						 "echo pid $$; grep Sig /proc/self/status; "
						 "printf %s \"$LATIN\" | od -An -tx1",
				      .environment = environment,
				      .directory = parent,
				      .rows = 41,
				      .columns = 131 };
	static const char *const wanted[] = { "41 131",
					      "TERM=xterm-256color",
					      "PATH=/usr/bin:/bin",
					      "/dev/pts/",
					      "0,1,2,3,",
					      "SigIgn:\t0000000000000000",
					      "SigBlk:\t0000000000000000",
					      "63 61 66 e9",
					      "\nPAGER=cat",
					      "GIT_PAGER=cat",
					      "SYSTEMD_PAGER=cat",
					      "PSQL_PAGER=cat" };
	struct trial trial;
	char *folder = mem_printf("PWD=%s", parent);
	int faults = run_order(&trial, parent, 1, &order);

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		faults += expect(trial_shows(&trial, wanted[i]), "surroundings: no '%s'", wanted[i]);
	faults += expect(trial_shows(&trial, folder), "surroundings: not in %s", parent);
	faults += expect(!trial_shows(&trial, "LINES=") && !trial_shows(&trial, "HOME=") &&
				 !trial_shows(&trial, "PAGER=less"),
			 "surroundings: too many");
	free(folder);
	trial_close(&trial);
	return faults;
}

/* A command that speaks of a pager itself gets what the person has set. */
static int try_own_pager(const char *parent)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", "PAGER=less -F", "GIT_PAGER=less", NULL };
	struct keeper_order order = { .command = "echo own=$PAGER of git: $(env | grep GIT)",
				      .environment = environment };
	struct trial trial;
	int faults = run_order(&trial, parent, 40, &order);

	faults += expect(trial_shows(&trial, "own=less -F of git: GIT_PAGER=cat"), "pagers: %s", "another one");
	trial_close(&trial);
	return faults;
}

static int try_files(const char *parent)
{
	static const struct {
		const char *name;
		unsigned mode;
	} files[] = { { "", 0700 },           { "order.json", 0600 }, { "outcome.json", 0600 },
		      { "transcript", 0600 }, { "lock", 0600 },       { "socket", 0600 } };
	static const char *const environment[] = { "PATH=/usr/bin:/bin", "DB_PASSWORD=opensesame", NULL };
	static const char *const secrets[] = { "configured-one", NULL };
	struct keeper_order order = { .command = "echo $DB_PASSWORD configured-one token=abc; echo \"done\"",
				      .environment = environment,
				      .secrets = secrets };
	struct trial trial;
	struct strbuf text = STRBUF_INIT;
	int faults = run_order(&trial, parent, 2, &order);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = mem_printf("%s/%s", trial.folder, files[i].name);
		struct stat status = { 0 };

		faults += expect(stat(path, &status) == 0 && (status.st_mode & 0777) == files[i].mode, "%s: mode %o",
				 path, status.st_mode & 0777);
		if (S_ISREG(status.st_mode))
			trial_file(&trial, files[i].name, &text);
		faults += expect(!strstr(text.text, "opensesame") && !strstr(text.text, "configured-one") &&
					 !strstr(text.text, "=abc"),
				 "%s: holds a secret", files[i].name);
		free(path);
	}
	/* The end is told first; then its ring gives way to plain bytes. */
	for (int i = 0; i < 500; i++) {
		strbuf_clear(&text);
		trial_file(&trial, "transcript", &text);
		if (strstr(text.text, "done"))
			break;
		usleep(10000);
	}
	faults += expect(strstr(text.text, "done") != NULL, "the transcript is not plain: '%s'", text.text);
	strbuf_release(&text);
	trial_close(&trial);
	return faults;
}

static int try_what_cannot_run(const char *parent)
{
	struct keeper_order orders[] = { { .command = "true", .shell = "/no/such/shell" },
					 { .command = "true", .directory = "/no/such/folder" },
					 { .command = mem_alloc(200001) } };
	static const char *const reasons[] = { "never ran: /no/such/shell: No such file or directory",
					       "never ran: /no/such/folder: No such file or directory",
					       "never ran: /bin/bash: Argument list too long" };
	char *large = mem_printf("%0200000d", 0);
	int faults = 0;

	free((char *)(uintptr_t)orders[2].command);
	orders[2].command = large;
	for (int i = 0; i < 3; i++) {
		struct trial trial;

		faults += run_order(&trial, parent, 10 + i, &orders[i]);
		faults += expect(keeper_phase(trial.keeper) == KEEPER_NEVER && !keeper_outcome(trial.keeper)->ran,
				 "%s: phase %d", reasons[i], keeper_phase(trial.keeper));
		faults += expect(strcmp(keeper_outcome(trial.keeper)->reason, reasons[i]) == 0, "'%s' for '%s'",
				 keeper_outcome(trial.keeper)->reason, reasons[i]);
		trial_let_go(&trial);
		trial_attach(&trial);
		faults += expect(keeper_phase(trial.keeper) == KEEPER_NEVER, "%s: later phase %d", reasons[i],
				 keeper_phase(trial.keeper));
		trial_close(&trial);
	}
	free(large);
	return faults;
}

static int try_no_keeper(const char *parent)
{
	char *before = mem_strdup(getenv("SKEP_KEEPER")), *folder = mem_printf("%s/none", parent);
	struct keeper_order order = { .folder = folder, .command = "true", .shell = "/bin/sh" };
	struct loop *loop = loop_new(NULL);
	struct keeper_config config = { .loop = loop };
	struct error error = { "" };
	int faults;

	setenv("SKEP_KEEPER", "/no/such/keeper", 1);
	faults = expect(!keeper_start(&config, &order, &error) && strstr(error.text, "/no/such/keeper"),
			"without a keeper: '%s'", error.text);
	faults += expect(access(folder, F_OK) < 0, "without a keeper: there is a folder");
	if (before)
		setenv("SKEP_KEEPER", before, 1);
	else
		unsetenv("SKEP_KEEPER");
	loop_free(loop);
	free(before);
	free(folder);
	return faults;
}

static void on_raw(void *user, const char *data, size_t length)
{
	struct trial *trial = user;

	strbuf_add(&trial->raw, data, length);
}

/* Keys, a changed size, and the terminal itself for a while. */
static int try_keys(const char *parent)
{
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 20);
	trial_start(&trial,
		    "trap 'stty size' WINCH; echo ready; read -r line; echo \"got $line\"; stty -echo; printf "
		    "'password: '; "
		    "read -r secret; echo; echo \"${#secret} letters\"; sleep 0.2; printf '\\033[?1049htoken=raw\\n'; "
		    "read -r end; exit 9",
		    0);
	faults += expect(trial_wait_text(&trial, "ready", LIMIT_MS), "keys: not ready");
	keeper_resize(trial.keeper, 33, 99);
	keeper_input(trial.keeper, "hello\r", 6);
	faults += expect(trial_wait_text(&trial, "got hello", LIMIT_MS), "keys: not got");
	/* A prompt is seen before its answer comes. */
	faults += expect(trial_wait_text(&trial, "password: ", LIMIT_MS), "keys: no prompt");
	keeper_give_terminal(trial.keeper, on_raw, &trial);
	keeper_input(trial.keeper, "12345\r", 6);
	faults += expect(trial_wait_text(&trial, "5 letters", LIMIT_MS), "keys: no answer");
	faults += expect(!trial_shows(&trial, "12345"), "keys: the answer is shown");
	faults += expect(trial_wait_text(&trial, "token=", LIMIT_MS), "keys: no screen");
	trial_pass(&trial, 200);
	keeper_give_terminal(trial.keeper, NULL, NULL);
	faults += expect(memmem(trial.raw.text, trial.raw.length, "token=raw", 9) != NULL, "keys: not raw: '%s'",
			 trial.raw.text);
	faults += expect(trial_shows(&trial, "33 99"), "keys: no new size");
	keeper_input(trial.keeper, "\r", 1);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_outcome(trial.keeper)->status == 9,
			 "keys: status %d", keeper_outcome(trial.keeper)->status);
	trial_close(&trial);
	return faults;
}

int trial_terminal(const char *parent)
{
	return try_surroundings(parent) + try_own_pager(parent) + try_files(parent) + try_what_cannot_run(parent) +
	       try_no_keeper(parent) + try_keys(parent);
}
