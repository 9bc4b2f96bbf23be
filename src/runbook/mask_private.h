/* How secrets are recognised; shared by the files of the mask alone. */
#ifndef RUNBOOK_MASK_PRIVATE_H
#define RUNBOOK_MASK_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "runbook/transcript_row.h"

/* What has been shown and is still looked back at: to the beginning of a word, to the program of a flag. */
#define MASK_BEHIND 512

enum pattern_kind {
	PATTERN_LITERAL, /* this very text */
	PATTERN_NAME,    /* "password": what is assigned to it */
	PATTERN_HEADER,  /* "authorization": the same, to the end of the line */
	PATTERN_TOKEN,   /* a prefix that only tokens have, and so many characters of its kind */
	PATTERN_BEARER,  /* a word, and the token after it */
	PATTERN_JWT,
	PATTERN_PEM,
	PATTERN_URL,
	PATTERN_FLAG, /* " -u": of the programs that take a password there */
};

enum pattern_flag {
	PATTERN_WORD = 1u << 0,  /* no letter or digit stands before it */
	PATTERN_EQUAL = 1u << 1, /* assigned by '=' only */
	PATTERN_QUOTED = 1u << 2 /* a quote stands before it */
};

enum token_kind { TOKEN_WORD, TOKEN_UPPER, TOKEN_BASE64, TOKEN_ANY };

struct pattern {
	const char *text;
	size_t length;
	enum pattern_kind kind;
	unsigned flags;
	enum token_kind token;
	size_t least;  /* characters of a token */
	uint16_t next; /* with the same first two letters; 0: none */
};

/* What a value looks like, and so where it ends. */
struct value {
	char quote;   /* it stands in; 0 */
	bool escaped; /* that quote stands behind a backslash */
	bool line;    /* it goes to the end of the line */
	bool json;    /* its name stood in quotes */
	bool query;   /* of an address: it ends at '&' */
};

/* What was found. */
struct finding {
	enum { FOUND_NOTHING, FOUND_MORE_NEEDED, FOUND_SECRET } what;
	bool is_secret;   /* of FOUND_MORE_NEEDED: what is held back may be part of one */
	size_t show_to;   /* up to here it is no secret */
	bool masked;      /* the secret begins there */
	size_t resume_at; /* go on from here */
	enum {
		THEN_GO_ON,
		THEN_VALUE, /* a value begins, after space */
		THEN_TOKEN, /* more characters of a token's kind belong to it */
		THEN_PEM,   /* all up to the end mark */
	} then;
	struct value value;
	enum token_kind token;
};

/* What is not seen but stands in the stream: colours, movements of the cursor, nuls. */
struct noise {
	size_t at;             /* before that byte of the text */
	size_t offset, length; /* in what the stream keeps of noise */
	char covers;           /* this byte of the text stands for it; 0: none does */
	bool colours;
	bool moves; /* what follows may be written over what was there */
};

/* The text that is looked at; `last`: nothing will follow. */
struct sight {
	const char *text;
	size_t end;
	bool last;
	const struct noise *noises; /* by their places */
	size_t noise_count;
};

/* Bytes by five bits: letters whatever their case, and a few kinds of others. */
extern const uint8_t mask_folds[256];
#define MASK_FOLD(byte) ((unsigned)mask_folds[(unsigned char)(byte)])
#define MASK_PAIRS      1024u
#define MASK_LITERALS   1024u

#define MASK_LITERAL_LEAST 4 /* bytes of a value that is masked wherever it stands */

enum mode { MODE_TEXT, MODE_VALUE, MODE_IN_VALUE, MODE_IN_TOKEN, MODE_PEM };

/* Where the reading of bytes is. */
struct view {
	enum view_state { VIEW_TEXT, VIEW_ESCAPE, VIEW_CONTROL, VIEW_STRING, VIEW_STRING_ESCAPE } state;
	struct strbuf sequence; /* so far */
	size_t parameters, others;
	char part[4]; /* of a character of many bytes */
	size_t part_length;
	char held[4]; /* the last character */
	size_t held_length;
	bool back;        /* a backspace stands behind it */
	unsigned returns; /* carriage returns that an end of line may follow */
};

/* One text on its way through. */
struct stream {
	bool verbatim;      /* nothing is left out but secrets */
	struct view view;   /* what comes in */
	struct strbuf work; /* what was shown last, for looking back, and what is not settled: as it is seen */
	VEC(struct noise) noises;
	struct strbuf noise; /* their bytes */
	size_t noise_next;   /* the first that was not handed on */
	bool moved;          /* one that moves was */
	size_t scan;         /* up to here it is settled */
	size_t shown;        /* up to here it was handed on; beyond `scan` after a pause */
	bool holds_secret;   /* what is held back may be part of one */
	enum mode mode;
	struct value value;
	enum token_kind token;
	size_t swallowed;
};
#define STREAM_INIT                                                                                                    \
	{                                                                                                              \
		.work = STRBUF_INIT, .noise = STRBUF_INIT, .view = {.sequence = STRBUF_INIT }                          \
	}

/*
 * The line that is being written, when it is written over: however the cursor
 * went, no secret may stand there in the end.
 */
struct mask_line {
	struct strbuf text; /* of a line that was not written over so far: its beginning */
	bool is_live;       /* `row` is what is drawn of it */
	struct row row;
};

struct mask {
	VEC(struct pattern) patterns;     /* [0] is none: the chains end there */
	uint16_t heads[MASK_PAIRS];       /* first known pattern by its first two letters */
	uint16_t literals[MASK_LITERALS]; /* first literal by the hash of its first four bytes */
	uint32_t thirds[MASK_PAIRS];      /* and which letters come third */
	uint32_t firsts;
	struct stream stream;
	struct mask_line line;
};

static inline unsigned mask_pair(const char *text)
{
	return MASK_FOLD(text[0]) << 5 | MASK_FOLD(text[1]);
}

static inline unsigned mask_hash(const char *text)
{
	uint32_t word;

	memcpy(&word, text, sizeof(word));
	return word * 2654435761u >> 22;
}

extern const struct pattern mask_patterns[];
extern const size_t mask_pattern_count;

bool mask_is_token(enum token_kind kind, unsigned char byte);

/* Does `pattern` stand at `at`? */
struct finding mask_try(const struct pattern *pattern, const struct sight *sight, size_t at);

/* A value that names a secret rather than being one: "$TOKEN", "<token>", what is masked already. */
enum mask_answer { MASK_NO, MASK_YES, MASK_UNKNOWN };
enum mask_answer mask_is_reference(const struct sight *sight, size_t at);

/* Bytes of a stream as they come, added to what is seen and to what is not. */
void mask_view_read(struct stream *stream, const char *data, size_t length);

/* Nothing comes for now: the last character is no longer held. */
void mask_view_settle(struct stream *stream);

/* Nothing comes any more. */
void mask_view_end(struct stream *stream);

void mask_stream_release(struct stream *stream);

void mask_line_init(struct mask_line *line);
void mask_line_release(struct mask_line *line);

/* What `ret` holds from `from` on is about to be shown: a line that was written over is put right when a secret came
 * out of that. `moved`: there are such lines in it. */
void mask_line_check(struct mask *mask, bool moved, struct strbuf *ret, size_t from);

#endif
