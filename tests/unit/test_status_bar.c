/* The banner: what it says, and what falls away first when there is no room. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/text.h"
#include "ui/view/status_bar.h"
#include "view_fixture.h"

#define BOARD "{\"title\":\"Colony\",\"time\":{\"from\":\"now-6h\",\"to\":\"now\"},\"panels\":[]}"

/* The banner as text; valid until the next call. */
static const char *banner(const struct console *console, int width)
{
	static struct strbuf text;
	struct canvas *canvas = canvas_new(width, 1, GLYPHS_ASCII);

	status_bar_draw(console, canvas, canvas_rect(canvas));
	strbuf_clear(&text);
	export_text(canvas, &text);
	canvas_free(canvas);
	cr_assert(text.length && text.text[text.length - 1] == '\n');
	text.text[text.length - 1] = '\0';
	return text.text;
}

static void set_source(struct console *console, enum query_health health)
{
	console->engine = (struct query_engine *)console; /* only its presence is looked at */
	console->source = (struct query_state){
		.health = health,
		.engine = "prometheus",
		.last_good_ms = VIEW_NOW_MS - 2000,
		.failing_since_ms = VIEW_NOW_MS - 90000,
		.per_second = 1.5,
	};
	snprintf(console->source.reason, sizeof(console->source.reason), "refused");
}

Test(status_bar, everything_where_there_is_room)
{
	struct view_world view;
	const char *line;

	view_init(&view, BOARD);
	view.console.title = "POLLN";
	view.console.target = "prod/west";
	view.console.environment = ENVIRONMENT_PRODUCTION;
	set_source(&view.console, QUERY_HEALTHY);
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "PROD"), "%s", line);
	cr_expect(strstr(line, "prod/west"), "%s", line);
	cr_expect(strstr(line, "POLLN") && strstr(line, "Colony"), "%s", line);
	cr_expect(strstr(line, "LIVE 6h"), "%s", line);
	cr_expect(strstr(line, "prometheus, 2s old"), "%s", line);
	cr_expect(strstr(line, "1.5 q/s"), "%s", line);
	cr_expect(strstr(line, "12:00:00Z"), "%s", line);
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, parts_fall_away_by_rank)
{
	struct view_world view;
	bool rate = true, source = true, target = true, clock = true;

	view_init(&view, BOARD);
	view.console.title = "POLLN";
	view.console.target = "prod/west";
	view.console.environment = ENVIRONMENT_PRODUCTION;
	set_source(&view.console, QUERY_HEALTHY);
	for (int width = 120; width >= 1; width--) {
		const char *line = banner(&view.console, width);
		cr_expect_leq(text_width(line), width);
		cr_expect(rate || !strstr(line, "q/s"), "what fell away stays away: %s", line);
		cr_expect(source || !strstr(line, "old"), "%s", line);
		cr_expect(target || !strstr(line, "west"), "%s", line);
		cr_expect(clock || !strstr(line, "00Z"), "%s", line);
		rate = strstr(line, "q/s");
		source = strstr(line, "2s old");
		target = strstr(line, "prod/west");
		clock = strstr(line, "12:00:00Z");
		cr_expect(!rate || target, "%d: %s", width, line);
		cr_expect(!target || clock, "%d: %s", width, line);
		cr_expect(!clock || source, "%d: %s", width, line);
		if (width >= 24)
			cr_expect(strstr(line, "PROD") && strstr(line, "POLLN"), "%d: %s", width, line);
	}
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, a_failing_server_and_the_past_are_said)
{
	struct view_world view;
	const char *line;

	view_init(&view, BOARD);
	set_source(&view.console, QUERY_FAILING);
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "prometheus: refused, 1m30s") || strstr(line, "prometheus: refused, 90s"), "%s", line);
	view.console.live = false;
	board_set_range(view.board.board, VIEW_NOW_MS - 7200000, VIEW_NOW_MS - 3600000, 0);
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "PAST 11:00 1h"), "%s", line);
	board_set_range(view.board.board, VIEW_NOW_MS - 10 * INT64_C(86400000), VIEW_NOW_MS - 9 * INT64_C(86400000), 0);
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "PAST 2026-02-20 12:00 1d"), "%s", line);
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, who_answers_is_always_said)
{
	struct view_world view;
	const char *line;

	view_init(&view, BOARD);
	set_source(&view.console, QUERY_FAILING);
	view.console.source.stand_in = "embedded";
	view.console.source.standing_in = true;
	view.console.source.failing_since_ms = VIEW_NOW_MS - 12345;
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "embedded, prometheus down 12s"), "%s", line);
	view.console.source.failing_since_ms = VIEW_NOW_MS - 345;
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "embedded, prometheus down 0s"), "%s", line);
	line = banner(&view.console, 50);
	cr_expect(strstr(line, "embedded, prom"), "%s", line);

	view.console.source.standing_in = false;
	view.console.source.health = QUERY_HEALTHY;
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "prometheus, 2s old") && !strstr(line, "embedded"), "%s", line);

	view.console.source.engine = "embedded";
	view.console.source.url = "";
	line = banner(&view.console, 120);
	cr_expect(strstr(line, "embedded") && !strstr(line, "old") && strstr(line, "1.5 q/s"), "%s", line);
	view.console.engine = NULL;
	view_release(&view);
}

/* One collector that fails, of three. */
static void set_failing(struct console *console)
{
	struct sources *sources = &console->sources;

	sources->states = calloc(3, sizeof(*sources->states));
	sources->rows = calloc(3, sizeof(*sources->rows));
	sources->count = 3;
	sources->states[1].health = COLLECTOR_FAILING;
}

Test(status_bar, sources_that_are_down_are_counted_on_any_screen)
{
	struct view_world view;

	view_init(&view, BOARD);
	view.console.title = "POLLN Colony Operations";
	view.console.environment = ENVIRONMENT_DEMO;
	set_source(&view.console, QUERY_HEALTHY);
	view.console.source.engine = "embedded";
	view.console.source.url = "";
	set_failing(&view.console);
	for (int width = 140; width >= 40; width--) {
		const char *line = banner(&view.console, width);
		cr_expect_leq(text_width(line), width);
		cr_expect(strstr(line, "DEMO") && strstr(line, "POLLN"), "%d: %s", width, line);
		cr_expect(strstr(line, "embedded"), "who answers: %d: %s", width, line);
		cr_expect(strstr(line, width >= 46 ? "1 source down" : "1 down"), "%d: %s", width, line);
	}
	view.console.sources.states[2].health = COLLECTOR_FAILING;
	cr_expect(strstr(banner(&view.console, 120), "2 sources down"));
	view.console.sources.states[1].health = view.console.sources.states[2].health = COLLECTOR_OK;
	cr_expect_not(strstr(banner(&view.console, 120), "down"));
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, whose_figures_a_machine_has_is_said)
{
	struct view_world view;
	struct collector_state states[3] = { { .whose = "" }, { .whose = "this machine, jump-1" }, { .whose = "" } };

	view_init(&view, BOARD);
	view.console.title = "POLLN";
	view.console.sources.states = states;
	view.console.sources.count = 1;
	cr_expect_not(strstr(banner(&view.console, 100), "host"), "none is read");
	view.console.sources.count = 3;
	cr_expect(strstr(banner(&view.console, 100), "Colony  host: this machine, jump-1 "), "%s",
		  banner(&view.console, 100));
	cr_expect_not(strstr(banner(&view.console, 40), "host"), "it goes before what is more needed");
	snprintf(states[2].whose, sizeof(states[2].whose), "db-1, over ssh");
	cr_expect(strstr(banner(&view.console, 100), "host: this machine, jump-1 +1 "), "%s",
		  banner(&view.console, 100));
	view.console.sources = (struct sources){ 0 };
	view_release(&view);
}

Test(status_bar, a_stand_in_is_said_on_a_narrow_screen)
{
	struct view_world view;
	const char *line;

	view_init(&view, BOARD);
	view.console.title = "POLLN Colony Operations";
	set_source(&view.console, QUERY_FAILING);
	view.console.source.stand_in = "embedded";
	view.console.source.standing_in = true;
	line = banner(&view.console, 40);
	cr_expect(strstr(line, "embedded for 1m30s"), "%s", line);
	line = banner(&view.console, 80);
	cr_expect(strstr(line, "embedded, prometheus down 1m30s"), "%s", line);
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, what_must_be_seen_outlives_a_long_title)
{
	struct view_world view;

	view_init(&view, BOARD);
	view.console.title = "A system whose name is much longer than any line that it is written in";
	set_source(&view.console, QUERY_FAILING);
	view.console.live = false;
	board_set_range(view.board.board, VIEW_NOW_MS - 7200000, VIEW_NOW_MS - 3600000, 0);
	for (int width = 100; width >= 12; width--) {
		const char *line = banner(&view.console, width);
		cr_expect_leq(text_width(line), width);
		cr_expect(strstr(line, "A system"), "%d: %s", width, line);
		cr_expect(width < 48 || strstr(line, "refused, 1m30s"), "%d: %s", width, line);
		cr_expect(width < 60 || strstr(line, "PAST 11:00"), "%d: %s", width, line);
		cr_expect(width < 24 || strstr(line, "prom"), "%d: %s", width, line);
	}
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, a_cut_title_does_not_touch_what_follows)
{
	struct view_world view;

	view_init(&view, BOARD);
	view.console.title = "A system of a very long name that no narrow banner holds";
	view.console.environment = ENVIRONMENT_PRODUCTION;
	set_source(&view.console, QUERY_FAILING);
	for (int width = 24; width < 100; width++) {
		const char *line = banner(&view.console, width), *cut = strchr(line, '~');

		cr_expect(!cut || cut[1] == ' ' || cut[1] == '\0', "%d: %s", width, line);
	}
	view.console.engine = NULL;
	view_release(&view);
}

Test(status_bar, one_name_is_said_once)
{
	struct view_world view;
	const char *line;

	view_init(&view, BOARD);
	view.console.title = "colony";
	line = banner(&view.console, 80);
	cr_expect(strstr(line, "colony") && !strstr(line, "Colony"), "%s", line);
	view_release(&view);
}

Test(status_bar, escape_sequences_in_names_do_not_come_through)
{
	struct view_world view;
	const char *line;

	view_init(&view, BOARD);
	view.console.title = "a\x1b[31mb\u202e";
	line = banner(&view.console, 80);
	cr_expect_not(strchr(line, '\x1b'), "%s", line);
	cr_expect_not(strstr(line, "\u202e"));
	view_release(&view);
}
