/*
 * One URL that is read again and again by GET: what health and json collectors
 * have in common. Keeps to a polite distance from other requests to its
 * server, follows redirects, measures, and never holds more of an answer than
 * it may.
 */
#ifndef COLLECT_HTTP_TARGET_H
#define COLLECT_HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "config/option.h"
#include "config/yaml.h"
#include "loop/http.h"
#include "loop/http_options.h"

/* What an entry of the section says about its targets; a scrape job has neither redirects nor a rate. */
struct http_target_config {
	const char *job;
	struct option_strings targets, labels;
	int64_t interval_ms, timeout_ms, body_limit, redirects, rate;
	struct http_options access;
};

/* Rows for a struct that holds a struct http_target_config at offset `at`. */
/* clang-format off */
#define HTTP_TARGET_ROWS(at)                                                                                           \
	{ "job", 0, OPTION_STRING, (at) + offsetof(struct http_target_config, job), .value_name = "NAME",              \
	  .help = "the job label", .required = true },                                                                 \
	{ "targets", 0, OPTION_STRINGS, (at) + offsetof(struct http_target_config, targets), .value_name = "URL",      \
	  .help = "host:port or URLs; one with a path of its own is asked for that alone", .required = true },         \
	{ "labels", 0, OPTION_PAIRS, (at) + offsetof(struct http_target_config, labels), .value_name = "NAME=VALUE",   \
	  .help = "more labels for every series" },                                                                    \
	{ "interval", 0, OPTION_DURATION, (at) + offsetof(struct http_target_config, interval_ms), .fallback = "15s",  \
	  .minimum = 1000, .maximum = 3600000, .help = "how often" },                                                  \
	{ "timeout", 0, OPTION_DURATION, (at) + offsetof(struct http_target_config, timeout_ms), .minimum = 100,       \
	  .maximum = 300000, .help = "longest wait for an answer (default: 5s, or the interval if that is less)" },    \
	{ "body-limit", 0, OPTION_INT, (at) + offsetof(struct http_target_config, body_limit), .fallback = "4194304",  \
	  .minimum = 100, .maximum = 4194304, .help = "largest answer read, in bytes, unpacked" },                     \
	{ "redirects", 0, OPTION_INT, (at) + offsetof(struct http_target_config, redirects), .fallback = "5",          \
	  .minimum = 0, .maximum = 20,                                                                                 \
	  .help = "how many redirects are followed; tokens and headers never go to another server" },                  \
	{ "rate", 0, OPTION_INT, (at) + offsetof(struct http_target_config, rate), .fallback = "5", .minimum = 1,      \
	  .maximum = 1000, .help = "most requests a second to one server, of all collectors with a rate" },            \
	HTTP_OPTION_ROWS((at) + offsetof(struct http_target_config, access))
/* clang-format on */

/* Check what the rows cannot, and make paths relative to `folder`. -1 with faults added. */
int http_target_check(struct http_target_config *config, const struct yaml_node *entry, const char *file,
		      const char *folder, struct arena *arena, struct error_list *errors);

/* "host:port", "http://host:port", with or without a path: the URL, with `path` when it has none. The caller frees. */
char *http_target_url(const char *target, const char *path);

/* Has the target a path of its own? */
bool http_target_has_path(const char *target);

struct http_target;

/* `done` comes once for each reading, in the loop; the answer's body is then in http_target_body. */
typedef void http_target_fn(void *user, const struct http_answer *answer);

/* The URL was checked before; `accept` as in http_options_access. */
struct http_target *http_target_new(const struct collect_config *bridges, const struct http_target_config *config,
				    const char *url, const char *accept, http_target_fn *done, void *user);
void http_target_free(struct http_target *target); /* what is under way stops */

/* Begin a reading of the collector's; its time is counted from when it may ask. */
void http_target_read(struct http_target *target, struct collector *collector);

const char *http_target_shown(const struct http_target *target);    /* the URL without credentials */
const char *http_target_instance(const struct http_target *target); /* "host:port" */
struct strbuf *http_target_body(struct http_target *target);        /* may be taken */
const struct http_probe *http_target_probe(const struct http_target *target);

#endif
