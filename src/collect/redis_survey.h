/*
 * What one collection learned of a Redis server: INFO and the answers to a
 * few small questions, copied out of the replies, bounded. Only INFO is
 * needed; what was not answered is left out. Pure.
 */
#ifndef COLLECT_REDIS_SURVEY_H
#define COLLECT_REDIS_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "collect/redis_clients.h"
#include "collect/redis_info.h"
#include "loop/redis_reply.h"

struct redis_slow {
	int64_t id, time_s, usec;
	const char *command;              /* the words with spaces between them, cut */
	const char *client, *client_name; /* "" when not said */
};

struct redis_latency {
	const char *event;
	int64_t time_s, last_ms, max_ms;
};

struct redis_key {
	const char *name;
	const char *type; /* "list"; "" while not known, "none" when there is no such key */
	double size;      /* elements, or bytes of a string; NaN when not known */
	double value;     /* of a string that is a number; else NaN */
};

struct redis_survey {
	struct arena arena;
	int64_t time_ms;   /* wall */
	unsigned database; /* of the keys */
	struct redis_info info, cluster;
	double databases, max_clients, max_memory, io_threads; /* of CONFIG; NaN when not known */
	bool has_slow, has_latency, has_clients;
	double slow_length; /* entries in the slow log */
	struct redis_slow *slow;
	size_t slow_count;
	struct redis_latency *latency;
	size_t latency_count;
	struct redis_clients clients;
	struct redis_key *keys;
	size_t key_count;
};

void redis_survey_init(struct redis_survey *survey, int64_t time_ms, unsigned database);
void redis_survey_release(struct redis_survey *survey);

/* INFO's reply; -1 with the reason when it is an error, or nothing that looks like INFO. */
int redis_survey_info(struct redis_survey *survey, const struct redis_reply *reply, char *reason, size_t size);

/* The others pass over errors and replies of another shape. */
void redis_survey_cluster(struct redis_survey *survey, const struct redis_reply *reply);
void redis_survey_config(struct redis_survey *survey, const struct redis_reply *reply);
void redis_survey_slow_length(struct redis_survey *survey, const struct redis_reply *reply);
void redis_survey_slow(struct redis_survey *survey, const struct redis_reply *reply);
void redis_survey_latency(struct redis_survey *survey, const struct redis_reply *reply);
void redis_survey_clients(struct redis_survey *survey, const struct redis_reply *reply);

#endif
