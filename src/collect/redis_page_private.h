/* What the files of the Redis page share. */
#ifndef COLLECT_REDIS_PAGE_PRIVATE_H
#define COLLECT_REDIS_PAGE_PRIVATE_H

#include "collect/redis_page.h"

void redis_page_add_replication(struct metric_page *page, const struct redis_info *info);
void redis_page_add_extras(struct metric_page *page, const struct redis_survey *survey);

#endif
