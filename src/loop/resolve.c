#include "loop/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

#define KEEP_GOOD_MS  (60 * CLOCK_SECOND)
#define KEEP_BAD_MS   (5 * CLOCK_SECOND)
#define ADDRESSES_MAX 16
#define NAMES_MAX     256
#define NAME_LENGTH   253 /* RFC 1035 */

/*
 * How many look-ups run at once. Each can hang for many seconds: so many that
 * names of a dead server do not stand in the way of those that resolve, and so
 * few that files and disks have threads of their lane left.
 */
#define LOOKUPS_RUNNING_MAX (POOL_WAITING_MAX / 2)

static const char unresolved[] = "name does not resolve";

struct addresses {
	char *items[ADDRESSES_MAX];
	size_t count;
};

/* One name. Known until `until_ms`; while nobody waits for it and it is over age, it may be forgotten. */
struct name {
	char *host;
	struct addresses addresses;
	bool known, wanted; /* wanted: waits for its turn to be looked up */
	int64_t until_ms;
	struct job *job;
	struct resolver *resolver;
	size_t waiting;
};

struct lookup {
	struct resolver *resolver;
	struct name *name;
	lookup_fn *fn;
	void *user;
	uint64_t number;
	struct lookup *next;
};

struct resolver {
	struct pool *pool;
	struct map names;
	struct lookup *first, **end;
	uint64_t asked;
	unsigned running;
	struct timer *deliver;
};

/* What the worker has for itself. */
struct search {
	char *host;
	struct addresses addresses;
};

static void addresses_release(struct addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++)
		free(addresses->items[i]);
	addresses->count = 0;
}

static void addresses_add(struct addresses *addresses, const struct addrinfo *info)
{
	char text[NI_MAXHOST];

	if (addresses->count == ADDRESSES_MAX || (info->ai_family != AF_INET && info->ai_family != AF_INET6))
		return;
	if (getnameinfo(info->ai_addr, info->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST))
		return;
	for (size_t i = 0; i < addresses->count; i++)
		if (strcmp(addresses->items[i], text) == 0)
			return;
	addresses->items[addresses->count++] = mem_strdup(text);
}

static void addresses_find(struct addresses *addresses, const char *host, int flags)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = flags };
	struct addrinfo *found = NULL;

	if (getaddrinfo(host, NULL, &hints, &found))
		return;
	for (const struct addrinfo *info = found; info; info = info->ai_next)
		addresses_add(addresses, info);
	freeaddrinfo(found);
}

static void search_work(void *state)
{
	struct search *search = state;

	addresses_find(&search->addresses, search->host, 0);
}

static void name_learn(struct name *name, struct addresses *addresses)
{
	addresses_release(&name->addresses);
	name->addresses = *addresses;
	addresses->count = 0;
	name->known = true;
	name->until_ms = clock_monotonic_ms() + (name->addresses.count ? KEEP_GOOD_MS : KEEP_BAD_MS);
	timer_start(name->resolver->deliver, 0);
}

static void start_wanted(struct resolver *resolver);

static void search_done(void *state, void *user)
{
	struct search *search = state;
	struct name *name = user;
	struct resolver *resolver = name->resolver;

	name->job = NULL;
	name_learn(name, &search->addresses);
	resolver->running--;
	start_wanted(resolver);
}

static void search_drop(void *state)
{
	struct search *search = state;

	addresses_release(&search->addresses);
	free(search->host);
	free(search);
}

static const struct job_ops search_ops = {
	.work = search_work, .done = search_done, .drop = search_drop, .waits = true
};

static void name_search(struct name *name)
{
	struct search *search = mem_zalloc(sizeof(*search));
	struct addresses none = { .count = 0 };

	name->wanted = false;
	search->host = mem_strdup(name->host);
	name->job = pool_submit(name->resolver->pool, &search_ops, search, name, NULL);
	if (name->job) {
		name->resolver->running++;
		return;
	}
	search_drop(search);
	name_learn(name, &none);
}

/* The next name in the order of asking, as long as look-ups may run. */
static void start_wanted(struct resolver *resolver)
{
	for (struct lookup *lookup = resolver->first; lookup; lookup = lookup->next) {
		if (resolver->running >= LOOKUPS_RUNNING_MAX)
			return;
		if (lookup->name->wanted)
			name_search(lookup->name);
	}
}

static void lookup_forget(struct lookup *lookup)
{
	struct resolver *resolver = lookup->resolver;
	struct lookup **link = &resolver->first;

	while (*link != lookup)
		link = &(*link)->next;
	*link = lookup->next;
	if (!*link)
		resolver->end = link;
	lookup->name->waiting--;
}

/* Callbacks may ask and cancel, so the walk starts anew after each; what they ask is for the next turn. */
static void on_deliver(void *user)
{
	struct resolver *resolver = user;
	uint64_t last = resolver->asked;
	struct lookup *lookup;

	for (;;) {
		struct name *name;

		/* What was delivered is off the list, which the analyzer does not see. */
		for (lookup = resolver->first; lookup; lookup = lookup->next)
			/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
			if (lookup->name->known && lookup->number <= last)
				break;
		if (!lookup)
			return;
		name = lookup->name;
		lookup_forget(lookup);
		name->waiting++; /* keep it while the callback reads it */
		lookup->fn(lookup->user, (const char *const *)name->addresses.items, name->addresses.count,
			   name->addresses.count ? "" : unresolved);
		name->waiting--;
		free(lookup);
	}
}

struct resolver *resolver_new(struct loop *loop, struct pool *pool)
{
	struct resolver *resolver = mem_zalloc(sizeof(*resolver));

	resolver->pool = pool;
	resolver->end = &resolver->first;
	map_init(&resolver->names);
	resolver->deliver = timer_new(loop, on_deliver, resolver);
	return resolver;
}

static void name_free(void *value)
{
	struct name *name = value;

	if (name->job)
		job_cancel(name->job);
	addresses_release(&name->addresses);
	free(name->host);
	free(name);
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	timer_free(resolver->deliver);
	while (resolver->first) {
		struct lookup *lookup = resolver->first;

		resolver->first = lookup->next;
		free(lookup);
	}
	map_release(&resolver->names, name_free);
	free(resolver);
}

struct pool *resolver_pool(struct resolver *resolver)
{
	return resolver->pool;
}

/* Make room: forget one name that nobody waits for. */
static void forget_one(struct resolver *resolver)
{
	for (size_t i = 0; i < resolver->names.capacity; i++) {
		struct name *name = resolver->names.entries[i].value;

		if (!resolver->names.entries[i].key || name->waiting || name->job)
			continue;
		map_remove(&resolver->names, name->host);
		name_free(name);
		return;
	}
}

static struct name *name_find(struct resolver *resolver, const char *host)
{
	struct name *name = map_get(&resolver->names, host);

	if (name)
		return name;
	if (resolver->names.count >= NAMES_MAX)
		forget_one(resolver);
	name = mem_zalloc(sizeof(*name));
	name->host = mem_strdup(host);
	name->resolver = resolver;
	map_set(&resolver->names, host, name);
	return name;
}

struct lookup *resolver_ask(struct resolver *resolver, const char *host, lookup_fn *fn, void *user)
{
	struct lookup *lookup = mem_zalloc(sizeof(*lookup));
	struct name *name = name_find(resolver, host);
	struct addresses numeric = { .count = 0 };
	size_t length = strlen(host);

	*lookup = (struct lookup){
		.resolver = resolver, .name = name, .fn = fn, .user = user, .number = ++resolver->asked
	};
	*resolver->end = lookup;
	resolver->end = &lookup->next;
	name->waiting++;
	if (name->known && clock_monotonic_ms() < name->until_ms) {
		timer_start(resolver->deliver, 0);
		return lookup;
	}
	if (name->job || name->wanted)
		return lookup;
	name->known = false;
	if (length && length <= NAME_LENGTH)
		addresses_find(&numeric, host, AI_NUMERICHOST); /* never asks the network */
	if (numeric.count || !length || length > NAME_LENGTH) {
		name_learn(name, &numeric);
		return lookup;
	}
	name->wanted = true;
	start_wanted(resolver);
	return lookup;
}

/* A look-up that runs goes on: its answer is kept for the next who asks. */
void lookup_cancel(struct lookup *lookup)
{
	if (!lookup)
		return;
	if (lookup->name->waiting == 1)
		lookup->name->wanted = false;
	lookup_forget(lookup);
	free(lookup);
}
