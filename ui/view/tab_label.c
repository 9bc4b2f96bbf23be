#include "ui/view/tab_label.h"

#include <stdio.h>
#include <string.h>

#include "ui/draw/glyph.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"

static void add_count(char *text, size_t size, const char *sign, size_t count)
{
	size_t used = strlen(text);

	if (count)
		snprintf(text + used, size - used, " %s%zu", sign, count);
}

void tab_label(const struct console *tab, const char *name, bool here, enum glyph_set glyphs, char *ret, size_t size)
{
	const struct trouble *trouble = &tab->trouble;
	bool fires = false;
	size_t used;

	snprintf(ret, size, "%s%.100s", here ? "[" : "", name);
	for (int p = 0; p <= PRIORITY_COUNT; p++)
		fires |= trouble->alerts[p] > 0;
	/* Its own alerts stand in full beside the tabs. */
	for (int p = 0; p < PRIORITY_COUNT && !here; p++) {
		used = strlen(ret);
		if (trouble->alerts[p])
			snprintf(ret + used, size - used, " %s:%zu", alert_priority_text(p), trouble->alerts[p]);
	}
	add_count(ret, size, glyph_text(glyphs, GLYPH_CRITICAL), trouble->critical);
	add_count(ret, size, glyph_text(glyphs, GLYPH_WARNING), trouble->warning);
	add_count(ret, size, glyph_text(glyphs, GLYPH_DOWN), trouble->down);
	used = strlen(ret);
	if (!trouble->known)
		snprintf(ret + used, size - used, " %s", glyph_text(glyphs, GLYPH_ABSENT));
	else if (!trouble->critical && !trouble->warning && !trouble->down && !fires)
		snprintf(ret + used, size - used, " %s", glyph_text(glyphs, GLYPH_OK));
	used = strlen(ret);
	if (here)
		snprintf(ret + used, size - used, "]");
}
