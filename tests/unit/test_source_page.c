/* The page of one source: its tables and its last answer, on screens of every size, while both change under it. */
#include "collect_fixture.h"

#include "base/text.h"
#include "collect/collector.h"
#include "ui/view/overlay_text.h"
#include "ui/view/source_page.h"

/* A collector that shows what a test gives it. */
struct given {
	struct collector *collector;
	unsigned starts;
	bool silent;
};

static struct given given; /* the one of this test's process */

static void given_start(struct collector *collector, int64_t time_ms)
{
	(void)time_ms;
	given.starts++;
	if (!given.silent)
		collector_done(collector, NULL);
}

static void given_free(struct collector *collector)
{
	(void)collector;
}

static const struct collector_ops given_ops = { .start = given_start, .free = given_free };

static void given_open(struct collect *collect, const void *config)
{
	(void)config;
	given.collector = collector_add(collect, &given_ops, &given, "given", "shop", "db:5432", "", 3600000);
}

static const struct collector_kind given_kind = { .type = "given", .open = given_open };

static const struct detail_column columns[] = {
	{ .title = "pid", .right = true },  { .title = "user" },
	{ .title = "age", .right = true },  { .title = "state" },
	{ .title = "query", .wide = true },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Sessions with the pids from..to, the oldest first, or the other way round. */
static struct detail *sessions(int from, int to, bool turned)
{
	struct detail *detail = detail_new(VIEW_NOW_MS);
	struct detail_table *table = detail_add(detail, "Sessions", "no session", columns, COLUMNS);

	for (int i = from; i < to; i++) {
		int pid = turned ? from + to - 1 - i : i;
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%d", pid);
		detail_cell(detail, row, 1, DETAIL_PLAIN, "app");
		detail_cell(detail, row, 2, pid % 5 ? DETAIL_PLAIN : DETAIL_WARNING, "%ds", pid);
		detail_cell(detail, row, 3, pid % 7 ? DETAIL_GOOD : DETAIL_BAD, "%s", pid % 7 ? "active" : "waits");
		detail_cell(detail, row, 4, DETAIL_PLAIN,
			    "select %d from orders where a very long condition holds for %d", pid, pid);
	}
	detail_add(detail, "Locks", "nothing waits for a lock", columns, COLUMNS);
	return detail;
}

static void open_page(struct collect_world *w, struct detail *detail, const char *answer, int width, int height)
{
	struct collect_entry entry = { .kind = &given_kind };
	struct collect_entries entries = { &entry, 1 };
	struct collect_config config = { .loop = w->loop, .pool = w->pool, .store = w->store };

	w->collect = collect_new(&config, &entries);
	w->console->sources.collect = w->collect;
	if (detail)
		collector_set_detail(given.collector, detail);
	if (answer)
		collector_set_raw(given.collector, answer, strlen(answer));
	console_prepare(w->console, width, height, VIEW_NOW_MS);
	keys(w, "6 Enter");
	cr_assert_eq(w->console->view, &view_source);
}

/* The first cell of the row with the focus. */
static const char *focused(const struct collect_world *w)
{
	static char ret[256];
	struct source_page page;
	int line = w->console->sources.line;
	struct strbuf text = STRBUF_INIT;

	source_page_init(&page, w->console);
	if (line >= 0)
		source_line_text(&page.lines.items[line], &text);
	snprintf(ret, sizeof(ret), "%.*s", (int)strcspn(text.text, "\n"), text.text);
	strbuf_release(&text);
	source_page_release(&page);
	return ret;
}

Test(source_page, it_shows_state_tables_and_answer)
{
	struct collect_world w;

	collect_world_init(&w);
	open_page(&w, sessions(100, 120, false), "first\r\nsecond\n", 100, 40);
	for (const char *const *text = (const char *const[]){ "given shop", "db:5432", "Sessions  20", "pid", "query",
							      "select 101", "Locks", "nothing waits for a lock",
							      "Last answer", "first", "second", NULL };
	     *text; text++)
		cr_expect(shows(&w.world, *text), "no '%s' in\n%s", *text, screen(&w.world));
	cr_expect_str_eq(focused(&w), "pid: 100");
	collect_world_release(&w);
}

Test(source_page, tables_of_a_source_that_fails_tell_their_age)
{
	struct collect_world w;
	struct collector_state *state;

	collect_world_init(&w);
	open_page(&w, sessions(100, 120, false), "first", 100, 40);
	state = &given.collector->state;
	cr_expect_not(shows(&w.world, " old"), "%s", screen(&w.world));
	given.collector->detail->time_ms = VIEW_NOW_MS - 42000;
	state->health = COLLECTOR_FAILING;
	state->last_ms = VIEW_NOW_MS - 2000;
	console_prepare(w.console, 100, 40, VIEW_NOW_MS);
	cr_expect(shows(&w.world, "Sessions  20  ~ 42s old"), "%s", screen(&w.world));
	cr_expect(shows(&w.world, "Locks  ~ 42s old"), "%s", screen(&w.world));
	given.collector->detail->time_ms = state->last_ms;
	console_prepare(w.console, 100, 40, VIEW_NOW_MS);
	cr_expect_not(shows(&w.world, " old"), "what fails may have much to show:\n%s", screen(&w.world));
	collect_world_release(&w);
}

Test(source_page, keys_go_from_row_to_row_and_from_section_to_section)
{
	struct collect_world w;

	collect_world_init(&w);
	open_page(&w, sessions(100, 200, false), "first\nsecond\n", 100, 24);
	keys(&w, "Down Down Up");
	cr_expect_str_eq(focused(&w), "pid: 101");
	keys(&w, "Tab");
	cr_expect_str_eq(focused(&w), "nothing waits for a lock");
	keys(&w, "Right");
	cr_expect_str_eq(focused(&w), "first");
	keys(&w, "Tab");
	cr_expect_str_eq(focused(&w), "pid: 100");
	keys(&w, "Shift-Tab");
	cr_expect_str_eq(focused(&w), "first");
	keys(&w, "Left G");
	cr_expect_str_eq(focused(&w), "second");
	keys(&w, "Down PageDown g");
	cr_expect_str_eq(focused(&w), "pid: 100");
	cr_expect(shows(&w.world, "given shop"), "at the top its state is in sight");
	keys(&w, "PageDown");
	cr_expect(strcmp(focused(&w), "pid: 110") > 0);
	keys(&w, "PageUp Up Up Up o");
	cr_expect_str_eq(focused(&w), "first");
	keys(&w, "Escape");
	cr_expect_eq(w.console->view, &view_sources);
	keys(&w, "o");
	cr_expect_str_eq(focused(&w), "first", "it was opened for its answer");
	collect_world_release(&w);
}

Test(source_page, the_focus_follows_its_row_when_the_table_changes)
{
	struct collect_world w;
	int place;

	collect_world_init(&w);
	open_page(&w, sessions(100, 200, false), "answer\n", 100, 24);
	keys(&w, "PageDown PageDown Down");
	cr_expect_str_eq(focused(&w), "pid: 143");
	place = w.console->sources.line - w.console->sources.line_scroll;
	collector_set_detail(given.collector, sessions(60, 190, false));
	screen(&w.world);
	cr_expect_str_eq(focused(&w), "pid: 143");
	cr_expect_eq(w.console->sources.line - w.console->sources.line_scroll, place, "and keeps its place");
	collector_set_detail(given.collector, sessions(60, 190, true));
	screen(&w.world);
	cr_expect_str_eq(focused(&w), "pid: 143");
	/* What is gone leaves the focus where it was. */
	collector_set_detail(given.collector, sessions(10, 90, false));
	screen(&w.world);
	cr_expect_neq(focused(&w)[0], '\0');
	keys(&w, "o");
	cr_expect_str_eq(focused(&w), "answer");
	collector_set_detail(given.collector, sessions(10, 11, false));
	screen(&w.world);
	cr_expect_str_eq(focused(&w), "answer");
	collector_set_detail(given.collector, NULL);
	screen(&w.world);
	cr_expect_str_eq(focused(&w), "answer");
	collect_world_release(&w);
}

Test(source_page, a_row_unfolds_whole_and_is_copied)
{
	struct collect_world w;

	collect_world_init(&w);
	open_page(&w, sessions(100, 120, false), NULL, 60, 24);
	cr_expect_not(shows(&w.world, "condition holds for 100"));
	keys(&w, "Enter");
	cr_assert_not_null(text_overlay_of(w.console));
	cr_expect(shows(&w.world, "user: app"));
	cr_expect(shows(&w.world, "holds for 100") || shows(&w.world, "for 100"));
	press(&w.world, "Escape");
	keys(&w, "y");
	cr_expect(strstr(w.world.copied.text, "query: select 100 from orders") != NULL);
	collect_world_release(&w);
}

Test(source_page, a_search_finds_rows_and_answers)
{
	struct collect_world w;

	collect_world_init(&w);
	open_page(&w, sessions(100, 200, false), "first\nsecond SELECT 150 here\n", 100, 24);
	enter_line(&w, "/", "select 150");
	cr_expect_str_eq(focused(&w), "pid: 150");
	keys(&w, "n");
	cr_expect_str_eq(focused(&w), "second SELECT 150 here");
	keys(&w, "n");
	cr_expect_str_eq(focused(&w), "pid: 150");
	keys(&w, "N N");
	cr_expect_str_eq(focused(&w), "pid: 150");
	enter_line(&w, "/", "zzz");
	cr_expect_str_eq(focused(&w), "pid: 150");
	collect_world_release(&w);
}

/* As many lines as an answer can have: typing stays light. */
Test(source_page, a_search_in_a_long_answer_is_quick)
{
	struct collect_world w;
	char *answer = malloc(30001);
	int64_t began_ms;

	collect_world_init(&w);
	for (int i = 0; i < 30000; i += 2)
		memcpy(answer + i, "a\n", 2);
	answer[30000] = '\0';
	memcpy(answer + 29990, "bb\n", 3);
	open_page(&w, sessions(100, 600, false), answer, 100, 24);
	began_ms = clock_monotonic_ms();
	enter_line(&w, "/", "bb");
	cr_expect_lt(clock_monotonic_ms() - began_ms, 5000);
	cr_expect_str_eq(focused(&w), "bb");
	free(answer);
	collect_world_release(&w);
}

Test(source_page, asking_again_asks)
{
	struct collect_world w;
	unsigned before;

	collect_world_init(&w);
	open_page(&w, sessions(100, 120, false), NULL, 100, 24);
	for (int i = 0; i < 200 && !given.starts; i++)
		turn(&w, 10);
	before = given.starts;
	keys(&w, "R");
	turn(&w, 1);
	cr_expect_gt(given.starts, before);
	cr_expect(shows(&w.world, "asking db:5432 again"));
	collect_world_release(&w);
}

Test(source_page, it_waits_for_the_first_answer)
{
	struct collect_world w;

	collect_world_init(&w);
	given.silent = true;
	{
		struct collect_entry entry = { .kind = &given_kind };
		struct collect_entries entries = { &entry, 1 };
		struct collect_config config = { .loop = w.loop, .pool = w.pool, .store = w.store };

		w.collect = collect_new(&config, &entries);
	}
	w.console->sources.collect = w.collect;
	console_prepare(w.console, 100, 24, VIEW_NOW_MS);
	press(&w.world, "6 Enter o G g Up Down Enter y n");
	cr_expect(waits(&w));
	for (int i = 0; i < 300 && !given.starts; i++)
		turn(&w, 10);
	cr_assert_gt(given.starts, 0u);
	collector_done(given.collector, NULL);
	screen(&w.world);
	cr_expect_not(waits(&w));
	collect_world_release(&w);
}

/* ---- the screen ---- */

static struct detail *hostile(void)
{
	static const struct detail_column many[] = {
		{ .title = "name", .wide = true },
		{ .title = "a" },
		{ .title = "b" },
		{ .title = "日本語" },
		{ .title = "n", .right = true },
		{ .title = "last", .wide = true },
	};
	struct detail *detail = detail_new(VIEW_NOW_MS);
	struct detail_table *table = detail_add(detail, "Mixed \x1b[31m", "none", many, 6);

	for (int i = 0; i < 520; i++) {
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "\x1b]0;x\x07name %d 日本語日本語日本語日本語日本語日本語",
			    i);
		detail_cell(detail, row, 1, DETAIL_BAD, "%s", "\xe2\x80\xae turned");
		detail_cell(detail, row, 3, DETAIL_DIM, "a\nb\tc");
		detail_cell(detail, row, 5, DETAIL_GOOD, "\xff\xfe");
	}
	return detail;
}

static void expect_harmless(struct collect_world *w, enum glyph_set glyphs)
{
	struct canvas *canvas = canvas_new(w->console->width, w->console->height, glyphs);
	struct strbuf text = STRBUF_INIT;
	size_t at = 0;
	uint32_t code;
	int used = 0;

	console_draw(w->console, canvas);
	export_text(canvas, &text);
	while (at < text.length) {
		at += text_decode(text.text + at, text.length - at, &code);
		cr_assert(code == '\n' || !text_is_unsafe(code), "U+%04X reaches the screen", code);
		cr_assert(glyphs != GLYPHS_ASCII || code < 128);
		used = code == '\n' ? 0 : used + text_code_width(code);
		cr_assert_leq(used, w->console->width);
	}
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(source_page, every_key_on_every_screen)
{
	static const int sizes[][2] = { { 40, 12 }, { 80, 24 }, { 200, 50 }, { 12, 4 }, { 1, 1 } };
	static const char *const all[] = { "Up",     "Down",     "Left",  "Right",  "Tab",    "Shift-Tab",
					   "PageUp", "PageDown", "Enter", "Escape", "o",      "y",
					   "g",      "G",        "n",     "x",      "Escape", "6",
					   "Enter",  "R",        "s",     "?",      "Escape", "w" };

	for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++)
		for (int state = 0; state < 3; state++) {
			struct collect_world w;

			collect_world_init(&w);
			open_page(&w, state ? hostile() : NULL, state == 2 ? "\x1b[2Jone\xe2\x80\xae\n\n\ntwo" : NULL,
				  sizes[size][0], sizes[size][1]);
			for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
				press(&w.world, all[i]);
				expect_harmless(&w, i % 2 ? GLYPHS_ASCII : GLYPHS_BRAILLE);
			}
			collect_world_release(&w);
		}
}

Test(source_page, what_is_too_wide_gives_way_from_the_wide_columns)
{
	struct collect_world w;

	collect_world_init(&w);
	open_page(&w, sessions(100, 110, false), NULL, 60, 24);
	cr_expect(shows(&w.world, "select 101 from"));
	cr_expect(shows(&w.world, "active"));
	console_prepare(w.console, 24, 24, VIEW_NOW_MS);
	cr_expect(shows(&w.world, "101"), "the first column stays");
	cr_expect_not(shows(&w.world, "active"));
	console_prepare(w.console, 160, 24, VIEW_NOW_MS);
	cr_expect(shows(&w.world, "condition holds for 101"));
	collect_world_release(&w);
}

Test(source_page, rows_that_were_left_out_are_counted)
{
	struct collect_world w;

	collect_world_init(&w);
	open_page(&w, hostile(), NULL, 100, 24);
	cr_expect(shows(&w.world, "the first 500 of 520"));
	collect_world_release(&w);
}
