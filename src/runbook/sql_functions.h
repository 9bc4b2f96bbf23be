/* Words of SQL that may stand before a parenthesis: functions of PostgreSQL that only read, and what is no function. */
#ifndef RUNBOOK_SQL_FUNCTIONS_H
#define RUNBOOK_SQL_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* Case is ignored; `word` need not be terminated. */
bool sql_is_reading_function(const char *word, size_t length);
bool sql_is_keyword(const char *word, size_t length);

#endif
