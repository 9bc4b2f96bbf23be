#include "collect/metric_page.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "tsdb/value_text.h"

void metric_page_init(struct metric_page *page)
{
	strbuf_init(&page->text);
	page->samples = 0;
}

void metric_page_release(struct metric_page *page)
{
	strbuf_release(&page->text);
	page->samples = 0;
}

void metric_page_clear(struct metric_page *page)
{
	strbuf_clear(&page->text);
	page->samples = 0;
}

/* Quotes are escaped in label values only: HELP has none around it. */
static void add_escaped(struct strbuf *ret, const char *text, bool quoted)
{
	size_t left = strlen(text);

	while (left) {
		uint32_t code;
		size_t used = text_decode(text, left, &code);
		char encoded[8];

		if (code == '\\')
			strbuf_addstr(ret, "\\\\");
		else if (code == '\n')
			strbuf_addstr(ret, "\\n");
		else if (code == '"' && quoted)
			strbuf_addstr(ret, "\\\"");
		else
			strbuf_add(ret, encoded, text_encode(code, encoded));
		text += used;
		left -= used;
	}
}

void metric_page_family(struct metric_page *page, const char *name, const char *type, const char *help)
{
	if (help && *help) {
		strbuf_addf(&page->text, "# HELP %s ", name);
		add_escaped(&page->text, help, false);
		strbuf_addch(&page->text, '\n');
	}
	strbuf_addf(&page->text, "# TYPE %s %s\n", name, type);
}

void metric_page_add(struct metric_page *page, const char *name, const struct label *labels, size_t count, double value)
{
	bool open = false;

	strbuf_addstr(&page->text, name);
	for (size_t i = 0; i < count; i++) {
		if (!labels[i].value || !*labels[i].value)
			continue;
		strbuf_addf(&page->text, "%s%s=\"", open ? "," : "{", labels[i].name);
		add_escaped(&page->text, labels[i].value, true);
		strbuf_addch(&page->text, '"');
		open = true;
	}
	strbuf_addstr(&page->text, open ? "} " : " ");
	value_text_add(&page->text, value);
	strbuf_addch(&page->text, '\n');
	page->samples++;
}

void metric_page_add_label(struct metric_page *page, const char *name, const char *label, const char *text,
			   double value)
{
	struct label one = { label, text };

	metric_page_add(page, name, &one, 1, value);
}

void metric_page_add_value(struct metric_page *page, const char *name, double value)
{
	metric_page_add(page, name, NULL, 0, value);
}

void metric_page_gauge(struct metric_page *page, const char *name, const char *help, double value)
{
	metric_page_family(page, name, "gauge", help);
	metric_page_add_value(page, name, value);
}

void metric_page_counter(struct metric_page *page, const char *name, const char *help, double value)
{
	metric_page_family(page, name, "counter", help);
	metric_page_add_value(page, name, value);
}

void metric_name(struct strbuf *ret, const char *text)
{
	if (!*text || isdigit((unsigned char)*text))
		strbuf_addch(ret, '_');
	for (; *text; text++)
		strbuf_addch(ret, (*text >= 0 && isalnum((unsigned char)*text)) || *text == '_' ? *text : '_');
}
