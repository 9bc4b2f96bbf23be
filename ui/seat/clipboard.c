#include "ui/seat/clipboard.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648, section 4: base64 keeps every control byte of the text away from the terminal. */
static void add_base64(struct strbuf *ret, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i += 3) {
		size_t left = count - i;
		uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
				 (left > 2 ? bytes[i + 2] : 0);
		strbuf_addch(ret, alphabet[group >> 18]);
		strbuf_addch(ret, alphabet[group >> 12 & 63]);
		strbuf_addch(ret, left > 1 ? alphabet[group >> 6 & 63] : '=');
		strbuf_addch(ret, left > 2 ? alphabet[group & 63] : '=');
	}
}

void clipboard_add(struct strbuf *ret, const char *text)
{
	size_t length = strnlen(text, CLIPBOARD_BYTES);

	strbuf_addstr(ret, "\033]52;c;");
	add_base64(ret, (const unsigned char *)text, length);
	strbuf_addch(ret, '\a');
}
