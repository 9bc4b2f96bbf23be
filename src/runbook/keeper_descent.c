/* Everything a program started, found in /proc and killed. */
#include <signal.h>
#include <unistd.h>

#include "runbook/keeper_process.h"
#include "runbook/keeper_program.h"

/* Each round kills all that is seen; who forks faster than that for so long is left to the end of its terminal. */
#define ROUNDS   50
#define PAUSE_US 2000

static bool parent_is_ours(const struct processes *processes, const struct process *process)
{
	const struct process *parent = processes_find(processes, process->parent);

	return parent && parent->ours;
}

/* In the program's session, our children (those whose parents ended became ours), and theirs, down to the last. */
static void mark_ours(struct processes *processes, const struct program *program)
{
	pid_t self = getpid();
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < processes->all.count; i++) {
			struct process *process = &processes->all.items[i];

			if (process->ours)
				continue;
			process->ours = process->session == program->pid || process->parent == self ||
					parent_is_ours(processes, process);
			more = more || process->ours;
		}
	}
}

bool program_end_all(const struct program *program)
{
	struct processes processes = { 0 };
	bool any = false;

	for (int round = 0; round < ROUNDS; round++) {
		bool left = false;
		int status, number;

		processes_read(&processes);
		mark_ours(&processes, program);
		for (size_t i = 0; i < processes.all.count; i++) {
			const struct process *process = &processes.all.items[i];

			if (process->ours && !process_has_ended(process))
				left = process_signal(process, SIGKILL) || left;
		}
		program_ended(program, &status, &number);
		if (!left)
			break;
		any = true;
		usleep(PAUSE_US);
	}
	processes_release(&processes);
	return any;
}
