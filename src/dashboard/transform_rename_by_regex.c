/* renameByRegex: change display names by a pattern and a replacement with $1. */
#include "dashboard/transform.h"

void transform_rename_by_regex(struct transform *transform)
{
	const char *pattern = transform_string(transform, transform->options, "regex", "");
	const char *replacement = transform_string(transform, transform->options, "renamePattern", "");
	struct regex *regex = *pattern ? transform_regex(transform, pattern) : NULL;
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < transform->frame_count; i++) {
		struct frame frame = transform->frames[i];
		const char **names = transform_names(transform, i);

		frame.fields = transform_fields(transform, &frame);
		for (size_t f = 0; regex && f < frame.field_count; f++) {
			if (!regex_match(regex, names[f]))
				continue;
			strbuf_clear(&text);
			regex_replace(regex, names[f], replacement, regex_is_global(regex), &text);
			frame.fields[f].display_name = arena_strndup(transform->arena, text.text, text.length);
		}
		transform_add(transform, frame);
	}
	if (regex && regex_gave_up(regex))
		transform_note(transform, "the pattern takes too long, some names stay");
	strbuf_release(&text);
	regex_free(regex);
}
