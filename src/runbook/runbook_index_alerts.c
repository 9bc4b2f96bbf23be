/* Which alerts a runbook says it is for, read from the annotations that stand before everything else in its file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "runbook/annotation.h"
#include "runbook/runbook_index.h"

#define BEGINNING 16384 /* bytes read of a file */

/* The beginning of a file, ended by a zero; the caller frees it. */
static char *beginning_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = mem_alloc(BEGINNING + 1);
	ssize_t got = fd < 0 ? -1 : read(fd, text, BEGINNING);

	if (fd >= 0)
		close(fd);
	text[got > 0 ? got : 0] = '\0';
	return text;
}

static void read_annotation(struct runbook *runbook, const char *text, size_t length, const char *path)
{
	struct error_list errors;
	struct annotation annotation;

	/* What is wrong with it is said where the runbook is read. */
	error_list_init(&errors);
	if (annotation_is(text, length) && annotation_parse(&annotation, text, length, path, 1, &errors) == 0) {
		annotation_read_runbook(&annotation, runbook, &errors);
		annotation_release(&annotation);
	}
	error_list_release(&errors);
}

static const char *const *copy_names(const struct runbook *runbook, struct arena *arena)
{
	const char **ret = arena_array(arena, runbook->alerts.count + 1, sizeof(*ret));

	for (size_t i = 0; i < runbook->alerts.count; i++)
		ret[i] = arena_strdup(arena, runbook->alerts.items[i]);
	ret[runbook->alerts.count] = NULL;
	return ret;
}

/* Behind the byte order mark, front matter and blank lines. */
static char *skip_to_comments(char *text)
{
	char *at = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text, *end;

	if (strncmp(at, "---", 3) == 0 && (end = strstr(at + 3, "\n---")))
		at = end + 4;
	return at + strspn(at, " \t\r\n");
}

const char *const *runbook_index_alerts(const char *path, struct arena *arena)
{
	char *text = beginning_of(path), *at = skip_to_comments(text), *close;
	struct runbook runbook = { 0 };
	const char *const *ret;

	arena_init(&runbook.arena);
	while (strncmp(at, "<!--", 4) == 0 && (close = strstr(at + 4, "-->"))) {
		read_annotation(&runbook, at + 4, (size_t)(close - at - 4), path);
		at = close + 3 + strspn(close + 3, " \t\r\n");
	}
	ret = copy_names(&runbook, arena);
	runbook_release(&runbook);
	free(text);
	return ret;
}

const struct runbook_file *runbook_index_find_alert(const struct runbook_index *index, const char *alert)
{
	for (size_t i = 0; i < index->files.count; i++)
		for (const char *const *name = index->files.items[i].alerts; name && *name; name++)
			if (strcmp(*name, alert) == 0)
				return &index->files.items[i];
	return NULL;
}
