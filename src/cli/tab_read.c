/* A tab's system: from its files, under what the command line says. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/demo_kind.h"
#include "cli/tab.h"
#include "loop/http_url.h"

/* The command line wins over the files. */
static void apply_options(struct system *system, const struct cli_options *options)
{
	struct system_prometheus *to = &system->prometheus;
	const struct system_prometheus *from = &options->access;

	if (options->prometheus)
		to->url = options->prometheus;
	if (from->access.bearer_token_file)
		to->access.bearer_token_file = from->access.bearer_token_file;
	if (from->access.basic_auth_file)
		to->access.basic_auth_file = from->access.basic_auth_file;
	if (from->access.ca_file)
		to->access.ca_file = from->access.ca_file;
	if (from->access.client_certificate_file)
		to->access.client_certificate_file = from->access.client_certificate_file;
	if (from->access.client_key_file)
		to->access.client_key_file = from->access.client_key_file;
	if (from->access.headers.count)
		to->access.headers = from->access.headers;
	if (from->timeout_ms)
		to->timeout_ms = from->timeout_ms;
	to->access.insecure |= from->access.insecure;
	if (options->dashboards.count)
		system->dashboards = options->dashboards;
}

static const char *simulator_of(const char *system)
{
	const struct demo_kind *kind = demo_kind_find(system);

	return kind ? kind->program : NULL;
}

/* The Grafana's address as it may be shown. */
static const char *shown_url(struct system *system)
{
	char *shown = system->grafana ? http_url_shown(system->grafana) : NULL;
	const char *ret = shown && *shown ? arena_strdup(&system->arena, shown) : NULL;

	free(shown);
	return ret;
}

int tab_read(struct tab *tab, const struct cli_options *options, const char *file, const char *name)
{
	struct console *console = &tab->console;
	struct system *system = &tab->system;
	struct error_list errors;
	const char *bad_header;
	int result = 0;

	error_list_init(&errors);
	if (file)
		result = system_read(system, file, &errors);
	else if (name)
		result = system_find(system, name, &errors);
	/* Of several systems, those that have profiles are meant. */
	if (result == 0)
		result = system_profile_use(system, system->profiles.count ? options->profile : NULL, &errors);
	command_print_faults(&errors);
	error_list_release(&errors);
	if (result < 0)
		return EXIT_USAGE;
	apply_options(system, options);
	bad_header = http_options_bad_header(&system->prometheus.access);
	if (bad_header)
		return command_complain("'%s' is no header (NAME: VALUE)", bad_header);
	console->system = system->name;
	console->grafana = shown_url(system);
	console->title = system->title ? system->title : system->name;
	console->target = system->target;
	console->environment = (enum environment)system->environment;
	if (console->environment == ENVIRONMENT_DEMO && console->system)
		console->simulator = simulator_of(console->system);
	return 0;
}
