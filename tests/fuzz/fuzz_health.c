#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "collect/detail.h"
#include "collect/health_document.h"
#include "collect/metric_page.h"
#include "tsdb/exposition.h"

static void check_items(const struct health_item *items, size_t count)
{
	never(count > HEALTH_ITEMS);
	for (size_t i = 0; i < count; i++) {
		never(!items[i].name || !items[i].word || !items[i].reason || strlen(items[i].name) > HEALTH_TEXT);
		never(!isnan(items[i].value) && items[i].value != 0 && items[i].value != 0.5 && items[i].value != 1);
	}
}

/* Whatever a server sends, what becomes of it is a page that can be read again, with no series twice. */
static void check_page(const struct health_document *document)
{
	struct exposition_options options = { .families = true };
	struct exposition exposition;
	struct metric_page page;
	struct arena arena = { 0 };

	metric_page_init(&page);
	health_document_add_page(document, &page);
	never(exposition_parse(&exposition, page.text.text, page.text.length, &options, "fuzz", NULL));
	always(exposition.count == page.samples);
	for (size_t i = 0; i < exposition.count; i++) {
		struct labels labels;

		never(exposition_labels(page.text.text + exposition.samples[i].text, exposition.samples[i].length,
					&arena, &labels, NULL));
	}
	arena_release(&arena);
	exposition_release(&exposition);
	metric_page_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf body = STRBUF_INIT, trouble = STRBUF_INIT;
	struct health_document document;
	struct detail *detail = detail_new(0);

	strbuf_add(&body, data, size);
	health_document_read(&document, body.text, body.length);
	check_items(document.components.items, document.components.count);
	check_items(document.breakers.items, document.breakers.count);
	check_items(document.features.items, document.features.count);
	never(health_document_trouble(&document, &trouble) != (trouble.length > 0));
	check_page(&document);
	health_document_add_detail(&document, detail);
	detail_free(detail);
	health_document_release(&document);
	strbuf_release(&trouble);
	strbuf_release(&body);
	return 0;
}
