#include "alert/template_format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "alert/template.h"
#include "alert/template_time.h"
#include "alert/template_verb.h"
#include "base/text.h"

#define NUMBER_MOST 1000000 /* Go's own limit for a width, a precision or an index */

/* ---- quoting ---- */

static void quote_byte(struct strbuf *ret, unsigned char byte)
{
	static const char names[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	const char *value = byte ? strchr(values, byte) : NULL;

	if (byte == '"' || byte == '\\')
		strbuf_addf(ret, "\\%c", byte);
	else if (byte >= ' ' && byte < 127)
		strbuf_addch(ret, (char)byte);
	else if (value)
		strbuf_addf(ret, "\\%c", names[value - values]);
	else
		strbuf_addf(ret, "\\x%02x", byte);
}

/* What Go's unicode.IsPrint leaves out, as far as it matters: controls, formats, other blanks, private use. */
static bool is_printed(uint32_t code)
{
	return code > 0xa0 && code != 0xad && !text_is_unsafe(code) && code != 0x3000 && code != 0x1680 &&
	       code != 0x202f && code != 0x205f && !(code >= 0x2000 && code <= 0x200f) &&
	       !(code >= 0x2060 && code <= 0x206f) && !(code >= 0xe000 && code <= 0xf8ff) && code < 0xe0000;
}

void template_format_quote(struct strbuf *ret, const char *text, size_t length, bool ascii)
{
	uint32_t code;

	strbuf_addch(ret, '"');
	for (size_t at = 0, used; at < length; at += used) {
		used = text_decode(text + at, length - at, &code);
		if (code < 0x80 || (code == TEXT_REPLACEMENT && used == 1))
			quote_byte(ret, (unsigned char)text[at]);
		else if (!ascii && is_printed(code))
			strbuf_add(ret, text + at, used);
		else if (code < 0x10000)
			strbuf_addf(ret, "\\u%04x", code);
		else
			strbuf_addf(ret, "\\U%08x", code);
	}
	strbuf_addch(ret, '"');
}

/* ---- values ---- */

static void write_map(const struct template_verb *verb, const struct template_value *value, unsigned depth)
{
	struct template_value key, item;

	if (verb->sharp_v)
		strbuf_addf(verb->out, "%s{", template_type(value));
	else
		strbuf_addstr(verb->out, "map[");
	for (size_t i = 0; i < template_length(value); i++) {
		template_item(value, i, &key, &item);
		if (i)
			strbuf_addstr(verb->out, verb->sharp_v ? ", " : " ");
		template_verb_write(verb, &key, depth + 1);
		strbuf_addch(verb->out, ':');
		template_verb_write(verb, &item, depth + 1);
	}
	strbuf_addch(verb->out, verb->sharp_v ? '}' : ']');
}

struct field {
	const char *name;
	struct template_value value;
};

static void write_fields(const struct template_verb *verb, const struct field *fields, size_t count, const char *type,
			 unsigned depth)
{
	if (verb->sharp_v)
		strbuf_addstr(verb->out, type);
	strbuf_addch(verb->out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_addstr(verb->out, verb->sharp_v ? ", " : " ");
		if (verb->sharp_v || verb->plus_v)
			strbuf_addf(verb->out, "%s:", fields[i].name);
		template_verb_write(verb, &fields[i].value, depth + 1);
	}
	strbuf_addch(verb->out, '}');
}

static void write_sample(const struct template_verb *verb, const struct template_sample *sample, unsigned depth)
{
	const struct field fields[] = {
		{ "Labels", { .kind = TEMPLATE_LABELS, .labels = &sample->labels } },
		{ "Value", template_float(sample->value) },
	};

	write_fields(verb, fields, 2, "template.sample", depth);
}

/* Go prints where a sample is in memory; there is nothing to learn from that, nor to keep. */
static void write_pointer(const struct template_verb *verb, const struct template_value *value, unsigned depth)
{
	if (!value->sample)
		strbuf_addstr(verb->out, "<nil>");
	else if (depth)
		strbuf_addstr(verb->out, "0xc000000000");
	else {
		strbuf_addch(verb->out, '&');
		write_sample(verb, value->sample, depth + 1);
	}
}

static void write_vector(const struct template_verb *verb, const struct template_value *value, unsigned depth)
{
	struct template_value key, item;

	strbuf_addstr(verb->out, verb->sharp_v ? "template.queryResult{" : "[");
	for (size_t i = 0; i < value->length; i++) {
		template_item(value, i, &key, &item);
		if (i)
			strbuf_addstr(verb->out, verb->sharp_v ? ", " : " ");
		template_verb_write(verb, &item, depth + 1);
	}
	strbuf_addch(verb->out, verb->sharp_v ? '}' : ']');
}

static void write_data(const struct template_verb *verb, const struct template_data *data, unsigned depth)
{
	const struct field fields[] = {
		{ "Labels", { .kind = TEMPLATE_LABELS, .labels = data->labels } },
		{ "ExternalLabels", { .kind = TEMPLATE_LABELS, .labels = data->external_labels } },
		{ "ExternalURL", template_text(data->external_url ? data->external_url : "") },
		{ "Value", template_float(data->value) },
	};
	const struct template_value whole = { .kind = TEMPLATE_DATA };

	write_fields(verb, fields, 4, template_type(&whole), depth);
}

/* What has a String method is a text to the verbs of texts. */
static bool write_named(const struct template_verb *verb, const struct template_value *value)
{
	struct strbuf text = STRBUF_INIT;

	if (verb->verb > 127 || !strchr("vsxXq", (int)verb->verb) || verb->sharp_v)
		return false;
	template_time_print(&text, value);
	template_verb_string(verb, text.text, text.length);
	strbuf_release(&text);
	return true;
}

void template_verb_bad(const struct template_verb *verb, const struct template_value *value)
{
	const struct template_verb plain = { .out = verb->out, .verb = 'v' };
	char name[5];

	strbuf_addstr(verb->out, "%!");
	strbuf_add(verb->out, name, text_encode(verb->verb, name));
	if (value->kind == TEMPLATE_NIL || value->kind == TEMPLATE_INVALID) {
		strbuf_addstr(verb->out, "(<nil>)");
		return;
	}
	strbuf_addf(verb->out, "(%s=", template_type(value));
	template_verb_write(&plain, value, 0);
	strbuf_addch(verb->out, ')');
}

static bool write_nil(const struct template_verb *verb)
{
	if (verb->verb != 'v')
		return false;
	template_verb_pad(verb, "<nil>", 5);
	return true;
}

void template_verb_write(const struct template_verb *verb, const struct template_value *value, unsigned depth)
{
	bool known = true;

	if (verb->out->length > TEMPLATE_FORMAT_MOST)
		return;
	switch (value->kind) {
	case TEMPLATE_INVALID:
	case TEMPLATE_NIL: known = write_nil(verb); break;
	case TEMPLATE_BOOL: known = template_verb_bool(verb, value->truth); break;
	case TEMPLATE_MONTH:
	case TEMPLATE_WEEKDAY:
		if (write_named(verb, value))
			break;
		known = template_verb_integer(verb, value->number, false);
		break;
	case TEMPLATE_INT:
	case TEMPLATE_INT64: known = template_verb_integer(verb, value->number, false); break;
	case TEMPLATE_BYTE: known = template_verb_integer(verb, value->number, true); break;
	case TEMPLATE_FLOAT: known = template_verb_float(verb, value->real); break;
	case TEMPLATE_STRING:
	case TEMPLATE_HTML: known = template_verb_string(verb, value->text, value->length); break;
	case TEMPLATE_LABELS:
	case TEMPLATE_ARGS: write_map(verb, value, depth); break;
	case TEMPLATE_SAMPLE: write_pointer(verb, value, depth); break;
	case TEMPLATE_VECTOR: write_vector(verb, value, depth); break;
	case TEMPLATE_DATA: write_data(verb, value->data, depth); break;
	case TEMPLATE_TIME: known = write_named(verb, value); break;
	}
	if (!known)
		template_verb_bad(verb, value);
}

/* ---- Sprint ---- */

void template_format_print(struct strbuf *ret, const struct template_value *value)
{
	const struct template_verb verb = { .out = ret, .verb = 'v' };

	if (value->kind == TEMPLATE_INVALID || (value->kind == TEMPLATE_SAMPLE && !value->sample))
		strbuf_addstr(ret, "<no value>");
	else if (value->kind == TEMPLATE_SAMPLE)
		write_sample(&verb, value->sample, 0);
	else
		template_verb_write(&verb, value, 0);
}

void template_format_sprint(struct strbuf *ret, const struct template_value *values, size_t count)
{
	const struct template_verb verb = { .out = ret, .verb = 'v' };

	for (size_t i = 0; i < count; i++) {
		if (i && !template_is_text(&values[i]) && !template_is_text(&values[i - 1]))
			strbuf_addch(ret, ' ');
		template_verb_write(&verb, &values[i], 0);
	}
}

void template_format_sprintln(struct strbuf *ret, const struct template_value *values, size_t count)
{
	const struct template_verb verb = { .out = ret, .verb = 'v' };

	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_addch(ret, ' ');
		template_verb_write(&verb, &values[i], 0);
	}
	strbuf_addch(ret, '\n');
}

/* ---- Sprintf ---- */

struct formatting {
	const char *at, *end;
	const struct template_value *values;
	size_t count, next; /* the next value */
	bool reordered;     /* an index was used anywhere: surplus values are not told */
	bool bad_index;     /* one that is none was used in this verb */
	bool after_index;
};

/* Digits; false when there are none, or too many of them. */
static bool read_number(struct formatting *formatting, int *ret)
{
	const char *start = formatting->at;

	*ret = 0;
	while (formatting->at < formatting->end && isdigit((unsigned char)*formatting->at)) {
		if (*ret > NUMBER_MOST) {
			*ret = 0;
			return false;
		}
		*ret = *ret * 10 + (*formatting->at++ - '0');
	}
	return formatting->at > start;
}

/* `[3]`: which value comes next. */
static void read_index(struct formatting *formatting)
{
	const char *close;
	int index;

	if (formatting->at == formatting->end || *formatting->at != '[')
		return;
	formatting->reordered = true;
	close = memchr(formatting->at, ']', (size_t)(formatting->end - formatting->at));
	if (!close) {
		formatting->bad_index = true;
		formatting->at++;
		return;
	}
	formatting->at++;
	if (read_number(formatting, &index) && formatting->at == close && index >= 1 &&
	    (size_t)index <= formatting->count) {
		formatting->next = (size_t)index - 1;
		formatting->after_index = true;
	} else {
		formatting->bad_index = true;
	}
	formatting->at = close + 1;
}

/* The value of a `*`; false when it is no small whole number. */
static bool take_star(struct formatting *formatting, int *ret)
{
	const struct template_value *value;

	formatting->at++;
	formatting->after_index = false;
	*ret = 0;
	if (formatting->next >= formatting->count)
		return false;
	value = &formatting->values[formatting->next++];
	if ((!template_is_int(value) && value->kind != TEMPLATE_BYTE) || value->number > NUMBER_MOST ||
	    value->number < -NUMBER_MOST)
		return false;
	*ret = (int)value->number;
	return true;
}

static void read_flags(struct formatting *formatting, struct template_verb *verb)
{
	for (; formatting->at < formatting->end; formatting->at++) {
		switch (*formatting->at) {
		case '#': verb->sharp = true; break;
		case '0': verb->zero = !verb->minus; break;
		case '+': verb->plus = true; break;
		case '-':
			verb->minus = true;
			verb->zero = false;
			break;
		case ' ': verb->space = true; break;
		default: return;
		}
	}
}

static bool at_character(const struct formatting *formatting, char ch)
{
	return formatting->at < formatting->end && *formatting->at == ch;
}

static void read_width(struct formatting *formatting, struct template_verb *verb)
{
	if (at_character(formatting, '*')) {
		verb->has_width = take_star(formatting, &verb->width);
		if (!verb->has_width)
			strbuf_addstr(verb->out, "%!(BADWIDTH)");
		if (verb->width < 0) {
			verb->width = -verb->width;
			verb->minus = true;
			verb->zero = false;
		}
		return;
	}
	verb->has_width = read_number(formatting, &verb->width);
	if (formatting->after_index && verb->has_width)
		formatting->bad_index = true;
}

static void read_precision(struct formatting *formatting, struct template_verb *verb)
{
	if (!at_character(formatting, '.'))
		return;
	formatting->at++;
	if (formatting->after_index)
		formatting->bad_index = true;
	read_index(formatting);
	if (at_character(formatting, '*')) {
		verb->has_precision = take_star(formatting, &verb->precision);
		if (verb->precision < 0) {
			verb->precision = 0;
			verb->has_precision = false;
		}
		if (!verb->has_precision)
			strbuf_addstr(verb->out, "%!(BADPREC)");
		return;
	}
	if (!read_number(formatting, &verb->precision))
		verb->precision = 0;
	verb->has_precision = true;
}

static void add_complaint(const struct template_verb *verb, const char *what)
{
	char name[5];

	strbuf_addstr(verb->out, "%!");
	strbuf_add(verb->out, name, text_encode(verb->verb, name));
	strbuf_addstr(verb->out, what);
}

static void write_type(const struct template_verb *verb, const struct template_value *value)
{
	template_verb_pad(verb, template_type(value), strlen(template_type(value)));
}

static void write_verb(struct formatting *formatting, struct template_verb *verb)
{
	const struct template_value *value;

	if (verb->verb == '%') {
		strbuf_addch(verb->out, '%');
		return;
	}
	if (formatting->bad_index) {
		add_complaint(verb, "(BADINDEX)");
		return;
	}
	if (formatting->next >= formatting->count) {
		add_complaint(verb, "(MISSING)");
		return;
	}
	value = &formatting->values[formatting->next++];
	if (verb->verb == 'v') {
		verb->sharp_v = verb->sharp;
		verb->sharp = false;
		verb->plus_v = verb->plus;
		verb->plus = false;
	}
	if (verb->verb == 'T')
		write_type(verb, value);
	else
		template_verb_write(verb, value, 0);
}

static void add_surplus(const struct formatting *formatting, struct strbuf *ret)
{
	const struct template_verb verb = { .out = ret, .verb = 'v' };

	strbuf_addstr(ret, "%!(EXTRA ");
	for (size_t i = formatting->next; i < formatting->count; i++) {
		const struct template_value *value = &formatting->values[i];

		strbuf_addstr(ret, i > formatting->next ? ", " : "");
		if (value->kind == TEMPLATE_NIL || value->kind == TEMPLATE_INVALID) {
			strbuf_addstr(ret, "<nil>");
			continue;
		}
		strbuf_addf(ret, "%s=", template_type(value));
		template_verb_write(&verb, value, 0);
	}
	strbuf_addch(ret, ')');
}

void template_format_sprintf(struct strbuf *ret, const char *format, size_t length, const struct template_value *values,
			     size_t count)
{
	struct formatting formatting = { .at = format, .end = format + length, .values = values, .count = count };

	while (formatting.at < formatting.end && ret->length <= TEMPLATE_FORMAT_MOST) {
		const char *percent = memchr(formatting.at, '%', (size_t)(formatting.end - formatting.at));
		struct template_verb verb = { .out = ret };

		strbuf_add(ret, formatting.at, (size_t)((percent ? percent : formatting.end) - formatting.at));
		if (!percent)
			break;
		formatting.at = percent + 1;
		formatting.bad_index = formatting.after_index = false;
		read_flags(&formatting, &verb);
		read_index(&formatting);
		read_width(&formatting, &verb);
		read_precision(&formatting, &verb);
		if (!formatting.after_index)
			read_index(&formatting);
		if (formatting.at == formatting.end) {
			strbuf_addstr(ret, "%!(NOVERB)");
			break;
		}
		formatting.at += text_decode(formatting.at, (size_t)(formatting.end - formatting.at), &verb.verb);
		write_verb(&formatting, &verb);
	}
	if (!formatting.reordered && formatting.next < count)
		add_surplus(&formatting, ret);
}
