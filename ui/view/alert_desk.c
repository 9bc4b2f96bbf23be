#include "ui/view/alert_desk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alert/alerts.h"
#include "alert/trend.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "journal/journal.h"
#include "ui/view/alert_notice.h"
#include "ui/view/alert_panels.h"
#include "ui/view/focus.h"
#include "ui/view/view.h"

#define TREND_MS       (30 * CLOCK_MINUTE)
#define TREND_STEP_MS  CLOCK_MINUTE
#define TREND_AGAIN_MS CLOCK_MINUTE

void alert_desk_take(struct console *console)
{
	alert_list_take(&console->alert_list, console->alerts, console->now_ms, console->monotonic_ms);
}

/* The alert line says whether its alert grows. */
static void want_trend(struct console *console, const struct alert *alert)
{
	if (!console->engine || !alert->condition)
		return;
	if (!console->trends)
		console->trends = trends_new(&(struct trends_config){ .engine = console->engine,
								      .range_ms = TREND_MS,
								      .step_ms = TREND_STEP_MS,
								      .again_ms = TREND_AGAIN_MS,
								      .on_change = console->on_change,
								      .user = console->on_change_user });
	trends_want(console->trends, alert->condition->subject, console->now_ms);
}

bool alert_desk_show_panel(struct console *console, const struct alert *alert)
{
	struct alert_place place;

	if (!alert_panels_find(console->panels, alert, &place, 1))
		return false;
	console_set_view(console, &view_board);
	console_show_board(console, place.board);
	if (console->zoomed >= 0)
		console_zoom(console, (int)place.panel);
	focus_set(console, (int)place.panel);
	return true;
}

/* An alert that was asked for when the console began: with its panel behind it, as soon as it is there. */
static void open_awaited(struct console *console)
{
	for (size_t i = 0; console->open_alert && i < console->alert_list.alerts.count; i++) {
		const struct alert *alert = console->alert_list.alerts.items[i];

		if (strcmp(alert->name, console->open_alert) != 0)
			continue;
		console->open_alert = NULL;
		if (console->items)
			alert_desk_show_panel(console, alert);
		alert_list_choose(&console->alert_list, alert->fingerprint);
		alert_page_open(console, alert);
		console_set_view(console, &view_alert);
	}
}

static void say_what_is_written(struct console *console)
{
	struct journal_health health = { .waiting = 0 };

	if (!console->unwritten[0])
		return;
	if (console->journal)
		journal_get_health(console->journal, &health);
	if (health.waiting && !health.reason[0])
		return;
	console_say(console, "%s%s%s%s", console->unwritten, health.waiting ? " (not on disk yet: " : "",
		    health.waiting ? health.reason : "", health.waiting ? ")" : "");
	console->unwritten[0] = '\0';
}

void alert_desk_say_written(struct console *console, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(console->unwritten, sizeof(console->unwritten), format, args);
	va_end(args);
	say_what_is_written(console);
}

void alert_desk_prepare(struct console *console)
{
	const struct alert *worst;

	if (console->alerts)
		alerts_refresh(console->alerts, console->now_ms);
	say_what_is_written(console);
	alert_desk_take(console);
	if (!console->alerts)
		return;
	if (!console->panels)
		console->panels = alert_panels_new();
	alert_panels_take(console->panels, console);
	worst = alerts_worst(console->alerts);
	alert_painted_take(&console->line_alert, alert_painted_state(worst), console->monotonic_ms);
	if (worst)
		want_trend(console, worst);
	if (console->open_alert)
		open_awaited(console);
}

void alert_desk_add_doubt(const struct console *console, struct strbuf *ret)
{
	if (console->alerts)
		alerts_add_doubt(console->alerts, sources_failing(&console->sources), console->now_ms, ret);
}

void alert_desk_add_unwritten(const struct console *console, struct strbuf *ret)
{
	struct journal_health health;

	if (!console->journal)
		return;
	journal_get_health(console->journal, &health);
	if (health.reason[0] && health.waiting)
		strbuf_addf(ret, "%zu event%s of the journal not on disk yet: %s", health.waiting,
			    health.waiting == 1 ? "" : "s", health.reason);
}

void alert_desk_release(struct console *console)
{
	alert_page_release(&console->alert_page);
	alert_list_release(&console->alert_list);
	silences_release(&console->silences);
	trends_free(console->trends);
	alert_panels_free(console->panels);
	alert_notice_free(console->notice);
	console->trends = NULL;
	console->panels = NULL;
	console->notice = NULL;
}
