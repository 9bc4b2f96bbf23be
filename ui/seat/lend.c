#include "ui/seat/lend.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "runbook/keeper_guard.h"

#define TAKE_BACK     '\x1d' /* Ctrl-], as telnet and virsh have it */
#define LOOK_MS       100    /* how often one looks whether the program still runs */
#define LEAVE_WAIT_MS 200
#define READ_BYTES    4096
#define PENDING_MAX   (4u << 20) /* bytes that wait for a slow line; what comes then is left out */

/* Whatever modes the program left behind: mouse, paste, alternate screen, scroll region, character set, colours. */
static const char reset[] = "\033[?2026l\033[?1006l\033[?1003l\033[?1002l\033[?1000l\033[?2004l\033[?1l\033>\033[r"
			    "\033[?7h\033(B\017\033[0m\033[?1049l\033[?25h";

struct lend {
	struct lend_config config;
	struct io_watch *input, *output;
	struct timer *look;
	struct strbuf pending;
	size_t sent;
	bool back, lost;
	bool sized; /* the program was told the terminal's own size */
	int guard;  /* -1: none could be had */
};

/* The seat is told by the timer, at the next turn: it frees this one. */
static void come_back(struct lend *lend, bool lost)
{
	if (lend->back)
		return;
	lend->back = true;
	lend->lost = lost;
	keeper_give_terminal(lend->config.keeper, NULL, NULL);
	io_watch_set(lend->input, 0);
	io_watch_set(lend->output, 0);
	tty_leave(lend->config.tty, LEAVE_WAIT_MS);
	keeper_guard_end(lend->guard);
	timer_start(lend->look, 0);
}

static void send_pending(struct lend *lend)
{
	while (lend->sent < lend->pending.length) {
		long taken =
			tty_write(lend->config.tty, lend->pending.text + lend->sent, lend->pending.length - lend->sent);

		if (taken < 0) {
			come_back(lend, true);
			return;
		}
		if (taken == 0) {
			io_watch_set(lend->output, LOOP_WRITE);
			return;
		}
		lend->sent += (size_t)taken;
	}
	strbuf_clear(&lend->pending);
	lend->sent = 0;
	io_watch_set(lend->output, 0);
}

static void on_output(void *user, int events)
{
	(void)events;
	send_pending(user);
}

static void on_raw(void *user, const char *data, size_t length)
{
	struct lend *lend = user;

	if (lend->back || lend->pending.length - lend->sent > PENDING_MAX)
		return;
	strbuf_add(&lend->pending, data, length);
	send_pending(lend);
}

static void on_input(void *user, int events)
{
	struct lend *lend = user;
	char bytes[READ_BYTES];
	ssize_t count = read(lend->config.tty->in, bytes, sizeof(bytes));
	const char *end;

	(void)events;
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (count <= 0) {
		come_back(lend, true);
		return;
	}
	end = memchr(bytes, TAKE_BACK, (size_t)count);
	keeper_input(lend->config.keeper, bytes, end ? (size_t)(end - bytes) : (size_t)count);
	if (end)
		come_back(lend, false);
}

static void on_look(void *user)
{
	struct lend *lend = user;

	if (lend->back) {
		lend->config.on_back(lend->config.user, lend->lost);
		return;
	}
	if (keeper_phase(lend->config.keeper) >= KEEPER_ENDED) {
		come_back(lend, false);
		return;
	}
	if (!lend->sized)
		lend_resize(lend);
	timer_start(lend->look, LOOK_MS);
}

void lend_resize(struct lend *lend)
{
	int width, height;

	lend->sized = true;
	if (tty_size(lend->config.tty, &width, &height))
		keeper_resize(lend->config.keeper, (unsigned short)height, (unsigned short)width);
}

/* A program that drew its screen while nobody saw it draws it anew when its terminal changes size. It gets the right
 * one at the next look: one that finds the size as it was when it comes to ask draws nothing. */
static void ask_to_draw(struct lend *lend)
{
	int width, height;

	if (!tty_size(lend->config.tty, &width, &height))
		return;
	keeper_resize(lend->config.keeper, (unsigned short)(height > 1 ? height - 1 : height), (unsigned short)width);
}

struct lend *lend_new(const struct lend_config *config, struct error *error)
{
	static const char told[] =
		"\033[2J\033[Hskep: this terminal is the step's now. Ctrl-] brings skep back; the step goes "
		"on.\r\n";
	struct lend *lend = mem_zalloc(sizeof(*lend));
	struct strbuf leave = STRBUF_INIT;
	struct error unguarded;
	int result;

	lend->config = *config;
	strbuf_addstr(&leave, reset);
	result = tty_enter(config->tty, &leave, error);
	strbuf_release(&leave);
	if (result < 0) {
		free(lend);
		return NULL;
	}
	lend->guard = keeper_guard_start(config->tty->in, config->tty->out, &config->tty->before, reset,
					 sizeof(reset) - 1, &unguarded);
	lend->input = io_watch_new(config->loop, config->tty->in, LOOP_READ, on_input, lend);
	lend->output = io_watch_new(config->loop, config->tty->out, 0, on_output, lend);
	lend->look = timer_new(config->loop, on_look, lend);
	timer_start(lend->look, LOOK_MS);
	strbuf_addstr(&lend->pending, told);
	send_pending(lend);
	keeper_give_terminal(config->keeper, on_raw, lend);
	ask_to_draw(lend);
	return lend;
}

void lend_free(struct lend *lend)
{
	if (!lend)
		return;
	come_back(lend, false);
	timer_free(lend->look);
	io_watch_free(lend->input);
	io_watch_free(lend->output);
	strbuf_release(&lend->pending);
	free(lend);
}
