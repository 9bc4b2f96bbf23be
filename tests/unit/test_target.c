/* Where a command would act, read from files and variables of the test's own. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "runbook/target.h"
#include "runbook/target_environment.h"

TestSuite(target);

static char folder[64];
static struct arena arena;

static void set_up(void)
{
	snprintf(folder, sizeof(folder), "/tmp/skep-target-XXXXXX");
	cr_assert(mkdtemp(folder));
	arena_init(&arena);
}

static void tear_down(void)
{
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "a", "b", ".docker/config.json", ".kube/config" };
		char *path = path_join(folder, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(arena_printf(&arena, "%s/.docker", folder));
	rmdir(arena_printf(&arena, "%s/.kube", folder));
	rmdir(folder);
	arena_release(&arena);
}

static void put(const char *name, const char *text)
{
	char *path = path_join(folder, name);

	cr_assert_eq(path_write(path, text, strlen(text), NULL), 0);
	free(path);
}

static const char *text_of(const struct run_target *target)
{
	struct strbuf text = STRBUF_INIT;
	const char *ret;

	target_text(target, &text);
	ret = arena_strdup(&arena, text.text);
	strbuf_release(&text);
	return ret;
}

static const char *variable(const char *name, const char *value)
{
	return arena_printf(&arena, "%s=%s", name, value);
}

#define FIRST                                                                                                          \
	"apiVersion: v1\nkind: Config\ncurrent-context: prod\n"                                                        \
	"contexts:\n- name: prod\n  context: { cluster: prod-cluster, namespace: production, user: ana }\n"
#define SECOND                                                                                                         \
	"current-context: other\n"                                                                                     \
	"clusters:\n- name: prod-cluster\n  cluster:\n    server: https://ana:pw@10.0.0.1:6443\n"                      \
	"contexts:\n- name: prod\n  context: { cluster: wrong }\n"

Test(target, takes_the_first_of_several_kubeconfigs, .init = set_up, .fini = tear_down)
{
	struct run_target target;
	const char *const environment[] = {
		variable("KUBECONFIG", arena_printf(&arena, "%s/none:%s/a:%s/b", folder, folder, folder)),
		variable("DOCKER_HOST", "unix:///run/docker.sock"), variable("HOME", folder), NULL
	};
	const char *text;

	put("a", FIRST);
	put("b", SECOND);
	target_read(&target, environment, &arena);
	cr_expect_str_eq(target.context, "prod");
	cr_expect_str_eq(target.cluster, "prod-cluster");
	cr_expect_str_eq(target.name_space, "production");
	cr_expect_str_eq(target.server, "https://10.0.0.1:6443");
	cr_expect_str_eq(target.docker, "unix:///run/docker.sock");
	cr_expect_str_eq(target.fault, "");
	text = text_of(&target);
	cr_expect(strstr(text, " kube prod/production (https://10.0.0.1:6443) docker unix:///run/docker.sock"), "%s",
		  text);
	cr_expect(!strstr(text, "pw"), "%s", text);
	target_read(&target, environment, &arena);
	cr_expect_str_eq(text_of(&target), text);
}

Test(target, home_has_the_rest, .init = set_up, .fini = tear_down)
{
	struct run_target target;
	const char *const environment[] = { variable("HOME", folder), "KUBECONFIG=", NULL };

	mkdir(arena_printf(&arena, "%s/.kube", folder), 0700);
	mkdir(arena_printf(&arena, "%s/.docker", folder), 0700);
	put(".kube/config", FIRST);
	put(".docker/config.json", "{\"currentContext\": \"remote\"}");
	target_read(&target, environment, &arena);
	cr_expect_str_eq(target.context, "prod");
	cr_expect_str_eq(target.server, "");
	cr_expect_str_eq(target.docker, "remote");
}

Test(target, nothing_is_there, .init = set_up, .fini = tear_down)
{
	struct run_target target;
	const char *const environment[] = { "KUBECONFIG=/dev/null", variable("HOME", folder), NULL };

	target_read(&target, environment, &arena);
	cr_expect_str_eq(target.context, "");
	cr_expect_str_eq(target.docker, "");
	cr_expect_str_eq(target.fault, "");
	cr_expect(!target_conflict(&target, "prod-cluster/production", &arena));
	cr_expect(!target_conflict(&target, "environment/production", &arena));
}

Test(target, what_cannot_be_read_is_said, .init = set_up, .fini = tear_down)
{
	struct run_target target;
	const char *const broken[] = { variable("KUBECONFIG", arena_printf(&arena, "%s/a", folder)), NULL };

	put("a", "contexts: [\n");
	target_read(&target, broken, &arena);
	cr_expect(strstr(target.fault, "/a:"), "%s", target.fault);
	cr_expect(strstr(text_of(&target), "(not known: "));
	put("a", "current-context: gone\ncontexts: {no: list}\n");
	target_read(&target, broken, &arena);
	cr_expect_str_eq(target.context, "gone");
	cr_expect(strstr(target.fault, "gone"));
	put("a", "current-context: [1]\n");
	target_read(&target, broken, &arena);
	cr_expect_str_eq(target.context, "");
}

Test(target, a_line_of_it_is_one_line, .init = set_up, .fini = tear_down)
{
	struct run_target target;
	const char *const environment[] = { variable("KUBECONFIG", arena_printf(&arena, "%s/a", folder)), NULL };
	const char *text;

	put("a", "current-context: \"a\\nb\\e[31m\"\ncontexts: []\n");
	target_read(&target, environment, &arena);
	text = text_of(&target);
	cr_expect(!strpbrk(text, "\n\x1b"), "%s", text);
}

Test(target, addresses_without_credentials, .init = set_up, .fini = tear_down)
{
	cr_expect_str_eq(target_url("https://u:p@h:1/x?token=1", false, &arena), "https://h:1/x");
	cr_expect_str_eq(target_url("ssh://u:p@h", true, &arena), "ssh://u@h");
	cr_expect_str_eq(target_url("ssh://u@h", true, &arena), "ssh://u@h");
	cr_expect_str_eq(target_url("https://u:p@q@h/a@b#f", false, &arena), "https://h/a@b");
	cr_expect_str_eq(target_url("h:1", false, &arena), "h:1");
	cr_expect_str_eq(target_url("", true, &arena), "");
}

static struct run_target target_in(const char *context, const char *cluster, const char *name_space)
{
	return (struct run_target){ .host = "jump1",
				    .user = "ana",
				    .context = context,
				    .cluster = cluster,
				    .server = "",
				    .name_space = name_space,
				    .docker = "",
				    .fault = "" };
}

static void expect_conflict(const struct run_target *target, const char *wanted, const char *why)
{
	const char *found = target_conflict(target, wanted, &arena);

	if (why)
		cr_expect(found && strstr(found, why), "%s: %s", wanted, found ? found : "none");
	else
		cr_expect(!found, "%s: %s", wanted, found);
}

Test(target, denies_what_it_is_not, .init = set_up, .fini = tear_down)
{
	struct run_target prod = target_in("admin@prod", "prod-cluster", "production");
	struct run_target arn = target_in("arn:aws:eks:us-east-1:1:cluster/prod", "c", "");

	expect_conflict(&prod, NULL, NULL);
	expect_conflict(&prod, "", NULL);
	expect_conflict(&prod, "admin@prod", NULL);
	expect_conflict(&prod, "prod-cluster/production", NULL);
	expect_conflict(&prod, "admin@prod/production", NULL);
	expect_conflict(&prod, "prod-cluster/staging", "namespace is production, not staging");
	expect_conflict(&prod, "staging-cluster/production", "context is admin@prod, not staging-cluster");
	expect_conflict(&prod, "namespace/production", NULL);
	expect_conflict(&prod, "namespace/dr-region", "not dr-region");
	expect_conflict(&prod, "context/admin@prod", NULL);
	expect_conflict(&prod, "cluster/other", "cluster is prod-cluster, not other");
	expect_conflict(&prod, "host/jump1.example.com", NULL);
	expect_conflict(&prod, "host/jump2", "host is jump1, not jump2");
	expect_conflict(&prod, "user/root", "user is ana");
	expect_conflict(&prod, "docker/remote", NULL);
	expect_conflict(&arn, "arn:aws:eks:us-east-1:1:cluster/prod", NULL);
	expect_conflict(&arn, "arn:aws:eks:us-east-1:1:cluster/prod/production", NULL);
	expect_conflict(&arn, "namespace/production", NULL);
}

Test(target, denies_another_environment, .init = set_up, .fini = tear_down)
{
	struct run_target staging = target_in("staging-eu", "c1", "production");
	struct run_target prod = target_in("eu", "PROD-1", "dev-tools");
	struct run_target plain = target_in("eu", "c1", "dev");
	struct run_target both = target_in("test-of-prod", "", "");

	expect_conflict(&staging, "environment/production", "staging-eu is staging, the environment is production");
	expect_conflict(&staging, "environment/staging", NULL);
	expect_conflict(&prod, "environment/production", NULL);
	expect_conflict(&prod, "environment/demo", "is production");
	expect_conflict(&plain, "environment/production", "namespace dev is development");
	expect_conflict(&plain, "environment/somewhere", NULL);
	expect_conflict(&both, "environment/production", NULL);
	expect_conflict(&both, "environment/drill", "the environment is drill");
}
