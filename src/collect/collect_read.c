#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "collect/collector.h"

static const struct collector_kind *const kinds[] = {
	&collect_certificate, &collect_command, &collect_files,    &collect_health, &collect_history, &collect_host,
	&collect_json,        &collect_log,     &collect_postgres, &collect_redis,  &collect_scrape,
};

static const struct collector_kind *find_kind(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i]->type, type) == 0)
			return kinds[i];
	return NULL;
}

static int bad_kind(const struct yaml_node *type, const char *file, struct error_list *errors)
{
	struct strbuf allowed = STRBUF_INIT, near = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		strbuf_addf(&allowed, "%s%s", i ? ", " : "", kinds[i]->type);
		if (!near.length && text_distance(type->text, kinds[i]->type, 2) <= 2)
			strbuf_addf(&near, ", did you mean '%s'?", kinds[i]->type);
	}
	error_list_add(errors, FAULT_ERROR, file, type->line, type->column, NULL,
		       "unknown type of collector '%s'%s (%s)", type->text, near.text, allowed.text);
	strbuf_release(&allowed);
	strbuf_release(&near);
	return -1;
}

/* The entry without its `type`, which the kind's own table does not know. */
static struct yaml_node *without_type(const struct yaml_node *entry, struct arena *arena)
{
	struct yaml_node *copy = arena_array(arena, 1, sizeof(*copy));

	*copy = *entry;
	copy->items = arena_array(arena, entry->count + 1, sizeof(*copy->items));
	copy->count = 0;
	for (size_t i = 0; i < entry->count; i++)
		if (strcmp(entry->items[i]->key, "type") != 0)
			copy->items[copy->count++] = entry->items[i];
	return copy;
}

static int read_entry(struct collect_entry *ret, const struct yaml_node *entry, const char *file, const char *folder,
		      struct arena *arena, struct error_list *errors)
{
	const struct yaml_node *type = yaml_get(entry, "type");
	int result;

	if (entry->kind != YAML_MAPPING)
		return error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
				      "a collector is a mapping (type: and what that type needs)");
	if (!type || type->kind != YAML_SCALAR)
		return error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
				      "the collector has no type (type: scrape)");
	ret->kind = find_kind(type->text);
	if (!ret->kind)
		return bad_kind(type, file, errors);
	ret->config = arena_array(arena, 1, ret->kind->config_size);
	memset(ret->config, 0, ret->kind->config_size);
	option_defaults(ret->kind->options, ret->config, arena);
	result = option_read_yaml(ret->kind->options, ret->config, without_type(entry, arena), file, arena, errors);
	return ret->kind->finish(ret->config, entry, file, folder, arena, errors) < 0 ? -1 : result;
}

int collect_read(struct collect_entries *ret, const struct yaml_node *sequence, const char *file, const char *folder,
		 struct arena *arena, struct error_list *errors)
{
	struct collect_entries read = { 0 };
	int result = 0;

	if (yaml_is_null(sequence)) {
		*ret = read;
		return 0;
	}
	if (sequence->kind != YAML_SEQUENCE)
		return error_list_add(
			errors, FAULT_ERROR, file, sequence->line, sequence->column, NULL,
			"collect: is a list of collectors (- { type: scrape, job: ..., targets: [...] })");
	read.items = arena_array(arena, sequence->count + 1, sizeof(*read.items));
	for (size_t i = 0; i < sequence->count; i++) {
		if (read_entry(&read.items[read.count], sequence->items[i], file, folder, arena, errors) == 0)
			read.count++;
		else
			result = -1;
	}
	*ret = read;
	return result;
}

void collect_add_help(struct strbuf *ret)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		strbuf_addf(ret, "%s%s: %s\n", i ? "\n" : "", kinds[i]->type, kinds[i]->help);
		option_add_yaml_help(kinds[i]->options, ret);
	}
}
