/* Which of two alerts stands worse. */
#include <string.h>

#include "alert/alerts_private.h"

/* What has no priority comes last. */
static int rank(const struct alert *alert)
{
	return alert->priority == PRIORITY_NONE ? PRIORITY_COUNT : alert->priority;
}

/* Since when it stands as it does, as the list shows it. */
static int64_t since_ms(const struct alert *alert)
{
	return alert->phase == ALERT_FIRING && alert->fired_ms ? alert->fired_ms : alert->active_ms;
}

int alerts_compare(const void *left, const void *right)
{
	const struct alert *a = left, *b = right;
	int order;

	if (a->standing != b->standing)
		return a->standing < b->standing ? -1 : 1;
	if (a->standing == ALERT_ENDED && a->resolved_ms != b->resolved_ms)
		return a->resolved_ms > b->resolved_ms ? -1 : 1;
	if (rank(a) != rank(b))
		return rank(a) < rank(b) ? -1 : 1;
	if (since_ms(a) != since_ms(b))
		return since_ms(a) < since_ms(b) ? -1 : 1;
	order = strcmp(a->name, b->name);
	return order ? order : labels_compare(a->labels, b->labels);
}
