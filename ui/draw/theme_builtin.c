#include "ui/draw/theme_builtin.h"

#include <stddef.h>

const char *const theme_names[] = { "night", "day", "contrast", "colourblind", "mono", "terminal", NULL };

/* clang-format off */
#define FG(rgb, bits) { true, false, rgb, 0, -1, -1, bits }
#define BG(rgb)	      { false, true, 0, rgb, -1, -1, 0 }
#define ON(f, b, bits) { true, true, f, b, -1, -1, bits }

const struct theme theme_night = {
	.name = "night",
	.roles = {
		[ROLE_NONE]            = ON(0xC5CED9, 0x10151C, 0),
		[ROLE_TEXT]            = FG(0xC5CED9, 0),
		[ROLE_DIM]             = FG(0x8592A3, 0),
		[ROLE_STRONG]          = FG(0xF1F5FA, ATTR_BOLD),
		[ROLE_BORDER]          = FG(0x334050, 0),
		[ROLE_BORDER_FOCUS]    = FG(0x6FB1FF, 0),
		[ROLE_TITLE]           = FG(0xA9B6C6, 0),
		[ROLE_BANNER]          = ON(0xC5CED9, 0x1B2430, 0),
		[ROLE_ENV_PRODUCTION]  = ON(0xFFF1F2, 0xB3273A, ATTR_BOLD),
		[ROLE_ENV_STAGING]     = ON(0x171204, 0xE8C547, ATTR_BOLD),
		[ROLE_ENV_DRILL]       = ON(0xF6F0FF, 0x6B46B0, ATTR_BOLD),
		[ROLE_ENV_DEMO]        = ON(0xEEF6FF, 0x245F9E, ATTR_BOLD),
		[ROLE_OK]              = FG(0x4FD18B, 0),
		[ROLE_WARNING]         = FG(0xE8C547, 0),
		[ROLE_SERIOUS]         = FG(0xF08A3C, 0),
		[ROLE_CRITICAL]        = FG(0xFF5A67, 0),
		[ROLE_INFO]            = FG(0x6CB2FF, 0),
		[ROLE_ACCENT]          = FG(0xB794F6, 0),
		[ROLE_OK_BLOCK]        = ON(0xEEFFF6, 0x17693A, ATTR_BOLD),
		[ROLE_WARNING_BLOCK]   = ON(0xFFF8DF, 0x77600C, ATTR_BOLD),
		[ROLE_SERIOUS_BLOCK]   = ON(0xFFF3E8, 0xA3500F, ATTR_BOLD),
		[ROLE_CRITICAL_BLOCK]  = ON(0xFFF1F2, 0xA82435, ATTR_BOLD),
		[ROLE_INFO_BLOCK]      = ON(0xEEF6FF, 0x245F9E, ATTR_BOLD),
		[ROLE_STALE]           = FG(0xCFAE70, 0),
		[ROLE_AXIS]            = FG(0x7F8C9D, 0),
		[ROLE_GRID]            = FG(0x232D39, 0),
		[ROLE_THRESHOLD]       = FG(0xA9B6C6, 0),
		[ROLE_SELECTION]       = BG(0x1E2C40),
		[ROLE_KEY]             = FG(0x8EC1FF, ATTR_BOLD),
		[ROLE_SERIES_1]        = FG(0x59A3EB, 0),
		[ROLE_SERIES_2]        = FG(0x3ECDE4, 0),
		[ROLE_SERIES_3]        = FG(0x936EC5, 0),
		[ROLE_SERIES_4]        = FG(0xFC98C1, 0),
		[ROLE_SERIES_5]        = FG(0x4C8C80, 0),
		[ROLE_SERIES_6]        = FG(0xF0E3BF, 0),
		[ROLE_SERIES_7]        = FG(0x8F97A4, 0),
		[ROLE_SERIES_8]        = FG(0xCAD8FA, 0),
	},
};
/* clang-format on */
