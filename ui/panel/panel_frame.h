/*
 * What stands around and instead of a panel's content: the pictures for a
 * panel that has no values, and the words on its border. Each state differs
 * from the others in sign and in words, so that neither colour nor size is
 * needed to tell them apart.
 */
#ifndef UI_PANEL_PANEL_FRAME_H
#define UI_PANEL_PANEL_FRAME_H

#include "base/strbuf.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel.h"

/* True when there are values to draw: good or stale, and frames with rows. */
bool panel_has_values(const struct panel_view *view);

/* The state to show: an answer without rows is DATA_NO_DATA whatever it was called. */
enum data_state panel_shown_state(const struct panel_view *view);

/* Sign of a state: GLYPH_DOWN. DATA_VALUE and DATA_NONE have none (GLYPH_COUNT). */
enum glyph panel_state_glyph(enum data_state state);
struct style panel_state_style(enum data_state state);

/* Append "no data", "DOWN: the target answers up 0", "stale 42s: timeout after 5s"; nothing for a good value. */
void panel_state_text(const struct panel_view *view, struct strbuf *ret);

/* The picture in place of the content; for any size from 1x1. */
void panel_state_draw(const struct panel_view *view, struct canvas *canvas, struct rect inside);

/* Who answered, where it is not who answers by default; NULL otherwise. */
const char *panel_other_engine(const struct panel_view *view);

/*
 * The badge at the right of the top border, as long as fits into `cells`:
 * sign, "stale", age, cause; or the sign of a running question and the name
 * of an engine that does not answer by default. Empty when there is nothing
 * to say.
 */
void panel_badge(const struct panel_view *view, enum glyph_set set, int cells, struct strbuf *ret);

/* The words in the bottom border: warning of the answer, or what was approximated. */
void panel_foot(const struct panel_view *view, enum glyph_set set, int cells, struct strbuf *ret);

#endif
