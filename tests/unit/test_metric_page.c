#include <criterion/criterion.h>
#include <math.h>

#include "collect/metric_page.h"
#include "tsdb/exposition.h"

Test(metric_page, reads_back_as_what_was_added)
{
	struct metric_page page;
	struct label labels[] = { { "path", "C:\\a\n\"b\"" }, { "empty", "" }, { "none", NULL }, { "host", "x" } };
	struct exposition_options options = { .families = true };
	struct exposition read;
	struct arena arena;
	struct labels set;

	metric_page_init(&page);
	metric_page_family(&page, "disk_bytes", "gauge", "what is free\nin bytes");
	metric_page_add(&page, "disk_bytes", labels, 4, 1.5);
	metric_page_add_label(&page, "disk_bytes", "path", "/", INFINITY);
	metric_page_counter(&page, "runs_total", NULL, 3);
	cr_assert_eq(page.samples, 3);
	cr_assert_eq(exposition_parse(&read, page.text.text, page.text.length, &options, "page", NULL), 0);
	cr_assert_eq(read.count, 3);
	cr_assert_eq(read.family_count, 2);
	cr_assert_str_eq(read.families[0].help, "what is free\nin bytes");
	arena_init(&arena);
	cr_assert_eq(exposition_labels(page.text.text + read.samples[0].text, read.samples[0].length, &arena, &set,
				       NULL),
		     0);
	cr_assert_eq(set.count, 3, "empty values are left out");
	cr_assert_str_eq(labels_get(&set, "path"), "C:\\a\n\"b\"");
	cr_assert_eq(read.samples[0].value, 1.5);
	cr_assert(isinf(read.samples[1].value));
	arena_release(&arena);
	exposition_release(&read);
	metric_page_release(&page);
}

Test(metric_page, bytes_that_are_no_text_are_replaced)
{
	struct metric_page page;

	metric_page_init(&page);
	metric_page_add_label(&page, "a", "b", "x\xff\xfey", NAN);
	cr_assert_str_eq(page.text.text, "a{b=\"x\xef\xbf\xbd\xef\xbf\xbdy\"} NaN\n");
	metric_page_clear(&page);
	cr_assert_str_eq(page.text.text, "");
	cr_assert_eq(page.samples, 0);
	metric_page_release(&page);
}

Test(metric_page, names_become_legal)
{
	struct strbuf name = STRBUF_INIT;

	metric_name(&name, "DRYAD.AI_llm requests");
	cr_assert_str_eq(name.text, "DRYAD_AI_llm_requests");
	strbuf_clear(&name);
	metric_name(&name, "9\xc3\xa9");
	cr_assert_str_eq(name.text, "_9__");
	strbuf_clear(&name);
	metric_name(&name, "");
	cr_assert_str_eq(name.text, "_");
	strbuf_release(&name);
}
