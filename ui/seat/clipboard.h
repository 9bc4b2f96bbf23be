/* Copying to the clipboard of the person's own terminal, over any number of hops: OSC 52. */
#ifndef UI_SEAT_CLIPBOARD_H
#define UI_SEAT_CLIPBOARD_H

#include "base/strbuf.h"

#define CLIPBOARD_BYTES 65536 /* terminals take about 74 kB of base64 */

/* Append the sequence that copies `text`; what is longer than CLIPBOARD_BYTES is cut. */
void clipboard_add(struct strbuf *ret, const char *text);

#endif
