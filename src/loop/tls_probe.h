/*
 * One TLS handshake with a server, to look at its certificates: nothing is
 * sent afterwards, nothing blocks. A certificate that fails verification is a
 * finding, not the end: the chain is looked at all the same.
 */
#ifndef LOOP_TLS_PROBE_H
#define LOOP_TLS_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/http_trust.h"
#include "loop/loop.h"
#include "loop/resolve.h"

#define TLS_CHAIN 10 /* certificates of a chain that are looked at */

struct tls_probe;

/* What some servers want to hear before they speak TLS. */
enum tls_start { TLS_START_NOW, TLS_START_POSTGRES };

struct tls_question {
	const char *host; /* a name, or an address as a number */
	unsigned port;
	const char *server_name; /* asked for and verified; NULL: the host */
	const char *ca_file;     /* NULL: the system's */
	enum tls_start start;
	int64_t timeout_ms;
};

/* One certificate that the server sent; texts are the probe's, raw. */
struct tls_link {
	const char *subject, *issuer;
	const char *hosts;      /* "example.org, *.example.org"; "" for authorities */
	int64_t begin_s, end_s; /* since the epoch */
	bool authority, self_signed;
};

struct tls_finding {
	bool shook_hands;    /* the server speaks TLS and sent its chain */
	bool verified;       /* chain and name are right, now */
	char reason[160];    /* why there was no handshake, or what is wrong with the certificate; "" */
	int64_t end_s;       /* the earliest end of what was sent; 0 none */
	int64_t chain_end_s; /* of the chain that was verified; 0 when it was not */
	const char *version; /* "TLSv1.3" */
	double resolve_s, connect_s, handshake_s, total_s;
	struct tls_link links[TLS_CHAIN]; /* the server's own first */
	size_t count;
};

typedef void tls_probe_fn(void *user, const struct tls_finding *finding);

/*
 * Strings in the question are copied. `trusts` and `resolver` must outlive the
 * probe. `done` comes once, never before this returns, unless cancelled; the
 * probe is freed after it.
 */
struct tls_probe *tls_probe_start(struct loop *loop, struct resolver *resolver, struct trust_shelf *trusts,
				  const struct tls_question *question, tls_probe_fn *done, void *user);
void tls_probe_cancel(struct tls_probe *probe);

#endif
