#include "ui/draw/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/colour.h"

#define THEME_BYTES_MAX 65536
#define WORD_MAX        32

static const struct attribute_row {
	const char *name;
	unsigned attribute;
} attributes[] = {
	{ "bold", ATTR_BOLD },       { "dim", ATTR_DIM },       { "underline", ATTR_UNDERLINE },
	{ "reverse", ATTR_REVERSE }, { "italic", ATTR_ITALIC },
};

/* One file being read: where the reader is, and what it gathered. */
struct reader {
	const char *path;
	unsigned line;
	struct error_list *errors;
	struct theme theme;
	unsigned seen_line[ROLE_COUNT]; /* 0: not said */
	bool failed;
};

static void fail(struct reader *reader, unsigned column, const char *text)
{
	error_list_add(reader->errors, FAULT_ERROR, reader->path, reader->line, column, NULL, "%s", text);
	reader->failed = true;
}

/* "unknown THING "word" (did you mean "near"?)", or the list of what is allowed. */
static void fail_unknown(struct reader *reader, unsigned column, const char *thing, const char *word, const char *near,
			 const char *allowed)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "unknown %s \"", thing);
	text_add_fit(&text, word, 40, false);
	if (near)
		strbuf_addf(&text, "\" (did you mean \"%s\"?)", near);
	else
		strbuf_addf(&text, "\" (%s)", allowed);
	fail(reader, column, text.text);
	strbuf_release(&text);
}

/* Keep the nearer of what was found and this one. */
static void nearer(const char *word, const char *candidate, unsigned *best, const char **near)
{
	unsigned away = text_distance(word, candidate, 2);

	if (away < *best) {
		*best = away;
		*near = candidate;
	}
}

static enum role find_role(struct reader *reader, const char *word)
{
	const struct role_row *table = role_table();
	const char *near = NULL;
	unsigned best = 3;

	for (int role = 0; role < ROLE_COUNT; role++)
		if (!strcmp(table[role].name, word))
			return (enum role)role;
	for (int role = 0; role < ROLE_COUNT; role++)
		nearer(word, table[role].name, &best, &near);
	fail_unknown(reader, 1, "role", word, near, "see the roles in skep(1)");
	return ROLE_COUNT;
}

/* The next word of the line at *at, cut to fit; false at the end or at a comment that stands apart. */
static bool next_word(const char **at, const char *line, char word[WORD_MAX], unsigned *ret_column)
{
	const char *start = *at + strspn(*at, " \t");
	size_t length = strcspn(start, " \t");

	/* "#" begins a colour when hexadecimal digits follow, otherwise a comment. */
	if (!*start || (*start == '#' && !strspn(start + 1, "0123456789abcdefABCDEF")))
		return false;
	*ret_column = (unsigned)(start - line) + 1;
	*at = start + length;
	if (length >= WORD_MAX)
		length = WORD_MAX - 1;
	memcpy(word, start, length);
	word[length] = '\0';
	return true;
}

static bool parse_rgb(const char *word, uint32_t *ret)
{
	size_t digits = strspn(word + 1, "0123456789abcdefABCDEF");

	if (*word != '#' || digits != 6 || word[7])
		return false;
	*ret = (uint32_t)strtoul(word + 1, NULL, 16);
	return true;
}

static bool is_colour_word(const char *word)
{
	return *word == '#' || !strncmp(word, "ansi:", 5) || !strcmp(word, "-");
}

/* One colour: "#rrggbb", "ansi:N" or "-" for none. */
static void read_colour(struct reader *reader, const char *word, unsigned column, bool *ret_has, uint32_t *ret_rgb,
			int *ret_ansi)
{
	if (!strcmp(word, "-"))
		return;
	if (!strncmp(word, "ansi:", 5)) {
		size_t digits = strspn(word + 5, "0123456789");
		long number = digits && digits <= 2 && !word[5 + digits] ? strtol(word + 5, NULL, 10) : -1;

		if (number < 0 || number > 15) {
			fail(reader, column, "not one of the terminal's sixteen colours (ansi:0 to ansi:15)");
			return;
		}
		*ret_has = true;
		*ret_ansi = (int)number;
		*ret_rgb = colour_xterm((int)number);
	} else if (parse_rgb(word, ret_rgb)) {
		*ret_has = true;
	} else {
		fail(reader, column, "not a colour (#rrggbb, ansi:0 to ansi:15, or - for none)");
	}
}

static void read_attribute(struct reader *reader, const char *word, unsigned column, unsigned *ret)
{
	const char *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (!strcmp(attributes[i].name, word)) {
			*ret |= attributes[i].attribute;
			return;
		}
		nearer(word, attributes[i].name, &best, &near);
	}
	fail_unknown(reader, column, "attribute", word, near, "bold, dim, underline, reverse, italic");
}

/* What follows "=": foreground, [on] background, attributes. */
static void read_value(struct reader *reader, const char *line, const char *at, struct theme_role *ret)
{
	char word[WORD_MAX];
	unsigned column, colours = 0, words = 0;
	bool after_on = false;

	*ret = (struct theme_role){ .ansi_fg = -1, .ansi_bg = -1 };
	while (next_word(&at, line, word, &column)) {
		if (!strcmp(word, "on") && words == colours && colours == 1 && !after_on) {
			after_on = true;
			continue;
		}
		words++;
		if (is_colour_word(word) && colours == 0 && words == 1) {
			read_colour(reader, word, column, &ret->has_fg, &ret->fg, &ret->ansi_fg);
			colours++;
		} else if (is_colour_word(word) && colours == 1 && words == 2) {
			read_colour(reader, word, column, &ret->has_bg, &ret->bg, &ret->ansi_bg);
			colours++;
			after_on = false;
		} else if (is_colour_word(word)) {
			fail(reader, column, "a colour too many (foreground, background, then attributes)");
		} else {
			read_attribute(reader, word, column, &ret->attributes);
		}
	}
	if (words == 0)
		fail(reader, (unsigned)(at - line) + 1, "no colour given (#rrggbb, ansi:0 to ansi:15, or - for none)");
	else if (after_on)
		fail(reader, (unsigned)(at - line) + 1, "no background after \"on\" (#rrggbb, ansi:N or -)");
}

static void read_line(struct reader *reader, const char *line)
{
	const char *start = line + strspn(line, " \t");
	const char *equals = strchr(start, '=');
	char name[WORD_MAX];
	struct theme_role value;
	size_t length;
	enum role role;

	if (!*start || *start == '#')
		return;
	if (!equals) {
		fail(reader, 1, "not a role (role = foreground background attributes)");
		return;
	}
	length = (size_t)(equals - start);
	while (length > 0 && strchr(" \t", start[length - 1]))
		length--;
	if (length >= sizeof(name))
		length = sizeof(name) - 1;
	memcpy(name, start, length);
	name[length] = '\0';
	role = find_role(reader, name);
	read_value(reader, line, equals + 1, &value);
	if (role == ROLE_COUNT)
		return;
	if (reader->seen_line[role]) {
		error_list_add(reader->errors, FAULT_ERROR, reader->path, reader->line, 1, NULL,
			       "role \"%s\" is already set on line %u", name, reader->seen_line[role]);
		reader->failed = true;
		return;
	}
	reader->seen_line[role] = reader->line;
	reader->theme.roles[role] = value;
}

/* Give each role that the file does not name its fallback's look. */
static void fill(struct reader *reader)
{
	const struct role_row *table = role_table();

	for (int role = 0; role < ROLE_COUNT; role++) {
		enum role from = (enum role)role;

		while (!reader->seen_line[from] && from != ROLE_NONE)
			from = table[from].fallback;
		if (from == (enum role)role && reader->seen_line[role])
			continue;
		reader->theme.roles[role] = reader->seen_line[from]
						    ? reader->theme.roles[from]
						    : (struct theme_role){ .ansi_fg = -1, .ansi_bg = -1 };
		error_list_add(reader->errors, FAULT_APPROXIMATION, reader->path, 0, 0, NULL,
			       role == ROLE_NONE ? "role \"%s\" is not set (the terminal's own colours are used)"
						 : "role \"%s\" is not set (\"%s\" is used)",
			       table[role].name, table[from].name);
	}
}

/* "themes/night.theme" gives "night". */
static void set_name(struct theme *theme, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);

	if (length >= sizeof(theme->name))
		length = sizeof(theme->name) - 1;
	memset(theme->name, 0, sizeof(theme->name));
	memcpy(theme->name, name, length);
}

int theme_read(struct theme *ret, const char *path, struct error_list *errors)
{
	struct reader *reader;
	struct strbuf file = STRBUF_INIT;
	struct error error;
	int result = -1;

	if (path_read(path, THEME_BYTES_MAX, &file, &error) < 0)
		return error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "%s", error.text);
	if (memchr(file.text, '\0', file.length)) {
		strbuf_release(&file);
		return error_list_add(errors, FAULT_ERROR, path, 0, 0, NULL, "not a text file (it holds a NUL byte)");
	}
	reader = mem_zalloc(sizeof(*reader));
	reader->path = path;
	reader->errors = errors;
	set_name(&reader->theme, path);
	for (char *line = file.text, *end; line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		line[strcspn(line, "\r")] = '\0';
		reader->line++;
		read_line(reader, line);
	}
	if (!reader->failed) {
		fill(reader);
		*ret = reader->theme;
		result = 0;
	}
	free(reader);
	strbuf_release(&file);
	return result;
}
