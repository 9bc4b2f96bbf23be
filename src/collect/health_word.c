#include "collect/health_word.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define WORD_BYTES 64

/* Small letters; what is neither letter nor digit is '_'. */
static const struct {
	const char *word;
	enum health_word kind;
	double value;
} words[] = {
	{ "healthy", HEALTH_WORD_STATE, 1 },
	{ "ok", HEALTH_WORD_STATE, 1 },
	{ "okay", HEALTH_WORD_STATE, 1 },
	{ "up", HEALTH_WORD_STATE, 1 },
	{ "pass", HEALTH_WORD_STATE, 1 },
	{ "passed", HEALTH_WORD_STATE, 1 },
	{ "passing", HEALTH_WORD_STATE, 1 },
	{ "operational", HEALTH_WORD_STATE, 1 },
	{ "online", HEALTH_WORD_STATE, 1 },
	{ "alive", HEALTH_WORD_STATE, 1 },
	{ "available", HEALTH_WORD_STATE, 1 },
	{ "active", HEALTH_WORD_STATE, 1 },
	{ "connected", HEALTH_WORD_STATE, 1 },
	{ "ready", HEALTH_WORD_STATE, 1 },
	{ "running", HEALTH_WORD_STATE, 1 },
	{ "serving", HEALTH_WORD_STATE, 1 },
	{ "reachable", HEALTH_WORD_STATE, 1 },
	{ "good", HEALTH_WORD_STATE, 1 },
	{ "green", HEALTH_WORD_STATE, 1 },
	{ "normal", HEALTH_WORD_STATE, 1 },
	{ "success", HEALTH_WORD_STATE, 1 },
	{ "true", HEALTH_WORD_STATE, 1 },
	{ "degraded", HEALTH_WORD_STATE, 0.5 },
	{ "warn", HEALTH_WORD_STATE, 0.5 },
	{ "warning", HEALTH_WORD_STATE, 0.5 },
	{ "partial", HEALTH_WORD_STATE, 0.5 },
	{ "partially_available", HEALTH_WORD_STATE, 0.5 },
	{ "limited", HEALTH_WORD_STATE, 0.5 },
	{ "slow", HEALTH_WORD_STATE, 0.5 },
	{ "yellow", HEALTH_WORD_STATE, 0.5 },
	{ "recovering", HEALTH_WORD_STATE, 0.5 },
	{ "starting", HEALTH_WORD_STATE, 0.5 },
	{ "initializing", HEALTH_WORD_STATE, 0.5 },
	{ "draining", HEALTH_WORD_STATE, 0.5 },
	{ "maintenance", HEALTH_WORD_STATE, 0.5 },
	{ "in_memory", HEALTH_WORD_STATE, 0.5 },
	{ "unhealthy", HEALTH_WORD_STATE, 0 },
	{ "down", HEALTH_WORD_STATE, 0 },
	{ "error", HEALTH_WORD_STATE, 0 },
	{ "fail", HEALTH_WORD_STATE, 0 },
	{ "failed", HEALTH_WORD_STATE, 0 },
	{ "failing", HEALTH_WORD_STATE, 0 },
	{ "failure", HEALTH_WORD_STATE, 0 },
	{ "critical", HEALTH_WORD_STATE, 0 },
	{ "bad", HEALTH_WORD_STATE, 0 },
	{ "red", HEALTH_WORD_STATE, 0 },
	{ "unavailable", HEALTH_WORD_STATE, 0 },
	{ "not_available", HEALTH_WORD_STATE, 0 },
	{ "offline", HEALTH_WORD_STATE, 0 },
	{ "out_of_service", HEALTH_WORD_STATE, 0 },
	{ "dead", HEALTH_WORD_STATE, 0 },
	{ "crashed", HEALTH_WORD_STATE, 0 },
	{ "stopped", HEALTH_WORD_STATE, 0 },
	{ "disconnected", HEALTH_WORD_STATE, 0 },
	{ "not_connected", HEALTH_WORD_STATE, 0 },
	{ "unreachable", HEALTH_WORD_STATE, 0 },
	{ "not_ready", HEALTH_WORD_STATE, 0 },
	{ "notready", HEALTH_WORD_STATE, 0 },
	{ "not_serving", HEALTH_WORD_STATE, 0 },
	{ "not_running", HEALTH_WORD_STATE, 0 },
	{ "timeout", HEALTH_WORD_STATE, 0 },
	{ "false", HEALTH_WORD_STATE, 0 },
	{ "unknown", HEALTH_WORD_NEUTRAL, 0 },
	{ "none", HEALTH_WORD_NEUTRAL, 0 },
	{ "n_a", HEALTH_WORD_NEUTRAL, 0 },
	{ "na", HEALTH_WORD_NEUTRAL, 0 },
	{ "skip", HEALTH_WORD_NEUTRAL, 0 },
	{ "skipped", HEALTH_WORD_NEUTRAL, 0 },
	{ "disabled", HEALTH_WORD_NEUTRAL, 0 },
	{ "not_configured", HEALTH_WORD_NEUTRAL, 0 },
	{ "not_initialized", HEALTH_WORD_NEUTRAL, 0 },
	{ "closed", HEALTH_WORD_BREAKER, 0 },
	{ "half_open", HEALTH_WORD_BREAKER, 0.5 },
	{ "halfopen", HEALTH_WORD_BREAKER, 0.5 },
	{ "open", HEALTH_WORD_BREAKER, 1 },
};

/* The first `length` bytes as the table spells words, without '_' at the ends. */
static void normalise(const char *text, size_t length, char *ret)
{
	size_t used = 0;

	for (size_t i = 0; i < length && used < WORD_BYTES - 1; i++) {
		unsigned char ch = (unsigned char)text[i];
		bool plain = ch < 0x80 && isalnum(ch);

		if (plain)
			ret[used++] = (char)tolower(ch);
		else if (used && ret[used - 1] != '_')
			ret[used++] = '_';
	}
	while (used && ret[used - 1] == '_')
		used--;
	ret[used] = '\0';
}

static enum health_word find(const char *word, double *ret)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		*ret = words[i].value;
		return words[i].kind;
	}
	return HEALTH_WORD_UNKNOWN;
}

enum health_word health_word(const char *text, double *ret)
{
	char word[WORD_BYTES], whole[WORD_BYTES];
	enum health_word kind;
	double value = 0;
	bool stand_in;

	normalise(text, strlen(text), whole);
	normalise(text, strcspn(text, ":,;(-"), word);
	kind = find(whole, &value);
	if (kind == HEALTH_WORD_UNKNOWN)
		kind = find(word, &value);
	stand_in = strstr(whole, "mock") || strstr(whole, "fallback");
	if (stand_in && (kind == HEALTH_WORD_UNKNOWN || (kind == HEALTH_WORD_STATE && value > 0))) {
		kind = HEALTH_WORD_STATE;
		value = 0.5;
	}
	if (kind == HEALTH_WORD_STATE || kind == HEALTH_WORD_BREAKER)
		*ret = value;
	return kind;
}
