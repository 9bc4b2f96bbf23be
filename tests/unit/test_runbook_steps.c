/* From Markdown to steps: each shape that runbooks come in. */
#include "markdown_fixture.h"

TestSuite(runbook_steps, .timeout = 20);

Test(runbook_steps, a_comment_names_the_commands_below_it)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# T\n\n## Diagnosis Steps\n\n### 1. Status\n\n```bash\n"
				  "# Check colony health\n# through the CLI\nkubectl get pods -n production\n"
				  "kubectl get nodes\n\n# Top\nkubectl top pods \\\n  -n production\n```\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].id, "1.1");
	cr_expect_str_eq(f.runbook.steps.items[0].name, "Check colony health");
	cr_expect_str_eq(f.runbook.steps.items[0].words, "through the CLI");
	cr_expect_str_eq(f.runbook.steps.items[0].text, "kubectl get pods -n production\nkubectl get nodes");
	cr_expect_str_eq(f.runbook.steps.items[0].language, "bash");
	cr_expect_eq(f.runbook.steps.items[0].line, 8);
	cr_expect_eq(f.runbook.steps.items[0].last_line, 11);
	cr_expect_eq(f.runbook.steps.items[0].tier, TIER_READ);
	cr_expect_str_eq(f.runbook.steps.items[1].text, "kubectl top pods \\\n  -n production");
	cr_expect_eq(f.runbook.steps.items[1].line, 13);
	cr_expect_eq(f.runbook.steps.items[1].last_line, 15);
	markdown_fixture_release(&f);
}

Test(runbook_steps, comments_alone_are_for_people)
{
	expect_steps("## Resolution\n\n```bash\n# 1. Page everybody\n# Automated via the pager\n\n# 2. Restart\n"
		     "kubectl rollout restart deployment/x\n\n# It falls back by itself\n```\n",
		     "1.1 manual 1. Page everybody; 1.2 command 2. Restart; 1.3 manual It falls back by itself");
}

Test(runbook_steps, loops_and_here_documents_stay_whole)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "```bash\nfor s in lmcache federated; do\n  curl \"http://$s:8080\"\ndone\n```\n\n"
				  "```bash\n$ cat <<EOF | kubectl apply -f -\na: 1\n\n# no comment\nEOF\n```\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].text,
			 "for s in lmcache federated; do\n  curl \"http://$s:8080\"\ndone");
	cr_expect_str_eq(f.runbook.steps.items[1].text, "cat <<EOF | kubectl apply -f -\na: 1\n\n# no comment\nEOF");
	markdown_fixture_release(&f);
}

Test(runbook_steps, an_item_with_a_fence_is_one_step_with_its_words)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "## Diagnosis\n\n1. **Verify Backup**. It must be `good`:\n\n   ```bash\n"
				  "   npm run backup\n   ```\n\n   Then tell [the team](team.md).\n\n"
				  "2. Look at the graph\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].name, "Verify Backup.");
	cr_expect_str_eq(f.runbook.steps.items[0].words,
			 "**Verify Backup**. It must be `good`:\n\nThen tell [the team](team.md).");
	cr_expect_str_eq(f.runbook.steps.items[0].text, "npm run backup");
	cr_expect_eq(f.runbook.steps.items[0].line, 6);
	cr_expect_eq(f.runbook.steps.items[1].kind, STEP_MANUAL);
	cr_expect_eq(f.runbook.steps.items[1].line, 11);
	cr_expect_str_eq(f.runbook.steps.items[1].text, "Look at the graph");
	markdown_fixture_release(&f);
}

Test(runbook_steps, named_commands_in_an_item_are_steps_each)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "## Diagnosis\n\n1. Check the VM\n    ```bash\n    # Status\n    $ oc get vm\n\n"
				  "    # Events\n    $ oc get events\n    ```\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].name, "Status");
	cr_expect_str_eq(f.runbook.steps.items[0].words, "Check the VM");
	cr_expect_str_eq(f.runbook.steps.items[1].name, "Events");
	cr_expect_eq(f.runbook.steps.items[1].line, 8);
	cr_expect_eq(f.runbook.steps.items[1].last_line, 9);
	markdown_fixture_release(&f);
}

/* libcmark-gfm loses the place of words that a table follows without an empty line. */
Test(runbook_steps, words_above_a_table_keep_their_place)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "## Verification\n\n1. Look at it\n   and more\n   a | b\n   ---|---\n   1 | 2\n\n"
				  "- [ ] Check [one](x.md)\n  [x](y.md) | y\n  ---|---\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].text, "Look at it\nand more");
	cr_expect_eq(f.runbook.steps.items[0].line, 3);
	cr_expect_eq(f.runbook.steps.items[0].last_line, 4);
	cr_expect_eq(f.runbook.steps.items[1].line, 9);
	cr_expect_eq(f.runbook.steps.items[1].last_line, 9);
	cr_expect_str_eq(f.runbook.steps.items[1].words, "Check [one](x.md)\n\n[x](y.md) | y\n---|---");
	cr_assert_eq(f.runbook.links.count, 2);
	cr_expect_eq(f.runbook.links.items[0].line, 9);
	cr_expect_eq(f.runbook.links.items[1].line, 10);
	markdown_fixture_release(&f);
}

Test(runbook_steps, several_fences_in_an_item_follow_its_words)
{
	expect_steps("## Diagnosis\n\n1. Find the node:\n   ```bash\n   oc get nodes\n   ```\n\n   ```bash\n"
		     "   ip link show\n   ```\n",
		     "1.1 command Find the node; 1.2 command ip link show");
}

Test(runbook_steps, boxes_keep_their_state)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "## Symptoms\n\n- [x] Told the team\n- [ ] Told the board\n- just words\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect(f.runbook.steps.items[0].optional_box && f.runbook.steps.items[0].checked);
	cr_expect(f.runbook.steps.items[1].optional_box && !f.runbook.steps.items[1].checked);
	cr_expect_str_eq(f.runbook.steps.items[1].name, "Told the board");
	markdown_fixture_release(&f);
}

Test(runbook_steps, items_are_steps_where_somebody_ticks_them_off)
{
	expect_steps("## Symptoms\n\n- slow\n\n1. first sign\n\n## Diagnosis\n\n- timeouts mean the network\n"
		     "- Check the network\n\n## Post-Incident\n\n- Ticket\n\n## Prevention\n\n- Test restores\n\n"
		     "## Related Runbooks\n\n- [x](y.md)\n",
		     "1.1 manual Check the network; 2.1 manual Ticket");
	/* A section without a role belongs to the one above it. */
	expect_steps("## Prevention\n\n### Plan\n\n1. Test restores\n\n## Mitigation\n\n### Pods\n\n* Delete the pod\n",
		     "1.1 manual Delete the pod");
}

Test(runbook_steps, items_below_a_label_are_the_steps)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "## Post-Incident\n\n1. **Immediate (0-24 hours)**\n   - Document the timeline\n"
				  "   - Collect logs\n2. Root cause\n");
	cr_assert_eq(f.runbook.steps.count, 3);
	cr_expect_str_eq(f.runbook.steps.items[0].name, "Document the timeline");
	cr_expect_str_eq(f.runbook.steps.items[0].words, "Immediate (0-24 hours)");
	cr_expect_str_eq(f.runbook.steps.items[2].name, "Root cause");
	cr_expect_str_eq(f.runbook.steps.items[2].words, "");
	markdown_fixture_release(&f);
	/* Things that are nothing to do stay words. */
	expect_steps("## Mitigation\n\n1. **Benefits:**\n   - less traffic\n2. Restart it\n   - it may take a minute\n",
		     "1.1 manual Restart it");
}

Test(runbook_steps, sample_output_is_beside_its_command)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f,
			      "## Diagnosis\n\n1. Details:\n\n   ```bash\n   $ oc get vmi <vmi> -o yaml\n   ```\n\n"
			      "   Example output:\n\n   ```yaml\n   status: x\n   ```\n\n```console\n$ oc get pods\n"
			      "NAME  READY\na     1/1\n```\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].text, "oc get vmi <vmi> -o yaml");
	cr_expect_str_eq(f.runbook.steps.items[0].words, "");
	cr_assert_not_null(f.runbook.steps.items[0].sample);
	cr_expect_not_null(strstr(f.runbook.steps.items[0].sample, "status: x"));
	cr_expect_str_eq(f.runbook.steps.items[1].text, "oc get pods");
	cr_assert_not_null(f.runbook.steps.items[1].sample);
	cr_expect_not_null(strstr(f.runbook.steps.items[1].sample, "NAME  READY"));
	cr_expect_eq(f.runbook.steps.items[1].last_line, 16);
	markdown_fixture_release(&f);
}

Test(runbook_steps, output_to_look_for_is_beside_the_words)
{
	struct markdown_fixture f;

	markdown_fixture_read(
		&f, "## Diagnosis\n\n- Check the log. Expected output:\n\n  ```log\n  I0428 02:23:13 node ok\n  ```\n"
		    "\nwords\n");
	cr_assert_eq(f.runbook.steps.count, 1);
	cr_expect_eq(f.runbook.steps.items[0].kind, STEP_MANUAL);
	cr_expect_str_eq(f.runbook.steps.items[0].name, "Check the log.");
	cr_expect_str_eq(f.runbook.steps.items[0].sample, "I0428 02:23:13 node ok");
	markdown_fixture_release(&f);
}

Test(runbook_steps, kinds_are_told_by_content)
{
	expect_steps("```sh\nsum by (job) (rate(http_requests_total{code=~\"5..\"}[5m]))\n```\n\n"
		     "```console\nspec:\n  workers: 4\n```\n\n```sql\nSELECT count(*) FROM agents;\n```\n",
		     "1.1 query sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])); 1.2 config spec:; "
		     "1.3 sql SELECT count(*) FROM agents;");
}

Test(runbook_steps, indented_code_and_quotes_count)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "Check the pods:\n\n    oc get pod -n x\n\n> ```bash\n> kubectl get nodes\n> ```\n");
	cr_assert_eq(f.runbook.steps.count, 2);
	cr_expect_str_eq(f.runbook.steps.items[0].text, "oc get pod -n x");
	cr_expect_str_eq(f.runbook.steps.items[0].words, "Check the pods:");
	cr_expect_eq(f.runbook.steps.items[0].line, 3);
	cr_expect_str_eq(f.runbook.steps.items[1].text, "kubectl get nodes");
	cr_expect_eq(f.runbook.steps.items[1].line, 6);
	markdown_fixture_release(&f);
}

Test(runbook_steps, variables_given_a_value_before_are_not_asked_for)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f,
			      "```bash\n# one\nkubectl logs $POD\n\n# two\nPOD=$(kubectl get pods -o name)\n"
			      "kubectl logs $POD -n $NS\n\n# three\nkubectl delete $POD <id> {{ x }} YOUR_TOKEN $HOME\n"
			      "```\n");
	cr_assert_eq(f.runbook.steps.count, 3);
	cr_assert_eq(f.runbook.steps.items[0].placeholders.count, 1);
	cr_expect_str_eq(f.runbook.steps.items[0].placeholders.items[0].name, "POD");
	cr_expect_eq(f.runbook.steps.items[0].placeholders.items[0].begin, 13);
	cr_assert_eq(f.runbook.steps.items[1].placeholders.count, 1);
	cr_expect_str_eq(f.runbook.steps.items[1].placeholders.items[0].name, "NS");
	cr_expect_eq(f.runbook.steps.items[1].carried.count, 0);
	cr_expect_eq(f.runbook.steps.items[2].placeholders.count, 3);
	cr_assert_eq(f.runbook.steps.items[2].carried.count, 1);
	cr_expect_str_eq(f.runbook.steps.items[2].carried.items[0], "POD");
	markdown_fixture_release(&f);
}

Test(runbook_steps, numbers_count_sections_with_steps)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# T\n\nwords\n\n## A\n\nwords\n\n## Scenario B: x\n\n```bash\nls\n```\n\n### C\n\n"
				  "```bash\nls\n```\n\n```bash\npwd\n```\n");
	cr_assert_eq(f.runbook.steps.count, 3);
	cr_expect_str_eq(f.runbook.steps.items[2].id, "2.2");
	cr_expect_eq(runbook_find_step(&f.runbook, "2.2"), &f.runbook.steps.items[2]);
	cr_expect_null(runbook_find_step(&f.runbook, "3.1"));
	cr_expect_null(runbook_find_step(&f.runbook, NULL));
	cr_expect_eq(f.runbook.sections.items[4].first_step, 1);
	cr_expect_eq(f.runbook.sections.items[4].step_count, 2);
	cr_expect_eq(f.runbook.sections.items[3].last_line, 14);
	cr_expect(runbook_is_within(&f.runbook, 4, 3) && !runbook_is_within(&f.runbook, 3, 4));
	markdown_fixture_release(&f);
}

Test(runbook_steps, sections_are_found_by_letter_title_and_anchor)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# T\n\n## Diagnosis Steps\n\n### 1. Look\n\n```sh\nls\n```\n\n## Resolution\n\n"
				  "### Scenario B: Synapses\n\n### Look\n\n### Look\n\n## Verification\n");
	cr_expect_eq(runbook_find_section(&f.runbook, "B"), 5);
	cr_expect_eq(runbook_find_section(&f.runbook, "scenario b"), 5);
	cr_expect_eq(runbook_find_section(&f.runbook, "synapses"), 5);
	cr_expect_eq(runbook_find_section(&f.runbook, "#scenario-b-synapses"), 5);
	cr_expect_eq(runbook_find_section(&f.runbook, "look-1"), 7);
	cr_expect_eq(runbook_find_section(&f.runbook, "diagnosis"), 2);
	cr_expect_eq(runbook_find_section(&f.runbook, "nothing"), SIZE_MAX);
	cr_expect_eq(runbook_find_section(&f.runbook, ""), SIZE_MAX);
	cr_expect_eq(runbook_entry(&f.runbook), 2);
	cr_expect_eq(runbook_role(&f.runbook, 3), SECTION_DIAGNOSIS);
	cr_expect_eq(runbook_role(&f.runbook, 0), SECTION_PLAIN);
	cr_expect(f.runbook.has_checks == false);
	markdown_fixture_release(&f);
}

Test(runbook_steps, a_title_that_sounds_like_a_role_is_the_title)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# Rollback\n\n## Steps\n\n- words\n");
	cr_expect_str_eq(f.runbook.title, "Rollback");
	cr_expect_eq(f.runbook.sections.items[1].role, SECTION_PLAIN);
	markdown_fixture_release(&f);
	markdown_fixture_read(&f, "# Symptoms\n\n- a\n\n# Diagnosis\n\n1. Look\n");
	cr_expect_eq(f.runbook.sections.items[1].role, SECTION_SYMPTOMS);
	cr_expect_eq(f.runbook.sections.items[2].role, SECTION_DIAGNOSIS);
	cr_expect_eq(runbook_entry(&f.runbook), 2);
	markdown_fixture_release(&f);
}

Test(runbook_steps, links_have_their_lines)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f,
			      "# T\n\nsee [a](b.md#c) and\n[d](#diagnosis)\n\n- [e][1]\n\n| a |\n|-|\n| [f](g.md) |\n"
			      "\n[1]: https://x/y\n");
	cr_assert_eq(f.runbook.links.count, 4);
	cr_expect_str_eq(f.runbook.links.items[0].target, "b.md#c");
	cr_expect_str_eq(f.runbook.links.items[0].text, "a");
	cr_expect_eq(f.runbook.links.items[0].line, 3);
	cr_expect_eq(f.runbook.links.items[1].line, 4);
	cr_expect_str_eq(f.runbook.links.items[2].target, "https://x/y");
	cr_expect_eq(f.runbook.links.items[3].line, 10);
	markdown_fixture_release(&f);
}
