/* What --plain says of alerts: each once, and again only when it stands otherwise. */
#include "alerts_fixture.h"

#include "cli/plain_alerts.h"

static void on_line(void *user, const char *text)
{
	strbuf_addf(user, "%s\n", text);
}

/* What is new, one a line; valid until the next call. */
static const char *said(struct plain_alerts *alerts, const struct alerts_world *of)
{
	static struct strbuf lines = STRBUF_INIT;

	strbuf_clear(&lines);
	plain_alerts_say(alerts, of->world.console, on_line, &lines);
	return lines.text ? lines.text : "";
}

Test(plain_alerts, each_is_said_once_and_when_it_stands_otherwise)
{
	struct plain_alerts *alerts = plain_alerts_new();
	struct ack ack = { .actor = "ada", .note = "on it", .until_ms = VIEW_NOW_MS + 30 * CLOCK_MINUTE };
	struct alerts_world of;
	struct alert *alert;

	alerts_world_init(&of, 100, 30);
	cr_expect_str_eq(said(alerts, &of), "");
	alert = alerts_world_add(&of, ALERT_OPEN, 0, "NaN", "severity=critical instance=a:1");
	alert->clock = (struct escalation_clock){ .runs = true, .left_ms = 5000, .next = "cto" };
	alerts_world_add(&of, ALERT_WAITS, 2, "DiskFills", "severity=warning instance=n1");
	cr_expect_str_eq(said(alerts, &of), "P0 NaN, instance=a:1: firing, cto is next\n");
	alert = &of.alerts->items.items[0];
	alert->value = 7; /* what counts on is no news */
	alert->clock.left_ms = 1000;
	cr_expect_str_eq(said(alerts, &of), "");
	alert->clock.left_ms = -1;
	cr_expect_str_eq(said(alerts, &of), "P0 NaN, instance=a:1: firing, overdue, cto is next\n");
	alert->standing = ALERT_ACKED;
	alert->ack = &ack;
	cr_expect_str_eq(said(alerts, &of), "P0 NaN, instance=a:1: acknowledged, ada until 12:30: on it\n");
	alert->standing = ALERT_MUTED;
	alert->inhibited_by = "Outage";
	cr_expect_str_eq(said(alerts, &of), "P0 NaN, instance=a:1: inhibited by Outage\n");
	alert->standing = ALERT_ENDED;
	cr_expect_str_eq(said(alerts, &of), "P0 NaN, instance=a:1: fires no more\n");
	cr_expect_str_eq(said(alerts, &of), "");
	alert->standing = ALERT_OPEN;
	alert->clock.runs = false;
	alert->priority = PRIORITY_NONE;
	cr_expect_str_eq(said(alerts, &of), "alert NaN, instance=a:1: firing\n");
	plain_alerts_free(alerts);
	plain_alerts_free(NULL);
	alerts_world_release(&of);
}

Test(plain_alerts, a_system_without_rules_has_nothing_to_say)
{
	struct plain_alerts *alerts = plain_alerts_new();
	struct alerts_world of;

	alerts_world_init(&of, 100, 30);
	of.world.console->alerts = NULL;
	cr_expect_str_eq(said(alerts, &of), "");
	of.world.console->alerts = of.alerts;
	plain_alerts_free(alerts);
	alerts_world_release(&of);
}
