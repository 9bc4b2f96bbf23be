#include "base/text.h"

#include <string.h>

#include "base/text_width.h"

#define ZERO_WIDTH_JOINER 0x200du
#define EMOJI_VARIATION   0xfe0fu
#define ELLIPSIS          0x2026u

/* What text_is_unsafe names, beyond the non-characters at the end of each plane. Sorted. */
static const struct text_range unsafe_ranges[] = {
	{ 0x0000, 0x001f },      /* C0 */
	{ 0x007f, 0x009f },      /* DEL, C1 */
	{ 0x061c, 0x061c },      /* Arabic letter mark */
	{ 0x200e, 0x200f },      /* direction marks */
	{ 0x2028, 0x202e },      /* line and paragraph separator, embeddings, overrides */
	{ 0x2066, 0x206f },      /* isolates, deprecated format characters */
	{ 0xd800, 0xf8ff },      /* surrogates, private use */
	{ 0xfdd0, 0xfdef },      /* non-characters */
	{ 0xfeff, 0xfeff },      /* zero width no-break space */
	{ 0xfff9, 0xfffb },      /* interlinear annotation */
	{ 0xe0000, 0xe007f },    /* tags */
	{ 0xf0000, 0xffffffff }, /* private use, and beyond Unicode */
};

static bool in_ranges(const struct text_range *ranges, size_t count, uint32_t code)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code > ranges[middle].last)
			low = middle + 1;
		else if (code < ranges[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

/* Length of the sequence that `lead` begins and its least code point: shorter ways to write it are not allowed. */
static size_t sequence_length(unsigned char lead, uint32_t *ret_bits, uint32_t *ret_least)
{
	if (lead >= 0xc2 && lead <= 0xdf) {
		*ret_bits = lead & 0x1f;
		*ret_least = 0x80;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*ret_bits = lead & 0x0f;
		*ret_least = 0x800;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*ret_bits = lead & 0x07;
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

size_t text_decode(const char *text, size_t length, uint32_t *ret_code)
{
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t code, least;
	size_t wanted;

	if (bytes[0] < 0x80) {
		*ret_code = bytes[0];
		return 1;
	}
	*ret_code = TEXT_REPLACEMENT;
	wanted = sequence_length(bytes[0], &code, &least);
	if (!wanted || wanted > length)
		return 1;
	for (size_t i = 1; i < wanted; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 1;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 1;
	*ret_code = code;
	return wanted;
}

size_t text_encode(uint32_t code, char *ret)
{
	size_t length = 0;

	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		code = TEXT_REPLACEMENT;
	if (code < 0x80) {
		ret[length++] = (char)code;
	} else if (code < 0x800) {
		ret[length++] = (char)(0xc0 | code >> 6);
		ret[length++] = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		ret[length++] = (char)(0xe0 | code >> 12);
		ret[length++] = (char)(0x80 | (code >> 6 & 0x3f));
		ret[length++] = (char)(0x80 | (code & 0x3f));
	} else {
		ret[length++] = (char)(0xf0 | code >> 18);
		ret[length++] = (char)(0x80 | (code >> 12 & 0x3f));
		ret[length++] = (char)(0x80 | (code >> 6 & 0x3f));
		ret[length++] = (char)(0x80 | (code & 0x3f));
	}
	ret[length] = '\0';
	return length;
}

int text_code_width(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (in_ranges(text_zero_width, text_zero_width_count, code))
		return 0;
	return in_ranges(text_double_width, text_double_width_count, code) ? 2 : 1;
}

bool text_is_unsafe(uint32_t code)
{
	if (code >= 0x20 && code < 0x7f)
		return false;
	return (code & 0xfffe) == 0xfffe ||
	       in_ranges(unsafe_ranges, sizeof(unsafe_ranges) / sizeof(*unsafe_ranges), code);
}

static size_t decode_safe(const char *text, size_t length, uint32_t *ret_code)
{
	size_t used = text_decode(text, length, ret_code);

	if (text_is_unsafe(*ret_code))
		*ret_code = TEXT_REPLACEMENT;
	return used;
}

static bool is_skin_tone(uint32_t code)
{
	return code >= 0x1f3fb && code <= 0x1f3ff;
}

/*
 * Terminals disagree about joined emoji, skin tones and the emoji variation
 * of narrow characters. Leaving those joiners out makes all of them draw what
 * was counted here: each emoji in its two cells, narrow characters in one.
 */
static bool is_dropped(uint32_t code)
{
	return code == ZERO_WIDTH_JOINER || code == EMOJI_VARIATION || is_skin_tone(code);
}

bool text_grapheme(const char *text, size_t length, struct grapheme *ret)
{
	size_t at;
	uint32_t code;

	if (!length)
		return false;
	at = decode_safe(text, length, &code);
	*ret = (struct grapheme){ .codes = { code }, .count = 1, .width = text_code_width(code) };
	while (at < length) {
		size_t used;

		if ((unsigned char)text[at] < 0x80)
			break;
		used = decode_safe(text + at, length - at, &code);
		if (text_code_width(code) > 0 && !(is_skin_tone(code) && ret->width == 2))
			break;
		if (!is_dropped(code) && ret->count < sizeof(ret->codes) / sizeof(*ret->codes))
			ret->codes[ret->count++] = code;
		at += used;
	}
	ret->bytes = at;
	return true;
}

int text_width(const char *text)
{
	size_t left = strlen(text);
	struct grapheme grapheme;
	int width = 0;

	for (; text_grapheme(text, left, &grapheme); text += grapheme.bytes, left -= grapheme.bytes)
		width += grapheme.width;
	return width;
}

static void add_code(struct strbuf *buf, uint32_t code)
{
	char encoded[5];
	size_t bytes = text_encode(code, encoded);

	strbuf_add(buf, encoded, bytes);
}

static void add_safe(struct strbuf *buf, const char *text, char newline)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t code;
		size_t used = text_decode(text, left, &code);

		if (code == '\r' && left > 1 && text[1] == '\n') {
			/* The end of a line as Windows and HTTP write it: the newline follows. */
		} else if (code == '\n') {
			strbuf_addch(buf, newline);
		} else if (code == '\t') {
			strbuf_addch(buf, ' ');
		} else if (text_is_unsafe(code)) {
			strbuf_addstr(buf, "\xef\xbf\xbd");
		} else {
			add_code(buf, code);
		}
		text += used;
		left -= used;
	}
}

void text_add_safe(struct strbuf *buf, const char *text)
{
	add_safe(buf, text, ' ');
}

void text_add_safe_lines(struct strbuf *buf, const char *text)
{
	add_safe(buf, text, '\n');
}

void text_add_fit(struct strbuf *buf, const char *text, int cells, bool ascii)
{
	size_t left = strlen(text), start = buf->length, cut = start;
	struct grapheme grapheme;
	int width = 0;

	if (cells <= 0)
		return;
	for (; text_grapheme(text, left, &grapheme); text += grapheme.bytes, left -= grapheme.bytes) {
		if (width + grapheme.width > cells) {
			strbuf_truncate(buf, cut);
			add_code(buf, ascii ? '~' : ELLIPSIS);
			return;
		}
		width += grapheme.width;
		if (*text == '\n' || *text == '\t')
			grapheme.codes[0] = ' ';
		for (unsigned i = 0; i < grapheme.count; i++)
			add_code(buf, grapheme.codes[i]);
		/* Where the text ends if the ellipsis has to take the last cell. */
		if (width < cells)
			cut = buf->length;
	}
}

void text_add_column(struct strbuf *buf, const char *text, int cells)
{
	struct strbuf fit = STRBUF_INIT;

	text_add_fit(&fit, text, cells, false);
	strbuf_addstr(buf, fit.text);
	for (int i = text_width(fit.text); i < cells + 2; i++)
		strbuf_addch(buf, ' ');
	strbuf_release(&fit);
}

unsigned text_distance(const char *a, const char *b, unsigned limit)
{
	enum { LONGEST = 64 };
	unsigned rows[3][LONGEST + 1];
	size_t length_a = strlen(a), length_b = strlen(b);
	size_t apart = length_a > length_b ? length_a - length_b : length_b - length_a;

	/* Nobody mistypes words of that length; it bounds the time, too. */
	if (apart > limit || length_a > LONGEST || length_b > LONGEST)
		return limit + 1;
	for (unsigned j = 0; j <= length_b; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= length_a; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3], best;

		best = row[0] = i;
		for (unsigned j = 1; j <= length_b; j++) {
			unsigned cost = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < cost)
				cost = above[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			/* Two neighbours swapped count as one slip. */
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two_above[j - 2] + 1 < cost)
				cost = two_above[j - 2] + 1;
			row[j] = cost;
			if (cost < best)
				best = cost;
		}
		if (best > limit)
			return limit + 1;
	}
	return rows[length_a % 3][length_b] > limit ? limit + 1 : rows[length_a % 3][length_b];
}
