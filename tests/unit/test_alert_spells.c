/* What fired lately, gathered by alert; and the terminal's title. */
#include <criterion/criterion.h>

#include "ui/seat/window_title.h"
#include "ui/view/alert_spells.h"

#define HOUR INT64_C(3600000)
#define NOW  (100 * HOUR)

static struct past_alert past(uint64_t fingerprint, int64_t fired_ms, int64_t resolved_ms)
{
	return (struct past_alert){ .fingerprint = fingerprint,
				    .name = "Alert",
				    .labels = "{a=\"b\"}",
				    .active_ms = fired_ms - 60000,
				    .fired_ms = fired_ms,
				    .resolved_ms = resolved_ms,
				    .priority = 1 };
}

static struct alert_spell *make(const struct past_alert *items, size_t count, struct arena *arena, size_t *ret_count)
{
	const struct past_alert *pointers[16];

	for (size_t i = 0; i < count; i++)
		pointers[i] = &items[i];
	arena_init(arena);
	return alert_spells_make(pointers, count, NOW - 24 * HOUR, NOW, arena, ret_count);
}

Test(alert_spells, one_that_flaps_is_one_row)
{
	const struct past_alert items[] = { past(7, NOW - HOUR, NOW - HOUR / 2), past(9, NOW - 3 * HOUR, 0),
					    past(7, NOW - 5 * HOUR, NOW - 4 * HOUR),
					    past(7, NOW - HOUR, NOW - HOUR / 2) };
	struct arena arena;
	size_t count;
	const struct alert_spell *spells = make(items, 4, &arena, &count);

	cr_assert_eq(count, 2u);
	cr_expect_eq(spells[0].fingerprint, 7u, "the newest first");
	cr_expect_eq(spells[0].times, 2u, "the same time told by two consoles counts once");
	cr_expect_eq(spells[0].firing_ms, HOUR + HOUR / 2);
	cr_expect_eq(spells[0].fired_ms, NOW - HOUR);
	cr_expect_eq(spells[0].resolved_ms, NOW - HOUR / 2);
	cr_expect_eq(spells[1].resolved_ms, 0, "it goes on");
	cr_expect_eq(spells[1].firing_ms, 3 * HOUR);
	cr_expect_str_eq(spells[1].labels, "{a=\"b\"}");
	arena_release(&arena);
}

Test(alert_spells, only_what_fired_within_the_range)
{
	const struct past_alert items[] = { past(1, NOW - 30 * HOUR, NOW - 25 * HOUR),
					    past(2, NOW - 30 * HOUR, NOW - 23 * HOUR), past(3, 0, 0) };
	struct arena arena;
	size_t count;
	const struct alert_spell *spells = make(items, 3, &arena, &count);

	cr_assert_eq(count, 1u);
	cr_expect_eq(spells[0].fingerprint, 2u);
	cr_expect_eq(spells[0].firing_ms, HOUR, "only the part within the range");
	arena_release(&arena);
	make(items, 0, &arena, &count);
	cr_expect_eq(count, 0u);
	arena_release(&arena);
}

Test(window_title, is_safe_and_only_for_those_that_take_it)
{
	struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT;

	cr_expect(window_title_is_known("xterm-256color"));
	cr_expect(window_title_is_known("tmux"));
	cr_expect_not(window_title_is_known("linux"));
	cr_expect_not(window_title_is_known("vt100"));
	cr_expect_not(window_title_is_known(NULL));
	window_title_add(&text, "P0 1\x07\x1b]2;evil\n");
	cr_expect_eq(strchr(text.text, '\a'), text.text + text.length - 1, "only its own end");
	cr_expect_null(strchr(text.text + 1, '\x1b'));
	strbuf_clear(&text);
	cr_expect(window_title_change(&shown, "one", &text));
	cr_expect_str_eq(text.text, "\033]2;one\a");
	cr_expect_not(window_title_change(&shown, "one", &text));
	strbuf_release(&text);
	strbuf_release(&shown);
}
