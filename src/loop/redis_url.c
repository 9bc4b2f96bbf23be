#include "loop/redis_url.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define URL_LENGTH_MAX  4096
#define PATH_LENGTH_MAX 107 /* of struct sockaddr_un */
#define HOST_LENGTH_MAX 255

static const char tcp_scheme[] = "redis://", unix_scheme[] = "unix://", tls_scheme[] = "rediss://";

static bool starts_with(const char *text, const char *start)
{
	return strncasecmp(text, start, strlen(start)) == 0;
}

/* Digits alone, all of `length` bytes. */
static int read_number(const char *text, size_t length, unsigned maximum, unsigned *ret)
{
	unsigned number = 0;

	if (!length || length > 5)
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		number = number * 10 + (unsigned)(text[i] - '0');
	}
	*ret = number;
	return number > maximum ? -1 : 0;
}

static int hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch = (char)(ch | 0x20);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static int read_user(struct redis_url *url, const char *text, size_t length, struct error *error)
{
	size_t used = 0;

	if (memchr(text, ':', length))
		return error_set(error, "a password does not belong into the URL (put it into a file: password_file)");
	if (!length)
		return error_set(error, "no user before the '@' (redis://USER@HOST:PORT/DB)");
	url->user = mem_zalloc(length + 1);
	for (size_t i = 0; i < length; i++) {
		int high = -1, low = -1;

		if (text[i] == '%' && i + 2 < length) {
			high = hex_digit(text[i + 1]);
			low = hex_digit(text[i + 2]);
		}
		if (text[i] == '%' && (high < 0 || low < 0))
			return error_set(error, "a '%%' in the user is no %%XX");
		url->user[used++] = text[i] == '%' ? (char)(high << 4 | low) : text[i];
		i += text[i] == '%' ? 2 : 0;
		if ((unsigned char)url->user[used - 1] <= ' ' || url->user[used - 1] == 0x7f)
			return error_set(error, "a control character or space in the user");
	}
	return 0;
}

static int read_host(struct redis_url *url, const char *text, size_t length, struct error *error)
{
	const char *end = text + length, *port, *host = text;
	size_t host_length;

	url->port = REDIS_PORT;
	if (length && *text == '[') {
		const char *bracket = memchr(text, ']', length);

		if (!bracket)
			return error_set(error, "no ']' behind the address");
		host = text + 1;
		host_length = (size_t)(bracket - host);
		port = bracket + 1;
	} else {
		port = memchr(text, ':', length);
		port = port ? port : end;
		host_length = (size_t)(port - host);
	}
	if (port < end &&
	    (*port != ':' || read_number(port + 1, (size_t)(end - port - 1), 65535, &url->port) < 0 || !url->port))
		return error_set(error, "no port number behind the host (1 to 65535)");
	if (!host_length || host_length > HOST_LENGTH_MAX)
		return error_set(error, "no host name (redis://USER@HOST:PORT/DB)");
	for (size_t i = 0; i < host_length; i++)
		if ((unsigned char)host[i] <= ' ' || host[i] == 0x7f)
			return error_set(error, "a control character or space in the host name");
	url->host = mem_strndup(host, host_length);
	return 0;
}

static int read_tcp(struct redis_url *url, const char *text, struct error *error)
{
	const char *query = strpbrk(text, "?#"), *at, *slash, *host = text, *end;

	if (query)
		return error_set(error, "'%c' and what follows mean nothing here (redis://USER@HOST:PORT/DB)", *query);
	/* A password may hold a '/', so the last '@' counts. */
	at = strrchr(text, '@');
	if (at) {
		if (read_user(url, text, (size_t)(at - text), error) < 0)
			return -1;
		host = at + 1;
	}
	slash = strchr(host, '/');
	end = slash ? slash : host + strlen(host);
	if (read_host(url, host, (size_t)(end - host), error) < 0)
		return -1;
	if (slash && slash[1] && read_number(slash + 1, strlen(slash + 1), REDIS_DATABASE_MAX, &url->database) < 0)
		return error_set(error, "no number of a database behind the '/' (0 to %d)", REDIS_DATABASE_MAX);
	return 0;
}

static int read_unix(struct redis_url *url, const char *text, struct error *error)
{
	static const char key[] = "?db=";
	const char *query = strchr(text, '?');
	size_t length = query ? (size_t)(query - text) : strlen(text);

	if (query && (strncmp(query, key, sizeof(key) - 1) != 0 ||
		      read_number(query + 4, strlen(query + 4), REDIS_DATABASE_MAX, &url->database) < 0))
		return error_set(error, "not unix:///PATH?db=NUMBER (0 to %d)", REDIS_DATABASE_MAX);
	if (*text != '/')
		return error_set(error, "the path of the socket does not begin with '/' (unix:///PATH)");
	if (length > PATH_LENGTH_MAX)
		return error_set(error, "the path of the socket is longer than %d bytes (the system's limit)",
				 PATH_LENGTH_MAX);
	url->socket_path = mem_strndup(text, length);
	return 0;
}

static char *shown(const struct redis_url *url)
{
	struct strbuf text = STRBUF_INIT;
	char *instance = redis_url_instance(url);

	strbuf_addstr(&text, url->socket_path ? unix_scheme : tcp_scheme);
	if (url->user) {
		strbuf_add_url(&text, url->user);
		strbuf_addch(&text, '@');
	}
	strbuf_addstr(&text, instance);
	if (url->database)
		strbuf_addf(&text, "%s%u", url->socket_path ? "?db=" : "/", url->database);
	free(instance);
	return strbuf_detach(&text);
}

int redis_url_parse(struct redis_url *ret, const char *text, struct error *error)
{
	struct redis_url url = { 0 };
	int result;

	if (!text || !*text)
		return error_set(error, "empty URL");
	if (strlen(text) > URL_LENGTH_MAX)
		return error_set(error, "URL longer than %d bytes (the limit)", URL_LENGTH_MAX);
	if (starts_with(text, tls_scheme))
		return error_set(error, "rediss:// needs TLS, which the Redis library skep is built with does not have "
					"(redis:// through a TLS tunnel on this host)");
	if (starts_with(text, unix_scheme))
		result = read_unix(&url, text + sizeof(unix_scheme) - 1, error);
	else if (starts_with(text, tcp_scheme))
		result = read_tcp(&url, text + sizeof(tcp_scheme) - 1, error);
	else if (strstr(text, "://"))
		result = error_set(error, "not a redis:// or unix:// URL");
	else
		result = read_tcp(&url, text, error);
	if (result < 0) {
		redis_url_release(&url);
		return -1;
	}
	url.text = shown(&url);
	*ret = url;
	return 0;
}

void redis_url_release(struct redis_url *url)
{
	free(url->text);
	free(url->host);
	free(url->socket_path);
	free(url->user);
	*url = (struct redis_url){ 0 };
}

char *redis_url_instance(const struct redis_url *url)
{
	if (!url->host)
		return mem_strdup(url->socket_path);
	return strchr(url->host, ':') ? mem_printf("[%s]:%u", url->host, url->port)
				      : mem_printf("%s:%u", url->host, url->port);
}
