/* Who answers what a board asks. */
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "dashboard/board_private.h"

/* The data source of this name is the engine inside. */
#define OWN_NAME "skep"

static const char *name_of(const struct query_engine *engine)
{
	struct query_state state;

	query_engine_state(engine, &state);
	return state.engine;
}

struct query_engine *board_engine(const struct board *board, const struct board_panel *panel,
				  const struct datasource *source)
{
	const struct board_config *config = &board->config;
	struct query_engine *own = config->embedded ? config->embedded : config->engine, *chosen = NULL;
	struct scope scope = { .variables = &board->variables,
			       .bound = panel ? panel->bound : NULL,
			       .for_legend = true };
	struct strbuf name = STRBUF_INIT;

	if (source->uid)
		variable_interpolate(&scope, source->uid, &name);
	if (name.length && config->choose_engine)
		chosen = config->choose_engine(config->user, name.text);
	if (!chosen && (strcmp(name.text, OWN_NAME) == 0 || (source->type && strcasecmp(source->type, OWN_NAME) == 0)))
		chosen = own;
	strbuf_release(&name);
	return chosen ? chosen : config->engine;
}

bool board_answers_itself(const struct board *board, const char *engine)
{
	return board->config.embedded && strcmp(engine, name_of(board->config.embedded)) == 0;
}

/* An emptiness is judged by the facts of whoever answered it. */
struct diagnosis *board_diagnosis(const struct board *board, const struct board_panel *panel)
{
	const char *engine = panel->data.engine;

	if (!board->own_diagnosis || !board->diagnosis)
		return board->diagnosis ? board->diagnosis : board->own_diagnosis;
	return engine && board_answers_itself(board, engine) ? board->own_diagnosis : board->diagnosis;
}
