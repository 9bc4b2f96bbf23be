#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "runbook/runbook.h"
#include "runbook/shell.h"

/* Each unit in brackets, "#" before a comment, "!" before one that is not complete. */
static char *split(const char *text)
{
	struct shell_units units = { 0 };
	struct strbuf all = STRBUF_INIT;

	shell_split(text, strlen(text), &units);
	for (size_t i = 0; i < units.items.count; i++) {
		const struct shell_unit *unit = &units.items.items[i];

		cr_assert(unit->begin < unit->end && unit->end <= strlen(text));
		strbuf_addf(&all, "%s%s[%.*s]", unit->comment ? "#" : "", unit->complete ? "" : "!",
			    (int)(unit->end - unit->begin), text + unit->begin);
	}
	vec_release(&units.items);
	return strbuf_detach(&all);
}

static const struct {
	const char *text, *units;
} splits[] = {
	{ "", "" },
	{ "\n \n\t\n", "" },
	{ "ls", "[ls]" },
	{ "ls\npwd\n\n  id  \n", "[ls][pwd][id]" },
	{ "ls; pwd", "[ls; pwd]" },
	{ "# a\nls # b\n# c", "#[# a][ls # b]#[# c]" },
	{ "ls \\\n  -l\npwd", "[ls \\\n  -l][pwd]" },
	{ "ls |\n  wc &&\n  pwd ||\n\n  id\nx", "[ls |\n  wc &&\n  pwd ||\n\n  id][x]" },
	{ "echo 'a\nb'\nls", "[echo 'a\nb'][ls]" },
	{ "echo \"a\n$(ls\n)\"\nls", "[echo \"a\n$(ls\n)\"][ls]" },
	{ "for x in a b\ndo\n\n  ls $x # do\ndone\nls", "[for x in a b\ndo\n\n  ls $x # do\ndone][ls]" },
	{ "while :; do ls; done > x &\nls", "[while :; do ls; done > x &][ls]" },
	{ "if a; then\nb\nelif c; then d; else\ne\nfi\nls", "[if a; then\nb\nelif c; then d; else\ne\nfi][ls]" },
	{ "case $x in\n a|b) ls;;\n (c) pwd ;;\n *) id\nesac\nls",
	  "[case $x in\n a|b) ls;;\n (c) pwd ;;\n *) id\nesac][ls]" },
	{ "f() {\n ls\n}\nf", "[f() {\n ls\n}][f]" },
	{ "function f {\n ls\n}\nf", "[function f {\n ls\n}][f]" },
	{ "{ ls\n}\n(ls\n)\nls", "[{ ls\n}][(ls\n)][ls]" },
	{ "cat <<EOF\na'b\n EOF\nEOF\nls", "[cat <<EOF\na'b\n EOF\nEOF][ls]" },
	{ "cat <<-'E F' | wc\n\ta\n\tE F\nls", "[cat <<-'E F' | wc\n\ta\n\tE F][ls]" },
	{ "cat <<A <<B\n1\nA\n2\nB\nls", "[cat <<A <<B\n1\nA\n2\nB][ls]" },
	{ "x=$(cat <<A\n'\nA\n)\nls", "[x=$(cat <<A\n'\nA\n)][ls]" },
	{ "if a; then cat <<A; fi\nb\nA\nls", "[if a; then cat <<A; fi\nb\nA][ls]" },
	{ "cat <<<\"a\nb\"\nls", "[cat <<<\"a\nb\"][ls]" },
	{ "[[ a =~ ^(x|y)$ &&\n b < c ]] && ls\nls", "[[[ a =~ ^(x|y)$ &&\n b < c ]] && ls][ls]" },
	{ "((x = (1 + 2) * 3))\nls", "[((x = (1 + 2) * 3))][ls]" },
	{ "a=(1\n2 # c\n)\nls", "[a=(1\n2 # c\n)][ls]" },
	{ "oc get <pod>\nls", "[oc get <pod>][ls]" },
	{ "oc get <your pod, please> > <file>\nls", "[oc get <your pod, please> > <file>][ls]" },
	{ "diff <(ls a) >(wc)\nls", "[diff <(ls a) >(wc)][ls]" },
	{ "echo `ls \"a\"`\nls", "[echo `ls \"a\"`][ls]" },
	{ "echo $'a\\'b'\nls", "[echo $'a\\'b'][ls]" },
	{ "echo a#b 'c' #d'\nls", "[echo a#b 'c' #d'][ls]" },
	{ "echo done fi }\nls", "[echo done fi }][ls]" },
	{ "! time -p ls\nls", "[! time -p ls][ls]" },
	{ "ls &>x 2>&1 >&2 <&- 3<>y\nls", "[ls &>x 2>&1 >&2 <&- 3<>y][ls]" },
	/* Open at the end: the rest is one unit. */
	{ "echo 'a\nls", "![echo 'a\nls]" },
	{ "echo \"a\nls", "![echo \"a\nls]" },
	{ "for x in a; do\nls", "![for x in a; do\nls]" },
	{ "cat <<EOF\nls", "![cat <<EOF\nls]" },
	{ "cat <<EOF", "![cat <<EOF]" },
	{ "ls |", "![ls |]" },
	{ "ls $(pwd", "![ls $(pwd]" },
	{ "if a; then b", "![if a; then b]" },
	/* No shell's: the line is given up. */
	{ "ls )\npwd", "![ls )][pwd]" },
	{ "echo $(cat <<EOF)\nls", "![echo $(cat <<EOF)][ls]" },
	{ "done\nls", "![done][ls]" },
	{ "ls ;; pwd\nid", "![ls ;; pwd][id]" },
	{ "| ls\nid", "![| ls][id]" },
	{ "for 1 in a; do ls; done\nid", "![for 1 in a; do ls; done][id]" },
};

Test(shell, where_commands_end)
{
	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		char *units = split(splits[i].text);

		cr_expect_str_eq(units, splits[i].units, "%s: %s", splits[i].text, units);
		free(units);
	}
}

/* "{program|argument}" of each call, with W(rites) R(eads) D(ynamic) B(ackground) L(iteral) and =assigned before it. */
static char *calls_of(const char *text)
{
	struct arena arena = { 0 };
	struct shell_calls calls;
	struct strbuf all = STRBUF_INIT;

	shell_read(text, &arena, &calls);
	if (!calls.complete)
		strbuf_addstr(&all, "incomplete");
	for (size_t i = 0; calls.complete && i < calls.items.count; i++) {
		const struct shell_call *call = &calls.items.items[i];

		cr_expect_null(call->words[call->count]);
		cr_expect(call->begin <= call->end && call->end <= strlen(text));
		strbuf_addf(&all, "%s%s%s%s%s%s", i ? " " : "", call->writes_file ? "W" : "",
			    call->reads_file ? "R" : "", call->dynamic ? "D" : "", call->background ? "B" : "",
			    call->literal ? "L" : "");
		for (size_t a = 0; a < call->assigned_count; a++)
			strbuf_addf(&all, "=%s", call->assigned[a]);
		strbuf_addch(&all, '{');
		for (size_t w = 0; w < call->count; w++)
			strbuf_addf(&all, "%s%s", w ? "|" : "", call->words[w]);
		strbuf_addch(&all, '}');
	}
	shell_calls_release(&calls);
	arena_release(&arena);
	return strbuf_detach(&all);
}

static const struct {
	const char *text, *calls;
} reads[] = {
	{ "ls -l 'a b' \"c\\\"d\" e\\ f", "L{ls|-l|a b|c\"d|e f}" },
	{ "ls | wc -l && pwd || id; date &", "L{ls} L{wc|-l} L{pwd} L{id} BL{date}" },
	{ "A=1 B=$X cmd", "L=A=B{cmd}" },
	{ "A=1", "L=A{}" },
	{ "$X a", "D{$X|a}" },
	{ "\"$(ls)\" a", "D{$(ls)|a} L{ls}" },
	{ "ls *.c ~ {a,b} $X", "{ls|*.c|~|{a,b}|$X}" },
	{ "ls > x", "WL{ls}" },
	{ "ls >>x 2>&1", "WL{ls}" },
	{ "ls > /dev/null 2>&1 < x", "RL{ls}" },
	{ "ls > /dev/null", "L{ls}" },
	{ "ls > $X", "WL{ls}" },
	{ "ls 2>x", "WL{ls}" },
	{ "cat <<E\n$(pwd) `id`\nE", "RL{cat} L{pwd} L{id}" },
	{ "cat <<'E'\n$(pwd)\nE", "RL{cat}" },
	{ "for i in $(ls); do rm $i; done > x", "WL{ls} W{rm|$i}" },
	{ "if [ -f x ]; then ls; fi", "L{[|-f|x|]} L{ls}" },
	{ "[[ -n $(ls) ]] && pwd", "{[[} L{ls} L{pwd}" },
	{ "f() { rm x; }", "L{rm|x}" },
	{ "case $(ls) in a) pwd;; esac", "L{ls} L{pwd}" },
	{ "diff <(ls) <(pwd)", "{diff|<(ls)|<(pwd)} L{ls} L{pwd}" },
	{ "echo \"$(ls \"$(pwd)\")\"", "{echo|$(ls \"$(pwd)\")} {ls|$(pwd)} L{pwd}" },
	{ "echo `ls`", "{echo|`ls`} L{ls}" },
	{ "x=(a $(ls))", "L=x{} L{ls}" },
	{ "rm <file>", "{rm|<file>}" },
	{ "<program> x", "D{<program>|x}" },
	{ "echo $((1 + $(ls)))", "{echo|$((1 + $(ls)))} L{ls}" },
	{ "echo ${X:-$(ls)}", "{echo|${X:-$(ls)}} L{ls}" },
	{ "'l's", "L{ls}" },
	{ "", "" },
	{ "# x", "" },
	{ "ls 'x", "incomplete" },
	{ "ls )", "incomplete" },
	{ "ls; done", "incomplete" },
};

Test(shell, which_programs_run)
{
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		char *calls = calls_of(reads[i].text);

		cr_expect_str_eq(calls, reads[i].calls, "%s: %s", reads[i].text, calls);
		free(calls);
	}
}

/* Looked at once, not once for each of its letters. */
Test(shell, a_long_name_takes_no_longer, .timeout = 60)
{
	static const char *const forms[] = { "%s", "%s=1 ls", "echo $%s", "echo ${%s}", "for ((%s=1;;)); do ls; done" };
	char *name = malloc((1 << 20) + 1);

	cr_assert(name);
	memset(name, 'x', 1 << 20);
	name[1 << 20] = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *at = strstr(forms[i], "%s");
		struct strbuf text = STRBUF_INIT;
		struct shell_units units = { 0 };

		strbuf_add(&text, forms[i], (size_t)(at - forms[i]));
		strbuf_add(&text, name, 1 << 20);
		strbuf_addstr(&text, at + 2);
		shell_split(text.text, text.length, &units);
		cr_expect_eq(units.items.count, 1u, "%s", forms[i]);
		cr_expect_eq(units.items.items[0].end, text.length, "%s", forms[i]);
		vec_release(&units.items);
		strbuf_release(&text);
	}
	free(name);
}

Test(shell, nesting_has_a_limit)
{
	struct strbuf deep = STRBUF_INIT;
	char *calls;

	for (int i = 0; i < 100000; i++)
		strbuf_addstr(&deep, "$(");
	calls = calls_of(deep.text);
	cr_expect_str_eq(calls, "incomplete");
	free(calls);
	strbuf_clear(&deep);
	for (int i = 0; i < 100000; i++)
		strbuf_addstr(&deep, "if ");
	calls = calls_of(deep.text);
	cr_expect_str_eq(calls, "incomplete");
	free(calls);
	strbuf_release(&deep);
}

/* Does bash take it for a whole command? */
static bool bash_takes(const char *text)
{
	int status, errors[2];
	char byte;
	bool said;
	pid_t child;

	cr_assert_eq(pipe(errors), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		dup2(errors[1], 2);
		close(errors[0]);
		execl("/bin/bash", "bash", "-n", "-c", text, (char *)NULL);
		_exit(127);
	}
	close(errors[1]);
	/* A here-document without an end is only warned of. */
	said = read(errors[0], &byte, 1) > 0;
	close(errors[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status == 0 && !said;
}

/* bash knows no placeholders: a word stands for each, of the same length. */
static char *without_placeholders(const struct runbook_step *step)
{
	char *text = strdup(step->text);

	for (size_t i = 0; i < step->placeholders.count; i++) {
		const struct placeholder *item = &step->placeholders.items[i];

		if (item->form != PLACEHOLDER_VARIABLE)
			memset(text + item->begin, 'x', item->end - item->begin);
	}
	return text;
}

static void compare_file(const char *path, size_t *compared)
{
	struct error_list errors = { 0 };
	struct runbook runbook;

	cr_assert_eq(runbook_read_file(&runbook, path, &errors), 0);
	for (size_t i = 0; i < runbook.steps.count; i++) {
		const struct runbook_step *step = &runbook.steps.items[i];
		struct shell_units units = { 0 };
		char *text;

		if (step->kind != STEP_COMMAND)
			continue;
		text = without_placeholders(step);
		shell_split(text, strlen(text), &units);
		for (size_t u = 0; u < units.items.count; u++) {
			const struct shell_unit *unit = &units.items.items[u];
			char *one = strndup(text + unit->begin, unit->end - unit->begin);

			cr_expect_eq(unit->complete, bash_takes(one), "%s:%u: %s", path, step->line, one);
			*compared += 1;
			free(one);
		}
		vec_release(&units.items);
		free(text);
	}
	runbook_release(&runbook);
	error_list_release(&errors);
}

Test(shell, agrees_with_bash_on_public_runbooks)
{
	const char *shared = getenv("SKEP_SHARED");
	char *folder, *path;
	struct dirent *entry;
	size_t compared = 0;
	DIR *dir;

	if (!shared)
		cr_skip_test("SKEP_SHARED is not set");
	cr_assert_gt(asprintf(&folder, "%s/data/runbooks", shared), 0);
	dir = opendir(folder);
	cr_assert_not_null(dir);
	while ((entry = readdir(dir))) {
		if (!strstr(entry->d_name, ".md"))
			continue;
		cr_assert_gt(asprintf(&path, "%s/%s", folder, entry->d_name), 0);
		compare_file(path, &compared);
		free(path);
	}
	closedir(dir);
	free(folder);
	cr_expect_gt(compared, 300, "%zu", compared);
}
