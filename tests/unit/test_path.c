#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

static char folder[64];

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/skep-test-path-XXXXXX");
	cr_assert(mkdtemp(folder));
}

/* Only files and one level of folders are made here. */
static void remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char name[512];

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name) && rmdir(name))
			remove_folder(name);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

static void drop_folder(void)
{
	remove_folder(folder);
}

TestSuite(path, .init = make_folder, .fini = drop_folder);

static const char *in_folder(const char *name)
{
	static char path[2][256];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void expect_owned(char *text, const char *wanted)
{
	cr_assert(text, "NULL, not %s", wanted);
	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(path, joins)
{
	setenv("HOME", "/home/x", 1);
	expect_owned(path_join("a", "b"), "a/b");
	expect_owned(path_join("a/", "b"), "a/b");
	expect_owned(path_join("/", "b"), "/b");
	expect_owned(path_join("a", "/b"), "/b");
	expect_owned(path_join("", "b"), "b");
	expect_owned(path_join(NULL, "b"), "b");
	expect_owned(path_join("a", "~/b"), "/home/x/b");
	expect_owned(path_join("a", "~b"), "a/~b");
}

Test(path, folders)
{
	expect_owned(path_folder("a/b"), "a");
	expect_owned(path_folder("/a/b/c"), "/a/b");
	expect_owned(path_folder("a"), ".");
	expect_owned(path_folder("/a"), "/");
	expect_owned(path_folder("/"), "/");
	expect_owned(path_folder("a/b/"), "a");
	expect_owned(path_folder("a//b"), "a");
	expect_owned(path_folder(""), ".");
}

static void expect_unreadable(const char *path, size_t limit, const char *reason)
{
	struct strbuf content = STRBUF_INIT;
	struct error error = { 0 };

	strbuf_addstr(&content, "kept");
	cr_expect_eq(path_read(path, limit, &content, &error), -1);
	cr_expect(strstr(error.text, reason), "%s", error.text);
	cr_expect_eq(strncmp(error.text, path, strlen(path)), 0);
	cr_expect_str_eq(content.text, "kept");
	strbuf_release(&content);
}

Test(path, reads)
{
	struct strbuf content = STRBUF_INIT;
	struct error error;

	cr_assert_eq(path_write(in_folder("f"), "a\0b", 3, &error), 0);
	cr_expect(path_exists(in_folder("f")));
	cr_expect_not(path_exists(in_folder("g")));
	strbuf_addstr(&content, "old");
	cr_assert_eq(path_read(in_folder("f"), 3, &content, &error), 0);
	cr_expect_eq(content.length, 3);
	cr_expect_arr_eq(content.text, "a\0b", 3);
	strbuf_release(&content);
}

Test(path, refuses_to_read)
{
	char fifo[256];

	cr_assert_eq(path_write(in_folder("f"), "abcd", 4, NULL), 0);
	expect_unreadable(in_folder("none"), 10, "no such file or directory");
	expect_unreadable(folder, 10, "is a directory");
	expect_unreadable(in_folder("f"), 3, "larger than 3 bytes (the limit)");
	expect_unreadable("/proc/self/maps", 16, "larger than 16 bytes (the limit)");
	snprintf(fifo, sizeof(fifo), "%s", in_folder("fifo"));
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	expect_unreadable(fifo, 10, "is not a regular file");
	expect_unreadable("/dev/zero", 10, "is not a regular file");

	cr_assert_eq(truncate(in_folder("f"), 17 * 1024 * 1024), 0);
	expect_unreadable(in_folder("f"), 16 * 1024 * 1024, "larger than 16 MiB (the limit)");
	expect_unreadable(in_folder("f"), 4096, "larger than 4 KiB (the limit)");
}

static size_t count_entries(void)
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	cr_assert(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

Test(path, writes_with_private_mode)
{
	struct stat status;
	mode_t old = umask(0);

	cr_assert_eq(path_write(in_folder("f"), "x", 1, NULL), 0);
	umask(old);
	cr_assert_eq(stat(in_folder("f"), &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0600);
	cr_expect_eq(count_entries(), 1, "no temporary file is left");
}

Test(path, failed_write_leaves_all_as_it_was)
{
	struct error error = { 0 };

	cr_assert_eq(mkdir(in_folder("d"), 0700), 0);
	cr_assert_eq(path_write(in_folder("d/f"), "x", 1, NULL), 0);
	/* A folder with something in it cannot be replaced by the rename. */
	cr_expect_eq(path_write(in_folder("d"), "x", 1, &error), -1);
	cr_expect(strstr(error.text, "cannot write"), "%s", error.text);
	cr_expect(path_exists(in_folder("d/f")));
	cr_expect_eq(count_entries(), 1);
	cr_expect_eq(path_write(in_folder("none/f"), "x", 1, &error), -1);
	cr_expect(strstr(error.text, "no such file or directory"), "%s", error.text);
}

Test(path, writes_through_links)
{
	struct stat status;
	struct strbuf content = STRBUF_INIT;

	cr_assert_eq(path_write(in_folder("real"), "old", 3, NULL), 0);
	cr_assert_eq(symlink("real", in_folder("link")), 0);
	cr_assert_eq(path_write(in_folder("link"), "new", 3, NULL), 0);
	cr_assert_eq(lstat(in_folder("link"), &status), 0);
	cr_expect(S_ISLNK(status.st_mode));
	cr_assert_eq(path_read(in_folder("real"), 10, &content, NULL), 0);
	cr_expect_str_eq(content.text, "new");
	strbuf_release(&content);
}

enum { WRITES = 60, PIECE = 20000 };

static void *write_often(void *done)
{
	static char data[PIECE];

	for (int i = 0; i < WRITES; i++) {
		memset(data, 'a' + i % 26, sizeof(data));
		path_write(in_folder("f"), data, sizeof(data), NULL);
	}
	__atomic_store_n((int *)done, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

Test(path, readers_never_see_half_a_file)
{
	char path[256], first[PIECE];
	pthread_t writer;
	int done = 0;

	snprintf(path, sizeof(path), "%s/f", folder);
	memset(first, '-', sizeof(first));
	cr_assert_eq(path_write(path, first, sizeof(first), NULL), 0);
	cr_assert_eq(pthread_create(&writer, NULL, write_often, &done), 0);
	while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST)) {
		struct strbuf content = STRBUF_INIT;

		cr_assert_eq(path_read(path, PIECE, &content, NULL), 0);
		cr_assert_eq(content.length, PIECE);
		cr_assert_eq(content.text[0], content.text[PIECE - 1]);
		strbuf_release(&content);
	}
	pthread_join(writer, NULL);
}

Test(path, user_folders)
{
	setenv("HOME", "/home/x", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_CACHE_HOME");
	expect_owned(path_user(PATH_CONFIG, "config.yaml"), "/home/x/.config/skep/config.yaml");
	expect_owned(path_user(PATH_CACHE, NULL), "/home/x/.cache/skep");
	setenv("XDG_STATE_HOME", "/var/s", 1);
	expect_owned(path_user(PATH_STATE, "log"), "/var/s/skep/log");
	setenv("XDG_STATE_HOME", "relative", 1);
	expect_owned(path_user(PATH_STATE, "log"), "/home/x/.local/state/skep/log");
}

Test(path, shipped_files)
{
	cr_assert_eq(mkdir(in_folder("themes"), 0700), 0);
	cr_assert_eq(path_write(in_folder("themes/t.theme"), "x", 1, NULL), 0);
	setenv("SKEP_DATA", folder, 1);
	expect_owned(path_data("themes/t.theme"), in_folder("themes/t.theme"));
	cr_expect_null(path_data("themes/there-is-no-such.theme"));
}
