/*
 * What a program printed and how it ended, made into a page of samples. Pure:
 * any thread. Output that cannot be read makes no samples but a reason; how
 * the program itself did is in the page in any case.
 */
#ifndef COLLECT_COMMAND_PAGE_H
#define COLLECT_COMMAND_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "collect/detail.h"
#include "collect/json_mapping.h"
#include "collect/metric_page.h"

enum command_format { COMMAND_NONE, COMMAND_PROMETHEUS, COMMAND_JSON };
enum command_preset { COMMAND_NO_PRESET, COMMAND_KUBERNETES_PODS };

struct command_page {
	/* Given. */
	struct strbuf output; /* owned */
	enum command_format format;
	enum command_preset preset;
	const struct json_mappings *mappings; /* borrowed; may be NULL */
	int64_t time_ms;
	double duration_s;
	bool has_status; /* it exited by itself, with `status` */
	int status;
	char reason[512]; /* why it went wrong; "" when it did not, until the output turns out to be unreadable */
	/* Made. */
	struct metric_page page;
	struct detail *detail; /* or NULL */
	char warning[160];
};

void command_page_init(struct command_page *page);
void command_page_release(struct command_page *page);
void command_page_make(struct command_page *page);

#endif
