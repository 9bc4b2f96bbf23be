#include "ui/terminal/screen.h"

#include <curses.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "ui/terminal/ink.h"

#define FALLBACK_TERM "xterm-256color"

#define SYNC_BEGIN  "\033[?2026h"
#define SYNC_END    "\033[?2026l"
/* ECMA-48 ST: ends a string (OSC 52) that was cut off on its way; alone it does nothing. */
#define STRING_END  "\033\\"
#define PASTE_BEGIN "\033[?2004h"
#define PASTE_END   "\033[?2004l"
/* Presses only (1000), in the form that has no limit of columns (1006). */
#define MOUSE_BEGIN "\033[?1000h\033[?1006h"
#define MOUSE_END   "\033[?1006l\033[?1000l"

/* Gradients of many steps could fill it without end. */
#define LOOKS_MAX 8192

/* Regional indicators: two of them are a flag. */
#define FLAG_A 0x1F1E6u
#define FLAG_Z 0x1F1FFu

#define CLUSTER    0x80000000u /* see `cell.grapheme` */
#define LOOK_WIDTH 5           /* a look is attributes (5 bits), the cell's width (2 bits), the pair */
#define LOOK_PAIR  7

/* A cell as curses was told it: nothing is handed over twice. */
struct shown {
	uint32_t grapheme, look;
};
#define SHOWN_NOTHING ((struct shown){ 0, UINT32_MAX })

/* What a style came to on this terminal. */
struct look {
	struct style style;
	bool used;
	uint32_t look;
};

struct colour_pair {
	int fg, bg;
};

struct screen {
	SCREEN *curses;
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
	struct look *looks; /* hash, open addressing */
	size_t look_count, look_capacity;
	VEC(struct colour_pair) pairs; /* index: the number of the pair; 0 is the terminal's own */
};

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

/* Padding ("$<50>") was for terminals that needed time. */
static void add_capability(struct strbuf *ret, const char *name)
{
	const char *text = capability_text(name);

	while (text && *text) {
		const char *padding = strstr(text, "$<");
		const char *end = padding ? strchr(padding, '>') : NULL;

		strbuf_add(ret, text, end ? (size_t)(padding - text) : strlen(text));
		text = end ? end + 1 : NULL;
	}
}

/* Throw away what curses wrote so far: it belongs into no frame. */
static void drop_output(struct screen *screen)
{
	int fd = fileno(screen->file);

	if (lseek(fd, 0, SEEK_SET) == 0 && ftruncate(fd, 0) == 0)
		return;
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
	vec_push(&screen->pairs, (struct colour_pair){ -1, -1 });
	typeahead(-1);
	nonl();
	/* Moving the rest of a line saves little and asks much of an emulator's wide characters. */
	idcok(stdscr, FALSE);
	screen->look_capacity = 64;
	screen->looks = mem_array(screen->look_capacity, sizeof(*screen->looks));
}

struct screen *screen_new(const struct screen_config *config, struct error *error)
{
	struct screen *screen = mem_zalloc(sizeof(*screen));
	const char *term = config->term && *config->term ? config->term : FALLBACK_TERM;
	int fd = memfd_create("frame", MFD_CLOEXEC);
	enum knowledge knowledge;

	screen->theme = config->theme;
	screen->synchronized = config->synchronized;
	screen->file = fd >= 0 ? fdopen(fd, "r+") : NULL;
	if (!screen->file) {
		error_set(error, "no memory for frames: %m");
		if (fd >= 0)
			close(fd);
		goto failed;
	}
	knowledge = look_up(term, fd);
	if (knowledge == UNKNOWN) {
		term = FALLBACK_TERM;
		knowledge = look_up(term, fd);
	}
	if (knowledge == UNABLE) {
		error_set(error, "TERM=%s cannot place the cursor (try --plain)", term);
		goto failed;
	}
	screen->curses = knowledge == ABLE ? open_curses(term, screen->file) : NULL;
	if (!screen->curses) {
		error_set(error, "terminfo knows no %s (Debian: ncurses-base; or try --plain)", term);
		goto failed;
	}
	screen->term = mem_strdup(term);
	set_term(screen->curses);
	set_up(screen, config);
	screen_resize(screen, config->width, config->height);
	/* Curses begins by entering the console in its own way, with the size it guessed; screen_add_enter does that.
	 */
	doupdate();
	drop_output(screen);
	screen_invalidate(screen);
	return screen;
failed:
	screen_free(screen);
	return NULL;
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	if (screen->curses) {
		set_term(screen->curses);
		delscreen(screen->curses);
	}
	if (screen->file)
		fclose(screen->file);
	vec_release(&screen->pairs);
	free(screen->looks);
	free(screen->shown);
	free(screen->term);
	free(screen);
}

void screen_invalidate(struct screen *screen)
{
	set_term(screen->curses);
	clearok(curscr, TRUE);
}

void screen_resize(struct screen *screen, int width, int height)
{
	size_t count;

	screen->width = width < 1 ? 1 : width > CANVAS_MAX_WIDTH ? CANVAS_MAX_WIDTH : width;
	screen->height = height < 1 ? 1 : height > CANVAS_MAX_HEIGHT ? CANVAS_MAX_HEIGHT : height;
	set_term(screen->curses);
	resize_term(screen->height, screen->width);
	count = (size_t)screen->width * (size_t)screen->height;
	screen->shown = mem_resize(screen->shown, count, sizeof(*screen->shown));
	for (size_t i = 0; i < count; i++)
		screen->shown[i] = SHOWN_NOTHING;
	/* Terminals differ in what they do to their lines when the size changes. */
	screen_invalidate(screen);
}

void screen_set_theme(struct screen *screen, const struct theme *theme)
{
	screen->theme = theme;
	screen->look_count = 0;
	memset(screen->looks, 0, screen->look_capacity * sizeof(*screen->looks));
}

void screen_add_enter(struct screen *screen, struct strbuf *ret)
{
	const char *region;

	set_term(screen->curses);
	add_capability(ret, "smcup");
	add_capability(ret, "smkx");
	/* What curses relies on: plain attributes, no insert mode, wrapping at the edge, all lines in one region. */
	add_capability(ret, "sgr0");
	add_capability(ret, "rmir");
	add_capability(ret, "smam");
	region = capability_text("csr");
	if (region)
		strbuf_addstr(ret, tiparm(region, 0, screen->height - 1));
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

static uint64_t colour_key(const struct colour *colour)
{
	return (uint64_t)colour->kind << 24 | (colour->kind == COLOUR_RGB ? colour->rgb : colour->role);
}

static struct look *look_slot(struct screen *screen, const struct style *style)
{
	uint64_t key = colour_key(&style->fg) << 34 | colour_key(&style->bg) << 8 | style->attributes;
	size_t mask = screen->look_capacity - 1, at = (size_t)(key * 0x9E3779B97F4A7C15u >> 40) & mask;

	while (screen->looks[at].used && !style_equal(&screen->looks[at].style, style))
		at = (at + 1) & mask;
	return &screen->looks[at];
}

static void looks_grow(struct screen *screen)
{
	struct look *former = screen->looks;
	size_t count = screen->look_capacity;

	screen->look_capacity *= 2;
	screen->looks = mem_array(screen->look_capacity, sizeof(*screen->looks));
	for (size_t i = 0; i < count; i++)
		if (former[i].used)
			*look_slot(screen, &former[i].style) = former[i];
	free(former);
}

static uint32_t look_of(struct screen *screen, const struct style *style)
{
	struct look *look = look_slot(screen, style);

	if (look->used)
		return look->look;
	if (screen->look_count >= LOOKS_MAX)
		screen_set_theme(screen, screen->theme);
	else if (2 * (screen->look_count + 1) > screen->look_capacity)
		looks_grow(screen);
	look = look_slot(screen, style);
	*look = (struct look){ .style = *style, .used = true, .look = resolve(screen, style) };
	screen->look_count++;
	return look->look;
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

static void put_code(int x, int y, uint32_t code, uint32_t look)
{
	wchar_t codes[2] = { (wchar_t)code };

	if (code >= 0x80 && wcwidth((wchar_t)code) != 1)
		codes[0] = code != TEXT_REPLACEMENT && wcwidth(TEXT_REPLACEMENT) == 1 ? TEXT_REPLACEMENT : '?';
	put(x, y, codes, look);
}

/*
 * Put a grapheme whose canvas width and width by the locale agree. The locale
 * speaks for curses and, mostly, for the terminal; a cell they count
 * differently would shift the rest of the line. So where they do not agree,
 * something that surely takes as many cells stands in: a sign with emoji
 * variation becomes the plain sign. A flag's two letters stay letters, since
 * terminals differ about what half a flag takes.
 */
static void put_grapheme(int x, int y, const uint32_t *codes, unsigned count, unsigned width, uint32_t look)
{
	wchar_t text[5] = { 0 };

	if (codes[0] >= FLAG_A && codes[0] <= FLAG_Z) {
		put_code(x, y, 'A' + codes[0] - FLAG_A, look);
		return;
	}
	if (wcwidth((wchar_t)codes[0]) == (int)width) {
		for (unsigned i = 0; i < count && i < 4; i++) {
			if (i && (codes[i] == 0x200D || wcwidth((wchar_t)codes[i]) != 0))
				break;
			text[i] = (wchar_t)codes[i];
		}
		put(x, y, text, look);
		return;
	}
	for (unsigned i = 0; i < width; i++)
		put_code(x + (int)i, y, i == 0 ? codes[0] : ' ', look);
}

static void put_cell(const struct canvas *canvas, const struct cell *cell, int x, int y, uint32_t look)
{
	uint32_t codes[4];
	unsigned count = 0;
	char text[32];
	size_t length;

	if (cell->width == 1 && cell->grapheme < 0x80) {
		put_code(x, y, cell->grapheme ? cell->grapheme : ' ', look);
		return;
	}
	canvas_grapheme(canvas, cell, text);
	length = strlen(text);
	for (size_t at = 0; at < length && count < 4;)
		at += text_decode(text + at, length - at, &codes[count++]);
	if (count)
		put_grapheme(x, y, codes, count, cell->width, look);
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

/* Take what curses wrote out of the memfd. */
static void take_output(struct screen *screen, struct strbuf *ret)
{
	int fd = fileno(screen->file);
	off_t length = lseek(fd, 0, SEEK_CUR);
	char bytes[16384];

	for (off_t at = 0; at < length;) {
		size_t want = length - at < (off_t)sizeof(bytes) ? (size_t)(length - at) : sizeof(bytes);
		ssize_t got = pread(fd, bytes, want, at);

		if (got <= 0)
			break;
		strbuf_add(ret, bytes, (size_t)got);
		at += got;
	}
	if (length > 0)
		drop_output(screen);
}

void screen_add_frame(struct screen *screen, const struct canvas *canvas, int cursor_x, int cursor_y,
		      struct strbuf *ret)
{
	bool hidden = cursor_x < 0 || cursor_y < 0 || cursor_x >= screen->width || cursor_y >= screen->height;
	size_t begin = ret->length, inside;

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
	take_output(screen, ret);
	if (screen->hides_cursor && !hidden && screen->cursor_hidden)
		add_capability(ret, "cnorm");
	if (screen->hides_cursor)
		screen->cursor_hidden = hidden;
	if (ret->length == inside)
		strbuf_truncate(ret, begin);
	else if (screen->synchronized)
		strbuf_addstr(ret, SYNC_END);
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
