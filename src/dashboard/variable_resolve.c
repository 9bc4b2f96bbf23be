#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "dashboard/interval.h"
#include "dashboard/unit_format.h"
#include "dashboard/variable.h"
#include "dashboard/variable_options.h"
#include "dashboard/variable_private.h"
#include "dashboard/variable_question.h"

#define WORDS_MAX 20000

struct variables_resolve {
	struct variables *variables;
	struct query_engine *engine;
	int64_t from_ms, to_ms;
	void (*done)(void *user);
	void *user;
	struct timer *timer;        /* so that done never comes before variables_resolve returned */
	struct query_engine *asked; /* for the variable in hand */
	struct query *query;        /* of variable `index`, while it is asked */
	struct variable_question question;
	size_t index;
};

static void resolve_on(struct variables_resolve *resolve);

static struct scope scope_of(const struct variables_resolve *resolve)
{
	int64_t range_ms = resolve->to_ms - resolve->from_ms;
	int64_t interval_ms = interval_auto(range_ms, INTERVAL_MAX_DATA_POINTS, INTERVAL_SCRAPE_MS);

	return (struct scope){ .variables = resolve->variables,
			       .interval_ms = interval_ms,
			       .rate_interval_ms = interval_rate(interval_ms, INTERVAL_SCRAPE_MS),
			       .from_ms = resolve->from_ms,
			       .to_ms = resolve->to_ms };
}

/* ---- what needs no question ---- */

/* The one option of a data source variable: the engine that answers, whatever the file's author had. */
static void set_datasource(struct variable_state *state, const struct query_engine *engine)
{
	struct variable_option option = { .text = "default", .value = "default" };
	struct query_state query_state;

	if (engine) {
		query_engine_state(engine, &query_state);
		if (query_state.engine && query_state.engine[0])
			option.text = option.value = query_state.engine;
	}
	variable_set_options(state, &option, 1);
}

/* Values that hold other variables: "$cluster-main" becomes what it is now. */
static void expand_options(struct variable_state *state, const struct scope *scope)
{
	struct variable_options expanded = { 0 };
	const char *const *source = (const char *const *)state->definition->options;
	struct strbuf text = STRBUF_INIT;
	bool any = false;

	for (size_t i = 0; source && source[i]; i++) {
		any = any || strchr(source[i], '$') || strstr(source[i], "[[");
		strbuf_clear(&text);
		variable_interpolate_as(scope, source[i], "csv", &text);
		struct variable_option option = { .value = arena_strdup(&expanded.arena, text.text) };

		option.text = option.value;
		if (state->definition->option_texts && state->definition->option_texts[i] &&
		    strcmp(state->definition->option_texts[i], source[i]) != 0)
			option.text = state->definition->option_texts[i];
		vec_push(&expanded.items, option);
	}
	if (any)
		variable_set_options(state, expanded.items.items, expanded.items.count);
	variable_options_release(&expanded);
	strbuf_release(&text);
}

/* A constant or a box of text that holds other variables. */
static void expand_text(struct variable_state *state, const struct scope *scope)
{
	const char *source = state->definition->current ? state->definition->current[0] : NULL;
	struct strbuf text = STRBUF_INIT;

	if (source && !state->given && (strchr(source, '$') || strstr(source, "[["))) {
		variable_interpolate_as(scope, source, "csv", &text);
		struct variable_option option = { .text = text.text, .value = text.text };
		variable_set_options(state, &option, 1);
	}
	strbuf_release(&text);
}

static void settle(struct variables_resolve *resolve, struct variable_state *state)
{
	struct scope scope = scope_of(resolve);

	switch (state->definition->type) {
	case VARIABLE_DATASOURCE: set_datasource(state, resolve->engine); break;
	case VARIABLE_CUSTOM: expand_options(state, &scope); break;
	case VARIABLE_TEXTBOX:
	case VARIABLE_CONSTANT: expand_text(state, &scope); break;
	case VARIABLE_QUERY:
	case VARIABLE_INTERVAL: /* its "auto" is computed where it is used */
	case VARIABLE_ADHOC:
	case VARIABLE_UNKNOWN: break;
	}
}

/* ---- questions ---- */

static void set_fault(struct variable_state *state, const char *reason, const char *detail)
{
	char text[512];

	snprintf(text, sizeof(text), "%s%s%s", reason, detail && detail[0] ? ": " : "", detail ? detail : "");
	unit_copy(state->fault, sizeof(state->fault), text);
}

/* The words of an answer become the variable's options. */
static void take_answer(struct variables_resolve *resolve, struct variable_state *state, const struct matrix *matrix)
{
	struct scope scope = scope_of(resolve);
	struct variable_words words = { 0 };
	struct variable_options options;
	struct strbuf pattern = STRBUF_INIT;
	struct error error;

	variable_question_words(&resolve->question, matrix, WORDS_MAX, &words);
	variable_interpolate_as(&scope, state->definition->regex, "regex", &pattern);
	if (variable_options_make(&options, (const char *const *)words.items.items, words.items.count, pattern.text,
				  state->definition->sort, &error) < 0) {
		set_fault(state, error.text, NULL);
	} else {
		variable_set_options(state, options.items.items, options.items.count);
		variable_options_release(&options);
		if (words.items.count == WORDS_MAX)
			snprintf(state->fault, sizeof(state->fault), "the first %d values only", WORDS_MAX);
	}
	strbuf_release(&pattern);
	variable_words_release(&words);
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct variables_resolve *resolve = user;
	struct variable_state *state = &resolve->variables->items[resolve->index];

	resolve->query = NULL;
	if (answer->status == QUERY_OK && answer->matrix)
		take_answer(resolve, state, answer->matrix);
	else
		set_fault(state, answer->reason, answer->detail);
	variable_question_release(&resolve->question);
	resolve->index++;
	resolve_on(resolve);
}

static struct query *send_question(struct variables_resolve *resolve)
{
	const struct variable_question *question = &resolve->question;
	struct query_question instant = { .expression = question->argument,
					  .start_ms = resolve->to_ms,
					  .end_ms = resolve->to_ms };

	switch (question->kind) {
	case QUESTION_RESULT: return query_ask(resolve->asked, &instant, on_answer, resolve);
	case QUESTION_LABEL_VALUES:
		return query_label_values(resolve->asked, question->label, question->argument, resolve->from_ms,
					  resolve->to_ms, on_answer, resolve);
	case QUESTION_METRICS:
		return query_label_values(resolve->asked, "__name__", NULL, resolve->from_ms, resolve->to_ms, on_answer,
					  resolve);
	case QUESTION_LABEL_NAMES:
	case QUESTION_SERIES: break;
	}
	return query_series(resolve->asked, question->argument ? question->argument : "{__name__!=\"\"}",
			    resolve->from_ms, resolve->to_ms, on_answer, resolve);
}

/* Data sources of other kinds understand none of this. */
static bool is_foreign(const struct datasource *datasource)
{
	const char *type = datasource->type;

	return type && type[0] && !strstr(type, "prometheus") && !strchr(type, '$') &&
	       strcmp(type, "datasource") != 0 && strcasecmp(type, "skep") != 0;
}

/* Ask for the options of one query variable. False when there is nothing to wait for; `fault` then says why. */
static bool ask(struct variables_resolve *resolve, struct variable_state *state)
{
	struct scope scope = scope_of(resolve);
	struct strbuf text = STRBUF_INIT;
	bool asked = false;

	state->fault[0] = '\0';
	resolve->asked = resolve->engine;
	if (resolve->variables->choose_engine)
		resolve->asked =
			resolve->variables->choose_engine(resolve->variables->chooser, &state->definition->datasource);
	variable_interpolate(&scope, state->definition->query, &text);
	if (!resolve->asked) {
		set_fault(state, "no data source", NULL);
	} else if (is_foreign(&state->definition->datasource)) {
		set_fault(state, "cannot ask a data source of type", state->definition->datasource.type);
	} else if (!variable_question_parse(text.text, &resolve->question)) {
		variable_question_release(&resolve->question);
		set_fault(state, "query not understood", text.text);
	} else {
		resolve->query = send_question(resolve);
		asked = resolve->query != NULL;
		if (!asked) {
			variable_question_release(&resolve->question);
			set_fault(state, "query cannot be asked", text.text);
		}
	}
	strbuf_release(&text);
	return asked;
}

/* ---- one after the other ---- */

static void resolve_free(struct variables_resolve *resolve)
{
	timer_free(resolve->timer);
	variable_question_release(&resolve->question);
	free(resolve);
}

/* Go on until a question is under way, or all is done. */
static void resolve_on(struct variables_resolve *resolve)
{
	void (*done)(void *user) = resolve->done;
	void *user = resolve->user;

	for (; resolve->index < resolve->variables->count; resolve->index++) {
		struct variable_state *state = &resolve->variables->items[resolve->index];

		if (state->definition->type != VARIABLE_QUERY)
			settle(resolve, state);
		else if (ask(resolve, state))
			return;
	}
	resolve_free(resolve);
	done(user);
}

static void on_start(void *user)
{
	resolve_on(user);
}

struct variables_resolve *variables_resolve(struct variables *variables, struct loop *loop, struct query_engine *engine,
					    int64_t from_ms, int64_t to_ms, void (*done)(void *user), void *user)
{
	struct variables_resolve *resolve = mem_zalloc(sizeof(*resolve));

	resolve->variables = variables;
	resolve->engine = engine;
	resolve->from_ms = from_ms;
	resolve->to_ms = to_ms;
	resolve->done = done;
	resolve->user = user;
	resolve->timer = timer_new(loop, on_start, resolve);
	timer_start(resolve->timer, 0);
	return resolve;
}

void variables_resolve_cancel(struct variables_resolve *resolve)
{
	if (!resolve)
		return;
	if (resolve->query)
		query_cancel(resolve->query);
	resolve_free(resolve);
}
