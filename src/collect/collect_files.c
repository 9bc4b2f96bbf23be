/* Files whose content matters: hashed on the pool, so that a changed configuration is seen. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/vec.h"
#include "collect/collector.h"
#include "collect/intake.h"
#include "collect/metric_page.h"

#define FILES_MAX     1000
#define HASH_TEXT     (2 * 32 + 1)
#define READ_BYTES    (64 * 1024)
#define DEFAULT_LIMIT "16777216"

struct files_config {
	const char *job, *instance;
	struct option_strings paths, labels;
	int64_t interval_ms, limit_bytes;
};

/* A file as it was met: hashed anew only when it is another one or was written to. */
struct known_file {
	char *path;
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed, written;
	char hash[HASH_TEXT];
};

struct known_files {
	VEC(struct known_file) items;
};

struct files {
	struct collector *collector;
	const struct files_config *config;
	struct intake *intake;
	struct job *job;
	struct arena arena;
	struct known_files known; /* not while a job has them */
	int64_t time_ms;
};

/* One round on its way through the pool, which owns what is known meanwhile. */
struct round {
	const struct files_config *config;
	struct known_files before, now;
	struct metric_page page;
	char warning[160];
	unsigned unread;
	int64_t time_ms;
};

static void release_known(struct known_files *files)
{
	for (size_t i = 0; i < files->items.count; i++)
		free(files->items.items[i].path);
	vec_release(&files->items);
}

/* Only the first file that cannot be read is named; the others are counted. */
static void complain(struct round *round, const char *path, const char *why)
{
	if (!round->unread++)
		snprintf(round->warning, sizeof(round->warning), "%.100s: %s", path, why);
}

static int hash_content(int fd, EVP_MD_CTX *context, char *ret)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *bytes = mem_alloc(READ_BYTES);
	unsigned length = 0;
	ssize_t got = 0;
	bool good = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

	while (good && (got = read(fd, bytes, READ_BYTES)) > 0)
		good = EVP_DigestUpdate(context, bytes, (size_t)got) == 1;
	free(bytes);
	if (!good || got < 0 || EVP_DigestFinal_ex(context, digest, &length) != 1)
		return -1;
	for (unsigned i = 0; i < length && 2 * i + 2 < HASH_TEXT; i++)
		snprintf(ret + 2 * i, 3, "%02x", digest[i]);
	return 0;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static const struct known_file *find_known(const struct known_files *files, const struct known_file *file)
{
	for (size_t i = 0; i < files->items.count; i++) {
		const struct known_file *known = &files->items.items[i];

		if (strcmp(known->path, file->path) == 0)
			return known->device == file->device && known->inode == file->inode &&
					       known->size == file->size &&
					       same_time(&known->written, &file->written) &&
					       same_time(&known->changed, &file->changed)
				       ? known
				       : NULL;
	}
	return NULL;
}

/* The file's state and hash. -1 when it is none of those that are read. */
static int read_file(struct round *round, int fd, EVP_MD_CTX *context, struct known_file *file)
{
	const struct known_file *known;
	struct stat status;

	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		complain(round, file->path, "is no file");
		return -1;
	}
	if (status.st_size > round->config->limit_bytes) {
		complain(round, file->path, "is larger than the limit");
		return -1;
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	file->size = status.st_size;
	file->written = status.st_mtim;
	file->changed = status.st_ctim;
	known = find_known(&round->before, file);
	if (known) {
		memcpy(file->hash, known->hash, sizeof(file->hash));
	} else if (hash_content(fd, context, file->hash) < 0) {
		complain(round, file->path, "cannot be read");
		return -1;
	}
	return 0;
}

static void take_file(struct round *round, EVP_MD_CTX *context, const char *path)
{
	struct known_file file = { .path = mem_strdup(path) };
	/* Not blocked by a named pipe that nobody writes to. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		complain(round, path, strerror(errno));
	if (fd >= 0 && read_file(round, fd, context, &file) == 0)
		vec_push(&round->now.items, file);
	else
		free(file.path);
	if (fd >= 0)
		close(fd);
}

static void add_samples(struct round *round)
{
	const struct known_file *files = round->now.items.items;
	size_t count = round->now.items.count;
	struct metric_page *page = &round->page;

	metric_page_family(page, "skep_file_info", "gauge", "what is in a file, by its hash");
	for (size_t i = 0; i < count; i++) {
		const struct label labels[] = { { "path", files[i].path }, { "sha256", files[i].hash } };

		metric_page_add(page, "skep_file_info", labels, 2, 1);
	}
	metric_page_family(page, "skep_file_mtime_seconds", "gauge", "when a file was written to, in Unix time");
	for (size_t i = 0; i < count; i++)
		metric_page_add_label(page, "skep_file_mtime_seconds", "path", files[i].path,
				      (double)files[i].written.tv_sec + (double)files[i].written.tv_nsec / 1e9);
	metric_page_family(page, "skep_file_size_bytes", "gauge", "how large a file is");
	for (size_t i = 0; i < count; i++)
		metric_page_add_label(page, "skep_file_size_bytes", "path", files[i].path, (double)files[i].size);
	metric_page_gauge(page, "skep_file_unreadable", "files that could not be read", round->unread);
}

static bool is_taken(const struct round *round, const char *path)
{
	for (size_t i = 0; i < round->now.items.count; i++)
		if (strcmp(round->now.items.items[i].path, path) == 0)
			return true;
	return false;
}

static void take_pattern(struct round *round, EVP_MD_CTX *context, const char *pattern)
{
	glob_t found = { 0 };

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (round->now.items.count >= FILES_MAX)
				complain(round, pattern, "there are too many files");
			else if (!is_taken(round, found.gl_pathv[i]))
				take_file(round, context, found.gl_pathv[i]);
	} else {
		complain(round, pattern, "no such file");
	}
	globfree(&found);
}

static void work(void *state)
{
	struct round *round = state;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t used;

	for (size_t i = 0; context && i < round->config->paths.count; i++)
		take_pattern(round, context, round->config->paths.items[i]);
	EVP_MD_CTX_free(context);
	used = strlen(round->warning);
	if (round->unread > 1)
		snprintf(round->warning + used, sizeof(round->warning) - used, " (and %u more)", round->unread - 1);
	add_samples(round);
}

static void done(void *state, void *user)
{
	struct round *round = state;
	struct files *files = user;
	struct collector *collector = files->collector;
	bool nothing = !round->now.items.count && round->unread;
	char reason[160];

	files->job = NULL;
	files->known = round->now;
	round->now = (struct known_files){ 0 };
	snprintf(reason, sizeof(reason), "%s", round->warning);
	snprintf(collector->state.warning, sizeof(collector->state.warning), "%s", nothing ? "" : round->warning);
	collector_set_raw(collector, round->page.text.text, round->page.text.length);
	collector->state.bytes = round->page.text.length;
	intake_page(files->intake, round->time_ms, &round->page.text, false, nothing ? reason : NULL);
}

static void drop(void *state)
{
	struct round *round = state;

	release_known(&round->before);
	release_known(&round->now);
	metric_page_release(&round->page);
	free(round);
}

static const struct job_ops round_job = { .work = work, .done = done, .drop = drop, .waits = true };

static void start(struct collector *collector, int64_t time_ms)
{
	struct files *files = collector->own;
	struct round *round = mem_zalloc(sizeof(*round));
	struct error error;

	metric_page_init(&round->page);
	round->config = files->config;
	round->time_ms = time_ms;
	round->before = files->known;
	files->known = (struct known_files){ 0 };
	files->job = pool_submit(collect_bridges(collector->collect)->pool, &round_job, round, files, &error);
	if (!files->job) {
		drop(round);
		intake_fail(files->intake, time_ms, error.text);
	}
}

static void files_free(struct collector *collector)
{
	struct files *files = collector->own;

	if (files->job)
		job_cancel(files->job);
	intake_free(files->intake);
	release_known(&files->known);
	arena_release(&files->arena);
	free(files);
}

static const struct collector_ops files_ops = { .start = start, .free = files_free };

static void open_entry(struct collect *collect, const void *entry)
{
	const struct files_config *config = entry;
	struct files *files = mem_zalloc(sizeof(*files));
	struct intake_config intake = { 0 };
	char host[256] = "localhost";
	const char *instance = config->instance;

	if (!instance && gethostname(host, sizeof(host) - 1) == 0)
		instance = host;
	files->config = config;
	files->collector = collector_add(collect, &files_ops, files, "files", config->job, instance ? instance : host,
					 "", config->interval_ms);
	intake.labels = intake_labels(config->job, instance ? instance : host, &config->labels, &files->arena);
	files->intake = intake_new(files->collector, &intake);
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct files_config *config = entry_config;

	if (!config->paths.count)
		return error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
				      "the collector has no files (paths: [a file, or a pattern like conf/*.yaml])");
	for (size_t i = 0; i < config->paths.count; i++) {
		char *path = path_join(folder, config->paths.items[i]);

		config->paths.items[i] = arena_strdup(arena, path);
		free(path);
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct files_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "files", .value_name = "NAME", .help = "the job label" },
	{ "instance", 0, OPTION_STRING, AT(instance), .value_name = "NAME",
	  .help = "the instance label (default: the machine's name)" },
	{ "paths", 0, OPTION_STRINGS, AT(paths), .value_name = "FILE",
	  .help = "files or patterns (conf/*.yaml), relative to the system file; at most 1000 files are read" },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels of every series" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "30s", .minimum = 1000, .maximum = 86400000,
	  .help = "how often they are looked at; they are read again only when they were written to" },
	{ "limit-bytes", 0, OPTION_INT, AT(limit_bytes), .fallback = DEFAULT_LIMIT, .minimum = 1, .maximum = 1e10,
	  .help = "a larger file is not read" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_files = {
	.type = "files",
	.help = "hashes of files: skep_file_info{path,sha256}, so that a changed configuration becomes an event",
	.options = options,
	.config_size = sizeof(struct files_config),
	.finish = finish_entry,
	.open = open_entry,
};
