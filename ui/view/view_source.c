/* One source: opened from the list of sources, with all that its collector has to show. */
#include <string.h>

#include "base/strbuf.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/source_explain.h"
#include "ui/view/source_page.h"
#include "ui/view/view.h"

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct source_page page;

	source_page_init(&page, console);
	source_page_draw(&page, console, canvas, body, console->sources.line_scroll, console->sources.line);
	source_page_release(&page);
}

/* The focus goes to a line, and is about that from then on. */
static void go(struct sources *sources, int line)
{
	sources->line = line;
	sources->line_key = 0;
}

/* Tables change with each collection: the focus follows what it is about, and that keeps its place on the screen. */
static void follow_line(struct sources *sources, const struct source_page *page)
{
	int same = sources->line_key ? source_page_find_key(page, sources->line_key, sources->line) : -1;

	if (same >= 0) {
		sources->line_scroll += same - sources->line;
		sources->line = same;
	}
	sources->line = source_page_focus(page, sources->line, 1);
	sources->line_key = sources->line >= 0 ? source_page_key(page, sources->line) : 0;
}

/* Bring the line with the focus into sight, with its table's head where there is room. */
static void prepare(struct console *console, struct rect body)
{
	struct sources *sources = &console->sources;
	struct source_page page;

	source_page_init(&page, console);
	if (sources->at_answer && page.answer)
		go(sources, (int)page.answer);
	sources->at_answer = sources->at_answer && !page.answer;
	follow_line(sources, &page);
	sources->line_scroll = list_row_scroll(sources->line_scroll, sources->line, (int)page.lines.count, body.height);
	if (sources->line == source_page_focus(&page, 0, 1) && sources->line < body.height)
		sources->line_scroll = 0;
	source_page_release(&page);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	*ret_x = body.x;
	*ret_y = body.y + console->sources.line - console->sources.line_scroll;
	return console->sources.line >= 0 && *ret_y >= body.y && *ret_y < body.y + body.height;
}

/* Its first answer is still on its way. */
static bool busy(const struct console *console)
{
	int row = sources_row(&console->sources);

	return row >= 0 && sources_at(&console->sources, row)->health == COLLECTOR_NEVER;
}

static bool move(struct console *console, enum action action)
{
	struct sources *sources = &console->sources;
	int page_rows = console_rows(console).body.height - 1, line = sources->line;
	struct source_page page;

	source_page_init(&page, console);
	page_rows = page_rows > 0 ? page_rows : 1;
	switch (action) {
	case ACTION_DOWN: line = source_page_focus(&page, line + 1, 1); break;
	case ACTION_UP: line = source_page_focus(&page, line - 1, -1); break;
	case ACTION_NEXT:
	case ACTION_RIGHT: line = source_page_section(&page, line, 1); break;
	case ACTION_PREVIOUS:
	case ACTION_LEFT: line = source_page_section(&page, line, -1); break;
	case ACTION_TOP: line = source_page_focus(&page, 0, 1); break;
	case ACTION_BOTTOM: line = source_page_focus(&page, (int)page.lines.count, -1); break;
	case ACTION_PAGE_DOWN: line = source_page_focus(&page, line + page_rows, 1); break;
	default: line = source_page_focus(&page, line - page_rows, -1); break;
	}
	go(sources, line);
	source_page_release(&page);
	return true;
}

/* The line with the focus, as text; false when there is none. */
static bool focused_text(const struct console *console, struct strbuf *ret)
{
	struct source_page page;
	int line = console->sources.line;
	bool found;

	source_page_init(&page, console);
	found = line >= 0 && line < (int)page.lines.count && source_line_takes_focus(&page.lines.items[line]);
	if (found)
		source_line_text(&page.lines.items[line], ret);
	source_page_release(&page);
	return found;
}

/* A whole row, nothing cut: the text of a query, a long answer. */
static bool unfold(struct console *console, enum action action)
{
	struct strbuf text = STRBUF_INIT;

	(void)action;
	if (focused_text(console, &text)) {
		struct text_overlay *overlay =
			text_overlay_new(sources_at(&console->sources, sources_row(&console->sources))->instance);

		document_add(&overlay->document, DOCUMENT_TEXT, NULL, text.text);
		overlay_open(console, &overlay_text, overlay);
	}
	strbuf_release(&text);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	(void)action;
	return console->host.copy != NULL;
}

static bool copy(struct console *console, enum action action)
{
	struct strbuf text = STRBUF_INIT;

	(void)action;
	if (focused_text(console, &text))
		console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

static bool to_answer(struct console *console, enum action action)
{
	struct source_page page;

	(void)action;
	source_page_init(&page, console);
	if (page.answer)
		go(&console->sources, source_page_focus(&page, (int)page.answer, 1));
	else
		console_say(console, "no answer has come yet");
	source_page_release(&page);
	return true;
}

static bool has_source(const struct console *console, enum action action)
{
	(void)action;
	return console->sources.count > 0;
}

static bool has_collect(const struct console *console, enum action action)
{
	(void)action;
	return console->sources.collect && console->sources.count;
}

static bool ask_again(struct console *console, enum action action)
{
	struct sources *sources = &console->sources;
	int row = sources_row(sources);

	(void)action;
	collect_retry(sources->collect, sources->rows[row]);
	console_say(console, "asking %s again", sources_at(sources, row)->instance);
	return true;
}

static size_t list_count(const struct console *console)
{
	struct source_page page;
	size_t count;

	source_page_init(&page, console);
	count = page.lines.count;
	source_page_release(&page);
	return count;
}

static int list_focus(const struct console *console)
{
	return console->sources.line;
}

static void list_go_to(struct console *console, int row)
{
	go(&console->sources, row);
}

static bool holds(const struct source_page *page, int row, const char *needle)
{
	struct strbuf text = STRBUF_INIT;
	bool found = false;

	if (row >= 0 && row < (int)page->lines.count && source_line_takes_focus(&page->lines.items[row])) {
		source_line_text(&page->lines.items[row], &text);
		found = strcasestr(text.text, needle) != NULL;
	}
	strbuf_release(&text);
	return found;
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	struct source_page page;
	bool found;

	source_page_init(&page, console);
	found = holds(&page, row, needle);
	source_page_release(&page);
	return found;
}

/* The page is laid out once for all its lines. */
static int list_find(const struct console *console, const char *needle, int from, int step)
{
	struct source_page page;
	int count, found = -1;

	source_page_init(&page, console);
	count = (int)page.lines.count;
	for (int i = 0, row = from; i < count && found < 0; i++) {
		row = ((row + step) % count + count) % count;
		if (holds(&page, row, needle))
			found = row;
	}
	source_page_release(&page);
	return found;
}

static bool click(struct console *console, int x, int y)
{
	struct source_page page;

	(void)x;
	source_page_init(&page, console);
	go(&console->sources, source_page_focus(&page, console->sources.line_scroll + y, 1));
	source_page_release(&page);
	return true;
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
	.find = list_find,
};

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, NULL),
	{ ACTION_LEFT, move, NULL },
	{ ACTION_RIGHT, move, NULL },
	{ ACTION_OPEN, unfold, NULL },
	{ ACTION_OUTPUT, to_answer, NULL },
	{ ACTION_COPY, copy, can_copy },
	{ ACTION_EXPLAIN, source_explain, has_source },
	{ ACTION_RETRY, ask_again, has_collect },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_source = {
	.name = "source",
	.title = "Source",
	.help = "one source: its state, its tables, its last answer",
	.draw = draw,
	.context = CONTEXT_SOURCE,
	.parent = &view_sources,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.busy = busy,
	.list = &list,
};
