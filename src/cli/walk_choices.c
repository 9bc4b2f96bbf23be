/* What a value may be chosen from, as lines and numbers. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/runbook_text.h"
#include "cli/walk.h"

static void add_line(struct strbuf *out, const char *text)
{
	strbuf_addstr(out, "      ");
	text_add_safe(out, text);
	strbuf_addch(out, '\n');
}

static void add_offer(const struct prompt_values *values, struct strbuf *out)
{
	strbuf_addstr(out, "      what it may be is listed by this, of which only the runbook says that it reads:\n");
	runbook_text_add_lines(values->command, "      $ ", out);
	if (*values->program)
		add_line(out, values->program);
	if (*values->target)
		add_line(out, values->target);
}

void walk_add_choices(const struct prompt_values *values, struct strbuf *out)
{
	if (values->command)
		add_offer(values, out);
	else if (values->answered && *values->reason)
		add_line(out, values->reason);
	for (size_t i = 0; i < values->count; i++) {
		strbuf_addf(out, "  %3zu ", i + 1);
		text_add_safe(out, values->items[i]);
		strbuf_addch(out, '\n');
	}
}

void walk_add_question(const struct plan_missing *missing, const struct prompt_values *values, struct strbuf *out)
{
	strbuf_addf(out, "  <%s>", missing->name);
	if (missing->suggestion)
		strbuf_addf(out, " (Enter: %s, from %s%s)", missing->suggestion, missing->source,
			    values->command ? "; ?: list" : "");
	else if (values->command)
		strbuf_addstr(out, " (Enter: list)");
	else if (values->count)
		strbuf_addstr(out, " (its number, or a value)");
	strbuf_addstr(out, " = ");
}

/* Where values begin with digits, digits begin a value. */
static bool are_numbered(const struct prompt_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (values->items[i][0] >= '0' && values->items[i][0] <= '9')
			return false;
	return values->count > 0;
}

const char *walk_choice(const struct prompt_values *values, const char *line)
{
	size_t digits = strspn(line, "0123456789");
	unsigned long number;

	if (!digits || digits > 4 || line[digits] || !are_numbered(values))
		return NULL;
	number = strtoul(line, NULL, 10);
	return number >= 1 && number <= values->count ? values->items[number - 1] : NULL;
}
