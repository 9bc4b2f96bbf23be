#include "alert/template.h"

#include <stdlib.h>
#include <string.h>

#include "alert/template_run.h"
#include "base/mem.h"

/*
 * What Prometheus puts before every text. It is parsed with it here too, so
 * that the columns of failures are the same.
 */
static const char preface[] = "{{$labels := .Labels}}"
			      "{{$externalLabels := .ExternalLabels}}"
			      "{{$externalURL := .ExternalURL}}"
			      "{{$value := .Value}}";
#define PREFACE_LENGTH (sizeof(preface) - 1)

static void fail(struct strbuf *ret, const char *what, const char *name, const char *why)
{
	strbuf_clear(ret);
	strbuf_addf(ret, "<error expanding template: error %s template %s: %s>", what, name, why);
}

/* Line of a byte, from 1. */
static size_t line_of(const char *text, size_t position)
{
	size_t line = 1;

	for (size_t i = 0; i < position; i++)
		line += text[i] == '\n';
	return line;
}

static enum template_status run(const struct template_tree *tree, const struct template_data *data,
				struct template_lookups *lookups, const char *name, struct arena *arena,
				struct strbuf *ret)
{
	struct template_run expansion = {
		.tree = tree,
		.data = data,
		.lookups = lookups,
		.arena = arena,
		.out = ret,
		.name = name,
		.part = name,
		.failure = STRBUF_INIT,
	};
	enum template_status status = TEMPLATE_DONE;

	if (template_run(&expansion)) {
		status = expansion.asks ? TEMPLATE_ASKS : TEMPLATE_FAILED;
		if (expansion.asks)
			strbuf_clear(ret);
		else
			fail(ret, "executing", name, expansion.failure.text);
	}
	vec_release(&expansion.variables);
	strbuf_release(&expansion.failure);
	return status;
}

enum template_status template_expand(const char *text, const struct template_data *data,
				     struct template_lookups *lookups, struct strbuf *ret)
{
	struct arena arena = { 0 };
	struct template_tree tree;
	struct template_fault fault;
	enum template_status status;
	const char *name, *whole;

	strbuf_clear(ret);
	if (!strstr(text, "{{")) {
		strbuf_addstr(ret, text);
		return TEMPLATE_DONE;
	}
	name = arena_printf(&arena, "__alert_%s", data->name ? data->name : "");
	if (strlen(text) > TEMPLATE_TEXT_MAX) {
		fail(ret, "parsing", name, "more than 64 KiB of text (the limit)");
		arena_release(&arena);
		return TEMPLATE_FAILED;
	}
	whole = arena_printf(&arena, "%s%s", preface, text);
	if (template_parse(&tree, whole, &arena, &fault)) {
		const char *why =
			arena_printf(&arena, "template: %s:%zu: %s", name, line_of(whole, fault.position), fault.text);

		fail(ret, "parsing", name, why);
		status = TEMPLATE_FAILED;
	} else {
		status = run(&tree, data, lookups, name, &arena, ret);
	}
	template_tree_release(&tree);
	arena_release(&arena);
	return status;
}

int template_check(const char *text, struct error *error)
{
	struct arena arena = { 0 };
	struct template_tree tree;
	struct template_fault fault;
	const char *whole;
	int status = 0;

	if (!strstr(text, "{{"))
		return 0;
	if (strlen(text) > TEMPLATE_TEXT_MAX)
		return error_set(error, "1:1: a template of more than %d KiB (the limit)", TEMPLATE_TEXT_MAX / 1024);
	whole = arena_printf(&arena, "%s%s", preface, text);
	if (template_parse(&tree, whole, &arena, &fault)) {
		size_t position = fault.position > PREFACE_LENGTH ? fault.position : PREFACE_LENGTH, column = 1;

		for (size_t i = PREFACE_LENGTH; i < position; i++)
			if (whole[i] == '\n')
				column = 1;
			else
				column += ((unsigned char)whole[i] & 0xc0) != 0x80;
		status = error_set(error, "%zu:%zu: %s", line_of(whole, position), column, fault.text);
	}
	template_tree_release(&tree);
	arena_release(&arena);
	return status;
}

void template_answer(struct template_lookup *lookup, struct matrix *matrix, const char *error)
{
	matrix_unref(lookup->matrix);
	free(lookup->error);
	lookup->answered = true;
	lookup->matrix = matrix ? matrix_ref(matrix) : NULL;
	lookup->error = mem_strdup(error);
}

void template_lookups_release(struct template_lookups *lookups)
{
	for (size_t i = 0; i < lookups->items.count; i++) {
		struct template_lookup *lookup = &lookups->items.items[i];

		free(lookup->expression);
		free(lookup->error);
		matrix_unref(lookup->matrix);
	}
	vec_release(&lookups->items);
}
