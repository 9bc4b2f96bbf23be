#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define LOG_LINE_MAX    1024
#define LOG_LIMIT_BYTES (8 * 1024 * 1024)

static struct {
	int fd;
	enum log_level level;
} sink = { .fd = -1, .level = LOG_LEVEL_ERROR };

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

void log_open(int fd, enum log_level level)
{
	sink.fd = fd;
	sink.level = level;
}

/* As text_add_safe, but without memory: this also reports that there is none. */
static size_t copy_safe(const char *text, char *ret, size_t size)
{
	size_t left = strlen(text), length = 0;

	while (left > 0) {
		char encoded[5];
		uint32_t code;
		size_t used = text_decode(text, left, &code), bytes;

		if (code == '\n' || code == '\t')
			code = ' ';
		else if (text_is_unsafe(code))
			code = TEXT_REPLACEMENT;
		bytes = text_encode(code, encoded);
		if (length + bytes > size)
			break;
		memcpy(ret + length, encoded, bytes);
		length += bytes;
		text += used;
		left -= used;
	}
	return length;
}

/* A file that has grown to the limit starts again, so a console that runs for months cannot fill a disk. */
static void start_again_when_full(int fd)
{
	struct stat status;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size < LOG_LIMIT_BYTES)
		return;
	if (!ftruncate(fd, 0))
		(void)lseek(fd, 0, SEEK_SET);
}

void log_line(enum log_level level, const char *format, ...)
{
	char message[LOG_LINE_MAX], line[LOG_LINE_MAX + 64];
	int saved = errno, fd = sink.fd;
	int64_t now;
	size_t length;
	va_list args;

	if (fd < 0 || level > sink.level)
		return;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	now = clock_wall_ms();
	time_format(now, "%Y-%m-%dT%H:%M:%S", line, sizeof(line));
	length = strlen(line);
	length += (size_t)snprintf(line + length, sizeof(line) - length, ".%03dZ %s ", (int)(now % CLOCK_SECOND),
				   level_names[level]);
	length += copy_safe(message, line + length, sizeof(line) - length - 1);
	line[length++] = '\n';

	start_again_when_full(fd);
	/* One write a line, so that lines of several threads do not mix; a log that cannot be written is no fault. */
	while (write(fd, line, length) < 0 && errno == EINTR)
		;
	errno = saved;
}
