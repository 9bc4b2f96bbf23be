#include <criterion/criterion.h>

#include "console_fixture.h"
#include "dashboard/board_describe.h"
#include "ui/view/explain.h"

/* A panel of every kind of trouble. */
#define TROUBLED                                                                                                       \
	"{\"title\":\"t\",\"panels\":[{\"id\":7,\"title\":\"Map\",\"type\":\"geomap\",\"description\":\"where they "   \
	"are\",\"targets\":[{\"refId\":\"A\",\"expr\":\"up{job=\\\"$job\\\"}\",\"legendFormat\":\"{{instance}}\"},"    \
	"{\"refId\":\"B\",\"expr\":\"hidden\",\"hide\":true}],\"transformations\":[{\"id\":\"smoothing\","             \
	"\"options\":{}}]}],\"templating\":{\"list\":[{\"name\":\"job\",\"type\":\"custom\",\"query\":\"node\","       \
	"\"current\":{\"value\":\"node\"}}]}}"

static char *text_of(void (*explain)(const struct console *, size_t, struct document *), const struct console *console,
		     size_t index)
{
	struct document document;
	struct strbuf text = STRBUF_INIT;

	document_init(&document);
	explain(console, index, &document);
	document_text(&document, &text);
	document_release(&document);
	return strbuf_detach(&text);
}

static void expect(char *text, const char *const *wanted)
{
	for (; *wanted; wanted++)
		cr_expect(strstr(text, *wanted), "no '%s' in: %s", *wanted, text);
	free(text);
}

Test(explain, says_what_a_panel_is_and_asks)
{
	static const char *const wanted[] = {
		"(geomap)",
		"where they are",
		"reason timeout after 5s",
		"server says too slow",
		"stale",
		"A up{job=\"$job\"}",
		"named {{instance}}",
		"B hidden",
		"hidden by the dashboard",
		"'geomap' has no drawing of its own",
		"'smoothing' is left out",
		"no data source",
		NULL,
	};
	struct console_world world;
	struct panel_data *data;

	console_world_init(&world, TROUBLED);
	data = world_data(&world.view.board, "Map");
	data->state = DATA_STALE;
	data->last_good_ms = VIEW_NOW_MS - 42000;
	snprintf(data->reason, sizeof(data->reason), "timeout after 5s");
	snprintf(data->detail, sizeof(data->detail), "too slow");
	expect(text_of(explain_panel, world.console, 0), wanted);
	cr_expect(press(&world, "x"));
	cr_expect(shows(&world, "Explain: Map"));
	cr_expect(shows(&world, "42s ago"));
	console_world_release(&world);
}

Test(explain, names_the_engine)
{
	static const char *const server[] = { "engine prometheus at http://p:9090\n", NULL };
	static const char *const in_place[] = { "engine embedded, in place of prometheus at http://p:9090 (refused)",
						NULL };
	static const char *const own[] = { "engine embedded (not prometheus)", NULL };
	static const char *const only[] = { "engine embedded\n", NULL };
	struct console_world world;
	struct panel_data *data;
	struct console *console;

	console_world_init(&world, TROUBLED);
	console = world.console;
	data = world_data(&world.view.board, "Map");
	data->state = DATA_VALUE;
	console->engine = (struct query_engine *)console; /* only its presence is looked at */
	console->source =
		(struct query_state){ .engine = "prometheus", .url = "http://p:9090", .stand_in = "embedded" };
	snprintf(console->source.reason, sizeof(console->source.reason), "refused");
	expect(text_of(explain_panel, console, 0), server);
	data->engine = "prometheus";
	expect(text_of(explain_panel, console, 0), server);
	data->engine = "embedded";
	expect(text_of(explain_panel, console, 0), own);
	console->source.standing_in = true;
	expect(text_of(explain_panel, console, 0), in_place);
	console->source = (struct query_state){ .engine = "embedded", .url = "" };
	expect(text_of(explain_panel, console, 0), only);
	console->engine = NULL;
	console_world_release(&world);
}

Test(explain, of_a_heading_and_a_text_is_short)
{
	static const char *const heading[] = { "holds 1 panel", NULL }, *const text[] = { "(text)", "nothing", NULL };
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	expect(text_of(explain_panel, world.console, 5), heading);
	expect(text_of(explain_panel, world.console, 6), text);
	console_world_release(&world);
}

Test(explain, the_raw_answer_says_that_there_is_none)
{
	static const char *const asked[] = { "A latency", "not asked", NULL }, *const nothing[] = { "asks nothing",
												    NULL };
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	expect(text_of(explain_answer, world.console, 3), asked);
	expect(text_of(explain_answer, world.console, 6), nothing);
	console_world_release(&world);
}

Test(explain, the_raw_answer_lists_series_with_their_last_values)
{
	static const char *const wanted[] = { "A fixed_wave", "step 15s", "values)", " @", NULL };
	struct board_world world;
	struct board_question questions[4];
	struct console console;

	world_init(&world, "tests/screen/fixed_server.py", "",
		   "{\"title\":\"t\",\"panels\":[{\"id\":1,\"title\":\"W\",\"type\":\"timeseries\",\"targets\":[{"
		   "\"refId\":\"A\",\"expr\":\"$what\"},{\"refId\":\"B\",\"expr\":\"hidden\",\"hide\":true}]}],"
		   "\"templating\":{\"list\":[{\"name\":\"what\",\"type\":\"constant\",\"query\":\"fixed_wave\"}]},"
		   "\"time\":{\"from\":\"now-1h\",\"to\":\"now\"}}");
	cr_assert_eq(board_questions(world.board, 0, questions, 4), 2);
	cr_expect_eq(questions[0].progress, QUESTION_NOT_ASKED);
	cr_expect_str_eq(questions[0].expression, "$what");
	cr_expect_eq(board_questions(world.board, 0, questions, 1), 1);
	world_refresh(&world);
	cr_assert_eq(board_questions(world.board, 0, questions, 4), 2);
	cr_expect_eq(questions[0].progress, QUESTION_ANSWERED);
	cr_expect_str_eq(questions[0].expression, "fixed_wave");
	cr_expect_eq(questions[0].end_ms - questions[0].start_ms, 3600000);
	cr_expect_gt(questions[0].matrix->count, 0);
	cr_expect_eq(questions[1].progress, QUESTION_NOT_ASKED);
	console_init(&console);
	console.boards = &world.board;
	console.board_count = 1;
	console_prepare(&console, 80, 24, VIEW_NOW_MS);
	expect(text_of(explain_answer, &console, 0), wanted);
	console_release(&console);
	world_release(&world);
}

Test(explain, copies_expression_and_value)
{
	struct console_world world;
	struct strbuf text = STRBUF_INIT;

	console_world_init(&world, CONSOLE_BOARD);
	world_data(&world.view.board, "Latency")->state = DATA_DOWN;
	explain_copy(world.console, 3, &text);
	cr_expect_str_eq(text.text, "latency\nLatency: DOWN");
	strbuf_release(&text);
	console_world_release(&world);
}
