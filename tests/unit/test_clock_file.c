/* Alert clocks in a file: what was written is read, what is damaged is refused. */
#include "store_fixture.h"

#include <math.h>

#include "alert/clock_file.h"
#include "base/mem.h"

TestSuite(clock_file, .timeout = 60);

static const struct alert_clock odd = { .labels = { (const struct label[]){ { "a", "tab\there" },
									    { "alertname", "Broken" },
									    { "b", "line\nbreak \\n \xff" } },
						    3 },
					.active_ms = 1000,
					.fired_ms = 2000,
					.keep_firing_since_ms = 3000,
					.last_ms = 4000,
					.value = -0.1 };

static struct strbuf text_of(const struct alert_clock *clock, size_t count)
{
	struct strbuf ret = STRBUF_INIT;

	clock_file_begin(&ret);
	for (size_t i = 0; i < count; i++)
		clock_file_add(&ret, "group\nrule\t\nhash", &clock[i]);
	clock_file_end(&ret);
	return ret;
}

Test(clock_file, what_was_written_is_read)
{
	struct alert_clock clocks[2] = { odd, odd };
	struct clock_entries entries;
	struct strbuf text;

	clocks[1].value = NAN;
	clocks[1].fired_ms = 0;
	text = text_of(clocks, 2);
	cr_assert_eq(clock_file_read(&entries, text.text, text.length, NULL), 0);
	cr_assert_eq(entries.items.count, 2u);
	cr_expect_str_eq(entries.items.items[0].rule, "group\nrule\t\nhash");
	cr_expect(labels_equal(&entries.items.items[0].clock.labels, &odd.labels));
	cr_expect_eq(entries.items.items[0].clock.active_ms, 1000);
	cr_expect_eq(entries.items.items[0].clock.fired_ms, 2000);
	cr_expect_eq(entries.items.items[0].clock.keep_firing_since_ms, 3000);
	cr_expect_eq(entries.items.items[0].clock.last_ms, 4000);
	cr_expect_eq(value_bits(entries.items.items[0].clock.value), value_bits(-0.1));
	cr_expect(isnan(entries.items.items[1].clock.value));
	clock_entries_release(&entries);
	strbuf_release(&text);
}

Test(clock_file, an_empty_one_is_whole)
{
	struct strbuf text = text_of(NULL, 0);
	struct clock_entries entries;

	cr_expect_eq(clock_file_read(&entries, text.text, text.length, NULL), 0);
	cr_expect_eq(entries.items.count, 0u);
	clock_entries_release(&entries);
	strbuf_release(&text);
}

/* Cut anywhere it is refused; with any byte changed it is read or refused, and nothing else happens. */
Test(clock_file, a_damaged_one_is_refused)
{
	struct strbuf text = text_of(&odd, 1);
	struct clock_entries entries;
	struct error error;

	for (size_t length = 0; length < text.length; length++) {
		char *part = mem_strndup(text.text, length);

		cr_assert_eq(clock_file_read(&entries, part, length, &error), -1, "%zu bytes", length);
		cr_expect_eq(entries.items.count, 0u);
		free(part);
	}
	for (size_t i = 0; i < text.length; i++)
		for (int byte = 0; byte < 256; byte += 5) {
			char was = text.text[i];

			text.text[i] = (char)byte;
			if (clock_file_read(&entries, text.text, text.length, &error) == 0)
				clock_entries_release(&entries);
			text.text[i] = was;
		}
	strbuf_release(&text);
}

/* The wall clock was set back meanwhile: that is no reason to lose the clocks of all other alerts. */
Test(clock_file, one_seen_last_before_it_began_is_read)
{
	static const char text[] = "skep alert clocks 1\nrule\ta\tb\t5 2 3 4 0000000000000000\nend\n";
	struct clock_entries entries;

	cr_assert_eq(clock_file_read(&entries, text, strlen(text), NULL), 0);
	cr_assert_eq(entries.items.count, 1u);
	cr_expect_eq(entries.items.items[0].clock.active_ms, 5);
	cr_expect_eq(entries.items.items[0].clock.last_ms, 5);
	clock_entries_release(&entries);
}

Test(clock_file, what_is_wrong_is_said)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "", "line 1: it breaks off" },
		{ "{\"version\": 1}\n", "line 1: this is no file of alert clocks" },
		{ "skep alert clocks 1\nrule\n", "line 2: no fields" },
		{ "skep alert clocks 1\nrule\ta\tb\t1 2 3 4\nend\n", "line 2: bad times" },
		{ "skep alert clocks 1\nrule\ta\tb\t-1 2 3 4 0000000000000000\nend\n", "line 2: bad times" },
		{ "skep alert clocks 1\nrule\ta\t1 2 3 4 0000000000000000\nend\n",
		  "line 2: a label without a name or a value" },
		{ "skep alert clocks 1\nend\nmore\n", "line 2: there is more behind its end" },
	};
	struct clock_entries entries;
	struct error error;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_eq(clock_file_read(&entries, cases[i].text, strlen(cases[i].text), &error), -1);
		cr_expect_str_eq(error.text, cases[i].error);
	}
}

Test(clock_file, a_rule_that_changed_is_another_one)
{
	static const struct rule_text label[] = { { "severity", "page" } };
	const struct rule_group group = { .name = "g" };
	const struct rule rule = { .name = "r", .expression = "up == 0", .for_ms = 5 };
	const struct rule longer = { .name = "r", .expression = "up == 0", .for_ms = 9 };
	const struct rule other = { .name = "r", .expression = "up == 1" };
	const struct rule labelled = { .name = "r", .expression = "up == 0", .labels = label, .label_count = 1 };
	char *name = clock_file_rule(&group, &rule), *same = clock_file_rule(&group, &longer);
	char *second = clock_file_rule(&group, &other), *third = clock_file_rule(&group, &labelled);

	cr_expect_str_eq(name, same);
	cr_expect_str_neq(name, second);
	cr_expect_str_neq(name, third);
	cr_expect_str_eq(name, "g\nr\n6f6c7ad0080e9c3c", "the hash is the same for every process");
	free(name);
	free(same);
	free(second);
	free(third);
}
