#include "day.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "sim/control.h"
#include "sim/orders.h"
#include "sim/place.h"

#define WORDS_MOST 8

void day_fail(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("day: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* Its standard output; it ends with this process. */
static FILE *start(struct twins *twins, const char *program, int64_t start_ms)
{
	char moment[32], instances[16];
	int ends[2];

	snprintf(moment, sizeof(moment), "%" PRId64, start_ms);
	snprintf(instances, sizeof(instances), "%d", DAY_INSTANCES);
	if (pipe(ends) < 0 || (twins->pid = fork()) < 0)
		day_fail("cannot start a process");
	if (!twins->pid) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(program, program, "--parent-watch", "--clock", "manual", "--seed", "1", "--instances", instances,
		      "--start", moment, (char *)NULL);
		perror(program);
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

void twins_open(struct twins *twins, const char *program, int64_t start_ms)
{
	const struct colony_config config = { .seed = 1, .start_ms = start_ms, .instances = DAY_INSTANCES };
	struct error_list errors;
	char file[512] = "";
	FILE *said = start(twins, program, start_ms);

	if (!said || fscanf(said, "ready %511[^\n]", file) != 1)
		day_fail("%s did not start", program);
	fclose(said);
	error_list_init(&errors);
	twins->state = json_read(file, &errors);
	if (!twins->state)
		day_fail("%s: no state of a colony", file);
	error_list_release(&errors);
	twins->colony = colony_new(&config);
	twins->time = (struct time_source){ .manual = true, .manual_ms = start_ms };
}

static void say_to_process(struct twins *twins, const char *const *words, size_t count, struct control_answer *ret)
{
	struct error error = { "" };
	int fd = place_connect(json_string(twins->state, "control", ""), &error);

	if (fd < 0 || control_ask(fd, words, count, false, ret, &error) < 0)
		day_fail("the colony cannot be asked: %s", error.text);
	close(fd);
}

void twins_say(struct twins *twins, const char *line)
{
	const struct orders_context context = { colony_world(twins->colony), &twins->time };
	char text[128], *rest = text;
	const char *words[WORDS_MOST];
	struct strbuf output = STRBUF_INIT, fault = STRBUF_INIT;
	struct control_answer answer;
	size_t count = 0;
	int status;

	snprintf(text, sizeof(text), "%s", line);
	while (rest && count < WORDS_MOST)
		words[count++] = strsep(&rest, " ");
	say_to_process(twins, words, count, &answer);
	status = orders_run(&context, words, count, false, &output, &fault);
	if (status || answer.status)
		day_fail("'%s' was refused: %s%s", line, answer.error.text, answer.output.text);
	if (strcmp(output.text, answer.output.text) != 0)
		day_fail("'%s' was answered with '%s' and with '%s'", line, answer.output.text, output.text);
	control_answer_release(&answer);
	strbuf_release(&output);
	strbuf_release(&fault);
}

void twins_move(struct twins *twins, int64_t time_ms)
{
	char line[64];

	snprintf(line, sizeof(line), "clock set %" PRId64, time_ms);
	twins_say(twins, line);
}

void twins_close(struct twins *twins)
{
	int status = 0;

	kill(twins->pid, SIGTERM);
	if (waitpid(twins->pid, &status, 0) != twins->pid || status)
		day_fail("the colony's process ended with status %d", status);
	colony_free(twins->colony);
	cJSON_Delete(twins->state);
}
