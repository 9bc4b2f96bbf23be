#include <criterion/criterion.h>

#include <stdio.h>

#include "tsdb/labels.h"

static struct arena arena;

static struct labels make(size_t count, const struct label *items)
{
	return labels_make(&arena, items, count);
}

#define LABELS(...)                                                                                                    \
	make(sizeof((struct label[]){ __VA_ARGS__ }) / sizeof(struct label), (struct label[]){ __VA_ARGS__ })

static void expect_text(struct labels labels, const char *text)
{
	struct strbuf buf = STRBUF_INIT;

	labels_add(&buf, &labels);
	cr_expect_str_eq(buf.text, text, "%s", buf.text);
	strbuf_release(&buf);
}

Test(labels, sorted_last_wins_empty_dropped)
{
	struct labels labels = LABELS({ "c", "1" }, { "a", "2" }, { "c", "3" }, { "b", "" }, { "a", "4" });

	cr_assert_eq(labels.count, 2);
	cr_expect_str_eq(labels.items[0].name, "a");
	cr_expect_str_eq(labels.items[0].value, "4");
	cr_expect_str_eq(labels.items[1].value, "3");
	cr_expect_null(labels_get(&labels, "b"));
	cr_expect_str_eq(labels_get(&labels, "c"), "3");
	labels = LABELS({ "a", "1" }, { "a", "" });
	cr_expect_eq(labels.count, 0, "the last value, an empty one, takes the label away");
	labels = labels_make(&arena, NULL, 0);
	cr_expect_eq(labels.count, 0);
	cr_expect_null(labels_get(&labels, "a"));
	arena_release(&arena);
}

Test(labels, copies_what_it_is_given)
{
	char name[] = "job", value[] = "api";
	struct labels labels = LABELS({ name, value });

	name[0] = value[0] = 'x';
	cr_expect_str_eq(labels_get(&labels, "job"), "api");
	arena_release(&arena);
}

Test(labels, many)
{
	struct label items[300];
	char names[300][8];
	struct labels labels;

	for (int i = 0; i < 300; i++) {
		snprintf(names[i], sizeof(names[i]), "l%03d", (i * 7) % 300);
		items[i] = (struct label){ names[i], names[i] };
	}
	labels = labels_make(&arena, items, 300);
	cr_assert_eq(labels.count, 300);
	for (int i = 0; i < 300; i++)
		cr_assert_str_eq(labels_get(&labels, names[i]), names[i]);
	cr_expect_null(labels_get(&labels, "l300"));
	cr_expect_null(labels_get(&labels, ""));
	arena_release(&arena);
}

Test(labels, order_equality_and_hash)
{
	struct labels a = LABELS({ "a", "1" }), ab = LABELS({ "b", "2" }, { "a", "1" }), a2 = LABELS({ "a", "2" });
	struct labels b = LABELS({ "b", "1" }), same = LABELS({ "a", "1" }), swapped = LABELS({ "1", "a" });

	cr_expect_lt(labels_compare(&a, &ab), 0);
	cr_expect_gt(labels_compare(&ab, &a), 0);
	cr_expect_lt(labels_compare(&ab, &a2), 0);
	cr_expect_lt(labels_compare(&a2, &b), 0);
	cr_expect_eq(labels_compare(&a, &same), 0);
	cr_expect(labels_equal(&a, &same));
	cr_expect_not(labels_equal(&a, &ab));
	cr_expect_eq(labels_hash(&a), labels_hash(&same));
	cr_expect_neq(labels_hash(&a), labels_hash(&swapped));
	cr_expect_neq(labels_hash(&a), labels_hash(&ab));
	arena_release(&arena);
}

Test(labels, fingerprints_are_those_of_prometheus)
{
	struct labels set = LABELS({ "name", "garland, briggs" }, { "fear", "love is not enough" });
	struct labels ab = LABELS({ "a", "b" }), ba = LABELS({ "b", "a" }), joined = LABELS({ "ab", "" });

	cr_expect_eq(labels_fingerprint(&(struct labels){ 0 }), UINT64_C(14695981039346656037));
	cr_expect_eq(labels_fingerprint(&set), UINT64_C(5799056148416392346));
	cr_expect_neq(labels_fingerprint(&ab), labels_fingerprint(&ba));
	cr_expect_neq(labels_fingerprint(&ab), labels_fingerprint(&joined));
	arena_release(&arena);
}

Test(labels, text_as_prometheus_writes_it)
{
	expect_text((struct labels){ 0 }, "{}");
	expect_text(LABELS({ "__name__", "up" }), "up");
	expect_text(LABELS({ "__name__", "up" }, { "job", "a" }, { "z", "b" }), "up{job=\"a\",z=\"b\"}");
	expect_text(LABELS({ "job", "a" }), "{job=\"a\"}");
	expect_text(LABELS({ "a", "q\" b\\ n\n t\t e\x1b" }), "{a=\"q\\\" b\\\\ n\\n t\\t e\\x1b\"}");
	expect_text(LABELS({ "__name__", "a:b" }), "a:b");
	expect_text(LABELS({ "__name__", "http.requests" }, { "my.label", "x" }),
		    "{\"http.requests\",\"my.label\"=\"x\"}");
	arena_release(&arena);
}
