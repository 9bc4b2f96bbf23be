#include "alert/alerts_private.h"
#include "runbook_fixture.h"

/* A runbook that goes on in another one, which is really there. */
static struct runbook_world world;

#define RUNBOOK                                                                                                        \
	"# Crash\n\n## Diagnosis\n\n"                                                                                  \
	"<!-- skep: { risk: read } -->\n```bash\n# Look\nkubectl get pods\n```\n\n"                                    \
	"## Resolution\n\n### Scenario A: restart\n\n"                                                                 \
	"<!-- skep: { risk: change } -->\n```bash\n# Restart\nkubectl rollout restart\n```\n\n"                        \
	"### Scenario B: the region is gone\n\n"                                                                       \
	"- [ ] Call somebody\n"                                                                                        \
	"- [ ] Go on with [Disaster recovery](disaster-recovery.md#phase-1-failover-5-15-min)\n"

static void setup(void)
{
	char *folder = mem_printf("%s/runbooks/polln", getenv("SKEP_SOURCE") ? getenv("SKEP_SOURCE") : ".");
	const char *const folders[] = { folder };

	runbook_world_init(&world, RUNBOOK);
	runbook_index_init(&world.index, folders, 1);
	free(folder);
	console_prepare(world.console.console, 140, 40, VIEW_NOW_MS);
}

static void teardown(void)
{
	runbook_world_release(&world);
	runbook_index_release(&world.index);
}

TestSuite(runbook_links, .init = setup, .fini = teardown, .timeout = 60);

static bool says(const char *text)
{
	return strstr(screen(&world.console), text) != NULL;
}

static const char *id_of_focus(void)
{
	const struct runbook_page *page = world.desk.page;

	return page->step != SIZE_MAX ? page->runbook->steps.items[page->step].id : "";
}

/* To the item that leads on, in a run of that alert (NULL: of none). */
static void go_to_link(const char *alert_id)
{
	fake_begin(&world, alert_id);
	runbook_world_run(&world);
	fake_event(&world.runner, (struct run_event){ .kind = RUN_BRANCH, .value = "B" });
	world.desk.page->stale = true;
	look(&world);
	for (int i = 0; i < 6 && strcmp(id_of_focus(), "3.2") != 0; i++)
		press(&world.console, "Tab");
	cr_assert_str_eq(id_of_focus(), "3.2", "%s", screen(&world.console));
}

Test(runbook_links, a_step_by_hand_opens_what_it_names)
{
	go_to_link(NULL);
	cr_assert(says("D when it is done, Enter opens what it names"), "%s", screen(&world.console));
	press(&world.console, "Enter");
	look(&world);
	cr_assert(says("Disaster Recovery"), "%s", screen(&world.console));
	cr_assert(says("only read"));
	cr_assert_str_eq(id_of_focus(), "3.1", "at the section that the link names");
	cr_assert_eq(world.opened, 0, "looking begins nothing");
}

Test(runbook_links, a_step_without_a_link_is_explained)
{
	go_to_link(NULL);
	press(&world.console, "Shift-Tab");
	cr_assert_str_eq(id_of_focus(), "3.1");
	cr_assert_not(says("opens what it names"));
	press(&world.console, "Enter");
	cr_assert_not(says("Disaster Recovery"));
}

/* The alerts of a console in which that one is known. */
static struct alerts *known_alert(const struct escalation *escalation, uint64_t fingerprint)
{
	struct alerts *alerts = alerts_new(&(struct alerts_config){ .system = "polln", .escalation = escalation });
	static const struct labels none = { NULL, 0 };

	alerts->made = true;
	alerts->made_ms = VIEW_NOW_MS;
	vec_push(&alerts->items, (struct alert){ .name = "ColonyDown",
						 .fingerprint = fingerprint,
						 .labels = &none,
						 .annotations = &none,
						 .standing = ALERT_ENDED });
	return alerts;
}

static void begin_behind_link(const char *alert_id, uint64_t known)
{
	struct escalation escalation;
	struct alerts *alerts;

	escalation_init(&escalation);
	alerts = known_alert(&escalation, known);
	world.console.console->alerts = alerts;
	go_to_link(alert_id);
	press(&world.console, "Enter");
	world.runner.attended = false;
	press(&world.console, "!");
	cr_assert_eq(world.opened, 1);
	cr_assert(world.runner.attended, "what proves it is asked");
	world.console.console->alerts = NULL;
	alerts_free(alerts);
	escalation_release(&escalation);
}

Test(runbook_links, what_is_begun_there_is_about_the_same_alert)
{
	begin_behind_link("0000000000000abc", 0xabc);
	cr_assert_str_eq(world.opened_alert, "ColonyDown");
}

Test(runbook_links, an_alert_that_is_not_known_any_more_opens_nothing)
{
	begin_behind_link("0000000000000abc", 0xdef);
	cr_assert_str_eq(world.opened_alert, "");
}

Test(runbook_links, what_is_chosen_from_elsewhere_is_about_no_alert)
{
	struct error error = { "" };

	go_to_link("0000000000000abc");
	press(&world.console, "Enter");
	cr_assert_not_null(world.desk.page->alert_id);
	cr_assert_eq(runbook_desk_show(world.console.console, "validate", &error), 0, "%s", error.text);
	cr_assert_null(world.desk.page->alert_id);
}

/* ---- a file that is not there at once ---- */

static runbook_read_done *late_done;
static void *late_user;

static void read_late(void *user, const char *path, runbook_read_done *done, void *done_user)
{
	(void)user;
	(void)path;
	late_done = done;
	late_user = done_user;
}

static void arrive(const char *text)
{
	struct runbook runbook;
	struct error_list errors = { 0 };

	cr_assert_eq(runbook_read(&runbook, "late.md", text, strlen(text), &errors), 0);
	error_list_release(&errors);
	late_done(late_user, &runbook, "");
	look(&world);
}

#define LATE "# Late\n\n## First\n\n- [ ] one\n\n## Second\n\n- [ ] two\n"

Test(runbook_links, a_file_that_comes_late_is_shown_when_it_comes)
{
	world.desk.read = read_late;
	runbook_desk_follow(world.console.console, "/x/late.md", "second");
	look(&world);
	cr_expect(says("reading /x/late.md"), "%s", screen(&world.console));
	arrive(LATE);
	cr_expect_eq(world.console.console->view, &view_runbook);
	cr_expect_str_eq(world.desk.page->path, "/x/late.md");
	cr_expect_str_eq(id_of_focus(), "2.1", "%s", screen(&world.console));
	cr_expect_null(world.desk.coming.path);
}

Test(runbook_links, who_went_elsewhere_is_not_brought_back)
{
	world.desk.read = read_late;
	runbook_desk_read(world.console.console, "/x/late.md");
	console_set_view(world.console.console, &view_runbooks);
	arrive(LATE);
	cr_expect_eq(world.console.console->view, &view_runbooks);
	cr_expect(!world.desk.page || !world.desk.page->has_own);
}

Test(runbook_links, what_cannot_be_read_late_is_said_where_one_is)
{
	const struct view_ops *before = world.console.console->view;

	world.desk.read = read_late;
	runbook_desk_read(world.console.console, "/x/late.md");
	late_done(late_user, NULL, "permission denied");
	look(&world);
	cr_expect_eq(world.console.console->view, before);
	cr_expect(says("/x/late.md: permission denied"), "%s", screen(&world.console));
}

Test(runbook_links, of_two_the_last_is_meant_and_what_never_comes_is_forgotten)
{
	world.desk.read = read_late;
	runbook_desk_read(world.console.console, "/x/one.md");
	runbook_desk_read(world.console.console, "/x/late.md");
	arrive(LATE);
	cr_expect_str_eq(world.desk.page->path, "/x/late.md");
	runbook_desk_read(world.console.console, "/x/never.md");
}
