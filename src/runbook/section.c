#include "runbook/section.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "base/text.h"

#define TITLE_WORDS_MAX 200 /* bytes of a heading that are looked at for its role */
#define MINUTES_MAX     (100 * 24 * 60)

const char *const section_role_names[SECTION_ROLES] = {
	[SECTION_PLAIN] = "plain",         [SECTION_SYMPTOMS] = "symptoms",         [SECTION_IMPACT] = "impact",
	[SECTION_DIAGNOSIS] = "diagnosis", [SECTION_RESOLUTION] = "resolution",     [SECTION_SCENARIO] = "scenario",
	[SECTION_PHASE] = "phase",         [SECTION_VERIFICATION] = "verification", [SECTION_ROLLBACK] = "rollback",
	[SECTION_POST] = "post-incident",  [SECTION_PREVENTION] = "prevention",     [SECTION_ESCALATION] = "escalation",
	[SECTION_RELATED] = "related",     [SECTION_CHECKLIST] = "checklist",
};

/*
 * Words that make a role. A whole title (numbers in front, generic words and
 * brackets behind taken away) must be the word: "Verify the binding" is a step
 * of somebody's diagnosis, "Verify" is the verification. Some say enough when a title begins with
 * them, or has them anywhere.
 */
enum word_place { WHOLE, BEGINS, ANYWHERE };

static const struct {
	const char *words;
	enum word_place place;
	enum section_role role;
} role_words[] = {
	{ "post-incident", ANYWHERE, SECTION_POST },
	{ "post incident", ANYWHERE, SECTION_POST },
	{ "postmortem", ANYWHERE, SECTION_POST },
	{ "post-mortem", ANYWHERE, SECTION_POST },
	{ "after the incident", BEGINS, SECTION_POST },
	{ "aftercare", WHOLE, SECTION_POST },
	{ "follow-up", BEGINS, SECTION_POST },
	{ "follow up", BEGINS, SECTION_POST },
	{ "lessons learned", BEGINS, SECTION_POST },
	{ "checklist", ANYWHERE, SECTION_CHECKLIST },
	{ "prerequisite", BEGINS, SECTION_CHECKLIST },
	{ "prerequisites", BEGINS, SECTION_CHECKLIST },
	{ "prepare", WHOLE, SECTION_CHECKLIST },
	{ "preparation", WHOLE, SECTION_CHECKLIST },
	{ "preparations", WHOLE, SECTION_CHECKLIST },
	{ "before you begin", BEGINS, SECTION_CHECKLIST },
	{ "before you start", BEGINS, SECTION_CHECKLIST },
	{ "readiness", WHOLE, SECTION_CHECKLIST },
	{ "rollback", WHOLE, SECTION_ROLLBACK },
	{ "rollback", BEGINS, SECTION_ROLLBACK },
	{ "roll back", WHOLE, SECTION_ROLLBACK },
	{ "roll-back", WHOLE, SECTION_ROLLBACK },
	{ "rolling back", BEGINS, SECTION_ROLLBACK },
	{ "back out", BEGINS, SECTION_ROLLBACK },
	{ "backout", BEGINS, SECTION_ROLLBACK },
	{ "revert", WHOLE, SECTION_ROLLBACK },
	{ "undo", WHOLE, SECTION_ROLLBACK },
	{ "escalation", BEGINS, SECTION_ESCALATION },
	{ "escalate", WHOLE, SECTION_ESCALATION },
	{ "escalating", WHOLE, SECTION_ESCALATION },
	{ "when to escalate", BEGINS, SECTION_ESCALATION },
	{ "prevention", BEGINS, SECTION_PREVENTION },
	{ "preventing", BEGINS, SECTION_PREVENTION },
	{ "prevent", WHOLE, SECTION_PREVENTION },
	{ "preventive", BEGINS, SECTION_PREVENTION },
	{ "preventative", BEGINS, SECTION_PREVENTION },
	{ "related", BEGINS, SECTION_RELATED },
	{ "see also", BEGINS, SECTION_RELATED },
	{ "references", WHOLE, SECTION_RELATED },
	{ "reference", WHOLE, SECTION_RELATED },
	{ "additional resources", BEGINS, SECTION_RELATED },
	{ "further reading", BEGINS, SECTION_RELATED },
	{ "links", WHOLE, SECTION_RELATED },
	{ "symptom", WHOLE, SECTION_SYMPTOMS },
	{ "symptoms", BEGINS, SECTION_SYMPTOMS },
	{ "meaning", WHOLE, SECTION_SYMPTOMS },
	{ "detection", WHOLE, SECTION_SYMPTOMS },
	{ "detect", WHOLE, SECTION_SYMPTOMS },
	{ "indicators", WHOLE, SECTION_SYMPTOMS },
	{ "alert description", WHOLE, SECTION_SYMPTOMS },
	{ "disaster declaration", BEGINS, SECTION_SYMPTOMS },
	{ "possible causes", BEGINS, SECTION_SYMPTOMS },
	{ "impact", BEGINS, SECTION_IMPACT },
	{ "user impact", WHOLE, SECTION_IMPACT },
	{ "business impact", WHOLE, SECTION_IMPACT },
	{ "consequences", WHOLE, SECTION_IMPACT },
	{ "diagnosis", BEGINS, SECTION_DIAGNOSIS },
	{ "diagnose", WHOLE, SECTION_DIAGNOSIS },
	{ "diagnostic", WHOLE, SECTION_DIAGNOSIS },
	{ "diagnostics", WHOLE, SECTION_DIAGNOSIS },
	{ "triage", WHOLE, SECTION_DIAGNOSIS },
	{ "initial triage", WHOLE, SECTION_DIAGNOSIS },
	{ "investigation", WHOLE, SECTION_DIAGNOSIS },
	{ "investigate", WHOLE, SECTION_DIAGNOSIS },
	{ "initial assessment", WHOLE, SECTION_DIAGNOSIS },
	{ "assessment", WHOLE, SECTION_DIAGNOSIS },
	{ "analysis", WHOLE, SECTION_DIAGNOSIS },
	{ "troubleshooting", WHOLE, SECTION_DIAGNOSIS },
	{ "troubleshoot", WHOLE, SECTION_DIAGNOSIS },
	{ "verification", WHOLE, SECTION_VERIFICATION },
	{ "verify", WHOLE, SECTION_VERIFICATION },
	{ "verify recovery", WHOLE, SECTION_VERIFICATION },
	{ "verify resolution", WHOLE, SECTION_VERIFICATION },
	{ "verify the fix", WHOLE, SECTION_VERIFICATION },
	{ "verifying", WHOLE, SECTION_VERIFICATION },
	{ "validation", WHOLE, SECTION_VERIFICATION },
	{ "validate", WHOLE, SECTION_VERIFICATION },
	{ "resolution", BEGINS, SECTION_RESOLUTION },
	{ "resolve", WHOLE, SECTION_RESOLUTION },
	{ "resolving", WHOLE, SECTION_RESOLUTION },
	{ "solution", WHOLE, SECTION_RESOLUTION },
	{ "solutions", WHOLE, SECTION_RESOLUTION },
	{ "mitigation", BEGINS, SECTION_RESOLUTION },
	{ "mitigate", WHOLE, SECTION_RESOLUTION },
	{ "mitigating", WHOLE, SECTION_RESOLUTION },
	{ "remediation", BEGINS, SECTION_RESOLUTION },
	{ "remediate", WHOLE, SECTION_RESOLUTION },
	{ "recovery", WHOLE, SECTION_RESOLUTION },
	{ "recover", WHOLE, SECTION_RESOLUTION },
	{ "restoration", WHOLE, SECTION_RESOLUTION },
	{ "restore", WHOLE, SECTION_RESOLUTION },
	{ "contain", WHOLE, SECTION_RESOLUTION },
	{ "containment", WHOLE, SECTION_RESOLUTION },
	{ "eradicate", WHOLE, SECTION_RESOLUTION },
	{ "eradication", WHOLE, SECTION_RESOLUTION },
	{ "fix", WHOLE, SECTION_RESOLUTION },
	{ "response", WHOLE, SECTION_RESOLUTION },
	{ "respond", WHOLE, SECTION_RESOLUTION },
	{ "immediate", WHOLE, SECTION_RESOLUTION },
	{ "emergency", WHOLE, SECTION_RESOLUTION },
	{ "workaround", WHOLE, SECTION_RESOLUTION },
	{ "workarounds", WHOLE, SECTION_RESOLUTION },
	{ "emergency workarounds", WHOLE, SECTION_RESOLUTION },
	{ "recommended", WHOLE, SECTION_RESOLUTION },
	{ "return to normal", BEGINS, SECTION_RESOLUTION },
};

/* Behind a word that makes a role these add nothing: "Diagnosis Steps", "Immediate Actions". */
static const char *const generic_words[] = { "step",   "steps",   "procedure", "procedures",  "process",
					     "action", "actions", "phase",     "instruction", "instructions" };

/* ---- a title, without what numbers it ---- */

/* "1. ", "2) ", "Step 3: ", signs and blanks. */
static const char *skip_number(const char *text)
{
	const char *at = text;
	size_t digits;

	while (*at && !isalnum((unsigned char)*at) && *at != '(' && *at != '`')
		at++;
	if (strncasecmp(at, "step ", 5) == 0 && isdigit((unsigned char)at[5]))
		at += 5;
	digits = strspn(at, "0123456789.");
	if (digits && at[digits] && strchr("):- ", at[digits])) {
		at += digits;
		at += strspn(at, ").:- ");
	}
	return *at ? at : text;
}

/* Lower case, without what stands in brackets and behind a colon or dash. */
static void plain_words(const char *title, char *ret, size_t size)
{
	const char *from = skip_number(title);
	size_t length = 0;
	bool again = true;

	for (; *from && length + 1 < size && !strchr("(:[", *from); from++) {
		if (strncmp(from, " - ", 3) == 0 || strncmp(from, " \xe2\x80\x93", 4) == 0 ||
		    strncmp(from, " \xe2\x80\x94", 4) == 0)
			break;
		ret[length++] = (char)tolower((unsigned char)*from);
	}
	ret[length] = '\0';
	while (again) {
		again = false;
		while (length && !isalnum((unsigned char)ret[length - 1]))
			ret[--length] = '\0';
		for (size_t i = 0; i < sizeof(generic_words) / sizeof(*generic_words); i++) {
			size_t word = strlen(generic_words[i]);

			if (length <= word || ret[length - word - 1] != ' ' ||
			    strcmp(ret + length - word, generic_words[i]) != 0)
				continue;
			ret[length -= word] = '\0';
			again = true;
		}
	}
}

static bool is_role(const char *title, const char *words, enum word_place place)
{
	size_t length = strlen(words);

	switch (place) {
	case WHOLE: return strcmp(title, words) == 0;
	case BEGINS: return strncmp(title, words, length) == 0 && !isalnum((unsigned char)title[length]);
	case ANYWHERE: return strstr(title, words) != NULL;
	}
	return false;
}

static enum section_role role_of(const char *title)
{
	char words[TITLE_WORDS_MAX];

	plain_words(title, words, sizeof(words));
	for (size_t i = 0; i < sizeof(role_words) / sizeof(*role_words); i++)
		if (is_role(words, role_words[i].words, role_words[i].place))
			return role_words[i].role;
	return SECTION_PLAIN;
}

/* ---- scenarios and phases ---- */

static const struct {
	const char *word;
	enum section_role role;
} lettered[] = {
	{ "scenario", SECTION_SCENARIO }, { "option", SECTION_SCENARIO }, { "case", SECTION_SCENARIO },
	{ "variant", SECTION_SCENARIO },  { "phase", SECTION_PHASE },     { "stage", SECTION_PHASE },
};

/* "Scenario B: Title": its letter, and where the title begins; NULL when it is none. */
static const char *read_letter(const char *text, struct arena *arena, struct section_heading *ret)
{
	for (size_t i = 0; i < sizeof(lettered) / sizeof(*lettered); i++) {
		size_t word = strlen(lettered[i].word), length;
		const char *at = text + word, *rest;

		if (strncasecmp(text, lettered[i].word, word) != 0 || *at != ' ')
			continue;
		at += strspn(at, " ");
		length = isdigit((unsigned char)*at) ? strspn(at, "0123456789") : isalpha((unsigned char)*at) ? 1 : 0;
		rest = at + length;
		/* "Case study" is a word, "Case B" and "Case B: x" are letters. */
		if (!length || length > 3 || (*rest && !strchr(":.)( -", *rest) && strncmp(rest, "\xe2\x80", 2) != 0))
			continue;
		ret->role = lettered[i].role;
		ret->letter = arena_strndup(arena, at, length);
		if (length == 1)
			ret->letter = arena_printf(arena, "%c", toupper((unsigned char)*at));
		rest += strspn(rest, ":.) -");
		while (strncmp(rest, "\xe2\x80\x93", 3) == 0 || strncmp(rest, "\xe2\x80\x94", 3) == 0)
			rest += 3 + strspn(rest + 3, " ");
		return rest;
	}
	return NULL;
}

void section_heading_read(const char *text, struct arena *arena, struct section_heading *ret)
{
	const char *open = text, *rest;
	int from, to;
	bool unit;

	*ret = (struct section_heading){ .letter = "", .title = text, .minutes_from = -1, .minutes_to = -1 };
	rest = read_letter(skip_number(text), arena, ret);
	if (rest)
		ret->title = *rest ? arena_strdup(arena, rest) : text;
	else
		ret->role = role_of(text);
	while ((open = strchr(open, '('))) {
		open++;
		/* "(15 min)" says how long, not when: only a span or an open end is a place on the clock. */
		if (!section_minutes_read(open, &from, &to, &unit) || !unit || (to >= 0 && to == from))
			continue;
		ret->minutes_from = from;
		ret->minutes_to = to;
		break;
	}
}

const char *section_anchor(const char *text, struct arena *arena)
{
	struct strbuf anchor = STRBUF_INIT;
	const char *result;

	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;

		if (ch == ' ')
			strbuf_addch(&anchor, '-');
		else if (isalnum(ch) || ch == '-' || ch == '_')
			strbuf_addch(&anchor, (char)tolower(ch));
		else if (ch >= 0x80) {
			uint32_t code;
			size_t length = text_decode(text, strlen(text), &code);

			/* Letters stay, punctuation, arrows, signs and emoji go. */
			if (!(code >= 0x2000 && code < 0x3000) && code < 0x1f000 && code >= 0xaa && code != 0xb7 &&
			    code != 0xd7 && code != 0xbb && code != 0xab && !(code >= 0xfe00 && code < 0xfe10))
				strbuf_add(&anchor, text, length);
			text += length - 1;
		}
	}
	result = arena_strdup(arena, anchor.text);
	strbuf_release(&anchor);
	return result;
}

/* ---- minutes ---- */

static const struct {
	const char *word;
	int minutes;
} units[] = {
	{ "minutes", 1 },    { "minute", 1 },    { "mins", 1 },    { "min", 1 }, { "m", 1 },
	{ "hours", 60 },     { "hour", 60 },     { "hrs", 60 },    { "hr", 60 }, { "h", 60 },
	{ "days", 24 * 60 }, { "day", 24 * 60 }, { "d", 24 * 60 },
};

static size_t read_unit(const char *text, int *ret)
{
	size_t blanks = strspn(text, " ");

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t length = strlen(units[i].word);

		if (strncasecmp(text + blanks, units[i].word, length) == 0 &&
		    !isalnum((unsigned char)text[blanks + length])) {
			*ret = units[i].minutes;
			return blanks + length;
		}
	}
	return 0;
}

static size_t read_figure(const char *text, long *ret)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5)
		return 0;
	*ret = strtol(text, NULL, 10);
	return digits;
}

/* A dash of any length, or "to". */
static size_t read_dash(const char *text)
{
	size_t blanks = strspn(text, " "), length = 0;

	text += blanks;
	if (*text == '-')
		length = 1;
	else if (strncmp(text, "\xe2\x80\x93", 3) == 0 || strncmp(text, "\xe2\x80\x94", 3) == 0)
		length = 3;
	else if (strncasecmp(text, "to ", 3) == 0)
		length = 3;
	return length ? blanks + length + strspn(text + length, " ") : 0;
}

size_t section_minutes_read(const char *text, int *ret_from, int *ret_to, bool *ret_unit)
{
	const char *at = text + strspn(text, " ");
	long from, to = -1;
	int unit = 1, first_unit = 0;
	bool open = false;
	size_t length;

	if ((*at == 'T' || *at == 't') && at[1] == '+')
		at++;
	while (*at == '+' || *at == '>' || *at == '<' || *at == ' ') {
		open |= *at != ' ' && *at != '<';
		at++;
	}
	if (!(length = read_figure(at, &from)))
		return 0;
	at += length;
	/* "30 min - 2 h": each has its own unit. */
	at += read_unit(at, &first_unit);
	length = read_dash(at);
	if (length && isdigit((unsigned char)at[length])) {
		at += length;
		at += read_figure(at, &to);
	} else if (*at == '+') {
		open = true;
		at++;
	}
	length = read_unit(at, &unit);
	at += length;
	if (!length && first_unit)
		unit = first_unit;
	if (*at == '+') {
		open = true;
		at++;
	}
	*ret_unit = length > 0 || first_unit > 0;
	from *= first_unit ? first_unit : unit;
	to = to >= 0 ? to * unit : open ? -1 : from;
	*ret_from = from > MINUTES_MAX ? MINUTES_MAX : (int)from;
	*ret_to = to > MINUTES_MAX ? MINUTES_MAX : (int)to;
	return (size_t)(at - text);
}

/* ---- items ---- */

/* How an item begins that tells somebody to do something. */
/* clang-format off */
static const char *const task_words[] = {
	"accept", "acknowledge", "activate", "add", "adjust", "announce", "apply", "approve", "archive", "ask",
	"assess", "assign", "attach", "audit", "avoid", "back", "begin", "block", "bring", "browse", "build", "bump",
	"call", "cancel", "capture", "change", "check", "choose", "clean", "clear", "click", "close", "collect",
	"compare", "configure", "confirm", "connect", "consider", "contact", "contain", "continue", "copy", "cordon",
	"create", "cut", "decide", "declare", "decrease", "delete", "deploy", "describe", "determine", "diagnose",
	"disable", "disconnect", "do", "document", "don't", "download", "drain", "edit", "eject", "eliminate",
	"enable", "ensure", "escalate", "estimate", "evaluate", "examine", "execute", "expand", "export", "fail",
	"fetch", "fill", "find", "fix", "flush", "follow", "force", "gather", "generate", "get", "give", "go",
	"grant", "hand", "identify", "if", "import", "increase", "inform", "inspect", "install", "interview",
	"investigate", "invite", "isolate", "join", "keep", "kill", "launch", "let", "limit", "list", "locate",
	"lock", "log", "look", "lower", "make", "mark", "measure", "migrate", "modify", "monitor", "mount", "move",
	"navigate", "never", "notify", "obtain", "open", "optimise", "optimize", "page", "patch", "pause", "perform",
	"pick", "plan", "post", "prepare", "preserve", "press", "promote", "provide", "provision", "pull", "purge",
	"push", "put", "quarantine", "raise", "read", "reboot", "rebuild", "reclaim", "reconnect", "record",
	"recover", "recreate", "redeploy", "redirect", "reduce", "refresh", "reinstall", "release", "reload",
	"remove", "rename", "repair", "repeat", "replace", "replay", "report", "reschedule", "reset", "resize",
	"resolve", "restart", "restore", "restrict", "resume", "retrieve", "retry", "return", "revert", "review",
	"revoke", "roll", "rotate", "run", "save", "scale", "schedule", "scroll", "search", "select", "send", "set",
	"share", "shut", "silence", "skip", "snapshot", "ssh", "start", "stop", "submit", "suspend", "switch",
	"sync", "take", "tell", "terminate", "test", "throttle", "to", "track", "trigger", "try", "turn", "uncordon",
	"undo", "uninstall", "unlock", "unmount", "update", "upgrade", "upload", "use", "validate", "verify", "view",
	"visit", "wait", "warn", "watch", "write",
};
/* clang-format on */

static int compare_word(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool begins_with_task(const char *text)
{
	char word[16];
	size_t length = 0;

	while (*text && !isalpha((unsigned char)*text))
		text++;
	while (length + 1 < sizeof(word) && (isalpha((unsigned char)text[length]) || text[length] == '\'')) {
		word[length] = (char)tolower((unsigned char)text[length]);
		length++;
	}
	word[length] = '\0';
	return bsearch(word, task_words, sizeof(task_words) / sizeof(*task_words), sizeof(*task_words), compare_word);
}

bool section_item_is_task(enum section_role role, bool ordered, const char *text)
{
	switch (role) {
	case SECTION_SYMPTOMS:
	case SECTION_IMPACT:
	case SECTION_PREVENTION:
	case SECTION_ESCALATION:
	case SECTION_RELATED: return false;
	case SECTION_VERIFICATION:
	case SECTION_POST:
	case SECTION_CHECKLIST: return true;
	case SECTION_DIAGNOSIS:
	case SECTION_RESOLUTION:
	case SECTION_ROLLBACK:
	case SECTION_SCENARIO:
	case SECTION_PHASE: return ordered || begins_with_task(text);
	default: return ordered;
	}
}
