#include "collect/command_page.h"

#include <stdio.h>
#include <string.h>

#include "collect/kubernetes_pods.h"
#include "config/json.h"
#include "tsdb/exposition.h"

void command_page_init(struct command_page *page)
{
	*page = (struct command_page){ .output = STRBUF_INIT };
	metric_page_init(&page->page);
}

void command_page_release(struct command_page *page)
{
	strbuf_release(&page->output);
	metric_page_release(&page->page);
	detail_free(page->detail);
	page->detail = NULL;
}

static void take_fault(struct command_page *page, const struct error_list *faults, const char *otherwise)
{
	const struct fault *fault = faults->count ? &faults->faults[0] : NULL;

	if (fault && fault->column)
		snprintf(page->reason, sizeof(page->reason), "output %u:%u: %s", fault->line, fault->column,
			 fault->text);
	else if (fault && fault->line)
		snprintf(page->reason, sizeof(page->reason), "output, line %u: %s", fault->line, fault->text);
	else
		snprintf(page->reason, sizeof(page->reason), "%s", fault ? fault->text : otherwise);
}

/* Checked before anything is added to it, so that a bad page does not take the program's own figures with it. */
static void make_of_text(struct command_page *page)
{
	struct exposition_options options = { 0 };
	struct exposition exposition = { 0 };
	struct error_list faults;

	error_list_init(&faults);
	if (exposition_parse(&exposition, page->output.text, page->output.length, &options, NULL, &faults) < 0) {
		take_fault(page, &faults, "the output cannot be read");
	} else {
		strbuf_add(&page->page.text, page->output.text, page->output.length);
		if (page->output.length && page->output.text[page->output.length - 1] != '\n')
			strbuf_addch(&page->page.text, '\n');
	}
	exposition_release(&exposition);
	error_list_release(&faults);
}

static void add_preset(struct command_page *page, const cJSON *root)
{
	struct error error;

	if (page->preset == COMMAND_NO_PRESET)
		return;
	page->detail = detail_new(page->time_ms);
	if (kubernetes_pods_add(root, page->time_ms, &page->page, page->detail, &error) == 0)
		return;
	detail_free(page->detail);
	page->detail = NULL;
	snprintf(page->reason, sizeof(page->reason), "%s", error.text);
}

static void make_of_json(struct command_page *page)
{
	struct json_mapping_result result = { 0 };
	struct error_list faults;
	cJSON *root;

	if (!page->output.length) {
		snprintf(page->reason, sizeof(page->reason), "it printed nothing");
		return;
	}
	if (page->output.length > JSON_LIMIT_BYTES) {
		snprintf(page->reason, sizeof(page->reason), "over %u MiB of JSON: narrow it down",
			 JSON_LIMIT_BYTES / (1024 * 1024));
		return;
	}
	error_list_init(&faults);
	root = json_parse(page->output.text, page->output.length, NULL, &faults);
	if (root) {
		add_preset(page, root);
		if (page->mappings && page->mappings->count)
			json_mappings_apply(page->mappings, root, &page->page, &result);
		json_mapping_warning(&result, page->warning, sizeof(page->warning));
	} else {
		take_fault(page, &faults, "no JSON");
	}
	cJSON_Delete(root);
	error_list_release(&faults);
}

void command_page_make(struct command_page *page)
{
	page->warning[0] = '\0';
	/* What a program printed before it went wrong may be half a page. */
	if (!page->reason[0] && page->format == COMMAND_PROMETHEUS)
		make_of_text(page);
	else if (!page->reason[0] && page->format == COMMAND_JSON)
		make_of_json(page);
	metric_page_gauge(&page->page, "command_success", "1 when the program ended well and its output was understood",
			  !page->reason[0]);
	metric_page_gauge(&page->page, "command_duration_seconds", "how long it ran", page->duration_s);
	if (page->has_status)
		metric_page_gauge(&page->page, "command_exit_status", "its exit status; none when it was ended",
				  page->status);
}
