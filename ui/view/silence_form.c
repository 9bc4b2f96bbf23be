#include "ui/view/silence_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager.h"
#include "alert/alerts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/alert_text.h"
#include "ui/view/silences.h"

#define DEFAULT_LENGTH "2h"
#define WIDTH_MOST     110
#define LABEL_WIDTH    10
#define PREVIEW_MOST   64 /* alerts named; the others are counted */
#define FRAME          2

enum form_mode { FORM_NEW, FORM_EXTEND, FORM_EXPIRE };
enum form_field { FIELD_MATCHERS, FIELD_ENDS, FIELD_AUTHOR, FIELD_COMMENT, FIELD_CONFIRM, FORM_FIELDS };

struct silence_form {
	struct console *console;
	enum form_mode mode;
	char *id; /* of the silence that is changed or ended; "" */
	int64_t starts_ms;
	char *word; /* name of the alert it is made for: typed, it confirms too; "" */
	struct prompt fields[FORM_FIELDS];
	enum form_field at;
	bool sending;
	char answer[200]; /* why it was not made; "" */

	/* Made by update(). */
	struct arena arena;
	struct silence draft;
	char problem[200]; /* why it cannot be sent; "" */
	size_t hidden, hides[PREVIEW_MOST];
	uint64_t version; /* of the alerts */
};

static const char *const labels[FORM_FIELDS] = { "matchers", "for", "author", "comment", "confirm" };

static struct silence_form *form_of(const struct console *console)
{
	return console->overlay_state;
}

/* ---- what it would be ---- */

/* "2h", "until 14:00", "2026-03-01T14:00": a moment of the day that has passed is tomorrow's. */
static int read_end(const char *text, int64_t now_ms, int64_t *ret_ms, struct error *error)
{
	struct error other;
	int64_t length_ms;

	text += strspn(text, " ");
	if (duration_parse(text, &length_ms, &other) == 0) {
		*ret_ms = now_ms + length_ms;
		return 0;
	}
	if (strncmp(text, "until ", 6) == 0)
		text += 6;
	if (time_parse(text, now_ms, ret_ms, &other) < 0)
		return error_set(error, "for: '%.40s' is no duration and no time (2h, until 14:00)", text);
	if (*ret_ms <= now_ms && strlen(text) <= 8 && strchr(text, ':'))
		*ret_ms += CLOCK_DAY;
	return *ret_ms > now_ms ? 0 : error_set(error, "for: that time has passed");
}

static int make_draft(struct silence_form *form, int64_t now_ms, struct error *error)
{
	struct silence *draft = &form->draft;

	*draft = (struct silence){ .starts_ms = form->starts_ms ? form->starts_ms : now_ms };
	draft->author = arena_strdup(&form->arena, form->fields[FIELD_AUTHOR].text.text);
	draft->comment = arena_strdup(&form->arena, form->fields[FIELD_COMMENT].text.text);
	if (silence_read_matchers(draft, form->fields[FIELD_MATCHERS].text.text, &form->arena, error) < 0)
		return -1;
	draft->id = form->id;
	if (form->mode == FORM_EXPIRE)
		return 0;
	/* Its matchers count though its end is still being typed. */
	if (read_end(form->fields[FIELD_ENDS].text.text, now_ms, &draft->ends_ms, error) < 0) {
		draft->ends_ms = now_ms + CLOCK_HOUR;
		return -1;
	}
	if (silence_check(draft, error) < 0)
		return -1;
	if (!draft->author[strspn(draft->author, " ")])
		return error_set(error, "the author is missing");
	if (!draft->comment[strspn(draft->comment, " ")])
		return error_set(error, "the comment is missing: why is it silenced?");
	return 0;
}

/* What was typed, or the alerts, changed: what would be hidden, or why nothing is sent. */
static void update(const struct console *console, struct silence_form *form)
{
	struct error error = { "" };

	arena_release(&form->arena);
	arena_init(&form->arena);
	form->problem[0] = '\0';
	form->hidden = 0;
	if (make_draft(form, console->now_ms, &error) < 0)
		snprintf(form->problem, sizeof(form->problem), "%.*s", (int)sizeof(form->problem) - 1, error.text);
	/* One that would hide everything is not even counted. */
	if (console->alerts && form->draft.matcher_count &&
	    (form->mode == FORM_EXPIRE || silence_check(&form->draft, &error) == 0))
		form->hidden = alerts_hidden_by(console->alerts, &form->draft, form->hides, PREVIEW_MOST);
	form->version = console->alerts ? alerts_version(console->alerts) : 0;
}

static void prepare(struct console *console)
{
	struct silence_form *form = form_of(console);

	if (console->alerts && form->version != alerts_version(console->alerts))
		update(console, form);
}

/* ---- opening and closing ---- */

static struct silence_form *form_new(enum form_mode mode, const struct silence *silence, const char *word)
{
	struct silence_form *form = mem_zalloc(sizeof(*form));
	struct strbuf matchers = STRBUF_INIT;

	silence_add_matchers(&matchers, silence);
	form->mode = mode;
	form->id = mem_strdup(silence->id ? silence->id : "");
	form->word = mem_strdup(word);
	form->starts_ms = silence->starts_ms;
	for (int i = 0; i < FORM_FIELDS; i++)
		prompt_init(&form->fields[i]);
	prompt_open(&form->fields[FIELD_MATCHERS], labels[FIELD_MATCHERS], matchers.text, NULL, NULL);
	prompt_open(&form->fields[FIELD_ENDS], labels[FIELD_ENDS], DEFAULT_LENGTH, NULL, NULL);
	prompt_open(&form->fields[FIELD_AUTHOR], labels[FIELD_AUTHOR], silence->author ? silence->author : "", NULL,
		    NULL);
	prompt_open(&form->fields[FIELD_COMMENT], labels[FIELD_COMMENT], silence->comment ? silence->comment : "", NULL,
		    NULL);
	prompt_open(&form->fields[FIELD_CONFIRM], labels[FIELD_CONFIRM], "", NULL, NULL);
	form->at = mode == FORM_EXPIRE ? FIELD_CONFIRM : mode == FORM_EXTEND ? FIELD_ENDS : FIELD_COMMENT;
	strbuf_release(&matchers);
	return form;
}

static void open_form(struct console *console, struct silence_form *form)
{
	form->console = console;
	update(console, form);
	overlay_open(console, &overlay_silence, form);
}

static void free_state(void *state)
{
	struct silence_form *form = state;

	silences_forget_form(form->console, form);
	for (int i = 0; i < FORM_FIELDS; i++)
		prompt_release(&form->fields[i]);
	arena_release(&form->arena);
	free(form->id);
	free(form->word);
	free(form);
}

void silence_form_new(struct console *console, const struct alert *alert)
{
	struct arena arena;
	struct silence silence;

	arena_init(&arena);
	silence_of_labels(&silence, alert->labels, &arena);
	silence.id = "";
	silence.author = silences_author();
	silence.comment = "";
	silence.starts_ms = 0;
	open_form(console, form_new(FORM_NEW, &silence, alert->name));
	arena_release(&arena);
}

void silence_form_extend(struct console *console, const struct silence *silence)
{
	open_form(console, form_new(FORM_EXTEND, silence, ""));
}

void silence_form_expire(struct console *console, const struct silence *silence)
{
	open_form(console, form_new(FORM_EXPIRE, silence, ""));
}

void silence_form_done(struct console *console, struct silence_form *form, const char *reason)
{
	if (!reason) {
		if (console->overlay == &overlay_silence && console->overlay_state == form)
			overlay_close(console);
		return;
	}
	form->sending = false;
	snprintf(form->answer, sizeof(form->answer), "%s", reason);
}

/* ---- keys ---- */

static bool confirms(const struct silence_form *form)
{
	const char *typed = form->fields[FIELD_CONFIRM].text.text;
	char number[24];

	snprintf(number, sizeof(number), "%zu", form->hidden);
	return strcmp(typed, number) == 0 || (form->word[0] && strcmp(typed, form->word) == 0);
}

static void submit(struct console *console, struct silence_form *form)
{
	form->answer[0] = '\0';
	update(console, form);
	if (form->sending || form->problem[0])
		return;
	if (!confirms(form)) {
		snprintf(form->answer, sizeof(form->answer), "type %zu%s%.100s to confirm", form->hidden,
			 form->word[0] ? " or " : "", form->word);
		return;
	}
	form->sending = true;
	if (form->mode == FORM_EXPIRE)
		silences_expire(console, &form->draft, form);
	else
		silences_send(console, &form->draft, form);
}

static void go(struct silence_form *form, int step)
{
	if (form->mode != FORM_EXPIRE)
		form->at = (enum form_field)(((int)form->at + step + FORM_FIELDS) % FORM_FIELDS);
}

/* True when the key means something to the form as a whole. */
static bool handle_key(struct console *console, struct silence_form *form, struct key key)
{
	if (key.code == KEYCODE_ESCAPE || (key.code == 'c' && key.modifiers == KEYMOD_CTRL)) {
		overlay_close(console);
		return true;
	}
	switch (key.code) {
	case KEYCODE_TAB:
	case KEYCODE_DOWN: go(form, 1); return true;
	case KEYCODE_BACKTAB:
	case KEYCODE_UP: go(form, -1); return true;
	case KEYCODE_ENTER:
		if (form->at == FIELD_CONFIRM)
			submit(console, form);
		else
			go(form, 1);
		return true;
	default: return false;
	}
}

static bool input(struct console *console, const struct input_event *event)
{
	struct silence_form *form = form_of(console);

	if (event->kind == INPUT_MOUSE)
		return true;
	if (event->kind == INPUT_KEY && handle_key(console, form, event->key))
		return true;
	if (form->sending)
		return true;
	prompt_handle(&form->fields[form->at], event);
	form->answer[0] = '\0';
	if (form->at != FIELD_CONFIRM)
		update(console, form);
	return true;
}

static const struct overlay_key *own_keys(const struct console *console, bool *ret_only)
{
	static const struct overlay_key typing[] = { { "Enter", "next field", "go to the next field" },
						     { "Tab", "fields", "go from field to field" },
						     { "Esc", "close", "close it: nothing is sent" },
						     { 0 } };
	static const struct overlay_key last[] = { { "Enter", "send", "send it, when the number is right" },
						   { "Tab", "fields", "go from field to field" },
						   { "Esc", "close", "close it: nothing is sent" },
						   { 0 } };

	*ret_only = true;
	return form_of(console)->at == FIELD_CONFIRM ? last : typing;
}

/* ---- drawing ---- */

static int rows_wished(const struct silence_form *form)
{
	size_t named = form->hidden > 12 ? 12 : form->hidden;

	return FORM_FIELDS + 3 + (int)named + FRAME;
}

static struct rect place_of(const struct console *console, const struct silence_form *form)
{
	struct rect body = overlay_area(console);

	return overlay_place(body, body.width < WIDTH_MOST ? body.width : WIDTH_MOST, rows_wished(form));
}

/* Where the field stands; fields that have no room give way to the one that is typed. */
static struct rect field_place(const struct silence_form *form, struct rect inside, enum form_field field)
{
	int y = field == FIELD_CONFIRM ? inside.height - 2 : (int)field;

	if (inside.height < FORM_FIELDS + 2)
		y = field == form->at ? 0 : -1;
	return (struct rect){ inside.x + LABEL_WIDTH, inside.y + y, inside.width - LABEL_WIDTH, y >= 0 };
}

static int shift_of(const struct prompt *prompt, int room)
{
	int column = prompt_cursor_column(prompt);

	return room > 0 && column >= room ? column - room + 1 : 0;
}

static void draw_field(const struct silence_form *form, struct canvas *canvas, struct rect inside,
		       enum form_field field)
{
	struct rect place = field_place(form, inside, field), clip;
	const struct prompt *prompt = &form->fields[field];
	bool here = form->at == field;

	if (!place.height)
		return;
	canvas_put_fit(canvas, inside.x, place.y, labels[field],
		       here ? style_with(style_fg(ROLE_KEY), ATTR_BOLD) : style_fg(ROLE_DIM), LABEL_WIDTH - 1);
	clip = canvas_clip(canvas, place);
	canvas_put(canvas, place.x - (here ? shift_of(prompt, place.width) : 0), place.y, prompt->text.text,
		   style_fg(here ? ROLE_STRONG : ROLE_TEXT), -1);
	if (field == FIELD_CONFIRM && !prompt->text.length) {
		struct strbuf hint = STRBUF_INIT;

		strbuf_addf(&hint, "type %zu%s%s", form->hidden, form->word[0] ? " or " : "", form->word);
		canvas_put_fit(canvas, place.x + 2, place.y, hint.text, style_fg(ROLE_DIM), place.width - 2);
		strbuf_release(&hint);
	}
	canvas_restore(canvas, clip);
}

/* The alerts that would be hidden, and how many more. */
static void draw_preview(const struct console *console, const struct silence_form *form, struct canvas *canvas,
			 struct rect inside)
{
	int first = FIELD_CONFIRM, last = inside.height - 3, y = first;
	struct strbuf text = STRBUF_INIT;

	if (inside.height < FORM_FIELDS + 3)
		return;
	strbuf_addf(&text, "%zu alert%s %s", form->hidden, form->hidden == 1 ? "" : "s",
		    form->mode == FORM_EXPIRE ? "would be told of again" : "would be hidden now");
	canvas_put_fit(canvas, inside.x, inside.y + y, text.text, style_with(style_fg(ROLE_TITLE), ATTR_BOLD),
		       inside.width);
	for (size_t i = 0; i < form->hidden && i < PREVIEW_MOST && ++y <= last; i++) {
		const struct alert *alert = alerts_at(console->alerts, form->hides[i]);
		bool more = y == last && i + 1 < form->hidden;

		strbuf_clear(&text);
		if (more) {
			strbuf_addf(&text, "and %zu more", form->hidden - i);
		} else {
			strbuf_addf(&text, "%s %s  ", alert_priority_text(alert->priority), alert->name);
			alert_add_labels(alert, NULL, 0, &text);
		}
		canvas_put_fit(canvas, inside.x + 2, inside.y + y, text.text, style_fg(more ? ROLE_DIM : ROLE_TEXT),
			       inside.width - 2);
	}
	strbuf_release(&text);
}

static void draw_state(const struct console *console, const struct silence_form *form, struct canvas *canvas,
		       struct rect inside)
{
	struct strbuf text = STRBUF_INIT;
	bool bad = true;

	if (form->sending) {
		strbuf_addstr(&text, "sending");
		bad = false;
	} else if (form->answer[0]) {
		strbuf_addstr(&text, form->answer);
	} else {
		strbuf_addstr(&text, form->problem);
		strbuf_addstr(&text, text.length ? "; " : "");
		silences_add_trouble(console, &text);
		if (text.length > 1 && strcmp(text.text + text.length - 2, "; ") == 0)
			strbuf_truncate(&text, text.length - 2);
	}
	canvas_put_fit(canvas, inside.x, inside.y + inside.height - 1, text.text,
		       style_fg(bad ? ROLE_WARNING : ROLE_INFO), inside.width);
	strbuf_release(&text);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	static const char *const titles[] = {
		[FORM_NEW] = "Silence", [FORM_EXTEND] = "Change the silence", [FORM_EXPIRE] = "End the silence"
	};
	const struct silence_form *form = form_of(console);
	struct rect place = place_of(console, form), inside;

	(void)body;
	inside = overlay_box(canvas, overlay_area(console), place.width, place.height, titles[form->mode], NULL);
	for (int i = 0; i < FORM_FIELDS; i++)
		if (form->mode != FORM_EXPIRE || i != FIELD_ENDS)
			draw_field(form, canvas, inside, (enum form_field)i);
	draw_preview(console, form, canvas, inside);
	draw_state(console, form, canvas, inside);
}

static bool cursor(const struct console *console, int *ret_x, int *ret_y)
{
	const struct silence_form *form = form_of(console);
	struct rect inside = overlay_inside(place_of(console, form)), place = field_place(form, inside, form->at);
	const struct prompt *prompt = &form->fields[form->at];

	*ret_x = place.x + prompt_cursor_column(prompt) - shift_of(prompt, place.width);
	*ret_y = place.y;
	return place.height > 0;
}

static const struct key_row no_keys[] = { { ACTION_NONE, NULL, NULL } };

const struct overlay_ops overlay_silence = {
	.name = "silence",
	.context = CONTEXT_FORM,
	.keys = no_keys,
	.draw = draw,
	.prepare = prepare,
	.input = input,
	.cursor = cursor,
	.own_keys = own_keys,
	.free_state = free_state,
};
