/* Programs that people call in runbooks: whether a line's first word is one. */
#ifndef RUNBOOK_PROGRAM_H
#define RUNBOOK_PROGRAM_H

enum program_word {
	PROGRAM_UNKNOWN,
	PROGRAM_ENGLISH, /* also a word of prose or of output: "find", "node", "service" */
	PROGRAM_KNOWN,
};

enum program_word program_look_up(const char *name);

#endif
