#include "ui/view/source_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/collector_list.h"
#include "ui/view/engine_box.h"
#include "ui/view/find.h"

#define GUTTER     2 /* the mark of the focus, and a sign */
#define COLUMN_GAP 2
#define WIDE_LEAST 16 /* cells that a wide column keeps as long as another can go */
#define CELL_MOST  40 /* of a column that is not wide */

static const struct detail_cell *cell_at(const struct detail_table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

/* ---- lines ---- */

static struct source_line *add(struct source_page *page, enum source_line_kind kind)
{
	struct source_line *line = vec_add(&page->lines);

	line->kind = kind;
	return line;
}

/* Positions, not addresses: the words still grow. */
static void begin_state(struct source_page *page)
{
	struct source_line *line = add(page, SOURCE_LINE_STATE);

	line->row = page->words.length;
}

static void end_state(struct source_page *page)
{
	struct source_line *line = &page->lines.items[page->lines.count - 1];

	line->length = page->words.length - line->row;
}

static void add_state(struct source_page *page, const struct console *console, const struct collector_state *state)
{
	char reason[320], place[320], age[16], interval[16], bytes[24];

	begin_state(page);
	strbuf_addf(&page->words, "%s %s", state->type, state->job);
	collector_list_where(console, state, place, sizeof(place));
	if (strcmp(state->job, place) != 0)
		strbuf_addf(&page->words, "  %s", place);
	if (state->url[0] && !strstr(state->url, state->instance))
		strbuf_addf(&page->words, "  %s", state->url);
	if (state->whose[0])
		strbuf_addf(&page->words, "  (%s)", state->whose);
	end_state(page);
	begin_state(page);
	collector_list_reason(console, state, reason, sizeof(reason));
	strbuf_addf(&page->words, "%s", reason[0] ? reason : "answers");
	if (state->last_good_ms) {
		engine_box_age(console->now_ms - state->last_good_ms, age, sizeof(age));
		engine_box_bytes((double)state->bytes, bytes, sizeof(bytes));
		strbuf_addf(&page->words, ", last good %s ago, took %" PRId64 " ms, %s, %zu samples of %zu series", age,
			    state->elapsed_ms, bytes, state->samples, state->series);
	}
	if (!state->ended && state->interval_ms) {
		duration_format(state->interval_ms, interval, sizeof(interval));
		strbuf_addf(&page->words, ", every %s", interval);
	}
	if (state->failures)
		strbuf_addf(&page->words, ", %" PRIu64 " of %" PRIu64 " failed", state->failures, state->runs);
	end_state(page);
}

static void add_table(struct source_page *page, const struct detail_table *table)
{
	add(page, SOURCE_LINE_BLANK);
	add(page, SOURCE_LINE_TITLE)->table = table;
	if (!table->row_count) {
		add(page, SOURCE_LINE_EMPTY)->table = table;
		return;
	}
	add(page, SOURCE_LINE_HEAD)->table = table;
	for (size_t row = 0; row < table->row_count; row++) {
		struct source_line *line = add(page, SOURCE_LINE_ROW);

		line->table = table;
		line->row = row;
	}
}

static void add_answer(struct source_page *page, const char *text, size_t length)
{
	const char *end = text + length;

	add(page, SOURCE_LINE_BLANK);
	page->answer = page->lines.count;
	add(page, SOURCE_LINE_TITLE);
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		struct source_line *line = add(page, SOURCE_LINE_ANSWER);

		line->text = text;
		line->length = (size_t)((stop ? stop : end) - text);
		if (line->length && text[line->length - 1] == '\r')
			line->length--;
		text = stop ? stop + 1 : end;
	}
}

void source_page_init(struct source_page *page, const struct console *console)
{
	const struct sources *sources = &console->sources;
	int row = sources_row(sources);
	const struct detail *detail;
	const char *raw;
	size_t index, length, whole;

	*page = (struct source_page){ .words = STRBUF_INIT };
	if (row < 0)
		return;
	index = sources->rows[row];
	add_state(page, console, &sources->states[index]);
	if (!sources->collect)
		return;
	detail = collect_detail(sources->collect, index);
	if (detail && sources->states[index].health == COLLECTOR_FAILING &&
	    detail->time_ms < sources->states[index].last_ms)
		page->old_ms = console->now_ms - detail->time_ms;
	for (const struct detail_table *table = detail ? detail->first : NULL; table; table = table->next)
		add_table(page, table);
	raw = collect_raw(sources->collect, index, &length, &whole);
	if (raw) {
		page->kept = length;
		page->cut = whole - length;
		add_answer(page, raw, length);
	}
}

void source_page_release(struct source_page *page)
{
	vec_release(&page->lines);
	strbuf_release(&page->words);
}

bool source_line_takes_focus(const struct source_line *line)
{
	return line->kind == SOURCE_LINE_ROW || line->kind == SOURCE_LINE_EMPTY || line->kind == SOURCE_LINE_ANSWER;
}

int source_page_focus(const struct source_page *page, int from, int step)
{
	int count = (int)page->lines.count;

	if (from < 0)
		from = 0;
	if (from >= count)
		from = count - 1;
	for (int turn = 0; turn < 2; turn++, step = -step)
		for (int at = from; at >= 0 && at < count; at += step)
			if (source_line_takes_focus(&page->lines.items[at]))
				return at;
	return -1;
}

uint64_t source_page_key(const struct source_page *page, int line)
{
	const struct source_line *at = &page->lines.items[line];
	size_t place = page->answer ? (size_t)line - page->answer : 0;
	uint64_t key;

	if (at->kind == SOURCE_LINE_ANSWER) {
		key = hash_bytes(&place, sizeof(place));
	} else {
		const char *text = at->kind == SOURCE_LINE_ROW ? cell_at(at->table, at->row, 0)->text : "";

		key = hash_bytes(at->table->title, strlen(at->table->title)) * 31 + hash_bytes(text, strlen(text));
	}
	return key ? key : 1;
}

int source_page_find_key(const struct source_page *page, uint64_t key, int from)
{
	int count = (int)page->lines.count, ret = -1;

	for (int i = 0; i < count; i++)
		if (source_line_takes_focus(&page->lines.items[i]) && source_page_key(page, i) == key &&
		    (ret < 0 || abs(i - from) < abs(ret - from)))
			ret = i;
	return ret;
}

/* The title at or above a line. */
static int title_of(const struct source_page *page, int line)
{
	while (line >= 0 && (line >= (int)page->lines.count || page->lines.items[line].kind != SOURCE_LINE_TITLE))
		line--;
	return line;
}

int source_page_section(const struct source_page *page, int from, int step)
{
	int count = (int)page->lines.count, at = title_of(page, from);

	if (step > 0) {
		do
			at++;
		while (at < count && page->lines.items[at].kind != SOURCE_LINE_TITLE);
		/* Behind the last comes the first. */
		return source_page_focus(page, at < count ? at : 0, 1);
	}
	at = title_of(page, at - 1);
	return source_page_focus(page, at >= 0 ? at : title_of(page, count), 1);
}

/* ---- drawing ---- */

static enum role role_of(enum detail_mood mood)
{
	switch (mood) {
	case DETAIL_DIM: return ROLE_DIM;
	case DETAIL_GOOD: return ROLE_OK;
	case DETAIL_WARNING: return ROLE_WARNING;
	case DETAIL_BAD: return ROLE_CRITICAL;
	default: return ROLE_TEXT;
	}
}

/* Cells a column would like. */
static int natural_width(const struct detail_table *table, size_t column)
{
	int width = text_width(table->columns[column].title);

	for (size_t row = 0; row < table->row_count; row++) {
		int used = text_width(cell_at(table, row, column)->text);

		width = used > width ? used : width;
	}
	return width > CELL_MOST && !table->columns[column].wide ? CELL_MOST : width;
}

/* Wide columns give way first, the widest of them before the others. True when it is enough. */
static bool narrow_wide(const struct detail_table *table, int width, int *widths, int *total)
{
	while (*total > width) {
		size_t widest = table->column_count;

		for (size_t i = 0; i < table->column_count; i++)
			if (table->columns[i].wide && widths[i] > WIDE_LEAST &&
			    (widest == table->column_count || widths[i] >= widths[widest]))
				widest = i;
		if (widest == table->column_count)
			return false;
		widths[widest]--;
		--*total;
	}
	return true;
}

/* Then columns go from the right, the wide ones last; the first one always stays. What is free goes to the wide. */
static void choose_widths(const struct detail_table *table, int width, int *widths)
{
	int natural[DETAIL_COLUMNS], total = 0;
	size_t count = table->column_count;

	for (size_t i = 0; i < count; i++) {
		natural[i] = widths[i] = natural_width(table, i);
		total += widths[i] + (i ? COLUMN_GAP : 0);
	}
	narrow_wide(table, width, widths, &total);
	for (int wide = 0; wide < 2; wide++)
		for (size_t i = count; i-- > 1 && total > width;)
			if (widths[i] && table->columns[i].wide == wide) {
				total -= widths[i] + COLUMN_GAP;
				widths[i] = 0;
			}
	for (size_t i = 0; i < count && total < width; i++)
		if (table->columns[i].wide && widths[i]) {
			int more = natural[i] - widths[i] < width - total ? natural[i] - widths[i] : width - total;

			widths[i] += more;
			total += more;
		}
}

static void put_cells(struct canvas *canvas, struct rect row, const struct source_line *line, const int *widths,
		      bool focused, bool old)
{
	const struct detail_table *table = line->table;
	int x = row.x + GUTTER, end = row.x + row.width;

	for (size_t i = 0; table && i < table->column_count; i++) {
		const struct detail_cell *cell = line->kind == SOURCE_LINE_ROW ? cell_at(table, line->row, i) : NULL;
		const char *text = cell ? cell->text : table->columns[i].title;
		int width = widths[i] > end - x ? end - x : widths[i], used = text_width(text);
		enum role role = cell && !old ? role_of(cell->mood) : ROLE_DIM;

		if (width <= 0)
			continue;
		canvas_put_fit(canvas, table->columns[i].right && used < width ? x + width - used : x, row.y, text,
			       style_fg(focused && role == ROLE_TEXT ? ROLE_STRONG : role), width);
		x += width + COLUMN_GAP;
	}
}

/* The worst mood of a row has a sign, so that colour is not alone. */
static void put_sign(struct canvas *canvas, struct rect row, const struct source_line *line)
{
	enum detail_mood worst = DETAIL_PLAIN;

	for (size_t i = 0; line->kind == SOURCE_LINE_ROW && line->table && i < line->table->column_count; i++)
		if (cell_at(line->table, line->row, i)->mood > worst)
			worst = cell_at(line->table, line->row, i)->mood;
	if (worst < DETAIL_WARNING)
		return;
	canvas_put_fit(canvas, row.x + 1, row.y,
		       glyph_text(canvas_glyphs(canvas), worst == DETAIL_BAD ? GLYPH_CRITICAL : GLYPH_WARNING),
		       style_fg(role_of(worst)), 1);
}

static void put_title(const struct source_page *page, struct canvas *canvas, struct rect row,
		      const struct source_line *line)
{
	char text[160], old[48] = "", age[16];
	int width;

	if (!line->table)
		snprintf(text, sizeof(text), "Last answer  %s%zu of %zu bytes", page->cut ? "the first " : "",
			 page->kept, page->kept + page->cut);
	else if (line->table->left_out)
		snprintf(text, sizeof(text), "%s  the first %zu of %zu", line->table->title, line->table->row_count,
			 line->table->row_count + line->table->left_out);
	else if (line->table->row_count > 1)
		snprintf(text, sizeof(text), "%s  %zu", line->table->title, line->table->row_count);
	else
		snprintf(text, sizeof(text), "%s", line->table->title);
	canvas_put_fit(canvas, row.x, row.y, text, style_fg(ROLE_TITLE), row.width);
	if (!line->table || page->old_ms <= 0)
		return;
	engine_box_age(page->old_ms, age, sizeof(age));
	snprintf(old, sizeof(old), "%s %s old", glyph_text(canvas_glyphs(canvas), GLYPH_STALE), age);
	width = text_width(text) + COLUMN_GAP;
	canvas_put_fit(canvas, row.x + width, row.y, old, style_fg(ROLE_STALE), row.width - width);
}

static void put_text(struct canvas *canvas, struct rect row, const char *text, size_t length, struct style style)
{
	struct strbuf line = STRBUF_INIT;

	/* A NUL ends a C string; what comes behind it is shown all the same. */
	for (size_t i = 0; i < length; i++)
		strbuf_addch(&line, text[i] ? text[i] : '\x01');
	canvas_put_fit(canvas, row.x + GUTTER, row.y, line.text, style, row.width - GUTTER);
	strbuf_release(&line);
}

static void draw_line(const struct source_page *page, struct canvas *canvas, struct rect row,
		      const struct source_line *line, const int *widths, bool focused)
{
	if (focused) {
		canvas_fill(canvas, row, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, row.x, row.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
			       style_fg(ROLE_STRONG), 1);
	}
	switch (line->kind) {
	case SOURCE_LINE_STATE:
		put_text(canvas, row, page->words.text + line->row, line->length,
			 style_fg(line == page->lines.items ? ROLE_STRONG : ROLE_TEXT));
		break;
	case SOURCE_LINE_TITLE: put_title(page, canvas, row, line); break;
	case SOURCE_LINE_EMPTY:
		if (line->table)
			put_text(canvas, row, line->table->empty, strlen(line->table->empty), style_fg(ROLE_DIM));
		break;
	case SOURCE_LINE_ANSWER: put_text(canvas, row, line->text, line->length, style_fg(ROLE_TEXT)); break;
	case SOURCE_LINE_ROW:
	case SOURCE_LINE_HEAD:
		put_sign(canvas, row, line);
		put_cells(canvas, row, line, widths, focused, page->old_ms > 0);
		break;
	default: break;
	}
}

void source_page_draw(const struct source_page *page, const struct console *console, struct canvas *canvas,
		      struct rect area, int scroll, int focus)
{
	const struct detail_table *table = NULL;
	int widths[DETAIL_COLUMNS];

	for (int y = 0; y < area.height && scroll + y < (int)page->lines.count; y++) {
		const struct source_line *line = &page->lines.items[scroll + y];

		if (line->table && line->table != table) {
			table = line->table;
			choose_widths(table, area.width - GUTTER, widths);
		}
		draw_line(page, canvas, (struct rect){ area.x, area.y + y, area.width, 1 }, line, widths,
			  scroll + y == focus && console->keymap);
	}
	find_mark(console, canvas, area);
}

void source_line_text(const struct source_line *line, struct strbuf *ret)
{
	if (line->kind == SOURCE_LINE_ANSWER)
		strbuf_add(ret, line->text, line->length);
	else if (line->kind == SOURCE_LINE_EMPTY)
		strbuf_addstr(ret, line->table->empty);
	for (size_t i = 0; line->kind == SOURCE_LINE_ROW && i < line->table->column_count; i++)
		strbuf_addf(ret, "%s%s: %s", i ? "\n" : "", line->table->columns[i].title,
			    cell_at(line->table, line->row, i)->text);
}
