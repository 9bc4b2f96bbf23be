/* Every expression is read: of the public dashboards and rules below $SKEP_SHARED, of the dashboards shipped. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"
#include "config/yaml.h"
#include "promql_fixture.h"

struct tally {
	unsigned parsed, refused;
};

/* In the place of a Grafana variable, by what stands before it. */
static const char *stand_in(const struct strbuf *before, char quote, const char *word)
{
	size_t length = before->length;

	while (length && isspace((unsigned char)before->text[length - 1]))
		length--;
	if (quote)
		return "x";
	if (length && strchr("[:", before->text[length - 1]))
		return "5m";
	if (length >= 6 && strncmp(before->text + length - 6, "offset", 6) == 0)
		return "5m";
	return word;
}

/* `$name`, `${name:format}` and `[[name]]` replaced; `word` stands outside strings. */
static char *interpolate(const char *text, const char *word)
{
	struct strbuf ret = STRBUF_INIT;
	char quote = 0;

	while (*text) {
		if (*text == '$' && (isalpha((unsigned char)text[1]) || text[1] == '_')) {
			strbuf_addstr(&ret, stand_in(&ret, quote, word));
			for (text++; isalnum((unsigned char)*text) || *text == '_';)
				text++;
		} else if ((text[0] == '$' && text[1] == '{') || (text[0] == '[' && text[1] == '[')) {
			strbuf_addstr(&ret, stand_in(&ret, quote, word));
			text += strcspn(text, "}]");
			text += text[0] == ']' ? 2 : 1;
		} else {
			if (quote ? *text == quote : strchr("\"'`", *text) != NULL)
				quote = quote ? 0 : *text;
			strbuf_addch(&ret, *text++);
		}
	}
	return strbuf_detach(&ret);
}

static void read_expression(struct tally *tally, const char *text, const char *where)
{
	static const char *const words[] = { "5", "foo", "5m", "sum", "" };
	struct promql_syntax syntax = { .left_open = true };
	struct promql *promql = NULL;
	struct error error;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !promql; i++) {
		char *plain = interpolate(text, words[i]);

		promql = promql_parse(plain, &syntax, &error);
		free(plain);
	}
	cr_expect(promql != NULL, "%s: %s: %s", where, text, error.text);
	tally->parsed += promql != NULL;
	tally->refused += promql == NULL;
	promql_free(promql);
}

static void read_rules(struct tally *tally, const struct yaml_node *node, const char *where)
{
	if (node->kind == YAML_SCALAR && node->key && strcmp(node->key, "expr") == 0)
		read_expression(tally, node->text, where);
	for (size_t i = 0; i < node->count; i++)
		read_rules(tally, node->items[i], where);
}

static void read_rule_file(struct tally *tally, const char *path)
{
	struct error_list errors = { 0 };
	struct yaml_document document;

	cr_assert_eq(yaml_read(&document, path, &errors), 0, "%s", path);
	read_rules(tally, document.root, path);
	yaml_document_release(&document);
	error_list_release(&errors);
}

static void each_file(const char *folder, const char *ending, struct tally *tally,
		      void (*read)(struct tally *, const char *))
{
	const char *shared = getenv("SKEP_SHARED");
	struct dirent *entry;
	char *path;
	DIR *dir;

	if (!shared)
		cr_skip_test("SKEP_SHARED is not set: public expressions are not checked");
	path = mem_printf("%s/data/%s", shared, folder);
	dir = opendir(path);
	cr_assert(dir != NULL, "%s", path);
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);
		char *file;

		if (length < strlen(ending) || strcmp(entry->d_name + length - strlen(ending), ending) != 0)
			continue;
		file = mem_printf("%s/%s", path, entry->d_name);
		read(tally, file);
		free(file);
	}
	closedir(dir);
	free(path);
}

Test(promql_shared, rules)
{
	struct tally tally = { 0 };

	each_file("rules", ".yaml", &tally, read_rule_file);
	cr_expect_eq(tally.refused, 0);
	cr_expect_geq(tally.parsed, 84, "%u", tally.parsed);
}

static void read_targets(struct tally *tally, const cJSON *item, const char *where)
{
	for (; item; item = item->next) {
		if (cJSON_IsString(item) && item->string && strcmp(item->string, "expr") == 0 && *item->valuestring)
			read_expression(tally, item->valuestring, where);
		read_targets(tally, item->child, where);
	}
}

static void read_dashboard(struct tally *tally, const char *path)
{
	struct error_list errors = { 0 };
	cJSON *root = json_read(path, &errors);

	cr_assert(root != NULL, "%s", path);
	read_targets(tally, root, path);
	cJSON_Delete(root);
	error_list_release(&errors);
}

Test(promql_shared, dashboards)
{
	struct tally tally = { 0 };

	each_file("dashboards", ".json", &tally, read_dashboard);
	cr_expect_eq(tally.refused, 0);
	cr_expect_geq(tally.parsed, 400, "%u", tally.parsed);
}

Test(promql_shared, shipped)
{
	static const char *const systems[] = { "node", "polln" };
	struct tally tally = { 0 };

	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		char *path = mem_printf("%s/systems/%s/dashboard.json", getenv("SKEP_SOURCE"), systems[i]);

		read_dashboard(&tally, path);
		free(path);
	}
	cr_expect_eq(tally.refused, 0);
	cr_expect_geq(tally.parsed, 50, "%u", tally.parsed);
}
