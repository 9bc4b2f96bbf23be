/*
 * The user's own settings: $XDG_CONFIG_HOME/skep/config.yaml. What the command
 * line says wins over it; a missing file is fine.
 */
#ifndef CLI_USER_CONFIG_H
#define CLI_USER_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "config/option.h"
#include "ui/input/keymap.h"

struct user_config {
	struct arena arena;
	const char *theme;
	int glyphs, colours; /* indices of cli_glyphs and cli_colours */
	int64_t refresh_ms;  /* 0: the dashboard's */
	int64_t max_rate;
	int bell;  /* index of user_config_bells; less one, the last P-number that rings */
	int title; /* 1: the terminal's title says what fires */
	const struct yaml_node *keys_node;
	struct keymap keymap;
};

extern const struct option user_config_options[];
extern const char *const user_config_bells[];

void user_config_init(struct user_config *config);
void user_config_release(struct user_config *config);

/* Read `path`, or the user's file when NULL. -1 when there was an error; every fault is added. */
int user_config_read(struct user_config *config, const char *path, struct error_list *errors);

#endif
