#include "ui/draw/theme.h"

#include <stddef.h>

#include "ui/draw/colour.h"

#define CONTRAST_TEXT 4.5 /* WCAG 2.2, 1.4.3 */
#define CONTRAST_LINE 3.0 /* WCAG 2.2, 1.4.11: what is not text but must be seen */

/* Beside their signs, states this near are told apart only by looking twice. */
#define STATE_DISTANCE 0.055

/* Roles that are lines and not text; 0 for those that only structure the picture. */
static const struct {
	enum role role;
	double contrast;
} lines[] = {
	{ ROLE_BORDER, 0 },
	{ ROLE_GRID, 0 },
	{ ROLE_BORDER_FOCUS, CONTRAST_LINE },
	{ ROLE_THRESHOLD, CONTRAST_LINE },
};

static const enum role states[] = { ROLE_OK, ROLE_WARNING, ROLE_SERIOUS, ROLE_CRITICAL };

static const char *const vision_names[VISION_COUNT] = {
	[VISION_USUAL] = "usual vision",
	[VISION_PROTANOPIA] = "protanopia",
	[VISION_DEUTERANOPIA] = "deuteranopia",
	[VISION_TRITANOPIA] = "tritanopia",
};

static double wanted_contrast(enum role role)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i].role == role)
			return lines[i].contrast;
	return CONTRAST_TEXT;
}

/* Contrast of a style; false when a colour is the user's own, which nobody can measure. */
static bool measure(const struct theme *theme, struct style style, double *ret)
{
	struct paint paint = theme_paint(theme, &style);

	if (!paint.has_fg || !paint.has_bg || paint.ansi_fg >= 0 || paint.ansi_bg >= 0)
		return false;
	*ret = colour_contrast(paint.fg, paint.bg);
	return true;
}

static void check_contrast(const struct theme *theme, const char *file, struct error_list *errors)
{
	const struct role_row *table = role_table();

	for (int role = 0; role < ROLE_COUNT; role++) {
		double wanted = wanted_contrast((enum role)role), contrast;

		if (!measure(theme, style_role((enum role)role), &contrast) || contrast >= wanted)
			continue;
		error_list_add(errors, FAULT_APPROXIMATION, file, 0, 0, table[role].name,
			       "contrast with its background is %.1f:1 (at least %.1f:1)", contrast, wanted);
	}
}

/* Every foreground may stand in the selected line. */
static void check_selection(const struct theme *theme, const char *file, struct error_list *errors)
{
	const struct role_row *table = role_table();
	static const enum role inside[] = {
		ROLE_TEXT, ROLE_STRONG, ROLE_OK, ROLE_WARNING, ROLE_SERIOUS, ROLE_CRITICAL
	};

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		struct style style = style_fg(inside[i]);
		double contrast;

		style.bg = style_role(ROLE_SELECTION).bg;
		if (!measure(theme, style, &contrast) || contrast >= CONTRAST_TEXT)
			continue;
		error_list_add(errors, FAULT_APPROXIMATION, file, 0, 0, table[inside[i]].name,
			       "contrast on the selection is %.1f:1 (at least %.1f:1)", contrast, CONTRAST_TEXT);
	}
}

static void check_states(const struct theme *theme, const char *file, struct error_list *errors)
{
	const struct role_row *table = role_table();
	size_t count = sizeof(states) / sizeof(states[0]);

	for (size_t i = 0; i < count * count; i++) {
		enum role first = states[i / count], second = states[i % count];
		const struct theme_role *a = &theme->roles[first], *b = &theme->roles[second];

		if (first >= second || !a->has_fg || !b->has_fg || a->ansi_fg >= 0 || b->ansi_fg >= 0)
			continue;
		for (int vision = 0; vision < VISION_COUNT; vision++) {
			double away = colour_distance(a->fg, b->fg, (enum vision)vision);

			if (away < STATE_DISTANCE)
				error_list_add(errors, FAULT_APPROXIMATION, file, 0, 0, table[first].name,
					       "looks like \"%s\" to %s (distance %.3f, at least %.3f)",
					       table[second].name, vision_names[vision], away, STATE_DISTANCE);
		}
	}
}

void theme_check(const struct theme *theme, const char *file, struct error_list *errors)
{
	check_contrast(theme, file, errors);
	check_selection(theme, file, errors);
	check_states(theme, file, errors);
}
