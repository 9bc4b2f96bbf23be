#include "ui/input/keymap.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define KEYS_MAX   16  /* of one action */
#define NAMES_MOST 380 /* bytes of actions that a fault names */

/* UX.md, "Keys: one ledger". The first key of an action is the one that hints name. */
static const struct binding ledger[] = {
	{ { KEYCODE_LEFT, 0 }, ACTION_LEFT },
	{ { 'h', 0 }, ACTION_LEFT },
	{ { KEYCODE_DOWN, 0 }, ACTION_DOWN },
	{ { 'j', 0 }, ACTION_DOWN },
	{ { KEYCODE_UP, 0 }, ACTION_UP },
	{ { 'k', 0 }, ACTION_UP },
	{ { KEYCODE_RIGHT, 0 }, ACTION_RIGHT },
	{ { 'l', 0 }, ACTION_RIGHT },
	{ { KEYCODE_TAB, 0 }, ACTION_NEXT },
	{ { KEYCODE_BACKTAB, 0 }, ACTION_PREVIOUS },
	{ { KEYCODE_ENTER, 0 }, ACTION_OPEN },
	{ { KEYCODE_ESCAPE, 0 }, ACTION_BACK },
	{ { 'q', 0 }, ACTION_BACK },
	{ { '1', 0 }, ACTION_VIEW_1 },
	{ { '2', 0 }, ACTION_VIEW_2 },
	{ { '3', 0 }, ACTION_VIEW_3 },
	{ { '4', 0 }, ACTION_VIEW_4 },
	{ { '5', 0 }, ACTION_VIEW_5 },
	{ { '6', 0 }, ACTION_VIEW_6 },
	{ { '7', 0 }, ACTION_VIEW_7 },
	{ { '8', 0 }, ACTION_VIEW_8 },
	{ { '9', 0 }, ACTION_VIEW_9 },
	{ { '0', 0 }, ACTION_NEXT_SYSTEM },
	{ { '+', 0 }, ACTION_LONGER },
	{ { ']', 0 }, ACTION_LONGER },
	{ { '-', 0 }, ACTION_SHORTER },
	{ { '[', 0 }, ACTION_SHORTER },
	{ { '<', 0 }, ACTION_EARLIER },
	{ { '>', 0 }, ACTION_LATER },
	{ { '.', 0 }, ACTION_NOW },
	{ { 'p', 0 }, ACTION_PAUSE },
	{ { 'g', 0 }, ACTION_TOP },
	{ { KEYCODE_HOME, 0 }, ACTION_TOP },
	{ { 'G', 0 }, ACTION_BOTTOM },
	{ { KEYCODE_END, 0 }, ACTION_BOTTOM },
	{ { KEYCODE_PAGE_UP, 0 }, ACTION_PAGE_UP },
	{ { KEYCODE_PAGE_DOWN, 0 }, ACTION_PAGE_DOWN },
	{ { '/', 0 }, ACTION_FIND },
	{ { 'n', 0 }, ACTION_FIND_NEXT },
	{ { 'N', 0 }, ACTION_FIND_PREVIOUS },
	{ { 'f', 0 }, ACTION_FILTER },
	{ { 'o', 0 }, ACTION_OUTPUT },
	{ { 's', 0 }, ACTION_SORT },
	{ { 'v', 0 }, ACTION_VARIABLES },
	{ { 'w', 0 }, ACTION_WORST },
	{ { 'x', 0 }, ACTION_EXPLAIN },
	{ { 'y', 0 }, ACTION_COPY },
	{ { ':', 0 }, ACTION_COMMAND },
	{ { '?', 0 }, ACTION_HELP },
	{ { 'l', KEYMOD_CTRL }, ACTION_REDRAW },
	{ { 'c', KEYMOD_CTRL }, ACTION_CANCEL },
	{ { 'R', 0 }, ACTION_RETRY },
	{ { 'T', 0 }, ACTION_THEME },
	{ { 'r', 0 }, ACTION_RUNBOOK },
	{ { 'A', 0 }, ACTION_ACKNOWLEDGE },
	{ { 'M', 0 }, ACTION_MUTE },
	{ { 'C', 0 }, ACTION_COMMENT },
	{ { 'U', 0 }, ACTION_UNDO },
	{ { '!', 0 }, ACTION_RUN },
	{ { 'D', 0 }, ACTION_DONE },
	{ { 'S', 0 }, ACTION_SKIP },
	{ { 'F', 0 }, ACTION_FAIL },
	{ { 'B', 0 }, ACTION_BRANCH },
	{ { 'E', 0 }, ACTION_EDIT },
	{ { 'X', 0 }, ACTION_STOP },
	{ { 'P', 0 }, ACTION_PEN },
	{ { 'O', 0 }, ACTION_TERMINAL },
	{ { 'z', KEYMOD_CTRL }, ACTION_SUSPEND },
};

/* One reading of the `keys:` mapping. */
struct reading {
	const char *file;
	struct error_list *errors;
	bool named[ACTION_COUNT];             /* has keys of the user's */
	struct keymap read;                   /* these */
	VEC(const struct yaml_node *) places; /* where each of them was written */
};

void keymap_init(struct keymap *keymap)
{
	memset(keymap, 0, sizeof(*keymap));
	for (size_t i = 0; i < sizeof(ledger) / sizeof(*ledger); i++)
		vec_push(&keymap->bindings, ledger[i]);
}

void keymap_release(struct keymap *keymap)
{
	vec_release(&keymap->bindings);
}

static bool is_capital(uint32_t code)
{
	return code >= 'A' && code <= 'Z';
}

/* Capitals that only ever look: the pairs of hjkl, g and n. */
static bool is_looking_capital(uint32_t code)
{
	return is_capital(code) && strchr("HJKLGN", (int)code);
}

static bool may_act(struct key key)
{
	if (key.modifiers & (KEYMOD_CTRL | KEYMOD_ALT))
		return true;
	if (key.code >= KEYCODE_F1 && key.code <= KEYCODE_F12)
		return true;
	return key.code == '!' || (is_capital(key.code) && !is_looking_capital(key.code));
}

static bool may_look(struct key key)
{
	if (key.modifiers & (KEYMOD_CTRL | KEYMOD_ALT))
		return true;
	return key.code != '!' && (!is_capital(key.code) || is_looking_capital(key.code));
}

/* Alt with the introducer of a sequence: on the wire it is the beginning of one. */
static bool begins_sequence(struct key key)
{
	return key.modifiers == KEYMOD_ALT && key.code < 0x80 && key.code > 0 && strchr("[O]PX^_", (int)key.code);
}

static int add_fault(const struct reading *reading, const struct yaml_node *node, enum action action, const char *text)
{
	return error_list_add(reading->errors, FAULT_ERROR, reading->file, node->line, node->column,
			      action_row(action)->name, "%s", text);
}

static void read_key(struct reading *reading, const struct yaml_node *node, enum action action)
{
	struct error error;
	struct key key;

	if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
		add_fault(reading, node, action,
			  "is no key (allowed: a key such as x or Ctrl-X, signs in quotes; [] for none)");
		return;
	}
	if (key_parse(node->text, &key, &error)) {
		add_fault(reading, node, action, error.text);
	} else if (begins_sequence(key)) {
		error_set(&error,
			  "'%.40s' cannot be told from the beginning of a terminal's sequence (any other Alt key)",
			  node->text);
		add_fault(reading, node, action, error.text);
	} else if (action_row(action)->acts && !may_act(key)) {
		error_set(
			&error,
			"'%.40s' only looks, and this acts (allowed: a capital other than H J K L G N, '!', a key with "
			"Ctrl or Alt, F1 to F12)",
			node->text);
		add_fault(reading, node, action, error.text);
	} else if (!action_row(action)->acts && !may_look(key)) {
		error_set(&error,
			  "'%.40s' acts, and this only looks (allowed: any key but '!' and capitals other than "
			  "H J K L G N)",
			  node->text);
		add_fault(reading, node, action, error.text);
	} else {
		vec_push(&reading->read.bindings, (struct binding){ key, action });
		vec_push(&reading->places, node);
	}
}

static void unknown_action(const struct reading *reading, const struct yaml_node *node)
{
	enum action nearest = ACTION_NONE;
	struct strbuf names = STRBUF_INIT;
	unsigned best = 4, more = 0;

	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const char *name = action_row((enum action)i)->name;
		unsigned distance = text_distance(name, node->key, best);

		if (distance < best && distance < strlen(name)) {
			best = distance;
			nearest = (enum action)i;
		}
		/* A fault has room for so many. */
		if (names.length < NAMES_MOST)
			strbuf_addf(&names, "%s%s", i > 1 ? ", " : "", name);
		else
			more++;
	}
	if (more)
		strbuf_addf(&names, " and %u more", more);
	if (nearest != ACTION_NONE)
		error_list_add(reading->errors, FAULT_ERROR, reading->file, node->key_line, node->key_column, NULL,
			       "unknown action '%.40s' (did you mean '%s')", node->key, action_row(nearest)->name);
	else
		error_list_add(reading->errors, FAULT_ERROR, reading->file, node->key_line, node->key_column, NULL,
			       "unknown action '%.40s' (%s)", node->key, names.text);
	strbuf_release(&names);
}

static void read_action(struct reading *reading, const struct yaml_node *node)
{
	enum action action = action_find(node->key);

	if (action == ACTION_NONE) {
		unknown_action(reading, node);
		return;
	}
	reading->named[action] = true;
	if (node->kind != YAML_SEQUENCE) {
		read_key(reading, node, action);
	} else if (node->count == 0 && action == ACTION_BACK) {
		add_fault(reading, node, action, "has no key (it is the way out: at least one)");
	} else if (node->count > KEYS_MAX) {
		add_fault(reading, node, action, "has too many keys (at most 16)");
	} else {
		for (size_t i = 0; i < node->count; i++)
			read_key(reading, node->items[i], action);
	}
}

/* Whether one key would mean both in some context. */
static bool clashes(const struct binding *a, const struct binding *b)
{
	return key_equal(a->key, b->key) && (action_row(a->action)->contexts & action_row(b->action)->contexts);
}

/* What the user wrote against what he wrote before, and against what he left as it is. */
static void find_clashes(const struct reading *reading, const struct keymap *kept)
{
	for (size_t i = 0; i < reading->read.bindings.count; i++) {
		const struct binding *binding = &reading->read.bindings.items[i];
		const struct yaml_node *place = reading->places.items[i];
		struct error error;
		char name[24];

		key_name(binding->key, name, sizeof(name));
		for (size_t j = 0; j < i; j++) {
			const struct binding *other = &reading->read.bindings.items[j];

			if (!clashes(binding, other))
				continue;
			error_set(&error, "'%s' is also a key of '%s' in line %u (each key once)", name,
				  action_row(other->action)->name, reading->places.items[j]->line);
			add_fault(reading, place, binding->action, error.text);
		}
		for (size_t j = 0; j < kept->bindings.count; j++) {
			const struct binding *other = &kept->bindings.items[j];

			if (!clashes(binding, other))
				continue;
			error_set(&error, "'%s' is the key of '%s' (give that another key, or [] for none)", name,
				  action_row(other->action)->name);
			add_fault(reading, place, binding->action, error.text);
		}
	}
}

static size_t fault_count(const struct reading *reading)
{
	return reading->errors->errors;
}

int keymap_read(struct keymap *keymap, const struct yaml_node *keys, const char *file, struct error_list *errors)
{
	struct error_list own;
	struct reading reading = { .file = file, .errors = errors };
	struct keymap kept = { 0 };
	size_t before;
	int result = -1;

	if (yaml_is_null(keys))
		return 0;
	/* Counting needs a list, even when the caller wants none. */
	error_list_init(&own);
	if (!errors)
		reading.errors = &own;
	before = fault_count(&reading);
	if (keys->kind != YAML_MAPPING) {
		error_list_add(reading.errors, FAULT_ERROR, file, keys->line, keys->column, "keys",
			       "is no mapping (must be one of action names to keys)");
	} else {
		for (size_t i = 0; i < keys->count; i++)
			read_action(&reading, keys->items[i]);
		for (size_t i = 0; i < keymap->bindings.count; i++) {
			if (!reading.named[keymap->bindings.items[i].action])
				vec_push(&kept.bindings, keymap->bindings.items[i]);
		}
		find_clashes(&reading, &kept);
	}
	if (fault_count(&reading) == before) {
		for (size_t i = 0; i < reading.read.bindings.count; i++)
			vec_push(&kept.bindings, reading.read.bindings.items[i]);
		keymap_release(keymap);
		*keymap = kept;
		memset(&kept, 0, sizeof(kept));
		result = 0;
	}
	keymap_release(&kept);
	keymap_release(&reading.read);
	vec_release(&reading.places);
	error_list_release(&own);
	return result;
}

enum action keymap_find(const struct keymap *keymap, struct key key, unsigned context)
{
	for (size_t i = 0; i < keymap->bindings.count; i++) {
		const struct binding *binding = &keymap->bindings.items[i];

		if (key_equal(binding->key, key) && (action_row(binding->action)->contexts & context))
			return binding->action;
	}
	return ACTION_NONE;
}

void keymap_add_keys(const struct keymap *keymap, enum action action, struct strbuf *ret)
{
	bool first = true;

	for (size_t i = 0; i < keymap->bindings.count; i++) {
		char name[24];

		if (keymap->bindings.items[i].action != action)
			continue;
		key_name(keymap->bindings.items[i].key, name, sizeof(name));
		strbuf_addf(ret, "%s%s", first ? "" : " ", name);
		first = false;
	}
}

bool keymap_first_key(const struct keymap *keymap, enum action action, struct key *ret)
{
	for (size_t i = 0; i < keymap->bindings.count; i++) {
		if (keymap->bindings.items[i].action == action) {
			*ret = keymap->bindings.items[i].key;
			return true;
		}
	}
	return false;
}
