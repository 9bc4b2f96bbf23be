/* Prompts that stand before commands when a terminal was copied: whose they are and how long. */
#ifndef RUNBOOK_FENCE_PROMPT_H
#define RUNBOOK_FENCE_PROMPT_H

#include <stddef.h>

enum fence_prompt {
	PROMPT_NONE,
	PROMPT_SHELL, /* "$ ", "sh-4.4# ", "host-01 $ ", "[root@x ~]# " */
	PROMPT_HASH,  /* "# ": of root, or a comment */
	PROMPT_SQL,   /* "db=# ", "mysql> " */
	PROMPT_OTHER, /* of another interpreter: ">>> ", "127.0.0.1:6379> " */
	PROMPT_MORE,  /* "> ": the command goes on */
};

/* Blanks before it are skipped; `ret_length` is up to what follows it. */
enum fence_prompt fence_prompt(const char *line, size_t length, size_t *ret_length);

#endif
