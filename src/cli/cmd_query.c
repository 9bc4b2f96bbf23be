#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/session.h"
#include "tsdb/matrix_json.h"
#include "tsdb/value_text.h"

/* Longest wait for the first collection of an embedded engine. */
#define WARM_MS 10000

/* One question from the command line. */
struct asking {
	struct session *session;
	const struct cli_options *options;
	const struct query_question *question;
	int status;
	bool again; /* the server failed, and the embedded engine had not collected yet: to be asked once more */
	bool asked_again;
};

static void add_json(struct strbuf *ret, const struct matrix *matrix, int64_t end_ms)
{
	strbuf_addstr(ret, "{\"status\":\"success\",\"data\":");
	matrix_add_json(ret, matrix, end_ms);
	for (size_t i = 0; i < matrix->warning_count; i++) {
		strbuf_addstr(ret, i ? "," : ",\"warnings\":[");
		strbuf_add_json(ret, matrix->warnings[i]);
	}
	strbuf_addstr(ret, matrix->warning_count ? "]}\n" : "}\n");
}

static void add_text_series(struct strbuf *ret, const struct matrix *matrix, const struct series *series)
{
	struct strbuf labels = STRBUF_INIT;
	char time[40];

	labels_add(&labels, &series->labels);
	text_add_safe(ret, labels.text);
	strbuf_release(&labels);
	if (matrix->kind != MATRIX_RANGE) {
		strbuf_addstr(ret, "  ");
		if (series->count)
			value_text_add(ret, series->values[0]);
		strbuf_addch(ret, '\n');
		return;
	}
	strbuf_addch(ret, '\n');
	for (size_t i = 0; i < series->count; i++) {
		time_format(series->times_ms[i], "%Y-%m-%dT%H:%M:%SZ", time, sizeof(time));
		strbuf_addf(ret, "  %s  ", time);
		value_text_add(ret, series->values[i]);
		strbuf_addch(ret, '\n');
	}
}

static void add_text(struct strbuf *ret, const struct matrix *matrix)
{
	if (matrix->kind == MATRIX_STRING) {
		text_add_safe(ret, matrix->string ? matrix->string : "");
		strbuf_addch(ret, '\n');
	}
	for (size_t i = 0; i < matrix->count; i++)
		add_text_series(ret, matrix, &matrix->series[i]);
}

/* Did a server fail for which the embedded engine stands in? */
static bool server_failed(const struct asking *asking, const struct query_answer *answer)
{
	struct query_state state;

	if (answer->status == QUERY_OK || answer->status == QUERY_BAD || answer->status == QUERY_TOO_LARGE ||
	    answer->status == QUERY_INSUFFICIENT)
		return false;
	query_engine_state(session_tab(asking->session)->engines.engine, &state);
	return state.standing_in;
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asking *asking = user;
	struct strbuf out = STRBUF_INIT;

	if (!asking->asked_again && server_failed(asking, answer)) {
		asking->again = true;
		loop_stop(asking->session->loop);
		return;
	}
	if (answer->status != QUERY_OK) {
		command_complain("%s: %s%s%s", answer->engine, answer->reason, answer->detail[0] ? ": " : "",
				 answer->detail);
		asking->status = answer->status == QUERY_BAD ? EXIT_USAGE : EXIT_WRONG;
	} else {
		for (size_t i = 0; i < answer->matrix->warning_count; i++)
			command_complain("warning: %s", answer->matrix->warnings[i]);
		if (asking->options->format == DATA_FORMAT_JSON)
			add_json(&out, answer->matrix, asking->question->end_ms);
		else
			add_text(&out, answer->matrix);
		asking->status = command_output(&out) ? EXIT_FINE : EXIT_USAGE;
	}
	strbuf_release(&out);
	loop_stop(asking->session->loop);
}

/* --time or now; with --range a range question that ends there. */
static int make_question(const struct cli_options *options, struct query_question *ret)
{
	int64_t now_ms = clock_wall_ms();
	struct error error;

	ret->end_ms = now_ms;
	if (options->time && time_parse(options->time, now_ms, &ret->end_ms, &error) < 0)
		return command_complain("--time: %s", error.text);
	ret->start_ms = ret->end_ms - options->range_ms;
	ret->step_ms = 0;
	if (options->range_ms) {
		ret->step_ms = options->step_ms ? options->step_ms : (options->range_ms / 250 + 999) / 1000 * 1000;
		if (ret->step_ms < 1)
			ret->step_ms = 1000;
	} else if (options->step_ms) {
		return command_complain("--step needs --range");
	}
	return 0;
}

/* Now is when the question is asked, which may be after a first collection. */
static void ask(struct asking *asking, struct query_question *question)
{
	session_warm(asking->session, WARM_MS);
	make_question(asking->options, question);
	query_ask(session_tab(asking->session)->engines.engine, question, on_answer, asking);
	loop_run(asking->session->loop);
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct query_question question = { .expression = words->items[0] };
	struct session session;
	struct asking asking = { .session = &session, .options = options, .question = &question, .status = EXIT_WRONG };
	int status = make_question(options, &question);

	if (status)
		return status;
	status = session_open(&session, options, words->items + 1, words->count - 1);
	if (!status) {
		ask(&asking, &question);
		if (asking.again) {
			asking.asked_again = true;
			ask(&asking, &question);
		}
		status = asking.status;
	}
	session_close(&session);
	return status;
}

static const struct option table[] = {
	{ "range", 'r', OPTION_DURATION, CLI_AT(range_ms), .minimum = 1, .maximum = 3.2e12,
	  .help = "ask over this range rather than at one moment" },
	{ "step", 0, OPTION_DURATION, CLI_AT(step_ms), .minimum = 1, .maximum = 3.2e12,
	  .help = "distance of the points of a range (default: 250 points)" },
	{ "time", 0, OPTION_STRING, CLI_AT(time), .value_name = "TIME",
	  .help = "moment, or end of the range (default now)" },
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "json has the shape of Prometheus's API" },
	CLI_ROWS_SOURCE,
	CLI_ROWS_END,
};

const struct command command_query = {
	.name = "query",
	.words = "EXPR [SYSTEM...]",
	.help = "print the answer to a PromQL expression",
	.more = "An empty answer is no failure: the exit status is 0.",
	.options = table,
	.words_min = 1,
	.words_max = 1 + TABS_MOST,
	.run = run,
};
