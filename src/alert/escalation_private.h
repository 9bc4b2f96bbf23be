/* What an escalation policy holds beyond its levels; shared by its reader and by who asks it. */
#ifndef ALERT_ESCALATION_PRIVATE_H
#define ALERT_ESCALATION_PRIVATE_H

#include "alert/escalation.h"
#include "alert/week.h"

/* Which alerts have which P-number. */
struct priority_rule {
	const struct matcher *matchers;
	size_t matcher_count;
	int priority;
};

/* People who take turns, a week each. */
struct rota {
	const char *role;
	const char *const *people;
	size_t count;
	bool hands_off;     /* at `handoff_ms` of each week; else it has no turns */
	int64_t handoff_ms; /* since the beginning of the week */
	int64_t start_ms;   /* wall: the hand-off at which the first one's turn begins */
	struct hours hours; /* at which the role is filled at all */
};

struct rota_override {
	const char *role, *who;
	int64_t from_ms, until_ms;
};

struct window_time {
	int64_t from_ms, until_ms; /* one-off, or between which it comes again; INT64_MIN and INT64_MAX */
	unsigned days;             /* 0: one-off */
	int64_t at_ms, length_ms;
};

struct escalation_more {
	VEC(struct priority_rule) priorities;
	VEC(struct escalation_contact) contacts;
	VEC(struct rota) rotas;
	VEC(struct rota_override) overrides;
	VEC(struct escalation_window) windows;
	VEC(struct window_time) window_times; /* of each window */
	VEC(struct matcher *) compiled;       /* to be released */
};

#endif
