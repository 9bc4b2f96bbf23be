/* A silence: which alerts it hides, from when to when, whose it is and why. Pure. */
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
#define SILENCE_WARN_MS      INT64_C(600000) /* before its end */

/* Does it hide an alert with these labels? (Regexes are fully anchored; one that does not compile matches nothing.) */
bool silence_matches(const struct silence *silence, const struct labels *labels);

/* Would it hide everything (all its matchers match the empty value)? Alertmanager refuses those, and so do we. -1 with
 * the reason. */
int silence_check(const struct silence *silence, struct error *error);

/* The matchers for one alert: alertname and every label that is not `drop`ped; into the arena. */
void silence_of_labels(struct silence *ret, const struct labels *labels, struct arena *arena);

/* Matchers as amtool writes them, `alertname="X", instance=~"a|b"`, and read back. -1 with what is wrong. */
struct strbuf;
void silence_add_matchers(struct strbuf *buf, const struct silence *silence);
int silence_read_matchers(struct silence *ret, const char *text, struct arena *arena, struct error *error);

#endif
