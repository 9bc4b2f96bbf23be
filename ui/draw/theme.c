#include "ui/draw/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/theme_builtin.h"

static const struct role_row roles[ROLE_COUNT] = {
	/* clang-format off */
	[ROLE_NONE]           = { "default",        ROLE_NONE,           "where nothing else is said; its background fills the screen" },
	[ROLE_TEXT]           = { "text",           ROLE_NONE,           "running text and values" },
	[ROLE_DIM]            = { "dim",            ROLE_TEXT,           "labels, stale data" },
	[ROLE_STRONG]         = { "strong",         ROLE_TEXT,           "big figures, the title under the focus" },
	[ROLE_BORDER]         = { "border",         ROLE_DIM,            "lines around panels" },
	[ROLE_BORDER_FOCUS]   = { "border-focus",   ROLE_STRONG,         "lines around the panel under the focus" },
	[ROLE_TITLE]          = { "title",          ROLE_TEXT,           "titles in borders" },
	[ROLE_BANNER]         = { "banner",         ROLE_TEXT,           "the line at the top" },
	[ROLE_ENV_PRODUCTION] = { "env-production", ROLE_CRITICAL_BLOCK, "the block that says production" },
	[ROLE_ENV_STAGING]    = { "env-staging",    ROLE_WARNING_BLOCK,  "the block that says staging" },
	[ROLE_ENV_DRILL]      = { "env-drill",      ROLE_INFO_BLOCK,     "the block that says drill" },
	[ROLE_ENV_DEMO]       = { "env-demo",       ROLE_INFO_BLOCK,     "the block that says demo" },
	[ROLE_OK]             = { "ok",             ROLE_TEXT,           "state: good (green)" },
	[ROLE_WARNING]        = { "warning",        ROLE_STRONG,         "state: warning (yellow)" },
	[ROLE_SERIOUS]        = { "serious",        ROLE_WARNING,        "state: serious (orange)" },
	[ROLE_CRITICAL]       = { "critical",       ROLE_STRONG,         "state: critical (red)" },
	[ROLE_INFO]           = { "info",           ROLE_TEXT,           "blue that is no state" },
	[ROLE_ACCENT]         = { "accent",         ROLE_INFO,           "purple that is no state" },
	[ROLE_OK_BLOCK]       = { "ok-block",       ROLE_OK,             "text on the good state's colour" },
	[ROLE_WARNING_BLOCK]  = { "warning-block",  ROLE_WARNING,        "text on the warning's colour" },
	[ROLE_SERIOUS_BLOCK]  = { "serious-block",  ROLE_SERIOUS,        "text on the serious state's colour" },
	[ROLE_CRITICAL_BLOCK] = { "critical-block", ROLE_CRITICAL,       "text on the critical state's colour" },
	[ROLE_INFO_BLOCK]     = { "info-block",     ROLE_INFO,           "text on blue" },
	[ROLE_STALE]          = { "stale",          ROLE_WARNING,        "the sign and age of stale data" },
	[ROLE_AXIS]           = { "axis",           ROLE_DIM,            "axes and their numbers" },
	[ROLE_GRID]           = { "grid",           ROLE_BORDER,         "lines behind charts" },
	[ROLE_THRESHOLD]      = { "threshold",      ROLE_AXIS,           "threshold lines without a colour of their own" },
	[ROLE_SELECTION]      = { "selection",      ROLE_STRONG,         "the line under the cursor" },
	[ROLE_KEY]            = { "key",            ROLE_STRONG,         "a key in the hint bar" },
	[ROLE_SERIES_1]       = { "series-1",       ROLE_INFO,           "first line of a chart" },
	[ROLE_SERIES_2]       = { "series-2",       ROLE_ACCENT,         "second line of a chart" },
	[ROLE_SERIES_3]       = { "series-3",       ROLE_SERIES_1,       "third line of a chart" },
	[ROLE_SERIES_4]       = { "series-4",       ROLE_SERIES_2,       "fourth line of a chart" },
	[ROLE_SERIES_5]       = { "series-5",       ROLE_SERIES_1,       "fifth line of a chart" },
	[ROLE_SERIES_6]       = { "series-6",       ROLE_SERIES_2,       "sixth line of a chart" },
	[ROLE_SERIES_7]       = { "series-7",       ROLE_SERIES_1,       "seventh line of a chart" },
	[ROLE_SERIES_8]       = { "series-8",       ROLE_SERIES_2,       "eighth line of a chart" },
	/* clang-format on */
};

const struct role_row *role_table(void)
{
	return roles;
}

/* The first of the user's folder and the shipped one that has the theme; NULL when neither has. */
static char *theme_path(const char *name)
{
	char *file = mem_printf("themes/%s.theme", name);
	char *path = path_user(PATH_CONFIG, file);

	if (!path || !path_exists(path)) {
		free(path);
		path = path_data(file);
	}
	free(file);
	return path;
}

/* A name is a file's name: nothing in it may lead out of the themes folder. */
static bool is_name(const char *name)
{
	return *name && strlen(name) < sizeof(((struct theme *)NULL)->name) && *name != '.' && !strpbrk(name, "/\\");
}

static int unknown(const char *name, struct error_list *errors)
{
	struct strbuf shipped = STRBUF_INIT;
	const char *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; theme_names[i]; i++) {
		unsigned away = text_distance(name, theme_names[i], 2);

		strbuf_addf(&shipped, "%s%s", i ? ", " : "", theme_names[i]);
		if (away < best) {
			best = away;
			near = theme_names[i];
		}
	}
	if (near)
		error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "no theme \"%s\" (did you mean \"%s\"?)", name,
			       near);
	else
		error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "no theme \"%s\" (shipped: %s)", name,
			       shipped.text);
	strbuf_release(&shipped);
	return -1;
}

int theme_find(struct theme *ret, const char *name, struct error_list *errors)
{
	char *path = is_name(name) ? theme_path(name) : NULL;
	int result;

	if (path) {
		result = theme_read(ret, path, errors);
		free(path);
	} else if (!strcmp(name, theme_night.name)) {
		*ret = theme_night;
		result = 0;
	} else {
		return unknown(name, errors);
	}
	/* The default must be there even when somebody's copy of it is broken. */
	if (result < 0 && !strcmp(name, theme_night.name)) {
		*ret = theme_night;
		result = 0;
	}
	return result;
}

/* WCAG 2 asks 3:1 of lines and large figures. */
#define LEGIBLE_CONTRAST 3.0

/* One of a style's two colours under a theme. */
struct half {
	bool has;
	uint32_t rgb;
	int ansi;
};

static struct half role_half(const struct theme_role *role, bool background)
{
	if (background)
		return (struct half){ role->has_bg, role->bg, role->ansi_bg };
	return (struct half){ role->has_fg, role->fg, role->ansi_fg };
}

static struct half resolve(const struct theme *theme, const struct colour *colour, bool background,
			   unsigned *attributes)
{
	bool is_role = colour->kind == COLOUR_ROLE_FG || colour->kind == COLOUR_ROLE_BG;

	if (colour->kind == COLOUR_RGB)
		return (struct half){ true, colour->rgb, -1 };
	if (is_role && colour->role < ROLE_COUNT) {
		const struct theme_role *role = &theme->roles[colour->role];
		bool from_background = colour->kind == COLOUR_ROLE_BG;
		struct half half = role_half(role, from_background);

		/*
		 * Attributes come with a role used as what it is. A background brings them too: reversed is
		 * how a theme without colours shows one, and only a background may bring that.
		 */
		if (from_background == background)
			*attributes |= background ? role->attributes : role->attributes & ~ATTR_REVERSE;
		if (half.has)
			return half;
	}
	return role_half(&theme->roles[ROLE_NONE], background);
}

/* Part of the way from a colour to black or white, whichever `towards` is. */
static uint32_t blend(uint32_t rgb, uint32_t towards, unsigned percent)
{
	uint32_t result = 0;

	for (unsigned shift = 0; shift <= 16; shift += 8) {
		unsigned a = rgb >> shift & 255, b = towards >> shift & 255;
		result |= ((a * (100 - percent) + b * percent) / 100) << shift;
	}
	return result;
}

/*
 * A file's own colour was chosen for the file's own background: a dark blue
 * line is lost on a dark screen. It keeps its hue and gains just enough light
 * (or shade) to be seen on this theme's ground.
 */
static uint32_t legible(uint32_t rgb, uint32_t ground)
{
	uint32_t towards = colour_contrast(ground, 0xffffff) > colour_contrast(ground, 0x000000) ? 0xffffff : 0x000000;

	for (unsigned percent = 0; percent < 100; percent += 10) {
		uint32_t mixed = blend(rgb, towards, percent);
		if (colour_contrast(mixed, ground) >= LEGIBLE_CONTRAST)
			return mixed;
	}
	return towards;
}

struct paint theme_paint(const struct theme *theme, const struct style *style)
{
	unsigned attributes = style->attributes;
	struct half fg = resolve(theme, &style->fg, false, &attributes);
	struct half bg = resolve(theme, &style->bg, true, &attributes);

	if (style->fg.kind == COLOUR_RGB && style->bg.kind != COLOUR_RGB && bg.has && bg.ansi < 0)
		fg.rgb = legible(fg.rgb, bg.rgb);

	return (struct paint){
		.has_fg = fg.has,
		.has_bg = bg.has,
		.fg = fg.rgb,
		.bg = bg.rgb,
		.ansi_fg = fg.has ? fg.ansi : -1,
		.ansi_bg = bg.has ? bg.ansi : -1,
		.attributes = attributes,
	};
}
