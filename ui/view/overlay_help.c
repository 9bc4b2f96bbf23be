/* Help: what the keys do in the context it was asked in, made from the tables of actions and keys. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/view/overlay_text.h"
#include "ui/view/view.h"

/* Words that the keys' own table does not have. */
static const char about_boards[] = "the digit of the board again shows the next dashboard; so does :board NAME";
static const char about_mouse[] = "a click moves the focus, a second one zooms, the wheel scrolls; it never acts";

static const char *context_title(const struct console *console)
{
	switch (console_context(console)) {
	case CONTEXT_BOARD: return "the board";
	case CONTEXT_ZOOM: return "one panel";
	case CONTEXT_SOURCES: return "the sources";
	case CONTEXT_SOURCE: return "this source";
	case CONTEXT_LOGS: return "the logs";
	case CONTEXT_MAP: return "the map";
	case CONTEXT_EVENTS: return "the events";
	case CONTEXT_SLO: return "the objectives";
	case CONTEXT_OBJECTIVE: return "this objective";
	case CONTEXT_ALERTS: return "the alerts";
	case CONTEXT_ALERT: return "this alert";
	case CONTEXT_SILENCES: return "the silences";
	case CONTEXT_RUNBOOKS: return "the runbooks";
	case CONTEXT_RUNBOOK: return "this runbook";
	case CONTEXT_PICKER: return "choosing";
	case CONTEXT_OUTPUT: return "this text";
	default: return "help";
	}
}

/* A digit says which view it chooses. */
static const char *help_of(enum action action)
{
	const struct view_ops *view = view_of_action(action);

	return view ? view->help : action_row(action)->help;
}

static void add_action(const struct console *console, struct document *document, enum action action)
{
	struct strbuf keys = STRBUF_INIT;

	keymap_add_keys(console->keymap, action, &keys);
	if (keys.length)
		document_add(document, DOCUMENT_KEY, keys.text, help_of(action));
	strbuf_release(&keys);
}

static bool group_is_new(const struct console *console, enum action action)
{
	for (int i = ACTION_NONE + 1; i < (int)action; i++)
		if (console_offers(console, (enum action)i) &&
		    strcmp(action_row((enum action)i)->group, action_row(action)->group) == 0)
			return false;
	return true;
}

static void add_group(const struct console *console, struct document *document, enum action first)
{
	const char *group = action_row(first)->group;

	if (document->lines.count)
		document_add(document, DOCUMENT_TEXT, NULL, "");
	document_add(document, DOCUMENT_HEADING, NULL, group);
	for (int i = (int)first; i < ACTION_COUNT; i++)
		if (console_offers(console, (enum action)i) && strcmp(action_row((enum action)i)->group, group) == 0)
			add_action(console, document, (enum action)i);
}

/* What is done only here comes first; then the groups in the order in which they first appear in the table. */
static void add_groups(const struct console *console, struct document *document)
{
	for (int here = 1; here >= 0; here--)
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
			bool only_here = action_row((enum action)i)->contexts == console_context(console);

			if (console_offers(console, (enum action)i) && group_is_new(console, (enum action)i) &&
			    only_here == (here == 1))
				add_group(console, document, (enum action)i);
		}
}

static void add_own_keys(const struct console *console, struct document *document, bool *ret_only)
{
	const struct overlay_key *own;

	*ret_only = false;
	if (!console->overlay || !console->overlay->own_keys)
		return;
	own = console->overlay->own_keys(console, ret_only);
	for (; own && own->key; own++)
		document_add(document, DOCUMENT_KEY, own->key, own->help);
}

void overlay_help_open(struct console *console)
{
	struct text_overlay *help;
	char title[64];
	bool only;

	if (!console->keymap)
		return;
	snprintf(title, sizeof(title), "Keys: %s", context_title(console));
	help = text_overlay_new(title);
	add_own_keys(console, &help->document, &only);
	if (!only)
		add_groups(console, &help->document);
	if (!console->overlay) {
		document_add(&help->document, DOCUMENT_TEXT, NULL, "");
		document_add(&help->document, DOCUMENT_HEADING, NULL, "Good to know");
		if (console->board_count > 1)
			document_add(&help->document, DOCUMENT_TEXT, "dashboards", about_boards);
		document_add(&help->document, DOCUMENT_TEXT, "mouse", about_mouse);
	}
	overlay_open_over(console, &overlay_help, help);
}
