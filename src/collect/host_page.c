#include "collect/host_page.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* The kernel counts in hundredths of a second towards user space, on every machine. */
#define TICKS 100.0

/* Of memory, where it is not said otherwise. */
#define PAGE 4096.0

#define NAME_BYTES 128
#define CPU_COUNT  4096

bool host_add_loadavg(struct metric_page *page, const struct host_texts *texts)
{
	static const char *const names[] = { "node_load1", "node_load5", "node_load15" };
	static const char *const help[] = { "load average of a minute", "load average of five minutes",
					    "load average of fifteen minutes" };
	char line[256], *words[HOST_WORDS];
	double value;

	host_first_line(texts, HOST_LOADAVG, line, sizeof(line));
	if (host_words(line, words) < 3)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (host_number(words[i], &value))
			metric_page_gauge(page, names[i], help[i], value);
	return true;
}

bool host_add_stat(struct metric_page *page, const struct host_texts *texts)
{
	static const struct {
		const char *word, *name, *type, *help;
	} rows[] = {
		{ "intr", "node_intr_total", "counter", "interrupts served" },
		{ "ctxt", "node_context_switches_total", "counter", "context switches" },
		{ "btime", "node_boot_time_seconds", "gauge", "when the machine was started, since the epoch" },
		{ "processes", "node_forks_total", "counter", "processes started" },
		{ "procs_running", "node_procs_running", "gauge", "processes that could run" },
		{ "procs_blocked", "node_procs_blocked", "gauge", "processes that wait for a disk" },
	};
	const char *at = texts->items[HOST_STAT].text;
	char line[256], *words[HOST_WORDS];
	bool any = false;
	double value;

	while (host_line(&at, line, sizeof(line))) {
		if (host_words(line, words) < 2 || !host_number(words[1], &value))
			continue;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			if (strcmp(words[0], rows[i].word) != 0)
				continue;
			metric_page_family(page, rows[i].name, rows[i].type, rows[i].help);
			metric_page_add_value(page, rows[i].name, value);
			any = true;
		}
	}
	return any;
}

/* "cpu3 ..." of a processor, not "cpu ..." of all together. */
static bool is_cpu_line(const char *word)
{
	return strncmp(word, "cpu", 3) == 0 && word[3] && !word[3 + strspn(word + 3, "0123456789")];
}

static void add_cpu_modes(struct metric_page *page, const char *text, const char *name, const char *const *modes,
			  size_t first, size_t count)
{
	char line[512], *words[HOST_WORDS];
	size_t cpus = 0;

	while (host_line(&text, line, sizeof(line))) {
		size_t found = host_words(line, words);

		if (!found || !is_cpu_line(words[0]) || cpus++ >= CPU_COUNT)
			continue;
		for (size_t i = 0; i < count && first + i < found; i++) {
			struct label labels[] = { { "cpu", words[0] + 3 }, { "mode", modes[i] } };
			double ticks;

			if (host_number(words[first + i], &ticks))
				metric_page_add(page, name, labels, 2, ticks / TICKS);
		}
	}
}

bool host_add_cpu(struct metric_page *page, const struct host_texts *texts)
{
	static const char *const modes[] = { "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal" };
	static const char *const guest_modes[] = { "user", "nice" };
	const char *text = texts->items[HOST_STAT].text;
	size_t before = page->samples;

	metric_page_family(page, "node_cpu_seconds_total", "counter", "seconds a processor spent in each mode");
	add_cpu_modes(page, text, "node_cpu_seconds_total", modes, 1, sizeof(modes) / sizeof(modes[0]));
	metric_page_family(page, "node_cpu_guest_seconds_total", "counter",
			   "seconds a processor spent for guests, which are part of user and nice");
	add_cpu_modes(page, text, "node_cpu_guest_seconds_total", guest_modes, 9, 2);
	return page->samples > before;
}

/* "Active(anon):" becomes node_memory_Active_anon, with _bytes where a unit is given. */
static void memory_name(struct strbuf *ret, char *word, bool bytes)
{
	word[strcspn(word, ":")] = '\0';
	for (char *at = word; *at; at++)
		if (*at == '(')
			*at = '_';
	word[strcspn(word, ")")] = '\0';
	strbuf_addstr(ret, "node_memory_");
	metric_name(ret, word);
	strbuf_addstr(ret, bytes ? "_bytes" : "");
}

bool host_add_meminfo(struct metric_page *page, const struct host_texts *texts)
{
	const char *at = texts->items[HOST_MEMINFO].text;
	size_t before = page->samples;
	char line[NAME_BYTES], *words[HOST_WORDS];

	while (host_line(&at, line, sizeof(line))) {
		size_t count = host_words(line, words);
		struct strbuf name = STRBUF_INIT;
		bool bytes = count > 2 && strcmp(words[2], "kB") == 0;
		double value;

		if (count < 2 || !strchr(words[0], ':') || !host_number(words[1], &value))
			continue;
		memory_name(&name, words[0], bytes);
		metric_page_gauge(page, name.text, NULL, bytes ? value * 1024 : value);
		strbuf_release(&name);
	}
	return page->samples > before;
}

/* As node_exporter chooses them: kills for lack of memory, paging, swapping, faults. */
static bool is_wanted_vmstat(const char *name)
{
	return strncmp(name, "oom_kill", 8) == 0 || strncmp(name, "pgpg", 4) == 0 || strncmp(name, "pswp", 4) == 0 ||
	       (strncmp(name, "pg", 2) == 0 && strstr(name, "fault"));
}

bool host_add_vmstat(struct metric_page *page, const struct host_texts *texts)
{
	const char *at = texts->items[HOST_VMSTAT].text;
	size_t before = page->samples;
	char line[NAME_BYTES], *words[HOST_WORDS];

	while (host_line(&at, line, sizeof(line))) {
		struct strbuf name = STRBUF_INIT;
		double value;

		if (host_words(line, words) != 2 || !is_wanted_vmstat(words[0]) || !host_number(words[1], &value))
			continue;
		strbuf_addstr(&name, "node_vmstat_");
		metric_name(&name, words[0]);
		metric_page_family(page, name.text, "untyped", NULL);
		metric_page_add_value(page, name.text, value);
		strbuf_release(&name);
	}
	return page->samples > before;
}

static void add_stall(struct metric_page *page, const char *text, const char *word, const char *name, const char *help)
{
	char line[256], *words[HOST_WORDS];

	while (host_line(&text, line, sizeof(line))) {
		size_t count = host_words(line, words);
		double microseconds;

		if (count < 2 || strcmp(words[0], word) != 0 || strncmp(words[count - 1], "total=", 6) != 0 ||
		    !host_number(words[count - 1] + 6, &microseconds))
			continue;
		metric_page_counter(page, name, help, microseconds / 1e6);
		return;
	}
}

bool host_add_pressure(struct metric_page *page, const struct host_texts *texts)
{
	size_t before = page->samples;

	add_stall(page, texts->items[HOST_PRESSURE_CPU].text, "some", "node_pressure_cpu_waiting_seconds_total",
		  "seconds in which something waited for a processor");
	add_stall(page, texts->items[HOST_PRESSURE_IO].text, "some", "node_pressure_io_waiting_seconds_total",
		  "seconds in which something waited for a disk");
	add_stall(page, texts->items[HOST_PRESSURE_IO].text, "full", "node_pressure_io_stalled_seconds_total",
		  "seconds in which everything waited for a disk");
	add_stall(page, texts->items[HOST_PRESSURE_MEMORY].text, "some", "node_pressure_memory_waiting_seconds_total",
		  "seconds in which something waited for memory");
	add_stall(page, texts->items[HOST_PRESSURE_MEMORY].text, "full", "node_pressure_memory_stalled_seconds_total",
		  "seconds in which everything waited for memory");
	return page->samples > before;
}

bool host_add_filefd(struct metric_page *page, const struct host_texts *texts)
{
	char line[256], *words[HOST_WORDS];
	double allocated, maximum;

	host_first_line(texts, HOST_FILENR, line, sizeof(line));
	if (host_words(line, words) != 3 || !host_number(words[0], &allocated) || !host_number(words[2], &maximum))
		return false;
	metric_page_gauge(page, "node_filefd_allocated", "files open on the whole machine", allocated);
	metric_page_gauge(page, "node_filefd_maximum", "most files that can be open", maximum);
	return true;
}

/* Memory of sockets is counted in pages; it is also told in bytes. */
static void add_pages(struct metric_page *page, struct strbuf *name, const char *word, double pages)
{
	if (strcmp(word, "mem") != 0)
		return;
	strbuf_addstr(name, "_bytes");
	metric_page_gauge(page, name->text, NULL, pages * PAGE);
}

static void add_sockets(struct metric_page *page, const char *text)
{
	char line[256], *words[HOST_WORDS];

	while (host_line(&text, line, sizeof(line))) {
		size_t count = host_words(line, words);

		if (!count)
			continue;
		words[0][strcspn(words[0], ":")] = '\0';
		for (size_t i = 1; i + 1 < count; i += 2) {
			struct strbuf name = STRBUF_INIT;
			double value;

			strbuf_addstr(&name, "node_sockstat_");
			metric_name(&name, words[0]);
			strbuf_addch(&name, '_');
			metric_name(&name, words[i]);
			if (host_number(words[i + 1], &value)) {
				metric_page_gauge(page, name.text, NULL, value);
				add_pages(page, &name, words[i], value);
			}
			strbuf_release(&name);
		}
	}
}

bool host_add_sockstat(struct metric_page *page, const struct host_texts *texts)
{
	size_t before = page->samples;

	add_sockets(page, texts->items[HOST_SOCKSTAT].text);
	add_sockets(page, texts->items[HOST_SOCKSTAT6].text);
	return page->samples > before;
}

bool host_add_conntrack(struct metric_page *page, const struct host_texts *texts)
{
	char count[64], limit[64];
	double value;

	host_first_line(texts, HOST_CONNTRACK, count, sizeof(count));
	host_first_line(texts, HOST_CONNTRACK_MAX, limit, sizeof(limit));
	if (!host_number(count, &value))
		return false;
	metric_page_gauge(page, "node_nf_conntrack_entries", "connections the packet filter follows", value);
	if (host_number(limit, &value))
		metric_page_gauge(page, "node_nf_conntrack_entries_limit", "most connections it can follow", value);
	return true;
}

static const struct {
	const char *name;
	bool (*add)(struct metric_page *page, const struct host_texts *texts);
} parsers[] = {
	{ "loadavg", host_add_loadavg },
	{ "stat", host_add_stat },
	{ "cpu", host_add_cpu },
	{ "meminfo", host_add_meminfo },
	{ "vmstat", host_add_vmstat },
	{ "pressure", host_add_pressure },
	{ "filefd", host_add_filefd },
	{ "sockstat", host_add_sockstat },
	{ "netstat", host_add_netstat },
	{ "softnet", host_add_softnet },
	{ "arp", host_add_arp },
	{ "schedstat", host_add_schedstat },
	{ "conntrack", host_add_conntrack },
	{ "diskstats", host_add_diskstats },
	{ "netdev", host_add_netdev },
	{ "netclass", host_add_netclass },
	{ "uname", host_add_uname },
	{ "os", host_add_os },
	{ "time", host_add_time },
};
#define PARSERS (sizeof(parsers) / sizeof(parsers[0]))

void host_page_add(struct metric_page *page, const struct host_texts *texts)
{
	int64_t took_ns[PARSERS];
	bool any[PARSERS];

	for (size_t i = 0; i < PARSERS; i++) {
		int64_t begun_ns = clock_monotonic_ns();

		any[i] = parsers[i].add(page, texts);
		took_ns[i] = clock_monotonic_ns() - begun_ns;
	}
	metric_page_family(page, "node_scrape_collector_duration_seconds", "gauge", "time spent on each part");
	for (size_t i = 0; i < PARSERS; i++)
		metric_page_add_label(page, "node_scrape_collector_duration_seconds", "collector", parsers[i].name,
				      (double)took_ns[i] / 1e9);
	metric_page_family(page, "node_scrape_collector_success", "gauge", "1 when that part said something");
	for (size_t i = 0; i < PARSERS; i++)
		metric_page_add_label(page, "node_scrape_collector_success", "collector", parsers[i].name, any[i]);
}
