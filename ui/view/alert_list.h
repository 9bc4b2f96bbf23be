/*
 * The rows of the alerts view: which alerts pass its filter, in sections (how
 * they stand) or groups (name, job, severity), what cannot be judged, the
 * silences, and what fired lately. Made once for each version of what it
 * shows; drawing only reads the rows in sight.
 *
 * The focus follows its alert, not its row, and keeps its place on the screen
 * when the order changes.
 */
#ifndef UI_VIEW_ALERT_LIST_H
#define UI_VIEW_ALERT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/alerts.h"
#include "base/arena.h"
#include "base/vec.h"
#include "ui/view/alert_filter.h"
#include "ui/view/alert_painted.h"
#include "ui/view/alert_spells.h"

#define ALERT_PEERS_MAX 12 /* labels that tell the alerts of one name apart */

enum alert_order { ALERTS_WORST, ALERTS_BY_NAME, ALERTS_BY_JOB, ALERTS_BY_SEVERITY, ALERT_ORDERS };
enum alert_row_kind { ALERT_ROW_HEADING, ALERT_ROW_ALERT, ALERT_ROW_TROUBLE, ALERT_ROW_SILENCES, ALERT_ROW_PAST };

struct alert_row {
	enum alert_row_kind kind;
	size_t index; /* of the group, alert, trouble or spell */
	uint64_t key; /* what it is about, whatever its place */
};

struct alert_group {
	const char *title;        /* in the list's arena */
	enum alert_row_kind kind; /* of its rows */
	size_t count;
	int standing; /* of all its alerts; -1: a group of several */
	int worst;    /* priority of the worst open one; PRIORITY_NONE */
	uint64_t key;
	bool folded;
	size_t first; /* place of its first one among `sorted` */
};

/* The labels in which alerts of one name differ. */
struct alert_peers {
	const struct labels *first;
	const char *names[ALERT_PEERS_MAX];
	size_t count, alerts;
};

/* What it is made of. */
struct alert_material {
	const struct alert *const *alerts;
	const struct rule_trouble *const *troubles;
	const struct past_alert *const *pasts;
	size_t alert_count, trouble_count, past_count;
	bool has_silences;
	int64_t now_ms, monotonic_ms;
};

struct alert_list {
	/* Chosen. */
	char filter_text[256];
	struct alert_filter filter;
	enum alert_order order;
	int64_t past_ms;       /* how far back the history goes; 0: a day */
	uint64_t selected;     /* key of the row with the focus; 0: the worst, whichever it is */
	int scroll;            /* first row shown */
	VEC(uint64_t) toggled; /* groups folded or unfolded by hand */

	/* Made. */
	struct arena arena;
	VEC(const struct alert *) alerts; /* all of them */
	VEC(const struct rule_trouble *) troubles;
	VEC(size_t) sorted; /* those that pass, by group: indices into `alerts` */
	VEC(struct alert_group) groups;
	VEC(struct alert_peers) peers;
	VEC(size_t) peers_of; /* of each alert */
	VEC(struct alert_row) rows;
	struct arena spell_arena;
	struct alert_spell *spells;
	size_t spell_count;
	bool has_silences;
	int focus; /* row with the focus; -1: none */

	struct alert_painted painted; /* what has the focus */
	int64_t monotonic_ms;

	/* What it was taken for. */
	const struct alerts *of;
	uint64_t version, am_version;
	size_t past_count;
	int64_t minute;
	bool stale;
	unsigned made; /* how often it was made */
};

void alert_list_init(struct alert_list *list);
void alert_list_release(struct alert_list *list);

/* Take the present alerts when they are others than before; NULL: none. */
void alert_list_take(struct alert_list *list, const struct alerts *alerts, int64_t now_ms, int64_t monotonic_ms);
void alert_list_make(struct alert_list *list, const struct alert_material *material);

/* The alert of a row; NULL for rows that are none. */
const struct alert *alert_list_alert(const struct alert_list *list, int row);
const struct alert_row *alert_list_row(const struct alert_list *list, int row);
const struct alert *alert_list_focused(const struct alert_list *list);
const struct alert_peers *alert_list_peers(const struct alert_list *list, const struct alert_row *row);

/* The person moved the focus: to a row, the nearest there is; to an alert, false when it is not shown. */
void alert_list_go_to(struct alert_list *list, int row);
bool alert_list_choose(struct alert_list *list, uint64_t fingerprint);

/* Fold or unfold the group of a heading. False when the row is none. */
bool alert_list_toggle(struct alert_list *list, int row);
int alert_list_set_filter(struct alert_list *list, const char *text, struct error *error);
void alert_list_set_order(struct alert_list *list, enum alert_order order);
const char *alert_order_name(enum alert_order order);

/* How far back the history goes. */
int64_t alert_list_past_ms(const struct alert_list *list);

#endif
