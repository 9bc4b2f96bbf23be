/* File names and whole files. Returned strings are the caller's to free. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

/* `name` when absolute, else `folder`/`name`. A leading "~/" is the home folder. */
char *path_join(const char *folder, const char *name);

/* The folder part ("." when there is none). */
char *path_folder(const char *path);

bool path_exists(const char *path);

/*
 * Read a whole regular file of at most `limit` bytes into `ret` (replaced
 * only on success). Messages: "FILE: no such file or directory",
 * "FILE: is a directory", "FILE: larger than 16 MiB (the limit)".
 */
int path_read(const char *path, size_t limit, struct strbuf *ret, struct error *error);

/* Write atomically: a temporary file beside it with mode 0600, fsync, rename. */
int path_write(const char *path, const void *data, size_t length, struct error *error);

/* $XDG_CONFIG_HOME/skep, $XDG_STATE_HOME/skep and so on, with their defaults under $HOME. */
enum path_base { PATH_CONFIG, PATH_STATE, PATH_CACHE, PATH_RUNTIME };
char *path_user(enum path_base base, const char *name);

/*
 * Find a shipped file ("systems/polln/system.yaml", "themes/night.theme"): in
 * $SKEP_DATA, in the source tree beside an uninstalled program, then in the
 * installed data folder. NULL when there is none.
 */
char *path_data(const char *name);

#endif
