#include "ui/view/alert_line.h"

#include "base/strbuf.h"
#include "ui/draw/glyph.h"

#define ROWS_LEAST 10 /* a lower screen needs all it has for its panels */

int alert_line_rows(const struct console *console)
{
	return console->alert && (console->height == 0 || console->height >= ROWS_LEAST) ? 1 : 0;
}

void alert_line_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	struct strbuf text = STRBUF_INIT;

	if (!console->alert)
		return;
	strbuf_addf(&text, "%s %s", glyph_text(canvas_glyphs(canvas), GLYPH_CRITICAL), console->alert);
	canvas_put_fit(canvas, line.x + 1, line.y, text.text, style_fg(ROLE_CRITICAL), line.width - 1);
	strbuf_release(&text);
}
