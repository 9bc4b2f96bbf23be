#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "ui/draw/theme.h"
#include "ui/draw/theme_builtin.h"

TestSuite(theme);

static char *shipped(const char *name)
{
	const char *source = getenv("SKEP_SOURCE");

	if (!source)
		cr_skip_test("SKEP_SOURCE (the source folder) is not set");
	return mem_printf("%s/themes/%s.theme", source, name);
}

/* Read a theme from text; gives the result and every fault as one text without the file's name. */
static int read_text(const char *text, struct theme *theme, struct strbuf *faults)
{
	char path[] = "/tmp/skep-test-XXXXXX", line[ERROR_TEXT_MAX];
	int fd = mkstemp(path), result;
	struct error_list errors;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	error_list_init(&errors);
	result = theme_read(theme, path, &errors);
	for (size_t i = 0; i < errors.count; i++) {
		if (errors.faults[i].severity == FAULT_APPROXIMATION && result < 0)
			continue;
		fault_format(&errors.faults[i], line, sizeof(line));
		cr_assert_eq(strncmp(line, path, strlen(path)), 0);
		strbuf_addf(faults, "%s\n", line + strlen(path) + 1);
	}
	error_list_release(&errors);
	unlink(path);
	return result;
}

Test(theme, night_is_built_in_as_shipped)
{
	char *path = shipped("night");
	struct error_list errors;
	struct theme theme;

	error_list_init(&errors);
	cr_assert_eq(theme_read(&theme, path, &errors), 0);
	cr_assert_eq(errors.count, 0);
	cr_assert_str_eq(theme.name, theme_night.name);
	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct theme_role *read = &theme.roles[i], *built = &theme_night.roles[i];

		cr_assert(read->has_fg == built->has_fg && read->has_bg == built->has_bg && read->fg == built->fg &&
				  read->bg == built->bg && read->ansi_fg == built->ansi_fg &&
				  read->ansi_bg == built->ansi_bg && read->attributes == built->attributes,
			  "role %s differs", role_table()[i].name);
	}
	error_list_release(&errors);
	free(path);
}

Test(theme, shipped_themes_are_complete_and_readable)
{
	for (size_t i = 0; theme_names[i]; i++) {
		char *path = shipped(theme_names[i]), line[ERROR_TEXT_MAX] = "";
		struct error_list errors;
		struct theme theme;

		error_list_init(&errors);
		cr_assert_eq(theme_read(&theme, path, &errors), 0, "%s", path);
		theme_check(&theme, path, &errors);
		if (errors.count)
			fault_format(&errors.faults[0], line, sizeof(line));
		cr_assert_eq(errors.count, 0, "%s", line);
		cr_assert_str_eq(theme.name, theme_names[i]);
		error_list_release(&errors);
		free(path);
	}
}

Test(theme, roles_have_names_help_and_an_end_to_falling_back)
{
	const struct role_row *table = role_table();

	for (int role = 0; role < ROLE_COUNT; role++) {
		int at = role, steps = 0;

		cr_assert(table[role].name && *table[role].name && table[role].help && *table[role].help, "role %d",
			  role);
		while (at != ROLE_NONE && steps++ < ROLE_COUNT)
			at = table[at].fallback;
		cr_assert_eq(at, ROLE_NONE, "%s falls back for ever", table[role].name);
		for (int other = 0; other < role; other++)
			cr_assert_str_neq(table[role].name, table[other].name);
	}
}

Test(theme, both_ways_of_writing_a_role)
{
	struct strbuf faults = STRBUF_INIT;
	struct theme theme;

	cr_assert_eq(read_text("# a comment\r\n\r\n"
			       "text = #Aabbcc on #010203 bold underline # why\n"
			       "dim=#aabbcc #010203 dim\n"
			       "  ok = ansi:2 -\n"
			       "selection = - - reverse\n"
			       "info = -\n",
			       &theme, &faults),
		     0);
	cr_assert_eq(theme.roles[ROLE_TEXT].fg, 0xAABBCC);
	cr_assert_eq(theme.roles[ROLE_TEXT].bg, 0x010203);
	cr_assert_eq(theme.roles[ROLE_TEXT].attributes, ATTR_BOLD | ATTR_UNDERLINE);
	cr_assert_eq(theme.roles[ROLE_DIM].bg, 0x010203);
	cr_assert_eq(theme.roles[ROLE_DIM].attributes, ATTR_DIM);
	cr_assert(theme.roles[ROLE_OK].has_fg && !theme.roles[ROLE_OK].has_bg);
	cr_assert_eq(theme.roles[ROLE_OK].ansi_fg, 2);
	cr_assert_eq(theme.roles[ROLE_SELECTION].attributes, ATTR_REVERSE);
	cr_assert(!theme.roles[ROLE_INFO].has_fg);
	/* What is missing looks as its fallback, and the file is told so. */
	cr_assert_eq(theme.roles[ROLE_STRONG].fg, 0xAABBCC);
	cr_assert_eq(theme.roles[ROLE_AXIS].attributes, ATTR_DIM);
	cr_assert_not_null(strstr(faults.text, "role \"axis\" is not set (\"dim\" is used)"));
	cr_assert_null(strstr(faults.text, "\"dim\" is not set"));
	strbuf_release(&faults);
}

Test(theme, every_bad_line_is_reported_and_nothing_changes)
{
	struct strbuf faults = STRBUF_INIT;
	struct theme theme = { .name = "kept" };

	cr_assert_eq(read_text("text = #12345 bolt\n"
			       "critcal = #ffffff on\n"
			       "ok #fff\n"
			       "dim = ansi:16 ansi:3 #ffffff\n"
			       "text = #abcdef\n"
			       "key =\n"
			       "zzzzzzzz = #ffffff wavy\n",
			       &theme, &faults),
		     -1);
	cr_assert_str_eq(faults.text, "1:8: not a colour (#rrggbb, ansi:0 to ansi:15, or - for none)\n"
				      "1:15: unknown attribute \"bolt\" (did you mean \"bold\"?)\n"
				      "2:1: unknown role \"critcal\" (did you mean \"critical\"?)\n"
				      "2:21: no background after \"on\" (#rrggbb, ansi:N or -)\n"
				      "3:1: not a role (role = foreground background attributes)\n"
				      "4:7: not one of the terminal's sixteen colours (ansi:0 to ansi:15)\n"
				      "4:22: a colour too many (foreground, background, then attributes)\n"
				      "5:1: role \"text\" is already set on line 1\n"
				      "6:6: no colour given (#rrggbb, ansi:0 to ansi:15, or - for none)\n"
				      "7:1: unknown role \"zzzzzzzz\" (see the roles in skep(1))\n"
				      "7:20: unknown attribute \"wavy\" (bold, dim, underline, reverse, italic)\n");
	cr_assert_str_eq(theme.name, "kept");
	strbuf_release(&faults);
}

Test(theme, finds_by_name_and_night_always)
{
	struct error_list errors;
	struct theme theme;

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	setenv("SKEP_DATA", "/nonexistent", 1);
	error_list_init(&errors);
	cr_assert_eq(theme_find(&theme, "night", &errors), 0);
	cr_assert_str_eq(theme.name, "night");
	cr_assert_eq(theme_find(&theme, "nigth", &errors), -1);
	cr_assert_not_null(strstr(errors.faults[errors.count - 1].text, "did you mean \"night\"?"));
	cr_assert_eq(theme_find(&theme, "../../etc/passwd", &errors), -1);
	cr_assert_eq(theme_find(&theme, "", &errors), -1);
	error_list_release(&errors);
}

Test(theme, paint_resolves_roles_and_rgb)
{
	struct style style = style_with(style_fg(ROLE_STRONG), ATTR_UNDERLINE);
	struct paint paint;

	style.bg = (struct colour){ .kind = COLOUR_RGB, .rgb = 0x123456 };
	paint = theme_paint(&theme_night, &style);
	cr_assert_eq(paint.fg, theme_night.roles[ROLE_STRONG].fg);
	cr_assert_eq(paint.bg, 0x123456);
	cr_assert_eq(paint.attributes, ATTR_BOLD | ATTR_UNDERLINE);
	/* A role without a foreground of its own takes the default one. */
	style = style_role(ROLE_SELECTION);
	paint = theme_paint(&theme_night, &style);
	cr_assert(paint.has_fg && paint.fg == theme_night.roles[ROLE_NONE].fg);
	cr_assert_eq(paint.bg, theme_night.roles[ROLE_SELECTION].bg);
	/* A state's colour as ground: the foreground of one role used as background. */
	style = (struct style){ .bg = { .kind = COLOUR_ROLE_FG, .role = ROLE_CRITICAL } };
	paint = theme_paint(&theme_night, &style);
	cr_assert_eq(paint.bg, theme_night.roles[ROLE_CRITICAL].fg);
	style = (struct style){ .fg = { .kind = COLOUR_ROLE_FG, .role = 250 } };
	paint = theme_paint(&theme_night, &style);
	cr_assert_eq(paint.fg, theme_night.roles[ROLE_NONE].fg);
}

Test(theme, check_finds_faint_text_and_states_alike)
{
	struct theme theme = theme_night;
	struct error_list errors;
	bool contrast = false, alike = false;

	theme.roles[ROLE_DIM].fg = 0x303030;
	theme.roles[ROLE_CRITICAL].fg = theme.roles[ROLE_SERIOUS].fg;
	error_list_init(&errors);
	theme_check(&theme, "x.theme", &errors);
	for (size_t i = 0; i < errors.count; i++) {
		contrast |= !strcmp(errors.faults[i].where, "dim") && strstr(errors.faults[i].text, "4.5:1");
		alike |= !strcmp(errors.faults[i].where, "serious") && strstr(errors.faults[i].text, "\"critical\"");
	}
	cr_assert(contrast);
	cr_assert(alike);
	error_list_release(&errors);
}

/* A theme without colours shows a ground by reversing it: text on another ground must not be reversed with it. */
Test(theme, only_a_ground_brings_reverse)
{
	struct theme theme = theme_night;
	struct style text = style_fg(ROLE_SELECTION), block = style_role(ROLE_SELECTION);

	theme.roles[ROLE_SELECTION].attributes = ATTR_REVERSE | ATTR_BOLD;
	cr_assert_eq(theme_paint(&theme, &text).attributes, ATTR_BOLD);
	cr_assert_eq(theme_paint(&theme, &block).attributes, ATTR_REVERSE | ATTR_BOLD);
}
