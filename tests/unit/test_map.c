/* A system's map as it is read: what it may say, and what is refused with its place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "situation/map.h"

struct reading {
	struct yaml_document document;
	struct arena arena;
	struct error_list errors;
	struct system_map map;
	int result;
	char fault[1024];
};

static void read_from(struct reading *reading, const char *yaml, const char *folder)
{
	memset(reading, 0, sizeof(*reading));
	error_list_init(&reading->errors);
	cr_assert_eq(yaml_parse(&reading->document, yaml, strlen(yaml), "m.yaml", &reading->errors), 0);
	reading->result = map_read(&reading->map, yaml_get(reading->document.root, "map"), "m.yaml", folder,
				   &reading->arena, &reading->errors);
	if (reading->errors.count)
		fault_format(&reading->errors.faults[0], reading->fault, sizeof(reading->fault));
}

static void release(struct reading *reading)
{
	yaml_document_release(&reading->document);
	error_list_release(&reading->errors);
	arena_release(&reading->arena);
}

static void refuse(const char *yaml, const char *place, const char *words)
{
	struct reading reading;

	read_from(&reading, yaml, "/folder");
	cr_expect_eq(reading.result, -1, "accepted: %s", yaml);
	cr_expect(strncmp(reading.fault, place, strlen(place)) == 0, "'%s' does not begin with '%s'", reading.fault,
		  place);
	cr_expect(strstr(reading.fault, words), "'%s' is not in '%s'", words, reading.fault);
	cr_expect_eq(reading.map.count, 0u, "nothing is taken of a bad section");
	release(&reading);
}

#define PART(rest) "map:\n  parts:\n    - { name: a, health: x }\n    - { name: b, " rest " }\n"

Test(map, faults_have_their_place_and_say_what_is_meant)
{
	refuse("map: 5.5\n", "/folder/5.5", "no such file");
	refuse("map: [1]\n", "m.yaml:1", "mapping");
	refuse("map: { part: [] }\n", "m.yaml:1", "did you mean 'parts'");
	refuse("map: { parts: 5 }\n", "m.yaml:1", "is no list");
	refuse("map:\n  parts:\n    - 5\n", "m.yaml:3", "a part is a mapping");
	refuse("map:\n  parts:\n    - { health: x }\n", "m.yaml:3", "'name' is missing");
	refuse(PART("title: B"), "m.yaml:4", "neither state: nor health:");
	refuse(PART("health: x, state: { ok: up }"), "m.yaml:4", "both state: and health:");
	refuse(PART("health: x, tittle: B"), "m.yaml:4", "did you mean 'title'");
	refuse(PART("health: x, needs: [c]"), "m.yaml:4", "no part is called 'c'");
	refuse(PART("health: x, needs: [aa]"), "m.yaml:4", "did you mean 'a'");
	refuse(PART("health: x, needs: [b]"), "m.yaml:4", "needs itself");
	refuse(PART("health: x, level: 1000"), "m.yaml:4", "level");
	refuse(PART("state: { dwon: up, ok: up }"), "m.yaml:4", "did you mean 'down'");
	refuse(PART("state: { broken: up, ok: up }"), "m.yaml:4", "(down, degraded, ok)");
	refuse(PART("state: { down: up }"), "m.yaml:4", "no ok: expression");
	refuse(PART("state: { ok: 'up{' }"), "m.yaml:4", "1:");
	refuse(PART("state: { ok: 'up[5m]' }"), "m.yaml:4", "no instant vector");
	refuse(PART("state: { ok: [up] }"), "m.yaml:4", "is no expression");
	refuse(PART("state: up"), "m.yaml:4", "is no mapping");
	refuse(PART("health: x, figure: 'sum('"), "m.yaml:4", "figure");
	refuse(PART("health: x, instances: 'up[1m]'"), "m.yaml:4", "instances");
	refuse("map:\n  parts:\n    - { name: a, health: x }\n    - { name: a, health: y }\n", "m.yaml:4",
	       "the name of another part");
}

Test(map, every_fault_is_reported_in_one_pass)
{
	struct reading reading;

	read_from(&reading, "map:\n  parts:\n    - { name: a }\n    - { name: b, health: x, needs: [z] }\n", "/");
	cr_expect_eq(reading.errors.errors, 2u);
	release(&reading);
}

Test(map, a_part_is_what_the_file_says)
{
	struct reading reading;
	const struct map_part *part;

	read_from(&reading,
		  "map:\n  parts:\n    - name: cache\n      title: The cache\n      group: Stores\n      region: here\n"
		  "      needs: [disk]\n      state:\n        down: up == 0\n        degraded: up < 1\n        ok: up\n"
		  "      figure: sum(up)\n      unit: ops\n      loss: speed\n      fallback: memory\n"
		  "      runbook: 02-x\n      instances: up\n"
		  "    - { name: disk, health: disk, level: 0 }\n",
		  "/folder");
	cr_assert_eq(reading.result, 0, "%s", reading.fault);
	cr_assert_eq(reading.map.count, 2u);
	part = &reading.map.parts[0];
	cr_expect_str_eq(part->title, "The cache");
	cr_expect_str_eq(part->group, "Stores");
	cr_expect_str_eq(part->region, "here");
	cr_expect_eq(part->level, MAP_NO_LEVEL);
	cr_assert_eq(part->rule_count, 3u);
	cr_expect_eq(part->rules[0].state, PART_DOWN);
	cr_expect_eq(part->rules[1].state, PART_DEGRADED);
	cr_expect_str_eq(part->rules[1].expression, "up < 1");
	cr_expect_eq(part->rules[2].state, PART_OK);
	cr_assert_eq(part->need_count, 1u);
	cr_expect_eq(part->needs[0], 1u);
	cr_expect_str_eq(part->loss, "speed");
	cr_expect_str_eq(part->fallback, "memory");
	cr_expect_str_eq(reading.map.parts[1].title, "disk", "a part without a title has its name");
	cr_expect_eq(reading.map.parts[1].level, 0);
	release(&reading);
}

Test(map, the_short_form_asks_health_and_up_and_quotes_the_name)
{
	struct reading reading;
	const struct map_part *part;

	read_from(&reading, "map: { parts: [ { name: a, health: 'x\"y' } ] }\n", "/");
	cr_assert_eq(reading.result, 0, "%s", reading.fault);
	part = &reading.map.parts[0];
	cr_expect_eq(part->rules[0].state, PART_DOWN);
	cr_expect_str_eq(part->rules[0].expression, "max(health_status{component=\"x\\\"y\"}) == 0");
	cr_expect_eq(part->rules[part->rule_count - 1].state, PART_OK);
	cr_expect(strstr(part->rules[part->rule_count - 1].expression, "up{job="));
	release(&reading);
}

Test(map, a_section_may_be_a_file_beside_the_system)
{
	char folder[] = "/tmp/skep-map-XXXXXX", path[64];
	struct reading reading;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/map.yaml", folder);
	cr_assert_eq(path_write(path, "parts:\n  - { name: a, health: x }\n", 33, NULL), 0);
	read_from(&reading, "map: map.yaml\n", folder);
	cr_expect_eq(reading.result, 0, "%s", reading.fault);
	cr_expect_eq(reading.map.count, 1u);
	release(&reading);
	cr_assert_eq(path_write(path, "parts:\n  - { name: a }\n", 23, NULL), 0);
	read_from(&reading, "map: map.yaml\n", folder);
	cr_expect(strstr(reading.fault, "map.yaml:2"), "%s", reading.fault);
	release(&reading);
	cr_assert_eq(path_write(path, "", 0, NULL), 0);
	read_from(&reading, "map: map.yaml\n", folder);
	cr_expect(strstr(reading.fault, "is empty"), "%s", reading.fault);
	release(&reading);
	unlink(path);
	rmdir(folder);
}

Test(map, nothing_is_no_map)
{
	struct reading reading;

	read_from(&reading, "other: 1\n", "/");
	cr_expect_eq(reading.result, 0);
	cr_expect_eq(reading.map.count, 0u);
	release(&reading);
}
