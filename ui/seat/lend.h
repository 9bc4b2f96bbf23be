/*
 * The whole terminal lent to the program of a step: its bytes go to the
 * terminal as they are, the keys go to it, until it ends or the person takes
 * the terminal back with Ctrl-]. The seat has left its screen before.
 */
#ifndef UI_SEAT_LEND_H
#define UI_SEAT_LEND_H

#include "base/error.h"
#include "loop/loop.h"
#include "runbook/keeper.h"
#include "ui/terminal/tty.h"

struct lend;

struct lend_config {
	struct loop *loop;
	struct tty *tty;
	struct keeper *keeper;
	/* It is back, in the state the shell gave it; or (`lost`) the line is gone. Free the lend there. */
	void (*on_back)(void *user, bool lost);
	void *user;
};

struct lend *lend_new(const struct lend_config *config, struct error *error);

/* Takes it back first when it is still lent. NULL is allowed. */
void lend_free(struct lend *lend);

/* The terminal has another size: the program is told. */
void lend_resize(struct lend *lend);

#endif
