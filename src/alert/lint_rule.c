/* Checks of what stands beside the expression: for, runbook, severities. */
#include <string.h>
#include <strings.h>

#include "alert/lint_private.h"
#include "base/clock.h"

void lint_check_for(struct lint_context *context)
{
	/* What asks for nothing (a watchdog's vector(1)) does not flap. */
	if (context->rule->kind == RULE_ALERT && !context->rule->for_ms && context->promql->selector_count)
		lint_tell(context, context->rule->line,
			  "no `for`: a single sample makes it fire (say how long it must hold, as `for: 2m`)");
}

void lint_check_interval(struct lint_context *context)
{
	int64_t interval_ms = context->group->interval_ms ? context->group->interval_ms : context->system->interval_ms;
	char wait[16], interval[16];

	if (!interval_ms)
		interval_ms = CLOCK_MINUTE;
	if (context->rule->kind != RULE_ALERT || !context->rule->for_ms || context->rule->for_ms >= interval_ms)
		return;
	duration_format(context->rule->for_ms, wait, sizeof(wait));
	duration_format(interval_ms, interval, sizeof(interval));
	lint_tell(context, context->rule->line,
		  "`for: %s` is shorter than the interval of %s: it fires at the second evaluation whatever it says "
		  "(make it a multiple of the interval)",
		  wait, interval);
}

void lint_check_runbook(struct lint_context *context)
{
	static const char *const names[] = { "runbook_url", "runbook" };
	const char *runbook = NULL;

	if (context->rule->kind != RULE_ALERT || !context->promql->selector_count)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !runbook; i++)
		runbook = rule_annotation(context->rule, names[i]);
	if ((!runbook || !*runbook) && context->system->runbooks &&
	    runbook_index_find_alert(context->system->runbooks, context->rule->name))
		return;
	if (!runbook || !*runbook)
		lint_tell(context, context->rule->line,
			  "no runbook: whoever is woken by it must find out what to do (annotation runbook_url)");
	else if (context->system->runbooks && context->system->runbooks->files.count && !strstr(runbook, "{{") &&
		 !runbook_index_find(context->system->runbooks, runbook))
		lint_tell(context, context->rule->line,
			  "no runbook of the system is called as '%.120s' ends (write one, or name one that there is)",
			  runbook);
}

/* ---- pairs of severities ---- */

/* How bad a word is; 0 when it is none of those that are known. */
static int severity_rank(const char *word)
{
	static const struct {
		const char *word;
		int rank;
	} ranks[] = {
		{ "info", 1 }, { "low", 1 },   { "warning", 2 },  { "warn", 2 }, { "medium", 2 },
		{ "high", 3 }, { "error", 3 }, { "critical", 4 }, { "page", 4 }, { "emergency", 5 },
	};

	for (size_t i = 0; word && i < sizeof(ranks) / sizeof(ranks[0]); i++)
		if (strcasecmp(ranks[i].word, word) == 0)
			return ranks[i].rank;
	return 0;
}

/* Is `worse` met no later than `mild`, though it should take more? */
static bool is_reversed(const struct condition *worse, const struct condition *mild)
{
	if (worse->operation[0] == '>')
		return worse->threshold < mild->threshold;
	return worse->operation[0] == '<' && worse->threshold > mild->threshold;
}

/* Nothing but one comparison with a number: what else must hold may make the milder one come first all the same. */
static bool is_plain(const struct promql *promql, const struct condition *condition)
{
	const struct expr *root = promql ? expr_inner(promql->root) : NULL;

	return root && root->kind == EXPR_BINARY && lint_is_comparison(root->binary.operator) &&
	       condition->has_threshold;
}

void lint_check_pair(struct lint_context *context)
{
	const struct condition *worse = context->condition;
	const char *severity = rule_label(context->rule, "severity");
	int rank = severity_rank(severity);

	if (context->rule->kind != RULE_ALERT || !rank || !is_plain(context->promql, worse))
		return;
	for (size_t i = 0; i < context->entry_count; i++) {
		const struct rule *other = context->entries[i].rule;
		const struct condition *mild = &context->entries[i].condition;
		int other_rank = severity_rank(rule_label(other, "severity"));

		if (other->kind == RULE_ALERT && other_rank && other_rank < rank &&
		    is_plain(context->entries[i].promql, mild) && strcmp(mild->subject, worse->subject) == 0 &&
		    mild->operation[0] == worse->operation[0] && is_reversed(worse, mild))
			lint_tell(
				context, context->rule->expression_line,
				"severity %s at %s %.12g, but %s (severity %s, line %u) is at %s %.12g: the milder one "
				"comes later (swap the thresholds)",
				severity, worse->operation, worse->threshold, other->name,
				rule_label(other, "severity"), other->line, mild->operation, mild->threshold);
	}
}
