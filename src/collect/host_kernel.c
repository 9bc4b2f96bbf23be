#include "collect/host_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES  8192 /* TcpExt has a hundred names and more */
#define DEVICES_MAX 64

/* What of the protocols' hundreds of counters node_exporter tells unless asked for others. */
static const char *const netstat_names[] = {
	"IpExt_InOctets",
	"IpExt_OutOctets",
	"Ip_Forwarding",
	"Icmp_InErrors",
	"Icmp_InMsgs",
	"Icmp_OutMsgs",
	"TcpExt_ListenDrops",
	"TcpExt_ListenOverflows",
	"TcpExt_SyncookiesFailed",
	"TcpExt_SyncookiesRecv",
	"TcpExt_SyncookiesSent",
	"TcpExt_TCPOFOQueue",
	"TcpExt_TCPRcvQDrop",
	"TcpExt_TCPSynRetrans",
	"TcpExt_TCPTimeouts",
	"Tcp_ActiveOpens",
	"Tcp_CurrEstab",
	"Tcp_InErrs",
	"Tcp_InSegs",
	"Tcp_OutRsts",
	"Tcp_OutSegs",
	"Tcp_PassiveOpens",
	"Tcp_RetransSegs",
	"UdpLite_InErrors",
	"Udp_InDatagrams",
	"Udp_InErrors",
	"Udp_NoPorts",
	"Udp_OutDatagrams",
	"Udp_RcvbufErrors",
	"Udp_SndbufErrors",
};

#define NETSTAT_NAMES (sizeof(netstat_names) / sizeof(netstat_names[0]))

/* Each once, whatever the text says. */
static bool is_told(const char *name, bool told[NETSTAT_NAMES])
{
	for (size_t i = 0; i < NETSTAT_NAMES; i++)
		if (!told[i] && strcmp(netstat_names[i], name) == 0)
			return told[i] = true;
	return false;
}

/* Two lines of one protocol: the names and, in the same order, the numbers. */
static void add_protocol(struct metric_page *page, char *names, char *numbers, bool told[NETSTAT_NAMES])
{
	static const char prefix[] = "node_netstat_";
	char *next_name, *next_number, *protocol = strtok_r(names, " ", &next_name);
	const char *same = strtok_r(numbers, " ", &next_number), *name, *number;
	double value;

	if (!protocol || !same || strcmp(protocol, same) != 0)
		return;
	protocol[strcspn(protocol, ":")] = '\0';
	while ((name = strtok_r(NULL, " ", &next_name)) && (number = strtok_r(NULL, " ", &next_number))) {
		struct strbuf full = STRBUF_INIT;

		strbuf_addf(&full, "%s%s_%s", prefix, protocol, name);
		if (host_number(number, &value) && is_told(full.text + sizeof(prefix) - 1, told)) {
			metric_page_family(page, full.text, "untyped", NULL);
			metric_page_add_value(page, full.text, value);
		}
		strbuf_release(&full);
	}
}

bool host_add_netstat(struct metric_page *page, const struct host_texts *texts)
{
	static const enum host_file files[] = { HOST_NETSTAT, HOST_SNMP };
	char names[LINE_BYTES], numbers[LINE_BYTES];
	bool told[NETSTAT_NAMES] = { false };
	size_t before = page->samples;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *at = texts->items[files[i]].text;

		while (host_line(&at, names, sizeof(names)) && host_line(&at, numbers, sizeof(numbers)))
			add_protocol(page, names, numbers, told);
	}
	return page->samples > before;
}

/* One family of a value for each line of a text: a column of it, under the line's own label. */
struct column {
	const char *name, *help;
	size_t word;
};

/* Numbers of this file are hexadecimal; the thirteenth says whose line it is where the kernel is new enough. */
static bool softnet_line(char *line, size_t number, char **words, size_t *ret_count, char *ret_cpu, size_t size)
{
	size_t count = host_words(line, words);

	snprintf(ret_cpu, size, "%" PRIuMAX,
		 count > 12 ? (uintmax_t)strtoumax(words[12], NULL, 16) : (uintmax_t)number);
	*ret_count = count;
	return count > 2;
}

bool host_add_softnet(struct metric_page *page, const struct host_texts *texts)
{
	static const struct column columns[] = {
		{ "node_softnet_processed_total", "packets taken off the cards", 0 },
		{ "node_softnet_dropped_total", "packets dropped because the queue was full", 1 },
		{ "node_softnet_times_squeezed_total", "times there were more packets than time for them", 2 },
		{ "node_softnet_received_rps_total", "times a processor was woken for another's packets", 9 },
		{ "node_softnet_flow_limit_count_total", "times the limit of a flow was reached", 10 },
	};
	size_t before = page->samples;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *at = texts->items[HOST_SOFTNET].text;
		char line[512], cpu[24], *words[HOST_WORDS];
		size_t count;

		metric_page_family(page, columns[i].name, "counter", columns[i].help);
		for (size_t number = 0; host_line(&at, line, sizeof(line)); number++)
			if (softnet_line(line, number, words, &count, cpu, sizeof(cpu)) && columns[i].word < count)
				metric_page_add_label(page, columns[i].name, "cpu", cpu,
						      (double)strtoumax(words[columns[i].word], NULL, 16));
	}
	return page->samples > before;
}

bool host_add_schedstat(struct metric_page *page, const struct host_texts *texts)
{
	static const struct column columns[] = {
		{ "node_schedstat_running_seconds_total", "time this processor ran something", 7 },
		{ "node_schedstat_waiting_seconds_total", "time something waited for this processor", 8 },
		{ "node_schedstat_timeslices_total", "turns this processor gave", 9 },
	};
	size_t before = page->samples;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *at = texts->items[HOST_SCHEDSTAT].text;
		char line[512], *words[HOST_WORDS];
		double value;

		metric_page_family(page, columns[i].name, "counter", columns[i].help);
		while (host_line(&at, line, sizeof(line)))
			if (strncmp(line, "cpu", 3) == 0 && host_words(line, words) > 9 &&
			    host_number(words[columns[i].word], &value))
				metric_page_add_label(page, columns[i].name, "cpu", words[0] + 3,
						      columns[i].word < 9 ? value / 1e9 : value);
	}
	return page->samples > before;
}

bool host_add_arp(struct metric_page *page, const struct host_texts *texts)
{
	const char *at = texts->items[HOST_ARP].text;
	char line[512], *words[HOST_WORDS], devices[DEVICES_MAX][32];
	unsigned counts[DEVICES_MAX];
	size_t known = 0;

	host_line(&at, line, sizeof(line)); /* the head */
	while (host_line(&at, line, sizeof(line))) {
		size_t found = 0;

		if (host_words(line, words) < 6)
			continue;
		while (found < known && strcmp(devices[found], words[5]) != 0)
			found++;
		if (found == DEVICES_MAX || strlen(words[5]) >= sizeof(devices[0]))
			continue;
		if (found == known) {
			snprintf(devices[known], sizeof(devices[known]), "%s", words[5]);
			counts[known++] = 0;
		}
		counts[found]++;
	}
	metric_page_family(page, "node_arp_entries", "gauge", "neighbours whose address is known, by device");
	for (size_t i = 0; i < known; i++)
		metric_page_add_label(page, "node_arp_entries", "device", devices[i], counts[i]);
	return known > 0;
}
