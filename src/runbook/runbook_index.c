#include "runbook/runbook_index.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/path.h"
#include "base/strbuf.h"

static bool ends_in_md(const char *name, size_t length)
{
	return length > 3 && strncasecmp(name + length - 3, ".md", 3) == 0;
}

/* Without what stands before the last slash, a number and a dash, .md, and what a URL has behind. */
const char *runbook_index_slug(const char *name, struct arena *arena)
{
	size_t length = strcspn(name, "?#"), start = 0, digits = 0;

	while (length && name[length - 1] == '/')
		length--;
	for (size_t i = 0; i < length; i++)
		if (name[i] == '/')
			start = i + 1;
	if (ends_in_md(name + start, length - start))
		length -= 3;
	while (isdigit((unsigned char)name[start + digits]))
		digits++;
	if (digits && start + digits + 1 < length && (name[start + digits] == '-' || name[start + digits] == '_'))
		start += digits + 1;
	return arena_strndup(arena, name + start, length - start);
}

/* Behind the byte order mark and front matter: a comment of its YAML is no heading. */
static char *skip_front(char *text)
{
	char *line = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;

	if (strncmp(line, "---\n", 4) == 0 && strstr(line + 3, "\n---\n"))
		return strstr(line + 3, "\n---\n") + 4;
	if (strncmp(line, "---\r\n", 5) == 0 && strstr(line + 4, "\n---\r\n"))
		return strstr(line + 4, "\n---\r\n") + 5;
	return line;
}

static bool is_fence(const char *line)
{
	return strncmp(line, "```", 3) == 0 || strncmp(line, "~~~", 3) == 0;
}

/* The first heading of a file's beginning; "" without one. */
static const char *title_of(const char *path, struct arena *arena)
{
	char text[RUNBOOK_TITLE_MAX + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = fd < 0 ? -1 : read(fd, text, RUNBOOK_TITLE_MAX);
	bool fenced = false;

	if (fd >= 0)
		close(fd);
	if (got <= 0)
		return "";
	text[got] = '\0';
	for (char *line = skip_front(text); line; line = strchr(line, '\n')) {
		size_t length;

		line += *line == '\n';
		/* A comment in a block of commands is none either. */
		fenced ^= is_fence(line);
		if (fenced || line[0] != '#' || line[1] != ' ')
			continue;
		line += 2 + strspn(line + 2, " ");
		length = strcspn(line, "\r\n");
		while (length && (line[length - 1] == ' ' || line[length - 1] == '#'))
			length--;
		return arena_strndup(arena, line, length);
	}
	return "";
}

static void add_folder(struct runbook_index *index, const char *folder)
{
	DIR *opened = opendir(folder);

	for (struct dirent *entry; opened && (entry = readdir(opened)) && index->files.count < RUNBOOK_FILES_MAX;) {
		char *path;

		if (entry->d_name[0] == '.' || !ends_in_md(entry->d_name, strlen(entry->d_name)) ||
		    strcasecmp(entry->d_name, "README.md") == 0)
			continue;
		path = path_join(folder, entry->d_name);
		vec_push(&index->files, (struct runbook_file){ .path = arena_strdup(&index->arena, path),
							       .slug = runbook_index_slug(entry->d_name, &index->arena),
							       .title = title_of(path, &index->arena),
							       .alerts = runbook_index_alerts(path, &index->arena) });
		free(path);
	}
	if (opened)
		closedir(opened);
}

static int compare_files(const void *a, const void *b)
{
	return strcmp(((const struct runbook_file *)a)->path, ((const struct runbook_file *)b)->path);
}

void runbook_index_init(struct runbook_index *index, const char *const *folders, size_t count)
{
	*index = (struct runbook_index){ 0 };
	arena_init(&index->arena);
	for (size_t i = 0; i < count; i++)
		add_folder(index, folders[i]);
	if (index->files.count)
		qsort(index->files.items, index->files.count, sizeof(*index->files.items), compare_files);
}

void runbook_index_release(struct runbook_index *index)
{
	vec_release(&index->files);
	arena_release(&index->arena);
}

const struct runbook_file *runbook_index_find(const struct runbook_index *index, const char *name)
{
	const struct runbook_file *found = NULL;
	struct arena arena;
	const char *slug;

	if (!name || !*name || !index->files.count)
		return NULL;
	arena_init(&arena);
	slug = runbook_index_slug(name, &arena);
	for (size_t i = 0; !found && i < index->files.count; i++)
		if (strcasecmp(index->files.items[i].slug, slug) == 0)
			found = &index->files.items[i];
	for (size_t i = 0; !found && i < index->files.count; i++)
		if (index->files.items[i].title[0] && strcasecmp(index->files.items[i].title, name) == 0)
			found = &index->files.items[i];
	arena_release(&arena);
	return found;
}
