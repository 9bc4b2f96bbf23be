/*
 * What one screen shows and what its keys do: the system, its boards, which
 * of them, how far scrolled, at what time, what lies over it. Plain state; the
 * drawing functions of this room read it and change nothing. Whoever owns a
 * screen (a seat, or a headless command) calls console_prepare before each
 * drawing: it takes the time, lays out and tells the board what can be seen.
 */
#ifndef UI_VIEW_CONSOLE_H
#define UI_VIEW_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/board.h"
#include "query/query.h"
#include "ui/draw/canvas.h"
#include "ui/draw/layout.h"
#include "ui/input/action.h"
#include "ui/input/keymap.h"
#include "ui/input/prompt.h"
#include "ui/view/alert_list.h"
#include "ui/view/alert_note.h"
#include "ui/view/alert_page.h"
#include "ui/view/alert_painted.h"
#include "ui/view/event_list.h"
#include "ui/view/identity.h"
#include "ui/view/mark_list.h"
#include "ui/view/silences.h"
#include "ui/view/sources.h"
#include "ui/view/tabs.h"

enum environment { ENVIRONMENT_NONE, ENVIRONMENT_PRODUCTION, ENVIRONMENT_STAGING, ENVIRONMENT_DRILL, ENVIRONMENT_DEMO };

struct alertmanager;
struct alerts;
struct journal;
struct alert_notice;
struct alert_panels;
struct alertmanager;
struct alerts;
struct journal;
struct map_state;
struct trends;
struct slo_state;
struct view_ops;
struct panel_cache;
struct overlay_ops;
struct logs;
struct keeper;
struct runbook_desk;

/* What only the owner of the screen can do. Any may be NULL. */
struct console_host {
	void (*quit)(void *user);
	void (*suspend)(void *user);                /* Ctrl-Z */
	void (*redraw)(void *user);                 /* Ctrl-L: forget what the terminal shows */
	void (*copy)(void *user, const char *text); /* OSC 52 */
	int (*set_theme)(void *user, const char *name, struct error *error);    /* NULL: the next one */
	int (*save_picture)(void *user, const char *path, struct error *error); /* what was shown last, as a file */
	void (*bell)(void *user);
	void (*flush_input)(void *user); /* forget what was typed ahead: a question that matters comes up */
	void (*give_terminal)(void *user, struct keeper *keeper); /* to a step's program, until it gives it back */
	void *user;
};

enum console_mode {
	CONSOLE_FULL,
	CONSOLE_WATCH, /* --watch: no acting keys */
	CONSOLE_WALL,  /* --wall: no input but quitting; big figures, pages through the boards */
};

enum prompt_kind { PROMPT_NONE, PROMPT_FIND, PROMPT_COMMAND, PROMPT_FILTER, PROMPT_NOTE };

struct console {
	/* What is watched. Borrowed. */
	const char *title;  /* of the system; NULL for ad hoc use */
	const char *target; /* "prod-cluster/production" or NULL */
	enum environment environment;
	struct board **boards;
	size_t board_count;
	struct query_engine *engine; /* may be NULL */
	struct sources sources; /* what is collected here; its selection is chosen, the rest taken by console_prepare */
	struct map_state *map;  /* how the system's parts are; borrowed, NULL without a map */
	struct slo_state *slos; /* how its objectives stand; borrowed, NULL when it has none */
	const char *system;     /* its short name, as events have it; NULL for ad hoc use */
	const char *grafana;    /* base address, for links to copy; NULL without one */
	const char *simulator;  /* the program that plays the demo's system; NULL: not known */
	const struct feed *feed;           /* what was observed and is no number; borrowed, NULL without one */
	struct alerts *alerts;             /* what fires, whoever says so; borrowed, NULL without any rules */
	struct alertmanager *alertmanager; /* where silences are made; borrowed, NULL without one */
	struct journal *journal;           /* what people do is written to; borrowed, NULL where nothing is */
	void (*on_change)(void *user);     /* what the console itself asked for came; may be NULL */
	void *on_change_user;
	struct logs *logs;             /* what the logs view shows; NULL before it was shown */
	struct runbook_desk *runbooks; /* and the runs of them; borrowed, NULL without any */
	struct console_host host;
	const struct keymap *keymap; /* NULL when there are no keys: headless */
	enum console_mode mode;
	struct tabs *tabs; /* the consoles this one shares its screen with, itself among them; NULL: it is alone */

	/* What is chosen. */
	const struct view_ops *view;
	size_t board;         /* index of the one shown */
	int zoomed;           /* panel index shown alone, or -1 */
	int focus;            /* panel index, or -1 */
	int scroll;           /* first body row shown */
	int goal;             /* column that moving up and down aims at, or -1 */
	bool live;            /* follows the clock */
	bool paused;          /* the picture stands still although the clock goes on */
	int64_t cursor_ms;    /* time cursor of the zoomed panel; 0 none */
	int panel_scroll;     /* first line of the zoomed table or text */
	int sort;             /* of the zoomed table: see panel_view.sort */
	int selected;         /* legend entry of the zoomed panel isolated, or -1 */
	int legend;           /* legend entry the arrows are on, or -1 */
	int map_focus;        /* part of the map, or -1: the worst */
	int map_scroll;       /* first part of its list shown */
	int slo_focus;        /* line of the objectives, or -1: the worst */
	int slo_scroll;       /* first row of their list shown */
	int slo_line;         /* first line shown of one of them */
	char slo_filter[128]; /* what an objective must say to be listed; "" all */
	struct event_list events;
	struct alert_list alert_list;
	struct alert_page alert_page; /* one alert */
	struct silences silences;     /* and what is being sent of them */
	struct alert_notice *notice;  /* which alerts were told of by the bell; NULL: none yet */
	int bell_priority;            /* the bell rings for alerts up to this P-number; -1: never */
	const char *open_alert;       /* name of an alert that is shown as soon as it is there; NULL: none */

	/* What lies over it, and the line being typed. */
	const struct overlay_ops *overlay; /* NULL: none */
	void *overlay_state;               /* the overlay's own */
	const struct overlay_ops *below;   /* the one under it, when help lies over an overlay */
	void *below_state;
	enum prompt_kind prompting;
	struct prompt find_prompt, command_prompt, filter_prompt, note_prompt;
	struct alert_noted noted; /* what the note being typed is for */
	char needle[256];         /* last search */
	char message[200];        /* one line at the bottom, until message_until_ms (monotonic) */
	int64_t message_until_ms;
	char unwritten[160]; /* said when what was done is on disk; "": nothing waits */
	int64_t page_at_ms;  /* when the wall turns its page (monotonic); 0: not begun */
	int find_from;       /* panel from which a search was opened: typing searches from there, giving up goes back */
	bool find_zoomed;    /* it was shown alone */
	const struct view_ops *find_view; /* in this view */
	const struct console *offered;    /* the tab in which what is searched was found too; NULL: in none */
	int offered_panel;                /* there */

	/* Made by console_prepare. */
	int64_t now_ms; /* wall */
	int64_t monotonic_ms;
	int64_t refreshed_ms;      /* when the board was last asked for all that is visible (monotonic); 0: it is due */
	struct trouble trouble;    /* with tabs only */
	struct query_state source; /* of the engine; engine NULL when there is none */
	struct layout_item *items; /* one for each panel of the board */
	size_t item_count;
	struct layout layout;
	unsigned generation;                           /* of the board the layout was made for */
	const struct board *laid_out;                  /* that board */
	struct identity focus_identity, zoom_identity; /* of the panels behind these indices */
	struct mark_list marks;                        /* what happened in the range of the board */
	struct trends *trends;           /* how what alerts are about went lately; NULL before one was shown */
	struct alert_panels *panels;     /* which panels alerts are about; NULL without alerts */
	struct alert_painted line_alert; /* the one in the alert line */
	struct panel_cache *cache; /* pictures of panels, for a screen that is drawn again and again; NULL: none */
	int width, height;         /* of the whole screen */
};

void console_init(struct console *console);
void console_release(struct console *console);

/* Lay out for a screen of that size at that wall time. A height of 0 means: as high as the board needs. */
void console_prepare(struct console *console, int width, int height, int64_t now_ms);

/*
 * Draw what changed of the visible panels into the cache, for at most
 * `budget_ns`; console_draw then copies them. True when some were left for
 * the next frame. Only for a screen that is drawn again and again.
 */
bool console_draw_panels(struct console *console, enum glyph_set glyphs, int64_t budget_ns);

/* Rows the whole screen takes when prepared with height 0. */
int console_full_height(const struct console *console);

/* The whole screen: banner, the chosen view's body, what lies over it, alert line and hint bar or prompt. */
void console_draw(const struct console *console, struct canvas *canvas);

/* Where the hardware cursor belongs: in the prompt, else on the focus. False: hidden. */
bool console_cursor(const struct console *console, int *ret_x, int *ret_y);

/* One key, paste or mouse event at a monotonic time. True when there is something to draw. */
bool console_handle(struct console *console, const struct input_event *event, int64_t monotonic_ms);

/* Do one action as if its key had been pressed (commands, tests). False when it means nothing here. */
bool console_do(struct console *console, enum action action);

/* True when the action means something here and now: what help and hint bar list. */
bool console_offers(const struct console *console, enum action action);

/* True where going back means leaving, and the name of the key that does it (not Esc: that one never leaves). */
bool console_at_first_screen(const struct console *console);
void console_leave_key(const struct console *console, char *ret, size_t size);

/* After the panels changed under it (fold, repeat, another board): lay out again, the focus stays on its panel. */
void console_settle(struct console *console);

/* Show another view: the one that was shown is told, then the new one. */
void console_set_view(struct console *console, const struct view_ops *view);

/* Show another board, from its top, at the same moment unless following the clock. */
void console_show_board(struct console *console, size_t index);

/* Show one panel alone, -1 all of them. The time cursor stays when it goes from panel to panel. */
void console_zoom(struct console *console, int index);

/* Rows of the screen: where the view is drawn, and what stands below it (empty rectangles when there is no room). */
struct console_rows {
	struct rect banner, body, alert, hints;
};
struct console_rows console_rows(const struct console *console);

/* Time has passed: messages go, the wall turns its page. True when there is something to draw. */
bool console_tick(struct console *console, int64_t monotonic_ms);

/* The context whose keys work now: an overlay's, the zoom's or the view's. */
unsigned console_context(const struct console *console);

/* True when the owner should ask the board again at its rate: not paused, not in the past. */
bool console_wants_refresh(const struct console *console);

/* Say something in the bottom line for some seconds. */
void console_say(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* To the clipboard, saying so; only where the owner of the screen has one (host.copy). */
void console_copy(struct console *console, const char *text);

/* The board shown, or NULL. */
struct board *console_board(const struct console *console);

/* Index of the panel whose title (or id) is `name`: exact, then ignoring case, then a part of it; -1 when none or
 * several. */
int console_find_panel(const struct console *console, const char *name, struct error *error);

/* What the panel functions need to draw panel `index`. */
struct panel_view;
void console_panel_view(const struct console *console, size_t index, struct panel_view *ret);

#endif
