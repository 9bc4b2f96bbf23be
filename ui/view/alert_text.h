/*
 * What is said of an alert, in few words: its value against the threshold,
 * how it stands, what tells it apart, who raised it. Texts are raw: made safe
 * where they are drawn.
 */
#ifndef UI_VIEW_ALERT_TEXT_H
#define UI_VIEW_ALERT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alerts.h"
#include "base/strbuf.h"
#include "ui/draw/canvas.h"
#include "ui/draw/glyph.h"

/* "P0" .. "P3", "--" for none. */
const char *alert_priority_text(int priority);

/* What the system's policy calls it ("Critical"); "" when nothing does. */
const char *alert_priority_word(const struct escalation *escalation, int priority);

/* The sign of how it stands, in its colour. */
enum glyph alert_sign(const struct alert *alert, struct style *ret_style);
enum role alert_priority_role(int priority);

/* "0.62 of 0.5 s", "0.2 under 0.5 s"; only the value where nothing is compared; "" without a value. */
void alert_add_value(const struct alert *alert, struct strbuf *ret);

/* A value of its subject with its unit. */
void alert_add_number(const struct alert *alert, double value, struct strbuf *ret);

/* A duration in whole seconds, "0s" at the least: milliseconds would only flicker. */
void alert_duration(int64_t ms, char *ret, size_t size);

/* Since when: "2m14s". */
void alert_since(const struct alert *alert, int64_t now_ms, char *ret, size_t size);

/* The part of `for` that has passed while it is pending: 0..1. */
double alert_progress(const struct alert *alert, int64_t now_ms);

/* What becomes of it: "ack in 2:46 -> on-call-manager", "ana until 12:34", "silenced until 14:00", "1m of 5m". */
void alert_add_note(const struct alert *alert, int64_t now_ms, enum glyph_set glyphs, struct strbuf *ret);

/* "2:46", "1:02:46"; "-0:10" when it is over. */
void alert_add_left(int64_t left_ms, struct strbuf *ret);

/* "here, prometheus" */
void alert_add_raisers(unsigned raised_by, struct strbuf *ret);

/* The labels of these names, `a=x b=y`; without names those that no rule has of itself. */
void alert_add_labels(const struct alert *alert, const char *const *names, size_t count, struct strbuf *ret);

/* Does the label tell alerts of one rule apart? Not its name, severity or tier. */
bool alert_label_tells(const char *name);

/* One word for how it stands: "firing", "acknowledged", "silenced" ... */
const char *alert_standing_word(const struct alert *alert);

/* "12:34", with the day when it is another one. */
void alert_add_time(int64_t time_ms, int64_t now_ms, struct strbuf *ret);

/* The whole of it as a JSON object, for o. */
void alert_add_json(const struct alert *alert, struct strbuf *ret);

#endif
