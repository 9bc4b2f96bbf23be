/* Any unit, any double, any decimals: a terminated text, no overrun, no undefined conversion. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "dashboard/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unit_text text;
	size_t rows;
	const struct unit_row *row = unit_table(&rows);
	char joined[64], unit[256];
	double value;
	int decimals;

	if (size < sizeof(value) + 2)
		return 0;
	memcpy(&value, data, sizeof(value));
	decimals = (int8_t)data[sizeof(value)];
	data += sizeof(value) + 1;
	size -= sizeof(value) + 1;
	if (size >= sizeof(unit))
		size = sizeof(unit) - 1;
	memcpy(unit, data, size);
	unit[size] = '\0';
	unit_format(unit, value, decimals, &text);
	unit_string(row[data[0] % rows].id, value, decimals, joined, sizeof(joined));
	never(strlen(text.text) >= sizeof(text.text) || strlen(joined) >= sizeof(joined) || unit_tick_base(unit) < 10);
	return 0;
}
