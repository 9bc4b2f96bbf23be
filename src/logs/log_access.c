#include <string.h>

#include "logs/log_reading.h"
#include "logs/log_time.h"

#define LEAST_BYTES 30 /* of an access line */

struct words {
	const char *at, *end;
};

static bool blank(struct words *words)
{
	if (words->at >= words->end || *words->at != ' ')
		return false;
	words->at++;
	return true;
}

static bool word(struct words *words, struct line_text *ret)
{
	const char *begin = words->at;

	while (words->at < words->end && *words->at != ' ')
		words->at++;
	*ret = line_text_of(begin, (size_t)(words->at - begin));
	return ret->length > 0;
}

/* In quotes; a backslash keeps the next byte from ending it. */
static bool quoted(struct words *words, struct line_text *ret)
{
	const char *begin;

	if (words->at >= words->end || *words->at != '"')
		return false;
	begin = ++words->at;
	while (words->at < words->end && *words->at != '"')
		words->at += *words->at == '\\' ? 2 : 1;
	if (words->at >= words->end)
		return false;
	*ret = line_text_of(begin, (size_t)(words->at - begin));
	words->at++;
	return true;
}

static bool is_number(struct line_text text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((text.text[i] < '0' || text.text[i] > '9') && text.text[i] != '.')
			return false;
	return text.length > 0;
}

static void add(struct line_reading *reading, const char *name, struct line_text value, enum line_value kind)
{
	/* A dash is how these logs say that there is none. */
	if (value.length && !(value.length == 1 && *value.text == '-'))
		line_add_field(reading, line_text_of(name, strlen(name)), value, kind);
}

/* "GET /path?query HTTP/1.1"; something that is no request (a TLS handshake on a plain port) is kept whole. */
static void add_request(struct line_reading *reading, struct line_text request)
{
	struct words words = { request.text, request.text + request.length };
	struct line_text method, url, protocol = { 0 };
	const char *query;

	if (!word(&words, &method) || !blank(&words) || !word(&words, &url)) {
		add(reading, "request", request, LINE_STRING);
		return;
	}
	if (blank(&words))
		word(&words, &protocol);
	add(reading, "method", method, LINE_STRING);
	add(reading, "url", url, LINE_STRING);
	query = memchr(url.text, '?', url.length);
	if (query) {
		add(reading, "path", line_text_of(url.text, (size_t)(query - url.text)), LINE_STRING);
		add(reading, "query_params", line_text_of(query + 1, (size_t)(url.text + url.length - query - 1)),
		    LINE_STRING);
	} else {
		add(reading, "path", url, LINE_STRING);
	}
	add(reading, "protocol", protocol, LINE_STRING);
}

/* Referrer and agent of the combined format, then what servers are told to append: pairs, or a bare request time. */
static void add_rest(struct line_reading *reading, struct words *words)
{
	struct line_text text;

	if (blank(words) && quoted(words, &text)) {
		add(reading, "referer", text, LINE_STRING);
		if (blank(words) && quoted(words, &text))
			add(reading, "user_agent", text, LINE_STRING);
		blank(words);
	}
	if (words->at >= words->end || line_read_pairs(reading, words->at, (size_t)(words->end - words->at), false))
		return;
	if (word(words, &text) && is_number(text))
		add(reading, "request_time", text, LINE_NUMBER);
}

bool line_read_access(struct line_reading *reading, const char *text, size_t length)
{
	struct words words = { text, text + length };
	struct line_text host, ident, user, request, status, size;
	int64_t time_ms;
	size_t used;

	if (length < LEAST_BYTES || !word(&words, &host) || !blank(&words) || !word(&words, &ident) || !blank(&words) ||
	    !word(&words, &user) || !blank(&words) || words.end - words.at < LEAST_BYTES || *words.at != '[')
		return false;
	used = log_time_read(words.at + 1, (size_t)(words.end - words.at - 1), reading->parser, &time_ms);
	if (!used || (size_t)(words.end - words.at) < used + 5 || words.at[used + 1] != ']')
		return false;
	words.at += used + 2;
	if (!blank(&words) || !quoted(&words, &request) || !blank(&words) || !word(&words, &status) ||
	    status.length != 3 || !is_number(status))
		return false;
	reading->line->shape = LINE_ACCESS;
	reading->line->time_ms = time_ms;
	reading->line->message = line_text_of(request.text - 1, (size_t)(words.at - request.text) + 1);
	/* The server's view: what it could not do is an error, what it refused a warning. */
	reading->line->level = *status.text == '5' ? LINE_ERROR : *status.text == '4' ? LINE_WARNING : LINE_INFO;
	add(reading, "client_ip", host, LINE_STRING);
	add(reading, "user_id", user, LINE_STRING);
	add_request(reading, request);
	add(reading, "status_code", status, LINE_NUMBER);
	if (blank(&words) && word(&words, &size))
		add(reading, "response_size", size, is_number(size) ? LINE_NUMBER : LINE_STRING);
	add_rest(reading, &words);
	return true;
}
