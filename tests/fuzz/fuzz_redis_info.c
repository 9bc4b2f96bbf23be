/*
 * A Redis server that says anything: the protocol's bytes are read in pieces,
 * each reply is taken for the answer to every question. The page must be one
 * that Prometheus reads, whatever was said.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "collect/redis_detail.h"
#include "collect/redis_page.h"
#include "collect/redis_survey.h"
#include "tsdb/exposition.h"

#define LIMIT_BYTES 65536u

static void check_info(const struct redis_info *info, size_t length)
{
	never(info->count > REDIS_INFO_FIELDS_MAX || info->count + info->passed_over > length + 1);
	for (size_t i = 0; i < info->count; i++) {
		char text[16];
		double number;

		never(!*info->fields[i].name || strpbrk(info->fields[i].name, ":\n") ||
		      strchr(info->fields[i].value, '\n') || !redis_info_get(info, info->fields[i].name));
		redis_info_pair(info->fields[i].value, "keys", text, sizeof(text));
		redis_info_pair_number(info->fields[i].value, "calls", &number);
	}
}

/* Only a sample that is there twice may be wrong with it, and that is seen later, when it is stored. */
static void check_page(const struct redis_survey *survey)
{
	struct exposition_options options = { .families = true };
	struct exposition exposition;
	struct metric_page page;

	metric_page_init(&page);
	redis_page_add(&page, survey);
	never(exposition_parse(&exposition, page.text.text, page.text.length, &options, NULL, NULL) < 0 ||
	      exposition.count != page.samples);
	exposition_release(&exposition);
	metric_page_release(&page);
	detail_free(redis_detail_new(survey));
}

static void take_all(struct redis_survey *survey, const struct redis_reply *reply)
{
	char reason[64];

	redis_survey_info(survey, reply, reason, sizeof(reason));
	redis_survey_cluster(survey, reply);
	redis_survey_config(survey, reply);
	redis_survey_slow_length(survey, reply);
	redis_survey_slow(survey, reply);
	redis_survey_latency(survey, reply);
	redis_survey_clients(survey, reply);
	if (reply->kind == REDIS_KIND_ERROR)
		redis_reply_words(reply->text, reason, sizeof(reason));
}

static void read_protocol(const char *data, size_t length, struct redis_survey *survey)
{
	struct reply_reader *reader = reply_reader_new(LIMIT_BYTES);
	const struct redis_reply *reply;
	char reason[160];

	for (size_t at = 0; at < length;) {
		size_t piece = 1 + (unsigned char)data[at] % 64;

		piece = piece < length - at ? piece : length - at;
		reply_reader_feed(reader, data + at, piece);
		while (reply_reader_next(reader, &reply, reason, sizeof(reason)) > 0)
			take_all(survey, reply);
		at += piece;
	}
	reply_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct redis_reply reply = { .kind = REDIS_KIND_TEXT };
	struct redis_survey survey;
	char *copy;

	if (!size)
		return 0;
	redis_survey_init(&survey, 1000, 0);
	/* The first byte says whether it is the protocol, or one long text. */
	copy = strndup(text + 1, size - 1);
	if (*text == 'P') {
		read_protocol(text + 1, size - 1, &survey);
	} else {
		reply.text = copy;
		reply.length = strlen(copy);
		take_all(&survey, &reply);
		check_info(&survey.info, reply.length);
	}
	check_page(&survey);
	redis_survey_release(&survey);
	free(copy);
	return 0;
}
