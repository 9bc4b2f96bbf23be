#include "dashboard/dashboard.h"

#include <stdlib.h>

#include "base/mem.h"
#include "config/json.h"
#include "dashboard/load.h"

static struct dashboard *finish(cJSON *json, const char *file, struct error_list *errors)
{
	struct dashboard *dashboard;

	if (!json)
		return NULL;
	dashboard = mem_zalloc(sizeof(*dashboard));
	arena_init(&dashboard->arena);
	dashboard->json = json;
	dashboard->file = arena_strdup(&dashboard->arena, file);
	if (load_dashboard(dashboard, json, errors) == 0)
		return dashboard;
	dashboard_free(dashboard);
	return NULL;
}

struct dashboard *dashboard_load(const char *path, struct error_list *errors)
{
	return finish(json_read(path, errors), path, errors);
}

struct dashboard *dashboard_parse(const char *text, size_t length, const char *file, struct error_list *errors)
{
	return finish(json_parse(text, length, file, errors), file, errors);
}

void dashboard_free(struct dashboard *dashboard)
{
	if (!dashboard)
		return;
	cJSON_Delete(dashboard->json);
	arena_release(&dashboard->arena);
	free(dashboard);
}
