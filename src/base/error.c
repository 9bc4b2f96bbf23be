#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

int error_set(struct error *error, const char *format, ...)
{
	va_list args;

	if (!error)
		return -1;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -1;
}

void error_list_init(struct error_list *list)
{
	*list = (struct error_list){ 0 };
}

void error_list_release(struct error_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++) {
		free(list->faults[i].file);
		free(list->faults[i].where);
		free(list->faults[i].text);
	}
	free(list->faults);
	error_list_init(list);
}

int error_list_add(struct error_list *list, enum fault_severity severity, const char *file, unsigned line,
		   unsigned column, const char *where, const char *format, ...)
{
	struct error message;
	va_list args;

	if (!list)
		return -1;
	if (severity == FAULT_ERROR)
		list->errors++;
	if (list->count == FAULTS_MAX) {
		list->dropped++;
		return -1;
	}
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? list->capacity * 2 : 8;
		list->faults = mem_resize(list->faults, list->capacity, sizeof(*list->faults));
	}
	va_start(args, format);
	vsnprintf(message.text, sizeof(message.text), format, args);
	va_end(args);
	list->faults[list->count++] = (struct fault){
		.severity = severity,
		.file = mem_strdup(file),
		.line = line,
		.column = column,
		.where = mem_strdup(where),
		.text = mem_strdup(message.text),
	};
	return -1;
}

void error_list_take(struct error_list *list, struct error_list *from)
{
	size_t errors = list->errors + from->errors;

	for (size_t i = 0; i < from->count; i++) {
		const struct fault *fault = &from->faults[i];

		error_list_add(list, fault->severity, fault->file, fault->line, fault->column, fault->where, "%s",
			       fault->text);
	}
	list->dropped += from->dropped;
	list->errors = errors;
	error_list_release(from);
}

void fault_format(const struct fault *fault, char *ret, size_t size)
{
	struct strbuf buf = STRBUF_INIT;
	size_t length;

	if (!size)
		return;
	if (fault->file)
		text_add_safe(&buf, fault->file);
	if (fault->file && fault->line)
		strbuf_addch(&buf, ':');
	if (fault->line)
		strbuf_addf(&buf, "%u", fault->line);
	if (fault->line && fault->column)
		strbuf_addf(&buf, ":%u", fault->column);
	if (buf.length)
		strbuf_addstr(&buf, ": ");
	if (fault->where) {
		text_add_safe(&buf, fault->where);
		strbuf_addstr(&buf, ": ");
	}
	text_add_safe(&buf, fault->text ? fault->text : "");

	length = buf.length < size ? buf.length : size - 1;
	/* A cut never leaves half a character behind. */
	while (length < buf.length && length > 0 && ((unsigned char)buf.text[length] & 0xc0) == 0x80)
		length--;
	memcpy(ret, buf.text, length);
	ret[length] = '\0';
	strbuf_release(&buf);
}
