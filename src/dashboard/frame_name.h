/*
 * What a field is called before overrides, by Grafana's rules
 * (getFieldDisplayName): a name given by a transformation, else the legend,
 * else made from the frame's name, the field's name and its labels. When all
 * frames together know one label name only, its value stands for the labels;
 * otherwise they are written {a="x", b="y"}. Equal names within a frame are
 * numbered: "Value 1", "Value 2".
 */
#ifndef DASHBOARD_FRAME_NAME_H
#define DASHBOARD_FRAME_NAME_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "dashboard/frame.h"

/* The only label name among all fields of the frames, or NULL when there are none or several. */
const char *frame_single_label(const struct frame *frames, size_t count);

/* One name a field of `frame`, in its order; array and made-up names are in `arena`. */
const char **frame_field_names(const struct frame *frame, const char *single_label, struct arena *arena);

/* Append the labels as Grafana writes them: {a="x", b="y"}; nothing when there are none. */
void frame_add_labels(struct strbuf *ret, const struct labels *labels);

#endif
