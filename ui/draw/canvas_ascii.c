#include "ui/draw/canvas_private.h"

#include <stddef.h>

/* Latin-1 from U+00A0 and Latin Extended-A up to U+017F, letter by letter. */
static const char latin[] = " !cL?Y|S\"ca<!-r-o+23'uP.,1o>????AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
			    "aaaaaaaceeeeiiiidnooooo/ouuuuyty"
			    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOo"
			    "RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

struct relative {
	uint32_t first, last;
	char ascii;
};

/* Sorted; the first row that covers a code point counts. */
/* clang-format off */
static const struct relative relatives[] = {
	/* spaces */
	{ 0x2002, 0x200A, ' ' },
	/* hyphens, dashes */
	{ 0x2010, 0x2015, '-' },
	/* quotes */
	{ 0x2018, 0x201B, '\'' },
	{ 0x201C, 0x201F, '"' },
	/* bullets, ellipsis (as text_add_fit writes it), primes */
	{ 0x2022, 0x2023, '*' },
	{ 0x2026, 0x2026, '~' },
	{ 0x202F, 0x202F, ' ' },
	{ 0x2032, 0x2032, '\'' },
	{ 0x2033, 0x2033, '"' },
	{ 0x2039, 0x2039, '<' },
	{ 0x203A, 0x203A, '>' },
	/* euro */
	{ 0x20AC, 0x20AC, 'E' },
	/* arrows */
	{ 0x2190, 0x2190, '<' },
	{ 0x2191, 0x2191, '^' },
	{ 0x2192, 0x2192, '>' },
	{ 0x2193, 0x2193, 'v' },
	/* mathematics */
	{ 0x2205, 0x2205, '0' },
	{ 0x2212, 0x2212, '-' },
	{ 0x221E, 0x221E, '8' },
	{ 0x2248, 0x2248, '~' },
	{ 0x2260, 0x2260, '#' },
	{ 0x2264, 0x2264, '<' },
	{ 0x2265, 0x2265, '>' },
	/* box drawing */
	{ 0x2500, 0x2501, '-' },
	{ 0x2502, 0x2503, '|' },
	{ 0x2504, 0x2505, '-' },
	{ 0x2506, 0x2507, ':' },
	{ 0x2508, 0x2509, '-' },
	{ 0x250A, 0x250B, ':' },
	{ 0x250C, 0x254B, '+' },
	{ 0x254C, 0x254D, '-' },
	{ 0x254E, 0x254F, ':' },
	{ 0x2550, 0x2550, '=' },
	{ 0x2551, 0x2551, '|' },
	{ 0x2552, 0x2570, '+' },
	{ 0x2571, 0x2571, '/' },
	{ 0x2572, 0x2572, '\\' },
	{ 0x2573, 0x2573, 'X' },
	{ 0x2574, 0x2574, '-' },
	{ 0x2575, 0x2575, '|' },
	{ 0x2576, 0x2576, '-' },
	{ 0x2577, 0x2577, '|' },
	{ 0x2578, 0x2578, '-' },
	{ 0x2579, 0x2579, '|' },
	{ 0x257A, 0x257A, '-' },
	{ 0x257B, 0x257B, '|' },
	{ 0x257C, 0x257C, '-' },
	{ 0x257D, 0x257D, '|' },
	{ 0x257E, 0x257E, '-' },
	{ 0x257F, 0x257F, '|' },
	/* blocks */
	{ 0x2580, 0x2580, '"' },
	{ 0x2581, 0x2582, '_' },
	{ 0x2583, 0x2584, '.' },
	{ 0x2585, 0x2586, '=' },
	{ 0x2587, 0x258B, '#' },
	{ 0x258C, 0x258F, '|' },
	{ 0x2590, 0x2590, '|' },
	{ 0x2591, 0x2591, '.' },
	{ 0x2592, 0x2592, ':' },
	{ 0x2593, 0x2593, '#' },
	{ 0x2594, 0x2594, '"' },
	{ 0x2595, 0x2595, '|' },
	{ 0x2596, 0x259F, '#' },
	/* shapes */
	{ 0x25A0, 0x25A0, '#' },
	{ 0x25A1, 0x25A1, 'o' },
	{ 0x25B2, 0x25B5, '^' },
	{ 0x25B6, 0x25BB, '>' },
	{ 0x25BC, 0x25BF, 'v' },
	{ 0x25C0, 0x25C5, '<' },
	{ 0x25C6, 0x25C8, '*' },
	{ 0x25CB, 0x25CE, 'o' },
	{ 0x25CF, 0x25CF, '*' },
	{ 0x25D0, 0x25D7, 'o' },
	/* ticks and crosses */
	{ 0x2713, 0x2714, '+' },
	{ 0x2715, 0x2718, 'x' },
	/* braille */
	{ 0x2800, 0x2800, ' ' },
	{ 0x2801, 0x28FF, '.' },
};
/* clang-format on */

char canvas_ascii(uint32_t code)
{
	size_t low = 0, high = sizeof(relatives) / sizeof(relatives[0]);

	if (code >= ' ' && code < 0x7F)
		return (char)code;
	if (code >= 0xA0 && code < 0xA0 + sizeof(latin) - 1)
		return latin[code - 0xA0];
	if (code == 0x3BC) /* the other micro sign */
		return 'u';
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (code < relatives[middle].first)
			high = middle;
		else if (code > relatives[middle].last)
			low = middle + 1;
		else
			return relatives[middle].ascii;
	}
	return '?';
}
