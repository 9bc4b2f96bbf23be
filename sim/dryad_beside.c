#include <math.h>

#include "sim/dryad_document.h"

/* ChromaDB's heartbeat and Ollama's models. */

void chroma_heartbeat(struct document_call *call)
{
	cJSON_AddNumberToObject(call->root, "nanosecond heartbeat", (double)call->dryad->stepped_ms * 1e6);
}

void ollama_tags(struct document_call *call)
{
	static const char *const names[] = { "llama3.2:3b", "nomic-embed-text:latest" };
	static const double sizes[] = { 2019393189, 274302450 };
	cJSON *models = cJSON_AddArrayToObject(call->root, "models");

	for (int i = 0; i < 2; i++) {
		cJSON *entry = cJSON_CreateObject();

		cJSON_AddStringToObject(entry, "name", names[i]);
		cJSON_AddStringToObject(entry, "model", names[i]);
		cJSON_AddNumberToObject(entry, "size", sizes[i]);
		cJSON_AddItemToArray(models, entry);
	}
}
