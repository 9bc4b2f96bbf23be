#include <criterion/criterion.h>

#include <string.h>

#include "base/strbuf.h"
#include "runbook/fence.h"
#include "runbook/fence_prompt.h"

static const char *const kinds[] = { "command", "manual", "query", "sql", "output", "config", "drawing", "unknown" };

/* Each part as "kind first-last [comment] text > sample", one a line; newlines within as '/'. */
static char *read(const char *info, const char *hint, const char *text)
{
	struct arena arena = { 0 };
	struct fence_parts parts = { 0 };
	struct strbuf all = STRBUF_INIT;

	fence_read(info, hint, text, strlen(text), &arena, &parts);
	for (size_t i = 0; i < parts.items.count; i++) {
		const struct fence_part *part = &parts.items.items[i];

		strbuf_addf(&all, "%s%s%s %u-%u", i ? "\n" : "", kinds[part->kind], part->prompted ? "$" : "",
			    part->line, part->last_line);
		if (part->comment[0])
			strbuf_addf(&all, " [%s]", part->comment);
		if (part->text[0])
			strbuf_addf(&all, " %s", part->text);
		if (part->sample)
			strbuf_addf(&all, " > %s", part->sample);
	}
	for (size_t i = 0; i < all.length; i++) {
		/* Between parts newlines stay: those are followed by a kind and a number. */
		bool part = false;

		for (size_t k = 0; all.text[i] == '\n' && k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			size_t length = strlen(kinds[k]);
			const char *behind = all.text + i + 1 + length;

			part |= strncmp(all.text + i + 1, kinds[k], length) == 0 &&
				(*behind == ' ' || (behind[0] == '$' && behind[1] == ' '));
		}
		if (all.text[i] == '\n' && !part)
			all.text[i] = '/';
	}
	vec_release(&parts.items);
	arena_release(&arena);
	return strbuf_detach(&all);
}

static const struct {
	const char *info, *text, *parts;
} fences[] = {
	/* Comments name steps; continuation, loops and here-documents are whole. */
	{ "bash", "# A\nls\npwd\n\n# B\nid", "command 1-3 [A] ls/pwd\ncommand 5-6 [B] id" },
	{ "bash", "# A\nls\n\npwd\n\n# B\nid", "command 1-4 [A] ls/pwd\ncommand 6-7 [B] id" },
	{ "bash", "# A\n# more\nls", "command 1-3 [A/more] ls" },
	{ "bash", "ls\npwd\n", "command 1-2 ls/pwd" },
	{ "bash", "ls\n\npwd\n", "command 1-1 ls\ncommand 3-3 pwd" },
	{ "bash", "ls\n# note", "command 1-1 ls\nmanual 2-2 [note]" },
	{ "bash", "# only\n# words", "manual 1-2 [only/words]" },
	{ "bash", "# words\n\n# A\nls", "manual 1-1 [words]\ncommand 3-4 [A] ls" },
	{ "bash", "# A\nls\n# within\npwd", "command 1-4 [A] ls/# within/pwd" },
	{ "bash", "for i in a b; do\n\n  ls $i\n\ndone\nid", "command 1-6 for i in a b; do//  ls $i//done/id" },
	{ "bash", "kubectl get pods \\\n  -l a=b \\\n  -o wide",
	  "command 1-3 kubectl get pods \\/  -l a=b \\/  -o wide" },
	{ "bash", "cat <<EOF > x\n# no comment\n\nls\nEOF\nid", "command 1-6 cat <<EOF > x/# no comment//ls/EOF/id" },
	{ "bash", "id\ncat <<EOF > x\n\n$ ls\nEOF", "command 1-5 id/cat <<EOF > x//$ ls/EOF" },
	{ "bash", "cat <<EOF > x\n$ ls\nEOF\n$ id", "output 1-3 cat <<EOF > x/$ ls/EOF\ncommand$ 4-4 id" },
	{ "bash", "see <<below\n$ ls\n$ id", "output 1-1 see <<below\ncommand$ 2-2 ls\ncommand$ 3-3 id" },
	{ "bash", "frobnicate the thing", "command 1-1 frobnicate the thing" },
	{ "", "frobnicate the thing", "output 1-1 frobnicate the thing" },
	{ "", "kubectl get pods", "command 1-1 kubectl get pods" },
	{ "text", "kubectl get pods", "command 1-1 kubectl get pods" },
	{ "bash", "./scripts/run.sh --all", "command 1-1 ./scripts/run.sh --all" },
	{ "bash", "NS=production\nkubectl get pods -n $NS", "command 1-2 NS=production/kubectl get pods -n $NS" },
	/* Output without prompts. */
	{ "shell", "oc get lease\n\nNAME    HOLDER    AGE\nmaster   plane-85f4   32m",
	  "command 1-1 oc get lease > NAME    HOLDER    AGE/master   plane-85f4   32m" },
	{ "bash", "Warning  FailedScheduling  3m53s  0/6 nodes are available",
	  "output 1-1 Warning  FailedScheduling  3m53s  0/6 nodes are available" },
	{ "shell", "notAfter=Aug  6 13:11:20 2025 GMT", "output 1-1 notAfter=Aug  6 13:11:20 2025 GMT" },
	{ "console", "1 drain.go:173] node x: it's gone", "output 1-1 1 drain.go:173] node x: it's gone" },
	{ "", "service is down", "output 1-1 service is down" },
	{ "", "pod \"x\" deleted", "output 1-1 pod \"x\" deleted" },
	{ "", "deployment.apps/x restarted", "output 1-1 deployment.apps/x restarted" },
	{ "", "node   Ready    v1.27   12d", "output 1-1 node   Ready    v1.27   12d" },
	{ "bash", "echo 'open\nrm -rf x\nls", "output 1-3 echo 'open/rm -rf x/ls" },
	/* Prompts. */
	{ "console", "$ ls\na b\nc\n$ pwd\n/x", "command$ 1-1 ls > a b/c\ncommand$ 4-4 pwd > /x" },
	{ "", "$ frobnicate\nkubectl get pods", "command$ 1-1 frobnicate > kubectl get pods" },
	{ "bash", "$ ls \\\n  -l\nout", "command$ 1-2 ls \\/  -l > out" },
	{ "bash", "$ cat <<EOF\n> a\n> EOF\n$ id", "command$ 1-3 cat <<EOF/a/EOF\ncommand$ 4-4 id" },
	{ "bash", "$ for i in a; do\n> ls\n> done", "command$ 1-3 for i in a; do/ls/done" },
	{ "bash", "# A\n$ ls\n\n# B\n$ pwd\n# note", "command$ 1-2 [A] ls\ncommand$ 4-5 [B] pwd\nmanual 6-6 [note]" },
	{ "bash", "$ export A=<a>\n$ ls $A\n$ pwd", "command$ 1-2 export A=<a>/ls $A\ncommand$ 3-3 pwd" },
	{ "", "sh-4.4# ls\nx", "command$ 1-1 ls > x" },
	{ "", "[root@x ~]# ls\nx", "command$ 1-1 ls > x" },
	{ "", "host-01 $ ls\nx", "command$ 1-1 ls > x" },
	{ "", "user@host:~/x$ ls\nx", "command$ 1-1 ls > x" },
	{ "", "# systemctl status kubelet\n  active (running)",
	  "command$ 1-1 systemctl status kubelet >   active (running)" },
	{ "bash", "# systemctl status tells more\nsystemctl status x",
	  "command 1-2 [systemctl status tells more] systemctl status x" },
	{ "bash", "# look\necho done", "command 1-2 [look] echo done" },
	{ "", "# top\nprintf done", "command 1-2 [top] printf done" },
	{ "", "db=# select 1;\n 1\ndb=# select 2;", "sql$ 1-1 select 1; >  1\nsql$ 3-3 select 2;" },
	{ "", "127.0.0.1:6379> flushall\nOK", "unknown$ 1-1 flushall > OK" },
	{ "", ">>> import os\n", "unknown$ 1-1 import os" },
	{ "bash", "$ curl -s x/metrics\n# HELP a b\na 1\n$ id",
	  "command$ 1-1 curl -s x/metrics > # HELP a b/a 1\ncommand$ 4-4 id" },
	{ "bash", "$ echo 'open\nls", "unknown$ 1-1 echo 'open > ls" },
	{ "promql", "$ kmp_collisions > 1", "query$ 1-1 kmp_collisions > 1" },
	{ "bash", "\xe2\x94\x94 x\n$ ls", "output 1-1 \xe2\x94\x94 x\ncommand$ 2-2 ls" },
	/* What is no shell's. */
	{ "sh", "sum by (a) (rate(x_total{b=\"c\"}[5m]))\n  / 2",
	  "query 1-2 sum by (a) (rate(x_total{b=\"c\"}[5m]))/  / 2" },
	{ "", "node_filesystem_free_bytes", "query 1-1 node_filesystem_free_bytes" },
	{ "promql", "up", "query 1-1 up" },
	{ "", "up", "output 1-1 up" },
	{ "", "up == 0", "query 1-1 up == 0" },
	{ "", "# is it there\nup == 0", "query 1-2 # is it there/up == 0" },
	{ "", "up == 0 or up unless ALERTS", "query 1-1 up == 0 or up unless ALERTS" },
	{ "", "up > 0", "query 1-1 up > 0" },
	{ "text", "up == 0", "output 1-1 up == 0" },
	/* Whether it is a query is not sure: nothing else is said of it. */
	{ "", "temperature >= 3", "unknown 1-1 temperature >= 3" },
	{ "", "up1 == 0", "unknown 1-1 up1 == 0" },
	{ "", "left != right", "unknown 1-1 left != right" },
	{ "", "1 > 0", "output 1-1 1 > 0" },
	{ "", "all is up", "output 1-1 all is up" },
	{ "", "ready or not", "output 1-1 ready or not" },
	{ "", "up == 0 means that it is down", "output 1-1 up == 0 means that it is down" },
	{ "", "if up == 0:\n  look", "output 1-2 if up == 0:/  look" },
	{ "", "cat > 5", "command 1-1 cat > 5" },
	{ "sql", "select 1", "sql 1-1 select 1" },
	{ "", "SELECT a\nFROM b;", "sql 1-2 SELECT a/FROM b;" },
	{ "bash", "psql -c 'SELECT 1;'", "command 1-1 psql -c 'SELECT 1;'" },
	{ "yaml", "a: b", "config 1-1 a: b" },
	{ "bash", "status:\n  accessModes:\n  - ReadWriteOnce", "config 1-3 status:/  accessModes:/  - ReadWriteOnce" },
	{ "", "{\n  \"a\": 1\n}", "config 1-3 {/  \"a\": 1/}" },
	{ "yaml", "$ kubectl get pods", "config 1-1 $ kubectl get pods" },
	{ "python", "import os\nos.remove('x')", "unknown 1-2 import os/os.remove('x')" },
	{ "mermaid", "graph LR\n a --> b", "drawing 1-2 graph LR/ a --> b" },
	{ "", "+---+\n| a |\n+---+", "drawing 1-3 +---+/| a |/+---+" },
	{ "", "", "" },
	{ "bash", "\n\n", "" },
};

Test(fence, what_each_line_is)
{
	for (size_t i = 0; i < sizeof(fences) / sizeof(fences[0]); i++) {
		char *parts = read(fences[i].info, "", fences[i].text);

		cr_expect_str_eq(parts, fences[i].parts, "%s\n--\n%s", fences[i].text, parts);
		free(parts);
	}
}

Test(fence, prose_before_it_may_say_that_it_is_output)
{
	char *parts = read("bash", "Example output:", "frobnicate done");

	cr_expect_str_eq(parts, "output 1-1 frobnicate done");
	free(parts);
	parts = read("", "Look at the output of these:", "kubectl get pods");
	cr_expect_str_eq(parts, "command 1-1 kubectl get pods");
	free(parts);
	parts = read("", "The output should look like:", "kubectl get pods is what ran\nfine");
	cr_expect_str_eq(parts, "output 1-2 kubectl get pods is what ran/fine");
	free(parts);
}

Test(fence, hostile_text_is_still_classified)
{
	char *parts = read("bash", "", "echo \x1b[31mred\xe2\x80\xae\n");

	cr_expect_str_eq(parts, "command 1-1 echo \x1b[31mred\xe2\x80\xae");
	free(parts);
}

/* Quotes that never end, in as many lines: each is looked at, but not to the end each time. */
Test(fence, a_large_block_takes_no_time, .timeout = 60)
{
	struct arena arena = { 0 };
	struct fence_parts parts = { 0 };
	struct strbuf text = STRBUF_INIT;

	while (text.length < 1000000)
		strbuf_addstr(&text, "ls 'x\n\n");
	fence_read("bash", "", text.text, text.length, &arena, &parts);
	cr_expect_gt(parts.items.count, 1);
	parts.items.count = 0;
	strbuf_clear(&text);
	while (text.length < 1000000)
		strbuf_addstr(&text, "$ ls 'x\n\n");
	fence_read("bash", "", text.text, text.length, &arena, &parts);
	cr_expect_gt(parts.items.count, 1);
	vec_release(&parts.items);
	strbuf_release(&text);
	arena_release(&arena);
}

static const struct {
	const char *line;
	enum fence_prompt kind;
	size_t length;
} prompts[] = {
	{ "$ ls", PROMPT_SHELL, 2 },
	{ "  $   ls", PROMPT_SHELL, 6 },
	{ "$ls", PROMPT_NONE, 0 },
	{ "$HOME/x y", PROMPT_NONE, 0 },
	{ "$ ", PROMPT_NONE, 0 },
	{ "# ls", PROMPT_HASH, 2 },
	{ "sh-4.4# ls", PROMPT_SHELL, 8 },
	{ "bash-5.1$ ls", PROMPT_SHELL, 10 },
	{ "/ # ls", PROMPT_SHELL, 4 },
	{ "~ $ ls", PROMPT_SHELL, 4 },
	{ "root@x:/# ls", PROMPT_SHELL, 10 },
	{ "[core@node-1 ~]$ ls", PROMPT_SHELL, 17 },
	{ "host-01 $ ls", PROMPT_SHELL, 10 },
	{ "ls # what", PROMPT_NONE, 0 },
	{ "echo $ x", PROMPT_NONE, 0 },
	{ "pod$ ls -l", PROMPT_SHELL, 5 },
	{ "US$ 5", PROMPT_NONE, 0 },
	{ "pod $x", PROMPT_NONE, 0 },
	{ "postgres=# select", PROMPT_SQL, 11 },
	{ "postgres-> select", PROMPT_SQL, 11 },
	{ "mysql> select", PROMPT_SQL, 7 },
	{ ">>> x", PROMPT_OTHER, 4 },
	{ "10.0.0.1:6379> get", PROMPT_OTHER, 15 },
	{ "> more", PROMPT_MORE, 2 },
	{ "[info] x", PROMPT_NONE, 0 },
	{ "", PROMPT_NONE, 0 },
};

Test(fence, prompts)
{
	for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++) {
		size_t length = 99;

		cr_expect_eq(fence_prompt(prompts[i].line, strlen(prompts[i].line), &length), prompts[i].kind, "%s",
			     prompts[i].line);
		cr_expect_eq(length, prompts[i].length, "%s: %zu", prompts[i].line, length);
	}
}
