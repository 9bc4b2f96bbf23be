#include <math.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "collect/detail.h"
#include "collect/health_document.h"
#include "collect/health_word.h"
#include "collect/metric_page.h"

#define TROUBLES 3 /* named in a line */

static bool add_trouble(const struct health_document *document, double value, size_t *named, size_t *more,
			struct strbuf *ret)
{
	for (size_t i = 0; i < document->components.count; i++) {
		const struct health_item *item = &document->components.items[i];

		if (item->value != value)
			continue;
		if (*named == TROUBLES) {
			(*more)++;
			continue;
		}
		strbuf_addf(ret, "%s%s", (*named)++ ? ", " : "", item->name);
		if (*item->reason)
			strbuf_addf(ret, " (%.60s)", item->reason);
	}
	return *named > 0;
}

bool health_document_trouble(const struct health_document *document, struct strbuf *ret)
{
	size_t named = 0, more = 0;

	add_trouble(document, 0, &named, &more, ret);
	add_trouble(document, 0.5, &named, &more, ret);
	if (more)
		strbuf_addf(ret, " and %zu more", more);
	return named > 0;
}

static void add_components(const struct health_document *document, struct metric_page *page)
{
	metric_page_family(page, "health_status", "gauge",
			   "what the application says: 1 healthy, 0.5 degraded (also mock and fallback), "
			   "0 unhealthy; without component: all of it");
	if (!isnan(document->overall))
		metric_page_add_value(page, "health_status", document->overall);
	for (size_t i = 0; i < document->components.count; i++) {
		const struct health_item *item = &document->components.items[i];
		const struct label labels[] = { { "group", item->group }, { "component", item->name } };

		if (!isnan(item->value))
			metric_page_add(page, "health_status", labels, 2, item->value);
	}
}

/* A number that some components have. */
static void add_of_components(const struct health_document *document, struct metric_page *page, const char *name,
			      const char *help, size_t offset)
{
	bool begun = false;

	for (size_t i = 0; i < document->components.count; i++) {
		const struct health_item *item = &document->components.items[i];
		double value = *(const double *)(const void *)((const char *)item + offset);
		const struct label labels[] = { { "group", item->group }, { "component", item->name } };

		if (isnan(value))
			continue;
		if (!begun)
			metric_page_family(page, name, "gauge", help);
		begun = true;
		metric_page_add(page, name, labels, 2, value);
	}
}

static void add_info(const struct health_document *document, struct metric_page *page)
{
	const struct label labels[] = { { "service", document->service },
					{ "version", document->version },
					{ "mode", document->mode } };

	if (!*document->service && !*document->version && !*document->mode)
		return;
	metric_page_family(page, "health_info", "gauge", "who answers, in which version and mode of operation");
	metric_page_add(page, "health_info", labels, 3, 1);
}

void health_document_add_page(const struct health_document *document, struct metric_page *page)
{
	add_components(document, page);
	if (!isnan(document->score))
		metric_page_gauge(page, "health_score", "the application's own score of its health, 0 to 100",
				  document->score);
	add_of_components(document, page, "health_component_score", "the score of one component",
			  offsetof(struct health_item, score));
	add_of_components(document, page, "health_component_response_seconds",
			  "how long the component took to answer the application",
			  offsetof(struct health_item, response_s));
	if (document->breakers.count)
		metric_page_family(page, "health_circuit_breaker_state", "gauge",
				   "0 closed (well), 0.5 half open, 1 open");
	for (size_t i = 0; i < document->breakers.count; i++)
		metric_page_add_label(page, "health_circuit_breaker_state", "breaker", document->breakers.items[i].name,
				      document->breakers.items[i].value);
	if (document->features.count)
		metric_page_family(page, "health_feature_degraded", "gauge", "1: the feature is degraded or gone");
	for (size_t i = 0; i < document->features.count; i++)
		metric_page_add_label(page, "health_feature_degraded", "feature", document->features.items[i].name,
				      document->features.items[i].value);
	if (document->numbers.count)
		metric_page_family(page, "health_metric", "untyped", "numbers in the health document");
	for (size_t i = 0; i < document->numbers.count; i++)
		metric_page_add_label(page, "health_metric", "name", document->numbers.items[i].name,
				      document->numbers.items[i].value);
	if (!isnan(document->time_s))
		metric_page_gauge(page, "health_timestamp_seconds",
				  "the time in the document; one that stands still is made up", document->time_s);
	metric_page_gauge(page, "health_unknown_words", "states in words that are not known",
			  (double)document->unknown_words);
	add_info(document, page);
}

/* --- for a person ------------------------------------------------------------ */

static enum detail_mood mood_of(double value)
{
	return isnan(value) ? DETAIL_DIM : value >= 1 ? DETAIL_GOOD : value > 0 ? DETAIL_WARNING : DETAIL_BAD;
}

static void add_component_table(const struct health_document *document, struct detail *detail)
{
	static const struct detail_column columns[] = {
		{ .title = "component" }, { .title = "state" }, { .title = "of" }, { .title = "because", .wide = true }
	};
	struct detail_table *table = detail_add(detail, "Components", "no component is named", columns, 4);

	for (size_t i = 0; i < document->components.count; i++) {
		const struct health_item *item = &document->components.items[i];
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", item->name);
		detail_cell(detail, row, 1, mood_of(item->value), "%s", item->word);
		detail_cell(detail, row, 2, DETAIL_DIM, "%s", item->group);
		detail_cell(detail, row, 3, DETAIL_PLAIN, "%s", item->reason);
	}
}

static void add_item_table(struct detail *detail, const struct health_item *items, size_t count, const char *title,
			   const struct detail_column *columns, bool breakers)
{
	struct detail_table *table;

	if (!count)
		return;
	table = detail_add(detail, title, "", columns, 3);
	for (size_t i = 0; i < count; i++) {
		struct detail_cell *row = detail_row(detail, table);
		const char *word = items[i].value > 0 ? "degraded" : "available";

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", items[i].name);
		detail_cell(detail, row, 1, mood_of(1 - items[i].value), "%s", breakers ? items[i].word : word);
		detail_cell(detail, row, 2, DETAIL_PLAIN, "%s", items[i].reason);
	}
}

void health_document_add_detail(const struct health_document *document, struct detail *detail)
{
	static const struct detail_column breakers[] = { { .title = "breaker" },
							 { .title = "state" },
							 { .title = "because", .wide = true } };
	static const struct detail_column features[] = { { .title = "feature" },
							 { .title = "state" },
							 { .title = "because", .wide = true } };
	static const struct detail_column notes[] = { { .title = "about" }, { .title = "what it says", .wide = true } };
	struct detail_table *table;

	add_component_table(document, detail);
	add_item_table(detail, document->breakers.items, document->breakers.count, "Circuit breakers", breakers, true);
	add_item_table(detail, document->features.items, document->features.count, "Features", features, false);
	if (!document->notes.count)
		return;
	table = detail_add(detail, "Notes", "", notes, 2);
	for (size_t i = 0; i < document->notes.count; i++) {
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_DIM, "%s", document->notes.items[i].kind);
		detail_cell(detail, row, 1, DETAIL_PLAIN, "%s", document->notes.items[i].text);
	}
}
