/* How secrets are recognised; shared by the files of the mask alone. */
#ifndef RUNBOOK_MASK_PRIVATE_H
#define RUNBOOK_MASK_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/vec.h"

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

/* The text that is looked at; `last`: nothing will follow. */
struct sight {
	const char *text;
	size_t end;
	bool last;
};

/* Bytes by five bits: letters whatever their case, and a few kinds of others. */
extern const uint8_t mask_folds[256];
#define MASK_FOLD(byte) ((unsigned)mask_folds[(unsigned char)(byte)])
#define MASK_PAIRS      1024u
#define MASK_LITERALS   1024u

#define MASK_LITERAL_LEAST 4 /* bytes of a value that is masked wherever it stands */

enum mode { MODE_TEXT, MODE_VALUE, MODE_IN_VALUE, MODE_IN_TOKEN, MODE_PEM };

/* One text on its way through. */
struct stream {
	struct strbuf work; /* what was shown last, for looking back, and what is not settled */
	size_t scan;        /* up to here it is settled */
	size_t shown;       /* up to here it was handed on; beyond `scan` after a pause */
	bool holds_secret;  /* what is held back may be part of one */
	enum mode mode;
	struct value value;
	enum token_kind token;
	size_t swallowed;
};

struct mask {
	VEC(struct pattern) patterns;     /* [0] is none: the chains end there */
	uint16_t heads[MASK_PAIRS];       /* first known pattern by its first two letters */
	uint16_t literals[MASK_LITERALS]; /* first literal by the hash of its first four bytes */
	uint32_t thirds[MASK_PAIRS];      /* and which letters come third */
	uint32_t firsts;
	struct stream stream;
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

/* The length of the colour sequence there; 0: none; SIZE_MAX: it has not ended yet. */
size_t mask_colour(const struct sight *sight, size_t at);

#endif
