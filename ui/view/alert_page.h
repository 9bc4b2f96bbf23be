/*
 * One alert, whole: what it says, what it is about, who has it, who is told,
 * what it touches. A text whose lines may lead somewhere (a panel, a runbook,
 * a URL), made before each drawing.
 */
#ifndef UI_VIEW_ALERT_PAGE_H
#define UI_VIEW_ALERT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "ui/view/alert_painted.h"
#include "ui/view/document.h"

struct console;
struct trends;

enum alert_target { TARGET_NONE, TARGET_PANEL, TARGET_RUNBOOK, TARGET_TEXT /* to be copied */, TARGET_SILENCE };

struct alert_link {
	size_t line; /* of the document */
	enum alert_target target;
	size_t board, panel;
	char *text; /* a URL, a silence's id */
};

/* Zeroed memory shows none. */
struct alert_page {
	uint64_t fingerprint; /* 0: none */
	char name[160];       /* for when it is gone */
	int line, scroll;     /* line of the document with the focus; first row shown */
	struct trends *chart; /* its subject over two hours; NULL before it was shown */
	struct alert_painted painted;

	/* Made by alert_page_make. */
	struct document document;
	VEC(struct alert_link) links;
};

void alert_page_release(struct alert_page *page);

/* Show an alert from its top; the view is the caller's to set. */
void alert_page_open(struct console *console, const struct alert *alert);

/* The alert it is about; NULL when it is no more. */
const struct alert *alert_page_alert(const struct console *console);

/* Make the text anew. */
void alert_page_make(struct console *console);

/* Where a line leads; NULL: nowhere. */
const struct alert_link *alert_page_link(const struct alert_page *page, int line);

#endif
