/* What is read from X.509 certificates: their times, names and faults, in plain types and words. */
#ifndef LOOP_TLS_CERTIFICATE_H
#define LOOP_TLS_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/strbuf.h"

/* The time in seconds since the epoch; false when the field is none. */
bool tls_time(const ASN1_TIME *time, int64_t *ret_s);

/* When the first of the certificates ends; 0 for an empty or absent chain. */
int64_t tls_chain_end(const STACK_OF(X509) * chain);

/* Append what people call a name: its common name, else organisation, else the whole in one line. */
void tls_name_add(struct strbuf *ret, const X509_NAME *name);

/* Append the host names and addresses the certificate is for, joined by ", "; at most `limit`, then "and 12 more". */
void tls_hosts_add(struct strbuf *ret, X509 *certificate, size_t limit);

#endif
