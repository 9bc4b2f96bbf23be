/* The functions of a template: Go's own and Prometheus's, with what they take. */
#ifndef ALERT_TEMPLATE_FUNCTION_H
#define ALERT_TEMPLATE_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "alert/template_value.h"
#include "base/strbuf.h"

struct template_run;

/* What a parameter is to Go; it decides which values are let in. */
enum template_parameter {
	PARAMETER_STRING,
	PARAMETER_ANY,   /* interface {} */
	PARAMETER_VALUE, /* reflect.Value */
	PARAMETER_SAMPLE,
	PARAMETER_VECTOR,
	PARAMETER_INT,
};

/* A call: its values, checked. On failure -1, with the reason in `why`. */
struct template_call {
	struct template_run *run;
	const struct template_value *values;
	size_t count;
	struct template_value result;
	struct strbuf *why;
};

#define TEMPLATE_PARAMETERS_MOST 3

struct template_function {
	const char *name;
	enum template_parameter parameters[TEMPLATE_PARAMETERS_MOST];
	size_t count; /* of parameters; when variadic the last one is of all further values */
	bool variadic;
	bool lazy; /* `and`, `or`: values are evaluated one by one until the result is known */
	int (*call)(struct template_call *call);
};

const struct template_function *template_function_find(const char *name);

/* Set the reason; always -1. */
int template_call_fail(struct template_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Set the result to what the buffer holds, and release it; always 0. */
int template_call_take(struct template_call *call, struct strbuf *buf);

/* Rows end with a NULL name. */
extern const struct template_function template_builtins[];         /* Go's */
extern const struct template_function template_comparisons[];      /* eq, ne, lt ... */
extern const struct template_function template_functions[];        /* Prometheus's on samples and texts */
extern const struct template_function template_number_functions[]; /* Prometheus's on numbers and times */

#endif
