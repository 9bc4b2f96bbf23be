/* What is done about alerts: acknowledge, take back, silence; what is painted is what a key is for. */
#include "alerts_fixture.h"

#include "ui/view/alert_act.h"
#include "ui/view/alert_notice.h"
#include "ui/view/alert_text.h"

/* The clock of the keys, beyond what must be looked at first. */
static void look(struct alerts_world *of)
{
	of->world.clock_ms += 2000;
	of->world.console->monotonic_ms = of->world.clock_ms;
}

static void open_one(struct alerts_world *of)
{
	alerts_world_init(of, 120, 30);
	alerts_world_add(of, ALERT_OPEN, 0, "SynapseNaNDetected", "severity=critical agent=a1");
	press(&of->world, "2");
	look(of);
}

Test(alert_act, a_note_is_asked_for_and_esc_acknowledges_nothing)
{
	struct alerts_world of;

	open_one(&of);
	press(&of.world, "A");
	cr_expect_eq(of.world.console->prompting, PROMPT_NOTE);
	cr_expect(shows(&of.world, "ack until 12:10, note:"), "P0 holds for ten minutes:\n%s", screen(&of.world));
	type(&of.world, "looking");
	press(&of.world, "Esc");
	cr_expect_eq(of.world.console->prompting, PROMPT_NONE);
	press(&of.world, "A");
	type(&of.world, "looking");
	press(&of.world, "Enter");
	cr_expect(shows(&of.world, "there is no journal"), "%s", screen(&of.world));
	alerts_world_release(&of);
}

Test(alert_act, who_has_it_is_said_and_it_can_be_taken_over)
{
	static const struct ack ack = { .actor = "ana@jump1", .note = "mine", .until_ms = VIEW_NOW_MS + 60000 };
	struct alerts_world of;

	open_one(&of);
	of.alerts->items.items[0].ack = &ack;
	of.alerts->items.items[0].standing = ALERT_ACKED;
	alerts_world_changed(&of);
	look(&of);
	cr_expect(shows(&of.world, "ana@jump1 until 12:01: mine"), "%s", screen(&of.world));
	press(&of.world, "A");
	cr_expect(shows(&of.world, "ana@jump1 has it: Enter takes it over"), "%s", screen(&of.world));
	press(&of.world, "Esc C");
	cr_expect(shows(&of.world, "note: mine"));
	alerts_world_release(&of);
}

Test(alert_act, what_changed_just_now_is_only_said)
{
	struct alerts_world of;

	open_one(&of);
	of.alerts->items.items[0].active_ms += 1000;
	of.world.console->monotonic_ms = of.world.clock_ms;
	alerts_world_changed(&of);
	press(&of.world, "A");
	cr_expect_eq(of.world.console->prompting, PROMPT_NONE);
	cr_expect(shows(&of.world, "changed just now"), "%s", screen(&of.world));
	look(&of);
	press(&of.world, "A");
	cr_expect_eq(of.world.console->prompting, PROMPT_NOTE);
	alerts_world_release(&of);
}

Test(alert_act, an_alert_that_ended_while_the_note_was_typed_is_left_alone)
{
	struct alerts_world of;

	open_one(&of);
	press(&of.world, "A");
	of.alerts->items.items[0].active_ms += 1000;
	alerts_world_changed(&of);
	press(&of.world, "Enter");
	cr_expect(shows(&of.world, "no longer what it was"), "%s", screen(&of.world));
	alerts_world_release(&of);
}

Test(alert_act, watching_consoles_have_no_acting_keys)
{
	struct alerts_world of;

	open_one(&of);
	of.world.console->mode = CONSOLE_WATCH;
	for (const char *const *key = (const char *const[]){ "A", "M", "C", "U", NULL }; *key; key++) {
		press(&of.world, *key);
		cr_expect_eq(of.world.console->prompting, PROMPT_NONE);
		cr_expect_null(of.world.console->overlay);
	}
	cr_expect(shows(&of.world, "watch mode"));
	cr_expect_not(shows(&of.world, "A ack"));
	alerts_world_release(&of);
}

Test(alert_act, the_alert_line_takes_keys_on_every_view)
{
	struct alerts_world of;

	open_one(&of);
	press(&of.world, "1");
	cr_expect(shows(&of.world, "P0 SynapseNaNDetected"));
	cr_expect(shows(&of.world, "2 alerts"));
	press(&of.world, "A");
	cr_expect_eq(of.world.console->prompting, PROMPT_NOTE);
	cr_expect_eq(of.world.console->noted.fingerprint, of.alerts->items.items[0].fingerprint);
	alerts_world_release(&of);
}

Test(alert_act, without_an_alertmanager_nothing_is_silenced)
{
	struct alerts_world of;

	open_one(&of);
	press(&of.world, "M");
	cr_expect(shows(&of.world, "names none"), "%s", screen(&of.world));
	cr_expect_null(of.world.console->overlay);
	alerts_world_release(&of);
}

Test(alert_act, one_alert_shows_all_that_is_known_and_leads_to_its_panel)
{
	struct alerts_world of;
	static const char *const metrics[] = { "latency" };
	const struct condition *condition;
	struct alert *alert;

	alerts_world_init(&of, 120, 60);
	alert = alerts_world_add(&of, ALERT_OPEN, 0, "HighLatency", "severity=critical agent=a1");
	condition = alert->condition;
	((struct condition *)(uintptr_t)condition)->metrics = metrics;
	((struct condition *)(uintptr_t)condition)->metric_count = 1;
	alert->annotations = fixture_labels(&of.arena, "x", "summary=slow dashboard=https://grafana/d/1");
	alert->runbook_url = "https://runbooks/high-latency";
	alert->clock = (struct escalation_clock){ .runs = true,
						  .left_ms = -5000,
						  .who = "on-call",
						  .half_ms = VIEW_NOW_MS - 1000,
						  .due_ms = VIEW_NOW_MS - 5000 };
	alerts_world_changed(&of);
	press(&of.world, "2 Enter");
	cr_assert_eq(of.world.console->view, &view_alert);
	for (const char *const *text = (const char *const[]){ "What it says", "slow", "agent", "latency > 0.5",
							      "the time to respond has passed", "on-call", "Panels",
							      "Latency", "https://runbooks/high-latency", NULL };
	     *text; text++)
		cr_expect(shows(&of.world, *text), "'%s' is missing in\n%s", *text, screen(&of.world));
	press(&of.world, "Tab y");
	cr_expect_str_eq(of.world.copied.text, "https://grafana/d/1");
	press(&of.world, "Tab Enter");
	cr_expect_eq(of.world.console->view, &view_board);
	cr_expect_str_eq(focus_title(&of.world), "Latency");
	press(&of.world, "g w");
	cr_expect_str_eq(focus_title(&of.world), "Latency", "the panel of the worst alert is the worst");
	cr_expect(shows(&of.world, "P0"));
	for (int width = 1; width < 210; width += 11)
		for (int height = 1; height < 60; height += 7) {
			console_set_view(of.world.console, &view_alert);
			console_prepare(of.world.console, width, height, VIEW_NOW_MS);
			screen(&of.world);
		}
	alerts_world_release(&of);
}

Test(alert_act, an_alert_that_is_gone_says_so)
{
	struct alerts_world of;

	open_one(&of);
	press(&of.world, "Enter");
	of.alerts->items.count = 0;
	alerts_world_changed(&of);
	cr_expect(shows(&of.world, "SynapseNaNDetected is no more"), "%s", screen(&of.world));
	press(&of.world, "A M U x o y Enter Down Tab w q");
	cr_expect_eq(of.world.console->view, &view_alerts);
	alerts_world_release(&of);
}

Test(alert_act, one_that_was_asked_for_is_opened_when_it_comes)
{
	struct alerts_world of;

	alerts_world_init(&of, 120, 30);
	of.world.console->open_alert = "HighLatency";
	screen(&of.world);
	cr_expect_eq(of.world.console->view, &view_board);
	alerts_world_add(&of, ALERT_OPEN, 1, "HighLatency", "severity=warning");
	cr_expect_eq(of.world.console->view, &view_alert);
	press(&of.world, "q q");
	screen(&of.world);
	cr_expect_eq(of.world.console->view, &view_board, "only once");
	alerts_world_release(&of);
}

static unsigned rung;

static void on_bell(void *user)
{
	(void)user;
	rung++;
}

Test(alert_act, the_bell_rings_once_for_each_new_one)
{
	struct alerts_world of;
	struct strbuf title = STRBUF_INIT;
	struct alert *alert;

	alerts_world_init(&of, 100, 30);
	of.world.console->host.bell = on_bell;
	of.world.console->bell_priority = 1;
	rung = 0;
	alerts_world_add(&of, ALERT_OPEN, 1, "One", "");
	cr_expect(alert_notice_take(of.world.console));
	cr_expect_not(alert_notice_take(of.world.console), "only once");
	alert = alerts_world_add(&of, ALERT_ACKED, 0, "Two", "");
	cr_expect_not(alert_notice_take(of.world.console), "somebody has it already");
	alert->standing = ALERT_OPEN;
	alerts_world_changed(&of);
	cr_expect_not(alert_notice_take(of.world.console), "it is no new one");
	alert->active_ms += 60000;
	alerts_world_changed(&of);
	cr_expect(alert_notice_take(of.world.console), "it fires anew");
	alerts_world_add(&of, ALERT_OPEN, 2, "Three", "");
	cr_expect_not(alert_notice_take(of.world.console), "P2 does not ring");
	of.world.console->bell_priority = -1;
	alerts_world_add(&of, ALERT_OPEN, 0, "Four", "");
	cr_expect_not(alert_notice_take(of.world.console));
	cr_expect_eq(rung, 2u);
	alert_notice_title(of.world.console, &title);
	cr_expect_str_eq(title.text, "P0 2, P1 1, P2 1 - Operations");
	strbuf_release(&title);
	alerts_world_release(&of);
}

Test(alert_act, texts)
{
	struct strbuf text = STRBUF_INIT;

	alert_add_left(166999, &text);
	cr_expect_str_eq(text.text, "2:46");
	strbuf_clear(&text);
	alert_add_left(-3725000, &text);
	cr_expect_str_eq(text.text, "-1:02:05");
	cr_expect_str_eq(alert_priority_text(3), "P3");
	cr_expect_str_eq(alert_priority_text(PRIORITY_NONE), "--");
	cr_expect_str_eq(alert_priority_text(77), "--");
	strbuf_release(&text);
}
