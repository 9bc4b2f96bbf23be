/*
 * Which key means what, where: the ledger of UX.md as a table, and the user's
 * changes to it from the `keys:` mapping of the configuration file. Keys that
 * clash, unknown names, and acting actions bound to keys that look (lower
 * case, digits, arrows) are errors with the line.
 */
#ifndef UI_INPUT_KEYMAP_H
#define UI_INPUT_KEYMAP_H

#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "config/yaml.h"
#include "ui/input/action.h"
#include "ui/input/key.h"

struct binding {
	struct key key;
	enum action action;
};

struct keymap {
	VEC(struct binding) bindings;
};

/* The ledger's own bindings. */
void keymap_init(struct keymap *keymap);
void keymap_release(struct keymap *keymap);

/*
 * Apply `keys: { action-name: KEY or [KEY, KEY], ... }`: the named actions get
 * these keys instead of their own, [] for none. Returns -1 with every fault
 * added; the keymap is then unchanged. A missing or empty `keys` is no fault.
 */
int keymap_read(struct keymap *keymap, const struct yaml_node *keys, const char *file, struct error_list *errors);

/* What `key` means in `context`; ACTION_NONE when nothing. */
enum action keymap_find(const struct keymap *keymap, struct key key, unsigned context);

/* Append the keys of an action: "+ ]". Empty when it has none. */
void keymap_add_keys(const struct keymap *keymap, enum action action, struct strbuf *ret);

/* The first key of an action, for hints; false when it has none. */
bool keymap_first_key(const struct keymap *keymap, enum action action, struct key *ret);

#endif
