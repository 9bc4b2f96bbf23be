#include <math.h>
#include <stdio.h>

#include "sim/dryad_text.h"

/* What the exporters beside DRYAD say, under the names they have. */

enum { LABELS_SIZE = 160 };

static void add_sessions(const struct dryad *dryad, struct strbuf *ret)
{
	double active = fmin(DRYAD_SUM(dryad, pool_active), dryad->connections);
	char labels[LABELS_SIZE];
	const struct {
		const char *state;
		double count;
	} rows[] = {
		{ "active", active },
		{ "idle", fmax(dryad->connections - active - 1, 0) },
		{ "idle in transaction", dryad->connections > 1 },
	};

	dryad_text_family(ret, "pg_stat_activity_count", "gauge", "number of connections in this state");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(labels, sizeof(labels), "datname=\"dryad_db\",state=\"%s\"", rows[i].state);
		dryad_text_whole(ret, "pg_stat_activity_count", labels, rows[i].count);
	}
	dryad_text_family(ret, "pg_stat_activity_max_tx_duration", "gauge",
			  "max duration in seconds any active transaction has been running");
	dryad_text_real(ret, "pg_stat_activity_max_tx_duration", "datname=\"dryad_db\",state=\"active\"",
			dryad->query_age_s);
}

void dryad_page_postgres(const struct dryad *dryad, struct strbuf *ret)
{
	static const char *const names[] = { "xact_commit", "xact_rollback", "blks_read", "blks_hit", "deadlocks" };
	const double values[] = { dryad->commits, dryad->rollbacks, dryad->blocks_read, dryad->blocks_hit,
				  dryad->deadlocks };
	bool up = dryad_store_serves(dryad, DRYAD_POSTGRES);
	char name[64];

	dryad_text_gauge(ret, "pg_up", "Whether the last scrape of metrics from PostgreSQL was able to connect.", up);
	if (!up)
		return;
	add_sessions(dryad, ret);
	dryad_text_gauge(ret, "pg_settings_max_connections", "Maximum number of concurrent connections.",
			 DRYAD_CONNECTIONS_MAX);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "pg_stat_database_%s", names[i]);
		dryad_text_family(ret, name, "counter", "From pg_stat_database.");
		dryad_text_whole(ret, name, "datid=\"16384\",datname=\"dryad_db\"", values[i]);
	}
	dryad_text_family(ret, "pg_database_size_bytes", "gauge", "Disk space used by the database");
	dryad_text_whole(ret, "pg_database_size_bytes", "datname=\"dryad_db\"", dryad->database_bytes);
}

void dryad_page_redis(const struct dryad *dryad, struct strbuf *ret)
{
	bool up = dryad_store_serves(dryad, DRYAD_REDIS);

	dryad_text_gauge(ret, "redis_up", "Information about the Redis instance", up);
	if (!up)
		return;
	dryad_text_gauge(ret, "redis_uptime_in_seconds", "uptime_in_seconds metric",
			 floor((double)(dryad->stepped_ms - dryad->stores[DRYAD_REDIS].start_ms) / 1000));
	dryad_text_gauge(ret, "redis_connected_clients", "connected_clients metric",
			 floor(6 + 3 * dryad_serving(dryad) + DRYAD_SUM(dryad, rate) / 5));
	dryad_text_gauge(ret, "redis_memory_used_bytes", "memory_used_bytes metric", floor(dryad->redis_bytes));
	dryad_text_gauge(ret, "redis_memory_max_bytes", "memory_max_bytes metric", 2147483648.0);
	dryad_text_family(ret, "redis_db_keys", "gauge", "Total number of keys by DB");
	dryad_text_whole(ret, "redis_db_keys", "db=\"db0\"", dryad->redis_keys);
	dryad_text_counter(ret, "redis_commands_processed_total", "commands_processed_total metric",
			   dryad->redis_commands);
	dryad_text_counter(ret, "redis_keyspace_hits_total", "keyspace_hits_total metric", dryad->redis_hits);
	dryad_text_counter(ret, "redis_keyspace_misses_total", "keyspace_misses_total metric", dryad->redis_misses);
	dryad_text_counter(ret, "redis_evicted_keys_total", "evicted_keys_total metric", dryad->redis_evicted);
}

static void add_cores(const struct dryad_host *host, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "node_cpu_seconds_total", "counter", "Seconds the CPUs spent in each mode.");
	for (int i = 0; i < DRYAD_CORES; i++) {
		const struct {
			const char *mode;
			double seconds;
		} rows[] = { { "idle", host->cpu_idle[i] },
			     { "iowait", host->cpu_iowait[i] },
			     { "system", host->cpu_system[i] },
			     { "user", host->cpu_user[i] } };

		for (size_t row = 0; row < 4; row++) {
			snprintf(labels, sizeof(labels), "cpu=\"%d\",mode=\"%s\"", i, rows[row].mode);
			dryad_text_real(ret, "node_cpu_seconds_total", labels, rows[row].seconds);
		}
	}
}

static void add_containers(const struct dryad *dryad, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "container_start_time_seconds", "gauge",
			  "Start time of the container since unix epoch.");
	for (unsigned i = 0; i < dryad->backend_count; i++) {
		snprintf(labels, sizeof(labels), "name=\"dryad-api-%u\"", i + 1);
		dryad_text_whole(ret, "container_start_time_seconds", labels,
				 (double)dryad->backends[i].start_ms / 1000);
	}
	dryad_text_family(ret, "container_memory_usage_bytes", "gauge", "Current memory usage in bytes.");
	for (unsigned i = 0; i < dryad->backend_count; i++) {
		snprintf(labels, sizeof(labels), "name=\"dryad-api-%u\"", i + 1);
		dryad_text_whole(ret, "container_memory_usage_bytes", labels, dryad->backends[i].resident_bytes);
	}
}

void dryad_page_node(const struct dryad *dryad, struct strbuf *ret)
{
	static const char disk[] = "device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/\"";
	const struct dryad_host *host = &dryad->host;
	double load = 0;

	add_cores(host, ret);
	for (int i = 0; i < DRYAD_CORES; i++)
		load += host->busy[i];
	dryad_text_gauge(ret, "node_load1", "1m load average.", load);
	dryad_text_gauge(ret, "node_memory_MemTotal_bytes", "Memory information field MemTotal_bytes.",
			 DRYAD_HOST_BYTES);
	dryad_text_gauge(ret, "node_memory_MemAvailable_bytes", "Memory information field MemAvailable_bytes.",
			 floor(DRYAD_HOST_BYTES - host->memory_used));
	dryad_text_gauge(ret, "node_memory_SwapTotal_bytes", "Memory information field SwapTotal_bytes.", 4e9);
	dryad_text_gauge(ret, "node_memory_SwapFree_bytes", "Memory information field SwapFree_bytes.",
			 floor(4e9 - fmin(host->swap_used, 4e9)));
	dryad_text_family(ret, "node_filesystem_size_bytes", "gauge", "Filesystem size in bytes.");
	dryad_text_whole(ret, "node_filesystem_size_bytes", disk, DRYAD_DISK_BYTES);
	dryad_text_family(ret, "node_filesystem_avail_bytes", "gauge", "Filesystem space available to non-root users.");
	dryad_text_whole(ret, "node_filesystem_avail_bytes", disk, DRYAD_DISK_BYTES - host->disk_used);
	dryad_text_family(ret, "node_disk_read_bytes_total", "counter", "The total number of bytes read successfully.");
	dryad_text_whole(ret, "node_disk_read_bytes_total", "device=\"sda\"", host->read_bytes);
	dryad_text_family(ret, "node_disk_written_bytes_total", "counter",
			  "The total number of bytes written successfully.");
	dryad_text_whole(ret, "node_disk_written_bytes_total", "device=\"sda\"", host->written_bytes);
	dryad_text_family(ret, "node_network_receive_bytes_total", "counter",
			  "Network device statistic receive_bytes.");
	dryad_text_whole(ret, "node_network_receive_bytes_total", "device=\"eth0\"", host->received);
	dryad_text_family(ret, "node_network_transmit_bytes_total", "counter",
			  "Network device statistic transmit_bytes.");
	dryad_text_whole(ret, "node_network_transmit_bytes_total", "device=\"eth0\"", host->sent);
	dryad_text_gauge(ret, "node_boot_time_seconds", "Node boot time, in unixtime.", (double)host->boot_ms / 1000);
	add_containers(dryad, ret);
}

void dryad_page_door(const struct dryad *dryad, struct strbuf *ret)
{
	bool open = dryad_store_serves(dryad, DRYAD_NGINX), expired = dryad->certificate_ends_ms <= dryad->stepped_ms;
	bool backend = dryad_serving(dryad) && !(dryad->push[PUSH_MAINTENANCE] > 0);

	dryad_text_gauge(ret, "probe_success", "Displays whether or not the probe was a success",
			 open && !expired && backend);
	dryad_text_gauge(ret, "probe_duration_seconds", "Returns how long the probe took to complete in seconds",
			 open ? 0.043 : 0.001);
	dryad_text_gauge(ret, "probe_http_status_code", "Response HTTP status code",
			 !open || expired ? 0
			 : backend        ? 200
					  : 502);
	if (open)
		dryad_text_gauge(ret, "probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime",
				 floor((double)dryad->certificate_ends_ms / 1000));
}
