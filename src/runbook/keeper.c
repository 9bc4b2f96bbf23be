#include "runbook/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "runbook/keeper_folder.h"
#include "runbook/keeper_json.h"
#include "runbook/keeper_launch.h"
#include "runbook/keeper_ring.h"
#include "runbook/keeper_wire.h"

#define CHANGE_MS    50  /* between two calls of on_change */
#define LOOK_MS      100 /* while nobody tells: how often the folder is looked at */
#define END_MS       20  /* from its silence to the look for what is left */
#define LOOK_BYTES   (64u * 1024)
#define LOST_REASON  "its keeper is gone: how it ended is not known"
#define CLAIM_REASON "never ran: nobody had begun it"
#define EMPTY_REASON "never ran: its keeper ended before it began"

struct keeper {
	struct keeper_config config;
	char *folder;
	int fd; /* of the folder, once it is there; -1 */
	struct wire *wire;
	struct timer *change, *look;
	enum keeper_phase phase;
	struct keeper_outcome outcome;
	struct ring_reader reader;
	bool open;                                                   /* the reader is */
	void (*on_raw)(void *user, const char *data, size_t length); /* while it has the terminal; NULL */
	void *raw_user;
	int64_t changed_ms; /* monotonic: when on_change was last called */
};

static void look(struct keeper *keeper);

/* ---- telling the owner ---- */

static void on_change_due(void *user)
{
	struct keeper *keeper = user;

	keeper->changed_ms = loop_monotonic_now_ms(keeper->config.loop);
	keeper->config.on_change(keeper->config.user);
}

static void changed(struct keeper *keeper)
{
	int64_t since_ms = loop_monotonic_now_ms(keeper->config.loop) - keeper->changed_ms;

	if (keeper->config.on_change && !timer_is_running(keeper->change))
		timer_start(keeper->change, keeper->changed_ms && since_ms < CHANGE_MS ? CHANGE_MS - since_ms : 0);
}

static void set_phase(struct keeper *keeper, enum keeper_phase phase)
{
	if (keeper->phase == phase)
		return;
	keeper->phase = phase;
	changed(keeper);
}

static bool is_over(const struct keeper *keeper)
{
	return keeper->phase >= KEEPER_ENDED;
}

/* Nothing more is awaited. */
static void settle(struct keeper *keeper, enum keeper_phase phase)
{
	timer_stop(keeper->look);
	wire_free(keeper->wire);
	keeper->wire = NULL;
	set_phase(keeper, phase);
}

static void settle_unknown(struct keeper *keeper, enum keeper_phase phase, const char *reason)
{
	keeper->outcome.ran = phase == KEEPER_LOST;
	keeper->outcome.status = -1;
	snprintf(keeper->outcome.reason, sizeof(keeper->outcome.reason), "%s", reason);
	settle(keeper, phase);
}

/* ---- what the folder says ---- */

static bool read_file(const struct keeper *keeper, const char *name, struct strbuf *ret)
{
	char *path = path_join(keeper->folder, name);
	bool found = path_read(path, LOOK_BYTES, ret, NULL) == 0;

	free(path);
	return found;
}

static bool open_reader(struct keeper *keeper)
{
	if (!keeper->open && keeper->fd >= 0)
		keeper->open = ring_reader_open(&keeper->reader, keeper->fd);
	return keeper->open;
}

/* A disk that was full had no room for the file, but the transcript has a place for it. */
static bool read_outcome(struct keeper *keeper)
{
	struct strbuf text = STRBUF_INIT;
	bool found = read_file(keeper, KEEPER_OUTCOME_FILE, &text) ||
		     (open_reader(keeper) && ring_reader_outcome(&keeper->reader, &text));

	found = found && keeper_outcome_read(&keeper->outcome, text.text, text.length);
	strbuf_release(&text);
	return found;
}

/* False: nothing was run, so far at least. */
static bool read_order(struct keeper *keeper)
{
	struct strbuf text = STRBUF_INIT;
	bool found = read_file(keeper, KEEPER_ORDER_FILE, &text);

	if (found)
		keeper->outcome.started_ms = keeper_order_started_ms(text.text, text.length);
	strbuf_release(&text);
	return found;
}

static bool settle_by_outcome(struct keeper *keeper)
{
	if (!read_outcome(keeper))
		return false;
	settle(keeper, keeper->outcome.ran ? KEEPER_ENDED : KEEPER_NEVER);
	return true;
}

/* ---- the keeper's word ---- */

static void on_message(void *user, const struct wire_message *message)
{
	struct keeper *keeper = user;
	char phase = message->kind == WIRE_NEWS && message->length == 1 ? message->data[0] : KEEPER_STARTING;

	switch (message->kind) {
	case WIRE_NEWS:
		if (phase >= KEEPER_ENDED)
			look(keeper);
		else if (phase > KEEPER_STARTING)
			set_phase(keeper, phase);
		changed(keeper);
		break;
	case WIRE_BYTES:
		/* The owner may free the keeper: nothing after this. */
		if (keeper->on_raw)
			keeper->on_raw(keeper->raw_user, message->data, message->length);
		break;
	case WIRE_NEVER:
		settle_unknown(keeper, KEEPER_NEVER, "");
		snprintf(keeper->outcome.reason, sizeof(keeper->outcome.reason), "%.*s", (int)message->length,
			 message->data);
		break;
	case WIRE_TAKEN: look(keeper); break;
	default: break; /* of a newer keeper */
	}
}

static void on_end(void *user)
{
	struct keeper *keeper = user;

	wire_free(keeper->wire);
	keeper->wire = NULL;
	/* Not at once: one that lets nobody in would be asked without a pause. */
	if (!settle_by_outcome(keeper))
		timer_start(keeper->look, END_MS);
}

static void take_wire(struct keeper *keeper, int fd)
{
	keeper->wire = wire_new(&(struct wire_config){ .loop = keeper->config.loop,
						       .on_message = on_message,
						       .on_end = on_end,
						       .user = keeper },
				fd);
	if (keeper->on_raw)
		wire_send(keeper->wire, WIRE_RAW, "\1", 1);
}

/* ---- how it is with an attempt ---- */

/* Make sure of the folder; true when it is open. One that is not there is made, so that nobody runs it later. */
static bool find_folder(struct keeper *keeper)
{
	struct error error;

	if (keeper->fd >= 0)
		return true;
	switch (folder_claim(keeper->folder, &error)) {
	case FOLDER_MADE: settle_unknown(keeper, KEEPER_NEVER, CLAIM_REASON); return false;
	case FOLDER_CLOSED: settle_unknown(keeper, KEEPER_NEVER, error.text); return false;
	case FOLDER_HIDDEN: settle_unknown(keeper, KEEPER_LOST, error.text); return false;
	case FOLDER_FULL: return false;
	case FOLDER_THERE: break;
	}
	keeper->fd = folder_open(keeper->folder);
	return keeper->fd >= 0;
}

/* Its keeper lives: talk to it. */
static void talk(struct keeper *keeper)
{
	int fd = keeper->wire ? -1 : folder_connect(keeper->fd);

	if (fd >= 0)
		take_wire(keeper, fd);
	if (keeper->phase == KEEPER_STARTING && read_order(keeper))
		set_phase(keeper, KEEPER_RUNS);
}

/* Without the keeper's word, or where it says that it is over: what is known, and what comes of it. */
static void look(struct keeper *keeper)
{
	if (is_over(keeper))
		return;
	if (!find_folder(keeper)) {
		if (!is_over(keeper))
			timer_start(keeper->look, LOOK_MS);
		return;
	}
	if (settle_by_outcome(keeper))
		return;
	switch (folder_judge(keeper->fd)) {
	case FOLDER_LEFT:
		/* It may have written its last word between the two looks. */
		if (settle_by_outcome(keeper))
			return;
		if (read_order(keeper))
			settle_unknown(keeper, KEEPER_LOST, LOST_REASON);
		else
			settle_unknown(keeper, KEEPER_NEVER, EMPTY_REASON);
		return;
	case FOLDER_KEPT: talk(keeper); break;
	case FOLDER_UNSURE: break;
	}
	/* Without a wire the transcript is looked at from time to time. */
	if (!keeper->wire)
		changed(keeper);
	timer_start(keeper->look, LOOK_MS);
}

static void on_look(void *user)
{
	struct keeper *keeper = user;

	if (!keeper->wire || keeper->phase == KEEPER_STARTING)
		look(keeper);
}

/* ---- the owner's side ---- */

static struct keeper *make(const struct keeper_config *config, const char *folder)
{
	struct keeper *keeper = mem_zalloc(sizeof(*keeper));

	keeper->config = *config;
	keeper->folder = mem_strdup(folder);
	keeper->fd = -1;
	keeper->phase = KEEPER_STARTING;
	keeper->outcome.status = -1;
	keeper->change = timer_new(config->loop, on_change_due, keeper);
	keeper->look = timer_new(config->loop, on_look, keeper);
	return keeper;
}

struct keeper *keeper_start(const struct keeper_config *config, const struct keeper_order *order, struct error *error)
{
	struct keeper *keeper;
	int fd = keeper_launch(order, error);

	if (fd < 0)
		return NULL;
	keeper = make(config, order->folder);
	take_wire(keeper, fd);
	return keeper;
}

struct keeper *keeper_attach(const struct keeper_config *config, const char *folder, struct error *error)
{
	struct keeper *keeper = make(config, folder);

	(void)error;
	look(keeper);
	return keeper;
}

void keeper_free(struct keeper *keeper)
{
	if (!keeper)
		return;
	wire_free(keeper->wire);
	timer_free(keeper->change);
	timer_free(keeper->look);
	ring_reader_release(&keeper->reader);
	if (keeper->fd >= 0)
		close(keeper->fd);
	free(keeper->folder);
	free(keeper);
}

enum keeper_phase keeper_phase(const struct keeper *keeper)
{
	return keeper->phase;
}

const struct keeper_outcome *keeper_outcome(const struct keeper *keeper)
{
	return &keeper->outcome;
}

void keeper_stop(struct keeper *keeper)
{
	if (keeper->wire)
		wire_send(keeper->wire, WIRE_STOP, "", 0);
}

void keeper_resize(struct keeper *keeper, unsigned short rows, unsigned short columns)
{
	unsigned char size[4] = { rows & 0xff, rows >> 8, columns & 0xff, columns >> 8 };

	if (keeper->wire)
		wire_send(keeper->wire, WIRE_SIZE, size, sizeof(size));
}

void keeper_input(struct keeper *keeper, const char *data, size_t length)
{
	if (keeper->wire && length)
		wire_send(keeper->wire, WIRE_INPUT, data, length);
}

void keeper_give_terminal(struct keeper *keeper, void (*on_raw)(void *user, const char *data, size_t length),
			  void *user)
{
	char flag = on_raw != NULL;

	keeper->on_raw = on_raw;
	keeper->raw_user = user;
	if (keeper->wire)
		wire_send(keeper->wire, WIRE_RAW, &flag, 1);
}

void keeper_get_output(struct keeper *keeper, struct keeper_output *ret)
{
	if (keeper->fd < 0)
		keeper->fd = folder_open(keeper->folder);
	if (!open_reader(keeper)) {
		*ret = (struct keeper_output){ .head = "", .tail = "" };
		return;
	}
	ring_reader_get(&keeper->reader, ret);
	if (keeper->reader.is_plain && keeper->outcome.bytes)
		ret->total = keeper->outcome.bytes;
}
