/* A text panel of any content, mode, size and glyph set, drawn and put out as text. The first three bytes choose. */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/draw/export.h"
#include "ui/panel/panel_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const modes[] = { "markdown", "html", "text", "code" };
	struct panel_data none = { .state = DATA_NONE };
	struct panel panel = { .type = "text" };
	struct panel_view view = { .panel = &panel, .title = "fuzz", .data = &none };
	struct strbuf text = STRBUF_INIT;
	struct canvas *canvas;
	char *content;

	if (size < 3)
		return 0;
	content = mem_strndup((const char *)data + 3, size - 3);
	panel.options.content = content;
	/* Markdown most of the time: it is the mode with a parser of others in it. */
	panel.options.content_mode = modes[data[0] % 8 < 4 ? 0 : data[0] % 4];
	view.scroll = data[2] % 64;
	canvas = canvas_new(1 + data[1] % 160, 1 + data[2] % 50, (enum glyph_set)(data[0] / 8 % 3));
	panel_text.draw(&view, canvas, canvas_rect(canvas));
	export_text(canvas, &text);
	strbuf_clear(&text);
	panel_text.line(&view, &text);
	strbuf_release(&text);
	canvas_free(canvas);
	free(content);
	return 0;
}
