/* filterByRefId: keep the frames of some queries. */
#include "dashboard/transform.h"

#include "config/json.h"

void transform_filter_by_ref_id(struct transform *transform)
{
	const char *include = transform_string(transform, transform->options, "include", "");
	const char *exclude = transform_string(transform, transform->options, "exclude", "");
	struct regex *keep = *include ? transform_regex(transform, include) : NULL;
	struct regex *drop = *exclude ? transform_regex(transform, exclude) : NULL;

	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];
		const char *ref_id = frame->ref_id ? frame->ref_id : "";

		if ((!keep || regex_match(keep, ref_id)) && !(drop && regex_match(drop, ref_id)))
			transform_add(transform, *frame);
	}
	regex_free(keep);
	regex_free(drop);
}
