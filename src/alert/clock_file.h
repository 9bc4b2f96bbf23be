/*
 * Alert clocks as a file keeps them: one active alert a line, under a heading
 * that says what the file is, with a last line that says it is whole. Pure;
 * strings are escaped, so that any label can be kept.
 */
#ifndef ALERT_CLOCK_FILE_H
#define ALERT_CLOCK_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "alert/rule_run.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"

#define CLOCK_FILE_MAX ((size_t)64 * 1024 * 1024)

/* One alert's clock and the rule it is of. */
struct clock_entry {
	const char *rule; /* clock_file_rule of it */
	struct alert_clock clock;
};

struct clock_entries {
	struct arena arena;
	VEC(struct clock_entry) items;
};

/*
 * What a rule is called in the file: its group, its name, and a hash of its
 * expression and labels, so that a rule that became another one starts anew.
 * The caller frees it.
 */
char *clock_file_rule(const struct rule_group *group, const struct rule *rule);

/* Write a file: begin, each alert, end. */
void clock_file_begin(struct strbuf *ret);
void clock_file_add(struct strbuf *ret, const char *rule, const struct alert_clock *clock);
void clock_file_end(struct strbuf *ret);

/* Read one; -1 with what is wrong ("line 3: ...") when it is damaged or another file: `ret` is then empty. */
int clock_file_read(struct clock_entries *ret, const char *text, size_t length, struct error *error);
void clock_entries_release(struct clock_entries *entries);

#endif
