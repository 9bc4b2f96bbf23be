/* Which of two engines a panel asks, whose facts judge it, and what it says of the one that answered. */
#include <criterion/criterion.h>

#include "board_fixture.h"
#include "dashboard/board_describe.h"
#include "engine_fixture.h"

TestSuite(board_engine, .timeout = 60);

#define PANEL(title, y, datasource, expr)                                                                              \
	"{\"type\":\"timeseries\",\"title\":\"" title "\",\"gridPos\":{\"x\":0,\"y\":" #y                              \
	",\"w\":24,\"h\":4}," datasource "\"targets\":[{\"refId\":\"A\",\"expr\":\"" expr "\",\"instant\":true,"       \
	"\"range\":false}]}"

struct engines {
	struct board_world world;
	struct script usual, own, third;
};

static struct query_engine *choose(void *user, const char *name)
{
	struct board_world *world = user;
	struct engines *engines = (struct engines *)(void *)world; /* its first member */

	if (strcmp(name, "third") == 0)
		return engines->third.engine;
	if (strcmp(name, "skep") == 0 && engines->third.value < 0) /* a mapping goes before the name */
		return engines->usual.engine;
	return NULL;
}

static void engines_init(struct engines *engines, const char *json)
{
	struct board_world *world = &engines->world;
	struct board_config config = { .on_change = world_on_change, .user = world, .choose_engine = choose };

	world_init(world, NULL, NULL, json);
	board_free(world->board);
	script_init(&engines->usual, world->loop, &script_server_ops, 1);
	script_init(&engines->own, world->loop, &script_embedded_ops, 2);
	script_init(&engines->third, world->loop, &script_server_ops, 3);
	config.loop = world->loop;
	config.dashboard = world->dashboard;
	config.engine = engines->usual.engine;
	config.embedded = engines->own.engine;
	world->board = board_new(&config);
}

static void engines_release(struct engines *engines)
{
	board_free(engines->world.board);
	engines->world.board = NULL;
	query_engine_free(engines->usual.engine);
	query_engine_free(engines->own.engine);
	query_engine_free(engines->third.engine);
	world_release(&engines->world);
}

static double shown(struct engines *engines, const char *title)
{
	const struct panel_data *data = world_data(&engines->world, title);
	const struct frame *frame;

	if (!data->frames.frames.count)
		return -1;
	frame = &data->frames.frames.items[0];
	return frame->fields[frame->field_count - 1].numbers[0];
}

/* clang-format off */
static const char sources[] =
	"{\"templating\":{\"list\":[{\"name\":\"which\",\"type\":\"custom\",\"query\":\"skep\","
	"\"current\":{\"value\":\"skep\"}}]},\"panels\":["
	PANEL("default", 0, "", "a") ","
	PANEL("name", 4, "\"datasource\":\"skep\",", "b") ","
	PANEL("uid", 8, "\"datasource\":{\"type\":\"prometheus\",\"uid\":\"skep\"},", "c") ","
	PANEL("type", 12, "\"datasource\":{\"type\":\"skep\",\"uid\":\"x\"},", "d") ","
	PANEL("other", 16, "\"datasource\":{\"type\":\"prometheus\",\"uid\":\"p\"},", "e") ","
	PANEL("third", 20, "\"datasource\":\"third\",", "f") ","
	PANEL("variable", 24, "\"datasource\":\"$which\",", "g") "]}";

static const char usual_and_own[] =
	"{\"panels\":["
	PANEL("usual", 0, "", "rate(mine[30d])") ","
	PANEL("own", 4, "\"datasource\":\"skep\",", "rate(mine[30d])") "]}";

static const char usual[] = "{\"panels\":[" PANEL("usual", 0, "", "rate(mine[30d])") "]}";
static const char own[] = "{\"panels\":[" PANEL("own", 0, "\"datasource\":\"skep\",", "a") "]}";
/* clang-format on */

Test(board_engine, a_data_source_chooses_who_is_asked)
{
	struct engines engines;

	engines_init(&engines, sources);
	world_refresh(&engines.world);
	cr_expect_eq(shown(&engines, "default"), 1);
	cr_expect_eq(shown(&engines, "name"), 2);
	cr_expect_eq(shown(&engines, "uid"), 2);
	cr_expect_eq(shown(&engines, "type"), 2);
	cr_expect_eq(shown(&engines, "other"), 1);
	cr_expect_eq(shown(&engines, "third"), 3);
	cr_expect_eq(shown(&engines, "variable"), 2);
	cr_expect_str_eq(world_data(&engines.world, "name")->engine, "embedded");
	cr_expect_str_eq(world_data(&engines.world, "default")->engine, "prometheus");

	engines.third.value = -1;
	world_refresh(&engines.world);
	cr_expect_eq(shown(&engines, "name"), 1, "the system's own word counts more than the name");
	engines_release(&engines);
}

Test(board_engine, targets_of_one_panel_may_ask_different_ones)
{
	struct engines engines;
	struct board_question questions[4];

	engines_init(&engines,
		     "{\"panels\":[{\"type\":\"timeseries\",\"title\":\"mixed\",\"datasource\":\"-- Mixed --\","
		     "\"targets\":[{\"refId\":\"A\",\"expr\":\"a\",\"instant\":true,\"range\":false},"
		     "{\"refId\":\"B\",\"expr\":\"b\",\"instant\":true,\"range\":false,"
		     "\"datasource\":{\"uid\":\"skep\"}},"
		     "{\"refId\":\"C\",\"expr\":\"c\",\"instant\":true,\"range\":false}]}]}");
	world_refresh(&engines.world);
	cr_expect_str_eq(engines.own.last, "b");
	cr_expect_eq(engines.usual.expressions, 2);
	cr_expect_str_eq(world_data(&engines.world, "mixed")->engine, "embedded", "the one that needs saying");
	cr_assert_eq(board_questions(engines.world.board, 0, questions, 4), 3);
	cr_expect_str_eq(questions[0].engine, "prometheus");
	cr_expect_str_eq(questions[1].engine, "embedded");
	cr_expect_str_eq(questions[2].engine, "prometheus");
	engines_release(&engines);
}

Test(board_engine, without_one_of_its_own_skep_is_the_default)
{
	struct engines engines;
	struct board_config config = { .on_change = world_on_change };

	engines_init(&engines, own);
	config.user = &engines.world;
	config.loop = engines.world.loop;
	config.dashboard = engines.world.dashboard;
	config.engine = engines.usual.engine;
	board_free(engines.world.board);
	engines.world.board = board_new(&config);
	world_refresh(&engines.world);
	cr_expect_eq(shown(&engines, "own"), 1);
	engines_release(&engines);
}

Test(board_engine, variables_ask_their_own_engine)
{
	struct engines engines;

	engines_init(&engines, "{\"templating\":{\"list\":["
			       "{\"name\":\"v\",\"type\":\"query\",\"query\":\"label_values(__name__)\","
			       "\"datasource\":{\"type\":\"skep\",\"uid\":\"x\"}},"
			       "{\"name\":\"w\",\"type\":\"query\",\"query\":\"label_values(up, __name__)\"}]},"
			       "\"panels\":[]}");
	board_refresh(engines.world.board);
	world_settle(&engines.world);
	cr_expect_eq(engines.own.lookups, 1);
	cr_expect_eq(engines.usual.lookups, 1);
	cr_expect_str_eq(board_variables(engines.world.board)->items[0].fault, "");
	engines_release(&engines);
}

#define YOUNG                                                                                                          \
	"{\"templating\":{\"list\":[{\"name\":\"v\",\"type\":\"query\",\"query\":\"label_values(young, "               \
	"__name__)\"}]},"                                                                                              \
	"\"panels\":[" PANEL("a", 0, "", "young{v=\\\"$v\\\"}") "]}"

/* What a panel asked last; why it got nothing is asked by other questions. */
static char asked_last[64];

static struct matrix *answer_young(struct script *script, const struct engine_request *request)
{
	if (strncmp(request->text, "young", 5) == 0)
		snprintf(asked_last, sizeof(asked_last), "%s", request->text);
	return script_sample(script, request->end_ms);
}

static void learn(void *user)
{
	struct engines *engines = user;

	engines->usual.names[0] = "young";
}

Test(board_engine, what_the_engine_learns_is_asked_for_at_once)
{
	struct engines engines;

	engines_init(&engines, YOUNG);
	engines.usual.empty = true;
	engines.usual.answer = answer_young;
	world_refresh(&engines.world);
	cr_expect_str_eq(asked_last, "young{v=\"\"}");
	cr_expect_eq(world_data(&engines.world, "a")->state, DATA_ABSENT);
	learn(&engines);
	world_refresh(&engines.world);
	cr_expect_str_eq(asked_last, "young{v=\"\"}", "not twice in so short a time");
	cr_expect_eq(world_data(&engines.world, "a")->state, DATA_ABSENT);
	board_learned(engines.world.board);
	world_refresh(&engines.world);
	cr_expect_str_eq(asked_last, "young{v=\"young\"}");
	cr_expect_eq(world_data(&engines.world, "a")->state, DATA_NO_DATA, "the name is known now");
	engines_release(&engines);
}

Test(board_engine, what_it_learns_while_variables_are_asked_is_not_missed)
{
	struct engines engines;
	struct timer *timer;

	engines_init(&engines, YOUNG);
	engines.usual.lookup_delay_ms = 20;
	engines.usual.answer = answer_young;
	timer = timer_new(engines.world.loop, learn, &engines);
	board_refresh(engines.world.board);
	board_learned(engines.world.board);
	timer_start(timer, 30);
	world_settle(&engines.world);
	cr_expect_str_eq(asked_last, "young{v=\"young\"}", "the first answer knew of none");
	timer_free(timer);
	engines_release(&engines);
}

Test(board_engine, an_emptiness_is_judged_by_who_answered)
{
	struct engines engines;

	engines_init(&engines, usual_and_own);
	engines.usual.empty = engines.own.empty = true;
	engines.own.names[0] = "mine";
	world_refresh(&engines.world);
	cr_expect_eq(world_data(&engines.world, "usual")->state, DATA_ABSENT);
	cr_expect_str_eq(world_data(&engines.world, "usual")->reason, "unknown metric mine");
	cr_expect_eq(world_data(&engines.world, "own")->state, DATA_NO_DATA, "it knows the metric");
	engines_release(&engines);
}

Test(board_engine, too_little_history_is_a_state_of_its_own)
{
	struct engines engines;
	struct panel_data *data;

	engines_init(&engines, usual);
	engines.usual.status = QUERY_INSUFFICIENT;
	world_refresh(&engines.world);
	data = world_data(&engines.world, "usual");
	cr_expect_eq(data->state, DATA_INSUFFICIENT);
	cr_expect_str_eq(data->reason, "insufficient");
	cr_expect_eq(data->last_good_ms, 0);

	engines.usual.status = QUERY_OK;
	world_refresh(&engines.world);
	cr_expect_gt(data->last_good_ms, 0);

	/* What was there is no answer to this question: never a number. */
	engines.usual.status = QUERY_INSUFFICIENT;
	world_refresh(&engines.world);
	cr_expect_eq(data->state, DATA_INSUFFICIENT);
	engines.usual.status = QUERY_REFUSED;
	query_engine_set_steady(engines.usual.engine);
	world_refresh(&engines.world);
	cr_expect_eq(data->state, DATA_STALE);
	engines_release(&engines);
}

/* `count(up) unless count(up offset ...)` finds something: less than half of a window is there. */
static struct matrix *young(struct script *script, const struct engine_request *request)
{
	return script_sample(script, request->end_ms);
}

Test(board_engine, history_that_was_judged_is_not_judged_again)
{
	struct engines engines;
	struct panel_data *data;

	engines_init(&engines, usual_and_own);
	engines.usual.answer = engines.own.answer = young;
	engines.own.history_judged = true;
	world_refresh(&engines.world);
	data = world_data(&engines.world, "usual");
	cr_expect_eq(data->state, DATA_INSUFFICIENT);
	cr_expect_str_eq(data->reason, "less than half of 30d is there");
	cr_expect_eq(world_data(&engines.world, "own")->state, DATA_VALUE);
	cr_expect_eq(engines.own.expressions, 1, "nobody asked how old it is");
	engines_release(&engines);
}

Test(board_engine, an_answer_by_another_engine_is_a_good_one)
{
	struct engines engines;
	struct panel_data *data;

	engines_init(&engines, usual);
	engines.usual.history_judged = true;
	world_refresh(&engines.world);
	data = world_data(&engines.world, "usual");
	cr_expect_str_eq(data->engine, "prometheus");
	engines.usual.answered_by = "embedded";
	world_refresh(&engines.world);
	cr_expect_eq(data->state, DATA_VALUE);
	cr_expect_str_eq(data->engine, "embedded");
	/* Of a failure the good data's engine stays said. */
	engines.usual.answered_by = NULL;
	engines.usual.status = QUERY_REFUSED;
	world_refresh(&engines.world);
	cr_expect_eq(data->state, DATA_STALE);
	cr_expect_str_eq(data->engine, "embedded");
	engines_release(&engines);
}
