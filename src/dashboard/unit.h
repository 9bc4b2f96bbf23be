/*
 * Units: one row a unit, Grafana's ids and its very text (checked against
 * 6,025 values from its own formatter). An id that is not in the table is a
 * suffix, as Grafana has it.
 */
#ifndef DASHBOARD_UNIT_H
#define DASHBOARD_UNIT_H

#include <stdbool.h>
#include <stddef.h>

#define UNIT_DECIMALS_AUTO (-1)

struct unit_text {
	char prefix[16];
	char text[256];  /* what does not fit is cut between characters */
	char suffix[80]; /* with its leading space where Grafana has one: " ms", "%" */
};

/*
 * Format `value`; `unit` may be NULL or "". NaN gives "NaN", infinities "∞"
 * and "-∞", without prefix or suffix. Pure, but for dates "from now" and
 * "without date if today", which compare with the wall clock.
 */
void unit_format(const char *unit, double value, int decimals, struct unit_text *ret);

/* The three parts joined: "1.02 K". */
void unit_string(const char *unit, double value, int decimals, char *ret, size_t size);

/* True when the id is one of the table's; false when it would be a suffix. */
bool unit_is_known(const char *unit);

/* One unit of the table, for completion and documentation; the last three members are for unit*.c. */
struct unit_row {
	const char *id;
	const char *title;
	const char *group;
	void (*format)(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
	const char *symbol; /* what follows the prefix of size, or precedes the number */
	int offset;         /* powers of the factor the value starts with: 1 for kilo, -1 for milli */
};
const struct unit_row *unit_table(size_t *ret_count);

/* The row of an id, or NULL. */
const struct unit_row *unit_find(const char *id);

/* For axes: the base of round numbers, 1024 for IEC bytes and bits, 60 for times, else 10. */
int unit_tick_base(const char *unit);

#endif
