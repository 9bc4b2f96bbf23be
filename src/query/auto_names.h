/*
 * Which metric names a server knows: looked up many in one question, kept for
 * AUTO_NAMES_KEPT_MS, and renewed behind the back of those who ask. A look-up
 * that fails says nothing of its names.
 */
#ifndef QUERY_AUTO_NAMES_H
#define QUERY_AUTO_NAMES_H

#include <stdint.h>

#include "query/query.h"

#define AUTO_NAMES_KEPT_MS  (5 * 60 * 1000)
#define AUTO_NAMES_AGAIN_MS (30 * 1000) /* after a look-up that failed */
#define AUTO_NAMES_REQUEST  100         /* names in one question */
#define AUTO_NAMES_MAX      20000       /* what is more is not looked up */

enum name_fact {
	NAME_ASKED,   /* an answer is on its way: on_change tells of it */
	NAME_KNOWN,   /* the server has it */
	NAME_MISSING, /* the server has not */
	NAME_UNSURE,  /* there is no telling */
};

struct auto_names;

/* The server is not owned. `on_change` comes after each look-up, never from within a call to this. */
struct auto_names *auto_names_new(struct loop *loop, struct query_engine *server, void (*on_change)(void *user),
				  void *user);
void auto_names_free(struct auto_names *names);

/* What is known of `name` since `from_ms` (wall); it is looked up when it is new, and again when that is long ago. */
enum name_fact auto_names_look_up(struct auto_names *names, const char *name, int64_t from_ms);

/* What is known without asking, however old. */
enum name_fact auto_names_recall(const struct auto_names *names, const char *name);

#endif
