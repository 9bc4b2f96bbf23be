/*
 * journal [KILLS]
 *
 * What the journal promises, tried on real processes: writers that are killed
 * with kill -9 in the middle (durable events are there, none is half, the file
 * is sound), a disk that becomes full and has room again, several processes
 * that append at once and see each other's events exactly once, and what an
 * idle journal costs. A kill ends the process, not the machine: what the disk
 * itself does on power loss is SQLite's and the kernel's.
 */
#include <glob.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "journal_trial.h"

void desk_open(struct desk *desk, const struct journal_config *config, timer_fn *on_tick)
{
	struct journal_config own = *config;

	desk->loop = own.loop = loop_new(NULL);
	desk->pool = own.pool = pool_new(desk->loop, 1, NULL);
	desk->journal = journal_new(&own);
	desk->timer = timer_new(desk->loop, on_tick, own.user);
	timer_start(desk->timer, 0);
}

void desk_close(struct desk *desk)
{
	timer_free(desk->timer);
	journal_free(desk->journal);
	pool_free(desk->pool);
	loop_free(desk->loop);
}

static uint64_t sum_of(const char *text, size_t length)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
	return sum;
}

#define HEAD "{\"text\":\""
#define TAIL "\",\"sum\":\""

char *make_body(uint64_t seed, size_t length)
{
	char *text = mem_alloc(length + 1), *body;

	for (size_t i = 0; i < length; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		text[i] = (char)('a' + (seed >> 33) % 26);
	}
	text[length] = '\0';
	body = mem_printf(HEAD "%s" TAIL "%016" PRIx64 "\"}", text, sum_of(text, length));
	free(text);
	return body;
}

bool body_is_whole(const char *body)
{
	const char *text = body + strlen(HEAD), *tail = strstr(body, TAIL);
	char sum[20];

	if (strncmp(body, HEAD, strlen(HEAD)) || !tail || tail < text)
		return false;
	snprintf(sum, sizeof(sum), "%016" PRIx64, sum_of(text, (size_t)(tail - text)));
	return !strncmp(tail + strlen(TAIL), sum, 16) && !strcmp(tail + strlen(TAIL) + 16, "\"}");
}

int64_t ask(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int64_t number = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

int inspect(const char *path, int64_t *ret_count)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int faults = 0;

	*ret_count = 0;
	sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW || strcmp((const char *)sqlite3_column_text(statement, 0), "ok")) {
		printf("FAULT: %s: integrity: %s\n", path, sqlite3_errmsg(db));
		faults++;
	}
	sqlite3_finalize(statement);
	statement = NULL;
	sqlite3_prepare_v2(db, "SELECT id, body FROM event", -1, &statement, NULL);
	while (statement && sqlite3_step(statement) == SQLITE_ROW) {
		++*ret_count;
		if (body_is_whole((const char *)sqlite3_column_text(statement, 1)))
			continue;
		printf("FAULT: %s is half\n", (const char *)sqlite3_column_text(statement, 0));
		faults++;
	}
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return faults;
}

static void remove_folder(const char *folder)
{
	char *pattern = mem_printf("%s/*", folder);
	glob_t found;

	if (!glob(pattern, 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			remove(found.gl_pathv[i]);
		globfree(&found);
	}
	free(pattern);
	rmdir(folder);
}

int main(int argc, char **argv)
{
	int kills = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 40, faults = 0;
	char folder[] = "/tmp/skep-journal-trial-XXXXXX";

	if (kills < 1 || kills > 100000 || !mkdtemp(folder)) {
		fprintf(stderr, "usage: journal [KILLS]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	faults += trial_kill(folder, kills);
	faults += trial_full(folder);
	faults += trial_share(folder);
	faults += trial_idle(folder);
	remove_folder(folder);
	printf("%s: %d faults\n", faults ? "FAIL" : "ok", faults);
	return faults ? 1 : 0;
}
