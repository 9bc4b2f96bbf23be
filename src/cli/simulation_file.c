/* The system file of a simulation: what is shipped, but read from where the simulation answers. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "cli/shut_in.h"
#include "cli/simulation.h"

/* JSON strings are YAML too. */
static void add_entry(struct strbuf *yaml, const char *name, const char *value)
{
	strbuf_addf(yaml, "%s: ", name);
	strbuf_add_json(yaml, value);
	strbuf_addch(yaml, '\n');
}

static void add_list(struct strbuf *yaml, const char *name, const struct option_strings *items)
{
	if (!items->count)
		return;
	strbuf_addf(yaml, "%s:\n", name);
	for (size_t i = 0; i < items->count; i++) {
		strbuf_addstr(yaml, "  - ");
		strbuf_add_json(yaml, items->items[i]);
		strbuf_addch(yaml, '\n');
	}
}

static void add_pairs(struct strbuf *yaml, const char *name, const struct option_strings *pairs)
{
	if (!pairs->count)
		return;
	strbuf_addf(yaml, "%s:\n", name);
	for (size_t i = 0; i < pairs->count; i++) {
		const char *equals = strchr(pairs->items[i], '=');

		strbuf_addf(yaml, "  %.*s: ", (int)(equals - pairs->items[i]), pairs->items[i]);
		strbuf_add_json(yaml, equals + 1);
		strbuf_addch(yaml, '\n');
	}
}

/* Two files of the past: some hours of scrapes, and some weeks of points of ten minutes. */
static void add_past(struct strbuf *yaml)
{
	strbuf_addstr(yaml, "  - { type: history, job: raw, file: raw.om, remove: true }\n"
			    "  - { type: history, job: thinned, file: thinned.om, remove: true, thinned: true, "
			    "stands_for: 120 }\n");
}

int simulation_write(struct simulation *simulation, const struct system *shipped, struct error *error)
{
	struct strbuf yaml = STRBUF_INIT;
	struct error_list errors;
	cJSON *state;
	char *shim;
	int result;

	error_list_init(&errors);
	state = json_read(simulation->state_file, &errors);
	error_list_release(&errors);
	if (!state)
		return error_set(error, "%s: no state of a simulated %s", simulation->state_file,
				 simulation->kind->noun);
	add_entry(&yaml, "system", shipped->name);
	add_entry(&yaml, "title", shipped->title ? shipped->title : shipped->name);
	add_entry(&yaml, "environment", "demo");
	add_entry(&yaml, "target", "simulated");
	add_entry(&yaml, "scrape_interval", DEMO_INTERVAL);
	add_list(&yaml, "dashboards", &shipped->dashboards);
	if (shipped->map_file)
		add_entry(&yaml, "map", shipped->map_file);
	if (shipped->slos_file)
		add_entry(&yaml, "slos", shipped->slos_file);
	add_list(&yaml, "rules", &shipped->rules);
	add_list(&yaml, "runbooks", &shipped->runbooks);
	if (shipped->escalation)
		add_entry(&yaml, "escalation", shipped->escalation);
	/* What is done in a demo ends with it. */
	add_entry(&yaml, "state", simulation->folder);
	add_pairs(&yaml, "variables", &shipped->variables);
	strbuf_addstr(&yaml, "collect:\n");
	simulation->kind->add_collectors(&yaml, state);
	add_past(&yaml);
	shut_in_add_section(&yaml, simulation->folder, simulation->kind->variable, simulation->state_file);
	simulation->system_file = path_join(simulation->folder, "system.yaml");
	shim = simulation_program("skep-shim");
	result = shut_in_make(simulation->folder, shim, json_string(state, "logs", NULL), error);
	if (result == 0)
		result = path_write(simulation->system_file, yaml.text, yaml.length, error);
	free(shim);
	strbuf_release(&yaml);
	cJSON_Delete(state);
	return result;
}
