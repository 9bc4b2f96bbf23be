#include "ui/panel/zones.h"

#include <math.h>

#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"
#include "ui/panel/series_style.h"

#define EIGHTHS     8
#define LCD_EIGHTHS 6 /* a block that leaves a gap to the next */
#define LOWER_HALF  0x2584
#define LOWER_LEFT  0x2596
#define LCD_OFF     1 /* density of a block that is not lit */

/* Value at a share of the range; halves keep it finite for the widest ranges. */
static double value_at(const struct display_range *range, double share)
{
	return range->min * (1 - share) + range->max * share;
}

/* Share of the range at which `value` lies; NaN when the range is empty. */
static double share_at(const struct display_range *range, double value)
{
	double span = range->max / 2 - range->min / 2;

	return span > 0 ? (value / 2 - range->min / 2) / span : NAN;
}

static const struct thresholds *thresholds_of(const struct shown *shown)
{
	return shown->field ? &field_config_of(shown->field)->thresholds : NULL;
}

struct style zones_style(const struct shown *shown, double share, struct style plain)
{
	const struct thresholds *thresholds = thresholds_of(shown);
	struct colour_spec colour;
	enum severity severity;

	if (!thresholds || thresholds->count == 0)
		return plain;
	colour = threshold_colour(thresholds, value_at(&shown->range, share), shown->range, &severity);
	return colour.hue == HUE_NONE || colour.hue == HUE_TEXT ? plain : colour_style(colour, plain);
}

void zones_value_text(const struct shown *shown, double value, struct strbuf *ret)
{
	const struct field_config *config = shown->field ? field_config_of(shown->field) : NULL;
	struct unit_text text;

	unit_format(config ? config->unit : NULL, value,
		    config && (config->set & FIELD_DECIMALS) ? config->decimals : UNIT_DECIMALS_AUTO, &text);
	strbuf_addstr(ret, text.prefix);
	strbuf_addstr(ret, text.text);
	strbuf_addstr(ret, text.suffix);
}

/* The value at which step `index` begins; a percentage becomes a value of the range. */
static double step_value(const struct shown *shown, const struct thresholds *thresholds, size_t index)
{
	double value = thresholds->steps[index].value;

	return thresholds->percentage ? value_at(&shown->range, value / 100) : value;
}

static void label_put(struct canvas *canvas, int x, int x_min, int x_end, int y, const struct shown *shown,
		      double value, int *last_end)
{
	struct strbuf text = STRBUF_INIT;
	int width, start;

	zones_value_text(shown, value, &text);
	width = text_width(text.text);
	start = x - width / 2;
	if (start < x_min)
		start = x_min;
	if (start + width > x_end)
		start = x_end - width;
	/* A label that would touch the one before is left out: the tick still stands. */
	if (start > *last_end && start >= x_min) {
		canvas_put(canvas, start, y, text.text, style_fg(ROLE_DIM), width);
		*last_end = start + width;
	}
	strbuf_release(&text);
}

void zones_draw(struct canvas *canvas, int x, int y, int width, const struct shown *shown, bool labels)
{
	const struct thresholds *thresholds = thresholds_of(shown);
	enum glyph_set set = canvas_glyphs(canvas);
	int cell, last_end = x - 2;
	size_t i;

	for (cell = 0; cell < width; cell++)
		canvas_glyph(canvas, x + cell, y, glyph_code(set, GLYPH_HLINE),
			     zones_style(shown, (cell + 0.5) / width, style_fg(ROLE_DIM)));
	for (i = 0; thresholds && i < thresholds->count; i++) {
		double value = step_value(shown, thresholds, i), share = share_at(&shown->range, value);

		if (!(share > 0 && share < 1))
			continue;
		cell = (int)(share * width);
		canvas_glyph(canvas, x + cell, y, glyph_code(set, GLYPH_TEE_UP),
			     colour_style(thresholds->steps[i].colour, style_fg(ROLE_DIM)));
		if (labels)
			label_put(canvas, x + cell, x, x + width, y + 1, shown, value, &last_end);
	}
}

/* A bar of one row is half a row thin, so that bars below each other and figures above them stay apart. */
static uint32_t thin_glyph(enum glyph_set set, int eighths)
{
	if (set == GLYPHS_ASCII)
		return glyph_bar_horizontal(set, eighths);
	return eighths > EIGHTHS / 2 ? LOWER_HALF : LOWER_LEFT;
}

/* The glyph of one cell and whether it belongs to the filled part. */
static uint32_t bar_glyph(enum glyph_set set, const struct bar *bar, int eighths, bool thin, bool *ret_filled)
{
	uint32_t glyph;

	if (bar->lcd) {
		/* A block is lit as a whole, from its middle on. */
		*ret_filled = eighths >= EIGHTHS / 2;
		return *ret_filled ? glyph_bar_horizontal(set, LCD_EIGHTHS) : glyph_density(set, LCD_OFF);
	}
	glyph = thin ? thin_glyph(set, eighths) : glyph_bar_horizontal(set, eighths);
	/* ASCII has nothing for less than half a cell. */
	*ret_filled = eighths > 0 && glyph != ' ';
	return *ret_filled ? glyph : glyph_code(set, GLYPH_GRID);
}

void bar_draw(struct canvas *canvas, struct rect rect, const struct shown *shown, const struct bar *bar)
{
	enum glyph_set set = canvas_glyphs(canvas);
	double share = bar->share > 0 ? fmin(bar->share, 1) : 0;
	int total = (int)lround(share * rect.width * EIGHTHS);
	int cell, row;

	/* Something above nothing is seen. */
	if (total == 0 && share > 0)
		total = 1;
	for (cell = 0; cell < rect.width; cell++) {
		int eighths = total - cell * EIGHTHS;
		bool filled;
		uint32_t glyph;
		struct style style = style_fg(ROLE_GRID);

		eighths = eighths > EIGHTHS ? EIGHTHS : eighths < 0 ? 0 : eighths;
		glyph = bar_glyph(set, bar, eighths, rect.height == 1, &filled);
		if (filled)
			style = bar->gradient || bar->lcd ? zones_style(shown, (cell + 0.5) / rect.width, bar->style)
							  : bar->style;
		for (row = 0; row < rect.height; row++)
			canvas_glyph(canvas, rect.x + cell, rect.y + row, glyph, style);
	}
}
