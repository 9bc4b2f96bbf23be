/* Units: of the condition, of the panels that show the same, and of the words an annotation says it in. */
#include <string.h>

#include "alert/lint_private.h"

/* Units that measure the same thing, and how much one of them is. */
static const struct unit {
	const char *id, *family;
	double scale;
} units[] = {
	{ "ns", "time", 1e-9 },
	{ "µs", "time", 1e-6 },
	{ "us", "time", 1e-6 },
	{ "ms", "time", 1e-3 },
	{ "s", "time", 1. },
	{ "dtdurations", "time", 1. },
	{ "dtdurationms", "time", 1e-3 },
	{ "m", "time", 60. },
	{ "h", "time", 3600. },
	{ "d", "time", 86400. },
	{ "bytes", "data", 1. },
	{ "decbytes", "data", 1. },
	{ "bits", "data", 0.125 },
	{ "decbits", "data", 0.125 },
	{ "kbytes", "data", 1024. },
	{ "deckbytes", "data", 1e3 },
	{ "mbytes", "data", 1048576. },
	{ "decmbytes", "data", 1e6 },
	{ "gbytes", "data", 1073741824. },
	{ "decgbytes", "data", 1e9 },
	{ "tbytes", "data", 1099511627776. },
	{ "Bps", "data rate", 1. },
	{ "binBps", "data rate", 1. },
	{ "bps", "data rate", 0.125 },
	{ "binbps", "data rate", 0.125 },
	{ "percent", "share", 0.01 },
	{ "percentunit", "share", 1. },
};

static const struct unit *find_unit(const char *id)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].id, id) == 0)
			return &units[i];
	return NULL;
}

/* A panel's expression without what only dashboards have: variables become numbers, names and durations. */
static char *without_variables(const char *expression, struct arena *arena)
{
	size_t length = strlen(expression), out = 0;
	char *copy = arena_alloc(arena, 2 * length + 1); /* a sign becomes two at most */

	for (const char *at = expression; *at;) {
		if (*at != '$') {
			copy[out++] = *at++;
			continue;
		}
		at += at[1] == '{' ? strcspn(at, "}") : 1;
		if (*at == '}')
			at++;
		else
			at += strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		copy[out++] = '5';
		/* between brackets it was a length of time */
		if (*at == ']' || *at == ':')
			copy[out++] = 'm';
	}
	copy[out] = '\0';
	return copy;
}

static bool same_metrics(const struct condition *one, const struct condition *two)
{
	if (one->metric_count != two->metric_count || !one->metric_count)
		return false;
	for (size_t i = 0; i < one->metric_count; i++)
		if (strcmp(one->metrics[i], two->metrics[i]) != 0)
			return false;
	return true;
}

/* Does the panel show what the rule compares: the same metrics, and the same kind of thing made of them? */
static bool shows_subject(struct lint_context *context, const struct lint_panel *panel, struct arena *arena)
{
	struct condition shown;

	condition_read(&shown, without_variables(panel->expression, arena), arena);
	return same_metrics(&shown, context->condition) && strcmp(shown.unit, context->condition->unit) == 0;
}

void lint_check_panels(struct lint_context *context)
{
	const struct unit *ours = find_unit(context->condition->unit), *theirs;
	struct arena arena = { 0 };

	if (context->rule->kind != RULE_ALERT || !context->condition->has_threshold || !ours)
		return;
	for (size_t i = 0; i < context->system->panel_count; i++) {
		const struct lint_panel *panel = &context->system->panels[i];

		theirs = find_unit(panel->unit);
		if (!theirs || (strcmp(ours->family, theirs->family) == 0 && ours->scale == theirs->scale) ||
		    !shows_subject(context, panel, &arena))
			continue;
		lint_tell(context, context->rule->expression_line,
			  "the threshold %.12g is in %s, but panel '%.80s' shows the same in %s (one unit for both)",
			  context->condition->threshold, ours->id, panel->title, theirs->id);
		break;
	}
	arena_release(&arena);
}

void lint_check_percentage(struct lint_context *context)
{
	const char *unit = context->condition->unit;

	if (context->rule->kind != RULE_ALERT || !*unit || strcmp(unit, "percentunit") == 0)
		return;
	for (size_t i = 0; i < context->rule->annotation_count; i++) {
		const struct rule_text *text = &context->rule->annotations[i];

		if (strstr(text->value, "humanizePercentage") && !strstr(text->value, "query"))
			lint_tell(context, context->rule->line,
				  "%s shows the value by humanizePercentage, but it is no ratio (unit %s; a ratio of 0 "
				  "to "
				  "1, or humanize)",
				  text->name, unit);
	}
}
