/* The ledger, and a user's changes to it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "ui/input/keymap.h"

struct ledger_row {
	const char *keys;
	enum action action;
};

/* UX.md, "Keys: one ledger", as far as its keys have a meaning. */
static const struct ledger_row ledger[] = {
	{ "Left h", ACTION_LEFT },    { "Down j", ACTION_DOWN },     { "Up k", ACTION_UP },
	{ "Right l", ACTION_RIGHT },  { "Tab", ACTION_NEXT },        { "Shift-Tab", ACTION_PREVIOUS },
	{ "Enter", ACTION_OPEN },     { "Esc q", ACTION_BACK },      { "1", ACTION_VIEW_1 },
	{ "2", ACTION_VIEW_2 },       { "3", ACTION_VIEW_3 },        { "4", ACTION_VIEW_4 },
	{ "5", ACTION_VIEW_5 },       { "6", ACTION_VIEW_6 },        { "7", ACTION_VIEW_7 },
	{ "8", ACTION_VIEW_8 },       { "9", ACTION_VIEW_9 },        { "0", ACTION_NEXT_SYSTEM },
	{ "+ ]", ACTION_LONGER },     { "- [", ACTION_SHORTER },     { "<", ACTION_EARLIER },
	{ ">", ACTION_LATER },        { ".", ACTION_NOW },           { "p", ACTION_PAUSE },
	{ "g Home", ACTION_TOP },     { "G End", ACTION_BOTTOM },    { "PgUp", ACTION_PAGE_UP },
	{ "PgDn", ACTION_PAGE_DOWN }, { "f", ACTION_FILTER },        { "/", ACTION_FIND },
	{ "n", ACTION_FIND_NEXT },    { "N", ACTION_FIND_PREVIOUS }, { "o", ACTION_OUTPUT },
	{ "s", ACTION_SORT },         { "v", ACTION_VARIABLES },     { "w", ACTION_WORST },
	{ "x", ACTION_EXPLAIN },      { "y", ACTION_COPY },          { ":", ACTION_COMMAND },
	{ "?", ACTION_HELP },         { "Ctrl-L", ACTION_REDRAW },   { "Ctrl-C", ACTION_CANCEL },
	{ "R", ACTION_RETRY },        { "T", ACTION_THEME },         { "Ctrl-Z", ACTION_SUSPEND },
	{ "r", ACTION_RUNBOOK },      { "A", ACTION_ACKNOWLEDGE },   { "M", ACTION_MUTE },
	{ "C", ACTION_COMMENT },      { "U", ACTION_UNDO },          { "!", ACTION_RUN },
	{ "D", ACTION_DONE },         { "S", ACTION_SKIP },          { "F", ACTION_FAIL },
	{ "B", ACTION_BRANCH },       { "E", ACTION_EDIT },          { "X", ACTION_STOP },
	{ "P", ACTION_PEN },          { "O", ACTION_TERMINAL },
};

#define ROWS (sizeof(ledger) / sizeof(*ledger))

/* A keymap after one reading. */
struct reading {
	struct keymap keymap;
	struct error_list errors;
	struct yaml_document document;
	int result;
};

static void read_keys(struct reading *reading, const char *yaml)
{
	keymap_init(&reading->keymap);
	error_list_init(&reading->errors);
	cr_assert_eq(yaml_parse(&reading->document, yaml, strlen(yaml), "skep.yaml", &reading->errors), 0, "%s", yaml);
	reading->result =
		keymap_read(&reading->keymap, yaml_get(reading->document.root, "keys"), "skep.yaml", &reading->errors);
}

static void release(struct reading *reading)
{
	keymap_release(&reading->keymap);
	error_list_release(&reading->errors);
	yaml_document_release(&reading->document);
}

static void assert_keys(const struct keymap *keymap, enum action action, const char *expected)
{
	struct strbuf keys = STRBUF_INIT;

	keymap_add_keys(keymap, action, &keys);
	cr_assert_str_eq(keys.text, expected, "%s", action_row(action)->name);
	strbuf_release(&keys);
}

static void assert_ledger(const struct keymap *keymap)
{
	for (size_t i = 0; i < ROWS; i++)
		assert_keys(keymap, ledger[i].action, ledger[i].keys);
}

static void assert_accepts(const char *yaml, enum action action, const char *keys)
{
	struct reading reading;

	read_keys(&reading, yaml);
	cr_assert_eq(reading.result, 0, "%s: %s", yaml,
		     reading.errors.count ? reading.errors.faults[0].text : "no fault");
	cr_assert_eq(reading.errors.count, 0);
	assert_keys(&reading.keymap, action, keys);
	release(&reading);
}

/* `expected` is the whole fault up to where it says what is allowed. */
static void assert_refuses(const char *yaml, const char *expected)
{
	struct reading reading;
	char text[1024];

	read_keys(&reading, yaml);
	cr_assert_eq(reading.result, -1, "%s", yaml);
	cr_assert_eq(reading.errors.errors, 1, "%s: %zu faults", yaml, reading.errors.errors);
	fault_format(&reading.errors.faults[0], text, sizeof(text));
	cr_assert_eq(strncmp(text, expected, strlen(expected)), 0, "%s\nnot\n%s", text, expected);
	cr_assert_eq(text[strlen(text) - 1], ')', "%s", text);
	assert_ledger(&reading.keymap);
	release(&reading);
}

Test(keymap, is_the_ledger)
{
	struct keymap keymap;
	size_t keys = 0;

	keymap_init(&keymap);
	assert_ledger(&keymap);
	for (size_t i = 0; i < ROWS; i++) {
		char *copy = strdup(ledger[i].keys), *state = NULL;

		for (char *word = strtok_r(copy, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
			struct key key;

			cr_assert_eq(key_parse(word, &key, NULL), 0, "%s", word);
			for (unsigned context = 1; context <= CONTEXT_ALL; context <<= 1) {
				bool means = action_row(ledger[i].action)->contexts & context;

				cr_assert_eq(keymap_find(&keymap, key, context), means ? ledger[i].action : ACTION_NONE,
					     "%s in %u", word, context);
			}
			keys++;
		}
		free(copy);
	}
	cr_assert_eq(keymap.bindings.count, keys, "no key outside of the ledger");
	keymap_release(&keymap);
}

Test(keymap, reaches_every_action)
{
	struct keymap keymap;
	struct key key;

	keymap_init(&keymap);
	cr_assert_eq(ROWS, ACTION_COUNT - 1);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		cr_assert(keymap_first_key(&keymap, (enum action)i, &key), "%s", action_row((enum action)i)->name);
	cr_assert_not(keymap_first_key(&keymap, ACTION_NONE, &key));
	cr_assert(keymap_first_key(&keymap, ACTION_BACK, &key));
	cr_assert_eq(key.code, KEYCODE_ESCAPE);
	keymap_release(&keymap);
}

Test(keymap, has_no_clash_and_keeps_its_own_rule)
{
	struct keymap keymap;

	keymap_init(&keymap);
	for (size_t i = 0; i < keymap.bindings.count; i++) {
		const struct binding *a = &keymap.bindings.items[i];
		bool capital = a->key.code >= 'A' && a->key.code <= 'Z' && !strchr("HJKLGN", (int)a->key.code);
		char name[24];

		key_name(a->key, name, sizeof(name));
		cr_assert_eq(action_row(a->action)->acts, capital || a->key.code == '!', "%s", name);
		cr_assert(key_equal(a->key, key_normal(a->key)), "%s", name);
		for (size_t j = 0; j < i; j++) {
			const struct binding *b = &keymap.bindings.items[j];

			cr_assert_not(key_equal(a->key, b->key) &&
					      (action_row(a->action)->contexts & action_row(b->action)->contexts),
				      "%s", name);
		}
	}
	keymap_release(&keymap);
}

Test(keymap, unknown_keys_mean_nothing)
{
	static const char *const names[] = { "Q", "W", "H", "J", "a", "F1", "Space", "Alt-x", "Ctrl-A", "Shift-Up" };
	struct keymap keymap;

	keymap_init(&keymap);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct key key;

		cr_assert_eq(key_parse(names[i], &key, NULL), 0);
		cr_assert_eq(keymap_find(&keymap, key, CONTEXT_ALL), ACTION_NONE, "%s", names[i]);
	}
	cr_assert_eq(keymap_find(&keymap, (struct key){ 'j', 0 }, 0), ACTION_NONE);
	keymap_release(&keymap);
}

Test(keymap, takes_changes)
{
	struct reading reading;

	assert_accepts("keys: { pause: Space }", ACTION_PAUSE, "Space");
	assert_accepts("keys: { pause: [Space, F2] }", ACTION_PAUSE, "Space F2");
	assert_accepts("keys: { pause: [] }", ACTION_PAUSE, "");
	assert_accepts("keys: { pause: p }", ACTION_PAUSE, "p");
	assert_accepts("keys: { ask-again: [I, '!', Ctrl-R, Alt-r, F5], run-step: [] }", ACTION_RETRY,
		       "I ! Ctrl-R Alt-r F5");
	assert_accepts("keys: { focus-left: [Left, H] }", ACTION_LEFT, "Left H");
	assert_accepts("keys: { page-down: [PgDn, Ctrl-F, Space] }", ACTION_PAGE_DOWN, "PgDn Ctrl-F Space");
	assert_accepts("keys: {}", ACTION_PAUSE, "p");
	assert_accepts("keys:", ACTION_PAUSE, "p");
	assert_accepts("other: 1", ACTION_PAUSE, "p");
	/* Two may change places. */
	read_keys(&reading, "keys:\n  sort: v\n  variables: s\n");
	cr_assert_eq(reading.result, 0);
	assert_keys(&reading.keymap, ACTION_SORT, "v");
	assert_keys(&reading.keymap, ACTION_VARIABLES, "s");
	cr_assert_eq(keymap_find(&reading.keymap, (struct key){ 'v', 0 }, CONTEXT_BOARD), ACTION_SORT);
	assert_keys(&reading.keymap, ACTION_PAUSE, "p");
	release(&reading);
}

Test(keymap, names_the_place_of_a_fault)
{
	assert_refuses("keys:\n  focus-lef: x\n",
		       "skep.yaml:2:3: unknown action 'focus-lef' (did you mean 'focus-left')");
	assert_refuses("keys: { zzzzzzzzzz: x }", "skep.yaml:1:9: unknown action 'zzzzzzzzzz' (focus-left, ");
	assert_refuses("keys: { none: x }", "skep.yaml:1:9: unknown action 'none' (");
	assert_refuses("keys:\n  pause: Entr\n", "skep.yaml:2:10: pause: unknown key 'Entr' (did you mean 'Enter')");
	assert_refuses("keys:\n  pause: [Space, Ctrl-I]\n",
		       "skep.yaml:2:18: pause: 'Ctrl-I' and Tab are one key to a terminal (");
	assert_refuses("keys: { pause: Alt-O }", "skep.yaml:1:16: pause: 'Alt-O' cannot be told from ");
	assert_refuses("keys: { pause: 'Alt-[' }", "skep.yaml:1:16: pause: 'Alt-[' cannot be told from ");
	assert_refuses("keys: { back: [] }", "skep.yaml:1:15: back: has no key (");
	assert_refuses("keys: { pause: }", "skep.yaml:1:");
	assert_refuses("keys: { pause: ~ }", "skep.yaml:1:16: pause: is no key (");
	assert_refuses("keys: { pause: { a: b } }", "skep.yaml:1:16: pause: is no key (");
	assert_refuses("keys: { pause: [[a]] }", "skep.yaml:1:17: pause: is no key (");
	assert_refuses("keys: [a, b]", "skep.yaml:1:7: keys: is no mapping (");
	assert_refuses("keys: none", "skep.yaml:1:7: keys: is no mapping (");
	assert_refuses("keys: { pause: [a,b,c,d,e,f,i,m,r,t,u,z,0,Space,F1,F2,F3] }",
		       "skep.yaml:1:16: pause: has too many keys (at most 16)");
}

Test(keymap, finds_clashes)
{
	assert_refuses("keys: { sort: y }", "skep.yaml:1:15: sort: 'y' is the key of 'copy' (");
	assert_refuses("keys:\n  pause: s\n", "skep.yaml:2:10: pause: 's' is the key of 'sort' (");
	assert_refuses("keys:\n  pause: a\n  sort: a\n",
		       "skep.yaml:3:9: sort: 'a' is also a key of 'pause' in line 2 (");
	assert_refuses("keys:\n  pause: [a, a]\n", "skep.yaml:2:14: pause: 'a' is also a key of 'pause' in line 2 (");
	assert_refuses("keys: { pause: ctrl-c }", "skep.yaml:1:16: pause: 'Ctrl-C' is the key of 'cancel' (");
	assert_refuses("keys: { ask-again: T }", "skep.yaml:1:20: ask-again: 'T' is the key of 'next-theme' (");
	assert_refuses("keys: { pause: Return }", "skep.yaml:1:16: pause: 'Enter' is the key of 'open' (");
}

Test(keymap, looking_and_acting_keys_stay_apart)
{
	static const char *const looking[] = {
		"a", "0", "Up", "Enter", "Space", "H", "N", "G", "Shift-Up", "\xc3\x89"
	};
	static const char *const acting[] = { "'!'", "A", "R", "T", "Z" };
	char yaml[64], expected[128];

	for (size_t i = 0; i < sizeof(looking) / sizeof(*looking); i++) {
		snprintf(yaml, sizeof(yaml), "keys: { ask-again: %s }", looking[i]);
		snprintf(expected, sizeof(expected), "skep.yaml:1:20: ask-again: '%s' only looks, and this acts (",
			 looking[i]);
		assert_refuses(yaml, expected);
	}
	for (size_t i = 0; i < sizeof(acting) / sizeof(*acting); i++) {
		snprintf(yaml, sizeof(yaml), "keys: { pause: %s }", acting[i]);
		snprintf(expected, sizeof(expected), "skep.yaml:1:16: pause: '%s' acts, and this only looks (",
			 acting[i][0] == '\'' ? "!" : acting[i]);
		assert_refuses(yaml, expected);
	}
}

Test(keymap, reports_every_fault_in_one_pass)
{
	struct reading reading;

	read_keys(&reading, "keys:\n  nope-nope: a\n  pause: [Foo, A, s]\n  find: '?'\n  sort: ~\n");
	cr_assert_eq(reading.result, -1);
	/* 's' is free: sort gave it up, though for nothing that is a key. */
	cr_assert_eq(reading.errors.errors, 5);
	assert_ledger(&reading.keymap);
	release(&reading);
}

Test(keymap, needs_no_list_of_errors)
{
	struct reading reading;

	read_keys(&reading, "keys: { pause: Foo }");
	cr_assert_eq(keymap_read(&reading.keymap, yaml_get(reading.document.root, "keys"), NULL, NULL), -1);
	cr_assert_eq(keymap_read(&reading.keymap, NULL, NULL, NULL), 0);
	assert_ledger(&reading.keymap);
	release(&reading);
}
