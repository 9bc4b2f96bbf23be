#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "logs/follow_private.h"
#include "logs/pages_private.h"

#define LOOK_MS        25    /* a look reads no longer */
#define SEARCH_MS      1000  /* between searches for files, unless names changed */
#define LATE_WRITER_MS 10000 /* an old file is watched so long after its last byte */
#define GONE_MS        60000 /* a file that is gone is forgotten after this */
#define OLD_MANY       8     /* with more than these, each is watched for a shorter time */
#define LATE_MANY_MS   500
#define CLOSED_MOST    64
#define AWAY_MS        2000 /* between rename and create a name may be missing so long */

#define FOLDER_EVENTS (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR)

static void tail_release(struct engine *engine, struct tail *tail)
{
	reading_close(engine, &tail->now);
	for (size_t i = 0; i < tail->old.count; i++)
		reading_close(engine, &tail->old.items[i]);
	vec_release(&tail->old);
	vec_release(&tail->known);
	vec_release(&tail->closed);
	free(tail->path);
}

void engine_free(struct engine *engine)
{
	for (size_t i = 0; i < engine->tails.count; i++)
		tail_release(engine, &engine->tails.items[i]);
	for (size_t i = 0; i < engine->patterns.count; i++)
		free(engine->patterns.items[i]);
	vec_release(&engine->tails);
	vec_release(&engine->patterns);
	if (engine->inotify >= 0)
		close(engine->inotify);
	if (engine->sink->free)
		engine->sink->free(engine->sink_state);
	free(engine->buffer);
	free(engine);
}

/* ---- one name ---- */

/* A glob may find a file under the name that rotation is just giving it, or by a link. */
static const struct tail *who_reads(const struct engine *engine, const struct tail *tail, const struct reading *reading)
{
	for (size_t i = 0; i < engine->tails.count; i++) {
		const struct tail *other = &engine->tails.items[i];

		if (other == tail)
			continue;
		if (other->now.fd >= 0 && other->now.inode == reading->inode && other->now.device == reading->device)
			return other;
		for (size_t k = 0; k < other->old.count; k++)
			if (other->old.items[k].inode == reading->inode &&
			    other->old.items[k].device == reading->device)
				return other;
	}
	return NULL;
}

static void appear(struct engine *engine, struct tail *tail)
{
	const struct tail *other;
	struct stat status;

	tail->now = reading_open(engine, tail->path);
	if (tail->now.fd < 0) {
		tail_say(tail);
		return;
	}
	other = who_reads(engine, tail, &tail->now);
	if (other) {
		snprintf(tail->reason, sizeof(tail->reason), "%.70s: the same file as %.60s", tail->path, other->path);
		reading_close(engine, &tail->now);
		return;
	}
	if (fstat(tail->now.fd, &status) == 0)
		tail->size = (uint64_t)status.st_size;
	if (!engine->begun)
		tail_begin(engine, tail);
	tail_remember(tail);
	tail->key = log_part_key(tail->now.fd, false);
	tail->revision++;
}

/* Look whether the name still leads to what is read; if not, see to it that nothing between is left out. */
static void tail_look(struct engine *engine, struct tail *tail)
{
	struct stat named, held;
	bool there = stat(tail->path, &named) == 0;

	if (!there) {
		int64_t now_ms = clock_monotonic_ms();

		if (!tail->gone_ms)
			tail->gone_ms = now_ms;
		tail->gone = tail->now.fd < 0 || now_ms - tail->gone_ms >= AWAY_MS;
		if (tail->gone)
			tail_say(tail);
		return;
	}
	tail->gone = false;
	tail->gone_ms = 0;
	tail->reason[0] = '\0';
	if (tail->now.fd < 0) {
		appear(engine, tail);
		return;
	}
	if (named.st_ino != tail->now.inode || named.st_dev != tail->now.device) {
		tail_rotate(engine, tail);
		return;
	}
	if (fstat(tail->now.fd, &held) < 0)
		return;
	tail->size = (uint64_t)held.st_size;
	if ((uint64_t)held.st_size < tail->now.offset || !reading_is_same(&tail->now))
		tail_truncated(engine, tail);
	else if (tail->recheck)
		tail_recheck(engine, tail);
}

/* Read to its end: whatever its name will be, it is not to be read again. */
static void close_old(struct engine *engine, struct tail *tail, struct reading *reading)
{
	struct known_part part = { reading->device, reading->inode, log_part_key(reading->fd, false),
				   reading->born_ns };

	reading_end(engine, tail, reading);
	if (tail->closed.count == CLOSED_MOST) {
		tail->closed.count--;
		memmove(tail->closed.items, tail->closed.items + 1, tail->closed.count * sizeof(part));
	}
	vec_push(&tail->closed, part);
}

/* Old files first, in their order; each is closed when no more comes. True when all was read. */
static bool read_tail(struct engine *engine, struct tail *tail, int64_t until_ms)
{
	int64_t late_ms = tail->old.count > OLD_MANY ? LATE_MANY_MS : LATE_WRITER_MS;
	size_t kept = 0;
	bool all = true;

	for (size_t i = 0; i < tail->old.count; i++) {
		struct reading *reading = &tail->old.items[i];
		int64_t now_ms;

		all = all && reading_lines(engine, tail, reading, until_ms);
		now_ms = clock_monotonic_ms();
		if (!reading->quiet_ms)
			reading->quiet_ms = now_ms;
		if (all && now_ms - reading->quiet_ms >= late_ms)
			close_old(engine, tail, reading);
		else
			tail->old.items[kept++] = *reading;
	}
	tail->old.count = kept;
	if (!all || tail->now.fd < 0)
		return all;
	all = reading_lines(engine, tail, &tail->now, until_ms);
	return all;
}

/* ---- all names ---- */

static struct tail *find_tail(struct engine *engine, const char *path)
{
	for (size_t i = 0; i < engine->tails.count; i++)
		if (strcmp(engine->tails.items[i].path, path) == 0)
			return &engine->tails.items[i];
	return NULL;
}

static void want(struct engine *engine, const char *path, bool literal)
{
	struct tail *tail = find_tail(engine, path);
	char *folder;

	if (!tail && engine->tails.count >= FOLLOW_FILES) {
		engine->totals.not_followed++;
		return;
	}
	if (!tail) {
		tail = vec_add(&engine->tails);
		tail->path = mem_strdup(path);
		tail->id = ++engine->next_id;
		tail->now.fd = tail->now.watch = -1;
		tail->literal = literal;
	}
	tail->wanted = true;
	/* Asked each time: the folder may be another one by now. The same one gives the same watch. */
	folder = path_folder(path);
	if (engine->inotify >= 0)
		inotify_add_watch(engine->inotify, folder, FOLDER_EVENTS);
	free(folder);
}

/* A name that a glob finds may be the rotated part of another that it finds. */
static bool is_part_of_another(const glob_t *found, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	bool packed;

	for (size_t i = 0; i < found->gl_pathc; i++) {
		const char *other = found->gl_pathv[i], *other_slash = strrchr(other, '/');
		size_t other_folder = other_slash ? (size_t)(other_slash - other) + 1 : 0;

		if (folder == other_folder && strncmp(path, other, folder) == 0 &&
		    log_part_is_rotated(other + folder, path + folder, &packed))
			return true;
	}
	return false;
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t length = strlen(path), tail = strlen(suffix);

	return length > tail && strcmp(path + length - tail, suffix) == 0;
}

static void search_glob(struct engine *engine, const char *pattern)
{
	glob_t found = { 0 };

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *path = found.gl_pathv[i];

			if (!has_suffix(path, ".gz") && !has_suffix(path, ".xz") && !has_suffix(path, ".bz2") &&
			    !has_suffix(path, ".zst") && !is_part_of_another(&found, path))
				want(engine, path, false);
		}
	} else if (!engine->totals.reason[0]) {
		snprintf(engine->totals.reason, sizeof(engine->totals.reason), "no file matches %.120s", pattern);
	}
	globfree(&found);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tail *)a)->path, ((const struct tail *)b)->path);
}

static void search(struct engine *engine)
{
	int64_t now_ms = clock_monotonic_ms();

	/* The names of parts may have changed just as well. */
	for (size_t i = 0; engine->search && i < engine->tails.count; i++)
		if (!engine->tails.items[i].recheck) {
			engine->tails.items[i].recheck = 1;
			engine->tails.items[i].waited = 0;
		}
	engine->searched_ms = now_ms;
	engine->search = false;
	engine->totals.not_followed = 0;
	engine->totals.reason[0] = '\0';
	for (size_t i = 0; i < engine->tails.count; i++)
		engine->tails.items[i].wanted = false;
	for (size_t i = 0; i < engine->patterns.count; i++) {
		const char *pattern = engine->patterns.items[i];

		if (strpbrk(pattern, "*?["))
			search_glob(engine, pattern);
		else
			want(engine, pattern, true);
	}
	if (engine->tails.count)
		qsort(engine->tails.items, engine->tails.count, sizeof(struct tail), by_path);
}

/* Files that a glob found and that are gone for good; what was not read of them is still there to be read. */
static void forget_gone(struct engine *engine)
{
	int64_t now_ms = clock_monotonic_ms();
	size_t kept = 0;

	for (size_t i = 0; i < engine->tails.count; i++) {
		struct tail *tail = &engine->tails.items[i];

		if (tail->gone && now_ms - tail->gone_ms >= GONE_MS && tail->now.fd >= 0)
			reading_end(engine, tail, &tail->now);
		if (!tail->literal && !tail->old.count &&
		    ((tail->gone && now_ms - tail->gone_ms >= GONE_MS) || (!tail->wanted && tail->now.fd < 0)))
			tail_release(engine, tail);
		else
			engine->tails.items[kept++] = *tail;
	}
	engine->tails.count = kept;
}

void engine_look(struct engine *engine)
{
	int64_t until_ms = clock_monotonic_ms() + LOOK_MS;
	size_t count;

	if (!engine->begun || engine->search || clock_monotonic_ms() - engine->searched_ms >= SEARCH_MS)
		search(engine);
	engine->totals.behind = false;
	engine->parser.now_ms = clock_wall_ms();
	count = engine->tails.count;
	for (size_t i = 0; i < count; i++)
		tail_look(engine, &engine->tails.items[i]);
	for (size_t i = 0; i < count; i++)
		if (!read_tail(engine, &engine->tails.items[(engine->turn + i) % count], until_ms))
			engine->totals.behind = true;
	engine->turn = count ? (engine->turn + 1) % count : 0;
	engine->begun = true;
	engine->totals.files = 0;
	for (size_t i = 0; i < count; i++) {
		const struct tail *tail = &engine->tails.items[i];

		engine->totals.files += tail->now.fd >= 0;
		if (tail->reason[0] && !engine->totals.reason[0])
			snprintf(engine->totals.reason, sizeof(engine->totals.reason), "%s", tail->reason);
	}
	forget_gone(engine);
}
