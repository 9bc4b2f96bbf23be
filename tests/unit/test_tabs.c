/* Several systems on one screen: which is shown, what the banner says of the others, how one gets from one to the next.
 */
#include <criterion/criterion.h>

#include "console_fixture.h"
#include "ui/view/status_bar.h"
#include "ui/view/tabs.h"
#include "ui/view/wall.h"

#define OTHER_BOARD                                                                                                    \
	"{\"title\":\"Levels\",\"panels\":["                                                                           \
	"{\"id\":1,\"title\":\"Backend\",\"type\":\"stat\",\"gridPos\":{\"x\":0,\"y\":0,\"w\":12,\"h\":4}},"           \
	"{\"id\":2,\"title\":\"Memory of Chroma\",\"type\":\"stat\",\"gridPos\":{\"x\":12,\"y\":0,\"w\":12,\"h\":4}}"  \
	"]}"

/* Two systems: the keys go to the one shown. */
struct pair {
	struct console_world polln, dryad;
	struct tabs tabs;
};

static void prepare(struct pair *pair, int width)
{
	console_prepare(tabs_console(&pair->tabs), width, 30, VIEW_NOW_MS);
}

static void pair_init(struct pair *pair)
{
	*pair = (struct pair){ 0 };
	console_world_init(&pair->polln, CONSOLE_BOARD);
	console_world_init(&pair->dryad, OTHER_BOARD);
	pair->polln.console->system = "polln";
	pair->polln.console->title = "POLLN Colony";
	pair->dryad.console->system = "dryad";
	pair->dryad.console->title = "DRYAD.AI";
	tabs_add(&pair->tabs, pair->polln.console);
	tabs_add(&pair->tabs, pair->dryad.console);
	prepare(pair, 100);
}

static void pair_release(struct pair *pair)
{
	console_world_release(&pair->polln);
	console_world_release(&pair->dryad);
}

static struct console_world *shown(struct pair *pair)
{
	return tabs_console(&pair->tabs) == pair->polln.console ? &pair->polln : &pair->dryad;
}

/* An event for the console that is shown; what is shown then is prepared, as a seat does. */
static void handle(struct pair *pair, const struct input_event *event)
{
	console_handle(tabs_console(&pair->tabs), event, shown(pair)->clock_ms += 10);
	prepare(pair, 100);
}

static void press_keys(struct pair *pair, const char *keys)
{
	char *copy = strdup(keys), *rest = copy, *word;

	while ((word = strsep(&rest, " "))) {
		struct input_event event = { .kind = INPUT_KEY };

		cr_assert_eq(key_parse(word, &event.key, NULL), 0, "%s", word);
		handle(pair, &event);
	}
	free(copy);
}

/* The banner as it stands on the screen; valid until the next call. */
static const char *banner(struct pair *pair, int width)
{
	static char line[1024];

	prepare(pair, width);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(screen(shown(pair)), "\n"), screen(shown(pair)));
	return line;
}

/* A panel of the other system with a critical value, as if it had been answered. */
static void set_state(struct console_world *world, const char *title, enum data_state state)
{
	view_set(&world->view, title, state);
}

Test(tabs, one_system_says_nothing_of_tabs)
{
	struct console_world world;
	struct tabs tabs = { 0 };

	console_world_init(&world, CONSOLE_BOARD);
	world.console->title = "POLLN Colony";
	tabs_add(&tabs, world.console);
	cr_expect_not(tabs_several(world.console));
	cr_expect_not(shows(&world, "[POLLN Colony"));
	cr_expect_not(console_offers(world.console, ACTION_NEXT_SYSTEM));
	cr_expect_not(press(&world, "0"));
	console_world_release(&world);
}

Test(tabs, zero_goes_round)
{
	struct pair pair;

	pair_init(&pair);
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	cr_expect(shows(&pair.polln, "0 system"), "the key stands in the hint bar");
	press_keys(&pair, "0");
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console);
	press_keys(&pair, "0");
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	pair_release(&pair);
}

Test(tabs, each_keeps_its_state)
{
	struct pair pair;

	pair_init(&pair);
	press_keys(&pair, "Right Right Enter");
	cr_expect_eq(pair.polln.console->zoomed, pair.polln.console->focus);
	press_keys(&pair, "0 6");
	cr_expect_eq(pair.dryad.console->view, &view_sources);
	press_keys(&pair, "0");
	cr_expect_geq(pair.polln.console->zoomed, 0);
	cr_expect_str_eq(focus_title(&pair.polln), "Memory");
	cr_expect_eq(pair.polln.console->view, &view_board);
	press_keys(&pair, "0");
	cr_expect_eq(pair.dryad.console->view, &view_sources);
	pair_release(&pair);
}

Test(tabs, hidden_panels_are_not_asked)
{
	struct pair pair;
	struct board *board;
	size_t count, visible = 0;

	pair_init(&pair);
	press_keys(&pair, "0");
	board = console_board(pair.polln.console);
	for (size_t i = 0; board_panels(board, &count) && i < count; i++)
		visible += board_panels(board, &count)[i].visible;
	cr_expect_eq(visible, 0);
	press_keys(&pair, "0");
	for (size_t i = 0; i < count; i++)
		visible += board_panels(board, &count)[i].visible;
	cr_expect_gt(visible, 0);
	pair_release(&pair);
}

Test(tabs, banner_marks_the_shown_one)
{
	struct pair pair;

	pair_init(&pair);
	cr_expect(strstr(banner(&pair, 100), "[POLLN Colony ?]  DRYAD.AI ?"), "nothing is known yet: %s",
		  banner(&pair, 100));
	cr_expect(strstr(banner(&pair, 100), "Operations"), "%s", banner(&pair, 100));
	press_keys(&pair, "0");
	cr_expect(strstr(banner(&pair, 100), "POLLN Colony ?  [DRYAD.AI ?]"), "%s", banner(&pair, 100));
	cr_expect(strstr(banner(&pair, 100), "Levels"), "%s", banner(&pair, 100));
	pair_release(&pair);
}

Test(tabs, banner_counts_the_trouble_of_each)
{
	struct pair pair;

	pair_init(&pair);
	set_state(&pair.dryad, "Backend", DATA_DOWN);
	set_state(&pair.dryad, "Memory of Chroma", DATA_NO_DATA);
	for (size_t i = 0; i < 5; i++)
		set_state(&pair.polln, (const char *[]){ "Up", "Agents", "Memory", "Latency", "Decisions" }[i],
			  DATA_NO_DATA);
	cr_expect(strstr(banner(&pair, 100), "[POLLN Colony \u2713]  DRYAD.AI \u25A01"), "%s", banner(&pair, 100));
	cr_expect(strstr(banner(&pair, 28), "[polln \u2713]  dryad \u25A01"),
		  "short names where there is little room: %s", banner(&pair, 28));
	cr_expect(strstr(banner(&pair, 200), "12:00:00Z"), "%s", banner(&pair, 200));
	pair_release(&pair);
}

Test(tabs, banner_never_overflows)
{
	struct pair pair;

	pair_init(&pair);
	pair.polln.console->title = "A system with a title that is longer than most of them are";
	pair.polln.console->environment = ENVIRONMENT_PRODUCTION;
	pair.polln.console->target = "prod-cluster/production";
	for (int width = 1; width < 130; width++) {
		struct canvas *canvas = canvas_new(width, 1, GLYPHS_ASCII);

		console_prepare(pair.polln.console, width, 30, VIEW_NOW_MS);
		status_bar_draw(pair.polln.console, canvas, canvas_rect(canvas));
		for (int x = 0; x < width; x++)
			cr_expect_leq(status_bar_tab_at(pair.polln.console, x), 1);
		canvas_free(canvas);
	}
	pair_release(&pair);
}

Test(tabs, a_click_shows_the_system)
{
	struct pair pair;
	int x = 0;

	pair_init(&pair);
	banner(&pair, 100);
	cr_expect_eq(status_bar_tab_at(pair.polln.console, 99), -1);
	while (x < 100 && status_bar_tab_at(pair.polln.console, x) != 1)
		x++;
	cr_assert_lt(x, 100);
	handle(&pair, &(struct input_event){ .kind = INPUT_MOUSE, .mouse = MOUSE_PRESS, .x = x });
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console);
	handle(&pair, &(struct input_event){ .kind = INPUT_MOUSE, .mouse = MOUSE_PRESS, .x = 99 });
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console, "beside the names nothing happens");
	pair_release(&pair);
}

Test(tabs, command_shows_by_name_or_title)
{
	struct pair pair;

	pair_init(&pair);
	press_keys(&pair, ":");
	type(&pair.polln, "system dryad.a");
	press_keys(&pair, "Enter");
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console);
	press_keys(&pair, ":");
	type(&pair.dryad, "system nobody");
	press_keys(&pair, "Enter");
	cr_expect(shows(&pair.dryad, "no system 'nobody' (polln, dryad)"), "%s", screen(&pair.dryad));
	press_keys(&pair, ":");
	type(&pair.dryad, "system p");
	press_keys(&pair, "Tab");
	cr_expect(shows(&pair.dryad, ":system polln"), "%s", screen(&pair.dryad));
	press_keys(&pair, "Enter");
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	pair_release(&pair);
}

Test(tabs, find_offers_and_enter_goes)
{
	struct pair pair;

	pair_init(&pair);
	press_keys(&pair, "/");
	type(&pair.polln, "chroma");
	cr_expect(shows(&pair.polln, "Enter goes to DRYAD.AI: Memory of Chroma"), "%s", screen(&pair.polln));
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console, "typing alone changes nothing");
	press_keys(&pair, "Enter");
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console);
	cr_expect_str_eq(focus_title(&pair.dryad), "Memory of Chroma");
	pair_release(&pair);
}

Test(tabs, find_prefers_what_is_shown_and_goes_on)
{
	struct pair pair;

	pair_init(&pair);
	press_keys(&pair, "/");
	type(&pair.polln, "memory");
	cr_expect(shows(&pair.polln, "also in DRYAD.AI: Memory of Chroma"), "%s", screen(&pair.polln));
	press_keys(&pair, "Enter");
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	cr_expect_str_eq(focus_title(&pair.polln), "Memory");
	press_keys(&pair, "n");
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console, "after the last one here");
	cr_expect_str_eq(focus_title(&pair.dryad), "Memory of Chroma");
	press_keys(&pair, "n");
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	press_keys(&pair, "N");
	cr_expect_eq(tabs_console(&pair.tabs), pair.dryad.console);
	pair_release(&pair);
}

Test(tabs, find_nothing_anywhere)
{
	struct pair pair;

	pair_init(&pair);
	press_keys(&pair, "/");
	type(&pair.polln, "zebra");
	press_keys(&pair, "Enter");
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	cr_expect(shows(&pair.polln, "nothing here holds 'zebra'"));
	pair_release(&pair);
}

Test(tabs, worst_stays_and_says_who_is_worse)
{
	struct pair pair;

	pair_init(&pair);
	set_state(&pair.dryad, "Backend", DATA_DOWN);
	prepare(&pair, 100);
	press_keys(&pair, "w");
	cr_expect_eq(tabs_console(&pair.tabs), pair.polln.console);
	cr_expect(shows(&pair.polln, "DRYAD.AI stands worse: 1 critical (0 shows it)"), "%s", screen(&pair.polln));
	press_keys(&pair, "0 w");
	cr_expect_str_eq(focus_title(&pair.dryad), "Backend");
	cr_expect_not(shows(&pair.dryad, "stands worse"));
	pair_release(&pair);
}

Test(tabs, trouble_is_ordered)
{
	const struct trouble fine = { .known = true }, warned = { .warning = 9 }, deaf = { .down = 1 },
			     broken = { .critical = 1 };
	char text[80];

	cr_expect(trouble_is_worse(&warned, &fine));
	cr_expect(trouble_is_worse(&deaf, &warned));
	cr_expect(trouble_is_worse(&broken, &deaf));
	cr_expect_not(trouble_is_worse(&broken, &broken));
	trouble_text(&(struct trouble){ .critical = 2, .warning = 1, .down = 1 }, text, sizeof(text));
	cr_expect_str_eq(text, "2 critical, 1 source down, 1 warning");
	trouble_text(&fine, text, sizeof(text));
	cr_expect_str_eq(text, "");
}

Test(tabs, wall_turns_through_all)
{
	struct pair pair;
	int64_t now_ms = 1000;
	bool seen = false, back = false;

	pair_init(&pair);
	pair.polln.console->mode = pair.dryad.console->mode = CONSOLE_WALL;
	for (int i = 0; i < 40 && !back; i++) {
		struct console *console = tabs_console(&pair.tabs);

		console_prepare(console, 100, 30, VIEW_NOW_MS);
		console_tick(console, now_ms += WALL_PAGE_MS);
		seen |= tabs_console(&pair.tabs) == pair.dryad.console;
		back = seen && tabs_console(&pair.tabs) == pair.polln.console;
	}
	cr_expect(seen);
	cr_expect(back);
	cr_expect_eq(pair.polln.console->scroll, 0, "from its top again");
	pair_release(&pair);
}

Test(tabs, nine_fit_and_are_found)
{
	struct console_world worlds[TABS_MOST];
	struct tabs tabs = { 0 };
	struct error error = { "" };
	char names[TABS_MOST][8];

	for (size_t i = 0; i < TABS_MOST; i++) {
		console_world_init(&worlds[i], OTHER_BOARD);
		snprintf(names[i], sizeof(names[i]), "s%zu", i);
		worlds[i].console->system = worlds[i].console->title = names[i];
		tabs_add(&tabs, worlds[i].console);
	}
	cr_expect_eq(tabs_find(&tabs, "S8", &error), 8);
	cr_expect_eq(tabs_find(&tabs, "", &error), -1);
	tabs_show(&tabs, 8);
	tabs_show(&tabs, 9);
	cr_expect_eq(tabs.at, 8);
	cr_expect(shows(&worlds[8], "[s8 ?]"), "%s", screen(&worlds[8]));
	for (size_t i = 0; i < TABS_MOST; i++)
		console_world_release(&worlds[i]);
}
