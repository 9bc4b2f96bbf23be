/* Every context's help lists exactly what works there, and the hint bar nothing else. */
#include <criterion/criterion.h>

#include "console_fixture.h"
#include "ui/view/hint_bar.h"
#include "ui/view/overlay_text.h"

/* How each context is come to, from a fresh console. */
static const struct {
	const char *name, *keys;
	unsigned context;
} places[] = {
	{ "board", "Tab", CONTEXT_BOARD },          { "board after a search", "/ U p Enter", CONTEXT_BOARD },
	{ "zoomed stat", "Enter", CONTEXT_ZOOM },   { "zoomed chart", "Down Enter", CONTEXT_ZOOM },
	{ "zoomed text", "G Enter", CONTEXT_ZOOM }, { "sources", "6", CONTEXT_SOURCES },
	{ "explanation", "x", CONTEXT_OUTPUT },     { "answer", "Down o", CONTEXT_OUTPUT },
	{ "picker", "v", CONTEXT_PICKER },          { "help", "?", CONTEXT_HELP },
};
#define PLACES (sizeof(places) / sizeof(places[0]))

static void go_to(struct console_world *world, size_t place)
{
	console_world_init(world, CONSOLE_BOARD);
	press(world, places[place].keys);
	cr_assert_eq(console_context(world->console), places[place].context, "%s", places[place].name);
}

/* The help's lines that belong to an action, found by its keys. */
static bool is_listed(struct console_world *world, enum action action)
{
	const struct text_overlay *help = text_overlay_of(world->console);
	struct strbuf keys = STRBUF_INIT;
	bool ret = false;

	keymap_add_keys(&world->keymap, action, &keys);
	for (size_t i = 0; i < help->document.lines.count; i++)
		ret |= help->document.lines.items[i].kind == DOCUMENT_KEY &&
		       !strcmp(help->document.lines.items[i].label, keys.text);
	strbuf_release(&keys);
	return ret;
}

Test(help, lists_exactly_what_works)
{
	for (size_t place = 0; place < PLACES; place++) {
		bool listed[ACTION_COUNT] = { false };
		struct console_world world;
		size_t lines = 0, count = 0;

		go_to(&world, place);
		if (places[place].context != CONTEXT_HELP)
			press(&world, "?");
		cr_assert_eq(console_context(world.console), CONTEXT_HELP, "%s", places[place].name);
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
			listed[i] = is_listed(&world, (enum action)i);
			count += listed[i];
		}
		for (size_t i = 0; i < text_overlay_of(world.console)->document.lines.count; i++)
			lines += text_overlay_of(world.console)->document.lines.items[i].kind == DOCUMENT_KEY;
		cr_expect_eq(lines, count, "%s", places[place].name);
		console_world_release(&world);
		if (places[place].context == CONTEXT_HELP)
			continue; /* its own keys are in the hint bar: it lists those of what it lies over */
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
			bool offered, done;
			go_to(&world, place);
			offered = console_offers(world.console, (enum action)i);
			done = console_do(world.console, (enum action)i);
			cr_expect_eq(listed[i], done, "%s: %s is %slisted", places[place].name,
				     action_row((enum action)i)->name, listed[i] ? "" : "not ");
			cr_expect_eq(offered, done);
			console_prepare(world.console, 100, 30, VIEW_NOW_MS);
			screen(&world);
			console_world_release(&world);
		}
	}
}

Test(help, hints_are_what_works)
{
	for (size_t place = 0; place < PLACES; place++) {
		struct console_world world;
		struct hints hints;

		go_to(&world, place);
		hint_bar_list(world.console, &hints);
		cr_expect_gt(hints.count, 0);
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
			struct strbuf key = STRBUF_INIT;
			bool hinted = false;
			hint_bar_add_key(world.console, (enum action)i, &key);
			for (int k = 0; k < hints.count; k++)
				hinted |= !strcmp(hints.items[k].keys, key.text);
			cr_expect(!hinted || console_offers(world.console, (enum action)i), "%s: %s",
				  places[place].name, key.text);
			strbuf_release(&key);
		}
		console_world_release(&world);
	}
}

Test(help, every_key_in_every_place_keeps_it_whole)
{
	struct console_world world;

	for (size_t place = 0; place < PLACES; place++) {
		console_world_init(&world, CONSOLE_BOARD);
		for (size_t i = 0; i < world.keymap.bindings.count; i++) {
			press(&world, places[place].keys);
			press_key(&world, world.keymap.bindings.items[i].key);
			screen(&world);
			press(&world, "Esc Esc Esc Esc");
			press(&world, "1");
			cr_expect(console_at_first_screen(world.console), "%s, then key %zu", places[place].name, i);
		}
		console_world_release(&world);
	}
}

Test(help, watch_mode_lists_nothing_that_acts)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	world.console->mode = CONSOLE_WATCH;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (action_row((enum action)i)->acts)
			cr_expect_not(console_offers(world.console, (enum action)i));
	press(&world, "T");
	cr_expect_eq(world.themes, 0);
	cr_expect(shows(&world, "watch mode: no acting keys"));
	console_world_release(&world);
}

Test(help, over_an_overlay_brings_it_back)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v ?");
	cr_expect_eq(console_context(world.console), CONTEXT_HELP);
	cr_expect(shows(&world, "choosing"));
	press(&world, "?");
	cr_expect_eq(console_context(world.console), CONTEXT_PICKER);
	press(&world, "? Esc Esc");
	cr_expect_null(world.console->overlay);
	console_world_release(&world);
}
