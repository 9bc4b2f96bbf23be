#include "sim/reply.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>

#include "base/text.h"

void reply_begin(struct reply *reply, struct strbuf *out, bool json)
{
	*reply = (struct reply){ .out = out, .json = json };
	if (json)
		strbuf_addch(out, '{');
}

void reply_end(struct reply *reply)
{
	if (reply->json)
		strbuf_addstr(reply->out, "}\n");
}

/* "nanSynapses" as "nan synapses". */
static void add_words(struct strbuf *out, const char *key)
{
	for (; *key != '\0'; key++) {
		if (isupper((unsigned char)*key))
			strbuf_addch(out, ' ');
		strbuf_addch(out, (char)tolower((unsigned char)*key));
	}
}

static void begin_key(struct reply *reply, const char *key)
{
	if (reply->json) {
		if (reply->more)
			strbuf_addch(reply->out, ',');
		strbuf_add_json(reply->out, key);
	} else {
		if (reply->in_row)
			strbuf_addstr(reply->out, reply->more ? "  " : "  - ");
		add_words(reply->out, key);
	}
	strbuf_addch(reply->out, ':');
	reply->more = true;
}

static void begin_field(struct reply *reply, const char *key)
{
	begin_key(reply, key);
	if (!reply->json)
		strbuf_addch(reply->out, ' ');
}

static void end_field(struct reply *reply)
{
	if (!reply->json && !reply->in_row)
		strbuf_addch(reply->out, '\n');
}

void reply_say(struct reply *reply, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	if (reply->json) {
		reply_text(reply, "message", text.text);
	} else {
		text_add_safe(reply->out, text.text);
		strbuf_addch(reply->out, '\n');
	}
	strbuf_release(&text);
}

int reply_fail(struct reply *reply, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	reply_text(reply, "error", text.text);
	strbuf_release(&text);
	return 1;
}

void reply_text(struct reply *reply, const char *key, const char *value)
{
	begin_field(reply, key);
	if (reply->json)
		strbuf_add_json(reply->out, value);
	else
		text_add_safe(reply->out, value);
	end_field(reply);
}

void reply_number(struct reply *reply, const char *key, double value, int decimals)
{
	begin_field(reply, key);
	if (isfinite(value))
		strbuf_addf(reply->out, "%.*f", decimals, value);
	else
		strbuf_addstr(reply->out, reply->json ? "null" : "NaN");
	end_field(reply);
}

void reply_bool(struct reply *reply, const char *key, bool value)
{
	begin_field(reply, key);
	if (reply->json)
		strbuf_addstr(reply->out, value ? "true" : "false");
	else
		strbuf_addstr(reply->out, value ? "yes" : "no");
	end_field(reply);
}

void reply_list(struct reply *reply, const char *key)
{
	begin_key(reply, key);
	strbuf_addch(reply->out, reply->json ? '[' : '\n');
	reply->more = false;
}

void reply_row(struct reply *reply)
{
	if (reply->json)
		strbuf_addstr(reply->out, reply->more ? ",{" : "{");
	reply->more = false;
	reply->in_row = true;
}

void reply_row_end(struct reply *reply)
{
	strbuf_addch(reply->out, reply->json ? '}' : '\n');
	reply->more = true;
	reply->in_row = false;
}

void reply_list_end(struct reply *reply)
{
	if (reply->json)
		strbuf_addch(reply->out, ']');
	reply->more = true;
}
