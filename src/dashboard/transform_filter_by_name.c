/* filterFieldsByName: keep or drop fields by their names or a pattern. */
#include "dashboard/transform.h"

#include "config/json.h"

/* A list of names, a pattern, or both: either will do. */
struct name_matcher {
	const cJSON *names;
	struct regex *pattern;
	bool wanted;
};

static struct name_matcher read_matcher(struct transform *transform, const char *side)
{
	const cJSON *options = transform_object(transform, transform->options, side);
	const char *pattern = transform_string(transform, options, "pattern", "");
	struct name_matcher matcher = { .names = transform_array(transform, options, "names") };

	if (*pattern)
		matcher.pattern = transform_regex(transform, pattern);
	matcher.wanted = matcher.pattern || cJSON_GetArraySize(matcher.names) > 0;
	return matcher;
}

static bool matches(const struct name_matcher *matcher, const char *name)
{
	return transform_lists(matcher->names, name) || (matcher->pattern && regex_match(matcher->pattern, name));
}

void transform_filter_by_name(struct transform *transform)
{
	struct name_matcher include = read_matcher(transform, "include");
	struct name_matcher exclude = read_matcher(transform, "exclude");

	for (size_t i = 0; i < transform->frame_count; i++) {
		struct frame frame = transform->frames[i];
		struct field *fields = transform_fields(transform, &frame);
		const char **names = transform_names(transform, i);
		size_t kept = 0;

		for (size_t f = 0; f < frame.field_count; f++) {
			if (exclude.wanted && matches(&exclude, names[f]))
				continue;
			if (!include.wanted || matches(&include, names[f]))
				fields[kept++] = frame.fields[f];
		}
		frame.fields = fields;
		frame.field_count = kept;
		if (kept > 0)
			transform_add(transform, frame);
	}
	regex_free(include.pattern);
	regex_free(exclude.pattern);
}
