/*
 * The look of values and series: which theme role a colour of the dashboard
 * becomes, which palette role and which letter a series gets. Green, yellow
 * and red keep their meaning as states; the palette uses other hues. Letters
 * stand beside colours everywhere, so that a mono terminal loses nothing.
 */
#ifndef UI_PANEL_SERIES_STYLE_H
#define UI_PANEL_SERIES_STYLE_H

#include "dashboard/display.h"
#include "dashboard/frame.h"
#include "ui/draw/glyph.h"
#include "ui/draw/style.h"

/* The field's config, or one with nothing set where none was applied. Never NULL. */
const struct field_config *field_config_of(const struct field *field);

/* a..z, then A..Z. */
#define SERIES_LETTERS 52

/* Foreground for a colour: named hues become state roles, RGB stays; HUE_NONE gives `otherwise`. */
struct style colour_style(struct colour_spec colour, struct style otherwise);

/* The same as a block: readable text on the colour as background. HUE_NONE gives `otherwise`. */
struct style colour_block_style(struct colour_spec colour, struct style otherwise);

/* Foreground role and sign of a severity; SEVERITY_NONE is plain text and a blank. */
struct style severity_style(enum severity severity);
uint32_t severity_sign(enum glyph_set set, enum severity severity);
const char *severity_sign_text(enum glyph_set set, enum severity severity); /* "" for none */

/*
 * Foreground of a series: the config's fixed colour; by thresholds or a
 * continuous scheme the colour of `value` (the one that stands for the
 * series); else the palette role of its series_index.
 */
struct style series_style(const struct field *field, double value, struct display_range range);

/* The palette role of an index alone. */
struct style series_palette_style(int index);

/* Letter of a series by its place, repeating after SERIES_LETTERS. */
char series_letter(size_t index);

#endif
