/* Mappings and tables for documents of known applications, by name. */
#ifndef COLLECT_JSON_READY_H
#define COLLECT_JSON_READY_H

struct json_ready {
	const char *name;    /* "dryad-approvals" */
	const char *path;    /* where the application has it */
	const char *metrics; /* as the `metrics` list of a system file */
	const char *table;   /* as its `table`; NULL: none */
};

/* Ends with a row whose name is NULL. */
extern const struct json_ready json_ready_table[];

const struct json_ready *json_ready_find(const char *name);

#endif
