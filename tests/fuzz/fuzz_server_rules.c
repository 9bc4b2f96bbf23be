/*
 * Rules and alerts of a server. The first byte chooses which of the two, the
 * second in what pieces the bytes come; the outcome does not depend on them.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "alert/server_rules_private.h"

struct outcome {
	int result;
	struct error error;
	uint64_t digest;
	struct server_rules_reader reader;
};

static void read_in(struct outcome *ret, enum server_rules_question question, const char *data, size_t size,
		    size_t piece)
{
	struct json_stream *stream;

	memset(&ret->error, 0, sizeof(ret->error));
	server_rules_reader_init(&ret->reader);
	stream = ret->reader.stream = json_stream_new(&server_rules_shapes[question], &ret->reader);
	for (size_t at = 0; at < size; at += piece)
		if (json_stream_feed(stream, data + at, size - at < piece ? size - at : piece))
			break;
	ret->result = json_stream_finish(stream, &ret->error);
	if (!ret->result)
		ret->result = server_rules_reader_judge(&ret->reader, &ret->error);
	ret->digest = json_stream_digest(stream);
	json_stream_free(stream);
}

static void check(const struct server_rules_list *list)
{
	for (size_t i = 0; i < list->rules.count; i++) {
		const struct server_rule *rule = &list->rules.items[i];

		never(!*rule->name || !rule->group || !rule->file || !rule->expression || !rule->health ||
		      !rule->last_error || rule->for_ms < 0 || rule->keep_firing_ms < 0 || rule->last_ms < 0);
	}
	for (size_t i = 0; i < list->alerts.count; i++) {
		const struct server_alert *alert = &list->alerts.items[i];

		never(!alert->labels.count || (alert->rule != SIZE_MAX && alert->rule >= list->rules.count) ||
		      alert->active_ms < 0 || alert->phase == ALERT_INACTIVE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, pieces;
	enum server_rules_question question;

	if (size < 2)
		return 0;
	question = (enum server_rules_question)(data[0] % SERVER_QUESTIONS);
	read_in(&whole, question, (const char *)data + 2, size - 2, size);
	read_in(&pieces, question, (const char *)data + 2, size - 2, data[1] % 64 + 1);
	never(whole.result != pieces.result || strcmp(whole.error.text, pieces.error.text) != 0 ||
	      (!whole.result && whole.digest != pieces.digest));
	if (!whole.result)
		check(whole.reader.list);
	server_rules_reader_release(&whole.reader);
	server_rules_reader_release(&pieces.reader);
	return 0;
}
