/* What consoles ask of their host: the clipboard, the bell, another theme, the way out, the terminal for a step. */
#include <string.h>
#include <termios.h>

#include "base/path.h"
#include "ui/draw/export.h"
#include "ui/draw/theme_builtin.h"
#include "ui/seat/clipboard.h"
#include "ui/seat/seat_private.h"

static void host_quit(void *user)
{
	seat_end(user, false);
}

static void host_suspend(void *user)
{
	seat_suspend(user);
}

static void host_redraw(void *user)
{
	struct seat *seat = user;

	screen_invalidate(seat->screen);
	seat_mark_urgent(seat);
}

static void host_copy(void *user, const char *text)
{
	struct seat *seat = user;

	clipboard_add(&seat->pending, text);
	seat_send(seat);
}

static bool ends_in(const char *path, const char *ending)
{
	size_t length = strlen(path), tail = strlen(ending);

	return length > tail && strcmp(path + length - tail, ending) == 0;
}

/* The command line that asked for it has gone: the screen as it is without. */
static int host_save_picture(void *user, const char *path, struct error *error)
{
	struct seat *seat = user;
	struct console *console = tabs_console(seat->config.tabs);
	struct canvas *canvas =
		canvas_new(canvas_width(seat->canvas), canvas_height(seat->canvas), canvas_glyphs(seat->canvas));
	struct strbuf bytes = STRBUF_INIT;
	int result;

	console_prepare(console, canvas_width(canvas), canvas_height(canvas), console->now_ms);
	console_draw(console, canvas);
	if (ends_in(path, ".svg"))
		export_svg(canvas, &seat->theme, console->title ? console->title : "skep", &bytes);
	else if (ends_in(path, ".ans"))
		export_ansi(canvas, &seat->theme, DEPTH_RGB, &bytes);
	else
		export_text(canvas, &bytes);
	result = path_write(path, bytes.text, bytes.length, error);
	strbuf_release(&bytes);
	canvas_free(canvas);
	return result;
}

static void host_flush_input(void *user)
{
	const struct seat *seat = user;

	tcflush(seat->tty.in, TCIFLUSH);
}

static void host_bell(void *user)
{
	struct seat *seat = user;

	if (!seat->entered)
		return;
	strbuf_addch(&seat->pending, '\a');
	seat_send(seat);
}

/* The one after `name` in the table of shipped themes. */
static const char *theme_after(const char *name)
{
	for (size_t i = 0; theme_names[i]; i++)
		if (strcmp(theme_names[i], name) == 0 && theme_names[i + 1])
			return theme_names[i + 1];
	return theme_names[0];
}

static int host_set_theme(void *user, const char *name, struct error *error)
{
	struct seat *seat = user;
	struct error_list errors;
	struct theme theme;
	int result;

	if (!name)
		name = theme_after(seat->theme.name);
	error_list_init(&errors);
	result = theme_find(&theme, name, &errors);
	if (result < 0)
		error_set(error, "%s", errors.count ? errors.faults[0].text : "no such theme");
	error_list_release(&errors);
	if (result < 0)
		return -1;
	seat->theme = theme;
	screen_set_theme(seat->screen, &seat->theme);
	seat_mark_urgent(seat);
	return 0;
}

static void on_terminal_back(void *user, bool lost)
{
	struct seat *seat = user;

	lend_free(seat->lend);
	seat->lend = NULL;
	if (lost)
		seat_end(seat, true);
	else
		seat_on_continue(seat);
}

static void host_give_terminal(void *user, struct keeper *keeper)
{
	struct seat *seat = user;
	struct lend_config config = { .loop = seat->config.loop,
				      .tty = &seat->tty,
				      .keeper = keeper,
				      .on_back = on_terminal_back,
				      .user = seat };
	struct error error = { "" };

	if (!seat->entered || seat->lend)
		return;
	seat_leave(seat);
	seat->lend = lend_new(&config, &error);
	if (seat->lend)
		return;
	seat_on_continue(seat);
	console_say(tabs_console(seat->config.tabs), "the terminal cannot be given away: %s", error.text);
}

static void connect_consoles(struct seat *seat, const struct console_host *host)
{
	for (size_t i = 0; i < seat->config.tabs->count; i++)
		seat->config.tabs->items[i]->host = *host;
}

void seat_host_connect(struct seat *seat)
{
	connect_consoles(seat, &(struct console_host){ .quit = host_quit,
						       .suspend = host_suspend,
						       .redraw = host_redraw,
						       .copy = host_copy,
						       .set_theme = host_set_theme,
						       .save_picture = host_save_picture,
						       .bell = host_bell,
						       .flush_input = host_flush_input,
						       .give_terminal = host_give_terminal,
						       .user = seat });
}

void seat_host_disconnect(struct seat *seat)
{
	connect_consoles(seat, &(struct console_host){ 0 });
}
