#include "ui/view/slo_list.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/slo_text.h"

#define FRAME       2
#define SIGN_WIDTH  3 /* the mark of the focus, the sign, a blank */
#define TITLE_LEAST 12
#define TITLE_MOST  28
#define SCORE_TITLE 14
#define WINDOW_MORE 4 /* cells for why nothing is known of the window, where there is room */
#define COLUMNS_MAX (8 + SLO_WINDOWS_MAX)

enum column_kind {
	COLUMN_TARGET,
	COLUMN_NOW,
	COLUMN_WINDOW,
	COLUMN_BAR,
	COLUMN_SHARE,
	COLUMN_MINUTES,
	COLUMN_BURN,
	COLUMN_POLICY
};

/* In the order they stand; the lower rank stays longer when there is little room. */
static const struct {
	const char *head;
	int width, rank;
	bool right;
} kinds[] = {
	[COLUMN_TARGET] = { "target", 9, 4, true },  [COLUMN_NOW] = { "now", 11, 1, true },
	[COLUMN_WINDOW] = { "window", 12, 7, true }, [COLUMN_BAR] = { "budget", 10, 5, false },
	[COLUMN_SHARE] = { "left", 7, 2, true },     [COLUMN_MINUTES] = { "time", 9, 6, true },
	[COLUMN_BURN] = { "", 6, 8, true },          [COLUMN_POLICY] = { "policy", 20, 9, false },
};

struct column {
	enum column_kind kind;
	size_t window; /* of COLUMN_BURN */
	int rank, width, x;
	bool shown;
};

struct columns {
	struct column items[COLUMNS_MAX];
	size_t count;
	int title;
};

static void add_column(struct columns *columns, enum column_kind kind, size_t window, int rank)
{
	columns->items[columns->count++] =
		(struct column){ .kind = kind, .window = window, .rank = rank, .width = kinds[kind].width };
}

/* The windows of the first pair are what burning is spoken of with. */
static int burn_rank(const struct slo_file *file, size_t window)
{
	bool first = file->pair_count && (file->windows_ms[window] == file->pairs[0].long_ms ||
					  file->windows_ms[window] == file->pairs[0].short_ms);

	return first ? 3 : kinds[COLUMN_BURN].rank;
}

static int title_width(const struct slo_file *file)
{
	int width = TITLE_LEAST;

	for (size_t i = 0; i < file->line_count; i++) {
		char title[120];

		slo_title_text(file, &file->lines[i], title, sizeof(title));
		width = text_width(title) > width ? text_width(title) : width;
	}
	return width > TITLE_MOST ? TITLE_MOST : width;
}

/* All columns of one rank fit, or none of them is shown. */
static int rank_width(const struct columns *columns, int rank)
{
	int width = 0;

	for (size_t i = 0; i < columns->count; i++)
		width += columns->items[i].rank == rank ? columns->items[i].width + 1 : 0;
	return width;
}

static void choose_columns(const struct slo_file *file, struct rect inside, struct columns *ret)
{
	int used, x, spare, more, title = title_width(file);

	*ret = (struct columns){ .title = TITLE_LEAST };
	inside.width--; /* a blank before the border */
	add_column(ret, COLUMN_TARGET, 0, kinds[COLUMN_TARGET].rank);
	add_column(ret, COLUMN_NOW, 0, kinds[COLUMN_NOW].rank);
	add_column(ret, COLUMN_WINDOW, 0, kinds[COLUMN_WINDOW].rank);
	add_column(ret, COLUMN_BAR, 0, kinds[COLUMN_BAR].rank);
	add_column(ret, COLUMN_SHARE, 0, kinds[COLUMN_SHARE].rank);
	add_column(ret, COLUMN_MINUTES, 0, kinds[COLUMN_MINUTES].rank);
	for (size_t i = 0; i < file->window_count; i++)
		add_column(ret, COLUMN_BURN, i, burn_rank(file, i));
	if (file->policy_count)
		add_column(ret, COLUMN_POLICY, 0, kinds[COLUMN_POLICY].rank);
	used = SIGN_WIDTH + TITLE_LEAST;
	for (int rank = 1; rank <= kinds[COLUMN_POLICY].rank; rank++) {
		int width = rank_width(ret, rank);

		if (used + width > inside.width)
			break;
		/* A title comes before what is only good to know. */
		if (rank > 3 && used + width + title - ret->title > inside.width)
			break;
		for (size_t i = 0; i < ret->count; i++)
			ret->items[i].shown |= ret->items[i].rank == rank;
		used += width;
	}
	spare = inside.width - used;
	more = spare < title - ret->title ? spare : title - ret->title;
	ret->title += more;
	spare -= more;
	x = inside.x + SIGN_WIDTH + ret->title;
	for (size_t i = 0; i < ret->count; i++) {
		struct column *column = &ret->items[i];

		if (!column->shown)
			continue;
		column->x = x + 1;
		if (column->kind == COLUMN_WINDOW)
			column->width += spare < WINDOW_MORE ? spare : WINDOW_MORE;
		if (column->kind == COLUMN_POLICY)
			column->width = inside.x + inside.width - column->x;
		x += column->width + 1;
	}
}

int slo_list_rows(struct rect area)
{
	int rows = area.height - FRAME - 1;

	return rows > 0 ? rows : 0;
}

bool slo_list_place(struct rect area, int row, int scroll, struct rect *ret)
{
	int at = row - scroll;

	if (row < 0 || at < 0 || at >= slo_list_rows(area))
		return false;
	*ret = (struct rect){ area.x + 1, area.y + 2 + at, area.width - FRAME, 1 };
	return true;
}

static void put(struct canvas *canvas, const struct column *column, int y, const char *text, struct style style)
{
	if (kinds[column->kind].right && text_width(text) <= column->width)
		canvas_put_right(canvas, column->x, column->x + column->width, y, text, style);
	else
		canvas_put_fit(canvas, column->x, y, text, style, column->width);
}

void slo_bar_draw(struct canvas *canvas, struct rect place, double remaining)
{
	enum glyph_set set = canvas_glyphs(canvas);
	double eighths = fmax(0, fmin(1, remaining)) * place.width * 8;
	struct style full = style_fg(remaining < 0.25 ? ROLE_WARNING : ROLE_OK), none = style_fg(ROLE_BORDER);

	if (isnan(remaining))
		return;
	if (remaining < 0)
		none = style_fg(ROLE_CRITICAL);
	for (int i = 0; i < place.width; i++) {
		int here = (int)round(eighths) - 8 * i;

		if (here > 0)
			canvas_glyph(canvas, place.x + i, place.y, glyph_bar_horizontal(set, here > 8 ? 8 : here),
				     full);
		else
			canvas_put_fit(canvas, place.x + i, place.y, glyph_text(set, GLYPH_HLINE), none, 1);
	}
}

/* "12h of 30d" says in a cell what "insufficient history (12h of 30d)" says on a page. */
static void short_reason(char *text)
{
	char *open = strchr(text, '('), *close = open ? strchr(open, ')') : NULL;

	if (strncmp(text, "insufficient history (", 22) != 0 || !close)
		return;
	memmove(text, open + 1, (size_t)(close - open - 1));
	text[close - open - 1] = '\0';
}

static struct style reading_style(const struct slo_reading *reading, struct style normal)
{
	return reading->stale ? style_fg(ROLE_STALE) : isnan(reading->value) ? style_fg(ROLE_DIM) : normal;
}

static struct style burn_style(const struct slo_file *file, const struct slo_status *status, size_t window,
			       struct style normal)
{
	for (size_t i = 0; i < file->pair_count; i++)
		if (status->pairs[i].state == SLO_PAIR_CRITICAL &&
		    (file->pairs[i].long_ms == file->windows_ms[window] ||
		     file->pairs[i].short_ms == file->windows_ms[window]))
			return style_fg(strcmp(file->pairs[i].severity, "critical") == 0 ? ROLE_CRITICAL
											 : ROLE_WARNING);
	return normal;
}

static void draw_cell(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		      struct canvas *canvas, const struct column *column, int y, struct style style)
{
	bool budget = slo_line_has_budget(line);
	struct style sign;
	char buf[200] = "";

	slo_sign(status->health, &sign);
	switch (column->kind) {
	case COLUMN_TARGET: slo_target_text(line, buf, sizeof(buf)); break;
	case COLUMN_NOW:
		slo_now_text(line, status, buf, sizeof(buf));
		short_reason(buf);
		style = status->level || status->missed ? sign : reading_style(&status->now, style);
		break;
	case COLUMN_WINDOW:
		slo_window_text(line, status, buf, sizeof(buf));
		short_reason(buf);
		style = reading_style(&status->window, style);
		break;
	case COLUMN_BAR:
		if (budget)
			slo_bar_draw(canvas, (struct rect){ column->x, y, column->width, 1 }, status->remaining);
		return;
	case COLUMN_SHARE:
		if (budget)
			slo_remaining_text(status->remaining, buf, sizeof(buf));
		style = status->remaining < 0 ? style_fg(ROLE_CRITICAL) : style;
		if (isinf(status->remaining))
			snprintf(buf, sizeof(buf), "over");
		break;
	case COLUMN_MINUTES:
		if (budget && isfinite(status->remaining_ms) && slo_budget(line->target) > 0)
			slo_duration_words(status->remaining_ms, 3, buf, sizeof(buf));
		break;
	case COLUMN_BURN:
		if (budget)
			slo_burn_text(slo_status_burn(file, line, status, file->windows_ms[column->window]), buf,
				      sizeof(buf));
		style = burn_style(file, status, column->window, style);
		break;
	case COLUMN_POLICY:
		snprintf(buf, sizeof(buf), "%s",
			 status->policy && status->policy != file->policies[0].rule ? status->policy : "");
		break;
	}
	put(canvas, column, y, buf, style);
}

static void draw_line(const struct console *console, struct canvas *canvas, struct rect place,
		      const struct columns *columns, size_t index, bool focused)
{
	const struct slo_file *file = slo_state_file(console->slos);
	const struct slo_line *line = &file->lines[index];
	const struct slo_status *status = slo_state_line(console->slos, index);
	enum glyph_set set = canvas_glyphs(canvas);
	struct style text = style_fg(focused                                   ? ROLE_STRONG
				     : status->health <= SLO_HEALTH_UNMEASURED ? ROLE_DIM
									       : ROLE_TEXT);
	struct style sign_style;
	enum glyph sign = slo_sign(status->health, &sign_style);
	char title[120];

	if (focused) {
		canvas_fill(canvas, place, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, place.x, place.y, glyph_text(set, GLYPH_SEPARATOR), text, 1);
	}
	canvas_put_fit(canvas, place.x + 1, place.y, glyph_text(set, sign), sign_style, 1);
	slo_title_text(file, line, title, sizeof(title));
	canvas_put_fit(canvas, place.x + SIGN_WIDTH, place.y, title, text, columns->title);
	/* Why it is not measured is said across all columns. */
	if (line->kind == SLI_UNMEASURED) {
		int x = place.x + SIGN_WIDTH + columns->title + 1;

		canvas_put_fit(canvas, x, place.y, line->unmeasured, text, place.x + place.width - x);
		return;
	}
	for (size_t i = 0; i < columns->count; i++)
		if (columns->items[i].shown)
			draw_cell(file, line, status, canvas, &columns->items[i], place.y, text);
}

static void draw_objective(const struct slo_file *file, struct canvas *canvas, struct rect place, size_t index)
{
	const struct slo_objective *objective = &file->objectives[index];
	char window[32], buf[120];
	int x = place.x + 1;

	slo_objective_window(file, objective, window, sizeof(window));
	snprintf(buf, sizeof(buf), "  %s", window);
	x += canvas_put_fit(canvas, x, place.y, objective->title, style_fg(ROLE_TITLE), place.width - 1);
	if (objective->proposal)
		x += canvas_put_fit(canvas, x, place.y, "  proposal", style_fg(ROLE_ACCENT), place.x + place.width - x);
	canvas_put_fit(canvas, x, place.y, buf, style_fg(ROLE_DIM), place.x + place.width - x);
}

void slo_score_draw(const struct console *console, struct canvas *canvas, struct rect place, size_t index, bool focused)
{
	const struct slo_file *file = slo_state_file(console->slos);
	const struct slo_score *score = &file->scores[index];
	const struct slo_status *status = score->line >= 0 ? slo_state_line(console->slos, (size_t)score->line) : NULL;
	enum slo_health health = slo_score_health(score, status);
	struct style text = style_fg(focused ? ROLE_STRONG : health <= SLO_HEALTH_UNMEASURED ? ROLE_DIM : ROLE_TEXT);
	enum glyph_set set = canvas_glyphs(canvas);
	char current[200], target[64];
	struct style sign_style;
	enum glyph sign = slo_sign(health, &sign_style);
	int x = place.x + SIGN_WIDTH, end = place.x + place.width, width;

	if (focused) {
		canvas_fill(canvas, place, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, place.x, place.y, glyph_text(set, GLYPH_SEPARATOR), text, 1);
	}
	slo_score_text(file, score, status, current, sizeof(current));
	short_reason(current);
	slo_score_target(file, score, target, sizeof(target));
	canvas_put_fit(canvas, place.x + 1, place.y, glyph_text(set, sign), sign_style, 1);
	canvas_put_fit(canvas, x, place.y, score->title, text, SCORE_TITLE);
	x += SCORE_TITLE + 1;
	width = end - x > 16 ? 16 : end - x;
	if (text_width(current) <= width)
		canvas_put_right(canvas, x, x + width, place.y, current, health > SLO_HEALTH_OK ? sign_style : text);
	else
		canvas_put_fit(canvas, x, place.y, current, text, width);
	x += width + 2;
	if (end - x >= text_width(target))
		x += canvas_put_fit(canvas, x, place.y, target, style_fg(ROLE_DIM), end - x);
	x = x < place.x + SIGN_WIDTH + SCORE_TITLE + 34 ? place.x + SIGN_WIDTH + SCORE_TITLE + 34 : x + 1;
	snprintf(current, sizeof(current), "%s%s", score->reported ? "said " : "",
		 score->reported     ? score->reported
		 : score->unmeasured ? score->unmeasured
				     : "");
	if (end - x >= 12)
		canvas_put_fit(canvas, x, place.y, current, style_fg(ROLE_DIM), end - x);
}

static void draw_heads(const struct slo_file *file, struct canvas *canvas, const struct columns *columns,
		       struct rect inside)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->items[i];
		char window[24];

		if (!column->shown)
			continue;
		slo_duration(file->windows_ms[column->kind == COLUMN_BURN ? column->window : 0], window,
			     sizeof(window));
		put(canvas, column, inside.y, column->kind == COLUMN_BURN ? window : kinds[column->kind].head,
		    style_fg(ROLE_DIM));
	}
}

static void counts_text(const struct slo_state *state, char *ret, size_t size)
{
	static const enum slo_health healths[] = { SLO_HEALTH_CRITICAL, SLO_HEALTH_WARNING, SLO_HEALTH_OK,
						   SLO_HEALTH_UNKNOWN, SLO_HEALTH_UNMEASURED };
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < sizeof(healths) / sizeof(healths[0]); i++) {
		size_t count = slo_state_count(state, healths[i]);

		if (count && used < size)
			used += (size_t)snprintf(ret + used, size - used, "%s%zu %s", used ? ", " : "", count,
						 slo_health_name(healths[i]));
	}
}

void slo_list_draw(const struct console *console, struct canvas *canvas, struct rect area, const struct slo_rows *rows)
{
	const struct slo_file *file = slo_state_file(console->slos);
	int visible = slo_list_rows(area), scroll = console->slo_scroll;
	char counts[120], foot[360] = "";
	struct box box = { .title = "Objectives",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	struct rect inside, place;
	struct columns columns;

	counts_text(console->slos, counts, sizeof(counts));
	if (text_width(counts) < area.width - 18)
		box.note = counts;
	if (console->slo_filter[0])
		snprintf(foot, sizeof(foot), "filter: %s", console->slo_filter);
	else if (visible < rows->count && visible > 0)
		snprintf(foot, sizeof(foot), "%d-%d of %d", scroll + 1, scroll + visible, rows->count);
	box.foot = foot[0] ? foot : NULL;
	inside = canvas_box(canvas, area, &box);
	choose_columns(file, inside, &columns);
	draw_heads(file, canvas, &columns, inside);
	if (!rows->count)
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2, "no objective passes the filter",
				  style_fg(ROLE_DIM));
	for (int i = 0; i < rows->count; i++) {
		bool focused = i == rows->focus && console->keymap;

		if (!slo_list_place(area, i, scroll, &place))
			continue;
		switch (rows->items[i].kind) {
		case SLO_ROW_OBJECTIVE: draw_objective(file, canvas, place, rows->items[i].index); break;
		case SLO_ROW_LINE: draw_line(console, canvas, place, &columns, rows->items[i].index, focused); break;
		case SLO_ROW_SCORES:
			canvas_put_fit(canvas, place.x + 1, place.y, "Scorecard", style_fg(ROLE_TITLE),
				       place.width - 1);
			break;
		case SLO_ROW_SCORE: slo_score_draw(console, canvas, place, rows->items[i].index, focused); break;
		}
	}
}
