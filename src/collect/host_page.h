/*
 * What a machine's texts say, as samples under node_exporter's names. One
 * parser each for what node_exporter calls its collectors; one whose text is
 * missing adds nothing. Pure: any thread.
 */
#ifndef COLLECT_HOST_PAGE_H
#define COLLECT_HOST_PAGE_H

#include "collect/host_text.h"
#include "collect/metric_page.h"

/* All of them, but for file systems (host_mount.h), with node_scrape_collector_success and its duration for each. */
void host_page_add(struct metric_page *page, const struct host_texts *texts);

/* The parsers; each says whether its text had something. */
bool host_add_loadavg(struct metric_page *page, const struct host_texts *texts);
bool host_add_stat(struct metric_page *page, const struct host_texts *texts); /* switches, forks, boot time */
bool host_add_cpu(struct metric_page *page, const struct host_texts *texts);
bool host_add_meminfo(struct metric_page *page, const struct host_texts *texts);
bool host_add_vmstat(struct metric_page *page, const struct host_texts *texts);
bool host_add_pressure(struct metric_page *page, const struct host_texts *texts);
bool host_add_filefd(struct metric_page *page, const struct host_texts *texts);
bool host_add_sockstat(struct metric_page *page, const struct host_texts *texts);
bool host_add_netstat(struct metric_page *page, const struct host_texts *texts);
bool host_add_softnet(struct metric_page *page, const struct host_texts *texts);
bool host_add_arp(struct metric_page *page, const struct host_texts *texts);
bool host_add_schedstat(struct metric_page *page, const struct host_texts *texts);
bool host_add_conntrack(struct metric_page *page, const struct host_texts *texts);
bool host_add_diskstats(struct metric_page *page, const struct host_texts *texts);
bool host_add_netdev(struct metric_page *page, const struct host_texts *texts);
bool host_add_netclass(struct metric_page *page, const struct host_texts *texts);
bool host_add_uname(struct metric_page *page, const struct host_texts *texts);
bool host_add_os(struct metric_page *page, const struct host_texts *texts);
bool host_add_time(struct metric_page *page, const struct host_texts *texts);

#endif
