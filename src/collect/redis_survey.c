#include "collect/redis_survey.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"

#define SLOW_ENTRIES_MAX   1000
#define SLOW_COMMAND_BYTES 300
#define LATENCY_EVENTS_MAX 100

void redis_survey_init(struct redis_survey *survey, int64_t time_ms, unsigned database)
{
	*survey = (struct redis_survey){ .time_ms = time_ms,
					 .database = database,
					 .databases = NAN,
					 .max_clients = NAN,
					 .max_memory = NAN,
					 .io_threads = NAN };
	arena_init(&survey->arena);
}

void redis_survey_release(struct redis_survey *survey)
{
	redis_info_release(&survey->info);
	redis_info_release(&survey->cluster);
	arena_release(&survey->arena);
}

int redis_survey_info(struct redis_survey *survey, const struct redis_reply *reply, char *reason, size_t size)
{
	if (reply->kind == REDIS_KIND_ERROR) {
		redis_reply_words(reply->text, reason, size);
		return -1;
	}
	redis_info_release(&survey->info);
	redis_info_parse(&survey->info, reply->text, reply->kind == REDIS_KIND_TEXT ? reply->length : 0);
	if (redis_info_get(&survey->info, "redis_version") || redis_info_get(&survey->info, "uptime_in_seconds"))
		return 0;
	snprintf(reason, size, "the answer to INFO is not Redis's");
	return -1;
}

void redis_survey_cluster(struct redis_survey *survey, const struct redis_reply *reply)
{
	if (reply->kind != REDIS_KIND_TEXT)
		return;
	redis_info_release(&survey->cluster);
	redis_info_parse(&survey->cluster, reply->text, reply->length);
}

void redis_survey_config(struct redis_survey *survey, const struct redis_reply *reply)
{
	const struct {
		const char *name;
		double *ret;
	} wanted[] = {
		{ "databases", &survey->databases },
		{ "maxclients", &survey->max_clients },
		{ "maxmemory", &survey->max_memory },
		{ "io-threads", &survey->io_threads },
	};

	for (size_t i = 0; reply->kind == REDIS_KIND_LIST && i + 1 < reply->count; i += 2)
		for (size_t j = 0; j < sizeof(wanted) / sizeof(wanted[0]); j++)
			if (strcmp(reply->items[i].text, wanted[j].name) == 0)
				redis_info_number(reply->items[i + 1].text, wanted[j].ret);
}

void redis_survey_slow_length(struct redis_survey *survey, const struct redis_reply *reply)
{
	if (reply->kind != REDIS_KIND_INTEGER)
		return;
	survey->has_slow = true;
	survey->slow_length = (double)reply->integer;
}

static const char *join_words(const struct redis_reply *words, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	for (size_t i = 0; words->kind == REDIS_KIND_LIST && i < words->count; i++) {
		strbuf_addstr(&text, i ? " " : "");
		strbuf_addstr(&text, words->items[i].text);
		if (text.length > SLOW_COMMAND_BYTES) {
			strbuf_truncate(&text, SLOW_COMMAND_BYTES);
			strbuf_addstr(&text, "...");
			break;
		}
	}
	copy = arena_strndup(arena, text.text, text.length);
	strbuf_release(&text);
	return copy;
}

/* Each entry: id, time, duration, the command's words; since Redis 4 the client and its name, too. */
void redis_survey_slow(struct redis_survey *survey, const struct redis_reply *reply)
{
	size_t count = reply->kind == REDIS_KIND_LIST ? reply->count : 0;

	if (count > SLOW_ENTRIES_MAX)
		count = SLOW_ENTRIES_MAX;
	survey->slow = arena_array(&survey->arena, count + 1, sizeof(*survey->slow));
	survey->slow_count = count;
	for (size_t i = 0; i < count; i++) {
		const struct redis_reply *entry = &reply->items[i];

		survey->slow[i] = (struct redis_slow){
			.id = redis_reply_integer(redis_reply_item(entry, 0), 0),
			.time_s = redis_reply_integer(redis_reply_item(entry, 1), 0),
			.usec = redis_reply_integer(redis_reply_item(entry, 2), 0),
			.command = join_words(redis_reply_item(entry, 3), &survey->arena),
			.client = arena_strdup(&survey->arena, redis_reply_item(entry, 4)->text),
			.client_name = arena_strdup(&survey->arena, redis_reply_item(entry, 5)->text),
		};
	}
}

void redis_survey_latency(struct redis_survey *survey, const struct redis_reply *reply)
{
	size_t count = reply->kind == REDIS_KIND_LIST ? reply->count : 0;

	survey->has_latency = reply->kind == REDIS_KIND_LIST;
	if (count > LATENCY_EVENTS_MAX)
		count = LATENCY_EVENTS_MAX;
	survey->latency = arena_array(&survey->arena, count + 1, sizeof(*survey->latency));
	survey->latency_count = count;
	for (size_t i = 0; i < count; i++) {
		const struct redis_reply *event = &reply->items[i];

		survey->latency[i] = (struct redis_latency){
			.event = arena_strdup(&survey->arena, redis_reply_item(event, 0)->text),
			.time_s = redis_reply_integer(redis_reply_item(event, 1), 0),
			.last_ms = redis_reply_integer(redis_reply_item(event, 2), 0),
			.max_ms = redis_reply_integer(redis_reply_item(event, 3), 0),
		};
	}
}

void redis_survey_clients(struct redis_survey *survey, const struct redis_reply *reply)
{
	if (reply->kind != REDIS_KIND_TEXT)
		return;
	survey->has_clients = true;
	redis_clients_parse(&survey->clients, reply->text, reply->length, &survey->arena);
}
