/*
 * Run a file of unit vectors against the unit table: one line a vector, unit,
 * value, decimals (or "auto") and text between tabs. Prints each miss and a
 * count. Exit 0 when all pass, 1 when some fail, 2 when the file is bad.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/unit.h"

#define COLUMNS 4

struct vector {
	const char *unit;
	double value;
	int decimals;
	const char *value_text, *decimals_text, *text; /* as written */
};

/* Take a line apart in place; false when it is no vector. */
static bool vector_parse(char *line, struct vector *ret)
{
	char *columns[COLUMNS], *end;

	line[strcspn(line, "\r\n")] = '\0';
	for (int i = 0; i < COLUMNS; i++) {
		columns[i] = strsep(&line, "\t");
		if (!columns[i])
			return false;
	}
	if (line)
		return false;
	ret->unit = columns[0];
	ret->value_text = columns[1];
	ret->decimals_text = columns[2];
	ret->text = columns[3];
	ret->value = strtod(columns[1], &end);
	if (end == columns[1] || *end)
		return false;
	if (strcmp(columns[2], "auto") == 0) {
		ret->decimals = UNIT_DECIMALS_AUTO;
		return true;
	}
	ret->decimals = (int)strtol(columns[2], &end, 10);
	return end != columns[2] && !*end && ret->decimals >= 0;
}

static int run(FILE *file, const char *name)
{
	unsigned line_number = 0, passed = 0, failed = 0;
	char *line = NULL, got[512];
	size_t capacity = 0;
	int result = 0;

	while (getline(&line, &capacity, file) >= 0) {
		struct vector vector;

		line_number++;
		if (!vector_parse(line, &vector)) {
			fprintf(stderr, "%s:%u: not a vector (unit, value, decimals or auto, text, between tabs)\n",
				name, line_number);
			result = 2;
			continue;
		}
		unit_string(vector.unit, vector.value, vector.decimals, got, sizeof(got));
		if (strcmp(got, vector.text) == 0) {
			passed++;
			continue;
		}
		failed++;
		printf("%s:%u: %s %s %s: got %s, expected %s\n", name, line_number, vector.unit, vector.value_text,
		       vector.decimals_text, got, vector.text);
	}
	if (ferror(file)) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		result = 2;
	} else if (line_number == 0) {
		fprintf(stderr, "%s: empty (one vector a line)\n", name);
		result = 2;
	}
	free(line);
	printf("%u passed, %u failed\n", passed, failed);
	return result ? result : failed > 0;
}

int main(int argc, char **argv)
{
	FILE *file;
	int result;

	if (argc != 2) {
		fprintf(stderr, "usage: unit-vectors FILE\n");
		return 2;
	}
	file = fopen(argv[1], "r");
	if (!file) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	result = run(file, argv[1]);
	fclose(file);
	return result;
}
