/* A code block while it is read: its lines, its label, and the part that is being put together. */
#ifndef RUNBOOK_FENCE_PRIVATE_H
#define RUNBOOK_FENCE_PRIVATE_H

#include "base/strbuf.h"
#include "runbook/fence.h"

enum fence_label {
	LABEL_NONE, /* none, or one that says nothing: text */
	LABEL_SHELL,
	LABEL_PROMQL,
	LABEL_SQL,
	LABEL_CONFIG,
	LABEL_DRAWING,
	LABEL_CODE, /* another language */
};

struct fence_line {
	const char *text;
	size_t length; /* blanks at the end taken away */
};

struct fence {
	VEC(struct fence_line) lines;
	enum fence_label label;
	bool hints_output;
	bool bare;     /* it has no label at all */
	size_t budget; /* bytes that may still be looked at again after a command did not parse */
	struct arena *arena;
	struct fence_parts *ret;
	/* The part being put together; `last_line` 0: none. */
	struct fence_part part;
	struct strbuf comment, text, sample;
	bool assigns; /* the last command read only gives values to variables */
};

/* A line of the block to the part. A comment begins a part, or stands before one's text. */
void fence_add_comment(struct fence *fence, size_t line);
void fence_add_text(struct fence *fence, enum step_kind kind, const char *text, size_t first, size_t last);
void fence_add_sample(struct fence *fence, size_t line);

/* The part is whole. */
void fence_flush(struct fence *fence);

bool fence_is_blank(const struct fence *fence, size_t line);
bool fence_is_comment(const struct fence *fence, size_t line);

/* Does the block have prompts? With `ret_hash` they are "# ". */
bool fence_has_prompts(struct fence *fence, bool *ret_hash);

/* What a line is that is no command. */
enum step_kind fence_refused_kind(const struct fence *fence, size_t line);

void fence_read_prompted(struct fence *fence, bool hash);
void fence_read_plain(struct fence *fence);

/* Lines `first` to before `end` joined by newlines, in the arena. */
const char *fence_join(const struct fence *fence, size_t first, size_t end);

#endif
