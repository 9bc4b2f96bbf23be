/* What one row of the table says of one call, flags and arguments looked at. */
#ifndef RUNBOOK_TIER_READ_H
#define RUNBOOK_TIER_READ_H

#include "runbook/runbook.h"
#include "runbook/tier_call.h"

struct tier_verdict {
	enum step_tier tier;
	const char *title;  /* "kubectl get" */
	const char *reason; /* "'kubectl get' only reads" */
	const char *surely; /* why it certainly does more than read; NULL: it reads, or the table does not know */
};

/* `text` is the whole command: what is piped into a database's client stands in it. */
struct tier_verdict tier_read_call(const struct shell_call *call, const char *text, struct arena *arena);

#endif
