#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/session.h"
#include "slo/slo_rules.h"
#include "ui/view/slo_text.h"

/* Longest wait for the first collection of an embedded engine. */
#define WARM_MS 10000

#define NAME_MOST 34 /* cells of a line's title */

/* ---- asking ---- */

static bool is_settled(struct session *session)
{
	bool settled = true;

	for (size_t i = 0; i < session->tab_count; i++) {
		struct tab *tab = &session->tabs[i];

		tab_learned(tab);
		if (tab->slos)
			settled &= !slo_state_busy(tab->slos);
		settled &= !engines_warming(&tab->engines);
	}
	return settled;
}

static void on_paint(void *user)
{
	struct session *session = user;

	if (is_settled(session))
		loop_stop(session->loop);
}

static void on_deadline(void *user)
{
	struct session *session = user;

	session->timed_out = true;
	loop_stop(session->loop);
}

static void wait_for_answers(struct session *session, int64_t limit_ms)
{
	struct timer *deadline = timer_new(session->loop, on_deadline, session);

	for (size_t i = 0; i < session->tab_count; i++)
		if (session->tabs[i].slos)
			slo_state_attend(session->tabs[i].slos);
	timer_start(deadline, limit_ms);
	loop_on_paint(session->loop, on_paint, session);
	loop_mark_dirty(session->loop);
	loop_run(session->loop);
	timer_free(deadline);
}

/* ---- as text ---- */

static void add_line(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		     int width, struct strbuf *out)
{
	char target[64], now[160], title[120];
	struct strbuf sentence = STRBUF_INIT;

	slo_target_text(line, target, sizeof(target));
	slo_now_text(line, status, now, sizeof(now));
	if (line->kind == SLI_UNMEASURED)
		now[0] = '\0';
	strbuf_addstr(out, "  ");
	text_add_column(out, slo_health_name(status->health), 12);
	slo_title_text(file, line, title, sizeof(title));
	text_add_column(out, title, width);
	text_add_column(out, target, 9);
	text_add_column(out, now, 12);
	slo_sentence(file, line, status, &sentence);
	strbuf_addf(out, "%s\n", sentence.text);
	if (status->policy && status->remaining < 1 && file->policy_count && status->policy != file->policies[0].rule)
		strbuf_addf(out, "  %*s%s\n", 12 + 2, "", status->policy);
	strbuf_release(&sentence);
}

static int title_width(const struct slo_file *file)
{
	int width = 0;

	for (size_t i = 0; i < file->line_count; i++) {
		char title[120];

		slo_title_text(file, &file->lines[i], title, sizeof(title));
		width = text_width(title) > width ? text_width(title) : width;
	}
	return width < NAME_MOST ? width : NAME_MOST;
}

static void add_objective(const struct slo_state *state, const struct slo_objective *objective, int width,
			  struct strbuf *out)
{
	const struct slo_file *file = slo_state_file(state);
	char window[32];

	slo_objective_window(file, objective, window, sizeof(window));
	strbuf_addf(out, "%s%s%s%s\n", objective->title, window[0] ? ", " : "", window,
		    objective->proposal ? " (a proposal: nobody has agreed to it yet)" : "");
	for (size_t i = objective->first; i < objective->first + objective->count; i++)
		add_line(file, &file->lines[i], slo_state_line(state, i), width, out);
}

static void add_scorecard(const struct slo_state *state, struct strbuf *out)
{
	const struct slo_file *file = slo_state_file(state);

	if (file->score_count)
		strbuf_addstr(out, "Scorecard\n");
	for (size_t i = 0; i < file->score_count; i++) {
		const struct slo_score *score = &file->scores[i];
		const struct slo_status *status = score->line >= 0 ? slo_state_line(state, (size_t)score->line) : NULL;
		char target[64], current[200];

		slo_score_target(file, score, target, sizeof(target));
		slo_score_text(file, score, status, current, sizeof(current));
		strbuf_addstr(out, "  ");
		text_add_column(out, slo_score_level(score, status), 12);
		text_add_column(out, score->title, 16);
		text_add_column(out, target, 14);
		strbuf_addstr(out, current);
		if (score->reported)
			strbuf_addf(out, " (documented: %s)", score->reported);
		if (score->unmeasured)
			strbuf_addf(out, ": %s", score->unmeasured);
		strbuf_addch(out, '\n');
	}
}

static void add_text(const struct tab *tab, struct strbuf *ret)
{
	const struct slo_file *file = &tab->system.slos;
	struct strbuf out = STRBUF_INIT;
	int width = title_width(file);

	for (size_t i = 0; i < file->objective_count; i++)
		add_objective(tab->slos, &file->objectives[i], width, &out);
	add_scorecard(tab->slos, &out);
	text_add_safe_lines(ret, out.text);
	strbuf_release(&out);
}

/* ---- as JSON ---- */

static void add_key(struct strbuf *out, const char *key, const char *text)
{
	if (!text)
		return;
	strbuf_addf(out, ",\"%s\":", key);
	strbuf_add_json(out, text);
}

/* JSON has neither NaN nor infinity: null. */
static void add_number(struct strbuf *out, const char *key, double value)
{
	strbuf_addf(out, isfinite(value) ? ",\"%s\":%.17g" : ",\"%s\":null", key, value);
}

static void add_reading(struct strbuf *out, const char *key, const struct slo_reading *reading)
{
	strbuf_addf(out, ",\"%s\":{\"why\":", key);
	strbuf_add_json(out, slo_reading_why(reading));
	add_number(out, "value", reading->value);
	if (reading->at_ms)
		strbuf_addf(out, ",\"at_ms\":%lld", (long long)reading->at_ms);
	if (reading->stale)
		strbuf_addstr(out, ",\"stale\":true");
	strbuf_addch(out, '}');
}

static void add_burn_json(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
			  struct strbuf *out)
{
	char window[24];

	strbuf_addstr(out, ",\"burn\":[");
	for (size_t i = 0; i < file->window_count; i++) {
		slo_duration(file->windows_ms[i], window, sizeof(window));
		strbuf_addf(out, "%s{\"window\":\"%s\"", i ? "," : "", window);
		add_number(out, "rate", slo_status_burn(file, line, status, file->windows_ms[i]));
		add_reading(out, "error_ratio", &status->burn[i]);
		strbuf_addch(out, '}');
	}
	strbuf_addstr(out, "],\"pairs\":[");
	for (size_t i = 0; i < file->pair_count; i++) {
		strbuf_addstr(out, i ? ",{\"name\":" : "{\"name\":");
		strbuf_add_json(out, file->pairs[i].name);
		slo_duration(file->pairs[i].long_ms, window, sizeof(window));
		strbuf_addf(out, ",\"long\":\"%s\"", window);
		slo_duration(file->pairs[i].short_ms, window, sizeof(window));
		strbuf_addf(out, ",\"short\":\"%s\"", window);
		add_number(out, "factor", status->pairs[i].factor);
		add_key(out, "state", slo_pair_state_name(status->pairs[i].state));
		strbuf_addch(out, '}');
	}
	strbuf_addch(out, ']');
}

static void add_line_json(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
			  struct strbuf *out)
{
	const struct slo_objective *objective = &file->objectives[line->objective];
	struct strbuf sentence = STRBUF_INIT;
	char id[160], window[32];

	slo_line_id(file, line, id, sizeof(id));
	slo_window_name(&line->window, window, sizeof(window));
	slo_sentence(file, line, status, &sentence);
	strbuf_addstr(out, "{\"slo\":");
	strbuf_add_json(out, id);
	add_key(out, "objective", objective->title);
	add_key(out, "line", line->title);
	add_key(out, "kind", sli_kind_name(line->kind));
	strbuf_addf(out, ",\"proposal\":%s", objective->proposal ? "true" : "false");
	add_key(out, "health", slo_health_name(status->health));
	strbuf_addf(out, ",\"breached\":%s", status->breached ? "true" : "false");
	add_key(out, "sentence", sentence.text);
	add_key(out, "goal", line->has_goal ? line->goal.text : NULL);
	add_key(out, "unit", line->unit);
	if (line->kind != SLI_UNMEASURED)
		add_reading(out, "now", &status->now);
	if (slo_line_has_budget(line)) {
		add_number(out, "target", line->target);
		add_key(out, "window", window);
		add_reading(out, "window_error_ratio", &status->window);
		add_number(out, "remaining", status->remaining);
		add_number(out, "remaining_seconds", status->remaining_ms / 1000);
		add_number(out, "exhaustion_seconds", status->exhaustion_ms / 1000);
		add_key(out, "state", slo_pair_state_name(status->state));
		add_key(out, "policy", status->policy);
		add_burn_json(file, line, status, out);
	}
	strbuf_addch(out, '}');
	strbuf_release(&sentence);
}

static void add_json(const struct tab *tab, struct strbuf *out)
{
	const struct slo_file *file = &tab->system.slos;
	char target[64], current[200];

	strbuf_addstr(out, "{\"system\":");
	strbuf_add_json(out, tab->system.name ? tab->system.name : "");
	strbuf_addstr(out, ",\"lines\":[");
	for (size_t i = 0; i < file->line_count; i++) {
		strbuf_addstr(out, i ? ",\n " : "");
		add_line_json(file, &file->lines[i], slo_state_line(tab->slos, i), out);
	}
	strbuf_addstr(out, "],\"scorecard\":[");
	for (size_t i = 0; i < file->score_count; i++) {
		const struct slo_score *score = &file->scores[i];
		const struct slo_status *status =
			score->line >= 0 ? slo_state_line(tab->slos, (size_t)score->line) : NULL;

		slo_score_target(file, score, target, sizeof(target));
		slo_score_text(file, score, status, current, sizeof(current));
		strbuf_addstr(out, i ? ",\n {\"title\":" : "{\"title\":");
		strbuf_add_json(out, score->title);
		add_key(out, "target", target);
		add_key(out, "current", current);
		add_key(out, "level", slo_score_level(score, status));
		add_key(out, "reported", score->reported);
		add_key(out, "unmeasured", score->unmeasured);
		strbuf_addch(out, '}');
	}
	strbuf_addstr(out, "]}");
}

/* ---- the command ---- */

static bool is_wrong(const struct tab *tab)
{
	for (size_t i = 0; i < tab->system.slos.line_count; i++) {
		const struct slo_status *status = slo_state_line(tab->slos, i);

		if (status->breached || status->health == SLO_HEALTH_CRITICAL)
			return true;
	}
	return false;
}

/* Nothing that is measured is known: that is no good news. */
static bool is_dark(const struct tab *tab)
{
	const struct slo_file *file = &tab->system.slos;
	size_t asked = 0;

	for (size_t i = 0; i < file->line_count; i++) {
		const struct slo_reading *now = &slo_state_line(tab->slos, i)->now;

		asked += file->lines[i].kind != SLI_UNMEASURED;
		if (now->known != SLO_FAILED && now->known != SLO_WAITING)
			return false;
	}
	return asked > 0;
}

static int print_all(struct session *session, const struct cli_options *options)
{
	bool json = options->format == DATA_FORMAT_JSON, wrong = false, many = session->tab_count > 1;
	struct strbuf out = STRBUF_INIT;
	int status;

	strbuf_addstr(&out, json && many ? "[" : "");
	for (size_t i = 0; i < session->tab_count; i++) {
		const struct tab *tab = &session->tabs[i];

		if (is_dark(tab))
			command_complain("%s: nobody answers: %s", tab->system.name ? tab->system.name : "slo",
					 slo_reading_why(&slo_state_line(tab->slos, 0)->now));
		wrong |= is_wrong(tab) || is_dark(tab);
		if (json) {
			strbuf_addstr(&out, i ? "," : "");
			add_json(tab, &out);
			continue;
		}
		if (many)
			strbuf_addf(&out, "%s%s\n\n", i ? "\n" : "",
				    tab->system.title ? tab->system.title : tab->system.name);
		add_text(tab, &out);
	}
	strbuf_addstr(&out, !json ? "" : many ? "]\n" : "\n");
	status = !command_output(&out) ? EXIT_USAGE : wrong ? EXIT_WRONG : EXIT_FINE;
	strbuf_release(&out);
	return status;
}

static int check_objectives(const struct session *session)
{
	for (size_t i = 0; i < session->tab_count; i++) {
		const struct system *system = &session->tabs[i].system;

		if (!system->slos.line_count)
			return command_complain("%s: no objectives (its system file has no slos: section)",
						system->name ? system->name : "slo");
	}
	return 0;
}

static int show(struct session *session, const struct cli_options *options)
{
	int64_t at_ms = 0;
	struct error error;
	int status = check_objectives(session);

	if (status)
		return status;
	if (options->at && time_parse(options->at, clock_wall_ms(), &at_ms, &error) < 0)
		return command_complain("--at: %s", error.text);
	session_warm_all(session, WARM_MS);
	for (size_t i = 0; i < session->tab_count; i++)
		tab_open_slos(&session->tabs[i], at_ms);
	wait_for_answers(session, options->wait_ms);
	return print_all(session, options);
}

static int print_rules(const struct session *session)
{
	struct strbuf out = STRBUF_INIT;
	int status = check_objectives(session);

	for (size_t i = 0; !status && i < session->tab_count; i++) {
		const struct system *system = &session->tabs[i].system;

		slo_rules_add(&system->slos, system->name ? system->name : "", &out);
	}
	if (!status)
		status = command_output(&out) ? EXIT_FINE : EXIT_USAGE;
	strbuf_release(&out);
	return status;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	bool rules = words->count && strcmp(words->items[0], "rules") == 0;
	struct session session;
	int status;

	if (rules && words->count + options->system_files.count != 2)
		return command_complain("slo rules: name one system");
	status = session_open(&session, options, words->items + rules, words->count - rules);
	if (!status)
		status = rules ? print_rules(&session) : show(&session, options);
	session_close(&session);
	return status;
}

static const struct option table[] = {
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "how to print it" },
	{ "at", 0, OPTION_STRING, CLI_AT(at), .value_name = "TIME", .help = "how they stood then (default now)" },
	{ "wait", 'w', OPTION_DURATION, CLI_AT(wait_ms), .fallback = "30s", .minimum = 1, .maximum = 600000,
	  .help = "longest wait for answers" },
	CLI_ROWS_SOURCE,
	CLI_ROWS_END,
};

const struct command command_slo = {
	.name = "slo",
	.words = "[rules] [SYSTEM...]",
	.help = "print objectives, error budgets and burn rates; or rules for a Prometheus",
	.more = "The exit status is 1 when an objective is breached or critical, or nobody answers. With the word\n"
		"rules: recording and alerting rules for a Prometheus, which give it the numbers that skep shows.",
	.options = table,
	.words_max = TABS_MOST + 1,
	.run = run,
};
