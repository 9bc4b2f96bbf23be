/*
 * Big figures. Two faces: a light one three rows high, drawn in half blocks
 * (six dots high), and a heavy one five rows high, drawn in modules of two
 * cells by one row with rounded corners. Beside a heavy number the unit is
 * set in the light face on the same base line, as a person would set it.
 */
#include "ui/draw/glyph.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define LIGHT_ROWS  3
#define HEAVY_ROWS  5
#define SPACE_CELLS 1 /* and the gap that follows every figure */

/* Rows of dots from the top, '/' between them; every row is as wide as the first. */
struct figure {
	uint32_t code;
	const char *shape;
};

/* clang-format off */

/* Six rows of dots, one cell wide each. */
static const struct figure light[] = {
	{ '0', ".##./#..#/#..#/#..#/#..#/.##." },
	{ '1', ".#./##./.#./.#./.#./###" },
	{ '2', ".##./#..#/...#/.##./#.../####" },
	{ '3', "###./...#/.##./...#/...#/###." },
	{ '4', "#..#/#..#/#..#/####/...#/...#" },
	{ '5', "####/#.../###./...#/...#/###." },
	{ '6', ".##./#.../###./#..#/#..#/.##." },
	{ '7', "####/...#/..#./..#./.#../.#.." },
	{ '8', ".##./#..#/.##./#..#/#..#/.##." },
	{ '9', ".##./#..#/#..#/.###/...#/.##." },
	{ '.', "./././././#" },
	{ ',', "../../../../.#/#." },
	{ ':', "././#/./#/." },
	{ '-', ".../.../.../###/.../..." },
	{ 0x2212, ".../.../.../###/.../..." },
	{ '+', ".../.../.#./###/.#./..." },
	{ '%', "#...#/...#./..#../..#../.#.../#...#" },
	{ '/', "...#/..#./..#./.#../.#../#..." },
	{ 0xB0, ".#./#.#/.#./.../.../..." },
	{ 0xB5, "..../#..#/#..#/#..#/###./#..." },
	{ 0x3BC, "..../#..#/#..#/#..#/###./#..." },
	{ 'A', ".##./#..#/#..#/####/#..#/#..#" },
	{ 'B', "###./#..#/###./#..#/#..#/###." },
	{ 'C', ".###/#.../#.../#.../#.../.###" },
	{ 'D', "###./#..#/#..#/#..#/#..#/###." },
	{ 'E', "####/#.../###./#.../#.../####" },
	{ 'F', "####/#.../###./#.../#.../#..." },
	{ 'G', ".###/#.../#.../#.##/#..#/.###" },
	{ 'H', "#..#/#..#/####/#..#/#..#/#..#" },
	{ 'I', "###/.#./.#./.#./.#./###" },
	{ 'J', "..##/...#/...#/...#/#..#/.##." },
	{ 'K', "#..#/#.#./##../##../#.#./#..#" },
	{ 'L', "#.../#.../#.../#.../#.../####" },
	{ 'M', "#...#/##.##/#.#.#/#...#/#...#/#...#" },
	{ 'N', "#...#/##..#/#.#.#/#..##/#...#/#...#" },
	{ 'O', ".##./#..#/#..#/#..#/#..#/.##." },
	{ 'P', "###./#..#/#..#/###./#.../#..." },
	{ 'Q', ".##./#..#/#..#/#..#/.##./...#" },
	{ 'R', "###./#..#/#..#/###./#.#./#..#" },
	{ 'S', ".###/#.../.##./...#/...#/###." },
	{ 'T', "#####/..#../..#../..#../..#../..#.." },
	{ 'U', "#..#/#..#/#..#/#..#/#..#/.##." },
	{ 'V', "#...#/#...#/#...#/.#.#./.#.#./..#.." },
	{ 'W', "#...#/#...#/#...#/#.#.#/##.##/#...#" },
	{ 'X', "#...#/.#.#./..#../..#../.#.#./#...#" },
	{ 'Y', "#...#/.#.#./..#../..#../..#../..#.." },
	{ 'Z', "####/...#/..#./.#../#.../####" },
	{ 'a', "..../..../.###/#..#/#..#/.###" },
	{ 'b', "#.../#.../###./#..#/#..#/###." },
	{ 'c', ".../.../.##/#../#../.##" },
	{ 'd', "...#/...#/.###/#..#/#..#/.###" },
	{ 'e', "..../.##./#..#/####/#.../.###" },
	{ 'f', ".##/#../###/#../#../#.." },
	{ 'g', "..../.###/#..#/.###/...#/###." },
	{ 'h', "#.../#.../###./#..#/#..#/#..#" },
	{ 'i', "#/./#/#/#/#" },
	{ 'j', ".#/../.#/.#/.#/#." },
	{ 'k', "#.../#.../#.#./##../#.#./#..#" },
	{ 'l', "#./#./#./#./#./.#" },
	{ 'm', "...../...../####./#.#.#/#.#.#/#.#.#" },
	{ 'n', "..../..../###./#..#/#..#/#..#" },
	{ 'o', "..../..../.##./#..#/#..#/.##." },
	{ 'p', "..../###./#..#/###./#.../#..." },
	{ 'q', "..../.###/#..#/.###/...#/...#" },
	{ 'r', ".../.../#.#/##./#../#.." },
	{ 's', ".../.##/#../.#./..#/##." },
	{ 't', ".#./.#./###/.#./.#./.##" },
	{ 'u', "..../..../#..#/#..#/#..#/.###" },
	{ 'v', "...../...../#...#/#...#/.#.#./..#.." },
	{ 'w', "...../...../#...#/#.#.#/#.#.#/.#.#." },
	{ 'x', ".../.../#.#/.#./.#./#.#" },
	{ 'y', "..../#..#/#..#/.###/...#/###." },
	{ 'z', "..../..../####/..#./.#../####" },
};

/*
 * Five rows of modules: '#' full; 'a' 'b' 'c' 'd' without the top left, top
 * right, bottom left, bottom right corner; '^' '_' the upper, lower half.
 */
static const struct figure heavy[] = {
	{ '0', "a#b/#.#/#.#/#.#/c#d" },
	{ '1', "a#./.#./.#./.#./###" },
	{ '2', "##b/..#/a#d/#../###" },
	{ '3', "##b/..#/.##/..#/##d" },
	{ '4', "#.#/#.#/c##/..#/..#" },
	{ '5', "###/#../##b/..#/##d" },
	{ '6', "a##/#../##b/#.#/c#d" },
	{ '7', "###/..#/.ad/.#./.#." },
	{ '8', "a#b/#.#/###/#.#/c#d" },
	{ '9', "a#b/#.#/c##/..#/##d" },
	{ '.', "././././_" },
	{ ',', "./././_/d" },
	{ ':', "./_/./^/." },
	{ '-', "../../##/../.." },
	{ 0x2212, "../../##/../.." },
	{ '+', ".../.#./###/.#./..." },
	{ '/', "..#/.ad/.#./ad./#.." },
	{ 'A', "a#b/#.#/###/#.#/#.#" },
	{ 'B', "##b/#.#/##d/#.#/##d" },
	{ 'C', "a##/#../#../#../c##" },
	{ 'D', "##b/#.#/#.#/#.#/##d" },
	{ 'E', "###/#../##./#../###" },
	{ 'F', "###/#../##./#../#.." },
	{ 'G', "a##/#../#.#/#.#/c##" },
	{ 'H', "#.#/#.#/###/#.#/#.#" },
	{ 'I', "#/#/#/#/#" },
	{ 'J', "..#/..#/..#/#.#/c#d" },
	{ 'K', "#.#/#.#/##d/#.#/#.#" },
	{ 'L', "#../#../#../#../###" },
	{ 'M', "#b.a#/##.##/#c#d#/#...#/#...#" },
	{ 'N', "#b.#/##.#/#c##/#.##/#.c#" },
	{ 'O', "a#b/#.#/#.#/#.#/c#d" },
	{ 'P', "##b/#.#/##d/#../#.." },
	{ 'Q', "a#b/#.#/#.#/#b#/c##" },
	{ 'R', "##b/#.#/##d/#.#/#.#" },
	{ 'S', "a##/#../c#b/..#/##d" },
	{ 'T', "###/.#./.#./.#./.#." },
	{ 'U', "#.#/#.#/#.#/#.#/c#d" },
	{ 'V', "#...#/#...#/cb.ad/.#.#./.c#d." },
	{ 'W', "#...#/#...#/#a#b#/##.##/#d.c#" },
	{ 'X', "#.#/#.#/.#./#.#/#.#" },
	{ 'Y', "#.#/#.#/c#d/.#./.#." },
	{ 'Z', "###/..#/.ad/ad./###" },
};

/* Three rows of three, as on a pocket calculator: what ASCII has for digits. */
static const struct figure calculator[] = {
	{ '0', " _ /| |/|_|" },
	{ '1', "   /  |/  |" },
	{ '2', " _ / _|/|_ " },
	{ '3', " _ / _|/ _|" },
	{ '4', "   /|_|/  |" },
	{ '5', " _ /|_ / _|" },
	{ '6', " _ /|_ /|_|" },
	{ '7', " _ /  |/  |" },
	{ '8', " _ /|_|/|_|" },
	{ '9', " _ /|_|/ _|" },
	{ '-', "   /__ /   " },
	{ '+', "   /_|_/ | " },
};

/* The two cells of each module, by glyph set: Unicode and ASCII. */
static const struct {
	char module;
	uint32_t unicode[2];
	char ascii[3];
} modules[] = {
	{ '#', { 0x2588, 0x2588 }, "##" },
	{ 'a', { 0x2584, 0x2588 }, " #" },
	{ 'b', { 0x2588, 0x2584 }, "# " },
	{ 'c', { 0x2580, 0x2588 }, " #" },
	{ 'd', { 0x2588, 0x2580 }, "# " },
	{ '^', { 0x2580, 0x2580 }, "##" },
	{ '_', { 0x2584, 0x2584 }, "##" },
};
/* clang-format on */

/* How a whole text is set; decided once, the same for measuring and drawing. */
struct setting {
	enum glyph_set set;
	int rows;       /* 3 or 5 */
	bool has_digit; /* then letters are a unit, not a word */
};

static const struct figure *find(const struct figure *face, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (face[i].code == code)
			return &face[i];
	return NULL;
}

#define FIND(face, code) find(face, sizeof(face) / sizeof((face)[0]), code)

static bool is_digit(uint32_t code)
{
	return code >= '0' && code <= '9';
}

static bool is_letter(uint32_t code)
{
	return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
}

/* The dot or module of a shape at column x of row y; rows are equally long and one separator apart. */
static char shape_at(const struct figure *figure, int width, int x, int y)
{
	return figure->shape[y * (width + 1) + x];
}

static int shape_width(const struct figure *figure)
{
	return (int)strcspn(figure->shape, "/");
}

/* The heavy form of a character, or NULL where the light face is right. `next` follows it, `last` came before. */
static const struct figure *heavy_form(const struct setting *setting, uint32_t last, uint32_t code, uint32_t next)
{
	if (setting->has_digit && is_letter(code))
		return NULL;
	if (setting->has_digit && code == '/' && (is_letter(last) || is_letter(next)))
		return NULL;
	return FIND(heavy, code);
}

static int put_light(struct canvas *canvas, int x, int y, const struct figure *figure, struct style style)
{
	static const uint32_t halves[4] = { ' ', 0x2580, 0x2584, 0x2588 };
	int width = shape_width(figure);

	for (int row = 0; canvas && row < LIGHT_ROWS; row++) {
		for (int column = 0; column < width; column++) {
			bool upper = shape_at(figure, width, column, 2 * row) == '#';
			bool lower = shape_at(figure, width, column, 2 * row + 1) == '#';

			if (upper || lower)
				canvas_glyph(canvas, x + column, y + row, halves[upper + 2 * lower], style);
		}
	}
	return width;
}

static void put_module(struct canvas *canvas, int x, int y, char module, struct style style)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (modules[i].module != module)
			continue;
		for (int half = 0; half < 2; half++) {
			uint32_t code = canvas_glyphs(canvas) == GLYPHS_ASCII ? (unsigned char)modules[i].ascii[half]
									      : modules[i].unicode[half];

			if (code != ' ')
				canvas_glyph(canvas, x + half, y, code, style);
		}
	}
}

static int put_heavy(struct canvas *canvas, int x, int y, const struct figure *figure, struct style style)
{
	int width = shape_width(figure);

	for (int row = 0; canvas && row < HEAVY_ROWS; row++)
		for (int column = 0; column < width; column++)
			put_module(canvas, x + 2 * column, y + row, shape_at(figure, width, column, row), style);
	return 2 * width;
}

static int put_calculator(struct canvas *canvas, int x, int y, const struct figure *figure, struct style style)
{
	int width = shape_width(figure);

	for (int row = 0; canvas && row < LIGHT_ROWS; row++) {
		for (int column = 0; column < width; column++) {
			char code = shape_at(figure, width, column, row);

			if (code != ' ')
				canvas_glyph(canvas, x + column, y + row, (unsigned char)code, style);
		}
	}
	return width;
}

/* A character as it is, on the base line: what ASCII has for a unit. */
static int put_plain(struct canvas *canvas, int x, int y, uint32_t code, struct style style)
{
	if (canvas)
		canvas_glyph(canvas, x, y, code, style);
	return 1;
}

/*
 * Set one character at x (draw only when `canvas` is given). Returns the cells
 * up to where the next one begins, or -1 when it has no big form.
 */
static int put_one(const struct setting *setting, struct canvas *canvas, int x, int y, const uint32_t codes[3],
		   struct style style)
{
	uint32_t code = codes[1];
	const struct figure *figure;
	int base = y + setting->rows - 1;

	if (code == ' ')
		return SPACE_CELLS;
	if (setting->rows == HEAVY_ROWS && (figure = heavy_form(setting, codes[0], code, codes[2])))
		return put_heavy(canvas, x, y, figure, style) + 1;
	if (setting->set == GLYPHS_ASCII) {
		if (setting->rows == LIGHT_ROWS && (figure = FIND(calculator, code)))
			return put_calculator(canvas, x, y, figure, style) + 1;
		if (text_code_width(code) != 1)
			return -1;
		/* Letters of a unit stand together; a figure after a point keeps clear of it, and the end has a gap
		 * too. */
		return put_plain(canvas, x, base, code, style) + (is_digit(codes[2]) || !codes[2] ? 1 : 0);
	}
	figure = FIND(light, code);
	if (!figure)
		return -1;
	/* A degree sign hangs from the top, everything else stands on the base line. */
	return put_light(canvas, x, code == 0xB0 ? y : base - (LIGHT_ROWS - 1), figure, style) + 1;
}

/* Set the text, only measuring it when `canvas` is NULL. Returns its width, or -1 when it has no big form. */
static int put_all(const struct setting *setting, struct canvas *canvas, int x, int y, const char *text,
		   struct style style)
{
	size_t length = strlen(text);
	uint32_t codes[3] = { 0 }; /* the last, this one, the next */
	int start = x;

	while (length > 0 || codes[2]) {
		int advance;

		codes[0] = codes[1];
		codes[1] = codes[2];
		codes[2] = 0;
		if (length > 0) {
			size_t bytes = text_decode(text, length, &codes[2]);

			text += bytes;
			length -= bytes;
		}
		if (!codes[1])
			continue;
		advance = put_one(setting, canvas, x, y, codes, style);
		/* Nothing is drawn beyond the widest canvas, so a longer text need not be set in big figures. */
		if (advance < 0 || x - start + advance > CANVAS_MAX_WIDTH)
			return -1;
		x += advance;
	}
	return x - start > 0 ? x - start - 1 : 0;
}

static bool setting_make(struct setting *ret, enum glyph_set set, const char *text, int rows)
{
	*ret = (struct setting){ .set = set, .rows = rows };
	for (const char *at = text; *at; at++)
		ret->has_digit = ret->has_digit || is_digit((unsigned char)*at);
	if (rows != LIGHT_ROWS && rows != HEAVY_ROWS)
		return false;
	/* ASCII has three-row shapes for figures only: a word stays a word. */
	return set != GLYPHS_ASCII || rows != LIGHT_ROWS || ret->has_digit;
}

int glyph_big_width(enum glyph_set set, const char *text, int rows)
{
	struct setting setting;
	int width = -1;

	if (setting_make(&setting, set, text, rows))
		width = put_all(&setting, NULL, 0, 0, text, (struct style){ 0 });
	return width >= 0 ? width : text_width(text);
}

void glyph_big_put(struct canvas *canvas, int x, int y, const char *text, int rows, struct style style)
{
	struct setting setting;
	struct style none = { 0 };

	if (setting_make(&setting, canvas_glyphs(canvas), text, rows) && put_all(&setting, NULL, 0, 0, text, none) >= 0)
		put_all(&setting, canvas, x, y, text, style);
	else
		canvas_put(canvas, x, y + (rows > 1 ? rows / 2 : 0), text, style, -1);
}
