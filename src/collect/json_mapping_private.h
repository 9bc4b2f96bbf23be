/* What a mapping is, once read: for the files json_mapping*.c only. */
#ifndef COLLECT_JSON_MAPPING_PRIVATE_H
#define COLLECT_JSON_MAPPING_PRIVATE_H

#include "collect/json_mapping.h"

#define JSON_MAPPING_KEY "${key}"

struct json_label {
	const char *name;
	const char *text; /* the value itself; NULL: it is in the document */
	const struct json_path *path;
};

struct json_named_value {
	const char *text; /* "*": every text that has no other */
	double value;
};

struct json_mapping {
	const char *name, *help, *path_text, *value_text;
	int type;
	const struct yaml_node *label_node, *value_node; /* while it is read */
	bool count;
	bool keyed; /* the name has JSON_MAPPING_KEY in it */
	const struct json_path *path;
	const struct json_path *value; /* NULL: the place itself */
	struct json_label *labels;
	size_t label_count;
	struct json_named_value *values;
	size_t value_count;
};

extern const char *const json_mapping_types[];

#endif
