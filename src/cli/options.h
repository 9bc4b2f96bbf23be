/*
 * The options of the command line, in groups that the commands share: one
 * struct for all, and rows as macros from which each command makes its table.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stddef.h>

#include "cli/system.h"
#include "config/option.h"

struct cli_options {
	/* where from */
	struct option_strings system_files;
	const char *tab;
	const char *profile;
	const char *prometheus;
	struct option_strings dashboards;
	struct option_strings variables;
	struct system_prometheus access; /* only what was given is used */
	/* when */
	const char *at;
	int64_t range_ms;
	/* how it looks */
	struct option_size size;
	int format;
	int glyphs, colours;
	const char *theme;
	/* one command's own */
	int64_t wait_ms, every_ms;
	const char *runbook, *walk;
	const char *alert, *view, *panel, *board, *once, *source, *filter;
	bool line, strict, types, all, dry_run;
	const char *time;
	int64_t step_ms;
	int engine;
	int64_t refresh_ms, max_rate;
	bool watch, wall, plain;
	const char *config;
	const char *against; /* a system that rules are compared with */
	int semantics;       /* of rule tests */
	struct option_strings faults;
	int64_t fault_age_ms; /* how long they last already */
	bool help;
};

extern const char *const cli_glyphs[];         /* auto braille block ascii */
extern const char *const cli_colours[];        /* auto mono 8 16 256 rgb */
extern const char *const cli_engines[];        /* auto prometheus embedded */
extern const char *const cli_formats_screen[]; /* auto text ansi svg json */
extern const char *const cli_formats_data[];   /* text json */

enum cli_format { FORMAT_AUTO, FORMAT_TEXT, FORMAT_ANSI, FORMAT_SVG, FORMAT_JSON };
enum cli_data_format { DATA_FORMAT_TEXT, DATA_FORMAT_JSON };

#define CLI_AT(member) .offset = offsetof(struct cli_options, member)

/* Rows of a table, one option a row. */
/* clang-format off */
#define CLI_ROWS_SOURCE                                                                                                \
	{ "system", 0, OPTION_STRINGS, CLI_AT(system_files), .value_name = "FILE",                                     \
	  .help = "read this system file (repeatable)" },                                                              \
	{ "tab", 0, OPTION_STRING, CLI_AT(tab), .value_name = "NAME",                                                  \
	  .help = "which of several systems: its name or title (default: the first)" },                                \
	{ "profile", 0, OPTION_STRING, CLI_AT(profile), .value_name = "NAME",                                          \
	  .help = "which of the system's profiles is used (default: the one its file names)" },                        \
	{ "engine", 0, OPTION_CHOICE, CLI_AT(engine), .fallback = "auto", .choices = cli_engines,                    \
	  .help = "who answers" },                                                                                     \
	{ "prometheus", 'p', OPTION_STRING, CLI_AT(prometheus), .value_name = "URL",                                   \
	  .help = "ask this Prometheus-compatible server" },                                                           \
	{ "bearer-token-file", 0, OPTION_STRING, CLI_AT(access.access.bearer_token_file), .value_name = "FILE",               \
	  .help = "file that holds a bearer token" },                                                                  \
	{ "basic-auth-file", 0, OPTION_STRING, CLI_AT(access.access.basic_auth_file), .value_name = "FILE",                   \
	  .help = "file that holds user:password" },                                                                   \
	{ "header", 0, OPTION_STRINGS, CLI_AT(access.access.headers), .value_name = "'NAME: VALUE'",                          \
	  .help = "send this header too (repeatable)" },                                                               \
	{ "ca-file", 0, OPTION_STRING, CLI_AT(access.access.ca_file), .value_name = "FILE", .help = "certificates to trust" },\
	{ "client-certificate-file", 0, OPTION_STRING, CLI_AT(access.access.client_certificate_file), .value_name = "FILE",   \
	  .help = "certificate to show to the server" },                                                               \
	{ "client-key-file", 0, OPTION_STRING, CLI_AT(access.access.client_key_file), .value_name = "FILE",                   \
	  .help = "key of that certificate" },                                                                         \
	{ "insecure", 0, OPTION_BOOL, CLI_AT(access.access.insecure), .help = "do not verify the server's certificate" },     \
	{ "timeout", 0, OPTION_DURATION, CLI_AT(access.timeout_ms), .minimum = 100, .maximum = 300000,                 \
	  .help = "longest wait for one answer" }

#define CLI_ROWS_BOARD                                                                                                 \
	{ "dashboard", 'd', OPTION_STRINGS, CLI_AT(dashboards), .value_name = "FILE",                                  \
	  .help = "show this Grafana dashboard (repeatable)" },                                                        \
	{ "board", 'b', OPTION_STRING, CLI_AT(board), .value_name = "NAME",                                            \
	  .help = "which of several dashboards: a part of its title, or its number" },                                 \
	{ "var", 'v', OPTION_PAIRS, CLI_AT(variables), .value_name = "NAME=VALUE",                                     \
	  .help = "choose a dashboard variable (repeatable)" },                                                        \
	{ "at", 0, OPTION_STRING, CLI_AT(at), .value_name = "TIME", .help = "end of the time range (default now)" },   \
	{ "range", 'r', OPTION_DURATION, CLI_AT(range_ms), .minimum = 1000, .maximum = 3.2e12,                         \
	  .help = "length of the time range (default: the dashboard's)" },                                             \
	{ "wait", 'w', OPTION_DURATION, CLI_AT(wait_ms), .fallback = "5s", .minimum = 1, .maximum = 600000,            \
	  .help = "longest wait for answers" }

#define CLI_ROWS_GLYPHS                                                                                                \
	{ "glyphs", 0, OPTION_CHOICE, CLI_AT(glyphs), .fallback = "auto", .choices = cli_glyphs,                       \
	  .help = "what lines and bars are made of" },                                                                 \
	{ "colours", 0, OPTION_CHOICE, CLI_AT(colours), .fallback = "auto", .choices = cli_colours,                    \
	  .help = "how many colours (NO_COLOR means mono)" }

#define CLI_ROWS_LOOKS                                                                                                 \
	CLI_ROWS_GLYPHS,                                                                                               \
	{ "theme", 't', OPTION_STRING, CLI_AT(theme), .fallback = "night", .value_name = "NAME",                       \
	  .help = "night, day, contrast, colourblind, mono, terminal, or one of your own" }

#define CLI_ROWS_END                                                                                                   \
	{ "help", 'h', OPTION_BOOL, CLI_AT(help), .help = "show this help" },                                          \
	{ 0 }
/* clang-format on */

#endif
