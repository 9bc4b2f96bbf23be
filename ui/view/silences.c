#include "ui/view/silences.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/alertmanager.h"
#include "alert/alerts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "journal/journal.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"
#include "ui/view/silence_form.h"

enum silence_deed { SILENCE_MAKE, SILENCE_CHANGE, SILENCE_END };

/* One that is being sent. The console owns it, and its callback is for as long as the Alertmanager lives. */
struct silence_task {
	struct console *console;
	struct silence_form *form; /* NULL when it was closed meanwhile */
	enum silence_deed deed;
	char *id, *matchers, *author, *comment;
	int64_t ends_ms;
};

static void task_free(struct silence_task *task)
{
	free(task->id);
	free(task->matchers);
	free(task->author);
	free(task->comment);
	free(task);
}

static void release_texts(char **items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(items[i]);
}

void silences_release(struct silences *silences)
{
	for (size_t i = 0; i < silences->tasks.count; i++)
		task_free(silences->tasks.items[i]);
	release_texts(silences->made.items, silences->made.count);
	release_texts(silences->warned.items, silences->warned.count);
	vec_release(&silences->tasks);
	vec_release(&silences->made);
	vec_release(&silences->warned);
	vec_release(&silences->hides);
	free(silences->selected);
	*silences = (struct silences){ 0 };
}

const char *silences_author(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user && user->pw_name[0] ? user->pw_name : "skep";
}

/* ---- the list ---- */

size_t silences_count(const struct console *console)
{
	return console->alertmanager ? alertmanager_silence_count(console->alertmanager) : 0;
}

const struct silence *silences_at(const struct console *console, int row)
{
	return row >= 0 && (size_t)row < silences_count(console)
		       ? alertmanager_silence(console->alertmanager, (size_t)row)
		       : NULL;
}

int silences_row(const struct console *console)
{
	size_t count = silences_count(console);

	for (size_t i = 0; console->silences.selected && i < count; i++)
		if (strcmp(alertmanager_silence(console->alertmanager, i)->id, console->silences.selected) == 0)
			return (int)i;
	return count ? 0 : -1;
}

void silences_go_to(struct console *console, int row)
{
	int last = (int)silences_count(console) - 1;
	const struct silence *silence = silences_at(console, row > last ? last : row < 0 ? 0 : row);

	free(console->silences.selected);
	console->silences.selected = silence ? mem_strdup(silence->id) : NULL;
}

size_t silences_hides(const struct console *console, size_t index)
{
	return index < console->silences.hides.count ? console->silences.hides.items[index] : SILENCE_HIDES_UNKNOWN;
}

void silences_take(struct console *console, int rows)
{
	struct silences *silences = &console->silences;
	size_t count = silences_count(console), first = silences->scroll > 0 ? (size_t)silences->scroll : 0;
	uint64_t am = console->alertmanager ? alertmanager_version(console->alertmanager) : 0;
	uint64_t alerts = console->alerts ? alerts_version(console->alerts) : 0;

	if (silences->hides.count != count || silences->am_version != am || silences->alerts_version != alerts) {
		vec_clear(&silences->hides);
		for (size_t i = 0; i < count; i++)
			vec_push(&silences->hides, SILENCE_HIDES_UNKNOWN);
		silences->am_version = am;
		silences->alerts_version = alerts;
	}
	for (size_t i = first; console->alerts && i < count && i < first + (size_t)(rows > 0 ? rows : 0); i++)
		if (silences->hides.items[i] == SILENCE_HIDES_UNKNOWN)
			silences->hides.items[i] =
				alerts_hidden_by(console->alerts, alertmanager_silence(console->alertmanager, i), NULL,
						 0);
}

void silences_add_trouble(const struct console *console, struct strbuf *ret)
{
	struct alertmanager_health health;
	char age[16];

	if (!console->alertmanager)
		return;
	alertmanager_get_health(console->alertmanager, &health);
	if (!health.known || health.healthy)
		return;
	alert_duration(console->now_ms - health.failing_since_ms, age, sizeof(age));
	strbuf_addf(ret, "Alertmanager does not answer since %s: %s", age, health.reason);
}

void silences_add_summary(const struct console *console, struct strbuf *ret)
{
	size_t count = silences_count(console), active = 0, pending = 0;
	struct strbuf trouble = STRBUF_INIT;

	for (size_t i = 0; i < count; i++) {
		enum silence_state state = alertmanager_silence(console->alertmanager, i)->state;

		active += state == SILENCE_ACTIVE;
		pending += state == SILENCE_PENDING;
	}
	strbuf_addf(ret, "Silences  %zu", active);
	if (pending)
		strbuf_addf(ret, ", %zu to come", pending);
	silences_add_trouble(console, &trouble);
	if (trouble.length)
		strbuf_addf(ret, "  (%s)", trouble.text);
	strbuf_release(&trouble);
}

/* ---- their ends ---- */

static bool has_text(char *const *items, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i], text) == 0)
			return true;
	return false;
}

static bool is_ours(const struct silences *silences, const struct silence *silence)
{
	return has_text(silences->made.items, silences->made.count, silence->id) ||
	       (silence->author && strcmp(silence->author, silences_author()) == 0);
}

bool silences_warn(struct console *console)
{
	struct silences *silences = &console->silences;

	for (size_t i = 0; i < silences_count(console); i++) {
		const struct silence *silence = alertmanager_silence(console->alertmanager, i);
		int64_t left_ms = silence->ends_ms - console->now_ms;
		struct strbuf matchers = STRBUF_INIT;
		char *key, left[16];

		if (silence->state != SILENCE_ACTIVE || left_ms <= 0 || left_ms > SILENCE_WARN_MS ||
		    !is_ours(silences, silence))
			continue;
		key = mem_printf("%s %lld", silence->id, (long long)silence->ends_ms);
		if (has_text(silences->warned.items, silences->warned.count, key)) {
			free(key);
			continue;
		}
		vec_push(&silences->warned, key);
		alert_duration(left_ms, left, sizeof(left));
		silence_add_matchers(&matchers, silence);
		console_say(console, "a silence of yours ends in %s: %.120s", left, matchers.text);
		strbuf_release(&matchers);
		return true;
	}
	return false;
}

/* ---- sending ---- */

static void add_member(struct strbuf *body, const char *name, const char *value)
{
	strbuf_addf(body, "%s\"%s\":", body->length > 1 ? "," : "", name);
	strbuf_add_json(body, value ? value : "");
}

static void write_down(const struct silence_task *task, const char *id)
{
	const struct console *console = task->console;
	struct strbuf body = STRBUF_INIT;
	char ends[40];

	if (!console->journal)
		return;
	time_format(task->ends_ms, "%Y-%m-%dT%H:%M:%SZ", ends, sizeof(ends));
	strbuf_addstr(&body, "{");
	add_member(&body, "id", id);
	add_member(&body, "matchers", task->matchers);
	add_member(&body, "author", task->author);
	add_member(&body, "comment", task->comment);
	if (task->deed != SILENCE_END)
		add_member(&body, "ends", ends);
	if (task->deed == SILENCE_CHANGE)
		add_member(&body, "was", task->id);
	strbuf_addstr(&body, "}");
	journal_append(console->journal,
		       &(struct journal_event){ .system = console->system ? console->system : "",
						.kind = task->deed == SILENCE_END ? "expire" : "silence",
						.subject = id,
						.body = body.text });
	strbuf_release(&body);
}

static void say_done(const struct silence_task *task)
{
	struct console *console = task->console;
	char ends[24];

	time_format(task->ends_ms, "%H:%M", ends, sizeof(ends));
	if (task->deed == SILENCE_END)
		console_say(console, "the silence has ended: %.120s", task->matchers);
	else
		console_say(console, "silenced until %s: %.120s", ends, task->matchers);
}

static void forget_task(struct silences *silences, const struct silence_task *task)
{
	for (size_t i = 0; i < silences->tasks.count; i++)
		if (silences->tasks.items[i] == task) {
			silences->tasks.items[i] = silences->tasks.items[--silences->tasks.count];
			return;
		}
}

static void on_done(void *user, const char *id, const char *reason)
{
	struct silence_task *task = user;
	struct console *console = task->console;

	forget_task(&console->silences, task);
	if (id) {
		write_down(task, id);
		if (task->deed != SILENCE_END)
			vec_push(&console->silences.made, mem_strdup(id));
		say_done(task);
	} else if (!task->form) {
		console_say(console, "the silence was not %s: %.120s", task->deed == SILENCE_END ? "ended" : "made",
			    reason);
	}
	if (task->form)
		silence_form_done(console, task->form, id ? NULL : reason);
	task_free(task);
	if (console->on_change)
		console->on_change(console->on_change_user);
}

static struct silence_task *task_new(struct console *console, const struct silence *silence, enum silence_deed deed,
				     struct silence_form *form)
{
	struct silence_task *task = mem_zalloc(sizeof(*task));
	struct strbuf matchers = STRBUF_INIT;

	silence_add_matchers(&matchers, silence);
	task->console = console;
	task->form = form;
	task->deed = deed;
	task->id = mem_strdup(silence->id ? silence->id : "");
	task->author = mem_strdup(silence->author ? silence->author : "");
	task->comment = mem_strdup(silence->comment ? silence->comment : "");
	task->ends_ms = silence->ends_ms;
	task->matchers = strbuf_detach(&matchers);
	vec_push(&console->silences.tasks, task);
	return task;
}

void silences_send(struct console *console, const struct silence *silence, struct silence_form *form)
{
	bool change = silence->id && *silence->id;

	alertmanager_set_silence(console->alertmanager, silence, on_done,
				 task_new(console, silence, change ? SILENCE_CHANGE : SILENCE_MAKE, form));
}

void silences_expire(struct console *console, const struct silence *silence, struct silence_form *form)
{
	struct silence_task *task = task_new(console, silence, SILENCE_END, form);

	alertmanager_expire_silence(console->alertmanager, task->id, on_done, task);
}

void silences_forget_form(struct console *console, const struct silence_form *form)
{
	for (size_t i = 0; i < console->silences.tasks.count; i++)
		if (console->silences.tasks.items[i]->form == form)
			console->silences.tasks.items[i]->form = NULL;
}
