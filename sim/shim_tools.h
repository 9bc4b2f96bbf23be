/* The tools, a function each, and what they share. Each reads its words, speaks to a system, and returns its status. */
#ifndef SIM_SHIM_TOOLS_H
#define SIM_SHIM_TOOLS_H

#include "sim/shim.h"

int shim_kubectl(struct shim *shim);
int shim_npm(struct shim *shim);
int shim_docker(struct shim *shim);
int shim_compose(struct shim *shim);
int shim_psql(struct shim *shim);
int shim_pg_dump(struct shim *shim);
int shim_pg_restore(struct shim *shim);
int shim_pg_isready(struct shim *shim);
int shim_pg_basebackup(struct shim *shim);
int shim_redis_cli(struct shim *shim);
int shim_alembic(struct shim *shim);
int shim_python(struct shim *shim);
int shim_script(struct shim *shim);
int shim_openssl(struct shim *shim);
int shim_certbot(struct shim *shim);
int shim_nginx(struct shim *shim);
int shim_iptables(struct shim *shim);
int shim_systemctl(struct shim *shim);
int shim_crontab(struct shim *shim);
int shim_curl(struct shim *shim);
int shim_ping(struct shim *shim);
int shim_iostat(struct shim *shim);
int shim_df(struct shim *shim);
int shim_free(struct shim *shim);
int shim_ps(struct shim *shim);
int shim_pkill(struct shim *shim);
int shim_date(struct shim *shim);
int shim_git(struct shim *shim);
int shim_journalctl(struct shim *shim);
int shim_ss(struct shim *shim);
int shim_find(struct shim *shim);
int shim_du(struct shim *shim);

/* The first program of a shell's text, up to a redirection or a pipe. */
int shim_shell(const struct shim *shim, const char *text);

/* Nothing answers where DRYAD's host should be. */
int shim_no_dryad(const struct shim *shim);

/* Do the verb and say `text` when it went well; the tool's name and the reason when it did not. */
int shim_do(const struct shim *shim, enum shim_system system, const char *text, const char *const *words);

/* npm in the package of a deployment: "colony" has the whole command line, others their own few scripts. */
int shim_npm_in(const struct shim *shim, const char *package);

#endif
