#include "loop/http_setup.h"

#include <stddef.h>
#include <string.h>

#include <openssl/ssl.h>

void http_setup_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	/* http.c follows: names are looked up by us, and what proves who asks goes to nobody else. */
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* Servers are reached directly: a proxy's name would be one more that nobody has looked up. */
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "skep");
}

static CURLcode on_tls_setup(CURL *easy, void *context, void *user)
{
	(void)easy;
	SSL_CTX_set1_cert_store(context, user);
	return CURLE_OK;
}

/*
 * Verification stays curl's: certificate and host name. Only the authorities
 * come from the shelf. The folder of authorities is a file, hence always
 * empty; it tells curl which connections were made with the same trust and
 * may be shared.
 */
void http_setup_tls(CURL *easy, struct x509_store_st *store, const char *ca_file)
{
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (!store) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		return;
	}
	if (curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_setup) == CURLE_OK) {
		curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, store);
		curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(easy, CURLOPT_CAPATH, ca_file);
	} else if (ca_file) { /* another TLS library: it reads the file itself */
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
}

/*
 * A server on this machine is asked for plain text, since compressing costs
 * both ends more than the bytes do; what it compresses unasked is still read.
 */
void http_setup_headers(CURL *easy, struct curl_slist **headers, bool local)
{
	static const char *const lines[] = { "Expect:", "Accept: application/json", "Accept-Encoding: identity" };
	struct curl_slist *longer;

	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	for (size_t i = 0; i < (local ? 3 : 2); i++) {
		longer = curl_slist_append(*headers, lines[i]);
		if (longer)
			*headers = longer;
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *headers);
}

bool http_setup_is_local(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}
