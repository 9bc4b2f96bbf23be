/* Prometheus's functions on numbers and times. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "alert/rule_file.h"
#include "alert/template_constant.h"
#include "alert/template_format.h"
#include "alert/template_function.h"
#include "alert/template_number.h"
#include "alert/template_run.h"
#include "alert/template_time.h"

/* A number, or a text that is one. */
static int read_value(struct template_call *call, double *ret)
{
	const struct template_value *value = &call->values[0];
	struct strbuf quoted = STRBUF_INIT;

	switch (value->kind) {
	case TEMPLATE_FLOAT: *ret = value->real; return 0;
	case TEMPLATE_INT:
	case TEMPLATE_INT64: *ret = (double)value->number; return 0;
	case TEMPLATE_STRING:
		if (template_read_float(value->text, value->length, ret))
			return 0;
		template_format_quote(&quoted, value->text, value->length, false);
		template_call_fail(call, "strconv.ParseFloat: parsing %s: invalid syntax", quoted.text);
		strbuf_release(&quoted);
		return -1;
	default: return template_call_fail(call, "can't convert %s to float", template_type(value));
	}
}

/* `%.4g` and a unit. */
static int take_number(struct template_call *call, const char *sign, double value, const char *unit)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, sign);
	template_number_add(&text, value, 'g', 4);
	strbuf_addstr(&text, unit);
	return template_call_take(call, &text);
}

/* Divided by `step` while it is at least that; what it was divided to. */
static const char *scale_up(double *value, double step, const char *const *prefixes)
{
	const char *prefix = "";

	for (; *prefixes && fabs(*value) >= step; prefixes++) {
		prefix = *prefixes;
		*value /= step;
	}
	return prefix;
}

static const char *scale_down(double *value)
{
	static const char *const prefixes[] = { "m", "u", "n", "p", "f", "a", "z", "y" };
	const char *prefix = "";

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]) && fabs(*value) < 1; i++) {
		prefix = prefixes[i];
		*value *= 1000;
	}
	return prefix;
}

static int call_humanize(struct template_call *call)
{
	static const char *const prefixes[] = { "k", "M", "G", "T", "P", "E", "Z", "Y", NULL };
	const char *prefix = "";
	double value = 0;

	if (read_value(call, &value))
		return -1;
	if (value != 0 && isfinite(value))
		prefix = fabs(value) >= 1 ? scale_up(&value, 1000, prefixes) : scale_down(&value);
	return take_number(call, "", value, prefix);
}

static int call_humanize_1024(struct template_call *call)
{
	static const char *const prefixes[] = { "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi", NULL };
	const char *prefix = "";
	double value = 0;

	if (read_value(call, &value))
		return -1;
	if (fabs(value) > 1 && isfinite(value))
		prefix = scale_up(&value, 1024, prefixes);
	return take_number(call, "", value, prefix);
}

/* From a minute on in whole seconds, as far up as days. */
static int take_duration(struct template_call *call, const char *sign, double value)
{
	static const double int64_end = 9223372036854775808.0;
	/* What a conversion beyond the range gives on the machines Prometheus mostly runs on. */
	int64_t duration = value < int64_end ? (int64_t)value : INT64_MIN;
	int64_t seconds = duration % 60, minutes = duration / 60 % 60, hours = duration / 3600 % 24;
	int64_t days = duration / 86400;
	struct strbuf text = STRBUF_INIT;

	if (!days && !hours && !minutes)
		return take_number(call, sign, value, "s");
	strbuf_addstr(&text, sign);
	if (days)
		strbuf_addf(&text, "%lldd ", (long long)days);
	if (days || hours)
		strbuf_addf(&text, "%lldh ", (long long)hours);
	strbuf_addf(&text, "%lldm %llds", (long long)minutes, (long long)seconds);
	return template_call_take(call, &text);
}

static int call_humanize_duration(struct template_call *call)
{
	const char *prefix;
	double value = 0;
	char unit[4];

	if (read_value(call, &value))
		return -1;
	if (!isfinite(value))
		return take_number(call, "", value, "");
	if (fabs(value) >= 1)
		return take_duration(call, value < 0 ? "-" : "", fabs(value));
	prefix = value == 0 ? "" : scale_down(&value);
	snprintf(unit, sizeof(unit), "%ss", prefix);
	return take_number(call, "", value, unit);
}

static int call_humanize_percentage(struct template_call *call)
{
	double value = 0;

	if (read_value(call, &value))
		return -1;
	return take_number(call, "", value * 100, "%");
}

static int out_of_range(struct template_call *call, double value)
{
	struct strbuf text = STRBUF_INIT;

	template_number_add(&text, value, 'g', -1);
	template_call_fail(call, "%s cannot be represented as a nanoseconds timestamp since it overflows int64",
			   text.text);
	strbuf_release(&text);
	return -1;
}

static int call_humanize_timestamp(struct template_call *call)
{
	struct template_value time = { .kind = TEMPLATE_TIME };
	struct strbuf text = STRBUF_INIT;
	double value = 0;

	if (read_value(call, &value))
		return -1;
	switch (template_time_from(value, &time.number)) {
	case 0: break;
	case 1: return take_number(call, "", value, "");
	default: return out_of_range(call, value);
	}
	template_time_print(&text, &time);
	return template_call_take(call, &text);
}

static int call_to_time(struct template_call *call)
{
	struct template_value time = { .kind = TEMPLATE_TIME };
	double value = 0;

	if (read_value(call, &value))
		return -1;
	switch (template_time_from(value, &time.number)) {
	case 0: call->result = time; return 0;
	case 1: return template_call_fail(call, "value is NaN or Inf");
	default: return out_of_range(call, value);
	}
}

static int call_parse_duration(struct template_call *call)
{
	const struct template_value *text = &call->values[0];
	struct strbuf quoted = STRBUF_INIT;
	int64_t ms;

	if (rule_duration_read(text->text, &ms, NULL) == 0) {
		call->result = template_float((double)ms / 1000);
		return 0;
	}
	template_format_quote(&quoted, text->text, text->length, false);
	if (!text->length)
		template_call_fail(call, "empty duration string");
	else
		template_call_fail(call, "not a valid duration string: %s", quoted.text);
	strbuf_release(&quoted);
	return -1;
}

#define ANY PARAMETER_ANY
const struct template_function template_number_functions[] = {
	{ "humanize", { ANY }, 1, .call = call_humanize },
	{ "humanize1024", { ANY }, 1, .call = call_humanize_1024 },
	{ "humanizeDuration", { ANY }, 1, .call = call_humanize_duration },
	{ "humanizePercentage", { ANY }, 1, .call = call_humanize_percentage },
	{ "humanizeTimestamp", { ANY }, 1, .call = call_humanize_timestamp },
	{ "toTime", { ANY }, 1, .call = call_to_time },
	{ "parseDuration", { PARAMETER_STRING }, 1, .call = call_parse_duration },
	{ 0 },
};
