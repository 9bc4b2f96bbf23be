/* What a program prints, as JSON through mappings and through the ready-made one for pods, and as samples. */
#include <stdint.h>

#include "invariant.h"
#include "base/arena.h"
#include "collect/command_page.h"
#include "tsdb/exposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mappings[] =
	"- { name: depth, path: 'queues[*]', value: depth, labels: [queue=name, at=$key] }\n"
	"- { name: state, path: 'components.*', values: [ok=1, '*=0'], labels: [component=$key] }\n"
	"- { name: pods, path: 'items[*]', count: true, labels: [phase=status.phase] }\n"
	"- { name: last, path: 'items[-1].status', value: $count, labels: [up=^.metadata.name] }\n"
	"- { name: 'any_${key}', path: 'metrics.*' }\n";

static void make(const struct json_mappings *of, enum command_format format, enum command_preset preset,
		 const uint8_t *data, size_t size)
{
	struct exposition_options options = { 0 };
	struct exposition exposition = { 0 };
	struct command_page page;

	command_page_init(&page);
	page.format = format;
	page.preset = preset;
	page.mappings = of;
	page.time_ms = INT64_C(1767614400000);
	strbuf_add(&page.output, data, size);
	command_page_make(&page);
	never(exposition_parse(&exposition, page.page.text.text, page.page.text.length, &options, NULL, NULL) < 0);
	exposition_release(&exposition);
	command_page_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static struct json_mappings of;

	if (!of.count)
		of = json_mappings_ready(mappings, &arena);
	make(&of, COMMAND_JSON, COMMAND_NO_PRESET, data, size);
	make(NULL, COMMAND_JSON, COMMAND_KUBERNETES_PODS, data, size);
	make(NULL, COMMAND_PROMETHEUS, COMMAND_NO_PRESET, data, size);
	return 0;
}
