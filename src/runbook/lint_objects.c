#include <string.h>

#include "runbook/lint_private.h"

/* An object as commands name it: deploy/x, deployment x. */
struct object {
	const char *kind, *name; /* kind in its full word */
	unsigned line;
	size_t group; /* section whose steps follow one another */
	bool zero;    /* scaled to 0 */
};

struct objects {
	VEC(struct object) items;
};

static const char *full_kind(const char *word, size_t length)
{
	static const char *const kinds[][2] = {
		{ "deploy", "deployment" },        { "deployment", "deployment" },
		{ "deployments", "deployment" },   { "deployment.apps", "deployment" },
		{ "sts", "statefulset" },          { "statefulset", "statefulset" },
		{ "statefulsets", "statefulset" }, { "statefulset.apps", "statefulset" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i][0]) == length && memcmp(kinds[i][0], word, length) == 0)
			return kinds[i][1];
	}
	return NULL;
}

/* KIND/NAME in one word, or KIND and NAME in two. */
static bool read_object(const struct shell_call *call, size_t word, struct object *ret)
{
	const char *text = call->words[word], *slash = strchr(text, '/');

	ret->kind = full_kind(text, slash ? (size_t)(slash - text) : strlen(text));
	if (!ret->kind)
		return false;
	ret->name = slash ? slash + 1 : word + 1 < call->count ? call->words[word + 1] : "";
	return ret->name[0] && ret->name[0] != '-' && !strpbrk(ret->name, "<${*");
}

static bool is_kubernetes(const struct shell_call *call)
{
	return strcmp(call->words[0], "kubectl") == 0 || strcmp(call->words[0], "oc") == 0;
}

static bool is_command(const struct runbook_step *step)
{
	return step->kind == STEP_COMMAND && !step->notes.manual;
}

/* Steps of one scenario are run one after another; of two scenarios only one is. */
static size_t group_of(const struct runbook *runbook, size_t section)
{
	for (;;) {
		const struct runbook_section *at = &runbook->sections.items[section];

		if (at->role == SECTION_SCENARIO || at->parent == section ||
		    (at->level <= 2 && at->role != SECTION_SCENARIO))
			return section;
		section = at->parent;
	}
}

static const struct object *find_kind(const struct objects *objects, const struct object *object)
{
	for (size_t i = 0; i < objects->items.count; i++) {
		if (strcmp(objects->items.items[i].name, object->name) == 0)
			return &objects->items.items[i];
	}
	return NULL;
}

static void see_kinds(struct lint *lint, const struct shell_call *call, const struct runbook_step *step,
		      struct objects *seen)
{
	for (size_t w = 1; is_kubernetes(call) && w < call->count && strcmp(call->words[w], "--") != 0; w++) {
		struct object object = { .line = step->line };
		const struct object *before;

		if (!read_object(call, w, &object))
			continue;
		before = find_kind(seen, &object);
		if (!before)
			vec_push(&seen->items, object);
		else if (strcmp(before->kind, object.kind) != 0)
			lint_add(lint, FAULT_APPROXIMATION, step->line,
				 "'%s' is a %s here and a %s in line %u (one of them does not exist)", object.name,
				 object.kind, before->kind, before->line);
	}
}

static void find_mixed_kinds(struct lint *lint)
{
	struct objects seen = { 0 };

	for (size_t i = 0; i < lint->runbook->steps.count; i++) {
		const struct runbook_step *step = &lint->runbook->steps.items[i];
		struct lint_command command;

		if (!is_command(step))
			continue;
		lint_command_init(&command, step->text, &step->notes, &lint->arena);
		for (size_t c = 0; c < command.calls.count; c++)
			see_kinds(lint, &command.calls.items[c]->call, step, &seen);
		lint_command_release(&command);
	}
	vec_release(&seen.items);
}

/* "--replicas=N" or "--replicas N"; -1. */
static long replicas_of(const struct shell_call *call)
{
	for (size_t w = 1; w < call->count; w++) {
		const char *text = call->words[w];

		if (strncmp(text, "--replicas=", 11) == 0)
			return strtol(text + 11, NULL, 10);
		if (strcmp(text, "--replicas") == 0 && w + 1 < call->count)
			return strtol(call->words[w + 1], NULL, 10);
	}
	return -1;
}

static struct object *find_object(struct objects *objects, const struct object *object)
{
	for (size_t i = 0; i < objects->items.count; i++) {
		struct object *at = &objects->items.items[i];

		if (at->group == object->group && strcmp(at->name, object->name) == 0 &&
		    strcmp(at->kind, object->kind) == 0)
			return at;
	}
	return NULL;
}

static bool has_operand(const struct shell_call *call, const char *pattern)
{
	struct tier_operands operands;

	tier_operands(call, &operands);
	return tier_matches(&operands, pattern) > 0;
}

static void see_scale(struct lint *lint, const struct shell_call *call, const struct runbook_step *step,
		      struct objects *scaled)
{
	for (size_t w = 1; is_kubernetes(call) && w < call->count && strcmp(call->words[w], "--") != 0; w++) {
		struct object object = { .line = step->line, .group = group_of(lint->runbook, step->section) };
		struct object *before;

		if (!read_object(call, w, &object))
			continue;
		before = find_object(scaled, &object);
		if (has_operand(call, "* scale")) {
			object.zero = replicas_of(call) == 0;
			if (before)
				before->zero = object.zero;
			else
				vec_push(&scaled->items, object);
			if (before && object.zero)
				before->line = step->line;
		} else if (before && before->zero && has_operand(call, "* exec")) {
			lint_add(lint, FAULT_ERROR, step->line,
				 "'%s %s' has no pod: line %u scaled it to 0 (scale it up before)", object.kind,
				 object.name, before->line);
		}
	}
}

static void find_exec_after_zero(struct lint *lint)
{
	struct objects scaled = { 0 };

	for (size_t i = 0; i < lint->runbook->steps.count; i++) {
		const struct runbook_step *step = &lint->runbook->steps.items[i];
		struct lint_command command;

		if (!is_command(step))
			continue;
		lint_command_init(&command, step->text, &step->notes, &lint->arena);
		for (size_t c = 0; c < command.calls.count; c++)
			see_scale(lint, &command.calls.items[c]->call, step, &scaled);
		lint_command_release(&command);
	}
	vec_release(&scaled.items);
}

const struct lint_rule lint_object_rules[] = {
	{ "exec-after-zero", find_exec_after_zero },
	{ "mixed-kinds", find_mixed_kinds },
};
const size_t lint_object_rule_count = sizeof(lint_object_rules) / sizeof(lint_object_rules[0]);
