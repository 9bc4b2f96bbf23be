/* What the parts of an escalation policy's reader share. Each function returns -1 when it added a fault. */
#ifndef ALERT_POLICY_READER_H
#define ALERT_POLICY_READER_H

#include <stddef.h>

#include "alert/escalation.h"
#include "base/arena.h"
#include "base/error.h"
#include "config/option.h"
#include "config/yaml.h"

/* Where what is read goes, and the faults. */
struct policy_reader {
	struct escalation *escalation;
	const char *file;
	struct arena *arena;
	struct error_list *errors;
};

int policy_fault(const struct policy_reader *reader, const struct yaml_node *node, const char *where, const char *text);

/* The defaults of a table, then a mapping on top. */
int policy_options(const struct policy_reader *reader, const struct option *table, void *target,
		   const struct yaml_node *node);

/* How many entries a list has; none when it is not there. `entry` is an example for who wrote something else. */
int policy_list(const struct policy_reader *reader, const struct yaml_node *node, const char *entry, size_t *ret);

/* Label matchers as texts, each of one or more; compiled, and released with the policy. */
int policy_matchers(const struct policy_reader *reader, const struct yaml_node *node,
		    const struct option_strings *texts, const struct matcher **ret, size_t *ret_count);

int policy_rota(const struct policy_reader *reader, const struct yaml_node *rota, const struct yaml_node *overrides);
int policy_windows(const struct policy_reader *reader, const struct yaml_node *node);

#endif
