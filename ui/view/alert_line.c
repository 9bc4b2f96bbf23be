#include "ui/view/alert_line.h"

#include "base/strbuf.h"
#include "ui/draw/glyph.h"

#define ROWS_LEAST 10 /* a lower screen needs all it has for its panels */

/* The demo's first minute: what to press, while no alert says it. */
static const char demo_tip[] =
	"Nothing here is real, and something is broken: w goes to it, x explains it, 6 shows who is "
	"asked; skep-colony ctl restart, in another terminal, mends it";

static const char *text_of(const struct console *console)
{
	if (console->alert)
		return console->alert;
	return console->environment == ENVIRONMENT_DEMO && console->keymap ? demo_tip : NULL;
}

int alert_line_rows(const struct console *console)
{
	return text_of(console) && (console->height == 0 || console->height >= ROWS_LEAST) ? 1 : 0;
}

void alert_line_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	const char *text = text_of(console);
	struct strbuf alert = STRBUF_INIT;

	if (!text)
		return;
	if (console->alert) {
		strbuf_addf(&alert, "%s %s", glyph_text(canvas_glyphs(canvas), GLYPH_CRITICAL), text);
		canvas_put_fit(canvas, line.x + 1, line.y, alert.text, style_fg(ROLE_CRITICAL), line.width - 1);
	} else {
		canvas_put_fit(canvas, line.x + 1, line.y, text, style_fg(ROLE_INFO), line.width - 1);
	}
	strbuf_release(&alert);
}
