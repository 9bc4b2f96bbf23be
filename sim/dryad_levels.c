#include <math.h>

#include "sim/dryad_state.h"

/* The six levels as their validation scripts find them, and the score of L9's health code. */

const struct dryad_level_info dryad_levels[DRYAD_LEVELS] = {
	{ "Foundation", { { "Tool Registry", 6 }, { "Memory Database", 5 }, { "Structured Logging", 4 } } },
	{ "Execution and memory agents",
	  { { "Sandbox Service", 4 },
	    { "Memory Coordinator", 4 },
	    { "Memory Scribe", 3 },
	    { "Agent Registry", 4 },
	    { "Integration", 3 } } },
	{ "Stateful operations", { { "Archivist", 5 }, { "Librarian", 5 }, { "Integration", 4 } } },
	{ "Orchestration and HITL",
	  { { "Complexity Scorer", 4 },
	    { "Decision Engine", 4 },
	    { "Task Force Manager", 4 },
	    { "Hybrid Orchestrator", 5 },
	    { "State Manager", 3 },
	    { "Consultation", 3 } } },
	{ "Dojo", { { "Benchmark Registry", 4 }, { "Evaluation Harness", 5 }, { "RAG-Gym", 4 } } },
	{ "Lyceum", { { "Laboratory Sandbox", 4 }, { "Professor Agent", 5 }, { "Budget Manager", 4 } } },
};

/* Whether one part works, by what it needs; on what nothing else says, a level's own fault fails its first part. */
static bool part_works(const struct dryad *dryad, unsigned level, unsigned part)
{
	bool database = dryad_store_serves(dryad, DRYAD_POSTGRES);

	if (dryad->push[PUSH_LEVEL_0 + level] > 0 && part == 0)
		return false;
	switch (level) {
	case 0: return part != 1 || (database && !(dryad->push[PUSH_MIGRATION] > 0));
	case 1: return (part != 1 || !(dryad->push[PUSH_GUILD] > 0.05)) && (part != 3 || database);
	case 3: return (part != 5 && part != 0) || dryad_llm_serves(dryad);
	case 4: return part != 1 || dryad_llm_serves(dryad);
	case 5: return part != 1 || dryad_llm_serves(dryad);
	default: return true;
	}
}

unsigned dryad_part_passed(const struct dryad *dryad, unsigned level, unsigned part)
{
	unsigned tests = dryad_levels[level].parts[part].tests;

	return part_works(dryad, level, part) ? tests : tests / 3;
}

struct dryad_level dryad_level(const struct dryad *dryad, unsigned level)
{
	struct dryad_level found = { 0 };

	for (unsigned part = 0; part < DRYAD_PARTS_MAX && dryad_levels[level].parts[part].name; part++) {
		found.total += dryad_levels[level].parts[part].tests;
		found.passed += dryad_part_passed(dryad, level, part);
	}
	/* Short and long memory go on without their stores, in the process's own memory. */
	if (level == 2)
		found.degraded = !dryad_store_serves(dryad, DRYAD_REDIS) || !dryad_store_serves(dryad, DRYAD_CHROMA);
	if (level == 3)
		found.degraded = approvals_pending(dryad) > 10;
	return found;
}

double dryad_llm_score(const struct dryad *dryad)
{
	double lookups = DRYAD_SUM(dryad, cache_hits) + DRYAD_SUM(dryad, cache_misses);
	double hits = lookups > 0 ? DRYAD_SUM(dryad, cache_hits) / lookups : 1;
	double score = 100;

	if (!dryad_llm_serves(dryad))
		score -= 50 + 30;
	if (dryad_llm_median_s(dryad) > 2)
		score -= 15;
	if (hits < 0.2)
		score -= 10;
	return fmax(score, 0);
}

double dryad_health_score(const struct dryad *dryad)
{
	unsigned lost = !dryad_store_serves(dryad, DRYAD_POSTGRES) + !dryad_store_serves(dryad, DRYAD_REDIS) +
			!dryad_store_serves(dryad, DRYAD_CHROMA) + !dryad_llm_serves(dryad);
	double score = dryad_llm_score(dryad) - 20 * lost / 5.0;

	for (int i = 0; i < BREAKER_COUNT; i++) {
		if (dryad->breakers[i].state == BREAKER_OPEN)
			score -= 30;
		else if (dryad->breakers[i].state == BREAKER_HALF_OPEN)
			score -= 15;
	}
	if (dryad->push[PUSH_WORKFLOWS] > 0.1)
		score -= 10;
	return fmax(score, 0);
}
