#include "cli/user_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli/options.h"
#include "config/yaml.h"

const char *const user_config_bells[] = { "off", "p0", "p1", NULL };

static const char *const on_off[] = { "off", "on", NULL };

#define AT(member) .offset = offsetof(struct user_config, member)
const struct option user_config_options[] = {
	{ "theme", 0, OPTION_STRING, AT(theme), .fallback = "night", .value_name = "NAME", .help = "colours" },
	{ "glyphs", 0, OPTION_CHOICE, AT(glyphs), .fallback = "auto", .choices = cli_glyphs,
	  .help = "what lines and bars are made of" },
	{ "colours", 0, OPTION_CHOICE, AT(colours), .fallback = "auto", .choices = cli_colours,
	  .help = "how many colours" },
	{ "refresh", 0, OPTION_DURATION, AT(refresh_ms), .minimum = 1000, .maximum = 86400000,
	  .help = "ask again this often, whatever the dashboard says" },
	{ "max-rate", 0, OPTION_INT, AT(max_rate), .minimum = 100, .maximum = 1e9,
	  .help = "most bytes a second to the terminal" },
	{ "bell", 0, OPTION_CHOICE, AT(bell), .fallback = "p1", .choices = user_config_bells,
	  .help = "ring once for each new alert, up to this P-number" },
	{ "title", 0, OPTION_CHOICE, AT(title), .fallback = "on", .choices = on_off,
	  .help = "say in the terminal's title what fires" },
	{ "keys", 0, OPTION_NODE, AT(keys_node), .help = "action: KEY, or action: [KEY, KEY]" },
	{ 0 },
};
#undef AT

void user_config_init(struct user_config *config)
{
	memset(config, 0, sizeof(*config));
	arena_init(&config->arena);
	option_defaults(user_config_options, config, &config->arena);
	keymap_init(&config->keymap);
}

void user_config_release(struct user_config *config)
{
	keymap_release(&config->keymap);
	arena_release(&config->arena);
}

static int read_file(struct user_config *config, const char *path, struct error_list *errors)
{
	struct yaml_document document;
	size_t before = errors->errors;

	if (yaml_read(&document, path, errors) < 0)
		return -1;
	if (document.root) {
		option_read_yaml(user_config_options, config, document.root, path, &config->arena, errors);
		if (config->keys_node)
			keymap_read(&config->keymap, config->keys_node, path, errors);
		config->keys_node = NULL;
	}
	yaml_document_release(&document);
	return errors->errors > before ? -1 : 0;
}

int user_config_read(struct user_config *config, const char *path, struct error_list *errors)
{
	char *own;
	int result = 0;

	if (path)
		return read_file(config, path, errors);
	own = path_user(PATH_CONFIG, "config.yaml");
	if (own && path_exists(own))
		result = read_file(config, own, errors);
	free(own);
	return result;
}
