#include "collect/redis_info.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_LENGTH_MAX 64

static const struct {
	const char *word;
	double number;
} words[] = {
	{ "ok", 1 },  { "up", 1 },   { "yes", 1 }, { "online", 1 },
	{ "err", 0 }, { "fail", 0 }, { "no", 0 },  { "down", 0 },
};

static size_t count_lines(const char *text, size_t length)
{
	size_t count = 1;

	for (size_t i = 0; i < length; i++)
		count += text[i] == '\n';
	return count;
}

static void take_line(struct redis_info *info, const char **section, char *line, size_t length)
{
	char *colon = memchr(line, ':', length);

	if (length && line[0] == '#') {
		*section = line + 1 + strspn(line + 1, " ");
		return;
	}
	if (!length)
		return;
	if (!colon || colon == line || info->count == REDIS_INFO_FIELDS_MAX) {
		info->passed_over++;
		return;
	}
	*colon = '\0';
	info->fields[info->count++] = (struct redis_info_field){ *section, line, colon + 1 };
}

void redis_info_parse(struct redis_info *ret, const char *text, size_t length)
{
	const char *section = "";
	size_t lines = count_lines(text, length);
	char *copy, *end;

	*ret = (struct redis_info){ .fields = NULL };
	arena_init(&ret->arena);
	copy = arena_alloc(&ret->arena, length + 1);
	memcpy(copy, text, length);
	ret->fields = arena_array(&ret->arena, lines < REDIS_INFO_FIELDS_MAX ? lines : REDIS_INFO_FIELDS_MAX,
				  sizeof(*ret->fields));
	for (end = copy + length; copy < end;) {
		char *line = copy, *stop = memchr(copy, '\n', (size_t)(end - copy));
		size_t used;

		stop = stop ? stop : end;
		copy = stop + 1;
		if (stop > line && stop[-1] == '\r')
			stop--;
		*stop = '\0';
		/* A NUL byte ends the line: what follows is not text. */
		used = strlen(line);
		take_line(ret, &section, line, used);
	}
}

void redis_info_release(struct redis_info *info)
{
	arena_release(&info->arena);
	*info = (struct redis_info){ .fields = NULL };
}

const char *redis_info_get(const struct redis_info *info, const char *name)
{
	for (size_t i = 0; i < info->count; i++)
		if (strcmp(info->fields[i].name, name) == 0)
			return info->fields[i].value;
	return NULL;
}

bool redis_info_number(const char *text, double *ret)
{
	char *end;
	double number;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i].word) == 0) {
			*ret = words[i].number;
			return true;
		}
	}
	/* Decimal only: strtod would read hexadecimal, too. */
	if (!*text || isspace((unsigned char)*text) || strpbrk(text, "xX(") || strlen(text) > NUMBER_LENGTH_MAX)
		return false;
	number = strtod(text, &end);
	if (*end)
		return false;
	*ret = number;
	return true;
}

double redis_info_get_number(const struct redis_info *info, const char *name, double otherwise)
{
	const char *value = redis_info_get(info, name);
	double number;

	return value && redis_info_number(value, &number) ? number : otherwise;
}

bool redis_info_pair(const char *value, const char *key, char *ret, size_t size)
{
	size_t key_length = strlen(key);

	for (;;) {
		size_t length = strcspn(value, ",");

		if (length > key_length && value[key_length] == '=' && strncmp(value, key, key_length) == 0) {
			size_t used = length - key_length - 1;

			used = used < size ? used : size - 1;
			memcpy(ret, value + key_length + 1, used);
			ret[used] = '\0';
			return true;
		}
		if (!value[length])
			return false;
		value += length + 1;
	}
}

bool redis_info_pair_number(const char *value, const char *key, double *ret)
{
	char text[NUMBER_LENGTH_MAX + 2];

	return redis_info_pair(value, key, text, sizeof(text)) && redis_info_number(text, ret);
}

const char *redis_info_after(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}
