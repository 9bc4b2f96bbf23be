#include "ui/panel/rich_text.h"

#include <string.h>

#include "base/text.h"

#define ROOM_MIN 8 /* cells that indentation leaves for text, where the width has them */

void rich_text_init(struct rich_text *text)
{
	*text = (struct rich_text){ 0 };
	arena_init(&text->arena);
}

void rich_text_release(struct rich_text *text)
{
	vec_release(&text->lines);
	arena_release(&text->arena);
}

int rich_line_width(const struct rich_line *line)
{
	int width = 0;
	size_t i;

	for (i = 0; i < line->count; i++)
		width += text_width(line->spans[i].text);
	return width;
}

int rich_text_draw(const struct rich_text *text, struct canvas *canvas, struct rect rect, int first)
{
	int row, drawn = 0;

	for (row = 0; row < rect.height && first + row < (int)text->lines.count; row++) {
		const struct rich_line *line = &text->lines.items[first + row];
		int x = rect.x, end = rect.x + rect.width;
		size_t i;

		for (i = 0; i < line->count && x < end; i++)
			x += canvas_put(canvas, x, rect.y + row, line->spans[i].text, line->spans[i].style, end - x);
		drawn++;
	}
	return drawn;
}

void rich_text_add_line(struct rich_text *text, struct rich_line line)
{
	if (text->lines.count >= RICH_LINES_MAX) {
		text->cut = true;
		return;
	}
	vec_push(&text->lines, line);
}

void rich_writer_init(struct rich_writer *writer, struct rich_text *text, int width)
{
	*writer = (struct rich_writer){ .text = text, .width = width > 1 ? width : 1, .pending = STRBUF_INIT };
}

void rich_writer_release(struct rich_writer *writer)
{
	strbuf_release(&writer->pending);
	vec_release(&writer->runs);
}

void rich_add(struct rich_writer *writer, const char *data, size_t length, struct style style, const char *link)
{
	struct rich_run run = { .style = style, .link = link };

	if (length == 0)
		return;
	strbuf_add(&writer->pending, data, length);
	run.end = writer->pending.length;
	vec_push(&writer->runs, run);
}

static int prefix_cells(const struct rich_writer *writer, bool first)
{
	int cells = 0;
	size_t i;

	for (i = 0; i < writer->prefix_count; i++) {
		const struct rich_prefix *prefix = &writer->prefixes[i];

		cells += text_width(first && !prefix->used ? prefix->first : prefix->rest);
	}
	return cells;
}

int rich_room(const struct rich_writer *writer)
{
	int room = writer->width - prefix_cells(writer, false);

	return room > 1 ? room : 1;
}

/* The prefix's spans; markers are written once. Trailing blanks of a line without text do no harm. */
static size_t prefix_spans(struct rich_writer *writer, struct rich_span *spans)
{
	size_t i, count = 0;

	for (i = 0; i < writer->prefix_count; i++) {
		struct rich_prefix *prefix = &writer->prefixes[i];
		const char *text = prefix->used ? prefix->rest : prefix->first;

		prefix->used = true;
		if (text[0] != '\0')
			spans[count++] = (struct rich_span){ .text = text, .style = prefix->style };
	}
	return count;
}

/* One line of the pending text from `start` to `end`, whose first run is at or before `*run`. */
static void line_emit(struct rich_writer *writer, size_t start, size_t end, size_t *run)
{
	struct arena *arena = &writer->text->arena;
	struct rich_line line = { .source_line = writer->source_line };
	size_t last, count;

	while (*run < writer->runs.count && writer->runs.items[*run].end <= start)
		(*run)++;
	for (last = *run; last < writer->runs.count && writer->runs.items[last].end < end; last++)
		;
	count = writer->prefix_count + (last - *run) + 1;
	line.spans = arena_array(arena, count, sizeof(*line.spans));
	line.count = prefix_spans(writer, line.spans);
	for (count = *run; count < writer->runs.count && start < end; count++) {
		const struct rich_run *source = &writer->runs.items[count];
		size_t stop = source->end < end ? source->end : end;

		if (stop > start)
			line.spans[line.count++] = (struct rich_span){
				.text = arena_strndup(arena, writer->pending.text + start, stop - start),
				.style = source->style,
				.link = source->link,
			};
		start = stop > start ? stop : start;
	}
	rich_text_add_line(writer->text, line);
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

/* Where a long name is broken rather than anywhere: "polln_agents_total", "/var/lib". */
static bool is_joint(char ch)
{
	return ch != '\0' && strchr("_-/.,:=", ch) != NULL;
}

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
	while (at < end && is_blank(text[at]))
		at++;
	return at;
}

static size_t trim_blanks(const char *text, size_t start, size_t end)
{
	while (end > start && is_blank(text[end - 1]))
		end--;
	return end;
}

/*
 * Where the line that begins at `start` ends when it may be `room` cells
 * wide: at the last blank that fits, else behind the last joint of a long
 * name, else behind the last grapheme that fits. A literal line keeps its
 * blanks, so it ends behind one, and only when that does not leave more than
 * half of the line empty.
 */
static size_t line_end(const char *text, size_t start, size_t end, int room, bool literal)
{
	size_t at = start, blank = start, joint = start;
	struct grapheme grapheme;
	int cells = 0;

	while (at < end && text_grapheme(text + at, end - at, &grapheme)) {
		if (cells + grapheme.width > room)
			break;
		if (at > start && is_blank(text[at - literal]) && (!literal || cells > room / 2))
			blank = at;
		else if (at > start && is_joint(text[at - 1]) && cells > room / 2)
			joint = at;
		cells += grapheme.width;
		at += grapheme.bytes;
	}
	if (at >= end)
		return end;
	if (!literal && is_blank(text[at]))
		return at;
	if (blank > start)
		return blank;
	if (joint > start || at > start)
		return joint > start ? joint : at;
	/* Not even one grapheme fits: take it, the canvas cuts it. */
	text_grapheme(text + at, end - at, &grapheme);
	return at + grapheme.bytes;
}

/* Wrap one source line, which holds no newline. */
static void wrap(struct rich_writer *writer, size_t start, size_t end, bool literal, size_t *run)
{
	const char *text = writer->pending.text;

	if (!literal) {
		start = skip_blanks(text, start, end);
		end = trim_blanks(text, start, end);
	}
	do {
		int room = writer->width - prefix_cells(writer, true);
		size_t stop = line_end(text, start, end, room > 1 ? room : 1, literal);

		line_emit(writer, start, literal ? stop : trim_blanks(text, start, stop), run);
		start = literal ? stop : skip_blanks(text, stop, end);
	} while (start < end && writer->text->lines.count < RICH_LINES_MAX);
}

void rich_flush(struct rich_writer *writer, bool literal)
{
	const char *text = writer->pending.text;
	size_t start = 0, length = writer->pending.length, run = 0;

	if (length == 0)
		return;
	/* A break at the very end ends the last line, it does not begin another. */
	if (text[length - 1] == '\n')
		length--;
	for (;;) {
		const char *newline = memchr(text + start, '\n', length - start);
		size_t end = newline ? (size_t)(newline - text) : length;

		wrap(writer, start, end, literal, &run);
		if (!newline)
			break;
		start = end + 1;
	}
	strbuf_clear(&writer->pending);
	vec_clear(&writer->runs);
}

static bool line_is_blank(const struct rich_line *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		if (line->spans[i].text[strspn(line->spans[i].text, " ")] != '\0')
			return false;
	return true;
}

void rich_blank(struct rich_writer *writer)
{
	size_t count = writer->text->lines.count, run = 0, i;

	if (count == 0 || line_is_blank(&writer->text->lines.items[count - 1]))
		return;
	/* A marker that is still to come belongs to the text that follows. */
	for (i = 0; i < writer->prefix_count; i++)
		if (!writer->prefixes[i].used)
			return;
	line_emit(writer, 0, 0, &run);
}

void rich_rule(struct rich_writer *writer, const char *glyph, int cells, struct style style)
{
	int room = writer->width - prefix_cells(writer, true), i;

	if (cells < 0 || cells > room)
		cells = room;
	for (i = 0; i < cells; i++)
		rich_add(writer, glyph, strlen(glyph), style, NULL);
	rich_flush(writer, true);
}

void rich_push(struct rich_writer *writer, const char *first, const char *rest, struct style style)
{
	struct rich_prefix *prefix;
	struct arena *arena = &writer->text->arena;
	int cells = prefix_cells(writer, false) + text_width(rest);

	if (writer->prefix_count == RICH_PREFIX_MAX) {
		writer->prefix_ignored++;
		return;
	}
	prefix = &writer->prefixes[writer->prefix_count++];
	*prefix = (struct rich_prefix){ .first = arena_strdup(arena, first), .rest = "", .style = style };
	if (cells <= writer->width / 2 && writer->width - cells >= (writer->width < 2 * ROOM_MIN ? 1 : ROOM_MIN))
		prefix->rest = arena_strdup(arena, rest);
}

void rich_pop(struct rich_writer *writer)
{
	if (writer->prefix_ignored > 0)
		writer->prefix_ignored--;
	else if (writer->prefix_count > 0)
		writer->prefix_count--;
}
