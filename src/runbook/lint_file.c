#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "runbook/lint_private.h"

/* Names further apart than that are not meant. */
#define NEARLY 3u

/* Each is looked for in the whole file. */
#define ALERTS_MAX 1000

static unsigned line_of(const struct runbook *runbook, const char *word)
{
	const char *found = strstr(runbook->source, word);
	unsigned line = 1;

	for (const char *at = runbook->source; found && at < found; at++)
		line += *at == '\n';
	return line;
}

static const char *nearest_alert(const struct runbook_lint_context *context, const char *name)
{
	const char *best = NULL;
	unsigned least = NEARLY + 1;

	for (size_t i = 0; i < context->alert_count; i++) {
		unsigned distance = text_distance(name, context->alerts[i], NEARLY);

		if (distance < least) {
			least = distance;
			best = context->alerts[i];
		}
	}
	return best;
}

static bool is_alert(const struct runbook_lint_context *context, const char *name)
{
	for (size_t i = 0; i < context->alert_count; i++) {
		if (strcmp(context->alerts[i], name) == 0)
			return true;
	}
	return false;
}

static void find_unknown_alerts(struct lint *lint)
{
	for (size_t i = 0; lint->context->alerts && i < lint->runbook->alerts.count; i++) {
		const char *name = lint->runbook->alerts.items[i], *near;

		if (i == ALERTS_MAX) {
			lint_add(lint, FAULT_APPROXIMATION, line_of(lint->runbook, name),
				 "of its alerts only the first %d are looked up", ALERTS_MAX);
			return;
		}
		if (is_alert(lint->context, name))
			continue;
		near = nearest_alert(lint->context, name);
		if (near)
			lint_add(lint, FAULT_APPROXIMATION, line_of(lint->runbook, name),
				 "no rule raises the alert '%s' (did you mean '%s')", name, near);
		else
			lint_add(lint, FAULT_APPROXIMATION, line_of(lint->runbook, name),
				 "no rule raises the alert '%s' (an alert's name as the rules have it)", name);
	}
}

/* "https:", "mailto:": nothing that could be looked up here. */
static bool has_scheme(const char *target)
{
	size_t length = strspn(target, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	return length > 1 && target[length] == ':';
}

static bool exists_beside(struct lint *lint, const char *target)
{
	const char *path = lint->runbook->path, *slash = strrchr(path, '/');
	struct stat status;
	char *file;

	if (target[0] == '/' || !slash)
		file = arena_strdup(&lint->arena, target);
	else
		file = arena_printf(&lint->arena, "%.*s/%s", (int)(slash - path), path, target);
	return stat(file, &status) == 0;
}

static void find_dead_links(struct lint *lint)
{
	for (size_t i = 0; i < lint->runbook->links.count; i++) {
		const struct runbook_link *link = &lint->runbook->links.items[i];
		const char *target = link->target;
		size_t length = strcspn(target, "#?");
		const char *file = arena_strndup(&lint->arena, target, length);

		if (has_scheme(target) || !target[0] || strncmp(target, "//", 2) == 0)
			continue;
		if (target[0] == '#') {
			if (runbook_find_section(lint->runbook, target + 1) == SIZE_MAX)
				lint_add(lint, FAULT_APPROXIMATION, link->line,
					 "the link '%s' leads nowhere (a heading of this file)", target);
			continue;
		}
		if (!length || (lint->context->index && runbook_index_find(lint->context->index, file)))
			continue;
		if (lint->context->follow_files && !exists_beside(lint, file))
			lint_add(lint, FAULT_APPROXIMATION, link->line,
				 "the link '%s' leads nowhere (a file beside this one)", target);
	}
}

/* Cells of a pipe table's row; 0: it is none. */
static size_t count_cells(const char *line, size_t length)
{
	size_t at = 0, cells = 0;
	bool code = false;

	while (at < length && line[at] == ' ')
		at++;
	if (at >= length || line[at] != '|')
		return 0;
	for (at++; at < length; at++) {
		code ^= line[at] == '`';
		if (line[at] == '\\')
			at++;
		else if (line[at] == '|' && !code)
			cells++;
	}
	while (length && strchr(" \r", line[length - 1]))
		length--;
	return cells + (length && line[length - 1] != '|');
}

static bool is_fence(const char *line, size_t length)
{
	while (length && (*line == ' ' || *line == '\t')) {
		line++;
		length--;
	}
	return length >= 3 && (memcmp(line, "```", 3) == 0 || memcmp(line, "~~~", 3) == 0);
}

static void find_ragged_tables(struct lint *lint)
{
	size_t header = 0;
	bool fenced = false;
	unsigned number = 0;

	for (const char *line = lint->runbook->source; *line;) {
		size_t length = strcspn(line, "\n"), cells;

		number++;
		fenced ^= is_fence(line, length);
		cells = fenced ? 0 : count_cells(line, length);
		if (!cells)
			header = 0;
		else if (!header)
			header = cells;
		else if (cells != header)
			lint_add(lint, FAULT_APPROXIMATION, number, "a row of %zu cells below a head of %zu", cells,
				 header);
		line += length + (line[length] == '\n');
	}
}

static bool has_verification(const struct runbook *runbook)
{
	for (size_t i = 0; i < runbook->sections.count; i++) {
		if (runbook->sections.items[i].role == SECTION_VERIFICATION)
			return true;
	}
	return runbook->has_checks;
}

static void find_unproved(struct lint *lint)
{
	const struct runbook *runbook = lint->runbook;

	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		if (step->kind != STEP_COMMAND || step->notes.manual || step->tier == TIER_READ)
			continue;
		if (!has_verification(runbook))
			lint_add(lint, FAULT_APPROXIMATION, 1,
				 "nothing proves that it helped (a check: annotation, or a section 'Verification')");
		return;
	}
}

const struct lint_rule lint_file_rules[] = {
	{ "verification", find_unproved }, { "unknown-alert", find_unknown_alerts },
	{ "dead-link", find_dead_links },  { "ragged-table", find_ragged_tables },
	{ "unread", lint_find_unread },
};
const size_t lint_file_rule_count = sizeof(lint_file_rules) / sizeof(lint_file_rules[0]);
