/*
 * A simulated system, led by a clock of its own; what its collectors find, in a
 * store; and the system's alert rules, judged over it.
 */
#ifndef TESTS_CONFORMANCE_FAULT_ALERTS_H
#define TESTS_CONFORMANCE_FAULT_ALERTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/world.h"
#include "tsdb/store.h"

#define ROUND_MS INT64_C(15000) /* from one look of the collectors to the next */

/* Print what is wrong and end. */
void fault_alerts_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* ---- fault-alerts_watch.c ---- */

/*
 * What a console on a demo of this system collects: each service's metrics,
 * the health of those without any, and what the shipped system file reads
 * besides. The jobs and instances are the demo's.
 */
struct watch;

struct watch *watch_new(struct world *world, struct store *store);
void watch_free(struct watch *watch);

/* One look at everything, as of now. */
void watch_look(struct watch *watch, int64_t now_ms);

/* ---- fault-alerts_rules.c ---- */

struct rules;

struct rules *rules_new(const char *path, struct store *store);
void rules_free(struct rules *rules);
size_t rules_count(const struct rules *rules);
const char *rules_name(const struct rules *rules, size_t index); /* of the alert */

/* The place of an alert's rule; -1 when there is none. */
int rules_find(const struct rules *rules, const char *name, size_t length);

/* Judge every group that is due at `now_ms`; `active_only`: of its rules, only those with an alert. */
void rules_judge(struct rules *rules, int64_t now_ms, bool active_only);

/* Does an alert of the rule fire, or is it about to? When did one begin to fire, since `rules_forget`; 0: never. */
bool rules_fires(const struct rules *rules, size_t index);
bool rules_pends(const struct rules *rules, size_t index);
int64_t rules_fired_ms(const struct rules *rules, size_t index);
void rules_forget(struct rules *rules);

#endif
