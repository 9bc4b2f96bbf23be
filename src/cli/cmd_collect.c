#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/session.h"
#include "tsdb/value_text.h"
#include "tsdb/selection.h"
#include "tsdb/value.h"

#define LOOKBACK_MS (5 * CLOCK_MINUTE)

enum { COLLECT_TEXT, COLLECT_JSON, COLLECT_EXPOSITION };
static const char *const formats[] = { "text", "json", "exposition", NULL };

static const char *const health_names[] = {
	[COLLECTOR_NEVER] = "never",
	[COLLECTOR_OK] = "ok",
	[COLLECTOR_FAILING] = "failing",
	[COLLECTOR_ABSENT] = "absent",
};

static void add_age(struct strbuf *ret, int64_t then_ms, int64_t now_ms)
{
	char text[16] = "never";

	if (then_ms)
		duration_format(now_ms - then_ms, text, sizeof(text));
	strbuf_addf(ret, "%8s", text);
}

/* What of the store is about this collector, by its share of the series; a history's is in the others' shares. */
static double memory_bytes(const struct store_state *store, const struct collector_state *state)
{
	return store->series && !state->ended ? (double)store->bytes * (double)state->series / (double)store->series
					      : 0;
}

static void add_row(struct strbuf *ret, const struct store_state *store, const struct collector_state *state,
		    int64_t now_ms)
{
	int job = text_width(state->job), instance = text_width(state->instance);

	strbuf_addf(ret, "%-11s ", state->type);
	text_add_safe(ret, state->job);
	strbuf_addf(ret, "%*s ", job < 16 ? 16 - job : 0, "");
	text_add_safe(ret, state->instance);
	strbuf_addf(ret, "%*s %-8s", instance < 24 ? 24 - instance : 0, "",
		    state->ended ? "read" : health_names[state->health]);
	add_age(ret, state->last_good_ms, now_ms);
	strbuf_addf(ret, " %8" PRId64 " %8zu %9.1f %9.1f  ", state->elapsed_ms, state->series,
		    state->samples_per_second, memory_bytes(store, state) / 1e3);
	text_add_safe(ret, state->reason[0] ? state->reason : state->warning[0] ? state->warning : state->whose);
	strbuf_addch(ret, '\n');
}

static void add_text(struct strbuf *ret, const struct engines *engines)
{
	int64_t now_ms = clock_wall_ms();
	struct store_state store;

	store_get_state(engines->store, &store);
	strbuf_addf(ret, "%-11s %-16s %-24s %-8s %8s %8s %8s %9s %9s  %s\n", "TYPE", "JOB", "INSTANCE", "STATE", "AGE",
		    "TOOK ms", "SERIES", "SAMPLES/s", "MEMORY kB", "REASON");
	for (size_t i = 0; i < collect_count(engines->collect); i++) {
		struct collector_state state;

		collect_get_state(engines->collect, i, &state);
		add_row(ret, &store, &state, now_ms);
	}
	strbuf_addf(ret, "\n%zu series, %zu samples and %zu buckets in %.1f MB; %.1f samples a second\n", store.series,
		    store.samples, store.buckets, (double)store.bytes / 1e6,
		    collect_samples_per_second(engines->collect));
}

static void add_json_collector(struct strbuf *ret, const struct store_state *store, const struct collector_state *state)
{
	strbuf_addstr(ret, "{\"type\":");
	strbuf_add_json(ret, state->type);
	strbuf_addstr(ret, ",\"job\":");
	strbuf_add_json(ret, state->job);
	strbuf_addstr(ret, ",\"instance\":");
	strbuf_add_json(ret, state->instance);
	strbuf_addstr(ret, ",\"url\":");
	strbuf_add_json(ret, state->url);
	strbuf_addf(ret, ",\"state\":\"%s\",\"reason\":", health_names[state->health]);
	strbuf_add_json(ret, state->reason);
	strbuf_addstr(ret, ",\"warning\":");
	strbuf_add_json(ret, state->warning);
	strbuf_addstr(ret, ",\"whose\":");
	strbuf_add_json(ret, state->whose);
	strbuf_addf(ret,
		    ",\"lastGoodMs\":%" PRId64 ",\"elapsedMs\":%" PRId64 ",\"intervalMs\":%" PRId64
		    ",\"series\":%zu,\"samples\":%zu,\"bytes\":%zu,\"samplesPerSecond\":%.3f,\"memoryBytes\":%.0f,"
		    "\"runs\":%" PRIu64 ",\"failures\":%" PRIu64 "}",
		    state->last_good_ms, state->elapsed_ms, state->interval_ms, state->series, state->samples,
		    state->bytes, state->samples_per_second, memory_bytes(store, state), state->runs, state->failures);
}

static void add_json(struct strbuf *ret, const struct engines *engines)
{
	struct store_state store;

	store_get_state(engines->store, &store);
	strbuf_addstr(ret, "{\"collectors\":[");
	for (size_t i = 0; i < collect_count(engines->collect); i++) {
		struct collector_state state;

		collect_get_state(engines->collect, i, &state);
		strbuf_addstr(ret, i ? "," : "");
		add_json_collector(ret, &store, &state);
	}
	strbuf_addf(ret, "],\"store\":{\"series\":%zu,\"samples\":%zu,\"buckets\":%zu,\"bytes\":%zu}}\n", store.series,
		    store.samples, store.buckets, store.bytes);
}

/* The youngest sample of every series, as a page that can be read again. */
static void add_exposition(struct strbuf *ret, const struct engines *engines)
{
	int64_t now_ms = clock_wall_ms();
	struct selection *selection = store_select(engines->store, NULL, 0, now_ms - LOOKBACK_MS, now_ms, 0, NULL);
	struct reader *reader = reader_new();

	for (size_t i = 0; selection && i < selection_count(selection); i++) {
		struct samples samples;
		struct strbuf labels = STRBUF_INIT;

		reader_samples(reader, selection, i, now_ms - LOOKBACK_MS, now_ms, &samples);
		if (samples.count && !value_is_stale(samples.values[samples.count - 1])) {
			labels_add(&labels, selection_labels(selection, i));
			text_add_safe(ret, labels.text);
			strbuf_addch(ret, ' ');
			value_text_add(ret, samples.values[samples.count - 1]);
			strbuf_addch(ret, '\n');
		}
		strbuf_release(&labels);
	}
	reader_free(reader);
	selection_free(selection);
}

/* The state and, of what was asked for by name, also what it said. */
static void add_text_and_samples(struct strbuf *ret, const struct engines *engines)
{
	add_text(ret, engines);
	strbuf_addch(ret, '\n');
	add_exposition(ret, engines);
}

/* Several systems one after another: under a line with the name, which is a comment in a page; or in an array. */
static int print(const struct session *session, const struct cli_options *options)
{
	static void (*const adders[])(struct strbuf *, const struct engines *) = {
		[COLLECT_TEXT] = add_text, [COLLECT_JSON] = add_json, [COLLECT_EXPOSITION] = add_exposition
	};
	bool several = session->tab_count > 1 && !options->tab && !options->once, wrong = false, written;
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < session->tab_count; i++) {
		const struct tab *tab = &session->tabs[i];

		if (!several && tab != session_tab(session))
			continue;
		if (several && options->format == COLLECT_JSON) {
			strbuf_addstr(&out, i ? "," : "[");
		} else if (several) {
			strbuf_addf(&out, "%s# ", i ? "\n" : "");
			text_add_safe(&out, tab_name(&tab->console));
			strbuf_addch(&out, '\n');
		}
		if (options->once && options->format == COLLECT_TEXT)
			add_text_and_samples(&out, &tab->engines);
		else
			adders[options->format](&out, &tab->engines);
		wrong |= collect_failing(tab->engines.collect) || collect_waiting(tab->engines.collect);
	}
	if (several && options->format == COLLECT_JSON)
		strbuf_addstr(&out, "]\n");
	written = command_output(&out);
	strbuf_release(&out);
	return !written ? EXIT_USAGE : wrong ? EXIT_WRONG : EXIT_FINE;
}

/* A name that nothing has: what there is, the nearest first said. */
static int complain_of_name(const struct collect *collect, const char *name)
{
	struct strbuf all = STRBUF_INIT;
	char near[128] = "";
	unsigned best = 3;

	for (size_t i = 0; i < collect_count(collect); i++) {
		struct collector_state state;

		collect_get_state(collect, i, &state);
		strbuf_addf(&all, "%s%s/%s", i ? ", " : "", state.job, state.instance);
		for (int which = 0; which < 2; which++) {
			const char *word = which ? state.instance : state.job;
			unsigned distance = text_distance(name, word, best);

			if (distance < best) {
				best = distance;
				snprintf(near, sizeof(near), "%s", word);
			}
		}
	}
	command_complain("--once: no collector is called '%s'%s%s%s (%s)", name, near[0] ? ", did you mean '" : "",
			 near, near[0] ? "'?" : "", all.length ? all.text : "the system names none");
	strbuf_release(&all);
	return EXIT_USAGE;
}

static int print_types(void)
{
	struct strbuf out = STRBUF_INIT;
	bool written;

	collect_add_help(&out);
	written = command_output(&out);
	strbuf_release(&out);
	return written ? EXIT_FINE : EXIT_USAGE;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct session session;
	struct cli_options embedded = *options;
	int status;

	if (options->types)
		return print_types();
	embedded.engine = ENGINE_EMBEDDED;
	status = session_open(&session, &embedded, words->items, words->count);
	/* Of several systems the one that is shown: two may have collectors of one name. */
	if (!status && options->once && !collect_only(session_tab(&session)->engines.collect, options->once))
		status = complain_of_name(session_tab(&session)->engines.collect, options->once);
	if (!status) {
		session_warm_all(&session, options->wait_ms);
		status = print(&session, options);
	}
	session_close(&session);
	return status;
}

static const struct option table[] = {
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = formats,
	  .help = "a table of the targets, the same as JSON, or what they said" },
	{ "once", 0, OPTION_STRING, CLI_AT(once), .value_name = "NAME",
	  .help = "only the collectors of this job, instance or JOB/INSTANCE, and print their samples too" },
	{ "types", 0, OPTION_BOOL, CLI_AT(types),
	  .help = "collect nothing: print what types of collectors there are, and their keys in a system file" },
	{ "wait", 'w', OPTION_DURATION, CLI_AT(wait_ms), .fallback = "10s", .minimum = 1, .maximum = 600000,
	  .help = "longest wait for the first collections" },
	{ "system", 0, OPTION_STRINGS, CLI_AT(system_files), .value_name = "FILE",
	  .help = "read this system file (repeatable)" },
	{ "tab", 0, OPTION_STRING, CLI_AT(tab), .value_name = "NAME",
	  .help = "print only this one of several systems" },
	CLI_ROWS_END,
};

const struct command command_collect = {
	.name = "collect",
	.words = "[SYSTEM...]",
	.help = "collect once from everything a system names, and print how it went",
	.more = "The exit status is 1 when a collector fails or has not answered in time.",
	.options = table,
	.words_max = TABS_MOST,
	.run = run,
};
