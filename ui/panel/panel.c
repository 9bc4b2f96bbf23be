#include "ui/panel/panel.h"

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel_frame.h"
#include "ui/panel/series_style.h"

/* Below this a border would take more than it gives. */
#define BOX_MIN_WIDTH  6
#define BOX_MIN_HEIGHT 3

/* A title keeps at least this much beside a badge, or it says nothing. */
#define TITLE_MIN 6

static bool is_row(const struct panel_view *view)
{
	return view->panel->is_row;
}

static void draw_content(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	const struct panel_ops *ops = panel_find(view->panel->type);
	struct rect clip = canvas_clip(canvas, inside);

	if (view->data->state == DATA_NONE || panel_has_values(view))
		ops->draw(view, canvas, inside);
	else
		panel_state_draw(view, canvas, inside);
	if (view->data->state == DATA_STALE)
		canvas_attributes(canvas, inside, ATTR_DIM);
	canvas_restore(canvas, clip);
}

static enum role note_role(const struct panel_view *view)
{
	if (view->data->state == DATA_STALE)
		return ROLE_STALE;
	return panel_other_engine(view) ? ROLE_ACCENT : ROLE_DIM;
}

static struct rect draw_box(const struct panel_view *view, struct canvas *canvas, struct rect rect)
{
	enum glyph_set set = canvas_glyphs(canvas);
	enum severity severity = panel_severity(view);
	struct strbuf title = STRBUF_INIT, note = STRBUF_INIT, foot = STRBUF_INIT;
	enum role edge = view->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	struct style title_style = style_fg(view->focused ? ROLE_STRONG : ROLE_TITLE);
	struct rect inside;
	int title_cells;

	if (severity >= SEVERITY_WARNING) {
		strbuf_addf(&title, "%s ", severity_sign_text(set, severity));
		title_style = severity_style(severity);
		if (view->focused)
			title_style = style_with(title_style, ATTR_BOLD);
	}
	text_add_safe(&title, view->title ? view->title : "");
	title_cells = text_width(title.text);
	if (title_cells > TITLE_MIN)
		title_cells = TITLE_MIN;
	/* Corners, a rule between, and the blanks around both texts; a long title is cut by the box. */
	panel_badge(view, set, rect.width - 7 - title_cells, &note);
	panel_foot(view, set, rect.width - 4, &foot);
	inside = canvas_box(canvas, rect,
			    &(struct box){
				    .title = title.text,
				    .note = note.length > 0 ? note.text : NULL,
				    .foot = foot.length > 0 ? foot.text : NULL,
				    .border = style_fg(edge),
				    .title_style = title_style,
				    .note_style = style_fg(note_role(view)),
				    .foot_style = style_fg(view->data->warning[0] ? ROLE_WARNING : ROLE_DIM),
			    });
	strbuf_release(&title);
	strbuf_release(&note);
	strbuf_release(&foot);
	return inside;
}

void panel_draw(const struct panel_view *view, struct canvas *canvas, struct rect rect)
{
	struct rect inside;

	if (rect_is_empty(rect))
		return;
	if (is_row(view)) { /* a heading: no box, no states */
		struct rect clip = canvas_clip(canvas, rect);

		panel_find(view->panel->type)->draw(view, canvas, rect);
		canvas_restore(canvas, clip);
		return;
	}
	if (rect.width < BOX_MIN_WIDTH || rect.height < BOX_MIN_HEIGHT) {
		panel_draw_line(view, canvas, rect);
		return;
	}
	inside = draw_box(view, canvas, rect);
	if (!rect_is_empty(inside))
		draw_content(view, canvas, inside);
}

/* What a line says at its right: the value in short, and the state where it is not simply a value. */
static void line_text(const struct panel_view *view, struct strbuf *ret)
{
	const struct panel_ops *ops = panel_find(view->panel->type);

	if ((view->data->state == DATA_NONE || panel_has_values(view)) && ops->line)
		ops->line(view, ret);
	if (panel_shown_state(view) != DATA_VALUE && panel_shown_state(view) != DATA_NONE) {
		strbuf_addstr(ret, ret->length > 0 ? "  " : "");
		panel_state_text(view, ret);
	}
	if (panel_other_engine(view) && view->data->state != DATA_STALE)
		strbuf_addf(ret, "%s(%s)", ret->length > 0 ? "  " : "", panel_other_engine(view));
}

void panel_draw_line(const struct panel_view *view, struct canvas *canvas, struct rect rect)
{
	enum glyph_set set = canvas_glyphs(canvas);
	enum data_state state = panel_shown_state(view);
	enum severity severity = panel_severity(view);
	struct style title_style = style_fg(view->focused ? ROLE_STRONG : ROLE_TITLE);
	struct style style =
		state == DATA_VALUE || state == DATA_NONE ? severity_style(severity) : panel_state_style(state);
	struct strbuf text = STRBUF_INIT;
	int x = rect.x, end = rect.x + rect.width, cells, title_cells;
	struct rect clip;

	if (rect_is_empty(rect))
		return;
	clip = canvas_clip(canvas, rect);
	if (panel_state_glyph(state) != GLYPH_COUNT)
		canvas_glyph(canvas, x, rect.y, glyph_code(set, panel_state_glyph(state)), style);
	else
		canvas_glyph(canvas, x, rect.y, severity_sign(set, severity), style);
	x += 2;
	line_text(view, &text);
	cells = text_width(text.text);
	title_cells = view->title ? text_width(view->title) : 0;
	/* Of a long value the first part says most: the title keeps a third, unless that is too little to read. */
	if (cells > 0 && x + title_cells + 2 + cells > end) {
		int third = (end - x) / 3, left = end - x - 2 - cells, most = left > third ? left : third;

		if (title_cells > most)
			title_cells = most < TITLE_MIN ? 0 : most;
	}
	if (title_cells > 0)
		x += 2 + canvas_put_fit(canvas, x, rect.y, view->title, title_style,
					title_cells < end - x ? title_cells : end - x);
	if (state == DATA_STALE)
		style = style_with(style, ATTR_DIM);
	if (cells <= end - x)
		canvas_put_right(canvas, x, end, rect.y, text.text, style);
	else if (end > x)
		canvas_put_fit(canvas, x, rect.y, text.text, style, end - x);
	strbuf_release(&text);
	canvas_restore(canvas, clip);
}
