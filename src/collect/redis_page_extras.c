/* Of the page: replication, and what is asked for beside INFO. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collect/redis_page_private.h"

/* "slave0:ip=10.0.0.5,port=6379,state=online,offset=130,lag=0" */
static void add_replicas(struct metric_page *page, const struct redis_info *info, const char *name, const char *member,
			 const char *help)
{
	bool begun = false;

	for (size_t i = 0; i < info->count; i++) {
		const char *number_text = redis_info_after(info->fields[i].name, "slave");
		const char *value = info->fields[i].value;
		char ip[128], port[16], state[32] = "";
		double number;

		if (!number_text || !*number_text || strspn(number_text, "0123456789") != strlen(number_text) ||
		    !redis_info_pair(value, "ip", ip, sizeof(ip)) ||
		    !redis_info_pair(value, "port", port, sizeof(port)) ||
		    !redis_info_pair_number(value, member, &number))
			continue;
		redis_info_pair(value, "state", state, sizeof(state));
		if (!begun)
			metric_page_family(page, name, "gauge", help);
		begun = true;
		metric_page_add(page, name,
				(struct label[]){
					{ "slave_ip", ip }, { "slave_port", port }, { "slave_state", state } },
				3, number);
	}
}

/* What a replica says of its master. */
static void add_master(struct metric_page *page, const struct redis_info *info)
{
	static const struct {
		const char *field, *name, *help;
	} members[] = {
		{ "master_link_status", "redis_master_link_up", "1 while the link to the master is up" },
		{ "master_last_io_seconds_ago", "redis_master_last_io_seconds_ago",
		  "seconds since the master was last heard; -1: the link is down" },
		{ "master_sync_in_progress", "redis_master_sync_in_progress",
		  "1 while the master's data is taken over" },
		{ "slave_repl_offset", "redis_slave_repl_offset", "offset up to which this replica has followed" },
		{ "slave_read_repl_offset", "redis_slave_read_repl_offset",
		  "offset up to which this replica has read" },
	};
	const char *host = redis_info_get(info, "master_host"), *port = redis_info_get(info, "master_port");
	struct label labels[] = { { "master_host", host },
				  { "master_port", port },
				  { "read_only", redis_info_get(info, "slave_read_only") } };

	if (!host || !port)
		return;
	metric_page_family(page, "redis_slave_info", "gauge", "whose replica this is");
	metric_page_add(page, "redis_slave_info", labels, 3, 1);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *value = redis_info_get(info, members[i].field);
		double number;

		if (!value || !redis_info_number(value, &number))
			continue;
		metric_page_family(page, members[i].name, "gauge", members[i].help);
		metric_page_add(page, members[i].name, labels, 2, number);
	}
}

void redis_page_add_replication(struct metric_page *page, const struct redis_info *info)
{
	add_replicas(page, info, "redis_connected_slave_offset_bytes", "offset", "offset each replica has confirmed");
	add_replicas(page, info, "redis_connected_slave_lag_seconds", "lag",
		     "seconds since each replica last confirmed");
	add_master(page, info);
}

static void add_slow(struct metric_page *page, const struct redis_survey *survey)
{
	const struct redis_slow *last = survey->slow_count ? &survey->slow[0] : NULL;

	metric_page_gauge(page, "redis_slowlog_length", "entries in the slow log", survey->slow_length);
	metric_page_gauge(page, "redis_slowlog_last_id", "id of its youngest entry", last ? (double)last->id : 0);
	metric_page_gauge(page, "redis_last_slow_execution_duration_seconds", "duration of its youngest entry",
			  last ? (double)last->usec / 1e6 : 0);
}

static void add_latency(struct metric_page *page, const struct redis_survey *survey)
{
	static const struct {
		const char *name, *help;
	} families[] = {
		{ "redis_latency_spike_last", "when the event was last slow" },
		{ "redis_latency_spike_duration_seconds", "how long it took then" },
		{ "skep_redis_latency_spike_max_seconds", "how long it took at most" },
	};

	for (size_t i = 0; survey->latency_count && i < sizeof(families) / sizeof(families[0]); i++) {
		metric_page_family(page, families[i].name, "gauge", families[i].help);
		for (size_t j = 0; j < survey->latency_count; j++) {
			const struct redis_latency *event = &survey->latency[j];
			double values[] = { (double)event->time_s, (double)event->last_ms / 1e3,
					    (double)event->max_ms / 1e3 };

			metric_page_add_label(page, families[i].name, "event_name", event->event, values[i]);
		}
	}
}

static void add_clients(struct metric_page *page, const struct redis_clients *clients)
{
	metric_page_family(page, "skep_redis_clients", "gauge", "clients by what they are");
	for (int kind = 0; kind < REDIS_CLIENT_KINDS; kind++)
		metric_page_add_label(page, "skep_redis_clients", "kind", redis_client_kind_name(kind),
				      (double)clients->by_kind[kind]);
	metric_page_gauge(page, "skep_redis_client_output_bytes", "what waits to be sent, all clients together",
			  clients->output_bytes);
	metric_page_gauge(page, "skep_redis_client_output_max_bytes", "what waits for the client with the most",
			  clients->output_bytes_max);
	metric_page_gauge(page, "skep_redis_client_memory_max_bytes", "memory of the largest client",
			  clients->memory_bytes_max);
	metric_page_gauge(page, "skep_redis_client_idle_max_seconds", "idle time of the client that is idle longest",
			  clients->idle_s_max);
}

static void add_keys(struct metric_page *page, const struct redis_survey *survey)
{
	static const struct {
		const char *name, *help;
	} families[] = {
		{ "skep_redis_key_exists", "1 when there is such a key" },
		{ "redis_key_size", "its elements, or the bytes of a string" },
		{ "redis_key_value", "the number that a string holds" },
	};
	char database[16];

	snprintf(database, sizeof(database), "db%u", survey->database);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		bool begun = false;

		for (size_t j = 0; j < survey->key_count; j++) {
			const struct redis_key *key = &survey->keys[j];
			double values[] = { *key->type ? strcmp(key->type, "none") != 0 : NAN, key->size, key->value };

			if (isnan(values[i]))
				continue;
			if (!begun)
				metric_page_family(page, families[i].name, "gauge", families[i].help);
			begun = true;
			metric_page_add(page, families[i].name,
					(struct label[]){ { "db", database }, { "key", key->name } }, 2, values[i]);
		}
	}
}

void redis_page_add_extras(struct metric_page *page, const struct redis_survey *survey)
{
	if (survey->has_slow)
		add_slow(page, survey);
	if (survey->has_latency)
		add_latency(page, survey);
	if (survey->has_clients)
		add_clients(page, &survey->clients);
	add_keys(page, survey);
}
