/*
 * The rules that give a Prometheus the numbers skep shows: for each line with
 * a budget the error ratio over every burn window and over its own, the burn
 * rates, what is left, and an alert for each name among the window pairs. The
 * ratios are the very expressions that skep asks; alerts read what was
 * recorded in the same evaluation. Pure.
 */
#ifndef SLO_SLO_RULES_H
#define SLO_SLO_RULES_H

#include "base/strbuf.h"
#include "slo/slo_file.h"

/* Append the file as YAML. `system` becomes a label of every series. */
void slo_rules_add(const struct slo_file *file, const char *system, struct strbuf *ret);

#endif
