#include <string.h>
#include <strings.h>

#include "runbook/fence_guess.h"
#include "runbook/fence_private.h"

/* Enough for any runbook; a hostile block is then words. */
#define FENCE_BUDGET (4u * 1024 * 1024)

static const struct {
	const char *name;
	enum fence_label label;
} labels[] = {
	{ "bash", LABEL_SHELL },       { "sh", LABEL_SHELL },          { "shell", LABEL_SHELL },
	{ "shel", LABEL_SHELL },       { "console", LABEL_SHELL },     { "zsh", LABEL_SHELL },
	{ "ksh", LABEL_SHELL },        { "terminal", LABEL_SHELL },    { "shell-session", LABEL_SHELL },
	{ "sh-session", LABEL_SHELL }, { "shellscript", LABEL_SHELL }, { "cmd", LABEL_CODE },
	{ "promql", LABEL_PROMQL },    { "sql", LABEL_SQL },           { "postgresql", LABEL_SQL },
	{ "psql", LABEL_SQL },         { "mysql", LABEL_SQL },         { "pgsql", LABEL_SQL },
	{ "yaml", LABEL_CONFIG },      { "yml", LABEL_CONFIG },        { "json", LABEL_CONFIG },
	{ "jsonc", LABEL_CONFIG },     { "toml", LABEL_CONFIG },       { "ini", LABEL_CONFIG },
	{ "xml", LABEL_CONFIG },       { "conf", LABEL_CONFIG },       { "nginx", LABEL_CONFIG },
	{ "hcl", LABEL_CONFIG },       { "properties", LABEL_CONFIG }, { "dockerfile", LABEL_CONFIG },
	{ "diff", LABEL_CONFIG },      { "mermaid", LABEL_DRAWING },   { "dot", LABEL_DRAWING },
	{ "plantuml", LABEL_DRAWING }, { "graphviz", LABEL_DRAWING },  { "python", LABEL_CODE },
	{ "py", LABEL_CODE },          { "go", LABEL_CODE },           { "golang", LABEL_CODE },
	{ "js", LABEL_CODE },          { "javascript", LABEL_CODE },   { "ts", LABEL_CODE },
	{ "typescript", LABEL_CODE },  { "java", LABEL_CODE },         { "c", LABEL_CODE },
	{ "cpp", LABEL_CODE },         { "rust", LABEL_CODE },         { "ruby", LABEL_CODE },
	{ "php", LABEL_CODE },         { "powershell", LABEL_CODE },   { "ps1", LABEL_CODE },
	{ "bat", LABEL_CODE },         { "lua", LABEL_CODE },          { "perl", LABEL_CODE },
	{ "kql", LABEL_CODE },         { "logql", LABEL_CODE },        { "html", LABEL_CODE },
	{ "css", LABEL_CODE },         { "jinja", LABEL_CODE },        { "regex", LABEL_CODE },
	{ "jq", LABEL_CODE },
};

static enum fence_label label_of(const char *info)
{
	size_t length;

	info += strspn(info, " \t{.");
	length = strcspn(info, " \t,}:;");
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (strlen(labels[i].name) == length && strncasecmp(labels[i].name, info, length) == 0)
			return labels[i].label;
	}
	return LABEL_NONE;
}

static void split_lines(struct fence *fence, const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t end = newline ? (size_t)(newline - text) : length;
		struct fence_line line = { .text = text + at, .length = end - at };

		while (line.length && strchr(" \t\r", line.text[line.length - 1]) && line.text[line.length - 1])
			line.length--;
		vec_push(&fence->lines, line);
		at = end + 1;
	}
}

bool fence_is_blank(const struct fence *fence, size_t line)
{
	const struct fence_line *at = &fence->lines.items[line];

	for (size_t i = 0; i < at->length; i++) {
		if (at->text[i] != ' ' && at->text[i] != '\t')
			return false;
	}
	return true;
}

bool fence_is_comment(const struct fence *fence, size_t line)
{
	const struct fence_line *at = &fence->lines.items[line];
	size_t i = 0;

	while (i < at->length && (at->text[i] == ' ' || at->text[i] == '\t'))
		i++;
	/* #!/bin/sh names an interpreter. */
	return i < at->length && at->text[i] == '#' && !(i + 1 < at->length && at->text[i + 1] == '!');
}

const char *fence_join(const struct fence *fence, size_t first, size_t end)
{
	struct strbuf buf = STRBUF_INIT;
	const char *text;

	for (size_t i = first; i < end; i++) {
		if (i > first)
			strbuf_addch(&buf, '\n');
		strbuf_add(&buf, fence->lines.items[i].text, fence->lines.items[i].length);
	}
	text = arena_strndup(fence->arena, buf.text, buf.length);
	strbuf_release(&buf);
	return text;
}

static void add_line(struct strbuf *buf, const char *text, size_t length)
{
	if (buf->length)
		strbuf_addch(buf, '\n');
	strbuf_add(buf, text, length);
}

static void cover(struct fence *fence, size_t first, size_t last)
{
	if (!fence->part.last_line)
		fence->part.line = (unsigned)first + 1;
	fence->part.last_line = (unsigned)last + 1;
}

void fence_add_comment(struct fence *fence, size_t line)
{
	const char *text = fence->lines.items[line].text, *end = text + fence->lines.items[line].length;

	while (text < end && strchr(" \t#", *text) && *text)
		text++;
	if (!fence->part.last_line)
		fence->part.kind = STEP_MANUAL;
	add_line(&fence->comment, text, (size_t)(end - text));
	cover(fence, line, line);
}

void fence_add_text(struct fence *fence, enum step_kind kind, const char *text, size_t first, size_t last)
{
	fence->part.kind = kind;
	add_line(&fence->text, text, strlen(text));
	cover(fence, first, last);
}

void fence_add_sample(struct fence *fence, size_t line)
{
	add_line(&fence->sample, fence->lines.items[line].text, fence->lines.items[line].length);
}

void fence_flush(struct fence *fence)
{
	struct fence_part *part = &fence->part;

	while (fence->sample.length && strchr(" \t\n", fence->sample.text[fence->sample.length - 1]))
		strbuf_truncate(&fence->sample, fence->sample.length - 1);
	if (part->last_line) {
		part->comment = arena_strndup(fence->arena, fence->comment.text, fence->comment.length);
		part->prompt = part->prompt ? part->prompt : "";
		part->text = arena_strndup(fence->arena, fence->text.text, fence->text.length);
		if (fence->sample.length)
			part->sample = arena_strndup(fence->arena, fence->sample.text, fence->sample.length);
		vec_push(&fence->ret->items, *part);
	}
	*part = (struct fence_part){ 0 };
	strbuf_clear(&fence->comment);
	strbuf_clear(&fence->text);
	strbuf_clear(&fence->sample);
}

enum step_kind fence_refused_kind(const struct fence *fence, size_t line)
{
	const struct fence_line *at = &fence->lines.items[line];

	if (fence->label == LABEL_CONFIG)
		return STEP_CONFIG;
	if (fence->label == LABEL_CODE)
		return STEP_UNKNOWN;
	if (fence->hints_output)
		return STEP_OUTPUT;
	return fence_is_config_line(at->text, at->length) ? STEP_CONFIG : STEP_OUTPUT;
}

/* First line that is neither blank nor a comment; the count of lines when there is none. */
static size_t first_line(const struct fence *fence)
{
	size_t line = 0;

	while (line < fence->lines.count && (fence_is_blank(fence, line) || fence_is_comment(fence, line)))
		line++;
	return line;
}

/* The whole block as one part, comments and all: they are the language's own. */
static void read_whole(struct fence *fence, enum step_kind kind)
{
	size_t first = 0, end = fence->lines.count;

	while (first < end && fence_is_blank(fence, first))
		first++;
	while (end > first && fence_is_blank(fence, end - 1))
		end--;
	if (first < end)
		fence_add_text(fence, kind, fence_join(fence, first, end), first, end - 1);
	fence_flush(fence);
}

/* Most of it is `key: value` and what stands below keys. */
static bool is_config(const struct fence *fence)
{
	size_t fit = 0, lines = 0, first = first_line(fence);

	if (first == fence->lines.count ||
	    !fence_is_config_line(fence->lines.items[first].text, fence->lines.items[first].length))
		return false;
	for (size_t i = first; i < fence->lines.count; i++) {
		if (fence_is_blank(fence, i) || fence_is_comment(fence, i))
			continue;
		lines++;
		fit += fence_is_config_line(fence->lines.items[i].text, fence->lines.items[i].length);
	}
	return fit * 2 >= lines;
}

/* What the whole block is, when it is one thing that is no command. STEP_MANUAL: it is not. */
static enum step_kind whole_kind(const struct fence *fence)
{
	size_t first = first_line(fence), count = fence->lines.count;
	const char *all = fence_join(fence, first, count), *line = fence_join(fence, first, first + (first < count));
	enum fence_guess guess = fence_guess_command(line);

	if (fence->label == LABEL_DRAWING)
		return STEP_DRAWING;
	if (first == count)
		return fence->label == LABEL_CONFIG ? STEP_CONFIG : STEP_MANUAL;
	if (fence->label == LABEL_CONFIG)
		return STEP_CONFIG;
	if (fence->label == LABEL_CODE)
		return STEP_UNKNOWN;
	if (fence->label == LABEL_PROMQL && guess != GUESS_LIKELY)
		return STEP_QUERY;
	if (fence_is_promql(all, fence->label == LABEL_PROMQL))
		return STEP_QUERY;
	if (fence_is_sql(all, fence->label == LABEL_SQL))
		return STEP_SQL;
	if (fence->hints_output && fence->label != LABEL_SHELL && !is_config(fence) &&
	    !fence_is_drawing(all, strlen(all)))
		return STEP_OUTPUT;
	if (guess == GUESS_LIKELY)
		return STEP_MANUAL;
	if (fence->bare && fence_guess_comparison(all) != GUESS_NO)
		return fence_guess_comparison(all) == GUESS_LIKELY ? STEP_QUERY : STEP_UNKNOWN;
	if (fence_is_drawing(all, strlen(all)))
		return STEP_DRAWING;
	return is_config(fence) ? STEP_CONFIG : STEP_MANUAL;
}

void fence_read(const char *info, const char *hint, const char *text, size_t length, struct arena *arena,
		struct fence_parts *ret)
{
	struct fence fence = { .label = label_of(info),
			       .hints_output = fence_hints_output(hint),
			       .bare = !info[strspn(info, " \t")],
			       .budget = FENCE_BUDGET,
			       .arena = arena,
			       .ret = ret };
	enum step_kind whole;
	bool hash;

	strbuf_init(&fence.comment);
	strbuf_init(&fence.text);
	strbuf_init(&fence.sample);
	split_lines(&fence, text, length);
	if (length && memchr(text, '\0', length))
		read_whole(&fence, STEP_UNKNOWN);
	else if (fence_has_prompts(&fence, &hash))
		fence_read_prompted(&fence, hash);
	else if ((whole = whole_kind(&fence)) != STEP_MANUAL)
		read_whole(&fence, whole);
	else
		fence_read_plain(&fence);
	vec_release(&fence.lines);
	strbuf_release(&fence.comment);
	strbuf_release(&fence.text);
	strbuf_release(&fence.sample);
}
