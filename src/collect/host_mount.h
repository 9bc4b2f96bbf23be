/*
 * File systems: which of the mounted ones are told of, chosen as node_exporter
 * does, and how full they are. Pure: any thread; who asks them is host_usage.h.
 */
#ifndef COLLECT_HOST_MOUNT_H
#define COLLECT_HOST_MOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "collect/host_text.h"
#include "collect/metric_page.h"

#define HOST_MOUNTS_MAX 500

enum mount_answer {
	MOUNT_UNASKED,
	MOUNT_ANSWERED,
	MOUNT_REFUSED, /* an error, or nothing came */
	MOUNT_SILENT,  /* no answer in time: a server behind it hangs */
};

struct host_mount {
	const char *device, *point, *type;
	const char *raw_point; /* as the kernel writes it, with \040 for a space */
	bool readonly;
	bool remote; /* asking it may take for ever: a network, or a program, is behind it */
	enum mount_answer answer;
	double block_bytes, blocks, blocks_free, blocks_available, files, files_free;
};

struct host_mounts {
	struct arena arena;
	struct host_mount *items;
	size_t count;
	size_t left_out; /* beyond HOST_MOUNTS_MAX */
};

/* Choose from /proc/mounts. Release it afterwards. */
void host_mounts_read(struct host_mounts *ret, const char *text);
void host_mounts_release(struct host_mounts *mounts);

/* Take the answers from what a remote script printed (HOST_USAGE); those it says nothing of were silent. */
void host_mounts_take_usage(struct host_mounts *mounts, const char *text);

/* node_filesystem_*; one without an answer has only its device_error of 1. */
void host_mounts_add(struct metric_page *page, const struct host_mounts *mounts);

/* "no answer from /data, /home" in `ret`; false and "" when all answered. */
bool host_mounts_warning(const struct host_mounts *mounts, char *ret, size_t size);

#endif
