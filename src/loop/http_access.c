#include "loop/http_access.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

#define SECRET_LENGTH_MAX 65536

static bool has_control(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	return false;
}

static void secret_release(struct strbuf *secret)
{
	if (secret->capacity)
		explicit_bzero(secret->text, secret->length);
	strbuf_release(secret);
}

/* One line, white space around it taken off. */
static int read_secret(const char *path, struct strbuf *ret, struct error *error)
{
	size_t start = 0;

	if (path_read(path, SECRET_LENGTH_MAX, ret, error))
		return -1;
	while (ret->length && strchr(" \t\r\n", ret->text[ret->length - 1]))
		strbuf_truncate(ret, ret->length - 1);
	while (start < ret->length && strchr(" \t\r\n", ret->text[start]))
		start++;
	memmove(ret->text, ret->text + start, ret->length - start);
	strbuf_truncate(ret, ret->length - start);
	if (!ret->length)
		return error_set(error, "%s: empty", path);
	if (has_control(ret->text, ret->length))
		return error_set(error, "%s: more than one line, or control characters", path);
	return 0;
}

static void add_header(struct curl_slist **headers, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*headers, line);

	if (longer)
		*headers = longer;
}

static int apply_bearer(const char *path, struct curl_slist **headers, struct error *error)
{
	struct strbuf secret = STRBUF_INIT, line = STRBUF_INIT;
	int result = read_secret(path, &secret, error);

	if (!result) {
		strbuf_addstr(&line, "Authorization: Bearer ");
		strbuf_add(&line, secret.text, secret.length);
		add_header(headers, line.text);
	}
	secret_release(&line);
	secret_release(&secret);
	return result;
}

static int apply_basic(CURL *easy, const char *path, struct error *error)
{
	struct strbuf secret = STRBUF_INIT;
	int result = read_secret(path, &secret, error);
	char *colon = result ? NULL : strchr(secret.text, ':');

	if (!result && !colon)
		result = error_set(error, "%s: no \"user:password\" in it", path);
	if (colon) {
		*colon = '\0';
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, secret.text);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, colon + 1);
	}
	secret_release(&secret);
	return result;
}

static int apply_headers(const char *const *lines, struct curl_slist **headers, struct error *error)
{
	for (; lines && *lines; lines++) {
		const char *colon = strchr(*lines, ':');
		int name = colon ? (int)(colon - *lines) : 0;

		if (name <= 0 || has_control(*lines, strlen(*lines)))
			return error_set(error, "header '%.*s' cannot be sent (\"Name: value\" in one line)",
					 name > 60 ? 60 : name, *lines);
		if (colon[1 + strspn(colon + 1, " ")]) {
			add_header(headers, *lines);
		} else { /* curl spells a header without a value with a semicolon */
			char *empty = mem_printf("%.*s;", name, *lines);

			add_header(headers, empty);
			free(empty);
		}
	}
	return 0;
}

static int apply_certificate(CURL *easy, const struct http_access *access, struct error *error)
{
	const char *const files[] = { access->client_certificate_file, access->client_key_file };

	for (size_t i = 0; i < 2; i++)
		if (files[i] && !path_exists(files[i]))
			return error_set(error, "%s: no such file or directory", files[i]);
	if (access->client_certificate_file)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, access->client_certificate_file);
	if (access->client_key_file)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, access->client_key_file);
	if (access->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	return 0;
}

int http_access_apply(CURL *easy, const struct http_access *access, const struct http_url *url,
		      struct curl_slist **headers, struct error *error)
{
	if (url->user) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, url->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, url->password ? url->password : "");
	}
	if (!access)
		return 0;
	if (access->bearer_token_file && apply_bearer(access->bearer_token_file, headers, error))
		return -1;
	if (access->basic_auth_file && apply_basic(easy, access->basic_auth_file, error))
		return -1;
	if (apply_headers(access->headers, headers, error))
		return -1;
	return url->secure ? apply_certificate(easy, access, error) : 0;
}

void http_access_forget(struct curl_slist *headers)
{
	for (struct curl_slist *line = headers; line; line = line->next)
		explicit_bzero(line->data, strlen(line->data));
	curl_slist_free_all(headers);
}

const struct http_access *http_access_copy(const struct http_access *access, struct arena *arena)
{
	struct http_access *copy = arena_alloc(arena, sizeof(*copy));
	const char **headers;
	size_t count = 0;

	while (access->headers && access->headers[count])
		count++;
	headers = arena_array(arena, count + 1, sizeof(*headers));
	for (size_t i = 0; i < count; i++)
		headers[i] = arena_strdup(arena, access->headers[i]);
	*copy = (struct http_access){
		.bearer_token_file = arena_strdup(arena, access->bearer_token_file),
		.basic_auth_file = arena_strdup(arena, access->basic_auth_file),
		.ca_file = arena_strdup(arena, access->ca_file),
		.client_certificate_file = arena_strdup(arena, access->client_certificate_file),
		.client_key_file = arena_strdup(arena, access->client_key_file),
		.headers = headers,
		.insecure = access->insecure,
	};
	return copy;
}
