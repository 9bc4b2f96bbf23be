/* A whole board in one line: what is counted, what is worst, what is something to act on. */
#include <criterion/criterion.h>

#include "ui/view/summary.h"
#include "view_fixture.h"

#define STAT(title) "{\"type\":\"stat\",\"title\":\"" title "\",\"targets\":[{\"refId\":\"A\",\"expr\":\"up\"}]}"
#define BOARD                                                                                                          \
	"{\"title\":\"Colony\",\"panels\":[" STAT("a") "," STAT("b") "," STAT(                                         \
		"c") ",{\"type\":\"text\",\"title\":\"words\"}]}"

static const char *line_of(struct view_world *view, struct summary *summary)
{
	static struct strbuf text;

	strbuf_clear(&text);
	summary_of(&view->console, summary);
	summary_add_line(&view->console, summary, GLYPHS_ASCII, &text);
	return text.text;
}

static void set_all(struct view_world *view, enum data_state a, enum data_state b, enum data_state c)
{
	view_set(view, "a", a);
	view_set(view, "b", b);
	view_set(view, "c", c);
}

Test(summary, all_is_fine)
{
	struct view_world view;
	struct summary summary;
	const char *line;

	view_init(&view, BOARD);
	set_all(&view, DATA_VALUE, DATA_VALUE, DATA_VALUE);
	line = line_of(&view, &summary);
	cr_expect_eq(summary.panels, 3, "text asks nothing");
	cr_expect_eq(summary.worst, -1);
	cr_expect_not(summary_is_bad(&summary));
	cr_expect(strstr(line, "Colony: 3 panels fine"), "%s", line);
	view.console.title = "The system";
	line = line_of(&view, &summary);
	cr_expect(strstr(line, "The system: 3 panels fine"), "%s", line);
	view_release(&view);
}

Test(summary, what_is_worst)
{
	static const struct {
		enum data_state a, b, c;
		int worst; /* 0 is a; -1 none */
		bool bad;
		const char *words;
	} cases[] = {
		{ DATA_DOWN, DATA_FAILED, DATA_VALUE, 0, true, "1 down, 1 failed" },
		{ DATA_ABSENT, DATA_FAILED, DATA_VALUE, 1, true, "1 failed, 1 absent" },
		{ DATA_VALUE, DATA_NO_DATA, DATA_ABSENT, 2, false, "1 absent, 1 no data" },
		{ DATA_STALE, DATA_STALE, DATA_DOWN, 2, true, "1 down, 2 failed" },
		{ DATA_WAITING, DATA_VALUE, DATA_VALUE, -1, true, "1 waiting" },
		{ DATA_NO_DATA, DATA_NO_DATA, DATA_NO_DATA, -1, false, "3 no data" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct view_world view;
		struct summary summary;
		const char *line;
		view_init(&view, BOARD);
		set_all(&view, cases[i].a, cases[i].b, cases[i].c);
		line = line_of(&view, &summary);
		cr_expect_eq(summary.worst, cases[i].worst, "case %zu: %d", i, summary.worst);
		cr_expect_eq(summary_is_bad(&summary), cases[i].bad, "case %zu", i);
		cr_expect(strstr(line, cases[i].words), "case %zu: %s", i, line);
		view_release(&view);
	}
}

Test(summary, a_failing_server_is_named)
{
	struct view_world view;
	struct summary summary;
	const char *line;

	view_init(&view, BOARD);
	set_all(&view, DATA_FAILED, DATA_FAILED, DATA_FAILED);
	view.console.source.health = QUERY_FAILING;
	snprintf(view.console.source.reason, sizeof(view.console.source.reason), "refused");
	line = line_of(&view, &summary);
	cr_expect(strstr(line, "3 failed (refused)"), "%s", line);
	cr_expect(strstr(line, "| a "), "the worst panel follows: %s", line);
	view_release(&view);
}
