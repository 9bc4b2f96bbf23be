#include "collect/host_mount.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

/* The kernel's own, and pictures of others; `overlay` shows the file system below it once more. */
static const char *const types_left_out[] = {
	"autofs",   "binfmt_misc", "bpf",        "cgroup",     "cgroup2",   "configfs", "debugfs", "devpts",
	"devtmpfs", "fusectl",     "hugetlbfs",  "iso9660",    "mqueue",    "nsfs",     "overlay", "proc",
	"procfs",   "pstore",      "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs",   "tracefs",
};

static const char *const points_left_out[] = { "/dev", "/proc", "/sys" };

/* Only what is below these: the folders themselves may be disks of their own. */
static const char *const below_left_out[] = { "/run/credentials/", "/var/lib/docker/", "/var/lib/containers/storage/" };

/* Those whose figures the kernel knows without asking anybody. */
static const char *const local_types[] = {
	"ext2", "ext3",  "ext4",  "xfs", "btrfs",   "vfat", "exfat",    "tmpfs", "ramfs",    "zfs",    "f2fs",
	"jfs",  "msdos", "ntfs3", "udf", "hfsplus", "ufs",  "bcachefs", "erofs", "reiserfs", "nilfs2",
};

static bool is_among(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, list[i]) == 0)
			return true;
	return false;
}
#define IS_AMONG(text, list) is_among(text, list, sizeof(list) / sizeof((list)[0]))

static bool is_point_left_out(const char *point)
{
	for (size_t i = 0; i < sizeof(points_left_out) / sizeof(points_left_out[0]); i++) {
		size_t length = strlen(points_left_out[i]);

		if (strncmp(point, points_left_out[i], length) == 0 && (!point[length] || point[length] == '/'))
			return true;
	}
	for (size_t i = 0; i < sizeof(below_left_out) / sizeof(below_left_out[0]); i++)
		if (strncmp(point, below_left_out[i], strlen(below_left_out[i])) == 0)
			return true;
	return false;
}

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' && text[2] >= '0' && text[2] <= '7';
}

/* Blanks, backslashes and line ends stand as \040 and so on. */
static const char *unescape(const char *text, struct arena *arena)
{
	char *ret = arena_strdup(arena, text), *to = ret;

	for (const char *at = text; *at; at++) {
		if (*at == '\\' && is_octal(at + 1)) {
			*to++ = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return ret;
}

/* "rw,noatime" is not read-only, "ro,..." is. */
static bool is_readonly(char *options)
{
	for (char *at = options; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, "ro", 2) == 0 && (at[2] == ',' || !at[2]))
			return true;
	return false;
}

/* Mounted twice on one place, only the later one is seen, and has the same labels. */
static bool is_known(const struct host_mount *items, size_t count, const struct host_mount *mount)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].point, mount->point) == 0 && strcmp(items[i].device, mount->device) == 0 &&
		    strcmp(items[i].type, mount->type) == 0)
			return true;
	return false;
}

void host_mounts_read(struct host_mounts *ret, const char *text)
{
	char line[4096], *words[HOST_WORDS];

	*ret = (struct host_mounts){ 0 };
	arena_init(&ret->arena);
	ret->items = arena_array(&ret->arena, HOST_MOUNTS_MAX, sizeof(*ret->items));
	while (host_line(&text, line, sizeof(line))) {
		struct host_mount *mount = &ret->items[ret->count];

		if (host_words(line, words) < 4 || IS_AMONG(words[2], types_left_out) || is_point_left_out(words[1]))
			continue;
		if (ret->count + 1 >= HOST_MOUNTS_MAX) {
			ret->left_out++;
			continue;
		}
		*mount = (struct host_mount){
			.device = unescape(words[0], &ret->arena),
			.point = unescape(words[1], &ret->arena),
			.raw_point = arena_strdup(&ret->arena, words[1]),
			.type = arena_strdup(&ret->arena, words[2]),
			.readonly = is_readonly(words[3]),
			.remote = !IS_AMONG(words[2], local_types),
		};
		ret->count += !is_known(ret->items, ret->count, mount);
	}
}

void host_mounts_release(struct host_mounts *mounts)
{
	arena_release(&mounts->arena);
	*mounts = (struct host_mounts){ 0 };
}

static void take_usage(struct host_mounts *mounts, char *const *words)
{
	double values[6];

	for (size_t i = 0; i < 6; i++)
		if (!host_number(words[i + 1], &values[i]))
			return;
	for (size_t i = 0; i < mounts->count; i++) {
		struct host_mount *mount = &mounts->items[i];

		if (strcmp(mount->raw_point, words[0]) != 0)
			continue;
		mount->answer = MOUNT_ANSWERED;
		mount->block_bytes = values[0];
		mount->blocks = values[1];
		mount->blocks_free = values[2];
		mount->blocks_available = values[3];
		mount->files = values[4];
		mount->files_free = values[5];
	}
}

void host_mounts_take_usage(struct host_mounts *mounts, const char *text)
{
	char line[4096], *words[HOST_WORDS];

	for (size_t i = 0; i < mounts->count; i++)
		mounts->items[i].answer = MOUNT_SILENT;
	while (host_line(&text, line, sizeof(line)))
		if (host_words(line, words) == 7)
			take_usage(mounts, words);
}

static double size_of(const struct host_mount *mount)
{
	return mount->block_bytes * mount->blocks;
}

static double free_of(const struct host_mount *mount)
{
	return mount->block_bytes * mount->blocks_free;
}

static double available_of(const struct host_mount *mount)
{
	return mount->block_bytes * mount->blocks_available;
}

static double files_of(const struct host_mount *mount)
{
	return mount->files;
}

static double files_free_of(const struct host_mount *mount)
{
	return mount->files_free;
}

static double readonly_of(const struct host_mount *mount)
{
	return mount->readonly;
}

static double error_of(const struct host_mount *mount)
{
	return mount->answer != MOUNT_ANSWERED;
}

void host_mounts_add(struct metric_page *page, const struct host_mounts *mounts)
{
	static const struct {
		const char *name, *help;
		double (*value)(const struct host_mount *mount);
		bool always;
	} rows[] = {
		{ "node_filesystem_size_bytes", "size of the file system", size_of, false },
		{ "node_filesystem_free_bytes", "free, root's reserve included", free_of, false },
		{ "node_filesystem_avail_bytes", "free for everybody", available_of, false },
		{ "node_filesystem_files", "inodes", files_of, false },
		{ "node_filesystem_files_free", "free inodes", files_free_of, false },
		{ "node_filesystem_readonly", "1 when it is mounted read-only", readonly_of, false },
		{ "node_filesystem_device_error", "1 when it could not be asked", error_of, true },
	};

	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]) && mounts->count; r++) {
		metric_page_family(page, rows[r].name, "gauge", rows[r].help);
		for (size_t i = 0; i < mounts->count; i++) {
			const struct host_mount *mount = &mounts->items[i];
			struct label labels[] = { { "device", mount->device },
						  { "fstype", mount->type },
						  { "mountpoint", mount->point } };

			if (rows[r].always || mount->answer == MOUNT_ANSWERED)
				metric_page_add(page, rows[r].name, labels, 3, rows[r].value(mount));
		}
	}
}

bool host_mounts_warning(const struct host_mounts *mounts, char *ret, size_t size)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->items[i].answer == MOUNT_SILENT)
			strbuf_addf(&text, "%s%s", text.length ? ", " : "no answer from file system ",
				    mounts->items[i].point);
	if (mounts->left_out)
		strbuf_addf(&text, "%s%zu file systems beyond %d left out", text.length ? "; " : "", mounts->left_out,
			    HOST_MOUNTS_MAX);
	snprintf(ret, size, "%s", text.text);
	strbuf_release(&text);
	return *ret;
}
