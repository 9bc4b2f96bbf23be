#include "loop/http_url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/mem.h"

#define URL_LENGTH_MAX 32768

/* International names go to the resolver as they go on the wire. */
#ifdef CURLU_PUNYCODE
#define HOST_FLAGS CURLU_PUNYCODE
#else
#define HOST_FLAGS 0
#endif

static char *part(CURLU *parts, CURLUPart what, unsigned flags)
{
	char *text = NULL, *copy;

	if (curl_url_get(parts, what, &text, flags))
		return NULL;
	copy = mem_strdup(text);
	curl_free(text);
	return copy;
}

static char *without_credentials(CURLU *parts)
{
	curl_url_set(parts, CURLUPART_USER, NULL, 0);
	curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
	return part(parts, CURLUPART_URL, 0);
}

static void wipe(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

static void strip_brackets(char *host)
{
	size_t length = strlen(host);

	if (host[0] != '[' || host[length - 1] != ']')
		return;
	memmove(host, host + 1, length - 2);
	host[length - 2] = '\0';
}

static int read_parts(struct http_url *url, CURLU *parts, struct error *error)
{
	char *scheme = part(parts, CURLUPART_SCHEME, 0), *port;
	bool plain = scheme && strcasecmp(scheme, "http") == 0;

	url->secure = scheme && strcasecmp(scheme, "https") == 0;
	free(scheme);
	if (!plain && !url->secure)
		return error_set(error, "not an http:// or https:// URL");
	url->user = part(parts, CURLUPART_USER, CURLU_URLDECODE);
	url->password = part(parts, CURLUPART_PASSWORD, CURLU_URLDECODE);
	url->host = part(parts, CURLUPART_HOST, HOST_FLAGS);
	port = part(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	url->port = port ? (unsigned)strtoul(port, NULL, 10) : 0;
	free(port);
	url->text = without_credentials(parts);
	if (!url->host || !*url->host || !url->text)
		return error_set(error, "URL without a usable host name");
	strip_brackets(url->host);
	return 0;
}

int http_url_parse(struct http_url *ret, const char *text, struct error *error)
{
	struct http_url url = { 0 };
	CURLU *parts;
	int result;

	if (!text || !*text)
		return error_set(error, "empty URL");
	if (strlen(text) > URL_LENGTH_MAX)
		return error_set(error, "URL longer than %d bytes (the limit)", URL_LENGTH_MAX);
	if (!strstr(text, "://"))
		return error_set(error, "not an http:// or https:// URL");
	parts = curl_url();
	if (!parts || curl_url_set(parts, CURLUPART_URL, text, 0))
		result = error_set(error, "not a valid URL");
	else
		result = read_parts(&url, parts, error);
	curl_url_cleanup(parts);
	if (result)
		http_url_release(&url);
	else
		*ret = url;
	return result;
}

void http_url_release(struct http_url *url)
{
	free(url->text);
	free(url->host);
	wipe(url->user);
	wipe(url->password);
	*url = (struct http_url){ 0 };
}

char *http_url_instance(const struct http_url *url)
{
	return mem_printf(strchr(url->host, ':') ? "[%s]:%u" : "%s:%u", url->host, url->port);
}

char *http_url_shown(const char *text)
{
	CURLU *parts = curl_url();
	char *shown = NULL;

	if (parts && !curl_url_set(parts, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME))
		shown = without_credentials(parts);
	curl_url_cleanup(parts);
	return shown ? shown : mem_strdup("");
}
