#include "ui/view/map_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "dashboard/unit.h"
#include "ui/view/engine_box.h"

/* clang-format off */
static const struct {
	enum glyph sign;
	enum role role;
} looks[PART_STATES] = {
	[PART_UNKNOWN]     = { GLYPH_ABSENT,   ROLE_DIM },
	[PART_NOT_OFFERED] = { GLYPH_NO_DATA,  ROLE_DIM },
	[PART_OK]          = { GLYPH_OK,       ROLE_OK },
	[PART_SUSPECT]     = { GLYPH_SERIOUS,  ROLE_SERIOUS },
	[PART_DEGRADED]    = { GLYPH_WARNING,  ROLE_WARNING },
	[PART_DOWN]        = { GLYPH_CRITICAL, ROLE_CRITICAL },
};
/* clang-format on */

enum glyph map_state_sign(enum part_state state, struct style *ret_style)
{
	*ret_style = style_fg(looks[state].role);
	return looks[state].sign;
}

enum glyph map_sign(const struct part_status *status, struct style *ret_style)
{
	enum glyph sign = map_state_sign(status->state, ret_style);

	if (status->stale)
		*ret_style = style_fg(ROLE_STALE);
	return status->stale ? GLYPH_STALE : sign;
}

void map_since(const struct part_status *status, int64_t now_ms, char *ret, size_t size)
{
	char age[16];

	*ret = '\0';
	if (status->stale && status->answered_ms) {
		engine_box_age(now_ms - status->answered_ms, age, sizeof(age));
		snprintf(ret, size, "as of %s ago", age);
	} else if (status->since_ms && status->state != PART_SUSPECT) {
		engine_box_age(now_ms - status->since_ms, age, sizeof(age));
		snprintf(ret, size, "%s%s", status->since_at_least ? "over " : "", age);
	}
}

void map_figure(const struct map_part *part, const struct part_status *status, char *ret, size_t size)
{
	*ret = '\0';
	if (status->has_figure)
		unit_string(part->unit, status->figure, UNIT_DECIMALS_AUTO, ret, size);
}

void map_note(const struct map_state *state, size_t part, bool brief, char *ret, size_t size)
{
	const struct system_map *map = map_state_map(state);
	const struct map_part *about = &map->parts[part];
	const struct part_status *status = map_state_part(state, part);

	*ret = '\0';
	if (status->reason[0])
		snprintf(ret, size, "%s", status->reason);
	else if (status->state == PART_SUSPECT)
		snprintf(ret, size, "%s is %s", map->parts[status->cause].title,
			 part_state_name(map_state_part(state, (size_t)status->cause)->state));
	else if (status->state >= PART_DEGRADED && about->fallback)
		snprintf(ret, size, brief ? "→ %s" : "goes on: %s", about->fallback);
	else if (status->state == PART_DOWN && about->loss)
		snprintf(ret, size, brief ? "%s" : "costs %s", about->loss);
}

void map_counts(const struct map_state *state, char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (int i = PART_STATES - 1; i >= 0; i--) {
		size_t count = map_state_count(state, (enum part_state)i);

		if (count && used < size)
			used += (size_t)snprintf(ret + used, size - used, "%s%zu %s", used ? ", " : "", count,
						 part_state_name((enum part_state)i));
	}
}

static void add_rule(const struct map_part *about, const struct part_status *status, struct document *ret)
{
	const struct map_rule *rule = &about->rules[status->rule];

	document_add(ret, DOCUMENT_CODE, "because", rule->expression);
	if (isnan(status->value))
		return;
	document_addf(ret, DOCUMENT_DIM, "", "is %.6g%s%s%s", status->value, status->subject[0] ? " of {" : "",
		      status->subject, status->subject[0] ? "}" : "");
	if (status->told > 1)
		document_addf(ret, DOCUMENT_DIM, "", "and %zu more series", status->told - 1);
}

void map_document_why(const struct map_state *state, size_t part, int64_t now_ms, struct document *ret)
{
	const struct system_map *map = map_state_map(state);
	const struct map_part *about = &map->parts[part];
	const struct part_status *status = map_state_part(state, part);
	char since[48], figure[96];

	map_since(status, now_ms, since, sizeof(since));
	document_addf(ret, status->state >= PART_SUSPECT ? DOCUMENT_BAD : DOCUMENT_TEXT, "state", "%s%s%s",
		      part_state_name(status->state), since[0] ? ", " : "", since);
	if (status->reason[0])
		document_addf(ret, DOCUMENT_BAD, "", "not answered: %s", status->reason);
	if (status->state == PART_SUSPECT)
		document_addf(ret, DOCUMENT_TEXT, "because", "%s, which it stands on, is %s; by itself it is %s",
			      map->parts[status->cause].title,
			      part_state_name(map_state_part(state, (size_t)status->cause)->state),
			      part_state_name(status->own));
	else if (status->state == PART_NOT_OFFERED)
		document_add(ret, DOCUMENT_DIM, "because", "none of what tells its state is there");
	else if (status->rule >= 0)
		add_rule(about, status, ret);
	map_figure(about, status, figure, sizeof(figure));
	if (figure[0])
		document_add(ret, DOCUMENT_TEXT, "figure", figure);
}

/* "✓ Redis" would need signs: in a text the state is a word, where it is not well. */
static void add_names(const struct map_state *state, const char *label, const size_t *parts, size_t count,
		      struct document *ret)
{
	const struct system_map *map = map_state_map(state);
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct part_status *status = map_state_part(state, parts[i]);

		strbuf_addf(&text, "%s%s", i ? ", " : "", map->parts[parts[i]].title);
		if (status->state != PART_OK)
			strbuf_addf(&text, " (%s)", part_state_name(status->state));
	}
	if (count)
		document_add(ret, DOCUMENT_TEXT, label, text.text);
	strbuf_release(&text);
}

static void add_needed_by(const struct map_state *state, size_t part, struct document *ret)
{
	const struct system_map *map = map_state_map(state);
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < map->count; i++)
		for (size_t j = 0; j < map->parts[i].need_count; j++)
			if (map->parts[i].needs[j] == part)
				strbuf_addf(&text, "%s%s", text.length ? ", " : "", map->parts[i].title);
	if (text.length)
		document_add(ret, DOCUMENT_TEXT, "needed by", text.text);
	strbuf_release(&text);
}

void map_document_loss(const struct map_state *state, size_t part, struct document *ret)
{
	const struct map_part *about = &map_state_map(state)->parts[part];

	if (about->loss)
		document_add(ret, DOCUMENT_TEXT, "loss costs", about->loss);
	if (about->fallback)
		document_add(ret, DOCUMENT_TEXT, "goes on", about->fallback);
	add_names(state, "needs", about->needs, about->need_count, ret);
	add_needed_by(state, part, ret);
	if (about->runbook)
		document_add(ret, DOCUMENT_KEY, "runbook", about->runbook);
}

static enum document_kind kind_of(enum part_state state)
{
	return state >= PART_SUSPECT ? DOCUMENT_BAD : state == PART_UNKNOWN ? DOCUMENT_DIM : DOCUMENT_TEXT;
}

void map_document_instances(const struct map_state *state, size_t part, int64_t now_ms, size_t most, bool labels,
			    struct document *ret)
{
	size_t count, more;
	const struct part_instance *rows = map_state_instances(state, &count, &more);

	if (!map_state_map(state)->parts[part].instances)
		return;
	document_addf(ret, DOCUMENT_HEADING, NULL, "Instances: %zu%s", count + more,
		      !count && map_state_instances_busy(state) ? " so far, asking" : "");
	for (size_t i = 0; i < count && i < most; i++) {
		const struct part_instance *row = &rows[i];
		char age[16] = "", value[32] = "";

		if (row->since_ms)
			engine_box_age(now_ms - row->since_ms, age, sizeof(age));
		/* Of one that is well or gone the number says no more than its state. */
		if (row->state == PART_DEGRADED)
			snprintf(value, sizeof(value), " %.3g", row->value);
		document_addf(ret, kind_of(row->state), row->name, "%s%s%s%s%s%s%s", part_state_name(row->state), value,
			      age[0] ? ", " : "", age, labels ? "  {" : "", labels ? row->labels : "",
			      labels ? "}" : "");
	}
	if (count > most || more)
		document_addf(ret, DOCUMENT_DIM, NULL, "and %zu more", count + more - (count < most ? count : most));
}

void map_document_rules(const struct map_state *state, size_t part, struct document *ret)
{
	const struct map_part *about = &map_state_map(state)->parts[part];
	const struct part_status *status = map_state_part(state, part);

	document_add(ret, DOCUMENT_HEADING, NULL, "How its state is told");
	document_add(ret, DOCUMENT_DIM, NULL,
		     "In this order; the first with an answer counts. With none it is not offered here.");
	for (size_t i = 0; i < about->rule_count; i++) {
		document_add(ret, DOCUMENT_CODE, part_state_name(about->rules[i].state), about->rules[i].expression);
		if (status->rule == (int)i)
			document_add(ret, DOCUMENT_DIM, NULL, "  this one counts now");
	}
	if (about->figure)
		document_add(ret, DOCUMENT_CODE, "figure", about->figure);
	if (about->instances)
		document_add(ret, DOCUMENT_CODE, "instances", about->instances);
	if (status->engine)
		document_addf(ret, DOCUMENT_TEXT, "answered by", "%s", status->engine);
}
