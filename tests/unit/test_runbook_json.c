/* A runbook as JSON: what programs get to see of it. */
#include "markdown_fixture.h"

#include "config/json.h"

TestSuite(runbook_json, .timeout = 20);

static cJSON *read_json(const char *text)
{
	struct markdown_fixture f;
	struct strbuf json = STRBUF_INIT;
	struct error_list errors;
	cJSON *root;

	error_list_init(&errors);
	markdown_fixture_read(&f, text);
	cr_assert_eq(f.result, 0);
	runbook_add_json(&f.runbook, &json);
	root = json_parse(json.text, json.length, "json", &errors);
	cr_assert_not_null(root, "%s", json.text);
	strbuf_release(&json);
	error_list_release(&errors);
	markdown_fixture_release(&f);
	return root;
}

static const cJSON *item(const cJSON *root, const char *name, int index)
{
	const cJSON *found = cJSON_GetArrayItem(json_get(root, name), index);

	cr_assert_not_null(found, "%s[%d]", name, index);
	return found;
}

Test(runbook_json, has_every_step)
{
	cJSON *root = read_json(
		"<!-- skep: { alerts: [A], mttr: 5m } -->\n# \"T\"\n\n## Diagnosis\n\n```bash\n# Look\n"
		"kubectl get pods -n <ns>\nrm -rf /x\n```\n\n- [x] Tell somebody\n\n```promql\nsum(up)\n```\n");
	const cJSON *step = item(root, "steps", 0);

	cr_expect_str_eq(json_string(root, "title", ""), "\"T\"");
	cr_expect_str_eq(json_string(root, "slug", ""), "data-corruption");
	cr_expect_eq(json_number(root, "mttr_ms", 0), 300000);
	cr_expect(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(root, "rto_ms")));
	cr_expect_str_eq(item(root, "alerts", 0)->valuestring, "A");
	cr_expect_str_eq(json_string(step, "id", ""), "1.1");
	cr_expect_str_eq(json_string(step, "kind", ""), "command");
	cr_expect_str_eq(json_string(step, "name", ""), "Look");
	cr_expect_str_eq(item(step, "commands", 0)->valuestring, "kubectl get pods -n <ns>");
	cr_expect_str_eq(item(step, "commands", 1)->valuestring, "rm -rf /x");
	cr_expect_eq(cJSON_GetArraySize(json_get(step, "commands")), 2);
	cr_expect_str_eq(json_string(item(step, "placeholders", 0), "name", ""), "ns");
	cr_expect_eq(json_int(item(step, "placeholders", 0), "begin", 0), 20);
	cr_expect_str_eq(json_string(step, "risk", ""), "destroy");
	cr_expect_eq(json_int(json_get(step, "position"), "line", 0), 7);
	cr_expect_eq(json_int(json_get(step, "position"), "last_line", 0), 9);
	step = item(root, "steps", 1);
	cr_expect_str_eq(json_string(step, "kind", ""), "manual");
	cr_expect(json_bool(step, "checked", false));
	cr_expect(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(step, "risk")));
	cr_expect_eq(cJSON_GetArraySize(json_get(step, "commands")), 0);
	cr_expect_str_eq(json_string(item(root, "steps", 2), "kind", ""), "query");
	cr_expect_str_eq(json_string(item(root, "sections", 2), "role", ""), "diagnosis");
	cr_expect_str_eq(json_string(item(root, "sections", 2), "anchor", ""), "diagnosis");
	cJSON_Delete(root);
}

Test(runbook_json, has_what_comments_say)
{
	cJSON *root = read_json("# T\n\n<!-- skep: { risk: change, timeout: 30s, check: { expr: up == 1, for: 1m },\n"
				"  choices: { id: [a, b] }, rollback: none } -->\n```bash\nls <id>\n```\n\n"
				"## Escalation\n\n| Minutes | Action |\n|-|-|\n| 0-5 | Look |\n| 5+ | Call |\n");
	const cJSON *notes = json_get(item(root, "steps", 0), "notes");

	cr_assert_not_null(notes);
	cr_expect_eq(json_number(notes, "timeout_ms", 0), 30000);
	cr_expect_str_eq(json_string(notes, "rollback", ""), "none");
	cr_expect_str_eq(json_string(item(notes, "checks", 0), "expression", ""), "up == 1");
	cr_expect_eq(json_number(item(notes, "checks", 0), "for_ms", 0), 60000);
	cr_expect_str_eq(item(item(notes, "choices", 0), "values", 1)->valuestring, "b");
	cr_expect_str_eq(json_string(item(root, "steps", 0), "risk", ""), "change");
	cr_expect_eq(json_int(item(root, "dues", 0), "until", 0), 5);
	cr_expect(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(item(root, "dues", 1), "until")));
	cJSON_Delete(root);
}

Test(runbook_json, which_shell_a_command_stood_in)
{
	cJSON *root = read_json("# T\n\n## R\n\n```\n$ oc debug node/a\nsh-4.4# chroot /host\n```\n");

	cr_assert_eq(cJSON_GetArraySize(json_get(root, "steps")), 2);
	cr_expect_str_eq(json_string(item(root, "steps", 0), "prompt", "?"), "$");
	cr_expect(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(item(root, "steps", 0), "other_shell")));
	cr_expect_str_eq(json_string(item(root, "steps", 1), "prompt", "?"), "sh-4.4#");
	cr_expect_str_eq(json_string(item(root, "steps", 1), "other_shell", "?"), "1.1");
	cJSON_Delete(root);
}
