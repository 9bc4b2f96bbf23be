/*
 * template-answers [--value NUMBER]
 *
 * Expands templates from standard input, each ended by a NUL byte, with the
 * data that templates.py gives promtool, and writes each result, ended by a
 * NUL byte too. The n-th belongs to the alert A000, A001 ... It is one side
 * of the comparison with a real Prometheus.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/template.h"

static const struct label up_a[] = { { "__name__", "up" }, { "instance", "x:1" }, { "job", "a" } };
static const struct label up_b[] = { { "__name__", "up" }, { "instance", "y:2" }, { "job", "b" } };
static const struct label firing[] = {
	{ "__name__", "m" }, { "instance", "host.example.com:9100" }, { "job", "node" }, { "n", "7" }
};
static const struct label external[] = { { "region", "eu" } };

struct reply {
	const char *expression;
	enum matrix_kind kind;
	size_t first, count; /* of the series below */
};

static const int64_t times[] = { 0 };
static const double values[] = { 1, 0, 3 };
static const struct series series[] = {
	{ { up_a, 3 }, 1, times, values },
	{ { up_b, 3 }, 1, times, values + 1 },
	{ { NULL, 0 }, 1, times, values + 2 },
};

static const struct reply replies[] = {
	{ "up", MATRIX_VECTOR, 0, 2 },
	{ "up{job=\"a\"}", MATRIX_VECTOR, 0, 1 },
	{ "up{job=\"b\"}", MATRIX_VECTOR, 1, 1 },
	{ "3", MATRIX_SCALAR, 2, 1 },
};

/* Any other expression finds nothing. */
static void answer(struct template_lookup *lookup)
{
	struct matrix *matrix;

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		const struct reply *reply = &replies[i];
		if (strcmp(lookup->expression, reply->expression) != 0)
			continue;
		matrix = matrix_new(reply->kind);
		matrix->count = reply->count;
		matrix->series = arena_array(&matrix->arena, reply->count, sizeof(*matrix->series));
		for (size_t j = 0; j < reply->count; j++)
			matrix->series[j] = series[reply->first + j];
		template_answer(lookup, matrix, NULL);
		matrix_unref(matrix);
		return;
	}
	matrix = matrix_new(MATRIX_VECTOR);
	template_answer(lookup, matrix, NULL);
	matrix_unref(matrix);
}

static void expand(const char *text, struct template_data *data)
{
	struct template_lookups lookups = { 0 };
	struct strbuf result = STRBUF_INIT;

	while (template_expand(text, data, &lookups, &result) == TEMPLATE_ASKS)
		answer(&lookups.items.items[lookups.items.count - 1]);
	fwrite(result.text, 1, result.length, stdout);
	putchar('\0');
	strbuf_release(&result);
	template_lookups_release(&lookups);
}

int main(int argc, char **argv)
{
	const struct labels labels = { firing, 4 }, externals = { external, 1 };
	struct template_data data = { .labels = &labels, .external_labels = &externals, .value = 1.5 };
	char *text = NULL, name[32];
	size_t capacity = 0;

	if (argc == 3 && strcmp(argv[1], "--value") == 0)
		data.value = strtod(argv[2], NULL);
	for (unsigned i = 0; getdelim(&text, &capacity, '\0', stdin) > 0; i++) {
		snprintf(name, sizeof(name), "A%03u", i);
		data.name = name;
		expand(text, &data);
	}
	free(text);
	return 0;
}
