#include "tests/unit/shim_fixture.h"

#include <stdio.h>

#include "cli/shut_in.h"
#include "sim/shim_cluster.h"
#include "sim/shim_flags.h"
#include "sim/verb.h"

TestSuite(shim);

#define CLI "kubectl exec deploy/polln-colony -n production -- npm run --silent cli -- "

Test(shim, the_demo_links_every_tool_and_no_other)
{
	size_t count = 0;

	for (const struct shim_tool *tool = shim_tools(); tool->name; tool++, count++) {
		bool found = false;

		for (size_t i = 0; shut_in_tools[i]; i++)
			found |= strcmp(shut_in_tools[i], tool->name) == 0;
		cr_expect(found, "%s is not linked", tool->name);
	}
	for (size_t i = 0; shut_in_tools[i]; i++)
		cr_expect(count > i, "%s is no tool", shut_in_tools[i]);
}

Test(shim, nothing_that_changes_files_is_among_the_programs)
{
	static const char *const never[] = { "rm",  "mv",   "cp",    "dd",   "ssh",  "sudo", "su",
					     "tee", "find", "xargs", "nc",   "wget", "kill", "chmod",
					     "env", "git",  "make",  "perl", "vi",   "mount" };

	for (size_t i = 0; shut_in_programs[i]; i++) {
		for (size_t j = 0; j < sizeof(never) / sizeof(never[0]); j++)
			cr_expect(strcmp(shut_in_programs[i], never[j]) != 0, "%s", never[j]);
		for (const struct shim_tool *tool = shim_tools(); tool->name; tool++)
			cr_expect(strcmp(shut_in_programs[i], tool->name) != 0, "%s is both", tool->name);
	}
}

Test(shim, selectors)
{
	cr_expect(shim_selects("app=polln-colony,tier=colony", "app=polln-colony"));
	cr_expect(shim_selects("app=polln-colony,tier=colony", "tier=colony,app=polln-colony"));
	cr_expect(!shim_selects("app=polln-colony-dr", "app=polln-colony"));
	cr_expect(shim_selects("app=lmcache,tier=dependency", "tier==dependency"));
	cr_expect(!shim_selects("app=lmcache,tier=dependency", "tier!=dependency"));
	cr_expect(shim_selects("app=lmcache", "app!=redis"));
	cr_expect(shim_selects("app=lmcache", ""));
}

Test(shim, ages_as_kubectl_writes_them)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = { { -1, "0s" },   { 0, "0s" },       { 119, "119s" }, { 130, "2m10s" }, { 240, "4m" },
		      { 900, "15m" }, { 10799, "179m" }, { 10800, "3h" }, { 172800, "2d" } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[24];

		shim_age(cases[i].seconds, text, sizeof(text));
		cr_expect_str_eq(text, cases[i].text);
	}
}

Test(shim, flags_are_read_in_all_their_forms)
{
	static const struct shim_flag flags[] = {
		{ NULL, "namespace", 'n', true },
		{ "exec", "tty", 't', false },
		{ "exec", "stdin", 'i', false },
		{ NULL, NULL, 0, false },
	};
	const struct shim_grammar grammar = { flags, MANNER_PFLAG, false, false };
	const char *const words[] = { "a", "-it", "-nx", "--namespace=y", "b", "-n", "z", "--tty=false", "--", "-q" };
	struct strbuf out = STRBUF_INIT, fault = STRBUF_INIT;
	const struct shim shim = { .tool = "kubectl", .words = words, .count = 10, .out = &out, .fault = &fault };
	struct shim_arguments arguments;

	cr_assert_eq(shim_flags_read(&shim, &grammar, "exec", 0, &arguments), 0);
	cr_expect_str_eq(shim_flag(&arguments, "namespace"), "z");
	cr_expect(shim_flag_is(&arguments, "stdin"));
	cr_expect(!shim_flag_is(&arguments, "tty"));
	cr_expect_eq(arguments.words.count, 2);
	cr_expect_eq(arguments.rest, 9);
	shim_arguments_release(&arguments);
	cr_expect_eq(shim_flags_read(&shim, &grammar, "get", 0, &arguments), 1);
	cr_expect_str_eq(fault.text,
			 "error: unknown shorthand flag: 'i' in -it\nSee 'kubectl get --help' for usage.\n");
	shim_arguments_release(&arguments);
	strbuf_release(&out);
	strbuf_release(&fault);
}

Test(shim, kubectl_refuses_in_its_own_words)
{
	static const struct {
		const char *line;
		int status;
		const char *said;
	} cases[] = {
		{ "kubectl frob", 1, "error: unknown command \"frob\" for \"kubectl\"\n" },
		{ "kubectl gte pods", 1, "Did you mean this?\n\tget\n" },
		{ "kubectl get frobs", 1, "error: the server doesn't have a resource type \"frobs\"\n" },
		{ "kubectl get pods --frob", 1, "error: unknown flag: --frob\nSee 'kubectl get --help' for usage.\n" },
		{ "kubectl get pods -z", 1, "error: unknown shorthand flag: 'z' in -z\n" },
		{ "kubectl get pods -n", 1, "error: flag needs an argument: 'n' in -n\n" },
		{ "kubectl logs deploy/polln-colony --tail", 1, "error: flag needs an argument: --tail\n" },
		{ "kubectl get deploy x -n production", 1,
		  "Error from server (NotFound): deployments.apps \"x\" not found\n" },
		{ "kubectl get pods -n nowhere", 0, "No resources found in nowhere namespace.\n" },
		{ "kubectl get pods", 0, "No resources found in default namespace.\n" },
		{ "kubectl get pod x -n production", 1, "Error from server (NotFound): pods \"x\" not found\n" },
		{ "kubectl get", 1, "You must specify the type of resource to get" },
		{ "kubectl rollout frob deploy/x", 1, "unknown command \"frob\" for \"kubectl rollout\"" },
		{ "kubectl rollout restart deployment/x -n production", 1, "deployments.apps \"x\" not found" },
		{ "kubectl rollout restart deployment/lmcache", 1, "deployments.apps \"lmcache\" not found" },
		{ "kubectl scale deploy/polln-colony -n production", 1, "required flag(s) \"replicas\" not set" },
		{ "kubectl scale deploy/polln-colony -n production --replicas=x", 1, "invalid argument \"x\"" },
		{ "kubectl apply -f nothing.yaml", 1, "error: the path \"nothing.yaml\" does not exist\n" },
		{ "kubectl apply", 1, "must specify one of -f and -k" },
		{ "kubectl exec deploy/polln-colony -n production", 1, "must specify at least one command" },
		{ "kubectl exec deploy/polln-colony -n production ls", 1,
		  "exec [POD] [COMMAND] is not supported anymore" },
		{ "kubectl exec deploy/polln-colony -n production -- frob", 127,
		  "exec: \"frob\": executable file not found" },
		{ "kubectl exec deploy/polln-colony-dr -n dr-region -- npm", 1, "timed out waiting for the condition" },
		{ "kubectl delete deployment/polln-colony -n production", 1, "(Forbidden)" },
		{ "kubectl delete networkpolicy x -n production", 1,
		  "networkpolicies.networking.k8s.io \"x\" not found" },
		{ "kubectl wait pod -l app=nothing -n production --for=condition=Ready", 1,
		  "no matching resources found" },
		{ "kubectl wait pod -n production --for=condition=Ready", 1, "resource name, label selector or --all" },
		{ "kubectl autoscale deploy/polln-colony -n production --memory-percent=80 --max=3", 1,
		  "error: unknown flag: --memory-percent" },
		{ "kubectl config current-context", 1, "error: current-context is not set" },
	};
	struct shim_stage stage;

	stage_open(&stage, true, false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		stage_expect(&stage, cases[i].line, cases[i].status, cases[i].said);
	stage_close(&stage);
	stage_open(&stage, false, false);
	stage_expect(&stage, "kubectl get pods -n production", 1,
		     "The connection to the server localhost:8080 was refused");
	stage_close(&stage);
}

Test(shim, kubectl_shows_what_is_there)
{
	struct shim_stage stage;

	stage_open(&stage, true, false);
	stage_expect(&stage, "kubectl get pods -n production -l app=polln-colony", 0, "1/1     Running");
	stage_expect(&stage, "kubectl get deploy,sts -n dr-region", 0, "polln-db-dr   1/1");
	stage_expect(&stage, "kubectl get pods -n production -o name", 0, "pod/lmcache-");
	stage_expect(&stage, "kubectl get deploy/lmcache -n production -o jsonpath={.spec.replicas}", 0, "1");
	stage_expect(&stage, "kubectl get pods -A", 0, "NAMESPACE");
	stage_expect(&stage, "kubectl top pod -n production", 0, "CPU(cores)");
	stage_expect(&stage, "kubectl logs deploy/polln-colony -n production --since=1m --tail=200", 0, "INFO");
	stage_expect(&stage, "kubectl describe networkpolicy polln-colony-net -n production", 0, "PodSelector");
	cr_assert_eq(stage.worlds[0]->kind->inject(stage.worlds[0], "crash", NULL), 0);
	stage_expect(&stage, "kubectl get pods -n production", 0, "0/1     CrashLoopBackOff");
	cr_assert_eq(stage.worlds[0]->kind->inject(stage.worlds[0], "deadlock@1", NULL), 0);
	stage_expect(&stage, "kubectl get pods -n production", 0, "0/1     Running");
	stage_close(&stage);
}

Test(shim, npm_keeps_flags_before_the_dashes)
{
	struct shim_stage stage;

	stage_open(&stage, true, false);
	stage_expect(&stage, CLI "agents --count", 0, "total agents: ");
	cr_expect_eq(strncmp(stage.out.text, "total", 5), 0);
	stage_expect(&stage, "kubectl exec deploy/polln-colony -n production -- npm run cli backup --verify --id=x", 0,
		     "\n> polln@0.1.0 cli\n> node dist/cli/index.js backup\n\nbackup created");
	stage_expect(&stage, "kubectl exec deploy/polln-colony -n production -- npm run cli -- agents --count", 0,
		     "total agents");
	stage_expect(&stage, "kubectl exec deploy/polln-colony -n production -- npm run --silent clx", 1,
		     "npm error Missing script: \"clx\"");
	stage_expect(&stage, "kubectl exec deploy/polln-colony -n production -- npm frob", 1,
		     "Unknown command: \"frob\"");
	stage_expect(&stage, "kubectl exec deploy/lmcache -n production -- npm run --silent clear -- --force", 0,
		     "caches cleared");
	stage_close(&stage);
}

Test(shim, the_colonys_command_line_refuses_what_it_does_not_know)
{
	struct shim_stage stage;

	stage_open(&stage, true, false);
	stage_expect(&stage, CLI "frobnicate", 1,
		     "error: unknown command 'frobnicate'\ncommand terminated with exit code 1\n");
	stage_expect(&stage, CLI "agent --count", 1, "(Did you mean agents?)");
	stage_expect(&stage, CLI "agents --frob", 1, "error: unknown option '--frob'");
	stage_expect(&stage, CLI "agents frob", 1, "error: unknown command 'frob'");
	stage_expect(&stage, CLI "backup --verify --id=backup-1", 1, "no backup is called");
	stage_expect(&stage, CLI "rpo --now", 1, "error: unknown option '--now'");
	stage_expect(&stage, CLI "synapses --check --json", 0, "{\"checked\":");
	stage_close(&stage);
}

/* What the cluster's own verbs do is not the colony's command line's to do. */
Test(shim, every_verb_of_the_colony_can_be_asked_for)
{
	static const char outside[] = "cluster data network resources restart rollout scale standby failback failover";
	struct shim_stage stage;
	size_t count;
	const struct verb *verbs = verbs_table(&count);

	stage_open(&stage, true, false);
	for (size_t i = 0; i < count; i++) {
		char line[256];

		if (shim_one_of(outside, verbs[i].noun))
			continue;
		snprintf(line, sizeof(line), CLI "%s%s%s", verbs[i].noun, verbs[i].action[0] ? " --" : "",
			 verbs[i].action);
		stage_run(&stage, line);
		cr_expect(!strstr(stage.fault.text, "unknown"), "%s: %s", line, stage.fault.text);
	}
	stage_close(&stage);
}

Test(shim, curl_ends_as_curl_does)
{
	struct shim_stage stage;

	stage_open(&stage, true, true);
	stage_expect(&stage, "curl -fsS https://polln-production.example.com/health", 0, "\"ok\"");
	stage_expect(&stage, "curl -fsS https://polln-dr.example.com/health", 22,
		     "curl: (22) The requested URL returned error: 503");
	stage_expect(&stage, "curl -s https://polln-dr.example.com/health", 0, "no healthy upstream");
	stage_expect(&stage, "curl http://lmcache:8080/health", 6, "curl: (6) Could not resolve host: lmcache");
	stage_expect(&stage, "curl --frob x", 2, "curl: option --frob: is unknown");
	stage_expect(&stage, "curl", 2, "no URL specified");
	stage_expect(&stage, "curl -s -o /dev/null -w %{http_code}\\n http://localhost:8000/health", 0, "200\n");
	stage_expect(&stage, "curl -s http://localhost:9/", 7, "");
	cr_expect_eq(stage.fault.length, 0);
	stage_expect(&stage, "kubectl exec deploy/polln-colony -n production -- curl -fsS http://lmcache:8080/health",
		     0, "ok");
	cr_assert_eq(stage.worlds[0]->kind->inject(stage.worlds[0], "lmcache-down", NULL), 0);
	stage_expect(&stage, "kubectl exec deploy/polln-colony -n production -- curl -fsS http://lmcache:8080/health",
		     7, "curl: (7) Failed to connect to lmcache port 8080");
	cr_assert_eq(stage.worlds[0]->kind->inject(stage.worlds[0], "network-partition", NULL), 0);
	stage_expect(
		&stage,
		"kubectl exec deploy/polln-colony -n production -- curl -fsS --max-time 5 http://meadow:8080/health",
		28, "curl: (28) Operation timed out");
	stage_close(&stage);
}

Test(shim, unknown_tools_are_not_found)
{
	struct shim_stage stage;

	stage_open(&stage, true, true);
	stage_expect(&stage, "rm -rf /", 127, "rm: command not found");
	stage_expect(&stage, "docker frob", 1, "docker: 'frob' is not a docker command.\nSee 'docker --help'");
	stage_expect(&stage, "docker ps --frob", 125, "unknown flag: --frob");
	stage_expect(&stage, "docker restart nothing", 1, "Error response from daemon: No such container: nothing");
	stage_expect(&stage, "docker compose frob", 1, "unknown docker command: \"compose frob\"");
	stage_expect(&stage, "python3 scripts/nothing.py", 2, "can't open file 'scripts/nothing.py'");
	stage_expect(&stage, "systemctl frob nginx", 1, "Unknown command verb 'frob'.");
	stage_expect(&stage, "systemctl restart nothing", 5, "Unit nothing.service not found.");
	stage_expect(&stage, "ping -c 1 nowhere.example.com", 2,
		     "ping: nowhere.example.com: Name or service not known");
	stage_expect(&stage, "ping -Z x", 2, "ping: invalid option -- 'Z'");
	stage_expect(&stage, "psql -c SELECT~frob", 1, "ERROR:  this statement is not simulated");
	stage_expect(&stage, "openssl frob", 1, "Invalid command 'frob'");
	stage_expect(&stage, "date -s tomorrow", 1, "date: invalid option -- 's'");
	stage_close(&stage);
}
