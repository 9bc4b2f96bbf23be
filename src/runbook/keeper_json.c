#include "runbook/keeper_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "config/json.h"

/* Another keeper's order is refused rather than misread. */
#define ORDER_VERSION 1

/* ---- orders ---- */

static void add_bytes(struct strbuf *ret, const char *text)
{
	strbuf_addch(ret, '"');
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\')
			strbuf_addf(ret, "\\u%04x", byte);
		else
			strbuf_addch(ret, *text);
	}
	strbuf_addch(ret, '"');
}

static void add_list(struct strbuf *ret, const char *name, const char *const *items)
{
	if (!items)
		return;
	strbuf_addf(ret, ",\"%s\":[", name);
	for (size_t i = 0; items[i]; i++) {
		strbuf_addstr(ret, i ? "," : "");
		add_bytes(ret, items[i]);
	}
	strbuf_addch(ret, ']');
}

static void add_member(struct strbuf *ret, const char *name, const char *text)
{
	if (!text)
		return;
	strbuf_addf(ret, ",\"%s\":", name);
	add_bytes(ret, text);
}

void keeper_order_write(const struct keeper_order *order, struct strbuf *ret)
{
	strbuf_addf(ret, "{\"version\":%d", ORDER_VERSION);
	add_member(ret, "folder", order->folder);
	add_member(ret, "command", order->command);
	add_member(ret, "shell", order->shell);
	add_member(ret, "directory", order->directory);
	add_list(ret, "environment", order->environment);
	add_list(ret, "secrets", order->secrets);
	strbuf_addf(ret, ",\"timeout_ms\":%" PRId64 ",\"rows\":%u,\"columns\":%u}", order->timeout_ms, order->rows,
		    order->columns);
}

/* NULL when it is no text of bytes. */
static char *bytes_of(const cJSON *item, struct arena *arena)
{
	const char *text = cJSON_GetStringValue(item);
	size_t left = text ? strlen(text) : 0, length = 0;
	char *ret = text ? arena_alloc(arena, left + 1) : NULL;

	while (left) {
		uint32_t code;
		size_t used = text_decode(text, left, &code);

		if (!code || code > 0xff)
			return NULL;
		ret[length++] = (char)code;
		text += used;
		left -= used;
	}
	return ret;
}

static const char *member(const cJSON *root, const char *name, struct arena *arena)
{
	return bytes_of(json_get(root, name), arena);
}

static int read_list(const cJSON *root, const char *name, struct arena *arena, const char *const **ret)
{
	const cJSON *list = json_get(root, name), *item;
	const char **items;
	size_t count = 0;

	*ret = NULL;
	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return -1;
	items = arena_array(arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof(*items));
	cJSON_ArrayForEach(item, list)
	{
		items[count] = bytes_of(item, arena);
		if (!items[count++])
			return -1;
	}
	*ret = items;
	return 0;
}

static unsigned short short_of(const cJSON *root, const char *name)
{
	int number = json_int(root, name, 0);

	return number > 0 && number <= 0xffff ? (unsigned short)number : 0;
}

int keeper_order_read(struct keeper_order *ret, struct arena *arena, const char *text, size_t length,
		      struct error *error)
{
	cJSON *root = json_parse(text, length, "order", NULL);
	struct keeper_order order = { 0 };
	int result = -1;

	if (!root)
		return error_set(error, "the order is not readable");
	order.folder = member(root, "folder", arena);
	order.command = member(root, "command", arena);
	order.shell = member(root, "shell", arena);
	order.directory = member(root, "directory", arena);
	order.timeout_ms = (int64_t)json_number(root, "timeout_ms", 0);
	order.rows = short_of(root, "rows");
	order.columns = short_of(root, "columns");
	if (json_int(root, "version", 0) != ORDER_VERSION)
		error_set(error, "skep and skep-keeper are not of the same version");
	else if (!order.folder || !order.command || !order.shell || order.timeout_ms < 0 ||
		 read_list(root, "environment", arena, &order.environment) < 0 ||
		 read_list(root, "secrets", arena, &order.secrets) < 0)
		error_set(error, "the order is not complete");
	else
		result = 0;
	if (!result)
		*ret = order;
	cJSON_Delete(root);
	return result;
}

void keeper_order_note(const struct keeper_order *order, const char *command, int64_t now_ms, struct strbuf *ret)
{
	strbuf_addstr(ret, "{\"command\":");
	strbuf_add_json(ret, command);
	strbuf_addstr(ret, ",\"shell\":");
	strbuf_add_json(ret, order->shell);
	if (order->directory) {
		strbuf_addstr(ret, ",\"directory\":");
		strbuf_add_json(ret, order->directory);
	}
	if (order->mark && *order->mark) {
		strbuf_addstr(ret, ",\"mark\":");
		strbuf_add_json(ret, order->mark);
	}
	strbuf_addf(ret, ",\"timeout_ms\":%" PRId64 ",\"rows\":%u,\"columns\":%u,\"started_ms\":%" PRId64 "}\n",
		    order->timeout_ms, order->rows, order->columns, now_ms);
}

int64_t keeper_order_started_ms(const char *text, size_t length)
{
	cJSON *root = json_parse(text, length, "order", NULL);
	int64_t started_ms = (int64_t)json_number(root, "started_ms", 0);

	cJSON_Delete(root);
	return started_ms;
}

void keeper_order_mark(const char *text, size_t length, char *ret, size_t room)
{
	cJSON *root = json_parse(text, length, "order", NULL);

	snprintf(ret, room, "%s", json_string(root, "mark", ""));
	cJSON_Delete(root);
}

/* ---- outcomes ---- */

void keeper_outcome_write(const struct keeper_outcome *outcome, struct strbuf *ret)
{
	const struct {
		const char *name;
		bool value;
	} flags[] = { { "ran", outcome->ran },
		      { "timed_out", outcome->timed_out },
		      { "stopped", outcome->stopped },
		      { "grandchild", outcome->grandchild } };

	strbuf_addf(ret, "{\"status\":%d,\"signal\":%d", outcome->status, outcome->signal);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		strbuf_addf(ret, ",\"%s\":%s", flags[i].name, flags[i].value ? "true" : "false");
	strbuf_addstr(ret, ",\"reason\":");
	strbuf_add_json(ret, outcome->reason);
	strbuf_addf(ret,
		    ",\"started_ms\":%" PRId64 ",\"ended_ms\":%" PRId64 ",\"elapsed_ms\":%" PRId64 ",\"bytes\":%" PRIu64
		    "}\n",
		    outcome->started_ms, outcome->ended_ms, outcome->elapsed_ms, outcome->bytes);
}

bool keeper_outcome_read(struct keeper_outcome *ret, const char *text, size_t length)
{
	cJSON *root = json_parse(text, length, "outcome", NULL);
	bool readable = cJSON_IsBool(json_get(root, "ran")) && cJSON_IsNumber(json_get(root, "status"));
	double bytes = json_number(root, "bytes", 0);

	if (readable) {
		*ret = (struct keeper_outcome){
			.ran = json_bool(root, "ran", false),
			.status = json_int(root, "status", -1),
			.signal = json_int(root, "signal", 0),
			.timed_out = json_bool(root, "timed_out", false),
			.stopped = json_bool(root, "stopped", false),
			.grandchild = json_bool(root, "grandchild", false),
			.started_ms = (int64_t)json_number(root, "started_ms", 0),
			.ended_ms = (int64_t)json_number(root, "ended_ms", 0),
			.elapsed_ms = (int64_t)json_number(root, "elapsed_ms", 0),
			.bytes = bytes > 0 && bytes < 9e15 ? (uint64_t)bytes : 0,
		};
		snprintf(ret->reason, sizeof(ret->reason), "%s", json_string(root, "reason", ""));
	}
	cJSON_Delete(root);
	return readable;
}
