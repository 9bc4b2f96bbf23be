#include "loop/tls_probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/tls_certificate.h"
#include "loop/tls_fault.h"

#define TRUST_POLL_MS 20 /* while the authorities are read elsewhere */
#define ADDRESSES     8  /* of a name that are tried */
#define HOSTS         20 /* of a certificate that are listed */

enum phase { RESOLVING, TRUSTING, CONNECTING, PLAIN, SHAKING };

struct tls_probe {
	struct loop *loop;
	struct trust_shelf *trusts;
	char *host, *server_name, *ca_file;
	unsigned port;
	enum tls_start start;
	int64_t timeout_ms;
	tls_probe_fn *done;
	void *user;
	enum phase phase;
	int64_t started_ns, phase_ns;
	struct lookup *lookup;
	struct timer *timeout, *poll;
	char *addresses[ADDRESSES];
	size_t address_count, address;
	int fd;
	struct io_watch *io;
	SSL_CTX *context;
	SSL *ssl;
	struct tls_faults faults;
	struct arena arena;
	struct tls_finding finding;
};

static void probe_free(struct tls_probe *probe)
{
	lookup_cancel(probe->lookup);
	timer_free(probe->timeout);
	timer_free(probe->poll);
	io_watch_free(probe->io);
	SSL_free(probe->ssl);
	SSL_CTX_free(probe->context);
	if (probe->fd >= 0)
		close(probe->fd);
	for (size_t i = 0; i < probe->address_count; i++)
		free(probe->addresses[i]);
	arena_release(&probe->arena);
	free(probe->host);
	free(probe->server_name);
	free(probe->ca_file);
	free(probe);
}

static double seconds_since(int64_t ns)
{
	return (double)(clock_monotonic_ns() - ns) / 1e9;
}

/* The phase ends: how long it took. */
static double phase_end(struct tls_probe *probe, enum phase next)
{
	double seconds = seconds_since(probe->phase_ns);

	probe->phase_ns = clock_monotonic_ns();
	probe->phase = next;
	return seconds;
}

/* `reason` NULL: what the certificates say. */
static void finish(struct tls_probe *probe, const char *reason)
{
	struct tls_finding *finding = &probe->finding;

	if (reason)
		snprintf(finding->reason, sizeof(finding->reason), "%s", reason);
	finding->total_s = seconds_since(probe->started_ns);
	ERR_clear_error();
	probe->done(probe->user, finding);
	probe_free(probe);
}

static void finish_errno(struct tls_probe *probe, int number)
{
	char words[80];

	switch (number) {
	case ECONNREFUSED: finish(probe, "refused"); break;
	case EHOSTUNREACH: finish(probe, "no route to host"); break;
	case ENETUNREACH: finish(probe, "network unreachable"); break;
	case ECONNRESET:
	case EPIPE: finish(probe, "connection closed"); break;
	default:
		snprintf(words, sizeof(words), "cannot connect: %s", strerrordesc_np(number));
		finish(probe, words);
		break;
	}
}

static void on_timeout(void *user)
{
	static const char *const words[] = {
		[RESOLVING] = "name does not resolve within %s",
		[TRUSTING] = "the authorities are not read within %s",
		[CONNECTING] = "no answer to connecting within %s",
		[PLAIN] = "silent: no answer within %s",
		[SHAKING] = "silent: no TLS handshake within %s",
	};
	struct tls_probe *probe = user;
	char limit[16], reason[100];
	const char *form = words[probe->phase], *hole = strstr(form, "%s");

	duration_format(probe->timeout_ms, limit, sizeof(limit));
	snprintf(reason, sizeof(reason), "%.*s%s", (int)(hole - form), form, limit);
	finish(probe, reason);
}

/* --- the chain --------------------------------------------------------------- */

/* Called for each fault; the handshake goes on whatever it is. */
static int on_verify(int well, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_probe *probe = SSL_get_app_data(ssl);

	if (!well)
		tls_faults_add(&probe->faults, X509_STORE_CTX_get_error(store), X509_STORE_CTX_get_error_depth(store),
			       X509_STORE_CTX_get_current_cert(store));
	return 1;
}

static const char *keep(struct tls_probe *probe, struct strbuf *text)
{
	const char *kept = arena_strdup(&probe->arena, text->text);

	strbuf_clear(text);
	return kept;
}

static void add_link(struct tls_probe *probe, X509 *certificate)
{
	struct tls_link *link = &probe->finding.links[probe->finding.count++];
	struct strbuf text = STRBUF_INIT;

	tls_name_add(&text, X509_get_subject_name(certificate));
	link->subject = keep(probe, &text);
	tls_name_add(&text, X509_get_issuer_name(certificate));
	link->issuer = keep(probe, &text);
	link->authority = X509_check_ca(certificate) > 0;
	link->self_signed = X509_self_signed(certificate, 0) == 1;
	if (probe->finding.count == 1)
		tls_hosts_add(&text, certificate, HOSTS);
	link->hosts = keep(probe, &text);
	tls_time(X509_get0_notBefore(certificate), &link->begin_s);
	tls_time(X509_get0_notAfter(certificate), &link->end_s);
	strbuf_release(&text);
}

/* What the server sent; false when it sent nothing. */
static bool read_chain(struct tls_probe *probe)
{
	const STACK_OF(X509) *chain = SSL_get_peer_cert_chain(probe->ssl);
	struct tls_finding *finding = &probe->finding;

	for (int i = 0; chain && i < sk_X509_num(chain) && i < TLS_CHAIN; i++)
		add_link(probe, sk_X509_value(chain, i));
	if (!finding->count)
		return false;
	finding->shook_hands = true;
	finding->end_s = tls_chain_end(chain);
	finding->version = SSL_get_version(probe->ssl);
	finding->verified = !tls_faults_any(&probe->faults);
	if (finding->verified)
		finding->chain_end_s = tls_chain_end(SSL_get0_verified_chain(probe->ssl));
	tls_faults_words(&probe->faults, finding->links[0].hosts, clock_wall_ms() / CLOCK_SECOND, finding->reason,
			 sizeof(finding->reason));
	return true;
}

/* --- the handshake ------------------------------------------------------------ */

static const char *handshake_words(int error)
{
	static const struct {
		const char *part, *words;
	} table[] = {
		{ "wrong version number", "no TLS there" },
		{ "packet length too long", "no TLS there" },
		{ "unexpected eof", "connection closed" },
		{ "handshake failure", "TLS handshake refused" },
		{ "unrecognized name", "server does not know the name" },
		{ "protocol version", "no common TLS version" },
		{ "unsupported protocol", "no common TLS version" },
		{ "excessive message size", "the chain is too large" },
	};
	const char *reason = error == SSL_ERROR_SSL ? ERR_reason_error_string(ERR_peek_error()) : NULL;

	for (size_t i = 0; reason && i < sizeof(table) / sizeof(table[0]); i++)
		if (strstr(reason, table[i].part))
			return table[i].words;
	return reason ? "TLS handshake failed" : "connection closed";
}

static void shake(struct tls_probe *probe)
{
	int result, error;

	ERR_clear_error();
	result = SSL_connect(probe->ssl);
	error = SSL_get_error(probe->ssl, result);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		io_watch_set(probe->io, error == SSL_ERROR_WANT_READ ? LOOP_READ : LOOP_WRITE);
		return;
	}
	probe->finding.handshake_s = phase_end(probe, SHAKING);
	/* A server that wants a certificate of ours refuses after it has shown its own. */
	if (read_chain(probe))
		finish(probe, NULL);
	else
		finish(probe, result == 1 ? "the server sent no certificate" : handshake_words(error));
}

static void begin_handshake(struct tls_probe *probe, struct x509_store_st *store)
{
	char *name = probe->server_name ? probe->server_name : probe->host;
	X509_VERIFY_PARAM *verify;
	struct in6_addr address;
	bool numeric = inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1;

	probe->context = SSL_CTX_new(TLS_client_method());
	if (!probe->context) {
		finish(probe, "cannot start TLS");
		return;
	}
	/* To look at, not to rely on: old servers have certificates, too. */
	SSL_CTX_set_security_level(probe->context, 0);
	SSL_CTX_set_min_proto_version(probe->context, TLS1_VERSION);
	SSL_CTX_set1_cert_store(probe->context, store);
	SSL_CTX_set_verify(probe->context, SSL_VERIFY_PEER, on_verify);
	probe->ssl = SSL_new(probe->context);
	if (!probe->ssl || !SSL_set_fd(probe->ssl, probe->fd)) {
		finish(probe, "cannot start TLS");
		return;
	}
	SSL_set_app_data(probe->ssl, probe);
	verify = SSL_get0_param(probe->ssl);
	if (numeric) {
		X509_VERIFY_PARAM_set1_ip_asc(verify, name);
	} else {
		X509_VERIFY_PARAM_set1_host(verify, name, 0);
		SSL_set_tlsext_host_name(probe->ssl, name);
	}
	phase_end(probe, SHAKING);
	shake(probe);
}

static void begin_tls(struct tls_probe *probe)
{
	struct x509_store_st *store = NULL;
	const char *reason = "";

	if (trust_shelf_get(probe->trusts, probe->ca_file, &store, &reason) == TRUST_READY)
		begin_handshake(probe, store);
	else
		finish(probe, *reason ? reason : "the authorities are being read again");
}

/* --- the connection ----------------------------------------------------------- */

/* PostgreSQL's SSLRequest (its documentation, "SSL Session Encryption"); the answer is one byte, 'S' or 'N'. */
static void ask_postgres(struct tls_probe *probe)
{
	static const unsigned char request[8] = { 0, 0, 0, 8, 4, 210, 22, 47 };

	if (send(probe->fd, request, sizeof(request), MSG_NOSIGNAL) != (ssize_t)sizeof(request)) {
		finish(probe, "connection closed");
		return;
	}
	phase_end(probe, PLAIN);
	io_watch_set(probe->io, LOOP_READ);
}

static void hear_postgres(struct tls_probe *probe)
{
	char answer = 0;
	ssize_t length = recv(probe->fd, &answer, 1, 0);

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length == 1 && answer == 'S')
		begin_tls(probe);
	else
		finish(probe, length == 1 && answer == 'N' ? "the server does not offer TLS" : "no PostgreSQL there");
}

static void connect_next(struct tls_probe *probe);

static void on_connected(struct tls_probe *probe)
{
	int number = 0;
	socklen_t size = sizeof(number);

	getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &number, &size);
	if (number) {
		if (probe->address < probe->address_count)
			connect_next(probe);
		else
			finish_errno(probe, number);
		return;
	}
	probe->finding.connect_s = phase_end(probe, PLAIN);
	if (probe->start == TLS_START_POSTGRES)
		ask_postgres(probe);
	else
		begin_tls(probe);
}

static void on_socket(void *user, int events)
{
	struct tls_probe *probe = user;

	(void)events;
	switch (probe->phase) {
	case CONNECTING: on_connected(probe); break;
	case PLAIN: hear_postgres(probe); break;
	case SHAKING: shake(probe); break;
	default: break;
	}
}

static socklen_t make_address(const char *text, unsigned port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return sizeof(*four);
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return 0;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	return sizeof(*six);
}

/* Begin with the next address; an error at once counts as one of the connection. */
static void connect_next(struct tls_probe *probe)
{
	int number = EADDRNOTAVAIL;

	io_watch_free(probe->io);
	probe->io = NULL;
	while (probe->address < probe->address_count) {
		struct sockaddr_storage address;
		socklen_t size = make_address(probe->addresses[probe->address++], probe->port, &address);

		if (probe->fd >= 0)
			close(probe->fd);
		probe->fd = size ? socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
		if (probe->fd < 0)
			continue;
		if (connect(probe->fd, (struct sockaddr *)&address, size) == 0 || errno == EINPROGRESS) {
			probe->io = io_watch_new(probe->loop, probe->fd, LOOP_WRITE, on_socket, probe);
			return;
		}
		number = errno;
	}
	finish_errno(probe, number);
}

static void on_poll(void *user)
{
	struct tls_probe *probe = user;
	struct x509_store_st *store = NULL;
	const char *reason = "";

	switch (trust_shelf_get(probe->trusts, probe->ca_file, &store, &reason)) {
	case TRUST_LOADING: timer_start(probe->poll, TRUST_POLL_MS); break;
	case TRUST_FAILED: finish(probe, reason); break;
	case TRUST_READY:
		phase_end(probe, CONNECTING);
		connect_next(probe);
		break;
	}
}

static void on_lookup(void *user, const char *const *addresses, size_t count, const char *reason)
{
	struct tls_probe *probe = user;

	probe->lookup = NULL;
	probe->finding.resolve_s = phase_end(probe, TRUSTING);
	if (!count) {
		finish(probe, reason);
		return;
	}
	for (size_t i = 0; i < count && i < ADDRESSES; i++)
		probe->addresses[probe->address_count++] = mem_strdup(addresses[i]);
	on_poll(probe);
}

struct tls_probe *tls_probe_start(struct loop *loop, struct resolver *resolver, struct trust_shelf *trusts,
				  const struct tls_question *question, tls_probe_fn *done, void *user)
{
	struct tls_probe *probe = mem_zalloc(sizeof(*probe));
	struct x509_store_st *store;
	const char *reason;

	probe->loop = loop;
	probe->trusts = trusts;
	probe->host = mem_strdup(question->host);
	probe->server_name = mem_strdup(question->server_name);
	probe->ca_file = mem_strdup(question->ca_file);
	probe->port = question->port;
	probe->start = question->start;
	probe->timeout_ms = question->timeout_ms;
	probe->done = done;
	probe->user = user;
	probe->fd = -1;
	probe->started_ns = probe->phase_ns = clock_monotonic_ns();
	probe->poll = timer_new_real(loop, on_poll, probe);
	probe->timeout = timer_new(loop, on_timeout, probe);
	timer_start(probe->timeout, question->timeout_ms);
	trust_shelf_get(trusts, question->ca_file, &store, &reason); /* read while the name is looked up */
	probe->lookup = resolver_ask(resolver, question->host, on_lookup, probe);
	return probe;
}

void tls_probe_cancel(struct tls_probe *probe)
{
	if (probe)
		probe_free(probe);
}
