/* System files: what one says, what a second one on top of it changes, and what is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/system.h"

/* A folder of its own as the user's configuration, so that nobody's real files are read. */
static char folder[64];

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/skep-system-XXXXXX");
	cr_assert(mkdtemp(folder));
	setenv("XDG_CONFIG_HOME", folder, 1);
}

static void remove_folder(void)
{
	char *command = mem_printf("rm -rf '%s'", folder);

	cr_assert_eq(system(command), 0);
	free(command);
}

TestSuite(system, .init = make_folder, .fini = remove_folder);

/* Writes a file below the folder, making one level of folders for each '/' in `name`; its path is the caller's. */
static char *write_file(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", folder, name);
	FILE *file;

	for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	cr_assert(file, "%s", path);
	cr_assert_geq(fputs(text, file), 0);
	fclose(file);
	return path;
}

static bool says(const struct error_list *errors, const char *words)
{
	for (size_t i = 0; i < errors->count; i++)
		if (strstr(errors->faults[i].text, words))
			return true;
	return false;
}

Test(system, defaults)
{
	struct system system;

	system_init(&system);
	cr_expect_eq(system.scrape_interval_ms, 15000);
	cr_expect_eq(system.max_data_points, 500);
	cr_expect_eq(system.environment, 0);
	cr_expect_eq(system.prometheus.timeout_ms, 5000);
	cr_expect_eq(system.prometheus.limit_bytes, 64 << 20);
	cr_expect_not(system.prometheus.access.insecure);
	cr_expect_null(system.prometheus.url);
	system_release(&system);
}

Test(system, every_setting_and_relative_paths)
{
	struct system system;
	struct error_list errors;
	struct arena arena;
	struct prometheus_config engine;
	char *expected, *path = write_file("a.yaml", "system: colony\n"
						     "title: The Colony\n"
						     "environment: production\n"
						     "target: prod/west\n"
						     "prometheus:\n"
						     "  url: https://prometheus.example/prefix\n"
						     "  timeout: 2s\n"
						     "  bearer_token_file: secrets/token\n"
						     "  ca_file: /etc/ca.pem\n"
						     "  headers: ['X-Scope-OrgID: team']\n"
						     "  limit_series: 100\n"
						     "scrape_interval: 30s\n"
						     "max_data_points: 100\n"
						     "dashboards: [one.json, /abs/two.json]\n"
						     "variables: { namespace: production }\n");

	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, path, &errors), 0);
	cr_expect_eq(errors.count, 0);
	cr_expect_str_eq(system.name, "colony");
	cr_expect_str_eq(system.title, "The Colony");
	cr_expect_str_eq(system.target, "prod/west");
	cr_expect_str_eq(system_environments[system.environment], "production");
	cr_expect_eq(system.scrape_interval_ms, 30000);
	cr_expect_eq(system.max_data_points, 100);
	cr_assert_eq(system.dashboards.count, 2);
	expected = mem_printf("%s/one.json", folder);
	cr_expect_str_eq(system.dashboards.items[0], expected);
	cr_expect_str_eq(system.dashboards.items[1], "/abs/two.json");
	free(expected);
	cr_assert_eq(system.variables.count, 1);
	cr_expect_str_eq(system.variables.items[0], "namespace=production");

	arena_init(&arena);
	engine = system_engine(&system, &arena);
	expected = mem_printf("%s/secrets/token", folder);
	cr_expect_str_eq(engine.url, "https://prometheus.example/prefix");
	cr_expect_str_eq(engine.access.bearer_token_file, expected);
	cr_expect_str_eq(engine.access.ca_file, "/etc/ca.pem");
	cr_expect_str_eq(engine.access.headers[0], "X-Scope-OrgID: team");
	cr_expect_null(engine.access.headers[1]);
	cr_expect_eq(engine.timeout_ms, 2000);
	cr_expect_eq(engine.limits.series, 100);
	free(expected);
	arena_release(&arena);
	error_list_release(&errors);
	system_release(&system);
	free(path);
}

Test(system, a_later_file_merges_maps_and_replaces_lists)
{
	struct system system;
	struct error_list errors;
	char *first = write_file("a/first.yaml", "system: s\ndashboards: [one.json, two.json]\n"
						 "prometheus: { url: 'http://a', ca_file: ca.pem }\n"
						 "variables: { a: '1', b: '2' }\n");
	char *second = write_file("b/second.yaml", "dashboards: [three.json]\nprometheus: { url: 'http://b' }\n"
						   "variables: { b: '3' }\n");
	char *dashboard = mem_printf("%s/b/three.json", folder), *ca = mem_printf("%s/a/ca.pem", folder);

	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, first, &errors), 0);
	cr_assert_eq(system_read(&system, second, &errors), 0);
	cr_expect_str_eq(system.name, "s");
	cr_assert_eq(system.dashboards.count, 1);
	cr_expect_str_eq(system.dashboards.items[0], dashboard);
	cr_expect_str_eq(system.prometheus.url, "http://b");
	cr_expect_str_eq(system.prometheus.access.ca_file, ca, "still beside the file that named it");
	cr_assert_eq(system.variables.count, 3);
	cr_expect_str_eq(system.variables.items[0], "a=1");
	cr_expect_str_eq(system.variables.items[2], "b=3", "the last wins");
	error_list_release(&errors);
	system_release(&system);
	free(first);
	free(second);
	free(dashboard);
	free(ca);
}

Test(system, every_fault_is_told)
{
	struct system system;
	struct error_list errors;
	char *path = write_file("bad.yaml", "system: x\ntitel: y\nenvironment: prod\nprometheus: { timeout: soon }\n"
					    "scrape_interval: 1ms\n");
	char *empty = write_file("empty.yaml", "# nothing\n");

	system_init(&system);
	error_list_init(&errors);
	cr_expect_eq(system_read(&system, path, &errors), -1);
	cr_expect_eq(errors.errors, 4, "%zu", errors.errors);
	cr_expect(says(&errors, "titel") && says(&errors, "title"));
	cr_expect(says(&errors, "production"));
	cr_expect_eq(errors.faults[0].line, 2);
	error_list_release(&errors);

	error_list_init(&errors);
	cr_expect_eq(system_read(&system, empty, &errors), -1);
	cr_expect(says(&errors, "the file is empty"));
	error_list_release(&errors);

	error_list_init(&errors);
	cr_expect_eq(system_read(&system, "/nonexistent/system.yaml", &errors), -1);
	cr_expect_eq(errors.errors, 1);
	error_list_release(&errors);
	system_release(&system);
	free(path);
	free(empty);
}

Test(system, found_by_name_with_the_overlay_on_top)
{
	struct system system;
	struct error_list errors;
	char *own = write_file("skep/systems/mine/system.yaml", "system: mine\ntitle: Mine\n");
	char *overlay = write_file("skep/mine.yaml", "title: Changed\n");

	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_find(&system, "mine", &errors), 0);
	cr_expect_str_eq(system.name, "mine");
	cr_expect_str_eq(system.title, "Changed");
	system_release(&system);

	system_init(&system);
	cr_assert_eq(system_find(&system, own, &errors), 0);
	cr_expect_str_eq(system.title, "Mine", "a path is read alone");
	system_release(&system);

	system_init(&system);
	cr_expect_eq(system_find(&system, "nobody", &errors), -1);
	cr_expect(says(&errors, "no system 'nobody'"));
	system_release(&system);
	error_list_release(&errors);
	free(own);
	free(overlay);
}

Test(system, shipped_systems_are_found)
{
	struct system system;
	struct error_list errors;

	error_list_init(&errors);
	system_init(&system);
	cr_assert_eq(system_find(&system, "polln", &errors), 0);
	cr_expect_str_eq(system.name, "polln");
	cr_expect_geq(system.dashboards.count, 1);
	cr_expect_eq(access(system.dashboards.items[0], R_OK), 0);
	system_release(&system);
	error_list_release(&errors);
}

/* The first fault of a file's text as "FILE-NAME:LINE: words", at most that; "" when it is good. */
static const char *first_fault(const char *text)
{
	static char ret[600];
	struct system system;
	struct error_list errors;
	char *path = write_file("keys.yaml", text), line[1024] = "";

	system_init(&system);
	error_list_init(&errors);
	ret[0] = '\0';
	if (system_read(&system, path, &errors) < 0) {
		cr_assert_gt(errors.count, 0u);
		fault_format(&errors.faults[0], line, sizeof(line));
		snprintf(ret, sizeof(ret), "%s", strstr(line, "keys.yaml"));
	}
	error_list_release(&errors);
	system_release(&system);
	free(path);
	return ret;
}

Test(system, faults_of_the_engines_keys_name_their_line)
{
	static const struct {
		const char *text, *line, *words;
	} cases[] = {
		{ "system: x\ndatasources: { 'prom-*': prometheus, local: embedded, '*': auto }\n", "", "" },
		{ "system: x\ndatasources: { local: embeded }\n", "keys.yaml:2:", "names no engine" },
		{ "system: x\nlabels: [region -> zone, 'job=k8s -> job = colony']\n", "", "" },
		{ "system: x\n\nlabels: [a -> b=c]\n", "keys.yaml:3:", "maps no label" },
		{ "system: x\nstore: { raw: 1h, series: 500 }\n", "", "" },
		{ "system: x\nstore:\n  raw: 1s\n", "keys.yaml:3:", "raw" },
		{ "system: x\nstore:\n  keep: 35d\n  serie: 5\n", "keys.yaml:4:", "series" },
		{ "system: x\ncollect:\n  - { type: scrape, job: a, targets: ['h:1'] }\n", "", "" },
		{ "system: x\ncollect:\n  - { type: scrap, job: a, targets: ['h:1'] }\n", "keys.yaml:3:", "scrape" },
		{ "system: x\ncollect: 5\n", "keys.yaml:2:", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *fault = first_fault(cases[i].text);
		cr_expect_eq(!*fault, !*cases[i].line, "%s: %s", cases[i].text, fault);
		cr_expect(strstr(fault, cases[i].line) && strstr(fault, cases[i].words), "%s: %s", cases[i].text,
			  fault);
	}
}
