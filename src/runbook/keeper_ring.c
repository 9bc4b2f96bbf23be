#include "runbook/keeper_ring.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define FACTS_BYTES 4096
#define RING_BYTES  (FACTS_BYTES + KEEPER_HEAD_BYTES + KEEPER_TAIL_BYTES)
#define MADE_FILE   RING_FILE ".new" /* until it is whole */

/* A cut tail begins with a line, when one begins within so many bytes. */
#define LINE_MOST 4096

/* What may be claimed at once: the less it is, the less a reader has to drop. */
#define CLAIM_BYTES (32u * 1024)

static const char ring_magic[16] = "skep transcript";

struct ring_facts {
	char magic[16];
	_Atomic uint64_t claimed; /* the writer may be writing up to here */
	_Atomic uint64_t total;   /* all up to here is written */
	_Atomic uint32_t outcome_length;
	char outcome[RING_OUTCOME_MAX];
	char unused[FACTS_BYTES - 16 - 2 * sizeof(uint64_t) - 8 - RING_OUTCOME_MAX];
	char head[KEEPER_HEAD_BYTES];
	char tail[KEEPER_TAIL_BYTES];
};
_Static_assert(sizeof(struct ring_facts) == RING_BYTES, "the file's size tells its form");

/* ---- writing ---- */

/* It gets its name when it is whole: a console that looks meanwhile would take it for a settled one. */
int ring_make(struct ring *ring, int folder, struct error *error)
{
	int fd = openat(folder, MADE_FILE, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int failed = fd < 0 ? errno : posix_fallocate(fd, 0, RING_BYTES);
	void *map = MAP_FAILED;

	*ring = (struct ring){ 0 };
	if (!failed) {
		map = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		failed = map == MAP_FAILED ? errno : 0;
	}
	if (!failed)
		memcpy(((struct ring_facts *)map)->magic, ring_magic, sizeof(ring_magic));
	/* The pages' places on the disk are known to the disk too, before anything is run. */
	if (!failed && (fsync(fd) < 0 || renameat(folder, MADE_FILE, folder, RING_FILE) < 0))
		failed = errno;
	if (fd >= 0)
		close(fd);
	if (failed && map != MAP_FAILED)
		munmap(map, RING_BYTES);
	if (failed) {
		if (fd >= 0)
			unlinkat(folder, MADE_FILE, 0);
		return error_set(error, "%s", failed == ENOSPC ? "no space left on device" : strerror(failed));
	}
	ring->facts = map;
	return 0;
}

void ring_release(struct ring *ring)
{
	if (ring->facts)
		munmap(ring->facts, RING_BYTES);
	ring->facts = NULL;
}

/* Output byte number `at` goes into the head or, from there on, round and round the tail. */
static void put(struct ring_facts *facts, uint64_t at, const char *data, size_t length)
{
	while (length) {
		bool in_head = at < KEEPER_HEAD_BYTES;
		size_t place = in_head ? (size_t)at : (size_t)((at - KEEPER_HEAD_BYTES) % KEEPER_TAIL_BYTES);
		size_t room = (in_head ? KEEPER_HEAD_BYTES : KEEPER_TAIL_BYTES) - place;
		size_t piece = length < room ? length : room;

		memcpy((in_head ? facts->head : facts->tail) + place, data, piece);
		at += piece;
		data += piece;
		length -= piece;
	}
}

void ring_add(struct ring *ring, const char *data, size_t length)
{
	while (length) {
		size_t piece = length < CLAIM_BYTES ? length : CLAIM_BYTES;

		atomic_store_explicit(&ring->facts->claimed, ring->total + piece, memory_order_relaxed);
		atomic_thread_fence(memory_order_seq_cst);
		put(ring->facts, ring->total, data, piece);
		ring->total += piece;
		atomic_store_explicit(&ring->facts->total, ring->total, memory_order_release);
		data += piece;
		length -= piece;
	}
}

int ring_put_outcome(struct ring *ring, const char *json, size_t length)
{
	if (length > RING_OUTCOME_MAX)
		return -1;
	memcpy(ring->facts->outcome, json, length);
	atomic_store_explicit(&ring->facts->outcome_length, (uint32_t)length, memory_order_release);
	return msync(ring->facts, RING_BYTES, MS_SYNC);
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t wrote = write(fd, data, length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -1;
		data += wrote;
		length -= (size_t)wrote;
	}
	return 0;
}

static int write_plain(int fd, const struct keeper_output *output)
{
	char line[80];
	int length = snprintf(line, sizeof(line), "\n[... %" PRIu64 " bytes left out ...]\n", output->left_out);

	if (write_all(fd, output->head, output->head_length) < 0)
		return -1;
	if (output->left_out && write_all(fd, line, (size_t)length) < 0)
		return -1;
	return write_all(fd, output->tail, output->tail_length) < 0 ? -1 : fsync(fd);
}

int ring_settle(const struct ring *ring, int folder, struct error *error)
{
	struct ring_reader reader = { .facts = ring->facts };
	struct keeper_output output;
	int fd = openat(folder, MADE_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int failed;

	if (fd < 0)
		return error_set(error, "%s", strerror(errno));
	ring_reader_get(&reader, &output);
	failed = write_plain(fd, &output) < 0 ? errno : 0;
	free(reader.tail);
	if (close(fd) < 0 && !failed)
		failed = errno;
	if (!failed && renameat(folder, MADE_FILE, folder, RING_FILE) < 0)
		failed = errno;
	if (failed) {
		unlinkat(folder, MADE_FILE, 0);
		return error_set(error, "%s", failed == ENOSPC ? "no space left on device" : strerror(failed));
	}
	fsync(folder);
	return 0;
}

/* ---- reading ---- */

/* A plain one is always smaller than a ring: whatever a program prints, it is not taken for one. */
_Static_assert(KEEPER_HEAD_BYTES + KEEPER_TAIL_BYTES + 80 < RING_BYTES, "the file's size tells its form");

static bool read_plain(struct ring_reader *reader, int fd, size_t size)
{
	char piece[16384];

	strbuf_init(&reader->plain);
	while (reader->plain.length < size) {
		ssize_t got = read(fd, piece, sizeof(piece));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		strbuf_add(&reader->plain, piece, (size_t)got);
	}
	reader->is_plain = true;
	return true;
}

bool ring_reader_open(struct ring_reader *reader, int folder)
{
	int fd = openat(folder, RING_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat status = { 0 };
	const struct ring_facts *facts;
	void *map = MAP_FAILED;
	bool opened = false;

	ring_reader_release(reader);
	if (fd < 0)
		return false;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < RING_BYTES && status.st_size >= 0)
		opened = read_plain(reader, fd, (size_t)status.st_size);
	else if (S_ISREG(status.st_mode) && status.st_size == RING_BYTES)
		map = mmap(NULL, RING_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return opened;
	facts = map;
	if (memcmp(facts->magic, ring_magic, sizeof(ring_magic)) != 0) {
		munmap(map, RING_BYTES);
		return false;
	}
	reader->facts = facts;
	return true;
}

void ring_reader_release(struct ring_reader *reader)
{
	union {
		const struct ring_facts *read;
		void *mapped;
	} facts = { reader->facts };

	if (facts.mapped)
		munmap(facts.mapped, RING_BYTES);
	if (reader->is_plain)
		strbuf_release(&reader->plain);
	free(reader->tail);
	*reader = (struct ring_reader){ 0 };
}

static void copy_tail(const struct ring_facts *facts, uint64_t from, uint64_t to, char *ret)
{
	while (from < to) {
		size_t place = (size_t)((from - KEEPER_HEAD_BYTES) % KEEPER_TAIL_BYTES);
		size_t piece = KEEPER_TAIL_BYTES - place;

		piece = piece < to - from ? piece : (size_t)(to - from);
		memcpy(ret, facts->tail + place, piece);
		ret += piece;
		from += piece;
	}
}

/* Bytes that cannot be the first of a line, when a line begins soon. */
static size_t part_of_line(const char *text, size_t length)
{
	const char *end = memchr(text, '\n', length < LINE_MOST ? length : LINE_MOST);

	return end ? (size_t)(end - text) + 1 : 0;
}

/* Take over the tail up to byte `total` of the output, which is more than the head. */
static void read_tail(struct ring_reader *reader, uint64_t total)
{
	uint64_t first = KEEPER_HEAD_BYTES, from, claimed;
	size_t cut = 0;

	if (!reader->tail)
		reader->tail = mem_alloc(KEEPER_TAIL_BYTES);
	from = total - first > KEEPER_TAIL_BYTES ? total - KEEPER_TAIL_BYTES : first;
	copy_tail(reader->facts, from, total, reader->tail);
	atomic_thread_fence(memory_order_seq_cst);
	claimed = atomic_load_explicit(&reader->facts->claimed, memory_order_relaxed);
	if (claimed > from + KEEPER_TAIL_BYTES)
		cut = (size_t)(claimed - from - KEEPER_TAIL_BYTES);
	if (cut > total - from)
		cut = (size_t)(total - from);
	if (from + cut > first)
		cut += part_of_line(reader->tail + cut, (size_t)(total - from) - cut);
	reader->tail_start = cut;
	reader->tail_length = (size_t)(total - from) - cut;
	reader->seen = total;
}

void ring_reader_get(struct ring_reader *reader, struct keeper_output *ret)
{
	uint64_t total;

	*ret = (struct keeper_output){ .head = "", .tail = "" };
	if (reader->is_plain) {
		ret->head = reader->plain.text;
		ret->head_length = reader->plain.length;
		ret->total = reader->plain.length;
		return;
	}
	if (!reader->facts)
		return;
	total = atomic_load_explicit(&reader->facts->total, memory_order_acquire);
	ret->total = total;
	ret->head = reader->facts->head;
	ret->head_length = total < KEEPER_HEAD_BYTES ? (size_t)total : KEEPER_HEAD_BYTES;
	if (total <= KEEPER_HEAD_BYTES)
		return;
	if (reader->seen != total)
		read_tail(reader, total);
	ret->tail = reader->tail + reader->tail_start;
	ret->tail_length = reader->tail_length;
	ret->left_out = total - KEEPER_HEAD_BYTES - reader->tail_length;
}

bool ring_reader_outcome(const struct ring_reader *reader, struct strbuf *ret)
{
	uint32_t length;

	if (!reader->facts)
		return false;
	length = atomic_load_explicit(&reader->facts->outcome_length, memory_order_acquire);
	if (!length || length > RING_OUTCOME_MAX)
		return false;
	strbuf_add(ret, reader->facts->outcome, length);
	return true;
}
