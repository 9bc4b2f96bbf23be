#include "runbook/transcript.h"

#include <string.h>

#include "base/strbuf.h"
#include "runbook/transcript_row.h"

#define LINE_BYTES   8192u         /* of one line that are looked at, when it is drawn */
#define LINE_CELLS   4096u         /* of one line that are drawn */
#define BEFORE_BYTES 8192u         /* before the first line that is wanted: for the colours it begins with */
#define SCREEN_BYTES (256u * 1024) /* of the end, where a change of screens is looked for */

/* What is looked at of one line. */
struct limits {
	size_t bytes, cells;
};

static const struct limits drawn = { LINE_BYTES, LINE_CELLS };
static const struct limits whole = { SIZE_MAX, 16u * 1024 * 1024 };

typedef void on_line_fn(void *user, const struct row *row, size_t offset);

void transcript_init(struct transcript *transcript)
{
	memset(transcript, 0, sizeof(*transcript));
}

void transcript_release(struct transcript *transcript)
{
	arena_release(&transcript->arena);
	vec_release(&transcript->lines);
}

/* Of a line that was written over and over only the last of it counts; of one that is merely long its beginning. */
static void write_line(struct row *row, const char *line, size_t length, bool open, const struct limits *limits)
{
	const char *again;

	row_begin(row);
	if (length > limits->bytes) {
		again = memchr(line + length - limits->bytes, '\r', limits->bytes - 1);
		if (again && again + 1 < line + length) {
			length -= (size_t)(again + 1 - line);
			line = again + 1;
		} else {
			length = limits->bytes;
			row->cut = true;
		}
	}
	row_write(row, line, length, open);
}

/* Each line of `data` whose first byte is at `from` or behind it; those before only leave their colours. */
static void read_lines(const char *data, size_t length, size_t begin, size_t from, const struct limits *limits,
		       on_line_fn *on_line, void *user)
{
	struct row row;

	row_init(&row, limits->cells);
	while (begin < length) {
		const char *end = memchr(data + begin, '\n', length - begin);
		size_t stop = end ? (size_t)(end - data) : length;

		write_line(&row, data + begin, stop - begin, !end, limits);
		if (begin >= from)
			on_line(user, &row, begin);
		begin = stop + 1;
	}
	row_release(&row);
}

static size_t last_lines(const char *data, size_t length, size_t lines_max)
{
	size_t end = length && data[length - 1] == '\n' ? length - 1 : length;

	for (size_t lines = 0; lines < lines_max; lines++) {
		const char *newline = end ? memrchr(data, '\n', end) : NULL;

		if (!newline)
			return 0;
		if (lines + 1 == lines_max)
			return (size_t)(newline - data) + 1;
		end = (size_t)(newline - data);
	}
	return length;
}

/* A line's beginning before `from`, not far; `from` itself when there is none. */
static size_t line_before(const char *data, size_t from)
{
	size_t before = from > BEFORE_BYTES ? from - BEFORE_BYTES : 0;
	const char *newline = before ? memchr(data + before, '\n', from - before) : NULL;

	if (!before)
		return 0;
	return newline ? (size_t)(newline - data) + 1 : from;
}

/* "CSI ? 1049 h" and its older forms take the other screen, "l" gives it back: the last one counts. */
static bool wants_screen(const char *data, size_t length)
{
	static const char *const numbers[] = { "1049", "1047", "47" };
	const char *at = length > SCREEN_BYTES ? data + length - SCREEN_BYTES : data, *end = data + length;
	bool wants = false;

	while ((at = memmem(at, (size_t)(end - at), "\033[?", 3))) {
		at += 3;
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			size_t digits = strlen(numbers[i]);

			if ((size_t)(end - at) > digits && memcmp(at, numbers[i], digits) == 0 &&
			    (at[digits] == 'h' || at[digits] == 'l'))
				wants = at[digits] == 'h';
		}
	}
	return wants;
}

static void keep_line(void *user, const struct row *row, size_t offset)
{
	struct transcript *transcript = user;
	struct transcript_line line = { .offset = offset };

	row_take(row, &transcript->arena, &line);
	vec_push(&transcript->lines, line);
}

void transcript_read(struct transcript *transcript, const char *data, size_t length, size_t lines_max)
{
	size_t from = last_lines(data, length, lines_max);

	arena_release(&transcript->arena);
	vec_clear(&transcript->lines);
	transcript->wants_screen = wants_screen(data, length);
	read_lines(data, length, line_before(data, from), from, &drawn, keep_line, transcript);
}

struct text_taking {
	struct arena arena;
	struct strbuf *ret;
};

static void add_line(void *user, const struct row *row, size_t offset)
{
	struct text_taking *taking = user;
	struct transcript_line line;

	(void)offset;
	row_take(row, &taking->arena, &line);
	for (size_t i = 0; i < line.count; i++)
		strbuf_addstr(taking->ret, line.spans[i].text);
	strbuf_addch(taking->ret, '\n');
	arena_release(&taking->arena);
}

void transcript_add_text(const char *data, size_t length, struct strbuf *ret)
{
	struct text_taking taking = { .ret = ret };

	read_lines(data, length, 0, 0, &whole, add_line, &taking);
}
