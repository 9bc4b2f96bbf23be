#include "runbook/target_environment.h"

#include <string.h>

const char *target_variable(const char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
			return *environment + length + 1;
	return "";
}

/* What a host name stands behind, in "user:password@host". */
static size_t authority_start(const char *authority, size_t length)
{
	size_t ret = 0;

	for (size_t i = 0; i < length; i++)
		if (authority[i] == '@')
			ret = i + 1;
	return ret;
}

const char *target_url(const char *url, bool keeps_user, struct arena *arena)
{
	const char *scheme_end = strstr(url, "://"), *authority = scheme_end ? scheme_end + 3 : url, *path;
	size_t length = strcspn(authority, "/?#"), host = authority_start(authority, length), user = 0;

	if (keeps_user && host)
		user = strcspn(authority, ":@");
	path = authority + length;
	return arena_printf(arena, "%.*s%.*s%s%.*s%.*s", (int)(authority - url), url, (int)user, authority,
			    user ? "@" : "", (int)(length - host), authority + host, (int)strcspn(path, "?#"), path);
}
