/* Steps: of blocks of code, and of items without any. */
#include <stdint.h>
#include <string.h>

#include "config/markdown_place.h"
#include "runbook/fence.h"
#include "runbook/fence_guess.h"
#include "runbook/placeholder.h"
#include "runbook/other_shell.h"
#include "runbook/runbook_reader.h"
#include "runbook/shell_private.h"
#include "runbook/tier.h"

#define BLOCK_MAX_BYTES (64 * 1024)
#define LINE_MAX_BYTES  (16 * 1024)

static struct runbook_step *new_step(struct runbook_reader *reader, enum step_kind kind, unsigned line)
{
	struct runbook *runbook = reader->runbook;
	struct runbook_step *step;

	if (runbook->steps.count >= RUNBOOK_STEPS_MAX) {
		if (!reader->full)
			reader_fault(reader, line, "more than %d steps (the rest is left out)", RUNBOOK_STEPS_MAX);
		reader->full = true;
		return NULL;
	}
	step = vec_add(&runbook->steps);
	step->kind = kind;
	step->name = step->words = step->text = step->language = step->tier_reason = step->prompt = "";
	step->other_shell = SIZE_MAX;
	step->line = step->last_line = line;
	step->section = reader->section;
	return step;
}

static const char *join(struct runbook_reader *reader, const char *above, const char *below)
{
	if (!*above || !*below)
		return *above ? above : below;
	return arena_printf(&reader->runbook->arena, "%s\n\n%s", above, below);
}

/* ---- list items ---- */

void reader_manual(struct runbook_reader *reader, struct reader_item *item)
{
	struct runbook_step *step = new_step(reader, STEP_MANUAL, item->line);
	cmark_node *words = cmark_node_first_child(item->node);

	item->used = true;
	if (!step)
		return;
	step->name = item->name;
	step->words = join(reader, item->label, item->words);
	step->text = reader_markdown(reader, words);
	step->last_line = markdown_place(words).last;
	step->optional_box = item->box;
	step->checked = item->checked;
}

/* ---- blocks of code ---- */

/* Its comment sign is no part of a name. */
static const char *first_line(struct runbook_reader *reader, const char *text)
{
	text += strspn(text, " \t\n");
	if (*text == '#')
		text += strspn(text, "# ");
	return arena_strndup(&reader->runbook->arena, text, strcspn(text, "\n"));
}

/* The first words of the fence's info: "bash" of "bash {linenos=true}". */
static const char *language_of(struct runbook_reader *reader, const char *info)
{
	return arena_strndup(&reader->runbook->arena, info, strcspn(info, " \t{,"));
}

/* A fence ends where a line closes it, at the indentation of what it stands in. */
static bool is_closed(const struct runbook_reader *reader, cmark_node *node)
{
	int length = 0, offset = 0, last = cmark_node_get_end_line(node), column = cmark_node_get_start_column(node);
	unsigned columns = 0;
	char mark = 0;
	size_t at, marks = 0;

	if (!cmark_node_get_fenced(node, &length, &offset, &mark) || last <= cmark_node_get_start_line(node) ||
	    (size_t)last >= reader->lines.count)
		return last > cmark_node_get_start_line(node) && (size_t)last < reader->lines.count;
	at = reader->lines.items[last - 1];
	for (; strchr(" \t>", reader->text[at]) && reader->text[at]; at++)
		columns += reader->text[at] == '\t' ? 4 - columns % 4 : 1;
	for (; reader->text[at] == mark; at++)
		marks++;
	at += strspn(reader->text + at, " \t");
	return marks >= (size_t)length && reader->text[at] == '\n' && (int)columns + 1 >= column - offset;
}

/* Names a step: its comment, its item's words, or its first line. */
static void name_step(struct runbook_reader *reader, struct runbook_step *step, const struct fence_part *part,
		      struct reader_item *item, bool alone)
{
	const char *comment = part->comment;
	bool whole;

	if (item && *item->name && !item->used && (alone || !*comment)) {
		item->used = true;
		step->name = item->name;
		step->words = join(reader, join(reader, item->label, item->words), comment);
		step->optional_box = item->box;
		step->checked = item->checked;
		return;
	}
	if (*comment) {
		const char *line = first_line(reader, comment);

		step->name = reader_name(reader, line, &whole);
		comment += strcspn(comment, "\n");
		step->words = whole ? comment + strspn(comment, "\n") : part->comment;
	} else {
		step->name = first_line(reader, part->text);
	}
	if (item && *item->name && !item->used) {
		/* Several named commands in one item: its words go before the first. */
		item->used = true;
		step->words =
			join(reader, join(reader, item->label, join(reader, item->name, item->words)), step->words);
	} else if (!item && reader->hint && !*part->comment) {
		const char *hint = reader_plain(reader, reader->hint);

		if (*hint && hint[strlen(hint) - 1] == ':')
			step->words = reader_markdown(reader, reader->hint);
	}
}

static void add_part(struct runbook_reader *reader, cmark_node *node, const struct fence_part *part,
		     struct reader_item *item, bool alone, unsigned line)
{
	struct runbook_step *step = new_step(reader, part->kind, line + part->line);

	if (!step)
		return;
	step->last_line = line + (part->last_line > part->line ? part->last_line : part->line);
	step->text = *part->text ? part->text : part->comment;
	step->sample = part->sample;
	step->prompt = part->prompt;
	step->language = language_of(reader, cmark_node_get_fence_info(node));
	name_step(reader, step, part, item, alone);
	reader->sample_of = part->kind == STEP_COMMAND ? reader->runbook->steps.count - 1 : SIZE_MAX;
	reader->sample_age = 0;
}

/* Output in a block of its own, right behind the command that gave it. Words may say so of what looks like YAML. */
static bool add_sample(struct runbook_reader *reader, const struct fence_part *part)
{
	bool said = (part->kind == STEP_CONFIG || part->kind == STEP_UNKNOWN) && reader->hint &&
		    fence_hints_output(reader_plain(reader, reader->hint));
	struct runbook_step *step;

	if ((part->kind != STEP_OUTPUT && !said) || reader->sample_of == SIZE_MAX)
		return false;
	step = &reader->runbook->steps.items[reader->sample_of];
	step->sample = step->sample && *step->sample
			       ? arena_printf(&reader->runbook->arena, "%s\n%s", step->sample, part->text)
			       : part->text;
	return true;
}

/* Nobody runs that at once, and reading it as commands would take its time. */
static bool is_too_long(const char *text)
{
	size_t length;

	if (strlen(text) > BLOCK_MAX_BYTES)
		return true;
	for (; *text; text += length + (text[length] == '\n'))
		if ((length = strcspn(text, "\n")) > LINE_MAX_BYTES)
			return true;
	return false;
}

/* What is in the block; what cannot be read is shown. */
static void read_parts(struct runbook_reader *reader, cmark_node *node, unsigned line, struct fence_parts *ret)
{
	const char *text = cmark_node_get_literal(node), *info = cmark_node_get_fence_info(node);
	struct arena *arena = &reader->runbook->arena;
	unsigned lines = 0;

	if (is_too_long(text)) {
		for (const char *at = text; *at; at++)
			lines += *at == '\n';
		reader_fault(reader, line + 1, "a block of more than %d bytes, or %d in one line, is not read",
			     BLOCK_MAX_BYTES, LINE_MAX_BYTES);
		vec_push(&ret->items, (struct fence_part){ .kind = STEP_UNKNOWN,
							   .comment = "",
							   .text = arena_strdup(arena, text),
							   .prompt = "",
							   .line = 1,
							   .last_line = lines });
		return;
	}
	fence_read(info ? info : "", reader->hint ? reader_plain(reader, reader->hint) : "", text, strlen(text), arena,
		   ret);
}

/* Output that nothing in the item gives: what its words ask somebody to look for. */
static bool is_looked_for(const struct runbook_reader *reader, const struct reader_item *item, size_t runnable)
{
	return item && item->to_do && !item->used && !runnable && reader->sample_of == SIZE_MAX;
}

void reader_code(struct runbook_reader *reader, cmark_node *node, struct reader_item *item)
{
	int length, offset;
	char mark;
	bool fenced = cmark_node_get_fenced(node, &length, &offset, &mark);
	unsigned line = (unsigned)cmark_node_get_start_line(node) - !fenced;
	struct reader_pending pending = reader->pending;
	struct fence_parts parts = { 0 };
	size_t first = reader->runbook->steps.count, alone = 0;

	reader->pending = (struct reader_pending){ 0 };
	if (fenced && !is_closed(reader, node))
		reader_fault(reader, line, "a code block that is never closed: what follows is taken for code");
	read_parts(reader, node, line, &parts);
	for (size_t i = 0; i < parts.items.count; i++)
		alone += parts.items.items[i].kind != STEP_OUTPUT;
	if (parts.items.count && is_looked_for(reader, item, alone)) {
		reader_manual(reader, item);
		reader->sample_of = reader->runbook->steps.count > first ? first : SIZE_MAX;
	}
	for (size_t i = 0; i < parts.items.count; i++)
		if (!add_sample(reader, &parts.items.items[i]))
			add_part(reader, node, &parts.items.items[i], item, alone <= 1, line);
	vec_release(&parts.items);
	if (pending.items.count)
		reader_apply(reader, &pending, first);
}

/* ---- annotations ---- */

static void set_notes(struct runbook_step *step, const struct step_notes *notes)
{
	struct step_notes *ret = &step->notes;

	ret->line = notes->line;
	if (notes->said_tier) {
		ret->said_tier = true;
		ret->tier = notes->tier;
	}
	if (notes->timeout_ms)
		ret->timeout_ms = notes->timeout_ms;
	ret->follow |= notes->follow;
	ret->manual |= notes->manual;
	ret->target = notes->target ? notes->target : ret->target;
	ret->confirm = notes->confirm ? notes->confirm : ret->confirm;
	ret->rollback = notes->rollback ? notes->rollback : ret->rollback;
	ret->on_fail = notes->on_fail ? notes->on_fail : ret->on_fail;
	for (size_t i = 0; i < notes->choices.count; i++)
		vec_push(&ret->choices, notes->choices.items[i]);
	if (ret->manual && step->kind == STEP_COMMAND)
		step->kind = STEP_MANUAL;
}

/* What proves a block of several steps, and what comes after it, is of the last one. */
static void set_last_notes(struct runbook_step *step, const struct step_notes *notes)
{
	step->notes.next = notes->next ? notes->next : step->notes.next;
	for (size_t i = 0; i < notes->checks.count; i++)
		vec_push(&step->notes.checks, notes->checks.items[i]);
}

static void apply_one(struct runbook_reader *reader, const struct annotation *annotation, size_t first)
{
	struct runbook *runbook = reader->runbook;
	size_t number, from = first, until = runbook->steps.count;
	struct step_notes notes;

	annotation_read_step(annotation, &runbook->arena, reader->errors, &notes, &number);
	if (until == first && !reader->full) {
		reader_fault(reader, annotation->line, "an annotation about nothing: what follows has no step");
	} else if (number > until - first) {
		reader_fault(reader, annotation->line, "step: there is no step %zu in what follows (1 to %zu)", number,
			     until - first);
	} else {
		if (number) {
			from = first + number - 1;
			until = from + 1;
		}
		for (size_t i = from; i < until; i++)
			set_notes(&runbook->steps.items[i], &notes);
		if (until > from)
			set_last_notes(&runbook->steps.items[until - 1], &notes);
	}
	vec_release(&notes.checks);
	vec_release(&notes.choices);
}

void reader_apply(struct runbook_reader *reader, struct reader_pending *pending, size_t first)
{
	for (size_t i = 0; i < pending->items.count; i++) {
		apply_one(reader, &pending->items.items[i], first);
		annotation_release(&pending->items.items[i]);
	}
	vec_release(&pending->items);
}

/* ---- when all are there ---- */

struct variables {
	const struct map *given;
	struct runbook_step *step;
};

/* One that an earlier step gave a value is none to be asked for; this step's shell has not got it all the same. */
static bool is_given(void *user, const char *name)
{
	struct variables *variables = user;
	bool known = false;

	if (!map_has(variables->given, name))
		return false;
	for (size_t i = 0; i < variables->step->carried.count; i++)
		known |= strcmp(variables->step->carried.items[i], name) == 0;
	if (!known)
		vec_push(&variables->step->carried, name);
	return true;
}

static void add_given(struct runbook_reader *reader, const char *text)
{
	struct shell_reader shell;

	shell_reader_init(&shell, text, strlen(text), &reader->runbook->arena);
	if (shell_reader_all(&shell))
		for (size_t i = 0; i < shell.bindings.count; i++)
			map_set(&reader->given, shell.bindings.items[i].name, reader);
	shell_reader_release(&shell);
}

static void find_placeholders(struct runbook_reader *reader, struct runbook_step *step)
{
	struct variables variables = { .given = &reader->given, .step = step };
	struct placeholders found = { 0 };

	placeholder_find(step->text, is_given, &variables, &reader->runbook->arena, &found);
	step->placeholders.items = found.items.items;
	step->placeholders.count = found.items.count;
	step->placeholders.capacity = found.items.capacity;
	/* The map's key goes with the reader; the name stays. */
	for (size_t i = 0; i < step->carried.count; i++)
		step->carried.items[i] = arena_strdup(&reader->runbook->arena, step->carried.items[i]);
}

static void set_tier(struct runbook_reader *reader, struct runbook_step *step)
{
	if (step->notes.said_tier) {
		step->tier = step->notes.tier;
		step->tier_reason = "annotated";
	} else if (step->kind == STEP_COMMAND) {
		step->tier = tier_of_command(step->text, &reader->runbook->arena, &step->tier_reason);
	}
}

void reader_finish_steps(struct runbook_reader *reader)
{
	struct runbook *runbook = reader->runbook;
	size_t section = SIZE_MAX, number = 0, within = 0;
	struct other_shell shells = { 0 };

	for (size_t i = 0; i < runbook->steps.count; i++) {
		struct runbook_step *step = &runbook->steps.items[i];
		struct runbook_section *holder = &runbook->sections.items[step->section];

		if (step->section != section) {
			section = step->section;
			holder->first_step = i;
			number++;
			within = 0;
		}
		holder->step_count++;
		step->id = arena_printf(&runbook->arena, "%zu.%zu", number, ++within);
		if (step->kind == STEP_COMMAND || step->kind == STEP_QUERY || step->kind == STEP_SQL)
			find_placeholders(reader, step);
		if (step->kind == STEP_COMMAND)
			add_given(reader, step->text);
		set_tier(reader, step);
		other_shell_follow(&shells, runbook, i);
	}
}
