#include "ui/seat/seat.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/draw/theme_builtin.h"
#include "ui/seat/seat_private.h"
#include "ui/seat/window_title.h"
#include "ui/view/alert_notice.h"
#include "ui/view/view.h"

#define DRAW_BUDGET_NS INT64_C(3000000) /* of panels in one frame */
#define AWAIT_MS       200              /* what a key asked for is shown at once when it comes within this */
#define KEY_BUDGET_NS  INT64_C(1500000) /* of panels in a frame that answers a key */
#define READ_BYTES     4096
#define LEAVE_WAIT_MS  200
#define IDLE_MS        (5 * CLOCK_MINUTE)
#define TICK_MS        CLOCK_SECOND
#define REFRESH_SLACK  100                 /* a tick that comes this early is on time */
#define REFRESH_NEVER  (30 * CLOCK_SECOND) /* for a dashboard that is not to refresh itself */

static struct console *shown(const struct seat *seat)
{
	return tabs_console(seat->config.tabs);
}

/* --- the way out ----------------------------------------------------------- */

void seat_end(struct seat *seat, bool lost)
{
	if (seat->over)
		return;
	seat->over = true;
	seat->config.on_end(seat->config.user, lost);
}

/* Send what the line takes; the rest waits for it. */
void seat_send(struct seat *seat)
{
	while (seat->sent < seat->pending.length) {
		long taken = tty_write(&seat->tty, seat->pending.text + seat->sent, seat->pending.length - seat->sent);
		if (taken < 0) {
			seat_end(seat, true);
			return;
		}
		if (taken == 0) {
			io_watch_set(seat->output, LOOP_WRITE);
			return;
		}
		seat->sent += (size_t)taken;
	}
	strbuf_clear(&seat->pending);
	seat->sent = 0;
	io_watch_set(seat->output, 0);
	if (seat->dirty)
		loop_mark_dirty(seat->config.loop);
}

static void on_output(void *user, int events)
{
	(void)events;
	seat_send(user);
}

/* --- frames ---------------------------------------------------------------- */

void seat_mark(struct seat *seat)
{
	seat->dirty = true;
	loop_mark_dirty(seat->config.loop);
}

void seat_mark_urgent(struct seat *seat)
{
	seat->urgent = true;
	seat_mark(seat);
}

static bool is_busy(const struct console *console)
{
	return console->view->busy && console->view->busy(console);
}

static void make_frame(struct seat *seat, int64_t now_ms)
{
	struct console *console = shown(seat);
	int x = -1, y = -1;
	bool unfinished;

	console->monotonic_ms = now_ms;
	console_prepare(console, canvas_width(seat->canvas), canvas_height(seat->canvas), clock_wall_ms());
	unfinished = console_draw_panels(console, canvas_glyphs(seat->canvas),
					 seat->urgent ? KEY_BUDGET_NS : DRAW_BUDGET_NS);
	canvas_clear(seat->canvas);
	console_draw(console, seat->canvas);
	if (!console_cursor(console, &x, &y))
		x = y = -1;
	screen_add_frame(seat->screen, seat->canvas, x, y, &seat->pending);
	if (seat->urgent || !is_busy(console))
		seat->awaited_until_ms = seat->urgent && is_busy(console) ? now_ms + AWAIT_MS : 0;
	pace_sent(&seat->pace, now_ms, seat->pending.length);
	seat->dirty = seat->urgent = false;
	seat_send(seat);
	if (unfinished)
		seat_mark(seat);
}

void seat_paint(struct seat *seat)
{
	int64_t now_ms = clock_monotonic_ms(), wait_ms;
	bool urgent;

	seat->dirty = true;
	if (!seat->entered || seat->over || seat->pending.length)
		return;
	urgent = seat->urgent || now_ms < seat->awaited_until_ms;
	wait_ms = pace_wait(&seat->pace, now_ms, urgent);
	if (wait_ms <= 0) {
		timer_stop(seat->frame);
		make_frame(seat, now_ms);
	} else if (!timer_is_running(seat->frame) || urgent) {
		timer_start(seat->frame, wait_ms);
	}
}

static void on_frame(void *user)
{
	struct seat *seat = user;

	pace_due(&seat->pace);
	loop_mark_dirty(seat->config.loop);
}

/* --- asking again ----------------------------------------------------------- */

static int64_t refresh_rate(const struct seat *seat, struct board *board)
{
	if (seat->config.refresh_ms > 0)
		return seat->config.refresh_ms;
	return board_dashboard(board)->refresh_ms > 0 ? board_dashboard(board)->refresh_ms : REFRESH_NEVER;
}

static void refresh_when_due(struct seat *seat, int64_t now_ms)
{
	struct console *console = shown(seat);
	struct board *board = console_board(console);

	if (!board)
		return;
	/* The first time in any case: a board that opens on the past is asked once. */
	if (console->refreshed_ms && (!console_wants_refresh(console) ||
				      now_ms - console->refreshed_ms < refresh_rate(seat, board) - REFRESH_SLACK))
		return;
	console->refreshed_ms = now_ms;
	board_refresh(board);
}

void seat_refresh(struct seat *seat)
{
	if (shown(seat)->paused)
		return;
	shown(seat)->refreshed_ms = 0;
	refresh_when_due(seat, loop_monotonic_ms(seat->config.loop));
}

/* --- keys ------------------------------------------------------------------ */

static void on_event(void *user, const struct input_event *event)
{
	struct seat *seat = user;
	struct console *console = shown(seat);
	int64_t now_ms = loop_monotonic_ms(seat->config.loop);
	bool asleep = now_ms - seat->last_key_ms > IDLE_MS;

	seat->last_key_ms = now_ms;
	if (asleep && event->kind == INPUT_KEY) {
		console_say(console, "awake: press the key again");
		seat_mark_urgent(seat);
		return;
	}
	if (console_handle(console, event, now_ms))
		seat_mark_urgent(seat);
	/* Another system came: its panels may have waited for long. */
	if (shown(seat) != console)
		refresh_when_due(seat, now_ms);
}

static void on_input(void *user, int events)
{
	struct seat *seat = user;
	char bytes[READ_BYTES];
	ssize_t count = read(seat->tty.in, bytes, sizeof(bytes));

	(void)events;
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (count <= 0) {
		seat_end(seat, true);
		return;
	}
	key_decoder_feed(&seat->decoder, bytes, (size_t)count, loop_monotonic_ms(seat->config.loop), on_event, seat);
	if (key_decoder_wait_ms(&seat->decoder) > 0)
		timer_start(seat->escape, key_decoder_wait_ms(&seat->decoder));
	else
		timer_stop(seat->escape);
}

static void on_escape(void *user)
{
	struct seat *seat = user;

	key_decoder_timeout(&seat->decoder, loop_monotonic_ms(seat->config.loop), KEY_DECODER_SWALLOW_MS, on_event,
			    seat);
}

/* --- time ------------------------------------------------------------------ */

/* Alerts of systems that are not shown ring too. The title is sent when it changed, and only between frames. */
static void look_at_alerts(struct seat *seat)
{
	struct strbuf title = STRBUF_INIT;

	for (size_t i = 0; i < seat->config.tabs->count; i++)
		alert_notice_take(seat->config.tabs->items[i]);
	if (!seat->config.title || !seat->entered || seat->pending.length)
		return;
	alert_notice_title(shown(seat), &title);
	if (window_title_change(&seat->title, title.text, &seat->pending))
		seat_send(seat);
	strbuf_release(&title);
}

/* Once a second, on the second: the clock in the banner, messages, and asking again when it is time. */
static void on_tick(void *user)
{
	struct seat *seat = user;
	int64_t now_ms = loop_monotonic_ms(seat->config.loop);

	console_tick(shown(seat), now_ms);
	look_at_alerts(seat);
	refresh_when_due(seat, now_ms);
	seat_mark(seat);
	timer_start(seat->tick, TICK_MS - clock_wall_ms() % TICK_MS);
}

/* --- coming and going ------------------------------------------------------ */

static int enter(struct seat *seat, struct error *error)
{
	struct strbuf leave = STRBUF_INIT;
	int result;

	screen_add_leave(seat->screen, &leave);
	if (seat->config.title)
		window_title_add_restore(&leave);
	result = tty_enter(&seat->tty, &leave, error);
	strbuf_release(&leave);
	if (result < 0)
		return -1;
	seat->entered = true;
	strbuf_clear(&seat->pending);
	seat->sent = 0;
	screen_add_enter(seat->screen, &seat->pending);
	if (seat->config.title)
		window_title_add_save(&seat->pending);
	strbuf_clear(&seat->title);
	screen_invalidate(seat->screen);
	io_watch_set(seat->input, LOOP_READ);
	seat_send(seat);
	return 0;
}

void seat_leave(struct seat *seat)
{
	if (!seat->entered)
		return;
	seat->entered = false;
	io_watch_set(seat->input, 0);
	io_watch_set(seat->output, 0);
	tty_leave(&seat->tty, LEAVE_WAIT_MS);
}

void seat_on_resize(struct seat *seat)
{
	int width, height;

	if (seat->lend)
		lend_resize(seat->lend);
	if (!tty_size(&seat->tty, &width, &height))
		return;
	screen_resize(seat->screen, width, height);
	canvas_resize(seat->canvas, width, height);
	seat_mark_urgent(seat);
}

void seat_suspend(struct seat *seat)
{
	if (seat->lend)
		return;
	seat_leave(seat);
	/* SIGTSTP is the loop's no longer while the process stops by it; the shell gets a terminal as it gave it. */
	raise(SIGSTOP);
	seat_on_continue(seat);
}

void seat_on_continue(struct seat *seat)
{
	struct error error;

	if (seat->over || seat->lend)
		return;
	seat_leave(seat);
	if (enter(seat, &error) < 0) {
		log_line(LOG_LEVEL_ERROR, "terminal: %s", error.text);
		seat_end(seat, true);
		return;
	}
	seat_on_resize(seat);
}

static int open_screen(struct seat *seat, struct error *error)
{
	struct screen_config screen = { .term = seat->config.term, .depth = seat->config.depth, .theme = &seat->theme };
	struct error_list errors;

	error_list_init(&errors);
	if (theme_find(&seat->theme, seat->config.theme, &errors) < 0)
		error_set(error, "theme %s", errors.count ? errors.faults[0].text : "cannot be read");
	else if (!tty_size(&seat->tty, &screen.width, &screen.height))
		error_set(error, "the terminal has no size");
	else
		seat->screen = screen_new(&screen, error);
	error_list_release(&errors);
	if (!seat->screen)
		return -1;
	seat->canvas = canvas_new(screen.width, screen.height, seat->config.glyphs);
	return 0;
}

struct seat *seat_new(const struct seat_config *config, struct error *error)
{
	struct seat *seat = mem_zalloc(sizeof(*seat));

	seat->config = *config;
	strbuf_init(&seat->pending);
	strbuf_init(&seat->title);
	seat->config.title = config->title && window_title_is_known(config->term);
	key_decoder_init(&seat->decoder);
	pace_init(&seat->pace, config->max_rate);
	seat->last_key_ms = loop_monotonic_ms(config->loop);
	if (tty_open(&seat->tty, config->in, config->out, error) < 0 || open_screen(seat, error) < 0) {
		seat_free(seat);
		return NULL;
	}
	seat->input = io_watch_new(config->loop, config->in, 0, on_input, seat);
	seat->output = io_watch_new(config->loop, config->out, 0, on_output, seat);
	seat->escape = timer_new(config->loop, on_escape, seat);
	seat->frame = timer_new(config->loop, on_frame, seat);
	seat->tick = timer_new(config->loop, on_tick, seat);
	seat_host_connect(seat);
	if (enter(seat, error) < 0) {
		seat_free(seat);
		return NULL;
	}
	tty_guard(&seat->tty);
	/* The frame shows the board before anybody was asked; then its panels come alive one by one. */
	seat->dirty = true;
	make_frame(seat, clock_monotonic_ms());
	timer_start(seat->tick, 0);
	return seat;
}

void seat_free(struct seat *seat)
{
	if (!seat)
		return;
	tty_guard(NULL);
	lend_free(seat->lend);
	seat_leave(seat);
	timer_free(seat->escape);
	timer_free(seat->frame);
	timer_free(seat->tick);
	io_watch_free(seat->input);
	io_watch_free(seat->output);
	screen_free(seat->screen);
	canvas_free(seat->canvas);
	key_decoder_release(&seat->decoder);
	strbuf_release(&seat->pending);
	strbuf_release(&seat->title);
	tty_release(&seat->tty);
	seat_host_disconnect(seat);
	free(seat);
}
