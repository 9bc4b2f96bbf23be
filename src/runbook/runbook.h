/*
 * A Markdown runbook as it is to be followed: a head, sections with their
 * roles, and steps in the order of the file. Read from any Markdown, unchanged;
 * what is not surely a command is not one. Pure data: see run.h for what
 * happened to the steps, runner.h for who runs them.
 *
 * Everything lives in the runbook's arena. Texts are raw, as the file has
 * them: made safe where they are shown. Lines are 1-based lines of the file.
 */
#ifndef RUNBOOK_RUNBOOK_H
#define RUNBOOK_RUNBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

#define RUNBOOK_BYTES_MAX    (1024u * 1024)
#define RUNBOOK_STEPS_MAX    2000
#define RUNBOOK_SECTIONS_MAX 1000

enum step_kind {
	STEP_COMMAND, /* for a shell */
	STEP_MANUAL,  /* words: a list item or a comment without a command */
	STEP_QUERY,   /* PromQL, evaluated where it stands */
	STEP_SQL,     /* shown; run only through a configured read-only connection */
	STEP_OUTPUT,  /* sample output, never run */
	STEP_CONFIG,  /* YAML, JSON, a file's content */
	STEP_DRAWING, /* boxes and arrows, Mermaid */
	STEP_UNKNOWN, /* code that might be anything: shown, not run */
	STEP_KINDS,
};
extern const char *const step_kind_names[STEP_KINDS]; /* "command" ... as in JSON */

/* What a command does at worst. */
enum step_tier { TIER_READ, TIER_CHANGE, TIER_DESTROY };
extern const char *const step_tier_names[]; /* "read", "change", "destroy": as annotations have it */
extern const char *const step_tier_verbs[]; /* "reads", "changes", "destroys" */

enum section_role {
	SECTION_PLAIN,
	SECTION_SYMPTOMS, /* also Meaning, Detection */
	SECTION_IMPACT,
	SECTION_DIAGNOSIS,  /* also Triage, Investigation */
	SECTION_RESOLUTION, /* also Mitigation, Remediation, Recovery steps, Contain, Eradicate */
	SECTION_SCENARIO,   /* "Scenario B: ..." below a resolution: one is chosen */
	SECTION_PHASE,      /* "Phase 2: ... (15-30 min)" */
	SECTION_VERIFICATION,
	SECTION_ROLLBACK,
	SECTION_POST, /* Post-incident */
	SECTION_PREVENTION,
	SECTION_ESCALATION, /* holds the table of minutes */
	SECTION_RELATED,
	SECTION_CHECKLIST, /* what is to be ticked off: prerequisites, readiness */
	SECTION_ROLES,
};
extern const char *const section_role_names[SECTION_ROLES];

/* One thing that is asked of the systems to prove something: PromQL, or a reading command (exit status 0). */
struct step_check {
	const char *expression; /* PromQL: holds while it has a result (a comparison), as an alert's does; NULL */
	const char *command;    /* instead; NULL */
	bool declared;          /* its author says that the command only reads */
	const char *name;       /* what it proves, for people; "" */
	int64_t for_ms;         /* it must hold that long; 0: once */
	int64_t within_ms;      /* from the step's end on; 0: no limit */
	unsigned line;
};

/* Where the values of a placeholder may be chosen from. */
struct step_choices {
	const char *placeholder;
	const char *command;    /* each line of its output is one; NULL */
	bool declared;          /* its author says that it only reads */
	const char *expression; /* PromQL: the values of `label`; NULL */
	const char *label;
	const char *const *values; /* given outright */
	size_t value_count;
	unsigned line;
};

/* What an HTML comment said about a step (doc/skep-runbook.5); zeroed when none did. */
struct step_notes {
	bool said_tier;
	enum step_tier tier;
	int64_t timeout_ms;         /* 0: the default, 5 min */
	bool follow;                /* never ends by itself: ended by a key */
	bool manual;                /* never run, whatever it looks like */
	const char *target;         /* "namespace/production", a host: must agree with the run's; NULL */
	const char *confirm;        /* the word to be typed for a destruction: the name of what is lost; NULL */
	const char *rollback;       /* a command, or words; NULL */
	const char *next, *on_fail; /* titles or letters of sections to go on with; NULL */
	VEC(struct step_check) checks;
	VEC(struct step_choices) choices;
	unsigned line; /* of the comment; 0: none */
};

enum placeholder_form {
	PLACEHOLDER_ANGLE,    /* <backup-id> */
	PLACEHOLDER_VARIABLE, /* $UPPER or ${UPPER}, assigned nowhere before it in the file */
	PLACEHOLDER_BRACES,   /* {{ x }} */
	PLACEHOLDER_YOUR,     /* YOUR_TOKEN */
};

struct placeholder {
	const char *name;  /* "backup-id": one name is one value for the whole run */
	size_t begin, end; /* in the step's text */
	enum placeholder_form form;
};

struct runbook_step {
	const char *id; /* "2.3": number of its section among those with steps, number within it; unique */
	enum step_kind kind;
	const char *name;   /* its comment, its list item's first words, else its command's first line */
	const char *words;  /* what the list item, the comment or the line before the block says beyond the name,
			       Markdown; "" */
	const char *text;   /* what is run: prompts and the naming comments taken away; else as the file has it */
	const char *sample; /* sample output that stood with it; NULL */
	const char *prompt; /* it stood at: "$", "sh-4.4#"; "" */
	/* Of a command that stood at the prompt of another shell: the step of its section that opens that shell, and it
	 * would run elsewhere than here; SIZE_MAX. */
	size_t other_shell;
	const char *language;                 /* the fence's info word; "" */
	unsigned line, last_line;             /* of its text in the file, comments included; samples not */
	size_t section;                       /* index */
	bool optional_box, checked;           /* it is a check box; and its state in the file */
	VEC(struct placeholder) placeholders; /* of `text`, in order */
	/* Variables it uses that only an earlier step gives a value: each step has a shell of its own, so that they are
	 * empty in it unless they are carried over. */
	VEC(const char *) carried;
	enum step_tier tier;     /* annotated, else by what the command is (tier.h) */
	const char *tier_reason; /* "annotated", "'kubectl get' only reads", "'rm' is on no list of reading commands" */
	struct step_notes notes;
};

struct runbook_section {
	const char *title;  /* without "Scenario B:", numbers kept */
	const char *letter; /* "B" of a scenario, "2" of a phase; "" */
	const char *anchor; /* as GitHub makes it: "scenario-b-synapses" */
	unsigned level;     /* 1..6; 0: what stands before the first heading */
	enum section_role role;
	int minutes_from, minutes_to;  /* "(15-30 min)"; -1: not said; to -1: open end */
	unsigned line, last_line;      /* of the heading (0 for level 0); of its text, subsections excluded */
	size_t parent;                 /* index; itself for the first */
	size_t first_step, step_count; /* steps directly below it */
	VEC(struct step_check) checks; /* annotated: what proves the section */
	const char *next;              /* annotated: the section to go on with; NULL */
};

/* "Severity: P1", also of YAML front matter. */
struct runbook_field {
	const char *key, *value;
	unsigned line;
};

/* One row of the escalation table: from that minute on. */
struct runbook_due {
	int minute, until; /* until -1: open */
	const char *action;
};

struct runbook_link {
	const char *target, *text;
	unsigned line;
};

/* A figure that stands beside the steps, before and after. */
struct runbook_watch {
	const char *title, *expression, *unit; /* Grafana's unit id; "" */
};

struct runbook {
	struct arena arena;
	const char *path; /* as given; "" */
	const char *slug, *title;
	const char *source; /* the whole file, terminated; front matter included */
	size_t length;
	char digest[65];                  /* SHA-256 of the source, hex: whether it is the text a run began with */
	VEC(struct runbook_field) fields; /* head and foot, in order */
	/* Read from the fields; NULL or -1 where none says so. */
	const char *severity, *escalation, *version, *updated;
	int priority; /* 0..3 of the severity; -1 */
	int64_t mttr_ms, rto_ms, rpo_ms;
	VEC(const char *) alerts; /* front matter or annotation `alerts:`; names */
	VEC(const char *) tags;   /* likewise `tags:`; "common": reachable from everywhere */
	const char *command;      /* annotated: the word it is reached by, as `:emergency-backup`; NULL */
	VEC(struct runbook_watch) watches;
	VEC(struct runbook_due) dues;
	VEC(struct runbook_section) sections; /* [0] is level 0 */
	VEC(struct runbook_step) steps;       /* in order of the file */
	VEC(struct runbook_link) links;
	bool has_checks; /* some check or verification section proves something */
};

/*
 * Read a runbook from memory. Bad annotations and what Markdown itself leaves
 * broken (an unclosed fence) are faults; the rest is read all the same.
 * -1 only when nothing can be read: too large, nested too deep, a table over the
 * limit, no UTF-8; `ret` is then released.
 */
int runbook_read(struct runbook *ret, const char *path, const char *source, size_t length, struct error_list *errors);

/* The same from a file. */
int runbook_read_file(struct runbook *ret, const char *path, struct error_list *errors);
void runbook_release(struct runbook *runbook);

/* NULL when there is none. */
const struct runbook_step *runbook_find_step(const struct runbook *runbook, const char *id);

/* A section by letter, anchor or title, case ignored; SIZE_MAX. */
size_t runbook_find_section(const struct runbook *runbook, const char *name);

/* The section's role, or for a plain one that of the nearest above it that has one. */
enum section_role runbook_role(const struct runbook *runbook, size_t section);

/* Is `section` the given one, or below it? */
bool runbook_is_within(const struct runbook *runbook, size_t section, size_t ancestor);

/* The section where someone whose alert fires begins: diagnosis, else the first with steps. */
size_t runbook_entry(const struct runbook *runbook);

/* Each step as one JSON object of `{"path":..., "title":..., "fields":..., "sections":[...], "steps":[...]}`. */
struct strbuf;
void runbook_add_json(const struct runbook *runbook, struct strbuf *buf);

#endif
