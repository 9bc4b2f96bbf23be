#include "alert/rule_test_input.h"

#include <stdlib.h>
#include <string.h>

#include "alert/rule_test_check.h"
#include "base/mem.h"

static struct rule_test_input *find_input(struct rule_test_inputs *inputs, const struct labels *labels)
{
	for (size_t i = 0; i < inputs->items.count; i++)
		if (labels_equal(&inputs->items.items[i].series.labels, labels))
			return &inputs->items.items[i];
	return vec_add(&inputs->items);
}

/* One line; a series that is there already is replaced. */
static int read_line(struct rule_test_inputs *inputs, const char *line, unsigned number, bool quoted_names,
		     struct strbuf *faults)
{
	struct series_notation series;
	struct error error = { "" };

	if (series_notation_read(line, quoted_names, &inputs->arena, &series, &error) == 0 &&
	    (series.labels.count || !series.count)) {
		*find_input(inputs, &series.labels) = (struct rule_test_input){ .series = series };
		return 0;
	}
	strbuf_addf(faults, "    %s:%u: %s\n", inputs->file->path, number,
		    error.text[0] ? error.text : "a series without any label");
	return -1;
}

/*
 * promtool makes one text of all series, and reads it line by line up to one
 * that is empty or a comment: values that end with a newline (as `values: |`
 * does) end the input.
 */
int rule_test_inputs_read(struct rule_test_inputs *ret, const struct rule_test_file *file, const struct rule_test *test,
			  bool quoted_names, struct strbuf *faults)
{
	bool over = false;
	int result = 0;

	*ret = (struct rule_test_inputs){ .file = file, .interval_ms = test->interval_ms };
	for (size_t i = 0; i < test->series_count && !over && !result; i++) {
		const struct rule_test_series *series = &test->series[i];
		char *text = mem_printf("%s %s", series->series, series->values), *next = text;

		while (next && !over && !result) {
			char *line = strsep(&next, "\n");

			line += strspn(line, " \t\r\f\v");
			over = !*line || *line == '#';
			if (!over)
				result = read_line(ret, line, series->line, quoted_names, faults);
		}
		free(text);
	}
	return result;
}

/* Put in what is up to `time_ms`. Without an interval all values are at 0, and the first one is taken. */
void rule_test_inputs_append(struct rule_test_inputs *inputs, struct rule_stage *stage, int64_t time_ms,
			     struct strbuf *faults)
{
	for (size_t i = 0; i < inputs->items.count; i++) {
		struct rule_test_input *input = &inputs->items.items[i];
		const struct series_notation *series = &input->series;

		for (; input->next < series->count; input->next++) {
			int64_t at_ms = (int64_t)input->next * inputs->interval_ms;
			enum store_result result = STORE_OK;

			if (at_ms > time_ms)
				break;
			if (series->blank[input->next])
				continue;
			result = rule_stage_append(stage, &series->labels, at_ms, series->values[input->next]);
			if (result != STORE_OK && inputs->interval_ms) {
				strbuf_addf(faults,
					    "    %s: a sample of an input series is refused: ", inputs->file->path);
				labels_add(faults, &series->labels);
				strbuf_addstr(faults, ", time: ");
				rule_test_add_time(faults, at_ms);
				strbuf_addstr(faults, " (a rule wrote to this series)\n");
			}
		}
	}
}

void rule_test_inputs_release(struct rule_test_inputs *inputs)
{
	vec_release(&inputs->items);
	arena_release(&inputs->arena);
}
