/* Go's own functions. */
#include <ctype.h>
#include <string.h>

#include "alert/template_format.h"
#include "alert/template_function.h"
#include "alert/template_run.h"
#include "base/text.h"

static int call_lazy(struct template_call *call)
{
	(void)call;
	return 0; /* template_call.c does it */
}

static int call_not(struct template_call *call)
{
	call->result = template_bool(!template_truth(&call->values[0]));
	return 0;
}

static int call_len(struct template_call *call)
{
	const struct template_value *value = &call->values[0];

	switch (value->kind) {
	case TEMPLATE_STRING:
	case TEMPLATE_HTML:
	case TEMPLATE_LABELS:
	case TEMPLATE_ARGS:
	case TEMPLATE_VECTOR: call->result = template_int((int64_t)template_length(value)); return 0;
	case TEMPLATE_INVALID: return template_call_fail(call, "reflect: call of reflect.Value.Type on zero Value");
	case TEMPLATE_SAMPLE:
		if (!value->sample)
			return template_call_fail(call, "len of nil pointer");
		return template_call_fail(call, "len of type template.sample");
	default: return template_call_fail(call, "len of type %s", template_type(value));
	}
}

/* An index into a string or vector of `most` items; that many is let pass. */
static int read_index(struct template_call *call, const struct template_value *index, size_t most, size_t *ret)
{
	if (index->kind == TEMPLATE_INVALID || index->kind == TEMPLATE_NIL)
		return template_call_fail(call, "cannot index slice/array with nil");
	if (!template_is_int(index) && index->kind != TEMPLATE_BYTE)
		return template_call_fail(call, "cannot index slice/array with type %s", template_type(index));
	if (index->number < 0 || (uint64_t)index->number > most)
		return template_call_fail(call, "index out of range: %lld", (long long)index->number);
	*ret = (size_t)index->number;
	return 0;
}

static int index_list(struct template_call *call, struct template_value *item, const struct template_value *index)
{
	bool text = template_is_text(item);
	struct template_value list = *item, key;
	size_t at = 0;

	if (read_index(call, index, item->length, &at))
		return -1;
	if (at == item->length)
		return template_call_fail(call, "reflect: %s index out of range", text ? "string" : "slice");
	if (text)
		*item = (struct template_value){ .kind = TEMPLATE_BYTE, .number = (unsigned char)item->text[at] };
	else
		template_item(&list, at, &key, item);
	return 0;
}

static int index_map(struct template_call *call, struct template_value *item, const struct template_value *key)
{
	if (key->kind == TEMPLATE_INVALID || key->kind == TEMPLATE_NIL)
		return template_call_fail(call, "value is nil; should be of type string");
	if (key->kind != TEMPLATE_STRING)
		return template_call_fail(call, "value has type %s; should be string", template_type(key));
	*item = template_member(item, key->text, key->length);
	return 0;
}

static int call_index(struct template_call *call)
{
	struct template_value item = call->values[0];

	if (item.kind == TEMPLATE_INVALID)
		return template_call_fail(call, "index of untyped nil");
	for (size_t i = 1; i < call->count; i++) {
		int status;

		if (item.kind == TEMPLATE_STRING || item.kind == TEMPLATE_HTML || item.kind == TEMPLATE_VECTOR)
			status = index_list(call, &item, &call->values[i]);
		else if (item.kind == TEMPLATE_LABELS || item.kind == TEMPLATE_ARGS)
			status = index_map(call, &item, &call->values[i]);
		else if (item.kind == TEMPLATE_NIL || (item.kind == TEMPLATE_SAMPLE && !item.sample))
			status = template_call_fail(call, "index of nil pointer");
		else
			status = template_call_fail(call, "can't index item of type %s",
						    template_type(&item) + (*template_type(&item) == '*'));
		if (status)
			return -1;
	}
	call->result = item;
	return 0;
}

static int call_slice(struct template_call *call)
{
	struct template_value item = call->values[0];
	bool text = template_is_text(&item);
	size_t places[3] = { 0, item.length, 0 }, count = call->count - 1;

	if (item.kind == TEMPLATE_INVALID)
		return template_call_fail(call, "slice of untyped nil");
	if (count > 3)
		return template_call_fail(call, "too many slice indexes: %zu", count);
	if (text && count == 3)
		return template_call_fail(call, "cannot 3-index slice a string");
	if (!text && item.kind != TEMPLATE_VECTOR)
		return template_call_fail(call, "can't slice item of type %s", template_type(&item));
	for (size_t i = 0; i < count; i++)
		if (read_index(call, &call->values[i + 1], text ? item.length : item.room, &places[i]))
			return -1;
	if (places[0] > places[1])
		return template_call_fail(call, "invalid slice index: %zu > %zu", places[0], places[1]);
	if (count == 3 && places[1] > places[2])
		return template_call_fail(call, "invalid slice index: %zu > %zu", places[1], places[2]);
	item.length = places[1] - places[0];
	if (text) {
		struct strbuf part = STRBUF_INIT;

		strbuf_add(&part, item.text + places[0], item.length);
		return template_call_take(call, &part);
	}
	item.vector += places[0];
	item.room = (count == 3 ? places[2] : item.room) - places[0];
	call->result = item;
	return 0;
}

static int call_call(struct template_call *call)
{
	if (call->values[0].kind == TEMPLATE_INVALID)
		return template_call_fail(call, "call of nil");
	return template_call_fail(call, "non-function of type %s", template_type(&call->values[0]));
}

/* ---- printing ---- */

static int call_print(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT;

	template_format_sprint(&text, call->values, call->count);
	return template_call_take(call, &text);
}

static int call_println(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT;

	template_format_sprintln(&text, call->values, call->count);
	return template_call_take(call, &text);
}

static int call_printf(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT;

	template_format_sprintf(&text, call->values[0].text, call->values[0].length, call->values + 1, call->count - 1);
	return template_call_take(call, &text);
}

/* The values as one text, to be escaped. */
static void join(const struct template_call *call, struct strbuf *ret)
{
	if (call->count == 1)
		template_format_print(ret, &call->values[0]);
	else
		template_format_sprint(ret, call->values, call->count);
}

static int call_html(struct template_call *call)
{
	static const char plain[] = "\"'&<>";
	static const char *const escaped[] = { "&#34;", "&#39;", "&amp;", "&lt;", "&gt;" };
	struct strbuf text = STRBUF_INIT, result = STRBUF_INIT;

	join(call, &text);
	for (size_t i = 0; i < text.length; i++) {
		const char *found = text.text[i] ? strchr(plain, text.text[i]) : NULL;

		if (found)
			strbuf_addstr(&result, escaped[found - plain]);
		else if (!text.text[i])
			strbuf_addstr(&result, "\xef\xbf\xbd");
		else
			strbuf_addch(&result, text.text[i]);
	}
	strbuf_release(&text);
	return template_call_take(call, &result);
}

static int call_js(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT, result = STRBUF_INIT;
	uint32_t code;

	join(call, &text);
	for (size_t at = 0, used; at < text.length; at += used) {
		used = text_decode(text.text + at, text.length - at, &code);
		if (code == '\\' || code == '\'' || code == '"')
			strbuf_addf(&result, "\\%c", (char)code);
		else if (code < ' ' || (code < 0x80 && strchr("<>&=", (int)code)))
			strbuf_addf(&result, "\\u%04X", code);
		else if (code >= 0x80 && text_is_unsafe(code))
			strbuf_addf(&result, "\\u%04X", code);
		else
			strbuf_add(&result, text.text + at, used);
	}
	strbuf_release(&text);
	return template_call_take(call, &result);
}

static int call_urlquery(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT, result = STRBUF_INIT;

	join(call, &text);
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.text[i];

		if (byte == ' ')
			strbuf_addch(&result, '+');
		else if (byte < 0x80 && (isalnum(byte) || (byte && strchr("-_.~", byte))))
			strbuf_addch(&result, (char)byte);
		else
			strbuf_addf(&result, "%%%02X", byte);
	}
	strbuf_release(&text);
	return template_call_take(call, &result);
}

#define ANY   PARAMETER_ANY
#define VALUE PARAMETER_VALUE
const struct template_function template_builtins[] = {
	{ "and", { VALUE, VALUE }, 2, .variadic = true, .lazy = true, .call = call_lazy },
	{ "or", { VALUE, VALUE }, 2, .variadic = true, .lazy = true, .call = call_lazy },
	{ "not", { VALUE }, 1, .call = call_not },
	{ "len", { VALUE }, 1, .call = call_len },
	{ "index", { VALUE, VALUE }, 2, .variadic = true, .call = call_index },
	{ "slice", { VALUE, VALUE }, 2, .variadic = true, .call = call_slice },
	{ "call", { VALUE, VALUE }, 2, .variadic = true, .call = call_call },
	{ "print", { ANY }, 1, .variadic = true, .call = call_print },
	{ "println", { ANY }, 1, .variadic = true, .call = call_println },
	{ "printf", { PARAMETER_STRING, ANY }, 2, .variadic = true, .call = call_printf },
	{ "html", { ANY }, 1, .variadic = true, .call = call_html },
	{ "js", { ANY }, 1, .variadic = true, .call = call_js },
	{ "urlquery", { ANY }, 1, .variadic = true, .call = call_urlquery },
	{ 0 },
};
