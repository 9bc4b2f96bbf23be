/*
 * The tools that runbooks use (kubectl, npm, docker, curl ...), as far as
 * runbooks use them, for a simulated system: command lines are read as the
 * real tools read them, turned into the system's verbs and requests, and
 * answered with what a person would see, with the real exit statuses and the
 * real messages for what is not known. Nothing real is reached.
 *
 * A tool is a row of one table (shim.c) and a file of its own; what reaches
 * the systems goes through a struct shim_link, so that a test can stand in.
 */
#ifndef SIM_SHIM_H
#define SIM_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "config/json.h"
#include "sim/control.h"

enum shim_system { SHIM_COLONY, SHIM_DRYAD, SHIM_SYSTEM_COUNT };

struct shim_request {
	const char *method, *path; /* path with its query */
	const char *body;          /* or NULL */
	int64_t timeout_ms;
};

/* Why nothing came, in the words and numbers of curl; 0: something did. */
enum shim_fetch { FETCH_DONE = 0, FETCH_NO_HOST = 6, FETCH_REFUSED = 7, FETCH_TIMEOUT = 28, FETCH_EMPTY = 52 };

/* The way to the systems. */
struct shim_link {
	/* Carry out a verb; -1 when no such system runs. The answer is the caller's to release. */
	int (*ask)(void *user, enum shim_system system, const char *const *words, size_t count, bool json,
		   struct control_answer *ret, struct error *error);
	/* Ask an instance of a service by HTTP; `ret_body` is appended to. */
	enum shim_fetch (*fetch)(void *user, enum shim_system system, const char *job, unsigned instance,
				 const struct shim_request *request, unsigned *ret_status, struct strbuf *ret_body);
	/* Append at most the last `lines` lines of a log file of the system that contain a word (NULL: any). */
	int (*log)(void *user, enum shim_system system, const char *file, size_t lines, struct strbuf *ret);
	/* Let time pass. */
	void (*pause)(void *user, int64_t ms);
	/* What was said so far should be seen: it may be written out and cleared. */
	void (*flush)(void *user, struct strbuf *out, struct strbuf *fault);
	/* What stands on the standard input, to its end. */
	void (*input)(void *user, struct strbuf *ret);
	int64_t (*now_ms)(void *user);
	void *user;
};

struct shim {
	const char *tool;         /* "kubectl" */
	const char *const *words; /* behind it */
	size_t count;
	const struct shim_link *link;
	struct strbuf *out, *fault; /* standard output and error */
	bool inside;                /* run in a container of the colony: service names are known */
};

struct shim_tool {
	const char *name;
	int (*run)(struct shim *shim); /* the exit status */
};

/* The tools, a NULL name at the end. */
const struct shim_tool *shim_tools(void);

/* Run the tool that is asked for; 127 when there is none. */
int shim_run(struct shim *shim);

/* Another tool with the rest of the words, from `first` on: what is called inside a container. */
int shim_run_inside(const struct shim *shim, size_t first, bool inside);

/* Say it on standard error, with a line end. Returns `status`. */
int shim_fail(const struct shim *shim, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
void shim_say(const struct shim *shim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * What a verb answers as JSON. NULL when no such system runs. The caller
 * deletes it; `ret_status` may be NULL.
 */
cJSON *shim_ask_words(const struct shim *shim, enum shim_system system, const char *const *words, size_t count,
		      int *ret_status);

/* The same, the words following: shim_ask(shim, SHIM_DRYAD, NULL, "certificate", "show"). */
#define shim_ask(shim, system, ret_status, ...)                                                                        \
	shim_ask_words(shim, system, (const char *const[]){ __VA_ARGS__ },                                             \
		       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *), ret_status)

/* The verb's own text is what is shown, the status its own; -1 when no such system runs. */
int shim_tell(const struct shim *shim, enum shim_system system, const char *const *words, size_t count);

/* What an answer says of its failure, or `fallback`. */
const char *shim_reason(const cJSON *answer, const char *fallback);

void shim_pause(const struct shim *shim, int64_t ms);
void shim_flush(const struct shim *shim);

/* "3h12m", "45s", "12d": as kubectl and docker write an age. `size` >= 24. */
void shim_age(double seconds, char *ret, size_t size);

/* The way to the systems that run, and a program that is called by its tools' names. */
int shim_main(int argc, char **argv);

#endif
