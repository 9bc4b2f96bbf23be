#include "loop/http_trust.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"

#define RETRY_MS CLOCK_SECOND

/* What tells two contents of a file apart without reading it. */
struct stamp {
	int64_t changed_s, changed_ns, size, inode;
};

struct trust {
	struct trust_shelf *shelf;
	char *path; /* NULL: OpenSSL's own folders */
	struct stamp stamp;
	enum trust_state state;
	X509_STORE *store;
	char *reason;
	int64_t failed_ms;
	struct job *job;
};

struct trust_shelf {
	struct pool *pool;
	struct map trusts; /* by file name, "" for the system's */
	void (*on_loaded)(void *user);
	void *user;
};

/* What the worker has for itself. */
struct reading {
	char *path;
	X509_STORE *store;
};

static struct stamp stamp_of(const char *path)
{
	struct stat status;

	if (!path || stat(path, &status))
		return (struct stamp){ 0 };
	return (struct stamp){ .changed_s = status.st_mtim.tv_sec,
			       .changed_ns = status.st_mtim.tv_nsec,
			       .size = status.st_size,
			       .inode = (int64_t)status.st_ino };
}

static bool stamp_equal(const struct stamp *a, const struct stamp *b)
{
	return a->changed_s == b->changed_s && a->changed_ns == b->changed_ns && a->size == b->size &&
	       a->inode == b->inode;
}

/* The bundle that curl itself would read, unless the environment names another. */
static char *system_bundle(void)
{
	const char *named = getenv(X509_get_default_cert_file_env());
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

	if (named && *named)
		return mem_strdup(named);
	if (info->age >= CURLVERSION_SEVENTH && info->cainfo && path_exists(info->cainfo))
		return mem_strdup(info->cainfo);
	return NULL;
}

static void reading_work(void *state)
{
	struct reading *reading = state;
	int loaded = 0;

	reading->store = X509_STORE_new();
	if (reading->store)
		loaded = reading->path ? X509_STORE_load_locations(reading->store, reading->path, NULL)
				       : X509_STORE_set_default_paths(reading->store);
	if (loaded) {
		/* As curl does: a trusted intermediate is enough, it need not lead to a root. */
		X509_STORE_set_flags(reading->store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
	} else {
		X509_STORE_free(reading->store);
		reading->store = NULL;
	}
	ERR_clear_error();
}

static void reading_done(void *state, void *user)
{
	struct reading *reading = state;
	struct trust *trust = user;
	const char *path = trust->path ? trust->path : "system certificates";

	trust->job = NULL;
	X509_STORE_free(trust->store);
	trust->store = reading->store;
	reading->store = NULL;
	free(trust->reason);
	trust->reason = NULL;
	trust->state = trust->store ? TRUST_READY : TRUST_FAILED;
	if (!trust->store) {
		trust->failed_ms = clock_monotonic_ms();
		trust->reason = mem_printf("%s: %s", path,
					   trust->path && !path_exists(path) ? "no such file or directory"
									     : "no certificates in it");
	}
	trust->shelf->on_loaded(trust->shelf->user);
}

static void reading_drop(void *state)
{
	struct reading *reading = state;

	X509_STORE_free(reading->store);
	free(reading->path);
	free(reading);
}

static const struct job_ops reading_ops = {
	.work = reading_work, .done = reading_done, .drop = reading_drop, .waits = true
};

static void trust_read(struct trust *trust, const struct stamp *stamp)
{
	struct reading *reading = mem_zalloc(sizeof(*reading));
	struct error error;

	trust->stamp = *stamp;
	reading->path = mem_strdup(trust->path);
	trust->job = pool_submit(trust->shelf->pool, &reading_ops, reading, trust, &error);
	if (trust->job) {
		trust->state = TRUST_LOADING;
		return;
	}
	reading_drop(reading);
	trust->state = TRUST_FAILED;
	trust->failed_ms = clock_monotonic_ms();
	free(trust->reason);
	trust->reason = mem_strdup(error.text);
}

struct trust_shelf *trust_shelf_new(struct pool *pool, void (*on_loaded)(void *user), void *user)
{
	struct trust_shelf *shelf = mem_zalloc(sizeof(*shelf));

	shelf->pool = pool;
	shelf->on_loaded = on_loaded;
	shelf->user = user;
	map_init(&shelf->trusts);
	return shelf;
}

static void trust_free(void *value)
{
	struct trust *trust = value;

	if (trust->job)
		job_cancel(trust->job);
	X509_STORE_free(trust->store);
	free(trust->reason);
	free(trust->path);
	free(trust);
}

void trust_shelf_free(struct trust_shelf *shelf)
{
	if (!shelf)
		return;
	map_release(&shelf->trusts, trust_free);
	free(shelf);
}

enum trust_state trust_shelf_get(struct trust_shelf *shelf, const char *ca_file, struct x509_store_st **ret_store,
				 const char **ret_reason)
{
	const char *key = ca_file ? ca_file : "";
	struct trust *trust = map_get(&shelf->trusts, key);
	struct stamp stamp;
	bool fresh = !trust;

	if (fresh) {
		trust = mem_zalloc(sizeof(*trust));
		trust->shelf = shelf;
		trust->path = ca_file ? mem_strdup(ca_file) : system_bundle();
		map_set(&shelf->trusts, key, trust);
	}
	if (!trust->job) {
		stamp = stamp_of(trust->path);
		if (fresh || !stamp_equal(&stamp, &trust->stamp) ||
		    (trust->state == TRUST_FAILED && clock_monotonic_ms() >= trust->failed_ms + RETRY_MS))
			trust_read(trust, &stamp);
	}
	if (trust->state == TRUST_READY)
		*ret_store = trust->store;
	if (trust->state == TRUST_FAILED)
		*ret_reason = trust->reason;
	return trust->state;
}
