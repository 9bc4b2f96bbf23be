/*
 * Alert list. The panel's own file asks Grafana, not Prometheus, so it has
 * nothing of its own to list and says where alerts are. A panel with queries
 * shows their series as alerts, as `ALERTS` has them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel_list.h"

#define ELSEWHERE       "alerts are shown in the alerts view"
#define ELSEWHERE_SHORT "see the alerts view"
#define ALERTS_MAX      1000
#define NAME_MIN        12
#define STATE_CELLS     8 /* "pending " */

enum rank { RANK_CRITICAL, RANK_WARNING, RANK_OTHER, RANK_PENDING };

/* One row a rank: its sign and its colour. */
static const struct {
	enum glyph sign;
	enum role role;
} ranks[] = {
	[RANK_CRITICAL] = { GLYPH_CRITICAL, ROLE_CRITICAL },
	[RANK_WARNING] = { GLYPH_WARNING, ROLE_WARNING },
	[RANK_OTHER] = { GLYPH_BULLET, ROLE_INFO },
	[RANK_PENDING] = { GLYPH_WAITING, ROLE_DIM },
};

struct entry {
	const char *name, *state;
	struct labels labels;
	enum rank rank;
	size_t index;
};

static const char *label(const struct labels *labels, const char *name)
{
	const char *value = labels_get(labels, name);

	return value ? value : "";
}

static enum rank rank_of(const struct labels *labels)
{
	static const char *const critical[] = { "critical", "page", "p0", "P0", "emergency", "fatal", "error" };
	static const char *const warning[] = { "warning", "warn", "p1", "P1", "p2", "P2", "high" };
	const char *severity = label(labels, "severity");
	size_t i;

	if (strcmp(label(labels, "alertstate"), "pending") == 0)
		return RANK_PENDING;
	for (i = 0; i < sizeof(critical) / sizeof(critical[0]); i++)
		if (strcmp(severity, critical[i]) == 0)
			return RANK_CRITICAL;
	for (i = 0; i < sizeof(warning) / sizeof(warning[0]); i++)
		if (strcmp(severity, warning[i]) == 0)
			return RANK_WARNING;
	return RANK_OTHER;
}

static int entry_compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

/* A row of a table has its labels as columns. */
static struct labels row_labels(struct arena *arena, const struct frame *frame, size_t row)
{
	struct label *items = arena_array(arena, frame->field_count + 1, sizeof(*items));
	size_t i, count = 0;

	for (i = 0; i < frame->field_count; i++)
		if (frame->fields[i].type == FIELD_STRING && frame->fields[i].name && frame->fields[i].strings[row])
			items[count++] = (struct label){ frame->fields[i].name, frame->fields[i].strings[row] };
	return labels_make(arena, items, count);
}

static void entry_add(struct entry *entries, size_t *count, struct labels labels, const char *fallback)
{
	struct entry *entry = &entries[*count];

	*entry = (struct entry){ .labels = labels, .rank = rank_of(&labels), .index = *count };
	entry->name = labels_get(&labels, "alertname");
	if (!entry->name)
		entry->name = fallback ? fallback : "";
	entry->state = label(&labels, "alertstate");
	(*count)++;
}

static void frame_entries(struct arena *arena, const struct frame *frame, struct entry *entries, size_t *count,
			  size_t *more)
{
	size_t i, rows = frame->format == FORMAT_TABLE ? frame->length : 1;

	for (i = 0; i < rows; i++) {
		const struct field *value = frame->field_count > 0 ? &frame->fields[frame->field_count - 1] : NULL;

		if (*count >= ALERTS_MAX)
			++*more;
		else if (frame->format == FORMAT_TABLE)
			entry_add(entries, count, row_labels(arena, frame, i), frame->name);
		else if (value)
			entry_add(entries, count, value->labels, value->display_name);
	}
}

static struct entry *entries_make(const struct panel_view *view, struct arena *arena, size_t *ret_count,
				  size_t *ret_more)
{
	const struct frame_set *set = &view->data->frames;
	struct entry *entries = arena_array(arena, ALERTS_MAX, sizeof(*entries));
	size_t i;

	*ret_count = *ret_more = 0;
	for (i = 0; i < set->frames.count; i++)
		frame_entries(arena, &set->frames.items[i], entries, ret_count, ret_more);
	*ret_more += set->dropped;
	if (*ret_count > 1)
		qsort(entries, *ret_count, sizeof(*entries), entry_compare);
	return entries;
}

/* The labels that tell one alert from the next of its name. */
static void details_text(const struct entry *entry, struct strbuf *ret)
{
	static const char *const known[] = { "__name__", "alertname", "alertstate", "severity" };
	size_t i, k;

	for (i = 0; i < entry->labels.count; i++) {
		for (k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			if (strcmp(entry->labels.items[i].name, known[k]) == 0)
				break;
		if (k < sizeof(known) / sizeof(known[0]))
			continue;
		strbuf_addf(ret, "%s%s=%s", ret->length > 0 ? " " : "", entry->labels.items[i].name,
			    entry->labels.items[i].value);
	}
}

static void entry_draw(struct canvas *canvas, const struct entry *entry, struct rect row, int name_width)
{
	struct style style = style_fg(ranks[entry->rank].role);
	struct strbuf details = STRBUF_INIT;
	int x = row.x, end = row.x + row.width;

	canvas_glyph(canvas, x, row.y, glyph_code(canvas_glyphs(canvas), ranks[entry->rank].sign), style);
	x += 2;
	canvas_put_fit(canvas, x, row.y, entry->name, style_with(style_fg(ROLE_STRONG), ATTR_BOLD),
		       end - x < name_width ? end - x : name_width);
	x += name_width + 1;
	if (x + STATE_CELLS < end) {
		canvas_put_fit(canvas, x, row.y, entry->state, style, STATE_CELLS);
		x += STATE_CELLS + 1;
		details_text(entry, &details);
		canvas_put_fit(canvas, x, row.y, details.text, style_fg(ROLE_DIM), end > x ? end - x : 0);
	}
	strbuf_release(&details);
}

static int names_width(const struct entry *entries, size_t count, int width)
{
	int widest = 0, limit = width / 2 > NAME_MIN ? width / 2 : NAME_MIN;
	size_t i;

	for (i = 0; i < count; i++) {
		int cells = text_width(entries[i].name);

		widest = cells > widest ? cells : widest;
	}
	return widest < limit ? widest : limit;
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct arena arena;
	struct entry *entries;
	size_t count, more, drawn, i;
	char text[48];

	if (rect_is_empty(inside))
		return;
	arena_init(&arena);
	entries = entries_make(view, &arena, &count, &more);
	if (count == 0) {
		canvas_put_centre(canvas, inside, inside.y + (inside.height - 1) / 2,
				  text_width(ELSEWHERE) <= inside.width ? ELSEWHERE : ELSEWHERE_SHORT,
				  style_fg(ROLE_DIM));
		arena_release(&arena);
		return;
	}
	drawn = count;
	if (count + more > (size_t)inside.height)
		drawn = inside.height > 1 ? (size_t)inside.height - 1 : 1;
	drawn = drawn < count ? drawn : count;
	for (i = 0; i < drawn; i++)
		entry_draw(canvas, &entries[i], (struct rect){ inside.x, inside.y + (int)i, inside.width, 1 },
			   names_width(entries, drawn, inside.width));
	if (count + more > drawn && (int)drawn < inside.height) {
		snprintf(text, sizeof(text), "%zu more", count + more - drawn);
		canvas_put_right(canvas, inside.x, inside.x + inside.width, inside.y + (int)drawn, text,
				 style_fg(ROLE_DIM));
	}
	arena_release(&arena);
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct arena arena;
	struct entry *entries;
	size_t count, more;

	arena_init(&arena);
	entries = entries_make(view, &arena, &count, &more);
	if (count == 0) {
		strbuf_addstr(ret, ELSEWHERE);
	} else {
		text_add_safe(ret, entries[0].name);
		if (entries[0].state[0] != '\0') {
			strbuf_addch(ret, ' ');
			text_add_safe(ret, entries[0].state);
		}
		if (count + more > 1)
			strbuf_addf(ret, ", %zu more", count + more - 1);
	}
	arena_release(&arena);
}

const struct panel_ops panel_alertlist = {
	.type = "alertlist",
	.title = "Alert list",
	.help = "alerts its queries find; without queries, where alerts are shown",
	.draw = draw,
	.line = line,
};
