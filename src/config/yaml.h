/*
 * YAML by libyaml's events, into a tree of our own with the line and column
 * of every node. No aliases, no anchors, no tags, one document (or, where asked
 * for, a stream of them); limits on bytes, depth, nodes and key length.
 * Duplicate keys are errors. All nodes live in the document's arena.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

#define YAML_LIMIT_BYTES (4u * 1024 * 1024)
#define YAML_LIMIT_DEPTH 64
#define YAML_LIMIT_NODES 200000
#define YAML_LIMIT_KEY   1024 /* bytes */

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
	enum yaml_kind kind;
	unsigned line, column; /* 1-based */
	const char *key;       /* when it is a member of a mapping, else NULL */
	unsigned key_line, key_column;
	const char *text;         /* scalar; "" for an empty one */
	bool quoted;              /* scalar was quoted or a block: never null, number or bool */
	struct yaml_node **items; /* of a sequence or mapping, in order of the file */
	size_t count;
};

struct yaml_document {
	struct arena arena;
	struct yaml_node *root;   /* NULL when the document is empty */
	struct yaml_node **roots; /* of yaml_parse_all: every document that is not empty, in order */
	size_t root_count;
	const char *file;
};

/* Parse; every fault is added with its position. On failure returns -1 and `ret` is released. */
int yaml_parse(struct yaml_document *ret, const char *text, size_t length, const char *file, struct error_list *errors);
int yaml_read(struct yaml_document *ret, const char *path, struct error_list *errors);

/*
 * A section that stands in its file or in one of its own: `node` is given to
 * `read` with its `file`, or, when it is a word, the document of the file of
 * that name below `folder`, with its path. No node is no section and no fault;
 * an empty file is one: "the file is empty (EXPECTED: is expected)".
 */
typedef int yaml_section_fn(void *user, const struct yaml_node *section, const char *file);
int yaml_read_section(const struct yaml_node *node, const char *file, const char *folder, const char *expected,
		      yaml_section_fn *read, void *user, struct error_list *errors);

/* The same for a text of several documents, divided by "---": `root` is the first, `roots` are all. */
int yaml_parse_all(struct yaml_document *ret, const char *text, size_t length, const char *file,
		   struct error_list *errors);
void yaml_document_release(struct yaml_document *document);

/* Member of a mapping, or NULL (also when node is NULL or no mapping). */
const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key);

/* True for a missing node and for an unquoted empty scalar, "~" or "null". */
bool yaml_is_null(const struct yaml_node *node);

#endif
