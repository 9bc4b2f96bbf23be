#include "ui/terminal/sequence.h"

#include <string.h>

void sequence_add(struct strbuf *ret, const char *text)
{
	while (text && *text) {
		const char *padding = strstr(text, "$<");
		const char *end = padding ? strchr(padding, '>') : NULL;

		strbuf_add(ret, text, end ? (size_t)(padding - text) : strlen(text));
		text = end ? end + 1 : NULL;
	}
}
