#include "ui/view/command_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/glyph.h"

/* A blank in the last part of a row is where it is broken, behind it. */
static size_t at_blank(const char *text, size_t end)
{
	for (size_t at = end; at > end * 2 / 3; at--)
		if (text[at - 1] == ' ')
			return at;
	return end;
}

/* Bytes of `text` that go into `room` cells, at most up to the end of its line; at least one character. */
static size_t piece(const char *text, int room)
{
	size_t length = strcspn(text, "\n"), at = 0;
	struct grapheme grapheme;
	int cells = 0;

	while (at < length && text_grapheme(text + at, length - at, &grapheme)) {
		if (at && cells + grapheme.width > room)
			break;
		cells += grapheme.width;
		at += grapheme.bytes;
	}
	return at < length ? at_blank(text, at) : at;
}

static int room_of(int width)
{
	return width > COMMAND_GUTTER + 1 ? width - COMMAND_GUTTER : 1;
}

int command_text_rows(const char *text, int width)
{
	int rows = 1;

	for (size_t used; *text; text += used) {
		used = piece(text, room_of(width));
		if (text[used] == '\n')
			used++;
		rows += text[used] != '\0';
	}
	return rows;
}

int command_text_draw(const char *text, struct canvas *canvas, struct rect area, int first, struct style style)
{
	const char *mark = "$", *wrapped = glyph_text(canvas_glyphs(canvas), GLYPH_WRAPPED);
	struct strbuf line = STRBUF_INIT;
	int row = 0, drawn = 0;

	for (size_t used; *text && drawn < area.height; text += used, row++) {
		bool ends;

		used = piece(text, room_of(area.width));
		ends = text[used] == '\n';
		if (row >= first) {
			strbuf_clear(&line);
			strbuf_add(&line, text, used);
			canvas_put(canvas, area.x, area.y + drawn, mark, style_fg(ROLE_DIM), COMMAND_GUTTER);
			canvas_put(canvas, area.x + COMMAND_GUTTER, area.y + drawn, line.text, style,
				   room_of(area.width));
			drawn++;
		}
		mark = ends ? ">" : wrapped;
		used += ends;
	}
	strbuf_release(&line);
	return drawn;
}
