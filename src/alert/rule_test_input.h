/* The series that go into a test, and how far they have gone in. */
#ifndef ALERT_RULE_TEST_INPUT_H
#define ALERT_RULE_TEST_INPUT_H

#include "alert/rule_stage.h"
#include "alert/rule_test_file.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "promql/series_notation.h"

struct rule_test_input {
	struct series_notation series;
	size_t next; /* value */
};

struct rule_test_inputs {
	struct arena arena;
	const struct rule_test_file *file;
	VEC(struct rule_test_input) items;
	int64_t interval_ms;
};

/* Read what the test says of its series. What is wrong is told in `faults`, and makes the result -1. */
int rule_test_inputs_read(struct rule_test_inputs *ret, const struct rule_test_file *file, const struct rule_test *test,
			  bool quoted_names, struct strbuf *faults);
void rule_test_inputs_release(struct rule_test_inputs *inputs);

/* Put in what is up to `time_ms`. Samples that are refused are told. */
void rule_test_inputs_append(struct rule_test_inputs *inputs, struct rule_stage *stage, int64_t time_ms,
			     struct strbuf *faults);

#endif
