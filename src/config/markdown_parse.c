#include "config/markdown_parse.h"

#include <pthread.h>

#include <cmark-gfm-core-extensions.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER; /* guards the library's tables */

static cmark_node *parse(const char *source, size_t length, int options, const char *const *extensions, size_t count)
{
	cmark_parser *parser;
	cmark_node *document;

	cmark_gfm_core_extensions_ensure_registered();
	parser = cmark_parser_new(options);
	for (size_t i = 0; i < count; i++) {
		cmark_syntax_extension *extension = cmark_find_syntax_extension(extensions[i]);

		if (extension)
			cmark_parser_attach_syntax_extension(parser, extension);
	}
	cmark_parser_feed(parser, source, length);
	document = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return document;
}

cmark_node *markdown_parse(const char *source, size_t length, int options, const char *const *extensions, size_t count)
{
	cmark_node *document;

	pthread_mutex_lock(&one);
	document = parse(source, length, options, extensions, count);
	pthread_mutex_unlock(&one);
	return document;
}
