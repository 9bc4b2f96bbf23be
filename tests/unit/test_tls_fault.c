#include <criterion/criterion.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "loop/tls_certificate.h"
#include "loop/tls_fault.h"

#define NOW INT64_C(1795318860)
#define DAY 86400

/* A certificate with names and times only: nobody verifies it here. */
static X509 *certificate(const char *name, const char *issuer, int64_t begin_s, int64_t end_s)
{
	X509 *made = X509_new();
	X509_NAME *subject = X509_NAME_new(), *by = X509_NAME_new();

	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_NAME_add_entry_by_txt(by, "O", MBSTRING_UTF8, (const unsigned char *)issuer, -1, -1, 0);
	X509_set_subject_name(made, subject);
	X509_set_issuer_name(made, by);
	ASN1_TIME_set(X509_getm_notBefore(made), begin_s);
	ASN1_TIME_set(X509_getm_notAfter(made), end_s);
	X509_NAME_free(subject);
	X509_NAME_free(by);
	return made;
}

static void expect(const struct tls_faults *faults, const char *words)
{
	char text[160];

	tls_faults_words(faults, "other.example, *.other.example", NOW, text, sizeof(text));
	cr_expect_str_eq(text, words);
	cr_expect_eq(tls_faults_any(faults), *words != '\0');
}

Test(tls_fault, says_how_long_ago_a_certificate_expired)
{
	static const struct {
		int64_t ago_s;
		const char *words;
	} cases[] = { { 3 * DAY + 5, "expired 3 days ago" },
		      { DAY + 5, "expired 1 day ago" },
		      { 7300, "expired 2 hours ago" },
		      { 30, "expired less than an hour ago" } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *one = certificate("example", "Some Authority", NOW - 100 * DAY, NOW - cases[i].ago_s);
		struct tls_faults faults = { 0 };

		tls_faults_add(&faults, X509_V_ERR_CERT_HAS_EXPIRED, 0, one);
		expect(&faults, cases[i].words);
		X509_free(one);
	}
}

Test(tls_fault, names_who_is_to_blame)
{
	X509 *one = certificate("example", "Some Authority", NOW + 2 * DAY + 60, NOW + 9 * DAY);
	X509 *above = certificate("Middle", "Root", NOW - 9 * DAY, NOW - 2 * DAY - 60);
	struct tls_faults faults = { 0 };

	expect(&faults, "");
	tls_faults_add(&faults, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0, one);
	tls_faults_add(&faults, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, 0, one);
	expect(&faults, "issuer not known (Some Authority)");
	tls_faults_add(&faults, X509_V_ERR_HOSTNAME_MISMATCH, 0, one);
	expect(&faults, "is for other.example, *.other.example, issuer not known (Some Authority)");
	faults = (struct tls_faults){ 0 };
	tls_faults_add(&faults, X509_V_ERR_CERT_NOT_YET_VALID, 0, one);
	expect(&faults, "not valid yet: begins in 2 days");
	faults = (struct tls_faults){ 0 };
	tls_faults_add(&faults, X509_V_ERR_CERT_HAS_EXPIRED, 1, above);
	expect(&faults, "the issuer's certificate (Middle) expired 2 days ago");
	faults = (struct tls_faults){ 0 };
	tls_faults_add(&faults, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0, one);
	expect(&faults, "self-signed certificate");
	faults = (struct tls_faults){ 0 };
	tls_faults_add(&faults, X509_V_ERR_CERT_REVOKED, 0, NULL);
	expect(&faults, "revoked");
	faults = (struct tls_faults){ 0 };
	tls_faults_add(&faults, X509_V_ERR_INVALID_PURPOSE, 0, one);
	cr_expect(tls_faults_any(&faults));
	X509_free(one);
	X509_free(above);
}

Test(tls_certificate, reads_times_and_names)
{
	X509 *one = certificate("example", "Some Authority", NOW - DAY, NOW + 5), *two;
	STACK_OF(X509) *chain = sk_X509_new_null();
	struct strbuf text = STRBUF_INIT;
	int64_t time_s = 0;

	two = certificate("other", "Root", NOW - DAY, NOW + 3);
	cr_expect(tls_time(X509_get0_notAfter(one), &time_s));
	cr_expect_eq(time_s, NOW + 5);
	cr_expect_eq(tls_chain_end(NULL), 0);
	cr_expect_eq(tls_chain_end(chain), 0);
	sk_X509_push(chain, one);
	sk_X509_push(chain, two);
	cr_expect_eq(tls_chain_end(chain), NOW + 3);
	tls_name_add(&text, X509_get_subject_name(one));
	cr_expect_str_eq(text.text, "example");
	strbuf_clear(&text);
	tls_name_add(&text, X509_get_issuer_name(one));
	cr_expect_str_eq(text.text, "Some Authority");
	strbuf_clear(&text);
	tls_hosts_add(&text, one, 3);
	cr_expect_str_eq(text.text, "example", "without alternative names the common name counts");
	strbuf_release(&text);
	sk_X509_pop_free(chain, X509_free);
}
