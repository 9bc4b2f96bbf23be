#include "ui/seat/window_title.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

bool window_title_is_known(const char *term)
{
	static const char *const kinds[] = { "xterm", "screen", "tmux",    "rxvt",  "alacritty", "foot",  "st-",
					     "vte",   "gnome",  "konsole", "kitty", "wezterm",   "mlterm" };

	for (size_t i = 0; term && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(term, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

void window_title_add(struct strbuf *ret, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_add_safe(&safe, text);
	strbuf_addstr(ret, "\033]2;");
	text_add_fit(ret, safe.text, WINDOW_TITLE_CELLS, true);
	strbuf_addch(ret, '\a');
	strbuf_release(&safe);
}

bool window_title_change(struct strbuf *shown, const char *text, struct strbuf *ret)
{
	if (strcmp(shown->text, text) == 0)
		return false;
	strbuf_clear(shown);
	strbuf_addstr(shown, text);
	window_title_add(ret, text);
	return true;
}

void window_title_add_save(struct strbuf *ret)
{
	strbuf_addstr(ret, "\033[22;2t");
}

void window_title_add_restore(struct strbuf *ret)
{
	strbuf_addstr(ret, "\033[23;2t");
}
