#include "query/auto_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/loop.h"

struct name {
	enum name_fact fact;
	bool wanted;         /* to be asked for */
	bool asking;         /* part of the question that runs */
	int64_t answered_ms; /* monotonic */
};

struct auto_names {
	struct loop *loop;
	struct query_engine *server;
	void (*on_change)(void *user);
	void *user;
	struct map names; /* -> struct name */
	struct query *query;
	struct timer *flush;
	int64_t from_ms; /* the earliest time any wanted name is asked for */
};

static bool is_plain(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:")];
}

static void settle(struct auto_names *names, bool answered)
{
	int64_t now_ms = loop_monotonic_ms(names->loop);

	for (size_t i = 0; i < names->names.capacity; i++) {
		struct name *name = names->names.entries[i].value;

		if (!names->names.entries[i].key || !name->asking)
			continue;
		name->asking = false;
		name->answered_ms = now_ms;
		if (answered)
			name->fact = NAME_MISSING;
		else if (name->fact == NAME_ASKED)
			name->fact = NAME_UNSURE;
	}
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct auto_names *names = user;

	names->query = NULL;
	settle(names, answer->status == QUERY_OK);
	for (size_t i = 0; answer->status == QUERY_OK && i < answer->matrix->count; i++) {
		const char *text = labels_get(&answer->matrix->series[i].labels, "__name__");
		struct name *name = text ? map_get(&names->names, text) : NULL;

		if (name)
			name->fact = NAME_KNOWN;
	}
	timer_start(names->flush, 0); /* for those that did not fit */
	names->on_change(names->user);
}

/* `{__name__=~"a|b"}`: plain names hold nothing that a regular expression minds. */
static void on_flush(void *user)
{
	struct auto_names *names = user;
	struct strbuf selector = STRBUF_INIT;
	size_t count = 0;

	if (names->query)
		return;
	strbuf_addstr(&selector, "{__name__=~\"");
	for (size_t i = 0; i < names->names.capacity && count < AUTO_NAMES_REQUEST; i++) {
		struct map_entry *entry = &names->names.entries[i];
		struct name *name = entry->value;

		if (!entry->key || !name->wanted)
			continue;
		strbuf_addf(&selector, "%s%s", count++ ? "|" : "", entry->key);
		name->wanted = false;
		name->asking = true;
	}
	strbuf_addstr(&selector, "\"}");
	if (count)
		names->query = query_label_values(names->server, "__name__", selector.text, names->from_ms,
						  loop_wall_now_ms(names->loop), on_answer, names);
	strbuf_release(&selector);
}

struct auto_names *auto_names_new(struct loop *loop, struct query_engine *server, void (*on_change)(void *user),
				  void *user)
{
	struct auto_names *names = mem_zalloc(sizeof(*names));

	names->loop = loop;
	names->server = server;
	names->on_change = on_change;
	names->user = user;
	names->flush = timer_new(loop, on_flush, names);
	names->from_ms = INT64_MAX;
	map_init(&names->names);
	return names;
}

void auto_names_free(struct auto_names *names)
{
	if (!names)
		return;
	query_cancel(names->query);
	timer_free(names->flush);
	map_release(&names->names, free);
	free(names);
}

static bool is_old(const struct auto_names *names, const struct name *name)
{
	int64_t kept_ms = name->fact == NAME_UNSURE ? AUTO_NAMES_AGAIN_MS : AUTO_NAMES_KEPT_MS;

	return loop_monotonic_ms(names->loop) - name->answered_ms > kept_ms;
}

enum name_fact auto_names_look_up(struct auto_names *names, const char *text, int64_t from_ms)
{
	struct name *name = map_get(&names->names, text);

	if (!name) {
		if (names->names.count >= AUTO_NAMES_MAX || !is_plain(text))
			return NAME_UNSURE;
		name = mem_zalloc(sizeof(*name));
		name->wanted = true;
		map_set(&names->names, text, name);
	} else if (name->fact != NAME_ASKED && !name->asking && is_old(names, name)) {
		name->wanted = true;
	}
	if (name->wanted) {
		if (from_ms < names->from_ms)
			names->from_ms = from_ms;
		timer_start(names->flush, 0);
	}
	return name->fact;
}

enum name_fact auto_names_recall(const struct auto_names *names, const char *text)
{
	const struct name *name = map_get(&names->names, text);

	return name && name->fact != NAME_ASKED ? name->fact : NAME_UNSURE;
}
