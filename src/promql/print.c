/* An expression as text, in the form of Prometheus's own printer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "base/vec.h"
#include "promql/function.h"
#include "promql/promql.h"

#define DIGITS_MAX 17 /* enough for every double */

/* Go's %v: as few digits as give the number back; an exponent below -4 and from 6 on. */
static void print_number(double number, struct strbuf *ret)
{
	char text[40], digits[DIGITS_MAX + 1] = "0";
	int exponent, count = 0, precision = 0;

	if (isnan(number) || isinf(number)) {
		strbuf_addstr(ret, isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
		return;
	}
	do
		snprintf(text, sizeof(text), "%.*e", precision, number);
	while (strtod(text, NULL) != number && ++precision < DIGITS_MAX);
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	for (const char *at = text; *at != 'e'; at++)
		if (*at >= '0' && *at <= '9')
			digits[count++] = *at;
	while (count > 1 && digits[count - 1] == '0')
		count--;
	if (signbit(number))
		strbuf_addch(ret, '-');
	if (exponent < -4 || exponent >= 6) {
		strbuf_addch(ret, digits[0]);
		if (count > 1)
			strbuf_addf(ret, ".%.*s", count - 1, digits + 1);
		strbuf_addf(ret, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
		return;
	}
	if (exponent < 0)
		strbuf_addf(ret, "0.%.*s", -exponent - 1, "000");
	for (int i = 0; i < count || i <= exponent; i++) {
		if (i && i == exponent + 1)
			strbuf_addch(ret, '.');
		strbuf_addch(ret, i < count ? digits[i] : '0');
	}
}

/* Go's %q. */
static void print_string(const char *text, struct strbuf *ret)
{
	static const char plain[] = "abfnrtv\\\"", meant[] = "\a\b\f\n\r\t\v\\\"";
	size_t length = strlen(text), used;

	strbuf_addch(ret, '"');
	for (size_t at = 0; at < length; at += used) {
		const char *escape = strchr(meant, text[at]);
		uint32_t code;

		used = text_decode(text + at, length - at, &code);
		if (escape)
			strbuf_addf(ret, "\\%c", plain[escape - meant]);
		else if (used == 1 && (code == TEXT_REPLACEMENT || code < 0x20 || code == 0x7f))
			strbuf_addf(ret, "\\x%02x", (unsigned)(unsigned char)text[at]);
		else if (code > 0xffff && text_is_unsafe(code))
			strbuf_addf(ret, "\\U%08x", code);
		else if (text_is_unsafe(code))
			strbuf_addf(ret, "\\u%04x", code);
		else
			strbuf_add(ret, text + at, used);
	}
	strbuf_addch(ret, '"');
}

/* Years and weeks only where they leave nothing over: 90d reads better than 12w6d. */
static void print_duration(int64_t ms, struct strbuf *ret)
{
	static const struct {
		const char *name;
		int64_t ms;
		bool whole;
	} units[] = {
		{ "y", INT64_C(31536000000), true },
		{ "w", 604800000, true },
		{ "d", 86400000, false },
		{ "h", 3600000, false },
		{ "m", 60000, false },
		{ "s", 1000, false },
		{ "ms", 1, false },
	};

	if (!ms)
		strbuf_addstr(ret, "0s");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ms < units[i].ms || (units[i].whole && ms % units[i].ms))
			continue;
		strbuf_addf(ret, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
		ms %= units[i].ms;
	}
}

/* Can be written without quotes; of a label when `colon` is false, else of a metric. */
static bool is_plain_name(const char *name, bool colon)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++) {
		bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');

		if (!letter && *name != '_' && !(*name >= '0' && *name <= '9') && !(colon && *name == ':'))
			return false;
	}
	return true;
}

static void print_label(const char *name, struct strbuf *ret)
{
	if (is_plain_name(name, false))
		strbuf_addstr(ret, name);
	else
		print_string(name, ret);
}

static void print_labels(const char *const *labels, size_t count, struct strbuf *ret)
{
	strbuf_addch(ret, '(');
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(ret, i ? ", " : "");
		/* these two are numbers where no brace is around them */
		if (strcasecmp(labels[i], "inf") == 0 || strcasecmp(labels[i], "nan") == 0)
			print_string(labels[i], ret);
		else
			print_label(labels[i], ret);
	}
	strbuf_addch(ret, ')');
}

static void print_when(const struct expr_when *when, struct strbuf *ret)
{
	int64_t offset_ms = when->offset_ms;

	if (when->at == AT_START || when->at == AT_END)
		strbuf_addf(ret, " @ %s()", when->at == AT_START ? "start" : "end");
	else if (when->at == AT_TIME)
		strbuf_addf(ret, " @ %s%lld.%03lld", when->at_ms < 0 ? "-" : "", (long long)llabs(when->at_ms / 1000),
			    (long long)llabs(when->at_ms % 1000));
	if (!offset_ms)
		return;
	strbuf_addstr(ret, offset_ms < 0 ? " offset -" : " offset ");
	print_duration(offset_ms < 0 ? -offset_ms : offset_ms, ret);
}

static int compare_texts(const void *a, const void *b)
{
	const struct strbuf *left = a, *right = b;

	return strcmp(left->text, right->text);
}

/* `a="b"` for each matcher in the order of these texts. */
static void print_matchers(const struct expr_selector *selector, bool plain, struct strbuf *ret)
{
	static const char *const operators[] = {
		[MATCHER_EQUAL] = "=", [MATCHER_NOT_EQUAL] = "!=", [MATCHER_REGEX] = "=~", [MATCHER_NOT_REGEX] = "!~"
	};
	VEC(struct strbuf) texts = { 0 };
	size_t written = 0;

	for (size_t i = 0; i + selector->named < selector->matcher_count; i++) {
		const struct matcher *matcher = &selector->matchers[i];
		struct strbuf text = STRBUF_INIT;

		print_label(matcher->label, &text);
		strbuf_addstr(&text, operators[matcher->kind]);
		print_string(matcher->value, &text);
		vec_push(&texts, text);
	}
	if (texts.count)
		qsort(texts.items, texts.count, sizeof(*texts.items), compare_texts);
	if (texts.count || !plain)
		strbuf_addch(ret, '{');
	if (!plain && selector->named) {
		print_string(selector->metric, ret);
		written++;
	}
	for (size_t i = 0; i < texts.count; i++) {
		strbuf_addstr(ret, written++ ? "," : "");
		strbuf_addstr(ret, texts.items[i].text);
		strbuf_release(&texts.items[i]);
	}
	if (texts.count || !plain)
		strbuf_addch(ret, '}');
	vec_release(&texts);
}

/* A metric's name that needs no quotes: plain, and no word that means something else where an expression begins. */
static bool is_plain_metric(const char *name)
{
	static const char *const taken[] = { "atan2",    "bool", "group_left", "group_right",
					     "ignoring", "inf",  "nan",        "on" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcasecmp(name, taken[i]) == 0)
			return false;
	/* A colon alone divides a window from its resolution. */
	return is_plain_name(name, true) && strcmp(name, ":") != 0;
}

static void print_selector(const struct expr_selector *selector, struct strbuf *ret)
{
	bool plain = selector->named && is_plain_metric(selector->metric);

	if (plain)
		strbuf_addstr(ret, selector->metric);
	print_matchers(selector, plain, ret);
	if (selector->range_ms) {
		strbuf_addch(ret, '[');
		print_duration(selector->range_ms, ret);
		strbuf_addch(ret, ']');
	}
	print_when(&selector->when, ret);
}

static void print_subquery(const struct expr_subquery *subquery, struct strbuf *ret)
{
	promql_print(subquery->inner, ret);
	strbuf_addch(ret, '[');
	print_duration(subquery->range_ms, ret);
	strbuf_addch(ret, ':');
	if (subquery->step_ms)
		print_duration(subquery->step_ms, ret);
	strbuf_addch(ret, ']');
	print_when(&subquery->when, ret);
}

static void print_call(const struct expr_call *call, struct strbuf *ret)
{
	strbuf_addf(ret, "%s(", call->function->name);
	for (size_t i = 0; i < call->count; i++) {
		strbuf_addstr(ret, i ? ", " : "");
		promql_print(call->arguments[i], ret);
	}
	strbuf_addch(ret, ')');
}

static void print_aggregate(const struct expr_aggregate *aggregate, struct strbuf *ret)
{
	strbuf_addstr(ret, token_word(aggregate->operator));
	if (aggregate->without || aggregate->label_count) {
		strbuf_addstr(ret, aggregate->without ? " without " : " by ");
		print_labels(aggregate->labels, aggregate->label_count, ret);
		strbuf_addch(ret, ' ');
	}
	strbuf_addch(ret, '(');
	if (aggregate->parameter) {
		promql_print(aggregate->parameter, ret);
		strbuf_addstr(ret, ", ");
	}
	promql_print(aggregate->inner, ret);
	strbuf_addch(ret, ')');
}

static void print_binary(const struct expr_binary *binary, struct strbuf *ret)
{
	bool grouped = binary->cardinality == MATCH_MANY_TO_ONE || binary->cardinality == MATCH_ONE_TO_MANY;

	/* the sign of +Inf would take the power to itself */
	if (binary->operator== TOKEN_POW && binary->left->kind == EXPR_NUMBER && isinf(binary->left->number))
		strbuf_addstr(ret, "Inf");
	else
		promql_print(binary->left, ret);
	strbuf_addf(ret, " %s%s", token_word(binary->operator), binary->return_bool ? " bool" : "");
	if (binary->on || binary->label_count || grouped) {
		strbuf_addstr(ret, binary->on ? " on " : " ignoring ");
		print_labels(binary->labels, binary->label_count, ret);
	}
	if (grouped) {
		strbuf_addstr(ret, binary->cardinality == MATCH_MANY_TO_ONE ? " group_left " : " group_right ");
		print_labels(binary->include, binary->include_count, ret);
	}
	strbuf_addch(ret, ' ');
	promql_print(binary->right, ret);
}

void promql_print(const struct expr *expr, struct strbuf *ret)
{
	switch (expr->kind) {
	case EXPR_NUMBER: print_number(expr->number, ret); break;
	case EXPR_STRING: print_string(expr->string, ret); break;
	case EXPR_SELECTOR: print_selector(&expr->selector, ret); break;
	case EXPR_SUBQUERY: print_subquery(&expr->subquery, ret); break;
	case EXPR_CALL: print_call(&expr->call, ret); break;
	case EXPR_AGGREGATE: print_aggregate(&expr->aggregate, ret); break;
	case EXPR_BINARY: print_binary(&expr->binary, ret); break;
	case EXPR_UNARY:
		strbuf_addch(ret, expr->unary.minus ? '-' : '+');
		promql_print(expr->unary.inner, ret);
		break;
	case EXPR_PAREN:
		strbuf_addch(ret, '(');
		promql_print(expr->paren, ret);
		strbuf_addch(ret, ')');
		break;
	}
}
