/* A console with keys, on a board from inline JSON, whose host only counts. Nothing is asked of a server. */
#ifndef TESTS_UNIT_CONSOLE_FIXTURE_H
#define TESTS_UNIT_CONSOLE_FIXTURE_H

#include "ui/view/view.h"
#include "view_fixture.h"

struct console_world {
	struct view_world view;
	struct console *console;
	struct keymap keymap;
	unsigned quits, redraws, suspends, themes;
	char theme[32];
	struct strbuf copied, screen;
	int64_t clock_ms;
};

static inline void world_on_quit(void *user)
{
	((struct console_world *)user)->quits++;
}

static inline void world_on_redraw(void *user)
{
	((struct console_world *)user)->redraws++;
}

static inline void world_on_suspend(void *user)
{
	((struct console_world *)user)->suspends++;
}

static inline void world_on_copy(void *user, const char *text)
{
	struct console_world *world = user;

	strbuf_clear(&world->copied);
	strbuf_addstr(&world->copied, text);
}

static inline int world_on_theme(void *user, const char *name, struct error *error)
{
	struct console_world *world = user;

	if (name && !strcmp(name, "none"))
		return error_set(error, "no theme 'none'");
	world->themes++;
	snprintf(world->theme, sizeof(world->theme), "%s", name ? name : "(next)");
	return 0;
}

/* Two rows of panels, a heading and one panel below it. */
#define CONSOLE_BOARD                                                                                                  \
	"{\"title\":\"Operations\",\"panels\":["                                                                       \
	"{\"id\":1,\"title\":\"Up\",\"type\":\"stat\",\"gridPos\":{\"x\":0,\"y\":0,\"w\":8,\"h\":4}},"                 \
	"{\"id\":2,\"title\":\"Agents\",\"type\":\"stat\",\"gridPos\":{\"x\":8,\"y\":0,\"w\":8,\"h\":4}},"             \
	"{\"id\":3,\"title\":\"Memory\",\"type\":\"stat\",\"gridPos\":{\"x\":16,\"y\":0,\"w\":8,\"h\":4}},"            \
	"{\"id\":4,\"title\":\"Latency\",\"type\":\"timeseries\",\"gridPos\":{\"x\":0,\"y\":4,\"w\":12,\"h\":8},"      \
	"\"targets\":[{\"refId\":\"A\",\"expr\":\"latency\",\"legendFormat\":\"p99\"}]},"                              \
	"{\"id\":5,\"title\":\"Decisions\",\"type\":\"timeseries\",\"gridPos\":{\"x\":12,\"y\":4,\"w\":12,\"h\":8}},"  \
	"{\"id\":6,\"title\":\"Deeper\",\"type\":\"row\",\"gridPos\":{\"x\":0,\"y\":12,\"w\":24,\"h\":1}},"            \
	"{\"id\":7,\"title\":\"Notes\",\"type\":\"text\",\"gridPos\":{\"x\":0,\"y\":13,\"w\":24,\"h\":8},"             \
	"\"options\":{\"mode\":\"markdown\",\"content\":\"one\\n\\ntwo\\n\\nthree\"}}"                                 \
	"],\"templating\":{\"list\":["                                                                                 \
	"{\"name\":\"env\",\"type\":\"custom\",\"query\":\"prod,staging,drill\","                                      \
	"\"current\":{\"text\":\"prod\",\"value\":\"prod\"}},"                                                         \
	"{\"name\":\"node\",\"type\":\"custom\",\"multi\":true,\"includeAll\":true,\"query\":\"n1,n2,n3\","            \
	"\"current\":{\"text\":[\"n1\"],\"value\":[\"n1\"]}},"                                                         \
	"{\"name\":\"text\",\"type\":\"textbox\",\"query\":\"hello\"}"                                                 \
	"]}}"

static inline void console_world_init(struct console_world *world, const char *json)
{
	*world = (struct console_world){ .copied = STRBUF_INIT, .screen = STRBUF_INIT, .clock_ms = 1000 };
	view_init(&world->view, json);
	keymap_init(&world->keymap);
	world->console = &world->view.console;
	world->console->keymap = &world->keymap;
	world->console->host = (struct console_host){ .quit = world_on_quit,
						      .suspend = world_on_suspend,
						      .redraw = world_on_redraw,
						      .copy = world_on_copy,
						      .set_theme = world_on_theme,
						      .user = world };
	console_prepare(world->console, 100, 30, VIEW_NOW_MS);
}

static inline void console_world_release(struct console_world *world)
{
	view_release(&world->view);
	keymap_release(&world->keymap);
	strbuf_release(&world->copied);
	strbuf_release(&world->screen);
}

static inline bool press_key(struct console_world *world, struct key key)
{
	struct input_event event = { .kind = INPUT_KEY, .key = key };
	struct console *console = world->console;
	bool ret = console_handle(console, &event, world->clock_ms += 10);

	console_prepare(console, console->width, console->height, VIEW_NOW_MS);
	return ret;
}

/* Keys by name, separated by blanks: "Down Enter x". True when the last one changed something. */
static inline bool press(struct console_world *world, const char *keys)
{
	char *copy = strdup(keys), *rest = copy, *word;
	bool ret = false;

	while ((word = strsep(&rest, " "))) {
		struct key key;
		struct error error = { "" };
		cr_assert_eq(key_parse(word, &key, &error), 0, "%s", error.text);
		ret = press_key(world, key);
	}
	free(copy);
	return ret;
}

/* Each character as a key. */
static inline void type(struct console_world *world, const char *text)
{
	for (; *text; text++)
		press_key(world, (struct key){ (unsigned char)*text, 0 });
}

static inline void click(struct console_world *world, enum mouse_kind mouse, int x, int y)
{
	struct input_event event = { .kind = INPUT_MOUSE, .mouse = mouse, .x = x, .y = y };

	console_handle(world->console, &event, world->clock_ms += 10);
	console_prepare(world->console, world->console->width, world->console->height, VIEW_NOW_MS);
}

/* The screen as text. Valid until the next call. */
static inline const char *screen(struct console_world *world)
{
	struct console *console = world->console;
	struct canvas *canvas = canvas_new(console->width, console->height, GLYPHS_BRAILLE);

	console_prepare(console, console->width, console->height, VIEW_NOW_MS);
	console_draw(console, canvas);
	strbuf_clear(&world->screen);
	export_text(canvas, &world->screen);
	canvas_free(canvas);
	return world->screen.text;
}

/* In that size something is drawn, whatever finds no room; a column alone may stay empty. */
static inline void expect_drawn(struct console *console, int width, int height, enum glyph_set glyphs)
{
	struct canvas *canvas = canvas_new(width, height, glyphs);
	char grapheme[32];
	int drawn = 0;

	console_prepare(console, width, height, VIEW_NOW_MS);
	console_draw(console, canvas);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			canvas_grapheme(canvas, canvas_cell(canvas, x, y), grapheme);
			drawn += strcmp(grapheme, " ") != 0;
		}
	cr_expect(drawn > 0 || width < 2, "%s is empty in %d x %d", console->view->name, width, height);
	canvas_free(canvas);
}

static inline bool shows(struct console_world *world, const char *text)
{
	return strstr(screen(world), text) != NULL;
}

static inline const char *focus_title(const struct console_world *world)
{
	size_t count;
	const struct board_panel *panels = board_panels(console_board(world->console), &count);

	return world->console->focus < 0 ? "(none)" : panels[world->console->focus].title;
}

#endif
