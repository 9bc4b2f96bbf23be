#include "ui/view/log_lines.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/engine_box.h"
#include "ui/view/find.h"

#define NAME_MOST       32 /* cells of a log's name */
#define NAME_GAP        2
#define STATE_LEAST     14  /* cells */
#define MARKS_MOST      4   /* different texts that a pattern finds in one line */
#define MARK_BYTES      256 /* of a text that is marked; a longer one is not */
#define SIGN_WIDTH      3   /* the mark of the focus, a level's sign, air */
#define LEVEL_WIDTH     5
#define COMPONENT_WIDTH 18
#define COMPONENT_LEAST 100 /* a narrower screen has no column for it */
#define MILLIS_LEAST    100
#define LEVEL_LEAST     60

static const struct {
	const char *word;
	enum role role;
	bool bold, sign;
	enum glyph glyph;
} levels[LINE_LEVELS] = {
	[LINE_UNKNOWN] = { .word = "", .role = ROLE_TEXT },
	[LINE_TRACE] = { .word = "trace", .role = ROLE_DIM },
	[LINE_DEBUG] = { .word = "debug", .role = ROLE_DIM },
	[LINE_INFO] = { .word = "info", .role = ROLE_TEXT },
	[LINE_WARNING] = { "warn", ROLE_WARNING, false, true, GLYPH_WARNING },
	[LINE_ERROR] = { "error", ROLE_CRITICAL, false, true, GLYPH_SERIOUS },
	[LINE_CRITICAL] = { "crit", ROLE_CRITICAL, true, true, GLYPH_CRITICAL },
};

/* ---- which log, and what is done with it ---- */

static void state_text(const struct logs *logs, char *ret, size_t size)
{
	const struct log_source *source = logs_source(logs);
	char when[32] = "", bytes[24];

	if (logs->request && logs->progressed) {
		if (logs->progress.time_ms != LOG_NO_TIME)
			time_format(logs->progress.time_ms, "%m-%d %H:%M", when, sizeof(when));
		engine_box_bytes((double)(logs->looked_bytes + logs->progress.scanned_bytes), bytes, sizeof(bytes));
		snprintf(ret, size, "looking%s%s, %s read", when[0] ? ", at " : "", when, bytes);
	} else if (logs->reason[0]) {
		snprintf(ret, size, "%s", logs->reason);
	} else if (source && source->gone) {
		snprintf(ret, size, "gone%s%s", source->reason[0] ? ": " : "", source->reason);
	} else {
		snprintf(ret, size, "%s", logs->follow ? "following" : "standing still");
	}
}

/* Ends before `end`, in at most `width` cells; returns where it begins. */
static int put_at_right(struct canvas *canvas, int end, int y, const char *text, struct style style, int width)
{
	int used = text_width(text);

	used = used < width ? used : width;
	if (used <= 0)
		return end;
	canvas_put_fit(canvas, end - used, y, text, style, used);
	return end - used - NAME_GAP;
}

static int name_width(const struct logs *logs, size_t entry)
{
	int width = text_width(logs_entry_label(logs, entry)) + (logs->entries.items[entry].gone ? 7 : 0);

	return (width < NAME_MOST ? width : NAME_MOST) + 1 + NAME_GAP;
}

/* The first log shown, so that the chosen one is in sight, and the one after it where there is room. */
static size_t first_name(const struct logs *logs, int width)
{
	size_t chosen = logs->chosen < 0 ? 0 : (size_t)logs->chosen, first = chosen;
	int used = name_width(logs, chosen);

	if (chosen + 1 < logs->entries.count)
		used += name_width(logs, chosen + 1);
	while (first && used + name_width(logs, first - 1) <= width)
		used += name_width(logs, --first);
	return first;
}

static void put_names(const struct logs *logs, struct canvas *canvas, int x, int end, int y)
{
	const char *ellipsis = glyph_text(canvas_glyphs(canvas), GLYPH_ELLIPSIS);
	size_t first = first_name(logs, end - x - 2 * NAME_GAP - 1), i;

	if (first)
		x += canvas_put_fit(canvas, x, y, ellipsis, style_fg(ROLE_DIM), end - x) + 1;
	for (i = first; i < logs->entries.count; i++) {
		const struct logs_entry *entry = &logs->entries.items[i];
		bool here = (int)i == logs->chosen, last = i + 1 == logs->entries.count;
		int room = end - x - (last ? 0 : NAME_GAP), width = name_width(logs, i) - NAME_GAP;
		struct style style = here ? style_with(style_fg(ROLE_STRONG), ATTR_BOLD) : style_fg(ROLE_DIM);
		char text[320];

		if (width > room && (i > first || room < 2))
			break;
		snprintf(text, sizeof(text), "%s%s%.250s",
			 here ? glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR) : " ", entry->gone ? "(gone) " : "",
			 logs_entry_label(logs, i));
		canvas_put_fit(canvas, x, y, text, style, width < room ? width : room);
		x += width + NAME_GAP;
	}
	if (i < logs->entries.count && x <= end)
		canvas_put_fit(canvas, x - NAME_GAP + 1, y, ellipsis, style_fg(ROLE_DIM), 1);
}

void log_head_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	const struct logs *logs = console->logs;
	const struct log_source *source = logs_source(logs);
	bool wrong = !logs->request && (logs->reason[0] || (source && source->gone));
	int end = line.x + line.width - 1, most = line.width / 3 > STATE_LEAST ? line.width / 3 : STATE_LEAST;
	char text[320];

	state_text(logs, text, sizeof(text));
	end = put_at_right(canvas, end, line.y, text,
			   style_fg(wrong          ? ROLE_WARNING
				    : logs->follow ? ROLE_OK
						   : ROLE_STRONG),
			   wrong ? line.width / 2 : most);
	if (logs->filter_text[0]) {
		snprintf(text, sizeof(text), "filter %s", logs->filter_text);
		end = put_at_right(canvas, end, line.y, text, style_fg(ROLE_KEY), (end - line.x) / 2);
	}
	put_names(logs, canvas, line.x, end, line.y);
}

/* ---- lines ---- */

static struct style level_style(enum line_level level)
{
	struct style style = style_fg(levels[level].role);

	return levels[level].bold ? style_with(style, ATTR_BOLD) : style;
}

/* The day stands there where it is another one than today, or the screen one of the past; the year where it is far. */
static void time_text(const struct console *console, int64_t time_ms, int width, char *ret, size_t size)
{
	struct board *board = console_board(console);
	int64_t from_ms, now_ms = console->now_ms;
	bool today, far;
	int millis = (int)(time_ms % 1000);
	char text[32];

	*ret = '\0';
	if (time_ms == LOG_NO_TIME)
		return;
	if (!console->live && board)
		board_range(board, &from_ms, &now_ms);
	today = console->live && time_ms / CLOCK_DAY == now_ms / CLOCK_DAY;
	far = time_ms < now_ms - 300 * CLOCK_DAY || time_ms > now_ms + 30 * CLOCK_DAY;
	time_format(time_ms, today ? "%H:%M:%S" : far ? "%Y-%m-%d %H:%M:%S" : "%m-%d %H:%M:%S", text, sizeof(text));
	if (width >= MILLIS_LEAST)
		snprintf(ret, size, "%s.%03d", text, millis < 0 ? millis + 1000 : millis);
	else
		snprintf(ret, size, "%s", text);
}

/* The widest time in sight, so that the columns line up. */
static int time_width(const struct console *console, struct rect area)
{
	const struct logs *logs = console->logs;
	int width = 0;

	for (int y = 0; y < area.height; y++) {
		const struct log_row *row = logs_row(logs, logs->scroll + y);
		char text[48];

		if (!row)
			continue;
		time_text(console, row->time_ms, area.width, text, sizeof(text));
		width = (int)strlen(text) > width ? (int)strlen(text) : width;
	}
	return width;
}

/* The first line of what it says; that there is more is shown. */
static void put_message(struct canvas *canvas, int x, int y, int width, const struct log_row *row, struct style style)
{
	const char *newline = memchr(row->message.text, '\n', row->message.length);
	size_t length = newline ? (size_t)(newline - row->message.text) : row->message.length;
	struct strbuf text = STRBUF_INIT;

	/* What cannot be seen anyway need not be drawn; a NUL does not end the line. */
	if (length > (size_t)width * 8)
		length = (size_t)width * 8;
	for (size_t i = 0; i < length; i++)
		strbuf_addch(&text, row->message.text[i] ? row->message.text[i] : '\x01');
	if (newline || row->skipped)
		strbuf_addf(&text, " %s", glyph_text(canvas_glyphs(canvas), GLYPH_ELLIPSIS));
	canvas_put_fit(canvas, x, y, text.text, style, width);
	strbuf_release(&text);
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect line, int times,
		     const struct log_row *row, bool focused)
{
	struct style style = level_style(row->level);
	int x = line.x + SIGN_WIDTH, end = line.x + line.width;
	char text[128];

	if (focused) {
		canvas_fill(canvas, line, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, line.x, line.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
			       style_fg(ROLE_STRONG), 1);
	}
	if (levels[row->level].sign)
		canvas_put_fit(canvas, line.x + 1, line.y, glyph_text(canvas_glyphs(canvas), levels[row->level].glyph),
			       style, 1);
	if (times) {
		time_text(console, row->time_ms, line.width, text, sizeof(text));
		canvas_put_right(canvas, x, x + times, line.y, text, style_fg(ROLE_DIM));
		x += times + 1;
	}
	if (line.width >= LEVEL_LEAST) {
		canvas_put_fit(canvas, x, line.y, levels[row->level].word, style, LEVEL_WIDTH);
		x += LEVEL_WIDTH + 1;
	}
	if (line.width >= COMPONENT_LEAST) {
		snprintf(text, sizeof(text), "%.*s", (int)row->component.length,
			 row->component.text ? row->component.text : "");
		canvas_put_fit(canvas, x, line.y, text, style_fg(ROLE_DIM), COMPONENT_WIDTH);
		x += COMPONENT_WIDTH + 1;
	}
	if (end > x)
		put_message(canvas, x, line.y, end - x, row,
			    focused && levels[row->level].role == ROLE_TEXT ? style_fg(ROLE_STRONG) : style);
}

/* What the filter looks for stands out: each text that it finds in a line's message. */
static void mark_filter(struct canvas *canvas, struct rect line, struct log_match *match, const struct log_row *row)
{
	char found[MARK_BYTES];
	size_t offset = 0, start, length;

	for (int i = 0; i < MARKS_MOST; i++) {
		if (!log_match_find(match, row->message.text, row->message.length, &offset, &start, &length))
			return;
		if (!length || length >= sizeof(found))
			continue;
		memcpy(found, row->message.text + start, length);
		found[length] = '\0';
		find_mark_text(canvas, line, found);
	}
}

void log_lines_draw(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct logs *logs = console->logs;
	struct log_match *match = logs->filter ? log_match_new(logs->filter) : NULL;
	int times = time_width(console, area);

	for (int y = 0; y < area.height; y++) {
		const struct log_row *row = logs_row(logs, logs->scroll + y);
		struct rect line = { area.x, area.y + y, area.width, 1 };

		if (!row)
			continue;
		draw_row(console, canvas, line, times, row, console->keymap && logs->scroll + y == logs->focus);
		if (match)
			mark_filter(canvas, line, match, row);
	}
	log_match_free(match);
	find_mark(console, canvas, area);
}

/* ---- lines over time ---- */

/* How much of a bucket is as bad as this, or worse. */
static double at_least(const struct log_density *density, size_t bucket, enum line_level level)
{
	double sum = 0;

	for (int i = level; i < LINE_LEVELS; i++)
		sum += density->levels[i][bucket];
	return sum;
}

static int eighths(double value, double most, int rows)
{
	int ret = most > 0 ? (int)(value / most * rows * 8 + 0.5) : 0;

	return value > 0 && ret < 1 ? 1 : ret;
}

/* A bar of a bucket: what is bad at the bottom, so that little of it is seen beside much else. */
static void draw_bar(struct canvas *canvas, struct rect bars, int x, const struct log_density *density, size_t bucket,
		     double most)
{
	int all = eighths(density->lines[bucket], most, bars.height);
	int bad = eighths(at_least(density, bucket, LINE_ERROR), most, bars.height);
	int warned = eighths(at_least(density, bucket, LINE_WARNING), most, bars.height);

	for (int row = 0; row < bars.height; row++) {
		int part = all - row * 8;
		enum role role = bad > row * 8 ? ROLE_CRITICAL : warned > row * 8 ? ROLE_WARNING : ROLE_BORDER;

		if (part > 0)
			canvas_glyph(canvas, x, bars.y + bars.height - 1 - row,
				     glyph_bar_vertical(canvas_glyphs(canvas), part > 8 ? 8 : part), style_fg(role));
	}
}

static void count_text(double count, char *ret, size_t size)
{
	if (count >= 1e6)
		snprintf(ret, size, "%.1f M", count / 1e6);
	else if (count >= 1e4)
		snprintf(ret, size, "%.1f k", count / 1e3);
	else
		snprintf(ret, size, "%.0f", count);
}

static void draw_axis(const struct logs *logs, struct canvas *canvas, struct rect line, double most)
{
	const struct log_density *density = logs->density;
	int64_t span_ms = density->to_ms - density->from_ms, bucket_ms = span_ms / (int64_t)density->count;
	const char *format = span_ms > CLOCK_DAY ? "%m-%d %H:%M" : "%H:%M:%S";
	char text[96], count[24], length[16];
	int times;

	canvas_fill(canvas, line, style_role(ROLE_TEXT));
	time_format(density->from_ms, format, text, sizeof(text));
	times = text_width(text);
	canvas_put(canvas, line.x, line.y, text, style_fg(ROLE_DIM), -1);
	time_format(density->to_ms, format, text, sizeof(text));
	canvas_put_right(canvas, line.x, line.x + line.width, line.y, text, style_fg(ROLE_DIM));
	count_text(most, count, sizeof(count));
	duration_format(bucket_ms, length, sizeof(length));
	if (most > 0)
		snprintf(text, sizeof(text), "%s%s lines in %s at most", density->exact ? "" : "~", count, length);
	else
		snprintf(text, sizeof(text), "no line in this time");
	if (text_width(text) + 2 * (times + 2) <= line.width)
		canvas_put_centre(canvas, line, line.y, text, style_fg(ROLE_DIM));
}

/* Where the line with the focus stands in time. */
static void draw_place(const struct logs *logs, struct canvas *canvas, struct rect area)
{
	const struct log_density *density = logs->density;
	const struct log_row *row = logs_row(logs, logs->focus);
	int y = area.y + area.height - 1, x;

	if (!row || row->time_ms < density->from_ms || row->time_ms >= density->to_ms)
		return;
	x = area.x + (int)((row->time_ms - density->from_ms) * area.width / (density->to_ms - density->from_ms));
	canvas_tint(canvas, (struct rect){ x, area.y, 1, area.height }, style_role(ROLE_SELECTION));
	/* Words stay whole. */
	if (!canvas_cell(canvas, x, y)->grapheme)
		canvas_put_fit(canvas, x, y, glyph_text(canvas_glyphs(canvas), GLYPH_ARROW_UP), style_fg(ROLE_STRONG),
			       1);
}

void log_graph_draw(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct log_density *density = console->logs->density;
	struct rect bars = { area.x, area.y, area.width, area.height - 1 };
	double most = 0;

	if (area.height < 2 || !density || !density->count || density->to_ms <= density->from_ms)
		return;
	for (size_t i = 0; i < density->count; i++)
		most = density->lines[i] > most ? density->lines[i] : most;
	for (int x = 0; x < area.width; x++) {
		size_t bucket = (size_t)x * density->count / (size_t)area.width;

		draw_bar(canvas, bars, area.x + x, density, bucket, most);
	}
	draw_axis(console->logs, canvas, (struct rect){ area.x, area.y + area.height - 1, area.width, 1 }, most);
	if (console->keymap)
		draw_place(console->logs, canvas, area);
}
