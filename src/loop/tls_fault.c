#include "loop/tls_fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "base/strbuf.h"
#include "loop/tls_certificate.h"

enum {
	EXPIRED = 1u << 0,
	ISSUER_EXPIRED = 1u << 1,
	NOT_YET = 1u << 2,
	OTHER_NAME = 1u << 3,
	SELF_SIGNED = 1u << 4,
	UNKNOWN_ISSUER = 1u << 5,
	REVOKED = 1u << 6,
};

static const struct {
	int number;
	unsigned fault;
} table[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED, EXPIRED },
	{ X509_V_ERR_CERT_NOT_YET_VALID, NOT_YET },
	{ X509_V_ERR_HOSTNAME_MISMATCH, OTHER_NAME },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH, OTHER_NAME },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, SELF_SIGNED },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, UNKNOWN_ISSUER },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, UNKNOWN_ISSUER },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, UNKNOWN_ISSUER },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, UNKNOWN_ISSUER },
	{ X509_V_ERR_CERT_UNTRUSTED, UNKNOWN_ISSUER },
	{ X509_V_ERR_CERT_REVOKED, REVOKED },
};

static void keep_name(struct tls_faults *faults, const X509_NAME *name)
{
	struct strbuf text = STRBUF_INIT;

	tls_name_add(&text, name);
	snprintf(faults->name, sizeof(faults->name), "%s", text.text);
	strbuf_release(&text);
}

static unsigned fault_of(int number)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].number == number)
			return table[i].fault;
	return 0;
}

void tls_faults_add(struct tls_faults *faults, int number, int depth, X509 *certificate)
{
	unsigned fault = fault_of(number);

	if (!fault) {
		if (!faults->other)
			faults->other = number;
		return;
	}
	if (fault == EXPIRED && depth)
		fault = ISSUER_EXPIRED;
	if (certificate && (fault & (EXPIRED | ISSUER_EXPIRED)) && !(faults->found & EXPIRED))
		tls_time(X509_get0_notAfter(certificate), &faults->time_s);
	if (certificate && fault == NOT_YET && !(faults->found & EXPIRED))
		tls_time(X509_get0_notBefore(certificate), &faults->time_s);
	if (certificate && fault == ISSUER_EXPIRED)
		keep_name(faults, X509_get_subject_name(certificate));
	if (certificate && fault == UNKNOWN_ISSUER && !(faults->found & (UNKNOWN_ISSUER | ISSUER_EXPIRED)))
		keep_name(faults, X509_get_issuer_name(certificate));
	faults->found |= fault;
}

bool tls_faults_any(const struct tls_faults *faults)
{
	return faults->found || faults->other;
}

/* "3 days", "5 hours", "less than an hour" */
static void add_span(struct strbuf *ret, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "day" }, { 3600, "hour" } };

	for (size_t i = 0; i < 2; i++) {
		int64_t count = seconds / units[i].seconds;

		if (!count)
			continue;
		strbuf_addf(ret, "%" PRId64 " %s%s", count, units[i].unit, count == 1 ? "" : "s");
		return;
	}
	strbuf_addstr(ret, "less than an hour");
}

static void begin(struct strbuf *ret, const char *words)
{
	strbuf_addf(ret, "%s%s", ret->length ? ", " : "", words);
}

void tls_faults_words(const struct tls_faults *faults, const char *hosts, int64_t now_s, char *ret, size_t size)
{
	struct strbuf text = STRBUF_INIT;

	if (faults->found & (EXPIRED | ISSUER_EXPIRED)) {
		begin(&text, faults->found & EXPIRED ? "" : "the issuer's certificate ");
		if (!(faults->found & EXPIRED))
			strbuf_addf(&text, "(%.60s) ", faults->name);
		strbuf_addstr(&text, "expired ");
		add_span(&text, now_s - faults->time_s);
		strbuf_addstr(&text, " ago");
	} else if (faults->found & NOT_YET) {
		begin(&text, "not valid yet: begins in ");
		add_span(&text, faults->time_s - now_s);
	}
	if (faults->found & OTHER_NAME) {
		begin(&text, "is for ");
		strbuf_addf(&text, "%.80s", *hosts ? hosts : "no name at all");
	}
	if (faults->found & SELF_SIGNED) {
		begin(&text, "self-signed certificate");
	} else if (faults->found & UNKNOWN_ISSUER) {
		begin(&text, "issuer not known");
		if (*faults->name)
			strbuf_addf(&text, " (%.60s)", faults->name);
	}
	if (faults->found & REVOKED)
		begin(&text, "revoked");
	if (faults->other && !text.length)
		begin(&text, X509_verify_cert_error_string(faults->other));
	snprintf(ret, size, "%s", text.text);
	strbuf_release(&text);
}
