/*
 * HTTP on the loop: one curl multi handle, connections kept and shared, names
 * by the resolver. The body is streamed to the caller; whatever happens, `done`
 * is called once (unless cancelled) with one short reason a person can read.
 */
#ifndef LOOP_HTTP_H
#define LOOP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/loop.h"
#include "loop/resolve.h"

struct http;
struct http_request;
struct http_pace;
struct trust_shelf;

/* How to reach and prove oneself to one server. Files are read when the request starts, so a rotated token is used. */
struct http_access {
	const char *bearer_token_file;
	const char *basic_auth_file; /* "user:password" in one line */
	const char *ca_file;
	const char *client_certificate_file;
	const char *client_key_file;
	const char *const *headers; /* "X-Scope-OrgID: team", NULL terminated, or NULL */
	bool insecure;              /* do not verify the certificate; only when said */
};

enum http_fault {
	HTTP_OK,          /* an answer came: see `status` */
	HTTP_REFUSED,     /* nothing listens there */
	HTTP_UNRESOLVED,  /* the name does not resolve */
	HTTP_UNREACHABLE, /* no route, network down */
	HTTP_TIMEOUT,     /* no complete answer in time */
	HTTP_TLS,         /* certificate or handshake */
	HTTP_CLOSED,      /* the connection broke before the answer was complete */
	HTTP_TOO_LARGE,   /* more than `limit_bytes`, decompressed */
	HTTP_STOPPED,     /* the caller's on_data asked to stop */
	HTTP_UNREADABLE,  /* an access file could not be read */
	HTTP_OTHER,
};

struct http_answer {
	enum http_fault fault;
	int status;               /* HTTP status; 0 when none came */
	const char *content_type; /* "" when none */
	char reason[160];         /* short: "refused", "timeout after 5s", "certificate expired", "401 unauthorized" */
	int64_t elapsed_ms;
	size_t bytes;           /* decompressed */
	bool sent;              /* some of the request left this machine: the server may have acted on it */
	int64_t retry_after_ms; /* from Retry-After; 0 when none */
};

/*
 * How a request went, for whoever measures it. Times are those of all requests
 * of a chain of redirects together; certificate and versions are the last's.
 */
struct http_probe {
	double resolve_s, connect_s, tls_s, processing_s, transfer_s;
	double total_s;            /* from asking until done, waiting included */
	double version;            /* of HTTP: 1.1; 0 when nothing came */
	unsigned redirects;        /* followed */
	int64_t certificate_end_s; /* the earliest of the chain the server sent, since the epoch; 0 when none came */
	const char *tls_version;   /* "TLSv1.3"; NULL when none */
};

/*
 * HTTP_POST and HTTP_DELETE change something at the server: such a request is
 * sent once or not at all, over a connection of its own, and follows no
 * redirect.
 */
enum http_method { HTTP_GET, HTTP_POST, HTTP_DELETE };

struct http_question {
	const char *url; /* http:// or https:// */
	enum http_method method;
	const char *post;                 /* form body of a mere question, with HTTP_GET; NULL */
	const char *body;                 /* with HTTP_POST and HTTP_DELETE; NULL */
	const char *body_type;            /* its content type; NULL: JSON */
	const struct http_access *access; /* may be NULL; must live until done */
	int64_t timeout_ms;
	size_t limit_bytes;
	/*
	 * How many redirects are followed (GET without a form only). Tokens, passwords, headers
	 * and client certificate go to the host, port and scheme of `url` only:
	 * another server is asked without them.
	 */
	unsigned redirects;
	bool fresh;               /* a connection of its own, closed afterwards */
	struct http_probe *probe; /* written before `done`; NULL: not wanted */
	/* Body bytes, in order; return 0, or -1 to stop. Called for error statuses too. */
	int (*on_data)(void *user, const char *data, size_t length, int status, const char *content_type);
	void (*done)(void *user, const struct http_answer *answer);
	void *user;
};

struct http *http_new(struct loop *loop, struct resolver *resolver, struct error *error);
void http_free(struct http *http); /* cancels what is running */

/* The authorities it has read, for others who verify certificates; see http_trust.h. */
struct trust_shelf *http_trusts(struct http *http);

/* The queue for those who ask politely; see http_pace.h. */
struct http_pace *http_pace(struct http *http);

/* Strings in the question are copied. NULL with the error set only for an unusable URL. */
struct http_request *http_ask(struct http *http, const struct http_question *question, struct error *error);
void http_cancel(struct http_request *request); /* no callback after this */

#endif
