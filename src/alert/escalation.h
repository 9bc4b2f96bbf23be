/*
 * A system's escalation policy, read from its escalation.yaml: what the
 * P-numbers are called and how fast each is answered, who is asked next and
 * when, who is on call, which windows mute. skep tells, it does not page.
 * All its times are UTC. The format is in skep-system(5).
 */
#ifndef ALERT_ESCALATION_H
#define ALERT_ESCALATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "tsdb/labels.h"
#include "tsdb/matcher.h"

#define PRIORITY_COUNT 4    /* P0 .. P3 */
#define PRIORITY_NONE  (-1) /* no policy says */

struct escalation_step {
	const char *who;  /* a role or a person: "on-call-manager" */
	int64_t after_ms; /* since the alert fired */
};

struct escalation_level {
	const char *word, *impact;          /* "Critical", "full outage"; impact "" when nothing is said */
	const char *example;                /* "colony down"; "" */
	int64_t respond_ms;                 /* 0: no clock */
	int64_t update_ms;                  /* how often people are told; 0 */
	int64_t ack_ms;                     /* how long an acknowledgement holds; by default 30 min, P0 10 min */
	const struct escalation_step *path; /* the first is on call, after 0 */
	size_t path_count;
	const char *const *channels;
	size_t channel_count;
};

struct escalation_contact {
	const char *role, *name, *reach, *hours; /* hours as written: "24/7", "Mon-Fri 09:00-17:00 UTC"; "" what is
						    not said */
};

struct escalation_window {
	const char *name, *reason;
	const struct matcher *matchers;
	size_t matcher_count;
};

struct escalation_more;

struct escalation {
	struct arena arena;
	const char *file; /* NULL: none was read, the defaults hold */
	struct escalation_level levels[PRIORITY_COUNT];
	int ack_percent, progress_percent; /* of the response time: escalate when nobody has it by then (50), when
					      nothing was said of it by then (100) */
	const char *const *roles;          /* of an incident: "Incident Commander" ... */
	size_t role_count;
	struct escalation_more *more; /* rota, contacts, windows, rules of priority: see escalation_private.h */
};

/* The defaults (words as the four usual ones, no clocks), then the file on top. -1 with every fault in `errors`. */
void escalation_init(struct escalation *escalation);
void escalation_release(struct escalation *escalation);
int escalation_read(struct escalation *escalation, const char *path, struct error_list *errors);

/* P-number of an alert: its `tier` label (p0..p3), else the file's map of labels, else the usual words of `severity`
 * (critical and page P1, high and error P2, warning P3, info none); PRIORITY_NONE. */
int escalation_priority(const struct escalation *escalation, const struct labels *labels);

/* Who has the role at that time: an override, the person of the rota, a contact's name, or the role itself when nobody
 * is named. Never NULL. */
const char *escalation_who(const struct escalation *escalation, const char *role, int64_t time_ms);

/* The clock of one unacknowledged alert. */
struct escalation_clock {
	bool runs;               /* false: no response time; who is asked is told all the same */
	int64_t half_ms, due_ms; /* wall: the marks of ack_percent and progress_percent, 50% and 100% as a rule */
	int64_t left_ms;         /* until the response is due; negative: overdue */
	const char *who;         /* whose turn it is now; NULL: nobody is named */
	const char *next;        /* who is next; NULL: nobody */
	int64_t next_ms;         /* when (wall) */
};
void escalation_clock(const struct escalation *escalation, int priority, int64_t fired_ms, int64_t now_ms,
		      struct escalation_clock *ret);

/* The maintenance window that mutes an alert now; NULL: none. `ret_until_ms` may be NULL. */
const struct escalation_window *escalation_muted(const struct escalation *escalation, const struct labels *labels,
						 int64_t now_ms, int64_t *ret_until_ms);

/* The next hand-off of the primary rota (wall); 0: there is none. */
int64_t escalation_handoff_ms(const struct escalation *escalation, int64_t now_ms);

size_t escalation_contact_count(const struct escalation *escalation);
const struct escalation_contact *escalation_contact(const struct escalation *escalation, size_t index);

/* Is the contact to be reached now, by its hours? True when none are said or they cannot be read. */
bool escalation_reachable(const struct escalation_contact *contact, int64_t now_ms);

#endif
