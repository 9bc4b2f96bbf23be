/* What a path is, once read: for json_path*.c only. */
#ifndef CONFIG_JSON_PATH_PRIVATE_H
#define CONFIG_JSON_PATH_PRIVATE_H

#include "config/json_path.h"

enum step_kind {
	STEP_NAME,     /* name */
	STEP_AT,       /* [3] */
	STEP_ELEMENTS, /* [*] */
	STEP_MEMBERS,  /* * */
	STEP_WHERE,    /* [name=text] */
	STEP_UP,       /* ^ */
	STEP_ROOT,     /* $ */
};

struct path_step {
	enum step_kind kind;
	const char *name, *text;
	long index;
};

struct json_path {
	enum json_part part;
	size_t count;
	struct path_step steps[JSON_PATH_STEPS];
};

#endif
