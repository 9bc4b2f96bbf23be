/*
 * Pictures of a runbook and its run, in each size and glyph set, compared with
 * the files in tests/screen/golden. SKEP_GOLDEN=update writes them anew: read the diff.
 */
#include <sys/stat.h>

#include "runbook_fixture.h"

static struct runbook_world world;

static const double falling[] = { 0, 0, 0, 0, 1, 2, 5, 7, 7, 6, 3 };
static const double even[] = { 1204, 1204, 1204, 1204, 1204 };

static char *read_file(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	FILE *file = fopen(path, "re");
	char block[4096];

	if (!file)
		return NULL;
	for (size_t got; (got = fread(block, 1, sizeof(block), file)) > 0;)
		strbuf_add(&text, block, got);
	fclose(file);
	return strbuf_detach(&text);
}

/* The runbook of the pictures; skipped where the source is not known. */
static void setup(void)
{
	const char *source = getenv("SKEP_SOURCE");
	char *path, *markdown;

	if (!source) {
		memset(&world, 0, sizeof(world));
		return;
	}
	path = mem_printf("%s/tests/screen/runbooks/01-data-corruption.md", source);
	markdown = read_file(path);
	cr_assert(markdown, "%s", path);
	runbook_world_init(&world, markdown);
	free(markdown);
	free(path);
	fake_begin(&world, NULL);
	world.runner.clock = (struct run_clock){ .elapsed_ms = 252000,
						 .target_ms = 3600000,
						 .next = "page the engineering director",
						 .next_in_ms = 648000 };
	world.runner.proofs[0] = (struct proof){ .name = "SynapseNaNDetected",
						 .state = PROOF_BAD,
						 .words = "still firing 3 > 0",
						 .is_alert = true,
						 .step = SIZE_MAX,
						 .value = 3,
						 .before = NAN,
						 .trend = falling,
						 .trend_count = 11 };
	world.runner.proofs[1] = (struct proof){ .name = "NaN",
						 .state = PROOF_GOOD,
						 .is_watch = true,
						 .step = SIZE_MAX,
						 .value = 3,
						 .before = 7,
						 .unit = "short",
						 .trend = falling,
						 .trend_count = 11 };
	world.runner.proofs[2] = (struct proof){ .name = "agents",
						 .state = PROOF_GOOD,
						 .is_watch = true,
						 .step = SIZE_MAX,
						 .value = 1204,
						 .before = 1204,
						 .unit = "none",
						 .trend = even,
						 .trend_count = 5 };
	world.runner.proofs[3] = (struct proof){ .name = "no NaN left",
						 .state = PROOF_HOLDING,
						 .words = "clear 2m10s of 5m",
						 .step = SIZE_MAX,
						 .value = 0,
						 .before = NAN,
						 .trend = falling,
						 .trend_count = 11 };
	world.runner.proof_count = 4;
}

static void teardown(void)
{
	if (world.console.console)
		runbook_world_release(&world);
}

TestSuite(runbook_screen, .init = setup, .fini = teardown, .timeout = 60);

static void compare(const char *name, const char *drawn)
{
	char *path = mem_printf("%s/tests/screen/golden/%s.txt", getenv("SKEP_SOURCE"), name), *expected;
	const char *wish = getenv("SKEP_GOLDEN");

	if (wish && strcmp(wish, "update") == 0) {
		FILE *file = fopen(path, "we");

		cr_assert(file, "%s", path);
		fputs(drawn, file);
		fclose(file);
	}
	expected = read_file(path);
	cr_assert(expected, "%s is not there", path);
	cr_expect(strcmp(expected, drawn) == 0, "%s differs; drawn:\n%s", path, drawn);
	free(expected);
	free(path);
}

static void draw(const char *name, int width, int height, enum glyph_set glyphs)
{
	struct console *console = world.console.console;
	struct canvas *canvas = canvas_new(width, height, glyphs);
	struct strbuf text = STRBUF_INIT;
	char *whole = mem_printf("runbook-%s-%dx%d%s", name, width, height, glyphs == GLYPHS_ASCII ? "-ascii" : "");

	console_prepare(console, width, height, VIEW_NOW_MS + 12000);
	console_draw(console, canvas);
	export_text(canvas, &text);
	compare(whole, text.text);
	canvas_free(canvas);
	strbuf_release(&text);
	free(whole);
}

static void draw_all(const char *name)
{
	static const int sizes[][2] = { { 200, 50 }, { 80, 24 }, { 40, 12 } };

	for (size_t i = 0; i < 3; i++) {
		draw(name, sizes[i][0], sizes[i][1], GLYPHS_BRAILLE);
		draw(name, sizes[i][0], sizes[i][1], GLYPHS_ASCII);
	}
}

static void run_first(void)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	step_ends(&world, "1.1", 0);
	look(&world);
	press(&world.console, "!");
	world.runner.output[step_index(&world, "1.2")] =
		"agent-0412  unhealthy  NaN x2\r\nagent-0977  \033[31munhealthy\033[0m  NaN x1\r\n"
		"\033[1mtwo agents\033[0m of 1204 are unhealthy\r\n";
	look(&world);
}

static bool is_skipped(void)
{
	if (!getenv("SKEP_SOURCE"))
		cr_skip_test("SKEP_SOURCE is not set");
	return false;
}

Test(runbook_screen, a_step_runs)
{
	is_skipped();
	run_first();
	draw_all("running");
	draw("running", 120, 30, GLYPHS_BLOCK);
}

Test(runbook_screen, a_scenario_is_chosen)
{
	is_skipped();
	run_first();
	step_ends(&world, "1.2", 0);
	look(&world);
	draw_all("choice");
	press(&world.console, "B 2");
	look(&world);
	draw_all("scenario");
}

Test(runbook_screen, a_destruction_is_confirmed)
{
	size_t step;

	is_skipped();
	run_first();
	step_ends(&world, "1.2", 0);
	look(&world);
	press(&world.console, "B 2");
	look(&world);
	press(&world.console, "D");
	look(&world);
	world.desk.backup = "emergency-backup.md";
	step = step_index(&world, focused_step(&world));
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].offers_backup = true;
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	press(&world.console, "!");
	draw_all("confirm");
}

Test(runbook_screen, only_read)
{
	struct error error = { "" };
	char *path;

	is_skipped();
	path = mem_printf("%s/tests/screen/runbooks/01-data-corruption.md", getenv("SKEP_SOURCE"));
	cr_assert_eq(runbook_desk_show(world.console.console, path, &error), 0, "%s", error.text);
	draw_all("read");
	world.desk.walk = true;
	draw("walk", 100, 30, GLYPHS_BRAILLE);
	draw("walk", 40, 12, GLYPHS_ASCII);
	free(path);
}
