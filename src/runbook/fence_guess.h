/* What one line or paragraph of a code block looks like, by itself. */
#ifndef RUNBOOK_FENCE_GUESS_H
#define RUNBOOK_FENCE_GUESS_H

#include <stdbool.h>
#include <stddef.h>

enum fence_guess {
	GUESS_NO,     /* no shell would take it, or it is certainly something else */
	GUESS_MAYBE,  /* an unknown program's call, or words */
	GUESS_LIKELY, /* a known program's call */
};

/* `text` is one whole command. */
enum fence_guess fence_guess_command(const char *text);

/* It only gives values to variables. */
bool fence_is_assignment(const char *text);

/* A comparison without braces, brackets or a metric's name that only a metric has: "up == 0". LIKELY: surely PromQL. */
enum fence_guess fence_guess_comparison(const char *text);

bool fence_is_promql(const char *text, bool labelled);
bool fence_is_sql(const char *text, bool labelled);

/* One line of YAML, JSON, ini or a file's content. */
bool fence_is_config_line(const char *line, size_t length);

/* Boxes, arrows, trees. */
bool fence_is_drawing(const char *text, size_t length);

/* The prose before the block says that it shows what is printed: "Example output:". */
bool fence_hints_output(const char *hint);

#endif
