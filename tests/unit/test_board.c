/* What stands where on a board: sections, rows folded and not, repeats, and what survives a new unfolding. */
#include <criterion/criterion.h>
#include <string.h>

#include "board_fixture.h"
#include "dashboard/variable.h"

TestSuite(board, .timeout = 60);

#define PLACE(x, y, w, h) "\"gridPos\":{\"x\":" #x ",\"y\":" #y ",\"w\":" #w ",\"h\":" #h "}"
#define STAT(title, x, y, w, h)                                                                                        \
	"{\"type\":\"stat\",\"title\":\"" title                                                                        \
	"\"," PLACE(x, y, w, h) ",\"targets\":[{\"refId\":\"A\",\"expr\":\"up\"}]}"
#define ROW(title, y, collapsed, panels)                                                                               \
	"{\"type\":\"row\",\"title\":\"" title "\",\"collapsed\":" collapsed                                           \
	"," PLACE(0, y, 24, 1) ",\"panels\":[" panels "]}"
#define HOSTS(current)                                                                                                 \
	"\"templating\":{\"list\":[{\"name\":\"host\",\"type\":\"custom\",\"query\":\"a,b,c,d,e\",\"multi\":true,"     \
	"\"includeAll\":true,\"current\":{\"text\":" current ",\"value\":" current "}}]}"

static void expect_places(struct board_world *world, const char *places)
{
	const char *found = world_places(world);

	cr_expect_str_eq(found, places, "found    %s\nexpected %s", found, places);
}

Test(board, panels_behind_a_folded_row_stay_behind_it)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{\"panels\":[" STAT("A", 0, 0, 12, 4) "," ROW("one", 4, "true", STAT("B", 0, 5, 6, 3)) "," STAT(
			   "C", 0, 5, 12, 4) "," ROW("two", 9, "false",
						     "") "," STAT("D", 0, 10, 12,
								  4) "," ROW("three", 14, "true",
									     "") "," STAT("E", 0, 15, 6,
											  2) "," STAT("F", 6, 15, 6,
												      2) "]}");
	expect_places(&world, "A 0,0 12x4; one 0,4 24x1 folded; C 0,5 12x4; two 0,9 24x1; D 0,10 12x4; "
			      "three 0,14 24x1 folded; E 0,15 6x2; F 6,15 6x2");
	board_toggle_row(world.board, world_index(&world, "one"));
	expect_places(&world, "A 0,0 12x4; one 0,4 24x1; B 0,5 6x3; C 0,8 12x4; two 0,12 24x1; D 0,13 12x4; "
			      "three 0,17 24x1 folded; E 0,18 6x2; F 6,18 6x2");
	world_release(&world);
}

Test(board, a_board_that_begins_with_a_row)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{\"panels\":[" ROW("one", 0, "true", STAT("B", 0, 1, 6, 3)) "," STAT("C", 0, 1, 12, 4) "]}");
	expect_places(&world, "one 0,0 24x1 folded; C 0,1 12x4");
	world_release(&world);
}

Test(board, rows_fold_and_unfold)
{
	struct board_world world;
	unsigned generation;

	world_init(&world, NULL, NULL,
		   "{\"panels\":[" ROW("one", 0, "false", "") "," STAT("A", 0, 1, 12, 4) "," STAT(
			   "B", 12, 1, 12, 6) "," ROW("two", 7, "false", "") "," STAT("C", 0, 8, 24, 2) "]}");
	expect_places(&world, "one 0,0 24x1; A 0,1 12x4; B 12,1 12x6; two 0,7 24x1; C 0,8 24x2");
	generation = board_generation(world.board);
	board_toggle_row(world.board, world_index(&world, "one"));
	cr_expect_neq(board_generation(world.board), generation);
	cr_expect_eq(world.changes, 1);
	expect_places(&world, "one 0,0 24x1 folded; two 0,1 24x1; C 0,2 24x2");
	board_toggle_row(world.board, world_index(&world, "one"));
	expect_places(&world, "one 0,0 24x1; A 0,1 12x4; B 12,1 12x6; two 0,7 24x1; C 0,8 24x2");
	generation = board_generation(world.board);
	board_toggle_row(world.board, world_index(&world, "C"));
	board_toggle_row(world.board, 1000);
	cr_expect_eq(board_generation(world.board), generation, "only rows fold");
	world_release(&world);
}

Test(board, panels_repeat_side_by_side)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{" HOSTS("[\"a\",\"b\",\"c\",\"d\",\"e\"]") ",\"panels\":["
								"{\"type\":\"stat\",\"title\":\"on "
								"$host\",\"repeat\":\"host\",\"maxPerRow\":2," PLACE(
									0, 0, 24, 3) "}," STAT("below", 0, 3, 24,
											       2) "]}");
	expect_places(&world, "on a 0,0 12x3; on b 12,0 12x3; on c 0,3 12x3; on d 12,3 12x3; on e 0,6 12x3; "
			      "below 0,9 24x2");
	world_release(&world);
}

Test(board, panels_repeat_downwards)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{" HOSTS("[\"a\",\"b\"]") ",\"panels\":["
					      "{\"type\":\"stat\",\"title\":\"on "
					      "$host\",\"repeat\":\"host\",\"repeatDirection\":\"v\"," PLACE(
						      0, 0, 6, 3) "}," STAT("beside", 6, 0, 6,
									    3) "," STAT("below", 0, 3, 24, 2) "]}");
	expect_places(&world, "on a 0,0 6x3; on b 0,3 6x3; beside 6,0 6x3; below 0,6 24x2");
	world_release(&world);
}

Test(board, rows_repeat_with_what_is_in_them)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{" HOSTS("[\"a\",\"b\"]") ",\"panels\":["
					      "{\"type\":\"row\",\"title\":\"host "
					      "$host\",\"collapsed\":false,\"repeat\":\"host\"," PLACE(
						      0, 0, 24, 1) ",\"panels\":[]}," STAT("load of $host", 0, 1, 12,
											   4) "," ROW("end", 5, "false",
												      "") "]}");
	expect_places(&world,
		      "host a 0,0 24x1; load of a 0,1 12x4; host b 0,5 24x1; load of b 0,6 12x4; end 0,10 24x1");
	world_release(&world);
}

Test(board, text_and_descriptions_have_their_variables)
{
	struct board_world world;
	struct board_panel *panels;
	size_t count;

	world_init(&world, NULL, NULL,
		   "{" HOSTS("[\"a\",\"b\"]") ",\"panels\":[{\"type\":\"text\",\"title\":\"T\",\"repeat\":\"host\","
					      "\"description\":\"about $host\",\"options\":{\"mode\":\"markdown\","
					      "\"content\":\"# On ${host}\"}," PLACE(0, 0, 24, 3) "}," STAT("plain", 0,
													    3, 24,
													    2) "]}");
	panels = board_panels(world.board, &count);
	cr_assert_eq(count, 3);
	cr_expect_str_eq(panels[0].content, "# On a");
	cr_expect_str_eq(panels[0].description, "about a");
	cr_expect_str_eq(panels[1].content, "# On b");
	cr_expect_null(panels[2].content);
	cr_expect_null(panels[2].description);
	world_release(&world);
}

Test(board, a_repeat_over_nothing_is_one_panel)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{\"panels\":[{\"type\":\"stat\",\"title\":\"on $nobody\",\"repeat\":\"nobody\"," PLACE(0, 0, 8,
													   3) "}]}");
	expect_places(&world, "on $nobody 0,0 8x3");
	world_release(&world);
}

Test(board, choosing_a_variable_unfolds_anew)
{
	struct board_world world;

	world_init(&world, NULL, NULL,
		   "{" HOSTS(
			   "[\"a\"]") ",\"panels\":["
				      "{\"type\":\"text\",\"title\":\"on $host\",\"repeat\":\"host\"," PLACE(0, 0, 24,
													     3) "}]}");
	world_refresh(&world);
	expect_places(&world, "on a 0,0 24x3");
	cr_assert_eq(variables_choose(board_variables(world.board), "host", "b,d", NULL), 0);
	board_variables_changed(world.board);
	world_settle(&world);
	expect_places(&world, "on b 0,0 12x3; on d 12,0 12x3");
	cr_assert_eq(variables_choose(board_variables(world.board), "host", "All", NULL), 0);
	board_variables_changed(world.board);
	world_settle(&world);
	expect_places(&world, "on a 0,0 6x3; on b 6,0 6x3; on c 12,0 6x3; on d 18,0 6x3; on e 0,3 6x3");
	world_release(&world);
}

Test(board, without_an_engine_panels_say_so)
{
	struct board_world world;

	world_init(&world, NULL, NULL, "{\"panels\":[" STAT("A", 0, 0, 12, 4) ",{\"type\":\"text\",\"title\":\"T\"}]}");
	cr_expect_eq(world_data(&world, "A")->state, DATA_WAITING);
	cr_expect_eq(world_data(&world, "T")->state, DATA_NONE);
	world_refresh(&world);
	cr_expect_eq(world_data(&world, "A")->state, DATA_FAILED);
	cr_expect_str_eq(world_data(&world, "A")->reason, "no data source");
	cr_expect_eq(world_data(&world, "T")->state, DATA_NONE);
	world_release(&world);
}

Test(board, the_range_of_the_file_and_of_the_user)
{
	struct board_world world;
	int64_t from, to;

	world_init(&world, NULL, NULL, "{\"time\":{\"from\":\"now-6h\",\"to\":\"now\"},\"panels\":[]}");
	board_range(world.board, &from, &to);
	cr_expect_eq(to - from, 6 * 3600 * 1000);
	board_set_range(world.board, 0, 0, 900000);
	board_range(world.board, &from, &to);
	cr_expect_eq(to - from, 900000);
	board_set_range(world.board, 1000, 61000, 0);
	board_range(world.board, &from, &to);
	cr_expect(from == 1000 && to == 61000);
	world_release(&world);

	world_init(&world, NULL, NULL,
		   "{\"time\":{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-01T02:00:00Z\"},\"panels\":[]}");
	board_range(world.board, &from, &to);
	cr_expect(to - from == 7200000 && to == INT64_C(1767232800000), "%lld", (long long)to);
	world_release(&world);

	world_init(&world, NULL, NULL, "{\"time\":{\"from\":\"now\",\"to\":\"now-6h\"},\"panels\":[]}");
	board_range(world.board, &from, &to);
	cr_expect_eq(to - from, 3600000, "what makes no sense is the last hour");
	world_release(&world);
}
