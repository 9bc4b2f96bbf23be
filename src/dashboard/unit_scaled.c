#include "dashboard/unit_format.h"

#include <math.h>
#include <string.h>

#include "dashboard/number_text.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Prefixes of size, smallest first; `base` is the index of the one that is empty. */
struct scale {
	double factor;
	const char *const *prefixes;
	int count;
	int base;
};

static const char *const short_names[] = { "", " K", " Mil", " Bil", " Tri", " Quadr", " Quint", " Sext", " Sept" };
static const char *const count_names[] = { "", "K", "M", "B", "T" };
static const char *const psi_names[] = { "psi", "ksi", "Mpsi" };
static const char *const si_names[] = { "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y" };
static const char *const binary_names[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi" };

static const struct scale scale_short = { 1000, short_names, COUNT(short_names), 0 };
static const struct scale scale_count = { 1000, count_names, COUNT(count_names), 0 };
static const struct scale scale_psi = { 1000, psi_names, COUNT(psi_names), 0 };
static const struct scale scale_si = { 1000, si_names, COUNT(si_names), 5 };
static const struct scale scale_binary = { 1024, binary_names, COUNT(binary_names), 0 };

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

/* Grafana's scaledUnits: write the scaled number and return its prefix. */
static const char *scale_format(const struct scale *scale, int offset, double value, int decimals,
				struct unit_text *ret)
{
	int base = scale->base + offset;
	int power = value == 0 ? 0 : (int)floor(log10(fabs(value)) / log10(scale->factor));
	int kept = clamp(power, -base, scale->count - base - 1);

	number_text_fixed(value / pow(scale->factor, kept), decimals, ret->text, sizeof(ret->text));
	return scale->prefixes[clamp(base + power, 0, scale->count - 1)];
}

static void set_suffix(struct unit_text *ret, const char *first, const char *second, const char *third)
{
	size_t size = sizeof(ret->suffix), length;

	unit_copy(ret->suffix, size, first);
	length = strlen(ret->suffix);
	unit_copy(ret->suffix + length, size - length, second);
	length = strlen(ret->suffix);
	unit_copy(ret->suffix + length, size - length, third);
}

int unit_si_offset(const char *text, const char **ret_symbol)
{
	*ret_symbol = text;
	for (int i = 0; i < COUNT(si_names); i++) {
		size_t length = strlen(si_names[i]);

		if (length > 0 && strncmp(text, si_names[i], length) == 0) {
			*ret_symbol = text + length;
			return i - scale_si.base;
		}
	}
	if (strncmp(text, "μ", strlen("μ")) == 0) { /* the Greek letter, beside the micro sign of the table */
		*ret_symbol = text + strlen("μ");
		return -2;
	}
	return 0;
}

void unit_format_short(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	set_suffix(ret, scale_format(&scale_short, row->offset, value, decimals, ret), "", "");
}

void unit_format_si(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	set_suffix(ret, " ", scale_format(&scale_si, row->offset, value, decimals, ret), row->symbol);
}

void unit_format_binary(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	set_suffix(ret, " ", scale_format(&scale_binary, row->offset, value, decimals, ret), row->symbol);
}

void unit_format_count(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	set_suffix(ret, scale_format(&scale_count, row->offset, value, decimals, ret), " ", row->symbol);
}

void unit_format_psi(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	set_suffix(ret, scale_format(&scale_psi, row->offset, value, decimals, ret), "", "");
}

void unit_format_currency(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	size_t sign = value < 0 ? 1 : 0;

	set_suffix(ret, scale_format(&scale_count, 0, fabs(value), decimals, ret), "", "");
	ret->prefix[0] = '-';
	unit_copy(ret->prefix + sign, sizeof(ret->prefix) - sign, row->symbol);
}

void unit_format_currency_behind(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	set_suffix(ret, scale_format(&scale_count, 0, fabs(value), decimals, ret), row->symbol, "");
	unit_copy(ret->prefix, sizeof(ret->prefix), value < 0 ? "-" : "");
}
