/* Several consoles on one step, one after the other and at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "keeper_trial.h"

#define LIMIT_MS 30000

static int try_two(const char *parent)
{
	struct trial first, second;
	int faults = 0;

	trial_open(&first, parent, 1);
	trial_open(&second, parent, 1);
	trial_start(&first, "echo one; read -r x; echo two; read -r x; echo three", 0);
	faults += expect(trial_wait_text(&first, "one", LIMIT_MS), "two: not one");
	trial_attach(&second);
	faults += expect(trial_wait_text(&second, "one", LIMIT_MS) && keeper_phase(second.keeper) == KEEPER_RUNS,
			 "two: the second sees nothing");
	keeper_input(second.keeper, "\r", 1);
	faults += expect(trial_wait_text(&first, "two", LIMIT_MS), "two: the first sees nothing");
	faults += expect(trial_wait_text(&second, "two", LIMIT_MS), "two: the second sees no more");
	/* The one that began it goes; the other one ends it. */
	trial_let_go(&first);
	keeper_stop(second.keeper);
	faults += expect(trial_wait(&second, KEEPER_ENDED, LIMIT_MS) && keeper_outcome(second.keeper)->stopped,
			 "two: not stopped");
	trial_attach(&first);
	faults += expect(keeper_phase(first.keeper) == KEEPER_ENDED && trial_shows(&first, "two"), "two: not ended");
	trial_close(&first);
	trial_close(&second);
	return faults;
}

static int try_run_once(const char *parent)
{
	struct keeper_order order = { .command = "printf x >>counter; sleep 0.3", .directory = parent }, again = order;
	struct trial first, second;
	struct strbuf counter = STRBUF_INIT;
	int faults = 0;

	trial_open(&first, parent, 2);
	trial_open(&second, parent, 2);
	trial_start_order(&first, &order);
	trial_start_order(&second, &again);
	faults += expect(trial_wait(&first, KEEPER_ENDED, LIMIT_MS) && trial_wait(&second, KEEPER_ENDED, LIMIT_MS),
			 "once: no end");
	trial_let_go(&second);
	trial_start_order(&second, &again);
	faults += expect(trial_wait(&second, KEEPER_ENDED, LIMIT_MS), "once: no third end");
	faults += expect(keeper_phase(second.keeper) == KEEPER_ENDED, "once: phase %d", keeper_phase(second.keeper));
	trial_file(&first, "../counter", &counter);
	faults += expect(strcmp(counter.text, "x") == 0, "once: ran %zu times", counter.length);
	strbuf_release(&counter);
	trial_close(&first);
	trial_close(&second);
	return faults;
}

static int try_claimed(const char *parent)
{
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 3);
	trial_attach(&trial);
	faults += expect(keeper_phase(trial.keeper) == KEEPER_NEVER, "claimed: phase %d", keeper_phase(trial.keeper));
	trial_let_go(&trial);
	trial_start(&trial, "echo it ran", 0);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_phase(trial.keeper) == KEEPER_NEVER &&
				 !trial_shows(&trial, "it ran"),
			 "claimed: it ran");
	trial_close(&trial);
	/* Somebody asks while a keeper is between making its folder and taking its lock: it gives up. */
	trial_open(&trial, parent, 4);
	mkdir(trial.folder, 0700);
	trial_attach(&trial);
	faults += expect(keeper_phase(trial.keeper) == KEEPER_NEVER, "empty: phase %d", keeper_phase(trial.keeper));
	trial_close(&trial);
	return faults;
}

/* Longer than any address of a socket. */
static int try_long_path(const char *parent)
{
	char name[201], *folder;
	struct trial first, second;
	int faults = 0;

	memset(name, 'n', 200);
	name[200] = '\0';
	folder = mem_printf("%s/%s", parent, name);
	mkdir(folder, 0700);
	trial_open(&first, folder, 1);
	trial_open(&second, folder, 1);
	trial_start(&first, "echo on; sleep 60", 0);
	trial_wait_text(&first, "on", LIMIT_MS);
	trial_attach(&second);
	trial_wait(&second, KEEPER_RUNS, LIMIT_MS);
	keeper_stop(second.keeper);
	faults += expect(trial_wait(&second, KEEPER_ENDED, LIMIT_MS), "a long path: not stopped");
	trial_close(&first);
	trial_close(&second);
	free(folder);
	return faults;
}

int trial_consoles(const char *parent)
{
	return try_two(parent) + try_run_once(parent) + try_claimed(parent) + try_long_path(parent);
}
