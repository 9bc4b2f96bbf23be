/* limit: the first rows of each frame. */
#include "dashboard/transform.h"

#include "config/json.h"

#define LIMIT_DEFAULT 10

void transform_limit(struct transform *transform)
{
	int limit = json_int(transform->options, "limitField", LIMIT_DEFAULT);

	if (limit < 0)
		limit = 0;
	for (size_t i = 0; i < transform->frame_count; i++) {
		struct frame frame = transform->frames[i];

		/* Columns are shared: a shorter frame looks at their beginning. */
		if (frame.length > (size_t)limit)
			frame.length = (size_t)limit;
		transform_add(transform, frame);
	}
}
