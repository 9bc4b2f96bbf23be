/*
 * How a line stands: what was answered, and what follows from it. Pure data.
 *
 * An answer that did not come keeps the last number, marked stale, with its
 * age; "no traffic", "no data" and "insufficient history" are answers, and
 * leave no number behind.
 */
#ifndef SLO_SLO_STATUS_H
#define SLO_SLO_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slo/slo_file.h"
#include "slo/slo_math.h"

enum slo_known {
	SLO_WAITING, /* not answered yet */
	SLO_KNOWN,
	SLO_NO_TRAFFIC,   /* nothing happened that could be good or bad: 0/0 */
	SLO_NO_DATA,      /* no such series */
	SLO_INSUFFICIENT, /* less than half of the window's history, or too coarse */
	SLO_FAILED,       /* no answer, or the expression is refused */
};

struct slo_reading {
	enum slo_known known; /* of the last answer */
	double value;         /* NaN: none */
	int64_t at_ms;        /* wall time of `value`; 0 never */
	bool stale;           /* the value is older than the last question */
	char reason[160];     /* why there is none; "" */
	const char *engine;   /* who answered, a constant; NULL */
};

/* A document's alert line: met now, and for all of its time. */
struct slo_alert_status {
	bool met, held;
};

struct slo_pair_status {
	double long_burn, short_burn; /* NaN: not known */
	double factor;
	double error_ratio; /* above which it fires: factor * budget; 1 or more never is */
	enum slo_pair_state state;
};

/* What is left of the budget, through the window; equal parts, the last ends at `end_ms`. */
#define SLO_CHART_MAX 400
struct slo_chart {
	int64_t end_ms, step_ms;
	size_t count;
	double left[SLO_CHART_MAX]; /* NaN: not known */
	int64_t known_ms;           /* how long history is, up to the window's length; 0: none is known */
	double spent;               /* share of the window's budget that the known part has used; NaN */
};

enum slo_health { SLO_HEALTH_UNKNOWN, SLO_HEALTH_UNMEASURED, SLO_HEALTH_OK, SLO_HEALTH_WARNING, SLO_HEALTH_CRITICAL };

struct slo_status {
	/* Answers. Error ratios, but for `now`, which is the value; `answered` is the one over the window. */
	struct slo_reading now, answered, burn[SLO_WINDOWS_MAX];
	struct slo_alert_status alerts[SLO_ALERTS_MAX];
	struct slo_chart chart;
	bool chart_answered;

	/* What follows, by slo_judge. */
	int64_t start_ms, end_ms;  /* of the window */
	struct slo_reading window; /* what was answered, where history is long enough for it */
	bool partial;              /* the number over the window is of a part of it: chart.known_ms */
	double remaining;          /* share of the budget; NaN: not known; -infinity: overspent where there is none */
	double remaining_ms;
	double exhaustion_ms; /* at the long window's burn; infinity: not within the window; NaN */
	struct slo_pair_status pairs[SLO_PAIRS_MAX];
	int pair;                  /* the one that tells: the worst, else the first; -1 without a budget */
	enum slo_pair_state state; /* of that one */
	int level;                 /* enum slo_level: the worst alert line that holds */
	int met;                   /* the same, of those that are only met so far */
	bool missed;               /* the goal, now */
	bool breached;             /* overspent; without a budget: missed */
	const char *policy;        /* rule in force; NULL: none, or not known */
	enum slo_health health;
};

/* "unknown", "ok" */
const char *slo_health_name(enum slo_health health);

/* Derive what follows from the answers, at a moment. */
void slo_judge(const struct slo_file *file, const struct slo_line *line, int64_t now_ms, struct slo_status *status);

/* Burn of one of the file's windows; NaN when not known. */
double slo_status_burn(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		       int64_t window_ms);

/*
 * The line people read: "burning 22x over 1 h and 16x over 5 min; 31% left
 * (13.4 min); gone in 10 h; recovering".
 */
struct strbuf;
void slo_sentence(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		  struct strbuf *ret);

/* "99.9%", "99.9999%", "50%": as many digits as it has. `size` >= 16. */
void slo_share_text(double share, char *ret, size_t size);

/* "31%", "0.4%", "-150%"; "overspent" without measure. `size` >= 16. */
void slo_remaining_text(double remaining, char *ret, size_t size);

/* "22x", "0.4x"; "-" when not known. `size` >= 16. */
void slo_burn_text(double burn, char *ret, size_t size);

/* Why there is no number: "no traffic", "insufficient history (6h of 30d)"; "" when there is one. */
const char *slo_reading_why(const struct slo_reading *reading);

#endif
