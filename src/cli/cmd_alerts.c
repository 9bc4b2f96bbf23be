#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/session.h"
#include "ui/draw/glyph.h"
#include "ui/view/alert_text.h"

/* Columns of one row of text: what is wide stands last. */
static void add_row(const struct alert *alert, int64_t now_ms, enum glyph_set glyphs, struct strbuf *out)
{
	struct strbuf value = STRBUF_INIT, rest = STRBUF_INIT;
	char since[32];

	alert_since(alert, now_ms, since, sizeof(since));
	alert_add_value(alert, &value);
	alert_add_labels(alert, NULL, 0, &rest);
	if (rest.length)
		strbuf_addstr(&rest, "  ");
	alert_add_note(alert, now_ms, glyphs, &rest);
	strbuf_addf(out, "%-2s  %-12s  ", alert_priority_text(alert->priority), alert_standing_word(alert));
	text_add_safe(out, alert->name);
	strbuf_addf(out, "  %s  ", since);
	text_add_safe(out, value.text);
	strbuf_addstr(out, value.length ? "  " : "");
	text_add_safe(out, rest.text);
	while (out->length && out->text[out->length - 1] == ' ')
		strbuf_truncate(out, out->length - 1);
	strbuf_addch(out, '\n');
	strbuf_release(&value);
	strbuf_release(&rest);
}

static void add_doubt(const struct tab *tab, int64_t now_ms, struct strbuf *ret)
{
	const struct collect *collect = tab->engines.collect;

	alerts_add_doubt(tab->alerting.alerts, collect ? collect_failing(collect) : 0, now_ms, ret);
}

static void add_text(const struct tab *tab, const struct cli_options *options, int64_t now_ms, struct strbuf *out)
{
	const struct alerts *alerts = tab->alerting.alerts;
	struct strbuf doubt = STRBUF_INIT;
	size_t shown = 0;

	for (size_t i = 0; i < alerts_count(alerts); i++) {
		const struct alert *alert = alerts_at(alerts, i);

		if (alert->standing == ALERT_ENDED && !options->all)
			continue;
		add_row(alert, now_ms, appearance_glyphs(options, false), out);
		shown++;
	}
	for (size_t i = 0; i < alerts_trouble_count(alerts); i++) {
		const struct rule_trouble *trouble = alerts_trouble(alerts, i);

		strbuf_addstr(out, "??  not judged    ");
		text_add_safe(out, trouble->name);
		strbuf_addstr(out, "  ");
		text_add_safe(out, trouble->reason);
		strbuf_addch(out, '\n');
	}
	add_doubt(tab, now_ms, &doubt);
	if (doubt.length)
		command_complain("%s: %s", tab->system.name, doubt.text);
	else if (!shown)
		strbuf_addf(out, "%s: nothing fires\n", tab->system.name);
	strbuf_release(&doubt);
}

static void add_json(const struct tab *tab, int64_t now_ms, struct strbuf *out)
{
	const struct alerts *alerts = tab->alerting.alerts;
	struct strbuf doubt = STRBUF_INIT;

	add_doubt(tab, now_ms, &doubt);
	strbuf_addstr(out, "{\"system\":");
	strbuf_add_json(out, tab->system.name);
	strbuf_addstr(out, ",\"unknown\":");
	strbuf_add_json(out, doubt.text);
	strbuf_release(&doubt);
	strbuf_addstr(out, ",\"alerts\":[");
	for (size_t i = 0; i < alerts_count(alerts); i++) {
		strbuf_addstr(out, i ? "," : "");
		alert_add_json(alerts_at(alerts, i), out);
	}
	strbuf_addstr(out, "],\"not_judged\":[");
	for (size_t i = 0; i < alerts_trouble_count(alerts); i++) {
		const struct rule_trouble *trouble = alerts_trouble(alerts, i);

		strbuf_addstr(out, i ? ",{\"rule\":" : "{\"rule\":");
		strbuf_add_json(out, trouble->name);
		strbuf_addstr(out, ",\"group\":");
		strbuf_add_json(out, trouble->group);
		strbuf_addstr(out, ",\"reason\":");
		strbuf_add_json(out, trouble->reason);
		strbuf_addch(out, '}');
	}
	strbuf_addstr(out, "]}");
}

/* Something fires and nobody muted it, or it is not known whether anything does. */
static bool is_wrong(const struct tab *tab, int64_t now_ms)
{
	struct strbuf doubt = STRBUF_INIT;
	bool ret;

	add_doubt(tab, now_ms, &doubt);
	ret = alerts_worst(tab->alerting.alerts) || doubt.length;
	strbuf_release(&doubt);
	return ret;
}

/* What cannot be read is an input error, however well the rest is. */
static int files_status(const struct tab *tab)
{
	command_print_faults(&tab->alerting.faults);
	return tab->alerting.faults.errors ? EXIT_USAGE : EXIT_FINE;
}

static int show(struct session *session, const struct cli_options *options)
{
	struct strbuf out = STRBUF_INIT;
	int64_t now_ms;
	int status = EXIT_FINE;
	bool json = options->format == DATA_FORMAT_JSON, several = session->tab_count > 1, wrong = false;

	session_await_alerts(session, options->wait_ms);
	now_ms = clock_wall_ms();
	strbuf_addstr(&out, json && several ? "[" : "");
	for (size_t i = 0; i < session->tab_count; i++) {
		struct tab *tab = &session->tabs[i];

		if (files_status(tab))
			status = EXIT_USAGE;
		if (!tab->alerting.alerts) {
			command_complain("%s: no rules, no server and no Alertmanager to ask", tab->system.name);
			status = EXIT_USAGE;
			continue;
		}
		alerts_refresh(tab->alerting.alerts, now_ms);
		wrong |= is_wrong(tab, now_ms);
		strbuf_addstr(&out, json && out.length > 1 ? "," : "");
		if (json)
			add_json(tab, now_ms, &out);
		else
			add_text(tab, options, now_ms, &out);
	}
	strbuf_addstr(&out, json && several ? "]\n" : json && out.length ? "\n" : "");
	if (!command_output(&out))
		status = EXIT_USAGE;
	strbuf_release(&out);
	return status ? status : wrong ? EXIT_WRONG : EXIT_FINE;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct session session;
	int status = session_open(&session, options, words->items, words->count);

	for (size_t i = 0; !status && i < session.tab_count; i++)
		if (!session.tabs[i].system.name)
			status = command_complain("alerts: name a system, or give --system FILE");
	if (!status)
		session_open_alerts(&session);
	if (!status)
		status = show(&session, options);
	session_close(&session);
	return status;
}

static const struct option table[] = {
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "how to print it" },
	{ "all", 'a', OPTION_BOOL, CLI_AT(all), .help = "those that ended in the last 15 minutes too" },
	{ "wait", 'w', OPTION_DURATION, CLI_AT(wait_ms), .fallback = "10s", .minimum = 1, .maximum = 600000,
	  .help = "longest wait for answers" },
	CLI_ROWS_SOURCE,
	CLI_ROWS_GLYPHS,
	CLI_ROWS_END,
};

const struct command command_alerts = {
	.name = "alerts",
	.words = "[SYSTEM...]",
	.help = "print the alerts, the worst first",
	.more = "Each rule is judged once. Without a server only what was collected meanwhile is known: a rule that "
		"looks "
		"back\n"
		"over minutes has nothing to look at; since when an alert is active is known where a console wrote it "
		"down.\n"
		"The exit status is 1 when something fires that is not muted, or when it is not known whether anything "
		"does;\n"
		"2 when a rule file is bad.",
	.options = table,
	.words_max = TABS_MOST,
	.run = run,
};
