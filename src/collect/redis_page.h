/* A survey of a Redis server as samples, named as redis_exporter names them; what it has no name for is skep_redis_*.
 */
#ifndef COLLECT_REDIS_PAGE_H
#define COLLECT_REDIS_PAGE_H

#include "collect/metric_page.h"
#include "collect/redis_survey.h"

/* redis_up and everything else. */
void redis_page_add(struct metric_page *page, const struct redis_survey *survey);

/* redis_up of a server that did not answer: 0. */
void redis_page_add_down(struct metric_page *page);

#endif
