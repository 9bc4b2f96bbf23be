#include <criterion/criterion.h>

#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "runbook/runbook_lint.h"

static const struct {
	const char *command;
	const char *fault; /* a part of it; NULL: none blocks */
} blocking[] = {
	{ "npm run cli agents --health", "npm keeps '--health' for itself (npm run --silent cli -- ... --health)" },
	{ "kubectl exec deploy/x -- npm run cli dream --disable", "npm keeps '--disable'" },
	{ "kubectl exec deploy/x -- sh -c 'npm run cli dream --disable'", "npm keeps '--disable'" },
	{ "ssh host 'cd /srv; npm run cli dream --disable'", "npm keeps '--disable'" },
	{ "docker compose run web npm run cli x --flag", "npm keeps '--flag'" },
	{ "docker run --rm -e A=1 image npm run cli x --key=hunter2", "npm keeps '--key' for itself" },
	{ "docker compose run --rm web npm run --silent cli -- x --flag", NULL },
	{ "docker compose run web ls --all", NULL },
	{ "npm run --silent cli -- agents --health", NULL },
	{ "npm run cli", NULL },
	{ "kubectl logs -f deploy/x",
	  "'kubectl logs -f' follows (annotate follow: true or a timeout, or leave it out)" },
	{ "kubectl logs -fn prod deploy/x", "'kubectl logs -fn' follows" },
	{ "kubectl logs -n fn deploy/x", NULL },
	{ "oc logs -pf deploy/x", "'oc logs -pf' follows" },
	{ "kubectl exec deploy/x -- node --inspect-brk x.js", "waits for a debugger" },
	{ "kubectl logs --tail=100 deploy/x", NULL },
	{ "kubectl exec sts/db -- rm -rf /data/*", "'/data/*' is expanded here, not there" },
	{ "kubectl exec sts/db -- rm -rf ~/x", "'~/x' is expanded here" },
	{ "kubectl exec sts/db -- sh -c 'rm -rf /data/*'", NULL },
	{ "kubectl exec sts/db -- rm -rf '/data/*'", NULL },
	{ "rm -rf /tmp/x/*", NULL },
	{ "kubectl exec x -- ls *", NULL },
	{ "kubectl autoscale deployment x --min=1 --memory-percent=80", "has no '--memory-percent'" },
	{ "kubectl set env deployment/all A=1", "'deployment/all' is one object named 'all' (deployment --all)" },
	{ "echo 'open", "no whole command" },
	{ "kubectl get pods <pod>", NULL },
};

Test(runbook_lint, what_blocks_a_command)
{
	for (size_t i = 0; i < sizeof(blocking) / sizeof(blocking[0]); i++) {
		struct strbuf faults = STRBUF_INIT;
		bool found = runbook_lint_command(blocking[i].command, NULL, &faults);

		cr_expect_eq(found, blocking[i].fault != NULL, "%s: %s", blocking[i].command, faults.text);
		if (blocking[i].fault)
			cr_expect(strstr(faults.text, blocking[i].fault), "%s: %s", blocking[i].command, faults.text);
		cr_expect(!found || faults.text[faults.length - 1] != '\n');
		strbuf_release(&faults);
	}
}

Test(runbook_lint, notes_allow_what_follows)
{
	struct step_notes follow = { .follow = true }, timeout = { .timeout_ms = 60000 }, none = { .said_tier = true };
	struct strbuf faults = STRBUF_INIT;

	cr_expect_not(runbook_lint_command("tail -f x", &follow, &faults));
	cr_expect_not(runbook_lint_command("tail -f x", &timeout, &faults));
	cr_expect(runbook_lint_command("tail -f x", &none, &faults));
	strbuf_clear(&faults);
	cr_expect(runbook_lint_command("npm run cli x --y; tail -f x", NULL, &faults));
	cr_expect(strchr(faults.text, '\n'), "one fault a line: %s", faults.text);
	strbuf_release(&faults);
}

/* Every fault of a source as "line: text" lines, errors with '!'. */
static char *lint(const char *source, const struct runbook_lint_context *context)
{
	static const struct runbook_lint_context nothing;
	struct error_list read = { 0 }, errors = { 0 };
	struct strbuf all = STRBUF_INIT;
	struct runbook runbook;

	cr_assert_eq(runbook_read(&runbook, "/nowhere/x.md", source, strlen(source), &read), 0);
	cr_expect_eq(runbook_lint(&runbook, context ? context : &nothing, &errors), errors.count);
	for (size_t i = 0; i < errors.count; i++) {
		cr_expect_str_eq(errors.faults[i].file, "/nowhere/x.md");
		strbuf_addf(&all, "%u%s %s\n", errors.faults[i].line,
			    errors.faults[i].severity == FAULT_ERROR ? "!" : "", errors.faults[i].text);
	}
	runbook_release(&runbook);
	error_list_release(&read);
	error_list_release(&errors);
	return strbuf_detach(&all);
}

#define EXPECT_FAULTS(source, faults)                                                                                  \
	do {                                                                                                           \
		char *found_ = lint(source, NULL);                                                                     \
		cr_expect_str_eq(found_, faults, "%s", found_);                                                        \
		free(found_);                                                                                          \
	} while (0)

#define BASH(text) "```bash\n" text "\n```\n"

Test(runbook_lint, a_clean_one_has_no_faults)
{
	EXPECT_FAULTS("# T\n\n## Diagnosis\n\n" BASH("kubectl get pods"), "");
	EXPECT_FAULTS("", "");
	EXPECT_FAULTS("# T\n\n| a | b |\n| - | - |\n| `x|y` | 2 |\n| a \\| b | 2 |\n", "");
}

Test(runbook_lint, commands_by_line)
{
	EXPECT_FAULTS("# T\n\n" BASH("curl http://x/health"),
		      "4 curl takes an answer of 500 for success (curl -f)\n"
		      "4 curl waits for ever for an answer (curl --max-time 10)\n");
	EXPECT_FAULTS("# T\n\n" BASH("timeout 5 curl -fsS http://x/health"), "");
	EXPECT_FAULTS("# T\n\n" BASH("curl -s -m5 -o /dev/null -w '%{http_code}' http://x/health"), "");
	EXPECT_FAULTS("# T\n\n" BASH("kubectl exec -it x -- ls"),
		      "4 'kubectl exec -it' wants a terminal and a keyboard (without -it)\n");
	EXPECT_FAULTS("# T\n\n" BASH("ls /x || exit 1"),
		      "4 '|| exit' ends the shell of whoever pastes it (a step's exit status says it)\n");
	EXPECT_FAULTS("# T\n\n" BASH("curl -fm 5 -H 'Authorization: Bearer abc' https://x"),
		      "4 '-H' puts a secret in the arguments, where everybody on the machine sees it (a file, standard "
		      "input or the environment)\n");
	EXPECT_FAULTS("# T\n\n" BASH("pg_isready -d postgres://u:secret@h/db"),
		      "4 a password stands in the address, where everybody on the machine sees it (a file or the "
		      "environment)\n");
}

Test(runbook_lint, lists_and_checks_that_would_never_be_asked)
{
#define NOTED(notes) "# T\n\n<!-- skep: { " notes " } -->\n" BASH("kubectl get <x>")
	EXPECT_FAULTS(NOTED("choices: { x: { command: 'npm run cli -- a --list' } }"),
		      "3 the command of the choices of <x> is never run: 'npm' is on no list of reading commands "
		      "(risk: read beside it, where it only reads)\n");
	EXPECT_FAULTS(NOTED("choices: { x: { command: 'npm run cli -- a --list', risk: read } }"), "");
	EXPECT_FAULTS(NOTED("choices: { x: { command: 'rm -rf a', risk: read } }"),
		      "3 the command of the choices of <x> is never run: 'rm' with '-r' destroys (a command that only "
		      "reads)\n");
	EXPECT_FAULTS(NOTED("choices: { x: { command: 'kubectl get pods -n <namespace>' } }"), "");
	EXPECT_FAULTS(NOTED("choices: { x: { command: 'npm run cli -- a --of <y>' } }"),
		      "3 the command of the choices of <x> is never run: 'npm' is on no list of reading commands "
		      "(risk: read beside it, where it only reads)\n");
	EXPECT_FAULTS(NOTED("check: { command: 'npm test' }"),
		      "3 the check's command is never run: 'npm' is on no list of reading commands (risk: read beside "
		      "it, where it only reads)\n");
	EXPECT_FAULTS(NOTED("check: [up, { command: 'npm test', risk: read }, { command: ls }]"), "");
	EXPECT_FAULTS(
		"# T\n\n<!-- skep:\n  check:\n    - { command: touch x, risk: read }\n-->\n## Verification\n\n" BASH(
			"ls"),
		"5 the check's command is never run: 'touch' changes (a command that only reads)\n");
#undef NOTED
}

Test(runbook_lint, arguments_and_where_they_are_expanded)
{
	static const struct {
		const char *command, *fault;
	} rows[] = {
		{ "docker login -u me -p hunter2 registry", "'-p' puts a secret" },
		{ "sshpass -phunter2 ssh host uptime", "'-p...' puts a secret" },
		{ "mysql -phunter2 -e 'SELECT 1'", "'-p...' puts a secret" },
		{ "app --password=hunter2", "'--password=...' puts a secret" },
		{ "app --token hunter2", "'--token' puts a secret" },
		{ "vault login hunter2", "a secret stands in the arguments" },
		{ "vault login -method=userpass username=me password=hunter2", "'password=...' puts a secret" },
		{ "vault login -method=userpass username=me", NULL },
		{ "vault login -method=oidc", NULL },
		{ "vault login -", NULL },
		{ "vault status", NULL },
		{ "kubectl create secret generic db --from-literal=password=hunter2",
		  "'--from-literal=password=...' puts a secret" },
		{ "kubectl create secret generic db --from-literal pin=hunter2", "'--from-literal' puts a secret" },
		{ "kubectl create configmap db --from-literal=api-token=hunter2", "puts a secret" },
		{ "kubectl create configmap db --from-literal=level=debug", NULL },
		{ "kubectl create secret generic db --from-file=password=/run/key", NULL },
		{ "curl -fm 5 'https://h/hook?a=1&access_token=hunter2'", "a secret stands in the address" },
		{ "curl -fm 5 https://h/hook?token=hunter2", "a secret stands in the address" },
		{ "curl -fm 5 'https://h/hook?level=debug&page=2'", NULL },
		{ "docker login -u me --password-stdin registry", NULL },
		{ "ssh host rm -rf ~/cache", "'~/cache' is expanded here" },
		{ "ssh host rm -rf /var/cache/*", "'/var/cache/*' is expanded here" },
		{ "docker compose exec web rm -rf ~/x", "'~/x' is expanded here" },
		{ "ssh host 'rm -rf ~/cache'", NULL },
		{ "ssh host \"rm -rf $DIR/*\"", NULL },
		{ "ssh host ls ~/cache", NULL },
		{ "ssh -i ~/.ssh/key host 'rm -rf /x'", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *source = mem_printf("# T\n\n```bash\n%s\n```\n", rows[i].command);
		char *found = lint(source, NULL);

		cr_expect(!strstr(found, "hunter2"), "%s: %s", rows[i].command, found);
		if (rows[i].fault)
			cr_expect(strstr(found, rows[i].fault), "%s: %s", rows[i].command, found);
		else
			cr_expect(!strstr(found, "secret") && !strstr(found, "expanded"), "%s: %s", rows[i].command,
				  found);
		free(found);
		free(source);
	}
}

Test(runbook_lint, what_destroys_says_more)
{
	EXPECT_FAULTS(
		"# T\n\n" BASH("kubectl delete pod x"),
		"4 it destroys, and no way back is named (rollback: a command, or words)\n"
		"4 it destroys, and nothing proves that all is well afterwards (a check: annotation of the step or "
		"its section)\n"
		"4 it destroys, and the step's number confirms it (confirm: the name of what is lost)\n"
		"1 nothing proves that it helped (a check: annotation, or a section 'Verification')\n");
	EXPECT_FAULTS("# T\n\n<!-- skep: { risk: destroy, confirm: x, rollback: none, check: { expr: 'up == 1' } } "
		      "-->\n" BASH("kubectl delete pod x"),
		      "");
	EXPECT_FAULTS("# T\n\n<!-- skep: { manual: true } -->\n" BASH("kubectl delete pod x"), "");
}

Test(runbook_lint, objects_over_several_steps)
{
	static const char scaled[] =
		"# T\n\n## Resolution\n\n### Scenario A: x\n\n<!-- skep: { check: { expr: up } } -->\n" BASH(
			"kubectl scale deployment/x --replicas=0") "\n" BASH("kubectl exec deploy/x -- ls");
	static const char back[] =
		"# T\n\n## Verification\n\n" BASH("kubectl scale deployment x --replicas=0") "\n" BASH(
			"kubectl scale deployment x --replicas 3") "\n" BASH("kubectl exec deploy/x -- ls");
	static const char other[] = "# T\n\n## Resolution\n\n### Scenario A: x\n\n" BASH(
		"kubectl scale deployment/x --replicas=0") "\n### Scenario B: y\n\n" BASH("kubectl "
											  "exec "
											  "deploy/x -- "
											  "ls") "\n## "
												"Verifi"
												"cation"
												"\n\n";
	static const char mixed[] =
		"# T\n\n## Verification\n\n" BASH("kubectl get deploy/x") "\n" BASH("kubectl get sts x");

	EXPECT_FAULTS(scaled, "13! 'deployment x' has no pod: line 9 scaled it to 0 (scale it up before)\n");
	EXPECT_FAULTS(back, "");
	EXPECT_FAULTS(other, "");
	EXPECT_FAULTS(mixed, "10 'x' is a statefulset here and a deployment in line 6 (one of them does not exist)\n");
}

Test(runbook_lint, tables_links_and_alerts)
{
	static const char *const alerts[] = { "ColonyDown", "HighLatency" };
	struct runbook_lint_context context = { .alerts = alerts, .alert_count = 2, .follow_files = true };
	char *found = lint(
		"<!-- skep:\n  alerts: [ColonyDown, ColonyDwon, Nothing]\n-->\n# T\n\n[a](gone.md) [b](#t) [c](#u) "
		"[d](https://x) [e](mailto:x)\n\n| a | b |\n| - | - |\n| 1 |\n",
		&context);

	cr_expect_str_eq(found,
			 "2 no rule raises the alert 'ColonyDwon' (did you mean 'ColonyDown')\n"
			 "2 no rule raises the alert 'Nothing' (an alert's name as the rules have it)\n"
			 "6 the link 'gone.md' leads nowhere (a file beside this one)\n"
			 "6 the link '#u' leads nowhere (a heading of this file)\n"
			 "10 a row of 1 cells below a head of 2\n",
			 "%s", found);
	free(found);
}

/* Each is looked for in the whole file, and a file may name as many as it has room for. */
Test(runbook_lint, more_alerts_than_anybody_names)
{
	static const char *const alerts[] = { "ColonyDown" };
	struct runbook_lint_context context = { .alerts = alerts, .alert_count = 1 };
	struct strbuf source = STRBUF_INIT;
	char *found;

	strbuf_addstr(&source, "---\nalerts: [ColonyDwon");
	for (int i = 1; i < 50000; i++)
		strbuf_addstr(&source, ", ColonyDown");
	strbuf_addstr(&source, "]\n---\n# T\n");
	found = lint(source.text, &context);
	cr_expect_str_eq(found, "2 no rule raises the alert 'ColonyDwon' (did you mean 'ColonyDown')\n"
				"2 of its alerts only the first 1000 are looked up\n");
	free(found);
	strbuf_release(&source);
}
