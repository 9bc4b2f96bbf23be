/*
 * A silence: which alerts it hides, from when to when, whose it is and why.
 * Pure. It hides an alert when all its matchers match; a label that an alert
 * does not have counts as the empty text. The rules are Alertmanager's.
 */
#ifndef ALERT_SILENCE_H
#define ALERT_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "tsdb/labels.h"

struct silence_matcher {
	const char *name, *value;
	bool is_regex, is_equal;
};

enum silence_state { SILENCE_PENDING, SILENCE_ACTIVE, SILENCE_EXPIRED };

struct silence {
	const char *id; /* "" for a draft */
	const struct silence_matcher *matchers;
	size_t matcher_count;
	int64_t starts_ms, ends_ms, updated_ms; /* wall */
	const char *author, *comment;
	enum silence_state state;
};

#define SILENCE_MATCHERS_MAX 64
#define SILENCE_TEXT_MAX     65536           /* bytes of matchers as text */
#define SILENCE_WARN_MS      INT64_C(600000) /* before its end */

/* Does it hide an alert with these labels? Regexes are fully anchored; with one that does not compile, or without any
 * matcher, it hides nothing. The filter has everything compiled, for many alerts; the silence's strings are borrowed.
 */
struct silence_filter;
struct silence_filter *silence_filter_new(const struct silence *silence);
void silence_filter_free(struct silence_filter *filter);
bool silence_filter_matches(const struct silence_filter *filter, const struct labels *labels);

/*
 * Could it be made? -1 with the reason: no matcher or too many, a name that is
 * none, a regex that is wrong, an end that is not after the start, and above
 * all one that would hide everything: Alertmanager refuses when every matcher
 * matches the empty value; so do we when the others only ask for an alertname,
 * which every alert has.
 */
int silence_check(const struct silence *silence, struct error *error);

/* Have both the same matchers, in any order? */
bool silence_same_matchers(const struct silence *a, const struct silence *b);

/* The matchers for one alert: alertname first, then every other label, all equal; into the arena. */
void silence_of_labels(struct silence *ret, const struct labels *labels, struct arena *arena);

/* Matchers as amtool writes them: `alertname="X", instance=~"a|b"`. */
struct strbuf;
void silence_add_matchers(struct strbuf *buf, const struct silence *silence);

/*
 * Read matchers as amtool does: separated by commas, with or without braces
 * around them and quotes around a value; in a value \\, \" and \n stand for
 * what they do in Prometheus, any other backslash for itself. Sets only the
 * matchers of `ret`. -1 with what is wrong.
 */
int silence_read_matchers(struct silence *ret, const char *text, struct arena *arena, struct error *error);

#endif
