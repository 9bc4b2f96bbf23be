/* What came out of a test against what was expected. A difference is added to `ret` as text, and the answer is false.
 */
#ifndef ALERT_RULE_TEST_CHECK_H
#define ALERT_RULE_TEST_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/rule_stage.h"
#include "alert/rule_test_file.h"
#include "base/strbuf.h"

/* The firing alerts of that name now, in any order, against those expected: labels and annotations. */
bool rule_test_check_alerts(const struct rule_stage *stage, const struct rule_test_file *file,
			    const struct rule_test *test, const struct rule_test_alerts *expected, struct strbuf *ret);

/* The answer to an expression: labels, and values to the last bit; NaN equals nothing. */
bool rule_test_check_expression(const struct rule_stage *stage, const struct rule_test_file *file,
				const struct rule_test_expression *expected, struct strbuf *ret);

/* A time of a test as Prometheus writes durations: "0s", "1h5m". */
void rule_test_add_time(struct strbuf *ret, int64_t time_ms);

#endif
