/*
 * The texts a Linux machine describes itself with: files of /proc, /sys and
 * /etc, all of them at once, from this machine or out of what a short shell
 * script printed on another one. And the small tools to take them apart.
 * Missing texts are empty. Pure apart from host_texts_read: any thread.
 */
#ifndef COLLECT_HOST_TEXT_H
#define COLLECT_HOST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

enum host_file {
	HOST_LOADAVG,
	HOST_STAT,
	HOST_MEMINFO,
	HOST_VMSTAT,
	HOST_MOUNTS,
	HOST_DISKSTATS,
	HOST_NETDEV,
	HOST_SOCKSTAT,
	HOST_SOCKSTAT6,
	HOST_NETSTAT,
	HOST_SNMP,
	HOST_SOFTNET,
	HOST_ARP,
	HOST_SCHEDSTAT,
	HOST_FILENR,
	HOST_CONNTRACK,
	HOST_CONNTRACK_MAX,
	HOST_PRESSURE_CPU,
	HOST_PRESSURE_IO,
	HOST_PRESSURE_MEMORY,
	HOST_OSTYPE,
	HOST_OSRELEASE,
	HOST_VERSION,
	HOST_HOSTNAME,
	HOST_DOMAINNAME,
	HOST_OS_RELEASE,
	/* Made by the script, or by host_texts_read in the same form. */
	HOST_MACHINE,    /* "x86_64" */
	HOST_TIME,       /* seconds since the epoch */
	HOST_INTERFACES, /* "NAME OPERSTATE CARRIER MTU SPEED ADDRESS" a line, "-" for what is not said */
	HOST_USAGE, /* "MOUNTPOINT BLOCK_SIZE BLOCKS FREE AVAILABLE INODES INODES_FREE" a line, as /proc/mounts writes
		       it */
	HOST_FILES,
};

#define HOST_TEXT_BYTES (1024u * 1024) /* of one text: what is more is left out */
#define HOST_WORDS      24

struct host_texts {
	struct strbuf items[HOST_FILES];
};

void host_texts_init(struct host_texts *texts);
void host_texts_release(struct host_texts *texts);

/* Read this machine's below `root` ("" for the machine's own). HOST_USAGE is left empty: see host_usage.h. May block.
 */
void host_texts_read(struct host_texts *texts, const char *root);

/* The script that prints them all on another machine, for any POSIX shell; the caller frees it. */
char *host_texts_script(void);

/* Take apart what the script printed. False when it holds none of them. */
bool host_texts_parse(struct host_texts *texts, const char *output, size_t length);

/* Did the script get as far as its last part, in which it asks file systems and may come to hang? */
bool host_texts_reach_usage(const char *output, size_t length);

/* Copy the next line, cut to `size`, without its end; false at the end of the text. */
bool host_line(const char **at, char *ret, size_t size);

/* Divide a line in place at its blanks. Returns how many words there are, at most HOST_WORDS. */
size_t host_words(char *line, char *ret[HOST_WORDS]);

/* A plain decimal number and nothing else. */
bool host_number(const char *word, double *ret);

/* The first line of a text, without blanks at its end, in `ret`; "" when there is none. */
void host_first_line(const struct host_texts *texts, enum host_file file, char *ret, size_t size);

#endif
