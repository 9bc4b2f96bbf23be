/*
 * A machine's texts: as one text for every parser, and as the output of the
 * script that is run on another machine. Whatever is made of them must be a
 * page that can be read.
 */
#include <stdint.h>

#include "invariant.h"
#include "collect/host_mount.h"
#include "collect/host_page.h"
#include "collect/host_text.h"
#include "tsdb/exposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make(struct host_texts *texts)
{
	struct exposition_options options = { 0 };
	struct exposition exposition = { 0 };
	struct host_mounts mounts;
	struct metric_page page;
	char warning[160];

	metric_page_init(&page);
	host_page_add(&page, texts);
	host_mounts_read(&mounts, texts->items[HOST_MOUNTS].text);
	host_mounts_take_usage(&mounts, texts->items[HOST_USAGE].text);
	host_mounts_add(&page, &mounts);
	host_mounts_warning(&mounts, warning, sizeof(warning));
	never(exposition_parse(&exposition, page.text.text, page.text.length, &options, NULL, NULL) < 0);
	exposition_release(&exposition);
	host_mounts_release(&mounts);
	metric_page_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host_texts texts;

	host_texts_init(&texts);
	if (host_texts_parse(&texts, (const char *)data, size)) {
		make(&texts);
	} else {
		for (size_t i = 0; i < HOST_FILES; i++) {
			strbuf_clear(&texts.items[i]);
			strbuf_add(&texts.items[i], data, size);
		}
		make(&texts);
	}
	host_texts_release(&texts);
	return 0;
}
