/* A label set in one piece of memory of its own, for what is kept long and in great numbers. */
#ifndef ALERT_LABEL_PACK_H
#define ALERT_LABEL_PACK_H

#include "tsdb/labels.h"

/* Copy as it is: order, and values that are empty, too. */
struct labels label_pack(const struct labels *labels);

/* Free a pack and leave it empty. Only for what label_pack returned, or an empty set. */
void label_pack_release(struct labels *pack);

#endif
