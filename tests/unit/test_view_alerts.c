/* The alerts view: rows and their order, focus, filter, what is looked at when there are very many. */
#include "alerts_fixture.h"

#include "ui/view/alert_filter.h"
#include "ui/view/alert_text.h"
#include "ui/view/overlay_text.h"

static void add_usual(struct alerts_world *of)
{
	struct alert *alert;

	alert = alerts_world_add(of, ALERT_OPEN, 0, "SynapseNaNDetected", "severity=critical job=colony agent=a1");
	alert->clock = (struct escalation_clock){
		.runs = true, .left_ms = 166000, .who = "on-call", .next = "on-call-manager"
	};
	alerts_world_add(of, ALERT_OPEN, 1, "HighLatency", "severity=warning job=api instance=a:1");
	alerts_world_add(of, ALERT_OPEN, 1, "HighLatency", "severity=warning job=api instance=b:1");
	alerts_world_add(of, ALERT_WAITS, 2, "DiskFills", "severity=warning job=node instance=n1");
	alerts_world_add(of, ALERT_ENDED, 3, "Slow", "severity=info job=api");
}

static void assert_order(const char *screen_text, const char *const *texts)
{
	const char *at = screen_text;

	for (; *texts; texts++) {
		at = strstr(at, *texts);
		cr_assert(at != NULL, "'%s' is not where it belongs in\n%s", *texts, screen_text);
	}
}

Test(view_alerts, the_worst_stands_first_with_all_that_is_said_of_it)
{
	struct alerts_world of;

	alerts_world_init(&of, 160, 24);
	add_usual(&of);
	press(&of.world, "2");
	assert_order(screen(&of.world),
		     (const char *const[]){ "Firing  3", "P0", "SynapseNaNDetected", "620 of 500 ms", "2m14s",
					    "ack in 2:46", "on-call-manager", "agent=a1", "here", "P1", " a:1 ",
					    " b:1 ", "Pending  1", "DiskFills", "5m of 10m", "Resolved lately  1",
					    "Slow", NULL });
	alerts_world_release(&of);
}

Test(view_alerts, columns_fall_away_but_the_name_stays)
{
	struct alerts_world of;

	alerts_world_init(&of, 40, 12);
	add_usual(&of);
	press(&of.world, "2");
	cr_expect(shows(&of.world, "SynapseNaNDetected"));
	cr_expect(shows(&of.world, "P0"));
	cr_expect_not(shows(&of.world, "agent=a1"));
	for (int width = 1; width < 210; width += 7)
		for (int height = 1; height < 50; height += 5) {
			console_prepare(of.world.console, width, height, VIEW_NOW_MS);
			screen(&of.world);
		}
	alerts_world_release(&of);
}

Test(view_alerts, without_rules_it_says_so_and_clear_is_only_what_is_known)
{
	struct alerts_world of;

	alerts_world_init(&of, 100, 20);
	press(&of.world, "2");
	cr_expect(shows(&of.world, "nobody has any rules"), "%s", screen(&of.world));
	cr_expect_not(shows(&of.world, "all clear"));
	of.world.console->alerts = NULL;
	cr_expect(shows(&of.world, "no rules of this system: its system file has no rules:"));
	press(&of.world, "Down Enter A M U C r x o y s w + - R");
	alerts_world_release(&of);
}

Test(view_alerts, values_are_told_beside_the_very_threshold)
{
	static const struct {
		const char *operation, *unit;
		double threshold, value;
		const char *text;
	} rows[] = {
		{ "<", "percentunit", 0.9995, 0.967, "96.7 under 99.95%" },
		{ "<", "percentunit", 0.7, 0.599, "59.9 under 70%" },
		{ ">", "s", 0.5, 7.04, "7.04 s of 500 ms" },
		{ ">", "", 1.0 / 3, 2, "2 of 0.3333" },
		{ ">", "", 0, 3, "3" }, /* any is too much */
		{ "==", "", 0, 0, "0" },
	};
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct condition condition = { .subject = "a",
						     .operation = rows[i].operation,
						     .has_threshold = true,
						     .threshold = rows[i].threshold,
						     .unit = rows[i].unit };
		const struct alert alert = { .condition = &condition, .has_value = true, .value = rows[i].value };

		strbuf_clear(&text);
		alert_add_value(&alert, &text);
		cr_expect_str_eq(text.text, rows[i].text);
	}
	strbuf_release(&text);
}

Test(view_alerts, what_somebody_has_looks_unlike_what_is_critical)
{
	struct alerts_world of;

	alerts_world_init(&of, 120, 24);
	alerts_world_add(&of, ALERT_ACKED, 1, "HighLatency", "severity=warning job=api instance=a:1");
	press(&of.world, "2");
	cr_expect(shows(&of.world, "\u25c7 P1"), "%s", screen(&of.world));
	alerts_world_release(&of);
}

/* Whoever is woken reads what it is, how so, and once where the runbook is. */
Test(view_alerts, an_alerts_page_says_everything_once_and_the_summary_first)
{
	static struct label said[] = { { "description", "long words" },
				       { "runbook_url", "https://a.example/run" },
				       { "summary", "short words" } };
	static const struct labels annotations = { said, 3 };
	struct alerts_world of;
	struct alert *alert;
	const char *at;

	alerts_world_init(&of, 120, 60);
	alert = alerts_world_add(&of, ALERT_OPEN, 1, "HighLatency", "severity=warning job=api instance=a:1");
	alert->annotations = &annotations;
	alert->runbook_url = said[1].value;
	alerts_world_changed(&of);
	press(&of.world, "2 Enter");
	assert_order(screen(&of.world), (const char *const[]){ "short words", "long words", "Links", NULL });
	at = strstr(screen(&of.world), "https://a.example/run");
	cr_assert(at != NULL);
	cr_expect_null(strstr(at + 1, "https://a.example/run"));
	alerts_world_release(&of);
}

Test(view_alerts, what_still_fires_is_not_over)
{
	struct alerts_world of;
	const struct alert *alert;

	alerts_world_init(&of, 120, 24);
	alert = alerts_world_add(&of, ALERT_MUTED, 1, "HighLatency", "severity=warning job=api");
	cr_expect_not(alert_spell_over(of.alerts, alert->fingerprint, 0));
	cr_expect_not(alert_spell_over(of.alerts, alert->fingerprint, alert->fired_ms + 1000));
	cr_expect(alert_spell_over(of.alerts, alert->fingerprint, alert->fired_ms - 1000));
	cr_expect(alert_spell_over(of.alerts, 1, alert->fired_ms + 1000));
	cr_expect(alert_spell_over(NULL, alert->fingerprint, VIEW_NOW_MS));
	alerts_world_release(&of);
}

/* The word stands once. */
Test(view_alerts, a_muted_alerts_page_says_so_once)
{
	struct alerts_world of;
	struct alert *alert;

	alerts_world_init(&of, 120, 60);
	alert = alerts_world_add(&of, ALERT_MUTED, 1, "HighLatency", "severity=warning job=api");
	alert->inhibited_by = "Outage";
	alerts_world_changed(&of);
	press(&of.world, "2 Enter");
	cr_expect(shows(&of.world, " inhibited by Outage"), "%s", screen(&of.world));
	cr_expect_not(shows(&of.world, "inhibited, inhibited"));
	alerts_world_release(&of);
}

Test(view_alerts, the_focus_follows_its_alert)
{
	struct alerts_world of;
	struct alert_list *list;

	alerts_world_init(&of, 120, 24);
	add_usual(&of);
	list = &of.world.console->alert_list;
	press(&of.world, "2 Down Down");
	cr_expect_str_eq(labels_get(alert_list_focused(list)->labels, "instance"), "b:1");
	/* A worse one comes before it. */
	vec_push(&of.alerts->items, of.alerts->items.items[0]);
	memmove(of.alerts->items.items + 1, of.alerts->items.items,
		(of.alerts->items.count - 1) * sizeof(*of.alerts->items.items));
	of.alerts->items.items[0].fingerprint ^= 1;
	alerts_world_changed(&of);
	cr_expect_str_eq(labels_get(alert_list_focused(list)->labels, "instance"), "b:1");
	cr_expect_eq(list->focus, 4);
	alerts_world_release(&of);
}

Test(view_alerts, groups_fold_and_orders_go_round)
{
	struct alerts_world of;

	alerts_world_init(&of, 120, 24);
	add_usual(&of);
	press(&of.world, "2 g Enter");
	cr_expect_not(shows(&of.world, " a:1 "), "%s", screen(&of.world));
	press(&of.world, "Enter");
	cr_expect(shows(&of.world, " a:1 "));
	press(&of.world, "s");
	assert_order(screen(&of.world), (const char *const[]){ "SynapseNaNDetected  1", "HighLatency  2", "P1", NULL });
	press(&of.world, "s");
	assert_order(screen(&of.world), (const char *const[]){ "colony  1", "api  3", "node  1", NULL });
	press(&of.world, "s");
	assert_order(screen(&of.world), (const char *const[]){ "critical  1", "warning  3", "info  1", NULL });
	press(&of.world, "s");
	cr_expect(shows(&of.world, "worst first"));
	alerts_world_release(&of);
}

static size_t passing(struct alerts_world *of, const char *filter)
{
	struct error error = { "" };

	cr_assert_eq(alert_list_set_filter(&of->world.console->alert_list, filter, &error), 0, "%s", error.text);
	return of->world.console->alert_list.sorted.count;
}

Test(view_alerts, a_filter_takes_labels_priorities_states_and_text)
{
	struct alerts_world of;
	struct error error = { "" };

	alerts_world_init(&of, 120, 24);
	add_usual(&of);
	cr_expect_eq(passing(&of, "p0 p1"), 3u);
	cr_expect_eq(passing(&of, "job=api"), 3u);
	cr_expect_eq(passing(&of, "job!=api"), 2u);
	cr_expect_eq(passing(&of, "job=api state:firing"), 2u);
	cr_expect_eq(passing(&of, "state:pending state:resolved"), 2u);
	cr_expect_eq(passing(&of, "LATENCY b:1"), 1u);
	cr_expect_eq(passing(&of, "by:prometheus"), 0u);
	cr_expect_eq(passing(&of, ""), 5u);
	cr_expect_lt(alert_list_set_filter(&of.world.console->alert_list, "state:broken", &error), 0);
	cr_expect(strstr(error.text, "no state 'broken'"), "%s", error.text);
	press(&of.world, "2 f");
	type(&of.world, "job=no");
	press(&of.world, "Tab Enter");
	cr_expect_str_eq(of.world.console->alert_list.filter_text, "job=node");
	cr_expect(shows(&of.world, "1 of 5"));
	press(&of.world, ":");
	type(&of.world, "filter nothing");
	press(&of.world, "Enter");
	cr_expect(shows(&of.world, "no alert passes the filter"));
	alerts_world_release(&of);
}

/* What is out of sight is spoilt: whoever looked at it would fall over it. */
static void spoil_others(struct alerts_world *of, int rows)
{
	const struct alert_list *list = &of->world.console->alert_list;

	for (size_t i = 0; i < list->rows.count; i++)
		if (list->rows.items[i].kind == ALERT_ROW_ALERT &&
		    ((int)i < list->scroll || (int)i >= list->scroll + rows)) {
			struct alert *alert = &of->alerts->items.items[list->rows.items[i].index];

			alert->name = NULL;
			alert->labels = NULL;
		}
}

static void look_at_many(size_t count)
{
	struct alerts_world of;
	const struct alert_list *list;
	unsigned made;

	alerts_world_init(&of, 120, 40);
	vec_reserve_((void **)(void *)&of.alerts->items.items, &of.alerts->items.capacity, count,
		     sizeof(*of.alerts->items.items));
	for (size_t i = 0; i < count; i++) {
		char labels[64];

		snprintf(labels, sizeof(labels), "severity=warning instance=host-%zu:9100", i);
		of.alerts->made_ms = VIEW_NOW_MS;
		of.world.console->alert_list.stale = false;
		of.alerts->version = 0; /* not looked at until all are there */
		alerts_world_add(&of, ALERT_OPEN, (int)(i * 4 / count), i % 2 ? "HostDown" : "HostSlow", labels);
	}
	of.alerts->version = count + 1;
	press(&of.world, "2");
	list = &of.world.console->alert_list;
	cr_assert_eq(list->alerts.count, count);
	made = list->made;
	press(&of.world, "PgDn PgDn Down Down Up");
	cr_expect_eq(list->made, made, "moving about makes nothing anew");
	screen(&of.world);
	spoil_others(&of, 40);
	for (int i = 0; i < 3; i++) {
		struct canvas *canvas = canvas_new(120, 40, GLYPHS_BRAILLE);

		console_draw(of.world.console, canvas);
		canvas_free(canvas);
	}
	alerts_world_release(&of);
}

Test(view_alerts, only_rows_in_sight_are_looked_at)
{
	look_at_many(2000);
	look_at_many(10000);
}

Test(view_alerts, what_it_is_can_be_explained_shown_raw_and_copied)
{
	struct alerts_world of;

	alerts_world_init(&of, 120, 30);
	add_usual(&of);
	press(&of.world, "2 x");
	cr_assert_not_null(text_overlay_of(of.world.console));
	cr_expect(shows(&of.world, "latency > 0.5"));
	press(&of.world, "Esc o");
	cr_expect(shows(&of.world, "\"alertname\": \"SynapseNaNDetected\""));
	press(&of.world, "Esc y");
	cr_expect(strstr(of.world.copied.text, "latency > 0.5\n0.62"), "%s", of.world.copied.text);
	alerts_world_release(&of);
}

Test(view_alerts, hostile_texts_stay_texts)
{
	struct alerts_world of;

	alerts_world_init(&of, 160, 24);
	alerts_world_add(&of, ALERT_OPEN, 0, "Bad\x1b]0;x\aName",
			 "severity=x\x1b[31m host=\xe2\x80\xae"
			 "evil");
	press(&of.world, "2");
	cr_expect_not(strchr(screen(&of.world), '\x1b'));
	cr_expect_not(strstr(screen(&of.world), "\xe2\x80\xae"));
	press(&of.world, "Enter");
	cr_expect_not(strchr(screen(&of.world), '\x1b'));
	alerts_world_release(&of);
}
