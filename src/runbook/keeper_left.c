#include "runbook/keeper_left.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/path.h"
#include "runbook/keeper_folder.h"
#include "runbook/keeper_json.h"

#define ORDER_BYTES       (64u * 1024)
#define ENVIRONMENT_BYTES (4u * 1024 * 1024) /* more than a process may begin with */
#define NAMED_MAX         4                  /* processes that are named in words */
#define ROUNDS            64                 /* generations that are looked through */

void keeper_mark_make(char ret[KEEPER_MARK_MAX])
{
	unsigned char bytes[16] = { 0 };
	size_t at = 0;

	/* Sixteen bytes come whole; without them there is no mark rather than one that another has. */
	if (getrandom(bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes))
		for (size_t i = 0; i < sizeof(bytes); i++)
			at += (size_t)snprintf(ret + at, KEEPER_MARK_MAX - at, "%02x", bytes[i]);
	ret[at] = '\0';
}

static bool read_mark(const char *folder, char ret[KEEPER_MARK_MAX])
{
	struct strbuf text = STRBUF_INIT;
	char *path = path_join(folder, KEEPER_ORDER_FILE);

	ret[0] = '\0';
	if (path_read(path, ORDER_BYTES, &text, NULL) == 0)
		keeper_order_mark(text.text, text.length, ret, KEEPER_MARK_MAX);
	free(path);
	strbuf_release(&text);
	return ret[0] != '\0';
}

/* ---- whose it is ---- */

static bool holds(const char *text, size_t length, const char *entry)
{
	for (const char *end = text + length; text < end; text += strnlen(text, (size_t)(end - text)) + 1)
		if ((size_t)(end - text) > strlen(entry) && strcmp(text, entry) == 0)
			return true;
	return false;
}

/* Only what the same user runs lets its environment be read. */
static bool has_mark(const struct process *process, const char *entry, struct strbuf *text)
{
	char path[40], piece[16384];
	struct process now;
	ssize_t got = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/environ", process->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	strbuf_clear(text);
	while (text->length < ENVIRONMENT_BYTES && (got = read(fd, piece, sizeof(piece))) > 0)
		strbuf_add(text, piece, (size_t)got);
	close(fd);
	return got == 0 && holds(text->text, text->length, entry) && process_read(process->pid, &now) &&
	       now.start == process->start;
}

/* The parent is looked at last: as it lived on, its id was nobody else's when the child was looked at. */
static bool is_child_of_ours(const struct processes *all, const struct process *process)
{
	const struct process *parent = processes_find(all, process->parent);
	struct process now, then;

	if (!parent || !parent->ours)
		return false;
	if (!process_read(process->pid, &now) || now.start != process->start || now.parent != parent->pid)
		return false;
	return process_read(parent->pid, &then) && then.start == parent->start;
}

/* Whoever asks is no part of it, though it may have been started within. */
static void leave_out_self(const struct processes *all)
{
	struct process *process = processes_find(all, getpid());

	for (int i = 0; process && i < ROUNDS; i++) {
		process->state = 'X';
		process = process->parent > 0 ? processes_find(all, process->parent) : NULL;
	}
}

static void take_ours(struct processes *all, const char *entry)
{
	struct strbuf text = STRBUF_INIT;
	bool more = false;

	leave_out_self(all);
	for (size_t i = 0; i < all->all.count; i++) {
		struct process *process = &all->all.items[i];

		process->ours = !process_has_ended(process) && has_mark(process, entry, &text);
		more = more || process->ours;
	}
	for (int round = 0; more && round < ROUNDS; round++) {
		more = false;
		for (size_t i = 0; i < all->all.count; i++) {
			struct process *process = &all->all.items[i];

			if (process->ours || process_has_ended(process))
				continue;
			process->ours = is_child_of_ours(all, process);
			more = more || process->ours;
		}
	}
	strbuf_release(&text);
}

int keeper_left_find(const char *folder, struct processes *ret)
{
	char mark[KEEPER_MARK_MAX], entry[KEEPER_MARK_MAX + sizeof(KEEPER_MARK_VARIABLE)];
	size_t count = 0;

	vec_clear(&ret->all);
	if (!read_mark(folder, mark))
		return -1;
	snprintf(entry, sizeof(entry), KEEPER_MARK_VARIABLE "=%s", mark);
	processes_read(ret);
	take_ours(ret, entry);
	for (size_t i = 0; i < ret->all.count; i++)
		if (ret->all.items[i].ours)
			ret->all.items[count++] = ret->all.items[i];
	ret->all.count = count;
	return 0;
}

/* ---- what is said and done ---- */

/* A process names itself as it likes. */
static void add_name(struct strbuf *ret, const char *name)
{
	for (; *name; name++)
		strbuf_addch(ret, (unsigned char)*name > ' ' && (unsigned char)*name < 0x7f ? *name : '?');
}

void keeper_left_words(const struct processes *left, struct strbuf *ret)
{
	size_t count = left->all.count;

	if (!count)
		return;
	strbuf_addf(ret, count == 1 ? "1 process of it still runs: " : "%zu processes of it still run: ", count);
	for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
		strbuf_addstr(ret, i ? ", " : "");
		add_name(ret, left->all.items[i].name);
		strbuf_addf(ret, " (pid %d)", left->all.items[i].pid);
	}
	if (count > NAMED_MAX)
		strbuf_addf(ret, " and %zu more", count - NAMED_MAX);
}

/* One that stands still hears nothing. */
void keeper_left_signal(const struct processes *left, int number)
{
	for (size_t i = 0; i < left->all.count; i++)
		if (process_signal(&left->all.items[i], number) && number != SIGKILL)
			process_signal(&left->all.items[i], SIGCONT);
}
