#include "ui/view/runbook_desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alerts.h"
#include "base/mem.h"
#include "ui/view/runbook_list.h"
#include "ui/view/runbook_page.h"
#include "ui/view/runbook_says.h"
#include "ui/view/hint_bar.h"
#include "ui/view/overlay.h"
#include "ui/view/view.h"

static void forget_coming(struct runbook_desk *desk)
{
	free(desk->coming.path);
	free(desk->coming.anchor);
	free(desk->coming.alert_id);
	desk->coming = (struct runbook_coming){ 0 };
}

void runbook_desk_release(struct runbook_desk *desk)
{
	forget_coming(desk);
	runbook_page_free(desk->page);
	runbook_list_free(desk->list);
	desk->page = NULL;
	desk->list = NULL;
}

/* NULL: none. */
static const struct run *shown_run(const struct runbook_desk *desk)
{
	return desk && desk->runner ? desk->hands->run(desk->runner) : NULL;
}

void runbook_desk_take(struct console *console)
{
	if (console->runbooks && console->runbooks->page)
		runbook_page_take_run(console->runbooks);
}

static struct runbook_page *page_of(struct runbook_desk *desk)
{
	if (!desk->page)
		desk->page = runbook_page_new();
	return desk->page;
}

/* Show what the page has; going back leads to where it was opened. */
static void show(struct console *console)
{
	struct runbook_page *page = page_of(console->runbooks);

	if (console->view != &view_runbook)
		page->from = console->view;
	overlay_close_all(console);
	console_set_view(console, &view_runbook);
}

static void show_run(struct console *console)
{
	page_of(console->runbooks)->reading = false;
	runbook_page_take_run(console->runbooks);
	show(console);
	/* The view knows only that it is entered: another run may have come while it was shown. */
	if (console->runbooks->runner)
		console->runbooks->hands->attend(console->runbooks->runner, true);
}

/* ---- reading ---- */

static int read_file(struct console *console, const char *path, struct error *error)
{
	struct error_list faults = { 0 };
	struct runbook runbook;
	int status = runbook_read_file(&runbook, path, &faults);

	if (status == 0)
		runbook_page_read(page_of(console->runbooks), &runbook, path);
	else if (faults.count)
		error_set(error, "%.200s: %.200s", path, faults.faults[0].text);
	else
		error_set(error, "%.200s cannot be read", path);
	error_list_release(&faults);
	return status;
}

static bool is_open(const struct run *run)
{
	return run && !run->closed;
}

/* Whatever has just been put on the page, with its rows. */
static void lay_out(struct console *console)
{
	struct runbook_page *page = console->runbooks->page;

	runbook_page_take(console->runbooks, console->now_ms);
	runbook_page_lay_out(page, page->width > 0 ? page->width : 80);
}

static void go_to_anchor(struct console *console, const char *anchor)
{
	struct runbook_page *page = console->runbooks->page;
	size_t section = anchor && page->runbook ? runbook_find_section(page->runbook, anchor) : SIZE_MAX;

	if (section == SIZE_MAX)
		return;
	lay_out(console);
	runbook_page_enter_at(page, section);
}

static void show_read(struct console *console, struct runbook *runbook, const struct runbook_coming *coming)
{
	struct runbook_page *page = page_of(console->runbooks);

	runbook_page_read(page, runbook, coming->path);
	page->alert_id = mem_strdup(coming->alert_id);
	show(console);
	go_to_anchor(console, coming->anchor);
}

/* Who went on to something else is not brought back. */
static void on_read(void *user, struct runbook *runbook, const char *why)
{
	struct console *console = user;
	struct runbook_desk *desk = console->runbooks;
	struct runbook_coming coming = desk->coming;

	desk->coming = (struct runbook_coming){ 0 };
	if (!runbook && coming.path)
		console_say(console, "%.200s: %.200s", coming.path, why);
	else if (runbook && coming.path && coming.view == console->view &&
		 (!console->overlay || console->overlay_state == coming.overlay))
		show_read(console, runbook, &coming);
	else if (runbook)
		runbook_release(runbook);
	free(coming.path);
	free(coming.anchor);
	free(coming.alert_id);
	if (console->on_change)
		console->on_change(console->on_change_user);
}

static void read_now(struct console *console, const struct runbook_coming *coming)
{
	struct error error = { "" };

	if (read_file(console, coming->path, &error) < 0) {
		console_say(console, "%s", error.text);
		return;
	}
	console->runbooks->page->alert_id = mem_strdup(coming->alert_id);
	show(console);
	go_to_anchor(console, coming->anchor);
}

/* Show the run of that file, if it is shown already, else read it. */
static void read_or_show(struct console *console, const char *path, const char *anchor, const char *alert_id)
{
	struct runbook_desk *desk = console->runbooks;
	const struct run *run = shown_run(desk);
	bool shown = is_open(run) && strcmp(desk->hands->runbook(desk->runner)->path, path) == 0;
	struct runbook_coming coming = { .path = mem_strdup(path),
					 .anchor = mem_strdup(anchor),
					 .alert_id = mem_strdup(alert_id),
					 .view = console->view,
					 .overlay = console->overlay ? console->overlay_state : NULL };

	forget_coming(desk);
	desk->coming = coming;
	if (!shown && desk->read) {
		desk->read(desk->user, coming.path, on_read, console);
		if (desk->coming.path)
			console_say(console, "reading %.200s ...", path);
		return;
	}
	if (shown) {
		show_run(console);
		go_to_anchor(console, anchor);
	} else {
		read_now(console, &coming);
	}
	forget_coming(desk);
}

void runbook_desk_read(struct console *console, const char *path)
{
	read_or_show(console, path, NULL, NULL);
}

void runbook_desk_follow(struct console *console, const char *path, const char *anchor)
{
	struct runbook_desk *desk = console->runbooks;
	struct runbook_page *page = page_of(desk);
	const struct run *run = shown_run(desk);
	const char *shown = is_open(run) && run->opened ? run->opened->alert_id : NULL;

	read_or_show(console, path, anchor, page->reading ? page->alert_id : shown);
}

int runbook_desk_show(struct console *console, const char *name, struct error *error)
{
	struct runbook_desk *desk = console->runbooks;
	const struct runbook_index *index = desk && desk->get_index ? desk->get_index(desk->user) : NULL;
	const struct runbook_file *file = index ? runbook_index_find(index, name) : NULL;

	if (!desk)
		return error_set(error, "there are no runbooks here");
	if (read_file(console, file ? file->path : name, error) < 0)
		return -1;
	show(console);
	return 0;
}

/* ---- running ---- */

void runbook_desk_resume(struct console *console, const char *run)
{
	struct runbook_desk *desk = console->runbooks;
	const struct run *shown = shown_run(desk);
	struct error error = { "" };

	if (shown && strcmp(shown->id, run) == 0) {
		show_run(console);
	} else if (!desk->resume) {
		console_say(console, "a run cannot be taken up here");
	} else if (desk->resume(desk->user, run, &error) < 0) {
		console_say(console, "%s", error.text);
	} else {
		show_run(console);
		console_say(console, "taken up where it was");
	}
}

/* The alert of that fingerprint, as long as it is known. */
static const struct alert *find_alert(const struct console *console, const char *id)
{
	for (size_t i = 0; id && *id && console->alerts && i < alerts_count(console->alerts); i++)
		if (alerts_at(console->alerts, i)->fingerprint == strtoull(id, NULL, 16))
			return alerts_at(console->alerts, i);
	return NULL;
}

bool runbook_desk_begin(struct console *console)
{
	struct runbook_desk *desk = console->runbooks;
	struct runbook_page *page = desk->page;
	size_t step = page->step;
	struct error error = { "" };
	int row;

	if (!desk->open || console->mode != CONSOLE_FULL || !page->path) {
		console_say(console, "no run can begin here: there is no journal to write it down");
		return false;
	}
	if (desk->open(desk->user, page->path, find_alert(console, page->alert_id), &error) < 0) {
		console_say(console, "%s", error.text);
		return false;
	}
	show_run(console);
	if (!page->runbook || step >= page->runbook->steps.count)
		return true;
	lay_out(console);
	row = runbook_page_find(page, step, SIZE_MAX);
	if (row >= 0)
		runbook_page_go_to(page, row, false);
	return true;
}

static bool is_of_alert(const struct run *run, const struct alert *alert)
{
	return is_open(run) && run->opened && run->opened->alert_id && run->opened->alert_id[0] &&
	       strtoull(run->opened->alert_id, NULL, 16) == alert->fingerprint;
}

/* A run of the alert that was left open; NULL. */
static const struct run *left_open(const struct runbook_desk *desk, const struct alert *alert)
{
	if (desk->runs)
		runs_fold(desk->runs);
	for (size_t i = 0; desk->runs && i < desk->runs->items.count; i++)
		if (is_of_alert(desk->runs->items.items[i], alert))
			return desk->runs->items.items[i];
	return NULL;
}

/* The alert of a run that is led from here, which a new run would take out of sight; NULL. */
static const char *other_run(const struct runbook_desk *desk)
{
	for (size_t i = 0; desk->runs && desk->seat && i < desk->runs->items.count; i++) {
		const struct run *run = desk->runs->items.items[i];

		if (is_open(run) && run->opened && run->opened->alert && run->opened->alert[0] && run->lead_seat &&
		    strcmp(run->lead_seat, desk->seat) == 0)
			return run->opened->alert;
	}
	return NULL;
}

bool runbook_desk_open_alert(struct console *console, const struct alert *alert)
{
	struct runbook_desk *desk = console->runbooks;
	const struct run *left;
	const char *other;
	struct error error = { "" };

	if (!desk || !alert || !alert->runbook)
		return false;
	left = left_open(desk, alert);
	other = left ? NULL : other_run(desk);
	if (console->mode != CONSOLE_FULL || !desk->open) {
		runbook_desk_read(console, alert->runbook);
	} else if (is_of_alert(shown_run(desk), alert)) {
		show_run(console);
	} else if (left) {
		runbook_desk_resume(console, left->id);
	} else if (desk->open(desk->user, alert->runbook, alert, &error) < 0) {
		/* What cannot be run can still be read. */
		runbook_desk_read(console, alert->runbook);
		console_say(console, "only to be read: %.160s", error.text);
	} else {
		show_run(console);
		if (other)
			console_say(console, "a run of its own for %.80s; the one of %.80s goes on: 3 leads back to it",
				    alert->name, other);
	}
	return true;
}

/* ---- what is said of it elsewhere ---- */

bool runbook_desk_offer(struct console *console)
{
	struct runbook_desk *desk = console->runbooks;
	const struct run *first = NULL;
	struct strbuf key = STRBUF_INIT;
	size_t open = 0;

	if (!desk || desk->offered || desk->walk || !desk->runs || !desk->resume || !console->keymap)
		return false;
	runs_fold(desk->runs);
	for (size_t i = 0; i < desk->runs->items.count; i++) {
		const struct run *run = desk->runs->items.items[i];

		/* One that was begun here, or is shown, is no surprise. */
		if (!is_open(run) || run == shown_run(desk) ||
		    (desk->seat && run->lead_seat && strcmp(run->lead_seat, desk->seat) == 0))
			continue;
		first = first ? first : run;
		open++;
	}
	if (!open)
		return false;
	desk->offered = true;
	hint_bar_add_key(console, ACTION_VIEW_3, &key);
	console_say(console, "%zu run%s open, the newest of %.80s: %s takes up where it was", open,
		    open == 1 ? " is" : "s are",
		    first->opened ? runbook_title(first->opened->title, first->opened->runbook) : first->id,
		    key.length ? key.text : ":view runbooks");
	strbuf_release(&key);
	return true;
}

/* The run that is shown, else the newest open one that is led from here. */
static const struct run *banner_run(const struct runbook_desk *desk)
{
	const struct run *run = shown_run(desk);

	if (run || !desk || !desk->runs || !desk->seat)
		return run;
	runs_fold(desk->runs);
	for (size_t i = 0; i < desk->runs->items.count; i++) {
		run = desk->runs->items.items[i];
		if (is_open(run) && run->lead_seat && strcmp(run->lead_seat, desk->seat) == 0)
			return run;
	}
	return NULL;
}

void runbook_desk_add_banner(const struct console *console, struct strbuf *ret)
{
	const struct run *run = banner_run(console->runbooks);
	size_t running = 0;

	if (!is_open(run))
		return;
	for (size_t i = 0; i < run->steps.count; i++) {
		const struct run_step *step = &run->steps.items[i];
		const struct run_attempt *attempt =
			step->attempts.count ? &step->attempts.items[step->attempts.count - 1] : NULL;
		int64_t since_ms = attempt && attempt->start ? attempt->start->time_ms : console->now_ms, seconds;
		const char *who = step->pen && step->pen[0] ? step->pen : run->lead;

		if (step->state != RUN_STEP_RUNNING && step->state != RUN_STEP_WANTED)
			continue;
		seconds = console->now_ms > since_ms ? (console->now_ms - since_ms) / 1000 : 0;
		strbuf_addf(ret, "%s%s running %" PRId64 ":%02" PRId64 " ", running++ ? ", " : "", step->id,
			    seconds / 60, seconds % 60);
		runbook_add_person(who ? who : "", ret);
	}
	if (!running) {
		strbuf_addstr(ret, "run");
		if (run->lead && run->lead[0]) {
			strbuf_addstr(ret, ", ");
			runbook_add_person(run->lead, ret);
			strbuf_addstr(ret, " leads");
		}
	}
}

bool runbook_desk_shows(const struct console *console, const struct alert *alert)
{
	const struct runbook_desk *desk = console->runbooks;

	return desk && desk->page && console->view == &view_runbook && !desk->page->reading &&
	       is_of_alert(shown_run(desk), alert);
}

const char *runbook_desk_lead(const struct console *console, const struct alert *alert)
{
	const struct runbook_desk *desk = console->runbooks;
	bool open = desk && (is_of_alert(shown_run(desk), alert) || left_open(desk, alert));

	return open ? "back to the run" : NULL;
}
