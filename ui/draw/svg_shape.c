#include "ui/draw/svg_shape.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MIDDLE_X 4.2
#define MIDDLE_Y 9.0

/* Arms of a light box line from the middle of the cell. */
#define ARM_UP    (1u << 0)
#define ARM_DOWN  (1u << 1)
#define ARM_LEFT  (1u << 2)
#define ARM_RIGHT (1u << 3)
#define ARM_ROUND (1u << 4) /* a quarter turn instead of a corner */
#define ARM_DASH  (1u << 5)

static const struct {
	uint32_t code;
	unsigned arms;
} box_glyphs[] = {
	/* clang-format off */
	{ 0x2500, ARM_LEFT | ARM_RIGHT },
	{ 0x2502, ARM_UP | ARM_DOWN },
	{ 0x250C, ARM_DOWN | ARM_RIGHT },
	{ 0x2510, ARM_DOWN | ARM_LEFT },
	{ 0x2514, ARM_UP | ARM_RIGHT },
	{ 0x2518, ARM_UP | ARM_LEFT },
	{ 0x251C, ARM_UP | ARM_DOWN | ARM_RIGHT },
	{ 0x2524, ARM_UP | ARM_DOWN | ARM_LEFT },
	{ 0x252C, ARM_DOWN | ARM_LEFT | ARM_RIGHT },
	{ 0x2534, ARM_UP | ARM_LEFT | ARM_RIGHT },
	{ 0x253C, ARM_UP | ARM_DOWN | ARM_LEFT | ARM_RIGHT },
	{ 0x254C, ARM_LEFT | ARM_RIGHT | ARM_DASH },
	{ 0x254E, ARM_UP | ARM_DOWN | ARM_DASH },
	{ 0x256D, ARM_DOWN | ARM_RIGHT | ARM_ROUND },
	{ 0x256E, ARM_DOWN | ARM_LEFT | ARM_ROUND },
	{ 0x256F, ARM_UP | ARM_LEFT | ARM_ROUND },
	{ 0x2570, ARM_UP | ARM_RIGHT | ARM_ROUND },
	{ 0x2574, ARM_LEFT },
	{ 0x2575, ARM_UP },
	{ 0x2576, ARM_RIGHT },
	{ 0x2577, ARM_DOWN },
	/* clang-format on */
};

/* Figures as polygons in cell coordinates, ended by a negative x. */
static const struct {
	uint32_t code;
	float points[10];
} polygons[] = {
	/* clang-format off */
	{ 0x25A0, { 1.2f, 6, 7.2f, 6, 7.2f, 12, 1.2f, 12, -1 } },     /* ■ */
	{ 0x25B2, { 4.2f, 5, 8, 12.4f, 0.4f, 12.4f, -1 } },	      /* ▲ */
	{ 0x25BC, { 4.2f, 13, 8, 5.6f, 0.4f, 5.6f, -1 } },	      /* ▼ */
	{ 0x25B8, { 2, 5.6f, 7, 9.1f, 2, 12.6f, -1 } },		      /* ▸ */
	{ 0x25BA, { 1, 5.6f, 7.6f, 9.1f, 1, 12.6f, -1 } },	      /* ► */
	{ 0x25BE, { 0.7f, 6.8f, 7.7f, 6.8f, 4.2f, 11.8f, -1 } },      /* ▾ */
	{ 0x25C6, { 4.2f, 4.8f, 8, 9, 4.2f, 13.2f, 0.4f, 9, -1 } },   /* ◆ */
	/* clang-format on */
};

/* Signs drawn with a pen: polylines in cell coordinates, a negative x lifts the pen, twice ends. */
static const struct {
	uint32_t code;
	float points[16];
} strokes[] = {
	/* clang-format off */
	{ 0x2713, { 1, 9.6f, 3.2f, 12.4f, 7.6f, 5.4f, -1, -1 } },			      /* ✓ */
	{ 0x2717, { 1.4f, 6, 7, 12.4f, -1, 7, 6, 1.4f, 12.4f, -1, -1 } },		      /* ✗ */
	{ 0x25A1, { 1.2f, 6, 7.2f, 6, 7.2f, 12, 1.2f, 12, 1.2f, 6, -1, -1 } },		      /* □ */
	{ 0x2190, { 7.6f, 9, 0.8f, 9, -1, 3.6f, 6, 0.8f, 9, 3.6f, 12, -1, -1 } },	      /* ← */
	{ 0x2191, { 4.2f, 13, 4.2f, 5, -1, 1.4f, 8, 4.2f, 5, 7, 8, -1, -1 } },		      /* ↑ */
	{ 0x2192, { 0.8f, 9, 7.6f, 9, -1, 4.8f, 6, 7.6f, 9, 4.8f, 12, -1, -1 } },	      /* → */
	{ 0x2193, { 4.2f, 5, 4.2f, 13, -1, 1.4f, 10, 4.2f, 13, 7, 10, -1, -1 } },	      /* ↓ */
	/* clang-format on */
};

void svg_shapes_init(struct svg_shapes *shapes)
{
	strbuf_init(&shapes->fills);
	strbuf_init(&shapes->figures);
	strbuf_init(&shapes->lines);
	strbuf_init(&shapes->dots);
}

void svg_shapes_release(struct svg_shapes *shapes)
{
	strbuf_release(&shapes->fills);
	strbuf_release(&shapes->figures);
	strbuf_release(&shapes->lines);
	strbuf_release(&shapes->dots);
}

void svg_add_number(struct strbuf *ret, double value)
{
	long hundredths = lround(value * 100);
	long whole = labs(hundredths) / 100, rest = labs(hundredths) % 100;
	bool after_number = ret->length > 0 && strchr("0123456789.", ret->text[ret->length - 1]);

	if (hundredths < 0)
		strbuf_addch(ret, '-');
	else if (after_number)
		strbuf_addch(ret, ' ');
	if (rest == 0)
		strbuf_addf(ret, "%ld", whole);
	else if (rest % 10 == 0)
		strbuf_addf(ret, "%ld.%ld", whole, rest / 10);
	else
		strbuf_addf(ret, "%ld.%02ld", whole, rest);
}

static void command(struct strbuf *ret, char letter, double value)
{
	strbuf_addch(ret, letter);
	svg_add_number(ret, value);
}

static void command_point(struct strbuf *ret, char letter, double x, double y)
{
	command(ret, letter, x);
	svg_add_number(ret, y);
}

static bool is_block(uint32_t code)
{
	return code >= 0x2580 && code <= 0x259F;
}

static bool is_braille(uint32_t code)
{
	return code >= 0x2800 && code <= 0x28FF;
}

/* Arms of a box glyph, 0 when it is none. */
static unsigned box_arms(uint32_t code)
{
	for (size_t i = 0; code >= 0x2500 && code < 0x2580 && i < sizeof(box_glyphs) / sizeof(box_glyphs[0]); i++)
		if (box_glyphs[i].code == code)
			return box_glyphs[i].arms;
	return 0;
}

static const float *polygon(uint32_t code)
{
	for (size_t i = 0; i < sizeof(polygons) / sizeof(polygons[0]); i++)
		if (polygons[i].code == code)
			return polygons[i].points;
	return NULL;
}

static const float *stroke(uint32_t code)
{
	for (size_t i = 0; i < sizeof(strokes) / sizeof(strokes[0]); i++)
		if (strokes[i].code == code)
			return strokes[i].points;
	return NULL;
}

bool svg_is_shape(uint32_t code)
{
	if (code < 0x2190 || code > 0x28FF)
		return false;
	return is_block(code) || is_braille(code) || box_arms(code) || polygon(code) || stroke(code);
}

bool svg_shape_joins(uint32_t code)
{
	return code == 0x2500 || (code >= 0x2580 && code <= 0x2588) || (code >= 0x2591 && code <= 0x2594);
}

double svg_shape_share(uint32_t code)
{
	return code >= 0x2591 && code <= 0x2593 ? 0.25 * (code - 0x2590) : 1;
}

void svg_add_rect(struct strbuf *ret, double x, double y, double width, double height)
{
	command_point(ret, 'M', x, y);
	command(ret, 'h', width);
	command(ret, 'v', height);
	command(ret, 'h', -width);
	strbuf_addch(ret, 'z');
}

static void add_quadrants(struct strbuf *ret, uint32_t code, double x, double y)
{
	/* Bits of U+2596..259F: 1 top left, 2 top right, 4 bottom left, 8 bottom right. */
	static const uint8_t bits[10] = { 4, 8, 1, 13, 9, 7, 11, 2, 6, 14 };
	unsigned set = bits[code - 0x2596];
	double width = SVG_CELL_WIDTH / 2, height = SVG_CELL_HEIGHT / 2;

	for (unsigned i = 0; i < 4; i++)
		if (set & 1u << i)
			svg_add_rect(ret, x + (i & 1) * width, y + (i >> 1) * height, width, height);
}

static void add_block(struct strbuf *ret, uint32_t code, double x, double y, int count)
{
	double width = SVG_CELL_WIDTH * count, height = SVG_CELL_HEIGHT;
	double eighth_x = SVG_CELL_WIDTH / 8, eighth_y = height / 8;

	if (code == 0x2580)
		svg_add_rect(ret, x, y, width, height / 2);
	else if (code <= 0x2588)
		svg_add_rect(ret, x, y + height - eighth_y * (code - 0x2580), width, eighth_y * (code - 0x2580));
	else if (code <= 0x258F)
		svg_add_rect(ret, x, y, eighth_x * (0x2590 - code), height);
	else if (code == 0x2590)
		svg_add_rect(ret, x + SVG_CELL_WIDTH / 2, y, SVG_CELL_WIDTH / 2, height);
	else if (code <= 0x2593)
		svg_add_rect(ret, x, y, width, height);
	else if (code == 0x2594)
		svg_add_rect(ret, x, y, width, eighth_y);
	else if (code == 0x2595)
		svg_add_rect(ret, x + 7 * eighth_x, y, eighth_x, height);
	else
		add_quadrants(ret, code, x, y);
}

static void add_braille(struct strbuf *ret, uint32_t code, double x, double y)
{
	static const uint8_t bits[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

	for (int row = 0; row < 4; row++) {
		for (int column = 0; column < 2; column++) {
			if (!((code - 0x2800) & bits[row][column]))
				continue;
			command_point(ret, 'M', x + 2.1 + 4.2 * column, y + 2.25 + 4.5 * row);
			/* Of no length: the round cap is the dot. */
			strbuf_addstr(ret, "h0");
		}
	}
}

static void add_round(struct strbuf *ret, unsigned arms, double x, double y)
{
	double turn_x = arms & ARM_RIGHT ? MIDDLE_X : -MIDDLE_X;
	double turn_y = arms & ARM_DOWN ? MIDDLE_X : -MIDDLE_X;

	command_point(ret, 'M', x + MIDDLE_X + turn_x, y + MIDDLE_Y);
	command_point(ret, 'q', -turn_x, 0);
	svg_add_number(ret, -turn_x);
	svg_add_number(ret, turn_y);
	command(ret, 'V', arms & ARM_DOWN ? y + SVG_CELL_HEIGHT : y);
}

static void add_box(struct strbuf *ret, unsigned arms, double x, double y, int count)
{
	double left = x + (arms & ARM_LEFT ? 0 : MIDDLE_X);
	double right = x + SVG_CELL_WIDTH * (count - 1) + (arms & ARM_RIGHT ? SVG_CELL_WIDTH : MIDDLE_X);
	double top = y + (arms & ARM_UP ? 0 : MIDDLE_Y), bottom = y + (arms & ARM_DOWN ? SVG_CELL_HEIGHT : MIDDLE_Y);

	if (arms & ARM_ROUND) {
		add_round(ret, arms, x, y);
	} else if (arms & ARM_DASH) {
		bool across = arms & ARM_LEFT;

		for (int half = 0; half < 2; half++) {
			if (across)
				command_point(ret, 'M', x + 0.9 + 4.2 * half, y + MIDDLE_Y);
			else
				command_point(ret, 'M', x + MIDDLE_X, y + 2 + 9 * half);
			command(ret, across ? 'h' : 'v', across ? 2.4 : 5);
		}
	} else {
		if (arms & (ARM_LEFT | ARM_RIGHT)) {
			command_point(ret, 'M', left, y + MIDDLE_Y);
			command(ret, 'H', right);
		}
		if (arms & (ARM_UP | ARM_DOWN)) {
			command_point(ret, 'M', x + MIDDLE_X, top);
			command(ret, 'V', bottom);
		}
	}
}

/* Points until the pen is lifted; returns where the next stroke begins. */
static const float *add_points(struct strbuf *ret, const float *point, double x, double y)
{
	char letter = 'M';

	for (; *point >= 0; point += 2) {
		command_point(ret, letter, x + (double)point[0], y + (double)point[1]);
		letter = 'L';
	}
	return point + 1;
}

void svg_shape_add(struct svg_shapes *shapes, uint32_t code, int x, int y, int count)
{
	double left = x * SVG_CELL_WIDTH, top = y * (double)SVG_CELL_HEIGHT;
	unsigned arms = box_arms(code);
	const float *points;

	if (is_block(code)) {
		add_block(&shapes->fills, code, left, top, count);
	} else if (is_braille(code)) {
		add_braille(&shapes->dots, code, left, top);
	} else if (arms) {
		add_box(&shapes->lines, arms, left, top, count);
	} else if ((points = polygon(code))) {
		add_points(&shapes->figures, points, left, top);
		strbuf_addch(&shapes->figures, 'z');
	} else if ((points = stroke(code))) {
		while (*points >= 0)
			points = add_points(&shapes->lines, points, left, top);
	}
}
