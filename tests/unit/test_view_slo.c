#include <math.h>

#include "console_fixture.h"
#include "slo_fixture.h"
#include "ui/view/slo_rows.h"
#include "ui/view/slo_text.h"

/* A console on objectives of which one burns, one is a goal, one is not measured. */
static struct slo_world slo;
static struct console_world world;

static double good(int ago)
{
	return 1e7 + 100.0 * (5000 - ago);
}

static double bad(int ago)
{
	return 1e6 + (ago < 60 ? 3.0 * (60 - ago) : 0);
}

static double steady(int ago)
{
	(void)ago;
	return 1200;
}

#define OBJECTIVES                                                                                                     \
	"policy: [ { used: 0%, rule: normal }, { used: 50%, rule: halt } ]\n"                                          \
	"objectives:\n"                                                                                                \
	"  - name: availability\n    title: Availability\n    target: 99.9%\n    window: 1d\n    owner: SRE\n"         \
	"    lines:\n"                                                                                                 \
	"      - { name: calm, title: Calm, events: { bad: 'rate(none[$window])', total: 'rate(req[$window])' } }\n"   \
	"      - name: api\n        title: API\n        events:\n"                                                     \
	"          bad: 'rate(req{code=\"500\"}[$window])'\n          total: 'rate(req[$window])'\n"                   \
	"  - { name: speed, title: Speed, unit: reqps, value: { expression: v, good: '> 1000' }, proposal: true }\n"   \
	"  - { name: rest, title: Rest, unmeasured: nobody looks }\n"                                                  \
	"scorecard:\n  - { title: Speed, target: '> 1000', line: speed, reported: fast }\n"                            \
	"  - { title: RTO, target: 4 h, unmeasured: by hand }\n"

static void setup(void)
{
	slo_world_init(&slo);
	slo_fill(&slo, "req", "code=200", 2 * 1440, good);
	slo_fill(&slo, "req", "code=500", 2 * 1440, bad);
	slo_fill(&slo, "v", "job=a", 60, steady);
	slo_open(&slo, OBJECTIVES);
	console_world_init(&world, CONSOLE_BOARD);
	world.console->slos = slo.state;
	press(&world, "4");
}

static void teardown(void)
{
	console_world_release(&world);
	slo_world_release(&slo);
}

TestSuite(slo_view, .init = setup, .fini = teardown, .timeout = 60);

Test(slo_view, key_4_shows_the_worst_first)
{
	cr_assert_eq(world.console->view, &view_slo);
	cr_assert(shows(&world, "1 critical, 2 ok, 1 not measured"));
	cr_assert(shows(&world, "Availability: API"), "%s", screen(&world));
	cr_assert(shows(&world, "burning 29x over 1 h"), "%s", screen(&world));
	cr_assert(shows(&world, "nobody looks"));
	cr_assert(shows(&world, "proposal"));
	cr_assert(shows(&world, "Scorecard"));
}

Test(slo_view, headings_are_passed_over)
{
	press(&world, "g");
	cr_assert_eq(world.console->slo_focus, 0);
	press(&world, "Down Down");
	cr_assert_eq(world.console->slo_focus, 2);
	press(&world, "Down Down");
	cr_assert_eq(world.console->slo_focus, 4, "behind the lines the scorecard");
	press(&world, "G");
	cr_assert_eq(world.console->slo_focus, 5);
	press(&world, "Down");
	cr_assert_eq(world.console->slo_focus, 5);
	press(&world, "Up Up Up");
	cr_assert_eq(world.console->slo_focus, 2);
}

Test(slo_view, enter_opens_a_line_and_escape_comes_back)
{
	press(&world, "Enter");
	cr_assert_eq(world.console->view, &view_objective);
	cr_assert(shows(&world, "Budget left"), "%s", screen(&world));
	cr_assert(shows(&world, "30m"), "%s", screen(&world));
	press(&world, "Right");
	cr_assert(shows(&world, "Speed"), "%s", screen(&world));
	press(&world, "Left Left");
	cr_assert(shows(&world, "Availability: Calm"), "%s", screen(&world));
	press(&world, "w");
	cr_assert(shows(&world, "Availability: API"), "%s", screen(&world));
	press(&world, "/");
	type(&world, "calm");
	press(&world, "Enter");
	cr_assert(shows(&world, "Availability: Calm"), "%s", screen(&world));
	press(&world, "Esc");
	cr_assert_eq(world.console->view, &view_slo);
	cr_assert_eq(world.console->slo_focus, 0, "the list is where the page was");
}

Test(slo_view, a_score_opens_its_line)
{
	world.console->slo_focus = 4;
	press(&world, "Enter");
	cr_assert_eq(world.console->view, &view_objective);
	cr_assert(shows(&world, "the goal (> 1000) is met"), "%s", screen(&world));
	press(&world, "Esc");
	world.console->slo_focus = 5;
	press(&world, "Enter");
	cr_assert_eq(world.console->view, &view_slo, "nobody measures it: there is no line");
}

Test(slo_view, x_shows_expressions_and_promise)
{
	press(&world, "x");
	cr_assert(shows(&world, "How it is asked"), "%s", screen(&world));
	cr_assert(shows(&world, "sum(rate(req{code=\"500\"}[1h]))"), "%s", screen(&world));
	cr_assert(shows(&world, "99.9% over 24 h rolling") || shows(&world, "99.9% over 1 d rolling"), "%s",
		  screen(&world));
}

Test(slo_view, y_copies_the_sentence)
{
	press(&world, "y");
	cr_assert(strstr(world.copied.text, "Availability: API: burning 29x over 1 h"), "%s", world.copied.text);
}

Test(slo_view, filter_leaves_out_what_does_not_fit)
{
	struct error error;

	cr_assert_eq(view_slo.filter->set(world.console, "SPEED", &error), 0);
	cr_assert(shows(&world, "filter: SPEED"));
	cr_assert_not(shows(&world, "Calm"));
	cr_assert(shows(&world, "Speed"));
	cr_assert_eq(view_slo.list->count(world.console), 4u, "two headings, a line, a score");
	cr_assert_eq(view_slo.filter->set(world.console, "nothing at all", &error), 0);
	cr_assert(shows(&world, "no objective passes the filter"));
	press(&world, "Down Enter x y w");
	cr_assert_eq(world.console->view, &view_slo);
}

Test(slo_view, find_goes_to_what_matches)
{
	press(&world, "/");
	type(&world, "rest");
	press(&world, "Enter");
	cr_assert_eq(world.console->slo_focus, 3);
}

Test(slo_view, every_size_is_drawn)
{
	static const int sizes[][2] = { { 1, 1 }, { 20, 3 }, { 40, 12 }, { 80, 24 }, { 140, 24 }, { 400, 100 } };
	static const enum glyph_set sets[] = { GLYPHS_BRAILLE, GLYPHS_BLOCK, GLYPHS_ASCII };
	static const struct view_ops *const views[] = { &view_slo, &view_objective };

	for (size_t v = 0; v < 2; v++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			for (size_t s = 0; s < 3; s++) {
				console_set_view(world.console, views[v]);
				expect_drawn(world.console, sizes[i][0], sizes[i][1], sets[s]);
			}
}

Test(slo_view, without_objectives_it_says_so)
{
	world.console->slos = NULL;
	cr_assert(shows(&world, "no slos: section"));
	press(&world, "Down Enter x y w g G");
	cr_assert_eq(world.console->view, &view_slo);
	console_set_view(world.console, &view_objective);
	cr_assert(shows(&world, "no objectives"));
	press(&world, "Down Right x y");
}

static void expect_ratio(double share, const char *want)
{
	char buf[32];

	slo_ratio_text(share, buf, sizeof(buf));
	cr_assert_str_eq(buf, want);
}

Test(slo_text, almost_all_is_not_all)
{
	expect_ratio(1, "100%");
	expect_ratio(0.9995, "99.95%");
	expect_ratio(0.999999, "99.9999%");
	expect_ratio(0.99999999, "99.999999%");
	expect_ratio(0.5, "50%");
	expect_ratio(0, "0%");
	expect_ratio(-0.25, "-25%");
	expect_ratio(NAN, "-");
	expect_ratio(1 + 1e-12, "100%");
}
