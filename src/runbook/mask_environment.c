/* Which of a process's variables are secrets. */
#include <string.h>
#include <strings.h>

#include "runbook/mask.h"

static bool ends_with(const char *name, size_t length, const char *end)
{
	size_t most = strlen(end);

	return length >= most && strncasecmp(name + length - most, end, most) == 0;
}

static bool holds(const char *name, size_t length, const char *word)
{
	size_t most = strlen(word);

	for (size_t i = 0; i + most <= length; i++)
		if (strncasecmp(name + i, word, most) == 0)
			return true;
	return false;
}

static bool is_secret_name(const char *name, size_t length)
{
	static const char *const inside[] = { "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL" };
	static const char *const at_end[] = { "_KEY", "APIKEY", "_PWD", "_PASS", "_AUTH", "_DSN" };
	/* They say where the secret is, how long it lasts, or how many there are. */
	static const char *const not_those[] = { "_FILE", "TOKENS", "_PATH",    "_DIR",    "_NAME",   "_TTL",
						 "_URL",  "_ID",    "_TIMEOUT", "_EXPIRY", "_COMMAND" };

	for (size_t i = 0; i < sizeof(not_those) / sizeof(not_those[0]); i++)
		if (ends_with(name, length, not_those[i]))
			return false;
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (holds(name, length, inside[i]))
			return true;
	for (size_t i = 0; i < sizeof(at_end) / sizeof(at_end[0]); i++)
		if (ends_with(name, length, at_end[i]))
			return true;
	return false;
}

/* Words that stand everywhere: to mask them would hide the output and no secret. */
static bool is_everyday(const char *value)
{
	static const char *const words[] = { "true", "false", "none", "null", "yes", "enabled", "disabled", "default" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

void mask_add_environment(struct mask *mask, const char *const *environment)
{
	for (; environment && *environment; environment++) {
		const char *sign = strchr(*environment, '=');

		if (sign && is_secret_name(*environment, (size_t)(sign - *environment)) && !is_everyday(sign + 1))
			mask_add(mask, sign + 1);
	}
}
