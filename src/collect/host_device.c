/* Disks, network interfaces and what the machine is called. */
#include "collect/host_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"

#define DEVICES_MAX  1024
#define DEVICE_BYTES 64
#define COLUMNS      20
#define SECTOR       512.0

struct device {
	char name[DEVICE_BYTES];
	double values[COLUMNS];
	size_t count;
};

struct devices {
	VEC(struct device) all;
};

/* One column of a table of devices, as a family. */
struct column {
	const char *name, *type;
	double factor;
	const char *help;
};

static void add_columns(struct metric_page *page, const struct devices *devices, const struct column *columns,
			size_t count)
{
	for (size_t c = 0; c < count; c++) {
		bool begun = false;

		for (size_t i = 0; i < devices->all.count; i++) {
			const struct device *device = &devices->all.items[i];

			if (c >= device->count)
				continue;
			if (!begun)
				metric_page_family(page, columns[c].name, columns[c].type, columns[c].help);
			begun = true;
			metric_page_add_label(page, columns[c].name, "device", device->name,
					      device->values[c] * columns[c].factor);
		}
	}
}

/* Take words from the `first` on as numbers, as long as they are some. */
static void add_device(struct devices *devices, const char *name, char *const *words, size_t count)
{
	struct device *device;

	if (devices->all.count >= DEVICES_MAX)
		return;
	device = vec_add(&devices->all);
	snprintf(device->name, sizeof(device->name), "%s", name);
	while (device->count < count && device->count < COLUMNS &&
	       host_number(words[device->count], &device->values[device->count]))
		device->count++;
}

static size_t digits(const char *text)
{
	return strspn(text, "0123456789");
}

/*
 * Partitions and memory disks, which node_exporter leaves out:
 * ^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$
 */
static bool is_left_out(const char *name)
{
	static const char *const plain[] = { "ram", "loop", "fd" };
	static const char *const disks[] = { "hd", "sd", "vd", "xvd" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		const char *rest = name + strlen(plain[i]);

		if (strncmp(name, plain[i], strlen(plain[i])) == 0 && digits(rest) && !rest[digits(rest)])
			return true;
	}
	for (size_t i = 0; i < sizeof(disks) / sizeof(disks[0]); i++) {
		const char *rest = name + strlen(disks[i]);

		if (strncmp(name, disks[i], strlen(disks[i])) == 0 && *rest >= 'a' && *rest <= 'z' &&
		    digits(rest + 1) && !rest[1 + digits(rest + 1)])
			return true;
	}
	if (strncmp(name, "nvme", 4) == 0) {
		const char *partition = strrchr(name, 'p');

		return partition && digits(partition + 1) && !partition[1 + digits(partition + 1)];
	}
	return false;
}

bool host_add_diskstats(struct metric_page *page, const struct host_texts *texts)
{
	static const struct column columns[] = {
		{ "node_disk_reads_completed_total", "counter", 1, "reads completed" },
		{ "node_disk_reads_merged_total", "counter", 1, "reads merged with a neighbour" },
		{ "node_disk_read_bytes_total", "counter", SECTOR, "bytes read" },
		{ "node_disk_read_time_seconds_total", "counter", .001, "seconds of all reads together" },
		{ "node_disk_writes_completed_total", "counter", 1, "writes completed" },
		{ "node_disk_writes_merged_total", "counter", 1, "writes merged with a neighbour" },
		{ "node_disk_written_bytes_total", "counter", SECTOR, "bytes written" },
		{ "node_disk_write_time_seconds_total", "counter", .001, "seconds of all writes together" },
		{ "node_disk_io_now", "gauge", 1, "requests under way" },
		{ "node_disk_io_time_seconds_total", "counter", .001, "seconds in which the disk was busy" },
		{ "node_disk_io_time_weighted_seconds_total", "counter", .001, "seconds of all requests together" },
		{ "node_disk_discards_completed_total", "counter", 1, "discards completed" },
		{ "node_disk_discards_merged_total", "counter", 1, "discards merged with a neighbour" },
		{ "node_disk_discarded_sectors_total", "counter", 1, "sectors discarded" },
		{ "node_disk_discard_time_seconds_total", "counter", .001, "seconds of all discards together" },
		{ "node_disk_flush_requests_total", "counter", 1, "flushes completed" },
		{ "node_disk_flush_requests_time_seconds_total", "counter", .001, "seconds of all flushes together" },
	};
	const char *at = texts->items[HOST_DISKSTATS].text;
	struct devices disks = { 0 };
	char line[512], *words[HOST_WORDS];
	bool any;

	while (host_line(&at, line, sizeof(line))) {
		size_t count = host_words(line, words);

		if (count >= 14 && !is_left_out(words[2]))
			add_device(&disks, words[2], words + 3, count - 3);
	}
	add_columns(page, &disks, columns, sizeof(columns) / sizeof(columns[0]));
	any = disks.all.count;
	vec_release(&disks.all);
	return any;
}

bool host_add_netdev(struct metric_page *page, const struct host_texts *texts)
{
	static const struct column columns[] = {
		{ "node_network_receive_bytes_total", "counter", 1, "bytes received" },
		{ "node_network_receive_packets_total", "counter", 1, "packets received" },
		{ "node_network_receive_errs_total", "counter", 1, "errors receiving" },
		{ "node_network_receive_drop_total", "counter", 1, "packets dropped receiving" },
		{ "node_network_receive_fifo_total", "counter", 1, "overruns receiving" },
		{ "node_network_receive_frame_total", "counter", 1, "framing errors" },
		{ "node_network_receive_compressed_total", "counter", 1, "compressed packets received" },
		{ "node_network_receive_multicast_total", "counter", 1, "multicast packets received" },
		{ "node_network_transmit_bytes_total", "counter", 1, "bytes sent" },
		{ "node_network_transmit_packets_total", "counter", 1, "packets sent" },
		{ "node_network_transmit_errs_total", "counter", 1, "errors sending" },
		{ "node_network_transmit_drop_total", "counter", 1, "packets dropped sending" },
		{ "node_network_transmit_fifo_total", "counter", 1, "overruns sending" },
		{ "node_network_transmit_colls_total", "counter", 1, "collisions" },
		{ "node_network_transmit_carrier_total", "counter", 1, "losses of the carrier" },
		{ "node_network_transmit_compressed_total", "counter", 1, "compressed packets sent" },
	};
	const char *at = texts->items[HOST_NETDEV].text;
	struct devices interfaces = { 0 };
	char line[512], *words[HOST_WORDS];
	bool any;

	while (host_line(&at, line, sizeof(line))) {
		/* Of an alias ("eth0:1: 7") the last colon ends the name; the first number may touch it. */
		char *colon = strrchr(line, ':'), *name = line + strspn(line, " \t");
		size_t count;

		if (!colon || strchr(line, '|'))
			continue;
		*colon = '\0';
		count = host_words(colon + 1, words);
		if (count >= 16)
			add_device(&interfaces, name, words, 16);
	}
	add_columns(page, &interfaces, columns, sizeof(columns) / sizeof(columns[0]));
	any = interfaces.all.count;
	vec_release(&interfaces.all);
	return any;
}

/* What is not said of an interface ("-") has no sample. */
static void add_attribute(struct metric_page *page, const char *text, size_t word, const struct column *column)
{
	char line[512], *words[HOST_WORDS];
	bool begun = false;
	double value;

	while (host_line(&text, line, sizeof(line))) {
		if (host_words(line, words) < 6 || !host_number(words[word], &value) || value < 0)
			continue;
		if (!begun)
			metric_page_family(page, column->name, column->type, column->help);
		begun = true;
		metric_page_add_label(page, column->name, "device", words[0], value * column->factor);
	}
}

bool host_add_netclass(struct metric_page *page, const struct host_texts *texts)
{
	static const struct column carrier = { "node_network_carrier", "gauge", 1, "1 when the cable is in" };
	static const struct column mtu = { "node_network_mtu_bytes", "gauge", 1, "largest packet" };
	static const struct column speed = { "node_network_speed_bytes", "gauge", 1e6 / 8, "speed, bytes a second" };
	const char *text = texts->items[HOST_INTERFACES].text, *at = text;
	char line[512], *words[HOST_WORDS];
	size_t before = page->samples;

	metric_page_family(page, "node_network_up", "gauge", "1 when the interface works");
	while (host_line(&at, line, sizeof(line)))
		if (host_words(line, words) >= 6)
			metric_page_add_label(page, "node_network_up", "device", words[0], strcmp(words[1], "up") == 0);
	add_attribute(page, text, 2, &carrier);
	add_attribute(page, text, 3, &mtu);
	add_attribute(page, text, 4, &speed);
	return page->samples > before;
}

bool host_add_uname(struct metric_page *page, const struct host_texts *texts)
{
	static const struct {
		enum host_file file;
		const char *label;
	} rows[] = {
		{ HOST_DOMAINNAME, "domainname" }, { HOST_MACHINE, "machine" }, { HOST_HOSTNAME, "nodename" },
		{ HOST_OSRELEASE, "release" },     { HOST_OSTYPE, "sysname" },  { HOST_VERSION, "version" },
	};
	char texts_of[sizeof(rows) / sizeof(rows[0])][256];
	struct label labels[sizeof(rows) / sizeof(rows[0])];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		host_first_line(texts, rows[i].file, texts_of[i], sizeof(texts_of[i]));
		labels[i] = (struct label){ rows[i].label, texts_of[i] };
	}
	if (!texts->items[HOST_HOSTNAME].length && !texts->items[HOST_OSRELEASE].length)
		return false;
	metric_page_family(page, "node_uname_info", "gauge", "what the machine says it is");
	metric_page_add(page, "node_uname_info", labels, sizeof(rows) / sizeof(rows[0]), 1);
	return true;
}

/* NAME="Debian GNU/Linux": quotes off, lower case name. */
static bool read_assignment(char *line, struct label *ret)
{
	char *equals = strchr(line, '='), *value;
	size_t length;

	if (!equals || equals == line)
		return false;
	*equals = '\0';
	value = equals + 1;
	length = strlen(value);
	if (length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0]) {
		value[length - 1] = '\0';
		value++;
	}
	*ret = (struct label){ line, value };
	return true;
}

bool host_add_os(struct metric_page *page, const struct host_texts *texts)
{
	static const struct {
		const char *key, *label;
	} rows[] = {
		{ "BUILD_ID", "build_id" },
		{ "ID", "id" },
		{ "ID_LIKE", "id_like" },
		{ "IMAGE_ID", "image_id" },
		{ "IMAGE_VERSION", "image_version" },
		{ "NAME", "name" },
		{ "PRETTY_NAME", "pretty_name" },
		{ "VARIANT", "variant" },
		{ "VARIANT_ID", "variant_id" },
		{ "VERSION", "version" },
		{ "VERSION_CODENAME", "version_codename" },
		{ "VERSION_ID", "version_id" },
	};
	const char *at = texts->items[HOST_OS_RELEASE].text;
	char values[sizeof(rows) / sizeof(rows[0])][256], line[512];
	struct label labels[sizeof(rows) / sizeof(rows[0])], one;
	bool any = false;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		values[i][0] = '\0';
		labels[i] = (struct label){ rows[i].label, values[i] };
	}
	while (host_line(&at, line, sizeof(line))) {
		if (!read_assignment(line, &one))
			continue;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (strcmp(rows[i].key, one.name) == 0) {
				snprintf(values[i], sizeof(values[i]), "%s", one.value);
				any = true;
			}
	}
	if (!any)
		return false;
	metric_page_family(page, "node_os_info", "gauge", "the operating system");
	metric_page_add(page, "node_os_info", labels, sizeof(rows) / sizeof(rows[0]), 1);
	return true;
}

bool host_add_time(struct metric_page *page, const struct host_texts *texts)
{
	char line[64];
	double seconds;

	host_first_line(texts, HOST_TIME, line, sizeof(line));
	if (!host_number(line, &seconds))
		return false;
	metric_page_gauge(page, "node_time_seconds", "the machine's clock, since the epoch", seconds);
	return true;
}
