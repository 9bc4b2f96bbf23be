/* The proof of a run in few rows: in which order, what has room, what is said of the rest. */
#include "runbook_fixture.h"
#include "ui/view/runbook_strip.h"

static struct runbook_world world;

static void add(struct proof proof)
{
	proof.step = SIZE_MAX;
	proof.unit = proof.unit ? proof.unit : "none";
	world.runner.proofs[world.runner.proof_count++] = proof;
}

static void setup(void)
{
	runbook_world_init(&world, "# T\n\n## Diagnosis\n\n<!-- skep: { risk: read } -->\n```bash\n# Look\nls\n```\n");
	fake_begin(&world, NULL);
	add((struct proof){ .name = "held", .state = PROOF_GOOD, .words = "holds", .value = 0, .before = NAN });
	add((struct proof){ .name = "NaN", .state = PROOF_GOOD, .is_watch = true, .value = 3, .before = 7 });
	add((struct proof){
		.name = "silent", .state = PROOF_UNKNOWN, .words = "timeout", .value = NAN, .before = NAN });
	add((struct proof){ .name = "soon", .state = PROOF_HOLDING, .words = "1m of 5m", .value = 0, .before = NAN });
	add((struct proof){ .name = "late", .state = PROOF_LATE, .words = "not within 5m", .value = 2, .before = NAN });
	add((struct proof){ .name = "agents", .state = PROOF_GOOD, .is_watch = true, .value = 9, .before = 9 });
	add((struct proof){
		.name = "Alert", .state = PROOF_BAD, .words = "still firing", .is_alert = true, .value = 1 });
	runbook_world_run(&world);
	look(&world);
}

static void teardown(void)
{
	runbook_world_release(&world);
}

TestSuite(runbook_strip, .init = setup, .fini = teardown, .timeout = 60);

/* "name@row,x+width ..." and what was left out. */
static char *made(int width, int most)
{
	struct strbuf text = STRBUF_INIT;
	struct runbook_strip strip;

	runbook_strip_make(&strip, world.desk.page, width, most);
	for (size_t i = 0; i < strip.cells.count; i++) {
		const struct strip_cell *cell = &strip.cells.items[i];

		cr_expect(cell->x + cell->width <= width && cell->row < most, "%s is outside", cell->proof->name);
		strbuf_addf(&text, "%s%s@%d,%d", i ? " " : "", cell->proof->name, cell->row, cell->x);
	}
	strbuf_addf(&text, " rows %d left %zu", strip.rows, strip.left_out);
	runbook_strip_release(&strip);
	return strbuf_detach(&text);
}

static void expect_made(int width, int most, const char *expected)
{
	char *text = made(width, most);

	cr_expect_str_eq(text, expected, "%dx%d: %s", width, most, text);
	free(text);
}

static void expect_picture(int width, int height, const char *expected)
{
	struct canvas *canvas = canvas_new(width, height, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;

	runbook_strip_draw(world.desk.page, canvas, (struct rect){ 0, 0, width, height });
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, expected, "%dx%d:\n%s", width, height, text.text);
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(runbook_strip, the_worst_first)
{
	expect_made(300, 1, "Alert@0,0 late@0,24 soon@0,48 silent@0,67 NaN@0,87 agents@0,102 held@0,113 rows 1 left 0");
}

Test(runbook_strip, rows_are_filled_and_the_rest_counted)
{
	expect_made(76, 3, "Alert@0,0 late@0,24 soon@0,48 silent@1,0 NaN@1,20 agents@1,35 held@1,46 rows 2 left 0");
	expect_made(50, 2, "Alert@0,0 late@0,24 soon@1,0 silent@1,19 rows 2 left 3");
	expect_made(50, 1, "Alert@0,0 late@0,24 rows 1 left 5");
	expect_made(24, 3, "Alert@0,0 late@1,0 soon@2,0 rows 3 left 4");
	expect_made(12, 1, "Alert@0,0 rows 1 left 6");
	expect_made(8, 1, " rows 0 left 0");
	expect_made(80, 0, " rows 0 left 0");
}

Test(runbook_strip, is_drawn)
{
	expect_picture(76, 2,
		       "✗ Alert  still firing   ! late  not within 5m   … soon  1m of 5m\n"
		       "? silent  timeout   NaN 3, was 7   agents 9   ✓ held  holds\n");
	expect_picture(50, 1, "✗ Alert  still firing   ! late  not within 5m   +5\n");
	/* The name gives way to how it stands. */
	expect_picture(20, 1, "✗ Ale…  still f…  +6\n");
}

Test(runbook_strip, of_a_step_only_while_it_is_of_interest)
{
	world.runner.proofs[0].step = 0;
	cr_expect_eq(runbook_strip_rows(world.desk.page, 300, 3), 1);
	expect_made(300, 1, "Alert@0,0 late@0,24 soon@0,48 silent@0,67 NaN@0,87 agents@0,102 held@0,113 rows 1 left 0");
	world.desk.page->step = SIZE_MAX;
	expect_made(300, 1, "Alert@0,0 late@0,24 soon@0,48 silent@0,67 NaN@0,87 agents@0,102 rows 1 left 0");
}

Test(runbook_strip, nothing_to_be_proved)
{
	world.runner.proof_count = 0;
	look(&world);
	expect_made(80, 3, " rows 0 left 0");
}
