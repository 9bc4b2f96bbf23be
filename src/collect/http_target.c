#include "collect/http_target.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/http_pace.h"
#include "loop/http_url.h"

#define TIMEOUT_MS (5 * CLOCK_SECOND)

struct http_target {
	const struct collect_config *bridges;
	const struct http_target_config *config;
	char *url, *shown, *instance;
	struct arena arena;
	struct http_access access;
	http_target_fn *done;
	void *user;
	struct collector *collector;
	struct timer *pace;
	struct http_request *request;
	struct http_probe probe;
	struct strbuf body;
};

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct http_target *target = user;

	(void)status;
	(void)content_type;
	strbuf_add(&target->body, data, length);
	return 0;
}

static void on_answer(void *user, const struct http_answer *answer)
{
	struct http_target *target = user;

	target->request = NULL;
	target->done(target->user, answer);
}

static void ask(void *user)
{
	struct http_target *target = user;
	const struct http_target_config *config = target->config;
	struct http_question question = {
		.url = target->url,
		.access = &target->access,
		.timeout_ms = config->timeout_ms,
		.limit_bytes = (size_t)config->body_limit,
		.redirects = (unsigned)config->redirects,
		.fresh = true,
		.probe = &target->probe,
		.on_data = on_data,
		.done = on_answer,
		.user = target,
	};
	struct http_answer refused = { .fault = HTTP_OTHER, .content_type = "" };
	struct error error;

	strbuf_clear(&target->body);
	target->collector->begun_ms = loop_monotonic_now_ms(target->bridges->loop);
	target->request = http_ask(target->bridges->http, &question, &error);
	if (target->request)
		return;
	snprintf(refused.reason, sizeof(refused.reason), "%s", error.text);
	target->done(target->user, &refused);
}

/* Always by the timer: whoever begins a reading is not called back at once. */
void http_target_read(struct http_target *target, struct collector *collector)
{
	int64_t wait_ms =
		http_pace_take(http_pace(target->bridges->http), target->instance, CLOCK_SECOND / target->config->rate,
			       loop_monotonic_now_ms(target->bridges->loop));

	target->collector = collector;
	timer_start(target->pace, wait_ms);
}

char *http_target_url(const char *target, const char *path)
{
	char *url = strstr(target, "://") ? mem_strdup(target) : mem_printf("http://%s", target), *whole;

	if (http_target_has_path(target))
		return url;
	whole = mem_printf("%.*s%s%s", (int)strcspn(strstr(url, "://") + 3, "/") + (int)(strstr(url, "://") + 3 - url),
			   url, *path == '/' ? "" : "/", path);
	free(url);
	return whole;
}

bool http_target_has_path(const char *target)
{
	const char *authority = strstr(target, "://"), *path;

	path = strpbrk(authority ? authority + 3 : target, "/?");
	return path && (path[0] == '?' || path[1]);
}

struct http_target *http_target_new(const struct collect_config *bridges, const struct http_target_config *config,
				    const char *url, const char *accept, http_target_fn *done, void *user)
{
	struct http_target *target = mem_zalloc(sizeof(*target));
	struct http_url parts;

	target->bridges = bridges;
	target->config = config;
	target->url = mem_strdup(url);
	target->access = http_options_access(&config->access, accept, &target->arena);
	target->done = done;
	target->user = user;
	strbuf_init(&target->body);
	http_url_parse(&parts, url, NULL);
	target->shown = mem_strdup(parts.text);
	target->instance = http_url_instance(&parts);
	http_url_release(&parts);
	target->pace = timer_new(bridges->loop, ask, target);
	return target;
}

void http_target_free(struct http_target *target)
{
	if (!target)
		return;
	if (target->request)
		http_cancel(target->request);
	timer_free(target->pace);
	strbuf_release(&target->body);
	arena_release(&target->arena);
	free(target->url);
	free(target->shown);
	free(target->instance);
	free(target);
}

const char *http_target_shown(const struct http_target *target)
{
	return target->shown;
}

const char *http_target_instance(const struct http_target *target)
{
	return target->instance;
}

struct strbuf *http_target_body(struct http_target *target)
{
	return &target->body;
}

const struct http_probe *http_target_probe(const struct http_target *target)
{
	return &target->probe;
}

static int check_urls(const struct http_target_config *config, const struct yaml_node *entry, const char *file,
		      struct error_list *errors)
{
	const struct yaml_node *node = yaml_get(entry, "targets");
	int result = 0;

	for (size_t i = 0; i < config->targets.count; i++) {
		const struct yaml_node *at =
			node && node->kind == YAML_SEQUENCE && i < node->count ? node->items[i] : node;
		char *url = http_target_url(config->targets.items[i], "/");
		struct http_url parts;
		struct error error;

		if (!at)
			at = entry;
		if (http_url_parse(&parts, url, &error) == 0)
			http_url_release(&parts);
		else
			result = error_list_add(errors, FAULT_ERROR, file, at->line, at->column, "targets", "%s",
						error.text);
		free(url);
	}
	return result;
}

int http_target_check(struct http_target_config *config, const struct yaml_node *entry, const char *file,
		      const char *folder, struct arena *arena, struct error_list *errors)
{
	const char *header = http_options_bad_header(&config->access);
	int result = check_urls(config, entry, file, errors);

	http_options_make_relative(&config->access, NULL, folder, arena);
	if (header)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"headers: '%s' is no header (NAME: VALUE)", header);
	if (config->timeout_ms > config->interval_ms)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"timeout: longer than the interval (at most the interval)");
	if (!config->timeout_ms)
		config->timeout_ms = config->interval_ms < TIMEOUT_MS ? config->interval_ms : TIMEOUT_MS;
	return result;
}
