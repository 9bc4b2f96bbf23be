#include "collect/redis_detail.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* When memory is said to be short, in percent of its limit. */
#define MEMORY_WARNING 80
#define MEMORY_BAD     95

/* Fragmentation of a small server means nothing: its program is larger than its data. */
#define FRAGMENTATION_BYTES   (64.0 * 1024 * 1024)
#define FRAGMENTATION_WARNING 1.5

#define OUTPUT_WARNING_BYTES (1024.0 * 1024)
#define OUTPUT_BAD_BYTES     (32.0 * 1024 * 1024)

struct text {
	char text[32];
};

static struct text bytes_text(double bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	struct text ret = { "" };
	size_t unit = 0;

	if (isnan(bytes))
		return ret;
	for (; fabs(bytes) >= 1024 && unit + 1 < LENGTH(units); unit++)
		bytes /= 1024;
	snprintf(ret.text, sizeof(ret.text), "%.*f %s", unit ? 1 : 0, bytes, units[unit]);
	return ret;
}

static struct text duration_text(double seconds)
{
	struct text ret = { "" };

	if (isnan(seconds) || seconds < 0 || seconds > 1e11)
		return ret;
	if (seconds < 1)
		snprintf(ret.text, sizeof(ret.text), seconds > 0 ? "%.0fms" : "%.0fs", seconds * 1e3);
	else
		duration_format((int64_t)(seconds * 1e3), ret.text, sizeof(ret.text));
	return ret;
}

static struct text age_text(const struct redis_survey *survey, int64_t time_s)
{
	double seconds = (double)survey->time_ms / 1e3 - (double)time_s;

	return duration_text(seconds > 0 ? seconds : 0);
}

static struct text usec_text(int64_t usec)
{
	struct text ret;

	if (usec < 1000)
		snprintf(ret.text, sizeof(ret.text), "%dus", (int)usec);
	else if (usec < 1000000)
		snprintf(ret.text, sizeof(ret.text), "%.1fms", (double)usec / 1e3);
	else
		ret = duration_text((double)usec / 1e6);
	return ret;
}

static void add_slow(struct detail *detail, const struct redis_survey *survey)
{
	static const struct detail_column columns[] = {
		{ "Ago", true, false },   { "Took", true, false },    { "Client", false, false },
		{ "Name", false, false }, { "Command", false, true },
	};
	struct detail_table *table = detail_add(detail, "Slow log", "nothing was slow", columns, LENGTH(columns));

	for (size_t i = 0; i < survey->slow_count; i++) {
		const struct redis_slow *slow = &survey->slow[i];
		struct detail_cell *row = detail_row(detail, table);
		enum detail_mood mood = slow->usec >= 1000000  ? DETAIL_BAD
					: slow->usec >= 100000 ? DETAIL_WARNING
							       : DETAIL_PLAIN;

		detail_cell(detail, row, 0, DETAIL_DIM, "%s", age_text(survey, slow->time_s).text);
		detail_cell(detail, row, 1, mood, "%s", usec_text(slow->usec).text);
		detail_cell(detail, row, 2, DETAIL_PLAIN, "%s", slow->client);
		detail_cell(detail, row, 3, DETAIL_PLAIN, "%s", slow->client_name);
		detail_cell(detail, row, 4, DETAIL_PLAIN, "%s", slow->command);
	}
}

static enum detail_mood output_mood(double bytes)
{
	if (bytes >= OUTPUT_BAD_BYTES)
		return DETAIL_BAD;
	return bytes >= OUTPUT_WARNING_BYTES ? DETAIL_WARNING : DETAIL_PLAIN;
}

static void add_clients(struct detail *detail, const struct redis_clients *clients)
{
	static const struct detail_column columns[] = {
		{ "Client", false, false }, { "Name", false, true },   { "Kind", false, false },
		{ "User", false, false },   { "Age", true, false },    { "Idle", true, false },
		{ "To send", true, false }, { "Memory", true, false }, { "Last command", false, false },
	};
	struct detail_table *table =
		detail_add(detail, "Clients, the largest first", "nobody is connected", columns, LENGTH(columns));

	for (size_t i = 0; i < clients->count; i++) {
		const struct redis_client *client = &clients->items[i];
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", client->address);
		detail_cell(detail, row, 1, DETAIL_PLAIN, "%s", client->name);
		detail_cell(detail, row, 2, client->kind == REDIS_CLIENT_BLOCKED ? DETAIL_DIM : DETAIL_PLAIN, "%s",
			    redis_client_kind_name(client->kind));
		detail_cell(detail, row, 3, DETAIL_PLAIN, "%s", client->user);
		detail_cell(detail, row, 4, DETAIL_PLAIN, "%s", duration_text(client->age_s).text);
		detail_cell(detail, row, 5, DETAIL_PLAIN, "%s", duration_text(client->idle_s).text);
		detail_cell(detail, row, 6, output_mood(client->output_bytes), "%s",
			    bytes_text(client->output_bytes).text);
		detail_cell(detail, row, 7, DETAIL_PLAIN, "%s",
			    client->memory_bytes > 0 ? bytes_text(client->memory_bytes).text : "");
		detail_cell(detail, row, 8, DETAIL_PLAIN, "%s", client->command);
	}
	table->left_out += clients->total - clients->count;
}

/* As a replica sees its master. */
static void add_master(struct detail *detail, struct detail_table *table, const struct redis_info *info)
{
	const char *host = redis_info_get(info, "master_host"), *port = redis_info_get(info, "master_port");
	const char *link = redis_info_get(info, "master_link_status");
	bool up = link && strcmp(link, "up") == 0;
	struct detail_cell *row;

	if (!host || !port)
		return;
	row = detail_row(detail, table);
	detail_cell(detail, row, 0, DETAIL_PLAIN, "master");
	detail_cell(detail, row, 1, DETAIL_PLAIN, "%s:%s", host, port);
	detail_cell(detail, row, 2, up ? DETAIL_GOOD : DETAIL_BAD, "%s", link ? link : "");
	detail_cell(detail, row, 4, DETAIL_PLAIN, "%s",
		    duration_text(redis_info_get_number(info, "master_last_io_seconds_ago", NAN)).text);
}

static void add_replica(struct detail *detail, struct detail_table *table, const char *value, double offset)
{
	char ip[128], port[16] = "", state[32] = "";
	double confirmed = NAN, lag = NAN;
	struct detail_cell *row;

	if (!redis_info_pair(value, "ip", ip, sizeof(ip)))
		return;
	redis_info_pair(value, "port", port, sizeof(port));
	redis_info_pair(value, "state", state, sizeof(state));
	redis_info_pair_number(value, "offset", &confirmed);
	redis_info_pair_number(value, "lag", &lag);
	row = detail_row(detail, table);
	detail_cell(detail, row, 0, DETAIL_PLAIN, "replica");
	detail_cell(detail, row, 1, DETAIL_PLAIN, "%s:%s", ip, port);
	detail_cell(detail, row, 2, strcmp(state, "online") == 0 ? DETAIL_GOOD : DETAIL_WARNING, "%s", state);
	detail_cell(detail, row, 3, DETAIL_PLAIN, "%s", bytes_text(fmax(offset - confirmed, 0)).text);
	detail_cell(detail, row, 4,
		    lag > 10  ? DETAIL_BAD
		    : lag > 2 ? DETAIL_WARNING
			      : DETAIL_PLAIN,
		    "%s", duration_text(lag).text);
}

static void add_replication(struct detail *detail, const struct redis_info *info)
{
	static const struct detail_column columns[] = {
		{ "Who", false, false },   { "Address", false, true },    { "State", false, false },
		{ "Behind", true, false }, { "Last heard", true, false },
	};
	struct detail_table *table =
		detail_add(detail, "Replication", "a master without replicas", columns, LENGTH(columns));
	double offset = redis_info_get_number(info, "master_repl_offset", NAN);

	add_master(detail, table, info);
	for (size_t i = 0; i < info->count; i++) {
		const char *number = redis_info_after(info->fields[i].name, "slave");

		if (number && *number && strspn(number, "0123456789") == strlen(number))
			add_replica(detail, table, info->fields[i].value, offset);
	}
}

static void add_keyspace(struct detail *detail, const struct redis_info *info)
{
	static const struct detail_column columns[] = {
		{ "Database", false, true },
		{ "Keys", true, false },
		{ "Will expire", true, false },
		{ "Average time to live", true, false },
	};
	struct detail_table *table = detail_add(detail, "Key spaces", "there are no keys", columns, LENGTH(columns));

	for (size_t i = 0; i < info->count; i++) {
		const struct redis_info_field *field = &info->fields[i];
		struct detail_cell *row;
		double keys, expires = 0, ttl_ms = 0;

		if (strcmp(field->section, "Keyspace") != 0 || !redis_info_pair_number(field->value, "keys", &keys))
			continue;
		redis_info_pair_number(field->value, "expires", &expires);
		redis_info_pair_number(field->value, "avg_ttl", &ttl_ms);
		row = detail_row(detail, table);
		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", field->name);
		detail_cell(detail, row, 1, DETAIL_PLAIN, "%.0f", keys);
		detail_cell(detail, row, 2, DETAIL_PLAIN, "%.0f", expires);
		detail_cell(detail, row, 3, DETAIL_PLAIN, "%s", ttl_ms > 0 ? duration_text(ttl_ms / 1e3).text : "");
	}
}

static void add_memory_row(struct detail *detail, struct detail_table *table, enum detail_mood mood, const char *what,
			   const char *value, const char *note)
{
	struct detail_cell *row = detail_row(detail, table);

	detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", what);
	detail_cell(detail, row, 1, mood, "%s", value);
	detail_cell(detail, row, 2, DETAIL_DIM, "%s", note);
}

/* How much of the limit is used, and what happens at the limit. */
static void add_limit(struct detail *detail, struct detail_table *table, const struct redis_info *info, double used)
{
	double limit = redis_info_get_number(info, "maxmemory", 0), percent = limit > 0 ? 100 * used / limit : 0;
	const char *policy = redis_info_get(info, "maxmemory_policy");
	enum detail_mood mood = percent >= MEMORY_BAD       ? DETAIL_BAD
				: percent >= MEMORY_WARNING ? DETAIL_WARNING
							    : DETAIL_PLAIN;
	char note[128];

	if (limit <= 0) {
		add_memory_row(detail, table, DETAIL_PLAIN, "limit", "none", "it grows until the machine is full");
		return;
	}
	snprintf(note, sizeof(note), "%.1f%% used; at the limit: %.60s", percent, policy ? policy : "");
	add_memory_row(detail, table, mood, "limit", bytes_text(limit).text, note);
}

static void add_memory(struct detail *detail, const struct redis_info *info)
{
	static const struct detail_column columns[] = { { "Memory", false, false },
							{ "Now", true, false },
							{ "", false, true } };
	static const struct {
		const char *field, *what, *note;
	} rows[] = {
		{ "used_memory_peak", "peak", "the most ever allocated" },
		{ "used_memory_rss", "resident", "as the system sees it" },
		{ "used_memory_dataset", "data", "" },
		{ "used_memory_overhead", "overhead", "the server's own structures" },
		{ "mem_clients_normal", "clients", "their buffers" },
		{ "mem_clients_slaves", "replicas", "their buffers" },
		{ "mem_replication_backlog", "backlog", "of the replication" },
		{ "used_memory_scripts", "scripts", "in the cache" },
	};
	struct detail_table *table = detail_add(detail, "Memory", "not said", columns, LENGTH(columns));
	double used = redis_info_get_number(info, "used_memory", NAN);
	double ratio = redis_info_get_number(info, "mem_fragmentation_ratio", NAN);
	char text[32];

	if (isnan(used))
		return;
	add_memory_row(detail, table, DETAIL_PLAIN, "used", bytes_text(used).text, "");
	add_limit(detail, table, info, used);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		double value = redis_info_get_number(info, rows[i].field, NAN);

		if (!isnan(value))
			add_memory_row(detail, table, DETAIL_PLAIN, rows[i].what, bytes_text(value).text, rows[i].note);
	}
	if (isnan(ratio))
		return;
	snprintf(text, sizeof(text), "%.2f", ratio);
	add_memory_row(detail, table,
		       ratio > FRAGMENTATION_WARNING && used > FRAGMENTATION_BYTES ? DETAIL_WARNING : DETAIL_PLAIN,
		       "fragmentation", text, "resident to used");
}

static void add_latency(struct detail *detail, const struct redis_survey *survey)
{
	static const struct detail_column columns[] = {
		{ "Event", false, true }, { "Ago", true, false }, { "Took", true, false }, { "Longest", true, false }
	};
	struct detail_table *table =
		detail_add(detail, "Latency events", "none recorded (latency-monitor-threshold sets what counts)",
			   columns, LENGTH(columns));

	for (size_t i = 0; i < survey->latency_count; i++) {
		const struct redis_latency *event = &survey->latency[i];
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", event->event);
		detail_cell(detail, row, 1, DETAIL_DIM, "%s", age_text(survey, event->time_s).text);
		detail_cell(detail, row, 2, DETAIL_PLAIN, "%s", duration_text((double)event->last_ms / 1e3).text);
		detail_cell(detail, row, 3, DETAIL_PLAIN, "%s", duration_text((double)event->max_ms / 1e3).text);
	}
}

static void add_keys(struct detail *detail, const struct redis_survey *survey)
{
	static const struct detail_column columns[] = {
		{ "Key", false, true }, { "Type", false, false }, { "Size", true, false }, { "Value", true, false }
	};
	struct detail_table *table = detail_add(detail, "Watched keys", "", columns, LENGTH(columns));

	for (size_t i = 0; i < survey->key_count; i++) {
		const struct redis_key *key = &survey->keys[i];
		struct detail_cell *row = detail_row(detail, table);
		bool missing = strcmp(key->type, "none") == 0;

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", key->name);
		detail_cell(detail, row, 1, missing ? DETAIL_DIM : DETAIL_PLAIN, "%s",
			    missing ? "not there" : key->type);
		if (!isnan(key->size))
			detail_cell(detail, row, 2, DETAIL_PLAIN, "%.0f", key->size);
		if (!isnan(key->value))
			detail_cell(detail, row, 3, DETAIL_PLAIN, "%g", key->value);
	}
}

struct detail *redis_detail_new(const struct redis_survey *survey)
{
	struct detail *detail = detail_new(survey->time_ms);

	if (survey->has_slow)
		add_slow(detail, survey);
	if (survey->has_clients)
		add_clients(detail, &survey->clients);
	add_replication(detail, &survey->info);
	add_keyspace(detail, &survey->info);
	add_memory(detail, &survey->info);
	if (survey->has_latency)
		add_latency(detail, survey);
	if (survey->key_count)
		add_keys(detail, survey);
	return detail;
}
