#include <criterion/criterion.h>

#include <ctype.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/export.h"
#include "ui/draw/glyph.h"
#include "ui/draw/theme_builtin.h"

TestSuite(export);

#define HOSTILE "<b a=\"1\">&amp;]]>\033[31m\xC2\x9B\xE2\x80\xAE\xEF\xBF\xBE\xFF'--><!--"

static void expect_text(const struct canvas *canvas, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	export_text(canvas, &text);
	cr_assert_str_eq(text.text, expected);
	strbuf_release(&text);
}

static void expect_ansi(const struct canvas *canvas, const struct theme *theme, enum colour_depth depth,
			const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	export_ansi(canvas, theme, depth, &text);
	cr_assert_str_eq(text.text, expected);
	strbuf_release(&text);
}

/* A theme without colours, some roles of it set. */
static struct theme bare_theme(void)
{
	struct theme theme = { .name = "bare" };

	for (int i = 0; i < ROLE_COUNT; i++)
		theme.roles[i] = (struct theme_role){ .ansi_fg = -1, .ansi_bg = -1 };
	theme.roles[ROLE_OK] = (struct theme_role){ true, false, 0x4FD18B, 0, -1, -1, 0 };
	theme.roles[ROLE_CRITICAL_BLOCK] = (struct theme_role){ true, true, 0xFFF1F2, 0xA82435, -1, -1, ATTR_BOLD };
	theme.roles[ROLE_INFO] = (struct theme_role){ true, false, 0x5C5CFF, 0, 12, -1, 0 };
	theme.roles[ROLE_SELECTION] = (struct theme_role){ .ansi_fg = -1, .ansi_bg = -1, .attributes = ATTR_REVERSE };
	return theme;
}

Test(export, text_cuts_trailing_blanks)
{
	struct canvas *canvas = canvas_new(8, 3, GLYPHS_BRAILLE);

	canvas_put(canvas, 1, 0, "日 a", style_fg(ROLE_OK), -1);
	canvas_fill(canvas, (struct rect){ 0, 1, 8, 1 }, style_role(ROLE_SELECTION));
	expect_text(canvas, " 日 a\n\n\n");
	canvas_free(canvas);
}

Test(export, ansi_in_every_depth)
{
	struct canvas *canvas = canvas_new(12, 2, GLYPHS_BRAILLE);
	struct theme theme = bare_theme();

	canvas_put(canvas, 0, 0, "ok", style_fg(ROLE_OK), -1);
	canvas_put(canvas, 3, 0, "P0", style_role(ROLE_CRITICAL_BLOCK), -1);
	canvas_put(canvas, 5, 0, "i", style_fg(ROLE_INFO), -1);
	expect_ansi(
		canvas, &theme, DEPTH_RGB,
		"\033[0;38;2;79;209;139mok\033[0m \033[0;1;38;2;255;241;242;48;2;168;36;53mP0\033[0;94mi\033[0m\n\n");
	expect_ansi(canvas, &theme, DEPTH_256,
		    "\033[0;38;5;78mok\033[0m \033[0;1;38;5;255;48;5;124mP0\033[0;94mi\033[0m\n\n");
	expect_ansi(canvas, &theme, DEPTH_16, "\033[0;92mok\033[0m \033[0;1;97;41mP0\033[0;94mi\033[0m\n\n");
	expect_ansi(canvas, &theme, DEPTH_8, "\033[0;32mok\033[0m \033[0;1;37;41mP0\033[0;34mi\033[0m\n\n");
	expect_ansi(canvas, &theme, DEPTH_MONO, "\033[0mok \033[0;1;7mP0\033[0mi\033[0m\n\n");
	canvas_free(canvas);
}

Test(export, ansi_shows_the_ground_of_themes_and_selections)
{
	struct canvas *canvas = canvas_new(3, 1, GLYPHS_BRAILLE);
	struct theme theme = bare_theme();

	expect_ansi(canvas, &theme_night, DEPTH_MONO, "\n");
	expect_ansi(canvas, &theme_night, DEPTH_256, "\033[0;38;5;252;48;5;233m   \033[0m\n");
	canvas_tint(canvas, canvas_rect(canvas), style_role(ROLE_SELECTION));
	expect_ansi(canvas, &theme, DEPTH_MONO, "\033[0;7m   \033[0m\n");
	canvas_free(canvas);
}

Test(export, text_on_its_own_colour_stays_readable_in_few_colours)
{
	struct canvas *canvas = canvas_new(1, 1, GLYPHS_BRAILLE);
	struct theme theme = bare_theme();
	struct style style = style_rgb(0xFF8888);

	style.bg = (struct colour){ .kind = COLOUR_RGB, .rgb = 0x661111 };
	canvas_put(canvas, 0, 0, "x", style, -1);
	expect_ansi(canvas, &theme, DEPTH_8, "\033[0;37;41mx\033[0m\n");
	canvas_free(canvas);
}

Test(export, json_gathers_runs)
{
	struct canvas *canvas = canvas_new(5, 2, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;
	struct theme theme = bare_theme();

	canvas_put(canvas, 0, 0, "a\"", style_with(style_fg(ROLE_OK), ATTR_BOLD | ATTR_DIM), -1);
	canvas_put(canvas, 2, 0, "日", style_role(ROLE_CRITICAL_BLOCK), -1);
	export_json(canvas, &theme, &text);
	cr_assert_str_eq(text.text,
			 "{\"width\":5,\"height\":2,\"rows\":[\n"
			 "[{\"text\":\"a\\\"\",\"fg\":\"#4fd18b\",\"bold\":true,\"dim\":true},"
			 "{\"text\":\"日\",\"fg\":\"#fff1f2\",\"bg\":\"#a82435\",\"bold\":true},{\"text\":\" \"}],\n"
			 "[{\"text\":\"     \"}]\n]}\n");
	strbuf_release(&text);
	canvas_free(canvas);
}

/* One tag from "<": checks names and quoted attributes, gives where it ends and what it does to the depth. */
static const char *read_tag(const char *at, char names[32][16], int *depth)
{
	const char *name = ++at;
	bool closes = *at == '/';
	size_t length;

	name += closes;
	length = strcspn(name, " />\n");
	cr_assert(length > 0 && length < 16 && isalpha((unsigned char)*name), "bad name at %.20s", name);
	at = name + length;
	while (*at && *at != '>' && *at != '/') {
		at += strspn(at, " \n");
		at += strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-:0123456789");
		cr_assert_eq(strncmp(at, "=\"", 2), 0, "bad attribute at %.20s", at);
		at += 2 + strcspn(at + 2, "\"<&");
		cr_assert_eq(*at, '"', "bad value at %.20s", at);
		at++;
	}
	if (closes) {
		cr_assert_gt(*depth, 0);
		cr_assert(!strncmp(names[--*depth], name, length) && !names[*depth][length], "unbalanced %.20s", name);
	} else if (*at == '/') {
		at++;
	} else {
		cr_assert_lt(*depth, 32);
		memcpy(names[*depth], name, length);
		names[(*depth)++][length] = '\0';
	}
	cr_assert_eq(*at, '>');
	return at + 1;
}

/* Well-formed as far as this program writes XML: balanced tags, quoted attributes, known entities, allowed characters.
 */
static void expect_well_formed(const char *xml)
{
	char names[32][16];
	const char *at = strstr(xml, "?>");
	int depth = 0;

	cr_assert_not_null(at);
	for (at += 2; *at;) {
		uint32_t code;

		if (*at == '<') {
			at = read_tag(at, names, &depth);
		} else if (*at == '&') {
			cr_assert(!strncmp(at, "&amp;", 5) || !strncmp(at, "&lt;", 4) || !strncmp(at, "&gt;", 4) ||
				  !strncmp(at, "&quot;", 6));
			at++;
		} else {
			at += text_decode(at, strlen(at), &code);
			cr_assert(code >= ' ' || code == '\n');
			cr_assert(code != 0xFFFE && code != 0xFFFF && code != 0x9B && code != 0x202E);
		}
	}
	cr_assert_eq(depth, 0);
}

Test(export, svg_is_well_formed_whatever_the_text)
{
	struct canvas *canvas = canvas_new(70, 4, GLYPHS_BRAILLE);
	struct box box = { .title = HOSTILE, .note = "&", .foot = "<" };
	struct strbuf svg = STRBUF_INIT;

	canvas_box(canvas, canvas_rect(canvas), &box);
	canvas_put(canvas, 1, 1, HOSTILE, style_with(style_fg(ROLE_OK), ATTR_UNDERLINE), -1);
	canvas_put(canvas, 1, 2, "日本 e\xCC\x81 \xF0\x9F\x9A\x80 ", style_role(ROLE_CRITICAL_BLOCK), -1);
	canvas_glyph(canvas, 30, 2, 0xFFFF, style_fg(ROLE_OK));
	canvas_glyph(canvas, 31, 2, 0x110000, style_fg(ROLE_OK));
	for (int glyph = 0; glyph < GLYPH_COUNT; glyph++)
		canvas_glyph(canvas, 32 + glyph % 36, 2, glyph_code(GLYPHS_BRAILLE, (enum glyph)glyph),
			     style_fg(ROLE_DIM));
	export_svg(canvas, &theme_night, HOSTILE, &svg);
	expect_well_formed(svg.text);
	cr_assert_not_null(strstr(svg.text, "width=\"588\" height=\"72\" viewBox=\"0 0 588 72\""));
	cr_assert_not_null(strstr(svg.text, "<rect width=\"588\" height=\"72\" fill=\"#10151c\"/>"));
	cr_assert_not_null(strstr(svg.text, "<title>&lt;b a=&quot;1&quot;&gt;&amp;amp;]]&gt;"));
	strbuf_release(&svg);
	canvas_free(canvas);
}

Test(export, svg_draws_shapes_on_the_grid)
{
	struct canvas *canvas = canvas_new(10, 3, GLYPHS_BRAILLE);
	struct strbuf svg = STRBUF_INIT;

	for (int x = 2; x < 5; x++)
		canvas_glyph(canvas, x, 1, 0x2588, style_rgb(0x88AACC));
	canvas_glyph(canvas, 0, 0, 0x2801, style_rgb(0x445566));
	canvas_glyph(canvas, 9, 2, 0x2592, style_rgb(0xFFFFFF));
	canvas_tint(canvas, (struct rect){ 6, 0, 2, 3 },
		    (struct style){ .bg = { .kind = COLOUR_RGB, .rgb = 0x778899 } });
	canvas_put(canvas, 0, 2, "ab cd", style_rgb(0xABCDEF), -1);
	export_svg(canvas, &theme_night, NULL, &svg);
	expect_well_formed(svg.text);
	/* Three blocks are one path, three rows of ground one rectangle, a braille dot one round cap. */
	cr_assert_not_null(
		strstr(svg.text, "fill=\"#88aacc\" shape-rendering=\"crispEdges\" d=\"M16.8 18h25.2v18h-25.2z\""));
	cr_assert_not_null(strstr(svg.text, "<path fill=\"#778899\" d=\"M50.4 0h16.8v54h-16.8z\"/>"));
	cr_assert_not_null(strstr(svg.text, "d=\"M2.1 2.25h0\""));
	cr_assert_not_null(strstr(svg.text, "textLength=\"42\">ab cd</text>"));
	/* A half shade is half the way from the ground to the colour. */
	cr_assert_not_null(strstr(svg.text, "fill=\"#888a8e\""));
	strbuf_release(&svg);
	canvas_free(canvas);
}

Test(export, svg_without_theme_colours_and_reversed)
{
	struct canvas *canvas = canvas_new(4, 1, GLYPHS_BRAILLE);
	struct strbuf svg = STRBUF_INIT;
	struct theme theme = bare_theme();

	canvas_put(canvas, 0, 0, "ab", style_with((struct style){ 0 }, ATTR_REVERSE | ATTR_BOLD), -1);
	export_svg(canvas, &theme, "t", &svg);
	expect_well_formed(svg.text);
	cr_assert_not_null(strstr(svg.text, "<path fill=\"#d4d8de\" d=\"M0 0h16.8v18h-16.8z\"/>"));
	cr_assert_not_null(strstr(svg.text, "<g fill=\"#121417\" font-weight=\"bold\">"));
	strbuf_release(&svg);
	canvas_free(canvas);
}
