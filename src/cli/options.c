#include "cli/options.h"

const char *const cli_glyphs[] = { "auto", "braille", "block", "ascii", NULL };
const char *const cli_colours[] = { "auto", "mono", "8", "16", "256", "rgb", NULL };
const char *const cli_engines[] = { "auto", "prometheus", "embedded", NULL }; /* as enum engine_choice */
const char *const cli_formats_screen[] = { "auto", "text", "ansi", "svg", "json", NULL };
const char *const cli_formats_data[] = { "text", "json", NULL };
