#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "runbook/other_shell.h"
#include "runbook/runbook_lint.h"
#include "runner_fixture.h"

TestSuite(other_shell, .timeout = 60);

Test(other_shell, what_opens_one)
{
	static const struct {
		const char *command;
		bool opens;
	} rows[] = {
		{ "oc debug node/worker-1", true },
		{ "oc debug node/worker-1 -- chroot /host systemctl status kubelet", false },
		{ "kubectl exec -it etcd-0 -n x -- sh", true },
		{ "kubectl exec -it etcd-0 -- /bin/bash -l", true },
		{ "kubectl exec etcd-0 -- sh -c 'ls'", false },
		{ "kubectl exec etcd-0 -- ls", false },
		{ "oc rsh etcd-0", true },
		{ "oc rsh etcd-0 etcdctl member list", false },
		{ "docker exec -it redis bash", true },
		{ "docker run -d nginx", false },
		{ "docker run -it --rm alpine sh", true },
		{ "kubectl run t --rm -it --image=alpine -- sh", true },
		{ "ssh core@node-1", true },
		{ "ssh core@node-1 uptime", false },
		{ "ssh core@node-1 bash", true },
		{ "sudo chroot /host", true },
		{ "chroot /host /bin/bash", true },
		{ "chroot /host ls", false },
		{ "bash", false },
		{ "ssh node-1 < script", false },
		{ "kubectl get pods", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena = { 0 };

		cr_expect_eq(other_shell_opens(rows[i].command, &arena), rows[i].opens, "%s", rows[i].command);
		arena_release(&arena);
	}
}

/* Each command of the text as its id, and that of the step whose shell it is for. */
static void expect_shells(const char *text, const char *wanted)
{
	struct runbook *runbook = world_read(text);
	struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		if (step->kind != STEP_COMMAND)
			continue;
		strbuf_addf(&all, "%s%s", all.length ? " " : "", step->id);
		if (step->other_shell != SIZE_MAX)
			strbuf_addf(&all, ">%s", runbook->steps.items[step->other_shell].id);
	}
	cr_expect_str_eq(all.text, wanted, "%s: %s", text, all.text);
	strbuf_release(&all);
	runbook_release(runbook);
	free(runbook);
}

#define BLOCK(text) "```console\n" text "\n```\n\n"

Test(other_shell, whose_prompt_it_is)
{
	expect_shells("# T\n\n## A\n\n" BLOCK("$ oc debug node/<node>\nsh-4.4# chroot /host\nsh-4.4# ls\nsh-4.4# exit\n"
					      "sh-4.4# exit\n$ oc get nodes"),
		      "1.1 1.2>1.1 1.3>1.2 1.4>1.2 1.5>1.1 1.6");
	expect_shells("# T\n\n## A\n\n" BLOCK("$ kubectl exec -it etcd-0 -- bash") "Then:\n\n" BLOCK(
			      "pod$ ls -l /data"),
		      "1.1 1.2>1.1");
	expect_shells("# T\n\n## A\n\n" BLOCK("[ana@jump1 ~]$ ssh node-1\n[root@node-1 /]# cat etc/hosts\n"
					      "[root@node-1 /]# exit\n[ana@jump1 ~]$ uptime"),
		      "1.1 1.2>1.1 1.3>1.1 1.4");
	/* Without one that opens a shell a prompt is only a prompt, and each section begins anew. */
	expect_shells("# T\n\n## A\n\n" BLOCK("sh-5.1# cat etc/hosts") "## B\n\n" BLOCK(
			      "$ ssh node-1") "## C\n\n" BLOCK("bash-5.1$ ls"),
		      "1.1 2.1 3.1");
	/* The same prompt, and none at all. */
	expect_shells("# T\n\n## A\n\n" BLOCK("$ ssh node-1\n$ ls") "```bash\nuptime\n```\n", "1.1 1.2 1.3");
}

Test(other_shell, is_a_fault)
{
	struct runbook *runbook =
		world_read("# T\n\n## A\n\n" BLOCK("$ kubectl exec -it etcd-0 -- sh\nsh-4.4# cat /etc/hosts"));
	struct runbook_lint_context context = { 0 };
	struct error_list errors;
	bool found = false;

	error_list_init(&errors);
	runbook_lint(runbook, &context, &errors);
	for (size_t i = 0; i < errors.count; i++)
		found |= strstr(errors.faults[i].text,
				"stood at the prompt 'sh-4.4#' of a shell that step 1.1 opens") != NULL;
	cr_expect(found);
	error_list_release(&errors);
	runbook_release(runbook);
	free(runbook);
}

Test(other_shell, is_not_run_here_unless_somebody_says_so)
{
	struct world world;
	struct step_plan plan;

	world_init(&world);
	world_open_run(&world, "# T\n\n## A\n\n" BLOCK("$ chroot /nowhere\nsh-4.4# cat /etc/hosts"), NULL);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_FAULT, "%s", plan.why);
	cr_expect(strstr(plan.faults, "it would run on this host"), "%s", plan.faults);
	cr_expect_lt(runner_start_step(world.runner, 1, plan.text, NULL, &world.error), 0);
	cr_assert_eq(runner_override(world.runner, 1, "this is the host", &world.error), 0);
	cr_expect_eq(world_plan(&world, "1.2").block, PLAN_READY);
	cr_assert_eq(runner_undo(world.runner, 1, &world.error), 0);
	cr_expect_eq(world_plan(&world, "1.2").block, PLAN_FAULT);
	cr_assert_eq(runner_edit(world.runner, 1, "cat /etc/hostname", &world.error), 0);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_str_eq(plan.faults, "");
	world_release(&world);
}
