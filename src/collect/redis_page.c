#include "collect/redis_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collect/redis_metrics.h"
#include "collect/redis_page_private.h"

#define DATABASES_SHOWN 64 /* databases without keys are said to have none, up to here */

static const char up_help[] = "1 when the server answers";

static void add_table(struct metric_page *page, const struct redis_info *info)
{
	for (size_t i = 0; i < redis_metric_count; i++) {
		const struct redis_metric *metric = &redis_metrics[i];
		const char *value = redis_info_get(info, metric->field);
		double number;

		if (!value || !redis_info_number(value, &number))
			continue;
		metric_page_family(page, metric->name, metric->type, metric->help);
		metric_page_add_value(page, metric->name, number / metric->divisor);
	}
}

static void add_instance(struct metric_page *page, const struct redis_survey *survey)
{
	static const char *const fields[][2] = {
		{ "maxmemory_policy", "maxmemory_policy" },
		{ "os", "os" },
		{ "process_id", "process_id" },
		{ "redis_build_id", "redis_build_id" },
		{ "redis_mode", "redis_mode" },
		{ "redis_version", "redis_version" },
		{ "role", "role" },
		{ "run_id", "run_id" },
		{ "tcp_port", "tcp_port" },
	};
	struct label labels[sizeof(fields) / sizeof(fields[0])];
	size_t count = 0;
	double uptime = redis_info_get_number(&survey->info, "uptime_in_seconds", NAN);
	double now_s = redis_info_get_number(&survey->info, "server_time_usec", (double)survey->time_ms * 1e3) / 1e6;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		labels[count++] = (struct label){ fields[i][0], redis_info_get(&survey->info, fields[i][1]) };
	metric_page_family(page, "redis_instance_info", "gauge", "what runs there");
	metric_page_add(page, "redis_instance_info", labels, count, 1);
	if (!isnan(uptime))
		metric_page_gauge(page, "redis_start_time_seconds", "when the server started", floor(now_s) - uptime);
}

static void add_config(struct metric_page *page, const struct redis_survey *survey)
{
	const struct {
		const char *name, *help;
		double value;
	} settings[] = {
		{ "redis_config_io_threads", "the setting io-threads", survey->io_threads },
		{ "redis_config_maxclients", "the setting maxclients", survey->max_clients },
		{ "redis_config_maxmemory", "the setting maxmemory", survey->max_memory },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (!isnan(settings[i].value))
			metric_page_gauge(page, settings[i].name, settings[i].help, settings[i].value);
}

/* One family of samples from the members of all fields of a section that begin with `prefix`. */
struct family {
	const char *section, *prefix, *label, *member, *name, *type, *help;
	double divisor;
};

static void add_family(struct metric_page *page, const struct redis_info *info, const struct family *family)
{
	bool begun = false;

	for (size_t i = 0; i < info->count; i++) {
		const char *what = redis_info_after(info->fields[i].name, family->prefix);
		double number;

		if (!what || strcmp(info->fields[i].section, family->section) != 0 ||
		    !redis_info_pair_number(info->fields[i].value, family->member, &number))
			continue;
		if (!begun)
			metric_page_family(page, family->name, family->type, family->help);
		begun = true;
		metric_page_add_label(page, family->name, family->label, what, number / family->divisor);
	}
}

static void add_commands(struct metric_page *page, const struct redis_info *info)
{
	static const struct family families[] = {
		{ "Commandstats", "cmdstat_", "cmd", "calls", "redis_commands_total", "counter",
		  "calls of each command", 1 },
		{ "Commandstats", "cmdstat_", "cmd", "usec", "redis_commands_duration_seconds_total", "counter",
		  "seconds spent in each command", 1e6 },
		{ "Commandstats", "cmdstat_", "cmd", "rejected_calls", "redis_commands_rejected_calls_total", "counter",
		  "calls refused before the command ran", 1 },
		{ "Commandstats", "cmdstat_", "cmd", "failed_calls", "redis_commands_failed_calls_total", "counter",
		  "calls that failed while the command ran", 1 },
		{ "Errorstats", "errorstat_", "err", "count", "redis_errors_total", "counter",
		  "errors answered, by their first word", 1 },
	};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		add_family(page, info, &families[i]);
}

/* Both sections list the commands in one order: the search goes on where the last one ended. */
static const char *command_statistics(const struct redis_info *info, const char *command, size_t *cursor)
{
	for (size_t i = 0; i < info->count; i++) {
		size_t at = (*cursor + i) % info->count;
		const char *what = redis_info_after(info->fields[at].name, "cmdstat_");

		if (what && strcmp(what, command) == 0) {
			*cursor = at + 1;
			return info->fields[at].value;
		}
	}
	return NULL;
}

/* "p50=4.015,p99=4.015,p99.9=4.015" */
static void add_quantiles(struct metric_page *page, const char *name, const char *command, const char *value)
{
	char copy[512], *rest = copy, *pair;

	snprintf(copy, sizeof(copy), "%s", value);
	while ((pair = strsep(&rest, ","))) {
		char *equals = strchr(pair, '=');
		double number;

		if (pair[0] != 'p' || !equals || !redis_info_number(equals + 1, &number))
			continue;
		*equals = '\0';
		metric_page_add(page, name, (struct label[]){ { "cmd", command }, { "quantile", pair + 1 } }, 2,
				number);
	}
}

static void add_latencies(struct metric_page *page, const struct redis_info *info)
{
	static const char name[] = "redis_latency_percentiles_usec";
	size_t cursor = 0;
	bool begun = false;

	for (size_t i = 0; i < info->count; i++) {
		const char *command = redis_info_after(info->fields[i].name, "latency_percentiles_usec_");
		const char *statistics;
		double usec, calls;

		if (!command)
			continue;
		if (!begun)
			metric_page_family(page, name, "summary", "microseconds a command takes, by percentile");
		begun = true;
		add_quantiles(page, name, command, info->fields[i].value);
		statistics = command_statistics(info, command, &cursor);
		if (!statistics || !redis_info_pair_number(statistics, "usec", &usec) ||
		    !redis_info_pair_number(statistics, "calls", &calls))
			continue;
		metric_page_add_label(page, "redis_latency_percentiles_usec_sum", "cmd", command, usec);
		metric_page_add_label(page, "redis_latency_percentiles_usec_count", "cmd", command, calls);
	}
}

/* Of each database the server has; those without keys are not in INFO. */
static void add_databases(struct metric_page *page, const struct redis_survey *survey, const char *name,
			  const char *member, const char *help)
{
	const struct redis_info *info = &survey->info;
	int databases = isnan(survey->databases) ? 0 : (int)fmin(fmax(survey->databases, 0), DATABASES_SHOWN);

	metric_page_family(page, name, "gauge", help);
	for (size_t i = 0; i < info->count; i++) {
		double number;

		if (strcmp(info->fields[i].section, "Keyspace") == 0 &&
		    redis_info_pair_number(info->fields[i].value, member, &number))
			metric_page_add_label(page, name, "db", info->fields[i].name, number);
	}
	for (int i = 0; i < databases; i++) {
		char database[16];

		snprintf(database, sizeof(database), "db%d", i);
		if (!redis_info_get(info, database))
			metric_page_add_label(page, name, "db", database, 0);
	}
}

static void add_keyspace(struct metric_page *page, const struct redis_survey *survey)
{
	/* No prefix: "db0" is the label. */
	static const struct family ttl = { "Keyspace",
					   "",
					   "db",
					   "avg_ttl",
					   "redis_db_avg_ttl_seconds",
					   "gauge",
					   "average time to live of the keys that expire",
					   1e3 };

	add_databases(page, survey, "redis_db_keys", "keys", "keys of each database");
	add_databases(page, survey, "redis_db_keys_expiring", "expires", "keys that will expire");
	add_family(page, &survey->info, &ttl);
}

void redis_page_add_down(struct metric_page *page)
{
	metric_page_gauge(page, "redis_up", up_help, 0);
}

void redis_page_add(struct metric_page *page, const struct redis_survey *survey)
{
	metric_page_gauge(page, "redis_up", up_help, 1);
	add_instance(page, survey);
	add_table(page, &survey->info);
	add_table(page, &survey->cluster);
	add_config(page, survey);
	add_commands(page, &survey->info);
	add_latencies(page, &survey->info);
	add_keyspace(page, survey);
	redis_page_add_replication(page, &survey->info);
	redis_page_add_extras(page, survey);
}
