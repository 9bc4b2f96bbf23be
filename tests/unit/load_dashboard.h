/* For the tests of the dashboard loader: parse inline JSON, look for faults. */
#ifndef TESTS_UNIT_LOAD_DASHBOARD_H
#define TESTS_UNIT_LOAD_DASHBOARD_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "dashboard/dashboard.h"

/* A dashboard and what was said about it. */
struct loaded {
	struct dashboard *dashboard; /* NULL when refused */
	struct error_list errors;
};

static inline struct loaded load_bytes(const char *text, size_t length)
{
	struct loaded loaded;

	error_list_init(&loaded.errors);
	loaded.dashboard = dashboard_parse(text, length, "test.json", &loaded.errors);
	cr_assert((loaded.dashboard == NULL) == (loaded.errors.errors > 0));
	return loaded;
}

static inline struct loaded load_json(const char *text)
{
	return load_bytes(text, strlen(text));
}

/* One panel in a dashboard of its own. */
static inline struct loaded load_one(const char *panel)
{
	char *text = mem_printf("{\"panels\":[%s]}", panel);
	struct loaded loaded = load_json(text);

	free(text);
	return loaded;
}

static inline void loaded_release(struct loaded *loaded)
{
	dashboard_free(loaded->dashboard);
	error_list_release(&loaded->errors);
}

/* True when a fault of this severity stands at `where` and its text holds `words`. */
static inline bool loaded_says(const struct loaded *loaded, enum fault_severity severity, const char *where,
			       const char *words)
{
	for (size_t i = 0; i < loaded->errors.count; i++) {
		const struct fault *fault = &loaded->errors.faults[i];
		if (fault->severity == severity && !strcmp(fault->where ? fault->where : "", where) &&
		    strstr(fault->text, words))
			return true;
	}
	return false;
}

/* Asserts that the file loaded without any fault; gives its first panel. */
static inline const struct panel *clean_panel(const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->errors.count; i++)
		cr_log_error("%s: %s", loaded->errors.faults[i].where, loaded->errors.faults[i].text);
	cr_assert_not_null(loaded->dashboard);
	cr_assert_eq(loaded->errors.count, 0);
	cr_assert_geq(loaded->dashboard->panel_count, 1);
	return &loaded->dashboard->panels[0];
}

#endif
