/*
 * Where the steps of a demo's runbooks run: a folder of programs that can touch
 * nothing outside, and an environment that leads nowhere else. The tools that
 * runbooks use are those of the simulation (skep-shim, by its links); beside
 * them only programs that show and sort text. What is kept of a person's
 * environment is a list; everything else stays away, whatever it is called.
 *
 * It is about programs: a shell itself opens files, and runs what is given by
 * an absolute path; the runner refuses such a step before it is run.
 */
#ifndef CLI_SHUT_IN_H
#define CLI_SHUT_IN_H

#include "base/error.h"
#include "base/strbuf.h"

/* The names of the simulation's tools, NULL at the end. */
extern const char *const shut_in_tools[];

/* The programs of the machine that may be used, NULL at the end. */
extern const char *const shut_in_programs[];

/*
 * Make bin, home and an empty kubeconfig in `folder`. `shim`: path of
 * skep-shim; NULL: it is not installed, its tools are not there. `logs`: a
 * folder that is to be found as "logs" where steps run, beside DRYAD's
 * scripts; or NULL.
 */
int shut_in_make(const char *folder, const char *shim, const char *logs, struct error *error);

/* Append the `steps:` section of a system file; `variable` and `value`: what leads to the simulation. */
void shut_in_add_section(struct strbuf *yaml, const char *folder, const char *variable, const char *value);

#endif
