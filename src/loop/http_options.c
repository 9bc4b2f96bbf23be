#include "loop/http_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

static void make_relative(const char **path, const char *before, const char *folder, struct arena *arena)
{
	char *joined;

	if (!*path || *path == before)
		return;
	joined = path_join(folder, *path);
	*path = arena_strdup(arena, joined);
	free(joined);
}

void http_options_make_relative(struct http_options *options, const struct http_options *before, const char *folder,
				struct arena *arena)
{
	static const struct http_options none;
	const struct http_options *old = before ? before : &none;

	make_relative(&options->bearer_token_file, old->bearer_token_file, folder, arena);
	make_relative(&options->basic_auth_file, old->basic_auth_file, folder, arena);
	make_relative(&options->ca_file, old->ca_file, folder, arena);
	make_relative(&options->client_certificate_file, old->client_certificate_file, folder, arena);
	make_relative(&options->client_key_file, old->client_key_file, folder, arena);
}

const char *http_options_bad_header(const struct http_options *options)
{
	for (size_t i = 0; i < options->headers.count; i++) {
		const char *header = options->headers.items[i], *colon = strchr(header, ':');

		if (!colon || colon == header || strpbrk(header, "\r\n"))
			return header;
	}
	return NULL;
}

struct http_access http_options_access(const struct http_options *options, const char *accept, struct arena *arena)
{
	size_t count = options->headers.count;
	const char **headers = arena_array(arena, count + 2, sizeof(*headers));

	for (size_t i = 0; i < count; i++)
		headers[i] = options->headers.items[i];
	if (accept)
		headers[count] = arena_printf(arena, "Accept: %s", accept);
	return (struct http_access){ .bearer_token_file = options->bearer_token_file,
				     .basic_auth_file = options->basic_auth_file,
				     .ca_file = options->ca_file,
				     .client_certificate_file = options->client_certificate_file,
				     .client_key_file = options->client_key_file,
				     .headers = headers,
				     .insecure = options->insecure };
}
