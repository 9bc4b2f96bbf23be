/* One console with one step, as the trials of the keeper use it. */
#ifndef CONFORMANCE_KEEPER_TRIAL_H
#define CONFORMANCE_KEEPER_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "runbook/keeper.h"

struct trial {
	struct loop *loop;
	struct keeper *keeper;
	struct timer *limit, *poke;
	char *folder; /* of the attempt */
	enum keeper_phase until;
	const char *awaited; /* text: the wait ends when the output has it; NULL */
	struct strbuf raw;
	uint64_t last_total;
	bool late, sank; /* it took too long; the total went down */
};

/* `parent`: a folder of this trial's own; the attempt is the one of that number in it. */
void trial_open(struct trial *trial, const char *parent, int attempt);
void trial_close(struct trial *trial);

/* `shell -c command`, without an environment of its own. False: it could not be started. */
bool trial_start(struct trial *trial, const char *command, int64_t timeout_ms);
bool trial_start_order(struct trial *trial, struct keeper_order *order);
void trial_attach(struct trial *trial);

/* Let go of the keeper; the step goes on. */
void trial_let_go(struct trial *trial);

/* Until it has that phase or a later one, or (text) its output holds it; at most `limit_ms`. */
bool trial_wait(struct trial *trial, enum keeper_phase phase, int64_t limit_ms);
bool trial_wait_text(struct trial *trial, const char *text, int64_t limit_ms);
void trial_pass(struct trial *trial, int64_t ms);

/* All of the output that is there, what was left out not among it. */
void trial_output(struct trial *trial, struct strbuf *ret);
bool trial_shows(struct trial *trial, const char *text);

/* A file in the attempt's folder or beside it ("../x"), as text; "" when it is not there. */
void trial_file(const struct trial *trial, const char *name, struct strbuf *ret);

/* The process that holds the attempt's lock; 0. */
pid_t trial_keeper_pid(const struct trial *trial);

/* Is nobody left who holds it, at the latest then? */
bool trial_keeper_goes(const struct trial *trial, int64_t limit_ms);

/* Does that process live (and is no zombie)? */
bool process_lives(pid_t pid);
bool process_is_gone_within(pid_t pid, int64_t limit_ms);

/* Print "FAULT" with the words unless it holds; 1 or 0. */
int expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Trials: how many faults they found and printed. */
int trial_ends(const char *parent);
int trial_terminal(const char *parent);
int trial_floods(const char *parent);
int trial_consoles(const char *parent);
int trial_deaths(const char *parent);
int trial_disks(const char *parent);

#endif
