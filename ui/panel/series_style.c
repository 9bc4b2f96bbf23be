#include "ui/panel/series_style.h"

#include <math.h>

struct hue_row {
	enum role fg, block;
};

static const struct hue_row hues[] = {
	[HUE_TEXT] = { ROLE_TEXT, ROLE_SELECTION },          [HUE_GREEN] = { ROLE_OK, ROLE_OK_BLOCK },
	[HUE_YELLOW] = { ROLE_WARNING, ROLE_WARNING_BLOCK }, [HUE_ORANGE] = { ROLE_SERIOUS, ROLE_SERIOUS_BLOCK },
	[HUE_RED] = { ROLE_CRITICAL, ROLE_CRITICAL_BLOCK },  [HUE_BLUE] = { ROLE_INFO, ROLE_INFO_BLOCK },
	[HUE_PURPLE] = { ROLE_ACCENT, ROLE_INFO_BLOCK },
};

struct severity_row {
	enum role fg;
	enum glyph sign;
};

static const struct severity_row severities[] = {
	[SEVERITY_NONE] = { ROLE_TEXT, GLYPH_COUNT },
	[SEVERITY_OK] = { ROLE_OK, GLYPH_OK },
	[SEVERITY_WARNING] = { ROLE_WARNING, GLYPH_WARNING },
	[SEVERITY_CRITICAL] = { ROLE_CRITICAL, GLYPH_CRITICAL },
};

const struct field_config *field_config_of(const struct field *field)
{
	static const struct field_config none;

	return field->config ? field->config : &none;
}

struct style colour_style(struct colour_spec colour, struct style otherwise)
{
	if (colour.hue == HUE_NONE)
		return otherwise;
	if (colour.hue == HUE_RGB)
		return style_rgb(colour.rgb);
	return style_fg(hues[colour.hue].fg);
}

/* Black or white, whichever reads better: relative luminance with the usual weights, gamma approximated by a square. */
static uint32_t readable_on(uint32_t rgb)
{
	double red = (rgb >> 16 & 0xff) / 255.0, green = (rgb >> 8 & 0xff) / 255.0, blue = (rgb & 0xff) / 255.0;
	double luminance = 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;

	return luminance > 0.18 ? 0x000000 : 0xffffff;
}

struct style colour_block_style(struct colour_spec colour, struct style otherwise)
{
	if (colour.hue == HUE_NONE)
		return otherwise;
	if (colour.hue == HUE_RGB) {
		struct style style = style_rgb(readable_on(colour.rgb));

		style.bg = (struct colour){ .kind = COLOUR_RGB, .rgb = colour.rgb };
		return style;
	}
	return style_role(hues[colour.hue].block);
}

struct style severity_style(enum severity severity)
{
	return style_fg(severities[severity].fg);
}

uint32_t severity_sign(enum glyph_set set, enum severity severity)
{
	return severity == SEVERITY_NONE ? ' ' : glyph_code(set, severities[severity].sign);
}

const char *severity_sign_text(enum glyph_set set, enum severity severity)
{
	return severity == SEVERITY_NONE ? "" : glyph_text(set, severities[severity].sign);
}

struct style series_palette_style(int index)
{
	unsigned place = index < 0 ? 0 : (unsigned)index % ROLE_SERIES_COUNT;

	return style_fg((enum role)(ROLE_SERIES_1 + place));
}

struct style series_style(const struct field *field, double value, struct display_range range)
{
	const struct field_config *config = field_config_of(field);
	struct style palette = series_palette_style(field->series_index);
	enum severity severity;
	struct display display;

	/* Without a colour of its own a series takes the palette, although thresholds are the zero of the mode. */
	if (!(config->set & FIELD_COLOUR) || config->colour.mode == COLOUR_PALETTE)
		return palette;
	if (config->colour.mode == COLOUR_FIXED)
		return colour_style(config->colour.fixed, palette);
	if (config->colour.mode == COLOUR_THRESHOLDS)
		return colour_style(threshold_colour(&config->thresholds, value, range, &severity), palette);
	display_number(config, value, range, &display);
	return colour_style(display.colour, palette);
}

char series_letter(size_t index)
{
	size_t place = index % SERIES_LETTERS;

	return (char)(place < 26 ? 'a' + place : 'A' + (place - 26));
}
