#include "query/condition_unit.h"

#include <math.h>
#include <string.h>

#include "promql/function.h"

/* What is measured. */
enum base {
	BASE_UNKNOWN,
	BASE_NUMBER, /* of the expression itself: 100, 1024 */
	BASE_NONE,   /* yes or no, a state */
	BASE_COUNT,
	BASE_SECONDS,
	BASE_BYTES,
	BASE_BITS,
	BASE_RATIO,
	BASE_USAGE,  /* a share, if it is up to 1 */
	BASE_MOMENT, /* seconds since the epoch */
	BASE_CELSIUS,
	BASE_VOLTS,
	BASE_AMPERES,
	BASE_WATTS,
	BASE_JOULES,
	BASE_HERTZ,
};

/* A value is `scale` times what it is in the base: 1000 for milliseconds. */
struct measure {
	enum base base;
	double scale;
	bool per_second;
	const char *name; /* of the metric, for what is counted */
};

/* ---- names ---- */

/* Longest first where one ends another. */
static const struct {
	const char *ending;
	enum base base;
	double scale;
} endings[] = {
	{ "_timestamp_seconds", BASE_MOMENT, 1 },
	{ "_timestamp_ms", BASE_MOMENT, 1e3 },
	{ "_timestamp_milliseconds", BASE_MOMENT, 1e3 },
	{ "_boot_time_seconds", BASE_MOMENT, 1 },
	{ "_start_time_seconds", BASE_MOMENT, 1 },
	{ "_last_success_time_seconds", BASE_MOMENT, 1 },
	{ "_not_after", BASE_MOMENT, 1 },
	{ "_cert_expiry", BASE_MOMENT, 1 },
	{ "_timestamp", BASE_MOMENT, 1 },
	{ "_milliseconds", BASE_SECONDS, 1e3 },
	{ "_microseconds", BASE_SECONDS, 1e6 },
	{ "_nanoseconds", BASE_SECONDS, 1e9 },
	{ "_seconds", BASE_SECONDS, 1 },
	{ "_minutes", BASE_SECONDS, 1.0 / 60 },
	{ "_hours", BASE_SECONDS, 1.0 / 3600 },
	{ "_days", BASE_SECONDS, 1.0 / 86400 },
	{ "_ms", BASE_SECONDS, 1e3 },
	{ "_bytes", BASE_BYTES, 1 },
	{ "_octets", BASE_BYTES, 1 },
	{ "_kilobytes", BASE_BYTES, 1.0 / 1024 },
	{ "_megabytes", BASE_BYTES, 1.0 / 1048576 },
	{ "_mb", BASE_BYTES, 1.0 / 1048576 },
	{ "_bits", BASE_BITS, 1 },
	{ "_ratio", BASE_RATIO, 1 },
	{ "_fraction", BASE_RATIO, 1 },
	{ "_percent", BASE_RATIO, 100 },
	{ "_percentage", BASE_RATIO, 100 },
	{ "_pct", BASE_RATIO, 100 },
	{ "_usage", BASE_USAGE, 1 },
	{ "_utilization", BASE_USAGE, 1 },
	{ "_utilisation", BASE_USAGE, 1 },
	{ "_celsius", BASE_CELSIUS, 1 },
	{ "_volts", BASE_VOLTS, 1 },
	{ "_amperes", BASE_AMPERES, 1 },
	{ "_watts", BASE_WATTS, 1 },
	{ "_joules", BASE_JOULES, 1 },
	{ "_hertz", BASE_HERTZ, 1 },
	{ "_count", BASE_COUNT, 1 },
	{ "_info", BASE_NONE, 1 },
	{ "_up", BASE_NONE, 1 },
};

/* Endings that say how it is kept, not what it is. */
static const char *const wrappings[] = { "_total", "_sum", "_max", "_min", "_avg", "_created" };

static bool ends(const char *name, size_t length, const char *ending)
{
	size_t most = strlen(ending);

	return length >= most && memcmp(name + length - most, ending, most) == 0;
}

static size_t unwrap(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(wrappings) / sizeof(wrappings[0]); i++)
		if (ends(name, length, wrappings[i]))
			return length - strlen(wrappings[i]);
	return length;
}

static struct measure measure_name(const char *name, size_t length)
{
	struct measure measure = { .base = BASE_UNKNOWN, .scale = 1, .name = name };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (!ends(name, length, endings[i].ending))
			continue;
		measure.base = endings[i].base;
		measure.scale = endings[i].scale;
		return measure;
	}
	return measure;
}

static struct measure measure_selector(const struct expr_selector *selector)
{
	struct measure measure = { .base = BASE_UNKNOWN, .scale = 1 };
	const char *name = selector->metric, *level;
	size_t length, bare;

	if (!name)
		return measure;
	/* A recording rule is level:metric:operation; its operation decides too little. */
	level = strchr(name, ':');
	if (level)
		return (struct measure){ .base = strstr(level, "ratio") ? BASE_RATIO : BASE_UNKNOWN, .scale = 1 };
	length = strlen(name);
	bare = unwrap(name, length);
	measure = measure_name(name, bare);
	if (strcmp(name, "up") == 0)
		measure.base = BASE_NONE;
	else if (ends(name, length, "_bucket") || (measure.base == BASE_UNKNOWN && ends(name, length, "_total")))
		measure.base = BASE_COUNT;
	measure.name = name;
	return measure;
}

/* ---- calls ---- */

enum effect {
	EFFECT_NOTHING,
	EFFECT_RATE,
	EFFECT_COUNT,
	EFFECT_STATE,
	EFFECT_MOMENT,
	EFFECT_QUANTILE,
	EFFECT_LOST,
};

static const struct {
	const char *name;
	enum effect effect;
} effects[] = {
	{ "rate", EFFECT_RATE },
	{ "irate", EFFECT_RATE },
	{ "deriv", EFFECT_RATE },
	{ "count_over_time", EFFECT_COUNT },
	{ "changes", EFFECT_COUNT },
	{ "resets", EFFECT_COUNT },
	{ "absent", EFFECT_STATE },
	{ "absent_over_time", EFFECT_STATE },
	{ "present_over_time", EFFECT_STATE },
	{ "sgn", EFFECT_STATE },
	{ "time", EFFECT_MOMENT },
	{ "timestamp", EFFECT_MOMENT },
	{ "histogram_quantile", EFFECT_QUANTILE },
	{ "exp", EFFECT_LOST },
	{ "ln", EFFECT_LOST },
	{ "log2", EFFECT_LOST },
	{ "log10", EFFECT_LOST },
	{ "sqrt", EFFECT_LOST },
	{ "stdvar_over_time", EFFECT_LOST },
	{ "hour", EFFECT_LOST },
	{ "minute", EFFECT_LOST },
	{ "month", EFFECT_LOST },
	{ "year", EFFECT_LOST },
	{ "day_of_week", EFFECT_LOST },
	{ "day_of_month", EFFECT_LOST },
	{ "day_of_year", EFFECT_LOST },
	{ "days_in_month", EFFECT_LOST },
};

static enum effect effect_of(const char *name)
{
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (strcmp(effects[i].name, name) == 0)
			return effects[i].effect;
	return EFFECT_NOTHING;
}

static struct measure measure_of(const struct expr *expr);

/* The argument that holds the series: the first that is no scalar or text. */
static const struct expr *series_argument(const struct expr_call *call)
{
	for (size_t i = 0; i < call->count; i++)
		if (call->arguments[i]->type == VALUE_VECTOR || call->arguments[i]->type == VALUE_MATRIX)
			return call->arguments[i];
	return call->count ? call->arguments[0] : NULL;
}

static struct measure measure_call(const struct expr_call *call)
{
	const struct expr *argument = series_argument(call);
	enum effect effect = effect_of(call->function->name);
	struct measure measure = { .base = BASE_UNKNOWN, .scale = 1 };

	if (argument)
		measure = measure_of(argument);
	switch (effect) {
	case EFFECT_NOTHING: break;
	case EFFECT_RATE:
		/* Of a gauge that nothing is known of, too. */
		if (measure.base == BASE_UNKNOWN || measure.base == BASE_NONE)
			measure.base = BASE_UNKNOWN;
		measure.per_second = true;
		break;
	case EFFECT_COUNT: return (struct measure){ .base = BASE_COUNT, .scale = 1 };
	case EFFECT_STATE: return (struct measure){ .base = BASE_NONE, .scale = 1 };
	case EFFECT_MOMENT: return (struct measure){ .base = BASE_MOMENT, .scale = 1 };
	case EFFECT_QUANTILE:
		/* The buckets' bounds have the unit of the name. */
		if (!measure.name || !ends(measure.name, strlen(measure.name), "_bucket"))
			return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
		return measure_name(measure.name, strlen(measure.name) - strlen("_bucket"));
	case EFFECT_LOST: return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
	}
	return measure;
}

/* ---- arithmetic ---- */

bool condition_number(const struct expr *expr, double *ret)
{
	double left, right;

	switch (expr->kind) {
	case EXPR_NUMBER: *ret = expr->number; return true;
	case EXPR_PAREN: return condition_number(expr->paren, ret);
	case EXPR_UNARY:
		if (!condition_number(expr->unary.inner, ret))
			return false;
		*ret = expr->unary.minus ? -*ret : *ret;
		return true;
	case EXPR_BINARY: break;
	default: return false;
	}
	if (!condition_number(expr->binary.left, &left) || !condition_number(expr->binary.right, &right))
		return false;
	switch (expr->binary.operator) {
	case TOKEN_ADD: *ret = left + right; return true;
	case TOKEN_SUB: *ret = left - right; return true;
	case TOKEN_MUL: *ret = left * right; return true;
	case TOKEN_DIV: *ret = left / right; return true;
	case TOKEN_MOD: *ret = fmod(left, right); return true;
	case TOKEN_POW: *ret = pow(left, right); return true;
	case TOKEN_ATAN2: *ret = atan2(left, right); return true;
	default: return false;
	}
}

static struct measure divide(struct measure left, struct measure right)
{
	struct measure result = { .base = BASE_UNKNOWN, .scale = left.scale / right.scale };

	if (left.base == right.base && left.base != BASE_NONE)
		result.base = left.per_second == right.per_second ? BASE_RATIO : BASE_UNKNOWN;
	else if (right.base == BASE_SECONDS && !right.per_second && !left.per_second)
		result = (struct measure){ left.base, result.scale, true, left.name };
	else if (right.base == BASE_COUNT || right.base == BASE_RATIO || right.base == BASE_NONE)
		/* Seconds a request: both rates cancel. */
		result = (struct measure){ left.base, result.scale, left.per_second && !right.per_second, left.name };
	return result;
}

static struct measure multiply(struct measure left, struct measure right)
{
	if (right.base == BASE_RATIO || right.base == BASE_NONE || right.base == BASE_COUNT) {
		left.scale *= right.scale;
		return left;
	}
	if (left.base == BASE_RATIO || left.base == BASE_NONE || left.base == BASE_COUNT) {
		right.scale *= left.scale;
		return right;
	}
	return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
}

static struct measure subtract(struct measure left, struct measure right)
{
	if (left.base != BASE_MOMENT)
		return left.base == BASE_UNKNOWN ? right : left;
	/* From now to a moment; an unknown one is most likely a moment. */
	if (right.base == BASE_MOMENT || right.base == BASE_UNKNOWN)
		return (struct measure){ .base = BASE_SECONDS, .scale = left.scale };
	return left;
}

/* With a number of the expression itself on one side. */
static struct measure with_number(enum token_kind operator, struct measure measure, double number, bool number_left)
{
	switch (operator) {
	case TOKEN_MUL: measure.scale *= number; return measure;
	case TOKEN_DIV:
		if (number_left)
			return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
		measure.scale /= number;
		return measure;
	case TOKEN_ADD:
	case TOKEN_SUB:
	case TOKEN_MOD: return measure;
	default: return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
	}
}

static struct measure measure_binary(const struct expr_binary *binary)
{
	struct measure left, right;
	double number;

	if (binary->return_bool)
		return (struct measure){ .base = BASE_NONE, .scale = 1 };
	left = measure_of(binary->left);
	if (condition_number(binary->right, &number) && binary->operator<= TOKEN_POW)
		return with_number(binary->operator, left, number, false);
	right = measure_of(binary->right);
	if (condition_number(binary->left, &number) && binary->operator<= TOKEN_POW)
		return with_number(binary->operator, right, number, true);
	switch (binary->operator) {
	case TOKEN_DIV: return divide(left, right);
	case TOKEN_MUL: return multiply(left, right);
	case TOKEN_SUB: return subtract(left, right);
	case TOKEN_ADD:
	case TOKEN_OR: return left.base == BASE_UNKNOWN ? right : left;
	case TOKEN_POW:
	case TOKEN_ATAN2: return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
	default: return left;
	}
}

static struct measure measure_of(const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NUMBER: return (struct measure){ .base = BASE_NUMBER, .scale = 1 };
	case EXPR_SELECTOR: return measure_selector(&expr->selector);
	case EXPR_SUBQUERY: return measure_of(expr->subquery.inner);
	case EXPR_CALL: return measure_call(&expr->call);
	case EXPR_BINARY: return measure_binary(&expr->binary);
	case EXPR_UNARY: return measure_of(expr->unary.inner);
	case EXPR_PAREN: return measure_of(expr->paren);
	case EXPR_AGGREGATE:
		if (expr->aggregate.operator== TOKEN_COUNT || expr->aggregate.operator== TOKEN_COUNT_VALUES)
			return (struct measure){ .base = BASE_COUNT, .scale = 1 };
		return measure_of(expr->aggregate.inner);
	case EXPR_STRING: break;
	}
	return (struct measure){ .base = BASE_UNKNOWN, .scale = 1 };
}

/* ---- unit ids ---- */

static const struct {
	enum base base;
	bool per_second;
	double scale;
	const char *id;
} ids[] = {
	{ BASE_COUNT, false, 1, "short" },
	{ BASE_SECONDS, false, 1, "s" },
	{ BASE_SECONDS, false, 1e3, "ms" },
	{ BASE_SECONDS, false, 1e6, "µs" },
	{ BASE_SECONDS, false, 1e9, "ns" },
	{ BASE_SECONDS, false, 1.0 / 60, "m" },
	{ BASE_SECONDS, false, 1.0 / 3600, "h" },
	{ BASE_SECONDS, false, 1.0 / 86400, "d" },
	/* Seconds a second are a share: of a processor, of the time. */
	{ BASE_SECONDS, true, 1, "percentunit" },
	{ BASE_SECONDS, true, 100, "percent" },
	{ BASE_BYTES, false, 1, "bytes" },
	{ BASE_BYTES, false, 1.0 / 1024, "kbytes" },
	{ BASE_BYTES, false, 1.0 / 1048576, "mbytes" },
	{ BASE_BYTES, false, 1.0 / 1073741824, "gbytes" },
	{ BASE_BYTES, false, 1.0 / 1099511627776, "tbytes" },
	{ BASE_BYTES, false, 1e-3, "deckbytes" },
	{ BASE_BYTES, false, 1e-6, "decmbytes" },
	{ BASE_BYTES, false, 1e-9, "decgbytes" },
	{ BASE_BYTES, false, 1e-12, "dectbytes" },
	{ BASE_BYTES, false, 8, "bits" },
	{ BASE_BYTES, true, 1, "Bps" },
	{ BASE_BYTES, true, 8, "bps" },
	{ BASE_BYTES, true, 1.0 / 1024, "KiBs" },
	{ BASE_BYTES, true, 1.0 / 1048576, "MiBs" },
	{ BASE_BYTES, true, 1.0 / 1073741824, "GiBs" },
	{ BASE_BYTES, true, 1e-3, "KBs" },
	{ BASE_BYTES, true, 1e-6, "MBs" },
	{ BASE_BYTES, true, 1e-9, "GBs" },
	{ BASE_BITS, false, 1, "bits" },
	{ BASE_BITS, true, 1, "bps" },
	{ BASE_RATIO, false, 1, "percentunit" },
	{ BASE_RATIO, false, 100, "percent" },
	{ BASE_MOMENT, false, 1e3, "dateTimeAsIso" },
	{ BASE_CELSIUS, false, 1, "celsius" },
	{ BASE_VOLTS, false, 1, "volt" },
	{ BASE_AMPERES, false, 1, "amp" },
	{ BASE_WATTS, false, 1, "watt" },
	{ BASE_JOULES, false, 1, "joule" },
	{ BASE_JOULES, true, 1, "watt" },
	{ BASE_HERTZ, false, 1, "hertz" },
};

/* What is counted, by a word in the metric's name. */
static const struct {
	const char *word, *per_second, *per_minute;
} counted[] = {
	{ "request", "reqps", "reqpm" },
	{ "event", "eps", "cpm" },
	{ "message", "mps", "cpm" },
	{ "packet", "pps", "cpm" },
	{ "operation", "ops", "opm" },
	{ "_ops", "ops", "opm" },
	{ "", "cps", "cpm" },
};

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

static const char *rate_id(const struct measure *measure)
{
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (!measure->name ? !*counted[i].word : strstr(measure->name, counted[i].word) != NULL)
			return near(measure->scale, 60)  ? counted[i].per_minute
			       : near(measure->scale, 1) ? counted[i].per_second
							 : "";
	return "";
}

const char *condition_unit(const struct expr *expr, double threshold)
{
	struct measure measure = measure_of(expr);

	if (measure.base == BASE_USAGE)
		measure.base = fabs(threshold) <= measure.scale ? BASE_RATIO : BASE_UNKNOWN;
	if (measure.base == BASE_COUNT && measure.per_second)
		return rate_id(&measure);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i].base == measure.base && ids[i].per_second == measure.per_second &&
		    near(measure.scale, ids[i].scale))
			return ids[i].id;
	return "";
}
