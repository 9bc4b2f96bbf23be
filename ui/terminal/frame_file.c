#include "ui/terminal/frame_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"

FILE *frame_file_open(struct error *error)
{
	int fd = memfd_create("frame", MFD_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "r+") : NULL;

	if (file)
		return file;
	error_set(error, "no memory for frames: %m");
	if (fd >= 0)
		close(fd);
	return NULL;
}

void frame_file_drop(FILE *file)
{
	int fd = fileno(file);

	/* Neither fails on a file in memory; the memory of a large frame goes back at once. */
	if (lseek(fd, 0, SEEK_SET) < 0 || ftruncate(fd, 0) < 0)
		log_line(LOG_LEVEL_ERROR, "a frame could not be dropped: %m");
}

void frame_file_take(FILE *file, struct strbuf *ret)
{
	int fd = fileno(file);
	/* Curses writes to the descriptor itself, so this is how much it wrote. */
	off_t length = lseek(fd, 0, SEEK_CUR);
	char bytes[16384];

	for (off_t at = 0; at < length;) {
		size_t want = length - at < (off_t)sizeof(bytes) ? (size_t)(length - at) : sizeof(bytes);
		ssize_t got = pread(fd, bytes, want, at);

		if (got <= 0)
			break;
		strbuf_add(ret, bytes, (size_t)got);
		at += got;
	}
	if (length > 0)
		frame_file_drop(file);
}
