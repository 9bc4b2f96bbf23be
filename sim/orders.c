#include "sim/orders.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "sim/fault_name.h"

enum { FINE, WRONG, USAGE };

/* Longer leaps of the clock are made in a system's coarse steps. */
#define FINE_MOST_MS   CLOCK_DAY
#define FINE_STRIDE_MS (5 * CLOCK_MINUTE)

struct call {
	const struct orders_context *context;
	const char *const *words; /* behind the command's own */
	size_t count;
	bool json;
	struct strbuf *output, *fault;
};

static int complain(const struct call *call, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int complain(const struct call *call, int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vaddf(call->fault, format, args);
	va_end(args);
	return status;
}

static void add_fault_json(const struct call *call, const struct sim_fault *fault, bool active)
{
	strbuf_addstr(call->output, "{\"name\":");
	strbuf_add_json(call->output, fault->name);
	strbuf_addstr(call->output, ",\"help\":");
	strbuf_add_json(call->output, fault->help);
	strbuf_addstr(call->output, ",\"remedies\":");
	strbuf_add_json(call->output, fault->remedies);
	strbuf_addf(call->output, ",\"active\":%s}", active ? "true" : "false");
}

static bool is_active(const struct call *call, const char *fault)
{
	const struct world *world = call->context->world;

	return world->kind->is_active(world, fault);
}

static int list(const struct call *call)
{
	size_t count;
	const struct sim_fault *faults = call->context->world->kind->faults(&count);
	int widest = 0;

	for (size_t i = 0; i < count; i++) {
		if ((int)strlen(faults[i].name) > widest)
			widest = (int)strlen(faults[i].name);
	}
	if (call->json)
		strbuf_addch(call->output, '[');
	for (size_t i = 0; i < count; i++) {
		bool active = is_active(call, faults[i].name);

		if (call->json) {
			if (i)
				strbuf_addch(call->output, ',');
			add_fault_json(call, &faults[i], active);
		} else {
			strbuf_addf(call->output, "%c %-*s  %s (undone by: %s)\n", active ? '*' : ' ', widest,
				    faults[i].name, faults[i].help, faults[i].remedies);
		}
	}
	strbuf_addstr(call->output, call->json ? "]\n" : "* is active\n");
	return FINE;
}

/* Every name is looked at before the first is acted upon. */
static int act_on_faults(const struct call *call, int (*act)(struct world *, const char *, struct error *))
{
	struct world *world = call->context->world;
	struct error error;

	if (fault_name_check(world->kind, call->words, call->count, world->kind->count(world), call->fault))
		return USAGE;
	for (size_t i = 0; i < call->count; i++) {
		if (act(world, call->words[i], &error))
			return complain(call, WRONG, "%s", error.text);
	}
	return FINE;
}

/* What is wrong with the system now: {"active":["redis-down"]}, or one line of names. */
static int show_active(const struct call *call)
{
	size_t count, active = 0;
	const struct sim_fault *faults = call->context->world->kind->faults(&count);

	strbuf_addstr(call->output, call->json ? "{\"active\":[" : "active:");
	for (size_t i = 0; i < count; i++) {
		if (!is_active(call, faults[i].name))
			continue;
		if (call->json) {
			strbuf_addstr(call->output, active ? "," : "");
			strbuf_add_json(call->output, faults[i].name);
		} else {
			strbuf_addf(call->output, " %s", faults[i].name);
		}
		active++;
	}
	strbuf_addstr(call->output, call->json ? "]}\n" : active ? "\n" : " none\n");
	return FINE;
}

static int inject(const struct call *call)
{
	int status;

	if (!call->count)
		return complain(call, USAGE, "inject: which fault? (see list)");
	status = act_on_faults(call, call->context->world->kind->inject);
	return status ? status : show_active(call);
}

static int clear(const struct call *call)
{
	struct world *world = call->context->world;
	struct error error;
	int status;

	if (!call->count && world->kind->clear(world, NULL, &error))
		return complain(call, WRONG, "%s", error.text);
	status = act_on_faults(call, world->kind->clear);
	return status ? status : show_active(call);
}

static int show_clock(const struct call *call)
{
	const struct world *world = call->context->world;
	int64_t now_ms = world->kind->now_ms(world);
	bool manual = call->context->time->manual;
	char text[32];

	time_format(now_ms, "%Y-%m-%dT%H:%M:%SZ", text, sizeof(text));
	if (call->json)
		strbuf_addf(call->output, "{\"time\":\"%s\",\"time_ms\":%" PRId64 ",\"clock\":\"%s\"}\n", text, now_ms,
			    manual ? "manual" : "wall");
	else
		strbuf_addf(call->output, "%s (%s clock)\n", text, manual ? "manual" : "wall");
	return FINE;
}

/* In strides short enough to be walked in seconds, an hour in one go is the same as an hour in sixty. */
static void lead(struct world *world, int64_t to_ms)
{
	if (to_ms - world->kind->now_ms(world) <= FINE_MOST_MS) {
		while (to_ms - world->kind->now_ms(world) > FINE_STRIDE_MS)
			world->kind->advance(world, world->kind->now_ms(world) + FINE_STRIDE_MS);
	}
	world->kind->advance(world, to_ms);
}

static int move_clock(const struct call *call)
{
	struct time_source *time = call->context->time;
	bool sets = !strcmp(call->words[0], "set");
	struct error error;
	int64_t value_ms;

	if (sets ? time_parse(call->words[1], time_source_now_ms(time), &value_ms, &error)
		 : duration_parse(call->words[1], &value_ms, &error))
		return complain(call, USAGE, "clock %s: %s", call->words[0], error.text);
	if (sets ? time_source_set(time, value_ms, &error) : time_source_advance(time, value_ms, &error))
		return complain(call, WRONG, "clock: %s", error.text);
	lead(call->context->world, time_source_now_ms(time));
	return show_clock(call);
}

static int clock_order(const struct call *call)
{
	if (!call->count)
		return show_clock(call);
	if (call->count == 2 && (!strcmp(call->words[0], "set") || !strcmp(call->words[0], "advance")))
		return move_clock(call);
	return complain(call, USAGE, "clock: nothing, 'advance DURATION' or 'set TIME'");
}

static const struct {
	const char *name, *words, *help;
	int (*run)(const struct call *call);
	size_t words_most;
} orders[] = {
	{ "list", "", "the faults there are, and which are active", list, 0 },
	{ "inject", "NAME...", "let faults befall the system (NAME@1, NAME@all: which instances)", inject, SIZE_MAX },
	{ "clear", "[NAME...]", "take faults away, without a word: all of them", clear, SIZE_MAX },
	{ "clock", "[advance DURATION | set TIME]", "show its time, or move a manual clock", clock_order, 2 },
};

void orders_add_help(struct strbuf *buf)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		strbuf_addf(buf, "  %-6s %-31s %s\n", orders[i].name, orders[i].words, orders[i].help);
}

int orders_run(const struct orders_context *context, const char *const *words, size_t count, bool json,
	       struct strbuf *ret_output, struct strbuf *ret_error)
{
	struct call call = { context, words + 1, count ? count - 1 : 0, json, ret_output, ret_error };

	if (!count)
		return complain(&call, USAGE, "a command is missing");
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(orders[i].name, words[0]) != 0)
			continue;
		if (call.count > orders[i].words_most)
			return complain(&call, USAGE, "%s: '%.64s' is one word too many", words[0],
					call.words[orders[i].words_most]);
		return orders[i].run(&call);
	}
	return context->world->kind->verb(context->world, words, count, json, ret_output);
}
