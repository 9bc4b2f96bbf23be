/* What a board asks and what it makes of the answers, against servers that behave as a test wants it to. */
#include <criterion/criterion.h>
#include <string.h>

#include "board_fixture.h"
#include "dashboard/variable.h"

TestSuite(board_ask, .timeout = 60);

#define SCRIPTED "tests/e2e/scripted_server.py"
#define FIXED    "tests/screen/fixed_server.py"

#define STAT(title, y, expr)                                                                                           \
	"{\"type\":\"timeseries\",\"title\":\"" title "\",\"gridPos\":{\"x\":0,\"y\":" #y                              \
	",\"w\":24,\"h\":4},\"targets\":[{\"refId\":\"A\",\"expr\":\"" expr "\"}]}"

/* A GET on the server beside its API, to switch it or to read its counts; the body is freed by the caller. */
static char *get(struct board_world *world, const char *path)
{
	char *command = mem_printf("curl -s http://127.0.0.1:%d%s", world->server.port, path);
	char *body = mem_zalloc(65536);
	FILE *stream = popen(command, "r");

	cr_assert(stream);
	body[fread(body, 1, 65535, stream)] = '\0';
	pclose(stream);
	free(command);
	return body;
}

static void expect_state(struct board_world *world, const char *title, enum data_state state, const char *reason)
{
	const struct panel_data *data = world_data(world, title);

	cr_expect_eq(data->state, state, "%s is in state %d (%s)", title, data->state, data->reason);
	cr_expect_str_eq(data->reason, reason, "%s: %s", title, data->reason);
}

static bool sees_above(const struct board_panel *panel)
{
	return panel->y < 8;
}

Test(board_ask, only_what_is_visible_and_equal_questions_once)
{
	struct board_world world;
	char *counts;

	world_init(&world, SCRIPTED, "/ok",
		   "{\"panels\":[" STAT("A", 0, "first") "," STAT("B", 4, "first") "," STAT("C", 8, "hidden") "]}");
	world.sees = sees_above;
	world_refresh(&world);
	expect_state(&world, "A", DATA_VALUE, "");
	expect_state(&world, "B", DATA_VALUE, "");
	expect_state(&world, "C", DATA_WAITING, "");
	counts = get(&world, "/counts");
	cr_expect(strstr(counts, "\"first\":1"), "%s", counts);
	cr_expect_not(strstr(counts, "hidden"), "%s", counts);
	free(counts);

	world.sees = NULL; /* scrolled: asked within the same round, the others not again */
	world_settle(&world);
	expect_state(&world, "C", DATA_VALUE, "");
	counts = get(&world, "/counts");
	cr_expect(strstr(counts, "\"first\":1") && strstr(counts, "\"hidden\":1"), "%s", counts);
	free(counts);
	world_release(&world);
}

static bool sees_nothing(const struct board_panel *panel)
{
	(void)panel;
	return false;
}

Test(board_ask, what_scrolls_away_is_cancelled)
{
	struct board_world world;
	struct query_state state;

	world_init(&world, SCRIPTED, "/hung", "{\"panels\":[" STAT("A", 0, "first") "]}");
	board_refresh(world.board);
	world_see(&world);
	world_run_ms(&world, 200);
	cr_assert(world_data(&world, "A")->asking);
	query_engine_state(world.engine, &state);
	cr_expect_eq(state.running, 1);
	cr_expect(board_busy(world.board));
	world.sees = sees_nothing;
	world_see(&world);
	query_engine_state(world.engine, &state);
	cr_expect_eq(state.running + state.waiting, 0);
	cr_expect_not(world_data(&world, "A")->asking);
	cr_expect_not(board_busy(world.board));
	world_release(&world);
}

Test(board_ask, last_good_data_stays_and_recovery_is_silent)
{
	struct board_world world;
	struct panel_data *data;

	world_init(&world, SCRIPTED, "/toggle", "{\"panels\":[" STAT("A", 0, "up") "]}");
	world_refresh(&world);
	expect_state(&world, "A", DATA_FAILED, "503 service unavailable");
	cr_expect_eq(world_data(&world, "A")->last_good_ms, 0);

	free(get(&world, "/toggle/heal"));
	query_engine_retry(world.engine);
	world_refresh(&world);
	expect_state(&world, "A", DATA_VALUE, "");
	data = world_data(&world, "A");
	cr_expect_neq(data->last_good_ms, 0);
	cr_assert_eq(data->frames.frames.count, 1);
	cr_expect_gt(data->frames.frames.items[0].length, 1);

	free(get(&world, "/toggle/break"));
	query_engine_retry(world.engine);
	world_refresh(&world);
	expect_state(&world, "A", DATA_STALE, "503 service unavailable");
	cr_expect_eq(world_data(&world, "A")->frames.frames.count, 1, "what was good is still there");

	free(get(&world, "/toggle/heal"));
	query_engine_retry(world.engine);
	world_refresh(&world);
	expect_state(&world, "A", DATA_VALUE, "");
	cr_expect_str_eq(world_data(&world, "A")->detail, "");
	world_release(&world);
}

Test(board_ask, why_there_is_nothing)
{
	struct board_world world;

	world_init(
		&world, FIXED, "",
		"{\"time\":{\"from\":\"now-1h\",\"to\":\"now\"},\"panels\":[" STAT("value", 0, "fixed_wave") "," STAT("empty", 4, "fixed_nothing") "," STAT("absent", 8, "missing_metric") "," STAT("down", 12, "fixed_nothing{job=\\\"down\\\"}") "," STAT(
			"nowhere", 16,
			"fixed_nothing{"
			"job="
			"\\\"nowhere\\\""
			"}") "," STAT("it"
				      "s "
				      "jo"
				      "b "
				      "is"
				      " d"
				      "ow"
				      "n",
				      20,
				      "fi"
				      "xe"
				      "d_"
				      "do"
				      "wn"
				      "ed"
				      "{x"
				      "="
				      "\\"
				      "\""
				      "fi"
				      "xe"
				      "d_"
				      "no"
				      "th"
				      "in"
				      "g"
				      "\\"
				      "\""
				      "}") "," STAT("ended", 24,
						    "fixed_ended") "," STAT("short", 28,
									    "rate(fixed_wave[20d])") "," STAT("long "
													      "enough",
													      32,
													      "rate("
													      "fixed_"
													      "wave[1d]"
													      ")") "," STAT("wrong",
															    36,
															    "fixed_broken(") "]}");
	world_refresh(&world);
	expect_state(&world, "value", DATA_VALUE, "");
	expect_state(&world, "empty", DATA_NO_DATA, "");
	expect_state(&world, "absent", DATA_ABSENT, "unknown metric missing_metric");
	expect_state(&world, "down", DATA_DOWN, "job down answers up 0");
	expect_state(&world, "nowhere", DATA_ABSENT, "no target of job nowhere");
	expect_state(&world, "its job is down", DATA_DOWN, "job down answers up 0");
	expect_state(&world, "ended", DATA_STALE, "no newer samples");
	expect_state(&world, "short", DATA_INSUFFICIENT, "less than half of 20d is there");
	expect_state(&world, "long enough", DATA_VALUE, "");
	cr_expect_eq(world_data(&world, "wrong")->state, DATA_FAILED);
	cr_expect(strstr(world_data(&world, "wrong")->detail, "parse error"));
	world_release(&world);
}

Test(board_ask, samples_that_ended_tell_their_age)
{
	struct board_world world;
	const struct panel_data *data;
	int64_t from, to;

	world_init(&world, FIXED, "", "{\"panels\":[" STAT("ended", 0, "fixed_ended") "]}");
	world_refresh(&world);
	data = world_data(&world, "ended");
	board_range(world.board, &from, &to);
	cr_expect(to - data->last_good_ms >= 900000 && to - data->last_good_ms <= 900000 + 60000, "%lld",
		  (long long)(to - data->last_good_ms));
	world_release(&world);
}

Test(board_ask, one_failed_question_is_a_warning)
{
	struct board_world world;

	world_init(&world, FIXED, "",
		   "{\"panels\":[{\"type\":\"timeseries\",\"title\":\"two\",\"targets\":["
		   "{\"refId\":\"A\",\"expr\":\"fixed_wave\"},{\"refId\":\"B\",\"expr\":\"fixed_broken(\"}]}]}");
	world_refresh(&world);
	expect_state(&world, "two", DATA_VALUE, "");
	cr_expect(strstr(world_data(&world, "two")->warning, "B: ") == world_data(&world, "two")->warning, "%s",
		  world_data(&world, "two")->warning);
	cr_expect_eq(world_data(&world, "two")->frames.frames.count, 1);
	world_release(&world);
}

Test(board_ask, a_warning_of_the_server_is_kept)
{
	struct board_world world;

	world_init(&world, SCRIPTED, "/warn", "{\"panels\":[" STAT("A", 0, "up") "]}");
	world_refresh(&world);
	expect_state(&world, "A", DATA_VALUE, "");
	cr_expect_str_eq(world_data(&world, "A")->warning, "a part is missing");
	world_release(&world);
}

Test(board_ask, hidden_and_foreign_questions_are_not_asked)
{
	struct board_world world;
	char *counts;

	world_init(&world, SCRIPTED, "/ok",
		   "{\"panels\":[{\"type\":\"stat\",\"title\":\"hidden\",\"targets\":["
		   "{\"refId\":\"A\",\"expr\":\"secret\",\"hide\":true}]},"
		   "{\"type\":\"logs\",\"title\":\"foreign\",\"datasource\":{\"type\":\"loki\",\"uid\":\"l\"},"
		   "\"targets\":[{\"refId\":\"A\",\"expr\":\"secret\"}]}]}");
	world_refresh(&world);
	expect_state(&world, "hidden", DATA_NO_DATA, "");
	cr_expect_eq(world_data(&world, "foreign")->state, DATA_FAILED);
	cr_expect(strstr(world_data(&world, "foreign")->reason, "loki"), "%s", world_data(&world, "foreign")->reason);
	counts = get(&world, "/counts");
	cr_expect_not(strstr(counts, "secret"), "%s", counts);
	free(counts);
	world_release(&world);
}

Test(board_ask, every_panel_has_its_own_step_and_values)
{
	struct board_world world;
	char *counts;

	world_init(
		&world, SCRIPTED, "/ok",
		"{\"time\":{\"from\":\"now-6h\",\"to\":\"now\"},\"templating\":{\"list\":[{\"name\":\"host\",\"type\":"
		"\"custom\",\"query\":\"a,b\",\"multi\":true,\"current\":{\"value\":[\"a\",\"b\"]}}]},\"panels\":["
		"{\"type\":\"timeseries\",\"title\":\"on $host\",\"repeat\":\"host\",\"interval\":\"2m\",\"targets\":["
		"{\"refId\":\"A\",\"expr\":\"load{h=\\\"$host\\\"}[$__interval]\"}]},"
		"{\"type\":\"stat\",\"title\":\"now\",\"targets\":[{\"refId\":\"A\",\"instant\":true,\"range\":false,"
		"\"expr\":\"sum(x{h=~\\\"$host\\\"})\"}]}]}");
	world_refresh(&world);
	cr_expect_eq(world_data(&world, "on a")->step_ms, 120000);
	cr_expect_eq(world_data(&world, "on b")->start_ms % 120000, 0);
	cr_expect_eq(world_data(&world, "now")->step_ms, 0);
	cr_expect_eq(world_data(&world, "now")->start_ms, world_data(&world, "now")->end_ms);
	counts = get(&world, "/counts");
	cr_expect(strstr(counts, "load{h=\\\"a\\\"}[2m]") && strstr(counts, "load{h=\\\"b\\\"}[2m]"), "%s", counts);
	cr_expect(strstr(counts, "sum(x{h=~\\\"(a|b)\\\"})"), "%s", counts);
	free(counts);
	world_release(&world);
}

Test(board_ask, data_stay_when_the_board_is_unfolded_anew)
{
	struct board_world world;

	world_init(&world, SCRIPTED, "/ok",
		   "{\"panels\":[{\"type\":\"row\",\"title\":\"row\",\"collapsed\":true,\"gridPos\":{\"x\":0,\"y\":0,"
		   "\"w\":24,\"h\":1},\"panels\":[" STAT("inside", 1, "inner") "]}," STAT("A", 2, "up") "]}");
	world_refresh(&world);
	expect_state(&world, "A", DATA_VALUE, "");
	board_toggle_row(world.board, 0);
	cr_expect(board_busy(world.board), "new panels wait to be seen");
	expect_state(&world, "inside", DATA_WAITING, "");
	expect_state(&world, "A", DATA_VALUE, "");
	world_settle(&world);
	expect_state(&world, "inside", DATA_VALUE, "");
	board_toggle_row(world.board, 0);
	world_settle(&world);
	expect_state(&world, "A", DATA_VALUE, "");
	world_release(&world);
}
