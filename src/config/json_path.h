/*
 * Paths into JSON documents, as a person writes them into a system file.
 *
 *   a.b                  member `b` of member `a`
 *   a["app.io/name"]     a name with characters of the language in it ('...' too; \" and \\ inside)
 *   a[3]  a[-1]          an element of an array, from its end when negative
 *   a[*]                 every element of an array
 *   a.*                  every member of an object
 *   a[type=Ready]        the elements or members whose member `type` is the text `Ready`
 *   $                    the document itself
 *
 * A relative path starts at a place that another path led to:
 *
 *   (empty)              the place itself
 *   name.first           below it
 *   ^  ^.^               the object around it, the one around that; arrays in between are passed over
 *   $.version            from the document's root
 *
 * and either kind may end in what a place is besides its value:
 *
 *   $key                 the name it, or what it lies in, is a member by
 *   $index               its position, or of what it lies in, in the array around it, from 0
 *   $count               how many members or elements it has
 *
 * So with the path `levels.*.status` the relative path `^.$key` is the level's
 * name. A place holds pointers into the document and owns nothing.
 */
#ifndef CONFIG_JSON_PATH_H
#define CONFIG_JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "config/json.h"

#define JSON_PATH_LENGTH 1024 /* bytes of a path */
#define JSON_PATH_STEPS  32

struct json_path;

/* Read a path; it lives in the arena, text included. NULL with the error set: "'a[': ']' is missing". */
const struct json_path *json_path_parse(const char *text, struct arena *arena, struct error *error);

/* What a place stands for: what lies there, or one of the words at a path's end. */
enum json_part { JSON_PART_VALUE, JSON_PART_KEY, JSON_PART_INDEX, JSON_PART_COUNT };

/*
 * A walk over one document. `work` bounds what all walks with it may cost (in
 * members looked at), since a hostile document can make a look-up in each of
 * many places expensive; a walk that meets the end of it ends early and sets
 * `exhausted`.
 */
struct json_walk {
	const cJSON *root;
	size_t work;
	bool exhausted;
};

#define JSON_WALK_WORK 5000000 /* some tenths of a second */

struct json_place {
	struct json_walk *walk;
	enum json_part part;
	unsigned depth; /* how many steps below the root; trail[depth] is the place */
	struct json_step {
		const cJSON *item; /* its `string` is its key in an object */
		size_t index;      /* in an array */
	} trail[JSON_LIMIT_DEPTH + 1];
};

/*
 * Call `fn` for every place that `path` leads to from the root, in the
 * document's order, until it returns non-zero or `limit` places were found.
 * Returns how many calls were made. `ret_over` (may be NULL) says whether
 * there would have been more than `limit`.
 */
typedef int json_place_fn(void *user, const struct json_place *place);
size_t json_path_each(const struct json_path *path, struct json_walk *walk, size_t limit, json_place_fn *fn, void *user,
		      bool *ret_over);

/* Where the relative `path` leads from `from`; the first place when it leads to many. False when there is none. */
bool json_path_from(const struct json_path *path, const struct json_place *from, struct json_place *ret);

/*
 * Append the place as text: strings as they are, numbers in their shortest
 * form, true and false. False, nothing appended, for null, arrays and objects.
 */
bool json_place_text(const struct json_place *place, struct strbuf *ret);

/*
 * The place as a number: numbers, numbers in strings ("12.5", not "0x10" nor
 * "12 ms"), true and false as 1 and 0, RFC 3339 times as seconds since the
 * epoch. False for everything else.
 */
bool json_place_number(const struct json_place *place, double *ret);

#endif
