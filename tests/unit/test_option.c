#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "config/option.h"

TestSuite(option);

static const char *const formats[] = { "text", "ansi", "svg", NULL };

struct settings {
	const char *url;
	struct option_strings files, variables;
	bool quiet, colour;
	int64_t rate, wait_ms;
	double share;
	struct option_size size;
	int format;
	const struct yaml_node *node;
};

#define AT(member) .offset = offsetof(struct settings, member)
static const struct option table[] = {
	{ "url", 'u', OPTION_STRING, AT(url), .value_name = "URL", .help = "where to ask", .required = true },
	{ "file", 'f', OPTION_STRINGS, AT(files), .fallback = "one", .value_name = "FILE", .help = "what to read" },
	{ "var", 0, OPTION_PAIRS, AT(variables), .help = "a variable" },
	{ "quiet", 'q', OPTION_BOOL, AT(quiet), .help = "say less" },
	{ "colour", 'c', OPTION_BOOL, AT(colour), .fallback = "true", .help = "no colours" },
	{ "max-rate", 'r', OPTION_INT, AT(rate), .fallback = "10", .minimum = 1, .maximum = 100,
	  .help = "most a second" },
	{ "wait", 'w', OPTION_DURATION, AT(wait_ms), .fallback = "5s", .minimum = 0, .maximum = 60000, .help = "time" },
	{ "share", 0, OPTION_NUMBER, AT(share), .minimum = -0.5, .maximum = 1.5, .help = "part" },
	{ "size", 's', OPTION_SIZE, AT(size), .fallback = "200x50", .value_name = "SIZE", .help = "screen size" },
	{ "format", 0, OPTION_CHOICE, AT(format), .fallback = "svg", .choices = formats, .help = "output" },
	{ "node", 0, OPTION_NODE, AT(node), .help = "only in files" },
	{ 0 },
};
#undef AT

static struct arena arena;
static struct settings settings;

static void set_up(void)
{
	memset(&settings, 0, sizeof(settings));
	option_defaults(table, &settings, &arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

Test(option, defaults, .init = set_up, .fini = tear_down)
{
	cr_expect_null(settings.url);
	cr_expect_eq(settings.files.count, 1);
	cr_expect_str_eq(settings.files.items[0], "one");
	cr_expect(settings.colour);
	cr_expect_not(settings.quiet);
	cr_expect_eq(settings.rate, 10);
	cr_expect_eq(settings.wait_ms, 5000);
	cr_expect_eq(settings.size.width, 200);
	cr_expect_eq(settings.size.height, 50);
	cr_expect_eq(settings.format, 2);
	option_defaults(table, &settings, &arena);
	cr_expect_eq(settings.files.count, 1, "setting defaults again adds nothing");
}

Test(option, finds_rows)
{
	cr_expect_eq(option_find(table, "max-rate"), &table[5]);
	cr_expect_eq(option_find(table, "max_rate"), &table[5]);
	cr_expect_null(option_find(table, "max"));
	cr_expect_null(option_find(table, ""));
}

static void expect_refused(const char *name, const char *value, const char *message)
{
	struct settings before = settings;
	struct error error = { 0 };

	cr_expect_eq(option_set(option_find(table, name), &settings, value, &arena, &error), -1, "%s %s", name, value);
	cr_expect_str_eq(error.text, message);
	cr_expect_arr_eq(&before, &settings, sizeof(before));
}

static void expect_set(const char *name, const char *value)
{
	struct error error = { 0 };

	cr_expect_eq(option_set(option_find(table, name), &settings, value, &arena, &error), 0, "%s", error.text);
}

Test(option, sets_values, .init = set_up, .fini = tear_down)
{
	expect_set("url", "");
	cr_expect_str_eq(settings.url, "");
	expect_set("file", "two");
	cr_expect_eq(settings.files.count, 2);
	cr_expect_str_eq(settings.files.items[1], "two");
	expect_set("var", "a=b=c");
	cr_expect_str_eq(settings.variables.items[0], "a=b=c");
	expect_set("quiet", "yes");
	cr_expect(settings.quiet);
	expect_set("quiet", "off");
	cr_expect_not(settings.quiet);
	expect_set("max-rate", "+100");
	cr_expect_eq(settings.rate, 100);
	expect_set("share", "-.5e0");
	cr_expect_eq(settings.share, -0.5);
	expect_set("wait", "250ms");
	cr_expect_eq(settings.wait_ms, 250);
	expect_set("wait", "0");
	cr_expect_eq(settings.wait_ms, 0);
	expect_set("size", "80xall");
	cr_expect_eq(settings.size.width, 80);
	cr_expect_eq(settings.size.height, 0);
	expect_set("format", "ansi");
	cr_expect_eq(settings.format, 1);
}

Test(option, refuses_values, .init = set_up, .fini = tear_down)
{
	expect_refused("size", "20y5", "--size: '20y5' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
	expect_refused("size", "0x5", "--size: '0x5' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
	expect_refused("size", "5x1001", "--size: '5x1001' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
	expect_refused("size", "5x0", "--size: '5x0' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
	expect_refused("size", "99999999999x1", "--size: '99999999999x1' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
	expect_refused("size", "5x5x5", "--size: '5x5x5' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
	expect_refused("max-rate", "101", "--max-rate: '101' is out of range (1 to 100)");
	expect_refused("max-rate", "0", "--max-rate: '0' is out of range (1 to 100)");
	expect_refused("max-rate", "99999999999999999999",
		       "--max-rate: '99999999999999999999' is out of range (1 to 100)");
	expect_refused("max-rate", "1.5", "--max-rate: '1.5' is no whole number");
	expect_refused("max-rate", "", "--max-rate: '' is no whole number");
	expect_refused("max-rate", " 1", "--max-rate: ' 1' is no whole number");
	expect_refused("share", "nan", "--share: 'nan' is no number");
	expect_refused("share", "0x1", "--share: '0x1' is no number");
	expect_refused("share", "1e999", "--share: '1e999' is too large");
	expect_refused("share", "2", "--share: '2' is out of range (-0.5 to 1.5)");
	expect_refused("wait", "2m", "--wait: '2m' is out of range (0s to 1m)");
	expect_refused("wait", "5", "--wait: '5' is no duration (like 250ms, 30s, 5m, 1h30m or 7d)");
	expect_refused("quiet", "maybe", "--quiet: 'maybe' is neither true nor false");
	expect_refused("var", "a", "--var: 'a' is no pair (name=value)");
	expect_refused("var", "=a", "--var: '=a' is no pair (name=value)");
	expect_refused("format", "avg", "--format: 'avg' is not allowed (text, ansi, svg), did you mean 'svg'");
	expect_refused("format", "pictures", "--format: 'pictures' is not allowed (text, ansi, svg)");
	expect_refused("node", "x", "--node: can only be set in a file");
}

static int read_arguments(struct option_strings *words, struct error *error, const char *first, ...)
{
	char *argv[24];
	int argc = 0;
	va_list args;

	*words = (struct option_strings){ 0 };
	argv[argc++] = arena_strdup(&arena, "--name");
	va_start(args, first);
	for (const char *text = first; text; text = va_arg(args, const char *))
		argv[argc++] = arena_strdup(&arena, text);
	va_end(args);
	return option_read_arguments(table, &settings, argc, argv, words, &arena, error);
}

Test(option, reads_arguments, .init = set_up, .fini = tear_down)
{
	struct option_strings words;
	struct error error = { 0 };

	cr_expect_eq(read_arguments(&words, &error, "a", "--file", "x", "-fy", "--file=z", "-", "-qr", "7",
				    "--no-colour", "--size=10x20", "--", "--url", "-q", NULL),
		     0, "%s", error.text);
	cr_assert_eq(words.count, 4);
	cr_expect_str_eq(words.items[0], "a");
	cr_expect_str_eq(words.items[1], "-");
	cr_expect_str_eq(words.items[2], "--url");
	cr_expect_str_eq(words.items[3], "-q");
	cr_assert_eq(settings.files.count, 3, "given values replace the default");
	cr_expect_str_eq(settings.files.items[0], "x");
	cr_expect_str_eq(settings.files.items[2], "z");
	cr_expect(settings.quiet);
	cr_expect_eq(settings.rate, 7);
	cr_expect_not(settings.colour);
	cr_expect_eq(settings.size.height, 20);
	cr_expect_null(settings.url);

	cr_expect_eq(read_arguments(&words, &error, "--quiet=no", "--url", "--odd", "--var", "a=1", "--var=a=2", NULL),
		     0);
	cr_expect_not(settings.quiet);
	cr_expect_str_eq(settings.url, "--odd", "a value may begin with a dash");
	cr_expect_eq(settings.variables.count, 2);
	cr_expect_str_eq(settings.variables.items[1], "a=2");
	cr_expect_eq(read_arguments(&words, &error, NULL), 0);
	cr_expect_eq(words.count, 0);
}

static void expect_usage(const char *one, const char *two, const char *message)
{
	struct option_strings words;
	struct error error = { 0 };

	cr_expect_eq(read_arguments(&words, &error, one, two, NULL), -1, "%s", one);
	cr_expect_str_eq(error.text, message);
}

Test(option, refuses_arguments, .init = set_up, .fini = tear_down)
{
	expect_usage("--siez", "5x5", "unknown option '--siez', did you mean '--size'");
	expect_usage("--siez=5x5", NULL, "unknown option '--siez', did you mean '--size'");
	expect_usage("--something", NULL, "unknown option '--something'");
	expect_usage("--max_rate", "5", "unknown option '--max_rate', did you mean '--max-rate'");
	expect_usage("--node", "5", "unknown option '--node'");
	expect_usage("--size", NULL, "--size needs a value (SIZE)");
	expect_usage("--var", NULL, "--var needs a value (VALUE)");
	expect_usage("-s", NULL, "--size needs a value (SIZE)");
	expect_usage("-qx", NULL, "unknown option '-x'");
	expect_usage("-size", "5x5", "unknown option '-size', did you mean '--size'");
	expect_usage("-format", NULL, "unknown option '-format', did you mean '--format'");
	expect_usage("-s5", NULL, "--size: '5' is no size (COLUMNSxROWS, 1x1 to 1000x1000)");
}

static void read_yaml(const char *text, int wanted_result, const char *wanted)
{
	struct yaml_document document;
	struct error_list errors = { 0 };
	struct strbuf found = STRBUF_INIT;

	cr_assert_eq(yaml_parse(&document, text, strlen(text), "f", &errors), 0);
	cr_expect_eq(option_read_yaml(table, &settings, document.root, "f", &arena, &errors), wanted_result);
	for (size_t i = 0; i < errors.count; i++) {
		char line[600];

		fault_format(&errors.faults[i], line, sizeof(line));
		strbuf_addf(&found, "%s\n", line);
	}
	cr_expect_str_eq(found.text, wanted);
	strbuf_release(&found);
	error_list_release(&errors);
	/* What was read must not need it any more. */
	settings.node = settings.node ? &(const struct yaml_node){ .kind = settings.node->kind } : NULL;
	yaml_document_release(&document);
}

Test(option, reads_yaml, .init = set_up, .fini = tear_down)
{
	read_yaml("url: http://x:1\nfile: [a, 'b']\nvar: {n: 1, m: x=y}\nquiet: true\nmax_rate: 5\nwait: 1m\n"
		  "share: 1\nsize: 80x24\nformat: text\n",
		  0, "");
	cr_expect_str_eq(settings.url, "http://x:1");
	cr_expect_eq(settings.files.count, 2);
	cr_expect_str_eq(settings.files.items[0], "a");
	cr_expect_eq(settings.variables.count, 2);
	cr_expect_str_eq(settings.variables.items[1], "m=x=y");
	cr_expect(settings.quiet);
	cr_expect_eq(settings.rate, 5);
	cr_expect_eq(settings.wait_ms, 60000);
	cr_expect_eq(settings.format, 0);
	read_yaml("url: u\nfile: single\nmax_rate:\nsize: ~\n", 0, "");
	cr_expect_eq(settings.files.count, 1);
	cr_expect_str_eq(settings.files.items[0], "single");
	cr_expect_eq(settings.rate, 5, "null leaves what was there");
}

Test(option, reports_every_fault_of_a_mapping, .init = set_up, .fini = tear_down)
{
	read_yaml("max_raet: 5\nmax-rate: 6\nquiet: 'true'\nfile: {a: b}\nvar: [a]\nwait: 5m\nformat: [a]\nfoo: 1\n",
		  -1,
		  "f:1:1: unknown key 'max_raet' (did you mean 'max_rate')\n"
		  "f:2:1: unknown key 'max-rate' (did you mean 'max_rate')\n"
		  "f:3:8: quiet: is a text (must be true or false, without quotes)\n"
		  "f:4:7: file: is a mapping (must be a sequence of texts or one text)\n"
		  "f:5:6: var: is a sequence (must be a mapping of names to single values)\n"
		  "f:6:7: wait: '5m' is out of range (0s to 1m)\n"
		  "f:7:9: format: is a sequence (must be a single value)\n"
		  "f:8:1: unknown key 'foo' (allowed: url, file, var, quiet, colour, max_rate, wait, share, size, "
		  "format, node)\n"
		  "f:1:1: 'url' is missing\n");
	cr_expect_eq(settings.rate, 10);
	read_yaml("# nothing\n", -1, "f: 'url' is missing\n");
	read_yaml("- a\n", -1, "f:1:1: is a sequence (must be a mapping)\n");
	read_yaml("url: u\nfile: [a, [b], c]\nvar: {a: 1, b: {}}\nmax_rate: 9\n", -1,
		  "f:2:11: file: is a sequence (must be a text)\n"
		  "f:3:16: b: is a mapping (must be a single value)\n");
	cr_expect_eq(settings.rate, 9, "what can be read is set all the same");
	cr_expect_eq(settings.files.count, 2);
}

Test(option, helps)
{
	struct strbuf buf = STRBUF_INIT;

	option_add_help(table, &buf);
	cr_expect_str_eq(buf.text, "  -u, --url URL          where to ask\n"
				   "  -f, --file FILE        what to read (default one)\n"
				   "  --var NAME=VALUE       a variable\n"
				   "  -q, --quiet            say less\n"
				   "  -c, --no-colour        no colours\n"
				   "  -r, --max-rate NUMBER  most a second (default 10)\n"
				   "  -w, --wait DURATION    time (default 5s)\n"
				   "  --share NUMBER         part\n"
				   "  -s, --size SIZE        screen size (default 200x50)\n"
				   "  --format WORD          output (text, ansi, svg; default svg)\n");
	strbuf_release(&buf);
}
