/*
 * Where the journal's file lies: its folders, the kind of file system, and
 * what becomes of a file that is damaged. Called on worker threads.
 */
#ifndef JOURNAL_JOURNAL_PLACE_H
#define JOURNAL_JOURNAL_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Which file a path led to: another one may have taken its place since. */
struct file_identity {
	dev_t device;
	ino_t inode;
};

/* Make the missing folders (0700) and an empty file (0600). One that is there is left as it is. */
int journal_place_make(const char *path, struct error *error);

/* -1 when there is none. */
int journal_place_identify(const char *path, struct file_identity *ret);
bool file_identity_equal(const struct file_identity *a, const struct file_identity *b);

/*
 * Does the path lie on a file system that other hosts reach? There the shared
 * memory that WAL needs is not shared. All of FUSE counts as such, since its
 * kind does not tell sshfs from a local one.
 */
bool journal_place_is_remote(const char *path);

/* The same of a file system's type, as statfs has it. */
bool file_system_is_remote(unsigned long type);

/*
 * Rename a damaged file and what belongs to it to NAME.damaged-TIME, unless
 * another process has done so already (the path leads to another file than
 * `identity`). The new name, without folder, goes into `ret_name`, "" when
 * there was nothing to do. -1 when it cannot be renamed.
 */
int journal_place_set_aside(const char *path, const struct file_identity *identity, char *ret_name, size_t size,
			    struct error *error);

#endif
