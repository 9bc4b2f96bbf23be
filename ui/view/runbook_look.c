#include "ui/view/runbook_look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/alerts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ui/view/alert_page.h"
#include "ui/view/overlay_text.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_page.h"
#include "ui/view/runbook_says.h"
#include "ui/view/view.h"

static struct runbook_page *page_of(const struct console *console)
{
	return console->runbooks ? console->runbooks->page : NULL;
}

/* ---- x ---- */

static void add_duration(struct document *document, const char *label, int64_t ms)
{
	char text[16];

	if (ms <= 0)
		return;
	duration_format(ms, text, sizeof(text));
	document_add(document, DOCUMENT_TEXT, label, text);
}

static void add_checks(const struct step_notes *notes, struct document *document)
{
	for (size_t i = 0; i < notes->checks.count; i++) {
		const struct step_check *check = &notes->checks.items[i];

		if (check->name && check->name[0])
			document_add(document, DOCUMENT_TEXT, "check", check->name);
		document_add(document, DOCUMENT_CODE, check->name && check->name[0] ? NULL : "check",
			     check->expression ? check->expression : check->command);
		add_duration(document, "  for", check->for_ms);
		add_duration(document, "  within", check->within_ms);
	}
}

static void add_annotation(const struct step_notes *notes, struct document *document)
{
	if (!notes->line)
		return;
	document_addf(document, DOCUMENT_DIM, "annotated", "in line %u", notes->line);
	if (notes->target)
		document_add(document, DOCUMENT_TEXT, "target", notes->target);
	if (notes->confirm)
		document_add(document, DOCUMENT_TEXT, "confirm", notes->confirm);
	if (notes->rollback)
		document_add(document, DOCUMENT_CODE, "rollback", notes->rollback);
	add_duration(document, "timeout", notes->timeout_ms);
	if (notes->follow)
		document_add(document, DOCUMENT_TEXT, "follow", "it goes on until it is stopped");
	if (notes->next)
		document_add(document, DOCUMENT_TEXT, "next", notes->next);
	if (notes->on_fail)
		document_add(document, DOCUMENT_TEXT, "on-fail", notes->on_fail);
	add_checks(notes, document);
}

/* Attempts, who made them, how each ended. */
static void add_attempts(const struct runbook_page *page, struct document *document)
{
	const struct run_step *done;

	runbook_page_state(page, page->step, &done);
	for (size_t i = 0; done && i < done->attempts.count; i++) {
		const struct run_attempt *attempt = &done->attempts.items[i];
		const struct run_event *end = attempt->outcome;
		char when[40] = "", took[24] = "";

		if (attempt->intent)
			time_format(attempt->intent->time_ms, "%H:%M:%SZ", when, sizeof(when));
		if (end)
			runbook_took(end->elapsed_ms, took, sizeof(took));
		document_addf(document, DOCUMENT_TEXT, i ? NULL : "attempts", "%s %s  %s %s", when,
			      attempt->intent ? attempt->intent->actor : "",
			      !end             ? "goes on"
			      : end->reason[0] ? end->reason
					       : end->outcome,
			      took);
	}
}

static void add_plan(const struct runbook_page *page, struct document *document)
{
	const struct step_plan *plan = &page->plan;

	if (!page->has_plan)
		return;
	if (plan->program && plan->program[0])
		document_add(document, DOCUMENT_TEXT, "program", plan->program);
	if (plan->directory && plan->directory[0])
		document_add(document, DOCUMENT_TEXT, "directory", plan->directory);
	if (plan->target && plan->target[0])
		document_add(document, DOCUMENT_TEXT, "touches", plan->target);
	if (plan->edited)
		document_add(document, DOCUMENT_TEXT, "edited", "for this run: it is not what the file has");
	if (plan->why && plan->block != PLAN_READY)
		document_add(document, DOCUMENT_BAD, "blocked", plan->why);
	if (plan->faults && plan->faults[0])
		document_add(document, DOCUMENT_BAD, "faults", plan->faults);
}

static void explain_step(const struct runbook_page *page, struct document *document)
{
	const struct runbook_step *step = &page->runbook->steps.items[page->step];

	document_add(document, DOCUMENT_TEXT, "kind", step_kind_names[step->kind]);
	if (runbook_page_runs(page, page->step))
		document_addf(document, DOCUMENT_TEXT, "risk", "it %s: %s",
			      step_tier_verbs[page->has_plan ? page->plan.tier : step->tier],
			      page->has_plan && page->plan.tier_reason ? page->plan.tier_reason
			      : step->tier_reason                      ? step->tier_reason
								       : "");
	document_addf(document, DOCUMENT_DIM, "from", "%s:%u", page->runbook->path, step->line);
	if (step->text[0])
		document_add(document, DOCUMENT_CODE, "text", runbook_text(page)[0] ? runbook_text(page) : step->text);
	for (size_t i = 0; i < step->placeholders.count; i++) {
		const char *name = step->placeholders.items[i].name,
			   *value = page->run ? run_value(page->run, name) : NULL;

		document_addf(document, value ? DOCUMENT_TEXT : DOCUMENT_BAD, i ? NULL : "values", "<%s> %s", name,
			      value ? value : "is not known yet");
	}
	add_plan(page, document);
	add_annotation(&step->notes, document);
	if (step->sample)
		document_add(document, DOCUMENT_DIM, "sample", step->sample);
	add_attempts(page, document);
}

static void explain_section(const struct runbook_page *page, struct document *document)
{
	const struct runbook_section *section = &page->runbook->sections.items[page->spot.section];

	document_add(document, DOCUMENT_TEXT, "role", section_role_names[section->role]);
	document_addf(document, DOCUMENT_DIM, "from", "%s:%u", page->runbook->path, section->line);
	if (section->minutes_from >= 0)
		document_addf(document, DOCUMENT_TEXT, "minutes", section->minutes_to >= 0 ? "%d to %d" : "from %d",
			      section->minutes_from, section->minutes_to);
	for (size_t i = 0; i < page->runbook->fields.count; i++)
		document_add(document, DOCUMENT_TEXT, page->runbook->fields.items[i].key,
			     page->runbook->fields.items[i].value);
}

bool runbook_look_explain(struct console *console, enum action action)
{
	const struct runbook_page *page = page_of(console);
	struct text_overlay *overlay;
	struct strbuf title = STRBUF_INIT;

	(void)action;
	if (!page || !page->runbook || !page->has_spot)
		return false;
	if (page->step != SIZE_MAX)
		strbuf_addf(&title, "%s %s", page->runbook->steps.items[page->step].id,
			    page->runbook->steps.items[page->step].name);
	else
		outline_add_title(page->runbook, page->spot.section, &title);
	overlay = text_overlay_new(title.text);
	if (page->step != SIZE_MAX)
		explain_step(page, &overlay->document);
	else
		explain_section(page, &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	strbuf_release(&title);
	return true;
}

/* ---- y ---- */

bool runbook_look_copy(struct console *console, enum action action)
{
	const struct runbook_page *page = page_of(console);
	struct strbuf text = STRBUF_INIT;

	(void)action;
	if (!page || !page->runbook || !console->host.copy)
		return false;
	if (page->output.whole)
		for (size_t i = 0; i < page->output.transcript.lines.count; i++) {
			const struct transcript_line *line = &page->output.transcript.lines.items[i];

			for (size_t k = 0; k < line->count; k++)
				strbuf_addstr(&text, line->spans[k].text);
			strbuf_addch(&text, '\n');
		}
	else if (page->step != SIZE_MAX)
		strbuf_addstr(&text,
			      runbook_text(page)[0] ? runbook_text(page) : page->runbook->steps.items[page->step].name);
	else
		strbuf_addstr(&text, page->runbook->path);
	console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

/* ---- Enter ---- */

static const char *link_of(const struct runbook_page *page)
{
	const struct rich_line *line = page->spot.line != SIZE_MAX && page->spot.line < page->outline.text.lines.count
					       ? &page->outline.text.lines.items[page->spot.line]
					       : NULL;

	for (size_t i = 0; line && i < line->count; i++)
		if (line->spans[i].link && line->spans[i].link[0])
			return line->spans[i].link;
	return NULL;
}

static bool show_alert(struct console *console, const char *name)
{
	for (size_t i = 0; console->alerts && i < alerts_count(console->alerts); i++)
		if (strcmp(alerts_at(console->alerts, i)->name, name) == 0) {
			alert_page_open(console, alerts_at(console->alerts, i));
			console_set_view(console, &view_alert);
			return true;
		}
	return false;
}

/* To a section of this runbook, to another one, to an alert; anything else is copied. */
static void follow(struct console *console, struct runbook_page *page, const char *link)
{
	struct runbook_desk *desk = console->runbooks;
	const struct runbook_index *index = desk->get_index ? desk->get_index(desk->user) : NULL;
	const struct runbook_file *file = NULL;
	char *target = mem_strdup(link), *hash = strchr(target, '#');
	size_t section = *target == '#' ? runbook_find_section(page->runbook, target + 1) : SIZE_MAX;

	if (hash)
		*hash = '\0';
	if (section != SIZE_MAX)
		runbook_page_go_to(page, runbook_page_find(page, SIZE_MAX, section), true);
	else if (index && *target && !strstr(target, "://"))
		file = runbook_index_find(index, target);
	if (section == SIZE_MAX) {
		if (file)
			runbook_desk_follow(console, file->path, hash ? hash + 1 : NULL);
		else if (show_alert(console, target))
			console_say(console, "%s", target);
		else if (console->host.copy)
			console_copy(console, link);
		else
			console_say(console, "%s", link);
	}
	free(target);
}

bool runbook_look_open(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);
	const char *link;

	if (!page || !page->runbook || !page->has_spot)
		return false;
	switch (page->spot.kind) {
	case OUTLINE_HEADING: runbook_page_toggle(page, page->spot.section); return true;
	case OUTLINE_CHOICE: runbook_page_toggle_scenarios(page); return true;
	case OUTLINE_STEP:
		if (page->output.has && page->output.step == page->step)
			return runbook_look_output(console, action);
		link = runbook_page_link(page);
		if (!link)
			return runbook_look_explain(console, action);
		break;
	default: link = link_of(page); break;
	}
	if (link)
		follow(console, page, link);
	else
		runbook_page_go_to(page, runbook_page_find(page, SIZE_MAX, page->spot.section), true);
	return true;
}

/* ---- o ---- */

bool runbook_look_output(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);

	(void)action;
	if (!page || !page->runbook)
		return false;
	if (page->output.whole) {
		page->output.whole = false;
		return true;
	}
	if (!page->output.has) {
		console_say(console, "there is no output of this step");
		return true;
	}
	page->output.whole = page->output.follows = true;
	page->output.shift = page->output.scroll = 0;
	page->output.found = -1;
	return true;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t written = write(fd, data, length);

		if (written < 0 && errno != EINTR)
			return -1;
		if (written > 0) {
			data += written;
			length -= (size_t)written;
		}
	}
	return 0;
}

int runbook_look_save(struct console *console, const char *path, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;
	const struct runbook_page *page = page_of(console);
	struct keeper_output output = { 0 };
	enum keeper_phase phase;
	struct strbuf text = STRBUF_INIT;
	char *name;
	size_t step;
	int fd, status;

	if (!page || !page->run || !desk->runner)
		return error_set(error, "no run is shown");
	step = page->output.whole ? page->output.step : page->step;
	if (step == SIZE_MAX || !desk->hands->get_output(desk->runner, step, &output, &phase))
		return error_set(error, "there is no output of this step");
	name = *path ? mem_strdup(path)
		     : mem_printf("skep-%s-%s.txt", page->run->id, page->runbook->steps.items[step].id);
	transcript_add_text(output.head, output.head_length, &text);
	if (output.left_out)
		strbuf_addf(&text, "\n[%llu bytes are left out here]\n", (unsigned long long)output.left_out);
	transcript_add_text(output.tail, output.tail_length, &text);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	status = fd < 0 || write_all(fd, text.text, text.length) < 0 ? -1 : 0;
	if (status < 0)
		error_set(error, "%.200s: %s", name, strerror(errno));
	else
		console_say(console, "saved: %.180s", name);
	if (fd >= 0)
		close(fd);
	strbuf_release(&text);
	free(name);
	return status;
}
