/*
 * How a JSON document becomes samples: a list of mappings, each of which
 * leads by a path (see json_path.h) to places in the document, and says what
 * is a place's value and what are its labels.
 *
 *   metrics:
 *     - name: kube_pod_container_status_restarts_total
 *       help: how often the container was started again
 *       type: counter
 *       path: items[*].status.containerStatuses[*]
 *       value: restartCount
 *       labels: [namespace=^.^.metadata.namespace, pod=^.^.metadata.name, container=name]
 *     - name: kube_pods
 *       path: items[*]
 *       labels: [phase=status.phase]
 *       count: true
 *     - name: app_component_up
 *       path: components.*
 *       values: [ok=1, degraded=0.5, "*=0"]
 *       labels: [component=$key, 'of="parts"']
 *
 * A label's value in double quotes is that text. In YAML, paths with brackets
 * stand in quotes wherever a list or mapping is written in one line.
 *
 * A name may hold `${key}`: the place's key in it, with what a metric's name
 * may not have as `_`. Labels in braces at the key's end, quoted or not
 * (`code_reviews_total{tenant_id=t1}`), are then labels of the sample.
 *
 * Everything a document can make large is bounded, and what was left out is
 * counted. Mappings live in an arena and are not changed by use: many may use
 * them at once, on any thread.
 */
#ifndef COLLECT_JSON_MAPPING_H
#define COLLECT_JSON_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/json_path.h"
#include "config/option.h"
#include "config/yaml.h"

#define JSON_MAPPINGS_MAX       200   /* of one collector */
#define JSON_MAPPING_MATCHES    10000 /* places of one mapping that are looked at */
#define JSON_MAPPING_LABELS     24    /* of one mapping, those of a key not counted */
#define JSON_MAPPING_LABEL_SIZE 1024  /* bytes of a label's value; what is longer is cut */

struct metric_page;
struct json_mapping;

struct json_mappings {
	const struct json_mapping *items;
	size_t count;
};

/* The rows of one mapping, for help and the manual. */
extern const struct option json_mapping_options[];

/*
 * Read `sequence` (NULL or null: none). Every fault goes to `errors` with its
 * line; -1 when there was one.
 */
int json_mappings_read(struct json_mappings *ret, const struct yaml_node *sequence, const char *file,
		       struct arena *arena, struct error_list *errors);

/* The same from the text of such a list, for ready-made mappings; one that is wrong is a bug, and aborts. */
struct json_mappings json_mappings_ready(const char *yaml, struct arena *arena);

/* Two lists as one. */
struct json_mappings json_mappings_join(const struct json_mappings *a, const struct json_mappings *b,
					struct arena *arena);

struct json_mapping_result {
	size_t matches, samples;
	size_t no_number; /* places with a value that is neither a number nor one of `values` */
	size_t left_out;  /* mappings with more than JSON_MAPPING_MATCHES places, or more work than is allowed */
	char example[96]; /* the first value that is no number: "status: 'on fire'" */
};

/* Add the samples of all mappings to the page, a family for each name. */
void json_mappings_apply(const struct json_mappings *mappings, const cJSON *root, struct metric_page *page,
			 struct json_mapping_result *ret);

/* What of the result is worth a collector's warning, in words; false and "" when nothing is. */
bool json_mapping_warning(const struct json_mapping_result *result, char *ret, size_t size);

#endif
