/* Text: the dashboard's own words, from Markdown, HTML, or as they are. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/panel/html_text.h"
#include "ui/panel/markdown.h"
#include "ui/panel/panel_list.h"

#define LINE_WIDTH 400 /* cells laid out for one-line forms */

static bool is_mode(const struct panel_view *view, const char *mode)
{
	const char *own = view->panel->options.content_mode;

	return own && strcmp(own, mode) == 0;
}

/* Returns why the text is shown as it is, or NULL. */
static const char *layout(const struct panel_view *view, struct rich_text *ret, int width, enum glyph_set glyphs)
{
	const char *own = view->panel->options.content, *content = view->content ? view->content : own ? own : "";
	size_t length = strnlen(content, MARKDOWN_MAX_BYTES + 1);
	struct rich_writer writer;

	if (is_mode(view, "code") || is_mode(view, "text")) {
		plain_layout(ret, content, length < MARKDOWN_MAX_BYTES ? length : MARKDOWN_MAX_BYTES, width);
		return length > MARKDOWN_MAX_BYTES ? "longer than 256 KiB" : NULL;
	}
	if (!is_mode(view, "html"))
		return markdown_layout(ret, content, length, width, glyphs);
	rich_writer_init(&writer, ret, width);
	html_write(&writer, content, length < MARKDOWN_MAX_BYTES ? length : MARKDOWN_MAX_BYTES, glyphs);
	rich_writer_release(&writer);
	return length > MARKDOWN_MAX_BYTES ? "longer than 256 KiB" : NULL;
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct rich_text text;
	const char *refusal;
	char note[64];
	int first = view->scroll > 0 ? view->scroll : 0, left;

	if (rect_is_empty(inside))
		return;
	rich_text_init(&text);
	refusal = layout(view, &text, inside.width, canvas_glyphs(canvas));
	if (refusal && inside.height > 1) {
		canvas_put_fit(canvas, inside.x, inside.y, "shown as written: ", style_fg(ROLE_DIM), inside.width);
		if (inside.width > 18)
			canvas_put_fit(canvas, inside.x + 18, inside.y, refusal, style_fg(ROLE_DIM), inside.width - 18);
		inside.y++;
		inside.height--;
	}
	if (first > (int)text.lines.count - 1)
		first = text.lines.count > 0 ? (int)text.lines.count - 1 : 0;
	left = (int)text.lines.count - first - inside.height;
	/* What does not fit is counted in the last row, where there is one to spare. */
	if (left > 0 && inside.height > 2) {
		inside.height--;
		snprintf(note, sizeof(note), "%d more line%s%s", left + 1, left == 0 ? "" : "s", text.cut ? "+" : "");
		canvas_put_right(canvas, inside.x, inside.x + inside.width, inside.y + inside.height, note,
				 style_fg(ROLE_DIM));
	}
	rich_text_draw(&text, canvas, inside, first);
	rich_text_release(&text);
}

static int beyond(const struct panel_view *view, int width, int height)
{
	struct rich_text text;
	int lines;

	if (width < 1)
		return 0;
	rich_text_init(&text);
	if (layout(view, &text, width, GLYPHS_BRAILLE) && height > 1)
		height--;
	lines = (int)text.lines.count;
	rich_text_release(&text);
	return lines > height ? lines - height : 0;
}

/* The first line that says something. */
static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct rich_text text;
	size_t i, s, before = ret->length;

	rich_text_init(&text);
	layout(view, &text, LINE_WIDTH, GLYPHS_ASCII);
	for (i = 0; i < text.lines.count && ret->length == before; i++)
		for (s = 0; s < text.lines.items[i].count; s++)
			text_add_safe(ret, text.lines.items[i].spans[s].text);
	rich_text_release(&text);
}

const struct panel_ops panel_text = {
	.type = "text",
	.title = "Text",
	.help = "the dashboard's own words: Markdown, HTML or plain",
	.draw = draw,
	.line = line,
	.beyond = beyond,
};
