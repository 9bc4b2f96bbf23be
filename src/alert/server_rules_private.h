/* What the files of the server's rules share: server_rules.c (asking again and again), server_rules_read.c (answers
 * in). */
#ifndef ALERT_SERVER_RULES_PRIVATE_H
#define ALERT_SERVER_RULES_PRIVATE_H

#include "alert/json_stream.h"
#include "alert/label_words.h"
#include "alert/server_rules.h"
#include "base/arena.h"
#include "base/vec.h"

#define SERVER_RULES_MAX  50000
#define SERVER_ALERTS_MAX 100000
#define SERVER_RULES_WHAT "a Prometheus API"

enum server_rules_question { SERVER_ASK_RULES, SERVER_ASK_ALERTS, SERVER_QUESTIONS };

/* What one answer holds. */
struct server_rules_list {
	struct arena arena;
	VEC(struct server_rule) rules;
	VEC(struct server_alert) alerts;
};

struct server_rules_reader {
	struct json_stream *stream;
	struct server_rules_list *list;
	bool succeeded, has_data;
	char error[200]; /* the server's own words */

	/* the things in hand */
	const char *group, *file;
	size_t group_from; /* the first rule of the group */
	struct server_alert alert;
	bool is_wanted; /* the alert is pending or firing */
	bool in_rule;
	struct label_words labels;
};

extern const struct json_shape server_rules_shapes[SERVER_QUESTIONS];

void server_rules_reader_init(struct server_rules_reader *reader);
void server_rules_reader_release(struct server_rules_reader *reader);

/* After an answer that was read to its end: was it a success? -1 with the reason. */
int server_rules_reader_judge(const struct server_rules_reader *reader, struct error *error);

void server_rules_list_free(struct server_rules_list *list);

#endif
