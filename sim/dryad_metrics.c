#include "sim/dryad_text.h"

const char *const dryad_applications[] = {
	[DRYAD_L9_FULL] = "l9-full",     [DRYAD_L9_AGENT] = "l9-agent",    [DRYAD_HEAD_UNI] = "head-uni",
	[DRYAD_HEAD_MAIN] = "head-main", [DRYAD_APPLICATION_COUNT] = NULL,
};

/* The page of each application that Prometheus is to scrape; the last one has none. */
static void add_backend(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	switch (dryad->application) {
	case DRYAD_L9_FULL: dryad_page_rules(dryad, backend, ret); break;
	case DRYAD_L9_AGENT: dryad_page_reviews(dryad, backend, ret); return;
	case DRYAD_HEAD_UNI: dryad_page_university(dryad, backend, ret); break;
	default: return;
	}
	dryad_page_process(dryad, backend, ret);
}

void dryad_metrics(const struct dryad *dryad, enum dryad_service service, unsigned instance, struct strbuf *ret)
{
	switch (service) {
	case DRYAD_BACKEND:
		if (instance < dryad->backend_count)
			add_backend(dryad, &dryad->backends[instance], ret);
		break;
	case DRYAD_POSTGRES: dryad_page_postgres(dryad, ret); break;
	case DRYAD_REDIS: dryad_page_redis(dryad, ret); break;
	case DRYAD_NODE: dryad_page_node(dryad, ret); break;
	case DRYAD_NGINX: dryad_page_door(dryad, ret); break;
	default: break;
	}
}
