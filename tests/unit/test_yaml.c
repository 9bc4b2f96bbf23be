#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "config/yaml.h"

TestSuite(yaml);

static struct yaml_document parse(const char *text)
{
	struct error_list errors = { 0 };
	struct yaml_document document;

	cr_assert_eq(yaml_parse(&document, text, strlen(text), "f.yaml", &errors), 0, "%s",
		     errors.count ? errors.faults[0].text : "no fault");
	cr_expect_eq(errors.count, 0);
	error_list_release(&errors);
	return document;
}

/* All faults in one text, a line each. */
static void expect_faults(const char *text, size_t length, const char *wanted)
{
	struct error_list errors = { 0 };
	struct strbuf found = STRBUF_INIT;
	struct yaml_document document;

	cr_expect_eq(yaml_parse(&document, text, length, "f", &errors), -1);
	cr_expect_null(document.root);
	cr_expect_eq(document.arena.total, 0);
	for (size_t i = 0; i < errors.count; i++) {
		char line[600];

		fault_format(&errors.faults[i], line, sizeof(line));
		strbuf_addf(&found, "%s\n", line);
	}
	cr_expect_str_eq(found.text, wanted);
	strbuf_release(&found);
	error_list_release(&errors);
	yaml_document_release(&document);
}

static void expect_fault(const char *text, const char *wanted)
{
	expect_faults(text, strlen(text), wanted);
}

Test(yaml, builds_a_tree_with_positions)
{
	struct yaml_document document = parse("# head\nname: polln\nlist:\n  - a\n  - 'b c'\nmap: {x: 1, y: [2, 3]}\n");
	const struct yaml_node *root = document.root, *list = yaml_get(root, "list"), *map = yaml_get(root, "map");

	cr_expect_str_eq(document.file, "f.yaml");
	cr_assert_eq(root->kind, YAML_MAPPING);
	cr_expect_eq(root->count, 3);
	cr_expect_eq(root->line, 2);
	cr_expect_null(root->key);
	cr_expect_str_eq(yaml_get(root, "name")->text, "polln");
	cr_expect_eq(yaml_get(root, "name")->line, 2);
	cr_expect_eq(yaml_get(root, "name")->column, 7);
	cr_expect_eq(yaml_get(root, "name")->key_line, 2);
	cr_expect_eq(yaml_get(root, "name")->key_column, 1);
	cr_expect_str_eq(yaml_get(root, "name")->key, "name");
	cr_assert_eq(list->kind, YAML_SEQUENCE);
	cr_expect_eq(list->count, 2);
	cr_expect_eq(list->line, 4);
	cr_expect_eq(list->key_line, 3);
	cr_expect_not(list->items[0]->quoted);
	cr_expect(list->items[1]->quoted);
	cr_expect_null(list->items[1]->key);
	cr_expect_str_eq(list->items[1]->text, "b c");
	cr_expect_str_eq(yaml_get(map, "y")->items[1]->text, "3");
	cr_expect_eq(yaml_get(map, "y")->items[1]->column, 20);
	cr_expect_null(yaml_get(root, "none"));
	cr_expect_null(yaml_get(list, "a"));
	cr_expect_null(yaml_get(NULL, "a"));
	yaml_document_release(&document);
	yaml_document_release(NULL);
}

Test(yaml, knows_null)
{
	struct yaml_document document = parse("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: no\ng: []\nh: |\n");
	const struct yaml_node *root = document.root;

	cr_expect(yaml_is_null(NULL));
	cr_expect(yaml_is_null(yaml_get(root, "a")));
	cr_expect_str_eq(yaml_get(root, "a")->text, "");
	cr_expect(yaml_is_null(yaml_get(root, "b")));
	cr_expect(yaml_is_null(yaml_get(root, "c")));
	cr_expect_not(yaml_is_null(yaml_get(root, "d")));
	cr_expect_not(yaml_is_null(yaml_get(root, "e")));
	cr_expect_not(yaml_is_null(yaml_get(root, "f")));
	cr_expect_not(yaml_is_null(yaml_get(root, "g")));
	cr_expect_not(yaml_is_null(yaml_get(root, "h")));
	yaml_document_release(&document);
}

Test(yaml, empty_documents_have_no_root)
{
	static const char *const cases[] = { "", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\xef\xbb\xbf" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct yaml_document document = parse(cases[i]);

		cr_expect_null(document.root, "case %zu", i);
		yaml_document_release(&document);
	}
}

Test(yaml, a_byte_order_mark_is_no_column)
{
	struct yaml_document document = parse("\xef\xbb\xbf"
					      "a: b\n");

	cr_expect_eq(document.root->column, 1);
	cr_expect_eq(yaml_get(document.root, "a")->column, 4);
	yaml_document_release(&document);
}

Test(yaml, blocks_and_long_texts)
{
	struct yaml_document document = parse("a: |\n  one\n  two\nb: >\n  one\n  two\nc: \"\\e[31m\\u00e9\"\n");

	cr_expect_str_eq(yaml_get(document.root, "a")->text, "one\ntwo\n");
	cr_expect(yaml_get(document.root, "a")->quoted);
	cr_expect_str_eq(yaml_get(document.root, "b")->text, "one two\n");
	cr_expect_str_eq(yaml_get(document.root, "c")->text, "\x1b[31m\xc3\xa9", "texts stay raw");
	yaml_document_release(&document);
}

Test(yaml, tells_syntax_errors)
{
	expect_fault("a: [1, 2\nb: 3\n",
		     "f:2:2: did not find expected ',' or ']', while parsing a flow sequence (line 1)\n");
	expect_fault("a: 'open\n", "f:2:1: found unexpected end of stream, while scanning a quoted scalar (line 1)\n");
	expect_fault(
		"a:\n\t- b\n",
		"f:2:1: found character that cannot start any token, while scanning for the next token (line 2)\n");
	expect_fault("a: b: c\n", "f:1:5: mapping values are not allowed in this context\n");
	expect_fault("a: \x01\n", "f:1:4: control characters are not allowed (0x01)\n");
	expect_fault("a: 1\nb: x\xff\n", "f:2:5: invalid leading UTF-8 octet (0xff)\n");
	expect_faults("a: b\0c", 6, "f:1:5: control characters are not allowed\n");
}

Test(yaml, refuses_anchors_aliases_tags_in_one_pass)
{
	expect_fault("a: &x 1\nb: *x\nc: !t 2\nd: 3\nd: 4\n",
		     "f:1:4: an anchor (anchors and aliases are not supported)\n"
		     "f:2:4: an alias (anchors and aliases are not supported)\n"
		     "f:3:4: a tag (tags are not supported)\n"
		     "f:5:1: the key 'd' is there twice (first in line 4)\n");
	expect_fault("*x : 1\n", "f:1:1: an alias (anchors and aliases are not supported)\n");
	expect_fault("a: !!str 1\n", "f:1:4: a tag (tags are not supported)\n");
	expect_fault("%TAG ! x\n---\na: 1\n", "f:1:1: a %TAG line (tags are not supported)\n");
	expect_fault("# x\xe2\x80\xa8%TAG ! x\n---\na: 1\n", "f:1:5: a %TAG line (tags are not supported)\n");
}

Test(yaml, refuses_odd_keys_and_documents)
{
	struct strbuf text = STRBUF_INIT;

	expect_fault("a: 1\n---\nb: 2\n", "f:2:1: a second document (one is allowed)\n");
	expect_fault("a: {{ name }}\n",
		     "f:1:5: a key must be a plain text (a value that begins with { or [ needs quotes)\n");
	expect_fault("? [a]\n: b\n",
		     "f:1:3: a key must be a plain text (a value that begins with { or [ needs quotes)\n");
	expect_fault("\"a\\0b\": 1\n", "f:1:1: a NUL character in a key\n");
	expect_fault("a: \"b\\0c\"\n", "f:1:4: a NUL character in a text\n");
	strbuf_addstr(&text, "? ");
	for (int i = 0; i <= YAML_LIMIT_KEY; i++)
		strbuf_addch(&text, 'k');
	strbuf_addstr(&text, "\n: v\n");
	expect_fault(text.text, "f:1:3: a key of more than 1024 bytes (the limit)\n");
	strbuf_release(&text);
}

static void repeat(struct strbuf *buf, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		strbuf_addstr(buf, text);
}

Test(yaml, limits_depth_size_and_count)
{
	struct strbuf text = STRBUF_INIT;
	struct yaml_document document;

	repeat(&text, "[", YAML_LIMIT_DEPTH);
	repeat(&text, "]", YAML_LIMIT_DEPTH);
	document = parse(text.text);
	yaml_document_release(&document);

	strbuf_clear(&text);
	repeat(&text, "[", 100000);
	expect_fault(text.text, "f:1:65: nested deeper than 64 levels (the limit)\n");
	strbuf_clear(&text);
	repeat(&text, "- ", 100000);
	expect_fault(text.text, "f:1:129: nested deeper than 64 levels (the limit)\n");

	strbuf_clear(&text);
	repeat(&text, "- 1\n", YAML_LIMIT_NODES + 10);
	expect_fault(text.text, "f:200000:3: more than 200000 values (the limit)\n");

	strbuf_clear(&text);
	repeat(&text, "# comment\n", YAML_LIMIT_BYTES / 10 + 1);
	expect_fault(text.text, "f: larger than 4 MiB (the limit)\n");
	strbuf_release(&text);
}

/* Each of these took libyaml or the duplicate check seconds in some form. */
Test(yaml, hostile_texts_are_fast)
{
	static const char *const pieces[] = { "[", "{", "- ", "? ", "[? ", "a: {", "%TAG !a! b\n", "{a,", "&a ", "!" };
	struct strbuf text = STRBUF_INIT;
	int64_t start = clock_monotonic_ms();

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct error_list errors = { 0 };
		struct yaml_document document;

		strbuf_clear(&text);
		repeat(&text, pieces[i], 100000);
		cr_expect_eq(yaml_parse(&document, text.text, text.length, "f", &errors), -1, "%s", pieces[i]);
		error_list_release(&errors);
	}
	strbuf_clear(&text);
	for (int i = 0; i < 100000; i++)
		strbuf_addf(&text, "k%d: v\n", i);
	struct yaml_document document = parse(text.text);
	cr_expect_eq(document.root->count, 100000);
	yaml_document_release(&document);
	strbuf_release(&text);
	cr_expect_lt(clock_monotonic_ms() - start, 5000);
}

Test(yaml, reads_files)
{
	struct error_list errors = { 0 };
	struct yaml_document document;

	cr_expect_eq(yaml_read(&document, "/nowhere/f.yaml", &errors), -1);
	cr_assert_eq(errors.count, 1);
	cr_expect_str_eq(errors.faults[0].text, "/nowhere/f.yaml: no such file or directory");
	cr_expect_null(document.root);
	yaml_document_release(&document);
	error_list_release(&errors);
}

Test(yaml, several_documents)
{
	static const char text[] = "# head\n---\na: 1\n---\n---\n- b\n...\n---\n";
	struct error_list errors = { 0 };
	struct yaml_document document;

	cr_assert_eq(yaml_parse_all(&document, text, strlen(text), "f", &errors), 0);
	cr_assert_eq(document.root_count, 2);
	cr_expect_eq(document.root, document.roots[0]);
	cr_expect_str_eq(yaml_get(document.roots[0], "a")->text, "1");
	cr_expect_eq(document.roots[1]->kind, YAML_SEQUENCE);
	cr_expect_eq(document.roots[1]->line, 6);
	yaml_document_release(&document);
	cr_expect_eq(yaml_parse_all(&document, "", 0, "f", &errors), 0);
	cr_expect_null(document.root);
	cr_expect_eq(document.root_count, 0);
	yaml_document_release(&document);
	cr_expect_eq(errors.count, 0);
	/* Keys may come again in another document; a fault in one loses all. */
	cr_expect_eq(yaml_parse_all(&document, "a: 1\n---\na: 2\na: 3\n", 19, "f", &errors), -1);
	cr_assert_eq(errors.count, 1);
	cr_expect_str_eq(errors.faults[0].text, "the key 'a' is there twice (first in line 3)");
	cr_expect_null(document.roots);
	error_list_release(&errors);
}

/* What a section's reader is given: its file and how many keys. */
static int on_section(void *user, const struct yaml_node *section, const char *file)
{
	snprintf(user, 200, "%s %zu", file, section->count);
	return 7;
}

Test(yaml, a_section_stands_in_its_file_or_in_one_of_its_own)
{
	static const struct {
		const char *text, *own, *seen, *fault; /* DIR stands for the folder */
		int result;
	} rows[] = {
		{ "{ a: 1, b: 2 }", NULL, "system.yaml 2", NULL, 7 },
		{ "own.yaml", "c: 1\n", "DIR/own.yaml 1", NULL, 7 },
		{ "own.yaml", "# nothing\n", "", "the file is empty (objectives: is expected)", -1 },
		{ "gone.yaml", NULL, "", "no such file", -1 },
		{ "~", NULL, "", NULL, 0 },
	};
	char folder[] = "/tmp/skep-yaml-XXXXXX", own[64], seen[200], wanted[200];

	cr_assert(mkdtemp(folder));
	snprintf(own, sizeof(own), "%s/own.yaml", folder);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error_list errors = { 0 };
		struct yaml_document document;

		*seen = '\0';
		if (rows[i].own)
			cr_assert_eq(path_write(own, rows[i].own, strlen(rows[i].own), NULL), 0);
		cr_assert_eq(yaml_parse(&document, rows[i].text, strlen(rows[i].text), "system.yaml", &errors), 0);
		cr_expect_eq(yaml_read_section(document.root, "system.yaml", folder, "objectives", on_section, seen,
					       &errors),
			     rows[i].result, "%s", rows[i].text);
		snprintf(wanted, sizeof(wanted), "%s%s", strncmp(rows[i].seen, "DIR", 3) == 0 ? folder : "",
			 rows[i].seen + (strncmp(rows[i].seen, "DIR", 3) == 0 ? 3 : 0));
		cr_expect_str_eq(seen, wanted);
		cr_expect_eq(errors.count, rows[i].fault ? 1u : 0u, "%s", rows[i].text);
		if (rows[i].fault && errors.count)
			cr_expect(strstr(errors.faults[0].text, rows[i].fault), "%s", errors.faults[0].text);
		yaml_document_release(&document);
		error_list_release(&errors);
	}
	unlink(own);
	rmdir(folder);
}
