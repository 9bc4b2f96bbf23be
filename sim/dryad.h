/*
 * A DRYAD.AI that never was: the backend behind Nginx, PostgreSQL, Redis,
 * ChromaDB, Ollama and the host they run on, six levels, an operator's queues
 * and log files, derived from one state that moves with a clock of its own.
 * Four applications of the same name answer differently; one of them is
 * chosen at the start. As everywhere here, the same number and the same
 * history of commands give the same figures to the last digit.
 */
#ifndef SIM_DRYAD_H
#define SIM_DRYAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "sim/page.h"
#include "sim/world.h"

struct dryad;

enum dryad_service {
	DRYAD_BACKEND,  /* job dryad-backend */
	DRYAD_POSTGRES, /* its exporter */
	DRYAD_REDIS,    /* its exporter */
	DRYAD_CHROMA,
	DRYAD_OLLAMA,
	DRYAD_NODE,  /* the host's exporter */
	DRYAD_NGINX, /* what a prober says of the front door: its certificate above all */
	DRYAD_SERVICE_COUNT,
};

/* "l9-full", "l9-agent", "head-uni", "head-main". */
enum dryad_application { DRYAD_L9_FULL, DRYAD_L9_AGENT, DRYAD_HEAD_UNI, DRYAD_HEAD_MAIN, DRYAD_APPLICATION_COUNT };
extern const char *const dryad_applications[]; /* NULL terminated */

extern const struct world_kind dryad_kind;
struct world *dryad_world(struct dryad *dryad);
struct dryad *dryad_of(struct world *world);

/* The application's name as in dryad_applications; NULL or an unknown one: the first. */
struct dryad *dryad_new(const struct world_config *config);
void dryad_free(struct dryad *dryad);

/* Steps as the colony makes them: of a second up to five minutes ahead, of a minute beyond. */
void dryad_advance(struct dryad *dryad, int64_t now_ms);
int64_t dryad_now_ms(const struct dryad *dryad);

enum world_answer dryad_answers(const struct dryad *dryad, enum dryad_service service, unsigned instance);
void dryad_metrics(const struct dryad *dryad, enum dryad_service service, unsigned instance, struct strbuf *ret);

/* One answer of one service: its application's documents, shapes and absences. */
void dryad_reply(struct dryad *dryad, enum dryad_service service, unsigned instance,
		 const struct world_request *request, struct page *ret);

/* Faults and verbs, as a colony has them. */
const struct sim_fault *dryad_faults(size_t *ret_count);
int dryad_inject(struct dryad *dryad, const char *fault, struct error *error);
int dryad_clear(struct dryad *dryad, const char *fault, struct error *error);
bool dryad_fault_is_active(const struct dryad *dryad, const char *fault);
int dryad_verb(struct dryad *dryad, const char *const *words, size_t count, bool json, struct strbuf *ret);

/* Keep gremlins_app.log, gremlins_errors.log and gremlins_access.log in `folder`; see struct world_kind. */
void dryad_keep_logs(struct dryad *dryad, const char *folder, int64_t from_ms, bool passing);

#endif
