#include "ui/draw/export.h"

#include <string.h>

static const struct {
	unsigned attribute;
	const char *name;
} attributes[] = {
	{ ATTR_BOLD, "bold" },       { ATTR_DIM, "dim" },       { ATTR_UNDERLINE, "underline" },
	{ ATTR_REVERSE, "reverse" }, { ATTR_ITALIC, "italic" },
};

static bool same_paint(const struct paint *a, const struct paint *b)
{
	return a->has_fg == b->has_fg && a->has_bg == b->has_bg && a->fg == b->fg && a->bg == b->bg &&
	       a->attributes == b->attributes;
}

static void add_run(struct strbuf *ret, const char *text, const struct paint *paint)
{
	strbuf_addstr(ret, "{\"text\":");
	strbuf_add_json(ret, text);
	if (paint->has_fg)
		strbuf_addf(ret, ",\"fg\":\"#%06x\"", paint->fg);
	if (paint->has_bg)
		strbuf_addf(ret, ",\"bg\":\"#%06x\"", paint->bg);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (paint->attributes & attributes[i].attribute)
			strbuf_addf(ret, ",\"%s\":true", attributes[i].name);
	strbuf_addch(ret, '}');
}

static void add_row(const struct canvas *canvas, const struct theme *theme, int y, struct strbuf *text,
		    struct strbuf *ret)
{
	struct paint run = { 0 };
	bool first = true;
	char grapheme[32];

	strbuf_clear(text);
	strbuf_addch(ret, '[');
	for (int x = 0; x < canvas_width(canvas); x++) {
		const struct cell *cell = canvas_cell(canvas, x, y);
		struct paint paint;

		if (cell->width == 0)
			continue;
		paint = theme_paint(theme, &cell->style);
		if (text->length > 0 && !same_paint(&paint, &run)) {
			strbuf_addstr(ret, first ? "" : ",");
			add_run(ret, text->text, &run);
			strbuf_clear(text);
			first = false;
		}
		run = paint;
		canvas_grapheme(canvas, cell, grapheme);
		strbuf_addstr(text, grapheme);
	}
	strbuf_addstr(ret, first ? "" : ",");
	add_run(ret, text->text, &run);
	strbuf_addch(ret, ']');
}

void export_json(const struct canvas *canvas, const struct theme *theme, struct strbuf *ret)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(ret, "{\"width\":%d,\"height\":%d,\"rows\":[", canvas_width(canvas), canvas_height(canvas));
	for (int y = 0; y < canvas_height(canvas); y++) {
		strbuf_addstr(ret, y ? ",\n" : "\n");
		add_row(canvas, theme, y, &text, ret);
	}
	strbuf_addstr(ret, "\n]}\n");
	strbuf_release(&text);
}
