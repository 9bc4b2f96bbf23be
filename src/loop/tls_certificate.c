#include "loop/tls_certificate.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#define NAME_BYTES 256 /* of a name that is shown */

bool tls_time(const ASN1_TIME *time, int64_t *ret_s)
{
	struct tm parts;

	if (!time || !ASN1_TIME_to_tm(time, &parts))
		return false;
	*ret_s = timegm(&parts);
	return true;
}

int64_t tls_chain_end(const STACK_OF(X509) * chain)
{
	int64_t first = 0, end;

	for (int i = 0; chain && i < sk_X509_num(chain); i++)
		if (tls_time(X509_get0_notAfter(sk_X509_value(chain, i)), &end) && (!first || end < first))
			first = end;
	return first;
}

/* A string of a certificate, cut to what can be shown; bytes are kept as they are. */
static bool add_string(struct strbuf *ret, const ASN1_STRING *string)
{
	unsigned char *text = NULL;
	int length = ASN1_STRING_to_UTF8(&text, string);

	if (length > 0)
		strbuf_add(ret, text, length > NAME_BYTES ? NAME_BYTES : (size_t)length);
	OPENSSL_free(text);
	return length > 0;
}

void tls_name_add(struct strbuf *ret, const X509_NAME *name)
{
	static const int parts[] = { NID_commonName, NID_organizationName, NID_organizationalUnitName };
	char *line;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int at = X509_NAME_get_index_by_NID(name, parts[i], -1);

		if (at >= 0 && add_string(ret, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))))
			return;
	}
	line = X509_NAME_oneline(name, NULL, 0);
	if (line)
		strbuf_add(ret, line, strnlen(line, NAME_BYTES));
	OPENSSL_free(line);
}

static bool add_host(struct strbuf *ret, const GENERAL_NAME *name)
{
	char address[INET6_ADDRSTRLEN];
	const ASN1_OCTET_STRING *bytes;

	if (name->type == GEN_DNS)
		return add_string(ret, name->d.dNSName);
	if (name->type != GEN_IPADD)
		return false;
	bytes = name->d.iPAddress;
	if (ASN1_STRING_length(bytes) != 4 && ASN1_STRING_length(bytes) != 16)
		return false;
	if (!inet_ntop(ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes), address,
		       sizeof(address)))
		return false;
	strbuf_addstr(ret, address);
	return true;
}

void tls_hosts_add(struct strbuf *ret, X509 *certificate, size_t limit)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	size_t shown = 0, more = 0;

	for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
		size_t before = ret->length;

		if (shown == limit) {
			more++;
			continue;
		}
		strbuf_addstr(ret, shown ? ", " : "");
		if (add_host(ret, sk_GENERAL_NAME_value(names, i)))
			shown++;
		else
			strbuf_truncate(ret, before);
	}
	if (more)
		strbuf_addf(ret, " and %zu more", more);
	if (!shown) /* of old: the common name alone */
		tls_name_add(ret, X509_get_subject_name(certificate));
	GENERAL_NAMES_free(names);
}
