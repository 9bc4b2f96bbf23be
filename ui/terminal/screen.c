#include "ui/terminal/screen.h"

#include <curses.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/vec.h"
#include "ui/terminal/cell_text.h"
#include "ui/terminal/frame_file.h"
#include "ui/terminal/ink.h"
#include "ui/terminal/look_table.h"
#include "ui/terminal/sequence.h"

#define FALLBACK_TERM "xterm-256color"

#define CLUSTER    0x80000000u /* see `cell.grapheme` */
#define LOOK_WIDTH 5           /* a look is attributes (5 bits), the cell's width (2 bits), the pair */
#define LOOK_PAIR  7

/* A cell as curses was told it: nothing is handed over twice. */
struct shown {
	uint32_t grapheme, look;
};
#define SHOWN_NOTHING ((struct shown){ 0, UINT32_MAX })

struct colour_pair {
	int fg, bg;
};

struct screen {
	SCREEN *curses;
	locale_t locale;
	FILE *file; /* the memfd that curses writes its frames into */
	char *term;
	const struct theme *theme;
	enum colour_depth depth;
	bool synchronized;
	bool has_own_colours; /* the terminal's own foreground and background can be asked for */
	bool has_mouse;
	bool hides_cursor, cursor_hidden;
	int width, height;
	struct shown *shown;
	struct look_table looks;
	VEC(struct colour_pair) pairs; /* index: the number of the pair; 0 is the terminal's own */
	struct screen *next;           /* of the open or the parked */
};

/*
 * Curses (6.4) has one list of windows for all screens: resizing one changes
 * the windows of others, which are then put right, and freeing one frees
 * theirs. So while others are open a screen that is done with waits for the
 * next terminal of its kind, and all go with the last.
 */
static struct {
	struct screen *open, *parked;
} screens;

static const int signals_of_curses[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
#define SIGNAL_COUNT (sizeof(signals_of_curses) / sizeof(signals_of_curses[0]))

/* NULL also for what terminfo marks as absent or cancelled. */
static const char *capability_text(const char *name)
{
	const char *text = tigetstr(name);

	return text == (const char *)-1 || !text || !*text ? NULL : text;
}

enum knowledge { UNKNOWN, UNABLE, ABLE };

/* What terminfo knows of a terminal. newterm could tell too, but leaks on a no. */
static enum knowledge look_up(const char *term, int fd)
{
	enum knowledge result;
	int status;

	/* No screen may be current: what is read here would become its terminal. */
	set_term(NULL);
	if (setupterm(term, fd, &status) == ERR)
		return UNKNOWN;
	result = capability_text("cup") && capability_text("clear") ? ABLE : UNABLE;
	del_curterm(cur_term);
	return result;
}

/*
 * A curses screen that has not touched the process: newterm puts handlers on
 * signals whose action is the default one; here they go before a signal can
 * meet them. The size comes from the owner, not from the environment.
 */
static SCREEN *open_curses(const char *term, FILE *file)
{
	struct sigaction former[SIGNAL_COUNT];
	sigset_t blocked, mask;
	SCREEN *curses;

	sigemptyset(&blocked);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaddset(&blocked, signals_of_curses[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, &mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals_of_curses[i], NULL, &former[i]);
	/* Not from LINES and COLUMNS; without the second, newterm fails where terminfo has no size either (linux). */
	use_env(FALSE);
	use_tioctl(TRUE);
	curses = newterm(term, file, file);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals_of_curses[i], &former[i], NULL);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return curses;
}

static void add_capability(struct strbuf *ret, const char *name)
{
	sequence_add(ret, capability_text(name));
}

static enum colour_depth terminal_depth(void)
{
	int colours = tigetnum("colors");

	return colours >= 256 ? DEPTH_256 : colours >= 16 ? DEPTH_16 : colours >= 8 ? DEPTH_8 : DEPTH_MONO;
}

static void set_up(struct screen *screen, const struct screen_config *config)
{
	enum colour_depth has = terminal_depth();

	screen->depth = config->depth && config->depth < has ? config->depth : has;
	if (screen->depth > DEPTH_MONO && start_color() == ERR)
		screen->depth = DEPTH_MONO;
	screen->has_own_colours = screen->depth > DEPTH_MONO && use_default_colors() == OK;
	screen->has_mouse = capability_text("kmous") != NULL;
	screen->hides_cursor = capability_text("civis") && capability_text("cnorm");
	if (!screen->pairs.count)
		vec_push(&screen->pairs, (struct colour_pair){ -1, -1 });
	typeahead(-1);
	nonl();
	/* Moving the rest of a line saves little and asks much of an emulator's wide characters. */
	idcok(stdscr, FALSE);
	screen_resize(screen, config->width, config->height);
	/* Curses begins by entering the console in its own way, with the size it guessed; screen_add_enter does that.
	 */
	doupdate();
	frame_file_drop(screen->file);
	screen_invalidate(screen);
}

static void destroy(struct screen *screen)
{
	if (screen->curses) {
		set_term(screen->curses);
		delscreen(screen->curses);
	}
	if (screen->file)
		fclose(screen->file);
	if (screen->locale)
		freelocale(screen->locale);
	vec_release(&screen->pairs);
	look_table_release(&screen->looks);
	free(screen->shown);
	free(screen->term);
	free(screen);
}

/* Go on with a parked screen of the same terminal; false when there is none. */
static bool unpark(struct screen *screen)
{
	struct screen **at = &screens.parked, *parked;

	while (*at && strcmp((*at)->term, screen->term) != 0)
		at = &(*at)->next;
	parked = *at;
	if (!parked)
		return false;
	*at = parked->next;
	fclose(screen->file);
	screen->file = parked->file;
	screen->curses = parked->curses;
	screen->pairs = parked->pairs;
	parked->file = NULL;
	parked->curses = NULL;
	parked->pairs.items = NULL;
	destroy(parked);
	return true;
}

/* Give the screen its curses by what terminfo knows; -1 when it knows nothing useful. */
static int begin(struct screen *screen, const char *term, struct error *error)
{
	enum knowledge knowledge = look_up(term, fileno(screen->file));

	if (knowledge == UNKNOWN) {
		term = FALLBACK_TERM;
		knowledge = look_up(term, fileno(screen->file));
	}
	if (knowledge == UNABLE)
		return error_set(error, "TERM=%s cannot place the cursor (try --plain)", term);
	screen->term = mem_strdup(term);
	if (knowledge == ABLE && !unpark(screen))
		screen->curses = open_curses(term, screen->file);
	if (!screen->curses)
		return error_set(error, "terminfo knows no %s (Debian: ncurses-base; or try --plain)", term);
	set_term(screen->curses);
	screen->next = screens.open;
	screens.open = screen;
	return 0;
}

struct screen *screen_new(const struct screen_config *config, struct error *error)
{
	struct screen *screen = mem_zalloc(sizeof(*screen));
	const char *term = config->term && *config->term ? config->term : FALLBACK_TERM;
	locale_t former;
	int result;

	/*
	 * The canvas has already decided which characters this terminal is shown, so curses writes UTF-8 whatever the
	 * process's locale is. (In others it also uses REP, which emulators that say they are an xterm get wrong.)
	 */
	screen->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	screen->theme = config->theme;
	screen->synchronized = config->synchronized;
	former = uselocale(screen->locale);
	screen->file = frame_file_open(error);
	result = screen->file ? begin(screen, term, error) : -1;
	if (result == 0)
		set_up(screen, config);
	uselocale(former);
	if (result == 0)
		return screen;
	destroy(screen);
	return NULL;
}

void screen_free(struct screen *screen)
{
	struct screen **at = &screens.open;

	if (!screen)
		return;
	while (*at != screen)
		at = &(*at)->next;
	*at = screen->next;
	screen->next = screens.parked;
	screens.parked = screen;
	if (screens.open)
		return;
	while (screens.parked) {
		screen = screens.parked;
		screens.parked = screen->next;
		destroy(screen);
	}
}

void screen_invalidate(struct screen *screen)
{
	set_term(screen->curses);
	clearok(curscr, TRUE);
}

/* Nothing is known of what the terminal or curses have. */
static void forget(struct screen *screen)
{
	size_t count = (size_t)screen->width * (size_t)screen->height;

	for (size_t i = 0; i < count; i++)
		screen->shown[i] = SHOWN_NOTHING;
	screen_invalidate(screen);
}

static void put_right(struct screen *screen)
{
	bool changed = false;

	set_term(screen->curses);
	for (int i = 0; i < 3; i++) {
		WINDOW *window = i == 0 ? curscr : i == 1 ? newscr : stdscr;

		if (getmaxy(window) == screen->height && getmaxx(window) == screen->width)
			continue;
		wresize(window, screen->height, screen->width);
		changed = true;
	}
	if (changed)
		forget(screen);
}

void screen_resize(struct screen *screen, int width, int height)
{
	size_t count;

	screen->width = width < 1 ? 1 : width > CANVAS_MAX_WIDTH ? CANVAS_MAX_WIDTH : width;
	screen->height = height < 1 ? 1 : height > CANVAS_MAX_HEIGHT ? CANVAS_MAX_HEIGHT : height;
	count = (size_t)screen->width * (size_t)screen->height;
	screen->shown = mem_resize(screen->shown, count, sizeof(*screen->shown));
	set_term(screen->curses);
	resize_term(screen->height, screen->width);
	for (struct screen *other = screens.open; other; other = other->next)
		put_right(other);
	/* Terminals differ in what they do to their lines when the size changes. */
	forget(screen);
}

void screen_set_theme(struct screen *screen, const struct theme *theme)
{
	screen->theme = theme;
	look_table_clear(&screen->looks);
}

void screen_add_enter(struct screen *screen, struct strbuf *ret)
{
	const char *region;

	set_term(screen->curses);
	region = capability_text("csr");
	add_capability(ret, "smcup");
	add_capability(ret, "smkx");
	/* What curses relies on: plain attributes, no insert mode, wrapping at the edge, all lines in one region. */
	add_capability(ret, "sgr0");
	add_capability(ret, "rmir");
	add_capability(ret, "smam");
	if (region)
		sequence_add(ret, tiparm(region, 0, screen->height - 1));
	if (screen->has_mouse)
		strbuf_addstr(ret, PASTE_BEGIN MOUSE_BEGIN);
	if (screen->hides_cursor)
		add_capability(ret, "civis");
	screen->cursor_hidden = screen->hides_cursor;
	screen_invalidate(screen);
}

void screen_add_leave(struct screen *screen, struct strbuf *ret)
{
	set_term(screen->curses);
	strbuf_addstr(ret, STRING_END);
	if (screen->synchronized)
		strbuf_addstr(ret, SYNC_END);
	if (screen->has_mouse)
		strbuf_addstr(ret, MOUSE_END PASTE_END);
	add_capability(ret, "sgr0");
	add_capability(ret, "op");
	/* Without a second screen to go back from, at least nothing outdated stays. */
	add_capability(ret, capability_text("rmcup") ? "rmcup" : "clear");
	add_capability(ret, "rmkx");
	add_capability(ret, "cnorm");
	screen->cursor_hidden = false;
}

/* --- styles -------------------------------------------------------------- */

static int pair_of(struct screen *screen, int fg, int bg)
{
	if (!screen->has_own_colours) {
		fg = fg < 0 ? COLOR_WHITE : fg;
		bg = bg < 0 ? COLOR_BLACK : bg;
	}
	for (size_t i = 0; i < screen->pairs.count; i++)
		if (screen->pairs.items[i].fg == fg && screen->pairs.items[i].bg == bg)
			return (int)i;
	/* A terminal may have more pairs of its colours than it can number. */
	if (init_extended_pair((int)screen->pairs.count, fg, bg) == ERR)
		return 0;
	vec_push(&screen->pairs, (struct colour_pair){ fg, bg });
	return (int)screen->pairs.count - 1;
}

static uint32_t resolve(struct screen *screen, const struct style *style)
{
	struct ink ink = ink_of_style(screen->theme, style, screen->depth);
	int pair = screen->depth > DEPTH_MONO ? pair_of(screen, ink.fg, ink.bg) : 0;

	return (uint32_t)pair << LOOK_PAIR | ink.attributes;
}

static uint32_t look_of(struct screen *screen, const struct style *style)
{
	bool fresh;
	uint32_t *look = look_table_at(&screen->looks, style, &fresh);

	if (fresh)
		*look = resolve(screen, style);
	return *look;
}

/* --- frames -------------------------------------------------------------- */

/* Put one character, alone or with marks that take no cell of their own. */
static void put(int x, int y, const wchar_t *codes, uint32_t look)
{
	static const struct {
		uint32_t ours;
		attr_t curses;
	} attributes[] = {
		{ ATTR_BOLD, A_BOLD },       { ATTR_DIM, A_DIM },       { ATTR_UNDERLINE, A_UNDERLINE },
		{ ATTR_REVERSE, A_REVERSE }, { ATTR_ITALIC, A_ITALIC },
	};
	int pair = (int)(look >> LOOK_PAIR);
	attr_t attribute = A_NORMAL;
	cchar_t cell;

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (look & attributes[i].ours)
			attribute |= attributes[i].curses;
	setcchar(&cell, codes, attribute, 0, &pair);
	/* ERR at the last cell only says that nothing scrolled. */
	mvwadd_wch(stdscr, y, x, &cell);
}

static void put_cell(const struct canvas *canvas, const struct cell *cell, int x, int y, uint32_t look)
{
	struct cell_text text = cell_text(canvas, cell);

	put(x, y, text.codes, look);
	if (text.padded)
		put(x + 1, y, L" ", look);
}

static void put_row(struct screen *screen, const struct canvas *canvas, int y)
{
	struct shown *row = screen->shown + (size_t)y * (size_t)screen->width;
	const struct style *style = NULL;
	uint32_t look = 0;

	for (int x = 0; x < screen->width; x++) {
		struct cell cell = *canvas_cell(canvas, x, y);
		struct shown now;

		/* A canvas wider than the screen may have half a character at the edge. */
		if (cell.width == 2 && x + 1 == screen->width)
			cell.grapheme = 0, cell.width = 1;
		if (!style || !style_equal(style, &cell.style)) {
			style = &canvas_cell(canvas, x, y)->style;
			look = look_of(screen, style);
		}
		now = (struct shown){ cell.grapheme, look | (uint32_t)cell.width << LOOK_WIDTH };
		/* Clusters are numbered anew in each picture; curses compares them itself. */
		if (now.grapheme == row[x].grapheme && now.look == row[x].look && !(now.grapheme & CLUSTER))
			continue;
		row[x] = now;
		if (cell.width > 0)
			put_cell(canvas, &cell, x, y, look);
	}
}

void screen_add_frame(struct screen *screen, const struct canvas *canvas, int cursor_x, int cursor_y,
		      struct strbuf *ret)
{
	bool hidden = cursor_x < 0 || cursor_y < 0 || cursor_x >= screen->width || cursor_y >= screen->height;
	size_t begin = ret->length, inside;
	locale_t former = uselocale(screen->locale);

	set_term(screen->curses);
	for (int y = 0; y < screen->height; y++)
		put_row(screen, canvas, y);
	/* A cursor that cannot be hidden is parked where it disturbs least. */
	wmove(stdscr, hidden ? screen->height - 1 : cursor_y, hidden ? 0 : cursor_x);
	leaveok(stdscr, hidden && screen->hides_cursor);
	if (screen->synchronized)
		strbuf_addstr(ret, SYNC_BEGIN);
	inside = ret->length;
	if (screen->hides_cursor && hidden && !screen->cursor_hidden)
		add_capability(ret, "civis");
	wnoutrefresh(stdscr);
	doupdate();
	frame_file_take(screen->file, ret);
	if (screen->hides_cursor && !hidden && screen->cursor_hidden)
		add_capability(ret, "cnorm");
	if (screen->hides_cursor)
		screen->cursor_hidden = hidden;
	if (ret->length == inside)
		strbuf_truncate(ret, begin);
	else if (screen->synchronized)
		strbuf_addstr(ret, SYNC_END);
	uselocale(former);
}

enum colour_depth screen_depth(const struct screen *screen)
{
	return screen->depth;
}

const char *screen_term(const struct screen *screen)
{
	return screen->term;
}

const char *screen_key_sequence(struct screen *screen, const char *capability)
{
	set_term(screen->curses);
	return capability_text(capability);
}
