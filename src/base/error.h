/*
 * Errors as values. A `struct error` carries one message for one failed call;
 * a `struct error_list` gathers every fault of a file in one pass, as
 * `file:line:column: what is wrong (what is allowed)`.
 *
 * Neither prints nor exits: only main and the command-line front ends do.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define ERROR_TEXT_MAX 512

/* One message, lower case, no full stop. Storage is the caller's; `error_set` truncates, never fails. */
struct error {
	char text[ERROR_TEXT_MAX];
};

/* Write the message; `error` may be NULL. Always returns -1, so that `return error_set(...)` reads well. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum fault_severity {
	FAULT_APPROXIMATION, /* shown, but not as its source would show it */
	FAULT_ERROR,         /* refused */
};

/* One fault in one file. `where` is a path inside the document ("panels[3].gridPos.w") or NULL. */
struct fault {
	enum fault_severity severity;
	char *file;
	unsigned line;   /* 1-based; 0 when not known */
	unsigned column; /* 1-based; 0 when not known */
	char *where;
	char *text;
};

/* At most FAULTS_MAX faults are kept; `dropped` counts the rest. */
#define FAULTS_MAX 1000

struct error_list {
	struct fault *faults;
	size_t count;
	size_t capacity;
	size_t dropped;
	size_t errors; /* how many are FAULT_ERROR, dropped ones included */
};

void error_list_init(struct error_list *list);
void error_list_release(struct error_list *list);

/*
 * Add one fault. `list` may be NULL; `file` and `where` may be NULL and are
 * copied. Returns -1 always, as error_set does.
 */
int error_list_add(struct error_list *list, enum fault_severity severity, const char *file, unsigned line,
		   unsigned column, const char *where, const char *format, ...) __attribute__((format(printf, 7, 8)));

/*
 * Move the faults of `from` behind those of `list`; `from` is empty then. As when they had been added: beyond
 * FAULTS_MAX they are only counted.
 */
void error_list_take(struct error_list *list, struct error_list *from);

/*
 * Write fault as "file:line:column: where: text" into `ret` (always
 * terminated), leaving out what is not known. Control characters are made
 * safe (see text.h).
 */
void fault_format(const struct fault *fault, char *ret, size_t size);

#endif
