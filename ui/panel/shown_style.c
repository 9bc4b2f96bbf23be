#include "ui/panel/shown_style.h"

#include <string.h>

#include "base/text.h"
#include "ui/panel/series_style.h"

/* Nothing is written, neither by a mapping nor in place of no value. */
static bool is_blank(const struct display *display)
{
	const struct unit_text *text = &display->text;

	return !display->mapped && text->prefix[0] == '\0' && text->text[0] == '\0' && text->suffix[0] == '\0';
}

/* What is not there has no colour, although the lowest threshold would give it one. */
static bool is_missing(const struct display *display)
{
	return display->missing || is_blank(display);
}

static bool has_colour(const struct display *display)
{
	return display->colour.hue != HUE_NONE && display->colour.hue != HUE_TEXT && !is_missing(display);
}

struct style shown_style_text(const struct display *display, struct style plain)
{
	if (is_missing(display))
		return style_fg(ROLE_DIM);
	if (!has_colour(display))
		return plain;
	return style_with(colour_style(display->colour, plain), plain.attributes);
}

bool shown_style_block(const struct display *display, struct style *ret)
{
	if (!has_colour(display))
		return false;
	*ret = colour_block_style(display->colour, *ret);
	return true;
}

struct style shown_style_bar(const struct shown *shown)
{
	return shown_style_text(&shown->display, series_palette_style(shown->field ? shown->field->series_index : 0));
}

bool shown_sign(const struct display *display, enum glyph *ret)
{
	switch (display->severity) {
	case SEVERITY_CRITICAL: *ret = GLYPH_CRITICAL; return true;
	case SEVERITY_WARNING: *ret = display->colour.hue == HUE_ORANGE ? GLYPH_SERIOUS : GLYPH_WARNING; return true;
	case SEVERITY_NONE:
	case SEVERITY_OK: break;
	}
	return false;
}

const char *shown_number(const struct display *display)
{
	return is_blank(display) ? "no data" : display->text.text;
}

void shown_text(const struct display *display, struct strbuf *ret)
{
	strbuf_addstr(ret, display->text.prefix);
	strbuf_addstr(ret, shown_number(display));
	strbuf_addstr(ret, display->text.suffix);
}

int shown_width(const struct display *display)
{
	return text_width(display->text.prefix) + text_width(shown_number(display)) + text_width(display->text.suffix);
}

void shown_worst_first(struct shown *shown, size_t count)
{
	size_t sorted = 0;

	for (enum severity severity = SEVERITY_CRITICAL; severity >= SEVERITY_WARNING; severity--) {
		for (size_t i = sorted; i < count; i++) {
			struct shown worse = shown[i];

			if (worse.display.severity != severity)
				continue;
			memmove(&shown[sorted + 1], &shown[sorted], (i - sorted) * sizeof(*shown));
			shown[sorted++] = worse;
		}
	}
}

void shown_line(struct shown *shown, size_t count, size_t more, size_t limit, struct strbuf *ret)
{
	size_t i, drawn = count < limit ? count : limit;

	if (drawn < count)
		shown_worst_first(shown, count);
	for (i = 0; i < drawn; i++) {
		if (i > 0)
			strbuf_addstr(ret, ", ");
		if (count > 1 && shown[i].name && shown[i].name[0] != '\0') {
			text_add_safe(ret, shown[i].name);
			strbuf_addch(ret, ' ');
		}
		shown_text(&shown[i].display, ret);
	}
	if (count + more > drawn && drawn > 0)
		strbuf_addf(ret, ", %zu more", count + more - drawn);
}
