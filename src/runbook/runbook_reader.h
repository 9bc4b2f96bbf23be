/*
 * The reader behind runbook_read: the parsed document is walked once, from
 * top to bottom, and sections and steps are added in the order of the file.
 */
#ifndef RUNBOOK_RUNBOOK_READER_H
#define RUNBOOK_RUNBOOK_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <cmark-gfm.h>

#include "base/hash.h"
#include "base/strbuf.h"
#include "runbook/annotation.h"
#include "runbook/runbook.h"

#define READER_DEPTH_MAX 100 /* two nodes a level of nesting, and the blocks in it */
#define READER_NAME_MAX  100 /* bytes of a step's name */

/* Annotations that wait for what they stand before. */
struct reader_pending {
	VEC(struct annotation) items;
};

struct runbook_reader {
	struct runbook *runbook;
	struct error_list *errors;
	const char *text; /* as the parser gets it: the file's lines, front matter blanked out */
	size_t length;
	VEC(size_t) lines;  /* where each begins in `text`, and where the last one ends */
	size_t section;     /* the one that is under way */
	bool begun;         /* something other than a comment was there */
	bool titled;        /* so was the title */
	bool full;          /* of steps */
	size_t first_level; /* headings of the first level there are */
	struct reader_pending pending;
	cmark_node *hint;    /* the paragraph right before this block; NULL */
	size_t sample_of;    /* the command that a block of output belongs to; SIZE_MAX */
	unsigned sample_age; /* paragraphs since */
	struct map given;    /* variables that an earlier step gives a value */
	struct map anchors;  /* how often each was there, as a pointer */
};

/* The list item around a block of code. */
struct reader_item {
	const char *name, *words; /* words: Markdown beyond the name */
	const char *label;        /* of the item around it that has no step of its own: "If the disk is full:"; "" */
	cmark_node *node;
	unsigned line;
	bool box, checked;
	bool to_do; /* it would be a step without any code, too */
	bool used;  /* some step has its name */
};

/* ---- runbook_read.c ---- */

/* One block; `item` is the list item around it, or NULL. */
void reader_block(struct runbook_reader *reader, cmark_node *node, struct reader_item *item, int depth);

int reader_fault(struct runbook_reader *reader, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Annotations that wait are about nothing after all. */
void reader_drop_pending(struct runbook_reader *reader, struct reader_pending *pending);

/* ---- runbook_read_text.c ---- */

/* What a block says, without marks, on one line; in the arena. */
const char *reader_plain(struct runbook_reader *reader, cmark_node *block);

/* A paragraph as the file has it. */
const char *reader_markdown(struct runbook_reader *reader, cmark_node *block);

/* Has it links, which a name does not keep? */
bool reader_has_links(cmark_node *block);

/* The file's own lines, with at most `indent` columns of indentation (quote marks too) taken away; in the arena. */
const char *reader_source(struct runbook_reader *reader, unsigned first, unsigned last, unsigned indent);

/* The first sentence, or as much of it as a name may have. `ret_whole`: nothing was left out. In the arena. */
const char *reader_name(struct runbook_reader *reader, const char *text, bool *ret_whole);

/* Each line of a block: what is bold at its beginning ("" without), and the rest. */
struct reader_line {
	const char *bold, *rest;
};
struct reader_lines {
	VEC(struct reader_line) items;
};
void reader_split_lines(struct runbook_reader *reader, cmark_node *block, struct reader_lines *ret);

bool reader_is_table(cmark_node *node);

/* ---- runbook_read_head.c ---- */

/* "---" lines at the beginning: fields are added. Returns the bytes they take, 0 when there are none. */
size_t reader_front_matter(struct runbook_reader *reader, const char *text, size_t length);

/* A paragraph, list or table of the head, and the paragraphs at the foot of the document. */
void reader_head(struct runbook_reader *reader, cmark_node *block);
void reader_foot(struct runbook_reader *reader, cmark_node *document);

/* What the fields say, as far as no annotation said it. */
void reader_finish_head(struct runbook_reader *reader);

/* ---- runbook_read_table.c ---- */

/* Rows of minutes in a table, in a list, or in lines that were to be a table. */
void reader_due_table(struct runbook_reader *reader, cmark_node *table);
void reader_due_paragraph(struct runbook_reader *reader, cmark_node *block);
void reader_due_list(struct runbook_reader *reader, cmark_node *list);

/* ---- runbook_read_list.c ---- */

/* `label`: of the item around it, "" for none. */
void reader_list(struct runbook_reader *reader, cmark_node *list, const char *label, int depth);

/* ---- runbook_read_step.c ---- */

void reader_code(struct runbook_reader *reader, cmark_node *node, struct reader_item *item);
void reader_manual(struct runbook_reader *reader, struct reader_item *item);

/* What was said before the steps from `first` on is theirs; the annotations are released. */
void reader_apply(struct runbook_reader *reader, struct reader_pending *pending, size_t first);

/* Numbers, placeholders and tiers, when all steps are there. */
void reader_finish_steps(struct runbook_reader *reader);

#endif
