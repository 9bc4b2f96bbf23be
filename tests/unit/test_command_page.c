#include <criterion/criterion.h>

#include <string.h>

#include "base/arena.h"
#include "collect/command_page.h"

static void make(struct command_page *page, enum command_format format, const char *output)
{
	command_page_init(page);
	page->format = format;
	page->has_status = true;
	page->duration_s = 0.25;
	strbuf_addstr(&page->output, output);
	command_page_make(page);
}

#define HAS(page, line)                                                                                                \
	cr_expect(strstr((page).page.text.text, line "\n"), "'%s' is not in\n%s", line, (page).page.text.text)
#define HAS_NOT(page, part) cr_expect_null(strstr((page).page.text.text, part), "'%s' is there", part)

Test(command_page, how_it_ended)
{
	struct command_page page;

	make(&page, COMMAND_NONE, "whatever it says");
	HAS(page, "command_success 1");
	HAS(page, "command_exit_status 0");
	HAS(page, "command_duration_seconds 0.25");
	HAS_NOT(page, "whatever");
	command_page_release(&page);
}

Test(command_page, what_went_wrong_is_not_read)
{
	struct command_page page;

	command_page_init(&page);
	page.format = COMMAND_PROMETHEUS;
	page.has_status = true;
	page.status = 3;
	strbuf_addstr(&page.output, "half 1\nhal");
	strbuf_addstr(&page.page.text, "");
	memcpy(page.reason, "exit status 3", 14);
	command_page_make(&page);
	HAS(page, "command_success 0");
	HAS(page, "command_exit_status 3");
	HAS_NOT(page, "half");
	cr_expect_str_eq(page.reason, "exit status 3");
	command_page_release(&page);
}

Test(command_page, one_that_was_ended_has_no_status)
{
	struct command_page page;

	command_page_init(&page);
	memcpy(page.reason, "timeout after 5s", 17);
	command_page_make(&page);
	HAS(page, "command_success 0");
	HAS_NOT(page, "command_exit_status ");
	command_page_release(&page);
}

Test(command_page, prometheus_text)
{
	struct command_page page;

	make(&page, COMMAND_PROMETHEUS, "# TYPE jobs gauge\njobs{queue=\"a b\"} 7\nlast 2");
	HAS(page, "jobs{queue=\"a b\"} 7");
	HAS(page, "last 2");
	HAS(page, "command_success 1");
	command_page_release(&page);
	make(&page, COMMAND_PROMETHEUS, "");
	HAS(page, "command_success 1");
	command_page_release(&page);
}

Test(command_page, garbage_is_said_and_leaves_its_own_figures)
{
	struct command_page page;

	make(&page, COMMAND_PROMETHEUS, "good 1\n<html>no</html>\n");
	cr_expect(strstr(page.reason, "output 2:1: "), "%s", page.reason);
	HAS(page, "command_success 0");
	HAS(page, "command_exit_status 0");
	HAS_NOT(page, "good");
	command_page_release(&page);
}

static struct json_mappings mappings(struct arena *arena)
{
	return json_mappings_ready("- { name: queue_depth, path: 'queues[*]', value: depth, labels: [queue=name] }\n",
				   arena);
}

static void make_json(struct command_page *page, const struct json_mappings *of, const char *output)
{
	command_page_init(page);
	page->format = COMMAND_JSON;
	page->mappings = of;
	strbuf_addstr(&page->output, output);
	command_page_make(page);
}

Test(command_page, json_by_mappings)
{
	struct arena arena = { 0 };
	struct json_mappings of = mappings(&arena);
	struct command_page page;

	make_json(&page, &of, "{\"queues\":[{\"name\":\"mail\",\"depth\":12},{\"name\":\"sms\",\"depth\":\"3\"}]}");
	cr_expect_str_eq(page.reason, "");
	HAS(page, "queue_depth{queue=\"mail\"} 12");
	HAS(page, "queue_depth{queue=\"sms\"} 3");
	command_page_release(&page);
	make_json(&page, &of, "{\"queues\":[{\"name\":\"mail\",\"depth\":\"many\"}]}");
	cr_expect_str_eq(page.reason, "");
	cr_expect(strstr(page.warning, "many"), "%s", page.warning);
	command_page_release(&page);
	arena_release(&arena);
}

Test(command_page, broken_json_is_said_with_its_place)
{
	struct arena arena = { 0 };
	struct json_mappings of = mappings(&arena);
	struct command_page page;

	make_json(&page, &of, "{\"queues\":[{\"name\":\"mail\",\n\"depth\":1");
	cr_expect_eq(strncmp(page.reason, "output 2:", 9), 0, "%s", page.reason);
	HAS(page, "command_success 0");
	command_page_release(&page);
	make_json(&page, &of, "");
	cr_expect_str_eq(page.reason, "it printed nothing");
	command_page_release(&page);
	make_json(&page, &of, "Unable to connect to the server\n");
	cr_expect_eq(strncmp(page.reason, "output 1:1: ", 12), 0, "%s", page.reason);
	command_page_release(&page);
	command_page_init(&page);
	page.format = COMMAND_JSON;
	page.mappings = &of;
	for (int i = 0; i < 5; i++)
		strbuf_add(&page.output, (char[1024 * 1024]){ '[' }, 1024 * 1024);
	command_page_make(&page);
	cr_expect_str_eq(page.reason, "over 4 MiB of JSON: narrow it down");
	command_page_release(&page);
	arena_release(&arena);
}
