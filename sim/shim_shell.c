/* "sh -c TEXT" in a container: its first program, as far as it is a tool. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim/shim_tools.h"

/* The words of "sh -c TEXT", quotes taken off, up to the first redirection or pipe; `kept` owns them. */
static void split_text(const char *text, struct strbuf *kept, size_t *ret_count)
{
	char quote = '\0';
	bool word = false;

	*ret_count = 0;
	for (; *text && (quote || !strchr("|>;&<", *text)); text++) {
		if (quote ? *text == quote : *text == '\'' || *text == '"') {
			quote = quote ? '\0' : *text;
			word = true;
		} else if (!quote && *text == ' ') {
			if (word)
				strbuf_addch(kept, '\0');
			*ret_count += word;
			word = false;
		} else {
			strbuf_addch(kept, *text);
			word = true;
		}
	}
	if (word)
		strbuf_addch(kept, '\0');
	*ret_count += word;
}

int shim_shell(const struct shim *shim, const char *text)
{
	struct strbuf kept = STRBUF_INIT;
	struct shim inner = *shim;
	const char **words, *at;
	size_t count, first = 0;
	int status = 0;

	split_text(text, &kept, &count);
	words = mem_array(count + 1, sizeof(*words));
	at = kept.text;
	for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
		words[i] = at;
	/* What is set in front of the program changes nothing here. */
	while (first < count && strchr(words[first], '='))
		first++;
	inner.words = words;
	inner.count = count;
	if (first < count)
		status = shim_run_inside(&inner, first, false);
	free(words);
	strbuf_release(&kept);
	return status;
}
