/*
 * How long an answer takes to read and what it costs in memory, beside cJSON
 * on the same bytes:
 *
 *     bench_answer [SERIES POINTS [answer|cjson]]
 *
 * Without arguments it runs itself for 1,000 x 240 and 10,000 x 240 with each
 * reader, every one in a process of its own, so that the peaks do not mix.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "query/answer.h"

#define RUNS       9
#define READ_BYTES 16384 /* what comes from a socket at once */

/* Values as rate() gives them: nearly all need 15 to 17 digits. */
static void write_answer(struct strbuf *text, int series, int points)
{
	strbuf_addstr(text, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
	for (int i = 0; i < series; i++) {
		strbuf_addf(text,
			    "%s{\"metric\":{\"__name__\":\"http_requests_total\",\"instance\":\"10.0.%d.%d:9090\","
			    "\"job\":\"api\",\"code\":\"200\"},\"values\":[",
			    i ? "," : "", i / 256, i % 256);
		for (int at = 0; at < points; at++)
			strbuf_addf(text, "%s[%d,\"%.15g\"]", at ? "," : "", 1700000000 + 15 * at,
				    fabs(sin(i * 0.7 + at * 0.01)) * 1234.567);
		strbuf_addstr(text, "]}");
	}
	strbuf_addstr(text, "]}}");
}

static double by_answer(const struct strbuf *text)
{
	struct answer *answer = answer_new(ANSWER_SAMPLES, NULL, NULL);
	struct matrix *matrix = NULL;
	double last = 0.;

	for (size_t at = 0; at < text->length; at += READ_BYTES)
		answer_feed(answer, text->text + at, text->length - at < READ_BYTES ? text->length - at : READ_BYTES);
	if (answer_finish(answer, &matrix) == ANSWER_OK)
		last = matrix->series[matrix->count - 1].values[0];
	else
		fprintf(stderr, "%s\n", answer_reason(answer));
	matrix_unref(matrix);
	answer_free(answer);
	return last;
}

/* What a reader on cJSON would have to do at least: parse, and read each value. */
static double by_cjson(const struct strbuf *text)
{
	cJSON *root = cJSON_ParseWithLength(text->text, text->length);
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(root, "data"), *series, *pair;
	double last = 0.;

	cJSON_ArrayForEach(series, cJSON_GetObjectItemCaseSensitive(data, "result"))
		cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(series, "values")) last +=
		strtod(pair->child->next->valuestring, NULL);
	cJSON_Delete(root);
	return last;
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void measure(int series, int points, const char *reader)
{
	double (*read_in)(const struct strbuf *) = strcmp(reader, "cjson") ? by_answer : by_cjson;
	struct strbuf text = STRBUF_INIT;
	struct rusage before, after;
	double ms[RUNS], sink = 0.;

	write_answer(&text, series, points);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < RUNS; i++) {
		int64_t start = clock_monotonic_ns();

		sink += read_in(&text);
		ms[i] = (double)(clock_monotonic_ns() - start) / 1e6;
	}
	getrusage(RUSAGE_SELF, &after);
	qsort(ms, RUNS, sizeof(ms[0]), compare);
	printf("%-7s %6d x %d  %6.1f MB of JSON  median %7.1f ms  peak %6.1f MB, of which for reading %6.1f MB%s\n",
	       reader, series, points, (double)text.length / 1e6, ms[RUNS / 2], (double)after.ru_maxrss / 1024.,
	       (double)(after.ru_maxrss - before.ru_maxrss) / 1024., isnan(sink) ? "?" : "");
	strbuf_release(&text);
}

int main(int argc, char **argv)
{
	static const char *const readers[] = { "answer", "cjson" };
	static const int sizes[] = { 1000, 10000 };

	if (argc > 2) {
		measure(atoi(argv[1]), atoi(argv[2]), argc > 3 ? argv[3] : "answer");
		return 0;
	}
	for (int i = 0; i < 4; i++) {
		pid_t child;

		fflush(stdout);
		child = fork();
		if (!child) {
			measure(sizes[i / 2], 240, readers[i % 2]);
			exit(0);
		}
		waitpid(child, NULL, 0);
	}
	return 0;
}
