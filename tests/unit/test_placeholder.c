#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runbook/placeholder.h"

/* The names found, each with its form's number, divided by blanks. */
static void expect_found(const char *text, const char *names)
{
	struct arena arena = { 0 };
	struct placeholders found = { 0 };
	struct strbuf all = STRBUF_INIT;

	placeholder_find(text, NULL, NULL, &arena, &found);
	for (size_t i = 0; i < found.items.count; i++) {
		const struct placeholder *item = &found.items.items[i];

		strbuf_addf(&all, "%s%s:%d", i ? " " : "", item->name, (int)item->form);
		cr_expect(item->begin < item->end && item->end <= strlen(text));
		cr_expect(i == 0 || item->begin >= found.items.items[i - 1].end);
	}
	cr_expect_str_eq(all.text, names, "%s: found '%s'", text, all.text);
	strbuf_release(&all);
	vec_release(&found.items);
	arena_release(&arena);
}

Test(placeholder, what_is_one)
{
	expect_found("oc get pod <pod-name> -n <namespace>", "pod-name:0 namespace:0");
	expect_found("oc get pod \"<pod>\" '<pod>'", "pod:0 pod:0");
	expect_found("X=<value of the label, from the alert>", "value of the label, from the alert:0");
	expect_found("curl http://<host>:<port>/<path/to/x>", "host:0 port:0 path/to/x:0");
	expect_found("ls $DIR ${DIR} \"$DIR/x\"", "DIR:1 DIR:1 DIR:1");
	expect_found("oc get {{ pod }} '{{pod}}' {{ $labels.instance }}", "pod:2 pod:2 instance:2");
	expect_found("curl -H \"token: YOUR_TOKEN\" YOUR_HOST", "YOUR_TOKEN:3 YOUR_HOST:3");
	expect_found("echo ${NAME%%.*} ${#LIST}", "NAME:1 LIST:1");
	expect_found("echo $(cat <file>)", "file:0");
	expect_found("cat <<EOF\n<name> $X\nEOF", "name:0 X:1");
	expect_found("select * from t where id = <id>; -- it's", "id:0");
}

Test(placeholder, what_is_none)
{
	expect_found("sort <in.txt >out.txt", "");
	expect_found("sort < in > out", "");
	expect_found("sort <in 2>err", "");
	expect_found("diff <(ls a) <(ls b)", "");
	expect_found("cat <<EOF\nx\nEOF", "");
	expect_found("cat <<'EOF'\n$X\nEOF", "");
	expect_found("grep x <<<word", "");
	expect_found("echo ${X:-a} ${Y-b} ${Z:+c} ${W:?unset}", "");
	expect_found("echo $1 $? $@ $# $$ $! $* $0 ${1} ${@}", "");
	expect_found("echo $HOME $PATH $PWD", "");
	expect_found("X=1; echo $X", "");
	expect_found("for POD in a b; do echo $POD; done", "");
	expect_found("ls | while read -r NAME REST; do echo $NAME $REST; done", "");
	expect_found("export NS=a\noc get -n $NS", "");
	expect_found("export NS\noc get -n $NS", "NS:1");
	expect_found("for ((i = 0; i < 3; i++)); do echo $i; done", "");
	expect_found("awk '{print $NF, $A}'", "");
	expect_found("oc get -o jsonpath='{.items[*]}' -o go-template='{{.x}}{{end}}{{ range .y }}'", "");
	expect_found("echo x # <not-run> $Y", "");
	expect_found("python3 -c 'import re; re.match(\"(?<name>x)\", \"\")'", "");
	expect_found("[ $((1 < 2)) ] && echo 3>out", "");
	expect_found("YOUR_X=1 env", "");
	expect_found("", "");
}

static bool is_ns(void *user, const char *name)
{
	(void)user;
	return strcmp(name, "NS") == 0;
}

Test(placeholder, assigned_earlier)
{
	struct arena arena = { 0 };
	struct placeholders found = { 0 };

	placeholder_find("oc get -n $NS $POD", is_ns, NULL, &arena, &found);
	cr_assert_eq(found.items.count, 1);
	cr_expect_str_eq(found.items.items[0].name, "POD");
	vec_release(&found.items);
	arena_release(&arena);
}

static const char *same_value(void *user, const char *name)
{
	(void)name;
	return user;
}

/* 0 with the filled text in `ret`, -1 with the message in it. */
static int fill(const char *text, const char *value, struct strbuf *ret)
{
	struct arena arena = { 0 };
	struct placeholders found = { 0 };
	struct error error = { "" };
	char *user = value ? strdup(value) : NULL;
	int result;

	placeholder_find(text, NULL, NULL, &arena, &found);
	result = placeholder_fill(text, found.items.items, found.items.count, same_value, user, ret, &error);
	if (result < 0) {
		cr_expect_str_empty(ret->text);
		strbuf_addstr(ret, error.text);
	}
	free(user);
	vec_release(&found.items);
	arena_release(&arena);
	return result;
}

static const struct {
	const char *text, *value;
	const char *filled; /* NULL: refused */
	const char *part;   /* of the message */
} fills[] = {
	{ "oc get pod <pod>", "polln-5f", "oc get pod polln-5f", NULL },
	{ "oc get pod <pod>", "; rm -rf ~", "oc get pod '; rm -rf ~'", NULL },
	{ "oc get pod '<pod>'", "it's", "oc get pod 'it'\\''s'", NULL },
	{ "oc get pod \"<pod>\"", "a\"$(b)`c`\\", "oc get pod \"a\\\"\\$(b)\\`c\\`\\\\\"", NULL },
	{ "oc get pod $POD \"$POD\"", "a b", "oc get pod 'a b' \"a b\"", NULL },
	{ "oc get pod ${POD}x", "y", "oc get pod yx", NULL },
	{ "cmd --x=<x>", "-rf", "cmd --x=-rf", NULL },
	{ "cmd -- <x>", "-rf", "cmd -- -rf", NULL },
	{ "A=<x> cmd", "-rf", "A=-rf cmd", NULL },
	{ "cmd <x>>out", "2", "cmd '2'>out", NULL },
	{ "<x> y", "if", "'if' y", NULL },
	{ "echo {<x>,b}", "1,2", "echo {'1,2',b}", NULL },
	{ "sh -c 'echo <x>'", "a/b-1.2", "sh -c 'echo a/b-1.2'", NULL },
	{ "cat <<EOF\n<x>\nEOF", "abc", "cat <<EOF\nabc\nEOF", NULL },
	{ "oc get pod <pod>", NULL, NULL, "'pod' has no value" },
	{ "oc get pod <pod>", "", NULL, "empty" },
	{ "oc get pod <pod>", "-A", NULL, "begins with '-'" },
	{ "oc get pod \"<pod>\"", "--all", NULL, "begins with '-'" },
	{ "oc exec x -- rm <file>", "-rf", NULL, "begins with '-'" },
	{ "for p in <x>; do ls $p; done", "-R", NULL, "begins with '-'" },
	{ "sh -c 'echo <x>'", "a;b", NULL, "another interpreter" },
	{ "sh -c 'rm <x>'", "-rf", NULL, "begins with '-'" },
	{ "ssh h \"echo <x>\"", "a b", NULL, "another interpreter" },
	{ "ssh <x> uptime", "h; reboot", NULL, "another interpreter" },
	{ "oc exec x -- sh -c \"echo <x>\"", "a b", NULL, "another interpreter" },
	{ "oc exec x -- bash -lc \"echo $X\"", "$(reboot)", NULL, "another interpreter" },
	{ "eval echo <x>", "a;b", NULL, "another interpreter" },
	{ "echo <x> | bash", "a;b", NULL, "another interpreter" },
	{ "bash <<< \"<x>\"", "a;b", NULL, "another interpreter" },
	{ "psql -c \"select '<x>'\"", "'; drop", NULL, "another interpreter" },
	{ "psql -Atc \"select '<x>'\"", "'; drop", NULL, "another interpreter" },
	{ "psql -h <x>", "a b", "psql -h 'a b'", NULL },
	{ "awk '/<x>/'", "/{system(1)}", NULL, "another interpreter" },
	{ "cat <<EOF\n<x>\nEOF", "$(reboot)", NULL, "here-document" },
	{ "cat <<EOF\n$X\nEOF", "EOF\nreboot", NULL, "control character" },
	{ "echo $((<x> + 1))", "a[$(reboot)]", NULL, "arithmetic" },
	{ "echo ${A:-<x>}", "a b", NULL, "${ }" },
	{ "echo `ls <x>`", "a b", NULL, "backquotes" },
	{ "echo \"$<x>\"", "(reboot)", NULL, "behind '$'" },
	{ "echo $<x>", "a", NULL, "behind '$'" },
	{ "echo \"\\<x>\"", "$(reboot)", NULL, "backslash" },
	{ "cat <<EOF\n$<x>\nEOF", "a", NULL, "behind '$'" },
	{ "echo '$<x>'", "(a)", "echo '$(a)'", NULL },
	{ "echo `<x> y`", "PATH=a", NULL, "backquotes" },
	{ "[[ <x> -eq 1 ]]", "a[$(reboot)]", NULL, "another interpreter" },
	{ "unset 'a[<x>]'", "$(reboot)", NULL, "another interpreter" },
	{ "cat <b<x> y z>out", "c", NULL, "one more <...>" },
	{ "echo ${X%%.*}", "a", NULL, "edit it" },
	{ "echo <x>", "a\nb", NULL, "control character" },
	{ "echo <x>", "a\x1b[31m", NULL, "control character" },
	{ "echo <x>", "a\xe2\x80\xae", NULL, "control character" },
	{ "echo <x>", "a\xff", NULL, "control character" },
	{ "echo '<x>", "a b", NULL, "not the shell's" },
};

Test(placeholder, filling)
{
	for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
		struct strbuf filled = STRBUF_INIT;
		int result = fill(fills[i].text, fills[i].value, &filled);

		cr_expect_eq(result, fills[i].filled ? 0 : -1, "%s with %s: %s", fills[i].text, fills[i].value,
			     filled.text);
		if (fills[i].filled)
			cr_expect_str_eq(filled.text, fills[i].filled, "%s: %s", fills[i].text, filled.text);
		else
			cr_expect(strstr(filled.text, fills[i].part), "%s with %s: %s", fills[i].text, fills[i].value,
				  filled.text);
		strbuf_release(&filled);
	}
}

/* As many as a block has room for: each is not to look through all words anew. */
Test(placeholder, a_block_full_of_places)
{
	struct strbuf text = STRBUF_INIT, filled = STRBUF_INIT;

	while (text.length < 60000)
		strbuf_addstr(&text, "echo \"$A\" ");
	cr_expect_eq(fill(text.text, "value", &filled), 0);
	cr_expect_eq(filled.length, text.length / 10 * 13);
	cr_expect(strncmp(filled.text, "echo \"value\" echo", 17) == 0);
	strbuf_clear(&filled);
	strbuf_addstr(&text, "| sh");
	cr_expect_eq(fill(text.text, "a b", &filled), -1, "a shell may read it");
	strbuf_release(&text);
	strbuf_release(&filled);
}

Test(placeholder, some_may_be_filled_before_others)
{
	struct arena arena = { 0 };
	struct placeholders found = { 0 };
	struct strbuf filled = STRBUF_INIT;
	char value[] = "a b";

	placeholder_find("ls <x> <y> \"<z>\"", NULL, NULL, &arena, &found);
	cr_assert_eq(found.items.count, 3);
	cr_expect_eq(placeholder_fill("ls <x> <y> \"<z>\"", found.items.items + 1, 1, same_value, value, &filled, NULL),
		     0);
	cr_expect_str_eq(filled.text, "ls <x> 'a b' \"<z>\"");
	strbuf_release(&filled);
	vec_release(&found.items);
	arena_release(&arena);
}

Test(placeholder, places_that_are_not_in_the_text_are_refused)
{
	struct placeholder beyond = { .name = "x", .begin = 2, .end = 99 },
			   unknown = { .name = "x", .begin = 0, .end = 2 };
	struct strbuf filled = STRBUF_INIT;
	struct error error;
	char value[] = "a b", safe[] = "ab";

	cr_expect_eq(placeholder_fill("ls x", &beyond, 1, same_value, value, &filled, &error), -1);
	cr_expect_eq(placeholder_fill("ls x", &unknown, 1, same_value, value, &filled, &error), -1);
	cr_expect_eq(placeholder_fill("ls x", &unknown, 1, same_value, safe, &filled, &error), 0);
	cr_expect_str_eq(filled.text, "ab x");
	strbuf_release(&filled);
}

/* What a real shell hands to a program: the output of `text`. */
static char *run(const char *text)
{
	struct strbuf out = STRBUF_INIT;
	int ends[2], status;
	char buf[4096];
	ssize_t got;
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(ends[1], 1);
		dup2(null, 2);
		close(ends[0]);
		execl("/bin/bash", "bash", "-c", text, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while ((got = read(ends[0], buf, sizeof(buf))) > 0)
		strbuf_add(&out, buf, (size_t)got);
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return strbuf_detach(&out);
}

static const char *const nasty[] = {
	"a",
	"; echo PWNED",
	"$(echo PWNED)",
	"`echo PWNED`",
	"' ; echo PWNED; '",
	"\" ; echo PWNED; \"",
	"\\",
	"\\'",
	"\\\"; echo PWNED #",
	"a'b\"c`d$e\\f",
	"&& echo PWNED",
	"| cat /etc/passwd",
	"> /nowhere/x",
	"< /nowhere/x",
	"<(echo PWNED)",
	"# no comment",
	"a b  c",
	" lead and trail ",
	"~",
	"~root/x",
	"*",
	"/*",
	"[a-z]?",
	"{a,b}",
	"{1..3}",
	"a,b",
	"a..c",
	"$HOME",
	"${HOME}",
	"$'\\x41'",
	"$((1+1))",
	"!x",
	"!!",
	"%d%s%n",
	"x=y",
	"A=1",
	"2",
	"if",
	"done",
	"}",
	"\xc3\xa9\xe2\x82\xac",
	"a\\nb",
	"'",
	"''",
	"\"",
	"$",
	"`",
	"a&",
	"a;",
	"(x)",
};

/* Each puts <x> where one word of printf is, and prints it between brackets. */
static const char *const contexts[] = {
	"printf '[%s]' <x>",
	"printf '[%s]' \"<x>\"",
	"printf '[%s]' '<x>'",
	"printf '[%s]' $'<x>'",
	"printf '[%s]' $X",
	"printf '[%s]' \"$X\"",
	"printf '[%s]' \"${X}\"",
	"printf '[%s]' ${X}",
	"printf '[%s]' {{ x }}",
	"printf '[%s]' \"{{ x }}\"",
	"printf '[%s]' YOUR_X",
	"V=<x>; printf '[%s]' \"$V\"",
	"V=\"<x>\"; printf '[%s]' \"$V\"",
	"V='<x>'; printf '[%s]' \"$V\"",
	"for v in <x>; do printf '[%s]' \"$v\"; done",
	"printf '%s' \"$(printf '[%s]' <x>)\"",
	"printf '%s' \"$(printf '[%s]' \"<x>\")\"",
	"printf '%s' \"$(printf '[%s]' '<x>')\"",
	"(printf '[%s]' <x>)",
	"if true; then printf '[%s]' <x>; fi",
	"cat <(printf '[%s]' <x>)",
	"printf '[%s]' \\\n  <x>",
	"printf '[%s]' <x> # <x>",
	"f() { printf '[%s]' \"$1\"; }; f <x>",
	"case <x> in *) printf '[%s]' <x> ;; esac",
	"true && printf '[%s]' <x> || false",
};

/* `before` stands before the value in the program's one word. One shell runs all values. */
static void expect_values(const char *text, const char *before)
{
	struct strbuf all = STRBUF_INIT, expected = STRBUF_INIT;
	char *out;

	for (size_t v = 0; v < sizeof(nasty) / sizeof(nasty[0]); v++) {
		struct strbuf filled = STRBUF_INIT;

		cr_expect_eq(fill(text, nasty[v], &filled), 0, "%s with %s: %s", text, nasty[v], filled.text);
		strbuf_addf(&all, "%s\necho\n", filled.text);
		strbuf_addf(&expected, "[%s%s]\n", before, nasty[v]);
		strbuf_release(&filled);
	}
	out = run(all.text);
	cr_expect_str_eq(out, expected.text, "%s", all.text);
	free(out);
	strbuf_release(&all);
	strbuf_release(&expected);
}

Test(placeholder, a_real_shell_gets_exactly_the_value)
{
	for (size_t c = 0; c < sizeof(contexts) / sizeof(contexts[0]); c++)
		expect_values(contexts[c], "");
}

Test(placeholder, glued_to_other_text_it_is_still_one_word)
{
	/* Behind the format printf takes no options. */
	expect_values("printf '[%s]' --x=<x>", "--x=");
	expect_values("printf '[%s]' \"--x=<x>\"", "--x=");
	expect_values("printf '[%s]' '--x='<x>", "--x=");
	expect_values("printf '[%s]' --x=\"$X\"", "--x=");
}
