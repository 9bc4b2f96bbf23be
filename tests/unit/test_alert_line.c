/* The line above the hints: the worst alert, or what the demo says of itself as things stand. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/text.h"
#include "alerts_fixture.h"
#include "console_fixture.h"
#include "ui/view/alert_line.h"

#define STAT(title) "{\"type\":\"stat\",\"title\":\"" title "\",\"targets\":[{\"refId\":\"A\",\"expr\":\"up\"}]}"
#define BOARD       "{\"title\":\"Colony\",\"panels\":[" STAT("a") "," STAT("b") "]}"

static const char *tip(struct console_world *world, int width)
{
	struct canvas *canvas = canvas_new(width, 1, GLYPHS_ASCII);

	alert_line_draw(world->console, canvas, canvas_rect(canvas));
	strbuf_clear(&world->screen);
	export_text(canvas, &world->screen);
	canvas_free(canvas);
	return world->screen.text;
}

static void demo_init(struct console_world *world, size_t collectors)
{
	struct sources *sources;

	console_world_init(world, BOARD);
	world->console->environment = ENVIRONMENT_DEMO;
	sources = &world->console->sources;
	sources->states = calloc(collectors + 1, sizeof(*sources->states));
	sources->rows = calloc(collectors + 1, sizeof(*sources->rows));
	sources->count = collectors;
	for (size_t i = 0; i < collectors; i++)
		sources->states[i] = (struct collector_state){ .type = "scrape", .health = COLLECTOR_OK };
}

static void answer(struct console_world *world, const char *title, enum data_state state)
{
	view_set(&world->view, title, state);
	world_data(&world->view.board, title)->last_good_ms = VIEW_NOW_MS - 1000;
}

Test(alert_line, only_a_demo_and_an_alert_take_a_row)
{
	struct console_world world;
	struct alerts_world of;

	alerts_world_init(&of, 100, 30);
	cr_expect_eq(alert_line_rows(of.world.console), 0);
	alerts_world_add(&of, ALERT_OPEN, 0, "SynapseNaNDetected", "severity=critical");
	cr_expect_eq(alert_line_rows(of.world.console), 1);
	cr_expect(strstr(tip(&of.world, 60), "SynapseNaNDetected"));
	alerts_world_release(&of);
	console_world_init(&world, BOARD);
	world.console->environment = ENVIRONMENT_DEMO;
	cr_expect_eq(alert_line_rows(world.console), 1);
	console_prepare(world.console, 40, 9, VIEW_NOW_MS);
	cr_expect_eq(alert_line_rows(world.console), 0, "a low screen needs its rows for panels");
	console_prepare(world.console, 40, 12, VIEW_NOW_MS);
	world.console->keymap = NULL;
	cr_expect_eq(alert_line_rows(world.console), 0, "a picture has no keys to press");
	world.console->keymap = &world.keymap;
	console_world_release(&world);
}

Test(alert_line, where_room_is_little_the_first_keys_stay)
{
	struct alerts_world of;
	bool one = false, both = false;

	alerts_world_init(&of, 100, 30);
	alerts_world_add(&of, ALERT_OPEN, 0, "SynapseNaNDetected", "severity=critical");
	for (int width = 30; width < 120; width++) {
		const char *line = tip(&of.world, width);
		bool show = strstr(line, "w show"), alerts = strstr(line, "2 alerts");

		cr_expect(show || !alerts, "%d: %s", width, line);
		one |= show && !alerts;
		both |= show && alerts;
	}
	cr_expect(one && both);
	alerts_world_release(&of);
}

Test(alert_line, the_demo_says_what_is_to_be_seen)
{
	struct console_world world;

	demo_init(&world, 2);
	view_set(&world.view, "a", DATA_WAITING);
	view_set(&world.view, "b", DATA_WAITING);
	cr_expect(strstr(tip(&world, 160), "past is being read"), "%s", world.screen.text);
	answer(&world, "a", DATA_NO_DATA);
	answer(&world, "b", DATA_NO_DATA);
	world.console->sources.states[1].health = COLLECTOR_NEVER;
	cr_expect(strstr(tip(&world, 160), "past is being read"), "%s", world.screen.text);
	world.console->sources.states[1].health = COLLECTOR_FAILING;
	cr_expect(strstr(tip(&world, 160), "something is broken"), "%s", world.screen.text);
	world.console->sources.states[1].health = COLLECTOR_OK;
	cr_expect(strstr(tip(&world, 160), "nothing stands badly"), "mended: %s", world.screen.text);
	answer(&world, "b", DATA_DOWN);
	cr_expect(strstr(tip(&world, 160), "something is broken"), "%s", world.screen.text);
	world_data(&world.view.board, "b")->last_good_ms -= 60000;
	cr_expect(strstr(tip(&world, 160), "nothing stands badly"), "long ago, out of sight: %s", world.screen.text);
	press(&world, "6");
	cr_expect(strstr(tip(&world, 160), "1 goes back"), "no panel is asked here: %s", world.screen.text);
	world.console->sources.states[0].health = COLLECTOR_FAILING;
	cr_expect(strstr(tip(&world, 160), "something is broken"), "%s", world.screen.text);
	world.console->sources.states[1].health = COLLECTOR_FAILING;
	cr_expect(strstr(tip(&world, 160), "no source answers"), "%s", world.screen.text);
	world.console->sources.states[1] = (struct collector_state){ .type = "history", .health = COLLECTOR_NEVER };
	cr_expect(strstr(tip(&world, 160), "no source answers"), "a past does not live: %s", world.screen.text);
	console_world_release(&world);
}

Test(alert_line, tips_are_whole_in_every_width)
{
	struct console_world world;

	demo_init(&world, 2);
	for (int broken = 0; broken < 2; broken++) {
		world.console->sources.states[0].health = broken ? COLLECTOR_FAILING : COLLECTOR_OK;
		for (int width = 200; width >= 36; width--) {
			cr_expect_not(strchr(tip(&world, width), '~'), "%d: %s", width, world.screen.text);
			cr_expect_not(broken && !strstr(world.screen.text, "broken"), "%d", width);
			cr_expect_leq(text_width(world.screen.text), width + 1);
		}
	}
	cr_expect_not(strstr(tip(&world, 170), "ctl"), "nobody knows what plays it: %s", world.screen.text);
	world.console->simulator = "skep-dryad";
	cr_expect(strstr(tip(&world, 170), "; skep-dryad ctl list, in another terminal, says"), "%s",
		  world.screen.text);
	cr_expect(strstr(tip(&world, 120), "; skep-dryad ctl list says"), "%s", world.screen.text);
	cr_expect(strstr(tip(&world, 80), "w shows it, x explains it"));
	console_world_release(&world);
}
