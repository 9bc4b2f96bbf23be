#include "ui/panel/panel_frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

/* An engine's name is cut to this where it does not fit. */
#define ENGINE_MIN 3

struct state_row {
	enum glyph glyph;
	const char *word;
	const char *meaning; /* when the data brings no reason */
	enum role role;      /* headline */
	bool block;          /* headline as a block: the states that ask for action */
};

/* The arrow ("on its way"), because the waiting sign and that of no data are one in ASCII. */
static const struct state_row states[] = {
	[DATA_WAITING] = { GLYPH_ARROW_FLAT, "waiting", "asked, no answer yet", ROLE_DIM, false },
	[DATA_VALUE] = { GLYPH_COUNT, "", "", ROLE_TEXT, false },
	[DATA_NO_DATA] = { GLYPH_NO_DATA, "no data", "the query answered, nothing there", ROLE_TEXT, false },
	[DATA_ABSENT] = { GLYPH_ABSENT, "absent", "the metric or job is not known", ROLE_ACCENT, false },
	[DATA_DOWN] = { GLYPH_DOWN, "DOWN", "the target answers up 0", ROLE_CRITICAL_BLOCK, true },
	[DATA_STALE] = { GLYPH_STALE, "stale", "", ROLE_STALE, false },
	[DATA_INSUFFICIENT] = { GLYPH_INSUFFICIENT, "insufficient history", "less than half of the window is there",
				ROLE_WARNING, false },
	[DATA_FAILED] = { GLYPH_FAILED, "failed", "the question failed", ROLE_SERIOUS_BLOCK, true },
	[DATA_NONE] = { GLYPH_COUNT, "", "", ROLE_TEXT, false },
};

static bool has_rows(const struct frame_set *set)
{
	for (size_t i = 0; i < set->frames.count; i++) {
		if (set->frames.items[i].length > 0 && set->frames.items[i].field_count > 0)
			return true;
	}
	return false;
}

bool panel_has_values(const struct panel_view *view)
{
	enum data_state state = view->data->state;

	return (state == DATA_VALUE || state == DATA_STALE) && has_rows(&view->data->frames);
}

enum data_state panel_shown_state(const struct panel_view *view)
{
	if (view->data->state == DATA_VALUE && !panel_has_values(view))
		return DATA_NO_DATA;
	return view->data->state;
}

enum glyph panel_state_glyph(enum data_state state)
{
	return states[state].glyph;
}

struct style panel_state_style(enum data_state state)
{
	return states[state].block ? style_role(states[state].role) : style_fg(states[state].role);
}

/*
 * An engine that has too little history says so in the form "what is short (by
 * how much)", in words that may be other ones than the state's: the first part
 * is then the headline, the second the reason. Length 0: it is not of that form.
 */
static size_t own_headline(const struct panel_view *view, enum data_state state)
{
	const char *reason = view->data->reason, *bracket = strstr(reason, " (");
	size_t length = strlen(reason);

	if (state != DATA_INSUFFICIENT || !bracket || reason[length - 1] != ')')
		return 0;
	return (size_t)(bracket - reason);
}

static void add_reason(const struct panel_view *view, enum data_state state, struct strbuf *ret)
{
	const char *reason = view->data->reason;
	size_t headline = own_headline(view, state);

	if (headline)
		strbuf_add(ret, reason + headline + 2, strlen(reason) - headline - 3);
	else
		strbuf_addstr(ret, reason[0] ? reason : states[state].meaning);
}

/* What a panel without data says first: its author's word for it, where there is one. */
static void add_headline(const struct panel_view *view, enum data_state state, struct strbuf *ret)
{
	const struct field_config *defaults = &view->panel->defaults;
	size_t own = own_headline(view, state);

	if (own)
		strbuf_add(ret, view->data->reason, own);
	else if (state == DATA_NO_DATA && defaults->set & FIELD_NO_VALUE && defaults->no_value && defaults->no_value[0])
		strbuf_addstr(ret, defaults->no_value);
	else
		strbuf_addstr(ret, states[state].word);
}

static void add_age(const struct panel_view *view, struct strbuf *ret)
{
	int64_t age_ms = view->now_ms - view->data->last_good_ms;
	char text[16];

	if (view->data->last_good_ms <= 0)
		return;
	duration_format(age_ms > 0 ? age_ms - age_ms % CLOCK_SECOND : 0, text, sizeof(text));
	strbuf_addf(ret, " %s", text);
}

void panel_state_text(const struct panel_view *view, struct strbuf *ret)
{
	enum data_state state = panel_shown_state(view);

	if (!states[state].word[0])
		return;
	if (own_headline(view, state)) {
		strbuf_addstr(ret, view->data->reason);
		return;
	}
	strbuf_addstr(ret, states[state].word);
	if (state == DATA_STALE)
		add_age(view, ret);
	if (view->data->reason[0])
		strbuf_addf(ret, ": %s", view->data->reason);
}

/* Break at blanks into lines of `width` cells, centred; returns the lines used. */
static int draw_wrapped(struct canvas *canvas, struct rect area, const char *text, struct style style)
{
	int row = 0;

	while (*text && row < area.height) {
		size_t length = strlen(text), used = 0, fits = 0;
		int cells = 0;
		struct grapheme grapheme;
		char *line;

		while (used < length && text_grapheme(text + used, length - used, &grapheme)) {
			if (cells + grapheme.width > area.width)
				break;
			if (text[used] == ' ' || text[used] == '\n')
				fits = used;
			cells += grapheme.width;
			used += grapheme.bytes;
			if (used < length && text[used] == '\n')
				break;
		}
		if (used < length && text[used] != ' ' && text[used] != '\n' && fits > 0)
			used = fits;
		if (used == 0)
			return row;
		line = mem_strndup(text, used);
		if (row == area.height - 1 && used < length) {
			free(line);
			line = mem_strdup(text);
			canvas_put_fit(canvas, area.x, area.y + row, line, style, area.width);
		} else {
			canvas_put_centre(canvas, area, area.y + row, line, style);
		}
		free(line);
		row++;
		text += used;
		while (*text == ' ' || *text == '\n')
			text++;
	}
	return row;
}

static void draw_one_row(const struct panel_view *view, struct canvas *canvas, struct rect inside,
			 enum data_state state)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s ", glyph_text(canvas_glyphs(canvas), states[state].glyph));
	add_headline(view, state, &text);
	if (inside.width >= text_width(text.text) + 8) {
		strbuf_addstr(&text, ": ");
		add_reason(view, state, &text);
	}
	canvas_put_fit(canvas, inside.x, inside.y, text.text, panel_state_style(state), inside.width);
	strbuf_release(&text);
}

void panel_state_draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	enum data_state state = panel_shown_state(view);
	struct strbuf head = STRBUF_INIT, reason = STRBUF_INIT;
	struct rect below;
	int top;

	if (rect_is_empty(inside) || !states[state].word[0])
		return;
	if (inside.height == 1) {
		draw_one_row(view, canvas, inside, state);
		return;
	}
	top = inside.y + (inside.height >= 4 ? (inside.height - 3) / 2 : 0);
	strbuf_addf(&head, states[state].block ? " %s " : "%s ",
		    glyph_text(canvas_glyphs(canvas), states[state].glyph));
	add_headline(view, state, &head);
	if (states[state].block)
		strbuf_addstr(&head, " ");
	if (text_width(head.text) > inside.width)
		canvas_put_fit(canvas, inside.x, top, head.text + (head.text[0] == ' '), panel_state_style(state),
			       inside.width);
	else
		canvas_put_centre(canvas, inside, top, head.text, panel_state_style(state));
	strbuf_release(&head);

	below = (struct rect){ inside.x, top + 1, inside.width, inside.y + inside.height - top - 1 };
	if (below.height > 2) { /* keep the headline apart where there is room */
		below.y++;
		below.height--;
	}
	if (inside.width < 12)
		return;
	add_reason(view, state, &reason);
	top = draw_wrapped(canvas, below, reason.text, style_fg(ROLE_TEXT));
	strbuf_release(&reason);
	if (state != DATA_FAILED || !view->data->detail[0] || !strcmp(view->data->detail, view->data->reason))
		return;
	below.y += top;
	below.height -= top;
	if (below.height > 0)
		draw_wrapped(canvas, below, view->data->detail, style_fg(ROLE_DIM));
}

const char *panel_other_engine(const struct panel_view *view)
{
	const char *engine = view->data->engine;

	if (!engine || !view->usual_engine || strcmp(engine, view->usual_engine) == 0 || view->data->state == DATA_NONE)
		return NULL;
	return engine;
}

/* The whole name, its first letters, or nothing. */
static void add_engine(const struct panel_view *view, int cells, struct strbuf *ret)
{
	const char *engine = panel_other_engine(view);
	int length = engine ? (int)strlen(engine) : 0;

	if (!engine || cells < ENGINE_MIN)
		return;
	if (ret->length)
		strbuf_addch(ret, ' ');
	strbuf_add(ret, engine, (size_t)(length <= cells ? length : ENGINE_MIN));
}

void panel_badge(const struct panel_view *view, enum glyph_set set, int cells, struct strbuf *ret)
{
	struct strbuf longest = STRBUF_INIT, shorter = STRBUF_INIT;
	const char *sign = glyph_text(set, GLYPH_STALE);

	if (view->data->state != DATA_STALE) {
		if (view->data->asking && cells > 0)
			strbuf_addstr(ret, glyph_text(set, states[DATA_WAITING].glyph));
		add_engine(view, ret->length ? cells - 2 : cells, ret);
		return;
	}
	strbuf_addf(&longest, "%s ", sign);
	panel_state_text(view, &longest);
	strbuf_addf(&shorter, "%s stale", sign);
	add_age(view, &shorter);
	if (text_width(longest.text) <= cells)
		strbuf_addstr(ret, longest.text);
	else if (text_width(shorter.text) + 8 <= cells)
		text_add_fit(ret, longest.text, cells, set == GLYPHS_ASCII);
	else if (text_width(shorter.text) <= cells)
		strbuf_addstr(ret, shorter.text);
	else if (cells > 0)
		strbuf_addstr(ret, sign);
	strbuf_release(&longest);
	strbuf_release(&shorter);
}

void panel_foot(const struct panel_view *view, enum glyph_set set, int cells, struct strbuf *ret)
{
	struct strbuf text = STRBUF_INIT;

	if (view->data->warning[0])
		strbuf_addf(&text, "%s %s", glyph_text(set, GLYPH_WARNING), view->data->warning);
	else if (view->data->note[0])
		strbuf_addf(&text, "%s %s", set == GLYPHS_ASCII ? "~" : "\u2248", view->data->note);
	if (text.length > 0 && cells >= 4)
		text_add_fit(ret, text.text, cells, set == GLYPHS_ASCII);
	strbuf_release(&text);
}
