#include "promqltest.h"

#include <math.h>
#include <string.h>

#include "promql/lexer.h"
#include "promql/series_notation.h"

int series_read(const char *text, struct arena *arena, struct expectation *ret, struct error *error)
{
	struct series_notation series;

	if (series_notation_read(text, true, arena, &series, error))
		return -1;
	ret->labels = series.labels;
	ret->values = (struct values){ series.values, series.blank, series.count };
	return series.count ? 0 : error_set(error, "a series without values");
}

int scalar_read(const char *text, struct arena *arena, struct expectation *ret)
{
	double value;

	if (series_notation_number(&text, &value) || text[strspn(text, " \t")])
		return -1;
	*ret = (struct expectation){ .values = { .count = 1 } };
	ret->values.items = arena_array(arena, 1, sizeof(*ret->values.items));
	ret->values.blank = arena_array(arena, 1, sizeof(*ret->values.blank));
	ret->values.items[0] = value;
	return 0;
}

int duration_read(const char *text, int64_t *ret_ms)
{
	bool minus = *text == '-';
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, text + minus, strlen(text + minus));
	token = lexer_next(&lexer);
	if (token.kind == TOKEN_DURATION)
		*ret_ms = token.duration_ms;
	else if (token.kind == TOKEN_NUMBER && token.number >= 0. && token.number < 1e12)
		*ret_ms = llround(token.number * 1000.);
	else
		return -1;
	*ret_ms = minus ? -*ret_ms : *ret_ms;
	return lexer_next(&lexer).kind == TOKEN_END ? 0 : -1;
}
