/*
 * Certificate authorities, read once for each file. Reading the system's
 * bundle takes 20 to 35 ms, so it is done on the pool and the finished store
 * is shared by all connections; the loop never reads it. A file that changed
 * on disk is read again.
 */
#ifndef LOOP_HTTP_TRUST_H
#define LOOP_HTTP_TRUST_H

#include "loop/pool.h"

struct x509_store_st; /* OpenSSL's X509_STORE */
struct trust_shelf;

enum trust_state { TRUST_LOADING, TRUST_READY, TRUST_FAILED };

/* `on_loaded` is called in the loop whenever a reading ended, well or not. */
struct trust_shelf *trust_shelf_new(struct pool *pool, void (*on_loaded)(void *user), void *user);
void trust_shelf_free(struct trust_shelf *shelf);

/*
 * The authorities in `ca_file`, or the system's for NULL. `ret_store` (when
 * ready) stays the shelf's; `ret_reason` (when failed) is a text of the shelf.
 * A failed reading is tried again after a second.
 */
enum trust_state trust_shelf_get(struct trust_shelf *shelf, const char *ca_file, struct x509_store_st **ret_store,
				 const char **ret_reason);

#endif
