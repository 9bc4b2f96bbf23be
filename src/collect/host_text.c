#include "collect/host_text.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

/* Begins a section of the script's output; no file of these begins a line so. */
#define MARK "@@skep "

#define INTERFACES_MAX 256

/* Those with a path are read as they are; the second path is tried when the first cannot be read. */
static const struct {
	const char *name, *path, *other;
} files[HOST_FILES] = {
	[HOST_LOADAVG] = { "loadavg", "/proc/loadavg", NULL },
	[HOST_STAT] = { "stat", "/proc/stat", NULL },
	[HOST_MEMINFO] = { "meminfo", "/proc/meminfo", NULL },
	[HOST_VMSTAT] = { "vmstat", "/proc/vmstat", NULL },
	[HOST_MOUNTS] = { "mounts", "/proc/1/mounts", "/proc/mounts" },
	[HOST_DISKSTATS] = { "diskstats", "/proc/diskstats", NULL },
	[HOST_NETDEV] = { "netdev", "/proc/net/dev", NULL },
	[HOST_SOCKSTAT] = { "sockstat", "/proc/net/sockstat", NULL },
	[HOST_SOCKSTAT6] = { "sockstat6", "/proc/net/sockstat6", NULL },
	[HOST_NETSTAT] = { "netstat", "/proc/net/netstat", NULL },
	[HOST_SNMP] = { "snmp", "/proc/net/snmp", NULL },
	[HOST_SOFTNET] = { "softnet", "/proc/net/softnet_stat", NULL },
	[HOST_ARP] = { "arp", "/proc/net/arp", NULL },
	[HOST_SCHEDSTAT] = { "schedstat", "/proc/schedstat", NULL },
	[HOST_FILENR] = { "filenr", "/proc/sys/fs/file-nr", NULL },
	[HOST_CONNTRACK] = { "conntrack", "/proc/sys/net/netfilter/nf_conntrack_count", NULL },
	[HOST_CONNTRACK_MAX] = { "conntrack-max", "/proc/sys/net/netfilter/nf_conntrack_max", NULL },
	[HOST_PRESSURE_CPU] = { "pressure-cpu", "/proc/pressure/cpu", NULL },
	[HOST_PRESSURE_IO] = { "pressure-io", "/proc/pressure/io", NULL },
	[HOST_PRESSURE_MEMORY] = { "pressure-memory", "/proc/pressure/memory", NULL },
	[HOST_OSTYPE] = { "ostype", "/proc/sys/kernel/ostype", NULL },
	[HOST_OSRELEASE] = { "osrelease", "/proc/sys/kernel/osrelease", NULL },
	[HOST_VERSION] = { "version", "/proc/sys/kernel/version", NULL },
	[HOST_HOSTNAME] = { "hostname", "/proc/sys/kernel/hostname", NULL },
	[HOST_DOMAINNAME] = { "domainname", "/proc/sys/kernel/domainname", NULL },
	[HOST_OS_RELEASE] = { "os-release", "/etc/os-release", "/usr/lib/os-release" },
	[HOST_MACHINE] = { "machine", NULL, NULL },
	[HOST_TIME] = { "time", NULL, NULL },
	[HOST_INTERFACES] = { "interfaces", NULL, NULL },
	[HOST_USAGE] = { "usage", NULL, NULL },
};

/* What is no file; "usage" asks each file system, two seconds at most, where the machine has a `timeout`. */
static const char script_rest[] =
	"echo '" MARK "machine'; uname -m\n"
	"echo '" MARK "time'; date +%s\n"
	"echo '" MARK "interfaces'\n"
	"one() { v=; read -r v 2>/dev/null <\"$1\"; echo \"${v:--}\"; }\n"
	"for d in /sys/class/net/*; do [ -e \"$d/mtu\" ] && echo \"${d##*/} $(one \"$d/operstate\" 2>/dev/null)"
	" $(one \"$d/carrier\" 2>/dev/null) $(one \"$d/mtu\") $(one \"$d/speed\" 2>/dev/null)"
	" $(one \"$d/address\" 2>/dev/null)\"; done\n"
	"echo '" MARK "usage'\n"
	"t=; command -v timeout >/dev/null 2>&1 && t='timeout 2'\n"
	"while read -r d m f o; do case $f in\n"
	"autofs|binfmt_misc|bpf|cgroup|cgroup2|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|mqueue|nsfs|overlay"
	"|proc|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs) continue;; esac\n"
	"s=$($t stat -f -c '%S %b %f %a %c %d' \"$(printf '%b' \"$m\")\" 2>/dev/null </dev/null) && "
	"set -- $s && echo \"$m $1 $2 $3 $4 $5 $6\"; done </proc/mounts\n"
	"exit 0\n";

void host_texts_init(struct host_texts *texts)
{
	for (size_t i = 0; i < HOST_FILES; i++)
		strbuf_init(&texts->items[i]);
}

void host_texts_release(struct host_texts *texts)
{
	for (size_t i = 0; i < HOST_FILES; i++)
		strbuf_release(&texts->items[i]);
}

/* These files have no size: read until there is no more. */
static bool read_file(struct strbuf *ret, const char *root, const char *path)
{
	char *full = mem_printf("%s%s", root, path), piece[8192];
	int fd = open(full, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	free(full);
	if (fd < 0)
		return false;
	while (ret->length < HOST_TEXT_BYTES && (count = read(fd, piece, sizeof(piece))) > 0)
		strbuf_add(ret, piece, (size_t)count);
	close(fd);
	return true;
}

static void add_attribute(struct strbuf *ret, const char *root, const char *device, const char *name)
{
	struct strbuf text = STRBUF_INIT;
	char *path = mem_printf("/sys/class/net/%s/%s", device, name);

	read_file(&text, root, path);
	while (text.length && isspace((unsigned char)text.text[text.length - 1]))
		strbuf_truncate(&text, text.length - 1);
	strbuf_addf(ret, " %s", text.length && !strpbrk(text.text, " \t\n") ? text.text : "-");
	strbuf_release(&text);
	free(path);
}

static void read_interfaces(struct strbuf *ret, const char *root)
{
	static const char *const attributes[] = { "operstate", "carrier", "mtu", "speed", "address" };
	char *folder = mem_printf("%s/sys/class/net", root);
	DIR *list = opendir(folder);
	const struct dirent *entry;

	for (size_t found = 0; list && found < INTERFACES_MAX && (entry = readdir(list));) {
		if (entry->d_name[0] == '.')
			continue;
		strbuf_addstr(ret, entry->d_name);
		for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
			add_attribute(ret, root, entry->d_name, attributes[i]);
		strbuf_addch(ret, '\n');
		found++;
	}
	if (list)
		closedir(list);
	free(folder);
}

void host_texts_read(struct host_texts *texts, const char *root)
{
	int64_t now_ms = clock_wall_ms();
	struct utsname machine;

	for (size_t i = 0; i < HOST_FILES; i++) {
		strbuf_clear(&texts->items[i]);
		if (files[i].path && !read_file(&texts->items[i], root, files[i].path) && files[i].other)
			read_file(&texts->items[i], root, files[i].other);
	}
	if (uname(&machine) == 0)
		strbuf_addstr(&texts->items[HOST_MACHINE], machine.machine);
	strbuf_addf(&texts->items[HOST_TIME], "%" PRId64 ".%03d", now_ms / CLOCK_SECOND, (int)(now_ms % CLOCK_SECOND));
	read_interfaces(&texts->items[HOST_INTERFACES], root);
}

char *host_texts_script(void)
{
	struct strbuf script = STRBUF_INIT;

	strbuf_addstr(&script, "export LC_ALL=C\n");
	for (size_t i = 0; i < HOST_FILES; i++) {
		if (!files[i].path)
			continue;
		strbuf_addf(&script, "echo '" MARK "%s'; cat %s 2>/dev/null", files[i].name, files[i].path);
		if (files[i].other)
			strbuf_addf(&script, " || cat %s 2>/dev/null", files[i].other);
		strbuf_addch(&script, '\n');
	}
	strbuf_addstr(&script, script_rest);
	return strbuf_detach(&script);
}

static size_t find_section(const char *line, size_t length)
{
	size_t mark = sizeof(MARK) - 1;

	if (length <= mark || memcmp(line, MARK, mark) != 0)
		return HOST_FILES + 1;
	for (size_t i = 0; i < HOST_FILES; i++)
		if (strlen(files[i].name) == length - mark && memcmp(files[i].name, line + mark, length - mark) == 0)
			return i;
	return HOST_FILES;
}

bool host_texts_parse(struct host_texts *texts, const char *output, size_t length)
{
	size_t section = HOST_FILES;
	bool any = false;

	while (length) {
		const char *end = memchr(output, '\n', length);
		size_t line = end ? (size_t)(end - output) : length, used = end ? line + 1 : line;
		size_t begins = find_section(output, line && output[line - 1] == '\r' ? line - 1 : line);

		if (begins <= HOST_FILES) {
			section = begins;
			any = any || begins < HOST_FILES;
		} else if (section < HOST_FILES && texts->items[section].length + used <= HOST_TEXT_BYTES) {
			strbuf_add(&texts->items[section], output, used);
		}
		output += used;
		length -= used;
	}
	return any;
}

bool host_texts_reach_usage(const char *output, size_t length)
{
	static const char last[] = "\n" MARK "usage";

	return memmem(output, length, last, sizeof(last) - 1) != NULL;
}

bool host_line(const char **at, char *ret, size_t size)
{
	size_t length = strcspn(*at, "\n");

	if (!**at)
		return false;
	snprintf(ret, size, "%.*s", (int)(length < size ? length : size - 1), *at);
	*at += length + ((*at)[length] == '\n');
	return true;
}

size_t host_words(char *line, char *ret[HOST_WORDS])
{
	size_t count = 0;

	for (char *at = line; count < HOST_WORDS;) {
		at += strspn(at, " \t\r");
		if (!*at)
			break;
		ret[count++] = at;
		at += strcspn(at, " \t\r");
		if (*at)
			*at++ = '\0';
	}
	return count;
}

bool host_number(const char *word, double *ret)
{
	char *end;

	if (!*word || word[strspn(word, "0123456789.-")])
		return false;
	*ret = strtod(word, &end);
	return !*end;
}

void host_first_line(const struct host_texts *texts, enum host_file file, char *ret, size_t size)
{
	const char *at = texts->items[file].text;
	size_t length;

	ret[0] = '\0';
	host_line(&at, ret, size);
	length = strlen(ret);
	while (length && isspace((unsigned char)ret[length - 1]))
		ret[--length] = '\0';
}
