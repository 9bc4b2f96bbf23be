/* ping, iostat, df, free, ps, pkill, date: what a machine says of itself and of the way to others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/shim_flags.h"
#include "sim/shim_host.h"
#include "sim/shim_table.h"
#include "sim/shim_tools.h"

int shim_no_dryad(const struct shim *shim)
{
	return shim_fail(shim, 1, "%s: the simulated host does not answer ($SKEP_DRYAD names its state file)",
			 shim->tool);
}

int shim_do(const struct shim *shim, enum shim_system system, const char *text, const char *const *words)
{
	size_t count = 0;
	cJSON *answer;
	int status = 0;

	while (words[count])
		count++;
	answer = shim_ask_words(shim, system, words, count, &status);
	if (!answer)
		return shim_no_dryad(shim);
	if (status)
		shim_fail(shim, 1, "%s: %s", shim->tool, shim_reason(answer, "failed"));
	else if (text)
		shim_say(shim, "%s", text);
	cJSON_Delete(answer);
	return status ? 1 : 0;
}

/* ---- ping ---- */

static const struct shim_flag ping_flags[] = {
	{ NULL, NULL, 'c', true },  { NULL, NULL, 'i', true },  { NULL, NULL, 'w', true },
	{ NULL, NULL, 'W', true },  { NULL, NULL, 'q', false }, { NULL, NULL, 'n', false },
	{ NULL, NULL, '4', false }, { NULL, NULL, '6', false }, { NULL, NULL, 0, false },
};

static const struct shim_grammar ping_grammar = { ping_flags, MANNER_GETOPT, false, false };

/* A host that is cut off, or gone, does not answer. `ret_wait_ms`: what a full way costs. */
static bool answers(const struct shim *shim, const struct shim_host *host, double *ret_wait_ms)
{
	cJSON *status = shim_ask(shim, SHIM_COLONY, NULL, "cluster", "status");
	const cJSON *service;
	bool reached = true;

	cJSON_ArrayForEach(service, json_get(status, "services"))
	{
		if (host && !strcmp(json_string(service, "service", ""), host->job))
			reached = json_bool(service, "reached", true);
	}
	*ret_wait_ms = json_number(status, "congestionMs", 0);
	cJSON_Delete(status);
	return reached;
}

static void ping_all(const struct shim *shim, const struct shim_host *host, const char *name, long count,
		     double every_s)
{
	double wait_ms, one_ms, least_ms = 0, most_ms = 0, sum_ms = 0;
	long received = 0;

	shim_say(shim, "PING %s (10.96.14.21) 56(84) bytes of data.", name);
	for (long i = 0; i < count; i++) {
		if (answers(shim, host, &wait_ms)) {
			one_ms = (312 + (double)(i * 37 % 91)) / 1000 * (1 + wait_ms);
			least_ms = received && least_ms < one_ms ? least_ms : one_ms;
			most_ms = most_ms > one_ms ? most_ms : one_ms;
			sum_ms += one_ms;
			received++;
			shim_say(shim, "64 bytes from %s (10.96.14.21): icmp_seq=%ld ttl=63 time=%.3f ms", name, i + 1,
				 one_ms);
		}
		if (i + 1 < count)
			shim_pause(shim, (int64_t)(every_s * 1000));
	}
	shim_say(shim,
		 "\n--- %s ping statistics ---\n%ld packets transmitted, %ld received, %ld%% packet loss, time %.0fms",
		 name, count, received, (count - received) * 100 / count, (double)(count - 1) * every_s * 1000);
	if (received)
		shim_say(shim, "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms", least_ms, sum_ms / (double)received,
			 most_ms, (most_ms - least_ms) / 3);
}

int shim_ping(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &ping_grammar, "", 0, &arguments);
	const char *name = shim_word(&arguments, 0), *every = shim_flag(&arguments, "i");
	long count = shim_flag(&arguments, "c") ? strtol(shim_flag(&arguments, "c"), NULL, 10) : 100000;
	const struct shim_host *host = name ? shim_host_find(shim, name, 0) : NULL;
	double wait_ms;

	if (status) {
		;
	} else if (!name) {
		status = shim_fail(shim, 1, "ping: usage error: Destination address required");
	} else if (count < 1) {
		status = shim_fail(shim, 1,
				   "ping: invalid argument: '%s': out of range: 1 <= value <= 9223372036854775807",
				   shim_flag(&arguments, "c"));
	} else if (!host && !shim_host_known(shim, name)) {
		status = shim_fail(shim, 2, "ping: %s: Name or service not known", name);
	} else {
		ping_all(shim, host, name, count, every ? strtod(every, NULL) : 1);
		status = answers(shim, host, &wait_ms) ? 0 : 1;
	}
	shim_arguments_release(&arguments);
	return status;
}

/* ---- iostat ---- */

static const struct shim_flag iostat_flags[] = {
	{ NULL, NULL, 'x', false }, { NULL, NULL, 'd', false }, { NULL, NULL, 'c', false },
	{ NULL, NULL, 'm', false }, { NULL, NULL, 'k', false }, { NULL, NULL, 'y', false },
	{ NULL, NULL, 'z', false }, { NULL, NULL, 't', false }, { NULL, NULL, 0, false },
};

static const struct shim_grammar iostat_grammar = { iostat_flags, MANNER_GETOPT, false, false };

int shim_iostat(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &iostat_grammar, "", 0, &arguments);
	const char *every = shim_word(&arguments, 0), *times = shim_word(&arguments, 1);
	double seconds = every ? strtod(every, NULL) : 1;
	long count = times ? strtol(times, NULL, 10) : every ? 1000000 : 1;

	if (!status && (seconds <= 0 || count < 1))
		status = shim_fail(shim, 1, "Usage: iostat [ options ] [ <interval> [ <count> ] ]");
	for (long i = 0; !status && i < count; i++) {
		shim_say(shim,
			 "avg-cpu:  %%user   %%nice %%system %%iowait  %%steal   %%idle\n          %5.2f    0.00    "
			 "%5.2f    "
			 "0.31    0.00   %5.2f\n",
			 24.1 + (double)(i % 3), 6.2, 69.4 - (double)(i % 3));
		shim_say(shim, "Device            r/s     rkB/s   r_await     w/s     wkB/s   w_await  aqu-sz  %%util");
		shim_say(shim,
			 "nvme0n1          4.10    118.20      0.41   31.70    904.60      0.87    0.03   2.%02ld\n",
			 10 + i * 7 % 80);
		if (i + 1 < count)
			shim_pause(shim, (int64_t)(seconds * 1000));
	}
	shim_arguments_release(&arguments);
	return status;
}

/* ---- df, free, ps, pkill ---- */

static const struct shim_flag machine_flags[] = {
	{ NULL, NULL, 'h', false }, { NULL, NULL, 'a', false }, { NULL, NULL, 'm', false },  { NULL, NULL, 'g', false },
	{ NULL, NULL, 'T', false }, { NULL, NULL, 'e', false }, { NULL, NULL, 'f', false },  { NULL, NULL, 'i', false },
	{ NULL, "sort", 0, true },  { NULL, NULL, 'o', true },  { NULL, "output", 0, true }, { NULL, NULL, 0, false },
};

static const struct shim_grammar machine_grammar = { machine_flags, MANNER_GETOPT, false, false };

/* The host's figures; NULL, having said so. */
static cJSON *read_host(const struct shim *shim, int *ret_status)
{
	struct shim_arguments arguments;
	cJSON *host = NULL;

	*ret_status = shim_flags_read(shim, &machine_grammar, "", 0, &arguments);
	shim_arguments_release(&arguments);
	if (!*ret_status) {
		host = shim_ask(shim, SHIM_DRYAD, NULL, "host");
		if (!host)
			*ret_status = shim_no_dryad(shim);
	}
	return host;
}

int shim_df(struct shim *shim)
{
	int status;
	cJSON *host = read_host(shim, &status);
	double size_gb = json_number(host, "diskGb", 100), used = json_number(host, "diskPercent", 0);
	struct shim_table table = { 0 };
	char size[24], taken[24], left[24], percent[24];

	if (!host)
		return status;
	snprintf(size, sizeof(size), "%.0fG", size_gb);
	snprintf(taken, sizeof(taken), "%.0fG", size_gb * used / 100);
	snprintf(left, sizeof(left), "%.0fG", size_gb * (100 - used) / 100);
	snprintf(percent, sizeof(percent), "%.0f%%", used);
	shim_table_row(&table, "Filesystem", "Size", "Used", "Avail", "Use%", "Mounted on");
	shim_table_row(&table, "/dev/nvme0n1p2", size, taken, left, percent, "/");
	shim_table_print(&table, shim->out);
	shim_table_release(&table);
	cJSON_Delete(host);
	return 0;
}

int shim_free(struct shim *shim)
{
	int status;
	cJSON *host = read_host(shim, &status);
	double total = json_number(host, "memoryGb", 16), used = total * json_number(host, "memoryPercent", 0) / 100;

	if (!host)
		return status;
	shim_say(shim, "               total        used        free\nMem:           %4.1fGi      %4.1fGi      %4.1fGi",
		 total, used, total - used);
	cJSON_Delete(host);
	return 0;
}

int shim_ps(struct shim *shim)
{
	cJSON *host = shim_ask(shim, SHIM_DRYAD, NULL, "host");
	bool busy = json_bool(host, "runaway", false);

	if (!host)
		return shim_no_dryad(shim);
	shim_say(shim, "USER         PID %%CPU %%MEM COMMAND");
	if (busy)
		shim_say(shim, "dryad       4711 648.0  1.2 reindex");
	shim_say(shim,
		 "dryad       1204  21.4 %4.1f uvicorn app.main:app\npostgres    1098   6.3  4.0 postgres\nredis       "
		 "1101  "
		 " 0.9  0.6 redis-server",
		 json_number(host, "memoryPercent", 0) / 3);
	cJSON_Delete(host);
	return 0;
}

/* Workers that are told to hang up start anew. */
static const struct {
	const char *pattern, *verb[2];
} killed[] = {
	{ "reindex", { "process", "kill" } },
	{ "celery", { "agents", "restart" } },
};

int shim_pkill(struct shim *shim)
{
	if (!shim->count)
		return shim_fail(shim, 2, "pkill: no matching criteria specified");
	for (size_t i = 0; i < sizeof(killed) / sizeof(killed[0]); i++)
		if (!strcmp(shim->words[shim->count - 1], killed[i].pattern))
			return shim_do(shim, SHIM_DRYAD, NULL,
				       (const char *const[]){ killed[i].verb[0], killed[i].verb[1], NULL });
	return 1; /* nothing matches: it says nothing */
}

/* ---- date ---- */

static const struct shim_flag date_flags[] = {
	{ NULL, "utc", 'u', false },
	{ NULL, NULL, 'I', false },
	{ NULL, NULL, 0, false },
};

static const struct shim_grammar date_grammar = { date_flags, MANNER_GETOPT, false, false };

/* In UTC; it shows and never sets. */
int shim_date(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &date_grammar, "", 0, &arguments);
	const char *format = shim_word(&arguments, 0);
	char text[256];

	if (!status && format && *format != '+')
		status = shim_fail(shim, 1, "date: invalid date '%s'", format);
	if (!status) {
		time_format(shim->link->now_ms(shim->link->user), format ? format + 1 : "%a %b %e %H:%M:%S UTC %Y",
			    text, sizeof(text));
		shim_say(shim, "%s", text);
	}
	shim_arguments_release(&arguments);
	return status;
}
