/* Colours and attributes: what "CSI ... m" asks for. */
#include <ctype.h>
#include <string.h>

#include "runbook/transcript_row.h"

#define PARAMETERS_MAX 32
#define NUMBER_MAX     65535
#define DEFAULT        (-1)
#define RGB            0x1000000

/* Numbers, and which of them belong to the one before (joined by a colon). */
struct parameters {
	int numbers[PARAMETERS_MAX];
	bool joined[PARAMETERS_MAX];
	size_t count;
};

static void read_parameters(struct parameters *ret, const char *text, size_t length)
{
	bool joined = false;
	int number = 0;

	ret->count = 0;
	for (size_t i = 0; i <= length && ret->count < PARAMETERS_MAX; i++) {
		if (i < length && isdigit((unsigned char)text[i])) {
			number = number * 10 + (text[i] - '0');
			number = number > NUMBER_MAX ? NUMBER_MAX : number;
			continue;
		}
		ret->numbers[ret->count] = number;
		ret->joined[ret->count++] = joined;
		number = 0;
		joined = i < length && text[i] == ':';
	}
}

static int byte_at(const struct parameters *parameters, size_t i)
{
	int number = i < parameters->count ? parameters->numbers[i] : 0;

	return number > 255 ? 255 : number;
}

static int rgb_at(const struct parameters *parameters, size_t i)
{
	return RGB | byte_at(parameters, i) << 16 | byte_at(parameters, i + 1) << 8 | byte_at(parameters, i + 2);
}

/* "38;5;N", "38;2;R;G;B", "38:5:N", "38:2::R:G:B" (a colour space may stand before R), "38:2:R:G:B". Returns the last
 * one used. */
static size_t extended(const struct parameters *parameters, size_t at, int *ret)
{
	size_t end = at + 1;

	if (end < parameters->count && parameters->joined[end]) {
		while (end < parameters->count && parameters->joined[end])
			end++;
		if (parameters->numbers[at + 1] == 5 && end - at >= 3)
			*ret = byte_at(parameters, at + 2);
		else if (parameters->numbers[at + 1] == 2 && end - at >= 5)
			*ret = rgb_at(parameters, end - at >= 6 ? at + 3 : at + 2);
		return end - 1;
	}
	if (end < parameters->count && parameters->numbers[end] == 5) {
		*ret = byte_at(parameters, end + 1);
		return end + 1;
	}
	if (end < parameters->count && parameters->numbers[end] == 2) {
		*ret = rgb_at(parameters, end + 1);
		return end + 3;
	}
	return at;
}

/* What one number adds and takes away. */
static const struct {
	int number;
	unsigned adds, removes;
} attributes[] = {
	{ 1, TRANSCRIPT_BOLD, 0 },       { 2, TRANSCRIPT_DIM, 0 },        { 4, TRANSCRIPT_UNDERLINE, 0 },
	{ 7, TRANSCRIPT_REVERSE, 0 },    { 21, TRANSCRIPT_UNDERLINE, 0 }, { 22, 0, TRANSCRIPT_BOLD | TRANSCRIPT_DIM },
	{ 24, 0, TRANSCRIPT_UNDERLINE }, { 27, 0, TRANSCRIPT_REVERSE },
};

static void apply_attribute(struct row_style *style, int number)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (attributes[i].number != number)
			continue;
		style->attributes |= attributes[i].adds;
		style->attributes &= ~attributes[i].removes;
	}
}

static void apply_one(struct row_style *style, int number)
{
	if (number == 0)
		*style = (struct row_style){ DEFAULT, DEFAULT, 0 };
	else if (number >= 30 && number <= 37)
		style->colour = number - 30;
	else if (number == 39)
		style->colour = DEFAULT;
	else if (number >= 40 && number <= 47)
		style->ground = number - 40;
	else if (number == 49)
		style->ground = DEFAULT;
	else if (number >= 90 && number <= 97)
		style->colour = number - 90 + 8;
	else if (number >= 100 && number <= 107)
		style->ground = number - 100 + 8;
	else
		apply_attribute(style, number);
}

void row_style_apply(struct row_style *style, const char *text, size_t length)
{
	struct parameters parameters;
	int unused;

	read_parameters(&parameters, text, length);
	for (size_t i = 0; i < parameters.count; i++) {
		int number = parameters.numbers[i];
		bool has_more = i + 1 < parameters.count && parameters.joined[i + 1];

		if (number == 38 || number == 48 || number == 58) {
			i = extended(&parameters, i,
				     number == 38   ? &style->colour
				     : number == 48 ? &style->ground
						    : &unused);
			continue;
		}
		/* "4:0" is no underline, "4:3" a curly one. */
		if (number == 4 && has_more && parameters.numbers[i + 1] == 0)
			style->attributes &= ~(unsigned)TRANSCRIPT_UNDERLINE;
		else
			apply_one(style, number);
		while (i + 1 < parameters.count && parameters.joined[i + 1])
			i++;
	}
}
