#include "ui/view/summary.h"

#include "ui/draw/glyph.h"
#include "ui/panel/panel.h"
#include "ui/view/alert_text.h"

/* How bad a panel stands, for choosing the worst: higher is worse. */
static int badness(const struct panel_view *view, enum severity severity)
{
	switch (view->data->state) {
	case DATA_DOWN: return 6;
	case DATA_FAILED:
	case DATA_STALE: return 4;
	case DATA_ABSENT: return 2;
	default: break;
	}
	return severity == SEVERITY_CRITICAL ? 5 : severity == SEVERITY_WARNING ? 3 : 0;
}

static void count_panel(struct summary *summary, const struct panel_view *view, enum severity severity)
{
	switch (view->data->state) {
	case DATA_FAILED:
	case DATA_STALE: summary->failed++; break;
	case DATA_DOWN: summary->down++; break;
	case DATA_ABSENT: summary->absent++; break;
	case DATA_NO_DATA: summary->empty++; break;
	case DATA_WAITING: summary->waiting++; break;
	default: break;
	}
	summary->critical += severity == SEVERITY_CRITICAL;
	summary->warning += severity == SEVERITY_WARNING;
	if (severity > summary->severity)
		summary->severity = severity;
}

void summary_of(const struct console *console, struct summary *ret)
{
	int worst = 0;

	*ret = (struct summary){ .worst = -1 };
	if (console->alerts)
		alerts_get_counts(console->alerts, &ret->alerts);
	for (int p = 0; p <= PRIORITY_COUNT; p++)
		ret->firing += ret->alerts.firing[p];
	for (size_t i = 0; i < console->item_count; i++) {
		struct panel_view view;
		enum severity severity;
		int bad;
		console_panel_view(console, i, &view);
		if (view.panel->is_row || view.data->state == DATA_NONE)
			continue;
		ret->panels++;
		severity = panel_severity(&view);
		count_panel(ret, &view, severity);
		bad = badness(&view, severity);
		if (bad > worst) {
			worst = bad;
			ret->worst = (int)i;
		}
	}
}

bool summary_is_bad(const struct summary *summary)
{
	return summary->firing || summary->critical || summary->warning || summary->failed || summary->down ||
	       summary->waiting;
}

static enum glyph sign_of(const struct summary *summary)
{
	if (summary->alerts.firing[0] || summary->alerts.firing[1])
		return GLYPH_UP;
	if (summary->critical || summary->down)
		return GLYPH_CRITICAL;
	if (summary->failed)
		return GLYPH_STALE;
	if (summary->warning || summary->firing)
		return GLYPH_WARNING;
	return summary->absent + summary->empty + summary->waiting < summary->panels ? GLYPH_OK : GLYPH_NO_DATA;
}

static void add_count(struct strbuf *ret, bool *first, size_t count, const char *what)
{
	if (!count)
		return;
	strbuf_addf(ret, "%s%zu %s", *first ? "" : ", ", count, what);
	*first = false;
}

void summary_add_line(const struct console *console, const struct summary *summary, enum glyph_set glyphs,
		      struct strbuf *ret)
{
	const struct board *board = console_board(console);
	const char *title = console->title;
	bool first = true;

	if (!title && board)
		title = board_dashboard(board)->title;
	strbuf_addf(ret, "%s %s: ", glyph_text(glyphs, sign_of(summary)), title ? title : "skep");
	for (int p = 0; p <= PRIORITY_COUNT; p++) {
		if (!summary->alerts.firing[p])
			continue;
		strbuf_addf(ret, "%s%s %zu", first ? "" : ", ", p < PRIORITY_COUNT ? alert_priority_text(p) : "alerts",
			    summary->alerts.firing[p]);
		first = false;
	}
	add_count(ret, &first, summary->critical, "critical");
	add_count(ret, &first, summary->warning, "warning");
	add_count(ret, &first, summary->down, "down");
	add_count(ret, &first, summary->failed, "failed");
	if (summary->failed && console->source.health == QUERY_FAILING && console->source.reason[0])
		strbuf_addf(ret, " (%s)", console->source.reason);
	add_count(ret, &first, summary->absent, "absent");
	add_count(ret, &first, summary->empty, "no data");
	add_count(ret, &first, summary->waiting, "waiting");
	if (first)
		strbuf_addf(ret, "%zu panels fine", summary->panels);
	if (summary->firing && alerts_worst(console->alerts))
		strbuf_addf(ret, " | %s", alerts_worst(console->alerts)->name);
	if (summary->worst >= 0) {
		struct panel_view view;
		console_panel_view(console, (size_t)summary->worst, &view);
		strbuf_addf(ret, " | %s ", view.title);
		panel_find(view.panel->type)->line(&view, ret);
	}
}
