/*
 * A POLLN colony that never was: three instances, their dependencies, and
 * what may befall them, derived from one state that moves with a clock of its
 * own. Everything shown (metrics, health documents, verbs) is read from that
 * state; nothing is random but what the seed says, so that the same number
 * and the same history of commands give the same figures to the last digit.
 */
#ifndef SIM_COLONY_H
#define SIM_COLONY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "sim/world.h"

struct colony;

/* Services of the colony; instances are those of SERVICE_COLONY. */
enum colony_service {
	SERVICE_COLONY, /* job polln-colony */
	SERVICE_LMCACHE,
	SERVICE_FEDERATED,
	SERVICE_WORLDMODEL,
	SERVICE_MEADOW,
	SERVICE_REDIS,
	SERVICE_COUNT,
};

struct colony_config {
	uint64_t seed;
	int64_t start_ms;   /* wall time at which the state begins */
	unsigned instances; /* of the colony; 0: 3 */
};

struct colony *colony_new(const struct colony_config *config);
void colony_free(struct colony *colony);

/* What the parts shared with other systems work with. */
extern const struct world_kind colony_kind;
struct world *colony_world(struct colony *colony);
struct colony *colony_of(struct world *world);

/*
 * Move the state on to `now_ms`; it stands at whole seconds after the start.
 * A call with at most five minutes ahead walks in steps of one second, a
 * longer one in steps of a minute and what is left over in seconds. The same
 * seed and the same calls at the same times give the same state to the last
 * bit. Dividing a call of at most five minutes into several changes nothing;
 * for longer ones it changes the steps, so that figures agree in their
 * course (within a percent where nothing is breaking) and not to the bit.
 */
void colony_advance(struct colony *colony, int64_t now_ms);
int64_t colony_now_ms(const struct colony *colony);
unsigned colony_instances(const struct colony *colony);

/* The job label of a service: "polln-colony", "lmcache" ... */
const char *colony_service_name(enum colony_service service);

enum world_answer colony_answers(const struct colony *colony, enum colony_service service, unsigned instance);

/* Append the exposition page, and the health and ready documents (JSON), of one instance. */
void colony_metrics(const struct colony *colony, enum colony_service service, unsigned instance, struct strbuf *ret);
void colony_health(const struct colony *colony, enum colony_service service, unsigned instance, struct strbuf *ret);
void colony_ready(const struct colony *colony, enum colony_service service, unsigned instance, struct strbuf *ret);

const struct sim_fault *colony_faults(size_t *ret_count);

/* "NAME", or "NAME@N" and "NAME@all" for other instances than its own. To inject what is active already is no error. */
int colony_inject(struct colony *colony, const char *fault, struct error *error);
int colony_clear(struct colony *colony, const char *fault, struct error *error); /* NULL: all of them */
bool colony_fault_is_active(const struct colony *colony, const char *fault);

/*
 * The operator's verbs ("status", "agents list", "cache clear", "restore
 * anchors", "restart" ...): words as given on the command line, text or JSON
 * appended. Returns the exit status the real command would have.
 */
int colony_verb(struct colony *colony, const char *const *words, size_t count, bool json, struct strbuf *ret);

#endif
