/* The life of what an answer is read into. */
#include <stdlib.h>

#include "alert/alertmanager_private.h"
#include "base/mem.h"

void am_reader_init(struct am_reader *reader, enum am_question question, int64_t now_ms)
{
	*reader = (struct am_reader){ .question = question, .now_ms = now_ms };
	label_words_init(&reader->labels);
	label_words_init(&reader->annotations);
	if (question == AM_ASK_ALERTS)
		reader->alerts = mem_zalloc(sizeof(*reader->alerts));
	if (question == AM_ASK_SILENCES)
		reader->silences = mem_zalloc(sizeof(*reader->silences));
	if (question == AM_ASK_GROUPS)
		reader->groups = mem_zalloc(sizeof(*reader->groups));
}

void am_reader_release(struct am_reader *reader)
{
	am_alerts_free(reader->alerts);
	am_silences_free(reader->silences);
	am_groups_free(reader->groups);
	reader->alerts = NULL;
	reader->silences = NULL;
	reader->groups = NULL;
	label_words_release(&reader->labels);
	label_words_release(&reader->annotations);
	vec_release(&reader->ids);
	vec_release(&reader->inhibiting);
	vec_release(&reader->receivers);
	vec_release(&reader->matchers);
}

void am_alerts_free(struct am_alerts *alerts)
{
	if (!alerts)
		return;
	vec_release(&alerts->items);
	arena_release(&alerts->arena);
	free(alerts);
}

void am_silences_free(struct am_silences *silences)
{
	if (!silences)
		return;
	for (size_t i = 0; silences->filters && i < silences->items.count; i++)
		silence_filter_free(silences->filters[i]);
	vec_release(&silences->items);
	arena_release(&silences->arena);
	free(silences);
}

void am_groups_free(struct am_groups *groups)
{
	if (!groups)
		return;
	vec_release(&groups->items);
	arena_release(&groups->arena);
	free(groups);
}
