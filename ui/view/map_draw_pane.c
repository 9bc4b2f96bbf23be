#include "ui/view/map_draw.h"
#include "ui/view/map_text.h"

#define ROOMY        14  /* rows from which there is an empty one between what belongs together */
#define SIDE_BY_SIDE 100 /* from this width on a low pane has what it costs beside why it is so */

static void draw_document(struct document *document, struct canvas *canvas, struct rect area)
{
	document_draw(document, canvas, area, 0, 0);
	document_release(document);
}

/* A low pane is wide: three texts beside one another. */
static void draw_low(const struct console *console, struct canvas *canvas, struct rect inside, size_t part)
{
	int third = inside.width / 3;
	struct document why, loss, instances;

	document_init(&why);
	document_init(&loss);
	document_init(&instances);
	map_document_why(console->map, part, console->now_ms, &why);
	map_document_loss(console->map, part, &loss);
	map_document_instances(console->map, part, console->now_ms, (size_t)inside.height, false, &instances);
	draw_document(&why, canvas, (struct rect){ inside.x, inside.y, third - 1, inside.height });
	draw_document(&loss, canvas, (struct rect){ inside.x + third, inside.y, third - 1, inside.height });
	draw_document(&instances, canvas,
		      (struct rect){ inside.x + 2 * third, inside.y, inside.width - 2 * third, inside.height });
}

/* Instances have their own column of names. */
static void draw_high(const struct console *console, struct canvas *canvas, struct rect inside, size_t part)
{
	struct document document;
	int used;

	document_init(&document);
	map_document_why(console->map, part, console->now_ms, &document);
	/* Where little fits, what its loss costs is worth more than air. */
	if (inside.height > ROOMY)
		document_add(&document, DOCUMENT_TEXT, NULL, "");
	map_document_loss(console->map, part, &document);
	if (inside.height > ROOMY)
		document_add(&document, DOCUMENT_TEXT, NULL, "");
	used = document_rows(&document, inside.width);
	draw_document(&document, canvas, inside);
	inside.y += used;
	inside.height -= used;
	if (inside.height < 1)
		return;
	document_init(&document);
	map_document_instances(console->map, part, console->now_ms, (size_t)inside.height, false, &document);
	draw_document(&document, canvas, inside);
}

void map_draw_pane(const struct console *console, struct canvas *canvas, struct rect area, int part)
{
	struct style style;
	struct box box = { .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM) };
	struct rect inside;

	if (part < 0 || rect_is_empty(area))
		return;
	map_sign(map_state_part(console->map, (size_t)part), &style);
	box.title = map_state_map(console->map)->parts[part].title;
	box.note = part_state_name(map_state_part(console->map, (size_t)part)->state);
	box.note_style = style;
	inside = canvas_box(canvas, area, &box);
	inside.x++;
	inside.width -= 2;
	if (area.width >= SIDE_BY_SIDE && area.height < ROOMY)
		draw_low(console, canvas, inside, (size_t)part);
	else
		draw_high(console, canvas, inside, (size_t)part);
}
