#include "ui/view/status_bar.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alert/alerts.h"
#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/alert_text.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/tab_label.h"
#include "ui/view/tabs.h"

#define PARTS_MAX    (14 + TABS_MOST)
#define PART_GAP     2
#define TITLE_MIN    10 /* a title is cut no shorter for what must be seen beside it, */
#define TITLE_NARROW 4  /* but for what fires, on a screen of fewer columns than */
#define NARROW       40

/* Parts of a higher rank fall away first. */
enum rank {
	RANK_ENVIRONMENT,
	RANK_TITLE,
	RANK_FAILING, /* what must not be overlooked: the title is cut for it */
	RANK_ALERTS,  /* what fires, by P-number */
	RANK_RUN,     /* the step that runs, and who has the pen */
	RANK_STILL,
	RANK_OTHER,  /* systems on the same screen */
	RANK_DOWN,   /* how many sources are down, and */
	RANK_SOURCE, /* who answers: the title is cut for them too */
	RANK_BOARD,  /* the dashboard, where the title is the system's alone */
	RANK_CLOCK,
	RANK_HOST, /* whose figures those of a machine are */
	RANK_MOVING,
	RANK_TARGET,
	RANK_LOAD,
};

/* One thing the banner says. */
struct part {
	char text[200];
	char brief[48]; /* the same where there is little room; "": no shorter */
	struct style style;
	enum rank rank;
	bool left; /* else flows to the right edge */
	bool shown;
	int tab;      /* that it stands for, counted from 1; 0: none */
	int x, width; /* where it is */
};

struct parts {
	struct part items[PARTS_MAX];
	int count;
};

static struct part *add(struct parts *parts, bool left, enum rank rank, enum role role)
{
	struct part *part = &parts->items[parts->count++];

	part->left = left;
	part->rank = rank;
	part->shown = true;
	part->style = role == ROLE_BANNER ? style_role(role) : style_fg(role);
	return part;
}

static const struct {
	const char *text;
	enum role role;
} environments[] = {
	[ENVIRONMENT_NONE] = { "", ROLE_BANNER },
	[ENVIRONMENT_PRODUCTION] = { " PROD ", ROLE_ENV_PRODUCTION },
	[ENVIRONMENT_STAGING] = { " STAGING ", ROLE_ENV_STAGING },
	[ENVIRONMENT_DRILL] = { " DRILL ", ROLE_ENV_DRILL },
	[ENVIRONMENT_DEMO] = { " DEMO ", ROLE_ENV_DEMO },
};

static void add_tabs(const struct console *console, struct parts *parts, enum glyph_set glyphs)
{
	const struct tabs *tabs = console->tabs;

	for (size_t i = 0; i < tabs->count; i++) {
		const struct console *tab = tabs->items[i];
		const struct trouble *trouble = &tab->trouble;
		bool here = tab == console;
		struct part *part = add(parts, true, here ? RANK_TITLE : RANK_OTHER,
					here ? ROLE_TITLE
					: trouble->critical || trouble->down || trouble->alerts[0] || trouble->alerts[1]
						? ROLE_CRITICAL
					: trouble->warning ? ROLE_WARNING
							   : ROLE_DIM);

		part->tab = (int)i + 1;
		tab_label(tab, tab_title(tab), here, glyphs, part->text, sizeof(part->text));
		tab_label(tab, tab_name(tab), here, glyphs, part->brief, sizeof(part->brief));
	}
}

/* One system: its title and the dashboard's in one. */
static void add_title(const struct console *console, const char *dashboard, struct parts *parts, enum glyph_set glyphs)
{
	struct part *part = add(parts, true, RANK_TITLE, ROLE_TITLE);

	/* A dashboard named after its system says both. */
	if (console->title && dashboard && strlen(dashboard) > strlen(console->title) &&
	    strncasecmp(console->title, dashboard, strlen(console->title)) == 0)
		snprintf(part->text, sizeof(part->text), "%.180s", dashboard);
	else if (console->title && dashboard && strcasecmp(console->title, dashboard) != 0)
		snprintf(part->text, sizeof(part->text), "%.90s %s %.90s", console->title,
			 glyph_text(glyphs, GLYPH_SEPARATOR), dashboard);
	else
		snprintf(part->text, sizeof(part->text), "%s",
			 console->title ? console->title
			 : dashboard    ? dashboard
					: "skep");
}

/* A machine's figures are easily taken for those of the system behind it. */
static void add_host(const struct console *console, struct parts *parts)
{
	const struct sources *sources = &console->sources;
	const char *whose = NULL;
	size_t hosts = 0;
	struct part *part;

	for (size_t i = 0; i < sources->count; i++) {
		if (!sources->states[i].whose[0])
			continue;
		whose = hosts++ ? whose : sources->states[i].whose;
	}
	if (!hosts)
		return;
	part = add(parts, true, RANK_HOST, ROLE_DIM);
	snprintf(part->text, sizeof(part->text), "host: %.150s", whose);
	if (hosts > 1) {
		size_t used = strlen(part->text);
		snprintf(part->text + used, sizeof(part->text) - used, " +%zu", hosts - 1);
	}
}

static void add_names(const struct console *console, struct parts *parts, enum glyph_set glyphs)
{
	const struct board *board = console_board(console);
	const char *dashboard = board ? board_dashboard(board)->title : NULL;
	struct part *part;

	if (console->environment != ENVIRONMENT_NONE) {
		part = add(parts, true, RANK_ENVIRONMENT, ROLE_BANNER);
		part->style = style_role(environments[console->environment].role);
		snprintf(part->text, sizeof(part->text), "%s", environments[console->environment].text);
	}
	if (console->target) {
		part = add(parts, true, RANK_TARGET, ROLE_BANNER);
		snprintf(part->text, sizeof(part->text), "%s", console->target);
	}
	if (tabs_several(console)) {
		add_tabs(console, parts, glyphs);
		part = add(parts, true, RANK_BOARD, ROLE_BANNER);
		snprintf(part->text, sizeof(part->text), "%.180s", dashboard ? dashboard : "");
	} else {
		add_title(console, dashboard, parts, glyphs);
	}
	add_host(console, parts);
	if (console->board_count > 1 && (console->keymap || console->mode == CONSOLE_WALL)) {
		part = add(parts, true, RANK_MOVING, ROLE_DIM);
		snprintf(part->text, sizeof(part->text), "[%zu/%zu]", console->board + 1, console->board_count);
	}
}

/* "^ P0 1  P1 2": the colour is that of the worst. */
static void add_alerts(const struct console *console, struct parts *parts, enum glyph_set glyphs)
{
	struct alert_counts counts;
	size_t used = 0, others = 0;
	int worst = -1;
	struct part *part;

	if (!console->alerts)
		return;
	alerts_get_counts(console->alerts, &counts);
	for (int p = PRIORITY_COUNT; p >= 0; p--)
		if (counts.firing[p]) {
			others += worst >= 0 ? counts.firing[worst] : 0;
			worst = p;
		}
	if (worst < 0)
		return;
	part = add(parts, false, RANK_ALERTS, alert_priority_role(worst < PRIORITY_COUNT ? worst : PRIORITY_NONE));
	used = (size_t)snprintf(part->text, sizeof(part->text), "%s", glyph_text(glyphs, GLYPH_UP));
	for (int p = 0; p <= PRIORITY_COUNT; p++)
		if (counts.firing[p])
			used += (size_t)snprintf(part->text + used, sizeof(part->text) - used, "%s%s %zu",
						 p == worst ? " " : "  ",
						 p < PRIORITY_COUNT ? alert_priority_text(p) : "alerts",
						 counts.firing[p]);
	used = (size_t)snprintf(part->brief, sizeof(part->brief), "%s %s %zu", glyph_text(glyphs, GLYPH_UP),
				worst < PRIORITY_COUNT ? alert_priority_text(worst) : "alerts", counts.firing[worst]);
	if (others)
		snprintf(part->brief + used, sizeof(part->brief) - used, " +%zu", others);
}

static void add_run(const struct console *console, struct parts *parts, enum glyph_set glyphs)
{
	struct strbuf text = STRBUF_INIT;
	struct part *part;

	runbook_desk_add_banner(console, &text);
	if (text.length) {
		part = add(parts, false, RANK_RUN, ROLE_INFO);
		snprintf(part->text, sizeof(part->text), "%s %.150s", glyph_text(glyphs, GLYPH_RUNNING), text.text);
		snprintf(part->brief, sizeof(part->brief), "%s %.*s", glyph_text(glyphs, GLYPH_RUNNING),
			 (int)strcspn(text.text, " "), text.text);
	}
	strbuf_release(&text);
}

static void add_time(const struct console *console, struct parts *parts)
{
	struct board *board = console_board(console);
	bool still = !console->live || console->paused;
	int64_t from_ms, to_ms;
	char when[32], length[16];
	struct part *part;

	if (!board)
		return;
	part = add(parts, false, still ? RANK_STILL : RANK_MOVING, still ? ROLE_WARNING : ROLE_OK);
	board_range(board, &from_ms, &to_ms);
	duration_format(to_ms - from_ms, length, sizeof(length));
	if (!still) {
		snprintf(part->text, sizeof(part->text), "LIVE %s", length);
		return;
	}
	time_format(to_ms, console->now_ms - to_ms < CLOCK_DAY ? "%H:%M" : "%Y-%m-%d %H:%M", when, sizeof(when));
	snprintf(part->text, sizeof(part->text), "%s %s %s", console->live ? "PAUSED" : "PAST", when, length);
	/* Where several systems are named, the word alone has to do. */
	if (tabs_several(console))
		snprintf(part->brief, sizeof(part->brief), "%s", console->live ? "PAUSED" : "PAST");
}

/* Milliseconds would only flicker. */
static void age_text(int64_t age_ms, char *ret, size_t size)
{
	if (age_ms < CLOCK_SECOND)
		snprintf(ret, size, "0s");
	else
		duration_format(age_ms, ret, size);
}

static void add_load(const struct query_state *source, struct parts *parts)
{
	struct part *part = add(parts, false, RANK_LOAD, ROLE_DIM);

	snprintf(part->text, sizeof(part->text), "%.1f q/s", source->per_second);
}

/* The panels go on, but not from where they should. */
static void add_stand_in(const struct console *console, struct parts *parts, enum glyph_set glyphs)
{
	const struct query_state *source = &console->source;
	struct part *part = add(parts, false, RANK_FAILING, ROLE_WARNING);
	char age[16];

	age_text(console->now_ms - source->failing_since_ms, age, sizeof(age));
	snprintf(part->text, sizeof(part->text), "%s %s, %s down %s", glyph_text(glyphs, GLYPH_WARNING),
		 source->stand_in ? source->stand_in : "", source->engine, age);
	snprintf(part->brief, sizeof(part->brief), "%s %s for %s", glyph_text(glyphs, GLYPH_WARNING),
		 source->stand_in ? source->stand_in : "", age);
}

static void add_source(const struct console *console, struct parts *parts, enum glyph_set glyphs)
{
	const struct query_state *source = &console->source;
	struct part *part;
	char age[16];

	if (!console->engine)
		return;
	if (source->standing_in) {
		add_stand_in(console, parts, glyphs);
		return;
	}
	if (source->health == QUERY_FAILING) {
		part = add(parts, false, RANK_FAILING, ROLE_CRITICAL);
		duration_format(console->now_ms - source->failing_since_ms, age, sizeof(age));
		snprintf(part->text, sizeof(part->text), "%s %s: %s, %s", glyph_text(glyphs, GLYPH_CRITICAL),
			 source->engine, source->reason, age);
		return;
	}
	part = add(parts, false, RANK_SOURCE, ROLE_BANNER);
	if (source->url && !*source->url) { /* no server: what it says is never old */
		snprintf(part->text, sizeof(part->text), "%s", source->engine);
		add_load(source, parts);
		return;
	}
	if (!source->last_good_ms) {
		snprintf(part->text, sizeof(part->text), "%s, asking", source->engine);
		return;
	}
	age_text(console->now_ms - source->last_good_ms, age, sizeof(age));
	snprintf(part->text, sizeof(part->text), "%s, %s old", source->engine, age);
	add_load(source, parts);
}

/* Collectors of our own that fail. */
static void add_down(const struct console *console, struct parts *parts)
{
	size_t failing = sources_failing(&console->sources);
	struct part *part;

	if (!failing)
		return;
	part = add(parts, false, RANK_DOWN, ROLE_WARNING);
	snprintf(part->text, sizeof(part->text), "%zu source%s down", failing, failing == 1 ? "" : "s");
	snprintf(part->brief, sizeof(part->brief), "%zu down", failing);
}

static void add_clock(const struct console *console, struct parts *parts)
{
	struct part *part = add(parts, false, RANK_CLOCK, ROLE_BANNER);

	time_format(console->now_ms, "%H:%M:%SZ", part->text, sizeof(part->text));
}

/* On a narrow screen what fires is worth more than the whole of a name. */
static int title_min(const struct parts *parts, int width)
{
	for (int i = 0; i < parts->count && width < NARROW; i++)
		if (parts->items[i].rank == RANK_ALERTS && parts->items[i].shown)
			return TITLE_NARROW;
	return TITLE_MIN;
}

/* Cells that the parts take, the title no more than `title_max` of them. */
static int width_of(const struct parts *parts, int title_max)
{
	int width = 1;

	for (int i = 0; i < parts->count; i++) {
		const struct part *part = &parts->items[i];
		int used = text_width(part->text);
		if (part->shown)
			width += (part->rank == RANK_TITLE && used > title_max ? title_max : used) + PART_GAP;
	}
	return width;
}

/* Hide the part of the highest rank, the rightmost of equals; false when none ranks higher than `kept`. */
static bool drop_one(struct parts *parts, enum rank kept)
{
	struct part *worst = NULL;

	for (int i = 0; i < parts->count; i++)
		if (parts->items[i].shown && parts->items[i].rank > kept &&
		    (!worst || parts->items[i].rank >= worst->rank))
			worst = &parts->items[i];
	if (worst)
		worst->shown = false;
	return worst != NULL;
}

static void shorten(struct parts *parts, bool only_tabs)
{
	for (int i = 0; i < parts->count; i++)
		if (parts->items[i].brief[0] && (parts->items[i].tab || !only_tabs))
			memcpy(parts->items[i].text, parts->items[i].brief, sizeof(parts->items[i].brief));
}

/* What only informs goes before the title is cut, and the title is cut before what warns is shortened or goes. */
static void fit(struct parts *parts, int width)
{
	while (width_of(parts, width) > width && drop_one(parts, RANK_SOURCE))
		continue;
	/* Of systems a name says as much as a title does, and their counts must be seen. */
	if (width_of(parts, width) > width)
		shorten(parts, true);
	if (width_of(parts, title_min(parts, width)) > width)
		shorten(parts, false);
	while (width_of(parts, title_min(parts, width)) > width && drop_one(parts, RANK_FAILING))
		continue;
}

/* Cells that the left parts need at the least. */
static int left_needs(const struct parts *parts, int title)
{
	int width = 0;

	for (int i = 0; i < parts->count; i++) {
		const struct part *part = &parts->items[i];
		int used = text_width(part->text);
		if (part->shown && part->left)
			width += (part->rank == RANK_TITLE && used > title ? title : used) + PART_GAP;
	}
	return width;
}

/* What is shown, where, and how wide: from the right edge to the left, then from the left. */
static void lay_out(const struct console *console, enum glyph_set glyphs, struct rect line, struct parts *ret)
{
	int left = line.x, right = line.x + line.width - 1, needed;

	*ret = (struct parts){ .count = 0 };
	add_names(console, ret, glyphs);
	add_alerts(console, ret, glyphs);
	add_run(console, ret, glyphs);
	add_time(console, ret);
	add_source(console, ret, glyphs);
	add_down(console, ret);
	add_clock(console, ret);
	fit(ret, line.width);
	needed = line.x + left_needs(ret, title_min(ret, line.width));
	for (int i = ret->count - 1; i >= 0; i--) {
		struct part *part = &ret->items[i];

		if (!part->shown || part->left)
			continue;
		part->width = text_width(part->text);
		if (part->width > right - needed)
			part->width = right - needed;
		if (part->width <= 0)
			continue;
		right -= part->width;
		part->x = right;
		right -= PART_GAP;
	}
	for (int i = 0; i < ret->count; i++) {
		struct part *part = &ret->items[i];
		int room, used = text_width(part->text);

		if (!part->shown || !part->left)
			continue;
		if (part->rank != RANK_ENVIRONMENT)
			left++;
		/* Names of systems, and what follows them, are told apart by their distance. */
		if (part->rank == RANK_BOARD || part->rank == RANK_HOST || part->tab > 1)
			left++;
		room = right + PART_GAP - 1 - left > 0 ? right + PART_GAP - 1 - left : 0;
		part->x = left;
		part->width = used < room ? used : room;
		left += part->width;
	}
}

void status_bar_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	struct parts parts;

	lay_out(console, canvas_glyphs(canvas), line, &parts);
	canvas_fill(canvas, line, style_role(ROLE_BANNER));
	for (int i = 0; i < parts.count; i++) {
		const struct part *part = &parts.items[i];

		if (part->shown && part->width > 0)
			canvas_put_fit(canvas, part->x, line.y, part->text, part->style, part->width);
	}
}

int status_bar_tab_at(const struct console *console, int x)
{
	struct parts parts;

	/* Signs are one cell wide in every set. */
	lay_out(console, GLYPHS_BRAILLE, console_rows(console).banner, &parts);
	for (int i = 0; i < parts.count; i++) {
		const struct part *part = &parts.items[i];

		if (part->tab && part->shown && x >= part->x && x < part->x + part->width)
			return part->tab - 1;
	}
	return -1;
}
