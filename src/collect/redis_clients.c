#include "collect/redis_clients.h"

#include <stdlib.h>
#include <string.h>

#include "collect/redis_info.h"

#define CLIENTS_MAX 100000

static const char *const kind_names[] = {
	[REDIS_CLIENT_NORMAL] = "normal",   [REDIS_CLIENT_PUBSUB] = "pubsub", [REDIS_CLIENT_BLOCKED] = "blocked",
	[REDIS_CLIENT_REPLICA] = "replica", [REDIS_CLIENT_MASTER] = "master",
};

const char *redis_client_kind_name(enum redis_client_kind kind)
{
	return kind_names[kind];
}

static enum redis_client_kind kind_of(const char *flags)
{
	if (strchr(flags, 'S'))
		return REDIS_CLIENT_REPLICA;
	if (strchr(flags, 'M'))
		return REDIS_CLIENT_MASTER;
	if (strchr(flags, 'b'))
		return REDIS_CLIENT_BLOCKED;
	return strchr(flags, 'P') ? REDIS_CLIENT_PUBSUB : REDIS_CLIENT_NORMAL;
}

static double number_of(const char *text)
{
	double number;

	return redis_info_number(text, &number) && number > 0 ? number : 0;
}

static void take_member(struct redis_client *client, const char *key, const char *value)
{
	if (strcmp(key, "addr") == 0)
		client->address = value;
	else if (strcmp(key, "name") == 0)
		client->name = value;
	else if (strcmp(key, "user") == 0)
		client->user = value;
	else if (strcmp(key, "cmd") == 0)
		client->command = value;
	else if (strcmp(key, "flags") == 0)
		client->kind = kind_of(value);
	else if (strcmp(key, "age") == 0)
		client->age_s = number_of(value);
	else if (strcmp(key, "idle") == 0)
		client->idle_s = number_of(value);
	else if (strcmp(key, "omem") == 0)
		client->output_bytes = number_of(value);
	else if (strcmp(key, "tot-mem") == 0)
		client->memory_bytes = number_of(value);
}

static struct redis_client read_line(char *line)
{
	struct redis_client client = { .address = "", .name = "", .user = "", .command = "" };
	char *word, *rest = line;

	while ((word = strsep(&rest, " "))) {
		char *equals = strchr(word, '=');

		if (!equals)
			continue;
		*equals = '\0';
		take_member(&client, word, equals + 1);
	}
	return client;
}

static void count_in(struct redis_clients *clients, const struct redis_client *client)
{
	clients->total++;
	clients->by_kind[client->kind]++;
	clients->output_bytes += client->output_bytes;
	if (client->output_bytes > clients->output_bytes_max)
		clients->output_bytes_max = client->output_bytes;
	if (client->memory_bytes > clients->memory_bytes_max)
		clients->memory_bytes_max = client->memory_bytes;
	if (client->idle_s > clients->idle_s_max)
		clients->idle_s_max = client->idle_s;
}

static int larger_first(const void *a, const void *b)
{
	const struct redis_client *left = a, *right = b;

	if (left->output_bytes != right->output_bytes)
		return left->output_bytes < right->output_bytes ? 1 : -1;
	if (left->memory_bytes != right->memory_bytes)
		return left->memory_bytes < right->memory_bytes ? 1 : -1;
	return strcmp(left->address, right->address);
}

void redis_clients_parse(struct redis_clients *ret, const char *text, size_t length, struct arena *arena)
{
	char *copy = arena_alloc(arena, length + 1), *line, *rest = copy;
	size_t lines = 1, used = 0;

	*ret = (struct redis_clients){ .items = NULL };
	for (size_t i = 0; i < length; i++) {
		copy[i] = text[i] ? text[i] : ' ';
		lines += text[i] == '\n';
	}
	if (lines > CLIENTS_MAX)
		lines = CLIENTS_MAX;
	ret->items = arena_array(arena, lines, sizeof(*ret->items));
	while (used < lines && (line = strsep(&rest, "\n"))) {
		line[strcspn(line, "\r")] = '\0';
		if (!strchr(line, '='))
			continue;
		ret->items[used] = read_line(line);
		count_in(ret, &ret->items[used++]);
	}
	qsort(ret->items, used, sizeof(*ret->items), larger_first);
	ret->count = used < REDIS_CLIENTS_KEPT ? used : REDIS_CLIENTS_KEPT;
}
