#include <string.h>

#include "sim/dryad_document.h"

/* What POST does. Nobody has to log in for it: so the application is. */

static void say_success(struct document_call *call, const char *message)
{
	cJSON_AddBoolToObject(call->root, "success", true);
	cJSON_AddStringToObject(call->root, "message", message);
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

/* One that is closed opens again with the next failures. */
void post_breakers_reset(struct document_call *call)
{
	for (int i = 0; i < BREAKER_COUNT; i++) {
		struct dryad_breaker_info *breaker = &call->dryad->breakers[i];

		breaker->state = BREAKER_CLOSED;
		breaker->failures = 0;
		breaker->changed_ms = call->dryad->stepped_ms;
	}
	say_success(call, "Circuit breakers reset");
}

void post_basic_mode(struct document_call *call)
{
	call->dryad->settings.basic_mode = true;
	say_success(call, "Basic mode activated");
}

void post_standard_mode(struct document_call *call)
{
	call->dryad->settings.basic_mode = false;
	say_success(call, "Basic mode deactivated");
}

/* Counters of the application itself: those that are scraped go on. */
void post_reset(struct document_call *call)
{
	say_success(call, "Statistics reset");
}

void post_unblock(struct document_call *call)
{
	cJSON *body = json_parse(call->request->body, strlen(call->request->body), "body", NULL);
	const char *address = document_argument(call, "ip_address");
	char text[64] = "";

	strncpy(text, json_string(body, "ip_address", address ? address : ""), sizeof(text) - 1);
	cJSON_Delete(body);
	if (!*text) {
		document_refuse(call, 422, "ip_address is missing");
		return;
	}
	say_success(call, "Address unblocked");
	cJSON_AddStringToObject(call->root, "ip_address", text);
}

void post_check(struct document_call *call)
{
	l9_health_status(call);
}

void post_resolve(struct document_call *call)
{
	say_success(call, "Alert resolved");
	cJSON_AddStringToObject(call->root, "alert", call->rest);
}

/* The new key is told once, to whoever asked: here it is none. */
void post_key_rotate(struct document_call *call)
{
	size_t length = strcspn(call->rest, "/");

	if (!length || strcmp(call->rest + length, "/rotate") != 0) {
		document_refuse(call, 404, "Not Found");
		return;
	}
	dryad_remedy(call->dryad, "keys rotate");
	say_success(call, "API key rotated");
}

void post_login_needed(struct document_call *call)
{
	document_refuse(call, 401, "Not authenticated");
}
