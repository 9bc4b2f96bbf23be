/*
 * Where a running system can be found: a folder of its own (mode 0700) that
 * holds its state file and its control socket. The folders of all of a user's
 * systems of one kind lie in $XDG_RUNTIME_DIR/PROGRAM, or without such a folder
 * in /tmp/PROGRAM-UID, which must be the user's alone.
 */
#ifndef SIM_PLACE_H
#define SIM_PLACE_H

#include "base/error.h"
#include "sim/world.h"

struct place {
	char *folder;
	char *state;   /* FOLDER/state.json */
	char *control; /* FOLDER/control, fits a socket's address */
};

/* Make a new folder; what those that were killed have left behind is swept away. */
int place_make(struct place *ret, const struct world_kind *kind, struct error *error);

/* Remove the folder and the two files. Also for a zeroed one. */
void place_remove(struct place *place);

/*
 * The state file of the system to speak to: `named` (a state file, or a folder
 * with one; may be NULL or ""), else the youngest one in the user's folders
 * that answers. The caller frees it. NULL with the error set when there is none.
 */
char *place_find(const struct world_kind *kind, const char *named, struct error *error);

/* Connect to a control socket; -1 when nobody listens there. */
int place_connect(const char *control, struct error *error);

/* The control socket that a state file names; the caller frees it. */
char *place_read_control(const char *state, struct error *error);

#endif
