#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

void output_open_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

void output_complain(const char *program, const char *format, va_list args)
{
	struct strbuf raw = STRBUF_INIT, safe = STRBUF_INIT;

	strbuf_vaddf(&raw, format, args);
	text_add_safe(&safe, raw.text);
	fprintf(stderr, "%s: %s\n", program, safe.text);
	strbuf_release(&raw);
	strbuf_release(&safe);
}

bool output_write(const char *program, const struct strbuf *text)
{
	for (size_t done = 0; done < text->length;) {
		ssize_t written = write(STDOUT_FILENO, text->text + done, text->length - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			if (errno != EPIPE)
				fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
			return false;
		}
		done += (size_t)written;
	}
	return true;
}
