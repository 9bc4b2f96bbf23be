#include "logs/gz_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/mem.h"

#define WINDOW_BYTES  32768u
#define INPUT_BYTES   ((size_t)32 * 1024)
#define SCRATCH_BYTES ((size_t)32 * 1024)
#define FIRST_SPACING ((uint64_t)1 << 20)
#define TRAILER_BYTES 8
#define GZIP_OR_FAIL  31    /* window bits: a gzip header is expected */
#define BARE          (-15) /* window bits: in the middle of a member */

struct gz_mark {
	uint64_t out, in; /* offsets; `in` behind the byte that has the last `bits` bits */
	int bits;
	unsigned window_length;
	unsigned char *window;
};

struct gz_file {
	int fd;
	z_stream stream;
	bool bare;           /* began at a mark: the trailer is not zlib's to read */
	bool ended, damaged; /* the stream stands at the end of all, or at a fault */
	uint64_t in, out;    /* offsets: of the next byte to read from the file, of the next unpacked one */
	uint64_t known;
	bool whole;
	uint64_t spacing;
	struct gz_mark marks[GZ_MARKS];
	size_t mark_count;
	unsigned char input[INPUT_BYTES];
	char scratch[SCRATCH_BYTES];
};

static int begin(struct gz_file *file, const struct gz_mark *mark, struct error *error)
{
	int status;

	file->bare = mark != NULL;
	file->ended = file->damaged = false;
	file->in = mark ? mark->in : 0;
	file->out = mark ? mark->out : 0;
	file->stream.avail_in = 0;
	status = inflateReset2(&file->stream, mark ? BARE : GZIP_OR_FAIL);
	if (status == Z_OK && mark && mark->bits) {
		unsigned char byte;

		if (pread(file->fd, &byte, 1, (off_t)mark->in - 1) != 1)
			return error_set(error, "cannot be read again");
		status = inflatePrime(&file->stream, mark->bits, byte >> (8 - mark->bits));
	}
	if (status == Z_OK && mark)
		status = inflateSetDictionary(&file->stream, mark->window, mark->window_length);
	return status == Z_OK ? 0 : error_set(error, "zlib cannot begin in the middle");
}

struct gz_file *gz_file_new(int fd, struct error *error)
{
	struct gz_file *file = mem_zalloc(sizeof(*file));

	file->fd = fd;
	file->spacing = FIRST_SPACING;
	if (inflateInit2(&file->stream, GZIP_OR_FAIL) != Z_OK) {
		error_set(error, "zlib cannot begin");
		free(file);
		return NULL;
	}
	return file;
}

void gz_file_free(struct gz_file *file)
{
	if (!file)
		return;
	inflateEnd(&file->stream);
	for (size_t i = 0; i < file->mark_count; i++)
		free(file->marks[i].window);
	free(file);
}

uint64_t gz_file_known(const struct gz_file *file, bool *ret_whole)
{
	*ret_whole = file->whole;
	return file->known;
}

/* Fewer marks at a greater distance. */
static void thin_marks(struct gz_file *file)
{
	size_t kept = 0;

	for (size_t i = 0; i < file->mark_count; i++) {
		if (i % 2)
			file->marks[kept++] = file->marks[i];
		else
			free(file->marks[i].window);
	}
	file->mark_count = kept;
	file->spacing *= 2;
}

/* zlib stands between two blocks: the only place to come back to. */
static void leave_mark(struct gz_file *file)
{
	uint64_t last = file->mark_count ? file->marks[file->mark_count - 1].out : 0;
	struct gz_mark mark = { .out = file->out, .in = file->in - file->stream.avail_in };

	if (file->out < last + file->spacing)
		return;
	if (file->mark_count == GZ_MARKS) {
		thin_marks(file);
		return;
	}
	mark.bits = file->stream.data_type & 7;
	mark.window = mem_alloc(WINDOW_BYTES);
	if (inflateGetDictionary(&file->stream, mark.window, &mark.window_length) != Z_OK) {
		free(mark.window);
		return;
	}
	file->marks[file->mark_count++] = mark;
}

/* Have at least `least` bytes of input, if there are as many. False when the file cannot be read. */
static bool fill(struct gz_file *file, size_t least)
{
	ssize_t got;

	while (file->stream.avail_in < least) {
		if (file->stream.avail_in)
			memmove(file->input, file->stream.next_in, file->stream.avail_in);
		file->stream.next_in = file->input;
		got = pread(file->fd, file->input + file->stream.avail_in, INPUT_BYTES - file->stream.avail_in,
			    (off_t)file->in);
		if (got < 0)
			return false;
		if (!got)
			break;
		file->in += (uint64_t)got;
		file->stream.avail_in += (unsigned)got;
	}
	return true;
}

static void skip_input(struct gz_file *file, unsigned count)
{
	file->stream.next_in += count;
	file->stream.avail_in -= count;
}

/* A member has ended: another one may follow; anything else behind it is padding. */
static int next_member(struct gz_file *file)
{
	if (!fill(file, TRAILER_BYTES + 2))
		return -1;
	if (file->bare)
		skip_input(file, file->stream.avail_in < TRAILER_BYTES ? file->stream.avail_in : TRAILER_BYTES);
	if (file->stream.avail_in < 2 || file->stream.next_in[0] != 0x1f || file->stream.next_in[1] != 0x8b) {
		file->ended = file->whole = true;
		return 0;
	}
	file->bare = false;
	return inflateReset2(&file->stream, GZIP_OR_FAIL) == Z_OK ? 0 : -1;
}

/* Unpack up to `size` bytes into `ret`; the bytes that came, 0 at the end, -1 at a fault. */
static int64_t unpack(struct gz_file *file, char *ret, size_t size)
{
	file->stream.next_out = (unsigned char *)ret;
	file->stream.avail_out = (unsigned)size;
	while (file->stream.avail_out && !file->ended) {
		unsigned before = file->stream.avail_out;
		int status;

		if (!fill(file, 1))
			return -1;
		if (!file->stream.avail_in)
			return size > before ? (int64_t)(size - before) : -1; /* cut off in the middle */
		status = inflate(&file->stream, Z_BLOCK);
		file->out += before - file->stream.avail_out;
		if (file->out > file->known)
			file->known = file->out;
		if (status == Z_STREAM_END) {
			if (next_member(file) < 0)
				return -1;
		} else if (status != Z_OK && status != Z_BUF_ERROR) {
			return size > file->stream.avail_out ? (int64_t)(size - file->stream.avail_out) : -1;
		} else if ((file->stream.data_type & 128) && !(file->stream.data_type & 64)) {
			leave_mark(file);
		}
	}
	return (int64_t)(size - file->stream.avail_out);
}

/* The last mark at or before `offset`; NULL for the beginning of the file. */
static const struct gz_mark *mark_before(const struct gz_file *file, uint64_t offset)
{
	const struct gz_mark *found = NULL;

	for (size_t i = 0; i < file->mark_count && file->marks[i].out <= offset; i++)
		found = &file->marks[i];
	return found;
}

int64_t gz_file_read(struct gz_file *file, uint64_t offset, char *ret, size_t size, struct error *error)
{
	const struct gz_mark *mark = mark_before(file, offset);
	size_t done = 0;

	if (file->whole && offset >= file->known)
		return 0;
	if ((file->damaged || offset < file->out || (mark && mark->out > file->out)) && begin(file, mark, error) < 0)
		return -1;
	while (done < size && !file->ended) {
		uint64_t skip = offset > file->out ? offset - file->out : 0;
		char *into = skip ? file->scratch : ret + done;
		size_t wanted = !skip ? size - done : skip < SCRATCH_BYTES ? (size_t)skip : SCRATCH_BYTES;
		int64_t got = unpack(file, into, wanted);

		if (got < 0) {
			/* What was unpacked is all there will be. */
			file->damaged = file->whole = true;
			return done ? (int64_t)done
				    : error_set(error, "damaged after %llu unpacked bytes",
						(unsigned long long)file->known);
		}
		done += skip ? 0 : (size_t)got;
	}
	return (int64_t)done;
}
