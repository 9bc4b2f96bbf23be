#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "collect/collect.h"
#include "config/yaml.h"

/* The first fault of a `collect:` section says this; NULL: there is none. */
static void section(const char *entry, const char *fault)
{
	struct yaml_document document;
	struct collect_entries entries;
	struct error_list errors = { 0 };
	struct arena arena = { 0 };
	char yaml[1024], line[1024] = "";
	int result;

	snprintf(yaml, sizeof(yaml), "collect:\n  - { %s }\n", entry);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0, "%s", yaml);
	result = collect_read(&entries, yaml_get(document.root, "collect"), "s.yaml", "/folder", &arena, &errors);
	if (errors.count)
		fault_format(&errors.faults[0], line, sizeof(line));
	cr_expect_eq(result, fault ? -1 : 0, "%s: %s", entry, line);
	if (fault)
		cr_expect(strstr(line, fault) != NULL, "'%s' is not in '%s'", fault, line);
	yaml_document_release(&document);
	error_list_release(&errors);
	arena_release(&arena);
}

Test(probe_section, reads_health)
{
	section("type: health, job: a, targets: [h:1]", NULL);
	section("type: health, job: a, targets: 'https://h/x', expect_status: [200, 3xx, 500-503]", NULL);
	section("type: health, targets: [h]", "'job' is missing");
	section("type: health, job: a", "'targets' is missing");
	section("type: health, job: a, targets: ['ftp://h']", "targets:");
	section("type: health, job: a, targets: [h], paths: [x]", "'x' is no path");
	section("type: health, job: a, targets: [h], expect_status: [2x]", "'2x' is no status");
	section("type: health, job: a, targets: [h], expect_status: [600]", "'600' is no status");
	section("type: health, job: a, targets: [h], expect_status: [300-200]", "is no status");
	section("type: health, job: a, targets: [h], expect_status: ['200 ']", "is no status");
	section("type: health, job: a, targets: [h], fail_if_body_matches: '('", "fail_if_body_matches:");
	section("type: health, job: a, targets: [h], interval: 2s, timeout: 3s", "timeout: longer");
	section("type: health, job: a, targets: [h], headers: [x]", "is no header");
	section("type: health, job: a, targets: [h], rate: 0", "rate");
}

Test(probe_section, reads_json)
{
	section("type: json, job: a, targets: [h], ready: dryad-approvals", NULL);
	section("type: json, job: a, targets: [h], metrics: [ { name: x, path: y } ]", NULL);
	section("type: json, job: a, targets: [h]", "nothing is taken from the document");
	section("type: json, job: a, targets: [h], ready: dryad", "'dryad' is not known (dryad-approvals,");
	section("type: json, job: a, targets: [h], metrics: [ { name: x } ]", "'path' is missing");
	section("type: json, job: a, targets: [h], ready: dryad-metrics, table: { path: x }", "'columns' is missing");
	section("type: json, job: a, targets: [h], ready: dryad-metrics, path: x", "'x' is no path");
}

Test(probe_section, reads_certificates)
{
	section("type: certificate, job: a, targets: [h, 'h:8443', '[::1]:443', 'https://h/x', '127.0.0.1:1']", NULL);
	section("type: certificate, job: a, targets: ['h:0']", "'h:0' is no HOST:PORT");
	section("type: certificate, job: a, targets: ['h:70000']", "is no HOST:PORT");
	section("type: certificate, job: a, targets: ['h:']", "is no HOST:PORT");
	section("type: certificate, job: a, targets: ['h:x']", "is no HOST:PORT");
	section("type: certificate, job: a, targets: [':443']", "is no HOST:PORT");
	section("type: certificate, job: a, targets: ['[::1']", "is no HOST:PORT");
	section("type: certificate, job: a, targets: ['me@h']", "is no HOST:PORT");
	section("type: certificate, job: a, targets: [h], starttls: smtp", "starttls");
	section("type: certificate, targets: [h]", "'job' is missing");
}
