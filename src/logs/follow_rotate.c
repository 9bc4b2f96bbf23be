/* How rotation is seen through: what came between two looks, and what is a copy of what. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "logs/follow_private.h"

#define OLD_MOST      512 /* old files open at a time, for one name */
#define RECHECKS      2
#define WAITS_MOST    1000 /* looks for a copy that is being made */
#define LISTINGS_MOST 8

static bool is_among(const struct known_part *list, size_t count, const struct log_part *part)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].inode == part->inode && list[i].device == part->device && list[i].key == part->key &&
		    list[i].born_ns == part->born_ns)
			return true;
	return false;
}

static bool is_known(const struct tail *tail, const struct log_part *part)
{
	return is_among(tail->known.items, tail->known.count, part) ||
	       is_among(tail->closed.items, tail->closed.count, part);
}

static bool is_held(const struct tail *tail, const struct log_part *part)
{
	for (size_t i = 0; i < tail->old.count; i++)
		if (tail->old.items[i].inode == part->inode && tail->old.items[i].device == part->device)
			return true;
	return tail->now.fd >= 0 && tail->now.inode == part->inode && tail->now.device == part->device;
}

/* Why parts are looked for, and how to tell what they are. */
struct missed {
	bool deleted;               /* what was read has no name any more */
	uint64_t key;               /* of what was read before a truncation: a copy of it is read from `from` on */
	bool waits;                 /* one was seen that may be a copy being made */
	const struct reading *from; /* NULL: nothing was truncated */
	uint64_t present_key;       /* of what has the name: a copy of that is being made, and waits; 0 none */
	uint64_t read_key;          /* of what is read: what was copied of it is told apart once it was truncated */
};

/* Is it a copy of what still has the name? */
static bool is_copy(const struct missed *missed, uint64_t key)
{
	return (missed->present_key && key == missed->present_key) || (missed->read_key && key == missed->read_key);
}

static void remember(struct tail *tail, const struct log_parts *parts, const struct missed *missed)
{
	vec_clear(&tail->known);
	for (size_t i = 0; i < parts->list.count; i++) {
		const struct log_part *part = &parts->list.items[i];

		if (!part->current && !is_copy(missed, part->key))
			vec_push(&tail->known,
				 (struct known_part){ part->device, part->inode, part->key, part->born_ns });
	}
}

/* Were there parts that came and went? None of the known is left, and what was read is deleted. */
static bool may_have_lost(const struct tail *tail, const struct log_parts *parts, bool deleted)
{
	size_t rotated = 0;

	for (size_t i = 0; i < parts->list.count; i++) {
		if (parts->list.items[i].current)
			continue;
		rotated++;
		if (is_known(tail, &parts->list.items[i]))
			return false;
	}
	return deleted && rotated && tail->known.count;
}

/* False when names changed under it. */
static bool take_listed(struct engine *engine, struct tail *tail, const struct log_parts *parts, struct missed *missed)
{
	for (size_t i = 0; i < parts->list.count && tail->old.count < OLD_MOST; i++) {
		const struct log_part *part = &parts->list.items[i];
		struct reading reading;

		if (part->current || part->packed || is_known(tail, part) || is_held(tail, part))
			continue;
		if (is_copy(missed, part->key)) {
			missed->waits = true;
			continue;
		}
		reading = reading_open(engine, part->path);
		if (reading.fd < 0 || reading.inode != part->inode || reading.device != part->device) {
			reading_close(engine, &reading);
			return false;
		}
		if (missed->from && missed->key && part->key == missed->key) {
			reading.offset = missed->from->offset;
			reading.skipping = missed->from->skipping;
			missed->from = NULL;
		}
		vec_push(&tail->old, reading);
	}
	return true;
}

/*
 * Parts that were not there at the last look are lines not yet read: files
 * that came and were renamed meanwhile, or copies made before a truncation. A
 * copy of what was being read is read from where reading had come to. Files
 * are held open from here on, so that rotation may go on meanwhile.
 */
static void take_missed(struct engine *engine, struct tail *tail, struct missed missed)
{
	for (unsigned i = 0; i < LISTINGS_MOST; i++) {
		struct log_parts parts;
		bool all;

		if (log_parts_read(&parts, tail->path, NULL) < 0)
			return;
		if (i == 0 && may_have_lost(tail, &parts, missed.deleted))
			engine->totals.lost++;
		all = take_listed(engine, tail, &parts, &missed);
		if (all)
			remember(tail, &parts, &missed);
		log_parts_release(&parts);
		if (!all)
			continue;
		/* That a copy is whole and the file truncated changes no name: look again by oneself. */
		if (missed.waits && !tail->recheck && tail->waited++ < WAITS_MOST)
			tail->recheck = 1;
		return;
	}
}

/* Another file has the name. */
void tail_rotate(struct engine *engine, struct tail *tail)
{
	struct reading next = reading_open(engine, tail->path);
	struct stat status;

	if (next.fd < 0) {
		tail_say(tail);
		return;
	}
	if (next.inode == tail->now.inode && next.device == tail->now.device) {
		reading_close(engine, &next);
		return;
	}
	if (fstat(tail->now.fd, &status) < 0)
		status.st_nlink = 1;
	vec_push(&tail->old, tail->now);
	tail->now = next;
	tail->key = 0;
	tail->rotations++;
	tail->revision++;
	tail->recheck = RECHECKS;
	tail->waited = 0;
	engine->totals.rotations++;
	take_missed(engine, tail, (struct missed){ .deleted = !status.st_nlink });
}

void tail_truncated(struct engine *engine, struct tail *tail)
{
	struct missed missed = { .key = tail->key,
				 .from = &tail->now,
				 .present_key = log_part_key(tail->now.fd, false) };

	engine->totals.truncations++;
	tail->rotations++;
	tail->revision++;
	tail->recheck = RECHECKS;
	tail->waited = 0;
	/* Where every file begins with the same line, keys tell nothing. */
	if (missed.present_key == missed.key)
		missed.present_key = 0;
	take_missed(engine, tail, missed);
	tail->now.offset = 0;
	tail->now.skipping = false;
	tail->now.guard_length = 0;
	tail->key = 0;
}

void tail_recheck(struct engine *engine, struct tail *tail)
{
	tail->recheck--;
	take_missed(engine, tail,
		    (struct missed){ .present_key = log_part_key(tail->now.fd, false), .read_key = tail->key });
}

void tail_remember(struct tail *tail)
{
	struct log_parts parts;

	if (log_parts_read(&parts, tail->path, NULL) < 0)
		return;
	remember(tail, &parts, &(struct missed){ 0 });
	log_parts_release(&parts);
}

void tail_say(struct tail *tail)
{
	snprintf(tail->reason, sizeof(tail->reason), "%.120s: %s", tail->path,
		 errno == EINVAL ? "no regular file" : strerror(errno));
}
