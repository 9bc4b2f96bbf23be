#include "sim/dryad_text.h"

#include <math.h>
#include <string.h>

void dryad_text_family(struct strbuf *ret, const char *name, const char *type, const char *help)
{
	strbuf_addf(ret, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_name(struct strbuf *ret, const char *name, const char *labels)
{
	if (*labels)
		strbuf_addf(ret, "%s{%s} ", name, labels);
	else
		strbuf_addf(ret, "%s ", name);
}

void dryad_text_whole(struct strbuf *ret, const char *name, const char *labels, double value)
{
	add_name(ret, name, labels);
	strbuf_addf(ret, "%.0f\n", floor(value));
}

void dryad_text_real(struct strbuf *ret, const char *name, const char *labels, double value)
{
	add_name(ret, name, labels);
	strbuf_addf(ret, "%.6f\n", value);
}

void dryad_text_counter(struct strbuf *ret, const char *name, const char *help, double value)
{
	dryad_text_family(ret, name, "counter", help);
	dryad_text_whole(ret, name, "", value);
}

void dryad_text_gauge(struct strbuf *ret, const char *name, const char *help, double value)
{
	dryad_text_family(ret, name, "gauge", help);
	if (value == floor(value))
		dryad_text_whole(ret, name, "", value);
	else
		dryad_text_real(ret, name, "", value);
}

void dryad_text_histogram(struct strbuf *ret, const char *name, const char *labels, enum bucket_set set,
			  const struct buckets *buckets)
{
	const struct bucket_bounds *bounds = bucket_bounds_of(set);
	int bare = labels[0] ? (int)strlen(labels) - 1 : 0;

	for (size_t i = 0; i < bounds->count; i++)
		strbuf_addf(ret, "%s_bucket{%sle=\"%s\"} %.0f\n", name, labels, bounds->texts[i],
			    floor(buckets->upto[i]));
	strbuf_addf(ret, "%s_bucket{%sle=\"+Inf\"} %.0f\n", name, labels, floor(buckets->count));
	if (bare) {
		strbuf_addf(ret, "%s_sum{%.*s} %.6f\n", name, bare, labels, buckets->sum);
		strbuf_addf(ret, "%s_count{%.*s} %.0f\n", name, bare, labels, floor(buckets->count));
	} else {
		strbuf_addf(ret, "%s_sum %.6f\n%s_count %.0f\n", name, buckets->sum, name, floor(buckets->count));
	}
}
