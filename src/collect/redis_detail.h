/* A survey of a Redis server as tables for a person: slow log, clients, replication, key spaces, memory, latency. */
#ifndef COLLECT_REDIS_DETAIL_H
#define COLLECT_REDIS_DETAIL_H

#include "collect/detail.h"
#include "collect/redis_survey.h"

struct detail *redis_detail_new(const struct redis_survey *survey);

#endif
