#include "tsdb/exposition_family.h"

#include <string.h>

#include "base/mem.h"

#define IN_TEXT         (1u << 0)
#define IN_OPEN_METRICS (1u << 1)

/* The type words of the two formats; the first of each type is its name. */
static const struct {
	const char *word;
	enum exposition_type type;
	unsigned formats;
} types[] = {
	{ "unknown", EXPOSITION_UNKNOWN, IN_OPEN_METRICS },
	{ "untyped", EXPOSITION_UNKNOWN, IN_TEXT },
	{ "counter", EXPOSITION_COUNTER, IN_TEXT | IN_OPEN_METRICS },
	{ "gauge", EXPOSITION_GAUGE, IN_TEXT | IN_OPEN_METRICS },
	{ "histogram", EXPOSITION_HISTOGRAM, IN_TEXT | IN_OPEN_METRICS },
	{ "gaugehistogram", EXPOSITION_GAUGE_HISTOGRAM, IN_OPEN_METRICS },
	{ "summary", EXPOSITION_SUMMARY, IN_TEXT | IN_OPEN_METRICS },
	{ "info", EXPOSITION_INFO, IN_OPEN_METRICS },
	{ "stateset", EXPOSITION_STATESET, IN_OPEN_METRICS },
};

#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

const char *exposition_type_name(enum exposition_type type)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (types[i].type == type)
			return types[i].word;
	return types[0].word;
}

static int check_type(struct exposition_scan *scan, struct exposition_line *line)
{
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		if (!(types[i].formats & (scan->open_metrics ? IN_OPEN_METRICS : IN_TEXT)) ||
		    strlen(types[i].word) != line->text_length ||
		    memcmp(types[i].word, line->text, line->text_length) != 0)
			continue;
		line->type = types[i].type;
		return 0;
	}
	scan->at = line->text;
	return error_set(&scan->error, "'%.*s' is not a metric type (counter, gauge, histogram, summary, %s)",
			 line->text_length < 40 ? (int)line->text_length : 40, line->text,
			 scan->open_metrics ? "gaugehistogram, info, stateset, unknown" : "untyped");
}

/* OpenMetrics: the unit ends the name, behind an underscore. */
static int check_unit(struct exposition_scan *scan, const struct exposition_line *line)
{
	size_t unit = line->text_length, name = line->name_length;

	if (!unit || (name > unit && memcmp(line->name + name - unit, line->text, unit) == 0 &&
		      line->name[name - unit - 1] == '_'))
		return 0;
	scan->at = line->text;
	return error_set(&scan->error, "the unit '%.*s' does not end the name '%.*s'", unit < 40 ? (int)unit : 40,
			 line->text, name < 80 ? (int)name : 80, line->name);
}

int exposition_scan_family(struct exposition_scan *scan, struct exposition_line *line)
{
	const char *end;

	exposition_skip_blanks(scan);
	if (exposition_scan_name(scan, true, &line->name, &line->name_length) < 0)
		return -1;
	end = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
	if (scan->open_metrics && (!end || *scan->at != ' '))
		return exposition_expected(scan, end ? "a space" : "the end of the line");
	if (!end)
		end = scan->end;
	/* The byte behind the name parts it from the text, whatever it is. */
	line->text = scan->at < end ? scan->at + 1 : end;
	line->text_length = (size_t)(end - line->text);
	if (line->word == EXPOSITION_WORD_TYPE && check_type(scan, line) < 0)
		return -1;
	if (line->word == EXPOSITION_WORD_UNIT && check_unit(scan, line) < 0)
		return -1;
	if (line->word == EXPOSITION_WORD_HELP && !exposition_is_utf8(line->text, line->text_length)) {
		scan->at = line->text;
		return error_set(&scan->error, "the help text is not valid UTF-8");
	}
	scan->at = end;
	return 0;
}

char *exposition_unescape(struct arena *arena, const char *text, size_t length, bool quotes)
{
	char *ret, *to;

	if (!length || !memchr(text, '\\', length))
		return arena_strndup(arena, text, length);
	ret = to = arena_alloc(arena, length + 1);
	for (size_t i = 0; i < length; i++) {
		char next = i + 1 < length ? text[i + 1] : '\0';

		if (text[i] == '\\' && (next == '\\' || next == 'n' || (quotes && next == '"'))) {
			*to++ = next == 'n' ? '\n' : next;
			i++;
		} else {
			*to++ = text[i];
		}
	}
	*to = '\0';
	return ret;
}

void exposition_keep_family(struct exposition *exposition, struct map *index, const struct exposition_line *line,
			    bool open_metrics)
{
	struct arena *arena = &exposition->arena;
	char *name = exposition_unescape(arena, line->name, line->name_length, true);
	/* The map keeps places, from 1. */
	uintptr_t place = (uintptr_t)map_get(index, name);
	struct exposition_family *family;

	if (!place) {
		if (exposition->family_count == exposition->family_capacity) {
			exposition->family_capacity =
				exposition->family_capacity ? exposition->family_capacity * 2 : 64;
			exposition->families = mem_resize(exposition->families, exposition->family_capacity,
							  sizeof(*exposition->families));
		}
		family = &exposition->families[exposition->family_count++];
		*family = (struct exposition_family){ .name = name, .help = "", .unit = "" };
		place = exposition->family_count;
		map_set(index, name, (void *)place);
	}
	family = &exposition->families[place - 1];
	switch (line->word) {
	case EXPOSITION_WORD_HELP:
		family->help = exposition_unescape(arena, line->text, line->text_length, open_metrics);
		break;
	case EXPOSITION_WORD_TYPE: family->type = line->type; break;
	case EXPOSITION_WORD_UNIT: family->unit = arena_strndup(arena, line->text, line->text_length); break;
	case EXPOSITION_WORD_NONE: break;
	}
}
